/* Threads, their stacks and frames; making and closing a state: see thread.h.
   Layer: runtime. */
#include "runtime/thread.h"

#include "runtime/box_reserve.h"
#include "runtime/function.h"
#include "runtime/live_threads.h"
#include "runtime/metatable.h"
#include "runtime/shape.h"
#include "runtime/site.h"
#include "runtime/stand_in.h"
#include "runtime/string.h"
#include "runtime/throw.h"

#include <time.h>

enum { FRAMES_KEPT = 1024 };

/* ---- stacks -------------------------------------------------------------------------------- */

/* Addresses into the old stack become addresses into the new one. */
static void stack_relocate(State *L, Value *old, Value *new) {
  L->top = new + (L->top - old);
  for (Upvalue *u = L->open_upvalues; u != NULL; u = u->next_open)
    u->location = new + (u->location - old);
  for (Frame *f = L->frames; f <= L->frame; f++) {
    f->base = new + (f->base - old);
    /* as a number: that of a Lua function's frame may be anything */
    f->top = (Value *)((uintptr_t)f->top + ((uintptr_t)new - (uintptr_t)old));
  }
}

/* Twins, where a thread has them, lie behind its slots. */
static size_t stack_bytes(size_t capacity, bool with_twins) {
  return capacity * sizeof(Value) * (with_twins ? 2 : 1);
}

static void stack_free(Heap *heap, const State *L, Value *stack, size_t bytes) {
  if (stack != L->first_stack) memory_free(heap, stack, bytes);
}

static void twins_move(const State *L, int64_t *twins, size_t kept, size_t capacity) {
  if (L->twin_offset == 0) kept = 0;
  if (kept != 0) memcpy(twins, slot_twin(L, L->stack), kept * sizeof *twins);
  memset(twins + kept, 0, (capacity - kept) * sizeof *twins);
}

/* capacity counts all slots, the extra ones too. */
static bool stack_replace(State *L, size_t capacity, bool with_twins) {
  if (unlikely(!box_reserve_cover(L, capacity))) return false;
  Value *old = L->stack;
  size_t old_capacity = stack_capacity(L);
  Value *new = memory_try_reallocate(L, NULL, 0, stack_bytes(capacity, with_twins));
  if (new == NULL) return false;
  size_t kept = old_capacity < capacity ? old_capacity : capacity;
  memcpy(new, old, kept * sizeof(Value));
  for (size_t i = kept; i < capacity; i++) new[i] = NIL;
  if (with_twins) twins_move(L, (int64_t *)(new + capacity), kept, capacity);
  size_t old_bytes = stack_bytes(old_capacity, L->twin_offset != 0);
  L->stack = new;
  L->stack_limit = new + capacity - EXTRA_STACK_SLOTS;
  L->twin_offset = with_twins ? (ptrdiff_t)(capacity * sizeof(Value)) : 0;
  stack_relocate(L, old, new);
  stack_free(L->heap, L, old, old_bytes);
  return true;
}

static bool stack_resize(State *L, size_t capacity) {
  return stack_replace(L, capacity, L->twin_offset != 0);
}

void stack_make_twins(State *L) {
  if (L->twin_offset == 0) stack_replace(L, stack_capacity(L), true);
}

static size_t stack_grown_capacity(const State *L, size_t n) {
  size_t needed = (size_t)(L->top - L->stack) + n + EXTRA_STACK_SLOTS + 1;
  size_t doubled = 2 * stack_capacity(L);
  size_t capacity = doubled > needed ? doubled : needed;
  size_t most = MAX_STACK_SLOTS + EXTRA_STACK_SLOTS;
  if (capacity > most) capacity = needed > most ? 0 : most;
  return capacity;
}

bool stack_try_grow(State *L, size_t n) {
  if (n > MAX_STACK_SLOTS) return false;
  size_t capacity = stack_grown_capacity(L, n);
  return capacity != 0 && stack_resize(L, capacity);
}

