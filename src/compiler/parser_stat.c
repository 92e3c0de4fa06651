/* Parser: statements. Layer: compiler. */
#include "compiler/codegen.h"
#include "compiler/parser.h"
#include "compiler/scope.h"
#include "compiler/wide.h"

static Statement *parse_statement(Compilation *c);

/* ---- helpers --------------------------------------------------------------------------------- */

static void *new_statement(Compilation *c, StatementKind kind, size_t size, int32_t line) {
  Statement *statement = parser_node(c, size);
  memset(statement, 0, size);
  statement->kind = (uint8_t)kind;
  statement->line = line;
  return statement;
}

/* Whether the current token ends a block. */
static bool ends_block(const Compilation *c, bool with_until) {
  switch (parser_token(c)) {
    case TOKEN_ELSE: case TOKEN_ELSEIF: case TOKEN_END: case TOKEN_END_OF_STREAM: return true;
    case TOKEN_UNTIL: return with_until;
    default: return false;
  }
}

/* Appends a statement, or none, or a label with those behind it; the place for the next one. */
static Statement **append_statements(Statement **place, Statement *statement) {
  *place = statement;
  while (*place != NULL) place = &(*place)->next;
  return place;
}

/* The statements of a block inside a function. */
static Statement *parse_statements(Compilation *c) {
  Statement *first = NULL;
  Statement **place = &first;
  while (!ends_block(c, true)) {
    bool is_last = parser_token(c) == TOKEN_RETURN;
    Statement *statement = parse_statement(c);
    place = append_statements(place, statement);
    if (is_last) break;
  }
  return first;
}

void parser_function_statements(Compilation *c) {
  while (!ends_block(c, true)) {
    bool is_last = parser_token(c) == TOKEN_RETURN;
    BumpMark mark = bump_mark(&c->nodes);
    Statement *statement = parse_statement(c);
    codegen_statements(c->function, statement);
    wide_forget_above(c->function);
    bump_release(&c->nodes, mark);
    if (is_last) break;
  }
}

static void close_scope(Compilation *c, Block *block) {
  const Scope *scope = c->function->scope;
  block->level = scope->level;
  block->needs_close = scope->needs_close;
  block->end_line = c->lexer.last_line;
  scope_close(c);
}

static void parse_block(Compilation *c, Block *block) {
  Scope scope;
  scope_open(c, &scope, NULL);
  block->first = parse_statements(c);
  close_scope(c, block);
}

/* ---- if, while, repeat, do ------------------------------------------------------------------- */

/* The condition is read; the block behind it. */
static IfArm *parse_arm(Compilation *c, Expression *condition) {
  IfArm *arm = parser_node(c, sizeof *arm);
  *arm = (IfArm){.condition = condition, .then_line = c->lexer.last_line};
  parse_block(c, &arm->block);
  arm->line = c->lexer.last_line;
  return arm;
}

/* At "if" or "elseif". */
static IfArm *parse_conditional_arm(Compilation *c) {
  lexer_next(&c->lexer);
  Expression *condition = parser_expression(c);
  parser_expect(c, TOKEN_THEN);
  parser_settle(c, condition);
  return parse_arm(c, condition);
}

static Statement *parse_if(Compilation *c) {
  int32_t line = c->lexer.line;
  IfStatement *statement = new_statement(c, STATEMENT_IF, sizeof *statement, line);
  IfArm *arm = statement->arms = parse_conditional_arm(c);
  while (parser_token(c) == TOKEN_ELSEIF) arm = arm->next = parse_conditional_arm(c);
  if (parser_accept(c, TOKEN_ELSE)) arm->next = parse_arm(c, NULL);
  parser_expect_match(c, TOKEN_END, TOKEN_IF, line);
  return &statement->base;
}

