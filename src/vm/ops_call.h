/* Handlers: calls, returns, varargs. See dispatch.h and call.h. */

/* Of a table with a __call, which takes its place, while the table becomes the first argument. */
HANDLER(CALL) {
  Value *function = &RA, *callee_base = function + 1;
  Value method = metatable_known(global_of(L), *function, EVENT_CALL);
  size_t count = B;
  if (count == 0) SLOW(call);
  GUARD_CLOSURE(method, call);
  if (unlikely(p->is_vararg)) SLOW(call);
  GUARD_ROOM(call);
  for (size_t n = count; n > 0; n--) function[n] = function[n - 1];
  function[0] = method;
  for (size_t n = count; unlikely(n < p->param_count); n++) callee_base[n] = nil;
  ENTER_LUA((int)C - 1, 0);
  NEXT(0);
}

/* A Lua function without varargs, `arguments` of whose parameters are there. */
#define CALL_LUA_HANDLER(name, arguments)                                 \
  HANDLER(name) {                                                         \
    Value *callee_base = &RA + 1;                                         \
    GUARD_CLOSURE(callee_base[-1], call);                                 \
    if (unlikely(p->is_vararg)) SLOW(call);                               \
    GUARD_ROOM(call);                                                     \
    for (size_t n = (arguments); n < p->param_count; n++) callee_base[n] = nil; \
    ENTER_LUA((int)C - 1, 0);                                             \
    NEXT(0);                                                              \
  }
/* CALL_LUA where the numbers of arguments and parameters differ. */
CALL_LUA_HANDLER(CALL_LUA_FILL, B - 1)
CALL_LUA_HANDLER(CALL_LUA_OPEN, (size_t)(L->top - callee_base))

HANDLER(CALL_LUA) {
  Value *callee_base = &RA + 1;
  GUARD_CLOSURE(callee_base[-1], call);
  if (unlikely(proto_signature(p) != B - 1)) HAND_OVER(CALL_LUA_FILL);
  GUARD_ROOM(call);
  ENTER_LUA((int)C - 1, 0);
  NEXT(0);
}

/* Recursion: code and constants stay. The function's slot is stored over with the same, but from
   where it was called: or each level would wait until the one above has looked the function up. */
HANDLER(CALL_SELF) {
  Value *callee_base = &RA + 1, self = base[-1];
  if (unlikely(callee_base[-1] != self)) HAND_OVER(CALL_LUA);
  const Proto *p = value_closure(self)->proto;
  GUARD_ROOM(call);
  __asm__("" : "+r"(self));
  callee_base[-1] = self;
  uint64_t word = frame_lua_word((int)C - 1, 0);
  frame->pc = pc;
  base = callee_base;
  pc -= D;
  frame++;
  frame_set_lua(frame, base, k, word);
  L->frame = frame;
  NEXT(0);
}

/* A Lua function with varargs: its fixed parameters move above the surplus arguments, as
   slow_vararg_prepare would have it; so its first instruction, VARARG_PREPARE, is behind it. */
HANDLER(CALL_LUA_VARARG) {
  Value *function = &RA;
  GUARD_CLOSURE(*function, call);
  if (unlikely(!p->is_vararg)) SLOW(call);
  size_t params = p->param_count, b = B;
  size_t count = b != 0 ? b - 1 : (size_t)(L->top - function) - 1, extra = 0;
  Value *callee_base = function + 1;
  if (likely(count > params)) {
    callee_base += count + 1;
    GUARD_ROOM(call);
    extra = count - params;
    callee_base[-1] = *function;
    for (size_t n = 0; n < params; n++) {
      callee_base[n] = function[n + 1];
      function[n + 1] = nil;
    }
  } else {
    GUARD_ROOM(call);
    for (size_t n = count; n < params; n++) callee_base[n] = nil;
  }
  ENTER_LUA((int)C - 1, (uint32_t)extra);
  NEXT(1);
}

