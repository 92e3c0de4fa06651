/* The heap validator: debug builds run it after every full collection.
   Layer: heap. Aborts on a broken invariant; release builds check nothing. */
#include "heap/heap_private.h"

#if defined(FERROUS_DEBUG)

static bool kind_fits(const HeapPrivate *p, const Arena *arena, Kind kind) {
  if (arena->kind != KIND_FREE) return arena->kind == kind;
  if (arena == &p->heap->box_arena) return kind == KIND_INT_BOX || kind == KIND_LIGHT_BOX;
  bool string = kind == KIND_SHORT_STRING || kind == KIND_LONG_STRING;
  bool function = kind == KIND_CLOSURE || kind == KIND_NATIVE;
  if (arena == &p->large_arena) return string || function || kind == KIND_USERDATA;
  return arena->leaf ? string : function;
}

static void validate_word(const BlockWord *word, bool clear) {
  VM_ASSERT((word->allocated & ~word->usable) == 0);
  VM_ASSERT((word->marks & ~word->allocated) == 0);
  VM_ASSERT((word->named & ~word->allocated) == 0);
  VM_ASSERT((word->gray & ~word->marks) == 0);
  VM_ASSERT((word->again & ~word->marks) == 0);
  VM_ASSERT(!clear || word->marks == 0);
}

/* Bytes of the cells in use. */
static size_t validate_block(HeapPrivate *p, Arena *arena, Block *block) {
  GcPhase phase = p->heap->phase;
  bool swept = phase == GC_IDLE || (phase == GC_SWEEP && block->epoch == p->epoch);
  size_t bytes = 0;
  VM_ASSERT(block->arena == arena && p->heap->blocks.entries[block->number].block == block);
  for (uint32_t w = 0; w < block->word_count; w++) {
    const BlockWord *word = &block->words[w];
    validate_word(word, swept && !p->marks_kept);
    VM_ASSERT(block->gray_listed || word->gray == 0);
    VM_ASSERT(block->again_listed || word->again == 0);
    bytes += (size_t)__builtin_popcountll(word->allocated) * block->cell_size;
    uint64_t used = word->allocated;
    if (block == arena->current && w == arena->word) {
      VM_ASSERT((arena->free_bits & ~word->allocated) == 0);
      VM_ASSERT((arena->free_bits & (word->marks | word->named)) == 0);
      used &= ~arena->free_bits;
    }
    for (; used != 0; used &= used - 1) {
      uint32_t index = w * 64 + (uint32_t)__builtin_ctzll(used);
      const Object *object = block_object(block, index);
      VM_ASSERT(block_cell_index(block, object) == index && kind_fits(p, arena, object->kind));
      VM_ASSERT(object->color <= 2);
    }
  }
  return bytes;
}

void heap_validate(Heap *heap) {
  HeapPrivate *p = heap->private_part;
  size_t bytes = 0;
  for (uint32_t i = 0; i < ARENA_COUNT; i++) {
    Arena *arena = arena_at(p, i);
    for (Block *block = arena->blocks; block != NULL; block = block->next)
      bytes += validate_block(p, arena, block);
  }
  VM_ASSERT(bytes == p->cell_bytes);
  VM_ASSERT(heap->blocks.first_name ==
            (heap->phase <= GC_MARK ? handle_first_name(p) : NO_QUICK_NAME));
  for (Block *block = p->gray_blocks; block != NULL; block = block->next_gray)
    VM_ASSERT(block->gray_listed && (heap->phase == GC_MARK || p->marks_kept));
  for (Block *block = p->again_blocks; block != NULL; block = block->next_again)
    VM_ASSERT(block->again_listed && (heap->phase == GC_MARK || p->marks_kept));
}

static void validate_references(HeapPrivate *p, Block *block) {
  for (uint32_t w = 0; w < block->word_count; w++)
    for (uint64_t bits = block->words[w].marks; bits != 0; bits &= bits - 1)
      mark_check(p, block_object(block, w * 64 + (uint32_t)__builtin_ctzll(bits)));
}

void validate_marks(HeapPrivate *p) {
  VM_ASSERT(p->gray_blocks == NULL && p->slice.object == NULL);
  VM_ASSERT(p->again_blocks == NULL || p->marks_kept);
  size_t work = p->work;
  p->validating = true;
  mark_roots(p);
  for (uint32_t i = 0; i < ARENA_COUNT; i++)
    for (Block *block = arena_at(p, i)->blocks; block != NULL; block = block->next)
      validate_references(p, block);
  p->validating = false;
  p->work = work;
}

/* ---- addresses from outside ------------------------------------------------------------------ */

/* Free memory looks like this; it may only be looked at where that is allowed. */
static bool may_be_freed(const void *address) {
#if defined(HEAP_ADDRESS_SANITIZER)
  return __asan_address_is_poisoned(address);
#else
  return *(const unsigned char *)address == POISON;
#endif
}

static bool cell_is_free(const Block *block, const void *address) {
  const Arena *arena = block->arena;
  if (arena == NULL) return true;
  const char *header_end = (const char *)&block->words[block->word_count];
  if ((const char *)address >= (const char *)block && (const char *)address < header_end) return false;
  if (((uintptr_t)address & (BLOCK_SIZE - 1)) < block->first_cell) return false;
  uint32_t index = block_cell_index(block, address);
  if (index >= block->cell_count) return false;
  uint64_t used = block->words[index / 64].allocated;
  if (block == arena->current && index / 64 == arena->word) used &= ~arena->free_bits;
  return !(used & cell_bit(index));
}

bool heap_is_freed(Heap *heap, const void *address) {
  if (!may_be_freed(address)) return false;
  for (const Chunk *chunk = heap->private_part->chunks; chunk != NULL; chunk = chunk->next) {
    uintptr_t offset = (uintptr_t)address - (uintptr_t)chunk->base;
    if (offset < (uintptr_t)chunk->carved_count * BLOCK_SIZE)
      return cell_is_free(block_of(address), address);
  }
  return false;
}

#else

bool heap_is_freed(Heap *heap, const void *address) {
  (void)heap, (void)address;
  return false;
}
void heap_validate(Heap *heap) { (void)heap; }
void validate_marks(HeapPrivate *p) { (void)p; }

#endif
