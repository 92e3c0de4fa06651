/* Metatables made anew for each object, and what stands in for them.
   Layer: runtime.

   A shape names the metatable, so that caches which compare shapes know the methods too. Where a
   program makes a new metatable for each object,

       setmetatable({x = 1}, {__index = Class})

   no two objects would have the same shape. So metatables with the same contents are recognised:
   from the second one on, tables get a shape that names a *stand-in*, a table with those contents
   that no program ever sees, and keep the metatable that they were given in a slot of their own,
   whose key (Global.stand_ins.key) no program can have either. Whoever looks for a metamethod takes
   the stand-in for the metatable; who asks for the metatable itself, calls table_given_metatable.

   Invariants:
     - a table's shape names a stand-in exactly if its slot Shape.given_place - 1 holds its metatable;
       otherwise that slot, if there is one, holds nil;
     - such a metatable has TABLE_HAS_STAND_IN and TABLE_IS_PROTOTYPE, so that every change of a field
       named like an event is seen; before it happens stand_in_dissolve gives all tables that have the
       metatable shapes that name it;
     - contents are few fields in the cell, __gc and __mode not among them.

   Dissolving walks the heap. So contents that it happened to are not recognised again, and after
   STAND_IN_MAX_DISSOLVED times no new ones are. */
#ifndef FERROUS_RUNTIME_STAND_IN_H
#define FERROUS_RUNTIME_STAND_IN_H

#include "runtime/global.h"

enum { STAND_IN_MAX_DISSOLVED = 16 };

/* What the shape of t is to name instead of a metatable; NULL: the metatable. Until a shape names it,
   it is kept by Global.stand_ins.in_hand. May collect, may raise LUA_ERRMEM. */
Table *stand_in_for(State *L, Table *t, Table *metatable);
/* The metatable, which has TABLE_HAS_STAND_IN, is about to change. */
void stand_in_dissolve(State *L, Table *metatable);
void stand_in_mark_roots(Heap *heap);
void stand_in_forget_dead(Heap *heap); /* when marking ends */
void stand_in_close(Heap *heap);

#endif
