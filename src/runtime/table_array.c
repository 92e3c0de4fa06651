/* The array part: items 1..array_size. See table.h.
   Layer: runtime.

   No operation is worse than amortised constant time:
     - growing counts the items in use: more than half of the capacity doubles it; else the table is
       rebuilt (table_hash.c), as for a queue whose front is long gone;
     - a write behind the end fills a gap of ARRAY_MAX_GAP items at most, so trimming, which passes every
       nil once, cannot be made to pass many again and again. Wider gaps leave the item to the hash
       part, until rebuilding that finds the array dense enough.

   In a small array a gap is filled only where more than half of the items up to the next power of two
   are in use then: there the reference is likely to have an array, and so the border that programs
   with holes in their tables came to rely on. With t[1] and t[3] the length is 1, with t[4] it is 4. */
#include "runtime/number.h"
#include "runtime/table_parts.h"
#include "runtime/throw.h"

enum { FIRST_CAPACITY = 4, SMALL_CAPACITY = 8 /* grown to without counting */ };

/* ---- capacity -------------------------------------------------------------------------------- */

bool table_array_is_inline(const Table *t) { return t->array == t->inline_slots; }

void table_free_array(Heap *heap, Table *t) {
  if (!table_array_is_inline(t))
    memory_free(heap, t->array, t->array_capacity * sizeof(Value));
  t->array = NULL;
  t->array_capacity = 0;
}

bool table_try_array_capacity(State *L, Table *t, uint32_t capacity) {
  VM_ASSERT(capacity >= t->array_size);
  if (capacity == 0) {
    table_free_array(L->heap, t);
    return true;
  }
  bool is_inline = table_array_is_inline(t);
  size_t old_size = is_inline ? 0 : t->array_capacity * sizeof(Value);
  Value *array = memory_try_reallocate(L, is_inline ? NULL : t->array, old_size,
                                       capacity * sizeof(Value));
  if (array == NULL) return false;
  if (is_inline) memcpy(array, t->inline_slots, t->array_size * sizeof(Value));
  t->array = array;
  t->array_capacity = capacity;
  return true;
}

/* Without an array so far: `capacity` of the inline slots, if no field can want them. */
static bool table_use_inline_array(State *L, Table *t, uint32_t capacity) {
  Shape *shape = table_shape(L->heap, t);
  if (shape->inline_capacity != 0) {
    if (shape->count != 0) return false;
    Shape *to = shape_with_metatable(L, L->heap->shapes[SHAPE_EMPTY_ARRAY], shape->metatable);
    if (to == NULL) return false;
    table_change_shape(L, t, to);
  }
  t->array = t->inline_slots;
  t->array_capacity = capacity;
  return true;
}

void table_reserve_array(State *L, Table *t, uint32_t items) {
  if (items <= t->array_capacity) return;
  if (items > ARRAY_MAX_CAPACITY) error_run(L, "table overflow");
  if (items <= INLINE_SLOTS && table_array_is_inline(t)) {
    t->array_capacity = items;
    return;
  }
  if (items <= INLINE_SLOTS && t->array_capacity == 0 && table_use_inline_array(L, t, items))
    return;
  if (!table_try_array_capacity(L, t, items)) error_memory(L);
}

static bool array_is_dense(const Table *t) {
  uint32_t live = 0;
  for (uint32_t i = 0; i < t->array_size; i++) live += t->array[i] != NIL;
  return live > t->array_capacity / 2;
}

/* The array may have taken over the last of the hash part's indices: appending is quick again then. A
   hash part that is not larger than the array that has just grown is paid for by that. */
static void array_note_its_own(Table *t) {
  const HashPart *h = t->hash;
  if (h != NULL && h->mask >= t->array_capacity) return;
  for (uint32_t i = 0; h != NULL && i <= h->mask; i++) {
    Value key = h->nodes[i].key; /* of a dead node as well: it must not outlive its item */
    if (value_is_small_int(key) && int_is_index(value_as_small_int(key))) return;
  }
  t->head.aux &= (uint8_t)~TABLE_HASH_HAS_INTS;
}

