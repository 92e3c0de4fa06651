/* The C API: threads, the debug interface, and what a whole state has one of. */
#include "ferrous.h"
#include "host_state.h"

/* ---- threads --------------------------------------------------------------------------------- */

static int finish_yield(lua_State *L, int status, lua_KContext context) {
  lua_pushinteger(L, status);
  lua_pushinteger(L, (lua_Integer)context);
  return lua_gettop(L);
}

static int yield_with_continuation(lua_State *L) {
  return lua_yieldk(L, lua_gettop(L), 17, finish_yield);
}

static void test_yield(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  int results = -1;
  assert_int_equal(lua_isyieldable(L), 0);
  lua_pushcfunction(thread, yield_with_continuation);
  push_integers(thread, 2);
  assert_int_equal(lua_status(thread), LUA_OK);
  assert_int_equal(lua_resume(thread, L, 2, &results), LUA_YIELD);
  assert_int_equal(results, 2);
  assert_int_equal(lua_status(thread), LUA_YIELD);
  assert_int_equal(lua_tointeger(thread, -1), 2);
  lua_pop(thread, 2);
  lua_pushinteger(thread, 30);
  assert_int_equal(lua_resume(thread, L, 1, &results), LUA_OK);
  assert_int_equal(lua_tointeger(thread, -1), 17);
  assert_int_equal(lua_tointeger(thread, -2), LUA_YIELD);
  assert_int_equal(lua_tointeger(thread, -3), 30);
  lua_settop(thread, 0);
  assert_int_equal(lua_resume(thread, L, 0, &results), LUA_ERRRUN);
  assert_string_equal(lua_tostring(thread, -1), "cannot resume dead coroutine");
  assert_int_equal(run(L, "coroutine.yield()", 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "attempt to yield from outside a coroutine");
}

/* Resumes with the integers from 10 on, above whatever the thread's last yield left; checks what it yields. */
static void assert_yields(lua_State *L, lua_State *thread, int arguments, const char *expected) {
  int results = -1;
  for (int i = 0; i < arguments; i++) lua_pushinteger(thread, 10 + i);
  assert_int_equal(lua_resume(thread, L, arguments, &results), LUA_YIELD);
  assert_int_equal(lua_status(thread), LUA_YIELD);
  lua_pushliteral(L, "");
  for (int i = results; i > 0; i--) {
    lua_pushfstring(L, "%s ", lua_tostring(thread, -i));
    lua_concat(L, 2);
  }
  assert_string_equal(lua_tostring(L, -1), expected);
  lua_pop(L, 1);
}

/* A Lua function that yields to lua_resume; some of its resumes come from Lua code. */
static void test_yield_from_lua(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  int results;
  lua_pushvalue(L, -1);
  lua_setglobal(L, "thread");
  assert_int_equal(luaL_loadstring(thread,
                                   "local yield = coroutine.yield\n"
                                   "local function deep(n) if n == 0 then return yield('deep') end return (deep(n - 1)) end\n"
                                   "local a, b, c = yield(1, 2, 3) yield(a, b, c) yield()\n"
                                   "yield(pcall(deep, 100)) yield(select('#', yield(table.unpack({}, 1, 200))))\n"
                                   "for i = 1, 3 do yield(i, coroutine.wrap(function() yield('inner') end)()) end\n"
                                   "return select('#', yield('last'))"),
                   LUA_OK);
  assert_yields(L, thread, 0, "1 2 3 ");
  assert_int_equal(lua_gettop(thread), 3);
  assert_yields(L, thread, 2, "10 11 (null) ");
  assert_yields(L, thread, 0, "");
  assert_int_equal(lua_gettop(thread), 0);
  assert_yields(L, thread, 1, "deep ");
  assert_yields(L, thread, 1, "(null) 10 ");
  lua_pop(thread, 2);
  assert_int_equal(lua_resume(thread, L, 0, &results), LUA_YIELD);
  assert_int_equal(results, 200);
  assert_int_equal(run(L, "return coroutine.resume(thread, 1, 2, 3)", 2), LUA_OK);
  assert_int_equal(lua_tointeger(L, -1), 3);
  assert_int_equal(run(L, "return coroutine.resume(thread)", 3), LUA_OK);
  assert_string_equal(lua_tostring(L, -1), "inner");
  assert_yields(L, thread, 0, "2 inner ");
  assert_int_equal(run(L, "return coroutine.status(thread), coroutine.resume(thread)", 4), LUA_OK);
  assert_string_equal(lua_tostring(L, -4), "suspended");
  assert_int_equal(lua_tointeger(L, -2), 3);
  assert_yields(L, thread, 0, "last ");
  for (int i = 0; i < 4; i++) lua_pushnil(thread);
  assert_int_equal(lua_resume(thread, L, 4, &results), LUA_OK);
  assert_int_equal(results, 1);
  assert_int_equal(lua_tointeger(thread, -1), 4);
}

static int finish_call(lua_State *L, int status, lua_KContext context) {
  lua_pushinteger(L, status);
  lua_pushinteger(L, (lua_Integer)context);
  return 3;
}

/* pcallk(f): what f returned or raised, the status, the context. */
static int call_with_continuation(lua_State *L) {
  int status = lua_pcallk(L, 0, 1, 0, 55, finish_call);
  return finish_call(L, status, 0);
}

/* Resumes until the end, at first with the argument on the top; the number of yields. */
static int resume_to_end(lua_State *L, lua_State *thread, int *status) {
  int yields = 0, results, arguments = 1;
  while ((*status = lua_resume(thread, L, arguments, &results)) == LUA_YIELD) {
    lua_pop(thread, results);
    lua_pushinteger(thread, ++yields);
  }
  return yields;
}

static void assert_continued(lua_State *L, const char *source, const char *result, int status,
                             int context, int yields) {
  lua_State *thread = lua_newthread(L);
  int end;
  lua_pushcfunction(thread, call_with_continuation);
  assert_int_equal(luaL_loadstring(thread, source), LUA_OK);
  assert_int_equal(resume_to_end(L, thread, &end), yields);
  assert_int_equal(end, LUA_OK);
  assert_string_equal(luaL_tolstring(thread, -3, NULL), result);
  assert_int_equal(lua_tointeger(thread, -3), status);
  assert_int_equal(lua_tointeger(thread, -2), context);
  lua_settop(L, 0);
}

static void test_pcall_continuations(void **state) {
  lua_State *L = *state;
  assert_continued(L, "return 'plain'", "plain", LUA_OK, 0, 0);
  assert_continued(L, "return 'got ' .. coroutine.yield()", "got 1", LUA_YIELD, 55, 1);
  assert_continued(L, "coroutine.yield() coroutine.yield() error('oh', 0)", "oh", LUA_ERRRUN, 55,
                   2);
  assert_continued(L, "for i = 1, 5 do coroutine.yield() end return 5", "5", LUA_YIELD, 55, 5);
  assert_continued(L,
                   "local function add() return coroutine.yield() end\n"
                   "return setmetatable({}, {__add = add}) + 1",
                   "1", LUA_YIELD, 55, 1);
  assert_continued(L, "error('at once', 0)", "at once", LUA_ERRRUN, 55, 0);
}

static int call_continued(lua_State *L) {
  lua_callk(L, 0, 1, 66, finish_call);
  return finish_call(L, LUA_OK, 0);
}

static void test_call_continuations(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  int end;
  lua_pushcfunction(thread, call_continued);
  assert_int_equal(luaL_loadstring(thread, "return (coroutine.yield())"), LUA_OK);
  assert_int_equal(lua_resume(thread, L, 1, &end), LUA_YIELD);
  lua_settop(thread, 0);
  lua_pushinteger(thread, 5);
  assert_int_equal(lua_resume(thread, L, 1, &end), LUA_OK);
  assert_int_equal(end, 3);
  assert_int_equal(lua_tointeger(thread, -1), 66);
  assert_int_equal(lua_tointeger(thread, -3), 5);
}

static int closed;
static int count_close(lua_State *L) {
  closed = closed * 10 + (int)lua_rawlen(L, 1);
  return 0;
}

static void test_close_thread(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  int results;
  closed = 0;
  lua_pushcfunction(L, count_close);
  lua_setglobal(L, "count_close");
  luaL_loadstring(thread, "local x <close> = setmetatable({1, 2, 3}, {__close = count_close})\n"
                          "coroutine.yield()");
  assert_int_equal(lua_resume(thread, L, 0, &results), LUA_YIELD);
  assert_int_equal(lua_closethread(thread, L), LUA_OK);
  assert_int_equal(closed, 3);
  assert_int_equal(lua_status(thread), LUA_OK);
  assert_int_equal(lua_gettop(thread), 0);
  luaL_loadstring(thread, "error('dead', 0)");
  assert_int_equal(lua_resume(thread, L, 0, &results), LUA_ERRRUN);
  assert_int_equal(lua_closethread(thread, L), LUA_ERRRUN);
  assert_string_equal(lua_tostring(thread, -1), "dead");
  assert_int_equal(lua_resetthread(thread), LUA_OK);
  luaL_loadstring(thread, "return 'again'");
  assert_int_equal(lua_resume(thread, L, 0, &results), LUA_OK);
  assert_string_equal(lua_tostring(thread, -1), "again");
}

/* ---- the debug interface --------------------------------------------------------------------- */

static void test_upvalues(void **state) {
  lua_State *L = *state;
  assert_int_equal(run(L,
                       "local a, b = 1, 2\n"
                       "return function() return a, b end, function() return a end",
                       2),
                   LUA_OK);
  assert_string_equal(lua_getupvalue(L, 1, 1), "a");
  assert_string_equal(lua_getupvalue(L, 1, 2), "b");
  assert_null(lua_getupvalue(L, 1, 3));
  assert_ptr_equal(lua_upvalueid(L, 1, 1), lua_upvalueid(L, 2, 1));
  lua_settop(L, 2);
  lua_pushinteger(L, 50);
  assert_string_equal(lua_setupvalue(L, 2, 1), "a");
  lua_upvaluejoin(L, 2, 1, 1, 2);
  assert_ptr_equal(lua_upvalueid(L, 1, 2), lua_upvalueid(L, 2, 1));
  lua_call(L, 0, 1);
  assert_int_equal(lua_tointeger(L, -1), 2);
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  assert_int_equal(lua_tointeger(L, -1), 50);
  lua_settop(L, 0);
  push_integers(L, 2);
  lua_pushcclosure(L, first_function, 2);
  assert_string_equal(lua_getupvalue(L, 1, 2), "");
  assert_int_equal(lua_tointeger(L, -1), 2);
  assert_null(lua_upvalueid(L, 1, 3));
}

static int inspect(lua_State *L) {
  lua_Debug activation;
  assert_int_equal(lua_getstack(L, 0, &activation), 1);
  assert_int_equal(lua_getinfo(L, "nSl", &activation), 1);
  assert_string_equal(activation.what, "C");
  assert_int_equal(lua_getstack(L, 1, &activation), 1);
  assert_int_equal(lua_getinfo(L, "nSlutf", &activation), 1);
  assert_string_equal(activation.what, "Lua");
  assert_string_equal(activation.name, "caller");
  assert_string_equal(activation.namewhat, "local");
  assert_string_equal(activation.short_src, "source");
  assert_int_equal(activation.currentline, 3);
  assert_int_equal(activation.linedefined, 1);
  assert_int_equal(activation.nparams, 2);
  assert_true(lua_isfunction(L, -1));
  lua_pop(L, 1);
  assert_string_equal(lua_getlocal(L, &activation, 1), "p");
  assert_int_equal(lua_tointeger(L, -1), 11);
  assert_string_equal(lua_getlocal(L, &activation, 3), "r");
  lua_pop(L, 2);
  lua_pushinteger(L, 99);
  assert_string_equal(lua_setlocal(L, &activation, 3), "r");
  assert_string_equal(lua_getlocal(L, &activation, -1), "(vararg)");
  assert_int_equal(lua_tointeger(L, -1), 13);
  assert_int_equal(lua_getstack(L, 3, &activation), 0);
  return 0;
}

static void test_activations(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, inspect);
  lua_setglobal(L, "inspect");
  const char *source = "local function caller(p, q, ...)\n"
                       "  local r = 3\n"
                       "  inspect()\n"
                       "  return r\n"
                       "end\n"
                       "local result = caller(11, 12, 13)\n"
                       "return result, caller";
  assert_int_equal(luaL_loadbuffer(L, source, strlen(source), "=source"), LUA_OK);
  assert_int_equal(lua_pcall(L, 0, 2, 0), LUA_OK);
  assert_int_equal(lua_tointeger(L, -2), 99);
  assert_string_equal(lua_getlocal(L, NULL, 2), "q");
  assert_null(lua_getlocal(L, NULL, 3));
  lua_Debug activation;
  assert_int_equal(lua_getinfo(L, ">SLu", &activation), 1);
  assert_int_equal(activation.isvararg, 1);
  for (int line = 2; line <= 5; line++) {
    assert_int_equal(lua_rawgeti(L, -1, line), LUA_TBOOLEAN);
    lua_pop(L, 1);
  }
  assert_int_equal(lua_rawgeti(L, -1, 1), LUA_TNIL);
  lua_pushcfunction(L, inspect);
  assert_int_equal(lua_getinfo(L, ">X", &activation), 0);
}

