/* Value: every encoding at its borders, and raw equality. */
#include "unit_state.h"

#include <math.h>

#include "runtime/number.h"
#include "runtime/table.h"

static void expect_only(Value v, int type) {
  assert_int_equal(value_type(v), type);
  assert_int_equal(value_is_nil(v), type == LUA_TNIL);
  assert_int_equal(value_is_boolean(v), type == LUA_TBOOLEAN);
  assert_int_equal(value_is_number(v), type == LUA_TNUMBER);
  assert_int_equal(value_is_light(v), type == LUA_TLIGHTUSERDATA);
  assert_int_equal(value_is_string(v), type == LUA_TSTRING);
  assert_int_equal(value_is_table(v), type == LUA_TTABLE);
}

static void test_constants(void **state) {
  (void)state;
  expect_only(NIL, LUA_TNIL);
  expect_only(TRUE, LUA_TBOOLEAN);
  expect_only(FALSE, LUA_TBOOLEAN);
  assert_true(value_is_falsy(NIL) && value_is_falsy(FALSE));
  assert_false(value_is_falsy(TRUE) || value_is_falsy(EMPTY_KEY));
  assert_false(value_is_falsy(value_from_small_int(0)) || value_is_falsy(value_from_double(0.0)));
  assert_true(value_from_bool(true) == TRUE && value_from_bool(false) == FALSE);
  assert_false(value_is_collectable(NIL) || value_is_collectable(TRUE));
  assert_false(value_is_inline_light(NIL) || value_is_inline_light(EMPTY_KEY));
}

static void expect_int(State *L, int64_t i) {
  Value v = value_from_int(L, i);
  expect_only(v, LUA_TNUMBER);
  assert_true(value_is_int(v) && !value_is_double(v));
  assert_true(value_as_int(v) == i);
  assert_int_equal(value_is_small_int(v), i >= SMALL_INT_MIN && i <= SMALL_INT_MAX);
  assert_int_equal(value_is_int_box(v), !value_is_small_int(v));
  assert_int_equal(value_is_collectable(v), value_is_box(v));
  assert_true(value_raw_equal(v, value_from_int(L, i)));
  assert_false(value_raw_equal(v, value_from_int(L, (int64_t)((uint64_t)i + 1))));
}

static void test_integers(void **state) {
  State *L = *state;
  for (int bit = 0; bit < 64; bit++)
    for (int64_t near = -3; near <= 3; near++) {
      expect_int(L, (int64_t)((UINT64_C(1) << bit) + (uint64_t)near));
      expect_int(L, (int64_t)(0 - (UINT64_C(1) << bit) + (uint64_t)near));
    }
  Value a = value_from_small_int(-1), b = value_from_small_int(SMALL_INT_MIN);
  assert_true(value_are_small_ints(a, b));
  assert_false(value_are_small_ints(a, value_from_double(-NAN)));
  assert_false(value_are_small_ints(value_from_double(1.0), a));
  assert_false(value_are_small_ints(value_from_int(L, INT64_MAX), a));
}

static void expect_double(double d) {
  Value v = value_from_double(d);
  expect_only(v, LUA_TNUMBER);
  assert_true(value_is_double(v) && !value_is_int(v) && !value_is_collectable(v));
  assert_memory_equal(&d, &(double){value_as_double(v)}, sizeof d);
}

static void test_doubles(void **state) {
  (void)state;
  const double samples[] = {0.0, -0.0, 1.0, -1.5, INFINITY, -INFINITY, 0x1p-1074, -0x1p-1074,
                            0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023, 0x1p47, -0x1p63};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) expect_double(samples[i]);
  assert_true(value_from_double(0.0) != value_from_double(-0.0));
  assert_true(value_raw_equal(value_from_double(0.0), value_from_double(-0.0)));
}

static void test_nans(void **state) {
  (void)state;
  for (uint64_t high = 0x7FF0; high <= 0xFFFF; high++) {
    uint64_t bits = high << 48 | 0x123456789ABC;
    double d;
    memcpy(&d, &bits, sizeof d);
    if (d == d) continue;
    Value v = value_from_foreign_double(d);
    expect_only(v, LUA_TNUMBER);
    assert_true(v == (high & 0x8000 ? UINT64_C(0xFFF8000000000000) : UINT64_C(0x7FF8000000000000)));
    assert_false(value_raw_equal(v, v));
  }
  volatile double zero = 0.0;
  Value made = value_from_double(zero / zero);
  assert_true(value_is_double(made) && !value_raw_equal(made, made));
}

static void test_light_userdata(void **state) {
  State *L = *state;
  for (int bit = 0; bit < 64; bit++)
    for (uint64_t near = 0; near < 5; near++) {
      void *p = (void *)(uintptr_t)((UINT64_C(1) << bit) + near - 2);
      Value v = value_from_light(L, p);
      expect_only(v, LUA_TLIGHTUSERDATA);
      assert_ptr_equal(value_as_light(v), p);
      assert_int_equal(value_is_inline_light(v), (uintptr_t)p < UINT64_C(1) << 47);
      assert_true(value_raw_equal(v, value_from_light(L, p)));
      assert_false(value_raw_equal(v, value_from_light(L, (void *)((uintptr_t)p + 1))));
      assert_false(value_raw_equal(v, value_from_int(L, (int64_t)(uintptr_t)p)));
    }
}

static void test_equality_across_number_types(void **state) {
  State *L = *state;
  assert_true(value_raw_equal(value_from_small_int(1), value_from_double(1.0)));
  assert_true(value_raw_equal(value_from_double(0x1p62), value_from_int(L, INT64_C(1) << 62)));
  assert_true(value_raw_equal(value_from_double(-0x1p63), value_from_int(L, INT64_MIN)));
  assert_false(value_raw_equal(value_from_double(0x1p63), value_from_int(L, INT64_MAX)));
  int64_t odd = (INT64_C(1) << 53) + 1; /* no double */
  assert_false(value_raw_equal(value_from_double((double)odd), value_from_int(L, odd)));
  assert_false(value_raw_equal(value_from_small_int(1), value_from_double(1.5)));
  assert_false(value_raw_equal(value_from_small_int(1), TRUE));
  assert_false(value_raw_equal(NIL, FALSE));
}

static void test_objects(void **state) {
  State *L = *state;
  Value s = value_from_string(string_from_c(L, "text")), t = value_from_table(table_new(L));
  expect_only(s, LUA_TSTRING);
  expect_only(t, LUA_TTABLE);
  assert_true(value_is_collectable(s) && value_is_collectable(t));
  expect_only(value_from_object(L), LUA_TTHREAD);
  assert_true(value_is_thread(value_from_object(L)) && !value_is_userdata(value_from_object(L)));
  assert_false(value_raw_equal(s, t));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constants), state_test(test_integers),
      cmocka_unit_test(test_doubles),   cmocka_unit_test(test_nans),
      state_test(test_light_userdata),  state_test(test_equality_across_number_types),
      state_test(test_objects)};
  return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
