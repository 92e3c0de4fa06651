/* Indexing with metamethods.
   Layer: vm, internal. */
#ifndef FERROUS_VM_INDEX_H
#define FERROUS_VM_INDEX_H

#include "runtime/global.h"

/* Follows __index from object as far as no function must be called. True: *result. False: *method must
   be called with (*receiver, key). Raises a type error. */
bool index_find(State *L, Value object, Value key, Value *result, Value *method, Value *receiver);
/* Stores, or: false, *method must be called with (*receiver, key, value). */
bool index_store(State *L, Value object, Value key, Value value, Value *method, Value *receiver);

#endif
