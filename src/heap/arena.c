/* Arenas: finding a free cell for a kind and a size.
   Layer: heap. Invariants: heap_private.h, struct BlockWord.

   An arena takes a word of 64 cells of its current block at a time, and moves on to a
   block that was swept and has room, then sweeps a few, then makes a new one. */
#include "heap/heap_private.h"

enum { LAZY_SWEEP_BLOCKS = 16 /* swept at most to find one cell: no allocation may take long */ };

static const uint16_t size_classes[SIZE_CLASS_COUNT] = {32,  48,  64,  96,  128,
                                                        192, 256, 384, 512, HEAP_SHARED_CELL_MAX};

/* By units of 16 bytes, rounded up. */
static const uint8_t class_of_units[HEAP_SHARED_CELL_MAX / CELL_UNIT + 1] = {
    [0 ... 2] = 0,   [3] = 1,         [4] = 2,         [5 ... 6] = 3,   [7 ... 8] = 4,
    [9 ... 12] = 5,  [13 ... 16] = 6, [17 ... 24] = 7, [25 ... 32] = 8, [33 ... 63] = 9};

static size_t cell_round(size_t size) { return (size + CELL_UNIT - 1) / CELL_UNIT * CELL_UNIT; }

/* ---- the set of arenas ----------------------------------------------------------------------- */

static void arena_open(Arena *arena, Kind kind, size_t cell_size, bool leaf, uint64_t tag) {
  *arena = (Arena){.kind = (uint8_t)kind,
                   .cell_size = (uint32_t)cell_round(cell_size),
                   .leaf = leaf,
                   .value_tag = tag};
}

/* NULL: such a cell needs a block of its own. */
static Arena *arena_for(HeapPrivate *p, Kind kind, size_t size) {
  unsigned class = size > HEAP_SHARED_CELL_MAX ? SIZE_CLASS_COUNT
                                               : class_of_units[cell_round(size) / CELL_UNIT];
  Arena *arenas;
  switch (kind) {
    case KIND_INT_BOX:
    case KIND_LIGHT_BOX: return &p->heap->box_arena;
    case KIND_TABLE: return &p->heap->table_arena;
    case KIND_UPVALUE: return &p->heap->upvalue_arena;
    case KIND_PROTO: return &p->proto_arena;
    case KIND_THREAD: return &p->thread_arena;
    case KIND_SHAPE: return &p->shape_arena;
    case KIND_NATIVE:
      if (size == sizeof(Native)) return &p->plain_native_arena;
      arenas = p->function_arenas;
      break;
    case KIND_CLOSURE: arenas = p->function_arenas; break;
    case KIND_USERDATA: arenas = p->userdata_arenas; break;
    default: arenas = p->string_arenas; break;
  }
  return class == SIZE_CLASS_COUNT ? NULL : &arenas[class];
}

void arena_open_all(HeapPrivate *p) {
  arena_open(&p->heap->table_arena, KIND_TABLE, sizeof(Table), false, TAG_TABLE);
  arena_open(&p->heap->box_arena, KIND_FREE, sizeof(Box), true, 0);
  arena_open(&p->heap->upvalue_arena, KIND_UPVALUE, sizeof(Upvalue), false, 0);
  arena_open(&p->proto_arena, KIND_PROTO, sizeof(Proto), false, 0);
  arena_open(&p->shape_arena, KIND_SHAPE, sizeof(Shape), false, 0);
  arena_open(&p->large_arena, KIND_FREE, 0, false, 0);
  arena_open(&p->plain_native_arena, KIND_NATIVE, sizeof(Native), true, TAG_FUNCTION);
  /* A host may use the LUA_EXTRASPACE bytes before a State: they belong to its cell. */
  arena_open(&p->thread_arena, KIND_THREAD, CELL_UNIT + sizeof(State), false, 0);
  p->thread_arena.object_offset = CELL_UNIT;
  p->heap->function_arenas = p->function_arenas;
  for (int i = 0; i < SIZE_CLASS_COUNT; i++) {
    arena_open(&p->string_arenas[i], KIND_FREE, size_classes[i], true, TAG_STRING);
    arena_open(&p->function_arenas[i], KIND_FREE, size_classes[i], false, TAG_FUNCTION);
    arena_open(&p->userdata_arenas[i], KIND_USERDATA, size_classes[i], false, TAG_OBJECT);
  }
  for (unsigned n = 0; n <= HEAP_FEW_UPVALUES; n++)
    VM_ASSERT(heap_closure_arena(p->heap, n) == arena_for(p, KIND_CLOSURE, closure_size(n)));
}

