/*
 * string.format (manual 6.4).
 *
 * Conversions are parsed once into a FormatSpec; integers, strings and the common floats are laid
 * out as fields (string_field.c), the remaining floats by snprintf with the conversion's own text.
 * Layer: lib (public headers only).
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "api/poll.h"
#include "string_field.h"
#include "string_internal.h"
#include "string_number.h"

enum {
  FIXED_FLOAT_MAX = 110 + 308, /* "%99.99f" of the largest double */
  OTHER_FLOAT_MAX = 220,  /* any other float, with width and precision below 100 */
  PLAIN_STRING_MIN = 100, /* strings this long are not padded */
};

typedef struct FormatSpec {
  char text[FIELD_SPEC_MAX + 4]; /* the conversion with its '%', for snprintf and messages */
  size_t length;                  /* of `text` */
  FieldSpec field;
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
  if (length > FIELD_SPEC_MAX)
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

/* Reads the modifiers, and checks them against what the conversion allows. */
static void spec_parse(lua_State *L, FormatSpec *spec, bool may_have_precision)
{
  const char *p = field_read_spec(spec->text + 1, &spec->field);
  char conversion = spec->text[spec->length - 1];
  if (p != spec->text + spec->length - 1 || !isalpha((unsigned char)conversion) ||
      (spec->field.flags & ~field_allowed_flags(conversion)) != 0 ||
      (spec->field.precision >= 0 && !may_have_precision))
    luaL_error(L, "invalid conversion specification: '%s'", spec->text);
}

/* ---- Writing -------------------------------------------------------------------------- */

static void add_field(Formatter *formatter, const FieldSpec *spec, const char *body, size_t length)
{
  char *out = luaL_prepbuffsize(&formatter->buffer, field_length(spec, length));
  luaL_addsize(&formatter->buffer, field_write(out, spec, "", 0, body, length, false));
}

static void add_decimal(Formatter *formatter, int arg)
{
  lua_Integer value = luaL_checkinteger(formatter->L, arg);
  char *out = luaL_prepbuffsize(&formatter->buffer, NUMBER_INTEGER_SIZE);
  luaL_addsize(&formatter->buffer, number_write_integer(out, value));
}

static void add_integer(Formatter *formatter, FormatSpec *spec, int arg, char conversion)
{
  lua_Integer value = luaL_checkinteger(formatter->L, arg);
  spec_parse(formatter->L, spec, true);
  char *out = luaL_prepbuffsize(&formatter->buffer, FIELD_SIZE);
  luaL_addsize(&formatter->buffer, field_write_integer(out, &spec->field, value, conversion));
}

static void add_character(Formatter *formatter, FormatSpec *spec, int arg)
{
  spec_parse(formatter->L, spec, false);
  char c = (char)(unsigned char)luaL_checkinteger(formatter->L, arg);
  add_field(formatter, &spec->field, &c, 1);
}

static void add_pointer(Formatter *formatter, FormatSpec *spec, int arg)
{
  char text[32] = "(null)";
  const void *pointer = lua_topointer(formatter->L, arg);
  spec_parse(formatter->L, spec, false);
  if (pointer != NULL)
    snprintf(text, sizeof text, "%p", pointer);
  add_field(formatter, &spec->field, text, strlen(text));
}

/* ---- Floats --------------------------------------------------------------------------- */

static void add_slow_float(Formatter *formatter, const FormatSpec *spec, lua_Number x, size_t size)
{
  char *out = luaL_prepbuffsize(&formatter->buffer, size);
  luaL_addsize(&formatter->buffer, (size_t)snprintf(out, size, spec->text, x));
}

static void add_hexadecimal_float(Formatter *formatter, FormatSpec *spec, int arg)
{
  spec_parse(formatter->L, spec, true);
  add_slow_float(formatter, spec, luaL_checknumber(formatter->L, arg), OTHER_FLOAT_MAX);
}

static void add_float(Formatter *formatter, FormatSpec *spec, int arg, char conversion)
{
  lua_Number x = luaL_checknumber(formatter->L, arg);
  spec_parse(formatter->L, spec, true);
  char *out = luaL_prepbuffsize(&formatter->buffer, FIELD_SIZE);
  size_t length = field_write_float(out, &spec->field, x, conversion);
  if (length > 0)
    luaL_addsize(&formatter->buffer, length);
  else
    add_slow_float(formatter, spec, x, conversion == 'f' ? FIXED_FLOAT_MAX : OTHER_FLOAT_MAX);
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
  spec_parse(L, spec, true);
  if (spec->field.precision < 0 && length >= PLAIN_STRING_MIN) {
    luaL_addvalue(&formatter->buffer);
    return;
  }
  if (spec->field.precision >= 0 && length > (size_t)spec->field.precision)
    length = (size_t)spec->field.precision;
  /* At most 99 bytes: copied, for the buffer may need the stack's top when it grows. */
  char text[PLAIN_STRING_MIN];
  memcpy(text, s, length);
  lua_pop(L, 1);
  add_field(formatter, &spec->field, text, length);
}

/* "%s" alone: strings go in without passing over the stack, unless their metatable has a __tostring. */
static void add_plain_string(Formatter *formatter, int arg)
{
  lua_State *L = formatter->L;
  size_t length;
  if (lua_type(L, arg) == LUA_TSTRING && luaL_getmetafield(L, arg, "__tostring") == LUA_TNIL) {
    const char *s = lua_tolstring(L, arg, &length);
    luaL_addlstring(&formatter->buffer, s, length);
    return;
  }
  if (lua_type(L, arg) == LUA_TSTRING)
    lua_pop(L, 1);
  luaL_tolstring(L, arg, NULL);
  luaL_addvalue(&formatter->buffer);
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

/* Adds the bytes up to one that needs quoting, or so many of them that a stop may come in; where it
 * got to. */
static const char *add_unquoted_run(luaL_Buffer *buffer, const char *s, const char *end)
{
  enum { PART_LENGTH = 1 << 16 };
  const char *run = s;
  if (end - s > PART_LENGTH)
    end = s + PART_LENGTH;
  while (s < end && !needs_quoting((unsigned char)*s))
    s++;
  luaL_addlstring(buffer, run, (size_t)(s - run));
  return s;
}

static void add_quoted_string(luaL_Buffer *buffer, const char *s, size_t length)
{
  const char *end = s + length;
  luaL_addchar(buffer, '"');
  for (;;) {
    const char *run = s;
    s = add_unquoted_run(buffer, s, end);
    if (s == end)
      break;
    builtin_poll_bytes(buffer->L, 256 + (size_t)(s - run));
    if (!needs_quoting((unsigned char)*s))
      continue;
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
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
      add_integer(formatter, spec, arg, conversion);
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
      builtin_poll(L, 4);
      luaL_addchar(&formatter.buffer, '%');
      p++;
    } else if (++arg > top) {
      return luaL_argerror(L, arg, "no value");
    } else {
      p = add_conversion(&formatter, p, arg);
      if (arg % POLL_ROUNDS == 0)
        builtin_poll(L, 8 * POLL_ROUNDS);
    }
  }
  luaL_addlstring(&formatter.buffer, p, (size_t)(end - p));
  luaL_pushresult(&formatter.buffer);
  return 1;
}
