/*
 * Fields of string.format: see string_field.h.
 * Layer: lib (public headers only).
 */
#include <math.h>
#include <string.h>

#include "string_field.h"
#include "string_internal.h"
#include "string_number.h"

/* ---- What a conversion asks for ------------------------------------------------------- */

static unsigned flag_of(char c)
{
  switch (c) {
    case '-': return FIELD_LEFT;
    case '+': return FIELD_PLUS;
    case ' ': return FIELD_SPACE;
    case '#': return FIELD_ALTERNATE;
    case '0': return FIELD_ZERO;
    default: return 0;
  }
}

static const char *read_number(const char *p, int *number)
{
  *number = 0;
  for (int i = 0; i < 2 && *p >= '0' && *p <= '9'; i++)
    *number = *number * 10 + (*p++ - '0');
  return p;
}

const char *field_read_spec(const char *p, FieldSpec *spec)
{
  unsigned flag;
  spec->flags = 0;
  spec->precision = -1;
  for (; (flag = flag_of(*p)) != 0; p++)
    spec->flags |= flag;
  p = read_number(p, &spec->width);
  if (*p == '.')
    p = read_number(p + 1, &spec->precision);
  return p;
}

unsigned field_allowed_flags(char conversion)
{
  switch (conversion) {
    case 'd': case 'i': return FIELD_LEFT | FIELD_PLUS | FIELD_SPACE | FIELD_ZERO;
    case 'u': return FIELD_LEFT | FIELD_ZERO;
    case 'x': case 'X': case 'o': return FIELD_LEFT | FIELD_ALTERNATE | FIELD_ZERO;
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'g': case 'G':
      return FIELD_LEFT | FIELD_PLUS | FIELD_SPACE | FIELD_ALTERNATE | FIELD_ZERO;
    case 'c': case 'p': case 's': return FIELD_LEFT;
    default: return 0;
  }
}

/* ---- Laying out ----------------------------------------------------------------------- */

size_t field_length(const FieldSpec *spec, size_t used)
{
  return (size_t)spec->width > used ? (size_t)spec->width : used;
}

size_t field_write(char *out, const FieldSpec *spec, const char *prefix, size_t prefix_length,
                   const char *body, size_t body_length, bool zero_fill)
{
  size_t used = prefix_length + body_length, length = field_length(spec, used);
  size_t padding = length - used;
  bool left = spec->flags & FIELD_LEFT;
  if (padding > 0 && !left && !zero_fill) {
    memset(out, ' ', padding);
    out += padding;
  }
  memcpy(out, prefix, prefix_length);
  out += prefix_length;
  if (padding > 0 && !left && zero_fill) {
    memset(out, '0', padding);
    out += padding;
  }
  memcpy(out, body, body_length);
  if (padding > 0 && left)
    memset(out + body_length, ' ', padding);
  return length;
}

static size_t sign_prefix(const FieldSpec *spec, bool negative, char *prefix)
{
  if (!negative && !(spec->flags & (FIELD_PLUS | FIELD_SPACE)))
    return 0;
  *prefix = negative ? '-' : spec->flags & FIELD_PLUS ? '+' : ' ';
  return 1;
}

/* ---- Numbers -------------------------------------------------------------------------- */

/* The alternate form of octal numbers raises the precision so far that the first digit is a zero. */
static char *write_octal(const FieldSpec *spec, char *end, uint64_t value, int *precision)
{
  char *start = number_write_power(end, value, 3, "01234567");
  bool needs_zero = (spec->flags & FIELD_ALTERNATE) && *precision <= end - start;
  if (needs_zero && value != 0)
    *--start = '0';
  if (needs_zero && value == 0 && *precision == 0)
    *precision = 1;
  return start;
}

size_t field_write_integer(char *out, const FieldSpec *spec, int64_t value, char conversion)
{
  char digits[FIELD_SIZE], prefix[2] = {'0', conversion};
  char *end = digits + sizeof digits, *start;
  size_t prefix_length = 0;
  int precision = spec->precision;
  uint64_t bits = (uint64_t)value;
  switch (conversion) {
    case 'x': case 'X':
      start = number_write_power(end, bits, 4,
                                 conversion == 'x' ? "0123456789abcdef" : "0123456789ABCDEF");
      if ((spec->flags & FIELD_ALTERNATE) && value != 0)
        prefix_length = 2;
      break;
    case 'o':
      start = write_octal(spec, end, bits, &precision);
      break;
    case 'u':
      start = number_write_decimal(end, bits);
      break;
    default:
      start = number_write_decimal(end, value < 0 ? 0 - bits : bits);
      prefix_length = sign_prefix(spec, value < 0, prefix);
  }
  if (precision == 0 && end - start == 1 && *start == '0')
    start = end;
  while (end - start < precision)
    *--start = '0';
  return field_write(out, spec, prefix, prefix_length, start, (size_t)(end - start),
                     (spec->flags & FIELD_ZERO) && spec->precision < 0);
}

size_t field_write_float(char *out, const FieldSpec *spec, double x, char conversion)
{
  char text[NUMBER_FLOAT_SIZE], prefix;
  size_t length;
  int precision = spec->precision < 0 ? 6 : spec->precision;
  bool alternate = spec->flags & FIELD_ALTERNATE;
  if (!locale_category_is_c(LC_NUMERIC))
    return 0;
  if (conversion == 'f' && !alternate)
    length = number_write_fixed(text, x, precision);
  else if (conversion == 'g' || conversion == 'G')
    length = number_write_general(text, x, precision, alternate);
  else
    return 0;
  if (length == 0)
    return 0;
  return field_write(out, spec, &prefix, sign_prefix(spec, signbit(x), &prefix), text, length,
                     spec->flags & FIELD_ZERO);
}
