/* Numbers from text and to text, against the C library; conversions between number types. */
#include "unit_state.h"

#include <locale.h>
#include <math.h>

#include "base/number_text.h"
#include "base/utf8.h"
#include "runtime/number.h"

enum { RANDOM_ROUNDS = 300000 };

/* ---- to text --------------------------------------------------------------------------------- */

static void expect_text(double d) {
  char expected[80], actual[NUMBER_TEXT_SIZE + 1];
  snprintf(expected, sizeof expected, "%.14g", d);
  if (expected[strspn(expected, "-0123456789")] == '\0') strcat(expected, ".0");
  actual[double_to_text(d, actual)] = '\0';
  if (strcmp(expected, actual) != 0) fail_msg("%a: %s, not %s", d, actual, expected);
}

static double random_double(uint64_t *seed) {
  uint64_t bits = random_next(seed), shape = random_next(seed);
  double d;
  memcpy(&d, &bits, sizeof d);
  switch (shape % 8) {
    case 0: return d;                                          /* any bits */
    case 1: return (double)(int64_t)bits;                      /* big integers */
    case 2: return (double)((int64_t)bits >> (shape >> 8) % 64); /* integers of all sizes */
    case 3: return (double)((int64_t)bits >> 40) / 100.0;      /* a few decimals */
    case 4: return (double)(int32_t)bits * 0.5 / 1e8;
    case 5: return ldexp((double)(bits >> 11), (int)(shape >> 8) % 140 - 100);
    case 6: return (double)(bits % 1000000) * pow(10, (double)((int)(shape >> 8) % 60 - 30));
    default: return (double)((bits >> 14) | 1) / 64.0;         /* ties at the 14th digit */
  }
}

static void test_doubles_to_text(void **state) {
  (void)state;
  const double samples[] = {
      0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1e14, 1e15, 99999999999999.0, 999999999999999.0, 123456.789,
      1e-4, 1e-5, 0.00012345678901234567, 9.9999999999999995e-5, 3.14159265358979, 1e100, 1e-100,
      99999999999999.5, 9999999999999.95, 2.5, 0.30000000000000004, 1e21, 1e22, 1e23, 1e37, 1e38,
      1e39, 1e-9, 1e-10, 0x1p-1074, 0x1.fffffffffffffp1023, INFINITY, -INFINITY, NAN, -NAN, 0x1p63,
      -0x1p63, 0x1p53, 100.0, 1024.0, 1e10, 12345678901234.5, 123456789012345.0,
      1234567890123456.0};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) expect_text(samples[i]);
  const char *rounds = getenv("FERROUS_TEST_ROUNDS");
  uint64_t seed = 1;
  for (long i = rounds != NULL ? atol(rounds) : RANDOM_ROUNDS; i > 0; i--)
    expect_text(random_double(&seed));
}

static void test_integers_to_text(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int i = 0; i < RANDOM_ROUNDS; i++) {
    char expected[32], actual[NUMBER_TEXT_SIZE + 1];
    int64_t n = (int64_t)random_next(&seed) >> random_next(&seed) % 64;
    if (i == 0) n = INT64_MIN;
    if (i == 1) n = INT64_MAX;
    snprintf(expected, sizeof expected, "%lld", (long long)n);
    actual[int_to_text(n, actual)] = '\0';
    assert_string_equal(actual, expected);
  }
}

/* ---- from text ------------------------------------------------------------------------------- */

static void expect_double(const char *text, double expected) {
  int64_t i;
  double d = 0;
  if (numeral_parse(text, strlen(text), &i, &d) != NUMERAL_DOUBLE) fail_msg("%s: no double", text);
  if (memcmp(&d, &expected, sizeof d) != 0) fail_msg("%s: %a, not %a", text, d, expected);
}

static void expect_int(const char *text, int64_t expected) {
  int64_t i = 0;
  double d;
  if (numeral_parse(text, strlen(text), &i, &d) != NUMERAL_INT) fail_msg("%s: no integer", text);
  if (i != expected) fail_msg("%s: %lld", text, (long long)i);
}