/* The direct entry of the library function that is called, in `direct`. */
#define GUARD_DIRECT(function, slow)                                                        \
  Native *native = value_untag(*(function), TAG_FUNCTION);                                  \
  if (unlikely(untag_failed(native))) SLOW(slow);                                           \
  if (unlikely(native->head.kind != KIND_NATIVE || native->builtin == NULL)) SLOW(slow);    \
  BuiltinDirect direct = native->builtin->direct;                                           \
  if (unlikely(direct == NULL)) SLOW(slow);                                                 \
  frame->pc = pc

/* A fixed number of arguments, one result. */
HANDLER(CALL_BUILTIN) {
  Value *function = &RA;
  GUARD_DIRECT(function, call);
  int count = direct(L, function, B - 1);
  frame = L->frame;
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
  frame = L->frame;
  if (unlikely(count < 0)) SLOW(call);
  if (c == 0)
    L->top = function + count;
  else
    for (int n = count; n < (int)c - 1; n++) function[n] = nil;
  if (unlikely(L->heap->debt > 0)) SLOW(safepoint_after);
  NEXT(1);
}

HANDLER(TAIL_CALL) { SLOW(tail_call); }

/* Where a Lua function's results go. */
#define RESULT_SLOT() \
  (likely(frame->extra_args == 0) ? base - 1 : vararg_function_slot(base, frame->extra_args))

#define NOTE_TAIL_CALL()                                                  \
  do {                                                                    \
    uint64_t word = frame->call_word, noted = frame_tail_word(word);      \
    if (unlikely(word != noted)) frame->call_word = noted;                \
  } while (0)

/* Values just stored one by one are copied one by one: a wider load would wait for all of them. */
#define COPY_VALUES(to, from, count)                                      \
  for (size_t n = 0; n < (count); n++) {                                  \
    (to)[n] = (from)[n];                                                  \
    __asm__ volatile("");                                                 \
  }

DECLARE_HANDLER(TAIL_CALL_LUA_VARARG)
/* From a function with or without varargs to one without: the callee and its arguments slide down
   over the running function, whose frame goes on. */
HANDLER(TAIL_CALL_LUA_ANY) {
  const Value *function = &RA;
  GUARD_CLOSURE(*function, tail_call);
  if (unlikely(p->is_vararg)) HAND_OVER(TAIL_CALL_LUA_VARARG);
  size_t b = B, count = b != 0 ? b : (size_t)(L->top - function);
  if (unlikely(count > MAX_REGISTERS)) SLOW(tail_call);
  if (unlikely(base + p->max_stack >= L->stack_limit)) SLOW(tail_call);
  if (unlikely(frame->extra_args != 0)) {
    base = RESULT_SLOT() + 1;
    frame->base = base;
  }
  COPY_VALUES(base - 1, function, count);
  for (size_t n = count - 1; unlikely(n < p->param_count); n++) base[n] = nil;
  frame->constants = p->constants;
  frame->call_word = (uint32_t)frame_tail_word(frame->call_word);
  k = p->constants;
  pc = p->code;
  NEXT(0);
}

/* To a function with varargs: they are put as CALL_LUA_VARARG does. */
HANDLER(TAIL_CALL_LUA_VARARG) {
  const Value *function = &RA;
  GUARD_CLOSURE(*function, tail_call);
  if (unlikely(!p->is_vararg)) HAND_OVER(TAIL_CALL_LUA_ANY);
  size_t b = B, count = b != 0 ? b : (size_t)(L->top - function), params = p->param_count;
  if (unlikely(count > MAX_REGISTERS)) SLOW(tail_call);
  Value *slot = RESULT_SLOT();
  if (unlikely(slot + count + 1 + p->max_stack >= L->stack_limit)) SLOW(tail_call);
  uint64_t word = (uint32_t)frame_tail_word(frame->call_word);
  COPY_VALUES(slot, function, count);
  base = slot + 1;
  if (likely(count - 1 > params)) {
    base += count;
    base[-1] = slot[0];
    for (size_t n = 0; n < params; n++) {
      base[n] = slot[n + 1];
      slot[n + 1] = nil;
    }
    word |= (uint64_t)(count - 1 - params) << 32;
  } else {
    for (size_t n = count - 1; n < params; n++) base[n] = nil;
  }
  k = p->constants;
  pc = p->code;
  frame_set_lua(frame, base, k, word);
  NEXT(1);
}

