/* Text to numbers: see number_text.h.
   Layer: base.

   A decimal numeral is read into up to 19 digits (exact in 64 bits) and a power of ten. When both
   are small, one multiplication or division of exact doubles gives the correctly rounded
   result. Otherwise the digits are written again, without a point, so that no locale matters,
   and strtod rounds them. 800 digits decide any rounding: more than 767 are never
   significant but for being zero or not, which a last digit '1' tells.

   Nothing can stop a conversion, so that the parts of a text that decide nothing (blanks, leading zeros,
   digits behind those) are gone through eight bytes at a time. */
#include "base/number_text.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  EXACT_DIGITS = 19,         /* decimal digits that always fit 64 bits */
  EXACT_POWER = 22,          /* the largest power of ten that is a double */
  SIGNIFICANT_DIGITS = 800,
  EXPONENT_LIMIT = 100000000 /* beyond any double, and any digits that fit memory beside it */
};

static const double exact_powers[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

typedef struct Scan {
  const char *p;
  const char *end;
} Scan;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  unsigned letter = (unsigned char)(c | 0x20) - 'a';
  return letter < 6 ? (int)letter + 10 : -1;
}

/* ---- long runs ------------------------------------------------------------------------------- */

enum { HIGH_BIT = 0x80 };

/* So many times the byte. */
static uint64_t eight_times(unsigned byte) { return byte * UINT64_C(0x0101010101010101); }

/* The high bits of the bytes in first..last; no byte of the word has its own set. */
static uint64_t in_range(uint64_t word, unsigned first, unsigned last) {
  return (word + eight_times(HIGH_BIT - first)) & ~(word + eight_times(HIGH_BIT - 1 - last));
}

static bool all_high_bits(uint64_t word) {
  return (word & eight_times(HIGH_BIT)) == eight_times(HIGH_BIT);
}

typedef bool (*WordTest)(uint64_t word);

static bool word_is_blank(uint64_t word) {
  return all_high_bits((in_range(word, ' ', ' ') | in_range(word, '\t', '\r')) & ~word);
}

static bool word_is_digits(uint64_t word) { return all_high_bits(in_range(word, '0', '9') & ~word); }

static bool word_is_hex(uint64_t word) {
  uint64_t lower = word | eight_times(0x20);
  return all_high_bits((in_range(word, '0', '9') | in_range(lower, 'a', 'f')) & ~word);
}

static bool word_is_zeros(uint64_t word) { return word == eight_times('0'); }

/* Behind as many words from p on as pass; less than a word's bytes may be left. */
ALWAYS_INLINE const char *skip_words(const char *p, const char *end, WordTest passes) {
  uint64_t word;
  for (; (size_t)(end - p) >= sizeof word; p += sizeof word) {
    memcpy(&word, p, sizeof word);
    if (!passes(word)) break;
  }
  return p;
}

static NOINLINE const char *skip_digits(const char *p, const char *end) {
  return skip_words(p, end, word_is_digits);
}

static const char *skip_zeros(const char *p, const char *end) {
  p = skip_words(p, end, word_is_zeros);
  while (p < end && *p == '0') p++;
  return p;
}

static void skip_blanks(Scan *s) {
  const char *start = s->p;
  while (s->p < s->end && is_blank(*s->p)) {
    s->p++;
    if (unlikely(s->p - start == sizeof(uint64_t))) s->p = skip_words(s->p, s->end, word_is_blank);
  }
}

/* ---- points and exponents -------------------------------------------------------------------- */

static bool scan_is_point(const Scan *s) {
  return s->p < s->end && (*s->p == '.' || *s->p == localeconv()->decimal_point[0]);
}

/* "e-12": false when no digits follow the letter. */
static bool scan_exponent(Scan *s, int64_t *exponent) {
  s->p++;
  bool negative = s->p < s->end && *s->p == '-';
  if (s->p < s->end && (*s->p == '-' || *s->p == '+')) s->p++;
  if (s->p == s->end || !is_digit(*s->p)) return false;
  s->p = skip_zeros(s->p, s->end);
  int64_t value = 0;
  for (; s->p < s->end && is_digit(*s->p); s->p++) {
    if (value < INT64_C(1) << 55)
      value = value * 10 + (*s->p - '0');
    else
      s->p = skip_digits(s->p + 1, s->end) - 1;
  }
  *exponent += negative ? -value : value;
  return true;
}

