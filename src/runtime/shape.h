/* Shapes: what fields a table has, in which slots, and its metatable.
   Layer: runtime. Layout: object.h, struct Shape.

   Shapes form a tree: a child adds one field, or changes the metatable. Parents are held
   strongly, children weakly; a child that is dead but not yet swept counts as absent.
   Shapes on one line share their key list: only the newest may append to it, a fork copies.
   Limits: a shape has at most SHAPE_MAX_FIELDS fields, SHAPE_MAX_COMPUTED of them added by
   computed keys, at most SHAPE_MAX_TRANSITIONS children (the empty ones:
   SHAPE_MAX_ROOT_TRANSITIONS), and a state at most SHAPE_MAX_COUNT shapes. Past any of
   them the table becomes a dictionary: its fields move to the hash part. */
#ifndef FERROUS_RUNTIME_SHAPE_H
#define FERROUS_RUNTIME_SHAPE_H

#include "runtime/global.h"

enum {
  SHAPE_EMPTY = 0,        /* id: no fields, inline slots */
  SHAPE_EMPTY_ARRAY = 1,  /* id: no fields, the inline slots hold array items */
  SHAPE_DICTIONARY_ROOT = 2, /* id: dictionary without metatable */
  SHAPE_MAX_FIELDS = 250,
  SHAPE_MAX_COMPUTED = 16,
  SHAPE_MAX_TRANSITIONS = 64,
  SHAPE_MAX_ROOT_TRANSITIONS = 1024,
  SHAPE_MAX_COUNT = 1 << 17
};

enum { SLOT_NONE = -1 };
/* Slot of a field, or SLOT_NONE (always so for dictionaries). */
int shape_find(const Shape *shape, const String *key);
ALWAYS_INLINE bool shape_is_dictionary(const Shape *s) { return s->head.flags & SHAPE_DICTIONARY; }

/* The shape with one more field; NULL: a limit is reached, become a dictionary. */
Shape *shape_add_field(State *L, Shape *shape, String *key, bool computed);
Shape *shape_with_metatable(State *L, Shape *shape, Table *metatable);
/* A shape like this one but of its own: for a metatable or prototype one of whose metamethod fields
   changes. */
ALWAYS_INLINE Value *table_slot(const Shape *shape, const Table *t, unsigned slot) {
  return slot < shape->inline_capacity ? (Value *)&t->inline_slots[slot]
                                       : &t->slots[slot - shape->inline_capacity];
}
bool shape_tree_open(State *L);
void shape_tree_close(Heap *heap);
void shape_release(Heap *heap, Shape *shape); /* HeapHooks.release_shape */
void shape_forget_dead(Heap *heap);           /* drops transitions to dead shapes */

#endif
