/* Parser: expressions. Layer: compiler. */
#include "compiler/codegen.h"
#include "compiler/fold.h"
#include "compiler/parser.h"
#include "compiler/scope.h"
#include "runtime/throw.h"

/* ---- tokens -------------------------------------------------------------------------------- */

static COLD _Noreturn void error_expected(Compilation *c, int kind) {
  TokenText text = lexer_token_text(kind);
  lexer_error_near(&c->lexer, "%s expected", text.bytes);
}

void parser_expect(Compilation *c, int kind) {
  if (unlikely(parser_token(c) != kind)) error_expected(c, kind);
  lexer_next(&c->lexer);
}

void parser_expect_match(Compilation *c, int kind, int opening, int32_t line) {
  if (unlikely(parser_token(c) != kind)) {
    if (line == c->lexer.line) error_expected(c, kind);
    TokenText expected = lexer_token_text(kind);
    TokenText opened = lexer_token_text(opening);
    lexer_error_near(&c->lexer, "%s expected (to close %s at line %d)", expected.bytes,
                     opened.bytes, (int)line);
  }
  lexer_next(&c->lexer);
}

String *parser_expect_name(Compilation *c) {
  if (unlikely(parser_token(c) != TOKEN_NAME)) error_expected(c, TOKEN_NAME);
  String *name = c->lexer.token.value.string;
  lexer_next(&c->lexer);
  return name;
}

