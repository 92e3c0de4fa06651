/* Sites of several shapes: see site.h.
   Layer: runtime. */
#include "runtime/site.h"

enum { ERA_SHIFT = 32 };

Site site_none;

Site *site_at(State *L, Proto *p, const Instruction *pc) {
  for (Site *site = p->sites; site != NULL; site = site->next)
    if (site->pc == pc) return site;
  Site *site = memory_try_reallocate(L, NULL, 0, sizeof *site);
  if (site == NULL) return &site_none;
  *site = (Site){.pc = pc, .next = p->sites};
  p->sites = site;
  return site;
}

void sites_free(Heap *heap, Proto *p) {
  for (Site *site = p->sites, *next; site != NULL; site = next) {
    next = site->next;
    memory_free(heap, site, sizeof *site);
  }
  p->sites = NULL;
}

static void sites_clear(Proto *p) {
  for (Site *site = p->sites; site != NULL; site = site->next)
    memset(site->entries, 0, sizeof site->entries);
}

void sites_forget(Global *global) {
  lookup_forget(global);
  global->era += UINT64_C(1) << ERA_SHIFT;
  if (unlikely(global->era == 0)) { /* of which no entry may be left */
    heap_each_proto(&global->heap, sites_clear);
    global->era = UINT64_C(1) << ERA_SHIFT;
  }
}