Arena *arena_at(HeapPrivate *p, uint32_t position) {
  if (position < SIZE_CLASS_COUNT) return &p->string_arenas[position];
  position -= SIZE_CLASS_COUNT;
  if (position < SIZE_CLASS_COUNT) return &p->function_arenas[position];
  position -= SIZE_CLASS_COUNT;
  if (position < SIZE_CLASS_COUNT) return &p->userdata_arenas[position];
  switch (position - SIZE_CLASS_COUNT) {
    case 0: return &p->heap->table_arena;
    case 1: return &p->heap->box_arena;
    case 2: return &p->heap->upvalue_arena;
    case 3: return &p->proto_arena;
    case 4: return &p->thread_arena;
    case 5: return &p->large_arena;
    case 6: return &p->plain_native_arena;
    default: return &p->shape_arena;
  }
}

/* ---- taking cells ---------------------------------------------------------------------------- */

static void charge(HeapPrivate *p, size_t bytes) {
  p->cell_bytes += bytes;
  p->heap->debt += (ptrdiff_t)bytes;
}

/* The rest of the current block, from the current word on. */
static bool arena_take_word(HeapPrivate *p, Arena *arena) {
  Block *block = arena->current;
  if (block == NULL) return false;
  for (uint32_t w = arena->word; w < block->word_count; w++) {
    BlockWord *word = &block->words[w];
    uint64_t bits = word->usable & ~word->allocated;
    if (bits == 0) continue;
    if (p->heap->stress | p->heap->probing) bits &= -bits; /* so that every allocation comes here */
    word->allocated |= bits;
    arena->free_bits = bits;
    arena->word = (uint8_t)w;
    arena->word_base = block_cell(block, w * 64);
    cells_unpoison(block, w * 64, bits);
    charge(p, (size_t)__builtin_popcountll(bits) * block->cell_size);
    return true;
  }
  return false;
}

static void arena_make_current(Arena *arena, Block *block) {
  for (int i = RECENT_BLOCKS - 1; i > 0; i--) arena->recent[i] = arena->recent[i - 1];
  arena->recent[0] = arena->current;
  arena->current = block;
  arena->word = 0;
}

static Block *arena_pop_available(Arena *arena) {
  Block *block = arena->available;
  if (block != NULL) arena->available = block->next_available;
  return block;
}

static Block *arena_next_block(HeapPrivate *p, Arena *arena) {
  bool may_sweep = arena != &p->shape_arena || p->sweep_arena == ARENA_COUNT - 1;
  for (int i = 0; arena->available == NULL && may_sweep && i < LAZY_SWEEP_BLOCKS; i++)
    if (!sweep_next_block(p, arena)) break;
  Block *block = arena_pop_available(arena);
  return block != NULL ? block : block_new(p, arena);
}

/* Most cells need nothing from the host, so a host that wants to see each of them fail is asked as if
   this one did. */
static bool arena_may_take(Heap *heap, size_t size) {
  if (likely(!heap->probing)) return true;
  void *probe = memory_obtain(heap, NULL, 0, size);
  if (probe == NULL) return false;
  memory_obtain(heap, probe, size, 0);
  return true;
}

/* NULL: no memory. */
static void *arena_take(HeapPrivate *p, Arena *arena) {
  if (!arena_may_take(p->heap, arena->cell_size)) return NULL;
  while (arena->free_bits == 0 && !arena_take_word(p, arena)) {
    Block *block = arena_next_block(p, arena);
    if (block == NULL) return NULL;
    arena_make_current(arena, block);
  }
  uint64_t bits = arena->free_bits;
  arena->free_bits = bits & (bits - 1);
  return arena->word_base + (size_t)__builtin_ctzll(bits) * arena->cell_size;
}

void *arena_allocate_slow(State *L, Arena *arena) {
  Heap *heap = L->heap;
  if (unlikely(heap->stress)) collect_stressed(heap);
  void *cell = arena_take(heap->private_part, arena);
  if (unlikely(cell == NULL)) {
    if (collect_emergency(heap)) cell = arena_take(heap->private_part, arena);
    if (cell == NULL) heap->hooks.raise_memory(L);
  }
  return cell;
}

/* ---- giving unused cells back ---------------------------------------------------------------- */

