/* Constant folding: see fold.h. Layer: compiler. */
#include "compiler/fold.h"

#include <math.h>

#include "runtime/number.h"

typedef struct Numeral {
  bool is_float;
  ConstantPayload as;
} Numeral;

static Numeral numeral_of(const Expression *e) {
  return (Numeral){e->kind == EXPRESSION_FLOAT, *expression_constant(e)};
}

static Numeral from_integer(int64_t i) { return (Numeral){false, {.integer = i}}; }
static Numeral from_unsigned(uint64_t i) { return from_integer((int64_t)i); }
static Numeral from_float(double d) { return (Numeral){true, {.number = d}}; }
static double as_float(Numeral n) { return n.is_float ? n.as.number : (double)n.as.integer; }

static bool as_integer(Numeral n, int64_t *result) {
  if (n.is_float) return double_to_int(n.as.number, result);
  *result = n.as.integer;
  return true;
}

/* Shifts are logical; a negative count shifts the other way: manual 3.4.2. */
static uint64_t shift_left(uint64_t value, int64_t count) {
  if (count <= -64 || count >= 64) return 0;
  return count >= 0 ? value << count : value >> -count;
}

static bool fold_bitwise(Operator operator, Numeral a, Numeral b, Numeral *result) {
  int64_t left, right;
  if (!as_integer(a, &left) || !as_integer(b, &right)) return false;
  uint64_t x = (uint64_t)left, y = (uint64_t)right;
  switch (operator) {
    case OPERATOR_BIT_AND: *result = from_unsigned(x & y); return true;
    case OPERATOR_BIT_OR: *result = from_unsigned(x | y); return true;
    case OPERATOR_BIT_XOR: *result = from_unsigned(x ^ y); return true;
    case OPERATOR_SHIFT_LEFT: *result = from_unsigned(shift_left(x, right)); return true;
    case OPERATOR_BIT_NOT: *result = from_unsigned(~x); return true;
    default: /* SHIFT_RIGHT; the least integer has no opposite, but shifts everything out */
      *result = from_unsigned(right == INT64_MIN ? 0 : shift_left(x, -right));
      return true;
  }
}

/* The divisor is not zero. */
static int64_t floor_divide(int64_t a, int64_t b) {
  if (b == -1) return (int64_t)(0 - (uint64_t)a);
  int64_t quotient = a / b;
  return a % b != 0 && (a ^ b) < 0 ? quotient - 1 : quotient;
}

static int64_t integer_modulo(int64_t a, int64_t b) {
  if (b == -1) return 0;
  int64_t rest = a % b;
  return rest != 0 && (rest ^ b) < 0 ? rest + b : rest;
}

static double float_modulo(double a, double b) {
  double rest = fmod(a, b);
  return rest * b < 0 ? rest + b : rest;
}

static bool fold_integers(Operator operator, int64_t a, int64_t b, Numeral *result) {
  uint64_t x = (uint64_t)a, y = (uint64_t)b;
  switch (operator) {
    case OPERATOR_ADD: *result = from_unsigned(x + y); return true;
    case OPERATOR_SUBTRACT: *result = from_unsigned(x - y); return true;
    case OPERATOR_MULTIPLY: *result = from_unsigned(x * y); return true;
    case OPERATOR_NEGATE: *result = from_unsigned(0 - x); return true;
    case OPERATOR_FLOOR_DIVIDE: *result = from_integer(floor_divide(a, b)); return true;
    case OPERATOR_MODULO: *result = from_integer(integer_modulo(a, b)); return true;
    default: return false; /* division and powers are floats */
  }
}

static bool fold_floats(Operator operator, double a, double b, Numeral *result) {
  double value;
  switch (operator) {
    case OPERATOR_ADD: value = a + b; break;
    case OPERATOR_SUBTRACT: value = a - b; break;
    case OPERATOR_MULTIPLY: value = a * b; break;
    case OPERATOR_DIVIDE: value = a / b; break;
    case OPERATOR_POWER: value = b == 2 ? a * a : pow(a, b); break;
    case OPERATOR_FLOOR_DIVIDE: value = floor(a / b); break;
    case OPERATOR_MODULO: value = float_modulo(a, b); break;
    case OPERATOR_NEGATE: value = -a; break;
    default: return false;
  }
  if (value != value || value == 0) return false;
  *result = from_float(value);
  return true;
}

static bool is_bitwise(Operator operator) {
  return (operator >= OPERATOR_BIT_AND && operator <= OPERATOR_SHIFT_RIGHT) ||
         operator == OPERATOR_BIT_NOT;
}

static bool divides(Operator operator) {
  return operator == OPERATOR_DIVIDE || operator == OPERATOR_FLOOR_DIVIDE ||
         operator == OPERATOR_MODULO;
}

static bool fold(Operator operator, Numeral a, Numeral b, Numeral *result) {
  if (is_bitwise(operator)) return fold_bitwise(operator, a, b, result);
  if (divides(operator) && as_float(b) == 0) return false;
  if (!a.is_float && !b.is_float && fold_integers(operator, a.as.integer, b.as.integer, result)) {
    return true;
  }
  return fold_floats(operator, as_float(a), as_float(b), result);
}

static void replace(Expression *e, Numeral value) {
  e->kind = value.is_float ? EXPRESSION_FLOAT : EXPRESSION_INTEGER;
  e->index = 0;
  ((ConstantExpression *)e)->as = value.as;
}

bool fold_binary(Operator operator, Expression *left, const Expression *right) {
  Numeral result;
  if (operator > OPERATOR_BIT_NOT || !expression_is_numeral(left) ||
      !expression_is_numeral(right) ||
      !fold(operator, numeral_of(left), numeral_of(right), &result)) {
    return false;
  }
  replace(left, result);
  return true;
}

bool fold_unary(Operator operator, Expression *operand) {
  Numeral result;
  if (operator > OPERATOR_BIT_NOT || !expression_is_numeral(operand) ||
      !fold(operator, numeral_of(operand), from_integer(0), &result)) {
    return false;
  }
  replace(operand, result);
  return true;
}
