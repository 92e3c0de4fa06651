/*
** base.c - the basic functions (manual 6.1).
**
** Functions that run Lua code which may yield (pcall, xpcall, dofile, pairs) have continuations.
**
** Layer: lib, on the public headers and api/builtin.h.
*/
#include <ctype.h>
#include <string.h>

#include "api/poll.h"
#include "base_direct.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* ---- Output ---------------------------------------------------------------------------------- */

static int base_print(lua_State *L) {
  int count = lua_gettop(L);
  for (int i = 1; i <= count; i++) {
    size_t length;
    const char *text = luaL_tolstring(L, i, &length);
    if (i > 1) lua_writestring("\t", 1);
    lua_writestring(text, length);
    lua_pop(L, 1);
  }
  lua_writeline();
  return 0;
}

/* All arguments are checked first: a warning is emitted whole or not at all. */
static int base_warn(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checkstring(L, 1);
  for (int i = 2; i <= count; i++) luaL_checkstring(L, i);
  for (int i = 1; i < count; i++) lua_warning(L, lua_tostring(L, i), 1);
  lua_warning(L, lua_tostring(L, count), 0);
  return 0;
}

/* ---- Conversions ----------------------------------------------------------------------------- */

#define BLANKS " \f\n\r\t\v"

/*
** Reads an integer in the given base, between blanks, wrapping around. Yields the position after
** it, or NULL when there is none. The text was paid for.
*/
static const char *read_integer(lua_State *L, const char *text, int base, lua_Integer *result) {
  enum { PART_LENGTH = 1 << 14 };
  lua_Unsigned value = 0;
  text += strspn(text, BLANKS);
  int negative = *text == '-';
  if (negative || *text == '+') text++;
  if (!isalnum((unsigned char)*text)) return NULL;
  const char *first = text;
  do {
    if (luai_unlikely((text - first) % PART_LENGTH == PART_LENGTH - 1)) {
      builtin_poll(L, 0);
    }
    int digit = isdigit((unsigned char)*text) ? *text - '0'
                                              : toupper((unsigned char)*text) - 'A' + 10;
    if (digit >= base) return NULL;
    value = value * (lua_Unsigned)base + (lua_Unsigned)digit;
    text++;
  } while (isalnum((unsigned char)*text));
  text += strspn(text, BLANKS);
  *result = (lua_Integer)(negative ? 0u - value : value);
  return text;
}

static int tonumber_in_base(lua_State *L) {
  size_t length;
  lua_Integer value;
  lua_Integer base = luaL_checkinteger(L, 2);
  luaL_checktype(L, 1, LUA_TSTRING);  /* no numbers: they have no base */
  const char *text = lua_tolstring(L, 1, &length);
  luaL_argcheck(L, 2 <= base && base <= 36, 2, "base out of range");
  builtin_poll(L, length);
  if (read_integer(L, text, (int)base, &value) == text + length) {
    lua_pushinteger(L, value);
  } else {
    luaL_pushfail(L);
  }
  return 1;
}

static int base_tonumber(lua_State *L) {
  if (!lua_isnoneornil(L, 2)) return tonumber_in_base(L);
  if (lua_type(L, 1) == LUA_TNUMBER) {
    lua_settop(L, 1);
    return 1;
  }
  size_t length;
  const char *text = lua_tolstring(L, 1, &length);
  if (text != NULL && lua_stringtonumber(L, text) == length + 1) return 1;
  luaL_checkany(L, 1);
  luaL_pushfail(L);
  return 1;
}

static int base_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  luaL_tolstring(L, 1, NULL);
  return 1;
}

static int base_type(lua_State *L) {
  int type = lua_type(L, 1);
  luaL_argcheck(L, type != LUA_TNONE, 1, "value expected");
  lua_pushstring(L, lua_typename(L, type));
  return 1;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

int base_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (lua_next(L, 1)) return 2;
  lua_pushnil(L);
  return 1;
}

static int pairs_continue(lua_State *L, int status, lua_KContext context) {
  (void)L;
  (void)status;
  (void)context;
  return 3;
}

static int base_pairs(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") == LUA_TNIL) {
    lua_pushcfunction(L, base_next);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
  } else {
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 3, 0, pairs_continue);
  }
  return 3;
}

int base_ipairs_step(lua_State *L) {
  lua_Integer i = luaL_intop(+, luaL_checkinteger(L, 2), 1);
  lua_pushinteger(L, i);
  return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushcfunction(L, base_ipairs_step);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

static int base_rawequal(lua_State *L) {
  luaL_checkany(L, 1);
  luaL_checkany(L, 2);
  lua_pushboolean(L, lua_rawequal(L, 1, 2));
  return 1;
}

static int base_rawlen(lua_State *L) {
  int type = lua_type(L, 1);
  luaL_argexpected(L, type == LUA_TTABLE || type == LUA_TSTRING, 1, "table or string");
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
  return 1;
}

static int base_rawget(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_rawget(L, 1);
  return 1;
}

static int base_rawset(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 1;
}

static int base_getmetatable(lua_State *L) {
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1)) {
    lua_pushnil(L);
  } else {
    luaL_getmetafield(L, 1, "__metatable");  /* lies above the metatable when it exists */
  }
  return 1;
}