static Statement *parse_while(Compilation *c) {
  int32_t line = c->lexer.line;
  BlockStatement *statement = new_statement(c, STATEMENT_WHILE, sizeof *statement, line);
  Scope scope;
  lexer_next(&c->lexer);
  statement->condition = parser_expression(c);
  parser_settle(c, statement->condition);
  statement->base.line = c->lexer.last_line;
  statement->exit = scope_new_label(c, NULL, line);
  scope_open(c, &scope, statement->exit);
  parser_expect(c, TOKEN_DO);
  parse_block(c, &statement->block);
  parser_expect_match(c, TOKEN_END, TOKEN_WHILE, line);
  scope_close(c);
  return &statement->base;
}

static Statement *parse_repeat(Compilation *c) {
  int32_t line = c->lexer.line;
  BlockStatement *statement = new_statement(c, STATEMENT_REPEAT, sizeof *statement, line);
  Scope loop, body;
  lexer_next(&c->lexer);
  statement->exit = scope_new_label(c, NULL, line);
  scope_open(c, &loop, statement->exit);
  scope_open(c, &body, NULL);
  statement->block.first = parse_statements(c);
  parser_expect_match(c, TOKEN_UNTIL, TOKEN_REPEAT, line);
  statement->condition = parser_expression(c); /* sees the body's variables */
  parser_settle(c, statement->condition);
  statement->base.line = c->lexer.last_line;
  close_scope(c, &statement->block);
  scope_close(c);
  return &statement->base;
}

static Statement *parse_do(Compilation *c) {
  int32_t line = c->lexer.line;
  BlockStatement *statement = new_statement(c, STATEMENT_DO, sizeof *statement, line);
  lexer_next(&c->lexer);
  parse_block(c, &statement->block);
  parser_expect_match(c, TOKEN_END, TOKEN_DO, line);
  return &statement->base;
}

/* ---- for ------------------------------------------------------------------------------------- */

static void declare_hidden(Compilation *c, unsigned count) {
  while (count-- > 0) scope_declare(c, c->state_name);
}

/* From "do" to before "end"; hidden variables and names are declared, only the names not active. */
static void parse_for_body(Compilation *c, ForStatement *statement) {
  Scope scope;
  parser_expect(c, TOKEN_DO);
  statement->prepare_line = c->lexer.last_line;
  scope_open(c, &scope, NULL);
  scope_activate(c, statement->name_count);
  statement->block.first = parse_statements(c);
  close_scope(c, &statement->block);
}

static ForStatement *new_for(Compilation *c, StatementKind kind, uint32_t name_count,
                             int32_t line, Label *exit) {
  ForStatement *statement =
      new_statement(c, kind, sizeof *statement + name_count * sizeof(String *), line);
  statement->name_count = name_count;
  statement->exit = exit;
  statement->first_register = c->function->register_count;
  return statement;
}

static Expression *parse_for_bound(Compilation *c) {
  Expression *e = parser_expression(c);
  parser_settle(c, e);
  return e;
}

static Statement *parse_numeric_for(Compilation *c, String *name, int32_t line, Label *exit) {
  ForStatement *statement = new_for(c, STATEMENT_NUMERIC_FOR, 1, line, exit);
  declare_hidden(c, 3);
  scope_declare(c, name);
  statement->names[0] = name;
  ExpressionList bounds = {0};
  parser_expect(c, '=');
  parser_list_add(&bounds, parse_for_bound(c));
  parser_expect(c, ',');
  parser_list_add(&bounds, parse_for_bound(c));
  if (parser_accept(c, ',')) parser_list_add(&bounds, parse_for_bound(c));
  statement->list_line = c->lexer.last_line;
  statement->expressions = bounds.first;
  scope_activate(c, 3);
  parse_for_body(c, statement);
  return &statement->base;
}

static uint32_t declare_for_names(Compilation *c, String *name) {
  uint32_t count = 1;
  declare_hidden(c, 4);
  scope_declare(c, name);
  while (parser_accept(c, ',')) {
    scope_declare(c, parser_expect_name(c));
    count++;
  }
  return count;
}

/* The loop ends with a CLOSE, for the closing value; breaks lead there and need none of their
   own. */
static void spare_breaks_closing(Label *exit) {
  for (Goto *jump = exit->gotos; jump != NULL; jump = jump->next) jump->needs_close = false;
}

