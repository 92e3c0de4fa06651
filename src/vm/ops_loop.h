/* Handlers: loops. See dispatch.h; what the loop registers hold is said at slow_for_prepare. */

/* Steps of one between small integers; slow_for_prepare does the others. */
HANDLER(FOR_PREPARE) {
  Value *r = &RA;
  Value init = r[0], last = r[1];
  if (unlikely((init & last) < tag_int || r[2] != (tag_int | 1))) SLOW(for_prepare);
  if (SHIFTED(init) > SHIFTED(last)) SKIP(1, SD);
  r[3] = init;
  NEXT(1);
}

HANDLER(FOR_LOOP) { SLOW(for_loop); }

/* If the last index is a small integer, all are. */
HANDLER(FOR_LOOP_INT) {
  Value *r = &RA;
  Value index = r[0], last = r[1];
  if (unlikely(last < tag_int)) SLOW(for_loop);
  if (likely(index != last)) {
    index = (index + r[2]) | tag_int;
    r[0] = index;
    r[3] = index;
    SKIP(1, SD);
  }
  NEXT(1);
}

HANDLER(FOR_LOOP_NUM) {
  Value *r = &RA;
  if (unlikely(!value_is_double(r[0]))) SLOW(for_loop);
  double step = value_as_double(r[2]), limit = value_as_double(r[1]);
  double index = value_as_double(r[0]) + step;
  if (step > 0 ? index <= limit : limit <= index) {
    r[0] = r[3] = value_from_double(index);
    SKIP(1, SD);
  }
  NEXT(1);
}

HANDLER(GENERIC_PREPARE) { SLOW(generic_prepare); }

HANDLER(GENERIC_FOR) { SLOW(generic_for); }

/* The iterator's frame lies above the loop's registers; RETURN_1_ANY brings the result back. */
HANDLER(GENERIC_FOR_LUA) {
  const Value *r = &RA;
  GUARD_CLOSURE(r[0], generic_for);
  if (unlikely(p->is_vararg)) SLOW(generic_for);
  Value *callee_base = frame_registers_end(frame) + 1;
  GUARD_ROOM(generic_for);
  callee_base[-1] = r[0];
  callee_base[0] = r[1];
  callee_base[1] = r[2];
  for (size_t n = 2; unlikely(n < p->param_count); n++) callee_base[n] = nil;
  ENTER_LUA(WANTED_FINISH, 0);
  NEXT(0);
}

HANDLER(GENERIC_FOR_NEXT_NODE) {
  Value *r = &RA;
  const Table *t = value_table(r[1]);
  const Shape *shape = table_shape(L->heap, t);
  const HashPart *hash = t->hash;
  uint64_t position = value_as_loop_position(r[3]);
  uint64_t start = t->array_capacity + (shape_is_dictionary(shape) ? 0u : shape->count);
  uint64_t i = position > start ? position - start : 0;
  for (; hash != NULL && i <= hash->mask; i++) {
    const Node *node = &hash->nodes[i];
    if (node->value == nil) continue;
    r[3] = value_from_loop_position((uint32_t)(start + i + 1));
    r[2] = r[4] = node->key;
    if (likely(C == 2)) r[5] = node->value;
    SKIP(1, SD);
  }
  r[3] = r[4] = nil;
  NEXT(1);
}

HANDLER(GENERIC_FOR_NEXT_FIELD) {
  Value *r = &RA;
  const Table *t = value_table(r[1]);
  const Shape *shape = table_shape(L->heap, t);
  uint64_t position = value_as_loop_position(r[3]);
  if (position < t->array_capacity) position = t->array_capacity;
  uint64_t slot = position - t->array_capacity;
  if (shape_is_dictionary(shape) || slot >= shape->count) HAND_OVER(GENERIC_FOR_NEXT_NODE);
  Value v = *table_slot(shape, t, (unsigned)slot);
  if (unlikely(v == nil)) SLOW(generic_next);
  r[3] = value_from_loop_position((uint32_t)position + 1);
  r[2] = r[4] = value_from_string(shape->keys->keys[slot]);
  if (likely(C == 2)) r[5] = v;
  SKIP(1, SD);
}

/* next over a table, from the position in R[A+3], as in slow_generic_next: items here, fields and nodes by the
   two above, which are no opcodes of their own. What they find nil, the slow path skips. */
HANDLER(GENERIC_FOR_NEXT) {
  Value *r = &RA;
  const Native *next = value_untag(r[0], TAG_FUNCTION);
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(next) || untag_failed(t) || C > 2)) SLOW(generic_next);
  if (unlikely(next->head.kind != KIND_NATIVE || next->head.flags != NATIVE_NEXT)) SLOW(generic_next);
  if (unlikely(r[3] == nil ? r[2] != nil : !value_is_loop_position(r[3]))) SLOW(generic_next);
  uint64_t position = value_as_loop_position(r[3]);
  if (position >= t->array_size) HAND_OVER(GENERIC_FOR_NEXT_FIELD);
  Value v = t->array[position];
  if (unlikely(v == nil)) SLOW(generic_next);
  position++;
  r[3] = value_from_loop_position((uint32_t)position);
  r[2] = r[4] = position | tag_int;
  if (likely(C == 2)) r[5] = v;
  SKIP(1, SD);
}

/* Items of the array; elsewhere, and at the end, the slow path looks. */
HANDLER(GENERIC_FOR_IPAIRS) {
  Value *r = &RA;
  const Native *step = value_untag(r[0], TAG_FUNCTION);
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(step) || untag_failed(t) || r[2] < tag_int)) SLOW(generic_ipairs);
  if (unlikely(step->head.kind != KIND_NATIVE || step->head.flags != NATIVE_IPAIRS_STEP))
    SLOW(generic_ipairs);
  uint64_t index = (uint64_t)value_as_small_int(r[2]);
  if (unlikely(index >= t->array_size || C > 2)) SLOW(generic_ipairs);
  Value v = t->array[index];
  if (unlikely(v == nil)) SLOW(generic_ipairs);
  r[2] = r[4] = (index + 1) | tag_int;
  if (likely(C == 2)) r[5] = v;
  SKIP(1, SD);
}
