/* Handlers: moves, constants, upvalues, scopes. See dispatch.h. */

HANDLER(MOVE) {
  RA = RB;
  NEXT(1);
}

HANDLER(LOAD_CONSTANT) {
  RA = KD;
  NEXT(1);
}

HANDLER(LOAD_INT) {
  RA = value_from_small_int(SD);
  NEXT(1);
}

HANDLER(LOAD_NIL) {
  Value *r = &RA;
  for (unsigned n = B + 1; n > 0; n--) *r++ = nil;
  NEXT(1);
}

HANDLER(LOAD_FALSE) {
  RA = FALSE;
  NEXT(1);
}

HANDLER(LOAD_TRUE) {
  RA = TRUE;
  NEXT(1);
}

HANDLER(LOAD_FALSE_SKIP) {
  RA = FALSE;
  NEXT(2);
}

HANDLER(GET_UPVALUE) {
  RA = *value_closure(base[-1])->upvalues[B]->location;
  NEXT(1);
}

HANDLER(SET_UPVALUE) {
  Upvalue *u = value_closure(base[-1])->upvalues[B];
  Value v = RA;
  *u->location = v;
  heap_barrier_value(L->heap, &u->head, v);
  NEXT(1);
}

HANDLER(CLOSURE) {
  if (unlikely(L->heap->debt > 0)) SLOW(closure);
  const Closure *outer = value_closure(base[-1]);
  const Closure *closure = closure_new_quickly(L, outer->proto->protos[D], outer, base);
  if (unlikely(closure == NULL)) SLOW(closure);
  RA = value_from_function(closure);
  NEXT(1);
}

DECLARE_HANDLER(CLOSE_METHOD)

HANDLER(CLOSE) {
  if (unlikely(L->to_be_closed_count != 0)) HAND_OVER(CLOSE_METHOD);
  if (unlikely(!upvalue_close_quickly(L, &RA))) SLOW(close);
  NEXT(1);
}

HANDLER(TO_BE_CLOSED) {
  if (metatable_known(global_of(L), RA, EVENT_CLOSE) == nil) SLOW(to_be_closed);
  if (unlikely(L->to_be_closed_count == L->to_be_closed_capacity)) SLOW(to_be_closed);
  L->to_be_closed[L->to_be_closed_count++] = (uint32_t)stack_offset(L, &RA);
  NEXT(1);
}
