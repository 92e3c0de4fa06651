/*
** coroutine.c - the coroutine library (manual 6.2).
**
** Layer: lib, on the public headers; the direct entries on api/builtin.h.
*/
#include "api/builtin.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

typedef enum CoroutineStatus { RUNNING, DEAD, SUSPENDED, NORMAL } CoroutineStatus;

static const char *const status_names[] = {"running", "dead", "suspended", "normal"};

static lua_State *check_thread(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co != NULL, 1, "thread");
  return co;
}

/* A thread that has not run, or is done, has no activations; its function tells the two apart. */
static CoroutineStatus status_of(lua_State *L, lua_State *co) {
  lua_Debug activation;
  if (L == co) return RUNNING;
  switch (lua_status(co)) {
    case LUA_YIELD:
      return SUSPENDED;
    case LUA_OK:
      if (lua_getstack(co, 0, &activation)) return NORMAL;
      return lua_gettop(co) == 0 ? DEAD : SUSPENDED;
    default:
      return DEAD;
  }
}

/*
** Resumes with the 'count' values at the top. Yields the number of results pushed, or -1 when an
** error object was pushed.
*/
static int resume_with(lua_State *L, lua_State *co, int count) {
  int results;
  if (luai_unlikely(!lua_checkstack(co, count))) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, count);
  int status = lua_resume(co, L, count, &results);
  if (luai_unlikely(status != LUA_OK && status != LUA_YIELD)) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (luai_unlikely(!lua_checkstack(L, results + 1))) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

static int co_resume(lua_State *L) {
  lua_State *co = check_thread(L);
  int results = resume_with(L, co, lua_gettop(L) - 1);
  int success = results >= 0;
  if (!success) results = 1;
  lua_pushboolean(L, success);
  lua_insert(L, -(results + 1));
  return results + 1;
}

/* An error closes the coroutine and passes on, a message with the caller's position before it. */
static int wrap_call(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int results = resume_with(L, co, lua_gettop(L));
  if (luai_likely(results >= 0)) return results;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(L, co, 1);  /* where closing looks for the error, and may replace it */
    status = lua_closethread(co, L);
    lua_xmove(co, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int co_create(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

static int co_wrap(lua_State *L) {
  co_create(L);
  lua_pushcclosure(L, wrap_call, 1);
  return 1;
}

static int co_yield(lua_State *L) {
  return lua_yield(L, lua_gettop(L));
}

static int co_status(lua_State *L) {
  lua_State *co = check_thread(L);
  lua_pushstring(L, status_names[status_of(L, co)]);
  return 1;
}

static int co_isyieldable(lua_State *L) {
  lua_State *co = lua_isnone(L, 1) ? L : check_thread(L);
  lua_pushboolean(L, lua_isyieldable(co));
  return 1;
}

static int co_running(lua_State *L) {
  int is_main = lua_pushthread(L);
  lua_pushboolean(L, is_main);
  return 2;
}

static int co_close(lua_State *L) {
  lua_State *co = check_thread(L);
  CoroutineStatus status = status_of(L, co);
  if (status != DEAD && status != SUSPENDED) {
    return luaL_error(L, "cannot close a %s coroutine", status_names[status]);
  }
  if (lua_closethread(co, L) == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

/* ---- Direct entries: see api/builtin.h --------------------------------------------------------- */

static int direct_create(State *L, Value *call, unsigned count) {
  if (count < 1 || !value_is_function(call[1])) return DIRECT_REFUSED;
  State *co = thread_new(L);
  stack_push(co, call[1]);
  return direct_result(call, value_from_object(co));
}

static int direct_wrap(State *L, Value *call, unsigned count) {
  if (count < 1 || !value_is_function(call[1])) return DIRECT_REFUSED;
  State *co = thread_new(L);
  stack_push(co, call[1]);
  call[1] = value_from_object(co);  /* where a collection finds it */
  Native *function = native_new(L, wrap_call, 1);
  function->upvalues[0] = call[1];
  return direct_result(call, value_from_function(function));
}

static int direct_isyieldable(State *L, Value *call, unsigned count) {
  if (count > 0 && !value_is_thread(call[1])) return DIRECT_REFUSED;
  const State *co = count > 0 ? value_thread(call[1]) : L;
  return direct_result(call, value_from_bool(co->nonyieldable == 0));
}

static int direct_running(State *L, Value *call, unsigned count) {
  (void)count;
  call[0] = value_from_object(L);
  call[1] = value_from_bool(L == L->heap->main_thread);
  return 2;
}

static int direct_status(State *L, Value *call, unsigned count) {
  if (count < 1 || !value_is_thread(call[1])) return DIRECT_REFUSED;
  const char *name = status_names[status_of(L, value_thread(call[1]))];
  return direct_result(call, value_from_string(string_from_c(L, name)));
}

static const luaL_Reg functions[] = {
  {"close", co_close},
  {"create", co_create},
  {"isyieldable", co_isyieldable},
  {"resume", co_resume},
  {"running", co_running},
  {"status", co_status},
  {"wrap", co_wrap},
  {"yield", co_yield},
  {NULL, NULL},
};

/* What the VM knows. */
static const Builtin builtins[] = {
  {co_create, BUILTIN_PLAIN, direct_create},
  {co_isyieldable, BUILTIN_PLAIN, direct_isyieldable},
  {co_resume, BUILTIN_RESUME, NULL},
  {co_running, BUILTIN_PLAIN, direct_running},
  {co_status, BUILTIN_PLAIN, direct_status},
  {co_wrap, BUILTIN_PLAIN, direct_wrap},
  {co_yield, BUILTIN_YIELD, NULL},
  {wrap_call, BUILTIN_WRAP, NULL},
};

LUAMOD_API int luaopen_coroutine(lua_State *L) {
  builtin_register(L, builtins, sizeof builtins / sizeof builtins[0]);
  luaL_newlib(L, functions);
  return 1;
}