static Statement *parse_generic_for(Compilation *c, String *name, int32_t line, Label *exit) {
  uint32_t count = declare_for_names(c, name);
  ForStatement *statement = new_for(c, STATEMENT_GENERIC_FOR, count, line, exit);
  memcpy(statement->names, c->variable_names + c->variable_count - count,
         count * sizeof(String *));
  parser_expect(c, TOKEN_IN);
  statement->base.line = c->lexer.line; /* of the calls of the iterator */
  ExpressionList list = parser_expression_list(c);
  parser_settle(c, list.last);
  statement->list_line = c->lexer.last_line;
  statement->expressions = list.first;
  scope_activate(c, 4);
  scope_needs_closing(c);
  c->function->scope->inside_to_be_closed = true;
  parse_for_body(c, statement);
  return &statement->base;
}

static Statement *parse_for(Compilation *c) {
  int32_t line = c->lexer.line;
  Scope scope;
  lexer_next(&c->lexer);
  Label *exit = scope_new_label(c, NULL, line);
  scope_open(c, &scope, exit);
  String *name = parser_expect_name(c);
  Statement *statement;
  switch (parser_token(c)) {
    case '=': statement = parse_numeric_for(c, name, line, exit); break;
    case ',': case TOKEN_IN: statement = parse_generic_for(c, name, line, exit); break;
    default: lexer_error_near(&c->lexer, "'=' or 'in' expected");
  }
  parser_expect_match(c, TOKEN_END, TOKEN_FOR, line);
  scope_close(c);
  if (statement->kind == STATEMENT_GENERIC_FOR) {
    ((ForStatement *)statement)->end_line = c->lexer.last_line;
    spare_breaks_closing(exit);
  }
  return statement;
}

/* ---- local ----------------------------------------------------------------------------------- */

static Statement *parse_local_function(Compilation *c) {
  LocalFunctionStatement *statement =
      new_statement(c, STATEMENT_LOCAL_FUNCTION, sizeof *statement, c->lexer.line);
  statement->name = parser_expect_name(c);
  statement->first_register = c->function->register_count;
  scope_declare(c, statement->name);
  scope_activate(c, 1); /* the body sees it */
  statement->function = parser_function_body(c, false, c->lexer.line);
  statement->base.line = c->lexer.last_line;
  return &statement->base;
}

static uint8_t parse_attribute(Compilation *c) {
  if (!parser_accept(c, '<')) return VARIABLE_REGULAR;
  const String *name = parser_expect_name(c);
  parser_expect(c, '>');
  if (strcmp(string_bytes(name), "const") == 0) return VARIABLE_CONST;
  if (strcmp(string_bytes(name), "close") == 0) return VARIABLE_CLOSE;
  lexer_error(&c->lexer, "unknown attribute '%s'", string_bytes(name));
}

/* Declares the names; their number. *closing: which of them is to be closed, or -1. */
static uint32_t parse_local_names(Compilation *c, int32_t *closing) {
  uint32_t count = 0;
  *closing = -1;
  do {
    uint32_t place = scope_declare(c, parser_expect_name(c));
    uint8_t kind = parse_attribute(c);
    c->variables[place].kind = kind;
    if (kind == VARIABLE_CLOSE) {
      if (*closing >= 0) lexer_error(&c->lexer, "multiple to-be-closed variables in local list");
      *closing = (int32_t)count;
    }
    count++;
  } while (parser_accept(c, ','));
  return count;
}

/* The last variable of the list becomes a compile-time constant if it can; its value then leaves
   the list of values. */
static bool make_compile_time(Compilation *c, ExpressionList *values, uint32_t count) {
  Variable *last = &c->variables[c->variable_count - 1];
  if (last->kind != VARIABLE_CONST || values->count != count ||
      !expression_is_constant(values->last)) {
    return false;
  }
  const Expression *value = values->last;
  last->kind = VARIABLE_COMPILE_TIME;
  last->constant_kind = value->kind;
  if (value->kind >= EXPRESSION_INTEGER) last->constant = *expression_constant(value);
  Expression **place = &values->first;
  while (*place != value) place = &(*place)->link;
  *place = NULL;
  return true;
}

