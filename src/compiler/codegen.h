/* The code generator: trees to register code.
   Layer: compiler. codegen_function.c begins and ends functions; the statements are in
   codegen_stat.c, assignments in codegen_assign.c, simple expressions, tables and calls in
   codegen_expr.c, operators and conditions in codegen_operator.c.

   Registers: those below active_registers are local variables; temporaries are stacked above, up to
   free_register. A function that generates a value leaves free_register as it found it, unless its
   comment says that it takes a register. A target may be any variable's register, or the
   topmost temporary, which the value may then use as a working register. */
#ifndef FERROUS_COMPILER_CODEGEN_H
#define FERROUS_COMPILER_CODEGEN_H

#include "compiler/emit.h"

/* The parameters are active variables. */
void codegen_begin(FunctionState *fs);
/* The finished prototype; fs may be used again afterwards. */
Proto *codegen_finish(FunctionState *fs, int32_t last_line_defined);
/* Its number among the prototypes of fs. */
uint32_t codegen_add_proto(FunctionState *fs, Proto *proto);
/* A statement of the outermost block, and those linked to it. */
void codegen_statements(FunctionState *fs, const Statement *list);
/* Debug information: the parameters begin; all variables end. */
void codegen_begin_parameters(FunctionState *fs);
void codegen_end_variables(FunctionState *fs);
void codegen_assignment(FunctionState *fs, const AssignStatement *statement);

/* The first value of e into a register. */
void codegen_into(FunctionState *fs, const Expression *e, unsigned target);
/* Into the next free register, which is taken. */
unsigned codegen_to_next(FunctionState *fs, const Expression *e);
/* A local variable is where it is; anything else goes to the next register, which is taken. */
unsigned codegen_to_any(FunctionState *fs, const Expression *e);
/* Likewise, for the operand of an instruction that knows of wide registers (vm/wide.h): the others
   find a variable boxed. */
unsigned codegen_operand(FunctionState *fs, const Expression *e);
/* `wanted` values of a call or varargs into the next registers, which are taken; -1: all, up to
   the top (no register is taken). */
void codegen_open(FunctionState *fs, const Expression *e, int wanted);
/* The list's values into `wanted` next registers, which are taken, and are those of new variables if the list is
   that of a `local` statement; missing ones are nil. */
void codegen_list(FunctionState *fs, const Expression *list, unsigned wanted, bool is_local, int32_t line);
/* All values of the list into next registers (taken); their number, or -1 when the last one is
   open. */
int codegen_open_list(FunctionState *fs, const Expression *list);
void codegen_tail_call(FunctionState *fs, const Expression *e, bool closes);
/* All but the last suffix of e; the register of the object. Takes the next register if the object
   is not a local variable. LATE_OBJECT: it is an upvalue, to be fetched behind the key of e, whose
   code might change it; the reference does the same. */
enum { LATE_OBJECT = MAX_REGISTERS + 1 };
unsigned codegen_object(FunctionState *fs, const Expression *e);
/* Fetches the upvalue to the next register. */
unsigned codegen_late_object(FunctionState *fs, const Expression *e);
/* e, assigned to a variable, ends with the instruction before: its result may be wide. */
void codegen_mark_assigned(FunctionState *fs, const Expression *e, unsigned reg);
/* Unary and binary operators. */
void codegen_operator(FunctionState *fs, const Expression *e, unsigned target);
/* Jumps (into the list) when e's truth is `when`, goes on otherwise. line: of the test of a plain
   value. */
void codegen_condition(FunctionState *fs, const Expression *e, bool when, JumpList *list,
                       int32_t line);

/* Whether the register is the topmost temporary. */
ALWAYS_INLINE bool codegen_is_top(const FunctionState *fs, unsigned reg) {
  return reg + 1 == fs->free_register && reg >= fs->active_registers;
}
/* An index that fits the instruction's immediate operand. */
ALWAYS_INLINE bool codegen_is_immediate(const Expression *e) {
  return e->kind == EXPRESSION_INTEGER &&
         expression_constant(e)->integer == (int32_t)expression_constant(e)->integer;
}

#endif
