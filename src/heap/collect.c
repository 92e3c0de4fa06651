/* The collector's phases, and how fast it goes.
   Layer: heap.

   A cycle: mark the roots, trace in slices, finish marking atomically (threads, what was
   written to, weak tables, finalizers), sweep in slices. Allocation raises the debt; a
   safepoint that finds it positive does WORK_PER_BYTE bytes of work for each byte allocated
   since the last step (at step multiplier 100). After a cycle the debt is set so that the next
   one starts when the heap has grown to `pause` percent of what was found alive, and by
   LEAST_PAUSE (unless the pause asks for no growth at all). Objects with finalizers, which often hold
   something outside of the heap, are counted apart: the pause also ends when they have grown by that
   part, and by LEAST_FINALIZERS. So programs that leave it to the collector to close their files do
   not run out of them.

   Finalizers run after a step, in proportion to what was allocated, and at a rate that no
   program can register new ones at. While some wait, a pause is taken in small parts.

   In generational mode a cycle leaves the marks on what it found alive: that is old now. The next
   cycle is a minor one, which begins with those marks: it traces the roots, what was written to
   since (the again set), and all threads, and frees what is young and was not reached. It goes in
   slices like any other. When the heap has grown by major_multiplier percent since the last major
   cycle, a minor one clears the marks as it sweeps, and the next is a major one. So it does when minor ones
   have freed MINOR_SHARE times what is alive: old objects that died would wait for ever in a heap
   that does not grow, and their finalizers with them. */
#include "heap/heap_private.h"

enum {
  WORK_PER_BYTE = 8,
  LEAST_PAUSE = 1 << 18, /* bytes a heap grows by at least: small ones cost little to leave alone */
  LEAST_FINALIZERS = 128,
  MINOR_SHARE = 4,
  FINALIZERS_PER_STEP = 10, /* at least */
  BYTES_PER_FINALIZER = 32, /* fewer than any object takes that has one */
  STOPPED_RECHECK = 1 << 14, /* bytes until a stopped collector looks again */
  MAX_STEP_BITS = 40,
  VALIDATE_PERIOD = 64 /* under stress, one cycle in so many is validated */
};

#define MAX_PENDING_WORK ((size_t)1 << MAX_STEP_BITS)

/* ---- pacing ---------------------------------------------------------------------------------- */

static size_t step_bytes(const HeapPrivate *p) {
  return (size_t)1 << (p->step_size < MAX_STEP_BITS ? p->step_size : MAX_STEP_BITS);
}

static size_t step_budget(const HeapPrivate *p) {
  ptrdiff_t debt = p->heap->debt;
  size_t due = (debt > 0 ? (size_t)debt : 0) + step_bytes(p);
  if (due > MAX_PENDING_WORK) due = MAX_PENDING_WORK;
  return due / 100 * WORK_PER_BYTE * (size_t)(p->step_multiplier > 0 ? p->step_multiplier : 1);
}

/* How far the heap may grow before the next cycle, in percent of what is alive. */
static int pause_percent(const HeapPrivate *p) {
  return p->heap->mode == LUA_GCGEN ? 100 + p->minor_multiplier : p->pause;
}

static void pause_until_grown(HeapPrivate *p) {
  size_t count = heap_count(p->heap);
  int pause = pause_percent(p);
  size_t limit = p->estimate / 100 * (size_t)(pause > 0 ? pause : 0);
  size_t growth = pause > 100 ? (size_t)pause - 100 : 0;
  if (pause > 100 && limit < p->estimate + LEAST_PAUSE) limit = p->estimate + LEAST_PAUSE;
  p->pause_left = 0;
  p->finalizers.until_cycle = p->finalizers.registered_count / 100 * growth + LEAST_FINALIZERS;
  p->heap->debt = limit > count ? -(ptrdiff_t)(limit - count) : 0;
}

void collect_soon(Heap *heap) {
  heap->private_part->pause_left = 0;
  if (heap->debt <= 0) heap->debt = 1;
}

/* What cells of the arena have been charged for and are still to be had. */
ALWAYS_INLINE size_t unused_bytes(const Arena *arena) {
  uint64_t bits = arena->free_bits;
  return bits == 0 ? 0 : (size_t)__builtin_popcountll(bits) * arena->cell_size;
}

