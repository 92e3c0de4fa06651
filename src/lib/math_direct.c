/*
** math_direct.c - direct entries of the mathematical functions: see api/builtin.h.
**
** Layer: lib, on api/builtin.h.
*/
#include "math_direct.h"

#include <math.h>

/* ---- Rounding and division ------------------------------------------------------------------- */

int math_direct_abs(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  Value v = call[1];
  if (value_is_double(v)) return direct_result(call, value_from_double(fabs(value_as_double(v))));
  if (!value_is_int(v)) return DIRECT_REFUSED;
  int64_t i = value_as_int(v);
  if (i >= 0) return direct_result(call, v);
  return direct_result(call, value_from_int(L, (int64_t)(0 - (uint64_t)i)));
}

/* whole is v, rounded. */
static int whole_result(State *L, Value *call, double whole) {
  int64_t integer;
  if (!double_to_int(whole, &integer)) return direct_double_result(call, whole);
  return direct_result(call, value_from_int(L, integer));
}

/* A float well within the small integers: what the conversion cuts off tells how to round. */
static inline bool is_moderate(double d) {
  return d > -0x1p46 && d < 0x1p46;
}

int math_direct_ceil(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  Value v = call[1];
  if (value_is_int(v)) return direct_result(call, v);
  if (!value_is_double(v)) return DIRECT_REFUSED;
  double d = value_as_double(v);
  if (!is_moderate(d)) return whole_result(L, call, ceil(d));
  int64_t i = (int64_t)d;
  return direct_result(call, value_from_small_int(i + ((double)i < d)));
}

int math_direct_floor(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  Value v = call[1];
  if (value_is_int(v)) return direct_result(call, v);
  if (!value_is_double(v)) return DIRECT_REFUSED;
  double d = value_as_double(v);
  if (!is_moderate(d)) return whole_result(L, call, floor(d));
  int64_t i = (int64_t)d;
  return direct_result(call, value_from_small_int(i - ((double)i > d)));
}

int math_direct_fmod(State *L, Value *call, unsigned count) {
  double dividend, divisor;
  if (count < 2) return DIRECT_REFUSED;
  if (value_is_int(call[1]) && value_is_int(call[2])) {
    int64_t a = value_as_int(call[1]), b = value_as_int(call[2]);
    if (b == 0) return DIRECT_REFUSED;
    return direct_result(call, value_from_int(L, b == -1 ? 0 : a % b));
  }
  if (!direct_double(call[1], &dividend) || !direct_double(call[2], &divisor))
    return DIRECT_REFUSED;
  return direct_double_result(call, fmod(dividend, divisor));
}

/* ---- Kinds of numbers ------------------------------------------------------------------------ */

int math_direct_tointeger(State *L, Value *call, unsigned count) {
  int64_t integer;
  if (count < 1) return DIRECT_REFUSED;
  Value v = call[1];
  if (value_is_int(v)) return direct_result(call, v);
  if (!value_is_double(v)) return DIRECT_REFUSED;
  if (!double_to_int(value_as_double(v), &integer)) return direct_result(call, NIL);
  return direct_result(call, value_from_int(L, integer));
}

int math_direct_type(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  Value v = call[1];
  if (value_is_double(v)) return direct_string_result(L, call, "float", 5);
  if (value_is_int(v)) return direct_string_result(L, call, "integer", 7);
  return direct_result(call, NIL);
}

int math_direct_ult(State *L, Value *call, unsigned count) {
  int64_t a, b;
  (void)L;
  if (count < 2 || !direct_int(call[1], &a) || !direct_int(call[2], &b)) return DIRECT_REFUSED;
  return direct_result(call, value_from_bool((uint64_t)a < (uint64_t)b));
}

/* ---- Extremes -------------------------------------------------------------------------------- */

/* Integers of one word are exact as floats, so all can be compared as such. False: v is something else. */
static inline bool exact_double(Value v, double *result) {
  if (value_is_small_int(v)) {
    *result = int_to_double(value_as_small_int(v));
    return true;
  }
  *result = value_as_double(v);
  return value_is_double(v);
}

int math_direct_min(State *L, Value *call, unsigned count) {
  double least, other;
  unsigned best = 1;
  (void)L;
  if (count < 1 || !exact_double(call[1], &least)) return DIRECT_REFUSED;
  for (unsigned i = 2; i <= count; i++) {
    if (!exact_double(call[i], &other)) return DIRECT_REFUSED;
    if (other < least) {
      least = other;
      best = i;
    }
  }
  return direct_result(call, call[best]);
}

int math_direct_max(State *L, Value *call, unsigned count) {
  double greatest, other;
  unsigned best = 1;
  (void)L;
  if (count < 1 || !exact_double(call[1], &greatest)) return DIRECT_REFUSED;
  for (unsigned i = 2; i <= count; i++) {
    if (!exact_double(call[i], &other)) return DIRECT_REFUSED;
    if (greatest < other) {
      greatest = other;
      best = i;
    }
  }
  return direct_result(call, call[best]);
}

/* ---- Powers, logarithms, angles -------------------------------------------------------------- */

static inline int apply(Value *call, unsigned count, double (*function)(double)) {
  double argument;
  if (count < 1 || !direct_double(call[1], &argument)) return DIRECT_REFUSED;
  return direct_double_result(call, function(argument));
}

int math_direct_sqrt(State *L, Value *call, unsigned count) {
  (void)L;
  return apply(call, count, sqrt);
}

int math_direct_exp(State *L, Value *call, unsigned count) {
  (void)L;
  return apply(call, count, exp);
}

/* To the base of e; the C function has the others. */
int math_direct_log(State *L, Value *call, unsigned count) {
  (void)L;
  if (count > 1 && !value_is_nil(call[2])) return DIRECT_REFUSED;
  return apply(call, count, log);
}

int math_direct_sin(State *L, Value *call, unsigned count) {
  (void)L;
  return apply(call, count, sin);
}

int math_direct_cos(State *L, Value *call, unsigned count) {
  (void)L;
  return apply(call, count, cos);
}

int math_direct_tan(State *L, Value *call, unsigned count) {
  (void)L;
  return apply(call, count, tan);
}

int math_direct_atan(State *L, Value *call, unsigned count) {
  double y, x = 1.0;
  (void)L;
  if (count < 1 || !direct_double(call[1], &y)) return DIRECT_REFUSED;
  if (count > 1 && !value_is_nil(call[2]) && !direct_double(call[2], &x)) return DIRECT_REFUSED;
  return direct_double_result(call, atan2(y, x));
}
