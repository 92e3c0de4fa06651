/* Where a host's limits reach library functions: what they call in loops that may run long, and for memory
   outside of the collector's objects.
   Layer: api. One of the three headers that src/lib/ may include besides the public ones.

   A poll costs two loads and a branch that is never taken while there is neither a budget nor a stop. In a
   loop of short rounds that would show: such a loop polls for a block of rounds at once, and what is done
   within a call's usual cost does not poll at all. */
#ifndef FERROUS_API_POLL_H
#define FERROUS_API_POLL_H

#include "heap/heap.h"

/* Pays a cost: how much was or will be done, in instructions about as long. Raises the stop that is due. */
KEEPS_REGISTERS void poll_slow(lua_State *L, size_t cost);

ALWAYS_INLINE void builtin_poll(lua_State *L, size_t cost) {
  if (unlikely(L->heap->interrupt != 0)) poll_slow(L, cost);
}
/* Bytes that are copied, compared or looked at many at a time. */
ALWAYS_INLINE void builtin_poll_bytes(lua_State *L, size_t bytes) {
  if (unlikely(L->heap->interrupt != 0)) poll_slow(L, bytes / 16);
}

/* Loops of short rounds: pays for the next block of rounds, from `round` on; the round behind the block. */
enum { POLL_ROUNDS = 256 };

static inline size_t builtin_poll_rounds(lua_State *L, size_t round, size_t rounds, size_t cost) {
  size_t end = rounds - round > POLL_ROUNDS ? round + POLL_ROUNDS : rounds;
  builtin_poll(L, (end - round) * cost);
  return end;
}

/* memcpy of what may be very long: a stop comes in between. Outside of all functions none does. */
void builtin_copy(lua_State *L, char *to, const char *from, size_t size);

/* collectgarbage("collect"): a stop comes in between its parts. */
void builtin_collect(lua_State *L);

/* Counted, within the ceiling; raises LUA_ERRMEM. Size 0 frees. */
void *builtin_reallocate(lua_State *L, void *block, size_t old_size, size_t new_size);

#endif