static _Noreturn void stack_overflow(State *L) {
  if (stack_capacity(L) > MAX_STACK_SLOTS + EXTRA_STACK_SLOTS)
    error_in_handler(L); /* of the overflow before */
  if (!stack_resize(L, MAX_STACK_SLOTS + ERROR_STACK_SLOTS + EXTRA_STACK_SLOTS)) error_memory(L);
  error_run(L, "stack overflow");
}

void stack_grow(State *L, size_t n) {
  size_t capacity = n > MAX_STACK_SLOTS ? 0 : stack_grown_capacity(L, n);
  if (capacity == 0) stack_overflow(L);
  if (!stack_resize(L, capacity)) error_memory(L);
}

/* The highest slot any frame may use. */
static size_t stack_in_use(const State *L) {
  const Value *highest = L->top;
  for (const Frame *f = L->frames; f <= L->frame; f++) {
    const Value *end = frame_is_lua(f) ? frame_registers_end(f) : f->top;
    if (end > highest) highest = end;
  }
  size_t used = (size_t)(highest - L->stack) + 1;
  return used < MIN_C_STACK_SLOTS ? MIN_C_STACK_SLOTS : used;
}

static bool frames_resize(State *L, size_t capacity) {
  size_t size = (size_t)(L->frames_limit - L->frames) * sizeof(Frame);
  size_t used = (size_t)(L->frame - L->frames);
  bool first = L->frames == L->first_frames;
  Frame *frames = memory_try_reallocate(L, first ? NULL : L->frames, first ? 0 : size,
                                        capacity * sizeof(Frame));
  if (frames == NULL) return false;
  if (first) memcpy(frames, L->first_frames, size); /* it only grows */
  L->frames = frames;
  L->frame = frames + used;
  L->frames_limit = frames + capacity;
  return true;
}

/* After a deep recursion there is room for many times more frames than are in use. */
static void frames_shrink(State *L) {
  size_t count = (size_t)(L->frames_limit - L->frames);
  size_t used = (size_t)(L->frame - L->frames) + 1;
  if (count <= FRAMES_KEPT || count / 4 <= used) return;
  frames_resize(L, used * 2 > FRAMES_KEPT ? used * 2 : FRAMES_KEPT);
}

/* Looks at all frames only when there is much to gain, so that errors caught one after the other at great
   depth do not each pay for the depth. */
void stack_shrink(State *L) {
  frames_shrink(L);
  size_t capacity = stack_capacity(L);
  if (capacity <= MAX_STACK_SLOTS + EXTRA_STACK_SLOTS &&
      capacity / 4 <= (size_t)(L->top - L->stack) + MIN_C_STACK_SLOTS)
    return;
  size_t used = stack_in_use(L);
  size_t most = used > MAX_STACK_SLOTS / 3 ? MAX_STACK_SLOTS : used * 3;
  if (used <= MAX_STACK_SLOTS && stack_capacity(L) > most + EXTRA_STACK_SLOTS)
    stack_resize(L, (used > MAX_STACK_SLOTS / 2 ? MAX_STACK_SLOTS : used * 2) + EXTRA_STACK_SLOTS);
}

/* At a safepoint, where a finalizer might have made the stacks grow as well. Under stress they move. */
static void stack_settle(State *L) {
  stack_shrink(L);
  box_reserve_trim(L->heap);
  if (likely(!L->heap->stress)) return;
  size_t frames = (size_t)(L->frames_limit - L->frames);
  if (frames_resize(L, frames + 1)) frames_resize(L, frames);
  stack_resize(L, stack_capacity(L));
}

Frame *frame_grow(State *L) {
  if (!frames_resize(L, 2 * (size_t)(L->frames_limit - L->frames))) error_memory(L);
  return L->frame + 1;
}

void tbc_push(State *L, Value *slot) {
  if (L->to_be_closed_count == L->to_be_closed_capacity) {
    uint32_t capacity = L->to_be_closed_capacity * 2 + 4;
    L->to_be_closed = memory_reallocate(L, L->to_be_closed,
                                        L->to_be_closed_capacity * sizeof(uint32_t),
                                        capacity * sizeof(uint32_t));
    L->to_be_closed_capacity = capacity;
  }
  L->to_be_closed[L->to_be_closed_count++] = (uint32_t)stack_offset(L, slot);
}

