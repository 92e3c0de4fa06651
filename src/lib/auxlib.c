/*
** auxlib.c - values, metatables, registry tables and references, for C functions.
**
** Layer: lib, on the public headers.
*/
#include <string.h>

#include "api/builtin.h"
#include "api/check.h"
#include "lauxlib.h"
#include "lua.h"

/* ---- Metatables ------------------------------------------------------------------------------ */

LUALIB_API int luaL_newmetatable(lua_State *L, const char *type_name) {
  CHECK(stack, L, 0, 2);
  CHECK(text, L, ARG(2, type_name));
  if (luaL_getmetatable(L, type_name) != LUA_TNIL) return 0;
  lua_pop(L, 1);
  lua_createtable(L, 0, 2);
  lua_pushstring(L, type_name);
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, type_name);
  return 1;
}

LUALIB_API void luaL_setmetatable(lua_State *L, const char *type_name) {
  CHECK(values, L, 1, 1);
  CHECK(text, L, ARG(2, type_name));
  luaL_getmetatable(L, type_name);
  lua_setmetatable(L, -2);
}

LUALIB_API int luaL_getmetafield(lua_State *L, int object, const char *event) {
  CHECK(stack, L, 0, 2);
  CHECK(index, L, ARG(2, object));
  CHECK(text, L, ARG(3, event));
  if (!lua_getmetatable(L, object)) return LUA_TNIL;
  lua_pushstring(L, event);
  int type = lua_rawget(L, -2);
  if (type == LUA_TNIL) {
    lua_pop(L, 2);
  } else {
    lua_replace(L, -2);
  }
  return type;
}

LUALIB_API int luaL_callmeta(lua_State *L, int object, const char *event) {
  CHECK(stack, L, 0, 2);
  CHECK(index, L, ARG(2, object));
  CHECK(text, L, ARG(3, event));
  object = lua_absindex(L, object);
  if (luaL_getmetafield(L, object, event) == LUA_TNIL) return 0;
  lua_pushvalue(L, object);
  lua_call(L, 1, 1);
  return 1;
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void push_plain_text(lua_State *L, int index) {
  int type = lua_type(L, index);
  switch (type) {
    case LUA_TSTRING:
      lua_pushvalue(L, index);
      break;
    case LUA_TNUMBER:
      lua_pushvalue(L, index);
      lua_tolstring(L, -1, NULL);  /* turns the copy into text */
      break;
    case LUA_TBOOLEAN:
      lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
      break;
    case LUA_TNIL:
      lua_pushliteral(L, "nil");
      break;
    default: {
      int name_type = luaL_getmetafield(L, index, "__name");
      const char *kind =
          name_type == LUA_TSTRING ? lua_tostring(L, -1) : lua_typename(L, type);
      lua_pushfstring(L, "%s: %p", kind, lua_topointer(L, index));
      if (name_type != LUA_TNIL) lua_replace(L, -2);
      break;
    }
  }
}

LUALIB_API const char *luaL_tolstring(lua_State *L, int index, size_t *length) {
  CHECK(stack, L, 0, 2);
  CHECK(index, L, ARG(2, index));
  index = lua_absindex(L, index);
  if (luaL_callmeta(L, index, "__tostring")) {
    if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
  } else {
    push_plain_text(L, index);
  }
  return lua_tolstring(L, -1, length);
}

LUALIB_API lua_Integer luaL_len(lua_State *L, int index) {
  CHECK(stack, L, 0, 1);
  CHECK(index, L, ARG(2, index));
  int valid;
  lua_len(L, index);
  lua_Integer length = lua_tointegerx(L, -1, &valid);
  if (luai_unlikely(!valid)) luaL_error(L, "object length is not an integer");
  lua_pop(L, 1);
  return length;
}

LUALIB_API int luaL_getsubtable(lua_State *L, int index, const char *name) {
  CHECK(stack, L, 0, 2);
  CHECK(index, L, ARG(2, index));
  CHECK(text, L, ARG(3, name));
  if (lua_getfield(L, index, name) == LUA_TTABLE) return 1;
  lua_pop(L, 1);
  index = lua_absindex(L, index);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, index, name);
  return 0;
}

