/*
 * Numbers to text without snprintf, for the conversions programs use most.
 * Layer: lib (public headers only).
 */
#ifndef FERROUS_STRING_NUMBER_H
#define FERROUS_STRING_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  NUMBER_INTEGER_SIZE = 24, /* enough for any 64-bit integer in base 8 or higher */
  NUMBER_FLOAT_SIZE = 48,   /* enough for what the two functions for floats write */
};

/* Writes `value` in decimal so that it ends at `end`; returns its first byte. */
char *number_write_decimal(char *end, uint64_t value);

/* As above, in base 8 or 16 (`shift` 3 or 4), with `digits` as the alphabet. */
char *number_write_power(char *end, uint64_t value, unsigned shift, const char *digits);

/* Writes a signed integer at `out`; returns its length. */
size_t number_write_integer(char *out, int64_t value);

/*
 * What snprintf writes for "%.*f" and "%.*g" (`alternate`: "%#.*g") in the C locale and for the
 * absolute value of `x`: exactly rounded, half to even. They return the length, or 0 when the
 * number is out of their range (infinite, very large or small, too many digits).
 */
size_t number_write_fixed(char *out, double x, int decimals);
size_t number_write_general(char *out, double x, int precision, bool alternate);

#endif
