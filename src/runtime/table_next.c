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
static uint32_t position_after_key(State *L, const Table *t, Value key) {
  const Shape *shape = table_shape(L->heap, t);
  if (value_is_string(key) && string_is_short(value_string(key))) {
    int slot = shape_find(shape, value_string(key));
    if (slot >= 0) return t->array_capacity + (uint32_t)slot + 1;
  }
  const Node *n = table_find_node(L->heap, t, key);
  if (n != NULL)
    return t->array_capacity + field_count(shape) + (uint32_t)(n - t->hash->nodes) + 1;
  /* An item that was within array_size until it, and all behind it, became nil. */
  if (value_is_small_int(key) && (uint64_t)value_as_small_int(key) - 1 < t->array_capacity)
    return (uint32_t)value_as_small_int(key);
  error_run(L, "invalid key to 'next'");
}

uint32_t table_position(State *L, const Table *t, Value key) {
  int64_t index;
  if (value_is_nil(key)) return 0;
  if (value_is_double(key) && double_to_int(value_as_double(key), &index)) {
    if (!int_is_small(index)) {
      const Node *n = table_find_int_node(t, index);
      if (n == NULL) error_run(L, "invalid key to 'next'");
      key = n->key;
    } else {
      key = value_from_small_int(index);
    }
  }
  if (value_is_small_int(key) && (uint64_t)value_as_small_int(key) - 1 < t->array_size)
    return (uint32_t)value_as_small_int(key);
  return position_after_key(L, t, key);
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
    if (*value == NIL) continue;
    *key = value_from_string(shape->keys->keys[slot]);
    *position = base + slot + 1;
    return true;
  }
  base += fields;
  if (at < base) at = base;
  for (uint32_t i = at - base; t->hash != NULL && i <= t->hash->mask; i++) {
    const Node *n = &t->hash->nodes[i];
    if (n->value == NIL) continue;
    *key = n->key;
    *value = n->value;
    *position = base + i + 1;
    return true;
  }
  return false;
}

bool table_next(State *L, const Table *t, Value *key, Value *value) {
  uint32_t position = table_position(L, t, *key);
  return table_next_at(L, t, &position, key, value);
}
