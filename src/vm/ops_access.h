/* Handlers: globals, fields, indices, table constructors. See dispatch.h, and cache.h for the cache
   words. */

/* ---- globals ------------------------------------------------------------------------------ */

HANDLER(GET_GLOBAL) { SLOW(get_global); }

HANDLER(GET_GLOBAL_SLOT) {
  Value env = *value_closure(base[-1])->upvalues[B]->location;
  Table *t = value_untag(env, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_global);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(get_global);
  Value v = t->slots[cache_slot(cache)];
  if (unlikely(v == nil)) SLOW(get_global);
  RA = v;
  NEXT(3);
}

HANDLER(GET_GLOBAL_NODE) {
  Value env = *value_closure(base[-1])->upvalues[B]->location;
  Table *t = value_untag(env, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_global);
  HashPart *hash = t->hash;
  uint64_t index = cache_shape(pc[1]);
  if (unlikely(hash == NULL || index > hash->mask)) SLOW(get_global);
  if (unlikely(hash->nodes[index].key != KD)) SLOW(get_global);
  Value v = hash->nodes[index].value;
  if (unlikely(v == nil)) SLOW(get_global);
  RA = v;
  NEXT(3);
}

HANDLER(SET_GLOBAL) { SLOW(set_global); }

HANDLER(SET_GLOBAL_SLOT) {
  Value env = *value_closure(base[-1])->upvalues[B]->location;
  Table *t = value_untag(env, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_global);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_global);
  Value *slot = &t->slots[cache_slot(cache)];
  Value v = RA;
  if (unlikely(*slot == nil || v == nil)) SLOW(set_global);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_global);
  *slot = v;
  NEXT(3);
}

/* ---- fields -------------------------------------------------------------------------------- */

HANDLER(GET_FIELD) { HAND_OVER(GET_FIELD_USERDATA); }

/* The own field is nil; no opcode of its own. */
HANDLER(GET_FIELD_NIL) {
  if (unlikely(!cache_nil_known(pc[2], global_of(L)))) SLOW(get_field);
  RA = nil;
  NEXT(3);
}

HANDLER(GET_FIELD_INLINE) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(get_field);
  Value v = t->inline_slots[cache_slot(cache)];
  if (unlikely(v == nil)) HAND_OVER(GET_FIELD_NIL);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_SLOT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(get_field);
  Value v = t->slots[cache_slot(cache)];
  if (unlikely(v == nil)) HAND_OVER(GET_FIELD_NIL);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_CHAIN) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(get_field);
  uint64_t found = pc[2];
  if (unlikely(cache_epoch(found) != global_of(L)->prototype_epoch)) SLOW(get_field);
  Value v = *cache_address(found); /* nil: the collector cleared it from a weak table */
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_CALL) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(get_field);
  if (unlikely(cache_epoch(pc[2]) != global_of(L)->prototype_epoch)) SLOW(get_field);
  Value method = *cache_address(pc[2]);
  CALL_METHOD(method, object, KD, get_field_call);
}

HANDLER(GET_FIELD_ABSENT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(get_field);
  RA = nil;
  NEXT(3);
}

HANDLER(GET_FIELD_NODE) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  HashPart *hash = t->hash;
  uint64_t index = cache_shape(pc[1]);
  if (unlikely(hash == NULL || index > hash->mask)) SLOW(get_field);
  if (unlikely(hash->nodes[index].key != KD)) SLOW(get_field);
  Value v = hash->nodes[index].value;
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_CHAIN_ABSENT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(get_field);
  if (unlikely(cache_epoch(pc[2]) != global_of(L)->prototype_epoch)) SLOW(get_field);
  RA = nil;
  NEXT(3);
}

HANDLER(SET_FIELD) { HAND_OVER(SET_FIELD_USERDATA); }

/* An own field is nil, or becomes nil; the shape is the cache's. No opcode of its own. */
HANDLER(SET_FIELD_NIL) {
  Table *t = value_table(RA);
  unsigned index = cache_slot(pc[1]);
  Value *slot = (uint8_t)insn == OP_SET_FIELD_INLINE ? &t->inline_slots[index] : &t->slots[index];
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) SLOW(set_field);
  if (*slot == nil && unlikely(!cache_nil_known(pc[2], global_of(L)))) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = RC;
  NEXT(3);
}

