/* Raw memory: buffers beside the arenas, counted, through the host's allocator.
   Layer: heap. Invariants: Heap.bytes is the sum of the sizes of all live buffers, Heap.obtained that
   of all that came from the host's allocator. Growth beyond the ceiling is refused as if
   the allocator had failed; shrinking and freeing never are. */
#include "heap/heap_private.h"

void *memory_obtain(Heap *heap, void *block, size_t old_size, size_t new_size) {
  if (new_size > old_size && unlikely(new_size - old_size > heap->ceiling - heap->obtained ||
                                      heap->obtained > heap->ceiling)) {
    heap->refused = 1;
    return NULL;
  }
  void *result = heap->allocate(heap->allocate_data, block, block == NULL ? 0 : old_size, new_size);
  if (result == NULL && new_size > 0) return NULL;
  heap->obtained += new_size - old_size;
  heap->refused = 0;
  return result;
}

void *memory_try_plain(Heap *heap, void *block, size_t old_size, size_t new_size) {
  void *result = memory_obtain(heap, block, old_size, new_size);
  if (result == NULL && new_size > 0) return NULL;
  heap->bytes += new_size - old_size;
  heap->debt += (ptrdiff_t)new_size - (ptrdiff_t)old_size;
  return result;
}

void *memory_try_reallocate(State *L, void *block, size_t old_size, size_t new_size) {
  Heap *heap = L->heap;
  if (unlikely(heap->stress) && new_size > old_size) collect_stressed(heap);
  void *result = memory_try_plain(heap, block, old_size, new_size);
  if (unlikely(result == NULL) && new_size > 0 && collect_emergency(heap))
    result = memory_try_plain(heap, block, old_size, new_size);
  return result;
}

void *memory_reallocate(State *L, void *block, size_t old_size, size_t new_size) {
  void *result = memory_try_reallocate(L, block, old_size, new_size);
  if (unlikely(result == NULL) && new_size > 0) L->heap->hooks.raise_memory(L);
  return result;
}

void *memory_allocate(State *L, size_t size) {
  return size == 0 ? NULL : memory_reallocate(L, NULL, 0, size);
}

void memory_free(Heap *heap, void *block, size_t size) {
  if (block != NULL) memory_try_plain(heap, block, size, 0);
}