static int hooked_lines;
static void count_lines(lua_State *L, lua_Debug *activation) {
  assert_int_equal(lua_getinfo(L, "Sl", activation), 1);
  hooked_lines = hooked_lines * 10 + activation->currentline;
}

static void test_hooks(void **state) {
  lua_State *L = *state;
  hooked_lines = 0;
  luaL_loadstring(L, "local a = 1\nlocal b = 2\n\nreturn a + b");
  lua_sethook(L, count_lines, LUA_MASKLINE, 0);
  assert_ptr_equal(lua_gethook(L), count_lines);
  assert_int_equal(lua_gethookmask(L), LUA_MASKLINE);
  assert_int_equal(lua_gethookcount(L), 0);
  lua_call(L, 0, 1);
  lua_sethook(L, NULL, 0, 0);
  assert_null(lua_gethook(L));
  assert_int_equal(hooked_lines, 124);
  lua_sethook(L, stop_runaway, LUA_MASKCOUNT, 1000);
  assert_int_equal(run(L, "while true do end", 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "too long"));
  lua_sethook(L, NULL, 0, 0);
}

/* ---- the state as a whole -------------------------------------------------------------------- */

static char warnings[100];
static void collect_warning(void *data, const char *message, int to_be_continued) {
  assert_string_equal(data, "data");
  strcat(strcat(warnings, message), to_be_continued ? "" : ";");
}

