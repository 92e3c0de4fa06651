/* Handlers: calls, returns, varargs. See dispatch.h and call.h. */

HANDLER(CALL) { SLOW(call); }

/* Pushes the frame of a Lua function without varargs, `arguments` of whose parameters are there. */
#define CALL_LUA_HANDLER(name, arguments)                                                   \
  HANDLER(name) {                                                                           \
    Value *function = &RA;                                                                  \
    Closure *closure = value_untag(*function, TAG_FUNCTION);                                \
    if (unlikely(untag_failed(closure))) SLOW(call);                                        \
    if (unlikely(closure->head.kind != KIND_CLOSURE)) SLOW(call);                           \
    Proto *p = closure->proto;                                                              \
    if (unlikely(p->is_vararg)) SLOW(call);                                                 \
    Value *callee_base = function + 1, *end = callee_base + p->max_stack;                   \
    if (unlikely(end >= L->stack_limit)) SLOW(call);                                        \
    Frame *caller = L->frame, *f = caller + 1;                                              \
    if (unlikely(f == L->frames_limit)) SLOW(call);                                         \
    for (size_t n = (arguments); unlikely(n < p->param_count); n++) callee_base[n] = nil;   \
    caller->pc = pc;                                                                        \
    f->base = callee_base;                                                                  \
    f->constants = p->constants;                                                            \
    f->top = end;                                                                           \
    f->wanted = (int32_t)C - 1;                                           \
    f->kind = FRAME_LUA;                                                                    \
    f->flags = 0;                                                                           \
    f->extra_args = 0;                                                                      \
    L->frame = f;                                                                           \
    base = callee_base;                                                                     \
    k = p->constants;                                                                       \
    pc = p->code;                                                                           \
    insn = *pc;                                                                             \
    DISPATCH();                                                                             \
  }
CALL_LUA_HANDLER(CALL_LUA, B - 1)
CALL_LUA_HANDLER(CALL_LUA_OPEN, (size_t)(L->top - callee_base))

HANDLER(CALL_PCALL) { SLOW(call_pcall); }

HANDLER(CALL_NATIVE) { SLOW(call_native); }

/* A Lua function with varargs: its fixed parameters move above the surplus arguments, as slow_vararg_prepare
   would have it; so its first instruction, VARARG_PREPARE, is behind it. */
HANDLER(CALL_LUA_VARARG) {
  Value *function = &RA;
  Closure *closure = value_untag(*function, TAG_FUNCTION);
  if (unlikely(untag_failed(closure))) SLOW(call);
  if (unlikely(closure->head.kind != KIND_CLOSURE)) SLOW(call);
  Proto *p = closure->proto;
  if (unlikely(!p->is_vararg)) SLOW(call);
  size_t params = p->param_count, b = B;
  size_t count = b != 0 ? b - 1 : (size_t)(L->top - function) - 1;
  size_t extra = count > params ? count - params : 0;
  Value *callee_base = function + 1 + (extra > 0 ? count + 1 : 0), *end = callee_base + p->max_stack;
  if (unlikely(end >= L->stack_limit)) SLOW(call);
  Frame *caller = L->frame, *f = caller + 1;
  if (unlikely(f == L->frames_limit)) SLOW(call);
  if (extra > 0) {
    callee_base[-1] = *function;
    for (size_t n = 0; n < params; n++) {
      callee_base[n] = function[n + 1];
      function[n + 1] = nil;
    }
  }
  for (size_t n = count; unlikely(n < params); n++) callee_base[n] = nil;
  caller->pc = pc;
  f->base = callee_base;
  f->constants = p->constants;
  f->top = end;
  f->wanted = (int32_t)C - 1;
  f->kind = FRAME_LUA;
  f->flags = 0;
  f->extra_args = (uint32_t)extra;
  L->frame = f;
  base = callee_base;
  k = p->constants;
  pc = p->code;
  NEXT(1);
}

