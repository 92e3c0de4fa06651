/* Where a host's limits reach library functions: what they call in loops that may run long, and for memory
   outside of the collector's objects.
   Layer: api. One of the three headers that src/lib/ may include besides the public ones.

   A poll costs a load and a branch that is never taken while there is neither a budget nor a stop. */
#ifndef FERROUS_API_POLL_H
#define FERROUS_API_POLL_H

#include "heap/heap.h"

/* Pays a cost: how much was or will be done, in instructions about as long. Raises the stop that is due. */
void poll_slow(lua_State *L, size_t cost);

ALWAYS_INLINE void builtin_poll(lua_State *L, size_t cost) {
  if (unlikely(L->heap->interrupt != 0)) poll_slow(L, cost);
}
/* Bytes that are copied, compared or looked at many at a time. */
ALWAYS_INLINE void builtin_poll_bytes(lua_State *L, size_t bytes) {
  if (unlikely(L->heap->interrupt != 0)) poll_slow(L, bytes / 16);
}

/* Counted, within the ceiling; raises LUA_ERRMEM. Size 0 frees. */
void *builtin_reallocate(lua_State *L, void *block, size_t old_size, size_t new_size);

#endif