HANDLER(SET_FIELD_INLINE) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_FIELD_USERDATA);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_field);
  Value *slot = &t->inline_slots[cache_slot(cache)];
  Value v = RC;
  if (unlikely(*slot == nil || v == nil)) HAND_OVER(SET_FIELD_NIL);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = v;
  NEXT(3);
}

HANDLER(SET_FIELD_SLOT) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_FIELD_USERDATA);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_field);
  Value *slot = &t->slots[cache_slot(cache)];
  Value v = RC;
  if (unlikely(*slot == nil || v == nil)) HAND_OVER(SET_FIELD_NIL);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = v;
  NEXT(3);
}

/* The table takes the next shape; its aux bits are 0, so nobody caches look-ups through it. */
HANDLER(SET_FIELD_ADD) {
  Value object = RA;
  uint64_t cache = pc[1], added = pc[2];
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_FIELD_USERDATA);
  unsigned slot = cache_slot(cache);
  Value v = RC;
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_field);
  if (unlikely(cache_epoch(added) != global_of(L)->prototype_epoch)) SLOW(set_field);
  if (v == nil) NEXT(3);
  if (unlikely(t->head.aux != 0 || slot >= CACHE_ADD_GROWS)) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  t->head.meta = cache_shape(added);
  if (slot < CACHE_OUTSIDE)
    t->inline_slots[slot] = v;
  else
    t->slots[slot - CACHE_OUTSIDE] = v;
  NEXT(3);
}

/* No opcode of its own. */
HANDLER(SET_FIELD_INHERITED) { SET_INHERITED(*cache_address(pc[2]), KD, 3, set_field); }

HANDLER(SET_FIELD_CALL) {
  Value object = RA, v = RC;
  const Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_FIELD_USERDATA);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(set_field);
  if (unlikely(cache_epoch(pc[2]) != global_of(L)->prototype_epoch)) SLOW(set_field);
  Value method = *cache_address(pc[2]);
  if (value_is_table(method)) HAND_OVER(SET_FIELD_INHERITED);
  CALL_METHOD3(method, object, KD, v, set_field);
}

HANDLER(SET_FIELD_NODE) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_FIELD_USERDATA);
  HashPart *hash = t->hash;
  uint64_t index = cache_shape(pc[1]);
  if (unlikely(hash == NULL || index > hash->mask)) SLOW(set_field);
  Node *node = &hash->nodes[index];
  Value v = RC;
  if (unlikely(node->key != KD || node->value == nil || v == nil)) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  node->value = v;
  NEXT(3);
}

HANDLER(SELF) { HAND_OVER(SELF_USERDATA); }

HANDLER(SELF_CHAIN) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SELF_USERDATA);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(self);
  uint64_t found = pc[2];
  if (unlikely(cache_epoch(found) != global_of(L)->prototype_epoch)) SLOW(self);
  Value v = *cache_address(found);
  if (unlikely(v == nil)) SLOW(self);
  Value *r = &RA;
  r[1] = object;
  r[0] = v;
  NEXT(3);
}

HANDLER(SELF_SLOT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SELF_USERDATA);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(self);
  unsigned slot = cache_slot(cache);
  Value v = slot < CACHE_OUTSIDE ? t->inline_slots[slot] : t->slots[slot - CACHE_OUTSIDE];
  if (unlikely(v == nil)) SLOW(self);
  Value *r = &RA;
  r[1] = object;
  r[0] = v;
  NEXT(3);
}

HANDLER(SELF_STRING) {
  Value object = RB;
  uint64_t found = pc[2];
  if (unlikely(!value_is_string(object))) SLOW(self);
  if (unlikely(cache_epoch(found) != global_of(L)->prototype_epoch)) SLOW(self);
  Value v = *cache_address(found);
  if (unlikely(v == nil)) SLOW(self);
  Value *r = &RA;
  r[1] = object;
  r[0] = v;
  NEXT(3);
}

/* ---- other indices --------------------------------------------------------------------------- */

