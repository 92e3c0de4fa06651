/* What only src/heap/ looks at: blocks, chunks, and the collector's own state.
   Layer: heap.

   A block is BLOCK_SIZE bytes at an address that is a multiple of it. Cells lie in it at equal
   distances, but for a gap with the header:

       cells | Block, words[word_count], generations[cell_count] | cells

   Where the gap is follows from the block's address: headers at the same place of every block would
   compete for a few sets of the processor's caches, and marking touches little but headers. The
   cells that would lie in the gap have indices, and are never usable.

   A cell too large to share a block has one of its own, as large as needed, with the cell
   close behind the header, so that the header is found in the same way. No handle is made for a box,
   so blocks of boxes have no generations.

   One BlockWord describes 64 cells. Its bitmaps obey, cell by cell:
     marks, named and the arena's free_bits are within allocated, allocated within usable;
     gray and again are within marks;
     marks are all clear while nothing is collected, and in every block already swept; but where
     marks_kept is set, they then stand on what was alive, and on nothing new.

   The work list of the marker is the gray bitmaps themselves, with the blocks that have a gray
   cell in a list: so marking never allocates and cannot fail. The second bitmap, again, holds
   what must be looked at once more when marking ends: objects written to after they were
   traced, threads, and weak tables. In the atomic phase, once those were traced, the again
   bits name exactly the weak tables to be cleared. */
#ifndef FERROUS_HEAP_HEAP_PRIVATE_H
#define FERROUS_HEAP_HEAP_PRIVATE_H

#include "heap/handle.h"
#include "heap/heap.h"

#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HEAP_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEAP_ADDRESS_SANITIZER 1
#endif
#endif

/* Whether free cells are made unusable, one by one. */
#if defined(HEAP_ADDRESS_SANITIZER) || defined(FERROUS_DEBUG)
#define HEAP_POISONS true
#else
#define HEAP_POISONS false
#endif

#if defined(HEAP_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

enum {
  CELL_UNIT = 16,           /* cells are multiples of it, and aligned to it */
  HEADER_PLACES = 16,       /* in a block where its header may be, */
  HEADER_STEP = 64,         /* that far apart */
  SIZE_CLASS_COUNT = 10,    /* see size_classes in arena.c */
  GENERATION_LAST = 0xFFFE, /* a cell that would reach it is retired */
  NO_BARRIER = 0xFF, /* barrier_color while nothing is being marked */
  POISON = 0xDB
};

/* ---- blocks ---------------------------------------------------------------------------------- */

typedef struct BlockWord {
  uint64_t allocated; /* in use, or in the arena's free_bits */
  uint64_t marks;     /* reached in this cycle */
  uint64_t gray;      /* reached, not yet traced */
  uint64_t again;     /* to be traced again when marking ends */
  uint64_t named;     /* a handle was made for what the cell holds now: its generation is odd */
  uint64_t usable;    /* exists, and is not retired */
} BlockWord;

typedef struct Chunk Chunk;

/* What marking touches is in one cache line, the second, with the marks of the first 64 cells. */
struct Block {
  Arena *arena;         /* NULL: the block is free */
  Chunk *chunk;
  Block *next;          /* of the arena; of the chunk's free blocks */
  Block *next_available;
  Block *next_gray;
  Block *next_again;
  size_t cell_size;
  uint32_t epoch;       /* of the last sweep it took part in */
  uint16_t cell_count;  /* those in the gap included */
  uint8_t word_count;
  uint8_t retired;      /* some cell is: the block never becomes free */

  uint32_t reciprocal;  /* 2^32 / cell_size, rounded up: see block_cell_index; 0: one cell */
  uint32_t number;      /* index into Heap.blocks */
  uint16_t first_cell;  /* where cell 0 is, or would be: offset from the block's start */
  uint8_t leaf;
  uint8_t object_offset;
  uint8_t gray_listed;
  uint8_t again_listed;
  uint8_t bumped;       /* some generation is above the block's floor */
  uint8_t nameless;     /* there are no generations */
  BlockWord words[];
};

