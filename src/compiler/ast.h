/* The syntax tree: compact nodes in a bump arena, with every name resolved and every constant
   folded. Layer: compiler.

   Spines. A chain of left operands or of suffixes (x + x + ..., a.b.c(...).d) may be as long as the
   source, so nobody recurses along it. A node of such a chain does not point at its left
   operand; it points at the leaf where the chain begins (`start`), and each node below it at
   the node around it (`link`). Walking from start to the node visits the chain in the order of
   evaluation. Everything else nests at most as deep as the parser's level limit.

   `link` has a second use: it chains the members of an expression list. A node is either a left
   operand or a member of a list, never both. */
#ifndef FERROUS_COMPILER_AST_H
#define FERROUS_COMPILER_AST_H

#include "object/object.h"

typedef enum ExpressionKind {
  EXPRESSION_NIL, /* constants first */
  EXPRESSION_FALSE,
  EXPRESSION_TRUE,
  EXPRESSION_INTEGER,
  EXPRESSION_FLOAT,
  EXPRESSION_STRING,
  EXPRESSION_LOCAL, /* then what can be assigned to */
  EXPRESSION_UPVALUE,
  EXPRESSION_GLOBAL,
  EXPRESSION_FIELD,
  EXPRESSION_INDEX,
  EXPRESSION_CALL, /* then what may yield several values */
  EXPRESSION_METHOD_CALL,
  EXPRESSION_VARARG,
  EXPRESSION_FUNCTION,
  EXPRESSION_TABLE,
  EXPRESSION_PAIR, /* only as a member of a table */
  EXPRESSION_UNARY,
  EXPRESSION_BINARY,
  EXPRESSION_GROUP /* parentheses that matter: around a variable or several values */
} ExpressionKind;

/* In the order of LUA_OPADD...: see fold.c. */
typedef enum Operator {
  OPERATOR_ADD,
  OPERATOR_SUBTRACT,
  OPERATOR_MULTIPLY,
  OPERATOR_MODULO,
  OPERATOR_POWER,
  OPERATOR_DIVIDE,
  OPERATOR_FLOOR_DIVIDE,
  OPERATOR_BIT_AND,
  OPERATOR_BIT_OR,
  OPERATOR_BIT_XOR,
  OPERATOR_SHIFT_LEFT,
  OPERATOR_SHIFT_RIGHT,
  OPERATOR_NEGATE,
  OPERATOR_BIT_NOT, /* the last arithmetic one */
  OPERATOR_CONCAT,
  OPERATOR_EQUAL, /* comparisons */
  OPERATOR_NOT_EQUAL,
  OPERATOR_LESS,
  OPERATOR_LESS_EQUAL,
  OPERATOR_GREATER,
  OPERATOR_GREATER_EQUAL,
  OPERATOR_AND,
  OPERATOR_OR,
  OPERATOR_NOT,
  OPERATOR_LENGTH,
  OPERATOR_NONE
} Operator;

typedef struct Expression Expression;
struct Expression {
  uint8_t kind;
  uint8_t operator; /* unary and binary */
  /* LOCAL: register; UPVALUE: its index; GLOBAL: that of _ENV; constants: 0, or 1 + the number of
     the compile-time constant variable that was named */
  uint16_t index;
  int32_t line; /* of the instruction that yields the value */
  Expression *link;
};

typedef union ConstantPayload {
  int64_t integer;
  double number;
  String *string;
} ConstantPayload;

/* INTEGER, FLOAT, STRING. */
typedef struct ConstantExpression {
  Expression base;
  ConstantPayload as;
} ConstantExpression;

/* GLOBAL. */
typedef struct GlobalExpression {
  Expression base;
  String *name;
} GlobalExpression;

/* What FIELD, INDEX, CALL, METHOD_CALL and BINARY begin with. */
typedef struct SpineExpression {
  Expression base;
  Expression *start;
} SpineExpression;

typedef struct FieldExpression {
  SpineExpression spine;
  String *name;
} FieldExpression;

typedef struct IndexExpression {
  SpineExpression spine;
  Expression *key;
} IndexExpression;

typedef struct CallExpression {
  SpineExpression spine;
  Expression *arguments;
  String *method;      /* METHOD_CALL */
  int32_t method_line; /* METHOD_CALL: where the method is looked up */
} CallExpression;

typedef struct BinaryExpression {
  SpineExpression spine;
  Expression *right;
  int32_t truth_line; /* comparisons, and, or: of the instructions that make a value of their jumps */
} BinaryExpression;

/* UNARY, GROUP. */
typedef struct UnaryExpression {
  Expression base;
  Expression *operand;
  int32_t truth_line; /* not: as above */
} UnaryExpression;

typedef struct FunctionExpression {
  Expression base;
  uint32_t proto; /* number among the function's prototypes */
} FunctionExpression;

typedef struct PairExpression {
  Expression base;
  Expression *key;
  Expression *value;
} PairExpression;

typedef struct TableExpression {
  Expression base;
  Expression *members; /* PAIRs and plain values */
  uint32_t pair_count;
  uint32_t item_count; /* without an open last member (a call, or varargs) */
  int32_t end_line;
} TableExpression;

