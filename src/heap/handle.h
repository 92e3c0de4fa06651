/* Handles: names of cells that stay safe when the cell dies.
   Layer: heap.

   A handle is state id (16 bits), block number and cell (32), generation (16). It is resolved
   in O(1) without ever reading freed memory: the block table says whether the block exists,
   the block's header whether a handle was made for what the cell holds, of that generation. */
#ifndef FERROUS_HEAP_HANDLE_H
#define FERROUS_HEAP_HANDLE_H

#include "heap/heap.h"

typedef uint64_t Handle; /* 0 is never a handle */

enum { CELL_INDEX_BITS = 8, BLOCK_NUMBER_BITS = 24, GENERATION_BITS = 16 };

/* What BlockTable.first_name is while dead cells may still be there (the atomic phase and
   sweeping): too far from every handle's state and block number. */
#define NO_QUICK_NAME (UINT64_C(1) << 63)

/* Generations are odd while a handle was made for what the cell holds. */
ALWAYS_INLINE bool generation_is_named(uint16_t generation) { return generation & 1; }

typedef enum HandleStatus {
  HANDLE_OK,
  HANDLE_STALE,        /* the object died */
  HANDLE_FOREIGN,      /* made by another state */
  HANDLE_INVALID,      /* never was a handle */
  HANDLE_WRONG_TYPE,   /* of another type than asked for */
  HANDLE_NOT_PINNED    /* unpinned more often than pinned */
} HandleStatus;

/* Weak; allocates nothing. cell must be a live cell of this heap. */
Handle handle_create(Heap *heap, Object *cell);
/* *cell is the live cell, or NULL. */
HandleStatus handle_resolve(Heap *heap, Handle handle, Object **cell);
/* *value is the live cell as a value. HANDLE_INVALID for cells that are none, or only a number's box:
   whatever else a forged handle might name is not given out. */
HandleStatus handle_value(Heap *heap, Handle handle, Value *value);
/* The same at once; false: handle_value finds the value, or out why there is none. One comparison
   tells that the state is this one, the block exists, and no dead cells are about. */
ALWAYS_INLINE bool handle_quick_value(const Heap *heap, Handle handle, Value *value) {
  uint64_t number = (handle >> (GENERATION_BITS + CELL_INDEX_BITS)) - heap->blocks.first_name;
  if (unlikely(number >= heap->blocks.count)) return false;
  const BlockEntry *entry = &heap->blocks.entries[number];
  size_t index = (handle >> GENERATION_BITS) & ((1u << CELL_INDEX_BITS) - 1);
  if (unlikely(index >= entry->value_count)) return false;
  const uint16_t *generations = (const uint16_t *)((const char *)entry->block + entry->generations);
  if (unlikely(generations[index] != (uint16_t)handle)) return false;
  if (unlikely(!generation_is_named((uint16_t)handle))) return false;
  *value = entry->first_value + index * entry->cell_size;
  return true;
}
/* Pinning makes the cell a root, counted. Raises LUA_ERRMEM. */
HandleStatus handle_pin(State *L, Handle handle);
HandleStatus handle_unpin(Heap *heap, Handle handle);

#endif
