/* The dispatch macros: what makes one set of handlers fit both flavours of the loop.
   Layer: vm, internal. Included by interpret.c alone, before the ops_*.h files.

   A handler is HANDLER(NAME) { ... } and ends, on every path, in one of
     NEXT(words)        go on with the instruction `words` ahead
     SKIP(words, n)     the same, n words further
     SLOW(name)         leave the instruction to slow_<name>
     HAND_OVER(NAME)    another handler treats the same instruction
     LEAVE()            back to the C function that runs the loop
   It sees the VM registers: L, base (R[0]), pc (its instruction), k (constants), insn (the
   instruction word), dispatch, frame (always L->frame, which calls and returns only store, so that
   none waits for the store of the one before), and the constants tag_int and nil, which are
   compared with so often. In the tail-call flavour they are the arguments of a chain of
   functions, which the compiler keeps in machine registers; with computed goto they are
   local variables. A handler has no static data, takes no local's address, and calls
   nothing that can raise, yield or move the stack: that is what SLOW is for. Only those of
   ops_native.h call C functions that do, with nothing at hand but L and the frames.

   SLOW loads frame, base, pc, k and the instruction again from the thread that the slow path
   returns. */
#ifndef FERROUS_VM_DISPATCH_H
#define FERROUS_VM_DISPATCH_H

#include "vm/slow.h"

/* The address of a value that one instruction stores and the next loads, kept out of the operands of
   load and store: where both of them address through a register alone, without an index, the
   processor hands the value over at once (Emerald Rapids); else it takes seven cycles. */
ALWAYS_INLINE Value *value_at(const Value *values, size_t index) {
#if defined(__x86_64__)
  Value *slot;
  __asm__("lea (%1,%2,8), %0" : "=r"(slot) : "r"(values), "r"(index));
  return slot;
#else
  return (Value *)values + index;
#endif
}

/* Operands. A, next to the opcode, is at hand in a byte register; C and D are read again from
   memory, which takes one load instead of shifts. Doing so for B as well, which often leads to
   another load, halved the speed of loops such as sum = sum + a[k] * b[k]. */
#define A instruction_a(insn)
#define B instruction_b(insn)
#define C operand_c(pc)
#define D operand_d(pc)
#define BC operand_bc(pc)
#define SD operand_sd(pc)
#define RA base[A]
#define RB base[B]
#define RC base[C]
#define KD k[D]
#define KBC k[BC]

/* A double that was checked as a word is loaded again into the other kind of register: cheaper than a
   move across. */
ALWAYS_INLINE double load_double(const Value *values, size_t index) {
  __asm__("" : "+r"(index));
  return ((const double *)values)[index];
}

#if FERROUS_DISPATCH_TAIL

#define MUSTTAIL __attribute__((musttail))
#define VM_CALL __attribute__((preserve_none))
/* insn comes where the machine register has a second byte that can be addressed. */
#define VM_PARAMETERS                                                                        \
  State *L, Value *base, Instruction *pc, Value *k, const void *dispatch, Value tag_int,      \
      Instruction insn, Value nil, Frame *frame
#define VM_ARGUMENTS L, base, pc, k, dispatch, tag_int, insn, nil, frame

typedef VM_CALL void (*Handler)(VM_PARAMETERS);

/* Not inlined into one that hands over to it: that would need a frame for what the rare case holds. */
#define HANDLER(name) static NOINLINE VM_CALL void op_##name(VM_PARAMETERS)
/* Of a handler that others hand over to before it is defined. */
#define DECLARE_HANDLER(name) HANDLER(name);
#define DISPATCH()                                                 \
  do {                                                             \
    Handler next = ((const Handler *)dispatch)[(uint8_t)insn];     \
    MUSTTAIL return next(VM_ARGUMENTS);                            \
  } while (0)
/* Another entry of the dispatch table than one of an opcode. */
#define DISPATCH_ENTRY(n)                                          \
  do {                                                             \
    Handler next = ((const Handler *)dispatch)[n];                 \
    MUSTTAIL return next(VM_ARGUMENTS);                            \
  } while (0)
#define DISPATCH_TAKEN()                                           \
  do {                                                             \
    Handler next = ((const Handler *)dispatch)[(uint8_t)insn];     \
    __asm__ volatile("# taken" : "+r"(next));                      \
    MUSTTAIL return next(VM_ARGUMENTS);                            \
  } while (0)
#define SLOW(name) MUSTTAIL return leave_to_##name(VM_ARGUMENTS)
#define HAND_OVER(name) MUSTTAIL return op_##name(VM_ARGUMENTS)
#define LEAVE() return
/* After a C function: instead of keeping them meanwhile. */
#define RELOAD_CONSTANTS()              \
  do {                                  \
    dispatch = global_of(L)->dispatch;  \
    tag_int = TAG_INT;                  \
    nil = NIL;                          \
  } while (0)

#else

#define HANDLER(name) L_##name:
#define DECLARE_HANDLER(name)
#define DISPATCH() goto *dispatch[(uint8_t)insn]
#define DISPATCH_ENTRY(n) goto *dispatch[n]
#define DISPATCH_TAKEN()                                           \
  do {                                                             \
    const void *next = dispatch[(uint8_t)insn];                    \
    __asm__ volatile("# taken" : "+r"(next));                      \
    goto *next;                                                    \
  } while (0)
#define SLOW(name)       \
  do {                   \
    slow = slow_##name;  \
    goto run_slow;       \
  } while (0)
#define HAND_OVER(name) goto L_##name
#define LEAVE() return
#define RELOAD_CONSTANTS() (void)0

#endif

/* An empty barrier in one of them keeps the two arms of a jump two indirect jumps, each with a
   prediction of its own. */
#define NEXT(words)                              \
  do {                                           \
    insn = pc[words];                            \
    pc += (words);                               \
    DISPATCH();                                  \
  } while (0)
#define SKIP(words, n)                           \
  do {                                           \
    pc += (words) + (n);                         \
    insn = *pc;                                  \
    DISPATCH_TAKEN();                            \
  } while (0)

#endif
