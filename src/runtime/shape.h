/* Shapes: what fields a table has, in which slots, and its metatable.
   Layer: runtime. Layout: object.h, struct Shape.

   Shapes form a tree: a child adds one field, or changes the metatable. (A list of functions that
   a library is made from is one step too.) Parents are held
   strongly, children weakly: when marking ends, transitions to dead shapes are dropped.
   Changes of the metatable alone never chain: all of them are children of the shape that
   last gained a field, so that switching metatables back and forth makes no new shapes.
   Shapes on one line share their key list: only the newest may append to it, a fork copies.

   Limits: a shape has at most SHAPE_MAX_FIELDS fields, SHAPE_MAX_COMPUTED of them added by
   computed keys, at most SHAPE_MAX_TRANSITIONS children (those without fields:
   SHAPE_MAX_ROOT_TRANSITIONS), of which computed keys may take half, and a state at most
   SHAPE_MAX_COUNT shapes. Past any of them the table becomes a dictionary: its fields move to the
   hash part. Dictionaries with the same metatable share one shape, so there are at most as many
   of those as metatables. */
#ifndef FERROUS_RUNTIME_SHAPE_H
#define FERROUS_RUNTIME_SHAPE_H

#include "runtime/global.h"

enum {
  SHAPE_EMPTY = 0,        /* id: no fields, inline slots */
  SHAPE_EMPTY_ARRAY = 1,  /* id: no fields, the inline slots hold array items */
  SHAPE_DICTIONARY_ROOT = 2, /* id: dictionary without metatable */
  SHAPE_PERMANENT_COUNT = 3,
  SHAPE_MAX_FIELDS = 250,
  SHAPE_LIST_FEWEST = 4, /* fields that a list must have: see shape_for_list */
  SHAPE_MAX_COMPUTED = 16,
  SHAPE_MAX_TRANSITIONS = 64,
  SHAPE_MAX_ROOT_TRANSITIONS = 1024,
  SHAPE_MAX_COUNT = 1 << 17,
  SHAPE_MIN_OUTER_SLOTS = 4
};

enum { SLOT_NONE = -1 };

int shape_find_indexed(const Shape *shape, const String *key);
/* Slot of a field, or SLOT_NONE (always so for dictionaries). */
ALWAYS_INLINE int shape_find(const Shape *shape, const String *key) {
  unsigned count = shape->count;
  if (count == 0) return SLOT_NONE;
  const ShapeKeys *keys = shape->keys;
  if (unlikely(keys->index_mask != 0)) return shape_find_indexed(shape, key);
  for (unsigned i = 0; i < count; i++)
    if (keys->keys[i] == key) return (int)i;
  return SLOT_NONE;
}
ALWAYS_INLINE bool shape_is_dictionary(const Shape *s) { return s->head.flags & SHAPE_DICTIONARY; }

/* The shape with one more field; NULL: a limit is reached, become a dictionary. */
Shape *shape_add_field(State *L, Shape *shape, String *key, bool computed);
/* The shape of a table without fields (`root` is SHAPE_EMPTY or SHAPE_EMPTY_ARRAY) when it gets all
   the fields named in a list, in that order; found again by the list's address. NULL: there are few
   of them, too many, or some cannot be; the table is better filled one by one. The names are asked
   for until NULL comes. */
typedef const char *ShapeNameAt(const void *list, unsigned index);
Shape *shape_for_list(State *L, Shape *root, const void *list, ShapeNameAt *name_at);
/* The same fields, another metatable (may be NULL). NULL: a limit, as above; never for
   dictionaries. */
Shape *shape_with_metatable(State *L, Shape *shape, Table *metatable);
/* The dictionary shape with that metatable. */
Shape *shape_dictionary(State *L, Table *metatable);

ALWAYS_INLINE Value *table_slot(const Shape *shape, const Table *t, unsigned slot) {
  return slot < shape->inline_capacity ? (Value *)&t->inline_slots[slot]
                                       : &t->slots[slot - shape->inline_capacity];
}
/* How many slots lie outside the cell, and the room that is allocated for that many. */
ALWAYS_INLINE uint32_t shape_outer_slots(const Shape *shape) {
  return shape->count > shape->inline_capacity ? (uint32_t)shape->count - shape->inline_capacity
                                               : 0;
}
ALWAYS_INLINE uint32_t slots_capacity(uint32_t outer_slots) {
  if (outer_slots == 0) return 0;
  if (outer_slots <= SHAPE_MIN_OUTER_SLOTS) return SHAPE_MIN_OUTER_SLOTS;
  return UINT32_C(1) << (32 - __builtin_clz(outer_slots - 1));
}

bool shape_tree_open(State *L);
void shape_tree_close(Heap *heap);
void shape_release(Heap *heap, Shape *shape); /* HeapHooks.release_shape */
void shape_forget_dead(Heap *heap);           /* drops transitions to dead shapes */
void shape_mark_roots(Heap *heap);

#endif
