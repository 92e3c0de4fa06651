/*
** utf8.c - the UTF-8 library (manual 6.5).
**
** Strict decoding accepts code points up to 10FFFF without surrogates; lax decoding accepts all
** values up to 7FFFFFFF, in up to six bytes. Overlong forms are never accepted.
**
** Layer: lib, on the public headers and api/builtin.h.
*/
#include <limits.h>
#include <string.h>

#include "api/builtin.h"
#include "api/poll.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

#define MAX_UNICODE 0x10FFFFu
#define MAX_CODE 0x7FFFFFFFu

#define INVALID_CODE "invalid UTF-8 code"

static inline int is_continuation(char c) {
  return (c & 0xC0) == 0x80;
}

/* A negative position counts from the end; one before the start becomes 0. */
static lua_Integer relative_position(lua_Integer position, size_t length) {
  if (position >= 0) return position;
  if (0u - (size_t)position > length) return 0;
  return (lua_Integer)length + position + 1;
}

/*
** Decodes the sequence at 'text', which ends with a zero somewhere. Yields the position after it,
** or NULL when it is not valid.
*/
static const char *decode(const char *text, uint32_t *code, int strict) {
  /* the least code point that needs as many continuation bytes as the index says */
  static const uint32_t least[] = {UINT32_MAX, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
  unsigned int lead = (unsigned char)*text;
  if (lead < 0x80) {
    *code = lead;
    return text + 1;
  }
  uint32_t value = 0;
  int count = 0;
  for (; lead & 0x40; lead <<= 1) {  /* one continuation byte for each further bit */
    char byte = text[++count];
    if (!is_continuation(byte)) return NULL;
    value = value << 6 | ((unsigned char)byte & 0x3Fu);
  }
  if (count > 5) return NULL;
  value |= (lead & 0x7Fu) << (count * 5);  /* the lead byte was shifted 'count' times already */
  if (value > MAX_CODE || value < least[count]) return NULL;
  if (strict && (value > MAX_UNICODE || (value >= 0xD800u && value <= 0xDFFFu))) return NULL;
  *code = value;
  return text + count + 1;
}

/* How many bytes are looked at between two polls, and within the cost of a call. */
enum { PART_LENGTH = 1024 };

static int utf8_len(lua_State *L) {
  size_t length;
  lua_Integer count = 0;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer i = relative_position(luaL_optinteger(L, 2, 1), length);
  lua_Integer last = relative_position(luaL_optinteger(L, 3, -1), length);
  int lax = lua_toboolean(L, 4);
  luaL_argcheck(L, 1 <= i && --i <= (lua_Integer)length, 2, "initial position out of bounds");
  luaL_argcheck(L, --last < (lua_Integer)length, 3, "final position out of bounds");
  while (i <= last) {
    lua_Integer block_end = last + 1;
    if (luai_unlikely(block_end - i > PART_LENGTH)) {
      builtin_poll(L, PART_LENGTH);
      block_end = i + PART_LENGTH;
    }
    while (i < block_end) {
      uint32_t code;
      const char *next = decode(text + i, &code, !lax);
      if (next == NULL) {
        luaL_pushfail(L);
        lua_pushinteger(L, i + 1);
        return 2;
      }
      i = next - text;
      count++;
    }
  }
  lua_pushinteger(L, count);
  return 1;
}

static int utf8_codepoint(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer first = relative_position(luaL_optinteger(L, 2, 1), length);
  lua_Integer last = relative_position(luaL_optinteger(L, 3, first), length);
  int lax = lua_toboolean(L, 4);
  luaL_argcheck(L, first >= 1, 2, "out of bounds");
  luaL_argcheck(L, last <= (lua_Integer)length, 3, "out of bounds");
  if (first > last) return 0;
  if (last - first >= INT_MAX) return luaL_error(L, "string slice too long");
  if (!builtin_make_room(L, (int)(last - first) + 1))
    return luaL_error(L, "stack overflow (string slice too long)");
  int count = 0;
  const char *end = text + last;
  for (const char *at = text + first - 1; at < end; count++) {
    uint32_t code;
    at = decode(at, &code, !lax);
    if (at == NULL) return luaL_error(L, INVALID_CODE);
    lua_pushinteger(L, code);
  }
  return count;
}

#define MAX_SEQUENCE 6

/* Writes the code's bytes to the end of 'sequence'; yields how many. */
static size_t encode(char sequence[MAX_SEQUENCE], uint32_t code) {
  size_t count = 1;
  if (code < 0x80) {
    sequence[MAX_SEQUENCE - 1] = (char)code;
    return 1;
  }
  uint32_t lead_room = 0x3F;  /* largest value that fits the lead byte */
  do {
    sequence[MAX_SEQUENCE - count++] = (char)(0x80 | (code & 0x3F));
    code >>= 6;
    lead_room >>= 1;
  } while (code > lead_room);
  sequence[MAX_SEQUENCE - count] = (char)(~lead_room << 1 | code);
  return count;
}

static void add_code(lua_State *L, luaL_Buffer *buffer, int argument) {
  char sequence[MAX_SEQUENCE];
  lua_Unsigned code = (lua_Unsigned)luaL_checkinteger(L, argument);
  luaL_argcheck(L, code <= MAX_CODE, argument, "value out of range");
  size_t count = encode(sequence, (uint32_t)code);
  luaL_addlstring(buffer, sequence + MAX_SEQUENCE - count, count);
}

static int utf8_char(lua_State *L) {
  luaL_Buffer buffer;
  int count = lua_gettop(L);
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= count; i++) add_code(L, &buffer, i);
  luaL_pushresult(&buffer);
  return 1;
}