/* One that lies as far from the running function as when the site was first here, as functions that call
   each other do: its slot is stored over with what was to be expected, or each would wait until
   the one before has looked it up. */
HANDLER(TAIL_CALL_LUA) {
  const Value *function = &RA;
  Value callee = base[-1] + (Value)SD;
  if (unlikely(callee != *function)) HAND_OVER(TAIL_CALL_LUA_ANY);
  __asm__("" : "+r"(callee));
  GUARD_CLOSURE(callee, tail_call);
  size_t count = B;
  if (unlikely(proto_signature(p) != count - 1 || frame->extra_args != 0)) HAND_OVER(TAIL_CALL_LUA_ANY);
  if (unlikely(base + p->max_stack >= L->stack_limit)) SLOW(tail_call);
  base[-1] = callee;
  COPY_VALUES(base, function + 1, count - 1);
  k = p->constants;
  pc = p->code;
  frame->constants = k;
  NOTE_TAIL_CALL();
  NEXT(0);
}

/* As many arguments as there are parameters. */
#define TAIL_CALL_SELF_HANDLER(name, arguments_count, is_complete)          \
  HANDLER(name) {                                                         \
    const Value *arguments = &RA + 1;                                     \
    size_t count = (arguments_count);                                     \
    if (unlikely(arguments[-1] != base[-1] || !(is_complete))) HAND_OVER(TAIL_CALL_LUA_ANY); \
    COPY_VALUES(base, arguments, count);                                  \
    NOTE_TAIL_CALL();                                                     \
    pc -= D;                                                              \
    NEXT(0);                                                              \
  }
TAIL_CALL_SELF_HANDLER(TAIL_CALL_SELF, B - 1, true)
TAIL_CALL_SELF_HANDLER(TAIL_CALL_SELF_OPEN, (size_t)(L->top - arguments),
                       count == value_closure(base[-1])->proto->param_count)

#define RETURNED_COUNT() (B != 0 ? (ptrdiff_t)B - 1 : L->top - &RA)

/* RETURN_1 and RETURN_0 to a C function that called from outside of the loop. */
HANDLER(RETURN_1_ENTRY) {
  int wanted = frame->entry_wanted;
  Value v = RA, *slot = RESULT_SLOT();
  if (unlikely(wanted > 1)) SLOW(return_any);
  slot[0] = v;
  L->top = slot + (wanted != 0);
  L->frame = frame - 1;
  LEAVE();
}

HANDLER(RETURN_0_ENTRY) {
  int wanted = frame->entry_wanted;
  Value *slot = RESULT_SLOT();
  if (unlikely(wanted > 1)) SLOW(return_any);
  slot[0] = nil;
  L->top = slot + (wanted == 1);
  L->frame = frame - 1;
  LEAVE();
}

/* Several values, or some to be counted. */
HANDLER(RETURN_ENTRY) {
  int wanted = frame->entry_wanted;
  Value *slot = RESULT_SLOT();
  switch_deliver(L, slot, &RA, RETURNED_COUNT(), wanted);
  if (wanted >= 0) L->top = slot + wanted;
  L->frame = frame - 1;
  LEAVE();
}

