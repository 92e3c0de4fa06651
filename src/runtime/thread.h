/* Threads: making them, their stacks and frames, and making and closing a whole state.
   Layer: runtime. */
#ifndef FERROUS_RUNTIME_THREAD_H
#define FERROUS_RUNTIME_THREAD_H

#include "runtime/global.h"

State *thread_new(State *L);           /* a cell of KIND_THREAD, with its own stack */
void thread_free_parts(Heap *heap, State *thread);

/* Makes room for n more slots above the top; pointers into the stack change. Raises "stack overflow"
   (LUA_ERRERR when that happens while handling one), or LUA_ERRMEM. */
void stack_grow(State *L, size_t n);
bool stack_try_grow(State *L, size_t n); /* false instead of raising */
ALWAYS_INLINE void stack_ensure(State *L, size_t n) {
  /* The top may stand in the extra slots, past the limit: the difference is signed. */
  if (unlikely(L->stack_limit - L->top <= (ptrdiff_t)n)) stack_grow(L, n);
}
void stack_shrink(State *L); /* gives back what a deep recursion left; frames may move too */
/* Gives the slots of L twins (see vm/wide.h), if memory allows; the stack moves. */
void stack_make_twins(State *L);
ALWAYS_INLINE void stack_push(State *L, Value v) { *L->top++ = v; }

Frame *frame_grow(State *L); /* room for one more frame; L->frame may move */
/* The next frame, uninitialised; becomes L->frame. */
ALWAYS_INLINE Frame *frame_push(State *L) {
  Frame *f = L->frame + 1;
  if (unlikely(f == L->frames_limit)) f = frame_grow(L);
  L->frame = f;
  return f;
}

/* lua_newstate's work below the API: Global, heap, registry, main thread. NULL: no memory. */
State *state_open(lua_Alloc allocate, void *data);
/* Everything is freed; finalizers and pending tbc variables were run by the caller. */
void state_close(State *L);
State *state_main(State *L);
/* Lets a higher layer complete HeapHooks before the first collection. */
void state_set_run_finalizer(State *L, void (*run)(State *L, Value object));

/* Marks a slot as holding a variable to be closed; what tbc means is the VM's business. */
void tbc_push(State *L, Value *slot);

#endif