static void test_warnings(void **state) {
  lua_State *L = *state;
  warnings[0] = '\0';
  lua_setwarnf(L, collect_warning, "data");
  lua_warning(L, "a", 1);
  lua_warning(L, "b", 0);
  assert_int_equal(run(L, "warn('x', 'y') warn('z')", 0), LUA_OK);
  assert_string_equal(warnings, "ab;xy;z;");
  warnings[0] = '\0';
  const char *fails = "setmetatable({}, {__gc = function() error('g', 0) end}); collectgarbage()";
  assert_int_equal(run(L, fails, 0), LUA_OK);
  assert_string_equal(warnings, "error in __gc (g);");
  lua_setwarnf(L, NULL, NULL);
  lua_warning(L, "nobody hears this", 0);
}

static int ask_in_finalizer(lua_State *L) {
  lua_pushinteger(L, lua_gc(L, LUA_GCCOUNT));
  lua_setglobal(L, "answer");
  return 0;
}

static void test_collector_controls(void **state) {
  lua_State *L = *state;
  assert_int_equal(lua_gc(L, LUA_GCISRUNNING), 1);
  lua_gc(L, LUA_GCSTOP);
  assert_int_equal(lua_gc(L, LUA_GCISRUNNING), 0);
  int before = lua_gc(L, LUA_GCCOUNT);
  for (int i = 0; i < 1000; i++) {
    lua_newuserdatauv(L, 1000, 0);
    lua_pop(L, 1);
  }
  if (getenv("FERROUS_GC_STRESS") == NULL) /* which collects all the same */
    assert_true(lua_gc(L, LUA_GCCOUNT) >= before + 900);
  lua_gc(L, LUA_GCRESTART);
  lua_gc(L, LUA_GCCOLLECT);
  assert_true(lua_gc(L, LUA_GCCOUNT) < before + 200);
  assert_in_range(lua_gc(L, LUA_GCCOUNTB), 0, 1023);
  assert_int_equal(lua_gc(L, LUA_GCGEN, 0, 0), LUA_GCINC);
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(lua_gc(L, LUA_GCINC, 0, 0, 0), LUA_GCGEN);
  int pause = lua_gc(L, LUA_GCSETPAUSE, 150);
  assert_int_equal(lua_gc(L, LUA_GCSETPAUSE, pause), 148); /* units of four, as in the reference */
  int multiplier = lua_gc(L, LUA_GCSETSTEPMUL, 200);
  assert_int_equal(lua_gc(L, LUA_GCSETSTEPMUL, multiplier), 200);
  int steps = 1;
  while (!lua_gc(L, LUA_GCSTEP, 1)) steps++;
  assert_true(steps < 100000);
  assert_int_equal(lua_gc(L, 8), -1);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, ask_in_finalizer);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  lua_gc(L, LUA_GCCOLLECT);
  lua_getglobal(L, "answer");
  assert_int_equal(lua_tointeger(L, -1), -1);
}