/* To a pcall, whose CALL goes on with true and the `count` values from R[A] on. */
#define RETURN_TO_PCALL_HANDLER(name, count)                               \
  HANDLER(name) {                                                          \
    const Frame *pcall = frame - 1;                                        \
    int wanted = pcall->wanted;                                            \
    if (unlikely(wanted < WANTED_ALL)) SLOW(return_any);                   \
    Value *slot = pcall->base - 1;                                         \
    switch_deliver_from(L, slot, 1, &RA, count, wanted);                   \
    slot[0] = TRUE;                                                        \
    pcall_end(L, pcall);                                                   \
    frame--;                                                               \
    LEAVE_LUA();                                                           \
    NEXT(1);                                                               \
  }
RETURN_TO_PCALL_HANDLER(RETURN_PCALL, RETURNED_COUNT())
RETURN_TO_PCALL_HANDLER(RETURN_1_PCALL, 1)
RETURN_TO_PCALL_HANDLER(RETURN_0_PCALL, 0)

/* Of the function that a coroutine began with, which is dead now. Its resumer is a generic loop. */
#define RETURN_TO_RESUMING_LOOP_HANDLER(name, count)                                     \
  HANDLER(name) {                                                                        \
    const Value *values = &RA;                                                           \
    ptrdiff_t returned = (count);                                                        \
    L = switch_end(L, frame);                                                            \
    frame = L->frame;                                                                    \
    Value *slot = frame->base - 1;                                                       \
    LEAVE_LUA();                                                                         \
    insn = *pc;                                                                          \
    switch_deliver(L, slot, values, returned, (int)C);                                   \
    if (slot[0] == nil) NEXT(1);                                                         \
    slot[-2] = slot[0];                                                                  \
    SKIP(1, SD);                                                                         \
  }
RETURN_TO_RESUMING_LOOP_HANDLER(RETURN_RESUMING_LOOP, RETURNED_COUNT())
RETURN_TO_RESUMING_LOOP_HANDLER(RETURN_1_RESUMING_LOOP, 1)
RETURN_TO_RESUMING_LOOP_HANDLER(RETURN_0_RESUMING_LOOP, 0)

/* Its resumer goes on behind a CALL. */
#define RETURN_TO_RESUMER_HANDLER(name, count, to_loop)                                  \
  HANDLER(name) {                                                                        \
    if (unlikely(!switch_can_end(L, frame))) SLOW(return_any);                           \
    const Frame *resume = L->resumer->frame;                                             \
    int wanted = resume->wanted;                                                         \
    if (wanted == WANTED_LOOP) HAND_OVER(to_loop);                                       \
    const Value *values = &RA;                                                           \
    ptrdiff_t returned = (count);                                                        \
    if (unlikely(wanted < WANTED_ALL ||                                                  \
                 !switch_has_room(L->resumer, resume->base, (size_t)returned, wanted)))  \
      SLOW(return_any);                                                                  \
    L = switch_end(L, frame);                                                            \
    frame = L->frame;                                                                    \
    Value *slot = frame->base - 1;                                                       \
    slot[0] = TRUE; /* what a wrap function returns takes its place */                   \
    switch_deliver_from(L, slot, !(frame->flags & FRAME_WRAP), values, returned, wanted); \
    LEAVE_LUA();                                                                         \
    NEXT(1);                                                                             \
  }
RETURN_TO_RESUMER_HANDLER(RETURN_RESUMER, RETURNED_COUNT(), RETURN_RESUMING_LOOP)
RETURN_TO_RESUMER_HANDLER(RETURN_1_RESUMER, 1, RETURN_1_RESUMING_LOOP)
RETURN_TO_RESUMER_HANDLER(RETURN_0_RESUMER, 0, RETURN_0_RESUMING_LOOP)

/* To a generic loop, whose variables, R[A+4] and up, the `count` values from R[A] on become. */
#define RETURN_TO_LOOP_HANDLER(name, count)                                \
  HANDLER(name) {                                                          \
    Value *slot = RESULT_SLOT();                                           \
    const Value *values = &RA;                                             \
    ptrdiff_t returned = (count);                                          \
    LEAVE_LUA();                                                           \
    insn = *pc;                                                            \
    switch_deliver(L, slot, values, returned, (int)C);                     \
    if (slot[0] == nil) NEXT(1);                                           \
    slot[-2] = slot[0];                                                    \
    SKIP(1, SD);                                                           \
  }
