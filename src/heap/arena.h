/* Arenas: lists of aligned blocks of equal cells. Included by heap.h alone.
   Layer: heap. */
#ifndef FERROUS_HEAP_ARENA_H
#define FERROUS_HEAP_ARENA_H

#include "object/object.h"

typedef struct Block Block;

enum { RECENT_BLOCKS = 3 };

/* Cells are taken from one 64-cell word of the current block at a time: free_bits has a bit for
   each of its cells that is still to be had. */
typedef struct Arena {
  uint64_t free_bits;
  char *word_base; /* the cell of bit 0 */
  uint32_t cell_size;
  uint8_t kind; /* Kind of all its cells; KIND_FREE when cells of several kinds share the arena */
  uint8_t leaf; /* its cells refer to nothing */
  uint8_t object_offset; /* where in a cell the object starts */
  uint8_t word;          /* index of the current word */
  Block *current;
  Block *recent[RECENT_BLOCKS]; /* allocated from before: see the rules of emergencies in heap.h */
  Block *blocks;                /* all blocks */
  Block *available;             /* swept, with free cells, not current */
  Block **sweep_link;           /* where the next block to sweep hangs; NULL: none is left */
  uint64_t value_tag;           /* of all its cells; 0: no values, or of several kinds */
} Arena;

/* Finds (sweeps, or makes) a word with free cells and takes the first. Raises LUA_ERRMEM. */
void *arena_allocate_slow(State *L, Arena *arena);

ALWAYS_INLINE void *arena_allocate(State *L, Arena *arena) {
  uint64_t bits = arena->free_bits;
  if (unlikely(bits == 0)) return arena_allocate_slow(L, arena);
  arena->free_bits = bits & (bits - 1);
  return arena->word_base + (size_t)__builtin_ctzll(bits) * arena->cell_size;
}

#endif
