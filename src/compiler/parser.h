/* The parser: tokens to trees, a recursive descent with operator priorities.
   Layer: compiler. parser_stat.c has the statements, parser_expr.c the expressions.

   Lines. An instruction carries the line the reference gives it: that of the last token consumed
   when the reference's one-pass compiler would have emitted it. For most nodes this is the last
   token of the node; where a value is fetched later (behind an operator, a comma), the parser
   moves the line with parser_settle. */
#ifndef FERROUS_COMPILER_PARSER_H
#define FERROUS_COMPILER_PARSER_H

#include "compiler/compilation.h"

typedef struct ExpressionList {
  Expression *first;
  Expression *last;
  uint32_t count;
} ExpressionList;

/* The current token's beginning: one expression. */
Expression *parser_expression(Compilation *c);
ExpressionList parser_expression_list(Compilation *c);
/* A variable or a call: a primary expression and its suffixes. */
Expression *parser_suffixed(Compilation *c);
/* Parameters and body of a function whose "function" was at `line`; its code is generated. */
Expression *parser_function_body(Compilation *c, bool is_method, int32_t line);

/* The whole source, as the body of the main function; its code is generated. */
Proto *parser_main(Compilation *c);
/* The statements of a function's outermost block, up to its end; their code is generated. */
void parser_function_statements(Compilation *c);

ALWAYS_INLINE void *parser_node(Compilation *c, size_t size) {
  return bump_allocate(c->L, &c->nodes, size);
}
ALWAYS_INLINE int parser_token(const Compilation *c) { return c->lexer.token.kind; }
ALWAYS_INLINE bool parser_accept(Compilation *c, int kind) {
  if (c->lexer.token.kind != kind) return false;
  lexer_next(&c->lexer);
  return true;
}
/* Raises "'kind' expected near ..." unless it is the current token, which is consumed. */
void parser_expect(Compilation *c, int kind);
/* The same for a token that closes what `opening` began at `line`. */
void parser_expect_match(Compilation *c, int kind, int opening, int32_t line);
String *parser_expect_name(Compilation *c);

/* One more nested C level; raises "C stack overflow" at the limit. */
void parser_enter(Compilation *c);
ALWAYS_INLINE void parser_leave(Compilation *c) { c->levels--; }

ALWAYS_INLINE void parser_list_add(ExpressionList *list, Expression *e) {
  if (list->last == NULL) {
    list->first = e;
  } else {
    list->last->link = e;
  }
  list->last = e;
  list->count++;
}

/* The value of e is fetched here: see "Lines". What waits behind `and` and `or`, or in parentheses, is a
   constant or a local variable, if that comes last. Jumps become a value only here. */
ALWAYS_INLINE void parser_settle(Compilation *c, Expression *e) {
  ExpressionKind last = EXPRESSION_INDEX;
  int32_t *truth_line = expression_truth_line(e);
  if (truth_line != NULL) *truth_line = c->lexer.last_line;
  for (; expression_is_logical(e) || e->kind == EXPRESSION_GROUP; last = EXPRESSION_LOCAL)
    e = e->kind == EXPRESSION_GROUP ? ((UnaryExpression *)e)->operand : ((BinaryExpression *)e)->right;
  if (e->kind <= last) e->line = c->lexer.last_line;
}

FieldExpression *parser_new_field(Compilation *c, Expression *object, String *name);

#endif
