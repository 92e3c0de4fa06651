/* Arithmetic and comparison of values: the cases without metamethods, and their slow sides.
   Layer: vm, internal. */
#ifndef FERROUS_VM_ARITHMETIC_H
#define FERROUS_VM_ARITHMETIC_H

#include "base/int_double.h"
#include "bytecode/instruction.h"
#include "runtime/global.h"

#include <math.h>

/* Manual 3.4.1 and 3.4.2 on numbers (strings are not converted here: that is the string metatable's
   business). op: LUA_OPADD.... False: not both numbers, or no integer representation for a bitwise
   operator. Raises division by zero. */
bool arithmetic_raw(State *L, int op, Value a, Value b, Value *result);
/* x + by, not to be merged with the usual case, where x is the result: what depends on it would wait for more
   than the division. */
ALWAYS_INLINE int64_t rounded_down(int64_t x, int64_t by) {
  __asm__ volatile("");
  return x + by;
}
/* Integer division and modulo round towards minus infinity; divisor is not 0. */
ALWAYS_INLINE int64_t int_floor_divide(int64_t a, int64_t b) {
  if (unlikely((uint64_t)b + 1 <= 1)) return (int64_t)(0 - (uint64_t)a); /* b is -1 (or 0) */
  int64_t q = a / b;
  return (a ^ b) < 0 && q * b != a ? q - 1 : q;
}
ALWAYS_INLINE int64_t int_modulo(int64_t a, int64_t b) {
  if (unlikely((uint64_t)b + 1 <= 1)) return 0;
  int64_t r = a % b;
  return unlikely(r != 0 && (r ^ b) < 0) ? rounded_down(r, b) : r;
}
/* The same without a jump on the signs, which are anybody's guess where products of hashes overflow. */
ALWAYS_INLINE int64_t int_modulo_any(int64_t a, int64_t b) {
  if (unlikely((uint64_t)b + 1 <= 1)) return 0;
  int64_t r = a % b;
  int64_t differ = (r ^ b) >> 63 & -(int64_t)(r != 0);
  __asm__("" : "+r"(differ));
  return r + (b & differ);
}
/* The same for small operands and divisors > 0, which the processor divides faster in 32 bits. */
ALWAYS_INLINE int64_t int_divide_positive(int64_t a, int64_t b) {
  if (likely((uint64_t)(a | b) <= UINT32_MAX)) return (uint32_t)a / (uint32_t)b;
  int64_t q = a / b;
  return unlikely(a % b < 0) ? rounded_down(q, -1) : q;
}
ALWAYS_INLINE int64_t int_modulo_positive(int64_t a, int64_t b) {
  if (likely((uint64_t)(a | b) <= UINT32_MAX)) return (uint32_t)a % (uint32_t)b;
  int64_t r = a % b;
  return unlikely(r < 0) ? rounded_down(r, b) : r;
}
/* A double or a small integer: a number that is not boxed. */
ALWAYS_INLINE bool value_is_simple_number(Value v) {
  return value_is_double(v) || value_is_small_int(v);
}
ALWAYS_INLINE double value_simple_double(Value v) {
  return value_is_double(v) ? value_as_double(v) : int_to_double(value_as_small_int(v));
}
/* Whether v is an integer from 1 to 2^53 - 1, as such or as a double: of those, remainders and
   quotients, rounded down, are exact. Doubles from 1 up to 2^53 are compared as words. */
ALWAYS_INLINE bool value_is_whole(Value v, uint64_t *result) {
  const Value one = UINT64_C(0x3FF0000000000000), end = UINT64_C(0x4340000000000000);
  if (v >= TAG_INT) {
    *result = (uint64_t)value_as_small_int(v);
    return (int64_t)*result > 0;
  }
  if (v - one >= end - one) return false;
  *result = (uint64_t)(int64_t)value_as_double(v);
  return value_from_double(int_to_double((int64_t)*result)) == v;
}
double double_modulo(double a, double b);
/* As the C library's floor, which takes a call where the processor's own instruction cannot be taken for granted. */
ALWAYS_INLINE double double_floor(double d) {
  if (!(-0x1p52 < d && d < 0x1p52)) return d;
  double truncated = int_to_double((int64_t)d);
  if (truncated == d) return d; /* which keeps the sign of a zero */
  return truncated > d ? truncated - 1 : truncated;
}
ALWAYS_INLINE double double_floor_divide(double a, double b) { return double_floor(a / b); }
ALWAYS_INLINE double double_power(double a, double b) { return b == 2 ? a * a : pow(a, b); }
ALWAYS_INLINE int64_t int_shift_left(int64_t a, int64_t n) { /* n < 0: right */
  if (n <= -64 || n >= 64) return 0;
  return (int64_t)(n >= 0 ? (uint64_t)a << n : (uint64_t)a >> -n);
}
ALWAYS_INLINE int64_t int_shift_right(int64_t a, int64_t n) {
  return int_shift_left(a, n == INT64_MIN ? INT64_MAX : -n);
}

/* Numbers only (both). */
bool number_less_than(Value a, Value b);
bool number_less_equal(Value a, Value b);

/* As in 5.3, and in the distribution's build: without __le, a <= b is not (b < a). The __lt of b or a. */
Value less_equal_by_less_than(State *L, Value a, Value b);
/* The __eq metamethod that decides whether two values, not raw equal, are equal; nil: none. */
Value equal_metamethod(State *L, Value a, Value b);

/* What the opcodes of a family have in common; by generic opcode. */
typedef struct ArithmeticForm {
  uint8_t op; /* LUA_OPADD... */
  bool constant;
  bool has_int;
  bool has_num;
} ArithmeticForm;
extern const ArithmeticForm arithmetic_forms[OPCODE_COUNT];

_Noreturn void error_arithmetic(State *L, int op, Value a, Value b);
/* The event of LUA_OPADD.... */
ALWAYS_INLINE int arithmetic_event(int op) { return op + 7; }

#endif
