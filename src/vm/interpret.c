/* The interpreter loop: all handlers, and the way in.
   Layer: vm.

   Safety rules. Inside the loop nothing is checked that the compiler or the verifier of
   binary chunks has established: register numbers, constants, jump targets, kinds of operands. What
   Lua code decides (types, shapes, function kinds) is guarded by the handler that relies on it. */
#include "vm/arithmetic.h"
#include "vm/cache.h"
#include "vm/dispatch.h"

#include "runtime/function.h"
#include "runtime/number.h"
#include "runtime/table.h"

#include <math.h>

#if FERROUS_DISPATCH_TAIL

/* Every parameter is part of the register contract, used or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define DEFINE_LEAVE(name)                                                     \
  static __attribute__((cold, noinline)) VM_CALL void leave_to_##name(VM_PARAMETERS) { \
    L = slow_##name(L, pc);                                                    \
    if (unlikely(L == NULL)) return;                                           \
    const Frame *f = L->frame;                                                 \
    base = f->base;                                                            \
    pc = f->pc;                                                                \
    k = f->constants;                                                          \
    insn = *pc;                                                                \
    DISPATCH();                                                                \
  }
SLOW_PATHS(DEFINE_LEAVE)
#undef DEFINE_LEAVE

#include "vm/ops_load.h"
#include "vm/ops_access.h"
#include "vm/ops_arithmetic.h"
#include "vm/ops_jump.h"
#include "vm/ops_call.h"
#include "vm/ops_loop.h"

static const Handler handlers[256] = {
#define OPCODE(name, format, words, finish, generic, formula) [OP_##name] = op_##name,
#include "bytecode/opcodes.def"
#undef OPCODE
};

void interpret(State *L) {
  const Frame *f = L->frame;
  handlers[instruction_op(*f->pc)](L, f->base, f->pc, f->constants, *f->pc, handlers);
}

#else

void interpret(State *L) {
  static const void *const handlers[256] = {
#define OPCODE(name, format, words, finish, generic, formula) [OP_##name] = &&L_##name,
#include "bytecode/opcodes.def"
#undef OPCODE
  };
  const void *const *dispatch = handlers;
  State *(*slow)(State *, Instruction *);
  Value *base, *k;
  Instruction *pc, insn;
  goto enter;

run_slow:
  L = slow(L, pc);
  if (unlikely(L == NULL)) return;
enter:
  base = L->frame->base;
  pc = L->frame->pc;
  k = L->frame->constants;
  insn = *pc;
  DISPATCH();

#include "vm/ops_load.h"
#include "vm/ops_access.h"
#include "vm/ops_arithmetic.h"
#include "vm/ops_jump.h"
#include "vm/ops_call.h"
#include "vm/ops_loop.h"
}

#endif
