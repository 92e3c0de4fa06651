/* Labels, gotos and breaks: which goto leads where, and whether it may. Layer: compiler.

   A goto to a label seen before is resolved at once. Any other is pending: it moves from block to
   block outwards as these end, until a label of its name appears in the block it has
   reached. Manual 3.3.4 and 3.5. */
#include "compiler/scope.h"

Label *scope_new_label(Compilation *c, String *name, int32_t line) {
  Label *label = bump_allocate(c->L, &c->jumps, sizeof *label);
  *label = (Label){.name = name, .line = line, .pc = PC_UNKNOWN};
  return label;
}

/* Labels and pending gotos are searched linearly. */
enum { MAX_PENDING = INT16_MAX };

static void check_pending(Compilation *c, uint32_t count) {
  if (count >= MAX_PENDING) scope_limit_error(c->function, "labels/gotos", MAX_PENDING);
}

static void resolve_goto(Goto *jump, Label *label) {
  jump->label = label;
  jump->next = label->gotos;
  label->gotos = jump;
}

static Label *find_label(const Compilation *c, const String *name) {
  for (uint32_t i = c->function->first_label; i < c->label_count; i++) {
    if (c->labels[i]->name == name) return c->labels[i];
  }
  return NULL;
}

static void push_goto(Compilation *c, Goto *jump) {
  check_pending(c, c->goto_count);
  if (c->goto_count == c->goto_capacity) {
    support_grow(c->L, (void **)&c->gotos, &c->goto_capacity, sizeof *c->gotos,
                 c->goto_count + 1);
  }
  c->gotos[c->goto_count++] = jump;
}

Goto *scope_goto(Compilation *c, String *name, int32_t line) {
  FunctionState *fs = c->function;
  Goto *jump = bump_allocate(c->L, &c->jumps, sizeof *jump);
  *jump = (Goto){
      .name = name,
      .line = line,
      .variable_count = fs->active_count,
      .level = fs->register_count,
      .jumps = PC_UNKNOWN,
  };
  Label *label = name == NULL ? NULL : find_label(c, name);
  if (label == NULL) {
    push_goto(c, jump);
  } else {
    /* Backwards: variables may be captured later on in the block that is left, so it always
       closes. */
    jump->needs_close = jump->level > label->level;
    jump->level = label->level;
    resolve_goto(jump, label);
  }
  return jump;
}

static COLD _Noreturn void error_into_scope(Compilation *c, const Goto *jump) {
  const String *local = c->variable_names[c->function->first_variable + jump->variable_count];
  lexer_error(&c->lexer, "<goto %s> at line %d jumps into the scope of local '%s'",
              string_bytes(jump->name), (int)jump->line, string_bytes(local));
}

/* Resolves the scope's pending gotos (name NULL: breaks) that lead to the label. */
static void resolve_pending(Compilation *c, const Scope *scope, Label *label) {
  uint32_t kept = scope->first_goto;
  for (uint32_t i = scope->first_goto; i < c->goto_count; i++) {
    Goto *jump = c->gotos[i];
    if (jump->name != label->name) {
      c->gotos[kept++] = jump;
      continue;
    }
    if (jump->variable_count < label->variable_count) error_into_scope(c, jump);
    resolve_goto(jump, label);
  }
  c->goto_count = kept;
}

Label *scope_define_label(Compilation *c, String *name, int32_t line, bool last) {
  FunctionState *fs = c->function;
  const Scope *scope = fs->scope;
  const Label *other = find_label(c, name);
  if (other != NULL) {
    lexer_error(&c->lexer, "label '%s' already defined on line %d", string_bytes(name),
                (int)other->line);
  }
  Label *label = scope_new_label(c, name, line);
  label->variable_count = last ? scope->first_variable - fs->first_variable : fs->active_count;
  label->level = last ? scope->level : fs->register_count;
  check_pending(c, c->label_count);
  if (c->label_count == c->label_capacity) {
    support_grow(c->L, (void **)&c->labels, &c->label_capacity, sizeof *c->labels,
                 c->label_count + 1);
  }
  c->labels[c->label_count++] = label;
  resolve_pending(c, scope, label);
  return label;
}

/* The pending gotos leave the scope. */
static void move_gotos_out(Compilation *c, const Scope *scope) {
  uint32_t variables = scope->first_variable - c->function->first_variable;
  for (uint32_t i = scope->first_goto; i < c->goto_count; i++) {
    Goto *jump = c->gotos[i];
    if (jump->level > scope->level) {
      jump->needs_close |= scope->needs_close;
      jump->level = scope->level;
    }
    jump->variable_count = variables;
  }
}

static COLD _Noreturn void error_unresolved(Compilation *c, const Goto *jump) {
  if (jump->name == NULL) {
    lexer_error(&c->lexer, "break outside a loop at line %d", (int)jump->line);
  }
  lexer_error(&c->lexer, "no visible label '%s' for <goto> at line %d", string_bytes(jump->name),
              (int)jump->line);
}

static void remove_variables(Compilation *c, const Scope *scope) {
  FunctionState *fs = c->function;
  c->variable_count = scope->first_variable;
  c->label_count = scope->first_label;
  fs->active_count = scope->first_variable - fs->first_variable;
  fs->register_count = scope->level;
  fs->scope = scope->outer;
}

void scope_close(Compilation *c) {
  const Scope *scope = c->function->scope;
  move_gotos_out(c, scope);
  if (scope->exit != NULL) {
    scope->exit->variable_count = scope->first_variable - c->function->first_variable;
    scope->exit->level = scope->level;
    resolve_pending(c, scope, scope->exit);
  }
  remove_variables(c, scope);
}

void scope_close_function_block(Compilation *c) {
  const Scope *scope = c->function->scope;
  if (c->goto_count > scope->first_goto) error_unresolved(c, c->gotos[scope->first_goto]);
  c->function->closes_at_return = scope->needs_close;
  remove_variables(c, scope);
}
