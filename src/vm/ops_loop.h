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

/* Not all indices are small integers: R[A+1] says how many are left. Each takes a box, of which no more are taken
   without the slow path than a block has. */
HANDLER(FOR_LOOP) {
  Value *r = &RA;
  Value index = r[0], left = r[1], step = r[2];
  int64_t next;
  if (unlikely(!value_is_inline_light(left) || step < tag_int)) SLOW(for_loop);
  if (value_is_box(index) && value_box(index)->head.kind == KIND_INT_BOX)
    next = value_box(index)->as.integer;
  else if (index >= tag_int)
    next = value_as_small_int(index);
  else
    SLOW(for_loop);
  if (unlikely(left == INLINE_LIGHT || !wide_can_box(L))) SLOW(for_loop);
  r[1] = left - 1;
  r[0] = r[3] = wide_box_or_small(L, (int64_t)((uint64_t)next + (uint64_t)value_as_small_int(step)));
  SKIP(1, SD);
}

/* If the last index is a small integer, all are. */
HANDLER(FOR_LOOP_INT) {
  Value *r = &RA;
  Value index = r[0], last = r[1];
  if (unlikely(last < tag_int)) HAND_OVER(FOR_LOOP);
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

HANDLER(GENERIC_PREPARE) {
  if (unlikely(!IS_FALSY((&RA)[3]))) SLOW(generic_prepare);
  SKIP(1, SD);
}

HANDLER(GENERIC_FOR) { SLOW(generic_for); }

/* The iterator is called where its results are to be: above the loop's own registers nothing is in
   use. RETURN_1_FOR and its like go on with the loop. */
HANDLER(GENERIC_FOR_LUA) {
  Value *r = &RA, *callee_base = r + 5;
  GUARD_CLOSURE(r[0], generic_for);
  if (unlikely(p->is_vararg)) SLOW(generic_for);
  GUARD_ROOM(generic_for);
  r[4] = r[0];
  r[5] = r[1];
  r[6] = r[2];
  for (size_t n = 2; unlikely(n < p->param_count); n++) callee_base[n] = nil;
  ENTER_LUA(WANTED_LOOP, 0);
  NEXT(0);
}

/* Loops over next and ipairs: their opcodes are chosen for one or two variables, and two are
   stored, the second in a register that no other use has while the loop is between two rounds, or
   in the slot behind the last one. What R[A+3] keeps is said at LOOP_IPAIRS: nothing but these
   loops, and the calls of pairs and ipairs in their heads, makes such a word, so it also says what
   R[A] is. Guards of the table are needed all the same, for binary chunks. */
#define LOOP_ROUND(key, value) \
  do {                         \
    r[2] = r[4] = (key);       \
    r[5] = (value);            \
    SKIP(1, SD);               \
  } while (0)

/* The start of a loop over next, and where a part of the table is done with: the instruction takes
   the form for the next part that there is. */
HANDLER(GENERIC_FOR_NEXT_TURN) {
  Value *r = &RA;
  const Native *next = value_untag(r[0], TAG_FUNCTION);
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(next) || untag_failed(t))) SLOW(generic_next);
  if (unlikely(next->head.kind != KIND_NATIVE || next->head.flags != NATIVE_NEXT)) SLOW(generic_next);
  Value place = r[3];
  if (place < LOOP_FIELDS) {
    if (unlikely(place != LOOP_ITEMS && place != nil)) SLOW(generic_next);
    if (r[2] == nil && t->array_size != 0) {
      Value v = t->array[0];
      if (unlikely(v == nil)) SLOW(generic_next);
      r[3] = LOOP_ITEMS;
      instruction_rewrite(pc, OP_GENERIC_FOR_NEXT);
      LOOP_ROUND(tag_int | 1, v);
    }
    if (unlikely(r[2] != (t->array_size == 0 && r[2] == nil ? nil : tag_int | t->array_size)))
      SLOW(generic_next);
    place = LOOP_FIELDS;
  }
  if (place < LOOP_NODES) {
    if (place - LOOP_FIELDS < table_shape(L->heap, t)->count) {
      r[3] = place;
      instruction_rewrite(pc, OP_GENERIC_FOR_NEXT_FIELD);
      NEXT(0);
    }
    place = LOOP_NODES;
  }
  if (t->hash != NULL) {
    r[3] = place;
    instruction_rewrite(pc, OP_GENERIC_FOR_NEXT_NODE);
    NEXT(0);
  }
  r[3] = r[4] = nil;
  NEXT(1);
}

/* Items. What is nil, the slow path skips. */
HANDLER(GENERIC_FOR_NEXT) {
  Value *r = &RA;
  if (unlikely(r[3] != LOOP_ITEMS)) HAND_OVER(GENERIC_FOR_NEXT_TURN);
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(generic_next);
  uint64_t index = r[2] - tag_int;
  if (unlikely(index >= t->array_size)) HAND_OVER(GENERIC_FOR_NEXT_TURN);
  Value v = t->array[index];
  if (unlikely(v == nil)) SLOW(generic_next);
  LOOP_ROUND(r[2] + 1, v);
}

