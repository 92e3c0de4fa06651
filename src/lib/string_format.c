/*
 * string.format (manual 6.4).
 *
 * Conversions are parsed once into a FormatSpec; integers, strings and the common floats are
 * written here, the remaining floats by snprintf with the conversion's own text.
 * Layer: lib (public headers only).
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "string_internal.h"
#include "string_number.h"

enum {
  SPEC_LENGTH_MAX = 21,   /* bytes of flags, width and precision that are accepted */
  FIXED_FLOAT_MAX = 110 + 308, /* "%99.99f" of the largest double */
  OTHER_FLOAT_MAX = 220,  /* any other float, with width and precision below 100 */
  PLAIN_STRING_MIN = 100, /* strings this long are not padded */
};

typedef struct FormatSpec {
  char text[SPEC_LENGTH_MAX + 3]; /* the conversion with its '%', for snprintf and messages */
  size_t length;                  /* of `text` */
  bool left, plus, space, alternate, zero;
  int width;
  int precision; /* -1: none given */
} FormatSpec;

typedef struct Formatter {
  lua_State *L;
  luaL_Buffer buffer;
} Formatter;

/* ---- Parsing -------------------------------------------------------------------------- */

/* Copies the conversion that starts after the '%' at `p`, and returns where its letter is. */
static const char *spec_read_text(lua_State *L, FormatSpec *spec, const char *p)
{
  size_t length = strspn(p, "-+ #0123456789.");
  if (length >= SPEC_LENGTH_MAX)
    luaL_error(L, "invalid format (too long)");
  spec->text[0] = '%';
  memcpy(spec->text + 1, p, length + 1);
  spec->length = length + 2;
  spec->text[spec->length] = '\0';
  return p + length;
}

static bool spec_has_modifiers(const FormatSpec *spec)
{
  return spec->length > 2;
}

/* Reads at most two digits. */
static const char *spec_read_number(const char *p, int *number)
{
  *number = 0;
  for (int i = 0; i < 2 && isdigit((unsigned char)*p); i++)
    *number = *number * 10 + (*p++ - '0');
  return p;
}

static void spec_set_flag(FormatSpec *spec, char flag)
{
  switch (flag) {
    case '-': spec->left = true; break;
    case '+': spec->plus = true; break;
    case ' ': spec->space = true; break;
    case '#': spec->alternate = true; break;
    default: spec->zero = true; break;
  }
}

/* Checks the modifiers against what the conversion allows, and reads them. */
static void spec_parse(lua_State *L, FormatSpec *spec, const char *flags, bool may_have_precision)
{
  const char *p = spec->text + 1;
  spec->left = spec->plus = spec->space = spec->alternate = spec->zero = false;
  spec->width = 0;
  spec->precision = -1;
  while (*p != '\0' && strchr(flags, *p) != NULL)
    spec_set_flag(spec, *p++);
  if (*p != '0') {
    p = spec_read_number(p, &spec->width);
    if (*p == '.' && may_have_precision)
      p = spec_read_number(p + 1, &spec->precision);
  }
  if (!isalpha((unsigned char)*p))
    luaL_error(L, "invalid conversion specification: '%s'", spec->text);
}

/* ---- Writing -------------------------------------------------------------------------- */

/* Adds `prefix` (a sign, "0x") and `body`, padded to the field's width. */
static void add_field(Formatter *formatter, const FormatSpec *spec, const char *prefix,
                      size_t prefix_length, const char *body, size_t body_length, bool zero_fill)
{
  size_t used = prefix_length + body_length;
  size_t padding = (size_t)spec->width > used ? (size_t)spec->width - used : 0;
  char *out = luaL_prepbuffsize(&formatter->buffer, used + padding);
  if (padding > 0 && !spec->left && !zero_fill) {
    memset(out, ' ', padding);
    out += padding;
  }
  memcpy(out, prefix, prefix_length);
  out += prefix_length;
  if (padding > 0 && !spec->left && zero_fill) {
    memset(out, '0', padding);
    out += padding;
  }
  memcpy(out, body, body_length);
  if (spec->left)
    memset(out + body_length, ' ', padding);
  luaL_addsize(&formatter->buffer, used + padding);
}