/* Keys of the hash part: a handler for each kind of key, of which the first is the opcode; those of wide
   integers and of doubles that stand for integers are in ops_key.h. */
#define GET_NODE(key_hash)                                                                  \
  do {                                                                                      \
    Value v = nil;                                                                          \
    const HashPart *part = t->hash;                                                         \
    if (likely(part != NULL)) v = hash_probe_word(part, key, key_hash)->value;              \
    if (unlikely(v == nil) && table_shape(L->heap, t)->metatable != NULL)                   \
      HAND_OVER(GET_INDEX_MISSING);                                                         \
    RA = v;                                                                                 \
    NEXT(1);                                                                                \
  } while (0)

#define KEY_HANDLER(name, table, key_operand, others, ACCESS_NODE, key_hash, unserved)      \
  HANDLER(name) {                                                                           \
    Value key = key_operand;                                                                \
    const Table *t = value_untag(table, TAG_TABLE);                                         \
    if (unlikely(untag_failed(t))) HAND_OVER(others);                                       \
    unserved;                                                                               \
    ACCESS_NODE(key_hash);                                                                  \
  }
#define KEY_HANDLERS(name, table, key_operand, ACCESS_NODE, slow)                           \
  KEY_HANDLER(name##_CELL, table, key_operand, name##_USERDATA, ACCESS_NODE, hash_cell(key), \
              if (unlikely(value_is_string(key))) SLOW(slow))                               \
  KEY_HANDLER(name##_DOUBLE, table, key_operand, name##_USERDATA, ACCESS_NODE,              \
              hash_double(value_as_double(key)),                                            \
              if (!double_is_fractional(key)) HAND_OVER(name##_WHOLE))                      \
  KEY_HANDLER(name##_LIGHT, table, key_operand, name##_USERDATA, ACCESS_NODE, hash_word(key), \
              if (value_is_box(key) || key == nil + (WIDE - NIL)) HAND_OVER(name##_WIDE);   \
              if (unlikely(key == nil)) SLOW(slow))
KEY_HANDLERS(GET_INDEX, RB, RC, GET_NODE, get_index)

HANDLER(GET_INDEX) {
  Value key = RC;
  if (key < tag_int) {
    if (key >= TAG_OBJECT) HAND_OVER(GET_INDEX_CELL);
    if (key >= nil) HAND_OVER(GET_INDEX_LIGHT);
    HAND_OVER(GET_INDEX_DOUBLE);
  }
  const Table *t = value_untag(RB, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_INDEX_USERDATA);
  int64_t number = value_as_small_int(key);
  if (unlikely((uint64_t)number - 1 < t->array_size)) SLOW(get_index);
  GET_NODE(hash_int(number));
}

/* The place of an integer key in an array part; a value that is no positive integer gives one that is far
   beyond all array parts. */
#define ITEM_INDEX(key) (((key) ^ tag_int) - 1)

HANDLER(GET_INDEX_INT) {
  Value object = RB;
  uint64_t index = ITEM_INDEX(RC);
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_INDEX_USERDATA);
  if (unlikely(index >= t->array_size)) HAND_OVER(GET_INDEX);
  Value v = t->array[index];
  if (unlikely(v == nil)) HAND_OVER(GET_INDEX_MISSING);
  RA = v;
  NEXT(1);
}

HANDLER(GET_UPVALUE_TABLE) {
  RA = *value_closure(base[-1])->upvalues[B]->location;
  NEXT(1);
}

/* No opcode of its own. */
HANDLER(GET_UPVALUE_MISSED) {
  if (base[operand_c(pc + 1)] < tag_int) instruction_rewrite(pc, OP_GET_UPVALUE_TABLE);
  NEXT(1);
}

/* What this leaves undone, the GET_INDEX behind it does. */
HANDLER(GET_UPVALUE_ITEM) {
  Value object = *value_closure(base[-1])->upvalues[B]->location;
  uint64_t index = ITEM_INDEX(base[operand_c(pc + 1)]);
  RA = object;
  const Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_UPVALUE_MISSED);
  if (unlikely(index >= t->array_size)) HAND_OVER(GET_UPVALUE_MISSED);
  Value v = t->array[index];
  if (unlikely(v == nil)) HAND_OVER(GET_UPVALUE_MISSED);
  base[operand_a(pc + 1)] = v;
  NEXT(2);
}

/* An item of an item: the second GET_INDEX does what this leaves undone. */
HANDLER(GET_INDEX_NESTED) {
  Value object = RB;
  uint64_t index = ITEM_INDEX(RC);
  const Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_INDEX_USERDATA);
  if (unlikely(index >= t->array_size)) HAND_OVER(GET_INDEX);
  Value item = t->array[index];
  if (unlikely(item == nil)) HAND_OVER(GET_INDEX_MISSING);
  index = ITEM_INDEX(base[operand_c(pc + 1)]);
  RA = item;
  t = value_untag(item, TAG_TABLE);
  if (unlikely(untag_failed(t))) NEXT(1);
  if (unlikely(index >= t->array_size)) NEXT(1);
  Value v = t->array[index];
  if (unlikely(v == nil)) NEXT(1);
  base[operand_a(pc + 1)] = v;
  NEXT(2);
}

