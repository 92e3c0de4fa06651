/* Handlers: indices by keys that are rare, yet common in some programs: wide integers (hashes, time stamps),
   doubles that stand for integers (`t[n / 2]`), booleans and light userdata. See dispatch.h and wide.h.

   None of them is an opcode: GET_INDEX and SET_INDEX hand over to them by the key. */

/* ---- doubles ----------------------------------------------------------------------------------- */

/* The small integer that a double stands for. */
#define WHOLE_KEY(number, key, slow)                                           \
  int64_t number;                                                              \
  if (unlikely(!double_to_int(value_as_double(key), &number))) SLOW(slow);     \
  if (unlikely(!int_is_small(number))) SLOW(slow)

HANDLER(GET_INDEX_WHOLE) {
  const Table *t = value_table(RB);
  WHOLE_KEY(number, RC, get_index);
  Value v = nil;
  if ((uint64_t)number - 1 < t->array_size)
    v = t->array[number - 1];
  else if (t->hash != NULL)
    v = hash_probe_word(t->hash, value_from_small_int(number), hash_int(number))->value;
  if (unlikely(v == nil) && table_shape(L->heap, t)->metatable != NULL)
    HAND_OVER(GET_INDEX_MISSING);
  RA = v;
  NEXT(1);
}

/* Over a value that is there, or behind the last item. */
HANDLER(SET_INDEX_WHOLE) {
  Value v = RC;
  Table *t = value_table(RA);
  WHOLE_KEY(number, RB, set_index);
  uint64_t index = (uint64_t)number - 1;
  if (unlikely(v == nil || (t->head.aux & TABLE_IS_PROTOTYPE))) SLOW(set_index);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_index);
  if (index == t->array_size && index < t->array_capacity && t->head.aux == 0 &&
      t->head.meta <= SHAPE_DICTIONARY_ROOT) {
    t->array[index] = v;
    t->array_size = (uint32_t)index + 1;
    NEXT(1);
  }
  Value *place;
  if (index < t->array_size)
    place = &t->array[index];
  else if (t->hash != NULL)
    place = &hash_probe_word(t->hash, value_from_small_int(number), hash_int(number))->value;
  else
    SLOW(set_index);
  if (unlikely(*place == nil)) SLOW(set_index);
  *place = v;
  NEXT(1);
}

/* ---- wide integers --------------------------------------------------------------------------------- */

/* The integer in a register, as it is or boxed; WIDE may stand for a small one. */
#define WIDE_KEY(number, slot, slow)                                           \
  int64_t number;                                                              \
  if (*(slot) == nil + (WIDE - NIL)) {                                         \
    number = *slot_twin(L, slot);                                              \
    if (unlikely(int_is_small(number))) SLOW(slow);                            \
  } else {                                                                     \
    const Box *box = value_box(*(slot));                                       \
    if (unlikely(box->head.kind != KIND_INT_BOX)) SLOW(slow);                  \
    number = box->as.integer;                                                  \
  }

HANDLER(GET_INDEX_WIDE) {
  const Table *t = value_table(RB);
  WIDE_KEY(number, &RC, get_index)
  Value v = nil;
  if (likely(t->hash != NULL)) v = hash_probe_wide(t->hash, number)->value;
  if (unlikely(v == nil) && table_shape(L->heap, t)->metatable != NULL) SLOW(get_index);
  RA = v;
  NEXT(1);
}

/* A key without a node, or with one that is dead; the barrier was passed. The slow path makes room. */
HANDLER(SET_INDEX_WIDE_ADD) {
  const Table *t = value_table(RA);
  Value v = RC;
  if (unlikely(table_shape(L->heap, t)->metatable != NULL)) SLOW(set_index);
  if (unlikely(v == nil)) NEXT(1);
  if (RB == nil + (WIDE - NIL)) {
    if (unlikely(!wide_can_box(L))) SLOW(set_index);
    RB = wide_box(L, *slot_twin(L, &RB));
  }
  Value key = RB;
  Node *node = hash_part_place(t->hash, hash_wide(value_box(key)->as.integer));
  if (unlikely(!hash_part_try_fill(t->hash, node, key, v))) SLOW(set_index);
  NEXT(1);
}

HANDLER(SET_INDEX_WIDE) {
  const Table *t = value_table(RA);
  WIDE_KEY(number, &RB, set_index)
  if (unlikely(t->hash == NULL || (t->head.aux & TABLE_IS_PROTOTYPE))) SLOW(set_index);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_index);
  Node *node = hash_probe_wide(t->hash, number);
  if (unlikely(node->value == nil)) HAND_OVER(SET_INDEX_WIDE_ADD);
  node->value = RC;
  NEXT(1);
}
