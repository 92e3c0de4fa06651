/* Scopes while parsing: variables and upvalues. Gotos are in scope_goto.c. Layer: compiler. */
#include "compiler/scope.h"

COLD void scope_limit_error(FunctionState *fs, const char *what, unsigned limit) {
  Lexer *lexer = &fs->compilation->lexer;
  if (fs->line_defined == 0) {
    lexer_error_near(lexer, "too many %s (limit is %u) in main function", what, limit);
  }
  lexer_error_near(lexer, "too many %s (limit is %u) in function at line %d", what, limit,
                   (int)fs->line_defined);
}

/* ---- blocks ------------------------------------------------------------------------------ */

void scope_open(Compilation *c, Scope *scope, Label *exit) {
  FunctionState *fs = c->function;
  *scope = (Scope){
      .outer = fs->scope,
      .first_variable = fs->first_variable + fs->active_count,
      .first_label = c->label_count,
      .first_goto = c->goto_count,
      .level = fs->register_count,
      .inside_to_be_closed = fs->scope != NULL && fs->scope->inside_to_be_closed,
      .exit = exit,
  };
  fs->scope = scope;
}

void scope_needs_closing(Compilation *c) {
  c->function->scope->needs_close = true;
  c->function->has_closing = true;
}

/* ---- variables --------------------------------------------------------------------------- */

uint32_t scope_declare(Compilation *c, String *name) {
  FunctionState *fs = c->function;
  uint32_t place = c->variable_count;
  if (place + 1 - fs->first_variable > MAX_LOCALS) {
    scope_limit_error(fs, "local variables", MAX_LOCALS);
  }
  if (place == c->variable_capacity) {
    support_grow(c->L, (void **)&c->variables, &c->variable_capacity, sizeof *c->variables,
                 place + 1);
  }
  if (place == c->variable_name_capacity) {
    support_grow(c->L, (void **)&c->variable_names, &c->variable_name_capacity,
                 sizeof *c->variable_names, place + 1);
  }
  c->variables[place] = (Variable){.kind = VARIABLE_REGULAR};
  c->variable_names[place] = name;
  c->variable_count++;
  return place;
}

void scope_activate(Compilation *c, uint32_t count) {
  FunctionState *fs = c->function;
  for (; count > 0; count--) {
    Variable *variable = &c->variables[fs->first_variable + fs->active_count++];
    if (variable->kind != VARIABLE_COMPILE_TIME) variable->reg = fs->register_count++;
  }
}

/* The innermost active variable of that name: its place, or -1. */
static int64_t find_variable(const FunctionState *fs, const String *name) {
  String **names = fs->compilation->variable_names;
  for (uint32_t i = fs->first_variable + fs->active_count; i-- > fs->first_variable;) {
    if (names[i] == name) return i;
  }
  return -1;
}

/* The block that holds the variable has to close it. */
static void mark_captured(FunctionState *fs, uint32_t place) {
  Scope *scope = fs->scope;
  while (scope->first_variable > place) scope = scope->outer;
  scope->needs_close = true;
  fs->has_closing = true;
}

/* ---- upvalues ------------------------------------------------------------------------------ */

/* What a name means to a function. */
typedef struct Meaning {
  enum { MEANS_GLOBAL, MEANS_LOCAL, MEANS_UPVALUE, MEANS_CONSTANT } kind;
  uint32_t index; /* register, upvalue, or place of a compile-time constant */
  uint8_t variable_kind;
} Meaning;

uint32_t scope_add_upvalue(Compilation *c, FunctionState *fs, UpvalueDesc upvalue) {
  if (fs->upvalue_count == MAX_UPVALUES) scope_limit_error(fs, "upvalues", MAX_UPVALUES);
  if (fs->upvalue_count == fs->upvalue_capacity) {
    support_grow(c->L, (void **)&fs->upvalues, &fs->upvalue_capacity, sizeof *fs->upvalues,
                 fs->upvalue_count + 1);
  }
  fs->upvalues[fs->upvalue_count] = upvalue;
  return fs->upvalue_count++;
}

static Meaning local_meaning(FunctionState *fs, uint32_t place, bool captured) {
  Variable *variable = &fs->compilation->variables[place];
  if (variable->kind == VARIABLE_COMPILE_TIME) return (Meaning){MEANS_CONSTANT, place, 0};
  if (captured) mark_captured(fs, place);
  return (Meaning){MEANS_LOCAL, variable->reg, variable->kind};
}

/* captured: asked on behalf of a function inside fs. Recursion is as deep as functions nest. */
static Meaning find_meaning(FunctionState *fs, String *name, bool captured) {
  if (fs == NULL) return (Meaning){MEANS_GLOBAL, 0, 0};
  int64_t place = find_variable(fs, name);
  if (place >= 0) return local_meaning(fs, (uint32_t)place, captured);
  for (uint32_t i = 0; i < fs->upvalue_count; i++) {
    if (fs->upvalues[i].name == name) return (Meaning){MEANS_UPVALUE, i, fs->upvalues[i].kind};
  }
  Meaning outside = find_meaning(fs->parent, name, true);
  if (outside.kind == MEANS_GLOBAL || outside.kind == MEANS_CONSTANT) return outside;
  UpvalueDesc upvalue = {
      .name = name,
      .in_stack = outside.kind == MEANS_LOCAL,
      .index = (uint8_t)outside.index,
      .kind = outside.variable_kind,
  };
  uint32_t index = scope_add_upvalue(fs->compilation, fs, upvalue);
  return (Meaning){MEANS_UPVALUE, index, upvalue.kind};
}