void parser_enter(Compilation *c) {
  if (unlikely(++c->levels >= MAX_C_CALLS)) error_c_stack(c->L);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static Expression *new_plain(Compilation *c, ExpressionKind kind) {
  Expression *e = parser_node(c, sizeof *e);
  *e = (Expression){.kind = (uint8_t)kind, .line = c->lexer.last_line};
  return e;
}

static Expression *new_constant(Compilation *c, ExpressionKind kind, ConstantPayload payload) {
  ConstantExpression *e = parser_node(c, sizeof *e);
  e->base = (Expression){.kind = (uint8_t)kind, .line = c->lexer.last_line};
  e->as = payload;
  return &e->base;
}

static Expression *new_string(Compilation *c, String *s) {
  return new_constant(c, EXPRESSION_STRING, (ConstantPayload){.string = s});
}

/* Makes node the next one on the spine that ends with inner. */
static void extend_spine(SpineExpression *node, ExpressionKind kind, Expression *inner, bool same,
                         int32_t line) {
  node->base = (Expression){.kind = (uint8_t)kind, .line = line};
  node->start = same ? expression_start(inner) : inner;
  inner->link = &node->base;
}

static void extend_suffixes(Compilation *c, SpineExpression *node, ExpressionKind kind,
                            Expression *inner) {
  extend_spine(node, kind, inner, expression_is_suffixed(inner), c->lexer.last_line);
}

FieldExpression *parser_new_field(Compilation *c, Expression *object, String *name) {
  FieldExpression *e = parser_node(c, sizeof *e);
  extend_suffixes(c, &e->spine, EXPRESSION_FIELD, object);
  e->name = name;
  return e;
}

/* A member of a list, or a function to be called, is complete: its value will keep a register. The
   code generator counts exactly, but only at the end of the statement. */
static void hold_register(Compilation *c) {
  FunctionState *fs = c->function;
  fs->list_registers++;
  if (fs->register_count + fs->list_registers > USABLE_REGISTERS) emit_register_error(fs);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static Expression *parse_pair(Compilation *c, Expression *key) {
  parser_expect(c, '=');
  if (expression_is_constant(key)) parser_settle(c, key);
  Expression *value = parser_expression(c);
  PairExpression *e = parser_node(c, sizeof *e);
  e->base = (Expression){.kind = EXPRESSION_PAIR, .line = c->lexer.last_line};
  e->key = key;
  e->value = value;
  parser_settle(c, value);
  return &e->base;
}

static Expression *parse_member(Compilation *c) {
  if (parser_token(c) == '[') {
    lexer_next(&c->lexer);
    Expression *key = parser_expression(c);
    parser_expect(c, ']');
    return parse_pair(c, key);
  }
  if (parser_token(c) == TOKEN_NAME && lexer_look_ahead(&c->lexer) == '=') {
    return parse_pair(c, new_string(c, parser_expect_name(c)));
  }
  return parser_expression(c);
}

/* Counts what the table will be made with room for. */
static void count_members(TableExpression *table) {
  for (const Expression *e = table->members; e != NULL; e = e->link) {
    if (e->kind == EXPRESSION_PAIR) {
      table->pair_count++;
    } else if (e->link != NULL || !expression_is_open(e)) {
      table->item_count++;
    }
  }
}

static Expression *parse_table(Compilation *c) {
  int32_t line = c->lexer.line;
  TableExpression *table = parser_node(c, sizeof *table);
  *table = (TableExpression){.base = {.kind = EXPRESSION_TABLE, .line = c->lexer.last_line}};
  ExpressionList list = {0};
  parser_expect(c, '{');
  while (parser_token(c) != '}') {
    parser_list_add(&list, parse_member(c));
    if (!parser_accept(c, ',') && !parser_accept(c, ';')) break;
    parser_settle(c, list.last);
  }
  parser_expect_match(c, '}', '{', line);
  if (list.last != NULL) parser_settle(c, list.last);
  table->end_line = c->lexer.last_line;
  table->members = list.first;
  count_members(table);
  return &table->base;
}

/* ---- suffixes -------------------------------------------------------------------------------- */

static Expression *parse_arguments(Compilation *c) {
  switch (parser_token(c)) {
    case '(': {
      int32_t line = c->lexer.line;
      lexer_next(&c->lexer);
      if (parser_accept(c, ')')) return NULL;
      ExpressionList list = parser_expression_list(c);
      parser_expect_match(c, ')', '(', line);
      if (expression_is_open(list.last)) return list.first;
      parser_settle(c, list.last);
      return list.first;
    }
    case '{': return parse_table(c);
    case TOKEN_STRING: {
      String *s = c->lexer.token.value.string;
      lexer_next(&c->lexer);
      return new_string(c, s);
    }
    default: lexer_error_near(&c->lexer, "function arguments expected");
  }
}

static Expression *parse_call(Compilation *c, Expression *function, String *method) {
  int32_t method_line = c->lexer.last_line;
  int32_t line = c->lexer.line;
  CallExpression *e = parser_node(c, sizeof *e);
  extend_suffixes(c, &e->spine, method == NULL ? EXPRESSION_CALL : EXPRESSION_METHOD_CALL,
                  function);
  e->spine.base.line = line;
  e->method = method;
  e->method_line = method_line;
  hold_register(c);
  e->arguments = parse_arguments(c);
  c->function->list_registers--;
  return &e->spine.base;
}

static Expression *parse_group(Compilation *c) {
  int32_t line = c->lexer.line;
  lexer_next(&c->lexer);
  Expression *inner = parser_expression(c);
  parser_expect_match(c, ')', '(', line);
  parser_settle(c, inner);
  if (expression_is_constant(inner)) {
    inner->index = 0;
    return inner;
  }
  if (!expression_is_variable(inner) && !expression_is_open(inner)) return inner;
  UnaryExpression *e = parser_node(c, sizeof *e);
  e->base = (Expression){.kind = EXPRESSION_GROUP, .line = c->lexer.last_line};
  e->operand = inner;
  return &e->base;
}

static Expression *parse_primary(Compilation *c) {
  if (parser_token(c) == TOKEN_NAME) return scope_resolve(c, parser_expect_name(c));
  if (parser_token(c) == '(') return parse_group(c);
  lexer_error_near(&c->lexer, "unexpected symbol");
}

static Expression *parse_index(Compilation *c, Expression *object) {
  IndexExpression *e = parser_node(c, sizeof *e);
  lexer_next(&c->lexer);
  e->key = parser_expression(c);
  parser_expect(c, ']');
  if (expression_is_constant(e->key)) parser_settle(c, e->key);
  if (e->key->kind == EXPRESSION_STRING) {
    return &parser_new_field(c, object, expression_constant(e->key)->string)->spine.base;
  }
  extend_suffixes(c, &e->spine, EXPRESSION_INDEX, object);
  return &e->spine.base;
}

Expression *parser_suffixed(Compilation *c) {
  Expression *e = parse_primary(c);
  for (;;) {
    switch (parser_token(c)) {
      case '.': {
        lexer_next(&c->lexer);
        String *name = parser_expect_name(c);
        e = &parser_new_field(c, e, name)->spine.base;
        break;
      }
      case '[': e = parse_index(c, e); break;
      case ':': {
        lexer_next(&c->lexer);
        String *method = parser_expect_name(c);
        parser_settle(c, e);
        e = parse_call(c, e, method);
        break;
      }
      case '(': case '{': case TOKEN_STRING: e = parse_call(c, e, NULL); break;
      default: return e;
    }
  }
}

/* ---- operators ------------------------------------------------------------------------------- */

typedef struct Priority {
  uint8_t left;
  uint8_t right;
} Priority;

enum { UNARY_PRIORITY = 12 };

/* By Operator. Left above right: right associative. */
static const Priority PRIORITIES[] = {
    [OPERATOR_OR] = {1, 1},           [OPERATOR_AND] = {2, 2},
    [OPERATOR_LESS] = {3, 3},         [OPERATOR_GREATER] = {3, 3},
    [OPERATOR_LESS_EQUAL] = {3, 3},   [OPERATOR_GREATER_EQUAL] = {3, 3},
    [OPERATOR_EQUAL] = {3, 3},        [OPERATOR_NOT_EQUAL] = {3, 3},
    [OPERATOR_BIT_OR] = {4, 4},       [OPERATOR_BIT_XOR] = {5, 5},
    [OPERATOR_BIT_AND] = {6, 6},      [OPERATOR_SHIFT_LEFT] = {7, 7},
    [OPERATOR_SHIFT_RIGHT] = {7, 7},  [OPERATOR_CONCAT] = {9, 8},
    [OPERATOR_ADD] = {10, 10},        [OPERATOR_SUBTRACT] = {10, 10},
    [OPERATOR_MULTIPLY] = {11, 11},   [OPERATOR_DIVIDE] = {11, 11},
    [OPERATOR_FLOOR_DIVIDE] = {11, 11}, [OPERATOR_MODULO] = {11, 11},
    [OPERATOR_POWER] = {14, 13},      [OPERATOR_NONE] = {0, 0},
};

static Operator binary_operator(int token) {
  switch (token) {
    case '+': return OPERATOR_ADD;
    case '-': return OPERATOR_SUBTRACT;
    case '*': return OPERATOR_MULTIPLY;
    case '/': return OPERATOR_DIVIDE;
    case '%': return OPERATOR_MODULO;
    case '^': return OPERATOR_POWER;
    case '&': return OPERATOR_BIT_AND;
    case '|': return OPERATOR_BIT_OR;
    case '~': return OPERATOR_BIT_XOR;
    case '<': return OPERATOR_LESS;
    case '>': return OPERATOR_GREATER;
    case TOKEN_FLOOR_DIVIDE: return OPERATOR_FLOOR_DIVIDE;
    case TOKEN_SHIFT_LEFT: return OPERATOR_SHIFT_LEFT;
    case TOKEN_SHIFT_RIGHT: return OPERATOR_SHIFT_RIGHT;
    case TOKEN_CONCAT: return OPERATOR_CONCAT;
    case TOKEN_EQUAL: return OPERATOR_EQUAL;
    case TOKEN_NOT_EQUAL: return OPERATOR_NOT_EQUAL;
    case TOKEN_LESS_EQUAL: return OPERATOR_LESS_EQUAL;
    case TOKEN_GREATER_EQUAL: return OPERATOR_GREATER_EQUAL;
    case TOKEN_AND: return OPERATOR_AND;
    case TOKEN_OR: return OPERATOR_OR;
    default: return OPERATOR_NONE;
  }
}

static Operator unary_operator(int token) {
  switch (token) {
    case '-': return OPERATOR_NEGATE;
    case '~': return OPERATOR_BIT_NOT;
    case '#': return OPERATOR_LENGTH;
    case TOKEN_NOT: return OPERATOR_NOT;
    default: return OPERATOR_NONE;
  }
}

static bool is_logical_operator(Operator operator) {
  return operator == OPERATOR_AND || operator == OPERATOR_OR;
}

/* An operator that leaves a numeral on its left where it is until its right operand is known. */
static bool is_computed(Operator operator) {
  return operator != OPERATOR_CONCAT && !is_logical_operator(operator);
}

static bool constant_is_true(const Expression *e) { return e->kind > EXPRESSION_FALSE; }

/* `not` of a constant is a constant. */
static bool fold_not(Operator operator, Expression *operand) {
  if (operator != OPERATOR_NOT || !expression_is_constant(operand)) return false;
  operand->kind = constant_is_true(operand) ? EXPRESSION_FALSE : EXPRESSION_TRUE;
  operand->index = 0;
  return true;
}

static Expression *new_unary(Compilation *c, ExpressionKind kind, Operator operator,
                             Expression *operand, int32_t line) {
  UnaryExpression *e = parser_node(c, sizeof *e);
  e->base = (Expression){.kind = (uint8_t)kind, .operator = (uint8_t)operator, .line = line};
  e->operand = operand;
  e->truth_line = c->lexer.last_line;
  return &e->base;
}

/* A constant left operand decides `and` and `or`. */
static Expression *fold_logical(Compilation *c, Operator operator, Expression *left,
                                Expression *right) {
  if (constant_is_true(left) == (operator == OPERATOR_OR)) return left;
  if (expression_is_constant(right)) right->index = 0;
  if (!expression_is_variable(right) && !expression_is_open(right)) return right;
  return new_unary(c, EXPRESSION_GROUP, OPERATOR_NONE, right, right->line);
}

static Expression *new_binary(Compilation *c, Operator operator, Expression *left,
                              Expression *right, int32_t line) {
  if (fold_binary(operator, left, right)) return left;
  if (is_logical_operator(operator) && expression_is_constant(left))
    return fold_logical(c, operator, left, right);
  bool compares = operator >= OPERATOR_EQUAL && operator <= OPERATOR_GREATER_EQUAL;
  BinaryExpression *e = parser_node(c, sizeof *e);
  extend_spine(&e->spine, EXPRESSION_BINARY, left, left->kind == EXPRESSION_BINARY,
               compares ? c->lexer.last_line : line);
  e->spine.base.operator = (uint8_t)operator;
  e->right = right;
  e->truth_line = c->lexer.last_line;
  return &e->spine.base;
}

static Expression *parse_literal(Compilation *c, ExpressionKind kind, ConstantPayload payload) {
  lexer_next(&c->lexer);
  return new_constant(c, kind, payload);
}

/* Their line is that of the token before. */
static Expression *parse_varargs(Compilation *c) {
  Expression *e = new_plain(c, EXPRESSION_VARARG);
  lexer_next(&c->lexer);
  return e;
}

static Expression *parse_simple(Compilation *c) {
  TokenValue value = c->lexer.token.value;
  switch (parser_token(c)) {
    case TOKEN_INTEGER:
      return parse_literal(c, EXPRESSION_INTEGER, (ConstantPayload){.integer = value.integer});
    case TOKEN_FLOAT:
      return parse_literal(c, EXPRESSION_FLOAT, (ConstantPayload){.number = value.number});
    case TOKEN_STRING:
      return parse_literal(c, EXPRESSION_STRING, (ConstantPayload){.string = value.string});
    case TOKEN_NIL: return parse_literal(c, EXPRESSION_NIL, (ConstantPayload){0});
    case TOKEN_TRUE: return parse_literal(c, EXPRESSION_TRUE, (ConstantPayload){0});
    case TOKEN_FALSE: return parse_literal(c, EXPRESSION_FALSE, (ConstantPayload){0});
    case TOKEN_DOTS:
      if (!c->function->is_vararg) {
        lexer_error_near(&c->lexer, "cannot use '...' outside a vararg function");
      }
      return parse_varargs(c);
    case '{': return parse_table(c);
    case TOKEN_FUNCTION: {
      lexer_next(&c->lexer);
      return parser_function_body(c, false, c->lexer.line);
    }
    default: return parser_suffixed(c);
  }
}

static Expression *parse_operand(Compilation *c, unsigned limit);

static Expression *parse_unary(Compilation *c, Operator operator) {
  int32_t line = c->lexer.line;
  lexer_next(&c->lexer);
  Expression *operand = parse_operand(c, UNARY_PRIORITY);
  parser_settle(c, operand);
  if (fold_unary(operator, operand) || fold_not(operator, operand)) return operand;
  if (operator == OPERATOR_NOT) line = c->lexer.last_line;
  return new_unary(c, EXPRESSION_UNARY, operator, operand, line);
}

/* An operand and the operators behind it whose priority is above limit. */
static Expression *parse_operand(Compilation *c, unsigned limit) {
  parser_enter(c);
  Operator prefix = unary_operator(parser_token(c));
  Expression *left = prefix == OPERATOR_NONE ? parse_simple(c) : parse_unary(c, prefix);
  Operator operator = binary_operator(parser_token(c));
  while (PRIORITIES[operator].left > limit) {
    int32_t line = c->lexer.line;
    lexer_next(&c->lexer);
    parser_settle(c, left);
    Expression *right = parse_operand(c, PRIORITIES[operator].right);
    parser_settle(c, right);
    if (expression_is_numeral(left) && is_computed(operator)) parser_settle(c, left);
    left = new_binary(c, operator, left, right, line);
    operator = binary_operator(parser_token(c));
  }
  parser_leave(c);
  return left;
}

Expression *parser_expression(Compilation *c) { return parse_operand(c, 0); }

ExpressionList parser_expression_list(Compilation *c) {
  ExpressionList list = {0};
  unsigned held = c->function->list_registers;
  parser_list_add(&list, parser_expression(c));
  while (parser_accept(c, ',')) {
    hold_register(c);
    parser_settle(c, list.last);
    parser_list_add(&list, parser_expression(c));
  }
  c->function->list_registers = held;
  return list;
}

/* ---- functions ------------------------------------------------------------------------------- */

static void parse_parameters(Compilation *c, bool is_method) {
  FunctionState *fs = c->function;
  uint32_t count = 0;
  if (is_method) {
    scope_declare(c, c->self_name);
    count++;
  }
  if (parser_token(c) != ')') {
    do {
      if (parser_token(c) == TOKEN_NAME) {
        scope_declare(c, parser_expect_name(c));
        count++;
      } else if (parser_accept(c, TOKEN_DOTS)) {
        fs->is_vararg = true;
      } else {
        lexer_error_near(&c->lexer, "<name> or '...' expected");
      }
    } while (!fs->is_vararg && parser_accept(c, ','));
  }
  scope_activate(c, count);
  fs->param_count = (uint8_t)count;
}

Expression *parser_function_body(Compilation *c, bool is_method, int32_t line) {
  Scope scope;
  BumpMark jumps = bump_mark(&c->jumps);
  FunctionState *fs = scope_open_function(c, &scope, line);
  parser_expect(c, '(');
  parse_parameters(c, is_method);
  parser_expect(c, ')');
  codegen_begin(fs);
  parser_function_statements(c);
  int32_t last_line = c->lexer.line;
  parser_expect_match(c, TOKEN_END, TOKEN_FUNCTION, line);
  scope_close_function_block(c);
  Proto *proto = codegen_finish(fs, last_line);
  c->function = fs->parent;
  bump_release(&c->jumps, jumps);
  FunctionExpression *e = parser_node(c, sizeof *e);
  e->base = (Expression){.kind = EXPRESSION_FUNCTION, .line = c->lexer.last_line};
  e->proto = codegen_add_proto(c->function, proto);
  return &e->base;
}