RETURN_TO_LOOP_HANDLER(RETURN_FOR, RETURNED_COUNT())
RETURN_TO_LOOP_HANDLER(RETURN_1_FOR, 1)
RETURN_TO_LOOP_HANDLER(RETURN_0_FOR, 0)

/* Several values, or some to be counted. To one that called on its own behalf: C code, a loop, a resumer
   or a pcall. */
HANDLER(RETURN_FINISH) {
  if (frame->flags & FRAME_ENTRY) HAND_OVER(RETURN_ENTRY);
  if (frame->wanted == WANTED_LOOP) HAND_OVER(RETURN_FOR);
  if (frame[-1].kind == FRAME_NATIVE) HAND_OVER(RETURN_RESUMER);
  if (unlikely(frame[-1].kind != FRAME_PCALL)) SLOW(return_any);
  HAND_OVER(RETURN_PCALL);
}

HANDLER(RETURN) {
  if (unlikely(L->hook_mask != 0)) SLOW(return_any); /* it stands for all returns then */
  if (C != 0 && unlikely(L->to_be_closed_count != 0 || !upvalue_close_quickly(L, base))) SLOW(return_any);
  int wanted = frame->wanted;
  if (wanted < WANTED_ALL) HAND_OVER(RETURN_FINISH);
  switch_deliver(L, RESULT_SLOT(), &RA, RETURNED_COUNT(), wanted);
  LEAVE_LUA();
  NEXT(1);
}

/* RETURN_1 to an instruction that called on its own behalf. */
HANDLER(RETURN_1_FINISH) {
  if (frame->flags & FRAME_ENTRY) HAND_OVER(RETURN_1_ENTRY);
  const Frame *caller = frame - 1;
  if (frame->wanted == WANTED_LOOP) HAND_OVER(RETURN_1_FOR);
  if (caller->kind == FRAME_PCALL) HAND_OVER(RETURN_1_PCALL);
  if (caller->kind == FRAME_NATIVE) HAND_OVER(RETURN_1_RESUMER);
  if (caller->kind == FRAME_CLOSE) HAND_OVER(RETURN_TO_CLOSE);
  if (unlikely((frame->flags & ~FRAME_TAIL) != 0 || frame->extra_args != 0)) SLOW(return_any);
  if (unlikely(caller->kind != FRAME_LUA || (caller->flags & FRAME_NEGATE))) SLOW(return_any);
  uint8_t op = (uint8_t)*caller->pc;
  uint8_t finish = opcode_infos[op].finish;
  Value v = RA;
  if (finish == FINISH_STORE) {
    LEAVE_LUA();
    insn = *pc;
    RA = v;
    NEXT(opcode_infos[op].words);
  }
  if (finish == FINISH_JUMP || finish == FINISH_JUMP_NOT) {
    LEAVE_LUA();
    if (((v & ~UINT64_C(1)) == nil) == (finish == FINISH_JUMP_NOT)) SKIP(1, SD);
    NEXT(1);
  }
  if (finish == FINISH_CONCAT && caller->concat_end == 2) { /* of the first two operands */
    LEAVE_LUA();
    insn = *pc;
    RA = v;
    NEXT(1);
  }
  SLOW(return_any);
}

/* The caller is a Lua function that made an ordinary call unless `wanted` says WANTED_FINISH.
   RETURN_1 when not exactly one result is wanted, or from a vararg function. */
HANDLER(RETURN_1_ANY) {
  int wanted = frame->wanted;
  if (wanted < WANTED_ALL) HAND_OVER(RETURN_1_FINISH);
  Value v = RA, *slot = RESULT_SLOT();
  slot[0] = v;
  L->top = slot + 1;
  for (int n = 1; unlikely(n < wanted); n++) slot[n] = nil;
  LEAVE_LUA();
  NEXT(1);
}

