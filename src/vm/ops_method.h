/* Handlers: metamethods that are Lua functions, called by the instruction under way. See dispatch.h
   and call.h.

   None of them is an opcode: the handlers of operators hand over to them what is not a number. A
   metamethod that the shared cache does not know, or that is no plain Lua function, is left to the
   slow path. Before them stands what all handlers that call Lua functions have in common. */

/* The Lua function `value`, and its prototype p. */
#define GUARD_CLOSURE(value, slow)                                        \
  const Closure *closure = value_untag(value, TAG_FUNCTION);              \
  if (unlikely(untag_failed(closure))) SLOW(slow);                        \
  if (unlikely(closure->head.kind != KIND_CLOSURE)) SLOW(slow);           \
  const Proto *p = closure->proto
#define GUARD_ROOM(slow)                                                  \
  if (unlikely(callee_base + p->max_stack >= L->stack_limit)) SLOW(slow); \
  if (unlikely(frame + 1 == L->frames_limit)) SLOW(slow)

/* Pushes the frame of the function with prototype p, whose parameters lie at callee_base; its first
   instruction is next. ENTER_LUA_ABOVE: above a frame that has no pc, or has it already. */
#define ENTER_LUA(wanted, extra_args)                                     \
  do {                                                                    \
    frame->pc = pc;                                                       \
    ENTER_LUA_ABOVE(wanted, extra_args);                                  \
  } while (0)
#define ENTER_LUA_ABOVE(wanted, extra_args)                               \
  do {                                                                    \
    uint64_t word = frame_lua_word(wanted, extra_args);                   \
    base = callee_base;                                                   \
    k = p->constants;                                                     \
    pc = p->code;                                                         \
    frame++;                                                              \
    frame_set_lua(frame, base, k, word);                                  \
    L->frame = frame;                                                     \
  } while (0)

/* L goes on in its frame f: behind the call under way there, or in the same instruction. */
#define GO_ON_IN(f)                                                       \
  do {                                                                    \
    frame = (f);                                                          \
    L->frame = frame;                                                     \
    base = frame->base;                                                   \
    k = frame->constants;                                                 \
    pc = frame->pc;                                                       \
  } while (0)
#define LEAVE_LUA() GO_ON_IN(frame - 1)

/* The metamethod's frame lies above the registers; RETURN_1_FINISH brings the result back. */
#define CALL_METHOD(method, a, b, slow) CALL_METHOD3(method, a, b, nil, slow)
#define CALL_METHOD3(method, a, b, c, slow)                               \
  do {                                                                    \
    GUARD_CLOSURE(method, slow);                                          \
    if (unlikely(p->is_vararg)) SLOW(slow);                               \
    Value *callee_base = frame_registers_end(frame) + 1;                  \
    GUARD_ROOM(slow);                                                     \
    callee_base[-1] = method;                                             \
    callee_base[0] = a;                                                   \
    callee_base[1] = b;                                                   \
    callee_base[2] = c;                                                   \
    for (size_t n = 3; unlikely(n < p->param_count); n++) callee_base[n] = nil; \
    ENTER_LUA(WANTED_FINISH, 0);                                          \
    NEXT(0);                                                              \
  } while (0)

/* Numbers alone need no look: other types may have metatables, and a number may be the left operand
   of a table's metamethod. */
HANDLER(ARITHMETIC_METHOD) {
  ArithmeticForm form = arithmetic_forms[opcode_infos[(uint8_t)insn].generic];
  Value a = RB, b = form.constant ? KD : RC;
  const Global *global = global_of(L);
  Event event = (Event)arithmetic_event(form.op);
  if (form.constant && (C & EXCHANGED)) SLOW(arithmetic);
  if (unlikely(b == WIDE)) SLOW(arithmetic);
  Value method = metatable_known(global, a, event);
  if (method == nil && value_is_simple_number(a) && global->type_metatables[LUA_TNUMBER] == NULL)
    method = metatable_known(global, b, event);
  CALL_METHOD(method, a, b, arithmetic);
}

HANDLER(UNARY_METHOD) {
  Value a = RB;
  Event event = opcode_infos[(uint8_t)insn].generic == OP_UNM ? EVENT_UNM : EVENT_BNOT;
  Value method = metatable_known(global_of(L), a, event);
  CALL_METHOD(method, a, a, unary);
}

HANDLER(LENGTH_METHOD) {
  Value a = RB, method = metatable_known(global_of(L), a, EVENT_LEN);
  CALL_METHOD(method, a, a, length);
}

/* R[A] and R[B], one of them no number. The order is the locale's: comparing calls the C library. */
HANDLER(COMPARE_STRINGS) {
  if (unlikely(interrupt_bits(L) != 0)) SLOW(compare);
  unsigned generic = opcode_infos[(uint8_t)insn].generic;
  int order = string_compare(value_string(RA), value_string(RB));
  bool negated = generic == OP_JUMP_NOT_LT || generic == OP_JUMP_NOT_LE;
  if ((order < (generic >= OP_JUMP_LE)) != negated) SKIP(1, SD);
  NEXT(1);
}

HANDLER(COMPARE_METHOD) {
  Value a = RA, b = RB;
  if (value_is_string(a) && value_is_string(b)) HAND_OVER(COMPARE_STRINGS);
  Value method = metatable_known(global_of(L), a, (uint8_t)insn < OP_JUMP_LE ? EVENT_LT : EVENT_LE);
  if (unlikely(b == WIDE)) SLOW(compare);
  CALL_METHOD(method, a, b, compare);
}
STATIC_ASSERT(OP_JUMP_LT < OP_JUMP_LE && OP_JUMP_NOT_LT < OP_JUMP_LE && OP_JUMP_LE < OP_JUMP_NOT_LE,
              "COMPARE_METHOD tells them apart by that");

