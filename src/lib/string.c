/*
 * The string library: basic functions, and the metatable that gives strings methods and
 * arithmetic. Patterns, format and pack have files of their own.
 * Layer: lib, on the public headers and api/builtin.h.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#include "string_direct.h"
#include "api/poll.h"
#include "string_internal.h"

/* ---- Pieces and copies ---------------------------------------------------------------- */

static int string_len(lua_State *L)
{
  size_t length;
  luaL_checklstring(L, 1, &length);
  lua_pushinteger(L, (lua_Integer)length);
  return 1;
}

static int string_sub(lua_State *L)
{
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  size_t first = string_start_position(luaL_checkinteger(L, 2), length);
  size_t last = string_end_position(luaL_optinteger(L, 3, -1), length);
  if (first > last)
    lua_pushlstring(L, "", 0);
  else if (last - first + 1 == length)
    lua_settop(L, 1);
  else
    lua_pushlstring(L, s + first - 1, last - first + 1);
  return 1;
}

/* What takes long is done a part at a time, so that a stop may come in between; what is short
 * is within the cost of the call. */
enum { PART_LENGTH = 1 << 12, COPIED_AT_ONCE = 1 << 20 };

static void reverse_part(char *out, const char *s, size_t length)
{
  size_t i = 0;
  for (uint64_t word; i + sizeof word <= length; i += sizeof word) {
    memcpy(&word, s + length - i - sizeof word, sizeof word);
    word = __builtin_bswap64(word);
    memcpy(out + i, &word, sizeof word);
  }
  for (; i < length; i++)
    out[i] = s[length - i - 1];
}

static __attribute__((noinline)) void reverse_in_parts(lua_State *L, char *out, const char *s,
                                                       size_t length)
{
  for (; length > PART_LENGTH; length -= PART_LENGTH) {
    builtin_poll_bytes(L, PART_LENGTH);
    reverse_part(out, s + length - PART_LENGTH, PART_LENGTH);
    out += PART_LENGTH;
  }
  reverse_part(out, s, length);
}

void string_reverse_bytes(lua_State *L, char *out, const char *s, size_t length)
{
  if (luai_unlikely(length > PART_LENGTH))
    reverse_in_parts(L, out, s, length);
  else
    reverse_part(out, s, length);
}

static int string_reverse(lua_State *L)
{
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  luaL_Buffer buffer;
  char *out = luaL_buffinitsize(L, &buffer, length);
  string_reverse_bytes(L, out, s, length);
  luaL_pushresultsize(&buffer, length);
  return 1;
}

/* Flips the case bit of ASCII bytes in [first, first + 26), in each byte of a word: the sums set
 * a byte's high bit when its low seven bits reach `first`, and when they pass the last letter. */
static uint64_t flip_case_in_word(uint64_t word, unsigned char first)
{
  const uint64_t ones = 0x0101010101010101, highs = ones << 7;
  uint64_t low_bits = word & ~highs;
  uint64_t reaches = low_bits + ones * (128u - first);
  uint64_t passes = low_bits + ones * (128u - first - 26u);
  return word ^ (((reaches ^ passes) & ~word & highs) >> 2);
}

static void flip_part(char *out, const char *s, size_t length, unsigned char first)
{
  uint64_t word = 0;
  size_t i = 0;
  for (; i + sizeof word <= length; i += sizeof word) {
    memcpy(&word, s + i, sizeof word);
    word = flip_case_in_word(word, first);
    memcpy(out + i, &word, sizeof word);
  }
  memcpy(&word, s + i, length - i);
  word = flip_case_in_word(word, first);
  memcpy(out + i, &word, length - i);
}

void string_flip_ascii_case(lua_State *L, char *out, const char *s, size_t length,
                            unsigned char first)
{
  for (; length > PART_LENGTH; length -= PART_LENGTH) {
    builtin_poll_bytes(L, PART_LENGTH);
    flip_part(out, s, PART_LENGTH, first);
    out += PART_LENGTH;
    s += PART_LENGTH;
  }
  flip_part(out, s, length, first);
}

static void map_bytes(lua_State *L, char *out, const char *s, size_t length, int (*map)(int))
{
  for (size_t i = 0; i < length; i++) {
    if (luai_unlikely(i % PART_LENGTH == PART_LENGTH - 1))
      builtin_poll(L, PART_LENGTH);
    out[i] = (char)map((unsigned char)s[i]);
  }
}

