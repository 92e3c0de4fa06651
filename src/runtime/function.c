/* Prototypes, closures, upvalues, C functions, userdata: see function.h.
   Layer: runtime. */
#include "runtime/function.h"

#include "base/hash.h"
#include "runtime/site.h"
#include "runtime/throw.h"

/* ---- prototypes and closures ----------------------------------------------------------------- */

Proto *proto_new(State *L) {
  Proto *p = heap_new_cell(L, KIND_PROTO, sizeof(Proto));
  Object head = p->head;
  *p = (Proto){.head = head, .max_stack = 2};
  return p;
}

void proto_free_parts(Heap *heap, Proto *p) {
  sites_free(heap, p);
  memory_free(heap, p->code, p->code_count * sizeof *p->code);
  memory_free(heap, p->constants, p->constant_count * sizeof *p->constants);
  memory_free(heap, p->protos, p->proto_count * sizeof *p->protos);
  memory_free(heap, p->upvalues, p->upvalue_count * sizeof *p->upvalues);
  memory_free(heap, p->lines, p->line_count * sizeof *p->lines);
  memory_free(heap, p->locals, p->local_count * sizeof *p->locals);
}

Closure *closure_new(State *L, Proto *p) {
  unsigned count = p->upvalue_count;
  Closure *c = heap_new_cell(L, KIND_CLOSURE, closure_size(count));
  c->head.aux = (uint8_t)count;
  c->proto = p;
  for (unsigned i = 0; i < count; i++) c->upvalues[i] = NULL;
  return c;
}

/* ---- upvalues -------------------------------------------------------------------------------- */

Upvalue *upvalue_new_closed(State *L) {
  Upvalue *u = heap_new_cell(L, KIND_UPVALUE, sizeof(Upvalue));
  u->closed = NIL;
  u->location = &u->closed;
  u->next_open = NULL;
  return u;
}

Upvalue *upvalue_find(State *L, Value *slot) {
  Upvalue **link = &L->open_upvalues;
  while (*link != NULL && (*link)->location > slot) link = &(*link)->next_open;
  if (*link != NULL && (*link)->location == slot) return *link;
  Upvalue *u = upvalue_new_closed(L);
  /* The allocation may have collected, and dropped upvalues from the list. */
  for (link = &L->open_upvalues; *link != NULL && (*link)->location > slot;)
    link = &(*link)->next_open;
  u->location = slot;
  u->next_open = *link;
  *link = u;
  if (L->next_with_upvalues == L) heap_thread_has_upvalues(L->heap, L);
  return u;
}

void upvalue_close(State *L, Value *level) {
  Upvalue *u;
  while ((u = L->open_upvalues) != NULL && u->location >= level) {
    L->open_upvalues = u->next_open;
    u->next_open = NULL;
    u->closed = *u->location;
    u->location = &u->closed;
    heap_barrier_value(L->heap, &u->head, u->closed);
  }
}

/* ---- C functions --------------------------------------------------------------------------------

   The map of interned ones: open addressing by the function's address, at most 3/4 full. It is
   weak; one that is looked up after it died, but before it is swept, comes back to life. */

enum { INITIAL_NATIVES = 64 };

static void native_clear(Native *n, lua_CFunction f, unsigned upvalue_count) {
  n->head.aux = (uint8_t)upvalue_count;
  n->function = f;
  n->builtin = NULL;
  for (unsigned i = 0; i < upvalue_count; i++) n->upvalues[i] = NIL;
}

static uint32_t native_start(lua_CFunction f, uint32_t mask) {
  return hash_word((uint64_t)(uintptr_t)f) & mask;
}

static Native **map_allocate(State *L, uint32_t capacity) {
  Native **natives = memory_try_reallocate(L, NULL, 0, capacity * sizeof(Native *));
  if (natives != NULL) memset(natives, 0, capacity * sizeof(Native *));
  return natives;
}

/* Pushing a C function without upvalues raises nothing (manual 4.6), hosts do it outside of any
   protected call: so a few cells wait for the time when memory fails. */
static bool spares_fill(State *L) {
  Global *global = global_of(L);
  while (global->native_spare_count < NATIVE_SPARES) {
    Native *n = heap_try_new_cell(L->heap, KIND_NATIVE, sizeof(Native));
    if (n == NULL) return false;
    native_clear(n, NULL, 0);
    global->native_spares[global->native_spare_count++] = n;
  }
  return true;
}

bool native_map_open(State *L) {
  Global *global = global_of(L);
  global->natives = map_allocate(L, INITIAL_NATIVES);
  global->native_mask = INITIAL_NATIVES - 1;
  global->native_count = 0;
  return global->natives != NULL && spares_fill(L);
}

void native_map_close(Heap *heap) {
  Global *global = (Global *)heap;
  if (global->natives == NULL) return;
  memory_free(heap, global->natives, ((size_t)global->native_mask + 1) * sizeof(Native *));
  global->natives = NULL;
}

/* The place of a function's cell, or the free place where it belongs. */
static Native **map_place(Native **natives, uint32_t mask, lua_CFunction f) {
  uint32_t i = native_start(f, mask);
  while (natives[i] != NULL && natives[i]->function != f) i = (i + 1) & mask;
  return &natives[i];
}