/* Tables that are not the same one. */
HANDLER(EQUAL_METHOD) {
  Value a = RA, b = RB, method = metatable_known(global_of(L), a, EVENT_EQ);
  CALL_METHOD(method, a, b, equal);
}

/* The last two operands, one of which is a table. */
HANDLER(CONCAT_METHOD) {
  size_t count = C;
  const Value *pair = &RB + count - 2;
  Value a = pair[0], b = pair[1];
  Value method = metatable_known(global_of(L), a, EVENT_CONCAT);
  if (!value_is_table(a) && value_metamethod(L, a, EVENT_CONCAT) == nil)
    method = metatable_known(global_of(L), b, EVENT_CONCAT);
  frame->concat_end = (int32_t)count;
  CALL_METHOD(method, a, b, concat);
}

/* ---- __close ----------------------------------------------------------------------------------- */

/* At the end of a block, the newest of its variables: as close_start and close_step would have it. */
HANDLER(CLOSE_METHOD) {
  Value *level = &RA;
  if (!close_pending(L, level)) {
    if (unlikely(!upvalue_close_quickly(L, level))) SLOW(close);
    NEXT(1);
  }
  Value object = *stack_slot(L, L->to_be_closed[L->to_be_closed_count - 1]);
  Value method = metatable_known(global_of(L), object, EVENT_CLOSE);
  GUARD_CLOSURE(method, close);
  if (unlikely(p->is_vararg || L->hook_mask != 0 || L->c_calls >= MAX_C_CALLS - 1)) SLOW(close);
  Value *callee_base = frame_registers_end(frame) + 1;
  GUARD_ROOM(close);
  if (unlikely(frame + 2 == L->frames_limit || !upvalue_close_quickly(L, level))) SLOW(close);
  L->to_be_closed_count--;
  frame->pc = pc;
  frame++;
  close_begin(L, frame, callee_base - 1, level, LUA_OK);
  callee_base[-1] = method;
  callee_base[0] = object;
  callee_base[1] = nil;
  for (size_t n = 2; unlikely(n < p->param_count); n++) callee_base[n] = nil;
  ENTER_LUA_ABOVE(WANTED_FINISH, 0);
  NEXT(0);
}

/* From a __close: where it was the last one of a block, what is behind that is next. */
HANDLER(RETURN_TO_CLOSE) {
  const Frame *closing = frame - 1, *closed = frame - 2;
  if (unlikely(closing->close_status != LUA_OK)) SLOW(return_any);
  if (close_pending(L, stack_slot(L, closing->as.task.level))) SLOW(return_any);
  if (closed->kind != FRAME_LUA || (uint8_t)*closed->pc != OP_CLOSE) SLOW(return_any);
  restore_c_calls(L, closing);
  GO_ON_IN(frame - 2);
  NEXT(1);
}

/* ---- tables that lack the key of an index ------------------------------------------------------- */

/* The table itself has nil for the key, which is no wide integer: its metatable decides. */
#define GET_MISSING_HANDLERS(family, key, slow)                                        \
  HANDLER(family##_INHERITED) {                                                        \
    Value holder = metatable_known(global_of(L), RB, EVENT_INDEX);                     \
    const Value *place = index_inherited(L, holder, key);                              \
    if (unlikely(place == NULL)) SLOW(slow);                                           \
    RA = *place;                                                                       \
    NEXT(1);                                                                           \
  }                                                                                    \
  HANDLER(family##_MISSING) {                                                          \
    Value object = RB;                                                                 \
    const Table *metatable = table_shape(L->heap, value_table(object))->metatable;     \
    if (metatable == NULL || (metatable->head.flags & 1u << EVENT_INDEX)) {            \
      RA = nil;                                                                        \
      NEXT(1);                                                                         \
    }                                                                                  \
    Value method = metamethod_known(global_of(L), metatable, EVENT_INDEX);             \
    if (value_is_table(method)) HAND_OVER(family##_INHERITED);                         \
    CALL_METHOD(method, object, key, slow);                                            \
  }
GET_MISSING_HANDLERS(GET_INDEX, RC, get_index)
GET_MISSING_HANDLERS(GET_INT, value_from_small_int(SD), get_int)

/* Where __newindex is a table: over what that has, or another one up the chain. */
#define SET_INHERITED(holder, key, words, slow)                                        \
  do {                                                                                 \
    Value *place = index_inherited_place(L, holder, key);                              \
    if (unlikely(place == NULL || RC == nil)) SLOW(slow);                              \
    *place = RC;                                                                       \
    NEXT(words);                                                                       \
  } while (0)
/* Without a __newindex, the slow path adds the key. */
#define SET_MISSING_HANDLERS(family, key, slow)                                        \
  HANDLER(family##_INHERITED) {                                                        \
    SET_INHERITED(metatable_known(global_of(L), RA, EVENT_NEWINDEX), key, 1, slow);    \
  }                                                                                    \
  HANDLER(family##_MISSING) {                                                          \
    Value object = RA, v = RC;                                                         \
    Value method = metatable_known(global_of(L), object, EVENT_NEWINDEX);              \
    if (value_is_table(method)) HAND_OVER(family##_INHERITED);                         \
    CALL_METHOD3(method, object, key, v, slow);                                        \
  }
SET_MISSING_HANDLERS(SET_INDEX, RB, set_index)
SET_MISSING_HANDLERS(SET_INT, value_from_small_int(SD), set_int)
