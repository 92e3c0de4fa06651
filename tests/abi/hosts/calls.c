/* Calls, errors, coroutines, continuations, variables to be closed. */
#include "host.h"

static int add_all(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 1; i <= lua_gettop(L); i++) sum += luaL_checknumber(L, i);
  lua_pushnumber(L, sum);
  lua_pushinteger(L, lua_gettop(L));
  return 2;
}

static int raise_value(lua_State *L) {
  lua_settop(L, 1);
  return lua_error(L);
}

static int raise_text(lua_State *L) { return luaL_error(L, "%s and %d", "text", 42); }

static int handler(lua_State *L) {
  lua_pushfstring(L, "handled <%s>", luaL_tolstring(L, 1, NULL));
  return 1;
}

static int bad_handler(lua_State *L) { return luaL_error(L, "again"); }

static void plain_calls(lua_State *L) {
  lua_pushcfunction(L, add_all);
  for (int i = 0; i < 10; i++) lua_pushinteger(L, i);
  lua_call(L, 10, LUA_MULTRET);
  luaL_loadstring(L, "return ..., select('#', ...)");
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_call(L, 2, 5);
  luaL_loadstring(L, "local t = {...} return #t, table.unpack(t)");
  for (int i = 0; i < 12; i++) lua_pushboolean(L, i % 2);
  lua_call(L, 12, LUA_MULTRET);
  clear_stack(L, "calls");
}

static void protected_calls(lua_State *L) {
  lua_pushcfunction(L, handler);
  for (int with_handler = 0; with_handler < 2; with_handler++) {
    lua_pushcfunction(L, raise_text);
    printf("%d ", lua_pcall(L, 0, 3, with_handler));
    lua_pushcfunction(L, raise_value);
    lua_pushnil(L);
    printf("%d ", lua_pcall(L, 1, 0, with_handler));
    lua_pushcfunction(L, raise_value);
    lua_newtable(L);
    printf("%d ", lua_pcall(L, 1, LUA_MULTRET, with_handler));
    luaL_loadstring(L, "local t = nil; return t.x");
    printf("%d ", lua_pcall(L, 0, 0, with_handler));
    luaL_loadstring(L, "local function f() return f() + 1 end return f()");
    printf("%d\n", lua_pcall(L, 0, 0, with_handler) != LUA_OK);
    lua_pop(L, 1);
    lua_pushnil(L);
    printf("%d\n", lua_pcall(L, 0, 0, with_handler));
    if (with_handler == 0) print_stack(L, "without a handler");
  }
  lua_pushcfunction(L, bad_handler);
  lua_insert(L, 1);
  lua_pushcfunction(L, raise_text);
  printf("%d\n", lua_pcall(L, 0, 0, 1) == LUA_ERRERR);
  lua_pop(L, 1);
  lua_pushcfunction(L, add_all);
  printf("%d\n", lua_pcall(L, 0, 1, 0));
  lua_remove(L, 1);
  for (int i = 1; i <= lua_gettop(L); i++) {
    if (lua_type(L, i) != LUA_TSTRING || strstr(lua_tostring(L, i), "0x") == NULL) continue;
    lua_pushstring(L, "with an address");
    lua_replace(L, i);
  }
  clear_stack(L, "protected");
  luaL_loadstring(L, "local function deep(n) if n == 0 then error('deep', 2) end\n"
                     "  return deep(n - 1) .. '' end return pcall(deep, 100)");
  lua_call(L, 0, 2);
  printf("%d\n", luaL_dostring(L, "return ]"));
  printf("%d\n", luaL_loadbuffer(L, "x = = 1", 7, "@file.lua"));
  printf("%d\n", luaL_loadfile(L, "/nowhere/at/all.lua"));
  printf("%d\n", luaL_dofile(L, "/nowhere/at/all.lua"));
  printf("%d\n", luaL_loadbufferx(L, "return 1", 8, "=mode", "b"));
  clear_stack(L, "chunks");
}