/* Programs ask for it in loops: so the arenas are not asked for one by one. */
size_t heap_count(Heap *heap) {
  HeapPrivate *p = heap->private_part;
  size_t unused = unused_bytes(&heap->table_arena) + unused_bytes(&heap->box_arena) +
                  unused_bytes(&heap->upvalue_arena) + unused_bytes(&p->proto_arena) +
                  unused_bytes(&p->thread_arena) + unused_bytes(&p->shape_arena) +
                  unused_bytes(&p->plain_native_arena);
  for (uint32_t i = 0; i < SIZE_CLASS_COUNT; i++)
    unused += unused_bytes(&p->string_arenas[i]) + unused_bytes(&p->function_arenas[i]) +
              unused_bytes(&p->userdata_arenas[i]);
  return heap->bytes + p->cell_bytes - unused;
}

/* ---- a cycle --------------------------------------------------------------------------------- */

/* Handles are resolved in the quick way in those phases alone in which no dead cell is about. */
static void phase_begin(HeapPrivate *p, GcPhase phase) {
  p->heap->phase = phase;
  p->heap->blocks.first_name = phase <= GC_MARK ? handle_first_name(p) : NO_QUICK_NAME;
}

static void cycle_start(HeapPrivate *p) {
  Heap *heap = p->heap;
  phase_begin(p, GC_MARK);
  p->minor = p->marks_kept;
  if (p->minor)
    mark_remembered(p);
  else
    heap->mark_color = heap->mark_color == 1 ? 2 : 1;
  heap->barrier_color = heap->mark_color;
  p->again_rounds = 0;
  mark_roots(p);
}

/* Everything that is reachable without finalizers, at this very moment. */
static void mark_rest(HeapPrivate *p) {
  if (p->heap->emergency) mark_recent_cells(p);
  mark_roots(p);
  mark_propagate(p, NO_BUDGET);
  mark_again_to_gray(p);
  mark_propagate(p, NO_BUDGET);
  mark_threads_upvalues(p);
  weak_converge(p);
}

/* An emergency marks cells that are still being made, and are written to without a barrier: they must
   not be old. */
static bool may_keep_marks(const HeapPrivate *p) {
  return p->heap->mode == LUA_GCGEN && !p->heap->emergency && !p->major_due;
}

static void cycle_atomic(HeapPrivate *p) {
  Heap *heap = p->heap;
  phase_begin(p, GC_ATOMIC);
  p->mode_metatable = NULL;
  arena_retire_all(p);
  mark_rest(p);
  weak_clear_values(p);
  if (finalizers_separate(p, false) > 0) {
    finalizers_mark_pending(p);
    weak_converge(p);
  }
  weak_clear_keys(p);
  weak_clear_values(p); /* of tables that finalizers brought back */
  mark_propagate(p, NO_BUDGET);
  mark_settle_upvalues(p);
  p->marks_kept = may_keep_marks(p);
  weak_finish(p);
  if (heap->hooks.finish_marking != NULL) heap->hooks.finish_marking(heap);
#if defined(FERROUS_DEBUG)
  if (!heap->stress || p->validate_turn++ % VALIDATE_PERIOD == 0) validate_marks(p);
#endif
  heap->barrier_color = p->marks_kept ? heap->mark_color : NO_BARRIER;
  p->estimate = heap_count(heap);
  phase_begin(p, GC_SWEEP);
  sweep_start(p);
}

/* Blocks for what will be allocated in cells until the next cycle frees some, when the heap goes on to be
   made up as it is now. */
static size_t blocks_until_next_cycle(const HeapPrivate *p) {
  size_t growth = p->heap->debt < 0 ? (size_t)-p->heap->debt : 0;
  size_t cells = (size_t)((double)growth * (double)p->cell_bytes / (double)heap_count(p->heap));
  if (cells < LEAST_PAUSE) cells = LEAST_PAUSE;
  return cells / (BLOCK_SIZE / 4 * 3); /* which do not fill their blocks */
}

static void cycle_end(HeapPrivate *p) {
  phase_begin(p, GC_IDLE);
  p->estimate -= p->freed < p->estimate ? p->freed : p->estimate;
  if (!p->minor) {
    p->major_estimate = p->estimate;
    p->minor_freed = 0;
  }
  p->minor_freed += p->freed;
  p->major_due = p->estimate / 100 > p->major_estimate / 10000 * (size_t)(100 + p->major_multiplier) ||
                 p->minor_freed / MINOR_SHARE > p->estimate;
  pause_until_grown(p);
  chunk_release_free(p, blocks_until_next_cycle(p));
  memory_trim(p->heap);
}

/* The gray set is empty. What was written to is traced once more in slices, so that the atomic
   phase finds little of it. */
