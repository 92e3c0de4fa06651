/* Scopes while parsing: which variable a name means, where labels are seen, what closes.
   Layer: compiler. */
#ifndef FERROUS_COMPILER_SCOPE_H
#define FERROUS_COMPILER_SCOPE_H

#include "compiler/compilation.h"

/* Enters a block of the current function. exit: the label behind a loop that break leads to, or
   NULL. */
void scope_open(Compilation *c, Scope *scope, Label *exit);
/* Leaves it: its variables and labels are gone, its pending gotos belong to the block around. */
void scope_close(Compilation *c);

/* A variable of that name, not active before scope_activate; its place in Compilation.variables. */
uint32_t scope_declare(Compilation *c, String *name);
/* Makes the next `count` declared variables active; compile-time constants take no register. */
void scope_activate(Compilation *c, uint32_t count);
/* The innermost scope has a variable that must be closed (a to-be-closed one). */
void scope_needs_closing(Compilation *c);

/* What the name means here: a LOCAL, an UPVALUE, a constant, or a field of _ENV. */
Expression *scope_resolve(Compilation *c, String *name);
/* Raises "attempt to assign to const variable 'x'" when the target is one. */
void scope_check_assignable(Compilation *c, const Expression *target);

Label *scope_new_label(Compilation *c, String *name, int32_t line);
/* Defines a label at this place; last: nothing but void statements follow in its block. */
Label *scope_define_label(Compilation *c, String *name, int32_t line, bool last);
/* A goto (name NULL: break) at this place, resolved or pending. */
Goto *scope_goto(Compilation *c, String *name, int32_t line);

/* Enters a function (a new FunctionState becomes current) and its outermost block. */
FunctionState *scope_open_function(Compilation *c, Scope *scope, int32_t line_defined);
/* Leaves its outermost block. Raises when a goto is left pending. */
void scope_close_function_block(Compilation *c);
uint32_t scope_add_upvalue(Compilation *c, FunctionState *fs, UpvalueDesc upvalue);

/* Raises "too many <what> (limit is <limit>) in <function>". */
_Noreturn void scope_limit_error(FunctionState *fs, const char *what, unsigned limit);

#endif
