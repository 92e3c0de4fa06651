/* A bump arena: nodes are allocated by moving a pointer and released together, down to a mark.
   Layer: compiler. Invariants: chunks form a list in the order they were filled; chunks behind
   the current one are empty and kept for reuse; every allocation is 8-aligned. */
#ifndef FERROUS_COMPILER_BUMP_H
#define FERROUS_COMPILER_BUMP_H

#include "object/object.h"

typedef struct BumpChunk {
  struct BumpChunk *next;
  size_t size; /* bytes of the whole chunk */
} BumpChunk;

typedef struct BumpArena {
  char *cursor;
  char *limit;
  BumpChunk *current;
  BumpChunk *first;
} BumpArena;

typedef struct BumpMark {
  char *cursor;
  BumpChunk *chunk;
} BumpMark;

/* Raises a memory error when no chunk can be had. */
void *bump_allocate_slow(State *L, BumpArena *arena, size_t size);
void bump_release_slow(BumpArena *arena, BumpMark mark);
void bump_free(State *L, BumpArena *arena);

ALWAYS_INLINE void *bump_allocate(State *L, BumpArena *arena, size_t size) {
  size = (size + 7) & ~(size_t)7;
  if (unlikely((size_t)(arena->limit - arena->cursor) < size)) {
    return bump_allocate_slow(L, arena, size);
  }
  void *block = arena->cursor;
  arena->cursor += size;
  return block;
}

ALWAYS_INLINE BumpMark bump_mark(const BumpArena *arena) {
  return (BumpMark){arena->cursor, arena->current};
}

/* Everything allocated since the mark is gone. */
ALWAYS_INLINE void bump_release(BumpArena *arena, BumpMark mark) {
  if (likely(arena->current == mark.chunk)) {
    arena->cursor = mark.cursor;
  } else {
    bump_release_slow(arena, mark);
  }
}

#endif
