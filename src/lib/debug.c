/*
 * The debug library (manual 6.10).
 *
 * Functions that take an optional thread first see their other arguments shifted by one;
 * ThreadArgument says by how much. Hook functions are kept in a registry table with the threads
 * as weak keys.
 * Layer: lib (public headers only).
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

static const char HOOK_TABLE[] = "_HOOKKEY";

typedef struct ThreadArgument {
  lua_State *thread;
  int shift; /* of the arguments behind it: 1 if it was given */
} ThreadArgument;

static ThreadArgument get_thread(lua_State *L)
{
  if (lua_isthread(L, 1))
    return (ThreadArgument){lua_tothread(L, 1), 1};
  return (ThreadArgument){L, 0};
}

/* `count` values will be pushed onto another thread, whose stack this function does not know. */
static void check_thread_stack(lua_State *L, lua_State *thread, int count)
{
  if (L != thread && !lua_checkstack(thread, count))
    luaL_error(L, "stack overflow");
}

/* ---- Registry, metatables, user values ------------------------------------------------ */

static int debug_getregistry(lua_State *L)
{
  lua_pushvalue(L, LUA_REGISTRYINDEX);
  return 1;
}

static int debug_getmetatable(lua_State *L)
{
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1))
    lua_pushnil(L);
  return 1;
}

