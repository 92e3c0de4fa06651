/* Arithmetic and comparison: see arithmetic.h.
   Layer: vm. */
#include "vm/arithmetic.h"

#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/string.h"
#include "runtime/throw.h"
#include "vm/debug_info.h"
#include "vm/vm.h"

STATIC_ASSERT(EVENT_ADD == 7 && EVENT_BNOT == EVENT_ADD + LUA_OPBNOT,
              "arithmetic events follow the order of LUA_OPADD...");

/* Whether product and difference below are exact: divisors are mostly whole numbers such as 1 or 360. */
static bool remainder_is_exact(double a, double b) {
  return 1 <= b && b <= 0x1p20 && fabs(a) < 0x1p32 && int_to_double((int64_t)b) == b;
}

/* fmod takes a step for each bit of the quotient. A quotient that was rounded up gives a small negative number, in
   which nothing is lost either. */
static double double_remainder(double a, double b) {
  if (fabs(a) < fabs(b)) return a;
  if (!remainder_is_exact(a, b)) return fmod(a, b);
  double dividend = fabs(a), quotient = int_to_double((int64_t)(dividend / b));
  double r = dividend - quotient * b;
  if (r < 0) r = dividend - (quotient - 1) * b;
  return copysign(r, a);
}

double double_modulo(double a, double b) {
  double r = double_remainder(a, b);
  if (r != 0 && (r < 0) != (b < 0)) r += b;
  return r;
}

static int64_t int_arithmetic(State *L, int op, int64_t a, int64_t b) {
  uint64_t x = (uint64_t)a, y = (uint64_t)b;
  switch (op) {
    case LUA_OPADD: return (int64_t)(x + y);
    case LUA_OPSUB: return (int64_t)(x - y);
    case LUA_OPMUL: return (int64_t)(x * y);
    case LUA_OPMOD:
      if (b == 0) error_run(L, "attempt to perform 'n%%0'");
      return int_modulo(a, b);
    case LUA_OPIDIV:
      if (b == 0) error_run(L, "attempt to divide by zero");
      return int_floor_divide(a, b);
    case LUA_OPBAND: return (int64_t)(x & y);
    case LUA_OPBOR: return (int64_t)(x | y);
    case LUA_OPBXOR: return (int64_t)(x ^ y);
    case LUA_OPSHL: return int_shift_left(a, b);
    case LUA_OPSHR: return int_shift_right(a, b);
    case LUA_OPUNM: return (int64_t)(0 - x);
    default: return (int64_t)~x;
  }
}

static double double_arithmetic(int op, double a, double b) {
  switch (op) {
    case LUA_OPADD: return a + b;
    case LUA_OPSUB: return a - b;
    case LUA_OPMUL: return a * b;
    case LUA_OPDIV: return a / b;
    case LUA_OPPOW: return double_power(a, b);
    case LUA_OPIDIV: return double_floor_divide(a, b);
    case LUA_OPMOD: return double_modulo(a, b);
    default: return -a;
  }
}

static bool op_is_bitwise(int op) { return (op >= LUA_OPBAND && op <= LUA_OPSHR) || op == LUA_OPBNOT; }

static double number_as_double(Value v) {
  return value_is_double(v) ? value_as_double(v) : int_to_double(value_as_int(v));
}

bool arithmetic_raw(State *L, int op, Value a, Value b, Value *result) {
  if (!value_is_number(a) || !value_is_number(b)) return false;
  if (op_is_bitwise(op)) {
    int64_t i, j;
    if (!value_to_int_strict(a, &i) || !value_to_int_strict(b, &j)) return false;
    *result = value_from_int(L, int_arithmetic(L, op, i, j));
    return true;
  }
  if (op != LUA_OPDIV && op != LUA_OPPOW && !value_is_double(a) && !value_is_double(b)) {
    *result = value_from_int(L, int_arithmetic(L, op, value_as_int(a), value_as_int(b)));
    return true;
  }
  double r = double_arithmetic(op, number_as_double(a), number_as_double(b));
  *result = value_from_foreign_double(r);
  return true;
}

_Noreturn void error_arithmetic(State *L, int op, Value a, Value b) {
  if (op_is_bitwise(op)) {
    if (value_is_number(a) && value_is_number(b)) {
      int64_t unused;
      vm_error_no_integer(L, value_to_int_strict(a, &unused) ? b : a);
    }
    vm_error_type(L, value_is_number(a) ? b : a, "perform bitwise operation on");
  }
  vm_error_type(L, value_is_number(a) ? b : a, "perform arithmetic on");
}

Value vm_arithmetic(State *L, int op, Value a, Value b) {
  Value result;
  if (arithmetic_raw(L, op, a, b, &result)) return result;
  Event event = (Event)arithmetic_event(op);
  Value method = value_metamethod(L, a, event);
  if (value_is_nil(method)) method = value_metamethod(L, b, event);
  if (value_is_nil(method)) error_arithmetic(L, op, a, b);
  return vm_call_metamethod(L, method, (Value[]){a, b}, 2, 1);
}

