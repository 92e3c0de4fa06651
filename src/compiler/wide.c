/* Which variables may hold wide integers: see wide.h. Layer: compiler. */
#include "compiler/wide.h"

/* How large a value probably is, if it is an integer. */
typedef enum Width {
  WIDTH_SMALL, /* surely not wide */
  WIDTH_UNKNOWN,
  WIDTH_WIDE
} Width;

enum {
  LARGE_FACTOR = 1 << 30     /* constants from there on are factors of hashes */
};

static Width expression_width(const FunctionState *fs, const Expression *e);

static bool constant_is(const Expression *e, int64_t least) {
  return e->kind == EXPRESSION_INTEGER && expression_constant(e)->integer >= least;
}

static Width wider(Width a, Width b) { return a > b ? a : b; }

static Width product_width(Width left, Width right, const Expression *factor) {
  if (constant_is(factor, LARGE_FACTOR)) return WIDTH_WIDE;
  return wider(wider(left, right), WIDTH_UNKNOWN);
}

/* Of a binary node whose left operand has that width. */
static Width operator_width(const FunctionState *fs, const Expression *e, Width left) {
  const Expression *right = ((const BinaryExpression *)e)->right;
  Width both = wider(left, expression_width(fs, right));
  switch (e->operator) {
    case OPERATOR_ADD: case OPERATOR_SUBTRACT: return wider(both, WIDTH_UNKNOWN);
    case OPERATOR_MULTIPLY: return product_width(left, both, right);
    case OPERATOR_FLOOR_DIVIDE: return left;
    case OPERATOR_MODULO: return right->kind == EXPRESSION_INTEGER ? WIDTH_SMALL : both;
    case OPERATOR_BIT_AND:
      return constant_is(right, 0) && int_is_small(expression_constant(right)->integer)
                 ? WIDTH_SMALL : both;
    case OPERATOR_BIT_OR: case OPERATOR_BIT_XOR: return both == WIDTH_SMALL ? both : WIDTH_WIDE;
    case OPERATOR_SHIFT_LEFT: return WIDTH_WIDE;
    case OPERATOR_SHIFT_RIGHT: return constant_is(right, SHIFT_TO_SMALL) ? WIDTH_SMALL : left;
    default: return WIDTH_SMALL;
  }
}

static Width spine_width(const FunctionState *fs, const Expression *e) {
  const Expression *node = expression_start(e);
  Width width = expression_width(fs, node);
  while (node != e) {
    node = node->link;
    width = operator_width(fs, node, width);
  }
  return width;
}

static Width expression_width(const FunctionState *fs, const Expression *e) {
  switch (e->kind) {
    case EXPRESSION_INTEGER:
      return int_is_small(expression_constant(e)->integer) ? WIDTH_SMALL : WIDTH_WIDE;
    case EXPRESSION_LOCAL: return wide_is_variable(fs, e->index) ? WIDTH_WIDE : WIDTH_UNKNOWN;
    case EXPRESSION_UPVALUE: case EXPRESSION_GLOBAL: case EXPRESSION_FIELD: case EXPRESSION_INDEX:
    case EXPRESSION_CALL: case EXPRESSION_METHOD_CALL: case EXPRESSION_VARARG:
      return WIDTH_UNKNOWN;
    case EXPRESSION_GROUP: return expression_width(fs, ((const UnaryExpression *)e)->operand);
    case EXPRESSION_UNARY:
      return e->operator == OPERATOR_NEGATE || e->operator == OPERATOR_BIT_NOT
                 ? expression_width(fs, ((const UnaryExpression *)e)->operand) : WIDTH_SMALL;
    case EXPRESSION_BINARY: return spine_width(fs, e);
    default: return WIDTH_SMALL;
  }
}

void wide_note_assignment(FunctionState *fs, unsigned reg, const Expression *value) {
  if (!fs->has_outer_label && expression_width(fs, value) == WIDTH_WIDE)
    fs->wide_variables[reg / 64] |= UINT64_C(1) << (reg % 64);
}

void wide_forget_above(FunctionState *fs) {
  unsigned end = fs->register_count;
  for (unsigned word = 0; word < 4; word++) {
    if (end >= word * 64 + 64) continue;
    fs->wide_variables[word] &= end <= word * 64 ? 0 : (UINT64_C(1) << (end - word * 64)) - 1;
  }
}