/* A piece of memory got from the host's allocator and cut into blocks; it begins
   with this header. */
struct Chunk {
  Chunk *next;
  Chunk **link; /* what points to this one */
  Chunk *next_partial;
  Chunk **partial_link; /* NULL: no free blocks, not in the list */
  size_t size;
  char *base;            /* the first block */
  Block *free_blocks;    /* used before, and free now */
  uint32_t block_count;
  uint32_t carved_count; /* blocks that have been used at some time */
  uint32_t free_count;   /* blocks that are free now, never used ones included */
};

/* ---- the collector's state ------------------------------------------------------------------- */

/* A table or thread too large to be traced at once: see mark.c. */
typedef struct Slice {
  Object *object; /* NULL: none */
  size_t position;
  const HashPart *hash;
  uint32_t mask;
} Slice;

typedef struct PinTable {
  struct Pin {
    uint32_t place; /* block number and cell, plus 1; 0: free */
    uint32_t count;
  } *pins;
  uint32_t mask; /* capacity - 1; pins == NULL: no capacity */
  uint32_t count;
} PinTable;

/* Objects to be finalized, in the order they were registered, and those whose turn has
   come. Both arrays have room for all of them, so that moving never allocates. */
typedef struct FinalizerLists {
  Object **registered;
  Object **pending; /* a queue: pending[head] .. pending[head + pending_count - 1] */
  size_t registered_count;
  size_t pending_head;
  size_t pending_count;
  size_t capacity;
  size_t until_cycle; /* how many more may be registered in this pause */
} FinalizerLists;

/* Entries of ephemeron tables whose keys are not yet reached, by key: see weak.c. */
typedef struct EphemeronMap {
  struct EphemeronEntry {
    Object *key;
    Object *value;
    uint32_t next;
  } *entries;
  uint32_t *buckets; /* index + 1 of a chain's first entry */
  uint32_t count;
  uint32_t capacity; /* of entries, and of buckets: a power of two */
  bool failed;       /* no memory: converge by repeated traversal */
} EphemeronMap;

enum { KIND_FIXED_COUNT = 6 };

typedef struct HeapPrivate {
  Heap *heap;
  Arena proto_arena, thread_arena, shape_arena, large_arena;
  Arena plain_native_arena; /* C functions without upvalues: they refer to nothing, and are in a map */
  Arena string_arenas[SIZE_CLASS_COUNT];
  Arena function_arenas[SIZE_CLASS_COUNT];
  Arena userdata_arenas[SIZE_CLASS_COUNT];

  size_t cell_bytes; /* in allocated cells, the arenas' free_bits included */
  Chunk *chunks;
  Chunk *partial_chunks;
  uint32_t block_count;      /* in chunks of more than one, whether in use or not */
  uint32_t free_block_count; /* of those, the ones not in use */
  uint16_t state_id;
  uint32_t entry_capacity; /* of Heap.blocks */
  uint32_t free_entry; /* index + 1 */

  size_t work; /* bytes looked at in this step */
  Block *gray_blocks;
  Block *again_blocks;
  Slice slice;
  uint8_t again_rounds; /* how often the again set was traced before the atomic phase */
  Table *mode_metatable; /* the last answer of hooks.weak_mode; forgotten at every step */
  unsigned mode;
  EphemeronMap ephemerons;
  State *threads_with_upvalues;
  FinalizerLists finalizers;
  PinTable pins;

  uint32_t epoch;       /* of the sweep under way, or the last one */
  uint32_t sweep_arena; /* position in the order of sweeping */
  size_t freed;         /* in this sweep */
  size_t estimate;      /* bytes found alive by the last cycle */
  size_t pause_left;    /* of a pause that is interrupted to run finalizers: see collect.c */
  uint32_t pause_depth;
  bool working;    /* inside the collector: no emergency may start */
  bool validating; /* marking checks instead of marking */
  uint8_t validate_turn;
  bool marks_kept; /* by the last cycle: the next one is minor */
  bool minor;      /* the cycle under way, or the last one, began with marks */
  bool major_due;  /* the minor cycle under way is to clear the marks */
  size_t major_estimate; /* as estimate, of the last cycle that began without marks */
  size_t minor_freed;    /* bytes, since then */
  int pause, step_multiplier, step_size; /* percent, percent, log2 of bytes */
  int minor_multiplier, major_multiplier;
} HeapPrivate;