HANDLER(RETURN_1) {
  uint64_t word = frame->call_word;
  Value v = RA;
  if (unlikely(word != frame_lua_word(1, 0)) &&
      word != (frame_lua_word(1, 0) | frame_flags_word(FRAME_TAIL))) {
    if (word == frame_word(FRAME_LUA, WANTED_FINISH, FRAME_ENTRY, 0)) HAND_OVER(RETURN_1_ENTRY);
    if (word == frame_lua_word(WANTED_LOOP, 0)) HAND_OVER(RETURN_1_FOR);
    if (word == frame_lua_word(WANTED_PCALL, 0)) HAND_OVER(RETURN_1_PCALL);
    HAND_OVER(RETURN_1_ANY);
  }
  base[-1] = v;
  LEAVE_LUA();
  NEXT(1);
}

/* One result is what RETURN_1 expects in the same register. */
HANDLER(TAIL_CALL_BUILTIN) {
  Value *function = &RA;
  GUARD_DIRECT(function, tail_call);
  unsigned b = B;
  int count = direct(L, function, b != 0 ? b - 1 : (unsigned)(L->top - function) - 1);
  frame = L->frame;
  if (unlikely(count < 0)) SLOW(tail_call);
  L->top = function + count;
  if (unlikely(count != 1 || L->heap->debt > 0)) SLOW(return_open);
  HAND_OVER(RETURN_1);
}

/* To a pcall or a resumer, or from a __newindex that a store called. */
HANDLER(RETURN_0_FINISH) {
  const Frame *caller = frame - 1;
  if (frame->flags & FRAME_ENTRY) HAND_OVER(RETURN_0_ENTRY);
  if (frame->wanted == WANTED_LOOP) HAND_OVER(RETURN_0_FOR);
  if (caller->kind == FRAME_PCALL) HAND_OVER(RETURN_0_PCALL);
  if (caller->kind == FRAME_NATIVE) HAND_OVER(RETURN_0_RESUMER);
  if (caller->kind == FRAME_CLOSE) HAND_OVER(RETURN_TO_CLOSE);
  if (unlikely((frame->flags & ~FRAME_TAIL) != 0 || frame->extra_args != 0)) SLOW(return_any);
  if (unlikely(caller->kind != FRAME_LUA)) SLOW(return_any);
  const OpcodeInfo *info = &opcode_infos[(uint8_t)*caller->pc];
  if (unlikely(info->finish != FINISH_DROP)) SLOW(return_any);
  LEAVE_LUA();
  NEXT(info->words);
}

/* RETURN_0 where results are wanted. */
HANDLER(RETURN_0_ANY) {
  int wanted = frame->wanted;
  Value *slot = RESULT_SLOT();
  L->top = slot;
  for (int n = 0; n < wanted; n++) slot[n] = nil;
  LEAVE_LUA();
  NEXT(1);
}

HANDLER(RETURN_0) {
  if (frame->wanted < WANTED_ALL) HAND_OVER(RETURN_0_FINISH);
  if (unlikely(frame->wanted != 0)) HAND_OVER(RETURN_0_ANY);
  LEAVE_LUA();
  NEXT(1);
}

HANDLER(VARARG_PREPARE) { SLOW(vararg_prepare); }

HANDLER(VARARG) {
  unsigned wanted = C;
  if (wanted == 0) SLOW(vararg);
  uint32_t surplus = frame->extra_args;
  const Value *from = base - 1 - surplus;
  Value *to = &RA;
  for (uint32_t n = 0; n + 1 < wanted; n++) to[n] = n < surplus ? from[n] : nil;
  NEXT(1);
}

HANDLER(VARARG_COPY) {
  size_t extra = frame->extra_args, wanted = C;
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
  int64_t extra = frame->extra_args;
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