/* ---- names --------------------------------------------------------------------------------- */

static Expression *new_name(Compilation *c, ExpressionKind kind, uint32_t index) {
  Expression *e = bump_allocate(c->L, &c->nodes, sizeof *e);
  *e = (Expression){.kind = (uint8_t)kind, .index = (uint16_t)index, .line = c->lexer.last_line};
  return e;
}

static Expression *meaning_node(Compilation *c, Meaning meaning) {
  if (meaning.kind == MEANS_LOCAL) return new_name(c, EXPRESSION_LOCAL, meaning.index);
  if (meaning.kind == MEANS_UPVALUE) return new_name(c, EXPRESSION_UPVALUE, meaning.index);
  const Variable *variable = &c->variables[meaning.index];
  ConstantExpression *e = bump_allocate(c->L, &c->nodes, sizeof *e);
  e->base = (Expression){.kind = variable->constant_kind,
                         .index = (uint16_t)(meaning.index + 1),
                         .line = c->lexer.last_line};
  e->as = variable->constant;
  return &e->base;
}

/* A name that is no variable: the field of _ENV, whatever that is here. */
static Expression *global_node(Compilation *c, String *name) {
  Meaning env = find_meaning(c->function, c->env_name, false);
  if (env.kind == MEANS_UPVALUE && string_is_short(name)) {
    GlobalExpression *e = bump_allocate(c->L, &c->nodes, sizeof *e);
    e->base = (Expression){.kind = EXPRESSION_GLOBAL,
                           .index = (uint16_t)env.index,
                           .line = c->lexer.last_line};
    e->name = name;
    return &e->base;
  }
  Expression *table = meaning_node(c, env);
  FieldExpression *e = bump_allocate(c->L, &c->nodes, sizeof *e);
  e->spine.base = (Expression){.kind = EXPRESSION_FIELD, .line = c->lexer.last_line};
  e->spine.start = table;
  e->name = name;
  table->link = &e->spine.base;
  return &e->spine.base;
}

Expression *scope_resolve(Compilation *c, String *name) {
  Meaning meaning = find_meaning(c->function, name, false);
  return meaning.kind == MEANS_GLOBAL ? global_node(c, name) : meaning_node(c, meaning);
}

/* The name of a variable that must not be assigned to, or NULL. */
static const String *read_only_name(Compilation *c, const Expression *target) {
  FunctionState *fs = c->function;
  if (expression_is_constant(target)) {
    return target->index == 0 ? NULL : c->variable_names[target->index - 1];
  }
  if (target->kind == EXPRESSION_UPVALUE) {
    const UpvalueDesc *upvalue = &fs->upvalues[target->index];
    return upvalue->kind == VARIABLE_REGULAR ? NULL : upvalue->name;
  }
  if (target->kind != EXPRESSION_LOCAL) return NULL;
  for (uint32_t i = fs->active_count; i-- > 0;) {
    const Variable *variable = &c->variables[fs->first_variable + i];
    if (variable->kind != VARIABLE_COMPILE_TIME && variable->reg == target->index) {
      return variable->kind == VARIABLE_REGULAR ? NULL : c->variable_names[fs->first_variable + i];
    }
  }
  return NULL;
}

void scope_check_assignable(Compilation *c, const Expression *target) {
  const String *name = read_only_name(c, target);
  if (unlikely(name != NULL)) {
    lexer_error(&c->lexer, "attempt to assign to const variable '%s'", string_bytes(name));
  }
}

/* ---- functions ------------------------------------------------------------------------------ */

/* The state kept for functions of this depth, or a new one. */
static FunctionState *function_state(Compilation *c) {
  FunctionState **place = c->function == NULL ? &c->outermost : &c->function->child;
  if (*place == NULL) {
    FunctionState *fs = support_resize(c->L, NULL, 0, sizeof *fs);
    memset(fs, 0, offsetof(FunctionState, local_of_register));
    fs->compilation = c;
    fs->parent = c->function;
    *place = fs;
  }
  return *place;
}

FunctionState *scope_open_function(Compilation *c, Scope *scope, int32_t line_defined) {
  FunctionState *fs = function_state(c);
  fs->scope = NULL;
  fs->first_variable = c->variable_count;
  fs->first_label = c->label_count;
  fs->first_goto = c->goto_count;
  fs->active_count = 0;
  fs->register_count = 0;
  fs->list_registers = 0;
  fs->param_count = 0;
  fs->is_vararg = false;
  fs->has_closing = false;
  fs->has_outer_label = false;
  memset(fs->wide_variables, 0, sizeof fs->wide_variables);
  fs->line_defined = line_defined;
  fs->upvalue_count = 0;
  c->function = fs;
  scope_open(c, scope, NULL);
  return fs;
}