static void note_wide_locals(FunctionState *fs, const LocalStatement *statement) {
  const Expression *value = statement->values;
  for (uint32_t i = 0; i < statement->count && value != NULL; i++, value = value->link)
    wide_note_assignment(fs, statement->first_register + i, value);
}

static Statement *parse_local(Compilation *c) {
  int32_t closing;
  uint32_t count = parse_local_names(c, &closing);
  ExpressionList values = {0};
  if (parser_accept(c, '=')) {
    values = parser_expression_list(c);
    parser_settle(c, values.last);
  }
  bool compile_time = make_compile_time(c, &values, count);
  uint32_t in_registers = count - compile_time;
  LocalStatement *statement =
      new_statement(c, STATEMENT_LOCAL, sizeof *statement + count * sizeof(String *),
                    c->lexer.last_line);
  statement->count = in_registers;
  statement->first_register = c->function->register_count;
  statement->to_be_closed = closing < 0 ? -1 : (int16_t)(statement->first_register + closing);
  statement->values = values.first;
  memcpy(statement->names, c->variable_names + c->variable_count - count,
         count * sizeof(String *));
  scope_activate(c, count);
  if (closing < 0) note_wide_locals(c->function, statement);
  if (closing >= 0) {
    scope_needs_closing(c);
    c->function->scope->inside_to_be_closed = true;
  }
  return in_registers == 0 ? NULL : &statement->base;
}

/* ---- assignments, calls, functions ----------------------------------------------------------- */

static Statement *parse_function_statement(Compilation *c) {
  int32_t line = c->lexer.line;
  lexer_next(&c->lexer);
  Expression *target = scope_resolve(c, parser_expect_name(c));
  while (parser_accept(c, '.')) {
    target = &parser_new_field(c, target, parser_expect_name(c))->spine.base;
  }
  bool is_method = parser_accept(c, ':');
  if (is_method) target = &parser_new_field(c, target, parser_expect_name(c))->spine.base;
  Expression *function = parser_function_body(c, is_method, line);
  scope_check_assignable(c, target);
  AssignStatement *statement = new_statement(c, STATEMENT_FUNCTION, sizeof *statement, line);
  statement->target_count = 1;
  statement->targets = target;
  statement->values = function;
  return &statement->base;
}

static void add_target(Compilation *c, ExpressionList *targets, Expression *target) {
  if (!expression_is_variable(target) &&
      !(expression_is_constant(target) && target->index != 0)) {
    lexer_error_near(&c->lexer, "syntax error");
  }
  scope_check_assignable(c, target);
  parser_list_add(targets, target);
}

static Statement *parse_assignment(Compilation *c, Expression *first) {
  ExpressionList targets = {0};
  unsigned levels = c->levels; /* each target counts as a level, as in the reference */
  add_target(c, &targets, first);
  while (parser_accept(c, ',')) {
    Expression *target = parser_suffixed(c);
    parser_enter(c);
    add_target(c, &targets, target);
  }
  parser_expect(c, '=');
  ExpressionList values = parser_expression_list(c);
  parser_settle(c, values.last);
  c->levels = levels;
  AssignStatement *statement =
      new_statement(c, STATEMENT_ASSIGN, sizeof *statement, c->lexer.last_line);
  statement->target_count = targets.count;
  statement->targets = targets.first;
  statement->values = values.first;
  if (targets.count == 1 && targets.first->kind == EXPRESSION_LOCAL)
    wide_note_assignment(c->function, targets.first->index, values.first);
  return &statement->base;
}

static Statement *parse_expression_statement(Compilation *c) {
  Expression *e = parser_suffixed(c);
  if (parser_token(c) == '=' || parser_token(c) == ',') return parse_assignment(c, e);
  if (!expression_is_call(e)) lexer_error_near(&c->lexer, "syntax error");
  ExpressionStatement *statement =
      new_statement(c, STATEMENT_CALL, sizeof *statement, e->line);
  statement->expressions = e;
  return &statement->base;
}

