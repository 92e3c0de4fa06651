/* Tables: fields, and access by any key. See table.h.
   Layer: runtime. */
#include "runtime/table.h"

#include "runtime/lookup.h"
#include "runtime/number.h"
#include "runtime/stand_in.h"
#include "runtime/table_parts.h"
#include "runtime/throw.h"

/* ---- making and freeing ---------------------------------------------------------------------- */

Table *table_new_sized(State *L, uint32_t items, uint32_t fields) {
  Table *t = table_new(L);
  if (items > 0) {
    if (items <= INLINE_SLOTS && fields > 0 && !table_try_array_capacity(L, t, items))
      error_memory(L);
    table_reserve_array(L, t, items);
  }
  if (fields > SHAPE_MAX_FIELDS) {
    t->hash = hash_part_new(L, fields);
    t->head.meta = SHAPE_DICTIONARY_ROOT;
  }
  return t;
}

void table_free_parts(Heap *heap, Table *t) {
  table_free_array(heap, t);
  memory_free(heap, t->slots,
              slots_capacity(shape_outer_slots(table_shape(heap, t))) * sizeof(Value));
  if (t->hash != NULL) memory_free(heap, t->hash, hash_part_size(t->hash));
}

/* ---- rules for caches ------------------------------------------------------------------------ */

void table_bump_epoch(Global *global) {
  if (++global->prototype_epoch == 0 && global->epoch_wrapped != NULL)
    global->epoch_wrapped(global);
}

void table_change_shape(State *L, Table *t, const Shape *shape) {
  t->head.meta = shape->head.meta;
  heap_barrier_container(L->heap, &t->head);
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) table_bump_epoch(global_of(L));
}

/* A field changes from old to new. */
ALWAYS_INLINE void table_note_field(State *L, Table *t, const String *key, Value old, Value new) {
  bool event = string_names_event(key);
  if (likely(!event && !(t->head.aux & TABLE_IS_PROTOTYPE))) return;
  if (event && (t->head.aux & TABLE_HAS_STAND_IN)) stand_in_dissolve(L, t);
  if (event && old == NIL) t->head.flags = 0;
  if ((t->head.aux & TABLE_IS_PROTOTYPE) && (event || (old == NIL) != (new == NIL)))
    table_bump_epoch(global_of(L));
}

void table_make_prototype(State *L, Table *t) {
  (void)L;
  t->head.aux |= TABLE_IS_PROTOTYPE;
}

Value lookup_nil[4] = {NIL, NIL, NIL, NIL};

/* ---- fields ---------------------------------------------------------------------------------- */

Value *table_find_short(const State *L, const Table *t, String *key) {
  const Shape *shape = table_shape(L->heap, t);
  int slot = shape_find(shape, key);
  if (slot >= 0) return table_slot(shape, t, (unsigned)slot);
  if (t->hash == NULL || !shape_is_dictionary(shape)) return NULL;
  Node *n = hash_find_word(t->hash, value_from_string(key), key->head.meta);
  return n != NULL ? &n->value : NULL;
}

Value table_get_short(const State *L, const Table *t, String *key) {
  const Value *place = table_find_short(L, t, key);
  return place != NULL ? *place : NIL;
}

Value table_get_string(const State *L, const Table *t, String *key) {
  if (likely(string_is_short(key))) return table_get_short(L, t, key);
  const Node *n = table_find_node(L->heap, t, value_from_string(key));
  return n != NULL ? n->value : NIL;
}

void table_grow_slots(State *L, Table *t, uint32_t outer_slots, Shape *to) {
  global_of(L)->shape_in_hand = to;
  t->slots = memory_reallocate(L, t->slots, slots_capacity(outer_slots) * sizeof(Value),
                               slots_capacity(outer_slots + 1) * sizeof(Value));
  global_of(L)->shape_in_hand = NULL;
}

void table_take_fields(State *L, Table *t, Shape *shape) {
  VM_ASSERT(t->head.meta <= SHAPE_EMPTY_ARRAY && t->slots == NULL);
  uint32_t capacity = slots_capacity(shape_outer_slots(shape));
  global_of(L)->shape_in_hand = shape;
  Value *slots = capacity == 0 ? NULL : memory_allocate(L, capacity * sizeof(Value));
  global_of(L)->shape_in_hand = NULL;
  for (uint32_t i = 0; i < capacity; i++) slots[i] = NIL;
  for (unsigned i = 0; i < shape->inline_capacity; i++) t->inline_slots[i] = NIL;
  t->slots = slots;
  table_change_shape(L, t, shape);
}