/* ---- decimal --------------------------------------------------------------------------------- */

typedef struct Decimal {
  uint64_t mantissa;    /* the first significant digits, at most EXACT_DIGITS */
  size_t digits;        /* significant digits, leading zeros apart */
  int64_t exponent;     /* value: all the digits as one integer * 10^exponent */
  const char *start;    /* first significant digit */
  const char *stop;     /* behind the last digit or point */
  bool any;             /* there was a digit at all */
  bool integral;        /* no point, no exponent */
} Decimal;

/* Goes on behind digits that need no look; s->p stays at the last one that is counted. */
static void decimal_pass(Scan *s, Decimal *d, bool fraction, const char *behind) {
  int64_t passed = behind - 1 - s->p;
  if (fraction) d->exponent -= passed;
  if (d->digits > 0) d->digits += (size_t)passed;
  s->p += passed;
}

static void decimal_digits(Scan *s, Decimal *d, bool fraction) {
  for (; s->p < s->end && is_digit(*s->p); s->p++) {
    unsigned digit = (unsigned)(*s->p - '0');
    d->any = true;
    if (fraction) d->exponent--;
    if (d->digits == 0) {
      if (digit == 0) {
        decimal_pass(s, d, fraction, skip_zeros(s->p + 1, s->end));
        continue;
      }
      d->start = s->p;
    }
    if (d->digits++ < EXACT_DIGITS)
      d->mantissa = d->mantissa * 10 + digit;
    else if (unlikely(d->digits > SIGNIFICANT_DIGITS))
      decimal_pass(s, d, fraction, skip_digits(s->p + 1, s->end));
  }
  d->stop = s->p;
}

static bool decimal_scan(Scan *s, Decimal *d) {
  *d = (Decimal){.integral = true};
  decimal_digits(s, d, false);
  if (s->p < s->end && *s->p != 'e' && *s->p != 'E' && scan_is_point(s)) {
    s->p++;
    d->integral = false;
    decimal_digits(s, d, true);
  }
  if (!d->any) return false;
  if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
    d->integral = false;
    return scan_exponent(s, &d->exponent);
  }
  return true;
}

/* Digits and perhaps a point. */
static bool all_zeros(const char *p, const char *end) {
  p = skip_zeros(p, end);
  if (p < end && !is_digit(*p)) p = skip_zeros(p + 1, end);
  return p == end;
}

static COLD double decimal_by_strtod(const Decimal *d) {
  char text[SIGNIFICANT_DIGITS + 2 + NUMBER_TEXT_SIZE];
  size_t n = 0;
  const char *p = d->start;
  for (; p < d->stop && n < SIGNIFICANT_DIGITS; p++)
    if (is_digit(*p)) text[n++] = *p;
  if (!all_zeros(p, d->stop)) text[n - 1] = '1';
  int64_t exponent = d->exponent + (int64_t)(d->digits - n);
  if (exponent > EXPONENT_LIMIT) exponent = EXPONENT_LIMIT;
  if (exponent < -EXPONENT_LIMIT) exponent = -EXPONENT_LIMIT;
  text[n++] = 'e';
  n += int_to_text(exponent, text + n);
  text[n] = '\0';
  return strtod(text, NULL);
}

static double decimal_value(const Decimal *d) {
  if (d->digits == 0) return 0.0;
  if (likely(d->digits <= EXACT_DIGITS && d->mantissa <= UINT64_C(1) << 53)) {
    double exact = (double)d->mantissa;
    if (d->exponent >= 0 && d->exponent <= EXACT_POWER) return exact * exact_powers[d->exponent];
    if (d->exponent < 0 && d->exponent >= -EXACT_POWER) return exact / exact_powers[-d->exponent];
  }
  return decimal_by_strtod(d);
}

static NumeralKind parse_decimal(Scan *s, bool negative, int64_t *integer, double *number) {
  Decimal d;
  if (!decimal_scan(s, &d)) return NUMERAL_NONE;
  if (d.integral && d.digits <= EXACT_DIGITS &&
      d.mantissa <= (uint64_t)INT64_MAX + (negative ? 1 : 0)) {
    *integer = (int64_t)(negative ? 0 - d.mantissa : d.mantissa);
    return NUMERAL_INT;
  }
  double value = decimal_value(&d);
  *number = negative ? -value : value;
  return NUMERAL_DOUBLE;
}