/* ---- jumps ----------------------------------------------------------------------------------- */

static Statement *parse_return(Compilation *c) {
  ExpressionStatement *statement =
      new_statement(c, STATEMENT_RETURN, sizeof *statement, c->lexer.line);
  lexer_next(&c->lexer);
  if (!ends_block(c, true) && parser_token(c) != ';') {
    ExpressionList values = parser_expression_list(c);
    parser_settle(c, values.last);
    statement->expressions = values.first;
    statement->is_tail_call = values.count == 1 && expression_is_call(values.first) &&
                              !c->function->scope->inside_to_be_closed;
  }
  statement->base.line = c->lexer.last_line;
  parser_accept(c, ';');
  return &statement->base;
}

static Statement *new_goto(Compilation *c, String *name, int32_t line) {
  GotoStatement *statement =
      new_statement(c, STATEMENT_GOTO, sizeof *statement, c->lexer.last_line);
  statement->target = scope_goto(c, name, line);
  return &statement->base;
}

static Statement *parse_goto(Compilation *c) {
  int32_t line = c->lexer.line;
  lexer_next(&c->lexer);
  return new_goto(c, parser_expect_name(c), line);
}

static Statement *parse_break(Compilation *c) {
  int32_t line = c->lexer.line;
  lexer_next(&c->lexer);
  return new_goto(c, NULL, line);
}

/* The void statements behind a label belong to it: labels among them are defined first. */
static Statement *parse_label(Compilation *c) {
  int32_t line = c->lexer.line;
  LabelStatement *statement = new_statement(c, STATEMENT_LABEL, sizeof *statement, line);
  lexer_next(&c->lexer);
  String *name = parser_expect_name(c);
  parser_expect(c, TOKEN_DOUBLE_COLON);
  if (c->function->scope->outer == NULL) c->function->has_outer_label = true;
  Statement **place = &statement->base.next;
  while (parser_token(c) == ';' || parser_token(c) == TOKEN_DOUBLE_COLON) {
    place = append_statements(place, parse_statement(c));
  }
  statement->label = scope_define_label(c, name, line, ends_block(c, false));
  return &statement->base;
}

/* ---- all statements -------------------------------------------------------------------------- */

/* NULL for a statement without code. */
static Statement *parse_any_statement(Compilation *c) {
  switch (parser_token(c)) {
    case ';': lexer_next(&c->lexer); return NULL;
    case TOKEN_IF: return parse_if(c);
    case TOKEN_WHILE: return parse_while(c);
    case TOKEN_DO: return parse_do(c);
    case TOKEN_FOR: return parse_for(c);
    case TOKEN_REPEAT: return parse_repeat(c);
    case TOKEN_FUNCTION: return parse_function_statement(c);
    case TOKEN_LOCAL:
      lexer_next(&c->lexer);
      return parser_accept(c, TOKEN_FUNCTION) ? parse_local_function(c) : parse_local(c);
    case TOKEN_DOUBLE_COLON: return parse_label(c);
    case TOKEN_RETURN: return parse_return(c);
    case TOKEN_BREAK: return parse_break(c);
    case TOKEN_GOTO: return parse_goto(c);
    default: return parse_expression_statement(c);
  }
}

static Statement *parse_statement(Compilation *c) {
  parser_enter(c);
  Statement *statement = parse_any_statement(c);
  parser_leave(c);
  return statement;
}

Proto *parser_main(Compilation *c) {
  Scope scope;
  FunctionState *fs = scope_open_function(c, &scope, 0);
  fs->is_vararg = true;
  scope_add_upvalue(c, fs, (UpvalueDesc){c->env_name, 1, 0, VARIABLE_REGULAR});
  codegen_begin(fs);
  lexer_next(&c->lexer);
  parser_function_statements(c);
  if (parser_token(c) != TOKEN_END_OF_STREAM) parser_expect(c, TOKEN_END_OF_STREAM);
  scope_close_function_block(c);
  Proto *proto = codegen_finish(fs, 0);
  c->function = NULL;
  return proto;
}