/* The start of the character that has the byte at 'position'. */
static lua_Integer step_to_start(lua_State *L, const char *text, lua_Integer position) {
  for (;;) {
    lua_Integer part = position > PART_LENGTH ? position - PART_LENGTH : 0;
    while (position > part && is_continuation(text[position])) position--;
    if (position == 0 || !is_continuation(text[position])) return position;
    builtin_poll(L, PART_LENGTH);
  }
}

/* From 'position', the start of the character that is 'n' before it, or -1. */
static lua_Integer step_back(lua_State *L, const char *text, lua_Integer position, lua_Integer n) {
  for (;;) {
    lua_Integer part = position > PART_LENGTH ? position - PART_LENGTH : 0;
    while (n < 0 && position > part) {
      position--;
      n += !is_continuation(text[position]);
    }
    if (n == 0) return position;
    if (position == 0) return n == -1 && is_continuation(*text) ? 0 : -1;  /* one without a lead byte */
    builtin_poll(L, PART_LENGTH);
  }
}

/* From 'position', the start of the character that is 'n' after it, or -1. */
static lua_Integer step_ahead(lua_State *L, const char *text, lua_Integer position, lua_Integer n,
                              lua_Integer length) {
  for (;;) {
    lua_Integer part = length - position > PART_LENGTH ? position + PART_LENGTH : length;
    while (n > 0 && position < part) {
      position++;
      n -= !is_continuation(text[position]);  /* the final zero is none */
    }
    if (n == 0) return position;
    if (position == length) return -1;
    builtin_poll(L, PART_LENGTH);
  }
}

static int utf8_offset(lua_State *L) {
  size_t size;
  const char *text = luaL_checklstring(L, 1, &size);
  lua_Integer length = (lua_Integer)size;
  lua_Integer n = luaL_checkinteger(L, 2);
  lua_Integer position =
      relative_position(luaL_optinteger(L, 3, n >= 0 ? 1 : length + 1), size);
  luaL_argcheck(L, 1 <= position && --position <= length, 3, "position out of bounds");
  if (n == 0) {
    position = step_to_start(L, text, position);
  } else {
    if (is_continuation(text[position])) {
      return luaL_error(L, "initial position is a continuation byte");
    }
    position = n < 0 ? step_back(L, text, position, n)
                     : step_ahead(L, text, position, n - 1, length);
  }
  if (position < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushinteger(L, position + 1);
  }
  return 1;
}