/* Live fields move from the slots to the hash part, but for what only slots can hold. */
static void table_become_dictionary(State *L, Table *t, Table *metatable) {
  Shape *shape = shape_dictionary(L, metatable);
  Shape *old_shape = table_shape(L->heap, t);
  HashPart *old = t->hash;
  uint32_t old_used = old != NULL ? old->used : 0;
  global_of(L)->shape_in_hand = shape;
  HashPart *h = hash_part_new(L, old_used + old_shape->count);
  global_of(L)->shape_in_hand = NULL;
  for (uint32_t i = 0; old != NULL && i <= old->mask; i++)
    if (old->nodes[i].value != NIL)
      hash_part_put(h, old->nodes[i].key, hash_key(L->heap, old->nodes[i].key),
                    old->nodes[i].value);
  for (unsigned i = 0; i < old_shape->count; i++) {
    String *key = old_shape->keys->keys[i];
    Value value = *table_slot(old_shape, t, i);
    if (value != NIL && i + 1 != old_shape->given_place)
      hash_part_put(h, value_from_string(key), key->head.meta, value);
  }
  memory_free(L->heap, t->slots, slots_capacity(shape_outer_slots(old_shape)) * sizeof(Value));
  t->slots = NULL;
  t->hash = h;
  if (old != NULL) memory_free(L->heap, old, hash_part_size(old));
  table_change_shape(L, t, shape);
}

/* Whether a shaped table about to outgrow its slots is rather a set that comes and goes. */
static bool table_is_mostly_nil(const Table *t, const Shape *shape) {
  unsigned absent = 0, count = shape->count;
  if (count < 2 * SHAPE_MIN_OUTER_SLOTS || (count & (count - 1)) != 0) return false;
  for (unsigned i = 0; i < count; i++) absent += *table_slot(shape, t, i) == NIL;
  return absent > count / 2;
}

/* A field that the table does not have, with a value that is not nil. */
static void table_add_field(State *L, Table *t, String *key, Value value, bool computed) {
  Shape *shape = table_shape(L->heap, t);
  if (!shape_is_dictionary(shape)) {
    Shape *to = NULL;
    if (unlikely(t->head.aux & TABLE_HAS_STAND_IN) && string_names_event(key))
      stand_in_dissolve(L, t);
    if (likely(!table_is_mostly_nil(t, shape))) to = shape_add_field(L, shape, key, computed);
    if (likely(to != NULL)) {
      *table_slot_for_add(L, t, shape, to) = value;
      if (string_names_event(key)) t->head.flags = 0;
      return;
    }
    table_become_dictionary(L, t, table_given_metatable(L, t));
  }
  table_note_field(L, t, key, NIL, value);
  table_insert(L, t, value_from_string(key), value);
}

bool table_reserve_field(State *L, Table *t, String *key) {
  Shape *shape = table_shape(L->heap, t);
  if (shape_is_dictionary(shape)) return false;
  if (shape_find(shape, key) != SLOT_NONE) return true;
  Shape *to = shape_add_field(L, shape, key, false);
  if (to != NULL) table_slot_for_add(L, t, shape, to);
  return to != NULL;
}

void table_take_shape(State *L, Table *t, Shape *shape) {
  uint32_t capacity = slots_capacity(shape_outer_slots(shape));
  if (capacity > 0) {
    t->slots = memory_allocate(L, capacity * sizeof(Value));
    for (uint32_t i = 0; i < capacity; i++) t->slots[i] = NIL;
  }
  t->head.meta = shape->head.meta;
  heap_barrier_container(L->heap, &t->head);
}

/* True: there was a slot, or a node other than a plain dictionary's. */
static bool table_set_field(State *L, Table *t, String *key, Value value, bool computed) {
  if (t->head.meta == SHAPE_DICTIONARY_ROOT && value != NIL && !string_names_event(key)) {
    table_put_word(L, t, value_from_string(key), key->head.meta, value);
    return false;
  }
  Value *place = table_find_short(L, t, key);
  if (likely(place != NULL)) {
    table_note_field(L, t, key, *place, value);
    *place = value;
    heap_barrier_container(L->heap, &t->head);
    return true;
  }
  if (value != NIL) table_add_field(L, t, key, value, computed);
  return false;
}

bool table_set_short(State *L, Table *t, String *key, Value value) {
  return table_set_field(L, t, key, value, false);
}

Table *table_given_metatable(const State *L, const Table *t) {
  const Shape *shape = table_shape(L->heap, t);
  if (likely(!table_has_stand_in(L, t))) return shape->metatable;
  return value_table(*table_slot(shape, t, shape->given_place - 1));
}

