/*
 * Numbers to text. See string_number.h.
 *
 * A finite double is m * 2^e with m < 2^53. Scaled by a power of ten not above 10^19, it still
 * fits 128 bits before the shift by e, so that its decimal digits and the rounding of what
 * remains are exact.
 * Layer: lib (public headers only).
 */
#include <math.h>
#include <string.h>

#include "string_number.h"

typedef unsigned __int128 Wide;

enum { DECIMALS_MAX = 19 };

static const uint64_t POWERS_OF_TEN[DECIMALS_MAX + 1] = {
  1u,
  10u,
  100u,
  1000u,
  10000u,
  100000u,
  1000000u,
  10000000u,
  100000000u,
  1000000000u,
  10000000000u,
  100000000000u,
  1000000000000u,
  10000000000000u,
  100000000000000u,
  1000000000000000u,
  10000000000000000u,
  100000000000000000u,
  1000000000000000000u,
  10000000000000000000u,
};

static const char DIGIT_PAIRS[201] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
    "4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
    "949596979899";

char *number_write_decimal(char *end, uint64_t value)
{
  while (value >= 100) {
    end -= 2;
    memcpy(end, DIGIT_PAIRS + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    end -= 2;
    memcpy(end, DIGIT_PAIRS + 2 * value, 2);
  } else {
    *--end = (char)('0' + value);
  }
  return end;
}

char *number_write_power(char *end, uint64_t value, unsigned shift, const char *digits)
{
  do {
    *--end = digits[value & ((1u << shift) - 1)];
    value >>= shift;
  } while (value != 0);
  return end;
}

size_t number_write_integer(char *out, int64_t value)
{
  char digits[NUMBER_INTEGER_SIZE];
  char *end = digits + sizeof digits;
  char *start = number_write_decimal(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
  if (value < 0)
    *--start = '-';
  size_t length = (size_t)(end - start);
  memcpy(out, start, length);
  return length;
}

/* The integer nearest to |x| * 10^decimals, if it fits 64 bits; `x` is finite. */
static bool scale_to_integer(double x, int decimals, uint64_t *result)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7FF);
  uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
  if (exponent == 0)
    exponent = 1;
  else
    mantissa |= (uint64_t)1 << 52;
  exponent -= 1075;
  Wide scaled = (Wide)mantissa * POWERS_OF_TEN[decimals];
  if (exponent >= 0) {
    if (exponent > 10 || (scaled << exponent) >> 64 != 0)
      return false;
    *result = (uint64_t)scaled << exponent;
    return true;
  }
  unsigned shift = (unsigned)-exponent;
  if (shift > 127) { /* below one half, for scaled < 2^117 */
    *result = 0;
    return true;
  }
  Wide quotient = scaled >> shift;
  Wide remainder = scaled - (quotient << shift);
  Wide half = (Wide)1 << (shift - 1);
  if (quotient >> 63 != 0)
    return false;
  *result = (uint64_t)quotient;
  if (remainder > half || (remainder == half && (*result & 1)))
    (*result)++;
  return true;
}

/* Writes value / 10^decimals; returns the length. */
static size_t write_scaled(char *out, uint64_t value, int decimals)
{
  char digits[NUMBER_INTEGER_SIZE];
  char *end = digits + sizeof digits;
  char *start = number_write_decimal(end, value);
  while (end - start <= decimals)
    *--start = '0';
  size_t whole = (size_t)(end - start - decimals);
  memcpy(out, start, whole);
  if (decimals == 0)
    return whole;
  out[whole] = '.';
  memcpy(out + whole + 1, start + whole, (size_t)decimals);
  return whole + 1 + (size_t)decimals;
}

size_t number_write_fixed(char *out, double x, int decimals)
{
  uint64_t scaled;
  if (!isfinite(x) || decimals > DECIMALS_MAX || !scale_to_integer(x, decimals, &scaled))
    return 0;
  return write_scaled(out, scaled, decimals);
}

/* The decimal exponent of x in [1e-4, 1e17), else -5 or 17. The tabulated negative powers are
 * doubles just above the true ones, so that comparing with them is exact. */
static int decimal_exponent(double x)
{
  static const double NEGATIVE_POWERS[] = {1e-1, 1e-2, 1e-3, 1e-4};
  if (x < 1) {
    for (int i = 0; i < 4; i++)
      if (x >= NEGATIVE_POWERS[i])
        return -1 - i;
    return -5;
  }
  int exponent = 0;
  while (exponent < 17 && x >= (double)POWERS_OF_TEN[exponent + 1])
    exponent++;
  return exponent;
}

/* Drops the zeros that end a fraction, and its point if nothing else is left. */
static size_t trim_fraction(const char *text, size_t length)
{
  while (text[length - 1] == '0')
    length--;
  return text[length - 1] == '.' ? length - 1 : length;
}

size_t number_write_general(char *out, double x, int precision, bool alternate)
{
  uint64_t scaled;
  x = fabs(x);
  if (precision == 0)
    precision = 1;
  if (!isfinite(x) || precision > 17 || alternate)
    return 0;
  if (x < 1e9 && (double)(uint64_t)x == x && (uint64_t)x < POWERS_OF_TEN[precision])
    return write_scaled(out, (uint64_t)x, 0);
  int exponent = decimal_exponent(x);
  int decimals = precision - 1 - exponent;
  if (exponent < -4 || decimals < 0 || decimals > DECIMALS_MAX)
    return 0;
  if (!scale_to_integer(x, decimals, &scaled))
    return 0;
  if (scaled >= POWERS_OF_TEN[precision]) { /* rounded up to the next power of ten */
    if (decimals == 0)
      return 0;
    scaled /= 10;
    decimals--;
  }
  size_t length = write_scaled(out, scaled, decimals);
  return decimals == 0 ? length : trim_fraction(out, length);
}