/* ---- cells and their blocks ------------------------------------------------------------------ */

/* `address` is anywhere in the block. */
ALWAYS_INLINE char *block_start(const void *address) {
  return (char *)((uintptr_t)address & ~(uintptr_t)(BLOCK_SIZE - 1));
}
ALWAYS_INLINE Block *block_of(const void *cell) {
  char *start = block_start(cell);
  return (Block *)(start + (uintptr_t)start / BLOCK_SIZE % HEADER_PLACES * HEADER_STEP);
}
/* Works for pointers into a cell too, if it shares the block. Offsets are below 2^12, so the error of the
   reciprocal stays below 2^-20, less than one part of any cell size. */
ALWAYS_INLINE uint32_t block_cell_index(const Block *block, const void *cell) {
  uint64_t offset = ((uintptr_t)cell & (BLOCK_SIZE - 1)) - block->first_cell;
  return (uint32_t)(offset * block->reciprocal >> 32);
}
ALWAYS_INLINE uint16_t *block_generations(Block *block) {
  return (uint16_t *)&block->words[block->word_count];
}
ALWAYS_INLINE char *block_cell(Block *block, uint32_t index) {
  return block_start(block) + block->first_cell + index * block->cell_size;
}
ALWAYS_INLINE Object *block_object(Block *block, uint32_t index) {
  return (Object *)(block_cell(block, index) + block->object_offset);
}
ALWAYS_INLINE BlockWord *block_word(Block *block, uint32_t index) {
  return &block->words[index / 64];
}
ALWAYS_INLINE uint64_t cell_bit(uint32_t index) { return UINT64_C(1) << (index % 64); }

ALWAYS_INLINE bool cell_is_marked(const Object *cell) {
  Block *block = block_of(cell);
  uint32_t index = block_cell_index(block, cell);
  return (block_word(block, index)->marks & cell_bit(index)) != 0;
}

/* Strings, wide integers, and C functions without upvalues are nothing but values to Lua code: weak
   tables never drop them. They refer to nothing, too. */
ALWAYS_INLINE bool cell_is_plain_value(const Object *cell) { return block_of(cell)->leaf; }

/* See BlockTable. */
ALWAYS_INLINE uint64_t handle_first_name(const HeapPrivate *p) {
  return (uint64_t)p->state_id << BLOCK_NUMBER_BITS;
}

/* ---- memory.c -------------------------------------------------------------------------------- */

/* Counted like memory_*, but never collects and never raises. */
void *memory_try_plain(Heap *heap, void *block, size_t old_size, size_t new_size);
void memory_trim(Heap *heap);  /* spare buffers go back, if they are more than a heap of this size wants */
void memory_close(Heap *heap); /* no buffer stays with the heap from here on */

/* ---- block.c --------------------------------------------------------------------------------- */

Block *block_new(HeapPrivate *p, Arena *arena); /* NULL: no memory */
Block *block_new_large(HeapPrivate *p, Arena *arena, size_t cell_size);
/* Gives an empty block back: to its chunk, or, a large one, to the host. */
void block_free(HeapPrivate *p, Block *block);
/* Gives chunks of free blocks back to the host, as long as `kept` free blocks are left. */
void chunk_release_free(HeapPrivate *p, size_t kept);
void block_free_all(HeapPrivate *p);
void region_poison(void *start, size_t size);
void region_unpoison(void *start, size_t size);
void cells_poison(Block *block, uint32_t index);
void cells_unpoison(Block *block, uint32_t first, uint64_t bits);