static int argument_errors(lua_State *L) {
  switch (lua_tointeger(L, 1)) {
    case 0: luaL_checktype(L, 2, LUA_TTABLE); break;
    case 1: luaL_checkany(L, 3); break;
    case 2: luaL_checkinteger(L, 2); break;
    case 3: luaL_argcheck(L, 0, 2, "not this one"); break;
    case 4: luaL_argexpected(L, 0, 2, "another"); break;
    case 5: return luaL_argerror(L, 1, "first");
    case 6: return luaL_typeerror(L, 2, "thing");
    case 7: luaL_checkstack(L, 3000000, "too much"); break;
    case 8: luaL_checklstring(L, 3, NULL); break;
    case 9: luaL_checkversion_(L, 503, LUAL_NUMSIZES); break;
    case 10: luaL_checkoption(L, 2, "a", (const char *const[]){"a", "b", NULL}); break;
    case 11: luaL_checkversion_(L, 504, 77); break;
    case 12: lua_pushinteger(L, luaL_optinteger(L, 3, 77)); return 1;
    default: lua_pushstring(L, luaL_optlstring(L, 3, "fallback", NULL)); return 1;
  }
  return 0;
}

static void auxiliary_errors(lua_State *L) {
  lua_register(L, "check", argument_errors);
  run_text(L, "local object = {check = check}\n"
              "for i = 0, 13 do print(select(2, pcall(check, i, 1.5))) end\n"
              "print(select(2, pcall(function() object.check(0) end)))\n"
              "print(select(2, pcall(function() object:check(0) end)))\n"
              "print(select(2, pcall(function() local here = check; here(2, {}) end)))");
  luaL_where(L, 0);
  luaL_where(L, 1);
  printf("%d\n", luaL_fileresult(L, 1, "x"));
  clear_stack(L, "where");
  printf("%d\n", luaL_execresult(L, 256));
  clear_stack(L, "execresult");
}

/* ---- coroutines ------------------------------------------------------------------------------ */

static int after_yield(lua_State *L, int status, lua_KContext context) {
  lua_pushfstring(L, "continued %d with %d, %d values", status, (int)context, lua_gettop(L));
  return 1;
}

static int yielding(lua_State *L) {
  lua_pushinteger(L, 7);
  lua_pushinteger(L, 8);
  return lua_yieldk(L, 2, 33, after_yield);
}

static int yield_last(lua_State *L) { return lua_yield(L, lua_gettop(L)); }

static int calling(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_callk(L, 0, 1, 5, after_yield);
  return after_yield(L, LUA_OK, 5);
}

static int protecting(lua_State *L) {
  lua_pushvalue(L, 1);
  return after_yield(L, lua_pcallk(L, 0, 1, 0, 6, after_yield), 6);
}

static void resume_all(lua_State *L, lua_State *co, const char *label) {
  int results, status, arguments = lua_gettop(co) - 1;
  do {
    status = lua_resume(co, L, arguments, &results);
    printf("%s: %d, status %d\n", label, status, lua_status(co));
    if (status > LUA_YIELD) {
      printf("%s\n", lua_tostring(co, -1));
      printf("reset: %d\n", lua_resetthread(co));
    } else {
      printf("%d results\n", results);
    }
    print_stack(co, label);
    if (status == LUA_YIELD) lua_pop(co, results);
    lua_pushstring(co, "in");
    arguments = 1;
  } while (status == LUA_YIELD);
  lua_settop(co, 0);
}