/* The direct entry of the library function that is called, in `direct`. */
#define GUARD_DIRECT(function, slow)                                                        \
  Native *native = value_untag(*(function), TAG_FUNCTION);                                  \
  if (unlikely(untag_failed(native))) SLOW(slow);                                           \
  if (unlikely(native->head.kind != KIND_NATIVE || native->builtin == NULL)) SLOW(slow);    \
  BuiltinDirect direct = native->builtin->direct;                                           \
  if (unlikely(direct == NULL)) SLOW(slow);                                                 \
  L->frame->pc = pc

/* A fixed number of arguments, one result. */
HANDLER(CALL_BUILTIN) {
  Value *function = &RA;
  GUARD_DIRECT(function, call);
  int count = direct(L, function, B - 1);
  if (unlikely(count <= 0)) {
    if (count < 0) SLOW(call_native);
    RA = nil;
  }
  if (unlikely(L->heap->debt > 0)) SLOW(safepoint_after);
  NEXT(1);
}

HANDLER(CALL_BUILTIN_ANY) {
  Value *function = &RA;
  GUARD_DIRECT(function, call);
  unsigned b = B, c = C;
  int count = direct(L, function, b != 0 ? b - 1 : (unsigned)(L->top - function) - 1);
  if (unlikely(count < 0)) SLOW(call);
  if (c == 0)
    L->top = function + count;
  else
    for (int n = count; n < (int)c - 1; n++) function[n] = nil;
  if (unlikely(L->heap->debt > 0)) SLOW(safepoint_after);
  NEXT(1);
}

HANDLER(TAIL_CALL) { SLOW(tail_call); }

/* The callee and its arguments slide down over the running function, whose frame goes on. */
#define TAIL_CALL_LUA_HANDLER(name, function_and_arguments)                                 \
  HANDLER(name) {                                                                           \
    Value *function = &RA;                                                                  \
    Closure *closure = value_untag(*function, TAG_FUNCTION);                                \
    if (unlikely(untag_failed(closure))) SLOW(tail_call);                                   \
    if (unlikely(closure->head.kind != KIND_CLOSURE)) SLOW(tail_call);                      \
    Proto *p = closure->proto;                                                              \
    Frame *f = L->frame;                                                                    \
    if (unlikely(p->is_vararg || f->extra_args != 0)) SLOW(tail_call);                      \
    Value *end = base + p->max_stack;                                                       \
    size_t count = (function_and_arguments);                                                \
    if (unlikely(end >= L->stack_limit || count > MAX_REGISTERS)) SLOW(tail_call);          \
    for (size_t n = 0; n < count; n++) base[(ptrdiff_t)n - 1] = function[n];                \
    for (size_t n = count - 1; unlikely(n < p->param_count); n++) base[n] = nil;            \
    f->constants = p->constants;                                                            \
    f->top = end;                                                                           \
    f->flags = (f->flags | FRAME_TAIL) & (uint8_t)~FRAME_HOOK_CALLED;                       \
    k = p->constants;                                                                       \
    pc = p->code;                                                                           \
    insn = *pc;                                                                             \
    DISPATCH();                                                                             \
  }
TAIL_CALL_LUA_HANDLER(TAIL_CALL_LUA, B)
TAIL_CALL_LUA_HANDLER(TAIL_CALL_LUA_OPEN, (size_t)(L->top - function))

HANDLER(RETURN) { SLOW(return_any); }

/* RETURN_1 to an instruction that called on its own behalf: generic loops get their variables here, the rest is
   left to the slow path. */
HANDLER(RETURN_1_FINISH) {
  Frame *f = L->frame, *caller = f - 1;
  if (unlikely(f->flags != 0 || f->extra_args != 0 || caller->kind != FRAME_LUA)) SLOW(return_any);
  Instruction loop = *caller->pc;
  if ((uint8_t)loop != OP_GENERIC_FOR_LUA) SLOW(return_any);
  Value v = RA;
  base = caller->base;
  k = caller->constants;
  pc = caller->pc;
  insn = loop;
  L->frame = caller;
  Value *r = &RA;
  r[4] = v;
  for (unsigned n = C; unlikely(n > 1); n--) r[3 + n] = nil;
  if (v == nil) NEXT(1);
  r[2] = v;
  SKIP(1, SD);
}

