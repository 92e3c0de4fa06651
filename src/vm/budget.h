/* Budgets and interrupts: how a host stops a state that runs (ferrous.h).
   Layer: vm, internal.

   Heap.interrupt is the one word that is asked: 0 while there is nothing to look at. The
   interpreter does not ask it at all: when a bit is set, the entries of Global.dispatch are replaced
   (hook.h), all of them for a stop, those of jumps, calls and returns while a budget is
   counted. Library functions that may run long ask it in their loops (api/builtin.h).

   INTERRUPT_RAISED and INTERRUPT_CODE may be set by any thread and in a signal handler; everything else
   is done by the thread that runs the state. A stop raises an error. If stops are sticky, INTERRUPT_STOPPED is
   a wall: until the host clears it, the first instruction of any Lua function, and any poll, raises
   the error again. So it does not matter who catches the error: a pcall, a __close method,
   a coroutine's resumer all get no further. Message handlers are not called, and finalizers wait
   (run.c, heap/finalize.c). */
#ifndef FERROUS_VM_BUDGET_H
#define FERROUS_VM_BUDGET_H

#include "runtime/global.h"

/* What an instruction costs: at least 1, and for a jump back or a return about what was executed
   since the last cost; forward jumps cost a little too much, so that it needs no look at the code. */
enum { CALL_COST = 1, NATIVE_CALL_COST = 8, UNWIND_COST = 8 };

/* Something is up, or the fuel has run out: pays the cost, raises the stop that is due. */
void budget_check(State *L, uint64_t cost);
/* The same before an instruction, which costs 1: here INTERRUPT_CODE arrives, too, unless a hook or a
   finalizer runs: these end first. */
void budget_check_instruction(State *L);
/* The same for that many bytes, copied or compared. */
ALWAYS_INLINE void budget_check_bytes(State *L, size_t bytes);
/* The same for what is paid elsewhere (Global.poll). */
void budget_poll(State *L);
/* While a budget is counted: empties the fuel if it is time to look at the clock. Nobody knows what a C
   function takes, nor what was done between two polls. */
void budget_mind_clock(State *L);
/* Limits from now on; UINT64_MAX instructions, 0 nanoseconds: none. */
void budget_limit_instructions(State *L, uint64_t instructions);
void budget_limit_time(State *L, uint64_t nanoseconds);
uint64_t budget_instructions_left(const State *L);
/* Any thread, any signal handler. */
void budget_interrupt(State *L);
void budget_interrupt_code(State *L);
void budget_clear(State *L);
/* The host's ceiling refused memory, and the error is about to be raised (Global.memory_refused). */
void budget_memory_refused(State *L);

ALWAYS_INLINE uint32_t interrupt_bits(const State *L) {
  return __atomic_load_n(&L->heap->interrupt, __ATOMIC_SEQ_CST);
}

ALWAYS_INLINE void budget_check_bytes(State *L, size_t bytes) {
  if (unlikely(interrupt_bits(L) != 0)) budget_check(L, bytes / BYTES_FOR_COST);
}

#endif