/* ---- comparison: manual 3.4.4 ----------------------------------------------------------------- */

/* An integer against a double, exactly: the double's floor or ceiling as an integer decides, or its sign
   when it is out of range. */
static bool int_less_than_double(int64_t i, double d) {
  if (-(INT64_C(1) << 53) <= i && i <= INT64_C(1) << 53) return int_to_double(i) < d;
  if (d >= 0x1p63) return true;
  if (d > -0x1p63) return i < (int64_t)ceil(d);
  return false; /* too small, or NaN */
}

static bool int_less_equal_double(int64_t i, double d) {
  if (-(INT64_C(1) << 53) <= i && i <= INT64_C(1) << 53) return int_to_double(i) <= d;
  if (d >= 0x1p63) return true;
  if (d >= -0x1p63) return i <= (int64_t)floor(d);
  return false;
}

bool number_less_than(Value a, Value b) {
  if (value_is_double(a)) {
    double d = value_as_double(a);
    if (value_is_double(b)) return d < value_as_double(b);
    return d == d && !int_less_equal_double(value_as_int(b), d);
  }
  if (value_is_double(b)) return int_less_than_double(value_as_int(a), value_as_double(b));
  return value_as_int(a) < value_as_int(b);
}

bool number_less_equal(Value a, Value b) {
  if (value_is_double(a)) {
    double d = value_as_double(a);
    if (value_is_double(b)) return d <= value_as_double(b);
    return d == d && !int_less_than_double(value_as_int(b), d);
  }
  if (value_is_double(b)) return int_less_equal_double(value_as_int(a), value_as_double(b));
  return value_as_int(a) <= value_as_int(b);
}

static bool compare_by_metamethod(State *L, Event event, Value a, Value b) {
  Value method = value_metamethod(L, a, event);
  if (value_is_nil(method)) method = value_metamethod(L, b, event);
  if (value_is_nil(method) && event == EVENT_LE) {
    method = less_equal_by_less_than(L, a, b);
    if (!value_is_nil(method))
      return value_is_falsy(vm_call_metamethod(L, method, (Value[]){b, a}, 2, 1));
  }
  if (value_is_nil(method)) vm_error_compare(L, a, b);
  return !value_is_falsy(vm_call_metamethod(L, method, (Value[]){a, b}, 2, 1));
}

Value less_equal_by_less_than(State *L, Value a, Value b) {
  Value method = value_metamethod(L, b, EVENT_LT);
  return value_is_nil(method) ? value_metamethod(L, a, EVENT_LT) : method;
}

bool vm_less_than(State *L, Value a, Value b) {
  if (value_is_number(a) && value_is_number(b)) return number_less_than(a, b);
  if (value_is_string(a) && value_is_string(b))
    return string_compare(value_string(a), value_string(b)) < 0;
  return compare_by_metamethod(L, EVENT_LT, a, b);
}

bool vm_less_equal(State *L, Value a, Value b) {
  if (value_is_number(a) && value_is_number(b)) return number_less_equal(a, b);
  if (value_is_string(a) && value_is_string(b))
    return string_compare(value_string(a), value_string(b)) <= 0;
  return compare_by_metamethod(L, EVENT_LE, a, b);
}

Value equal_metamethod(State *L, Value a, Value b) {
  bool tables = value_is_table(a) && value_is_table(b);
  if (!tables && !(value_is_userdata(a) && value_is_userdata(b))) return NIL;
  Value method = metatable_get(L, value_metatable(L, a), EVENT_EQ);
  return value_is_nil(method) ? metatable_get(L, value_metatable(L, b), EVENT_EQ) : method;
}

bool vm_equal(State *L, Value a, Value b) {
  if (value_raw_equal(a, b)) return true;
  Value method = equal_metamethod(L, a, b);
  if (value_is_nil(method)) return false;
  return !value_is_falsy(vm_call_metamethod(L, method, (Value[]){a, b}, 2, 1));
}

/* ---- length ------------------------------------------------------------------------------------ */

Value vm_length(State *L, Value v) {
  Value method;
  if (value_is_string(v)) return value_from_small_int((int64_t)string_length(value_string(v)));
  if (value_is_table(v)) {
    method = metatable_get(L, table_metatable(L, value_table(v)), EVENT_LEN);
    if (value_is_nil(method)) return value_from_int(L, (int64_t)table_length(L, value_table(v)));
  } else {
    method = value_metamethod(L, v, EVENT_LEN);
    if (value_is_nil(method)) vm_error_type(L, v, "get length of");
  }
  return vm_call_metamethod(L, method, (Value[]){v, v}, 2, 1);
}