void arena_retire(HeapPrivate *p, Arena *arena) {
  uint64_t bits = arena->free_bits;
  if (bits == 0) return;
  Block *block = arena->current;
  block->words[arena->word].allocated &= ~bits;
  charge(p, -((size_t)__builtin_popcountll(bits) * block->cell_size));
  arena->free_bits = 0;
  for (; bits != 0; bits &= bits - 1)
    cells_poison(block, arena->word * 64u + (uint32_t)__builtin_ctzll(bits));
}

void arena_retire_all(HeapPrivate *p) {
  for (uint32_t i = 0; i < ARENA_COUNT; i++) arena_retire(p, arena_at(p, i));
}

/* ---- cells ----------------------------------------------------------------------------------- */

static bool kind_is_leaf(Kind kind) {
  return kind == KIND_SHORT_STRING || kind == KIND_LONG_STRING;
}

static void *large_take(HeapPrivate *p, Kind kind, size_t size) {
  Block *block = size > SIZE_MAX / 2 ? NULL : block_new_large(p, &p->large_arena, cell_round(size));
  if (block == NULL) return NULL;
  block->leaf = kind_is_leaf(kind);
  block->words[0].allocated = 1;
  cells_unpoison(block, 0, 1);
  charge(p, block->cell_size);
  arena_make_current(&p->large_arena, block);
  return block_cell(block, 0);
}

static void *large_allocate(State *L, Kind kind, size_t size) {
  Heap *heap = L->heap;
  if (unlikely(heap->stress)) collect_stressed(heap);
  void *cell = large_take(heap->private_part, kind, size);
  if (unlikely(cell == NULL)) {
    if (collect_emergency(heap)) cell = large_take(heap->private_part, kind, size);
    if (cell == NULL) heap->hooks.raise_memory(L);
  }
  return cell;
}

static void *cell_begin(Kind kind, void *cell) {
  if (kind == KIND_THREAD) {
    memset(cell, 0, CELL_UNIT);
    cell = (char *)cell + CELL_UNIT;
  }
  *(Object *)cell = (Object){.kind = (uint8_t)kind};
  return cell;
}

void *heap_new_cell(State *L, Kind kind, size_t size) {
  Arena *arena = arena_for(L->heap->private_part, kind, size);
  VM_ASSERT(arena == NULL || size + arena->object_offset <= arena->cell_size);
  return cell_begin(kind, likely(arena != NULL) ? arena_allocate(L, arena)
                                                : large_allocate(L, kind, size));
}

void *heap_try_new_cell(Heap *heap, Kind kind, size_t size) {
  HeapPrivate *p = heap->private_part;
  Arena *arena = arena_for(p, kind, size);
  void *cell = arena != NULL ? arena_take(p, arena) : large_take(p, kind, size);
  return cell == NULL ? NULL : cell_begin(kind, cell);
}

/* Cells in use in one word of a block: not those that are about to be handed out. */
static uint64_t word_used(const Arena *arena, const Block *block, uint32_t w) {
  uint64_t used = block->words[w].allocated;
  return block == arena->current && w == arena->word ? used & ~arena->free_bits : used;
}

void heap_each_proto(Heap *heap, void (*visit)(Proto *p)) {
  Arena *arena = &heap->private_part->proto_arena;
  for (Block *block = arena->blocks; block != NULL; block = block->next)
    for (uint32_t w = 0; w < block->word_count; w++)
      for (uint64_t used = word_used(arena, block, w); used != 0; used &= used - 1)
        visit((Proto *)block_object(block, w * 64 + (uint32_t)__builtin_ctzll(used)));
}

void heap_each_thread(Heap *heap, void (*visit)(State *thread)) {
  Arena *arena = arena_for(heap->private_part, KIND_THREAD, sizeof(State));
  for (Block *block = arena->blocks; block != NULL; block = block->next)
    for (uint32_t w = 0; w < block->word_count; w++)
      for (uint64_t used = word_used(arena, block, w); used != 0; used &= used - 1)
        visit((State *)block_object(block, w * 64 + (uint32_t)__builtin_ctzll(used)));
}

void heap_each_table(State *L, void (*visit)(State *L, Table *t, void *data), void *data) {
  Arena *arena = &L->heap->table_arena;
  for (Block *block = arena->blocks; block != NULL; block = block->next)
    for (uint32_t w = 0; w < block->word_count; w++)
      for (uint64_t used = word_used(arena, block, w); used != 0; used &= used - 1)
        visit(L, (Table *)block_object(block, w * 64 + (uint32_t)__builtin_ctzll(used)), data);
}
