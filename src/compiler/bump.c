/* Bump arena: the paths that change chunks. Layer: compiler. */
#include "compiler/bump.h"

#include "compiler/support.h"

enum { FIRST_CHUNK = 2048, LAST_CHUNK = 1 << 20 };

static char *chunk_start(BumpChunk *chunk) { return (char *)(chunk + 1); }

static void enter_chunk(BumpArena *arena, BumpChunk *chunk) {
  arena->current = chunk;
  arena->cursor = chunk_start(chunk);
  arena->limit = (char *)chunk + chunk->size;
}

/* Chunks double up to LAST_CHUNK, so that small programs stay small and the number of
   chunks stays logarithmic for the usual ones. */
static BumpChunk *new_chunk(State *L, const BumpArena *arena, size_t size) {
  size_t wanted = arena->current == NULL ? FIRST_CHUNK : arena->current->size * 2;
  if (wanted > LAST_CHUNK) wanted = LAST_CHUNK;
  if (wanted < size + sizeof(BumpChunk)) wanted = size + sizeof(BumpChunk);
  BumpChunk *chunk = support_resize(L, NULL, 0, wanted);
  chunk->size = wanted;
  return chunk;
}

COLD void *bump_allocate_slow(State *L, BumpArena *arena, size_t size) {
  BumpChunk *spare = arena->current == NULL ? arena->first : arena->current->next;
  if (spare == NULL || spare->size - sizeof(BumpChunk) < size) {
    BumpChunk *chunk = new_chunk(L, arena, size);
    chunk->next = spare;
    if (arena->current == NULL) {
      arena->first = chunk;
    } else {
      arena->current->next = chunk;
    }
    spare = chunk;
  }
  enter_chunk(arena, spare);
  void *block = arena->cursor;
  arena->cursor += size;
  return block;
}

void bump_release_slow(BumpArena *arena, BumpMark mark) {
  if (mark.chunk == NULL) {
    arena->current = NULL;
    arena->cursor = arena->limit = NULL;
    return;
  }
  enter_chunk(arena, mark.chunk);
  arena->cursor = mark.cursor;
}

void bump_free(State *L, BumpArena *arena) {
  BumpChunk *chunk = arena->first;
  while (chunk != NULL) {
    BumpChunk *next = chunk->next;
    support_release(L, chunk, chunk->size);
    chunk = next;
  }
  *arena = (BumpArena){0};
}