static int panic_answer(lua_State *L) {
  (void)L;
  return 0;
}

static void test_state_settings(void **state) {
  lua_State *L = *state;
  void *data = state;
  assert_ptr_equal(lua_getallocf(L, &data), plain_allocate);
  assert_null(data);
  lua_setallocf(L, plain_allocate, state);
  lua_getallocf(L, &data);
  assert_ptr_equal(data, state);
  lua_CFunction former = lua_atpanic(L, panic_answer);
  assert_ptr_equal(lua_atpanic(L, former), panic_answer);
  assert_true(lua_version(L) == LUA_VERSION_NUM);
  assert_int_equal(lua_setcstacklimit(L, 500), 200);
  assert_non_null(strstr(lua_ident, "Lua 5.4"));
}

static void yield_at_once(lua_State *L, lua_Debug *activation) {
  (void)activation;
  lua_yield(L, 0);
}

/* While a hook's yield lasts, others may use the thread's stack: no register suffers. */
static void test_yield_in_hook(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  int results, steps = 0, status;
  assert_int_equal(luaL_loadstring(thread, "local a, b, c = 1, 2, 3 "
                                           "local t = {select(2, a, b, c)} "
                                           "local function f(n) if n == 0 then return c end "
                                           "return f(n - 1) end return a, b, #t, f(3)"), LUA_OK);
  lua_sethook(thread, yield_at_once, LUA_MASKCOUNT, 1);
  while ((status = lua_resume(thread, L, steps % 3, &results)) == LUA_YIELD) {
    luaL_traceback(L, thread, "in a hook", 0);
    lua_settop(L, 1);
    push_integers(thread, ++steps % 3);
  }
  assert_int_equal(status, LUA_OK);
  assert_int_equal(results, 4);
  assert_true(steps > 10);
  for (int i = 1; i <= 4; i++)
    assert_int_equal(lua_tointeger(thread, i - 5), "\1\2\2\3"[i - 1]);
}

