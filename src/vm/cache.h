/* Inline caches of field accesses: their words, how they are filled, what keeps them true.
   Layer: vm, internal.

   A cache never trusts an address that may die:
   - Own fields: word 1 holds a shape's id and the slot. The collector keeps every shape that code
     names (cache_mark_code), so an id is not given to another shape while a cache compares with it.
     Should nil lie there, word 2 may hold an epoch, which vouches for the absence of the field up the __index
     chain, or of __newindex.
   - Fields found up an __index chain: word 1 holds the receiver's shape id, word 2 the
     address of the holder's slot and the prototype epoch. The receiver's shape fixes the metatable; that
     nothing else on the way changed is what the epoch says: every table on the way is flagged, and any
     change to a flagged table that could matter bumps it (table.h). The address is followed only when
     the epoch agrees; then the holder is still linked to the chain, so it is alive. For fields that the whole
     chain lacks there is the epoch alone.
   - A store that adds a field: word 2 holds the id of the resulting shape and the epoch, which vouches for
     the absence of __newindex.
   - Sites that are rewritten again and again take a last form, for several shapes: word 1 holds the address of
     their entries (site.h), and for other shapes the shared cache (lookup.h) is asked.
   - Constructors: the id of the shape with all fields, and 1 if some lie outside the cell, or there are items.
   - Nodes of dictionaries: word 1 holds the node's index, checked by bounds and key. */
#ifndef FERROUS_VM_CACHE_H
#define FERROUS_VM_CACHE_H

#include "bytecode/instruction.h"
#include "runtime/global.h"

enum {
  CACHE_MISSES_SHIFT = 48, /* word 1 */
  CACHE_EPOCH_SHIFT = 48,  /* word 2 */
  CACHE_OUTSIDE = 0x4000,  /* SELF_SLOT, SET_FIELD_ADD: the slot lies outside the cell */
  CACHE_ADD_GROWS = 0x8000, /* SET_FIELD_ADD: the slots must grow first */
  CACHE_NIL_KNOWN = 1 /* own fields, word 2: see cache_nil_known */
};

ALWAYS_INLINE uint32_t cache_shape(uint64_t word) { return (uint32_t)word; }
ALWAYS_INLINE unsigned cache_slot(uint64_t word) { return (uint16_t)(word >> 32); }
ALWAYS_INLINE uint64_t cache_make(uint32_t shape, unsigned slot) {
  return (uint64_t)shape | (uint64_t)slot << 32;
}
ALWAYS_INLINE Value *cache_address(uint64_t word) {
  return (Value *)(uintptr_t)(word & PAYLOAD_MASK);
}
/* Word 1 of the forms for several shapes. */
ALWAYS_INLINE Site *cache_site(uint64_t word) { return (Site *)(uintptr_t)(word & PAYLOAD_MASK); }
ALWAYS_INLINE uint16_t cache_epoch(uint64_t word) { return (uint16_t)(word >> CACHE_EPOCH_SHIFT); }
/* Word 2 of an own field: whether nil in its slot is what a read gives, or may be stored over. */
ALWAYS_INLINE bool cache_nil_known(uint64_t word, const Global *global) {
  return word == ((uint64_t)global->prototype_epoch << CACHE_EPOCH_SHIFT | CACHE_NIL_KNOWN);
}

/* Reads t[key] for the instruction at pc and leaves a cache for the next time. False: a metamethod or an
   error decides (value nil, or absent with a metatable). */
bool cache_get(State *L, Instruction *pc, Table *t, String *key, Value *result);
/* The same for a store; false: __newindex may decide, nothing was stored. */
bool cache_set(State *L, Instruction *pc, Table *t, String *key, Value value);
/* A string's method: caches the look-up in the string metatable's __index table. */
bool cache_string_method(State *L, Instruction *pc, String *key, Value *result);

/* The shape that t has is what the constructor at pc makes; the key of its INIT_FIELD is an own field. */
void cache_constructor(State *L, Instruction *pc, const Table *t);
void cache_init_field(State *L, Instruction *pc, const Table *t, const String *key);

void cache_mark_code(Heap *heap, Proto *p);      /* keeps the shapes that p's caches name */
void cache_forget_prototypes(Global *global);    /* the epoch wrapped: clears every word 2 */

#endif
