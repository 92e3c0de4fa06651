/* Raw memory: buffers beside the arenas, counted, through the host's allocator.
   Layer: heap. Invariants: Heap.bytes is the sum of the sizes of all live buffers, Heap.obtained that
   of all that came from the host's allocator. Growth beyond the ceiling is refused as if
   the allocator had failed; shrinking and freeing never are.

   Small buffers (items and slots of tables, mostly) are rounded up to a multiple of SPARE_STEP, and some of
   those that were freed wait for the next one of their size: tables that live shortly would call the
   allocator twice each. Nothing is refused before the host got them back. */
#include "heap/heap_private.h"

struct SpareBuffer {
  SpareBuffer *next;
};

/* ---- spare buffers --------------------------------------------------------------------------- */

enum { SPARE_STEP = 16, LEAST_SPARE_BYTES = 1 << 18 };

/* About as much as is freed by one collection and allocated until the next. */
ALWAYS_INLINE size_t spare_limit(const Heap *heap) {
  return heap->bytes > LEAST_SPARE_BYTES ? heap->bytes : LEAST_SPARE_BYTES;
}

ALWAYS_INLINE bool size_is_small(size_t size) { return size <= SPARE_SIZES * SPARE_STEP; }

/* Whether buffers of that size are kept: nothing has none. */
ALWAYS_INLINE bool size_has_spares(size_t size) { return size - 1 < SPARE_SIZES * SPARE_STEP; }

/* What the host is asked for. */
ALWAYS_INLINE size_t host_size(size_t size) {
  return size_is_small(size) ? (size + SPARE_STEP - 1) & ~(size_t)(SPARE_STEP - 1) : size;
}

ALWAYS_INLINE SpareBuffer **spare_list(Heap *heap, size_t size) {
  return &heap->spares[(size - 1) / SPARE_STEP];
}

/* NULL: there is none. */
ALWAYS_INLINE void *spare_take(Heap *heap, size_t size) {
  SpareBuffer **list = spare_list(heap, size), *buffer = *list;
  if (buffer == NULL) return NULL;
  region_unpoison(buffer + 1, host_size(size) - sizeof *buffer);
  *list = buffer->next;
  heap->spare_bytes -= host_size(size);
  return buffer;
}

/* False: there are enough. */
ALWAYS_INLINE bool spare_put(Heap *heap, void *block, size_t size) {
  if (heap->spare_bytes >= spare_limit(heap) || unlikely(heap->closing)) return false;
  SpareBuffer **list = spare_list(heap, size), *buffer = block;
  buffer->next = *list;
  *list = buffer;
  heap->spare_bytes += host_size(size);
  region_poison(buffer + 1, host_size(size) - sizeof *buffer);
  return true;
}

/* Gives all of them back; false if there were none. */
static COLD bool spare_release(Heap *heap) {
  size_t obtained = heap->obtained;
  for (size_t size = SPARE_STEP; size_is_small(size); size += SPARE_STEP) {
    for (void *buffer; (buffer = spare_take(heap, size)) != NULL;) {
      heap->allocate(heap->allocate_data, buffer, size, 0);
      heap->obtained -= size;
    }
  }
  return heap->obtained != obtained;
}

void memory_trim(Heap *heap) {
  if (heap->spare_bytes > spare_limit(heap)) spare_release(heap);
}

void memory_close(Heap *heap) {
  heap->closing = 1;
  spare_release(heap);
}

/* ---- the host's allocator -------------------------------------------------------------------- */

static void *obtain(Heap *heap, void *block, size_t old_size, size_t new_size) {
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

void *memory_obtain(Heap *heap, void *block, size_t old_size, size_t new_size) {
  void *result = obtain(heap, block, old_size, new_size);
  if (unlikely(result == NULL) && new_size > 0 && spare_release(heap))
    result = obtain(heap, block, old_size, new_size);
  return result;
}

/* ---- buffers --------------------------------------------------------------------------------- */

ALWAYS_INLINE void count_change(Heap *heap, size_t old_size, size_t new_size) {
  heap->bytes += new_size - old_size;
  heap->debt += (ptrdiff_t)new_size - (ptrdiff_t)old_size;
}

void *memory_try_plain(Heap *heap, void *block, size_t old_size, size_t new_size) {
  void *result = memory_obtain(heap, block, host_size(old_size), host_size(new_size));
  if (result == NULL && new_size > 0) return NULL;
  count_change(heap, old_size, new_size);
  return result;
}

void *memory_try_reallocate(State *L, void *block, size_t old_size, size_t new_size) {
  Heap *heap = L->heap;
  if (unlikely(heap->stress) && new_size > old_size) collect_stressed(heap);
  if (block == NULL && size_has_spares(new_size) && likely(!heap->probing)) {
    void *spare = spare_take(heap, new_size);
    if (likely(spare != NULL)) {
      count_change(heap, 0, new_size);
      return spare;
    }
  }
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
  if (block == NULL) return;
  if (size_has_spares(size) && spare_put(heap, block, size))
    count_change(heap, size, 0);
  else
    memory_try_plain(heap, block, size, 0);
}