static int base_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luai_unlikely(luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)) {
    return luaL_error(L, "cannot change a protected metatable");
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

static int base_select(lua_State *L) {
  int count = lua_gettop(L);
  if (lua_type(L, 1) == LUA_TSTRING && *lua_tostring(L, 1) == '#') {
    lua_pushinteger(L, count - 1);
    return 1;
  }
  lua_Integer first = luaL_checkinteger(L, 1);
  if (first < 0) {
    first = count + first;
  } else if (first > count) {
    first = count;
  }
  luaL_argcheck(L, first >= 1, 1, "index out of range");
  return count - (int)first;
}

/* ---- Errors ---------------------------------------------------------------------------------- */

static int base_error(lua_State *L) {
  int level = (int)luaL_optinteger(L, 2, 1);
  lua_settop(L, 1);
  if (level > 0 && lua_type(L, 1) == LUA_TSTRING) {
    luaL_where(L, level);
    lua_pushvalue(L, 1);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int base_assert(lua_State *L) {
  if (luai_likely(lua_toboolean(L, 1))) return lua_gettop(L);
  luaL_checkany(L, 1);
  lua_remove(L, 1);
  lua_pushliteral(L, "assertion failed!");  /* the message, unless the caller gave one */
  lua_settop(L, 1);
  return base_error(L); /* with the position, if it is a string */
}

/* 'context' is the number of values below the results. */
static int protected_finish(lua_State *L, int status, lua_KContext context) {
  if (luai_unlikely(status != LUA_OK && status != LUA_YIELD)) {
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
  }
  return lua_gettop(L) - (int)context;
}

static int base_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, protected_finish);
  return protected_finish(L, status, 0);
}

/* Stack for the call: function, handler, true, function, arguments. */
static int base_xpcall(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  int status = lua_pcallk(L, count - 2, LUA_MULTRET, 2, 2, protected_finish);
  return protected_finish(L, status, 2);
}

/* ---- Chunks ---------------------------------------------------------------------------------- */

/* Stack slot that keeps the latest piece alive; it lies above load's four arguments. */
#define PIECE_SLOT 5

static const char *function_read(lua_State *L, void *data, size_t *size) {
  (void)data;
  builtin_poll(L, 8);
  luaL_checkstack(L, 2, "too many nested functions");
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    *size = 0;
    return NULL;
  }
  if (luai_unlikely(!lua_isstring(L, -1))) luaL_error(L, "reader function must return a string");
  lua_replace(L, PIECE_SLOT);
  return lua_tolstring(L, PIECE_SLOT, size);
}

/* The result of a load function; 'environment' is a stack index, or 0 for the globals. */
static int load_result(lua_State *L, int status, int environment) {
  if (luai_unlikely(status != LUA_OK)) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (environment != 0) {
    lua_pushvalue(L, environment);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
  }
  return 1;
}

static int base_load(lua_State *L) {
  int status;
  size_t length;
  const char *text = lua_tolstring(L, 1, &length);
  const char *mode = luaL_optstring(L, 3, "bt");
  int environment = lua_isnone(L, 4) ? 0 : 4;
  if (text != NULL) {
    status = luaL_loadbufferx(L, text, length, luaL_optstring(L, 2, text), mode);
  } else {
    const char *chunk_name = luaL_optstring(L, 2, "=(load)");
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, PIECE_SLOT);
    status = lua_load(L, function_read, NULL, chunk_name, mode);
  }
  return load_result(L, status, environment);
}

static int base_loadfile(lua_State *L) {
  const char *file_name = luaL_optstring(L, 1, NULL);
  const char *mode = luaL_optstring(L, 2, NULL);
  int environment = lua_isnone(L, 3) ? 0 : 3;
  return load_result(L, luaL_loadfilex(L, file_name, mode), environment);
}

static int dofile_continue(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L) - 1;
}

static int base_dofile(lua_State *L) {
  const char *file_name = luaL_optstring(L, 1, NULL);
  lua_settop(L, 1);
  if (luai_unlikely(luaL_loadfile(L, file_name) != LUA_OK)) return lua_error(L);
  lua_callk(L, 0, LUA_MULTRET, 0, dofile_continue);
  return dofile_continue(L, LUA_OK, 0);
}

/* ---- The collector --------------------------------------------------------------------------- */

/* lua_gc answers with a negative value when it is called by a finalizer. */
static int push_mode(lua_State *L, int mode) {
  if (mode < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushstring(L, mode == LUA_GCINC ? "incremental" : "generational");
  }
  return 1;
}

static int push_count(lua_State *L) {
  int kilobytes = lua_gc(L, LUA_GCCOUNT);
  int bytes = lua_gc(L, LUA_GCCOUNTB);
  if (kilobytes < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushnumber(L, (lua_Number)kilobytes + (lua_Number)bytes / 1024);
  }
  return 1;
}

static int push_gc_integer(lua_State *L, int answer) {
  if (answer < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushinteger(L, answer);
  }
  return 1;
}

