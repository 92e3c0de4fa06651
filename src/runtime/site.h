/* What a code site that meets several shapes remembers: where each of them has the site's field.
   Layer: runtime.

   A site whose cache was rewritten many times gets SITE_ENTRIES entries of its own (word 1 of its
   instruction points to them), one of which each shape may take. So other sites do not compete for
   them. What it does not have is looked for in the shared cache (lookup.h), and taken over. A site that meets
   too many shapes asks the shared cache alone.

   An entry is right as long as its shape lives and, if it leads up an __index chain, the prototype
   epoch is the one it was made in. No entry is ever looked for: they hold an era, and become void all
   at once when the state's moves on, which it does when marking ends and when epochs start over. */
#ifndef FERROUS_RUNTIME_SITE_H
#define FERROUS_RUNTIME_SITE_H

#include "runtime/lookup.h"

enum {
  SITE_ENTRY_BITS = 3,
  SITE_ENTRIES = 1 << SITE_ENTRY_BITS,
  SITE_EPOCH_SHIFT = 48,
  SITE_STRANGERS_MAX = 1000
};

typedef struct SiteEntry {
  uint64_t name;  /* shape's id | era */
  uint64_t where; /* slot as in a LookupEntry; or the address of a holder's slot | epoch << 48 */
} SiteEntry;

struct Site {
  SiteEntry entries[SITE_ENTRIES];
  const Instruction *pc;
  uint32_t strangers; /* shapes that found their entry taken, each time they came */
  Site *next; /* of the prototype */
};

extern Site site_none; /* without entries: for a site that got no memory */

/* The entries of the site at pc in p's code: those it had before it served something else than tables for a
   while, or new ones. Collects in an emergency. */
Site *site_at(State *L, Proto *p, const Instruction *pc);
void sites_free(Heap *heap, Proto *p);
/* Every entry of all sites, and of the shared cache, becomes void. */
void sites_forget(Global *global);

/* The entry that a shape would have. Ids of shapes that a program makes together are neighbours, often
   at equal distances. */
ALWAYS_INLINE SiteEntry *site_entry(Site *site, uint32_t shape) {
  return &site->entries[shape * UINT32_C(0x9E3779B1) >> (32 - SITE_ENTRY_BITS)];
}
/* Where t has the field; NULL: not known. */
ALWAYS_INLINE Value *site_find(const Global *global, Site *site, const Table *t) {
  const SiteEntry *e = site_entry(site, t->head.meta);
  if (e->name != (global->era | t->head.meta)) return NULL;
  uint64_t where = e->where;
  if (where < LOOKUP_OUTSIDE) return (Value *)&t->inline_slots[where];
  if (where < LOOKUP_CHAIN) return &t->slots[where - LOOKUP_OUTSIDE];
  if (where >> SITE_EPOCH_SHIFT != global->prototype_epoch) return NULL;
  return (Value *)(uintptr_t)(where & PAYLOAD_MASK);
}
/* Takes over what the shared cache was just found to know, which is not that something is nil. Of shapes that
   compete for an entry the first of an era has it: taking it from each other would cost more. False: so many
   had none that the entries are of no use. */
ALWAYS_INLINE bool site_learn(const Global *global, Site *site, const Table *t, const String *key) {
  if (unlikely(site == &site_none)) return false;
  const LookupEntry *known = lookup_entry(global, t->head.meta, key);
  SiteEntry *e = site_entry(site, t->head.meta);
  if (e->name >= global->era && e->name != (global->era | t->head.meta))
    return ++site->strangers < SITE_STRANGERS_MAX;
  e->name = global->era | t->head.meta;
  e->where = known->slot < LOOKUP_CHAIN
                 ? known->slot
                 : (uint64_t)(uintptr_t)known->place | (uint64_t)known->epoch << SITE_EPOCH_SHIFT;
  return true;
}

#endif