static void test_integers_from_text(void **state) {
  (void)state;
  expect_int("0", 0);
  expect_int("-0", 0);
  expect_int(" \t\n\v\f\r12 \t\n", 12);
  expect_int("+7", 7);
  expect_int("9223372036854775807", INT64_MAX);
  expect_int("-9223372036854775808", INT64_MIN);
  expect_int("00000000000000000000000000000000000001", 1);
  expect_int("0x10", 16);
  expect_int("-0XfF", -255);
  expect_int("0xffffffffffffffff", -1);
  expect_int("0x1ffffffffffffffff", -1);
  expect_int("-0x8000000000000000", INT64_MIN);
  expect_double("9223372036854775808", 9223372036854775808.0);
  expect_double("-9223372036854775809", -9223372036854775808.0);
  expect_double("18446744073709551616", 18446744073709551616.0);
}

static void test_doubles_from_text(void **state) {
  (void)state;
  static const char *const texts[] = {
      "0.0", "-0.0", "1.", ".5", "5e0", "1e5", "1E+5", "1e-5", "0.1", "3.14159265358979323846",
      "1e22", "1e23", "123456789012345678901234567890", "2.2250738585072011e-308", "4.9e-324",
      "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308", "1e309",
      "-1e400", "1e-400", "9007199254740993.0", "9007199254740992.99999999999999999999",
      "0e99999999999999999999", "1e99999999999999999999", "1e-99999999999999999999", "0x1p4",
      "0x.8", "0x8.", "0xA.8p0", "0x1P-1074",
      "0x1p-1075", "0x1.8p-1075", "0x1.00000000000001p-1075", "0x1p1024", "0x1.fffffffffffff8p1023",
      "0x1.fffffffffffff7p1023", "0x1.00000000000008p0", "0x1.000000000000080001p0",
      "0x1.00000000000018p0", "0x0.0000000000000000000000001p100", "0x123456789abcdef01.8",
      "0x1.fffffffffffffp-1023", "0x0p99999999999", "0xffffffffffffffffffffp-20"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    expect_double(texts[i], strtod(texts[i], NULL));
  char digits[1200];
  memset(digits, '0', sizeof digits);
  memcpy(digits, "0.", 2);
  strcpy(digits + 1100, "1e1099"); /* as many zeros as the exponent takes back */
  expect_double(digits, 1.0);
}

/* A tie between two doubles that only the digit 800 or later decides. */
static void test_long_ties(void **state) {
  (void)state;
  char text[1200];
  int n = snprintf(text, sizeof text, "9007199254740993.");
  memset(text + n, '0', 1000);
  strcpy(text + n + 1000, "1");
  expect_double(text, 9007199254740994.0);
  strcpy(text + n + 1000, "0");
  expect_double(text, 9007199254740992.0);
}

static void test_random_text(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int i = 0; i < RANDOM_ROUNDS; i++) {
    char text[80];
    double d = random_double(&seed);
    if (!isfinite(d)) continue;
    int precision = (int)(random_next(&seed) % 20);
    snprintf(text, sizeof text, random_next(&seed) & 1 ? "%.*e" : "%.*a", precision, d);
    expect_double(text, strtod(text, NULL));
  }
}

static void test_rejected(void **state) {
  (void)state;
  static const char *const texts[] = {
      "", " ", "+", "-", ".", "e5", ".e5", "1e", "1e+", "0x", "0x.", "0xp1", "0x1p", "0x1p+", "0xg",
      "nan", "inf", "-inf", "NAN", "infinity", "1 2", "- 1", "--1", "+-1", "1a", "0x1.8.1", "1..2",
      "1_000", "0b1", "1e5.0", "1f", "0x1e+1", "1,5"};
  int64_t i;
  double d;
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
    if (numeral_parse(texts[k], strlen(texts[k]), &i, &d) != NUMERAL_NONE)
      fail_msg("'%s' is no numeral", texts[k]);
  assert_int_equal(numeral_parse("1\0", 2, &i, &d), NUMERAL_NONE);
  assert_int_equal(numeral_parse("12345", 3, &i, &d), NUMERAL_INT);
  assert_int_equal(i, 123);
}

