/* Sweeping: dead cells become free, block by block.
   Layer: heap.

   A block whose epoch is not the heap's has not been swept since marking ended: its marks tell
   the living from the dead. Blocks are swept when their arena wants cells, and by
   heap_step; the shapes' arena comes last, because freeing a table asks its shape how
   many slots it has. */
#include "heap/heap_private.h"

enum { SWEEP_BLOCK_WORK = BLOCK_SIZE / 8, SWEEP_CELL_WORK = 32 };

/* ---- what cells own -------------------------------------------------------------------------- */

static bool lies_in_cell(const void *memory, const void *cell) {
  const Block *block = block_of(cell);
  return (uintptr_t)memory - (uintptr_t)cell < block->cell_size;
}

/* Returns what the object owns beside its cell; maps: also takes it out of the maps of names. */
static void object_release(Heap *heap, Object *object, bool maps) {
  switch (object->kind) {
    case KIND_SHORT_STRING:
      if (maps) heap->hooks.release_string(heap, (String *)object);
      break;
    case KIND_LONG_STRING: {
      String *s = (String *)object;
      if (!lies_in_cell(s->at.long_bytes, s))
        memory_free(heap, s->at.long_bytes - STRING_GUARD, STRING_GUARD + s->link.length + 1);
      break;
    }
    case KIND_NATIVE:
      if (maps && object->aux == 0) heap->hooks.release_native(heap, (Native *)object);
      break;
    case KIND_TABLE: {
      Table *t = (Table *)object;
      if (t->slots != NULL || t->hash != NULL || (t->array != NULL && t->array != t->inline_slots))
        heap->hooks.release_table(heap, t);
      break;
    }
    case KIND_USERDATA: {
      Userdata *u = (Userdata *)object;
      if (!lies_in_cell(u->memory, u)) memory_free(heap, u->memory, u->size);
      break;
    }
    case KIND_PROTO: heap->hooks.release_proto(heap, (Proto *)object); break;
    case KIND_THREAD: heap->hooks.release_thread(heap, (State *)object); break;
    case KIND_SHAPE: heap->hooks.release_shape(heap, (Shape *)object); break;
    default: break;
  }
}

/* Boxes, upvalues, and functions other than C functions without upvalues own nothing, and are in no map:
   their cells need not be touched. */
static bool arena_owns_nothing(const HeapPrivate *p, const Arena *arena) {
  return arena == &p->heap->box_arena || arena == &p->heap->upvalue_arena ||
         (arena >= p->function_arenas && arena < p->function_arenas + SIZE_CLASS_COUNT);
}

/* ---- one block ------------------------------------------------------------------------------- */

/* Handles to the cell become stale. A cell that has no generation left is never used again. */
static void cell_bump_generation(Block *block, uint32_t index) {
  BlockWord *word = block_word(block, index);
  if (!(word->named & cell_bit(index))) return;
  word->named &= ~cell_bit(index);
  block->bumped = 1;
  if (++block_generations(block)[index] == GENERATION_LAST) {
    word->usable &= ~cell_bit(index);
    block->retired = 1;
  }
}

static void sweep_word(HeapPrivate *p, Block *block, uint32_t w) {
  BlockWord *word = &block->words[w];
  uint64_t dead = word->allocated & ~word->marks;
  word->allocated &= word->marks;
  if (!p->marks_kept) word->marks = 0;
  if (dead == 0) return;
  bool owns = !arena_owns_nothing(p, block->arena);
  uint32_t count = (uint32_t)__builtin_popcountll(dead);
  for (uint64_t bits = owns || HEAP_POISONS ? dead : 0; bits != 0; bits &= bits - 1) {
    uint32_t index = w * 64 + (uint32_t)__builtin_ctzll(bits);
    if (owns) object_release(p->heap, block_object(block, index), true);
    cells_poison(block, index);
  }
  for (uint64_t bits = dead & word->named; bits != 0; bits &= bits - 1)
    cell_bump_generation(block, w * 64 + (uint32_t)__builtin_ctzll(bits));
  p->cell_bytes -= count * block->cell_size;
  p->work += count * SWEEP_CELL_WORK;
}