/* Without memory the map just gets fuller, up to its last free place. */
static COLD void map_grow(State *L) {
  Global *global = global_of(L);
  uint32_t old_capacity = global->native_mask + 1, capacity = 2 * old_capacity;
  Native **natives = map_allocate(L, capacity);
  if (natives == NULL) {
    if (global->native_count + 1 == old_capacity) error_memory(L);
    return;
  }
  Native **old = global->natives;
  for (uint32_t i = 0; i < old_capacity; i++)
    if (old[i] != NULL) *map_place(natives, capacity - 1, old[i]->function) = old[i];
  global->natives = natives;
  global->native_mask = capacity - 1;
  memory_free(L->heap, old, old_capacity * sizeof(Native *));
}

void native_release(Heap *heap, Native *f) {
  Global *global = (Global *)heap;
  if (global->natives == NULL) return; /* the whole state is going */
  Native **natives = global->natives;
  uint32_t mask = global->native_mask;
  uint32_t hole = (uint32_t)(map_place(natives, mask, f->function) - natives);
  for (uint32_t at = (hole + 1) & mask; natives[at] != NULL; at = (at + 1) & mask) {
    if (hash_may_fill_hole(hole, native_start(natives[at]->function, mask), at, mask)) {
      natives[hole] = natives[at];
      hole = at;
    }
  }
  natives[hole] = NULL;
  global->native_count--;
}

void native_mark_builtins(Heap *heap) {
  const Global *global = (const Global *)heap;
  for (uint32_t i = 0; global->natives != NULL && i <= global->native_mask; i++)
    if (global->natives[i] != NULL && global->natives[i]->builtin != NULL)
      heap_mark_object(heap, &global->natives[i]->head);
  for (uint32_t i = 0; i < global->native_spare_count; i++)
    heap_mark_object(heap, &global->native_spares[i]->head);
}

static Native *native_new_cell(State *L, lua_CFunction f, unsigned upvalue_count) {
  Native *n = heap_new_cell(L, KIND_NATIVE, sizeof(Native) + upvalue_count * sizeof(Value));
  native_clear(n, f, upvalue_count);
  return n;
}

static COLD Native *native_from_spare(State *L, lua_CFunction f) {
  Global *global = global_of(L);
  if (global->native_spare_count == 0) return native_new_cell(L, f, 0);
  Native *n = global->native_spares[--global->native_spare_count];
  heap_reuse(L->heap, &n->head);
  n->function = f;
  return n;
}

static Native *native_new_interned(State *L, lua_CFunction f) {
  Native *n = heap_try_new_cell(L->heap, KIND_NATIVE, sizeof(Native));
  if (unlikely(n == NULL)) return native_from_spare(L, f);
  native_clear(n, f, 0);
  spares_fill(L);
  return n;
}

static NOINLINE Native *native_intern_new(State *L, lua_CFunction f) {
  Global *global = global_of(L);
  if (unlikely((global->native_count + 1) * 4 > (global->native_mask + 1) * 3)) map_grow(L);
  Native *n = native_new_interned(L, f);
  *map_place(global->natives, global->native_mask, f) = n;
  global->native_count++;
  return n;
}

Native *native_intern(State *L, lua_CFunction f) {
  const Global *global = global_of(L);
  Native *n = *map_place(global->natives, global->native_mask, f);
  if (unlikely(n == NULL)) return native_intern_new(L, f);
  heap_reuse(L->heap, &n->head);
  return n;
}

/* A closure of a function the VM knows is known as well: its interned cell tells. */
Native *native_new(State *L, lua_CFunction f, unsigned upvalue_count) {
  VM_ASSERT(upvalue_count <= MAX_UPVALUES);
  if (upvalue_count == 0) return native_intern(L, f);
  Native *n = native_new_cell(L, f, upvalue_count);
  const Global *global = global_of(L);
  const Native *known = *map_place(global->natives, global->native_mask, f);
  if (known != NULL && known->builtin != NULL) {
    n->head.flags = known->head.flags;
    n->builtin = known->builtin;
  }
  return n;
}

/* ---- userdata -------------------------------------------------------------------------------- */

enum { USERDATA_ALIGNMENT = 16 };

/* The cell first, as an empty userdata: should its memory not be had, it is just garbage. */
Userdata *userdata_new(State *L, size_t size, unsigned user_values) {
  size_t fixed = sizeof(Userdata) + user_values * sizeof(Value);
  fixed = (fixed + USERDATA_ALIGNMENT - 1) & ~(size_t)(USERDATA_ALIGNMENT - 1);
  if (unlikely(size > PTRDIFF_MAX - fixed)) error_run(L, "memory allocation error: block too big");
  bool in_cell = size < HEAP_SHARED_CELL_MAX && fixed + size <= HEAP_SHARED_CELL_MAX;
  /* One byte at least behind the fixed part, so that its address is within the cell. */
  size_t room = in_cell && size > 0 ? size : 1;
  Userdata *u = heap_new_cell(L, KIND_USERDATA, fixed + room);
  u->head.meta = user_values;
  u->metatable = NULL;
  u->size = in_cell ? size : 0;
  u->memory = (char *)u + fixed;
  for (unsigned i = 0; i < user_values; i++) u->user_values[i] = NIL;
  if (in_cell) return u;
  u->memory = memory_allocate(L, size);
  u->size = size;
  return u;
}