static void coroutines(lua_State *L) {
  printf("%d\n", lua_isyieldable(L));
  lua_State *co = lua_newthread(L);
  lua_pushcfunction(co, yielding);
  lua_pushinteger(co, 1);
  resume_all(L, co, "yieldk");
  luaL_loadstring(co, "for i = 1, 3 do print('got', coroutine.yield(i, i * i)) end return ...");
  lua_pushstring(co, "argument");
  resume_all(L, co, "lua");
  lua_register(L, "yielding", yielding);
  lua_register(L, "calling", calling);
  lua_register(L, "protecting", protecting);
  lua_register(L, "yield_last", yield_last);
  luaL_loadstring(co, "return calling(function() return coroutine.yield 'inside' end)");
  resume_all(L, co, "callk");
  luaL_loadstring(co, "return protecting(function() coroutine.yield 'p' error('after', 0) end)");
  resume_all(L, co, "pcallk");
  luaL_loadstring(co, "return protecting(function() return 'no error' end)");
  resume_all(L, co, "pcallk without a yield");
  luaL_loadstring(co, "local t = setmetatable({}, {__index = yielding, __add = yield_last})\n"
                      "local a = t.x local b = t + 5 return a, b");
  resume_all(L, co, "metamethods");
  luaL_loadstring(co, "for a, b in yield_last, 1, 2 do return a, b end");
  resume_all(L, co, "iterator");
  luaL_loadstring(co, "local x <close> = setmetatable({}, {__close = function(_, e) print('closed', e) end})\n"
                      "error 'in coroutine'");
  resume_all(L, co, "error");
  run_text(L, "print(pcall(coroutine.wrap(function() table.sort({3, 2, 1}, yield_last) end)))\n"
              "print(pcall(yielding))\n"
              "local f = coroutine.wrap(function(...) local r = yield_last(...) return r, yielding(r) end)\n"
              "print(f(1, 2)) print(f 'a') print(f 'b') print(pcall(f))");
  lua_pushcfunction(co, add_all);
  lua_resume(co, L, 0, &(int){0});
  lua_settop(co, 0);
  lua_pushstring(co, "argument");
  printf("%d\n", lua_resume(co, L, 0, &(int){0}));
  printf("%s\n", lua_tostring(co, -1));
  lua_settop(co, 0);
  co = lua_newthread(L);
  lua_pushinteger(L, 1);
  lua_pushstring(L, "moved");
  lua_xmove(L, co, 2);
  print_stack(co, "xmove");
  lua_pushthread(co);
  lua_xmove(co, L, 1);
  printf("%d %d\n", lua_rawequal(L, -1, -2), lua_pushthread(L));
  lua_settop(L, 0);
}

/* ---- variables to be closed ------------------------------------------------------------------ */

static void push_closable(lua_State *L, int n) {
  lua_pushinteger(L, n);
  luaL_loadstring(L, "local n = ... return setmetatable({}, {__close = function(_, e)"
                     " print('close', n, e) if n == 13 then error('thirteen', 0) end end})");
  lua_insert(L, -2);
  lua_call(L, 1, 1);
}

static int closes(lua_State *L) {
  for (int i = 1; i <= 3; i++) {
    push_closable(L, i);
    lua_toclose(L, -1);
  }
  printf("close one\n");
  lua_pop(L, 1);
  printf("close another by its slot\n");
  lua_closeslot(L, -1);
  lua_pushstring(L, "result");
  if (lua_toboolean(L, 1)) return luaL_error(L, "leaving");
  return 1;
}

static int closes_badly(lua_State *L) {
  push_closable(L, 13);
  lua_toclose(L, -1);
  push_closable(L, 14);
  lua_toclose(L, -1);
  return 0;
}

static int not_closable(lua_State *L) {
  lua_pushinteger(L, 1);
  lua_toclose(L, -1);
  return 0;
}

static void closing(lua_State *L) {
  lua_CFunction functions[] = {closes, closes, closes_badly, not_closable};
  for (int i = 0; i < 4; i++) {
    lua_pushcfunction(L, functions[i]);
    lua_pushboolean(L, i == 1);
    printf("%d\n", lua_pcall(L, 1, 1, 0));
  }
  clear_stack(L, "closing");
}

static int panicking(lua_State *L) {
  printf("panic: %s\n", lua_tostring(L, -1));
  fflush(stdout);
  exit(0);
}

int main(void) {
  lua_State *L = open_state();
  plain_calls(L);
  protected_calls(L);
  auxiliary_errors(L);
  coroutines(L);
  closing(L);
  lua_atpanic(L, panicking);
  lua_pushstring(L, "the end");
  return lua_error(L);
}
