/* Indexing with metamethods.
   Layer: vm, internal. */
#ifndef FERROUS_VM_INDEX_H
#define FERROUS_VM_INDEX_H

#include "runtime/global.h"

/* Follows __index from object as far as no function must be called. True: *result. False: *method must
   be called with (*receiver, key). Raises a type error. */
bool index_find(State *L, Value object, Value key, Value *result, Value *method, Value *receiver);
/* For a table that lacks the key and has the table `holder` as its __index: what stands there, or further up the
   chain; one of lookup_nil where that ends; NULL: ask index_find. Raises nothing. */
const Value *index_inherited(const State *L, Value holder, Value key);
/* The same for __newindex: the value that a store of another one than nil goes over, which needs nothing else;
   NULL: ask index_store. */
Value *index_inherited_place(const State *L, Value holder, Value key);
/* Stores, or: false, *method must be called with (*receiver, key, value). */
bool index_store(State *L, Value object, Value key, Value value, Value *method, Value *receiver);

#endif
