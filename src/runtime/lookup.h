/* The shared look-up cache: where a field of a shape is found, for code sites that see too many
   shapes for a cache of their own, and for slow paths.
   Layer: runtime.

   An entry is right as long as its shape lives and, if it leads up an __index chain or says what
   nil means, the prototype epoch is the one it was made in. Marking ends with an empty cache, so no
   shape or key it names can have been freed. */
#ifndef FERROUS_RUNTIME_LOOKUP_H
#define FERROUS_RUNTIME_LOOKUP_H

#include "runtime/probe.h"
#include "runtime/shape.h"

enum {
  LOOKUP_OUTSIDE = 0x4000, /* added to the slot: it lies outside the cell */
  LOOKUP_CHAIN = 0x8000    /* the field is a holder's, or nowhere: see place */
};

/* What nil in an own slot, or the lack of a field, means: bits of an index into lookup_nil. */
enum {
  LOOKUP_NIL_READ = 1,  /* it is the result: nothing up the __index chain */
  LOOKUP_NIL_STORED = 2 /* a value may be stored: no __newindex */
};
extern Value lookup_nil[4]; /* nil, at addresses that tell these cases apart */

/* What LookupEntry stands for is declared in global.h:
     key, shape   what was looked for
     slot         own slot, plus LOOKUP_OUTSIDE, or LOOKUP_CHAIN
     epoch        where place is not NULL: Global.prototype_epoch
     place        with LOOKUP_CHAIN: the holder's slot; or one of lookup_nil; or NULL */

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
/* Nil was found for the key, or its field is absent: whether the cache knows that this means `how`. */
ALWAYS_INLINE bool lookup_nil_means(const Global *global, const Table *t, const String *key, unsigned how) {
  const LookupEntry *e = lookup_entry(global, t->head.meta, key);
  return e->key == key && e->shape == t->head.meta && e->epoch == global->prototype_epoch &&
         (e->place == &lookup_nil[how] || e->place == &lookup_nil[LOOKUP_NIL_READ | LOOKUP_NIL_STORED]);
}
/* Remembers where a shape has a field. What the entry knew of nil it still knows. */
static inline LookupEntry *lookup_store(Global *global, const Shape *shape, const String *key, unsigned slot,
                                        Value *place) {
  LookupEntry *e = lookup_entry(global, shape->head.meta, key);
  bool known = e->key == key && e->shape == shape->head.meta && e->slot == slot &&
               e->epoch == global->prototype_epoch;
  if (!known || place != NULL) e->place = place;
  e->key = key;
  e->shape = shape->head.meta;
  e->slot = (uint16_t)slot;
  e->epoch = global->prototype_epoch;
  return e;
}
/* Remembers what nil means; slot as in an entry, LOOKUP_CHAIN for a field that is nowhere. */
static inline void lookup_store_nil(Global *global, const Shape *shape, const String *key, unsigned slot,
                                    unsigned how) {
  LookupEntry *e = lookup_store(global, shape, key, slot, NULL);
  for (unsigned known = LOOKUP_NIL_READ; known <= LOOKUP_NIL_STORED; known++)
    if (e->place == &lookup_nil[known]) how |= known;
  e->place = &lookup_nil[how];
}
/* An entry's slot for that of a shape. */
ALWAYS_INLINE unsigned lookup_slot(const Shape *shape, unsigned slot) {
  return slot < shape->inline_capacity ? slot : (slot - shape->inline_capacity) | LOOKUP_OUTSIDE;
}
/* Remembers an own field of an ordinary shape. */
static inline void lookup_store_own(Global *global, const Table *t, const String *key) {
  const Shape *shape = table_shape(&global->heap, t);
  int slot = shape_is_dictionary(shape) ? SLOT_NONE : shape_find(shape, key);
  if (slot == SLOT_NONE) return;
  lookup_store(global, shape, key, lookup_slot(shape, (unsigned)slot), NULL);
}
/* A metamethod, if the cache knows it; else nil. */
ALWAYS_INLINE Value metamethod_known(const Global *global, const Table *metatable, Event event) {
  if (metatable == NULL) return NIL;
  const Value *place = lookup_find_own(global, metatable, global->event_names[event]);
  return place != NULL ? *place : NIL;
}
/* The same of a table, and of a userdata; nil for other values. */
ALWAYS_INLINE Value metatable_known(const Global *global, Value v, Event event) {
  const Table *t = value_untag(v, TAG_TABLE);
  if (untag_failed(t)) return NIL;
  return metamethod_known(global, table_shape(&global->heap, t)->metatable, event);
}
ALWAYS_INLINE Value userdata_method_known(const Global *global, Value v, Event event) {
  const Userdata *u = value_untag(v, TAG_OBJECT);
  if (untag_failed(u) || u->head.kind != KIND_USERDATA) return NIL;
  return metamethod_known(global, u->metatable, event);
}
ALWAYS_INLINE void lookup_forget(Global *global) {
  memset(global->lookup, 0, sizeof global->lookup);
}

#endif