/* The control value is the position of the previous character, or 0: its bytes are skipped. */
static int codes_step(lua_State *L, int strict) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Unsigned position = (lua_Unsigned)lua_tointeger(L, 2);
  if (position < length && is_continuation(text[position])) {
    lua_Unsigned from = position;
    while (is_continuation(text[position])) position++;
    if (position - from > MAX_SEQUENCE) builtin_poll(L, (size_t)(position - from));
  }
  if (position >= length) return 0;
  uint32_t code;
  const char *next = decode(text + position, &code, strict);
  if (next == NULL || is_continuation(*next)) return luaL_error(L, INVALID_CODE);
  lua_pushinteger(L, (lua_Integer)position + 1);
  lua_pushinteger(L, code);
  return 2;
}

static int codes_step_strict(lua_State *L) {
  return codes_step(L, 1);
}

static int codes_step_lax(lua_State *L) {
  return codes_step(L, 0);
}

static int utf8_codes(lua_State *L) {
  int lax = lua_toboolean(L, 2);
  const char *text = luaL_checkstring(L, 1);
  luaL_argcheck(L, !is_continuation(*text), 1, INVALID_CODE);
  lua_pushcfunction(L, lax ? codes_step_lax : codes_step_strict);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

/* ---- Direct entries: see api/builtin.h ------------------------------------------------------- */

static int utf8_direct_char(State *L, Value *call, unsigned count) {
  char sequence[MAX_SEQUENCE];
  if (count != 1 || !value_is_small_int(call[1])) return DIRECT_REFUSED;
  uint64_t code = (uint64_t)value_as_small_int(call[1]);
  if (code > MAX_CODE) return DIRECT_REFUSED;
  size_t length = encode(sequence, (uint32_t)code);
  return direct_string_result(L, call, sequence + MAX_SEQUENCE - length, length);
}

/* The code point at one position. */
static int utf8_direct_codepoint(State *L, Value *call, unsigned count) {
  int64_t position;
  uint32_t code;
  (void)L;
  if (count < 1 || count > 2 || !value_is_string(call[1]) ||
      !direct_optional_int(call, count, 2, 1, &position))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]);
  size_t length = string_length(s);
  position = relative_position(position, length);
  if (position < 1 || position > (int64_t)length) return DIRECT_REFUSED;
  if (decode(string_bytes(s) + position - 1, &code, 1) == NULL) return DIRECT_REFUSED;
  return direct_result(call, value_from_small_int(code));
}

static const Builtin builtins[] = {
  {utf8_char, BUILTIN_PLAIN, utf8_direct_char},
  {utf8_codepoint, BUILTIN_PLAIN, utf8_direct_codepoint},
};

/* ---- The library ----------------------------------------------------------------------------- */

static const luaL_Reg functions[] = {
  {"char", utf8_char},     {"codepoint", utf8_codepoint}, {"codes", utf8_codes},
  {"len", utf8_len},       {"offset", utf8_offset},
  {"charpattern", NULL}, /* set below */
  {NULL, NULL},
};

LUAMOD_API int luaopen_utf8(lua_State *L) {
  static const char pattern[] = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*";
  luaL_checkversion(L);
  builtin_register(L, builtins, sizeof(builtins) / sizeof(builtins[0]));
  lua_createtable(L, 0, sizeof(functions) / sizeof(functions[0]));
  luaL_setfuncs(L, functions, 0);
  lua_pushlstring(L, pattern, sizeof(pattern) - 1);
  lua_setfield(L, -2, "charpattern");
  return 1;
}