/* A locale whose decimal point is a comma: an installed one, or one compiled for this test. */
static bool set_comma_locale(void) {
  static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "pt_BR.UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_NUMERIC, names[i]) != NULL) return true;
  char directory[] = "/tmp/ferrous_locale_XXXXXX", command[128];
  if (mkdtemp(directory) == NULL) return false;
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", directory);
  bool made = system(command) == 0;
  setenv("LOCPATH", directory, 1);
  made = made && setlocale(LC_NUMERIC, "de_DE.UTF-8") != NULL;
  snprintf(command, sizeof command, "rm -rf %s", directory);
  return system(command) == 0 && made;
}

static void test_locale(void **state) {
  (void)state;
  assert_true(set_comma_locale());
  expect_double("1,5", 1.5);
  expect_double("1.5", 1.5);
  expect_double("1.00000000000000000000000000000001e10", 1e10);
  expect_text(1.5);
  expect_text(1e300 / 3);
  setlocale(LC_NUMERIC, "C");
}

/* ---- values ---------------------------------------------------------------------------------- */

static void test_conversions(void **state) {
  State *L = *state;
  int64_t i;
  double d;
  assert_true(value_to_int(value_from_double(-0x1p63), &i) && i == INT64_MIN);
  assert_false(value_to_int(value_from_double(0x1p63), &i));
  assert_false(value_to_int(value_from_double(1.5), &i));
  assert_false(value_to_int(value_from_double(NAN), &i));
  assert_true(value_to_int(value_from_string(string_from_c(L, " 0x10 ")), &i) && i == 16);
  assert_true(value_to_int(value_from_string(string_from_c(L, "1e2")), &i) && i == 100);
  assert_false(value_to_int_strict(value_from_string(string_from_c(L, "1")), &i));
  assert_false(value_to_int(NIL, &i));
  assert_true(value_to_double(value_from_int(L, INT64_MAX), &d) && d == 0x1p63);
  assert_true(value_to_double(value_from_string(string_from_c(L, "10")), &d) && d == 10.0);
  assert_false(value_to_double(value_from_string(string_from_c(L, "ten")), &d));
  assert_false(value_to_double(TRUE, &d));
  Value v;
  assert_true(text_to_number(L, "9223372036854775807", 19, &v) && value_as_int(v) == INT64_MAX);
  assert_string_equal(string_bytes(number_to_string(L, v)), "9223372036854775807");
  assert_string_equal(string_bytes(number_to_string(L, value_from_double(1e15))), "1e+15");
}

static void test_utf8(void **state) {
  (void)state;
  static const struct {
    uint32_t code;
    const char *bytes;
  } samples[] = {{0x7F, "\x7F"},
                 {0x80, "\xC2\x80"},
                 {0x7FF, "\xDF\xBF"},
                 {0x800, "\xE0\xA0\x80"},
                 {0xFFFF, "\xEF\xBF\xBF"},
                 {0x10000, "\xF0\x90\x80\x80"},
                 {0x1FFFFF, "\xF7\xBF\xBF\xBF"},
                 {0x200000, "\xF8\x88\x80\x80\x80"},
                 {0x3FFFFFF, "\xFB\xBF\xBF\xBF\xBF"},
                 {0x4000000, "\xFC\x84\x80\x80\x80\x80"},
                 {0x7FFFFFFF, "\xFD\xBF\xBF\xBF\xBF\xBF"}};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    char out[UTF8_MAX_BYTES];
    assert_int_equal(utf8_encode(samples[i].code, out), strlen(samples[i].bytes));
    assert_memory_equal(out, samples[i].bytes, strlen(samples[i].bytes));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_doubles_to_text),    cmocka_unit_test(test_integers_to_text),
      cmocka_unit_test(test_integers_from_text), cmocka_unit_test(test_doubles_from_text),
      cmocka_unit_test(test_long_ties),          cmocka_unit_test(test_random_text),
      cmocka_unit_test(test_rejected),           cmocka_unit_test(test_locale),
      state_test(test_conversions),              cmocka_unit_test(test_utf8)};
  return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
