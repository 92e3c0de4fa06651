/* Finalizers: manual 2.5.3.
   Layer: heap. Invariants: a registered object carries TABLE_HAS_FINALIZER in head.aux until its
   finalizer is called; pending objects are roots; both arrays of the lists have room for all
   registered and pending objects together. */
#include "heap/heap_private.h"

enum { FINALIZERS_MIN_CAPACITY = 8 };

static bool array_grow(State *L, Object ***array, size_t capacity, size_t new_capacity) {
  void *grown = memory_try_reallocate(L, *array, capacity * sizeof **array,
                                      new_capacity * sizeof **array);
  if (grown == NULL) return false;
  *array = grown;
  return true;
}

static void pending_to_front(FinalizerLists *lists) {
  memmove(lists->pending, lists->pending + lists->pending_head,
          lists->pending_count * sizeof *lists->pending);
  lists->pending_head = 0;
}

/* Room for one more object. An emergency on the way may move objects between the lists, not
   change their sum. */
static void lists_reserve(State *L, FinalizerLists *lists) {
  size_t capacity = lists->capacity;
  if (lists->registered_count + lists->pending_count < capacity) return;
  size_t wanted = capacity == 0 ? FINALIZERS_MIN_CAPACITY : capacity * 2;
  if (!array_grow(L, &lists->registered, capacity, wanted)) L->heap->hooks.raise_memory(L);
  if (!array_grow(L, &lists->pending, capacity, wanted)) {
    lists->registered = memory_reallocate(L, lists->registered, wanted * sizeof(Object *),
                                          capacity * sizeof(Object *));
    L->heap->hooks.raise_memory(L);
  }
  lists->capacity = wanted;
}

void heap_add_finalizer(State *L, Object *cell) {
  Heap *heap = L->heap;
  FinalizerLists *lists = &heap->private_part->finalizers;
  if ((cell->aux & TABLE_HAS_FINALIZER) || heap->closing) return;
  lists_reserve(L, lists);
  lists->registered[lists->registered_count++] = cell;
  cell->aux |= TABLE_HAS_FINALIZER;
  if (lists->until_cycle > 0)
    lists->until_cycle--;
  else if (heap->phase == GC_IDLE)
    collect_soon(heap);
}

/* Objects that died (or all) become pending, the one registered last first. How many did. */
size_t finalizers_separate(HeapPrivate *p, bool all) {
  FinalizerLists *lists = &p->finalizers;
  size_t before = lists->pending_count, kept = 0;
  if (lists->registered_count == 0) return 0;
  pending_to_front(lists);
  for (size_t i = lists->registered_count; i-- > 0;) {
    Object *object = lists->registered[i];
    if (!all && cell_is_marked(object)) continue;
    lists->pending[lists->pending_count++] = object;
    lists->registered[i] = NULL;
  }
  for (size_t i = 0; i < lists->registered_count; i++)
    if (lists->registered[i] != NULL) lists->registered[kept++] = lists->registered[i];
  lists->registered_count = kept;
  return lists->pending_count - before;
}

void finalizers_mark_pending(HeapPrivate *p) {
  const FinalizerLists *lists = &p->finalizers;
  for (size_t i = 0; i < lists->pending_count; i++)
    mark_cell(p, lists->pending[lists->pending_head + i]);
}

/* Lists of which little is in use give memory back, if there is some to move to. */
static void lists_trim(Heap *heap, FinalizerLists *lists) {
  size_t used = lists->registered_count + lists->pending_count, capacity = lists->capacity;
  size_t wanted = 2 * used + FINALIZERS_MIN_CAPACITY;
  if (capacity / 4 < wanted) return;
  size_t size = wanted * sizeof(Object *);
  Object **registered = memory_try_plain(heap, NULL, 0, size);
  Object **pending = memory_try_plain(heap, NULL, 0, size);
  if (registered == NULL || pending == NULL) {
    memory_free(heap, registered, size);
    memory_free(heap, pending, size);
    return;
  }
  memcpy(registered, lists->registered, lists->registered_count * sizeof *registered);
  memcpy(pending, lists->pending + lists->pending_head, lists->pending_count * sizeof *pending);
  memory_free(heap, lists->registered, capacity * sizeof *registered);
  memory_free(heap, lists->pending, capacity * sizeof *pending);
  lists->registered = registered;
  lists->pending = pending;
  lists->pending_head = 0;
  lists->capacity = wanted;
}

static Value object_value(Object *object) {
  return object->kind == KIND_TABLE ? value_from_table((Table *)object) : value_from_object(object);
}

void finalizers_call(State *L, size_t limit) {
  Heap *heap = L->heap;
  FinalizerLists *lists = &heap->private_part->finalizers;
  uint8_t was_stopped = heap->stopped & GC_STOPPED_IN_FINALIZER;
  if ((heap->interrupt & INTERRUPT_STOPPED) && !heap->closing) return; /* they wait */
  for (; limit > 0 && lists->pending_count > 0; limit--) {
    Object *object = lists->pending[lists->pending_head++];
    lists->pending_count--;
    object->aux &= (uint8_t)~TABLE_HAS_FINALIZER;
    heap->stopped |= GC_STOPPED_IN_FINALIZER;
    heap->hooks.run_finalizer(L, object_value(object));
    if (!was_stopped) heap->stopped &= (uint8_t)~GC_STOPPED_IN_FINALIZER;
  }
  lists_trim(heap, lists);
}

void heap_finalize_all(State *L) {
  Heap *heap = L->heap;
  heap->closing = 1;
  heap->stopped |= GC_STOPPED_CLOSING;
  finalizers_separate(heap->private_part, true);
  finalizers_call(L, SIZE_MAX);
}
