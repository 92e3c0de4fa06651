/* Opening and closing a heap.
   Layer: heap. */
#include "heap/heap_private.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
  DEFAULT_PAUSE = 200,
  DEFAULT_STEP_MULTIPLIER = 100,
  DEFAULT_STEP_SIZE = 13,
  DEFAULT_MINOR_MULTIPLIER = 20,
  DEFAULT_MAJOR_MULTIPLIER = 100,
  STATE_ID_MAX = 0xFFFF
};

/* Never zero, so that zero is never a handle. States far apart in time may share one. */
static uint16_t next_state_id(void) {
  static atomic_uint counter;
  return (uint16_t)(atomic_fetch_add(&counter, 1) % STATE_ID_MAX + 1);
}

/* Zero: no stress. */
static uint32_t stress_period(void) {
  const char *setting = getenv("FERROUS_GC_STRESS");
  unsigned long period = setting != NULL ? strtoul(setting, NULL, 10) : 0;
  return period <= UINT32_MAX ? (uint32_t)period : UINT32_MAX;
}

bool heap_open(Heap *heap, size_t own_size, lua_Alloc allocate, void *data,
               const HeapHooks *hooks) {
  HeapPrivate *p = allocate(data, NULL, 0, sizeof *p);
  if (p == NULL) return false;
  uint32_t period = stress_period();
  *p = (HeapPrivate){.heap = heap,
                     .state_id = next_state_id(),
                     .sweep_arena = ARENA_COUNT,
                     .pause = DEFAULT_PAUSE,
                     .step_multiplier = DEFAULT_STEP_MULTIPLIER,
                     .step_size = DEFAULT_STEP_SIZE,
                     .minor_multiplier = DEFAULT_MINOR_MULTIPLIER,
                     .major_multiplier = DEFAULT_MAJOR_MULTIPLIER};
  *heap = (Heap){.barrier_color = NO_BARRIER,
                 .phase = GC_IDLE,
                 .mark_color = 2,
                 .mode = LUA_GCINC,
                 .stress = period != 0,
                 .stress_period = period,
                 .stress_left = period,
                 .bytes = own_size + sizeof *p,
                 .obtained = own_size + sizeof *p,
                 .ceiling = SIZE_MAX,
                 .allocate = allocate,
                 .allocate_data = data,
                 .hooks = *hooks,
                 .blocks.first_name = handle_first_name(p),
                 .private_part = p};
  arena_open_all(p);
  heap_pause(heap);
  return true;
}

void heap_close(Heap *heap) {
  HeapPrivate *p = heap->private_part;
  p->working = true;
  sweep_release_everything(p);
  memory_free(heap, p->finalizers.registered, p->finalizers.capacity * sizeof(Object *));
  memory_free(heap, p->finalizers.pending, p->finalizers.capacity * sizeof(Object *));
  pins_close(p);
  block_free_all(p);
  heap->private_part = NULL;
  memory_close(heap);
  memory_free(heap, p, sizeof *p);
}
