/* Numbers to text: see number_text.h.
   Layer: base.

   How "%.14g" is computed exactly without the C library. Let d = f * 2^k with f < 2^53. The 14
   digits are the integer nearest to d * 10^s, where s puts that into [10^13, 10^14). For 0 <= s <=
   22, f * 10^s is less than 2^127, so one 128-bit product holds it exactly; its lower -k bits are
   the exact remainder, which decides the rounding (ties go to even, as printf does). For s < 0
   the value is an integer f * 2^k < 2^127, and the division by 10^-s leaves an exact remainder too.
   All other magnitudes (below about 1e-9, above about 1e38) are left to snprintf. */
#include "base/number_text.h"

#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef unsigned __int128 Wide;

enum { PRECISION = 14, MAX_SCALE = 22, MIN_SCALE = -24 };

#define DIGITS_LOW UINT64_C(10000000000000)   /* 10^13 */
#define DIGITS_HIGH UINT64_C(100000000000000) /* 10^14 */

/* ---- integers -------------------------------------------------------------------------------- */

static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
    "49505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
    "9899";

/* Writes backwards, ending before `end`; the first character written. */
static char *write_digits(char *end, uint64_t value) {
  while (value >= 100) {
    end -= 2;
    memcpy(end, digit_pairs + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    end -= 2;
    memcpy(end, digit_pairs + 2 * value, 2);
  } else {
    *--end = (char)('0' + value);
  }
  return end;
}

size_t int_to_text(int64_t i, char out[NUMBER_TEXT_SIZE]) {
  char digits[20], *end = digits + sizeof digits;
  char *start = write_digits(end, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
  size_t length = (size_t)(end - start);
  out[0] = '-';
  memcpy(out + (i < 0), start, length);
  return length + (i < 0);
}

/* ---- doubles --------------------------------------------------------------------------------- */

#define TEN_10 UINT64_C(10000000000)
static const uint64_t powers_of_ten[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
    TEN_10, TEN_10 * 10, TEN_10 * 100, TEN_10 * 1000, TEN_10 * 10000, TEN_10 * 100000};

/* n is below 25. */
static Wide power_of_ten(int n) {
  return n <= 15 ? powers_of_ten[n] : (Wide)powers_of_ten[15] * powers_of_ten[n - 15];
}

/* The quotient `whole`, or one more, for the remainder rest of divisor. */
static uint64_t round_half_even(uint64_t whole, Wide rest, Wide divisor) {
  Wide twice = rest * 2;
  return whole + (twice > divisor || (twice == divisor && (whole & 1)));
}

/* floor(f * 2^k * 10^s), and its rounding in *rounded; 0 when out of the exact range. */
static uint64_t scale_exactly(uint64_t f, int k, int s, uint64_t *rounded) {
  if (s >= 0) {
    if (s > MAX_SCALE || k > 0 || k < -126) return 0;
    Wide product = f * power_of_ten(s);
    Wide unit = (Wide)1 << -k;
    Wide whole = product >> -k;
    if (whole >= DIGITS_HIGH) return DIGITS_HIGH;
    *rounded = round_half_even((uint64_t)whole, product & (unit - 1), unit);
    return (uint64_t)whole;
  }
  if (s < MIN_SCALE || k > 73) return 0;
  if (k < 0) { /* between 2^46 and 2^53: fractional bits count in the remainder */
    Wide divisor = power_of_ten(-s) << -k;
    *rounded = round_half_even((uint64_t)(f / divisor), f % divisor, divisor);
    return (uint64_t)(f / divisor);
  }
  Wide integer = (Wide)f << k, divisor = power_of_ten(-s);
  Wide whole = integer / divisor;
  if (whole >= DIGITS_HIGH) return DIGITS_HIGH;
  *rounded = round_half_even((uint64_t)whole, integer % divisor, divisor);
  return (uint64_t)whole;
}

/* The 14 digits of a positive finite d and the exponent of the first; false: out of range. */
static bool decimal_digits(double d, uint64_t *digits, int *exponent) {
  uint64_t bits;
  memcpy(&bits, &d, sizeof bits);
  int raw = (int)(bits >> 52);
  if (raw < 1023 - 30 || raw > 1023 + 126) return false;
  uint64_t f = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
  int k = raw - 1075;
  int guess = (raw - 1023) * 1233 >> 12; /* log10(2) = 1233 / 4096, nearly: off by one at most */
  for (int tries = 0; tries < 3; tries++) {
    uint64_t rounded = 0;
    uint64_t whole = scale_exactly(f, k, PRECISION - 1 - guess, &rounded);
    if (whole == 0) return false;
    if (whole >= DIGITS_HIGH) {
      guess++;
    } else if (whole < DIGITS_LOW) {
      guess--;
    } else {
      bool carried = rounded == DIGITS_HIGH;
      *digits = carried ? DIGITS_LOW : rounded;
      *exponent = guess + carried;
      return true;
    }
  }
  return false;
}

static size_t put_point(char *out) {
  const char *point = nl_langinfo(RADIXCHAR);
  size_t n = 0;
  while (point[n] != '\0' && n < 4) {
    out[n] = point[n];
    n++;
  }
  return n;
}

/* d[.ddd]e+XX */
static size_t layout_scientific(char *out, const char *digits, int count, int exponent) {
  size_t n = 0;
  out[n++] = digits[0];
  if (count > 1) {
    n += put_point(out + n);
    memcpy(out + n, digits + 1, (size_t)count - 1);
    n += (size_t)count - 1;
  }
  out[n++] = 'e';
  out[n++] = exponent < 0 ? '-' : '+';
  memcpy(out + n, digit_pairs + 2 * (exponent < 0 ? -exponent : exponent), 2);
  return n + 2;
}

/* ddd[.ddd] or 0.000ddd; ".0" is added to a whole number. */
static size_t layout_fixed(char *out, const char *digits, int count, int exponent) {
  size_t n = 0;
  int whole = exponent + 1; /* digits in front of the point */
  if (whole <= 0) {
    out[n++] = '0';
    n += put_point(out + n);
    memset(out + n, '0', (size_t)-whole);
    n += (size_t)-whole;
    memcpy(out + n, digits, (size_t)count);
    return n + (size_t)count;
  }
  int given = count < whole ? count : whole;
  memcpy(out, digits, (size_t)given);
  memset(out + given, '0', (size_t)(whole - given));
  n = (size_t)whole + put_point(out + whole);
  if (count <= whole) {
    out[n++] = '0';
    return n;
  }
  memcpy(out + n, digits + whole, (size_t)(count - whole));
  return n + (size_t)(count - whole);
}

static size_t double_by_snprintf(double d, char out[NUMBER_TEXT_SIZE]) {
  size_t n = (size_t)snprintf(out, NUMBER_TEXT_SIZE, "%.*g", PRECISION, d);
  if (strspn(out, "-0123456789") < n) return n;
  n += put_point(out + n);
  out[n++] = '0';
  return n;
}

/* Numbers that programs write down: with at most three decimals, and the digits before them fewer
   than fourteen in all. If d * 1000 rounds to an integer n, then d is as near to n / 1000 as
   doubles can be, which its first 14 digits cannot tell from n / 1000 itself. */
static bool few_digits(double d, uint64_t *digits, int *exponent) {
  double scaled = d * 1000;
  if (!(scaled >= 1 && scaled < (double)DIGITS_LOW)) return false;
  uint64_t n = (uint64_t)scaled;
  if ((double)n != scaled) return false;
  int place = 0;
  while (n >= powers_of_ten[place + 1]) place++;
  *digits = n * powers_of_ten[PRECISION - 1 - place];
  *exponent = place - 3;
  return true;
}

size_t double_to_text(double d, char out[NUMBER_TEXT_SIZE]) {
  uint64_t value;
  int exponent;
  if (!few_digits(fabs(d), &value, &exponent) && !decimal_digits(fabs(d), &value, &exponent))
    return double_by_snprintf(d, out);
  char digits[20], *end = digits + sizeof digits;
  char *start = write_digits(end, value);
  int count = PRECISION;
  while (count > 1 && start[count - 1] == '0') count--;
  bool negative = signbit(d);
  out[0] = '-';
  char *at = out + negative;
  bool scientific = exponent < -4 || exponent >= PRECISION;
  return negative + (scientific ? layout_scientific(at, start, count, exponent)
                                : layout_fixed(at, start, count, exponent));
}
