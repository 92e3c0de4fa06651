/* Coroutines: resume, yield, and their short cuts inside the interpreter loop.
   Layer: vm.

   A coroutine that Lua code resumes runs in the same loop as its resumer: a FRAME_RESUME in
   the resumer waits for it, and L changes. One that C code resumes (lua_resume) gets a loop of its own;
   FRAME_ENTRY in its base frame tells the two apart. A coroutine is started when its frame is the
   base frame and its status LUA_OK; it is dead when then its stack is empty. */
#include "runtime/function.h"
#include "runtime/string.h"
#include "runtime/throw.h"
#include "vm/call.h"
#include "vm/hook.h"
#include "vm/run.h"
#include "vm/vm.h"

static bool coroutine_is_fresh(const State *co) {
  return co->status == LUA_OK && co->frame == co->frames && co->top - co->frame->base >= 1;
}

static bool coroutine_can_resume(const State *co) {
  return co->status == LUA_YIELD || coroutine_is_fresh(co);
}

static bool has_room(State *L, int count) {
  return L->stack_limit - L->top > count || stack_try_grow(L, (size_t)count);
}

/* Moves `count` values below from's top to the top of to, which has room for them. */
static void move_values(State *from, State *to, int count) {
  from->top -= count;
  const Value *values = from->top;
  for (int i = 0; i < count; i++) *to->top++ = values[i]; /* few, mostly one */
}

/* The Lua function waits for a yield whose values it is to return. */
static bool yielded_to_return(const Frame *f) {
  return opcode_infos[instruction_op(*f->pc)].generic == OP_TAIL_CALL;
}

State *coroutine_continue(State *L, int count) {
  if (L->status == LUA_OK) return call_enter(L, L->top - count - 1, WANTED_FINISH);
  L->status = LUA_OK;
  Frame *f = L->frame; /* the C function that yielded */
  if (frame_is_lua(f)) { /* or the Lua function whose hook did */
    hook_resume(L);
    return L;
  }
  if ((f->flags & FRAME_YIELDED) && yielded_to_return(f - 1)) f->wanted = WANTED_FINISH;
  if (f->as.native.continuation != NULL) {
    if (f->flags & FRAME_YIELDABLE_PCALL) f->flags &= (uint8_t)~FRAME_YIELDABLE_PCALL;
    count = call_continuation(L, LUA_YIELD);
  } else if (likely(L->hook_mask == 0 && L->to_be_closed_count == 0)) {
    L->frame = f - 1;
    return call_complete(L, f->base - 1, L->top - count, count, f->wanted);
  }
  return call_complete_native(L, count);
}

bool coroutine_resume_in_loop(State *L, Value *function, int wanted, bool wrap, State **next) {
  Value target;
  if (wrap) {
    target = value_native(*function)->upvalues[0];
  } else {
    if (L->top - function < 2) return false;
    target = function[1];
  }
  if (!value_is_thread(target)) return false;
  State *co = value_thread(target);
  if (co == L || !coroutine_can_resume(co) || L->c_calls >= MAX_C_CALLS - 1) return false;
  int arguments = (int)(L->top - function) - (wrap ? 1 : 2);
  if (unlikely(!has_room(co, arguments))) return false;
  if (unlikely(L->stack_limit - L->top <= MIN_C_STACK_SLOTS)) {
    ptrdiff_t offset = stack_offset(L, function);
    stack_grow(L, MIN_C_STACK_SLOTS);
    function = stack_slot(L, offset);
  }
  move_values(L, co, arguments);
  Frame *f = frame_push(L);
  f->base = function + 1;
  f->top = L->top + MIN_C_STACK_SLOTS;
  f->wanted = (int16_t)wanted;
  f->kind = FRAME_RESUME;
  f->flags = wrap ? FRAME_WRAP : 0;
  f->as.task.coroutine = co;
  co->resumer = L;
  co->c_calls = co->resumed_c_calls = L->c_calls + 1;
  co->nonyieldable = 0;
  global_of(L)->running = co;
  hook_switch(co);
  *next = coroutine_continue(co, arguments);
  return true;
}

/* More values than the resumer's stack can take: it gets an error instead. */
static COLD State *refuse_results(State *resumer, Value *slot, bool wrap) {
  static const char message[] = "too many results to resume";
  int wanted = resumer->frame--->wanted;
  resumer->top = slot;
  if (wrap) error_run(resumer, "%s", message);
  slot[0] = FALSE;
  slot[1] = value_from_string(string_from_c(resumer, message));
  resumer->top = slot + 2;
  return call_complete(resumer, slot, slot, 2, wanted);
}

/* The resumer goes on, with the values that its coroutine yielded or returned. */
State *coroutine_deliver(State *L, Value *results, int count) {
  if (L->frames->flags & FRAME_ENTRY) { /* resumed from C */
    L->top = results + count;
    global_of(L)->run_result_count = count;
    return NULL;
  }
  State *resumer = L->resumer;
  L->resumer = NULL;
  global_of(L)->running = resumer;
  hook_switch(resumer);
  Frame *f = resumer->frame;
  bool wrap = f->flags & FRAME_WRAP;
  Value *slot = f->base - 1;
  resumer->top = wrap ? slot : slot + 1;
  if (unlikely(!has_room(resumer, count))) {
    L->top = results;
    return refuse_results(resumer, slot, wrap);
  }
  L->top = results + count;
  move_values(L, resumer, count);
  slot = resumer->frame->base - 1; /* the stack may have moved */
  if (!wrap) *slot = TRUE;
  f = resumer->frame--;
  return call_complete(resumer, slot, slot, count + !wrap, f->wanted);
}

