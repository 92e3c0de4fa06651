/* Entering the interpreter loop from C.
   Layer: vm, internal. */
#ifndef FERROUS_VM_RUN_H
#define FERROUS_VM_RUN_H

#include "vm/call.h"

/* Runs the coroutine L, just prepared for it, with its arguments on the top: LUA_OK, LUA_YIELD
   (Global.run_result_count values on its top), or an error (its value on the top). */
int loop_resume(State *L, int arguments);
/* Makes the innermost run a Protect and goes on with it, until the frame marked FRAME_ENTRY returns. */
void loop_protect(State *L);

/* vm_call_no_yield of anything but a Lua function that a bare run can begin at once. */
void call_no_yield(State *L, Value *function, int wanted);

#endif