static int push_gc_boolean(lua_State *L, int answer) {
  if (answer < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushboolean(L, answer);
  }
  return 1;
}

/* -1: not in a finalizer. */
static int collect(lua_State *L) {
  int kilobytes = lua_gc(L, LUA_GCCOUNT);
  if (kilobytes < 0) return -1;
  builtin_poll_bytes(L, (size_t)kilobytes * 1024);
  builtin_collect(L);
  return 0;
}

static int base_collectgarbage(lua_State *L) {
  static const char *const names[] = {"stop",         "restart",     "collect",   "count",
                                      "step",         "setpause",    "setstepmul", "isrunning",
                                      "generational", "incremental", NULL};
  static const int requests[] = {LUA_GCSTOP, LUA_GCRESTART,   LUA_GCCOLLECT,   LUA_GCCOUNT,
                                 LUA_GCSTEP, LUA_GCSETPAUSE,  LUA_GCSETSTEPMUL, LUA_GCISRUNNING,
                                 LUA_GCGEN,  LUA_GCINC};
  int request = requests[luaL_checkoption(L, 1, "collect", names)];
  switch (request) {
    case LUA_GCCOLLECT:
      return push_gc_integer(L, collect(L));
    case LUA_GCCOUNT:
      return push_count(L);
    case LUA_GCSTEP:
      return push_gc_boolean(L, lua_gc(L, request, (int)luaL_optinteger(L, 2, 0)));
    case LUA_GCSETPAUSE:
    case LUA_GCSETSTEPMUL:
      return push_gc_integer(L, lua_gc(L, request, (int)luaL_optinteger(L, 2, 0)));
    case LUA_GCISRUNNING:
      return push_gc_boolean(L, lua_gc(L, request));
    case LUA_GCGEN: {
      int minor = (int)luaL_optinteger(L, 2, 0);
      int major = (int)luaL_optinteger(L, 3, 0);
      return push_mode(L, lua_gc(L, request, minor, major));
    }
    case LUA_GCINC: {
      int pause = (int)luaL_optinteger(L, 2, 0);
      int multiplier = (int)luaL_optinteger(L, 3, 0);
      int step = (int)luaL_optinteger(L, 4, 0);
      return push_mode(L, lua_gc(L, request, pause, multiplier, step));
    }
    default:
      return push_gc_integer(L, lua_gc(L, request));
  }
}

/* ---- The library ----------------------------------------------------------------------------- */

static const luaL_Reg functions[] = {
  {"assert", base_assert},
  {"collectgarbage", base_collectgarbage},
  {"dofile", base_dofile},
  {"error", base_error},
  {"getmetatable", base_getmetatable},
  {"ipairs", base_ipairs},
  {"load", base_load},
  {"loadfile", base_loadfile},
  {"next", base_next},
  {"pairs", base_pairs},
  {"pcall", base_pcall},
  {"print", base_print},
  {"rawequal", base_rawequal},
  {"rawget", base_rawget},
  {"rawlen", base_rawlen},
  {"rawset", base_rawset},
  {"select", base_select},
  {"setmetatable", base_setmetatable},
  {"tonumber", base_tonumber},
  {"tostring", base_tostring},
  {"type", base_type},
  {"warn", base_warn},
  {"xpcall", base_xpcall},
  {LUA_GNAME, NULL}, {"_VERSION", NULL}, /* set below */
  {NULL, NULL},
};

/* What the VM short-cuts. */
static const Builtin builtins[] = {
  {base_pcall, BUILTIN_PCALL, NULL},
  {base_xpcall, BUILTIN_XPCALL, NULL},
  {base_next, BUILTIN_NEXT, base_direct_next},
  {base_ipairs_step, BUILTIN_IPAIRS_STEP, NULL},
  {base_assert, BUILTIN_PLAIN, base_direct_assert},
  {base_getmetatable, BUILTIN_PLAIN, base_direct_getmetatable},
  {base_ipairs, BUILTIN_IPAIRS, base_direct_ipairs},
  {base_pairs, BUILTIN_PAIRS, base_direct_pairs},
  {base_rawequal, BUILTIN_PLAIN, base_direct_rawequal},
  {base_rawget, BUILTIN_PLAIN, base_direct_rawget},
  {base_rawlen, BUILTIN_PLAIN, base_direct_rawlen},
  {base_rawset, BUILTIN_PLAIN, base_direct_rawset},
  {base_select, BUILTIN_SELECT, base_direct_select},
  {base_setmetatable, BUILTIN_PLAIN, base_direct_setmetatable},
  {base_tonumber, BUILTIN_PLAIN, base_direct_tonumber},
  {base_tostring, BUILTIN_PLAIN, base_direct_tostring},
  {base_type, BUILTIN_PLAIN, base_direct_type},
};

LUAMOD_API int luaopen_base(lua_State *L) {
  builtin_register(L, builtins, sizeof builtins / sizeof builtins[0]);
  lua_pushglobaltable(L);
  luaL_setfuncs(L, functions, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, LUA_GNAME);
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "_VERSION");
  return 1;
}