/* ---- Libraries ------------------------------------------------------------------------------- */

LUALIB_API void luaL_setfuncs(lua_State *L, const luaL_Reg *list, int upvalues) {
  CHECK(pointer, L, ARG(2, list));
  CHECK(range, L, ARG(3, upvalues), 0, 255);
  CHECK(values, L, upvalues + 1, 0);
  luaL_checkstack(L, upvalues, "too many upvalues");
  builtin_prepare_fields(L, -(upvalues + 1), list);
  for (; list->name != NULL; list++) {
    if (list->func == NULL) {
      lua_pushboolean(L, 0);
    } else {
      for (int i = 0; i < upvalues; i++) lua_pushvalue(L, -upvalues);
      lua_pushcclosure(L, list->func, upvalues);
    }
    lua_setfield(L, -(upvalues + 2), list->name);
  }
  lua_pop(L, upvalues);
}

LUALIB_API void luaL_requiref(lua_State *L, const char *module, lua_CFunction open, int global) {
  CHECK(stack, L, 0, 4);
  CHECK(text, L, ARG(2, module));
  CHECK(rule, L, NAMED(3, "open"), open != NULL, "NULL");
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, module);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    lua_pushcfunction(L, open);
    lua_pushstring(L, module);
    lua_call(L, 1, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, module);
  }
  lua_replace(L, -2);
  if (global) {
    lua_pushvalue(L, -1);
    lua_setglobal(L, module);
  }
}

/* ---- References ------------------------------------------------------------------------------ */

/*
** Freed references form a list inside the table: this key holds the first one, each holds the next,
** 0 ends the list. The key follows the registry's own ones, so that any table can be used.
*/
#define FREE_LIST (LUA_RIDX_LAST + 1)

LUALIB_API int luaL_ref(lua_State *L, int table) {
  CHECK(stack, L, 1, 2);
  CHECK(table, L, ARG(2, table));
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return LUA_REFNIL;
  }
  table = lua_absindex(L, table);
  int reference = 0;
  if (lua_rawgeti(L, table, FREE_LIST) == LUA_TNIL) {
    lua_pushinteger(L, 0);
    lua_rawseti(L, table, FREE_LIST);
  } else {
    reference = (int)lua_tointeger(L, -1);
  }
  lua_pop(L, 1);
  if (reference != 0) {
    lua_rawgeti(L, table, reference);
    lua_rawseti(L, table, FREE_LIST);
  } else {
    reference = (int)lua_rawlen(L, table) + 1;
  }
  lua_rawseti(L, table, reference);
  return reference;
}

/* Debug builds: neither a key of the registry's own, nor one released lately. */
static inline int is_reference(lua_State *L, int table, int reference) {
  enum { FREED_LOOKED_AT = 32 };
  if (reference == 0 || reference == FREE_LIST) return 0;
  if (table == LUA_REGISTRYINDEX && reference <= LUA_RIDX_LAST) return 0;
  lua_Integer freed = FREE_LIST;
  for (int i = 0; i < FREED_LOOKED_AT; i++) {
    lua_rawgeti(L, table, freed);
    freed = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (freed == reference) return 0;
    if (freed == 0) return 1;
  }
  return 1;
}

LUALIB_API void luaL_unref(lua_State *L, int table, int reference) {
  if (reference < 0) return;
  CHECK(stack, L, 0, 1);
  CHECK(table, L, ARG(2, table));
  table = lua_absindex(L, table);
  CHECK(rule, L, NAMED(3, "reference"), is_reference(L, table, reference),
        "no reference of that table, or released already");
  lua_rawgeti(L, table, FREE_LIST);
  lua_rawseti(L, table, reference);
  lua_pushinteger(L, reference);
  lua_rawseti(L, table, FREE_LIST);
}
