/* Calls, returns, closing and coroutines as the interpreter loop does them.
   Layer: vm, internal.

   Protocol. A slow path or call function gets the running thread, with the pc of the
   instruction under way saved in its frame, and returns the thread to go on with:
   the loop reloads base, pc and constants from that thread's frame. NULL leaves the loop.
   So a frame's pc is the instruction under way while something is called from it, and is moved
   past it by whoever completes the instruction. */
#ifndef FERROUS_VM_CALL_H
#define FERROUS_VM_CALL_H

#include "bytecode/instruction.h"
#include "runtime/thread.h"
#include "runtime/throw.h"

/* What the loop does with certain C functions itself (Native.head.flags). */
typedef enum NativeAction {
  NATIVE_PLAIN,
  NATIVE_PCALL,
  NATIVE_XPCALL,
  NATIVE_RESUME,
  NATIVE_YIELD,
  NATIVE_WRAP, /* the function that coroutine.wrap returns: upvalue 1 is the thread */
  NATIVE_NEXT,
  NATIVE_IPAIRS_STEP, /* the iterator of ipairs */
  NATIVE_SELECT,
  NATIVE_PAIRS,
  NATIVE_IPAIRS
} NativeAction;

/* The C function v if it has this action, not NATIVE_PLAIN; else NULL. Lua functions have no action. */
ALWAYS_INLINE Native *native_with_action(Value v, NativeAction action) {
  Native *native = value_untag(v, TAG_FUNCTION);
  if (unlikely(untag_failed(native))) return NULL;
  return likely(native->head.flags == action) ? native : NULL;
}

/* C functions that the loop just calls. */
ALWAYS_INLINE bool native_is_plain(const Native *native) {
  return (uint8_t)(native->head.flags - 1) >= NATIVE_NEXT - 1;
}

/* Calls the function at `function` with the arguments from there to the top, for the Lua frame (or other
   loop frame) L->frame. */
State *call_enter(State *L, Value *function, int wanted);
/* Delivers the results of a finished call to L->frame, which made it. slot: where its function was. */
State *call_complete(State *L, Value *slot, Value *results, int count, int wanted);
/* Calls a metamethod with up to three arguments for the instruction under way; its Finish says what
   becomes of the result. */
State *call_metamethod(State *L, Value method, Value a, Value b);
State *call_metamethod3(State *L, Value method, Value a, Value b, Value c);
/* A value that is not a function: its __call takes its place, the value becomes the first argument.
   Returns the slot of the function, which may be anything again. */
Value *call_insert_metamethod(State *L, Value *function);
/* Runs a C function in a frame of its own and returns its number of results, below the top; its frame is
   still L->frame. */
int call_native(State *L, Native *native, Value *function, int wanted);
/* The same on behalf of a C function; its frame is left, and its results are adjusted to those wanted. */
void call_native_from_c(State *L, Native *native, Value *function, int wanted);
/* Runs the continuation of the C function L->frame, which leaves that many results. */
int call_continuation(State *L, int status);
/* The number of results of a C function or its continuation. Programs that are about return -1 by mistake:
   that is none. Debug builds stop there, and where there are fewer results on the stack. */
#if defined(FERROUS_DEBUG)
int call_checked_results(State *L, int count);
#else
ALWAYS_INLINE int call_checked_results(State *L, int count) {
  (void)L;
  return unlikely(count < 0) ? 0 : count;
}
#endif
/* The C function L->frame is through: pops its frame, and delivers its results to the frame below. */
State *call_complete_native(State *L, int count);
/* Moves count results to slot, as wanted says; sets the top behind them. */
void call_adjust(State *L, Value *slot, const Value *results, int count, int wanted);
/* Returns from the Lua frame L->frame with these results. Nothing is left to close. */
State *call_return(State *L, Value *results, int count);

/* Starts closing what L->frame has at `level` and above (error value on the top unless status is
   LUA_OK), in a FRAME_CLOSE above it; results to keep meanwhile. */
State *close_start(State *L, Value *level, int status, Value *results, int count);
State *close_step(State *L);
ALWAYS_INLINE bool close_pending(const State *L, const Value *level) {
  return L->to_be_closed_count != 0 &&
         L->stack + L->to_be_closed[L->to_be_closed_count - 1] >= level;
}

/* Raises "C stack overflow" at the limit, and once more when that is being handled. */
ALWAYS_INLINE void check_c_calls(State *L) {
  if (likely(L->c_calls < MAX_C_CALLS)) return;
  if (L->c_calls == MAX_C_CALLS || L->c_calls >= MAX_C_CALLS / 10 * 11) error_c_stack(L);
}
/* One more nested C call, or a pcall that the loop runs. */
ALWAYS_INLINE void count_c_call(State *L) {
  L->c_calls++;
  check_c_calls(L);
}
/* The protected call or the closing of frame f is over. What began before the last resume no longer
   counts, as in the reference. */
