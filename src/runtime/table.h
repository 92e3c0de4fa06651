/* Tables: raw access to fields, items and other keys; length; traversal.
   Layer: runtime. Layout and placement rules: object.h, struct Table, and below.

   Where a key lives:
     - short strings: in a slot, while the table has an ordinary shape; in the hash part once its
       shape is a dictionary (too many fields, too many computed keys, deletions);
     - integers 1..array_size: in the array part. Appending at array_size + 1 extends it and
       pulls successors over from the hash part. A write a little behind it, within the capacity,
       fills the gap with nil. Growth counts the items in use, so that queues and sparse fills do
       not keep dead space;
     - all the rest: in the hash part, floats with integral value normalised to integers.
   Setting the array's last item to nil shrinks array_size past all nils before it, never
   array_capacity. A field or node set to nil keeps its key: next stays valid under
   assignment of existing fields. Dead keys (value nil) are compared by word only, never looked
   into, unless they are strings or boxes, which the collector keeps.
   Setters carry the write barrier and keep the caches' rules (prototype_epoch,
   absent bits of metatables). None of them runs Lua code or is a safepoint. */
#ifndef FERROUS_RUNTIME_TABLE_H
#define FERROUS_RUNTIME_TABLE_H

#include "runtime/global.h"
#include "runtime/shape.h"

enum {
  ARRAY_MAX_CAPACITY = 1 << 30,
  HASH_MAX_CAPACITY = 1 << 30,
  ARRAY_MAX_GAP = 16 /* a write at most so far behind the array's end fills the gap */
};

/* Whether an integer key could ever live in the array part. */
ALWAYS_INLINE bool int_is_index(int64_t key) { return (uint64_t)key - 1 < ARRAY_MAX_CAPACITY; }

ALWAYS_INLINE Table *table_new(State *L) {
  Table *t = heap_new_table_cell(L); /* meta 0: SHAPE_EMPTY */
  t->array = NULL;
  t->array_size = 0;
  t->array_capacity = 0;
  t->slots = NULL;
  t->hash = NULL;
  for (int i = 0; i < INLINE_SLOTS; i++) t->inline_slots[i] = NIL;
  return t;
}
/* With room for items and fields: lua_createtable. */
Table *table_new_sized(State *L, uint32_t items, uint32_t fields);
void table_free_parts(Heap *heap, Table *t); /* HeapHooks.release_table */

/* Absent keys read as nil. */
Value table_get(const State *L, const Table *t, Value key);
Value table_get_string(const State *L, const Table *t, String *key); /* short or long */
Value table_get_short(const State *L, const Table *t, String *key);  /* short */
Value table_get_int_slow(const State *L, const Table *t, int64_t key);
ALWAYS_INLINE Value table_get_int(const State *L, const Table *t, int64_t key) {
  if (likely((uint64_t)key - 1 < t->array_size)) return t->array[key - 1];
  return table_get_int_slow(L, t, key);
}
/* Where the key's value is kept, or NULL; valid until the next set. A nil there counts as absent.
   Storing non-nil through it needs the barrier; storing nil must go through a setter. */
Value *table_find(const State *L, const Table *t, Value key);
Value *table_find_short(const State *L, const Table *t, String *key);

/* Gives a table without metatable a slot for a field it may get soon; false: it is a dictionary, or
   becomes one. */
bool table_reserve_field(State *L, Table *t, String *key);
/* A new table gets the shape, which has no metatable, with all its fields nil. */
void table_take_shape(State *L, Table *t, Shape *shape);

/* Raw assignment. key must not be nil or NaN: raises "table index is nil" or
   "table index is NaN". A short string given to table_set counts as computed, one given to
   table_set_short as written in the program: see shape.h. */
void table_set(State *L, Table *t, Value key, Value value);
/* True: a slot was there for it already, so that looking it up is worth remembering. */
bool table_set_short(State *L, Table *t, String *key, Value value);
void table_set_int(State *L, Table *t, int64_t key, Value value);
/* Items first .. first + count - 1 at once: constructors, table.move. first >= 1. */
void table_set_items(State *L, Table *t, int64_t first, const Value *values, uint32_t count);

/* A border: manual 3.4.7. O(1) unless the border is in the hash part, then O(log n). */
uint64_t table_length_slow(const State *L, const Table *t);
ALWAYS_INLINE uint64_t table_length(const State *L, const Table *t) {
  return likely(!(t->head.aux & TABLE_HASH_HAS_INTS)) ? t->array_size : table_length_slow(L, t);
}
/* next as a function: how many results are at `pair`, the key and value or nil; 0: the key is not
   there. Remembers the slot or node it found, where the next call is likely to begin. Order: items, fields
   by slot, hash part. */
int table_step(State *L, const Table *t, Value key, Value *pair);
/* The pair after a position, false at the end: for loops in the VM and for collectors of keys:
   *position starts at 0. */
bool table_next_at(const State *L, const Table *t, uint32_t *position, Value *key, Value *value);
/* Position right after `key`, to resume with table_next_at. The first raises "invalid key to
   'next'" where the second returns false. */
uint32_t table_position(State *L, const Table *t, Value key);
bool table_find_position(const State *L, const Table *t, Value key, uint32_t *position);

/* Room for that many items in the array part at least (table constructors, unpack, move). */
void table_reserve_array(State *L, Table *t, uint32_t items);

/* Changes the shape (and epoch, flags) so that mt (may be NULL) is the metatable. Does not
   look at __gc: the caller does. May collect: a table that got a stand-in needs a slot more. */
void table_set_metatable(State *L, Table *t, Table *mt);
/* The two ways: the shape names mt itself; or its stand-in (false: it cannot). See stand_in.h. */
void table_name_metatable(State *L, Table *t, Table *mt);
bool table_name_stand_in(State *L, Table *t, Table *stand_in, Table *mt);
/* Whether what the shape names is not the metatable that the program gave. */
ALWAYS_INLINE bool table_has_stand_in(const State *L, const Table *t) {
  const Table *named = table_metatable(L, t);
  return named != NULL && (named->head.aux & TABLE_IS_STAND_IN);
}
/* The metatable that programs see. Metamethods are looked for in table_metatable. */
Table *table_given_metatable(const State *L, const Table *t);

/* Prepares a table without fields for those of a shape that shape_for_list made. They are absent still. */
void table_take_fields(State *L, Table *t, Shape *shape);

/* Flags the table: an inline cache looks for fields through it. */
void table_make_prototype(State *L, Table *t);

/* Outdates all cached look-ups through prototypes. */
void table_bump_epoch(Global *global);

/* A new outer slot needs room: see table_slot_for_add. */
void table_grow_slots(State *L, Table *t, uint32_t outer_slots, Shape *to);
/* Gives t, whose shape is `from`, the shape `to`, which has one more field. The new field's
   slot, holding nil, to be filled at once; the store needs no barrier of its own. */
ALWAYS_INLINE Value *table_slot_for_add(State *L, Table *t, const Shape *from, Shape *to) {
  unsigned index = from->count;
  Value *slot;
  if (index < from->inline_capacity) {
    slot = &t->inline_slots[index];
  } else {
    index -= from->inline_capacity;
    /* full when the count is zero or, from the minimum on, a power of two */
    if ((index & (index - 1)) == 0 && (index == 0 || index >= SHAPE_MIN_OUTER_SLOTS))
      table_grow_slots(L, t, index, to);
    slot = &t->slots[index];
  }
  *slot = NIL;
  t->head.meta = to->head.meta;
  heap_barrier_container(L->heap, &t->head);
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) table_bump_epoch(global_of(L));
  return slot;
}

#endif