static int leave_variable(lua_State *L) {
  lua_settop(L, 1);
  lua_toclose(L, 1);
  push_integers(L, 2);
  return 2;
}

/* A C function's variables are closed when it returns; their __close may yield. */
static void test_yield_while_closing(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, leave_variable);
  lua_setglobal(L, "leave_variable");
  assert_int_equal(run(L, "local v = setmetatable({}, {__close = coroutine.yield}) "
                          "local co = coroutine.wrap(function() return leave_variable(v) end) "
                          "assert(co() == v) return co()", LUA_MULTRET), LUA_OK);
  assert_int_equal(lua_gettop(L), 2);
  assert_int_equal(lua_tointeger(L, 1), 1);
  assert_int_equal(lua_tointeger(L, 2), 2);
}

static int call_and_continue(lua_State *L) {
  lua_callk(L, lua_gettop(L) - 1, 3, 5, finish_yield);
  return -1;
}

static int call_and_finish(lua_State *L) {
  lua_callk(L, lua_gettop(L) - 1, 2, 5, finish_yield);
  return finish_yield(L, LUA_OK, 5);
}

/* What a C function left to be closed may yield, too, when another one called it with a continuation. */
static void test_yield_while_closing_for_c(void **state) {
  static const char *const methods[] = {"coroutine.yield", "function(v) coroutine.yield(v) end", "rawlen",
                                        "function(v) assert(v) end"};
  lua_State *L = *state;
  lua_register(L, "leave_variable", leave_variable);
  lua_register(L, "call", call_and_finish);
  for (int i = 0; i < 4; i++) {
    lua_settop(L, 0);
    lua_pushfstring(L, "local yields = %s\n"
                       "local v = setmetatable({}, {__close = %s})\n"
                       "local co = coroutine.wrap(function() return call(leave_variable, v) end)\n"
                       "if yields then assert(co() == v) end return co()", i < 2 ? "true" : "false", methods[i]);
    assert_int_equal(run(L, lua_tostring(L, 1), LUA_MULTRET), LUA_OK);
    assert_int_equal(lua_gettop(L), 5);
    assert_int_equal(lua_tointeger(L, 2), 1);
    assert_int_equal(lua_tointeger(L, 3), 2);
    assert_int_equal(lua_tointeger(L, 4), i < 2 ? LUA_YIELD : LUA_OK);
    assert_int_equal(lua_tointeger(L, 5), 5);
  }
  assert_int_equal(run(L, "local v = setmetatable({}, {__close = function() error('closing', 0) end})\n"
                          "local co = coroutine.wrap(function() return pcall(call, leave_variable, v) end)\n"
                          "return select(2, co())", 1), LUA_OK);
  assert_string_equal(lua_tostring(L, -1), "closing");
}