/* ---- hexadecimal ----------------------------------------------------------------------------- */

typedef struct Hex {
  uint64_t wrapped;  /* all digits, modulo 2^64 */
  uint64_t mantissa; /* the first 60 bits or so; its last bit is set when a later digit is not 0 */
  int64_t exponent;  /* value: mantissa * 2^exponent */
  bool any;
} Hex;

/* Of the digits behind s->p, all but the last ones only matter by being zero or not. */
static void hex_pass(Scan *s, Hex *h, bool fraction) {
  enum { LAST = 16 }; /* all of h->wrapped */
  const char *first = s->p + 1, *last = skip_words(first, s->end, word_is_hex) - LAST;
  if (last <= first) return;
  h->mantissa |= skip_zeros(first, last) != last;
  if (!fraction) h->exponent += 4 * (last - first);
  s->p = last - 1;
}

static void hex_digits(Scan *s, Hex *h, bool fraction) {
  int digit;
  if (h->mantissa == 0) {
    const char *behind = skip_zeros(s->p, s->end);
    h->any |= behind != s->p;
    if (fraction) h->exponent -= 4 * (behind - s->p);
    s->p = behind;
  }
  for (; s->p < s->end && (digit = hex_digit(*s->p)) >= 0; s->p++) {
    h->any = true;
    h->wrapped = h->wrapped << 4 | (unsigned)digit;
    if (h->mantissa >> 59 == 0) {
      h->mantissa = h->mantissa << 4 | (unsigned)digit;
      if (fraction) h->exponent -= 4;
    } else {
      h->mantissa |= digit != 0;
      if (!fraction) h->exponent += 4;
      hex_pass(s, h, fraction);
    }
  }
}

/* mantissa * 2^exponent, rounded once: to nearest, ties to even. */
static double hex_scale(uint64_t mantissa, int64_t exponent) {
  if (mantissa == 0) return 0.0;
  int bits = 64 - __builtin_clzll(mantissa);
  if (exponent > 2000) return HUGE_VAL;
  if (exponent < -2000) return 0.0;
  /* The result's lowest bit weighs at least 2^-1074: keep sticky bits below that to round by
     hand. */
  int drop = (int)(-1074 - exponent);
  if (drop > 0 && bits + exponent < -1021) {
    if (drop > bits + 1) return 0.0;
    uint64_t kept = drop >= 64 ? 0 : mantissa >> drop;
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t rest = drop >= 64 ? mantissa : mantissa & (2 * half - 1);
    if (rest > half || (rest == half && (kept & 1))) kept++;
    return ldexp((double)kept, -1074);
  }
  return ldexp((double)mantissa, (int)exponent);
}

static NumeralKind parse_hex(Scan *s, bool negative, int64_t *integer, double *number) {
  Hex h = {0};
  bool integral = true;
  hex_digits(s, &h, false);
  if (scan_is_point(s)) {
    s->p++;
    integral = false;
    hex_digits(s, &h, true);
  }
  if (!h.any) return NUMERAL_NONE;
  if (s->p < s->end && (*s->p == 'p' || *s->p == 'P')) {
    integral = false;
    if (!scan_exponent(s, &h.exponent)) return NUMERAL_NONE;
  }
  if (integral) {
    *integer = (int64_t)(negative ? 0 - h.wrapped : h.wrapped);
    return NUMERAL_INT;
  }
  double value = hex_scale(h.mantissa, h.exponent);
  *number = negative ? -value : value;
  return NUMERAL_DOUBLE;
}

/* ---- both ------------------------------------------------------------------------------------ */

NumeralKind numeral_parse(const char *text, size_t length, int64_t *integer, double *number) {
  Scan s = {text, text + length};
  skip_blanks(&s);
  bool negative = s.p < s.end && *s.p == '-';
  if (s.p < s.end && (*s.p == '-' || *s.p == '+')) s.p++;
  NumeralKind kind;
  if (s.end - s.p >= 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x') {
    s.p += 2;
    kind = parse_hex(&s, negative, integer, number);
  } else {
    kind = parse_decimal(&s, negative, integer, number);
  }
  skip_blanks(&s);
  return s.p == s.end ? kind : NUMERAL_NONE;
}