static void marking_ran_out(HeapPrivate *p) {
  if (p->again_rounds++ == 0)
    mark_again_to_gray(p);
  else
    cycle_atomic(p);
}

/* True when a cycle ended. */
static bool work_slice(HeapPrivate *p, size_t budget) {
  p->work = 0;
  p->mode_metatable = NULL;
  while (p->work < budget) {
    switch (p->heap->phase) {
      case GC_IDLE: cycle_start(p); break;
      case GC_MARK:
        if (mark_propagate(p, budget)) marking_ran_out(p);
        break;
      default:
        if (sweep_step(p, budget)) {
          cycle_end(p);
          return true;
        }
        break;
    }
  }
  return false;
}

static void finish_sweep(HeapPrivate *p) {
  p->work = 0;
  sweep_step(p, NO_BUDGET);
  cycle_end(p);
}

/* A complete cycle, from now on: what was marked before does not count. */
static void start_anew(HeapPrivate *p) {
  if (p->heap->phase == GC_SWEEP) finish_sweep(p);
  if (p->heap->phase == GC_MARK || p->marks_kept) mark_forget(p);
  cycle_start(p);
}

static void validate_sometimes(HeapPrivate *p) {
#if defined(FERROUS_DEBUG)
  if (!p->heap->stress || p->validate_turn % VALIDATE_PERIOD == 0) heap_validate(p->heap);
#else
  (void)p;
#endif
}

static void full_cycle(HeapPrivate *p) {
  start_anew(p);
  cycle_atomic(p);
  finish_sweep(p);
  validate_sometimes(p);
}

bool collect_emergency(Heap *heap) {
  HeapPrivate *p = heap->private_part;
  if (p->working || p->pause_depth > 0) return false;
  p->working = true;
  heap->emergency = 1;
  full_cycle(p);
  heap->emergency = 0;
  if (!heap->stress) chunk_release_free(p, 0);
  p->working = false;
  if (heap->stress) heap->debt = 1;
  return true;
}

/* A program that stopped the collector may count on that, unlike in an emergency. In generational mode
   safepoints alone collect: an emergency would leave nothing old. */
void collect_stressed(Heap *heap) {
  if (heap->mode == LUA_GCGEN) return;
  if (heap->stopped & GC_STOPPED_BY_USER || --heap->stress_left > 0) return;
  heap->stress_left = heap->stress_period;
  collect_emergency(heap);
}

void heap_collect_only(Heap *heap) { collect_emergency(heap); }

/* ---- public ---------------------------------------------------------------------------------- */

static bool may_collect(const Heap *heap) {
  const HeapPrivate *p = heap->private_part;
  return !p->working && p->pause_depth == 0 &&
         !(heap->stopped & (GC_STOPPED_IN_FINALIZER | GC_STOPPED_CLOSING));
}

/* As many as the allocated bytes allow. While more wait, a step comes soon, however long the pause is;
   the rest of the pause is put aside. */
static void step_finalizers(State *L, size_t bytes) {
  HeapPrivate *p = L->heap->private_part;
  if (p->finalizers.pending_count == 0) return;
  finalizers_call(L, FINALIZERS_PER_STEP + bytes / BYTES_PER_FINALIZER);
  ptrdiff_t soon = -(ptrdiff_t)step_bytes(p);
  if (p->finalizers.pending_count == 0 || L->heap->debt >= soon) return;
  p->pause_left += (size_t)(soon - L->heap->debt);
  L->heap->debt = soon;
}

static void pause_goes_on(HeapPrivate *p) {
  p->heap->debt -= (ptrdiff_t)p->pause_left;
  p->pause_left = 0;
}

/* `bytes` were allocated since the last step. */
static bool step_now(State *L, size_t bytes) {
  Heap *heap = L->heap;
  HeapPrivate *p = heap->private_part;
  bool ended = false;
  if (heap->debt >= 0) {
    p->working = true;
    ended = work_slice(p, step_budget(p));
    p->working = false;
    if (!ended)
      heap->debt = -(ptrdiff_t)step_bytes(p);
    else if (heap->hooks.cycle_ended != NULL)
      heap->hooks.cycle_ended(L);
  }
  step_finalizers(L, bytes);
  return ended;
}

/* A whole minor cycle, or the major one that is due. */
static void collect_young(State *L) {
  HeapPrivate *p = L->heap->private_part;
  p->working = true;
  if (L->heap->phase != GC_IDLE) work_slice(p, NO_BUDGET);
  work_slice(p, NO_BUDGET);
  p->working = false;
  if (L->heap->hooks.cycle_ended != NULL) L->heap->hooks.cycle_ended(L);
  finalizers_call(L, SIZE_MAX);
}

