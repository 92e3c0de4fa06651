/* Switches between coroutines that the handlers do themselves: what the fast paths of resume, wrap
   and yield have in common (ops_coroutine.h). All that is unusual is left to vm/coroutine.c.
   Layer: vm, internal.

   What is passed from one thread to the other goes to where the receiver's CALL wants it, at once: a
   coroutine that CALL_YIELD left has FRAME_YIELDED on the frame of its coroutine.yield, and that frame's
   `wanted` counts the results of the CALL below it; a FRAME_RESUME says the same of its resumer. */
#ifndef FERROUS_VM_SWITCH_H
#define FERROUS_VM_SWITCH_H

#include "vm/call.h"

/* The thread whose wrap function or argument of resume this is; else NULL. */
ALWAYS_INLINE State *switch_thread(Value v) {
  State *co = value_untag(v, TAG_OBJECT);
  return likely(!untag_failed(co)) && likely(co->head.kind == KIND_THREAD) ? co : NULL;
}

/* Whether values for `wanted` results at `slot` fit the stack. */
ALWAYS_INLINE bool switch_has_room(const State *L, const Value *slot, size_t count, int wanted) {
  return likely(wanted >= 0) || (size_t)(L->stack_limit - slot) > count + 1;
}

/* L, whose stack is free from `top` on, may wait for a coroutine. */
ALWAYS_INLINE bool switch_can_resume(const State *L, const Frame *frame, const Value *top) {
  return likely(L->c_calls < MAX_C_CALLS - 1 && frame + 1 != L->frames_limit) &&
         likely(global_of(L)->run_state == RUN_PROTECTED && L->stack_limit - top > MIN_C_STACK_SLOTS);
}

/* co waits in a CALL_YIELD. */
ALWAYS_INLINE bool switch_is_waiting(const State *co) {
  return likely(co->status == LUA_YIELD && co->hook_mask == 0) &&
         likely(co->frame->flags == FRAME_YIELDED); /* a hook that yielded leaves other flags */
}

/* The prototype of the function that co begins with, where that is a Lua function without varargs, alone on
   the stack; else NULL. */
ALWAYS_INLINE const Proto *switch_first_proto(const State *co) {
  if (co->frame != co->frames || co->top != co->stack + 2 || co->status != LUA_OK || co->hook_mask != 0)
    return NULL;
  const Closure *closure = value_untag(co->stack[1], TAG_FUNCTION);
  if (unlikely(untag_failed(closure)) || unlikely(closure->head.kind != KIND_CLOSURE)) return NULL;
  const Proto *p = closure->proto;
  return unlikely(p->is_vararg) || co->stack_limit - co->top <= p->max_stack ? NULL : p;
}

/* L may hand over to the thread that resumed it: it was resumed in this run of the loop, and no C
   function is in between. */
ALWAYS_INLINE bool switch_can_yield(const State *L, const Frame *frame) {
  const State *resumer = L->resumer;
  if (unlikely(resumer == NULL || L->nonyieldable != 0 || global_of(L)->protect->thread == L)) return false;
  return likely(resumer->hook_mask == 0 && frame + 1 != L->frames_limit);
}

/* L, in the frame of the function that it began with, may end with results for the thread that resumed it. */
ALWAYS_INLINE bool switch_can_end(const State *L, const Frame *frame) {
  const State *resumer = L->resumer;
  return likely(frame - 1 == L->frames && resumer != NULL) &&
         likely(!(L->frames->flags & FRAME_ENTRY) && resumer->hook_mask == 0);
}

/* The frame of coroutine.resume, or of a wrap function, at base[-1]; the stack ends at `top`. co runs. */
ALWAYS_INLINE void switch_push_resume(State *L, Frame *f, State *co, Value *base, Value *top, int wanted,
                                      uint8_t flags) {
  f->base = base;
  f->top = top + MIN_C_STACK_SLOTS;
  f->call_word = frame_word(FRAME_RESUME, wanted, flags, 0);
  f->as.task.coroutine = co;
  L->frame = f;
  L->top = top;
  co->status = LUA_OK;
  co->resumer = L;
  co->c_calls = co->resumed_c_calls = L->c_calls + 1;
  global_of(L)->running = co;
}

/* L may yield to the lua_resume whose run of the loop this is; its stack ends at `top`. */
ALWAYS_INLINE bool switch_can_end_run(const State *L, const Frame *frame, const Value *top) {
  if (unlikely(L->nonyieldable != 0)) return false; /* and there need not be a Protect */
  const Protect *protect = global_of(L)->protect;
  return likely(protect->thread == L && protect->resumes) &&
         likely(frame + 1 != L->frames_limit && L->stack_limit - top > MIN_C_STACK_SLOTS);
}

/* L goes back to the thread that resumed it, which is returned. */
ALWAYS_INLINE State *switch_leave(State *L) {
  State *resumer = L->resumer;
  L->resumer = NULL;
  global_of(L)->running = resumer;
  return resumer;
}

/* L, in the frame of the function that it began with, is dead. The thread that resumed it is returned. */
ALWAYS_INLINE State *switch_end(State *L, Frame *frame) {
  L->frame = frame - 1;
  L->top = frame[-1].base;
  return switch_leave(L);
}

/* The frame f of coroutine.yield at base[-1]; the stack ends there. */
ALWAYS_INLINE void switch_push_yield_frame(State *L, Frame *f, Value *base, int wanted) {
  f->base = base;
  f->top = base;
  f->call_word = frame_word(FRAME_NATIVE, wanted, FRAME_YIELDED, 0);
  f->as.native.continuation = NULL;
  L->frame = f;
  L->top = base;
  L->status = LUA_YIELD;
}

/* The same; L's resumer, which is returned, runs. */
ALWAYS_INLINE State *switch_push_yield(State *L, Frame *f, Value *base, int wanted) {
  switch_push_yield_frame(L, f, base, wanted);
  return switch_leave(L);
}

/* Values become results of L's CALL under way, from slot[first] on; `wanted` counts those from
   slot[0]. One value is the usual number: it is stored even where none is wanted, as the function
   and its arguments are done with. */
ALWAYS_INLINE void switch_deliver_from(State *L, Value *slot, int first, const Value *values, ptrdiff_t count,
                                       int wanted) {
  slot += first;
  *slot = count > 0 ? *values : NIL;
  if (likely((unsigned)wanted <= (unsigned)first + 1)) return;
  wanted -= first;
  if (wanted < 0) {
    wanted = (int)count;
    L->top = slot + count;
  }
  ptrdiff_t n = 1;
  for (; n < wanted && n < count; n++) slot[n] = values[n];
  for (; n < wanted; n++) slot[n] = NIL;
}
ALWAYS_INLINE void switch_deliver(State *L, Value *slot, const Value *values, ptrdiff_t count, int wanted) {
  switch_deliver_from(L, slot, 0, values, count, wanted);
}

#endif
