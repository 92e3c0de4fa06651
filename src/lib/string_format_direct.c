/*
 * Direct entry of string.format: see api/builtin.h. It serves results of moderate size made of numbers,
 * strings, booleans and nil; whatever needs snprintf, a metamethod or an error is left to the C function.
 * Layer: lib, on api/builtin.h.
 */
#include "string_direct.h"

#include <ctype.h>
#include <string.h>

#include "string_field.h"
#include "string_internal.h"
#include "string_number.h"

enum { RESULT_MAX = 1024 };

/* One conversion and its argument; the writers return the length, or REFUSED. */
typedef struct Conversion {
  FieldSpec spec;
  char letter;
  Value argument;
  char *out;
  size_t room;
} Conversion;

static const size_t REFUSED = SIZE_MAX;

static bool has_modifiers(const FieldSpec *spec)
{
  return spec->flags != 0 || spec->width != 0 || spec->precision >= 0;
}

/* ---- Numbers -------------------------------------------------------------------------- */

static size_t write_integer(const Conversion *c)
{
  int64_t value;
  if (!direct_int(c->argument, &value) || c->room < FIELD_SIZE)
    return REFUSED;
  if (c->letter == 'd' && !has_modifiers(&c->spec))
    return number_write_integer(c->out, value);
  return field_write_integer(c->out, &c->spec, value, c->letter);
}

static size_t write_float(const Conversion *c)
{
  double value;
  if (!direct_double(c->argument, &value) || c->room < FIELD_SIZE)
    return REFUSED;
  size_t length = field_write_float(c->out, &c->spec, value, c->letter);
  return length != 0 ? length : REFUSED;
}

static size_t write_character(const Conversion *c)
{
  int64_t value;
  if (!direct_int(c->argument, &value) || c->room < FIELD_SIZE || c->spec.precision >= 0)
    return REFUSED;
  char byte = (char)(unsigned char)value;
  return field_write(c->out, &c->spec, "", 0, &byte, 1, false);
}

/* ---- Strings, and what tostring makes of others --------------------------------------- */

/* Metatables of whole types are rare; one without __tostring is that of strings. */
static bool has_tostring(const State *L, Value v)
{
  const Table *metatable = global_of(L)->type_metatables[value_type(v)];
  return metatable != NULL && !value_is_nil(metatable_get(L, (Table *)metatable, EVENT_TOSTRING));
}

/* NULL: it has no text that is known here. */
static const char *plain_text(Value v, char buffer[NUMBER_TEXT_MAX], size_t *length)
{
  if (value_is_string(v)) {
    *length = string_length(value_string(v));
    return string_bytes(value_string(v));
  }
  if (value_is_number(v)) {
    *length = number_to_text(v, buffer);
    return buffer;
  }
  const char *name = value_is_nil(v) ? "nil" : v == TRUE ? "true" : v == FALSE ? "false" : NULL;
  if (name != NULL)
    *length = strlen(name);
  return name;
}

static size_t write_string(const State *L, const Conversion *c)
{
  char buffer[NUMBER_TEXT_MAX];
  size_t length;
  if (has_tostring(L, c->argument))
    return REFUSED;
  const char *text = plain_text(c->argument, buffer, &length);
  if (text == NULL || field_length(&c->spec, length) > c->room)
    return REFUSED;
  if (!has_modifiers(&c->spec)) {
    memcpy(c->out, text, length);
    return length;
  }
  if (memchr(text, '\0', length) != NULL)
    return REFUSED;
  if (c->spec.precision >= 0 && length > (size_t)c->spec.precision)
    length = (size_t)c->spec.precision;
  return field_write(c->out, &c->spec, "", 0, text, length, false);
}

/* ---- Literals ------------------------------------------------------------------------- */

/* Control characters other than line ends are left to the C function. */
static size_t write_quoted(const Conversion *c, const String *string)
{
  const char *s = string_bytes(string), *end = s + string_length(string);
  if (string_length(string) > c->room / 2 || c->room < FIELD_SIZE)
    return REFUSED;
  char *out = c->out;
  *out++ = '"';
  for (; s < end; s++) {
    if (*s == '"' || *s == '\\' || *s == '\n')
      *out++ = '\\';
    else if (iscntrl((unsigned char)*s))
      return REFUSED;
    *out++ = *s;
  }
  *out++ = '"';
  return (size_t)(out - c->out);
}

static size_t write_literal(const Conversion *c)
{
  Value v = c->argument;
  if (has_modifiers(&c->spec))
    return REFUSED;
  if (value_is_string(v))
    return write_quoted(c, value_string(v));
  if (!value_is_small_int(v) || c->room < FIELD_SIZE)
    return REFUSED;
  return number_write_integer(c->out, value_as_small_int(v));
}

/* ---- The entry ------------------------------------------------------------------------ */

static size_t write_conversion(const State *L, const Conversion *c)
{
  if (c->letter == 'q')
    return write_literal(c);
  if ((c->spec.flags & ~field_allowed_flags(c->letter)) != 0)
    return REFUSED;
  switch (c->letter) {
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': return write_integer(c);
    case 'f': case 'g': case 'G': return write_float(c);
    case 'c': return write_character(c);
    case 's': return write_string(L, c);
    default: return REFUSED;
  }
}

int string_direct_format(State *L, Value *call, unsigned count)
{
  char result[RESULT_MAX];
  Conversion c = {.out = result};
  const char *limit = result + sizeof result;
  unsigned argument = 1;
  if (count < 1 || !value_is_string(call[1]))
    return DIRECT_REFUSED;
  const char *p = string_bytes(value_string(call[1]));
  const char *end = p + string_length(value_string(call[1]));
  while (p < end) {
    if (*p != '%' || *++p == '%') {
      if (c.out == limit)
        return DIRECT_REFUSED;
      *c.out++ = *p++;
      continue;
    }
    if (++argument > count)
      return DIRECT_REFUSED;
    const char *spec = p;
    p = field_read_spec(p, &c.spec);
    if (p - spec > FIELD_SPEC_MAX)
      return DIRECT_REFUSED;
    c.letter = *p++;
    c.argument = call[argument];
    c.room = (size_t)(limit - c.out);
    size_t length = write_conversion(L, &c);
    if (length == REFUSED)
      return DIRECT_REFUSED;
    c.out += length;
  }
  return direct_string_result(L, call, result, (size_t)(c.out - result));
}