/* The function called with a continuation is a C function that yields. */
static void test_continuation_of_c_function(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, call_and_continue);
  lua_setglobal(L, "call");
  assert_int_equal(run(L, "local co = coroutine.wrap(function() return call(coroutine.yield, 7) end) "
                          "assert(co() == 7) return co(8, 9)", LUA_MULTRET), LUA_OK);
  assert_int_equal(lua_gettop(L), 5);
  assert_int_equal(lua_tointeger(L, 2), 9);
  assert_true(lua_isnil(L, 3));
  assert_int_equal(lua_tointeger(L, 4), LUA_YIELD);
  assert_int_equal(lua_tointeger(L, 5), 5);
}

static int call_on_other(lua_State *L) {
  lua_State *thread = lua_newthread(L);
  lua_pushnumber(thread, 3);
  lua_call(thread, 0, 0);
  return 0;
}

/* A C function may call functions on a thread that nobody resumed: their errors are its own. */
static void test_error_on_other_thread(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, call_on_other);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "attempt to call a number value"));
  lua_settop(L, 0);
  lua_pushcfunction(L, call_on_other);
  lua_setglobal(L, "call_on_other");
  assert_int_equal(run(L, "return coroutine.wrap(function() return pcall(call_on_other) end)()", 2), LUA_OK);
  assert_int_equal(lua_toboolean(L, 1), 0);
  assert_non_null(strstr(lua_tostring(L, 2), "attempt to call a number value"));
}

static jmp_buf panic_exit;

static int panic_jump(lua_State *L) {
  longjmp(panic_exit, lua_status(L));
}

/* Before the panic function is called, everything is closed; the error is all that is left. */
static void test_panic_closes(void **state) {
  (void)state;
  lua_State *L = NULL;
  assert_int_equal(open_state((void **)&L), 0);
  lua_atpanic(L, panic_jump);
  int status = setjmp(panic_exit);
  if (status == 0) {
    assert_int_equal(run(L, "return setmetatable({}, {__close = function() closed = true end})", 1), LUA_OK);
    lua_toclose(L, -1);
    lua_pushliteral(L, "nobody catches it");
    lua_error(L);
  }
  assert_int_equal(status, LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "nobody catches it");
  assert_int_equal(lua_getglobal(L, "closed"), LUA_TBOOLEAN);
  lua_close(L);
}

static int count_and_raise(lua_State *L) {
  lua_pushinteger(L, lua_tointeger(L, lua_upvalueindex(1)) + 1);
  lua_copy(L, -1, lua_upvalueindex(1));
  return lua_error(L);
}

/* In a program without C++, the unwinder must be loaded first. */
static void test_forced_unwinding(void **state) {
  lua_State *L = *state;
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, count_and_raise, 1);
  for (int i = 1; i <= 4; i++) {
    ferrous_unwind_cxx(L, i % 2);
    lua_pushvalue(L, -1);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
    assert_int_equal(lua_tointeger(L, -1), i);
    lua_pop(L, 1);
  }
  lua_State *thread = lua_newthread(L);
  int results;
  lua_pushcfunction(thread, yield_with_continuation);
  lua_pushinteger(thread, 5);
  ferrous_unwind_cxx(L, 1);
  assert_int_equal(lua_resume(thread, L, 1, &results), LUA_YIELD);
  assert_int_equal(lua_tointeger(thread, -1), 5);
}

static int raise_above_two(lua_State *L) {
  lua_settop(L, 0);
  push_integers(L, 2);
  return luaL_error(L, "raised");
}

/* As many results as lua_gettop says, the error's value on the top: hosts go by either. */
static void test_values_of_dead_threads(void **state) {
  lua_State *L = *state;
  lua_register(L, "raise", raise_above_two);
  const char *programs[] = {"raise()", "local a, b, c = 1, 2, 3; error('raised')", "return #nil + raise()",
                            "local t <close> = setmetatable({}, {__close = raise})"};
  for (int i = 0; i < 4; i++) {
    lua_State *thread = lua_newthread(L);
    int results = -1;
    assert_int_equal(luaL_loadstring(thread, programs[i]), LUA_OK);
    assert_int_equal(lua_resume(thread, L, 0, &results), LUA_ERRRUN);
    assert_int_equal(results, lua_gettop(thread));
    assert_true(results >= 1 && lua_type(thread, results) == LUA_TSTRING);
  }
}

