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

/* What a protected call from C changes, for when it fails. */
typedef struct PcallContext {
  ptrdiff_t frame, function, handler; /* the first in bytes */
  uint32_t call_counts;
  uint8_t allow_hook;
} PcallContext;

ALWAYS_INLINE void pcall_note(const State *L, PcallContext *before, const Value *function) {
  before->frame = (char *)L->frame - (char *)L->frames;
  before->function = stack_offset(L, function);
  before->handler = L->message_handler;
  before->call_counts = L->call_counts;
  before->allow_hook = L->allow_hook;
}
/* The error is on the top of L, whose frames are as the error left them. The status, which closing
   variables may have changed. */
int pcall_failed(State *L, const PcallContext *before, int status);

#endif