/* Two items change places: GET_INDEX x t i; GET_INDEX y t j; SET_INDEX t i y; SET_INDEX t j x. Where i
   and j are no variables, the stores have registers of their own for them. */
HANDLER(GET_INDEX_SWAP) {
  Value object = RB, x_key = RC, y_key = base[operand_c(pc + 1)];
  if (unlikely(base[operand_b(pc + 2)] != x_key)) HAND_OVER(GET_INDEX_INT);
  if (unlikely(base[operand_b(pc + 3)] != y_key)) HAND_OVER(GET_INDEX_INT);
  const Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_INDEX_USERDATA);
  if (unlikely(t->head.color == L->heap->barrier_color)) HAND_OVER(GET_INDEX_INT);
  uint64_t x_index = ITEM_INDEX(x_key), y_index = ITEM_INDEX(y_key);
  if (unlikely(x_index >= t->array_size)) HAND_OVER(GET_INDEX_INT);
  if (unlikely(y_index >= t->array_size)) HAND_OVER(GET_INDEX_INT);
  Value *x_item = &t->array[x_index], *y_item = &t->array[y_index];
  Value x = *x_item, y = *y_item;
  if (unlikely(x == nil)) HAND_OVER(GET_INDEX_INT);
  if (unlikely(y == nil)) HAND_OVER(GET_INDEX_INT);
  *x_item = y;
  *y_item = x;
  base[operand_a(pc + 1)] = y;
  RA = x;
  NEXT(4);
}

/* A name in a dictionary that has a metatable, or one that no field of a shape is known to have. */
HANDLER(GET_INDEX_NAME) {
  Value key = RC;
  const Table *t = value_table(RB);
  const String *name = value_string(key);
  const Shape *shape = table_shape(L->heap, t);
  if (unlikely(!string_is_short(name))) SLOW(get_index);
  if (!shape_is_dictionary(shape)) {
    if (shape_find(shape, name) != SLOT_NONE) SLOW(get_index);
    HAND_OVER(GET_INDEX_MISSING);
  }
  if (unlikely(t->hash == NULL)) SLOW(get_index);
  Value v = hash_probe_word(t->hash, key, name->head.meta)->value;
  if (unlikely(v == nil)) HAND_OVER(GET_INDEX_MISSING);
  RA = v;
  NEXT(1);
}

/* Dictionaries are probed; for fields of shapes the shared cache is asked. */
HANDLER(GET_INDEX_STRING) {
  Value object = RB, key = RC;
  Table *t = value_untag(object, TAG_TABLE);
  const String *name = value_untag(key, TAG_STRING);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_INDEX_USERDATA);
  if (unlikely(untag_failed(name))) HAND_OVER(GET_INDEX);
  if (t->head.meta == SHAPE_DICTIONARY_ROOT) {
    if (unlikely(!string_is_short(name) || t->hash == NULL)) SLOW(get_index);
    RA = hash_probe_word(t->hash, key, name->head.meta)->value;
    NEXT(1);
  }
  const Value *place = lookup_find(global_of(L), t, name);
  if (unlikely(place == NULL)) HAND_OVER(GET_INDEX_NAME);
  Value v = *place;
  if (v == nil && !lookup_nil_means(global_of(L), t, name, LOOKUP_NIL_READ)) HAND_OVER(GET_INDEX_MISSING);
  RA = v;
  NEXT(1);
}

