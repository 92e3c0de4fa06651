/* What one compilation consists of, and the state of each function under construction.
   Layer: compiler.

   How a function is compiled
   --------------------------
   The parser resolves names while it reads: a variable's register is the number of variables
   that are active before it. Each statement of a function's outermost block becomes a tree,
   its code is generated at once, and the tree's memory is taken back; nested functions are
   complete before the statement around them is. So the arena holds one statement for
   each function on the way, and code generation knows for every nested block whether one of
   its variables is captured later on. For the outermost block it does not; see codegen_finish.

   Ownership: everything hangs off the Compilation; compilation_free releases it, whether the
   compilation ended or an error left it. FunctionStates are kept by nesting depth and used
   again, with their buffers, by the next function of that depth. */
#ifndef FERROUS_COMPILER_COMPILATION_H
#define FERROUS_COMPILER_COMPILATION_H

#include "compiler/ast.h"
#include "compiler/bump.h"
#include "compiler/lexer.h"

/* A variable of a function that is on the way, active or declared and not yet active. Its name is
   in Compilation.variable_names, at the same place. */
typedef struct Variable {
  uint8_t kind; /* VARIABLE_* */
  uint8_t reg;  /* of an active variable that is not a compile-time constant */
  uint8_t constant_kind; /* ExpressionKind of a compile-time constant */
  ConstantPayload constant;
} Variable;

/* A block that is being parsed. Lives on the parser's C stack. */
typedef struct Scope Scope;
struct Scope {
  Scope *outer; /* in the same function */
  uint32_t first_variable; /* place of its first variable in Compilation.variables */
  uint32_t first_label;
  uint32_t first_goto;
  uint8_t level; /* registers in use outside */
  bool needs_close;
  bool inside_to_be_closed;
  Label *exit; /* loops: where break leads */
};

typedef struct Compilation Compilation;

typedef struct FunctionState FunctionState;
struct FunctionState {
  FunctionState *parent; /* the enclosing function */
  FunctionState *child;  /* kept for the functions inside this one */
  Compilation *compilation;

  /* the parser's part */
  Scope *scope;            /* innermost */
  uint32_t first_variable; /* place in Compilation.variables */
  uint32_t first_label;
  uint32_t first_goto;
  uint32_t active_count; /* active variables */
  uint8_t register_count; /* registers of the active variables */
  unsigned list_registers; /* that calls and lists around the current token will need at least */
  uint8_t param_count;
  bool is_vararg;
  bool has_closing; /* some variable so far is captured or to be closed */
  bool closes_at_return; /* one of the outermost block is */
  bool has_outer_label;  /* a label was defined in the outermost block */
  uint64_t wide_variables[4]; /* by register: see wide.h */
  int32_t line_defined;
  UpvalueDesc *upvalues;
  uint32_t upvalue_count, upvalue_capacity;

  /* the code generator's part */
  unsigned free_register;    /* the registers below are in use */
  unsigned active_registers; /* of active variables: free_register between statements */
  unsigned max_stack;
  unsigned closing_blocks; /* blocks around the current statement whose exit closes variables */
  Instruction *code;
  uint32_t code_count, code_capacity;
  uint32_t code_room; /* at most the capacity: up to here neither memory nor a poll is due */
  uint32_t last_label; /* the last pc that something may jump to */
  LineEntry *lines;
  uint32_t line_count, line_capacity;
  Value *constants;
  uint32_t constant_count, constant_capacity;
  uint32_t *constant_index; /* open addressing: place + 1; in use above a few constants */
  uint32_t constant_mask;   /* 0: not in use */
  uint32_t constant_index_capacity;
  Proto **protos;
  uint32_t proto_count, proto_capacity;
  LocalVariable *locals;
  uint32_t local_count, local_capacity;
  uint32_t local_of_register[MAX_REGISTERS + 1]; /* place in locals of an active variable */
};

struct Compilation {
  State *L;
  Lexer lexer;
  unsigned levels;         /* nested C levels, those of the thread included */
  BumpArena nodes;         /* trees: released after each statement */
  BumpArena jumps;         /* labels and gotos: released after each function */
  FunctionState *outermost;
  FunctionState *function; /* the innermost on the way */
  String **variable_names;
  uint32_t variable_name_capacity;
  Variable *variables;
  uint32_t variable_count, variable_capacity;
  Label **labels; /* visible ones */
  uint32_t label_count, label_capacity;
  Goto **gotos; /* pending ones */
  uint32_t goto_count, goto_capacity;
  String *source;
  String *env_name;  /* "_ENV" */
  String *self_name; /* "self" */
  String *state_name; /* "(for state)" */
};

#endif
