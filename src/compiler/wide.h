/* Which local variables may hold wide integers in their registers: see vm/wide.h.
   Layer: compiler.

   Marking a variable costs its other uses a little (MOVE_WIDE, BOX_WIDE), so it is done for those
   alone that are assigned a value which is probably a wide integer: a wide constant, or the result
   of operators that programs use on whole 64-bit words. The parser notes them, so that they are
   known when code is generated for any statement that can use such a value: the statement of the
   function's outermost block they are assigned in, and those behind it. Only a goto back to a
   label of the outermost block could lead such a value to code generated before; behind a label
   there no more variables are noted. */
#ifndef FERROUS_COMPILER_WIDE_H
#define FERROUS_COMPILER_WIDE_H

#include "compiler/compilation.h"

enum { SHIFT_TO_SMALL = 17 }; /* shifted right by as much, any integer is small */

/* The variable in that register is assigned the value. */
void wide_note_assignment(FunctionState *fs, unsigned reg, const Expression *value);
/* Code of a statement of the outermost block was generated: its own variables are gone. */
void wide_forget_above(FunctionState *fs);

ALWAYS_INLINE bool wide_is_variable(const FunctionState *fs, unsigned reg) {
  return (fs->wide_variables[reg / 64] >> (reg % 64)) & 1;
}

#endif
