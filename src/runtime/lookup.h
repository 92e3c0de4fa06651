/* The shared look-up cache: where a field of a shape is found, for code sites that see too many shapes for a
   cache of their own, and for slow paths.
   Layer: runtime.

   An entry is right as long as its shape lives and, if it leads up an __index chain, the prototype
   epoch is the one it was made in. Marking ends with an empty cache, so no shape or key it names can have
   been freed. */
#ifndef FERROUS_RUNTIME_LOOKUP_H
#define FERROUS_RUNTIME_LOOKUP_H

#include "runtime/probe.h"
#include "runtime/shape.h"

enum {
  LOOKUP_OUTSIDE = 0x4000, /* added to the slot: it lies outside the cell */
  LOOKUP_CHAIN = 0x8000    /* the field is a holder's: see place */
};

/* What LookupEntry stands for is declared in global.h:
     key, shape   what was looked for
     slot         own slot, plus LOOKUP_OUTSIDE, or LOOKUP_CHAIN
     epoch        with LOOKUP_CHAIN: Global.prototype_epoch
     place        with LOOKUP_CHAIN: the holder's slot */

ALWAYS_INLINE LookupEntry *lookup_entry(const Global *global, uint32_t shape, const String *key) {
  uint32_t hash = (uint32_t)((uintptr_t)key >> 5) ^ shape * 0x9E3779B1u >> 7;
  return (LookupEntry *)&global->lookup[hash & (LOOKUP_ENTRIES - 1)];
}
/* NULL: not known. */
ALWAYS_INLINE Value *lookup_find(const Global *global, const Table *t, const String *key) {
  const LookupEntry *e = lookup_entry(global, t->head.meta, key);
  if (e->key != key || e->shape != t->head.meta) return NULL;
  if (e->slot < LOOKUP_OUTSIDE) return (Value *)&t->inline_slots[e->slot];
  if (e->slot < LOOKUP_CHAIN) return &t->slots[e->slot - LOOKUP_OUTSIDE];
  return e->epoch == global->prototype_epoch ? e->place : NULL;
}
/* For stores: own slots only. */
ALWAYS_INLINE Value *lookup_find_own(const Global *global, const Table *t, const String *key) {
  const LookupEntry *e = lookup_entry(global, t->head.meta, key);
  if (e->key != key || e->shape != t->head.meta || e->slot >= LOOKUP_CHAIN) return NULL;
  return e->slot < LOOKUP_OUTSIDE ? (Value *)&t->inline_slots[e->slot]
                                  : &t->slots[e->slot - LOOKUP_OUTSIDE];
}
/* Remembers an own field of an ordinary shape. */
static inline void lookup_store_own(Global *global, const Table *t, const String *key) {
  const Shape *shape = table_shape(&global->heap, t);
  int slot = shape_is_dictionary(shape) ? SLOT_NONE : shape_find(shape, key);
  if (slot == SLOT_NONE) return;
  LookupEntry *e = lookup_entry(global, t->head.meta, key);
  e->key = key;
  e->shape = t->head.meta;
  e->slot = (uint16_t)(slot < shape->inline_capacity ? slot
                                                      : (slot - shape->inline_capacity) | LOOKUP_OUTSIDE);
}
ALWAYS_INLINE void lookup_forget(Global *global) {
  memset(global->lookup, 0, sizeof global->lookup);
}

#endif
