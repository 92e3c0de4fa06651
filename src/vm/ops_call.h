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
    f->wanted = (int32_t)instruction_c(insn) - 1;                                           \
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
CALL_LUA_HANDLER(CALL_LUA, instruction_b(insn) - 1)
CALL_LUA_HANDLER(CALL_LUA_OPEN, (size_t)(L->top - callee_base))

HANDLER(CALL_NATIVE) { SLOW(call_native); }

/* The entry may allocate, but neither raises nor calls anything; false: the C function must do it. */
HANDLER(CALL_BUILTIN) {
  Value *function = &RA;
  Native *native = value_untag(*function, TAG_FUNCTION);
  if (unlikely(untag_failed(native))) SLOW(call);
  if (unlikely(native->head.kind != KIND_NATIVE || native->builtin == NULL)) SLOW(call);
  BuiltinDirect direct = native->builtin->direct;
  if (unlikely(direct == NULL)) SLOW(call);
  L->frame->pc = pc;
  if (unlikely(!direct(L, function, instruction_b(insn) - 1))) SLOW(call_native);
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
TAIL_CALL_LUA_HANDLER(TAIL_CALL_LUA, instruction_b(insn))
TAIL_CALL_LUA_HANDLER(TAIL_CALL_LUA_OPEN, (size_t)(L->top - function))

HANDLER(RETURN) { SLOW(return_any); }

/* The caller is a Lua function that made an ordinary call unless `wanted` says WANTED_FINISH. */
/* RETURN_1 when not exactly one result is wanted. */
HANDLER(RETURN_1_ANY) {
  Frame *f = L->frame;
  int32_t wanted = f->wanted;
  if (unlikely(wanted < WANTED_ALL || f->extra_args != 0)) SLOW(return_any);
  Frame *caller = f - 1;
  base[-1] = RA;
  L->top = base;
  for (int32_t n = 1; n < wanted; n++) base[n - 1] = nil;
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

HANDLER(VARARG) { SLOW(vararg); }