/* ---- threads --------------------------------------------------------------------------------- */

/* A thread with nothing on its base level. */
static void thread_clear(State *L, Heap *heap) {
  Object head = L->head;
  memset(L, 0, offsetof(State, first_frames));
  L->head = head;
  L->heap = heap;
  L->next_with_upvalues = L;
  L->allow_hook = 1;
  for (int i = 0; i < FIRST_STACK_SLOTS; i++) L->first_stack[i] = NIL;
  L->stack = L->first_stack;
  L->stack_limit = L->stack + FIRST_STACK_SLOTS - EXTRA_STACK_SLOTS;
  L->top = L->stack + 1; /* behind where the base level's function would be */
  L->frame = L->frames = L->first_frames;
  L->frames_limit = L->frames + FIRST_FRAMES;
  *L->frame = (Frame){.base = L->top, .top = L->top + MIN_C_STACK_SLOTS, .kind = FRAME_NATIVE};
  live_threads_add(L);
}

void thread_free_parts(Heap *heap, State *thread) {
  live_threads_remove(thread);
  box_reserve_revoke(heap, thread);
  size_t stack_size = stack_bytes(stack_capacity(thread), thread->twin_offset != 0);
  stack_free(heap, thread, thread->stack, stack_size);
  if (thread->frames != thread->first_frames)
    memory_free(heap, thread->frames,
                (size_t)(thread->frames_limit - thread->frames) * sizeof(Frame));
  if (thread->to_be_closed != NULL)
    memory_free(heap, thread->to_be_closed, thread->to_be_closed_capacity * sizeof(uint32_t));
}

State *thread_new(State *L) {
  State *thread = heap_new_cell(L, KIND_THREAD, sizeof(State));
  thread_clear(thread, L->heap);
  thread->hook_mask = L->hook_mask;
  thread->base_hook_count = L->base_hook_count;
  thread->hook_count = L->base_hook_count;
  thread->hook = L->hook;
  memcpy((char *)thread - LUA_EXTRASPACE, (char *)L->heap->main_thread - LUA_EXTRASPACE,
         LUA_EXTRASPACE);
  return thread;
}

/* ---- states ------------------------------------------------------------------------------------ */

static void state_mark_roots(Heap *heap) {
  Global *global = (Global *)heap;
  if (heap->main_thread != NULL) heap_mark_object(heap, &heap->main_thread->head);
  if (global->running != NULL) heap_mark_object(heap, &global->running->head);
  for (State *t = global->running; t != NULL; t = t->resumer) heap_mark_object(heap, &t->head);
  heap_mark_value(heap, global->registry);
  for (int i = 0; i < TYPE_COUNT; i++)
    if (global->type_metatables[i] != NULL)
      heap_mark_object(heap, &global->type_metatables[i]->head);
  string_mark_roots(heap);
  if (global->memory_message != NULL) heap_mark_object(heap, &global->memory_message->head);
  if (global->budget.message != NULL) heap_mark_object(heap, &global->budget.message->head);
  native_mark_builtins(heap);
  box_reserve_mark(heap);
  shape_mark_roots(heap);
  stand_in_mark_roots(heap);
}

static void state_finish_marking(Heap *heap) {
  sites_forget((Global *)heap);
  string_forget_c_names(heap);
  shape_forget_dead(heap);
  stand_in_forget_dead(heap);
  box_reserve_take_back(heap);
  string_table_trim(heap);
}

static unsigned state_weak_mode(Heap *heap, Table *metatable) {
  Global *global = (Global *)heap;
  String *name = global->event_names[EVENT_MODE];
  if (name == NULL) return 0;
  Value mode = table_get_short(heap->main_thread, metatable, name);
  if (!value_is_string(mode)) return 0;
  const char *text = string_bytes(value_string(mode));
  return (strchr(text, 'k') != NULL ? TABLE_WEAK_KEYS : 0u) |
         (strchr(text, 'v') != NULL ? TABLE_WEAK_VALUES : 0u);
}

