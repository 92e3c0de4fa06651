/* Handles: names of cells that stay safe when the cell dies.
   Layer: heap.

   A handle is state id (16 bits), block number and cell (32), generation (16). It is resolved
   in O(1) without ever reading freed memory: the block table says whether the block exists,
   the block's header whether a handle was made for what the cell holds, of that generation. */
#ifndef FERROUS_HEAP_HANDLE_H
#define FERROUS_HEAP_HANDLE_H

#include "heap/heap.h"

typedef uint64_t Handle; /* 0 is never a handle */

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
/* Pinning makes the cell a root, counted. Raises LUA_ERRMEM. */
HandleStatus handle_pin(State *L, Handle handle);
HandleStatus handle_unpin(Heap *heap, Handle handle);

#endif
