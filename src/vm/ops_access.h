/* Handlers: globals, fields, indices, table constructors. See dispatch.h, and cache.h for the cache words. */

/* ---- globals ------------------------------------------------------------------------------ */

HANDLER(GET_GLOBAL) { SLOW(get_global); }

HANDLER(GET_GLOBAL_SLOT) {
  Value env = *value_closure(base[-1])->upvalues[instruction_b(insn)]->location;
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
  Value env = *value_closure(base[-1])->upvalues[instruction_b(insn)]->location;
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
  Value env = *value_closure(base[-1])->upvalues[instruction_b(insn)]->location;
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

HANDLER(GET_FIELD) { SLOW(get_field); }

HANDLER(GET_FIELD_INLINE) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_field);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(get_field);
  Value v = t->inline_slots[cache_slot(cache)];
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_SLOT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_field);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(get_field);
  Value v = t->slots[cache_slot(cache)];
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_CHAIN) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_field);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(get_field);
  uint64_t found = pc[2];
  if (unlikely(cache_epoch(found) != global_of(L)->prototype_epoch)) SLOW(get_field);
  Value v = *cache_address(found); /* nil: the collector cleared it from a weak table */
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_ABSENT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_field);
  if (unlikely(t->head.meta != cache_shape(pc[1]))) SLOW(get_field);
  RA = nil;
  NEXT(3);
}

HANDLER(GET_FIELD_NODE) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_field);
  HashPart *hash = t->hash;
  uint64_t index = cache_shape(pc[1]);
  if (unlikely(hash == NULL || index > hash->mask)) SLOW(get_field);
  if (unlikely(hash->nodes[index].key != KD)) SLOW(get_field);
  Value v = hash->nodes[index].value;
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(GET_FIELD_SHARED) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_field);
  const Value *place = lookup_find(global_of(L), t, value_string(KD));
  if (unlikely(place == NULL)) SLOW(get_field);
  Value v = *place;
  if (unlikely(v == nil)) SLOW(get_field);
  RA = v;
  NEXT(3);
}

HANDLER(SET_FIELD) { SLOW(set_field); }

HANDLER(SET_FIELD_INLINE) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_field);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_field);
  Value *slot = &t->inline_slots[cache_slot(cache)];
  Value v = RC;
  if (unlikely(*slot == nil || v == nil)) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = v;
  NEXT(3);
}

HANDLER(SET_FIELD_SLOT) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_field);
  uint64_t cache = pc[1];
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_field);
  Value *slot = &t->slots[cache_slot(cache)];
  Value v = RC;
  if (unlikely(*slot == nil || v == nil)) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = v;
  NEXT(3);
}

/* The table takes the next shape; its aux bits are 0, so nobody caches look-ups through it. */
HANDLER(SET_FIELD_ADD) {
  Value object = RA;
  uint64_t cache = pc[1], added = pc[2];
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_field);
  unsigned slot = cache_slot(cache);
  Value v = RC;
  if (unlikely(t->head.meta != cache_shape(cache))) SLOW(set_field);
  if (unlikely(t->head.aux != 0 || v == nil || slot >= CACHE_ADD_GROWS)) SLOW(set_field);
  if (unlikely(cache_epoch(added) != global_of(L)->prototype_epoch)) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  t->head.meta = cache_shape(added);
  if (slot < CACHE_OUTSIDE)
    t->inline_slots[slot] = v;
  else
    t->slots[slot - CACHE_OUTSIDE] = v;
  NEXT(3);
}

HANDLER(SET_FIELD_NODE) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_field);
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

HANDLER(SET_FIELD_SHARED) {
  Value object = RA;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_field);
  Value *slot = lookup_find_own(global_of(L), t, value_string(KD));
  Value v = RC;
  if (unlikely(slot == NULL || *slot == nil || v == nil)) SLOW(set_field);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = v;
  NEXT(3);
}

HANDLER(SELF) { SLOW(self); }

HANDLER(SELF_CHAIN) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(self);
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
  if (unlikely(untag_failed(t))) SLOW(self);
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

HANDLER(SELF_SHARED) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(self);
  const Value *place = lookup_find(global_of(L), t, value_string(KD));
  if (unlikely(place == NULL)) SLOW(self);
  Value v = *place;
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

HANDLER(GET_INDEX) { SLOW(get_index); }

HANDLER(GET_INDEX_INT) {
  Value object = RB, key = RC;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t) || key < tag_int)) SLOW(get_index);
  uint64_t index = (uint64_t)value_as_small_int(key) - 1;
  if (unlikely(index >= t->array_size)) SLOW(get_index);
  Value v = t->array[index];
  if (unlikely(v == nil)) SLOW(get_index);
  RA = v;
  NEXT(1);
}

HANDLER(GET_INDEX_STRING) { SLOW(get_index); }

HANDLER(GET_INT) {
  Value object = RB;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(get_int);
  uint64_t index = (uint64_t)(int64_t)SD - 1;
  if (unlikely(index >= t->array_size)) SLOW(get_int);
  Value v = t->array[index];
  if (unlikely(v == nil)) SLOW(get_int);
  RA = v;
  NEXT(1);
}

HANDLER(SET_INDEX) { SLOW(set_index); }

/* Where no __newindex can exist (shapes without a metatable that are tables' first), an item that was nil may
   be stored over too, and one behind the last is appended. */
HANDLER(SET_INDEX_INT) {
  Value object = RA, key = RB, v = RC;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t) || key < tag_int)) SLOW(set_index);
  uint64_t index = (uint64_t)value_as_small_int(key) - 1;
  if (unlikely(v == nil || t->head.color == L->heap->barrier_color)) SLOW(set_index);
  if (likely(index < t->array_size)) {
    Value *item = &t->array[index];
    if (unlikely(t->head.meta > SHAPE_DICTIONARY_ROOT && *item == nil)) SLOW(set_index);
    *item = v;
    NEXT(1);
  }
  if (index != t->array_size || index >= t->array_capacity || t->head.aux != 0 ||
      t->head.meta > SHAPE_DICTIONARY_ROOT)
    SLOW(set_index);
  t->array[index] = v;
  t->array_size = (uint32_t)index + 1;
  NEXT(1);
}

HANDLER(SET_INDEX_STRING) { SLOW(set_index); }

HANDLER(SET_INT) {
  Value object = RA, v = RC;
  Table *t = value_untag(object, TAG_TABLE);
  if (unlikely(untag_failed(t))) SLOW(set_int);
  uint64_t index = (uint64_t)(int64_t)SD - 1;
  if (unlikely(index >= t->array_size)) SLOW(set_int);
  Value *item = &t->array[index];
  if (unlikely(*item == nil || v == nil)) SLOW(set_int);
  if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_int);
  *item = v;
  NEXT(1);
}

HANDLER(NEW_TABLE) { SLOW(new_table); }

HANDLER(SET_LIST) { SLOW(set_list); }