ALWAYS_INLINE void restore_c_calls(State *L, const Frame *f) {
  uint32_t outer = L->resumed_c_calls + f->outer_c_calls;
  if (outer < L->c_calls) L->c_calls = (uint16_t)outer;
}

/* Nesting of pcall counts as that of C calls does: programs rely on the limit, and on the message. */
ALWAYS_INLINE bool pcall_is_refused(const State *L) {
  return L->c_calls >= MAX_C_CALLS - 1 || global_of(L)->run_state != RUN_PROTECTED;
}
/* Fills f, the next frame of L, as that of pcall or (flags: FRAME_XPCALL) xpcall, called at
   base[-1]; a handler is at the base. */
ALWAYS_INLINE void pcall_begin(State *L, Frame *f, Value *base, Value *top, int wanted, uint8_t flags) {
  f->base = base;
  f->top = top;
  f->call_word = frame_word(FRAME_PCALL, wanted, flags, thread_own_c_calls(L)); /* and outer_c_calls */
  L->c_calls++;
  frame_save_protection(L, f);
  f->as.task.saved_handler = L->message_handler;
  L->message_handler = flags != 0 ? stack_offset(L, base) : 0;
}
/* What f protected has returned. */
ALWAYS_INLINE void pcall_end(State *L, const Frame *f) {
  L->message_handler = f->as.task.saved_handler;
  restore_c_calls(L, f);
}
/* Fills f, the next frame of L, as the FRAME_CLOSE of what is to be closed at `level` and above; no results are kept. */
ALWAYS_INLINE void close_begin(State *L, Frame *f, Value *base, const Value *level, int status) {
  f->outer_c_calls = thread_own_c_calls(L);
  L->c_calls++;
  f->base = base;
  f->top = base;
  f->wanted = WANTED_FINISH;
  f->kind = FRAME_CLOSE;
  f->flags = 0;
  f->close_status = (uint8_t)status;
  f->as.task.level = (int32_t)stack_offset(L, level);
  f->as.task.results = 0;
  f->as.task.result_count = 0;
}
/* The frame of pcall or xpcall itself; returns the slot of the function it protects. */
Value *pcall_enter(State *L, Value *function, int wanted, bool with_handler);
/* Hooks see the pcall L->frame, which is done, return these values, there or where the result
   points now. */
Value *pcall_hook_return(State *L, Value *results, int count);
/* The function that the pcall L->frame protects has returned these results. */
State *pcall_finish(State *L, Value *results, int count);

/* coroutine.resume / wrap and yield from within the loop; *next is where it goes on. False: not possible
   here, call the C function. */
bool coroutine_resume_in_loop(State *L, Value *function, int wanted, bool wrap, State **next);
bool coroutine_yield_in_loop(State *L, Value *function, int wanted, State **next);
/* L, resumed by the loop, has finished or yielded `count` values below its top. */
State *coroutine_deliver(State *L, Value *results, int count);
/* L was just resumed with `count` arguments on its top. */
State *coroutine_continue(State *L, int count);

/* The error was caught by L->frame; the value is on the top. */
State *unwind_deliver(State *L, int status);

/* Runs the loop on L until the frame marked FRAME_ENTRY returns. */
void loop_call(State *L);
/* Closes what the C function L->frame left to be closed; its results stay on the top. Methods may yield:
   then the function's caller goes on in its continuation. */
void loop_close_native(State *L, int results);
/* A bare run (see run.c) cannot do this function's action itself. */
ALWAYS_INLINE bool loop_is_bare_for(const State *L, const Native *native) {
  return global_of(L)->run_state != RUN_PROTECTED && native->head.flags >= NATIVE_PCALL &&
         native->head.flags <= NATIVE_WRAP;
}
/* True: the instruction under way calls a function whose action a bare run cannot do. It is to be left, by
   returning NULL, before it has changed anything; it is done once the run is a Protect. */
ALWAYS_INLINE bool loop_must_protect(State *L, Value function) {
  if (likely(!value_is_native(function) || !loop_is_bare_for(L, value_native(function)))) return false;
  if (L->hook_mask != 0) return false; /* then it is called as any C function */
  global_of(L)->run_state = RUN_TO_PROTECT;
  return true;
}

/* Continues a CONCAT whose operands up to (not including) index `end` are left. */
State *concat_continue(State *L, Frame *f, unsigned end);

#endif