bool coroutine_yield_in_loop(State *L, Value *function, int wanted, State **next) {
  /* Only if this loop is also the one that resumed L: else C frames are in between. */
  if (L->nonyieldable > 0 || global_of(L)->protect->thread == L || L->resumer == NULL) return false;
  int count = (int)(L->top - function) - 1;
  Frame *f = frame_push(L);
  f->base = function + 1;
  f->top = L->top;
  f->wanted = (int16_t)wanted;
  f->kind = FRAME_NATIVE;
  f->flags = wanted == WANTED_FINISH ? 0 : FRAME_YIELDED;
  f->as.native.continuation = NULL;
  L->status = LUA_YIELD;
  *next = coroutine_deliver(L, L->top - count, count);
  return true;
}

/* ---- the C API's side ------------------------------------------------------------------------- */

static int resume_error(State *L, const char *message, int arguments) {
  L->top -= arguments;
  stack_ensure(L, 1);
  stack_push(L, value_from_string(string_from_c(L, message)));
  return LUA_ERRRUN;
}

/* No closure, and nobody who closes it, needs what is left on the stack of a dead coroutine, below the error
   value. */
static void drop_boxes(State *L) {
  upvalue_close(L, L->stack + 1);
  uint32_t next = 0; /* variable to be closed */
  for (Value *slot = L->stack + 1; slot < L->top - 1; slot++) {
    if (next < L->to_be_closed_count && L->to_be_closed[next] == (uint32_t)stack_offset(L, slot))
      next++;
    else if (value_is_box(*slot))
      *slot = NIL;
  }
}

/* The C code that resumed L goes on. Without boxes enough for it the coroutine is ended, as if it had run out
   of memory itself. */
static COLD int settle_after_resume(State *L, State *running, int status) {
  Global *global = global_of(L);
  hook_switch(running);
  if (!(running->hook_mask & HOOK_FEW_BOXES)) return status;
  global->running = L; /* so it is kept */
  bool enough = box_reserve_settle(L);
  global->running = running;
  if (enough) return status;
  if (status == LUA_OK || status == LUA_YIELD) {
    status = LUA_ERRMEM;
    stack_push(L, value_from_string(global->memory_message));
  }
  drop_boxes(L);
  return status;
}

int vm_resume(State *L, State *from, int arguments, int *result_count) {
  if (L->status == LUA_OK) {
    if (L->frame != L->frames) return resume_error(L, "cannot resume non-suspended coroutine", arguments);
    if (L->top - L->frame->base == arguments)
      return resume_error(L, "cannot resume dead coroutine", arguments);
  } else if (L->status != LUA_YIELD) {
    return resume_error(L, "cannot resume dead coroutine", arguments);
  }
  L->c_calls = from != NULL ? from->c_calls : 0;
  /* One that goes on fits where starting one, which takes a call, does not. */
  int limit = L->status == LUA_YIELD ? MAX_C_CALLS : MAX_C_CALLS - 1;
  if (L->c_calls >= limit) return resume_error(L, "C stack overflow", arguments);
  Global *global = global_of(L);
  State *running = global->running;
  L->resumed_c_calls = ++L->c_calls;
  L->nonyieldable = 0;
  L->resumer = from;
  L->frames->flags = FRAME_ENTRY;
  global->running = L;
  hook_switch(L);
  int status = loop_resume(L, arguments);
  if (status == LUA_OK) status = L->status; /* it may have yielded without leaving by a jump */
  global->running = running;
  if (unlikely((global->hooked | running->hook_mask) != 0)) status = settle_after_resume(L, running, status);
  L->resumer = NULL;
  L->frames->flags = 0;
  if (status == LUA_OK || status == LUA_YIELD) {
    *result_count = global->run_result_count;
  } else {
    L->status = (uint8_t)status; /* dead */
    if (L->top < L->stack_limit) { /* the host may take one away: the other is for lua_closethread */
      L->top[0] = L->top[-1];
      L->top++;
    }
    L->frame->top = L->top;
    *result_count = (int)(L->top - L->frame->base); /* what lua_gettop says: some hosts compare */
  }
  return status;
}

int vm_yield(State *L, int result_count, lua_KContext context, lua_KFunction continuation) {
  if (unlikely(L->nonyieldable > 0)) {
    if (L != L->heap->main_thread) error_run(L, "attempt to yield across a C-call boundary");
    error_run(L, "attempt to yield from outside a coroutine");
  }
  Frame *f = L->frame;
  L->status = LUA_YIELD;
  if (frame_is_lua(f)) return 0; /* in a hook, which yields when the hook function returns */
  f->as.native.continuation = continuation;
  f->as.native.context = context;
  global_of(L)->run_result_count = result_count;
  error_throw(L, LUA_YIELD);
}

int vm_close_thread(State *L, State *from) {
  L->c_calls = L->resumed_c_calls = from != NULL ? from->c_calls : 0;
  int status = L->status;
  L->status = LUA_OK;
  L->frame = L->frames;
  L->nonyieldable = L == L->heap->main_thread;
  L->message_handler = 0;
  if (status == LUA_YIELD) status = LUA_OK;
  Value error = status != LUA_OK && L->top > L->stack + 1 ? L->top[-1] : NIL;
  if (status == LUA_OK) { /* the stack may end in anything: close above all of it */
    status = vm_close_protected(L, 1, LUA_OK);
  } else {
    stack_push(L, error);
    status = vm_close_protected(L, 1, status);
  }
  Value *base = L->stack + 1;
  if (status != LUA_OK)
    L->top = base + 1; /* the error value is at base */
  else
    L->top = base;
  L->frame->base = base;
  L->frame->top = L->top + MIN_C_STACK_SLOTS;
  stack_shrink(L);
  return status;
}