static size_t sign_prefix(const FormatSpec *spec, bool negative, char *prefix)
{
  if (negative)
    *prefix = '-';
  else if (spec->plus)
    *prefix = '+';
  else if (spec->space)
    *prefix = ' ';
  else
    return 0;
  return 1;
}

static void add_decimal(Formatter *formatter, int arg)
{
  lua_Integer value = luaL_checkinteger(formatter->L, arg);
  char *out = luaL_prepbuffsize(&formatter->buffer, NUMBER_INTEGER_SIZE);
  luaL_addsize(&formatter->buffer, number_write_integer(out, value));
}

/* Adds an integer's digits, which end at `end`, after applying the precision. */
static void add_digits(Formatter *formatter, const FormatSpec *spec, const char *prefix,
                       size_t prefix_length, char *start, char *end)
{
  if (spec->precision == 0 && end - start == 1 && *start == '0')
    start = end;
  while (end - start < spec->precision)
    *--start = '0';
  add_field(formatter, spec, prefix, prefix_length, start, (size_t)(end - start),
            spec->zero && spec->precision < 0);
}

static void add_integer(Formatter *formatter, FormatSpec *spec, int arg, char conversion)
{
  char digits[128], prefix[2];
  char *end = digits + sizeof digits;
  lua_Integer value = luaL_checkinteger(formatter->L, arg);
  if (conversion == 'u') {
    spec_parse(formatter->L, spec, "-0", true);
    add_digits(formatter, spec, prefix, 0, number_write_decimal(end, (uint64_t)value), end);
    return;
  }
  spec_parse(formatter->L, spec, "-+0 ", true);
  uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  add_digits(formatter, spec, prefix, sign_prefix(spec, value < 0, prefix),
             number_write_decimal(end, magnitude), end);
}

static void add_hexadecimal(Formatter *formatter, FormatSpec *spec, int arg, char conversion)
{
  char digits[128];
  char *end = digits + sizeof digits;
  const char prefix[2] = {'0', conversion};
  uint64_t value = (uint64_t)luaL_checkinteger(formatter->L, arg);
  spec_parse(formatter->L, spec, "-#0", true);
  char *start = number_write_power(end, value, 4,
                                   conversion == 'x' ? "0123456789abcdef" : "0123456789ABCDEF");
  add_digits(formatter, spec, prefix, spec->alternate && value != 0 ? 2 : 0, start, end);
}

/* The alternate form raises the precision so far that the first digit is a zero. */
static void add_octal(Formatter *formatter, FormatSpec *spec, int arg)
{
  char digits[128];
  char *end = digits + sizeof digits;
  uint64_t value = (uint64_t)luaL_checkinteger(formatter->L, arg);
  spec_parse(formatter->L, spec, "-#0", true);
  char *start = number_write_power(end, value, 3, "01234567");
  bool needs_zero = spec->alternate && spec->precision <= end - start;
  if (needs_zero && value != 0)
    *--start = '0';
  if (needs_zero && value == 0 && spec->precision == 0)
    spec->precision = 1;
  add_digits(formatter, spec, "", 0, start, end);
}

static void add_character(Formatter *formatter, FormatSpec *spec, int arg)
{
  spec_parse(formatter->L, spec, "-", false);
  char c = (char)(unsigned char)luaL_checkinteger(formatter->L, arg);
  add_field(formatter, spec, "", 0, &c, 1, false);
}

static void add_pointer(Formatter *formatter, FormatSpec *spec, int arg)
{
  char text[32] = "(null)";
  const void *pointer = lua_topointer(formatter->L, arg);
  spec_parse(formatter->L, spec, "-", false);
  if (pointer != NULL)
    snprintf(text, sizeof text, "%p", pointer);
  add_field(formatter, spec, "", 0, text, strlen(text), false);
}

/* ---- Floats --------------------------------------------------------------------------- */

/* Writes |x| by the quick ways, if they know the conversion and the number; else returns 0. */
static size_t write_float_quickly(const FormatSpec *spec, double x, char conversion, char *out)
{
  int precision = spec->precision < 0 ? 6 : spec->precision;
  if (!locale_category_is_c(LC_NUMERIC))
    return 0;
  if (conversion == 'f' && !spec->alternate)
    return number_write_fixed(out, x, precision);
  if (conversion == 'g' || conversion == 'G')
    return number_write_general(out, x, precision, spec->alternate);
  return 0;
}

