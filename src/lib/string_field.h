/*
 * One conversion of string.format: what stands between '%' and its letter, and the text of numbers
 * that it asks for. Neither raises errors, so string.format and its direct entry share them.
 * Layer: lib (public headers only).
 */
#ifndef FERROUS_STRING_FIELD_H
#define FERROUS_STRING_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  FIELD_LEFT = 1,      /* '-' */
  FIELD_PLUS = 2,      /* '+' */
  FIELD_SPACE = 4,     /* ' ' */
  FIELD_ALTERNATE = 8, /* '#' */
  FIELD_ZERO = 16,     /* '0' */
};

enum {
  FIELD_SIZE = 128,    /* enough for the text of any number */
  FIELD_SPEC_MAX = 20, /* bytes of flags, width and precision that are accepted */
};

typedef struct FieldSpec {
  unsigned flags;
  int width;     /* below 100 */
  int precision; /* below 100; -1: none given */
} FieldSpec;

/* Reads flags, at most two digits of width, and of precision; returns what follows them. */
const char *field_read_spec(const char *p, FieldSpec *spec);

/* The flags that a conversion's letter may have; 0 for letters of no such conversion. */
unsigned field_allowed_flags(char conversion);

/* The length of `prefix` (a sign, "0x") and `body` padded to the field's width, and their text. */
size_t field_length(const FieldSpec *spec, size_t used);
size_t field_write(char *out, const FieldSpec *spec, const char *prefix, size_t prefix_length,
                   const char *body, size_t body_length, bool zero_fill);

/* The text for the conversions d, i, u, x, X, o. */
size_t field_write_integer(char *out, const FieldSpec *spec, int64_t value, char conversion);

/* The text for the conversions f, g, G; 0: to be written by snprintf. */
size_t field_write_float(char *out, const FieldSpec *spec, double x, char conversion);

#endif