/* `first` is the first ASCII letter of the case that changes; other locales have `map`. */
static int change_case(lua_State *L, unsigned char first, int (*map)(int))
{
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  luaL_Buffer buffer;
  char *out = luaL_buffinitsize(L, &buffer, length);
  if (locale_category_is_c(LC_CTYPE))
    string_flip_ascii_case(L, out, s, length, first);
  else
    map_bytes(L, out, s, length, map);
  luaL_pushresultsize(&buffer, length);
  return 1;
}

static int string_lower(lua_State *L)
{
  return change_case(L, 'A', tolower);
}

static int string_upper(lua_State *L)
{
  return change_case(L, 'a', toupper);
}

/* Fills `out` with `total` bytes by repeating its first `filled` ones: twice as many each time, but
 * at most about COPIED_AT_ONCE. */
static void repeat_prefix(lua_State *L, char *out, size_t filled, size_t total)
{
  for (size_t chunk = filled; filled < total; filled += chunk) {
    if (chunk < COPIED_AT_ONCE)
      chunk = filled;
    if (chunk > total - filled)
      chunk = total - filled;
    builtin_poll_bytes(L, chunk);
    memcpy(out + filled, out, chunk);
  }
}

static int string_rep(lua_State *L)
{
  size_t length, separator_length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &separator_length);
  size_t unit = length + separator_length;
  if (count <= 0 || unit == 0) {
    lua_pushlstring(L, "", 0);
    return 1;
  }
  if (unit < length || unit > (lua_Unsigned)STRING_SIZE_MAX / (lua_Unsigned)count)
    return luaL_error(L, "resulting string too large");
  size_t total = (size_t)count * unit - separator_length;
  luaL_Buffer buffer;
  char *out = luaL_buffinitsize(L, &buffer, total);
  if (unit == 1 && total <= COPIED_AT_ONCE) {
    builtin_poll_bytes(L, total);
    memset(out, length == 1 ? s[0] : separator[0], total);
  } else {
    memcpy(out, s, length);
    if (count > 1) {
      memcpy(out + length, separator, separator_length);
      repeat_prefix(L, out, unit, total);
    }
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

/* ---- Bytes ---------------------------------------------------------------------------- */

static int string_byte(lua_State *L)
{
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer position = luaL_optinteger(L, 2, 1);
  size_t first = string_start_position(position, length);
  size_t last = string_end_position(luaL_optinteger(L, 3, position), length);
  if (first > last)
    return 0;
  if (last - first >= (size_t)INT_MAX)
    return luaL_error(L, "string slice too long");
  int count = (int)(last - first) + 1;
  if (count > 1 && !builtin_make_room(L, count))
    return luaL_error(L, "stack overflow (string slice too long)");
  for (int i = 0; i < count; i++)
    lua_pushinteger(L, (unsigned char)s[first - 1 + (size_t)i]);
  return count;
}

static char check_byte(lua_State *L, int arg)
{
  lua_Unsigned code = (lua_Unsigned)luaL_checkinteger(L, arg);
  luaL_argcheck(L, code <= UCHAR_MAX, arg, "value out of range");
  return (char)(unsigned char)code;
}

static int string_char(lua_State *L)
{
  int count = lua_gettop(L);
  if (count == 1) {
    char byte = check_byte(L, 1);
    lua_pushlstring(L, &byte, 1);
    return 1;
  }
  luaL_Buffer buffer;
  char *out = luaL_buffinitsize(L, &buffer, (size_t)count);
  for (int i = 1; i <= count; i++)
    out[i - 1] = check_byte(L, i);
  luaL_pushresultsize(&buffer, (size_t)count);
  return 1;
}

/* ---- Dump ----------------------------------------------------------------------------- */

/* The buffer starts with the first block, so that lua_dump finds its function on the top. */
typedef struct DumpState {
  bool started;
  luaL_Buffer buffer;
} DumpState;

static int dump_writer(lua_State *L, const void *block, size_t size, void *user)
{
  DumpState *state = user;
  if (!state->started) {
    state->started = true;
    luaL_buffinit(L, &state->buffer);
  }
  luaL_addlstring(&state->buffer, block, size);
  return 0;
}

static int string_dump(lua_State *L)
{
  DumpState state;
  int strip = lua_toboolean(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  state.started = false;
  if (lua_dump(L, dump_writer, &state, strip) != 0)
    return luaL_error(L, "unable to dump given function");
  luaL_pushresult(&state.buffer);
  return 1;
}

/* ---- Arithmetic on strings ------------------------------------------------------------ */

/* Pushes argument `arg` as a number; false (nothing pushed) if it is not one. */
static bool push_as_number(lua_State *L, int arg)
{
  if (lua_type(L, arg) == LUA_TNUMBER) {
    lua_pushvalue(L, arg);
    return true;
  }
  size_t length;
  const char *s = lua_tolstring(L, arg, &length);
  return s != NULL && lua_stringtonumber(L, s) == length + 1;
}

/* The strings did not convert: only the second operand may still have a metamethod of its own,
 * for the first one's has been tried, and a string's would lead here again. */
static int call_other_metamethod(lua_State *L, const char *event)
{
  lua_settop(L, 2);
  if (lua_type(L, 2) == LUA_TSTRING || luaL_getmetafield(L, 2, event) == LUA_TNIL)
    return luaL_error(L, "attempt to %s a '%s' with a '%s'", event + 2, luaL_typename(L, -2),
                      luaL_typename(L, -1));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

static int string_arithmetic(lua_State *L, int operation, const char *event)
{
  if (!push_as_number(L, 1) || !push_as_number(L, 2))
    return call_other_metamethod(L, event);
  lua_arith(L, operation);
  return 1;
}

static int string_add(lua_State *L) { return string_arithmetic(L, LUA_OPADD, "__add"); }
static int string_subtract(lua_State *L) { return string_arithmetic(L, LUA_OPSUB, "__sub"); }
static int string_multiply(lua_State *L) { return string_arithmetic(L, LUA_OPMUL, "__mul"); }
static int string_modulo(lua_State *L) { return string_arithmetic(L, LUA_OPMOD, "__mod"); }
static int string_power(lua_State *L) { return string_arithmetic(L, LUA_OPPOW, "__pow"); }
static int string_divide(lua_State *L) { return string_arithmetic(L, LUA_OPDIV, "__div"); }
static int string_floor_divide(lua_State *L) { return string_arithmetic(L, LUA_OPIDIV, "__idiv"); }
static int string_negate(lua_State *L) { return string_arithmetic(L, LUA_OPUNM, "__unm"); }

/* ---- Opening -------------------------------------------------------------------------- */

static const luaL_Reg STRING_METAMETHODS[] = {
  {"__add", string_add},
  {"__sub", string_subtract},
  {"__mul", string_multiply},
  {"__mod", string_modulo},
  {"__pow", string_power},
  {"__div", string_divide},
  {"__idiv", string_floor_divide},
  {"__unm", string_negate},
  {"__index", NULL}, /* set below: the library's table */
  {NULL, NULL},
};

static const luaL_Reg STRING_FUNCTIONS[] = {
  {"byte", string_byte},
  {"char", string_char},
  {"dump", string_dump},
  {"format", string_format},
  {"len", string_len},
  {"lower", string_lower},
  {"pack", string_pack},
  {"packsize", string_packsize},
  {"rep", string_rep},
  {"reverse", string_reverse},
  {"sub", string_sub},
  {"unpack", string_unpack},
  {"upper", string_upper},
  {"find", NULL}, {"gmatch", NULL}, {"gsub", NULL}, {"match", NULL}, /* of the list below */
  {NULL, NULL},
};

/* These share the cache of compiled patterns. */
static const luaL_Reg PATTERN_FUNCTIONS[] = {
  {"find", string_find},
  {"gmatch", string_gmatch},
  {"gsub", string_gsub},
  {"match", string_match},
  {NULL, NULL},
};

static const Builtin STRING_BUILTINS[] = {
  {string_byte, BUILTIN_PLAIN, string_direct_byte},
  {string_char, BUILTIN_PLAIN, string_direct_char},
  {string_find, BUILTIN_PLAIN, string_direct_find},
  {string_format, BUILTIN_PLAIN, string_direct_format},
  {string_len, BUILTIN_PLAIN, string_direct_len},
  {string_lower, BUILTIN_PLAIN, string_direct_lower},
  {string_rep, BUILTIN_PLAIN, string_direct_rep},
  {string_reverse, BUILTIN_PLAIN, string_direct_reverse},
  {string_sub, BUILTIN_PLAIN, string_direct_sub},
  {string_upper, BUILTIN_PLAIN, string_direct_upper},
};

/* The library's table is on the top; gives all strings a metatable that indexes it. */
static void set_string_metatable(lua_State *L)
{
  luaL_newlibtable(L, STRING_METAMETHODS);
  luaL_setfuncs(L, STRING_METAMETHODS, 0);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "");
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

LUAMOD_API int luaopen_string(lua_State *L)
{
  luaL_checkversion(L);
  builtin_register(L, STRING_BUILTINS, sizeof STRING_BUILTINS / sizeof STRING_BUILTINS[0]);
  luaL_newlib(L, STRING_FUNCTIONS);
  string_push_pattern_cache(L);
  luaL_setfuncs(L, PATTERN_FUNCTIONS, 1);
  set_string_metatable(L);
  return 1;
}
