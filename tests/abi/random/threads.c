/* Random calls: coroutines, and several stacks. */
#include "random.h"

/* Not in the chain of running threads. */
static bool is_idle(lua_State *thread) {
  lua_Debug activation;
  int status = lua_status(thread);
  return status == LUA_YIELD || (status == LUA_OK && lua_getstack(thread, 0, &activation) == 0);
}

static lua_State *any_thread(Scope *s) { return lua_tothread(s->L, index_of(s, LUA_TTHREAD)); }

static void new_thread(Scope *s) {
  lua_State *L = s->L, *thread = lua_newthread(L);
  lua_pushvalue(L, index_of(s, LUA_TFUNCTION));
  lua_xmove(L, thread, 1);
}

static void thread_status(Scope *s) {
  lua_State *thread = any_thread(s);
  trace("%d", lua_status(thread));
  if (lua_status(thread) == LUA_OK && is_idle(thread)) trace(" %d", lua_gettop(thread));
  trace(" %d%d", lua_isyieldable(s->L), lua_pushthread(s->L));
}

static void move_values(Scope *s) {
  lua_State *L = s->L, *thread = any_thread(s);
  int room = scope_room(s), count = pick((room < 3 ? room : 3) + 1);
  if (thread == L || !is_idle(thread) || lua_status(thread) != LUA_OK) return;
  if (!lua_checkstack(thread, count) || lua_gettop(thread) > 20) return;
  trace("%d ", count);
  lua_xmove(L, thread, count);
  if (chance(50)) {
    count = pick(lua_gettop(thread) + 1);
    lua_xmove(thread, L, count);
  }
  trace("%d", lua_gettop(thread));
}

/* Arguments of a resumption, and before the first one the function. What else lies on the stack of a new
   coroutine is counted among its results by some. */
static int push_arguments(Scope *s, lua_State *thread) {
  lua_State *L = s->L;
  int count = pick(4);
  if (!lua_checkstack(thread, count + 1)) return -1;
  if (lua_status(thread) == LUA_OK) {
    lua_settop(thread, 0);
    lua_pushvalue(L, index_of(s, LUA_TFUNCTION));
    lua_xmove(L, thread, 1);
  }
  for (int i = 0; i < count; i++) {
    push_any(s);
    lua_xmove(L, thread, 1);
  }
  return count;
}

static void resume(Scope *s) {
  lua_State *L = s->L, *thread = any_thread(s);
  if (thread == L || !is_idle(thread)) return;
  int arguments = push_arguments(s, thread), results = -1;
  if (arguments < 0) return;
  trace("%d\n", arguments);
  int status = lua_resume(thread, L, arguments, &results);
  trace("%*s= %d", s->depth, "", status);
  if (status > LUA_YIELD) {
    trace(" %d ", lua_status(thread));
    trace_value(thread, -1);
    return;
  }
  trace(" %d", results);
  if (results > 10 || !lua_checkstack(L, results))
    lua_pop(thread, results);
  else
    lua_xmove(thread, L, results);
  if (status == LUA_OK) trace(" %d", lua_gettop(thread));
}

/* A thread that is dead, or has nothing to be called. */
static void resume_dead(Scope *s) {
  lua_State *L = s->L, *thread = any_thread(s);
  int results = -1;
  if (thread == L || lua_status(thread) == LUA_YIELD) return;
  if (lua_status(thread) == LUA_OK && (!is_idle(thread) || lua_gettop(thread) > 0)) return;
  if (!lua_checkstack(thread, 2)) return;
  lua_pushinteger(thread, 1);
  trace("%d ", lua_resume(thread, L, 1, &results));
  trace_value(thread, -1);
}

/* One that is running, or waits for a thread that it resumed. */
static void resume_running(Scope *s) {
  lua_State *L = s->L;
  int results = -1;
  lua_pushnil(L);
  trace("%d ", lua_resume(L, L, 1, &results));
  trace_value(L, -1);
  lua_pop(L, 1);
}

static void reset_thread(Scope *s) {
  lua_State *L = s->L, *thread = any_thread(s);
  if (thread == L || (lua_status(thread) <= LUA_YIELD && !is_idle(thread))) return;
  trace("\n");
  int status = lua_resetthread(thread);
  trace("%*s= %d %d ", s->depth, "", status, lua_gettop(thread));
  trace_values(thread, 1, lua_gettop(thread));
}

/* A thread used as another stack. */
static void call_in_thread(Scope *s) {
  lua_State *L = s->L, *thread = any_thread(s);
  if (thread == L || !is_idle(thread) || lua_status(thread) != LUA_OK) return;
  if (lua_gettop(thread) > 20 || !lua_checkstack(thread, 5)) return;
  lua_pushcfunction(thread, random_function);
  trace("\n");
  int status = lua_pcall(thread, 0, chance(50) ? 1 : LUA_MULTRET, 0);
  trace("%*s= %d %d", s->depth, "", status, lua_gettop(thread));
}

static void wrapped_coroutine(Scope *s) {
  lua_State *L = s->L;
  luaL_loadstring(L, "local f, x = ... local co = coroutine.create(f)\n"
                     "local n, r = 0, table.pack(coroutine.resume(co, x))\n"
                     "while coroutine.status(co) == 'suspended' and n < 4 do\n"
                     "  n = n + 1 r = table.pack(coroutine.resume(co, n))\n"
                     "end\n"
                     "return n, coroutine.status(co), r[1], r[2]");
  lua_pushvalue(L, index_of(s, LUA_TFUNCTION));
  push_any(s);
  trace("\n");
  trace("%*s= %d", s->depth, "", lua_pcall(L, 2, 4, 0));
}

const Operation thread_operations[] = {
    {"new_thread", new_thread},
    {"thread_status", thread_status},
    {"move_values", move_values},
    {"resume", resume},
    {"resume", resume},
    {"resume", resume},
    {"resume", resume},
    {"resume_dead", resume_dead},
    {"resume_running", resume_running},
    {"reset_thread", reset_thread},
    {"call_in_thread", call_in_thread},
    {"wrapped_coroutine", wrapped_coroutine},
    {NULL, NULL}};