/* A host that took the error's value away still gets it from lua_closethread, as the reference does. */
static void test_error_taken_from_dead_thread(void **state) {
  lua_State *L = *state;
  int results;
  lua_State *thread = lua_newthread(L);
  assert_int_equal(luaL_loadstring(thread, "error('boom', 0)"), LUA_OK);
  assert_int_equal(lua_resume(thread, L, 0, &results), LUA_ERRRUN);
  lua_xmove(thread, L, 1);
  assert_string_equal(lua_tostring(L, -1), "boom");
  assert_int_equal(lua_closethread(thread, L), LUA_ERRRUN);
  assert_int_equal(lua_gettop(thread), 1);
  assert_string_equal(lua_tostring(thread, 1), "boom");
  assert_int_equal(lua_status(thread), LUA_OK);
}

/* ---- threads used as other stacks, without being resumed ---------------------------------------- */

static int lines_seen;

static void note_line(lua_State *L, lua_Debug *activation) {
  (void)L, (void)activation;
  lines_seen++;
}

static void call_on(lua_State *thread, const char *text, int lines) {
  lines_seen = 0;
  assert_int_equal(luaL_loadstring(thread, text), LUA_OK);
  assert_int_equal(lua_pcall(thread, 0, 0, 0), LUA_OK);
  assert_int_equal(lines_seen, lines);
}

static void test_hooks_of_other_stacks(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  lua_sethook(thread, note_line, LUA_MASKLINE, 0);
  call_on(thread, "local a = 1\nlocal b = 2\nlocal c = 3", 3);
  call_on(thread, "local a = 1\ncoroutine.wrap(function() end)()\nlocal c = 3", 4);
  call_on(L, "local a = 1\nlocal b = 2\nlocal c = 3", 0);
  lua_sethook(thread, NULL, 0, 0);
  call_on(thread, "local a = 1\nlocal b = 2\nlocal c = 3", 0);
}

static int call_upvalue(lua_State *L) {
  lua_State *other = lua_tothread(L, lua_upvalueindex(1));
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_xmove(L, other, 1);
  lua_pushinteger(L, lua_pcall(other, 0, 0, 0));
  lua_pushboolean(L, ferrous_running_thread(L) == L);
  return 2;
}

/* The thread that calls goes on as before, whatever the other one did. */
static void test_calls_on_other_stacks(void **state) {
  static const char *const others[] = {"local a = 1\nlocal b = 2", "coroutine.wrap(coroutine.yield)()",
                                       "error 'raised'", "coroutine.wrap(error)('raised')"};
  lua_State *L = *state;
  for (int i = 0; i < 4; i++) {
    lua_settop(L, 0);
    lua_newthread(L);
    assert_int_equal(luaL_loadstring(L, others[i]), LUA_OK);
    lua_pushcclosure(L, call_upvalue, 2);
    lua_setglobal(L, "call_other");
    lua_sethook(L, note_line, LUA_MASKLINE, 0);
    lines_seen = 0;
    assert_int_equal(run(L, "local status, same = call_other()\nassert(same)\nreturn status", 1), LUA_OK);
    lua_sethook(L, NULL, 0, 0);
    assert_int_equal(lines_seen, 3);
    assert_int_equal(lua_tointeger(L, -1), i < 2 ? LUA_OK : LUA_ERRRUN);
  }
}

/* ---- what hooks see ------------------------------------------------------------------------------ */

static char transferred[64];

static void note_results(lua_State *L, lua_Debug *activation) {
  transferred[0] = '\0';
  lua_getinfo(L, "r", activation);
  for (int i = 0; i < activation->ntransfer; i++) {
    if (lua_getlocal(L, activation, activation->ftransfer + i) == NULL) return;
    strcat(transferred, luaL_tolstring(L, -1, NULL));
    lua_pop(L, 2);
  }
}

/* A C hook finds all values that a Lua function returns, those too that lie above its registers. */
static void test_results_in_hooks(void **state) {
  lua_State *L = *state;
  assert_int_equal(luaL_loadstring(L, "return ..."), LUA_OK);
  push_integers(L, 6);
  lua_sethook(L, note_results, LUA_MASKRET, 0);
  lua_call(L, 6, 0);
  lua_sethook(L, NULL, 0, 0);
  assert_string_equal(transferred, "123456");
}

static char hook_message[128];

static int fail_in_hook(lua_State *L) {
  lua_pushnil(L);
  lua_call(L, 0, 0);
  return 0;
}

