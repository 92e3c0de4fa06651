/* Debug hooks: manual 4.7, lua_Hook.
   Layer: vm, internal.

   The loop finds its handlers in Global.dispatch. While the running thread has hooks, every entry
   of that table is the hook handler, which calls the hooks due and then goes on with the
   plain handler; so hooks cost nothing while they are off. A stop (budget.h) comes in by
   the same handler; while a budget is counted, jumps, calls and returns have handlers that
   count. Entries may be replaced at any moment, from a signal handler or another thread too. */
#ifndef FERROUS_VM_HOOK_H
#define FERROUS_VM_HOOK_H

#include "runtime/box_reserve.h"
#include "vm/vm.h"

/* Makes the table fit L's hooks: to be called when they change, and when L starts to run. */
void hook_install(State *L);
/* All entries become the hook handler, which puts the right ones back when there is nothing to do. Any
   thread, any signal handler. */
void hook_install_all(State *L);
ALWAYS_INLINE void hook_switch(State *L) {
  if (unlikely((L->hook_mask != 0) != global_of(L)->hooked)) hook_install(L);
}
/* Raises the stop that is due, calls the hooks due before the instruction at pc. May yield (by a throw). */
void hook_instruction(State *L, Instruction *pc);
/* The thread goes on after a hook of the Lua function L->frame yielded. */
void hook_resume(State *L);
/* The function of L->frame was just called; count arguments for lua_Debug's transfer fields. */
void hook_call(State *L, int count);
/* The function of L->frame returns `count` results, which may move: returns where they are. */
Value *hook_return(State *L, Value *results, int count);
/* L has HOOK_FEW_BOXES, and a C function is about to run or to go on, or has stored what it was lent: raises
   LUA_ERRMEM if there are not boxes enough. What the collector calls is let through: there are enough for
   one function, and what that is lent is free again when it returns. */
ALWAYS_INLINE void hook_check_boxes(State *L) {
  if (unlikely(L->hook_mask & HOOK_FEW_BOXES)) vm_settle_boxes(L);
}
/* So many slots for a C function of L that may be more than the reserve of boxes covers. */
ALWAYS_INLINE bool hook_slots_are_many(ptrdiff_t slots) { return slots > COVERED_SLOTS - MIN_C_STACK_SLOTS; }
void hook_grant_slots(State *L, ptrdiff_t slots); /* raises LUA_ERRMEM */
/* Global.boxes_ran_short. */
void hook_boxes_ran_short(State *L);

#endif
