/* The interpreter loop and its tables of handlers.
   Layer: vm, internal. */
#ifndef FERROUS_VM_INTERPRET_H
#define FERROUS_VM_INTERPRET_H

#include "runtime/global.h"

/* Runs L from its frame's pc on until a slow path says to leave: see call.h. */
void interpret(State *L);
/* The same in a bare run (see run.c). False: it was left because it must become a Protect.
   Global.run_state is the caller's to restore. */
bool interpret_bare(State *L);
/* The handlers by opcode, and the one that calls hooks first. */
const void *const *interpret_handlers(void);
const void *interpret_hook_handler(void);
/* The handlers that count an instruction for a budget, by what it costs: see budget.h. */
typedef enum Counter {
  COUNTER_CALL,
  COUNTER_NATIVE_CALL,
  COUNTER_JUMP,
  COUNTER_RETURN,
  COUNTER_COUNT
} Counter;
const void *interpret_counter(Counter counter);

#endif
