/* What the table's files share: the hash part's operations, and the ways between the parts.
   Layer: runtime. Included by table*.c alone.

   A node is free (EMPTY_KEY), live (value not nil) or dead (value nil). A dead node serves the
   next key that probes it, or goes when the hash part is rebuilt. An integer key that moved to the
   array leaves a dead node without a key (TOMBSTONE): no node, dead or live, has the key of an item
   within array_size, or next would find it there. */
#ifndef FERROUS_RUNTIME_TABLE_PARTS_H
#define FERROUS_RUNTIME_TABLE_PARTS_H

#include "runtime/probe.h"
#include "runtime/string.h"
#include "runtime/table.h"

#define TOMBSTONE NIL
/* Of a normalised key that is alive. */
static inline uint32_t hash_key(const Heap *heap, Value key) {
  if (value_is_string(key)) return string_hash(heap, value_string(key));
  if (value_is_small_int(key)) return hash_int(value_as_small_int(key));
  if (value_is_box(key)) return hash_wide(value_box(key)->as.integer);
  if (value_is_double(key)) return hash_double(value_as_double(key));
  return key >= TAG_OBJECT ? hash_cell(key) : hash_word(key);
}

/* The node of any normalised key, or NULL. */
Node *table_find_node(const Heap *heap, const Table *t, Value key);
Node *table_find_int_node(const Table *t, int64_t key);
/* Stores a value that is not nil under a key whose equality is that of words. */
void table_put_word(State *L, Table *t, Value key, uint32_t hash, Value value);
/* Inserts a key that has no node, with a value that is not nil. It may go to the array part when
   the insertion makes room. */
void table_insert(State *L, Table *t, Value key, Value value);
/* Rebuilds array and hash part around the items in use, and inserts. The array may shrink. */
void table_rebuild(State *L, Table *t, Value key, Value value);
HashPart *hash_part_new(State *L, uint32_t keys);
size_t hash_part_size(const HashPart *h);
/* Adds a key that is not there, given that a node is free. */
void hash_part_put(HashPart *h, Value key, uint32_t hash, Value value);
/* Nodes enough for that many keys and some more. */
uint32_t hash_capacity_for(State *L, uint64_t keys);

/* The table gets another shape: the barrier, and the cached look-ups through it. */
void table_change_shape(State *L, Table *t, const Shape *shape);

/* The array part. */
bool table_array_is_inline(const Table *t);
void table_free_array(Heap *heap, Table *t);
/* Moves the array to a block of that capacity, not less than its size. False: no memory. */
bool table_try_array_capacity(State *L, Table *t, uint32_t capacity);
/* Fills up to `size` with nil, then what is nil at the end does not count. */
void table_extend_array(Table *t, uint32_t size);
ALWAYS_INLINE void table_trim_array(Table *t) {
  uint32_t size = t->array_size;
  while (size > 0 && t->array[size - 1] == NIL) size--;
  t->array_size = size;
}
void table_set_int_slow(State *L, Table *t, int64_t key, Value value);

/* Something of the table became nil or ceased to be. */
ALWAYS_INLINE void table_note_presence(State *L, const Table *t, Value old, Value new) {
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE) && (old == NIL) != (new == NIL))
    table_bump_epoch(global_of(L));
}

#endif