/* A written index that is no item of the array: 0, say. */
HANDLER(GET_INT_NODE) {
  const Table *t = value_table(RB);
  const HashPart *part = t->hash;
  Value v = nil;
  if (likely(part != NULL)) v = hash_probe_word(part, value_from_small_int(SD), hash_int(SD))->value;
  if (unlikely(v == nil)) HAND_OVER(GET_INT_MISSING);
  RA = v;
  NEXT(1);
}

HANDLER(GET_INT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(GET_INT_USERDATA);
  uint64_t index = (uint64_t)SD - 1;
  if (unlikely(index >= t->array_size)) HAND_OVER(GET_INT_NODE);
  Value v = t->array[index];
  if (unlikely(v == nil)) HAND_OVER(GET_INT_MISSING);
  RA = v;
  NEXT(1);
}

/* A key without a node, where no __newindex can exist, or with one that is dead. The slow path
   takes those that belong into the array, and makes room. The barrier was passed. */
HANDLER(SET_INDEX_ADD) {
  Value key = RB, v = RC;
  Table *t = value_table(RA);
  if (unlikely(table_shape(L->heap, t)->metatable != NULL)) HAND_OVER(SET_INDEX_MISSING);
  if (unlikely(v == nil)) NEXT(1);
  if (key >= tag_int) {
    int64_t number = value_as_small_int(key);
    if (unlikely((uint64_t)number - 1 - t->array_size <= ARRAY_MAX_GAP)) SLOW(set_index);
    if (int_is_index(number)) t->head.aux |= TABLE_HASH_HAS_INTS;
  }
  Node *node = hash_part_place(t->hash, hash_plain_key(key));
  if (unlikely(!hash_part_try_fill(t->hash, node, key, v))) SLOW(set_index);
  NEXT(1);
}

/* Keys as with GET_INDEX: items of the array have no node. */
#define SET_NODE(key_hash)                                                                  \
  do {                                                                                      \
    const HashPart *part = t->hash;                                                         \
    if (unlikely(part == NULL)) HAND_OVER(SET_INDEX_MISSING);                               \
    if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) SLOW(set_index);                        \
    if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_index);                 \
    Node *node = hash_probe_word(part, key, key_hash);                                      \
    if (unlikely(node->value == nil)) HAND_OVER(SET_INDEX_ADD);                             \
    node->value = RC;                                                                       \
    NEXT(1);                                                                                \
  } while (0)

KEY_HANDLERS(SET_INDEX, RA, RB, SET_NODE, set_index)

/* An item becomes nil; with the last one, all that are nil before it are no items any more. */
HANDLER(SET_INDEX_DROP) {
  Table *t = value_table(RA);
  uint32_t index = (uint32_t)ITEM_INDEX(RB);
  if (unlikely(RC != nil || (t->head.aux & TABLE_IS_PROTOTYPE))) SLOW(set_index);
  if (unlikely(t->array[index] == nil)) SLOW(set_index);
  t->array[index] = nil;
  if (index + 1 == t->array_size) {
    while (index > 0 && t->array[index - 1] == nil) index--;
    t->array_size = index;
  }
  NEXT(1);
}

HANDLER(SET_INDEX) {
  Value key = RB;
  if (key < tag_int) {
    if (key >= TAG_OBJECT) HAND_OVER(SET_INDEX_CELL);
    if (key >= nil) HAND_OVER(SET_INDEX_LIGHT);
    HAND_OVER(SET_INDEX_DOUBLE);
  }
  const Table *t = value_untag(RA, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_INDEX_USERDATA);
  int64_t number = value_as_small_int(key);
  if ((uint64_t)number - 1 < t->array_size) HAND_OVER(SET_INDEX_DROP);
  SET_NODE(hash_int(number));
}

/* An item that is nil, or the one behind the last; the value is not nil, and the barrier was
   passed. The metatable, if there is one, must be known to have no __newindex. */
