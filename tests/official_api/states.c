/* T's functions that make states and threads, run code in them, and deal with plain values of the
   C API: userdata, references, upvalues. */
#include <setjmp.h>

#include "script.h"

/* ---- states ---------------------------------------------------------------------------------- */

static int panic_and_exit(lua_State *L) {
  fprintf(stderr, "unprotected error: %s\n", luaL_tolstring(L, -1, NULL));
  return 0;
}

lua_State *new_controlled_state(void) {
  lua_State *L = lua_newstate(controlled_allocate, NULL);
  if (L == NULL) return NULL;
  lua_atpanic(L, panic_and_exit);
  install_warnings(L);
  ask_for_every_object(L);
  return L;
}

static lua_State *check_state(lua_State *L) {
  luaL_checktype(L, 1, LUA_TLIGHTUSERDATA);
  return lua_touserdata(L, 1);
}

/* newstate(): a light userdata, or nil. */
static int t_newstate(lua_State *L) {
  lua_State *other = new_controlled_state();
  if (other == NULL)
    lua_pushnil(L);
  else
    lua_pushlightuserdata(L, other);
  return 1;
}

static int t_closestate(lua_State *L) {
  lua_close(check_state(L));
  return 0;
}

/* loadlib(state): all libraries, and T for require. */
static int t_loadlib(lua_State *L) {
  lua_State *other = check_state(L);
  luaL_openlibs(other);
  luaL_requiref(other, "T", open_test_module, 0);
  lua_pop(other, 1);
  return 0;
}

/* doremote(state, code): its results as strings; or nil, message, status. */
static int t_doremote(lua_State *L) {
  lua_State *other = check_state(L);
  size_t length;
  const char *code = luaL_checklstring(L, 2, &length);
  lua_settop(other, 0);
  int status = luaL_loadbufferx(other, code, length, code, NULL);
  if (status == LUA_OK) status = lua_pcall(other, 0, LUA_MULTRET, 0);
  if (status != LUA_OK) {
    lua_pushnil(L);
    lua_pushstring(L, lua_tostring(other, -1));
    lua_pushinteger(L, status);
    lua_settop(other, 0);
    return 3;
  }
  int results = lua_gettop(other);
  luaL_checkstack(L, results, "too many results");
  for (int i = 1; i <= results; i++) lua_pushstring(L, lua_tostring(other, i));
  lua_settop(other, 0);
  return results;
}

/* ---- panic ----------------------------------------------------------------------------------- */

typedef struct Panic {
  jmp_buf back;
  const char *code;
} Panic;

static Panic **panic_of(lua_State *L) { return lua_getextraspace(L); }

static int panic_and_return(lua_State *L) {
  Panic *panic = *panic_of(L);
  if (panic->code != NULL) script_run(L, L, panic->code);
  longjmp(panic->back, 1);
}

/* checkpanic(script, [panic script]): what is on the top, as a string, after the first has panicked in
   a state of its own. */
static int t_checkpanic(lua_State *L) {
  const char *volatile code = luaL_checkstring(L, 1);
  Panic panic = {.code = luaL_optstring(L, 2, NULL)};
  controlled_exempt(true); /* a limit is meant for the script */
  lua_State *volatile other = new_controlled_state();
  controlled_exempt(false);
  if (other == NULL) return luaL_error(L, "not enough memory");
  *panic_of(other) = &panic;
  lua_atpanic(other, panic_and_return);
  if (setjmp(panic.back) == 0)
    script_run(other, other, code);
  lua_pushstring(L, lua_tostring(other, -1));
  lua_close(other);
  return 1;
}

/* ---- threads --------------------------------------------------------------------------------- */

/* doonnewstack(code): the status of running it in a new thread. */
static int t_doonnewstack(lua_State *L) {
  size_t length;
  const char *code = luaL_checklstring(L, 1, &length);
  lua_State *thread = lua_newthread(L);
  int status = luaL_loadbufferx(thread, code, length, code, NULL);
  if (status == LUA_OK) status = lua_pcall(thread, 0, 0, 0);
  lua_pushinteger(L, status);
  return 1;
}

/* resume(thread): whether that went well. */
static int t_resume(lua_State *L) {
  int results;
  luaL_checktype(L, 1, LUA_TTHREAD);
  int status = lua_resume(lua_tothread(L, 1), L, 0, &results);
  lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
  return 1;
}

/* ---- values ---------------------------------------------------------------------------------- */

static int t_newuserdata(lua_State *L) {
  size_t size = (size_t)luaL_optinteger(L, 1, 0);
  lua_newuserdatauv(L, size, (int)luaL_optinteger(L, 2, 0));
  return 1;
}

static int t_pushuserdata(lua_State *L) {
  lua_pushlightuserdata(L, (void *)(intptr_t)luaL_checkinteger(L, 1));
  return 1;
}

static int t_udataval(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)(intptr_t)lua_touserdata(L, 1));
  return 1;
}

static int t_ref(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
  return 1;
}

static int t_getref(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, luaL_checkinteger(L, 1));
  return 1;
}

static int t_unref(lua_State *L) {
  luaL_unref(L, LUA_REGISTRYINDEX, (int)luaL_checkinteger(L, 1));
  return 0;
}

/* upvalue(function, n): its value and name. upvalue(function, n, value): sets it; its name. */
static int t_upvalue(lua_State *L) {
  int n = (int)luaL_checkinteger(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  if (lua_isnone(L, 3)) {
    const char *name = lua_getupvalue(L, 1, n);
    if (name == NULL) return 0;
    lua_pushstring(L, name);
    return 2;
  }
  lua_pushstring(L, lua_setupvalue(L, 1, n));
  return 1;
}

/* A number's bytes, and back. */
static int t_d2s(lua_State *L) {
  lua_Number number = luaL_checknumber(L, 1);
  lua_pushlstring(L, (const char *)&number, sizeof number);
  return 1;
}

static int t_s2d(lua_State *L) {
  size_t length;
  lua_Number number = 0;
  const char *bytes = luaL_checklstring(L, 1, &length);
  luaL_argcheck(L, length == sizeof number, 1, "bytes of a number expected");
  memcpy(&number, bytes, sizeof number);
  lua_pushnumber(L, number);
  return 1;
}

void add_state_functions(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"newstate", t_newstate},       {"closestate", t_closestate},
      {"loadlib", t_loadlib},         {"doremote", t_doremote},
      {"checkpanic", t_checkpanic},   {"doonnewstack", t_doonnewstack},
      {"resume", t_resume},           {"newuserdata", t_newuserdata},
      {"pushuserdata", t_pushuserdata}, {"udataval", t_udataval},
      {"ref", t_ref},                 {"getref", t_getref},
      {"unref", t_unref},             {"upvalue", t_upvalue},
      {"d2s", t_d2s},                 {"s2d", t_s2d},
      {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