static void state_mark_code(Heap *heap, Proto *p) {
  Global *global = (Global *)heap;
  if (global->mark_code != NULL) global->mark_code(heap, p);
}

static const HeapHooks state_hooks = {
    .mark_roots = state_mark_roots,
    .release_string = string_release,
    .release_native = native_release,
    .release_table = table_free_parts,
    .release_proto = proto_free_parts,
    .release_thread = thread_free_parts,
    .release_shape = shape_release,
    .finish_marking = state_finish_marking,
    .cycle_ended = stack_settle,
    .raise_memory = error_memory,
    .weak_mode = state_weak_mode,
    .mark_code = state_mark_code,
};

/* Address-space layout and time: enough that collisions cannot be prepared offline. */
static uint32_t state_make_seed(const Global *global) {
  uint64_t mix = (uint64_t)time(NULL) ^ (uint64_t)(uintptr_t)global ^
                 (uint64_t)(uintptr_t)&state_make_seed << 20 ^ (uint64_t)clock() << 40;
  mix ^= mix >> 33;
  mix *= UINT64_C(0xFF51AFD7ED558CCD);
  mix ^= mix >> 33;
  return (uint32_t)(mix ^ mix >> 32);
}

static void state_fill(State *L, void *unused) {
  (void)unused;
  Global *global = global_of(L);
  if (!string_table_open(L) || !shape_tree_open(L) || !native_map_open(L) ||
      !box_reserve_cover(L, FIRST_STACK_SLOTS))
    error_memory(L);
  global->memory_message = string_from_c(L, "not enough memory");
  metatable_open(L);
  sites_forget(global); /* the first era: zeros in new entries are of none */
  Table *registry = table_new_sized(L, 2, 0);
  global->registry = value_from_table(registry);
  table_set_int(L, registry, LUA_RIDX_MAINTHREAD, value_from_object(L));
  Table *globals = table_new(L);
  globals->head.meta = SHAPE_EMPTY_ARRAY; /* all fields outside the cell: what GET_GLOBAL expects */
  table_set_int(L, registry, LUA_RIDX_GLOBALS, value_from_table(globals));
}

static void state_free(Global *global) {
  Heap *heap = &global->heap;
  lua_Alloc allocate = heap->allocate;
  void *data = heap->allocate_data;
  heap_close(heap);
  string_table_close(heap);
  native_map_close(heap);
  stand_in_close(heap);
  box_reserve_close(heap);
  shape_tree_close(heap);
  allocate(data, global, sizeof *global, 0);
}

State *state_open(lua_Alloc allocate, void *data) {
  Global *global = allocate(data, NULL, LUA_TTHREAD, sizeof *global);
  if (global == NULL) return NULL;
  memset(global, 0, sizeof *global);
  global->seed = state_make_seed(global);
  global->registry = NIL;
  global->budget.instructions_left = UINT64_MAX;
  if (!heap_open(&global->heap, sizeof *global, allocate, data, &state_hooks)) {
    allocate(data, global, sizeof *global, 0);
    return NULL;
  }
  State *L = heap_try_new_cell(&global->heap, KIND_THREAD, sizeof(State));
  if (L != NULL) {
    thread_clear(L, &global->heap);
    memset((char *)L - LUA_EXTRASPACE, 0, LUA_EXTRASPACE);
    L->nonyieldable = 1; /* the main thread cannot yield */
    global->heap.main_thread = L;
    global->running = L;
    if (protect_run(L, state_fill, NULL, NULL) == LUA_OK) {
      L->top = L->frame->base;
      global->complete = 1;
      heap_resume(&global->heap);
      return L;
    }
  }
  state_free(global);
  return NULL;
}

void state_close(State *L) { state_free(global_of(L)); }

State *state_main(State *L) { return L->heap->main_thread; }

void state_set_run_finalizer(State *L, void (*run)(State *L, Value object)) {
  L->heap->hooks.run_finalizer = run;
}