HANDLER(SET_INDEX_APPEND) {
  Value v = RC;
  uint64_t index = ITEM_INDEX(RB);
  Table *t = value_table(RA);
  const Table *metatable = table_shape(L->heap, t)->metatable;
  if (unlikely(t->head.aux != 0)) HAND_OVER(SET_INDEX);
  if (metatable != NULL && !(metatable->head.flags & 1u << EVENT_NEWINDEX)) HAND_OVER(SET_INDEX_MISSING);
  if (index < t->array_size) {
    t->array[index] = v;
    NEXT(1);
  }
  if (index != t->array_size || index >= t->array_capacity) HAND_OVER(SET_INDEX);
  t->array[index] = v;
  t->array_size = (uint32_t)index + 1;
  NEXT(1);
}

/* Where no __newindex can exist (shapes without a metatable that are tables' first), an item that
   was nil may be stored over too, and one behind the last is appended. */
HANDLER(SET_INDEX_INT) {
  Value object = RA, v = RC;
  uint64_t index = ITEM_INDEX(RB);
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_INDEX_USERDATA);
  if (unlikely(v == nil)) HAND_OVER(SET_INDEX);
  if (unlikely(t->head.color == L->heap->barrier_color)) HAND_OVER(SET_INDEX);
  if (likely(index < t->array_size)) {
    Value *item = &t->array[index];
    if (unlikely(t->head.meta > SHAPE_DICTIONARY_ROOT && *item == nil)) HAND_OVER(SET_INDEX_APPEND);
    *item = v;
    NEXT(1);
  }
  if (index != t->array_size) HAND_OVER(SET_INDEX);
  if (index >= t->array_capacity || t->head.aux != 0 || t->head.meta > SHAPE_DICTIONARY_ROOT)
    HAND_OVER(SET_INDEX_APPEND);
  t->array[index] = v;
  t->array_size = (uint32_t)index + 1;
  NEXT(1);
}

/* A name that a dictionary without a metatable has no node for, or a dead one; the barrier was passed. */
HANDLER(SET_INDEX_NAME) {
  Value key = RB, v = RC;
  const Table *t = value_table(RA);
  const String *name = value_string(key);
  if (unlikely(v == nil || string_names_event(name))) SLOW(set_index);
  Node *node = hash_part_place(t->hash, name->head.meta);
  if (unlikely(!hash_part_try_fill(t->hash, node, key, v))) SLOW(set_index);
  NEXT(1);
}

/* The same with a metatable, over a value that is there; nobody caches look-ups through the table. Or a name
   that no field of a shape is known to have. */
HANDLER(SET_INDEX_OVER_NAME) {
  Value key = RB;
  const Table *t = value_table(RA);
  const String *name = value_string(key);
  const Shape *shape = table_shape(L->heap, t);
  if (unlikely(!string_is_short(name))) SLOW(set_index);
  if (!shape_is_dictionary(shape)) {
    if (shape->metatable == NULL || shape_find(shape, name) != SLOT_NONE) SLOW(set_index);
    HAND_OVER(SET_INDEX_MISSING);
  }
  if (unlikely(t->hash == NULL)) SLOW(set_index);
  Node *node = hash_probe_word(t->hash, key, name->head.meta);
  if (unlikely(node->value == nil)) HAND_OVER(SET_INDEX_MISSING);
  node->value = RC;
  NEXT(1);
}

/* Over a field that is there, in a table that nobody caches look-ups through. */
HANDLER(SET_INDEX_STRING) {
  Value object = RA, key = RB, *place;
  Table *t = value_untag(object, TAG_TABLE);
  const String *name = value_untag(key, TAG_STRING);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_INDEX_USERDATA);
  if (unlikely(untag_failed(name))) HAND_OVER(SET_INDEX);
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) SLOW(set_index);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_index);
  if (t->head.meta == SHAPE_DICTIONARY_ROOT) {
    if (unlikely(!string_is_short(name) || t->hash == NULL)) SLOW(set_index);
    place = &hash_probe_word(t->hash, key, name->head.meta)->value;
    if (unlikely(*place == nil)) HAND_OVER(SET_INDEX_NAME);
  } else {
    place = lookup_find_own(global_of(L), t, name);
    if (place == NULL) HAND_OVER(SET_INDEX_OVER_NAME);
    if (unlikely(*place == nil)) HAND_OVER(SET_INDEX_MISSING);
  }
  *place = RC;
  NEXT(1);
}