void table_name_metatable(State *L, Table *t, Table *mt) {
  Shape *shape = table_shape(L->heap, t);
  if (shape->metatable == mt) return;
  Shape *to = shape_with_metatable(L, shape, mt);
  if (unlikely(to == NULL)) {
    table_become_dictionary(L, t, mt);
    return;
  }
  if (unlikely(shape->given_place != 0)) *table_slot(shape, t, shape->given_place - 1) = NIL;
  table_change_shape(L, t, to);
}

/* The shape with a slot for the metatable; the same for all tables with these fields, whatever their
   metatable was before. NULL: a limit. */
static Shape *shape_with_given_slot(State *L, Shape *shape) {
  Global *global = global_of(L);
  if (shape->given_place != 0) return shape;
  Shape *bare = global->shape_in_hand = shape_with_metatable(L, shape, NULL);
  Shape *longer = bare == NULL ? NULL : shape_add_field(L, bare, global->stand_ins.key, false);
  global->shape_in_hand = NULL;
  return longer;
}

bool table_name_stand_in(State *L, Table *t, Table *stand_in, Table *mt) {
  Global *global = global_of(L);
  Shape *shape = table_shape(L->heap, t);
  Shape *longer = global->shape_in_hand = shape_with_given_slot(L, shape);
  Shape *to = longer == NULL ? NULL : shape_with_metatable(L, longer, stand_in);
  global->shape_in_hand = NULL;
  if (to == NULL) return false;
  Value *place = longer == shape ? table_slot(to, t, to->given_place - 1)
                                 : table_slot_for_add(L, t, shape, to);
  mt->head.aux |= TABLE_IS_METATABLE | TABLE_HAS_STAND_IN | TABLE_IS_PROTOTYPE;
  *place = value_from_table(mt);
  table_change_shape(L, t, to);
  return true;
}

void table_set_metatable(State *L, Table *t, Table *mt) {
  Table *stand_in = mt != NULL && mt != t ? stand_in_for(L, t, mt) : NULL;
  bool stands_in = stand_in != NULL && table_name_stand_in(L, t, stand_in, mt);
  global_of(L)->stand_ins.in_hand = NULL;
  if (stands_in) return;
  if (mt != NULL) mt->head.aux |= TABLE_IS_METATABLE;
  table_name_metatable(L, t, mt);
}

/* ---- any key --------------------------------------------------------------------------------- */

static Value *node_place(Node *n) { return n != NULL ? &n->value : NULL; }

static Value *table_find_int(const Table *t, int64_t key) {
  if ((uint64_t)key - 1 < t->array_size) return &t->array[key - 1];
  return node_place(table_find_int_node(t, key));
}

Value *table_find(const State *L, const Table *t, Value key) {
  int64_t integer;
  if (value_is_string(key) && string_is_short(value_string(key)))
    return table_find_short(L, t, value_string(key));
  if (value_is_small_int(key)) return table_find_int(t, value_as_small_int(key));
  if (value_is_nil(key)) return NULL;
  if (value_is_double(key) && double_to_int(value_as_double(key), &integer))
    return table_find_int(t, integer);
  return node_place(table_find_node(L->heap, t, key));
}

Value table_get(const State *L, const Table *t, Value key) {
  const Value *place = table_find(L, t, key);
  return place != NULL ? *place : NIL;
}

Value table_get_int_slow(const State *L, const Table *t, int64_t key) {
  (void)L;
  const Node *n = table_find_int_node(t, key);
  return n != NULL ? n->value : NIL;
}

/* A key that lives in the hash part whatever happens: no short string, no integer. */
static void table_set_node(State *L, Table *t, Value key, Value value) {
  bool by_word = !value_is_string(key) && !value_is_box(key);
  if (by_word && value != NIL) {
    table_put_word(L, t, key, hash_key(L->heap, key), value);
    return;
  }
  Node *n = table_find_node(L->heap, t, key);
  if (n != NULL) {
    table_note_presence(L, t, n->value, value);
    n->value = value;
    heap_barrier_container(L->heap, &t->head);
  } else if (value != NIL) {
    table_note_presence(L, t, NIL, value);
    table_insert(L, t, key, value);
  }
}

void table_set(State *L, Table *t, Value key, Value value) {
  int64_t integer;
  if (value_is_string(key) && string_is_short(value_string(key))) {
    table_set_field(L, t, value_string(key), value, true);
  } else if (value_is_int(key)) {
    table_set_int(L, t, value_as_int(key), value);
  } else if (value_is_double(key)) {
    double d = value_as_double(key);
    if (unlikely(d != d)) error_run(L, "table index is NaN");
    if (double_to_int(d, &integer))
      table_set_int(L, t, integer, value);
    else
      table_set_node(L, t, key, value);
  } else {
    if (unlikely(value_is_nil(key))) error_run(L, "table index is nil");
    table_set_node(L, t, key, value);
  }
}