typedef enum Room { ROOM_NONE, ROOM_SOME, ROOM_ALL } Room;

static Room block_room(const Block *block) {
  bool free = false, used = block->retired;
  for (uint32_t w = 0; w < block->word_count; w++) {
    free = free || (block->words[w].usable & ~block->words[w].allocated) != 0;
    used = used || block->words[w].allocated != 0;
  }
  return !free ? ROOM_NONE : used ? ROOM_SOME : ROOM_ALL;
}

/* The mutator's charges are not paid back by what sweeping frees. */
static void sweep_block(HeapPrivate *p, Block *block) {
  ptrdiff_t debt = p->heap->debt;
  size_t before = p->heap->bytes + p->cell_bytes;
  for (uint32_t w = 0; w < block->word_count; w++) sweep_word(p, block, w);
  block->epoch = p->epoch;
  p->freed += before - (p->heap->bytes + p->cell_bytes);
  p->heap->debt = debt;
  p->work += SWEEP_BLOCK_WORK;
}

/* ---- an arena -------------------------------------------------------------------------------- */

/* A block that cells were taken from since the last safepoint. */
static bool arena_holds(const Arena *arena, const Block *block) {
  bool held = arena->current == block;
  for (int i = 0; i < RECENT_BLOCKS; i++) held = held || arena->recent[i] == block;
  return held;
}

bool sweep_next_block(HeapPrivate *p, Arena *arena) {
  while (arena->sweep_link != NULL) {
    Block *block = *arena->sweep_link;
    if (block == NULL) {
      arena->sweep_link = NULL;
      break;
    }
    if (block->epoch == p->epoch) { /* made since then */
      arena->sweep_link = &block->next;
      continue;
    }
    sweep_block(p, block);
    Room room = block_room(block);
    bool held = arena_holds(arena, block);
    if (room == ROOM_ALL && !held) {
      *arena->sweep_link = block->next;
      block_free(p, block);
      return true;
    }
    arena->sweep_link = &block->next;
    if (room != ROOM_NONE && arena->current != block) {
      block->next_available = arena->available;
      arena->available = block;
    }
    return true;
  }
  return false;
}

/* ---- the heap -------------------------------------------------------------------------------- */

/* Outside emergencies the blocks last taken from are like all others: see heap.h. */
static void arena_start_sweep(HeapPrivate *p, Arena *arena) {
  arena_retire(p, arena);
  arena->available = NULL;
  arena->word = 0;
  arena->sweep_link = &arena->blocks;
  if (p->heap->emergency) return;
  arena->current = NULL;
  for (int i = 0; i < RECENT_BLOCKS; i++) arena->recent[i] = NULL;
}

void sweep_start(HeapPrivate *p) {
  p->epoch++;
  p->sweep_arena = 0;
  p->freed = 0;
  if (!p->heap->emergency) memset(p->heap->held, 0, sizeof p->heap->held);
  for (uint32_t i = 0; i < ARENA_COUNT; i++) arena_start_sweep(p, arena_at(p, i));
}

bool sweep_step(HeapPrivate *p, size_t budget) {
  for (; p->sweep_arena < ARENA_COUNT; p->sweep_arena++)
    for (Arena *arena = arena_at(p, p->sweep_arena); sweep_next_block(p, arena);)
      if (p->work >= budget) return false;
  return true;
}

void sweep_release_everything(HeapPrivate *p) {
  arena_retire_all(p);
  for (uint32_t i = 0; i < ARENA_COUNT; i++)
    for (Block *block = arena_at(p, i)->blocks; block != NULL; block = block->next)
      for (uint32_t w = 0; w < block->word_count; w++)
        for (uint64_t bits = block->words[w].allocated; bits != 0; bits &= bits - 1)
          object_release(p->heap, block_object(block, w * 64 + (uint32_t)__builtin_ctzll(bits)),
                         false);
}
