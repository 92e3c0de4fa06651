/* Chunks and blocks: memory from the host's allocator, cut into aligned blocks.
   Layer: heap.

   The first chunk is small; later ones grow with the heap, so that a fresh state
   stays small and a large one seldom asks. A block that becomes empty goes back to its chunk and
   may serve another arena; its number stays with it, and the generations of its cells never
   decrease. A chunk whose blocks are all free is given back when a cycle ends, unless the heap is
   going to need it before the next one: asking for it again, and having its pages cleared, takes
   longer than everything else about its cells. */
#include "heap/heap_private.h"

enum {
  CHUNK_MIN_BLOCKS = 4,
  CHUNK_MAX_BLOCKS = 256,
  CHUNK_GROWTH = 4 /* a new chunk is that part of what there is */
};

STATIC_ASSERT(sizeof(BlockWord) == 48 && sizeof(Block) == 80, "headers must stay small");

/* ---- poison ---------------------------------------------------------------------------------- */

void cells_poison(Block *block, uint32_t index) {
#if defined(FERROUS_DEBUG)
  memset(block_cell(block, index), POISON, block->cell_size);
#endif
#if defined(HEAP_ADDRESS_SANITIZER)
  ASAN_POISON_MEMORY_REGION(block_cell(block, index), block->cell_size);
#endif
  (void)block;
  (void)index;
}

void cells_unpoison(Block *block, uint32_t first, uint64_t bits) {
#if defined(HEAP_ADDRESS_SANITIZER)
  for (; bits != 0; bits &= bits - 1)
    ASAN_UNPOISON_MEMORY_REGION(block_cell(block, first + (uint32_t)__builtin_ctzll(bits)),
                                block->cell_size);
#endif
  (void)block;
  (void)first;
  (void)bits;
}

void region_poison(void *start, size_t size) {
#if defined(HEAP_ADDRESS_SANITIZER)
  ASAN_POISON_MEMORY_REGION(start, size);
#endif
  (void)start;
  (void)size;
}

void region_unpoison(void *start, size_t size) {
#if defined(HEAP_ADDRESS_SANITIZER)
  ASAN_UNPOISON_MEMORY_REGION(start, size);
#endif
  (void)start;
  (void)size;
}

/* ---- chunks ---------------------------------------------------------------------------------- */

static void partial_insert(HeapPrivate *p, Chunk *chunk) {
  chunk->next_partial = p->partial_chunks;
  chunk->partial_link = &p->partial_chunks;
  if (chunk->next_partial != NULL) chunk->next_partial->partial_link = &chunk->next_partial;
  p->partial_chunks = chunk;
}

static void partial_remove(Chunk *chunk) {
  *chunk->partial_link = chunk->next_partial;
  if (chunk->next_partial != NULL) chunk->next_partial->partial_link = chunk->partial_link;
  chunk->partial_link = NULL;
}

/* A chunk with room for `bytes` bytes from an aligned address on. */
static Chunk *chunk_new(HeapPrivate *p, size_t bytes) {
  size_t size = sizeof(Chunk) + BLOCK_SIZE - 1 + bytes;
  Chunk *chunk = memory_obtain(p->heap, NULL, 0, size);
  if (chunk == NULL) return NULL;
  uintptr_t start = (uintptr_t)(chunk + 1);
  *chunk = (Chunk){.next = p->chunks, .link = &p->chunks, .size = size};
  chunk->base = (char *)((start + BLOCK_SIZE - 1) & ~(uintptr_t)(BLOCK_SIZE - 1));
  if (chunk->next != NULL) chunk->next->link = &chunk->next;
  p->chunks = chunk;
  return chunk;
}

static void chunk_free(HeapPrivate *p, Chunk *chunk) {
  *chunk->link = chunk->next;
  if (chunk->next != NULL) chunk->next->link = chunk->link;
  if (chunk->partial_link != NULL) partial_remove(chunk);
  region_unpoison(chunk, chunk->size);
  memory_obtain(p->heap, chunk, chunk->size, 0);
}

