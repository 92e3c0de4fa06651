/*
** aux_check.c - checks and conversions of a C function's arguments.
**
** Layer: lib. What nearly all arguments are is looked at directly (api/builtin.h); the rest is left to
** the public functions.
*/
#include <string.h>

#include "api/builtin.h"
#include "api/check.h"
#include "lauxlib.h"
#include "lua.h"

static void raise_type_error(lua_State *L, int argument, int type) {
  luaL_typeerror(L, argument, lua_typename(L, type));
}

static void raise_not_integer(lua_State *L, int argument) {
  if (lua_isnumber(L, argument)) {
    luaL_argerror(L, argument, "number has no integer representation");
  } else {
    raise_type_error(L, argument, LUA_TNUMBER);
  }
}

LUALIB_API void luaL_checkstack(lua_State *L, int slots, const char *message) {
  CHECK(thread, L);
  CHECK(range, L, ARG(2, slots), 0, INT_MAX);
  CHECK(text_or_null, L, ARG(3, message));
  if (luai_likely(lua_checkstack(L, slots))) return;
  if (message != NULL) {
    luaL_error(L, "stack overflow (%s)", message);
  } else {
    luaL_error(L, "stack overflow");
  }
}

LUALIB_API void luaL_checktype(lua_State *L, int argument, int type) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  CHECK(range, L, ARG(3, type), LUA_TNONE, LUA_NUMTYPES - 1);
  if (luai_unlikely(lua_type(L, argument) != type)) raise_type_error(L, argument, type);
}

LUALIB_API void luaL_checkany(lua_State *L, int argument) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  if (luai_unlikely(lua_type(L, argument) == LUA_TNONE)) {
    luaL_argerror(L, argument, "value expected");
  }
}

static NOINLINE lua_Integer check_integer(lua_State *L, int argument) {
  int valid;
  lua_Integer value = lua_tointegerx(L, argument, &valid);
  if (luai_unlikely(!valid)) raise_not_integer(L, argument);
  return value;
}

LUALIB_API lua_Integer luaL_checkinteger(lua_State *L, int argument) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  Value v = builtin_argument(L, argument);
  return likely(value_is_small_int(v)) ? value_as_small_int(v) : check_integer(L, argument);
}

LUALIB_API lua_Integer luaL_optinteger(lua_State *L, int argument, lua_Integer fallback) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  return luaL_opt(L, luaL_checkinteger, argument, fallback);
}

static NOINLINE lua_Number check_number(lua_State *L, int argument) {
  int valid;
  lua_Number value = lua_tonumberx(L, argument, &valid);
  if (luai_unlikely(!valid)) raise_type_error(L, argument, LUA_TNUMBER);
  return value;
}

LUALIB_API lua_Number luaL_checknumber(lua_State *L, int argument) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  Value v = builtin_argument(L, argument);
  if (value_is_double(v)) return value_as_double(v);
  return likely(value_is_small_int(v)) ? (lua_Number)value_as_small_int(v) : check_number(L, argument);
}

LUALIB_API lua_Number luaL_optnumber(lua_State *L, int argument, lua_Number fallback) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  return luaL_opt(L, luaL_checknumber, argument, fallback);
}

static NOINLINE const char *check_string(lua_State *L, int argument, size_t *length) {
  const char *text = lua_tolstring(L, argument, length);
  if (luai_unlikely(text == NULL)) raise_type_error(L, argument, LUA_TSTRING);
  return text;
}

LUALIB_API const char *luaL_checklstring(lua_State *L, int argument, size_t *length) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  Value v = builtin_argument(L, argument);
  if (unlikely(!value_is_string(v))) return check_string(L, argument, length);
  const String *s = value_string(v);
  if (length != NULL) *length = string_length(s);
  return string_bytes(s);
}

LUALIB_API const char *luaL_optlstring(lua_State *L, int argument, const char *fallback,
                                       size_t *length) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  if (!lua_isnoneornil(L, argument)) return luaL_checklstring(L, argument, length);
  if (length != NULL) *length = fallback != NULL ? strlen(fallback) : 0;
  return fallback;
}

LUALIB_API int luaL_checkoption(lua_State *L, int argument, const char *fallback,
                                const char *const options[]) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, argument));
  CHECK(pointer, L, ARG(4, options));
  const char *name = fallback != NULL ? luaL_optstring(L, argument, fallback)
                                      : luaL_checkstring(L, argument);
  for (int i = 0; options[i] != NULL; i++) {
    if (strcmp(options[i], name) == 0) return i;
  }
  return luaL_argerror(L, argument, lua_pushfstring(L, "invalid option '%s'", name));
}

static NOINLINE void *test_userdata(lua_State *L, int argument, const char *type_name) {
  void *block = lua_touserdata(L, argument);
  if (block == NULL || !lua_getmetatable(L, argument)) return NULL;
  luaL_getmetatable(L, type_name);
  if (!lua_rawequal(L, -1, -2)) block = NULL;
  lua_pop(L, 2);
  return block;
}

LUALIB_API void *luaL_testudata(lua_State *L, int argument, const char *type_name) {
  CHECK(stack, L, 0, 2);
  CHECK(index, L, ARG(2, argument));
  CHECK(text, L, ARG(3, type_name));
  Value v = builtin_argument(L, argument);
  if (unlikely(!value_is_userdata(v))) return test_userdata(L, argument, type_name);
  const Userdata *u = value_userdata(v);
  bool same = u->metatable != NULL && u->metatable == builtin_named_metatable(L, type_name);
  return same ? u->memory : NULL;
}

LUALIB_API void *luaL_checkudata(lua_State *L, int argument, const char *type_name) {
  CHECK(stack, L, 0, 2);
  CHECK(index, L, ARG(2, argument));
  CHECK(text, L, ARG(3, type_name));
  void *block = luaL_testudata(L, argument, type_name);
  if (unlikely(block == NULL)) luaL_typeerror(L, argument, type_name);
  return block;
}