ALWAYS_INLINE bool expression_is_constant(const Expression *e) {
  return e->kind <= EXPRESSION_STRING;
}
ALWAYS_INLINE bool expression_is_variable(const Expression *e) {
  return e->kind >= EXPRESSION_LOCAL && e->kind <= EXPRESSION_INDEX;
}
ALWAYS_INLINE bool expression_is_numeral(const Expression *e) {
  return e->kind == EXPRESSION_INTEGER || e->kind == EXPRESSION_FLOAT;
}
/* A call or varargs: as many values as are wanted. */
ALWAYS_INLINE bool expression_is_open(const Expression *e) {
  return e->kind >= EXPRESSION_CALL && e->kind <= EXPRESSION_VARARG;
}
ALWAYS_INLINE bool expression_is_call(const Expression *e) {
  return e->kind == EXPRESSION_CALL || e->kind == EXPRESSION_METHOD_CALL;
}
ALWAYS_INLINE bool expression_is_logical(const Expression *e) {
  return e->kind == EXPRESSION_BINARY &&
         (e->operator == OPERATOR_AND || e->operator == OPERATOR_OR);
}
/* Where the place for truth_line is; NULL: it has none. */
ALWAYS_INLINE int32_t *expression_truth_line(Expression *e) {
  if (e->kind == EXPRESSION_BINARY) return &((BinaryExpression *)e)->truth_line;
  return e->kind == EXPRESSION_UNARY ? &((UnaryExpression *)e)->truth_line : NULL;
}
/* A spine of suffixes; binary operators have spines of their own. */
ALWAYS_INLINE bool expression_is_suffixed(const Expression *e) {
  return e->kind >= EXPRESSION_FIELD && e->kind <= EXPRESSION_METHOD_CALL;
}
ALWAYS_INLINE const ConstantPayload *expression_constant(const Expression *e) {
  return &((const ConstantExpression *)e)->as;
}
ALWAYS_INLINE Expression *expression_start(const Expression *e) {
  return ((const SpineExpression *)e)->start;
}

/* ---- statements ------------------------------------------------------------------------- */

typedef enum StatementKind {
  STATEMENT_LOCAL,
  STATEMENT_LOCAL_FUNCTION,
  STATEMENT_ASSIGN,
  STATEMENT_FUNCTION, /* an assignment whose line is where the function begins */
  STATEMENT_CALL,
  STATEMENT_IF,
  STATEMENT_WHILE,
  STATEMENT_REPEAT,
  STATEMENT_NUMERIC_FOR,
  STATEMENT_GENERIC_FOR,
  STATEMENT_DO,
  STATEMENT_RETURN,
  STATEMENT_GOTO,
  STATEMENT_LABEL
} StatementKind;

typedef struct Statement Statement;
struct Statement {
  uint8_t kind;
  int32_t line;
  Statement *next;
};

typedef struct Goto Goto;

/* A place that gotos and breaks lead to. Lives as long as its function is compiled. */
typedef struct Label {
  String *name; /* NULL: the end of a loop */
  int32_t line;
  uint32_t variable_count; /* active variables of the function at the label */
  uint8_t level;           /* registers of those variables */
  uint32_t pc;             /* PC_UNKNOWN until its code is generated */
  Goto *gotos;             /* those that lead here */
} Label;

/* A goto or a break. While it is pending, variable_count, level and needs_close follow the blocks
   it has left. */
struct Goto {
  String *name; /* NULL: break */
  int32_t line;
  uint32_t variable_count;
  uint8_t level;
  bool needs_close; /* it leaves a block with a captured or to-be-closed variable */
  Label *label;     /* NULL while unresolved */
  uint32_t jumps;   /* its jump instructions (a JumpList), once its code is generated */
  Goto *next;       /* of the same label */
};

#define PC_UNKNOWN UINT32_MAX

typedef struct Block {
  Statement *first;
  uint8_t level;    /* registers in use outside */
  bool needs_close; /* a variable of it was captured, or is to be closed */
  int32_t end_line;
} Block;

/* first_register says where the variables live; the names are for debug information. */
typedef struct LocalStatement {
  Statement base;
  uint32_t count;
  uint8_t first_register;
  int16_t to_be_closed; /* register, or -1 */
  Expression *values;
  String *names[];
} LocalStatement;

typedef struct LocalFunctionStatement {
  Statement base;
  uint8_t first_register;
  String *name;
  Expression *function;
} LocalFunctionStatement;

/* ASSIGN, FUNCTION. */
typedef struct AssignStatement {
  Statement base;
  uint32_t target_count;
  Expression *targets;
  Expression *values;
} AssignStatement;

/* CALL (the call), RETURN (the list). */
typedef struct ExpressionStatement {
  Statement base;
  bool is_tail_call; /* RETURN */
  Expression *expressions;
} ExpressionStatement;

typedef struct IfArm IfArm;
struct IfArm {
  Expression *condition; /* NULL: else */
  int32_t then_line;
  int32_t line; /* of the jump behind the block */
  Block block;
  IfArm *next;
};

typedef struct IfStatement {
  Statement base;
  IfArm *arms;
} IfStatement;

/* WHILE, REPEAT (their line is that of the condition's end), DO (condition NULL). */
typedef struct BlockStatement {
  Statement base;
  Expression *condition;
  Block block;
  Label *exit; /* WHILE, REPEAT */
} BlockStatement;

/* NUMERIC_FOR (start, limit, optional step), GENERIC_FOR (the iterator's expressions). */
typedef struct ForStatement {
  Statement base;
  Expression *expressions;
  Block block; /* with the declared variables */
  Label *exit;
  uint8_t first_register; /* of the hidden variables */
  uint32_t name_count;
  int32_t prepare_line; /* of "do" */
  int32_t list_line;    /* of the end of the expressions */
  int32_t end_line;     /* GENERIC_FOR: of "end" */
  String *names[];
} ForStatement;

typedef struct GotoStatement {
  Statement base;
  Goto *target;
} GotoStatement;

typedef struct LabelStatement {
  Statement base;
  Label *label;
} LabelStatement;

#endif
