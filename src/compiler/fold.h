/* Constant folding: arithmetic on numerals while the tree is built.
   Layer: compiler. */
#ifndef FERROUS_COMPILER_FOLD_H
#define FERROUS_COMPILER_FOLD_H

#include "compiler/ast.h"

/* Turns *left into the constant `left op right` (unary operators: `op left`, right is not read).
   False, and nothing changed, when an operand is no numeral, or the operation would raise an
   error, or its result is a NaN or a zero float (whose sign a constant table must not decide). */
bool fold_binary(Operator operator, Expression *left, const Expression *right);
bool fold_unary(Operator operator, Expression *operand);

#endif