static void add_slow_float(Formatter *formatter, const FormatSpec *spec, lua_Number x, size_t size)
{
  char *out = luaL_prepbuffsize(&formatter->buffer, size);
  luaL_addsize(&formatter->buffer, (size_t)snprintf(out, size, spec->text, x));
}

static void add_hexadecimal_float(Formatter *formatter, FormatSpec *spec, int arg)
{
  spec_parse(formatter->L, spec, "-+#0 ", true);
  add_slow_float(formatter, spec, luaL_checknumber(formatter->L, arg), OTHER_FLOAT_MAX);
}

static void add_float(Formatter *formatter, FormatSpec *spec, int arg, char conversion)
{
  char text[NUMBER_FLOAT_SIZE], prefix;
  lua_Number x = luaL_checknumber(formatter->L, arg);
  spec_parse(formatter->L, spec, "-+#0 ", true);
  size_t length = write_float_quickly(spec, x, conversion, text);
  if (length > 0) {
    size_t prefix_length = sign_prefix(spec, signbit(x), &prefix);
    add_field(formatter, spec, &prefix, prefix_length, text, length, spec->zero);
  } else {
    add_slow_float(formatter, spec, x, conversion == 'f' ? FIXED_FLOAT_MAX : OTHER_FLOAT_MAX);
  }
}

/* ---- Strings -------------------------------------------------------------------------- */

static void add_string(Formatter *formatter, FormatSpec *spec, int arg)
{
  lua_State *L = formatter->L;
  size_t length;
  const char *s = luaL_tolstring(L, arg, &length);
  if (!spec_has_modifiers(spec)) {
    luaL_addvalue(&formatter->buffer);
    return;
  }
  luaL_argcheck(L, memchr(s, '\0', length) == NULL, arg, "string contains zeros");
  spec_parse(L, spec, "-", true);
  if (spec->precision < 0 && length >= PLAIN_STRING_MIN) {
    luaL_addvalue(&formatter->buffer);
    return;
  }
  if (spec->precision >= 0 && length > (size_t)spec->precision)
    length = (size_t)spec->precision;
  /* At most 99 bytes: copied, for the buffer may need the stack's top when it grows. */
  char text[PLAIN_STRING_MIN];
  memcpy(text, s, length);
  lua_pop(L, 1);
  add_field(formatter, spec, "", 0, text, length, false);
}

/* "%s" alone: strings go in without passing over the stack. */
static void add_plain_string(Formatter *formatter, int arg)
{
  size_t length;
  if (lua_type(formatter->L, arg) == LUA_TSTRING) {
    const char *s = lua_tolstring(formatter->L, arg, &length);
    luaL_addlstring(&formatter->buffer, s, length);
  } else {
    luaL_tolstring(formatter->L, arg, NULL);
    luaL_addvalue(&formatter->buffer);
  }
}

/* ---- Literals that Lua can read back -------------------------------------------------- */

static bool needs_quoting(unsigned char c)
{
  return c == '"' || c == '\\' || iscntrl(c);
}

static void add_quoted_byte(luaL_Buffer *buffer, unsigned char c, unsigned char next)
{
  if (c == '"' || c == '\\' || c == '\n') {
    luaL_addchar(buffer, '\\');
    luaL_addchar(buffer, (char)c);
  } else {
    char text[8];
    int length = snprintf(text, sizeof text, isdigit(next) ? "\\%03d" : "\\%d", (int)c);
    luaL_addlstring(buffer, text, (size_t)length);
  }
}

static void add_quoted_string(luaL_Buffer *buffer, const char *s, size_t length)
{
  const char *end = s + length;
  luaL_addchar(buffer, '"');
  for (;;) {
    const char *run = s;
    while (s < end && !needs_quoting((unsigned char)*s))
      s++;
    luaL_addlstring(buffer, run, (size_t)(s - run));
    if (s == end)
      break;
    add_quoted_byte(buffer, (unsigned char)s[0], (unsigned char)s[1]);
    s++;
  }
  luaL_addchar(buffer, '"');
}

/* A float as a hexadecimal numeral, with a point whatever the locale says. */
static size_t write_float_literal(char *out, size_t size, lua_Number x)
{
  if (isinf(x))
    return (size_t)snprintf(out, size, "%s", x > 0 ? "1e9999" : "-1e9999");
  if (isnan(x))
    return (size_t)snprintf(out, size, "(0/0)");
  size_t length = (size_t)snprintf(out, size, "%a", x);
  char point = localeconv()->decimal_point[0];
  char *found = memchr(out, point, length);
  if (point != '.' && found != NULL)
    *found = '.';
  return length;
}

