/* Traversal: positions of keys, and the pairs behind them. See table.h.
   Layer: runtime.

   Positions: 0 .. array_capacity - 1 are items, then come the slots, then the nodes. They stay put
   while existing fields are assigned: the array's capacity, the shape and the nodes only change
   when a key is added. The array's size may shrink meanwhile; a position behind it goes on with
   the slots. */
#include "runtime/number.h"
#include "runtime/table_parts.h"
#include "runtime/throw.h"

static uint32_t field_count(const Shape *shape) {
  return shape_is_dictionary(shape) ? 0 : shape->count;
}

/* Position behind a key that is no item of the array. */
static bool find_position_after_key(const State *L, const Table *t, Value key, uint32_t *position) {
  const Shape *shape = table_shape(L->heap, t);
  uint32_t nodes = t->array_capacity + field_count(shape);
  if (value_is_string(key) && string_is_short(value_string(key))) {
    int slot = shape_find(shape, value_string(key));
    *position = t->array_capacity + (uint32_t)slot + 1;
    if (slot >= 0) return true;
  }
  const Node *n = table_find_node(L->heap, t, key);
  if (n != NULL) {
    *position = nodes + (uint32_t)(n - t->hash->nodes) + 1;
    return true;
  }
  /* An item that was within array_size until it, and all behind it, became nil. */
  *position = (uint32_t)value_as_small_int(key);
  return value_is_small_int(key) && (uint64_t)value_as_small_int(key) - 1 < t->array_capacity;
}

/* A double that stands for an integer becomes one. */
static Value normalised_key(const Table *t, Value key) {
  int64_t index;
  if (likely(!value_is_double(key)) || !double_to_int(value_as_double(key), &index)) return key;
  if (int_is_small(index)) return value_from_small_int(index);
  const Node *n = table_find_int_node(t, index);
  return n != NULL ? n->key : key;
}

bool table_find_position(const State *L, const Table *t, Value key, uint32_t *position) {
  *position = 0;
  if (value_is_nil(key)) return true;
  key = normalised_key(t, key);
  *position = (uint32_t)value_as_small_int(key);
  if (value_is_small_int(key) && (uint64_t)value_as_small_int(key) - 1 < t->array_size) return true;
  return find_position_after_key(L, t, key, position);
}

uint32_t table_position(State *L, const Table *t, Value key) {
  uint32_t position;
  if (!table_find_position(L, t, key, &position)) error_run(L, "invalid key to 'next'");
  return position;
}

bool table_next_at(const State *L, const Table *t, uint32_t *position, Value *key, Value *value) {
  uint32_t at = *position;
  for (; at < t->array_size; at++) {
    if (t->array[at] == NIL) continue;
    *key = value_from_small_int((int64_t)at + 1);
    *value = t->array[at];
    *position = at + 1;
    return true;
  }
  uint32_t base = t->array_capacity;
  if (at < base) at = base;
  const Shape *shape = table_shape(L->heap, t);
  uint32_t fields = field_count(shape);
  for (uint32_t slot = at - base; slot < fields; slot++) {
    *value = *table_slot(shape, t, slot);
    if (*value == NIL || slot + 1 == shape->given_place) continue;
    *key = value_from_string(shape->keys->keys[slot]);
    *position = base + slot + 1;
    return true;
  }
  base += fields;
  if (at < base) at = base;
  for (uint64_t i = at - base; t->hash != NULL; i++) {
    i = hash_part_next(t->hash, i);
    if (i > t->hash->mask) break;
    const Node *n = &t->hash->nodes[i];
    if (n->value == NIL) continue;
    *key = n->key;
    *value = n->value;
    *position = base + (uint32_t)i + 1;
    return true;
  }
  uint32_t end = base + (t->hash != NULL ? t->hash->mask : 0);
  if (end > *position) spend_fuel(L, (end - *position) / PLACES_FOR_COST);
  return false;
}

/* The first pair from node i on. */
ALWAYS_INLINE int step_from_node(Global *global, const HashPart *h, uint64_t i, Value *pair) {
  for (; h != NULL && (i = hash_part_next(h, i)) <= h->mask; i++) {
    Value value = h->nodes[i].value;
    if (value == NIL) continue;
    pair[0] = h->nodes[i].key;
    pair[1] = value;
    global->step_node = (uint32_t)i;
    return 2;
  }
  pair[0] = NIL;
  return 1;
}

/* The same, and pays for the way: there may be a million empty nodes. */
static int step_to_node(State *L, const Table *t, uint32_t i, Value *pair) {
  int found = step_from_node(global_of(L), t->hash, i, pair);
  if (t->hash == NULL) return found;
  uint32_t last = found == 2 ? global_of(L)->step_node : t->hash->mask;
  if (last > i) spend_fuel(L, (last - i) / PLACES_FOR_COST);
  return found;
}

static int step_from_field(State *L, const Table *t, const Shape *shape, uint32_t slot, Value *pair) {
  for (uint32_t fields = field_count(shape); slot < fields; slot++) {
    Value value = *table_slot(shape, t, slot);
    if (value == NIL || slot + 1 == shape->given_place) continue;
    pair[0] = value_from_string(shape->keys->keys[slot]);
    pair[1] = value;
    global_of(L)->step_slot = slot;
    return 2;
  }
  return step_to_node(L, t, 0, pair);
}

static int step_from_item(State *L, const Table *t, uint32_t index, Value *pair) {
  for (; index < t->array_size; index++) {
    Value value = t->array[index];
    if (value == NIL) continue;
    pair[0] = value_from_small_int((int64_t)index + 1);
    pair[1] = value;
    return 2;
  }
  return step_from_field(L, t, table_shape(L->heap, t), 0, pair);
}

static NOINLINE int step_from_key(State *L, const Table *t, Value key, Value *pair) {
  uint32_t position;
  if (!table_find_position(L, t, key, &position)) return 0;
  if (position < t->array_capacity) return step_from_item(L, t, position, pair);
  position -= t->array_capacity;
  const Shape *shape = table_shape(L->heap, t);
  uint32_t fields = field_count(shape);
  if (position < fields) return step_from_field(L, t, shape, position, pair);
  return step_to_node(L, t, position - fields, pair);
}

int table_step(State *L, const Table *t, Value key, Value *pair) {
  if (key == NIL) return step_from_item(L, t, 0, pair);
  uint64_t index = (uint64_t)(key - TAG_INT);
  if (index - 1 < t->array_size) return step_from_item(L, t, (uint32_t)index, pair);
  const Global *global = global_of(L);
  const HashPart *h = t->hash;
  uint32_t node = global->step_node;
  if (h != NULL && node <= h->mask && h->nodes[node].key == key)
    return step_from_node(global_of(L), h, node + 1, pair);
  const Shape *shape = table_shape(L->heap, t);
  uint32_t slot = global->step_slot;
  if (slot < field_count(shape) && value_from_string(shape->keys->keys[slot]) == key)
    return step_from_field(L, t, shape, slot + 1, pair);
  return step_from_key(L, t, key, pair);
}