static void note_messages(lua_State *L, lua_Debug *activation) {
  (void)activation;
  lua_sethook(L, NULL, 0, 0);
  lua_pushcfunction(L, fail_in_hook);
  lua_pcall(L, 0, 0, 0);
  strcpy(hook_message, lua_tostring(L, -1));
  lua_pushcfunction(L, fail_in_hook);
  lua_arith(L, LUA_OPUNM); /* nothing of the function that the hook is in is named */
}

static void test_messages_in_hooks(void **state) {
  lua_State *L = *state;
  assert_int_equal(luaL_loadstring(L, "return x + print"), LUA_OK);
  lua_sethook(L, note_messages, LUA_MASKLINE, 0);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_string_equal(hook_message, "attempt to call a nil value");
  assert_string_equal(lua_tostring(L, -1),
                      "[string \"return x + print\"]:1: attempt to perform arithmetic on a function value");
}

static void fill_buffer(lua_State *L, lua_Debug *activation) {
  (void)activation;
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 0; i < 1000; i++) luaL_addstring(&buffer, "some text");
  lua_sethook(L, NULL, 0, 0);
  if (lua_getglobal(L, "fails") != LUA_TNIL) luaL_error(L, "in the hook");
  lua_pop(L, 1);
  luaL_pushresult(&buffer);
  lua_setglobal(L, "text");
}

/* A hook may use a buffer that has a block of its own, and fail meanwhile. */
static void test_buffers_in_hooks(void **state) {
  lua_State *L = *state;
  lua_sethook(L, fill_buffer, LUA_MASKLINE, 0);
  assert_int_equal(run(L, "local a, b = 1, 2\nreturn #text + a", 1), LUA_OK);
  assert_int_equal(lua_tointeger(L, -1), 9001);
  lua_sethook(L, fill_buffer, LUA_MASKLINE, 0);
  assert_int_equal(run(L, "fails = true\nlocal a, b = 1, 2", 1), LUA_OK);
  lua_sethook(L, fill_buffer, LUA_MASKLINE, 0);
  assert_int_equal(run(L, "local a, b = 1, 2", 1), LUA_ERRRUN);
}

static char returned[256];

static void note_return(lua_State *L, lua_Debug *activation) {
  lua_getinfo(L, "nS", activation);
  strcat(returned, activation->name != NULL ? activation->name : activation->what);
  strcat(returned, " ");
}

static int set_return_hook(lua_State *L) {
  lua_sethook(L, note_return, LUA_MASKRET, 0);
  return 0;
}

static int mark_in_close(lua_State *L) {
  lua_settop(L, 1);
  lua_getglobal(L, "inner");
  lua_toclose(L, -1);
  return 0;
}

/* A __close written in C: the hook that it sets sees it return, and what it marks is closed. */
static void test_close_methods_in_c(void **state) {
  lua_State *L = *state;
  returned[0] = '\0';
  lua_register(L, "set_return_hook", set_return_hook);
  lua_register(L, "mark_in_close", mark_in_close);
  assert_int_equal(run(L, "do local x <close> = setmetatable({}, {__close = set_return_hook}) end", 0), LUA_OK);
  lua_sethook(L, NULL, 0, 0);
  assert_string_equal(returned, "close main ");
  assert_int_equal(run(L, "inner = setmetatable({}, {__close = function() closed = true end})\n"
                          "do local x <close> = setmetatable({}, {__close = mark_in_close})\n"
                          "  local y <close> = setmetatable({}, {__close = mark_in_close}) end\n"
                          "return closed", 1), LUA_OK);
  assert_true(lua_toboolean(L, -1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_yield),
      TEST(test_yield_from_lua),
      TEST(test_pcall_continuations),
      TEST(test_call_continuations),
      TEST(test_close_thread),
      TEST(test_upvalues),
      TEST(test_activations),
      TEST(test_hooks),
      TEST(test_warnings),
      TEST(test_collector_controls),
      TEST(test_state_settings),
      TEST(test_yield_in_hook),
      TEST(test_yield_while_closing),
      TEST(test_yield_while_closing_for_c),
      TEST(test_continuation_of_c_function),
      TEST(test_error_on_other_thread),
      TEST(test_values_of_dead_threads),
      TEST(test_error_taken_from_dead_thread),
      TEST(test_hooks_of_other_stacks),
      TEST(test_calls_on_other_stacks),
      TEST(test_results_in_hooks),
      TEST(test_messages_in_hooks),
      TEST(test_buffers_in_hooks),
      TEST(test_close_methods_in_c),
      TEST(test_panic_closes),
      TEST(test_forced_unwinding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