static void add_number_literal(Formatter *formatter, int arg)
{
  enum { SIZE = 64 };
  char *out = luaL_prepbuffsize(&formatter->buffer, SIZE);
  size_t length;
  if (!lua_isinteger(formatter->L, arg)) {
    length = write_float_literal(out, SIZE, lua_tonumber(formatter->L, arg));
  } else {
    lua_Integer value = lua_tointeger(formatter->L, arg);
    if (value == LUA_MININTEGER) /* its decimal numeral would read back as a float */
      length = (size_t)snprintf(out, SIZE, "0x%llx", (unsigned long long)value);
    else
      length = number_write_integer(out, value);
  }
  luaL_addsize(&formatter->buffer, length);
}

static void add_literal(Formatter *formatter, const FormatSpec *spec, int arg)
{
  lua_State *L = formatter->L;
  if (spec_has_modifiers(spec))
    luaL_error(L, "specifier '%%q' cannot have modifiers");
  switch (lua_type(L, arg)) {
    case LUA_TSTRING: {
      size_t length;
      const char *s = lua_tolstring(L, arg, &length);
      add_quoted_string(&formatter->buffer, s, length);
      break;
    }
    case LUA_TNUMBER:
      add_number_literal(formatter, arg);
      break;
    case LUA_TNIL:
    case LUA_TBOOLEAN:
      luaL_tolstring(L, arg, NULL);
      luaL_addvalue(&formatter->buffer);
      break;
    default:
      luaL_argerror(L, arg, "value has no literal form");
  }
}

/* ---- The function --------------------------------------------------------------------- */

static void add_converted(Formatter *formatter, FormatSpec *spec, int arg, char conversion)
{
  switch (conversion) {
    case 'c':
      add_character(formatter, spec, arg);
      break;
    case 'd': case 'i': case 'u':
      add_integer(formatter, spec, arg, conversion);
      break;
    case 'x': case 'X':
      add_hexadecimal(formatter, spec, arg, conversion);
      break;
    case 'o':
      add_octal(formatter, spec, arg);
      break;
    case 'a': case 'A':
      add_hexadecimal_float(formatter, spec, arg);
      break;
    case 'e': case 'E': case 'f': case 'g': case 'G':
      add_float(formatter, spec, arg, conversion);
      break;
    case 'p':
      add_pointer(formatter, spec, arg);
      break;
    case 'q':
      add_literal(formatter, spec, arg);
      break;
    case 's':
      add_string(formatter, spec, arg);
      break;
    default:
      luaL_error(formatter->L, "invalid conversion '%s' to 'format'", spec->text);
  }
}

/* Adds the conversion after the '%' before `p`; returns what follows it. */
static const char *add_conversion(Formatter *formatter, const char *p, int arg)
{
  if (*p == 'd') {
    add_decimal(formatter, arg);
    return p + 1;
  }
  if (*p == 's') {
    add_plain_string(formatter, arg);
    return p + 1;
  }
  FormatSpec spec;
  p = spec_read_text(formatter->L, &spec, p);
  add_converted(formatter, &spec, arg, *p);
  return p + 1;
}

int string_format(lua_State *L)
{
  int top = lua_gettop(L);
  int arg = 1;
  size_t length;
  const char *p = luaL_checklstring(L, 1, &length);
  const char *end = p + length;
  Formatter formatter;
  formatter.L = L;
  luaL_buffinit(L, &formatter.buffer);
  for (;;) {
    const char *percent = memchr(p, '%', (size_t)(end - p));
    if (percent == NULL)
      break;
    luaL_addlstring(&formatter.buffer, p, (size_t)(percent - p));
    p = percent + 1;
    if (*p == '%') {
      luaL_addchar(&formatter.buffer, '%');
      p++;
    } else if (++arg > top) {
      return luaL_argerror(L, arg, "no value");
    } else {
      p = add_conversion(&formatter, p, arg);
    }
  }
  luaL_addlstring(&formatter.buffer, p, (size_t)(end - p));
  luaL_pushresult(&formatter.buffer);
  return 1;
}