/* A chunk for many blocks: as many as suit the heap's size, or fewer when memory is short. */
static Chunk *chunk_new_shared(HeapPrivate *p) {
  uint32_t blocks = p->block_count / CHUNK_GROWTH;
  if (blocks < CHUNK_MIN_BLOCKS) blocks = CHUNK_MIN_BLOCKS;
  if (blocks > CHUNK_MAX_BLOCKS) blocks = CHUNK_MAX_BLOCKS;
  for (; blocks > 0; blocks /= 2) {
    Chunk *chunk = chunk_new(p, (size_t)blocks * BLOCK_SIZE);
    if (chunk == NULL) continue;
    chunk->block_count = chunk->free_count = blocks;
    p->block_count += blocks;
    p->free_block_count += blocks;
    partial_insert(p, chunk);
    return chunk;
  }
  return NULL;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static BlockEntry *block_entry(HeapPrivate *p, uint32_t number) {
  return &p->heap->blocks.entries[number];
}

static bool entries_grow(HeapPrivate *p) {
  BlockTable *blocks = &p->heap->blocks;
  uint32_t capacity = p->entry_capacity == 0 ? 16 : p->entry_capacity * 2;
  if (capacity > UINT32_C(1) << BLOCK_NUMBER_BITS) return false;
  size_t old_size = p->entry_capacity * sizeof(BlockEntry), size = capacity * sizeof(BlockEntry);
  BlockEntry *entries = memory_try_plain(p->heap, blocks->entries, old_size, size);
  if (entries == NULL) return false;
  blocks->entries = entries;
  p->entry_capacity = capacity;
  return true;
}

static bool number_take(HeapPrivate *p, Block *block) {
  BlockTable *blocks = &p->heap->blocks;
  uint32_t number;
  if (p->free_entry != 0) {
    number = p->free_entry - 1;
    p->free_entry = blocks->entries[number].next_free;
  } else {
    if (blocks->count == p->entry_capacity && !entries_grow(p)) return false;
    number = (uint32_t)blocks->count++;
    blocks->entries[number].floor = 0;
  }
  blocks->entries[number].block = block;
  blocks->entries[number].value_count = 0;
  block->number = number;
  return true;
}

static void number_give_back(HeapPrivate *p, uint32_t number) {
  BlockEntry *entry = block_entry(p, number);
  entry->block = NULL;
  entry->value_count = 0;
  entry->next_free = p->free_entry;
  p->free_entry = number + 1;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Where in a block the cells are. Those from gap to gap_end - 1 are not there: the header is. */
typedef struct Layout {
  uint32_t first; /* offset of cell 0 */
  uint32_t cells;
  uint32_t gap, gap_end;
} Layout;

static uint32_t header_size(uint32_t cells, bool nameless) {
  size_t size = sizeof(Block) + (cells + 63) / 64 * sizeof(BlockWord);
  if (!nameless) size += cells * sizeof(uint16_t);
  return (uint32_t)((size + CELL_UNIT - 1) / CELL_UNIT * CELL_UNIT);
}

static bool arena_is_nameless(HeapPrivate *p, const Arena *arena) {
  return arena == &p->heap->box_arena;
}

/* Cells from `first` on, around a header at those offsets. */
static Layout layout_from(uint32_t first, uint32_t cell_size, uint32_t header, uint32_t header_end) {
  Layout layout = {.first = first, .cells = (BLOCK_SIZE - first) / cell_size};
  if (layout.cells > 1u << CELL_INDEX_BITS) layout.cells = 1u << CELL_INDEX_BITS;
  if (header > first) layout.gap = (header - first) / cell_size;
  if (header_end > first) layout.gap_end = (header_end - first + cell_size - 1) / cell_size;
  if (layout.gap > layout.cells) layout.gap = layout.cells;
  if (layout.gap_end > layout.cells) layout.gap_end = layout.cells;
  return layout;
}

static uint32_t layout_usable(const Layout *layout) {
  return layout->cells - (layout->gap_end - layout->gap);
}

/* Either a cell would begin where the header begins, so that cells of a cache line's size are aligned to
   one, or a cell begins where the header ends, if that leaves room for more. */
static Layout layout_of(const Block *block, uint32_t cell_size, bool nameless) {
  uint32_t header = (uint32_t)((const char *)block - block_start(block));
  uint32_t most = BLOCK_SIZE / cell_size;
  if (most > 1u << CELL_INDEX_BITS) most = 1u << CELL_INDEX_BITS;
  uint32_t header_end = header + header_size(most, nameless);
  Layout before = layout_from(header % cell_size, cell_size, header, header_end);
  Layout behind = layout_from(header_end % cell_size, cell_size, header, header_end);
  return layout_usable(&behind) > layout_usable(&before) ? behind : before;
}

/* The bits of word w for cells below index. */
static uint64_t bits_below(uint32_t index, uint32_t w) {
  if (index <= w * 64) return 0;
  return index - w * 64 >= 64 ? ~UINT64_C(0) : cell_bit(index) - 1;
}

static uint64_t layout_usable_bits(const Layout *layout, uint32_t w) {
  uint64_t gap = bits_below(layout->gap_end, w) & ~bits_below(layout->gap, w);
  return bits_below(layout->cells, w) & ~gap;
}

static void block_describe(BlockEntry *entry, Block *block, const Arena *arena) {
  if (arena->value_tag == 0) return;
  entry->first_value = value_from_pointer(arena->value_tag, block_cell(block, 0));
  entry->generations = (uint16_t)((char *)block_generations(block) - (char *)block);
  entry->value_count = block->cell_count;
  entry->cell_size = (uint16_t)arena->cell_size;
}

/* Writes the header for an arena's cells; chunk and number are set already. */
static void block_format(HeapPrivate *p, Block *block, Arena *arena, size_t cell_size,
                         const Layout *layout) {
  uint32_t cells = layout->cells;
  block->arena = arena;
  block->next = arena->blocks;
  arena->blocks = block;
  block->next_available = block->next_gray = block->next_again = NULL;
  block->cell_size = cell_size;
  block->reciprocal = cells == 1 ? 0 : (uint32_t)((UINT64_C(1) << 32) / cell_size + 1);
  block->epoch = p->epoch;
  block->first_cell = (uint16_t)layout->first;
  block->cell_count = (uint16_t)cells;
  block->word_count = (uint8_t)((cells + 63) / 64);
  block->object_offset = arena->object_offset;
  block->leaf = arena->leaf;
  block->gray_listed = block->again_listed = block->retired = block->bumped = 0;
  block->nameless = arena_is_nameless(p, arena);
  for (uint32_t w = 0; w < block->word_count; w++)
    block->words[w] = (BlockWord){.usable = layout_usable_bits(layout, w)};
  BlockEntry *entry = block_entry(p, block->number);
  block_describe(entry, block, arena);
  for (uint32_t i = 0; i < cells && !block->nameless; i++)
    block_generations(block)[i] = entry->floor;
  region_poison(block_cell(block, 0), layout->gap * cell_size);
  region_poison(block_cell(block, layout->gap_end), (cells - layout->gap_end) * cell_size);
}

/* An unformatted block of a chunk with free ones. */
static Block *block_take(HeapPrivate *p, Chunk *chunk) {
  Block *block = chunk->free_blocks;
  if (block != NULL) {
    chunk->free_blocks = block->next;
  } else {
    block = block_of(chunk->base + (size_t)chunk->carved_count * BLOCK_SIZE);
    if (!number_take(p, block)) return NULL;
    block->chunk = chunk;
    chunk->carved_count++;
  }
  p->free_block_count--;
  if (--chunk->free_count == 0) partial_remove(chunk);
  return block;
}

Block *block_new(HeapPrivate *p, Arena *arena) {
  Chunk *chunk = p->partial_chunks != NULL ? p->partial_chunks : chunk_new_shared(p);
  Block *block = chunk == NULL ? NULL : block_take(p, chunk);
  if (block == NULL) return NULL;
  region_unpoison(block_start(block), BLOCK_SIZE);
  Layout layout = layout_of(block, arena->cell_size, arena_is_nameless(p, arena));
  block_format(p, block, arena, arena->cell_size, &layout);
  return block;
}

Block *block_new_large(HeapPrivate *p, Arena *arena, size_t cell_size) {
  if (cell_size > SIZE_MAX / 2) return NULL;
  uint32_t room = header_size(1, false);
  Chunk *chunk = chunk_new(p, (HEADER_PLACES - 1) * HEADER_STEP + room + cell_size);
  if (chunk == NULL) return NULL;
  Block *block = block_of(chunk->base);
  if (!number_take(p, block)) {
    chunk_free(p, chunk);
    return NULL;
  }
  block->chunk = chunk;
  Layout layout = {.first = (uint32_t)((char *)block - chunk->base) + room, .cells = 1};
  block_format(p, block, arena, cell_size, &layout);
  return block;
}

void block_free(HeapPrivate *p, Block *block) {
  Chunk *chunk = block->chunk;
  BlockEntry *entry = block_entry(p, block->number);
  for (uint32_t i = 0; block->bumped && i < block->cell_count; i++)
    if (block_generations(block)[i] > entry->floor) entry->floor = block_generations(block)[i];
  if (chunk->block_count == 0) { /* a large one */
    number_give_back(p, block->number);
    chunk_free(p, chunk);
    return;
  }
  entry->value_count = 0;
  block->arena = NULL;
  block->word_count = 0;
  block->cell_count = 0;
  block->next = chunk->free_blocks;
  chunk->free_blocks = block;
  p->free_block_count++;
  if (chunk->free_count++ == 0) partial_insert(p, chunk);
}

static void chunk_release(HeapPrivate *p, Chunk *chunk) {
  for (Block *block = chunk->free_blocks; block != NULL; block = block->next)
    number_give_back(p, block->number);
  p->block_count -= chunk->block_count;
  p->free_block_count -= chunk->block_count;
  chunk_free(p, chunk);
}

/* A chunk of more blocks than that dates from a larger heap. */
void chunk_release_free(HeapPrivate *p, size_t kept) {
  for (Chunk *chunk = p->partial_chunks, *next; chunk != NULL; chunk = next) {
    next = chunk->next_partial;
    uint32_t blocks = chunk->block_count;
    if (chunk->free_count == blocks && (blocks > kept || p->free_block_count - blocks >= kept))
      chunk_release(p, chunk);
  }
}

void block_free_all(HeapPrivate *p) {
  while (p->chunks != NULL) chunk_free(p, p->chunks);
  BlockTable *blocks = &p->heap->blocks;
  memory_free(p->heap, blocks->entries, p->entry_capacity * sizeof *blocks->entries);
  blocks->entries = NULL;
}