/* Slots of the shape's fields. */
HANDLER(GENERIC_FOR_NEXT_FIELD) {
  Value *r = &RA;
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(generic_next);
  const Shape *shape = table_shape(L->heap, t);
  uint64_t slot = r[3] - LOOP_FIELDS;
  if (unlikely(slot >= shape->count)) HAND_OVER(GENERIC_FOR_NEXT_TURN);
  Value v = *table_slot(shape, t, (unsigned)slot);
  if (unlikely(v == nil || slot + 1 == shape->given_place)) SLOW(generic_next);
  r[3] += 1;
  LOOP_ROUND(value_from_string(shape->keys->keys[slot]), v);
}

/* Nodes of the hash part: the last part of a table. */
HANDLER(GENERIC_FOR_NEXT_NODE) {
  Value *r = &RA;
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(generic_next);
  const HashPart *hash = t->hash;
  uint64_t i = r[3] - LOOP_NODES;
  if (unlikely(hash == NULL || i > UINT32_MAX)) HAND_OVER(GENERIC_FOR_NEXT_TURN);
  for (; (i = hash_part_next(hash, i)) <= hash->mask; i++) {
    Value v = hash->nodes[i].value;
    if (unlikely(v == nil)) continue;
    r[3] = LOOP_NODES + i + 1;
    LOOP_ROUND(hash->nodes[i].key, v);
  }
  r[3] = r[4] = nil;
  NEXT(1);
}

/* The first round, and the one behind the last item. */
HANDLER(GENERIC_FOR_IPAIRS_TURN) {
  Value *r = &RA;
  const Native *step = value_untag(r[0], TAG_FUNCTION);
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(step) || untag_failed(t) || r[2] < tag_int)) SLOW(generic_ipairs);
  if (unlikely(step->head.kind != KIND_NATIVE || step->head.flags != NATIVE_IPAIRS_STEP))
    SLOW(generic_ipairs);
  uint64_t index = r[2] - tag_int;
  if (index < t->array_size) {
    Value v = t->array[index];
    if (unlikely(v == nil || r[3] != nil)) SLOW(generic_ipairs);
    r[3] = LOOP_IPAIRS;
    LOOP_ROUND(r[2] + 1, v);
  }
  if (unlikely(t->head.aux & TABLE_HASH_HAS_INTS)) SLOW(generic_ipairs);
  if (unlikely(table_shape(L->heap, t)->metatable != NULL)) SLOW(generic_ipairs);
  r[4] = nil;
  NEXT(1);
}

/* Items of the array; elsewhere, the slow path looks. */
HANDLER(GENERIC_FOR_IPAIRS) {
  Value *r = &RA;
  if (unlikely(r[3] != LOOP_IPAIRS)) HAND_OVER(GENERIC_FOR_IPAIRS_TURN);
  const Table *t = value_untag(r[1], TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(generic_ipairs);
  uint64_t index = r[2] - tag_int;
  if (unlikely(index >= t->array_size)) HAND_OVER(GENERIC_FOR_IPAIRS_TURN);
  Value v = t->array[index];
  if (unlikely(v == nil)) SLOW(generic_ipairs);
  LOOP_ROUND(r[2] + 1, v);
}

/* pairs or ipairs of a table in the head of a loop, with its GENERIC_PREPARE: on with the loop. */
#define CALL_PAIRS_HANDLER(name, action, is_plain, iterator, control, place)         \
  HANDLER(name) {                                                                    \
    Value *r = &RA;                                                                  \
    if (unlikely(native_with_action(r[0], action) == NULL)) SLOW(call);              \
    const Table *t = value_untag(r[1], TAG_TABLE);                                   \
    if (unlikely(untag_failed(t)) || !(is_plain)) HAND_OVER(CALL_BUILTIN_ANY);       \
    r[0] = value_from_function(global_of(L)->iterator);                              \
    r[2] = (control);                                                                \
    r[3] = (place);                                                                  \
    pc++;                                                                            \
    SKIP(1, SD);                                                                     \
  }
CALL_PAIRS_HANDLER(CALL_PAIRS, NATIVE_PAIRS, table_shape(L->heap, t)->metatable == NULL, next_function,
                   nil, t->array_size != 0 ? LOOP_ITEMS : LOOP_FIELDS)
CALL_PAIRS_HANDLER(CALL_IPAIRS, NATIVE_IPAIRS, true, ipairs_step, tag_int, LOOP_IPAIRS)

/* next(t, key) behind an item, or behind the node that it found last. */
HANDLER(CALL_NEXT) {
  Value *call = &RA;
  if (unlikely(native_with_action(call[0], NATIVE_NEXT) == NULL)) SLOW(call);
  const Table *t = value_untag(call[1], TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(call);
  Value key = call[2], v;
  uint64_t index = key - tag_int;
  if (index < t->array_size && index != 0) {
    v = t->array[index];
    if (unlikely(v == nil)) HAND_OVER(CALL_BUILTIN_ANY);
    call[0] = key + 1;
    call[1] = v;
    NEXT(1);
  }
  const HashPart *hash = t->hash;
  uint64_t node = global_of(L)->step_node;
  if (hash == NULL || node > hash->mask || hash->nodes[node].key != key) HAND_OVER(CALL_BUILTIN_ANY);
  do {
    node = hash_part_next(hash, node + 1);
    if (unlikely(node > hash->mask)) HAND_OVER(CALL_BUILTIN_ANY);
    v = hash->nodes[node].value;
  } while (unlikely(v == nil));
  global_of(L)->step_node = (uint32_t)node;
  call[0] = hash->nodes[node].key;
  call[1] = v;
  NEXT(1);
}