/* Room for one more item in a full array. False: it is not worth it. */
static NOINLINE bool array_make_room(State *L, Table *t) {
  uint32_t old = t->array_capacity, capacity;
  if (old == 0) {
    if (table_use_inline_array(L, t, INLINE_SLOTS)) return true;
    capacity = FIRST_CAPACITY;
  } else if (old < INLINE_SLOTS && table_array_is_inline(t)) {
    t->array_capacity = INLINE_SLOTS;
    return true;
  } else if (old < SMALL_CAPACITY) {
    capacity = SMALL_CAPACITY;
  } else {
    if (old > ARRAY_MAX_CAPACITY / 2 || !array_is_dense(t)) return false;
    capacity = 2 * old;
  }
  if (!table_try_array_capacity(L, t, capacity)) error_memory(L);
  if (t->head.aux & TABLE_HASH_HAS_INTS) array_note_its_own(t);
  return true;
}

/* ---- items ----------------------------------------------------------------------------------- */

void table_extend_array(Table *t, uint32_t size) {
  VM_ASSERT(size <= t->array_capacity);
  for (uint32_t i = t->array_size; i < size; i++) t->array[i] = NIL;
  t->array_size = size;
}

/* Takes the value of an integer key out of the hash part; nil when it has none. */
static Value take_from_hash(Table *t, int64_t key) {
  Node *n = table_find_int_node(t, key);
  if (n == NULL) return NIL;
  Value value = n->value;
  *n = (Node){TOMBSTONE, NIL};
  return value;
}

static void pull_successors(Table *t) {
  while (t->array_size < t->array_capacity) {
    const Node *n = table_find_int_node(t, (int64_t)t->array_size + 1);
    if (n == NULL || n->value == NIL) return;
    t->array[t->array_size] = take_from_hash(t, (int64_t)t->array_size + 1);
    t->array_size++;
  }
}

/* Stores at `key`, within the capacity and behind the size; what lies between comes along. */
static void array_extend_to(Table *t, uint32_t key, Value value) {
  if (unlikely(t->head.aux & TABLE_HASH_HAS_INTS)) {
    for (uint32_t i = t->array_size; i < key; i++)
      t->array[i] = take_from_hash(t, (int64_t)i + 1);
    t->array_size = key;
    t->array[key - 1] = value;
    pull_successors(t);
  } else {
    table_extend_array(t, key);
    t->array[key - 1] = value;
  }
}

static uint32_t power_of_two_from(uint32_t key) { return UINT32_C(1) << (32 - __builtin_clz(key - 1)); }

/* Whether the item will be there once the key is set. */
static bool array_will_hold(const State *L, const Table *t, uint32_t key, uint32_t item) {
  return item == key || table_get_int(L, t, item) != NIL;
}

/* The border of an array of so many items, the key's among them. */
static uint32_t array_border_with(const State *L, const Table *t, uint32_t key, uint32_t size) {
  uint32_t present = 0, absent = size;
  if (array_will_hold(L, t, key, size)) return size;
  if (array_will_hold(L, t, key, size - 1)) return size - 1;
  while (absent - present > 1) {
    uint32_t middle = (present + absent) / 2;
    if (array_will_hold(L, t, key, middle))
      present = middle;
    else
      absent = middle;
  }
  return present;
}

/* Whether a table with one more item there would be rebuilt with an array that ends behind it: when the keys
   outside of the array fill a power of two, and more than half of the array is in use. key > 1. */
static bool array_comes_to(const State *L, const Table *t, uint32_t key) {
  uint32_t nodes = t->hash != NULL ? t->hash->used : 0;
  uint32_t others = nodes + table_shape(L->heap, t)->count;
  uint32_t size = power_of_two_from(key), live = 0;
  if ((others & (others - 1)) != 0 || 1 + t->array_size + nodes <= size / 2) return false;
  for (uint32_t i = 1; i <= size; i++) live += array_will_hold(L, t, key, i);
  return live > size / 2 && array_border_with(L, t, key, size) >= key;
}

/* Whether the item, behind a gap, belongs to the array. Only small arrays need counting: larger ones are well
   used, or the program asked for their size, as it did for one without items so far. */