/* The caller is a Lua function that made an ordinary call unless `wanted` says WANTED_FINISH.
   RETURN_1 when not exactly one result is wanted, or from a vararg function. */
HANDLER(RETURN_1_ANY) {
  Frame *f = L->frame;
  int32_t wanted = f->wanted;
  if (unlikely(wanted < WANTED_ALL)) HAND_OVER(RETURN_1_FINISH);
  Frame *caller = f - 1;
  Value v = RA, *slot = frame_function_slot(f);
  slot[0] = v;
  L->top = slot + 1;
  for (int32_t n = 1; n < wanted; n++) slot[n] = nil;
  L->frame = caller;
  base = caller->base;
  k = caller->constants;
  pc = caller->pc;
  NEXT(1);
}

HANDLER(RETURN_1) {
  Frame *f = L->frame;
  Value v = RA;
  if (unlikely(f->wanted != 1 || f->extra_args != 0)) HAND_OVER(RETURN_1_ANY);
  Frame *caller = f - 1;
  base[-1] = v;
  L->frame = caller;
  base = caller->base;
  k = caller->constants;
  pc = caller->pc;
  NEXT(1);
}

/* One result is what RETURN_1 expects in the same register. */
HANDLER(TAIL_CALL_BUILTIN) {
  Value *function = &RA;
  GUARD_DIRECT(function, tail_call);
  unsigned b = B;
  int count = direct(L, function, b != 0 ? b - 1 : (unsigned)(L->top - function) - 1);
  if (unlikely(count < 0)) SLOW(tail_call);
  L->top = function + count;
  if (unlikely(count != 1 || L->heap->debt > 0)) SLOW(return_open);
  HAND_OVER(RETURN_1);
}

HANDLER(RETURN_0) {
  Frame *f = L->frame;
  if (unlikely(f->wanted != 0 || f->extra_args != 0)) SLOW(return_any);
  Frame *caller = f - 1;
  L->frame = caller;
  base = caller->base;
  k = caller->constants;
  pc = caller->pc;
  NEXT(1);
}

HANDLER(VARARG_PREPARE) { SLOW(vararg_prepare); }

HANDLER(VARARG) {
  unsigned wanted = C;
  if (wanted == 0) SLOW(vararg);
  uint32_t surplus = L->frame->extra_args;
  const Value *from = base - 1 - surplus;
  Value *to = &RA;
  for (uint32_t n = 0; n + 1 < wanted; n++) to[n] = n < surplus ? from[n] : nil;
  NEXT(1);
}

HANDLER(VARARG_COPY) {
  size_t extra = L->frame->extra_args, wanted = C;
  Value *to = &RA;
  const Value *from = base - 1 - extra;
  if (wanted == 0) {
    if (unlikely(L->stack_limit - to <= (ptrdiff_t)extra)) SLOW(vararg);
    L->top = to + extra;
    wanted = extra + 1;
  }
  for (size_t n = 0; n + 1 < wanted; n++) to[n] = n < extra ? from[n] : nil;
  NEXT(1);
}

/* select(n, ...) with n from 1 up, or "#": without copying the arguments. */
HANDLER(VARARG_SELECT) {
  Value *call = &RA - 2, selector = call[1];
  const Native *native = value_untag(*call, TAG_FUNCTION);
  if (unlikely(untag_failed(native))) HAND_OVER(VARARG_COPY);
  if (unlikely(native->head.kind != KIND_NATIVE || native->head.flags != NATIVE_SELECT))
    HAND_OVER(VARARG_COPY);
  int64_t extra = L->frame->extra_args;
  if (value_is_small_int(selector)) {
    int64_t n = value_as_small_int(selector);
    if (unlikely(n < 1)) HAND_OVER(VARARG_COPY);
    *call = n <= extra ? base[n - 2 - extra] : nil;
    NEXT(2);
  }
  const String *text = value_untag(selector, TAG_STRING);
  if (unlikely(untag_failed(text) || *string_bytes(text) != '#')) HAND_OVER(VARARG_COPY);
  *call = value_from_small_int(extra);
  NEXT(2);
}
