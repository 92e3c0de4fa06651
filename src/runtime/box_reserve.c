/* Boxes put aside: see box_reserve.h.
   Layer: runtime. */
#include "runtime/box_reserve.h"

#include "runtime/throw.h"

static BoxReserve *reserve_of(const State *L) { return &global_of(L)->box_reserve; }

/* Fewer than this are too few; as many are wanted. The difference is for what is lent and dropped soon. */
static uint32_t fewest(const BoxReserve *reserve) { return reserve->needed + SPARE_BOXES; }
static uint32_t wanted(const BoxReserve *reserve) { return reserve->needed + 2 * SPARE_BOXES; }

/* ---- how many there are ---------------------------------------------------------------------- */

/* New boxes take the places of those that are lent, which are like any others from now on. */
static void refill(State *L) {
  BoxReserve *reserve = reserve_of(L);
  while (reserve->count < wanted(reserve)) {
    Box *box = heap_try_new_cell(L->heap, KIND_LIGHT_BOX, sizeof(Box));
    if (box == NULL) return;
    box->as.light = NULL;
    reserve->boxes[reserve->count++] = box;
  }
}

bool box_reserve_settle(State *L) {
  BoxReserve *reserve = reserve_of(L);
  refill(L);
  if (unlikely(reserve->count < fewest(reserve))) {
    heap_collect_quietly(L->heap);
    refill(L);
  }
  reserve->is_short = reserve->count < fewest(reserve);
  return !reserve->is_short;
}

static bool array_grow(State *L, BoxReserve *reserve, size_t size) {
  if (size <= reserve->size) return true;
  Box **boxes = memory_try_reallocate(L, reserve->boxes, reserve->size * sizeof(Box *), size * sizeof(Box *));
  if (boxes == NULL) return false;
  memset(boxes + reserve->size, 0, (size - reserve->size) * sizeof(Box *));
  reserve->boxes = boxes;
  reserve->size = (uint32_t)size;
  return true;
}

static bool need_more(State *L, uint32_t more) {
  BoxReserve *reserve = reserve_of(L);
  uint8_t was_short = reserve->is_short;
  if (!array_grow(L, reserve, (size_t)wanted(reserve) + more)) return false;
  reserve->needed += more;
  if (box_reserve_settle(L)) return true;
  reserve->needed -= more;
  reserve->is_short = was_short && reserve->count < fewest(reserve);
  return false;
}

/* A stack may grow where there is no safepoint: nothing is collected. */
bool box_reserve_cover_more(State *L, size_t capacity) {
  BoxReserve *reserve = reserve_of(L);
  uint32_t covered = capacity < COVERED_SLOTS ? (uint32_t)capacity : COVERED_SLOTS;
  uint32_t more = covered - reserve->covered;
  if (!array_grow(L, reserve, (size_t)wanted(reserve) + more)) return false;
  reserve->needed += more;
  refill(L);
  if (reserve->count < fewest(reserve)) {
    reserve->needed -= more;
    return false;
  }
  reserve->covered = covered;
  return true;
}

/* What a thread needs beyond what is covered, which is for the one that runs. */
static size_t boxes_for_slots(const State *thread, size_t slots) {
  size_t without = global_of(thread)->running == thread ? COVERED_SLOTS : MIN_C_STACK_SLOTS;
  return slots > without ? slots - without : 0;
}

bool box_reserve_grant(State *L, size_t slots) {
  size_t granted = boxes_for_slots(L, slots);
  if (granted <= L->granted_boxes) return !box_reserve_is_short(L) || box_reserve_settle(L);
  if (!need_more(L, (uint32_t)granted - L->granted_boxes)) return false;
  L->granted_boxes = (uint32_t)granted;
  return true;
}

void box_reserve_revoke(Heap *heap, State *thread) {
  ((Global *)heap)->box_reserve.needed -= thread->granted_boxes;
}

/* The most slots that one of the thread's C functions has. */
static size_t slots_of_thread(const State *thread) {
  size_t most = 0;
  for (const Frame *f = thread->frames; f <= thread->frame; f++) {
    if (f->kind != FRAME_NATIVE) continue;
    const Value *end = f == thread->frame && thread->top > f->top ? thread->top : f->top;
    if ((size_t)(end - f->base) > most) most = (size_t)(end - f->base);
  }
  return most;
}

static void revoke_unused(State *thread) {
  if (thread->granted_boxes == 0) return;
  size_t granted = boxes_for_slots(thread, slots_of_thread(thread));
  if (granted >= thread->granted_boxes) return;
  reserve_of(thread)->needed -= thread->granted_boxes - (uint32_t)granted;
  thread->granted_boxes = (uint32_t)granted;
}

void box_reserve_trim(Heap *heap) {
  BoxReserve *reserve = &((Global *)heap)->box_reserve;
  if (likely(reserve->needed == reserve->covered)) return;
  heap_each_thread(heap, revoke_unused);
  while (reserve->count > wanted(reserve)) reserve->boxes[--reserve->count] = NULL;
}

/* ---- lending --------------------------------------------------------------------------------- */

Box *box_reserve_lend(State *L) {
  BoxReserve *reserve = reserve_of(L);
  if (reserve->count == 0) heap_collect_quietly(L->heap);
  if (reserve->count == 0) error_memory(L);
  Box *box = reserve->boxes[--reserve->count]; /* where it is seen to be lent */
  heap_reuse(L->heap, &box->head);
  if (reserve->count < fewest(reserve) && !reserve->is_short) {
    reserve->is_short = 1;
    global_of(L)->boxes_ran_short(L);
  }
  return box;
}

void box_reserve_mark(Heap *heap) {
  const BoxReserve *reserve = &((Global *)heap)->box_reserve;
  for (uint32_t i = 0; i < reserve->count; i++) heap_mark_object(heap, &reserve->boxes[i]->head);
}

void box_reserve_take_back(Heap *heap) {
  BoxReserve *reserve = &((Global *)heap)->box_reserve;
  for (uint32_t i = reserve->count; i < reserve->size; i++) {
    Box *box = reserve->boxes[i];
    if (box == NULL || !heap_is_dead(heap, &box->head)) continue;
    heap_keep(heap, &box->head);
    reserve->boxes[i] = reserve->boxes[reserve->count];
    reserve->boxes[reserve->count++] = box;
  }
  if (reserve->is_short && reserve->count >= fewest(reserve)) reserve->is_short = 0;
}

void box_reserve_close(Heap *heap) {
  const BoxReserve *reserve = &((Global *)heap)->box_reserve;
  if (reserve->boxes != NULL) memory_free(heap, reserve->boxes, reserve->size * sizeof(Box *));
}