/* ---- arena.c --------------------------------------------------------------------------------- */

enum { ARENA_COUNT = 8 + 3 * SIZE_CLASS_COUNT };

void arena_open_all(HeapPrivate *p);
/* In the order of sweeping: shapes come last, because dying tables still need theirs. */
Arena *arena_at(HeapPrivate *p, uint32_t position);
/* Gives the cells of free_bits back, so that allocated means in use. */
void arena_retire(HeapPrivate *p, Arena *arena);
void arena_retire_all(HeapPrivate *p);

/* ---- mark.c ---------------------------------------------------------------------------------- */

#define NO_BUDGET SIZE_MAX

void mark_cell(HeapPrivate *p, Object *cell);
ALWAYS_INLINE void mark_value(HeapPrivate *p, Value v) {
  if (value_is_collectable(v)) mark_cell(p, value_cell(v));
}
/* Traces gray objects until none is left (true), or p->work reaches the budget. */
bool mark_propagate(HeapPrivate *p, size_t budget);
void mark_again(HeapPrivate *p, Object *cell); /* puts a marked cell into the again set */
void mark_again_to_gray(HeapPrivate *p);
void mark_remembered(HeapPrivate *p); /* a minor cycle begins */
void mark_roots(HeapPrivate *p);
void mark_recent_cells(HeapPrivate *p); /* what an emergency keeps */
void mark_forget(HeapPrivate *p);        /* drops a cycle that was not finished */
void mark_threads_upvalues(HeapPrivate *p);
void mark_settle_upvalues(HeapPrivate *p);
/* With p->validating set: asserts that all the object refers to is marked. */
void mark_check(HeapPrivate *p, Object *object);
ALWAYS_INLINE Shape *table_shape_of(const HeapPrivate *p, const Table *t) {
  return p->heap->shapes[t->head.meta];
}
ALWAYS_INLINE Value *table_field(const Shape *shape, Table *t, uint32_t slot) {
  return slot < shape->inline_capacity ? &t->inline_slots[slot]
                                       : &t->slots[slot - shape->inline_capacity];
}

/* ---- weak.c ---------------------------------------------------------------------------------- */

void weak_trace(HeapPrivate *p, Table *t, unsigned mode);
void weak_converge(HeapPrivate *p); /* to the fixed point of marking and ephemerons */
void weak_clear_values(HeapPrivate *p);
void weak_clear_keys(HeapPrivate *p);
void weak_finish(HeapPrivate *p);
/* While p->ephemerons has entries, every object that is traced passes through here. */
void ephemeron_key_traced(HeapPrivate *p, Object *key);

/* ---- sweep.c --------------------------------------------------------------------------------- */

void sweep_start(HeapPrivate *p);
/* Sweeps the arena's next unswept block; false: there is none. */
bool sweep_next_block(HeapPrivate *p, Arena *arena);
bool sweep_step(HeapPrivate *p, size_t budget); /* true: done */
/* For heap_close: frees what all cells own, dead or alive. */
void sweep_release_everything(HeapPrivate *p);

/* ---- collect.c ------------------------------------------------------------------------------- */

bool collect_emergency(Heap *heap); /* false: not allowed now */
void collect_stressed(Heap *heap);  /* under stress, an allocation begins */
void collect_soon(Heap *heap);      /* the pause is over: the next safepoint begins a cycle */

/* ---- finalize.c ------------------------------------------------------------------------------ */

size_t finalizers_separate(HeapPrivate *p, bool all);
void finalizers_mark_pending(HeapPrivate *p);
void finalizers_call(State *L, size_t limit);

/* ---- handle.c -------------------------------------------------------------------------------- */

void pins_mark(HeapPrivate *p);
void pins_close(HeapPrivate *p);

/* ---- validate.c ------------------------------------------------------------------------------ */

/* At the end of the atomic phase, in debug builds: what marked cells refer to is marked. */
void validate_marks(HeapPrivate *p);

#endif