/* Where a node has a value; the slow path knows where to put a new one. */
HANDLER(SET_INT_NODE) {
  Table *t = value_table(RA);
  const HashPart *part = t->hash;
  if (unlikely(part == NULL)) HAND_OVER(SET_INT_MISSING);
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) SLOW(set_int);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_int);
  Node *node = hash_probe_word(part, value_from_small_int(SD), hash_int(SD));
  if (unlikely(node->value == nil)) HAND_OVER(SET_INT_MISSING);
  node->value = RC;
  NEXT(1);
}

HANDLER(SET_INT) {
  Value object = RA, v = RC;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) HAND_OVER(SET_INT_USERDATA);
  uint64_t index = (uint64_t)SD - 1;
  if (unlikely(index >= t->array_size)) HAND_OVER(SET_INT_NODE);
  Value *item = &t->array[index];
  if (unlikely(*item == nil)) HAND_OVER(SET_INT_MISSING);
  if (unlikely(v == nil)) SLOW(set_int);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_int);
  *item = v;
  NEXT(1);
}

/* With up to as many items as there are slots in the cell: they are the array then. */
HANDLER(NEW_TABLE) {
  uint32_t fields = BC, items = D;
  if (unlikely(L->heap->table_arena.free_bits == 0 || L->heap->debt > 0)) SLOW(new_table);
  if (unlikely(items > INLINE_SLOTS || fields != 0)) SLOW(new_table);
  Table *t = table_new(L);
  if (items != 0) {
    t->head.meta = SHAPE_EMPTY_ARRAY;
    t->array = t->inline_slots;
    t->array_capacity = items;
  }
  RA = value_from_table(t);
  NEXT(2);
}

/* What the constructor's fields make the shape to be, all of them nil so far, in slots of the cell. */
HANDLER(NEW_TABLE_SHAPED) {
  uint64_t cache = pc[1];
  if (unlikely(L->heap->table_arena.free_bits == 0 || L->heap->debt > 0)) SLOW(new_table);
  if (cache_slot(cache) != 0) SLOW(new_table);
  Table *t = table_new(L);
  t->head.meta = cache_shape(cache);
  RA = value_from_table(t);
  NEXT(2);
}

HANDLER(INIT_FIELD) { SLOW(init_field); }

/* The table is new, so that nothing but debug.getlocal can have made it a prototype or given it a
   metatable. */
#define INIT_FIELD_HANDLER(name, place)                                        \
  HANDLER(name) {                                                              \
    Table *t = value_untag(RA, TAG_TABLE);                                     \
    if (unlikely(untag_failed(t))) SLOW(init_field);                           \
    uint64_t cache = pc[1];                                                    \
    if (unlikely(t->head.meta != cache_shape(cache))) SLOW(init_field);        \
    if (unlikely(t->head.aux != 0)) SLOW(init_field);                          \
    if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(init_field);   \
    place[cache_slot(cache)] = RC;                                             \
    NEXT(2);                                                                   \
  }
INIT_FIELD_HANDLER(INIT_FIELD_INLINE, t->inline_slots)
INIT_FIELD_HANDLER(INIT_FIELD_SLOT, t->slots)

/* The first items of a new table. */
HANDLER(SET_LIST) {
  const Value *list = &RA;
  Table *t = value_table(list[0]);
  uint32_t count = B;
  if (C != 0 || D != 0 || count == 0) SLOW(set_list);
  if (t->array_size != 0 || count > t->array_capacity || list[count] == nil) SLOW(set_list);
  if (unlikely(t->head.aux != 0 || t->head.color == L->heap->barrier_color)) SLOW(set_list);
  Value *array = t->array;
  for (uint32_t i = 0; i < count; i++) {
    array[i] = list[i + 1];
    __asm__ volatile("# a loop, not a call" ::: "memory");
  }
  t->array_size = count;
  NEXT(1);
}
