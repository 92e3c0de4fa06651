/* The slow paths: everything a handler leaves to a function.
   Layer: vm, internal.

   A slow path completes its instruction, or pushes the frame of a function that is called on its
   behalf; it returns the thread to go on with (see call.h). It may rewrite the instruction to a
   form that suits the operands it saw. */
#ifndef FERROUS_VM_SLOW_H
#define FERROUS_VM_SLOW_H

#include "vm/call.h"
#include "vm/specialise.h"

#define SLOW_PATHS(X) \
  X(get_global) X(set_global) X(get_field) X(get_field_call) X(set_field) X(self) \
  X(get_index) X(set_index) X(get_int) X(set_int) X(new_table) X(init_field) X(set_list) \
  X(arithmetic) X(unary) X(box_wide) X(length) X(concat) \
  X(compare) X(equal) X(equal_constant) \
  X(call) X(call_yield) X(call_native) X(native_done) X(call_pcall) X(safepoint_after) \
  X(tail_call) X(return_any) X(return_open) X(vararg_prepare) X(vararg) \
  X(for_prepare) X(for_loop) X(generic_prepare) X(generic_for) X(generic_next) X(generic_ipairs) \
  X(closure) X(close) X(to_be_closed)

#define DECLARE_SLOW(name) State *slow_##name(State *L, Instruction *pc);
SLOW_PATHS(DECLARE_SLOW)
#undef DECLARE_SLOW

/* The instruction is done: on to the next one. The frame may have moved meanwhile. */
ALWAYS_INLINE State *slow_done(State *L, Instruction *pc) {
  L->frame->pc = pc + opcode_words(instruction_op(*pc));
  return L;
}
ALWAYS_INLINE Frame *slow_enter(State *L, Instruction *pc) {
  Frame *f = L->frame;
  f->pc = pc;
  VM_ASSERT(frame_registers_end(f) <= L->stack_limit);
  return f;
}
ALWAYS_INLINE unsigned instruction_generic(Instruction i) {
  return opcode_infos[instruction_op(i)].generic;
}
/* A safepoint inside a Lua function: all its registers are live. */
ALWAYS_INLINE void slow_safepoint(State *L) {
  if (unlikely(L->heap->debt > 0)) {
    L->top = frame_registers_end(L->frame);
    heap_step(L);
  }
}
/* Likewise, where the compiler has no use for the registers from `live` up: what a callee or a
   temporary left there must not keep an object alive. */
ALWAYS_INLINE void slow_safepoint_below(State *L, unsigned live) {
  if (unlikely(L->heap->debt > 0)) {
    L->top = frame_registers_end(L->frame);
    for (Value *slot = L->frame->base + live; slot < L->top; slot++) *slot = NIL;
    heap_step(L);
  }
}

#endif