void heap_step(State *L) {
  Heap *heap = L->heap;
  if (heap->stopped || heap->private_part->working) {
    heap->debt = -STOPPED_RECHECK;
  } else if (unlikely(heap->stress)) {
    heap->mode == LUA_GCGEN ? collect_young(L)
                            : heap_collect(L); /* finds what only an emergency's generosity kept alive */
    if (heap->stress_period == 1) heap->debt = 1;
  } else {
    size_t bytes = step_bytes(heap->private_part) + (heap->debt > 0 ? (size_t)heap->debt : 0);
    pause_goes_on(heap->private_part);
    step_now(L, bytes);
  }
}

bool heap_collect_quietly(Heap *heap) {
  HeapPrivate *p = heap->private_part;
  if (p->working || p->pause_depth > 0) return false;
  p->working = true;
  full_cycle(p);
  p->working = false;
  return true;
}

static void after_full_cycle(State *L) {
  if (L->heap->hooks.cycle_ended != NULL) L->heap->hooks.cycle_ended(L);
  finalizers_call(L, SIZE_MAX);
}

void heap_collect(State *L) {
  if (may_collect(L->heap) && heap_collect_quietly(L->heap)) after_full_cycle(L);
}

bool heap_collect_start(Heap *heap) {
  HeapPrivate *p = heap->private_part;
  if (!may_collect(heap)) return false;
  p->working = true;
  start_anew(p);
  p->working = false;
  return true;
}

bool heap_collect_part(State *L) {
  enum { PART = 1 << 20 }; /* bytes of work */
  HeapPrivate *p = L->heap->private_part;
  p->working = true;
  bool ended = work_slice(p, PART);
  p->working = false;
  if (!ended) return false;
  validate_sometimes(p);
  after_full_cycle(L);
  return true;
}

bool heap_step_by(State *L, size_t kilobytes) {
  Heap *heap = L->heap;
  if (!may_collect(heap)) return false;
  if (heap->mode == LUA_GCGEN) {
    collect_young(L);
    return false;
  }
  uint8_t stopped = heap->stopped;
  bool ended = false;
  heap->stopped = 0;
  if (kilobytes > MAX_PENDING_WORK / 1024) kilobytes = MAX_PENDING_WORK / 1024;
  pause_goes_on(heap->private_part);
  heap->debt = kilobytes == 0 ? 0 : heap->debt + (ptrdiff_t)(kilobytes * 1024);
  if (kilobytes == 0 || heap->debt > 0) ended = step_now(L, kilobytes * 1024);
  heap->stopped |= stopped;
  return ended;
}

/* The value as it is kept: programs see it when they read it back, and the reference keeps
   percentages in a byte, in units of four. */
static int percentage(int value) { return (uint8_t)(value / 4) * 4; }

static int exchange(int *parameter, int value) {
  int old = *parameter;
  *parameter = percentage(value);
  return old;
}

int heap_set_pause(Heap *heap, int pause) { return exchange(&heap->private_part->pause, pause); }

int heap_set_step_multiplier(Heap *heap, int multiplier) {
  return exchange(&heap->private_part->step_multiplier, multiplier);
}

static int set_mode(Heap *heap, int mode) {
  int old = heap->mode;
  heap->mode = (uint8_t)mode;
  return old;
}

int heap_set_incremental(State *L, int pause, int step_multiplier, int step_size) {
  HeapPrivate *p = L->heap->private_part;
  if (pause != 0) p->pause = percentage(pause);
  if (step_multiplier != 0) p->step_multiplier = percentage(step_multiplier);
  if (step_size != 0) p->step_size = step_size;
  return set_mode(L->heap, LUA_GCINC);
}

int heap_set_generational(State *L, int minor_multiplier, int major_multiplier) {
  HeapPrivate *p = L->heap->private_part;
  if (minor_multiplier != 0) p->minor_multiplier = minor_multiplier;
  if (major_multiplier != 0) p->major_multiplier = major_multiplier;
  return set_mode(L->heap, LUA_GCGEN);
}

void heap_pause(Heap *heap) {
  heap->private_part->pause_depth++;
  heap->stopped |= GC_STOPPED_BY_PAUSE;
}

void heap_resume(Heap *heap) {
  VM_ASSERT(heap->private_part->pause_depth > 0);
  if (--heap->private_part->pause_depth == 0) heap->stopped &= (uint8_t)~GC_STOPPED_BY_PAUSE;
  if (heap->stress) heap->debt = 1;
}