static bool array_reaches(State *L, Table *t, uint64_t key) {
  bool fits = key <= t->array_capacity;
  if (key > SMALL_CAPACITY || t->array_capacity > SMALL_CAPACITY) return fits;
  if (fits && t->array_size == 0) return true;
  if (!array_comes_to(L, t, (uint32_t)key)) return false;
  return fits || table_try_array_capacity(L, t, power_of_two_from((uint32_t)key));
}

static void table_set_int_node(State *L, Table *t, int64_t key, Value value) {
  if (likely(int_is_small(key) && value != NIL)) {
    table_put_word(L, t, value_from_small_int(key), hash_int(key), value);
    return;
  }
  Node *n = table_find_int_node(t, key);
  if (n != NULL) {
    table_note_presence(L, t, n->value, value);
    n->value = value;
    heap_barrier_container(L->heap, &t->head);
  } else if (value != NIL) {
    table_note_presence(L, t, NIL, value);
    table_insert(L, t, value_from_int(L, key), value);
  }
}

void table_set_int_slow(State *L, Table *t, int64_t key, Value value) {
  uint64_t gap = (uint64_t)key - 1 - t->array_size;
  if (gap > ARRAY_MAX_GAP || value == NIL) {
    table_set_int_node(L, t, key, value);
    return;
  }
  bool full = gap == 0 && t->array_size == t->array_capacity;
  if ((full || gap > 0) && (t->head.aux & TABLE_HASH_HAS_INTS)) {
    const Node *n = table_find_int_node(t, key);
    if (n != NULL && (full || n->value != NIL)) {
      table_set_int_node(L, t, key, value); /* a rebuild would put it there a second time */
      return;
    }
  }
  if (full && !array_make_room(L, t)) {
    table_note_presence(L, t, NIL, value);
    table_rebuild(L, t, value_from_small_int(key), value);
    return;
  }
  if (gap > 0 && !array_reaches(L, t, (uint64_t)key)) {
    table_set_int_node(L, t, key, value);
    return;
  }
  table_note_presence(L, t, NIL, value);
  array_extend_to(t, (uint32_t)key, value);
  heap_barrier_container(L->heap, &t->head);
}

void table_set_int(State *L, Table *t, int64_t key, Value value) {
  if (unlikely((uint64_t)key - 1 >= t->array_size)) {
    table_set_int_slow(L, t, key, value);
    return;
  }
  Value *item = &t->array[key - 1];
  table_note_presence(L, t, *item, value);
  *item = value;
  heap_barrier_container(L->heap, &t->head);
  if (unlikely(value == NIL) && key == t->array_size) table_trim_array(t);
}

void table_set_items(State *L, Table *t, int64_t first, const Value *values, uint32_t count) {
  uint64_t end = (uint64_t)first - 1 + count;
  if (count == 0) return;
  if (!(t->head.aux & (TABLE_HASH_HAS_INTS | TABLE_IS_PROTOTYPE)) && end <= t->array_capacity) {
    if ((uint64_t)first - 1 > t->array_size) table_extend_array(t, (uint32_t)first - 1);
    memcpy(t->array + first - 1, values, count * sizeof(Value));
    if (end > t->array_size) t->array_size = (uint32_t)end;
    table_trim_array(t);
    heap_barrier_container(L->heap, &t->head);
    return;
  }
  for (uint32_t i = count; i-- > 0;) table_set_int(L, t, first + i, values[i]);
}

/* ---- length ---------------------------------------------------------------------------------- */

static bool table_has_int(const State *L, const Table *t, uint64_t key) {
  return table_get_int(L, t, (int64_t)key) != NIL;
}

uint64_t table_length_slow(const State *L, const Table *t) {
  uint64_t present = t->array_size, absent = present + 1; /* 0 counts as present */
  while (table_has_int(L, t, absent)) {
    present = absent;
    if (absent > INT64_MAX / 2) return present;
    absent *= 2;
  }
  while (absent - present > 1) {
    uint64_t middle = present + (absent - present) / 2;
    if (table_has_int(L, t, middle))
      present = middle;
    else
      absent = middle;
  }
  return present;
}