static int debug_setmetatable(lua_State *L)
{
  int type = lua_type(L, 2);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

static int debug_getuservalue(lua_State *L)
{
  int n = (int)luaL_optinteger(L, 2, 1);
  if (lua_type(L, 1) != LUA_TUSERDATA) {
    luaL_pushfail(L);
    return 1;
  }
  if (lua_getiuservalue(L, 1, n) == LUA_TNONE)
    return 1;
  lua_pushboolean(L, 1);
  return 2;
}

static int debug_setuservalue(lua_State *L)
{
  int n = (int)luaL_optinteger(L, 3, 1);
  luaL_checktype(L, 1, LUA_TUSERDATA);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  if (!lua_setiuservalue(L, 1, n))
    luaL_pushfail(L);
  return 1;
}

/* ---- getinfo -------------------------------------------------------------------------- */

static void set_string_field(lua_State *L, const char *name, const char *value)
{
  lua_pushstring(L, value);
  lua_setfield(L, -2, name);
}

static void set_integer_field(lua_State *L, const char *name, int value)
{
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

static void set_boolean_field(lua_State *L, const char *name, int value)
{
  lua_pushboolean(L, value);
  lua_setfield(L, -2, name);
}

/* Moves a value that lua_getinfo left on the thread's stack into the result table, which is on
 * the top of L. Last in, first out: active lines come before the function. */
static void set_pushed_field(lua_State *L, lua_State *thread, const char *name)
{
  if (L == thread)
    lua_rotate(L, -2, 1);
  else
    lua_xmove(thread, L, 1);
  lua_setfield(L, -2, name);
}

static void set_info_fields(lua_State *L, lua_State *thread, const char *options,
                            const lua_Debug *info)
{
  if (strchr(options, 'S')) {
    lua_pushlstring(L, info->source, info->srclen);
    lua_setfield(L, -2, "source");
    set_string_field(L, "short_src", info->short_src);
    set_integer_field(L, "linedefined", info->linedefined);
    set_integer_field(L, "lastlinedefined", info->lastlinedefined);
    set_string_field(L, "what", info->what);
  }
  if (strchr(options, 'l'))
    set_integer_field(L, "currentline", info->currentline);
  if (strchr(options, 'u')) {
    set_integer_field(L, "nups", info->nups);
    set_integer_field(L, "nparams", info->nparams);
    set_boolean_field(L, "isvararg", info->isvararg);
  }
  if (strchr(options, 'n')) {
    set_string_field(L, "name", info->name);
    set_string_field(L, "namewhat", info->namewhat);
  }
  if (strchr(options, 'r')) {
    set_integer_field(L, "ftransfer", info->ftransfer);
    set_integer_field(L, "ntransfer", info->ntransfer);
  }
  if (strchr(options, 't'))
    set_boolean_field(L, "istailcall", info->istailcall);
  if (strchr(options, 'L'))
    set_pushed_field(L, thread, "activelines");
  if (strchr(options, 'f'))
    set_pushed_field(L, thread, "func");
}

static int debug_getinfo(lua_State *L)
{
  lua_Debug info;
  ThreadArgument on = get_thread(L);
  const char *options = luaL_optstring(L, on.shift + 2, "flnSrtu");
  check_thread_stack(L, on.thread, 3);
  luaL_argcheck(L, options[0] != '>', on.shift + 2, "invalid option '>'");
  if (lua_isfunction(L, on.shift + 1)) {
    options = lua_pushfstring(L, ">%s", options);
    lua_pushvalue(L, on.shift + 1);
    lua_xmove(L, on.thread, 1);
  } else if (!lua_getstack(on.thread, (int)luaL_checkinteger(L, on.shift + 1), &info)) {
    luaL_pushfail(L);
    return 1;
  }
  if (!lua_getinfo(on.thread, options, &info))
    return luaL_argerror(L, on.shift + 2, "invalid option");
  lua_newtable(L);
  set_info_fields(L, on.thread, options, &info);
  return 1;
}

/* ---- Locals --------------------------------------------------------------------------- */

/* The activation record at the level in argument `arg` of L. */
static void check_level(lua_State *L, lua_State *thread, int arg, lua_Debug *info)
{
  int level = (int)luaL_checkinteger(L, arg);
  if (luai_unlikely(!lua_getstack(thread, level, info)))
    luaL_argerror(L, arg, "level out of range");
}

static int debug_getlocal(lua_State *L)
{
  ThreadArgument on = get_thread(L);
  int n = (int)luaL_checkinteger(L, on.shift + 2);
  if (lua_isfunction(L, on.shift + 1)) { /* only the names of parameters */
    lua_pushvalue(L, on.shift + 1);
    lua_pushstring(L, lua_getlocal(L, NULL, n));
    return 1;
  }
  lua_Debug info;
  check_level(L, on.thread, on.shift + 1, &info);
  check_thread_stack(L, on.thread, 1);
  const char *name = lua_getlocal(on.thread, &info, n);
  if (name == NULL) {
    luaL_pushfail(L);
    return 1;
  }
  lua_xmove(on.thread, L, 1);
  lua_pushstring(L, name);
  lua_rotate(L, -2, 1);
  return 2;
}

static int debug_setlocal(lua_State *L)
{
  lua_Debug info;
  ThreadArgument on = get_thread(L);
  luaL_checkinteger(L, on.shift + 1);
  int n = (int)luaL_checkinteger(L, on.shift + 2);
  check_level(L, on.thread, on.shift + 1, &info);
  luaL_checkany(L, on.shift + 3);
  lua_settop(L, on.shift + 3);
  check_thread_stack(L, on.thread, 1);
  lua_xmove(L, on.thread, 1);
  const char *name = lua_setlocal(on.thread, &info, n);
  if (name == NULL)
    lua_pop(on.thread, 1); /* it did not take the value */
  lua_pushstring(L, name);
  return 1;
}

/* ---- Upvalues ------------------------------------------------------------------------- */

static int debug_getupvalue(lua_State *L)
{
  int n = (int)luaL_checkinteger(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  const char *name = lua_getupvalue(L, 1, n);
  if (name == NULL)
    return 0;
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

static int debug_setupvalue(lua_State *L)
{
  luaL_checkany(L, 3);
  int n = (int)luaL_checkinteger(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 3);
  const char *name = lua_setupvalue(L, 1, n);
  if (name == NULL)
    return 0;
  lua_pushstring(L, name);
  return 1;
}

/* The identity of upvalue `arg + 1` of function `arg`, or NULL if there is none. */
static void *upvalue_identity(lua_State *L, int arg, int *n)
{
  *n = (int)luaL_checkinteger(L, arg + 1);
  luaL_checktype(L, arg, LUA_TFUNCTION);
  return lua_upvalueid(L, arg, *n);
}

static int debug_upvalueid(lua_State *L)
{
  int n;
  void *identity = upvalue_identity(L, 1, &n);
  if (identity != NULL)
    lua_pushlightuserdata(L, identity);
  else
    luaL_pushfail(L);
  return 1;
}

static int check_upvalue(lua_State *L, int arg)
{
  int n;
  void *identity = upvalue_identity(L, arg, &n);
  luaL_argcheck(L, identity != NULL, arg + 1, "invalid upvalue index");
  return n;
}

static int debug_upvaluejoin(lua_State *L)
{
  int target = check_upvalue(L, 1);
  int source = check_upvalue(L, 3);
  luaL_argcheck(L, !lua_iscfunction(L, 1), 1, "Lua function expected");
  luaL_argcheck(L, !lua_iscfunction(L, 3), 3, "Lua function expected");
  lua_upvaluejoin(L, 1, target, 3, source);
  return 0;
}

/* ---- Hooks ---------------------------------------------------------------------------- */

/* Calls the hook function of the running thread. */
static void call_hook(lua_State *L, lua_Debug *info)
{
  static const char *const EVENTS[] = {"call", "return", "line", "count", "tail call"};
  lua_getfield(L, LUA_REGISTRYINDEX, HOOK_TABLE);
  lua_pushthread(L);
  if (lua_rawget(L, -2) != LUA_TFUNCTION)
    return;
  lua_pushstring(L, EVENTS[info->event]);
  if (info->currentline >= 0)
    lua_pushinteger(L, info->currentline);
  else
    lua_pushnil(L);
  lua_call(L, 2, 0);
}

static int mask_from_text(const char *text, int count)
{
  int mask = 0;
  if (strchr(text, 'c'))
    mask |= LUA_MASKCALL;
  if (strchr(text, 'r'))
    mask |= LUA_MASKRET;
  if (strchr(text, 'l'))
    mask |= LUA_MASKLINE;
  if (count > 0)
    mask |= LUA_MASKCOUNT;
  return mask;
}

static void push_mask_text(lua_State *L, int mask)
{
  char text[4];
  size_t length = 0;
  if (mask & LUA_MASKCALL)
    text[length++] = 'c';
  if (mask & LUA_MASKRET)
    text[length++] = 'r';
  if (mask & LUA_MASKLINE)
    text[length++] = 'l';
  lua_pushlstring(L, text, length);
}

/* Pushes the hook table, made at the first use; it is its own metatable. */
static void push_hook_table(lua_State *L)
{
  if (luaL_getsubtable(L, LUA_REGISTRYINDEX, HOOK_TABLE))
    return;
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_pushvalue(L, -1);
  lua_setmetatable(L, -2);
}

static int debug_sethook(lua_State *L)
{
  lua_Hook hook = NULL;
  int mask = 0, count = 0;
  ThreadArgument on = get_thread(L);
  int arg = on.shift + 1;
  if (lua_isnoneornil(L, arg)) {
    lua_settop(L, arg);
  } else {
    const char *text = luaL_checkstring(L, arg + 1);
    luaL_checktype(L, arg, LUA_TFUNCTION);
    count = (int)luaL_optinteger(L, arg + 2, 0);
    hook = call_hook;
    mask = mask_from_text(text, count);
  }
  push_hook_table(L);
  check_thread_stack(L, on.thread, 1);
  lua_pushthread(on.thread);
  lua_xmove(on.thread, L, 1);
  lua_pushvalue(L, arg);
  lua_rawset(L, -3);
  lua_sethook(on.thread, hook, mask, count);
  return 0;
}

static int debug_gethook(lua_State *L)
{
  ThreadArgument on = get_thread(L);
  lua_Hook hook = lua_gethook(on.thread);
  if (hook == NULL) {
    luaL_pushfail(L);
    return 1;
  }
  if (hook != call_hook) {
    lua_pushliteral(L, "external hook");
  } else {
    lua_getfield(L, LUA_REGISTRYINDEX, HOOK_TABLE);
    check_thread_stack(L, on.thread, 1);
    lua_pushthread(on.thread);
    lua_xmove(on.thread, L, 1);
    lua_rawget(L, -2);
    lua_remove(L, -2);
  }
  push_mask_text(L, lua_gethookmask(on.thread));
  lua_pushinteger(L, lua_gethookcount(on.thread));
  return 3;
}

/* ---- The rest ------------------------------------------------------------------------- */

static int debug_debug(lua_State *L)
{
  char line[250];
  for (;;) {
    fputs("lua_debug> ", stderr);
    fflush(stderr);
    if (fgets(line, sizeof line, stdin) == NULL || strcmp(line, "cont\n") == 0)
      return 0;
    if (luaL_loadbuffer(L, line, strlen(line), "=(debug command)") != LUA_OK ||
        lua_pcall(L, 0, 0, 0) != LUA_OK) {
      fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
      fflush(stderr);
    }
    lua_settop(L, 0);
  }
}

static int debug_traceback(lua_State *L)
{
  ThreadArgument on = get_thread(L);
  const char *message = lua_tostring(L, on.shift + 1);
  if (message == NULL && !lua_isnoneornil(L, on.shift + 1)) {
    lua_pushvalue(L, on.shift + 1);
  } else {
    int level = (int)luaL_optinteger(L, on.shift + 2, L == on.thread ? 1 : 0);
    luaL_traceback(L, on.thread, message, level);
  }
  return 1;
}

static int debug_setcstacklimit(lua_State *L)
{
  int limit = (int)luaL_checkinteger(L, 1);
  lua_pushinteger(L, lua_setcstacklimit(L, (unsigned)limit));
  return 1;
}

static const luaL_Reg DEBUG_FUNCTIONS[] = {
  {"debug", debug_debug},
  {"getuservalue", debug_getuservalue},
  {"gethook", debug_gethook},
  {"getinfo", debug_getinfo},
  {"getlocal", debug_getlocal},
  {"getregistry", debug_getregistry},
  {"getmetatable", debug_getmetatable},
  {"getupvalue", debug_getupvalue},
  {"upvaluejoin", debug_upvaluejoin},
  {"upvalueid", debug_upvalueid},
  {"setuservalue", debug_setuservalue},
  {"sethook", debug_sethook},
  {"setlocal", debug_setlocal},
  {"setmetatable", debug_setmetatable},
  {"setupvalue", debug_setupvalue},
  {"traceback", debug_traceback},
  {"setcstacklimit", debug_setcstacklimit},
  {NULL, NULL},
};

LUAMOD_API int luaopen_debug(lua_State *L)
{
  luaL_newlib(L, DEBUG_FUNCTIONS);
  return 1;
}
