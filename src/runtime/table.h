/* Tables: raw access to fields, items and other keys; length; traversal.
   Layer: runtime. Layout and placement rules: object.h, struct Table, and below.

   Where a key lives:
     - short strings: in a slot, while the table has an ordinary shape; in the hash part once its shape
       is a dictionary (too many fields, too many computed keys, deletions);
     - integers 1..array_size: in the array part. Appending at array_size + 1 extends it and
       pulls successors over from the hash part. A write below array_capacity fills the gap with nil.
       Growth counts the items in use, so that queues and sparse fills do not keep dead space;
     - all the rest: in the hash part, floats with integral value normalised to integers.
   Setting the array's last item to nil shrinks array_size past all nils before it, never
   array_capacity. A field or node set to nil keeps its key: next stays valid under
   assignment of existing fields. Dead keys (value nil) are compared by word only, never looked into,
   unless they are strings or boxes, which the collector keeps.
   Setters carry the write barrier and keep the caches' rules (prototype_epoch,
   absent bits of metatables). None of them runs Lua code or is a safepoint. */
#ifndef FERROUS_RUNTIME_TABLE_H
#define FERROUS_RUNTIME_TABLE_H

#include "runtime/global.h"

Table *table_new(State *L);
/* With room for items and fields: lua_createtable. */
Table *table_new_sized(State *L, uint32_t items, uint32_t fields);
void table_free_parts(Heap *heap, Table *t); /* used when a table dies */

/* Absent keys read as nil. */
Value table_get(const State *L, const Table *t, Value key);
Value table_get_string(const State *L, const Table *t, String *key); /* short or long */
Value table_get_short(const State *L, const Table *t, String *key);  /* short */
Value table_get_int_slow(const State *L, const Table *t, int64_t key);
ALWAYS_INLINE Value table_get_int(const State *L, const Table *t, int64_t key) {
  if (likely((uint64_t)key - 1 < t->array_size)) return t->array[key - 1];
  return table_get_int_slow(L, t, key);
}
/* Where the key's value is kept, or NULL; valid until the next set. A nil there counts as absent. Storing
   non-nil through it needs the barrier; storing nil must go through a setter. */
Value *table_find(const State *L, const Table *t, Value key);
Value *table_find_short(const State *L, const Table *t, String *key);

/* Raw assignment. key must not be nil or NaN: raises "index is nil" / "index is NaN". */
void table_set(State *L, Table *t, Value key, Value value);
void table_set_short(State *L, Table *t, String *key, Value value);
void table_set_int(State *L, Table *t, int64_t key, Value value);

/* A border: manual 3.4.7. O(1) unless the border is in the hash part, then O(log n). */
uint64_t table_length(const State *L, const Table *t);
/* The pair after *key (nil: the first) in *key, *value; false at the end. Raises "invalid key to
   'next'". Order: items, fields by slot, hash part. */
bool table_next(State *L, const Table *t, Value *key, Value *value);
/* The same by position, for loops in the VM and for collectors of keys: *position starts at 0. */
bool table_next_at(const State *L, const Table *t, uint32_t *position, Value *key, Value *value);
/* Position right after `key`, to resume with table_next_at. */
uint32_t table_position(State *L, const Table *t, Value key);

/* Room for that many items in the array part at least (table constructors, unpack, move). */
void table_reserve_array(State *L, Table *t, uint32_t items);

/* Changes the shape (and epoch, flags) so that mt (may be NULL) is the metatable. Does not
   look at __gc: the caller does. */
void table_set_metatable(State *L, Table *t, Table *mt);

/* Flags the table: an inline cache looks for fields through it. */
void table_make_prototype(State *L, Table *t);

#endif
