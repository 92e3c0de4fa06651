/* Instructions, their lines, jumps, registers and constants of the function under construction.
   Layer: compiler.

   Jump lists. A jump whose target is not known yet holds in D the pc of the next jump that leads
   to the same place, NO_JUMP at the end: a list costs no memory of its own.
   Instructions that prepare a loop never jump backwards; the verifier holds foreign code to it. */
#ifndef FERROUS_COMPILER_EMIT_H
#define FERROUS_COMPILER_EMIT_H

#include "bytecode/instruction.h"
#include "compiler/compilation.h"

typedef uint32_t JumpList;

#define NO_JUMP PC_UNKNOWN

/* Appends the instruction and its cache words; its pc. */
uint32_t emit(FunctionState *fs, Instruction instruction, int32_t line);

ALWAYS_INLINE uint32_t emit_abc(FunctionState *fs, Opcode op, unsigned a, unsigned b, unsigned c,
                                int32_t line) {
  return emit(fs, instruction_make(op, a, b, c, 0), line);
}
ALWAYS_INLINE uint32_t emit_abd(FunctionState *fs, Opcode op, unsigned a, unsigned b, uint32_t d,
                                int32_t line) {
  return emit(fs, instruction_make(op, a, b, 0, d), line);
}
ALWAYS_INLINE void emit_move(FunctionState *fs, unsigned to, unsigned from, int32_t line) {
  if (to != from) emit_abc(fs, OP_MOVE, to, from, 0, line);
}

/* nil to `count` registers: by the instruction before, if that makes its neighbours nil and comes always
   before this. */
void emit_nil(FunctionState *fs, unsigned first, unsigned count, int32_t line);

/* Marks the last instruction, if it is one that sets the register and can be marked: its result may
   lie in the register's twin (see vm/wide.h). */
void emit_mark_wide(FunctionState *fs, unsigned reg);

/* If the last instruction set that temporary, and is marked: an operator with forms for wide integers
   will read it, so it need not be made small where it could be. */
void emit_keep_wide(FunctionState *fs, unsigned reg);
/* Appends an instruction that applies an operator to variables and temporaries. If the instruction
   before set one of the temporaries, its result is forwarded: nothing else reads it. */
void emit_operator(FunctionState *fs, Instruction instruction, int32_t line);

/* Appends a jump (D is ignored) and adds it to the list. */
void emit_jump(FunctionState *fs, Instruction jump, JumpList *list, int32_t line);
void emit_jump_back(FunctionState *fs, uint32_t target, int32_t line);
/* Sets the distance of one jump, or of all jumps of a list, which is then empty. */
void emit_set_target(FunctionState *fs, uint32_t pc, uint32_t target);
void emit_patch(FunctionState *fs, JumpList *list, uint32_t target);
/* The next pc, which may be jumped to. */
ALWAYS_INLINE uint32_t emit_label(FunctionState *fs) { return fs->last_label = fs->code_count; }
ALWAYS_INLINE void emit_patch_here(FunctionState *fs, JumpList *list) {
  if (*list != NO_JUMP) emit_patch(fs, list, emit_label(fs));
}
/* Moves the jumps of `from` into `into`. Takes time in the length of `from`. */
void emit_merge(FunctionState *fs, JumpList *into, JumpList from);

/* Counts of registers, plus one, are operands of 8 bits. */
enum { USABLE_REGISTERS = MAX_REGISTERS - 1 };

_Noreturn void emit_register_error(FunctionState *fs);
/* Makes sure that registers up to free_register + count may be used; raises "function or
   expression needs too many registers". */
void emit_check_registers(FunctionState *fs, unsigned count);
/* Takes the next free registers; the first one. */
ALWAYS_INLINE unsigned emit_reserve(FunctionState *fs, unsigned count) {
  unsigned first = fs->free_register;
  if (unlikely(first + count > fs->max_stack)) emit_check_registers(fs, count);
  fs->free_register = first + count;
  return first;
}

/* A constant's place, the same for equal constants of one type. */
uint32_t constant_integer(FunctionState *fs, int64_t integer);
uint32_t constant_float(FunctionState *fs, double number);
uint32_t constant_string(FunctionState *fs, String *string);
/* Of a constant expression. */
uint32_t constant_of(FunctionState *fs, const Expression *e);
/* Forgets the constants of the function before. */
void constant_begin(FunctionState *fs);

#endif
