/* What raises nothing (manual 4.6: '-') raises nothing without any memory, either: above all pushing integers
   and light userdata that need all of 64 bits. */
#include "host_state.h"

typedef struct Host {
  bool refuses;
} Host;

static void *refusing_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  const Host *host = data;
  if (host->refuses && new_size > (block == NULL ? 0 : old_size)) return NULL;
  return plain_allocate(NULL, block, old_size, new_size);
}

enum { KEPT_ITEMS = 20000, GRANTED_SLOTS = 500, ROUNDS = 5, MOST_CALLS = 100, MANY_PUSHES = 100000 };

static Host host;
static bool pushing; /* in what may not raise */
static int calls;    /* of push_many */

/* An error that nobody catches ends up here. */
static int raised(lua_State *L) {
  fprintf(stderr, "raised: %s\n", lua_tostring(L, -1));
  abort();
}

static int open_refusing(void **state) {
  host.refuses = pushing = false;
  calls = 0;
  lua_State *L = lua_newstate(refusing_allocate, &host);
  if (L == NULL) return -1;
  luaL_openlibs(L);
  lua_atpanic(L, raised);
  *state = L;
  return 0;
}

static int close_refusing(void **state) {
  lua_close(*state);
  return 0;
}

static lua_Integer wide(int i) { return (lua_Integer)(UINT64_C(0x9E3779B97F4A7C15) * (unsigned)(i + 1)); }

static void push_wide(lua_State *L, int i) {
  if (i % 2 == 0)
    lua_pushinteger(L, wide(i));
  else
    lua_pushlightuserdata(L, (void *)(uintptr_t)((uint64_t)wide(i) | UINT64_C(1) << 63));
}

static bool is_wide(lua_State *L, int index, int i) {
  if (i % 2 == 0) return lua_isinteger(L, index) && lua_tointeger(L, index) == wide(i);
  return lua_islightuserdata(L, index) &&
         (uintptr_t)lua_touserdata(L, index) == ((uint64_t)wide(i) | UINT64_C(1) << 63);
}

/* Pushes that many, looks at them, and leaves them. */
static void push_all(lua_State *L, int count, int first) {
  int base = lua_gettop(L);
  pushing = true;
  for (int i = 0; i < count; i++) push_wide(L, first + i);
  for (int i = 0; i < count; i++)
    if (!is_wide(L, base + 1 + i, first + i)) abort();
  pushing = false;
}

/* Stack: table. Its items become wide integers until there is no memory for one more. */
static int fill_items(lua_State *L) {
  for (int i = 1; i <= KEPT_ITEMS; i++) {
    lua_pushinteger(L, LUA_MAXINTEGER / 2);
    lua_pushinteger(L, i);
    lua_arith(L, LUA_OPADD);
    lua_rawseti(L, 1, i);
  }
  return 0;
}

/* From here on no cell for a box is free, and the host refuses more. Stack: +1, what keeps the cells. */
static void use_all_memory(lua_State *L) {
  assert_true(lua_checkstack(L, 250)); /* a stack that is in use does not shrink */
  lua_createtable(L, KEPT_ITEMS, 0);
  for (int i = 1; i <= KEPT_ITEMS; i++) {
    lua_pushboolean(L, 1);
    lua_rawseti(L, -2, i);
  }
  lua_pushcfunction(L, fill_items);
  lua_pushvalue(L, -2);
  lua_gc(L, LUA_GCCOLLECT);
  host.refuses = true;
  assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_ERRMEM);
  lua_pop(L, 1);
}

/* ---- in the slots of one function -------------------------------------------------------------- */

static void test_granted_slots(void **state) {
  lua_State *L = *state;
  assert_true(lua_checkstack(L, GRANTED_SLOTS + 1));
  use_all_memory(L);
  for (int round = 0; round < ROUNDS; round++) {
    int base = lua_gettop(L);
    push_all(L, GRANTED_SLOTS, round);
    lua_settop(L, base);
  }
  assert_false(lua_checkstack(L, 100 * GRANTED_SLOTS));
}

static void test_slots_that_every_function_has(void **state) {
  lua_State *L = *state;
  use_all_memory(L);
  push_all(L, LUA_MINSTACK - 1, 0);
}

/* lua_checkstack says no, or there are boxes for all that it granted. */
static void test_grants_without_memory(void **state) {
  lua_State *L = *state;
  assert_true(lua_checkstack(L, 4 * GRANTED_SLOTS));
  use_all_memory(L);
  int granted = 0;
  for (int n = 1; n < GRANTED_SLOTS; n++) {
    if (!lua_checkstack(L, n)) continue;
    granted = n;
    int base = lua_gettop(L);
    push_all(L, n, n);
    lua_settop(L, base);
  }
  assert_true(granted > LUA_MINSTACK);
}

static void test_garbage_comes_back(void **state) {
  lua_State *L = *state;
  use_all_memory(L);
  push_all(L, LUA_MINSTACK - 3, 0);
  for (int i = 0; i < MANY_PUSHES; i++) {
    push_wide(L, i);
    lua_pop(L, 1);
  }
  for (int i = 0; i < MANY_PUSHES; i++) { /* the same, in the place of another */
    push_wide(L, i);
    lua_replace(L, -2);
  }
}

static void test_values_that_move_in_the_stack(void **state) {
  lua_State *L = *state;
  assert_true(lua_checkstack(L, GRANTED_SLOTS + 3));
  use_all_memory(L);
  int base = lua_gettop(L);
  push_all(L, GRANTED_SLOTS, 0);
  lua_rotate(L, base + 1, 1);
  assert_true(is_wide(L, base + 1, GRANTED_SLOTS - 1) && is_wide(L, base + 2, 0));
  lua_rotate(L, base + 1, -1);
  for (int i = 0; i < GRANTED_SLOTS; i++) {
    lua_pushvalue(L, base + 1 + i);
    push_wide(L, i + 1);
    lua_copy(L, -1, base + 1 + i);
    lua_pop(L, 1);
    assert_true(is_wide(L, -1, i) && is_wide(L, base + 1 + i, i + 1));
    lua_pop(L, 1);
  }
  for (int i = 0; i < GRANTED_SLOTS; i++) {
    push_wide(L, i);
    lua_insert(L, base + 1);
    lua_remove(L, -1);
    push_wide(L, i);
    lua_replace(L, base + 1);
    assert_true(is_wide(L, base + 1, i));
  }
}

/* What is stored is no longer counted: the function that stores raises the error. */
static int store_all(lua_State *L) {
  for (int i = 1; i <= KEPT_ITEMS; i++) {
    pushing = true;
    push_wide(L, i);
    pushing = false;
    switch (calls) {
      case 0: lua_rawseti(L, 1, i); break;
      case 1: lua_seti(L, 1, i); break;
      case 2:
        lua_pushinteger(L, i);
        lua_insert(L, -2);
        lua_rawset(L, 1);
        break;
      case 3:
        lua_pushinteger(L, i);
        lua_insert(L, -2);
        lua_settable(L, 1);
        break;
      case 4: luaL_ref(L, 1); break;
      default: return 0;
    }
  }
  return 0;
}

static void test_storing_raises_instead(void **state) {
  lua_State *L = *state;
  use_all_memory(L);
  for (calls = 0; calls < 5; calls++) {
    lua_pushcfunction(L, store_all);
    lua_pushvalue(L, -2);
    assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_ERRMEM);
    lua_pop(L, 1);
    assert_false(pushing);
  }
}

/* ---- calls ---------------------------------------------------------------------------------------- */

/* Pushes all that a C function may; returns that, or calls its upvalue if it has one. */
static int push_many(lua_State *L) {
  enum { PUSHED = LUA_MINSTACK - 1 };
  push_all(L, PUSHED, calls++);
  if (lua_isnone(L, lua_upvalueindex(1)) || calls == MOST_CALLS) return PUSHED;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_call(L, 0, 0);
  return 0;
}

/* Calls the function once while there is memory: its frames and caches remain. */
static void warm_up(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_call(L, 0, 0);
}

/* Stack: a function that calls push_many until memory fails: the calls raise that, not the pushes. */
static void assert_calls_fail(lua_State *L) {
  use_all_memory(L);
  for (int round = 0; round < ROUNDS; round++) {
    calls = 0;
    lua_pushvalue(L, 1);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRMEM);
    lua_pop(L, 1);
    assert_false(pushing);
    assert_true(calls > (round == 0 ? 1 : 0)); /* what was kept before is still alive */
  }
}

static void test_nested_c_functions(void **state) {
  lua_State *L = *state;
  lua_pushnil(L);
  lua_pushcclosure(L, push_many, 1);
  lua_pushvalue(L, -1);
  assert_non_null(lua_setupvalue(L, 1, 1));
  warm_up(L);
  assert_calls_fail(L);
}

static void test_c_functions_below_lua_functions(void **state) {
  lua_State *L = *state;
  assert_int_equal(luaL_loadstring(L, "local n = push() return n"), LUA_OK);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, push_many, 1);
  lua_setglobal(L, "push");
  warm_up(L);
  assert_calls_fail(L);
}

static const char new_kept[] = "kept = {} for i = 1, 4000 do kept[i] = true end";

/* The results are stored where there is room for them. */
static void test_results_kept_by_lua_functions(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, push_many);
  lua_setglobal(L, "push");
  assert_int_equal(run(L, new_kept, 0), LUA_OK);
  assert_int_equal(luaL_loadstring(L, "for i = 1, #kept, 4 do\n"
                                      "  kept[i], kept[i + 1], kept[i + 2], kept[i + 3] = push()\n"
                                      "end"), LUA_OK);
  warm_up(L);
  assert_int_equal(run(L, new_kept, 0), LUA_OK);
  use_all_memory(L);
  calls = 0;
  lua_pushvalue(L, 1);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRMEM);
  lua_pop(L, 1);
  assert_false(pushing);
  assert_true(calls > 1);
}

/* Drops its arguments, and has their slots for others. */
static int push_in_place_of_arguments(lua_State *L) {
  int n = lua_gettop(L);
  lua_settop(L, 0);
  push_all(L, n + LUA_MINSTACK, 7);
  return n;
}

/* Pushes all that was granted, passes some of it to the function at the index, and pushes again. How many
   calls found memory. */
static int push_and_call(lua_State *L, int callee, int arguments) {
  int succeeded = 0, base = lua_gettop(L);
  for (int round = 0; round < ROUNDS; round++) {
    push_all(L, GRANTED_SLOTS, round);
    if (round > 0) lua_settop(L, base); /* else they are alive, too */
    lua_pushvalue(L, callee);
    push_all(L, arguments - 1, round);
    int status = lua_pcall(L, arguments - 1, round % 2 == 0 ? LUA_MULTRET : 5, 0);
    assert_true(status == LUA_OK || status == LUA_ERRMEM);
    succeeded += status == LUA_OK;
    assert_false(pushing);
    lua_settop(L, base);
    push_all(L, GRANTED_SLOTS, round);
    lua_settop(L, base);
  }
  return succeeded;
}

static void push_callees(lua_State *L) {
  lua_pushcfunction(L, push_in_place_of_arguments);
  assert_int_equal(luaL_loadstring(L, "return ..."), LUA_OK);
  lua_getglobal(L, "select");
  lua_getglobal(L, "pcall");
}

static void test_many_slots_across_calls(void **state) {
  lua_State *L = *state;
  assert_true(lua_checkstack(L, 2 * GRANTED_SLOTS + 20));
  push_callees(L);
  use_all_memory(L);
  int succeeded = 0;
  for (int arguments = 1; arguments < GRANTED_SLOTS; arguments += 99)
    for (int callee = 1; callee <= 4; callee++) succeeded += push_and_call(L, callee, arguments);
  assert_true(succeeded > 0);
}

static void test_many_slots_across_calls_with_memory(void **state) {
  lua_State *L = *state;
  assert_true(lua_checkstack(L, 2 * GRANTED_SLOTS + 20));
  push_callees(L);
  for (int arguments = 1; arguments < GRANTED_SLOTS; arguments += 99)
    for (int callee = 1; callee <= 2; callee++)
      assert_int_equal(push_and_call(L, callee, arguments), ROUNDS);
}

/* The reserve is there again when memory is, and Lua code runs as before. */
static void test_memory_comes_back(void **state) {
  lua_State *L = *state;
  lua_pushnil(L);
  lua_pushcclosure(L, push_many, 1);
  lua_pushvalue(L, -1);
  assert_non_null(lua_setupvalue(L, 1, 1));
  warm_up(L);
  assert_calls_fail(L);
  lua_settop(L, 1);
  host.refuses = false;
  assert_int_equal(lua_gethookmask(L), 0);
  for (int round = 0; round < ROUNDS; round++) {
    assert_int_equal(run(L, "local s = 0 for i = 1, 1000 do s = s + select('#', string.byte('abc', 1, -1)) end\n"
                            "assert(debug.gethook() == nil) return s", 1), LUA_OK);
    assert_int_equal(lua_tointeger(L, -1), 3000);
    lua_pop(L, 1);
    calls = 0;
    lua_pushvalue(L, 1);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    assert_int_equal(calls, MOST_CALLS);
  }
}

/* ---- coroutines ------------------------------------------------------------------------------------- */

static void test_coroutines(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, push_many);
  lua_setglobal(L, "push");
  assert_int_equal(run(L, new_kept, 0), LUA_OK);
  assert_int_equal(run(L, "local i = 1\n"
                          "next_one = coroutine.wrap(function()\n"
                          "  while true do kept[i], kept[i + 1] = push() i = i + 2 coroutine.yield() end\n"
                          "end)\n"
                          "next_one()", 0), LUA_OK);
  assert_int_equal(luaL_loadstring(L, "while true do next_one() end"), LUA_OK);
  use_all_memory(L);
  calls = 0;
  lua_pushvalue(L, 1);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRMEM);
  assert_false(pushing);
  assert_true(calls > 10);
}

static int push_and_yield(lua_State *L) {
  push_all(L, LUA_MINSTACK - 1, 3);
  return lua_yield(L, 2);
}

static int push_and_fail(lua_State *L) {
  push_all(L, LUA_MINSTACK - 1, 3);
  return lua_error(L);
}

/* Coroutines are left with what they pushed; who resumes them pushes, too. */
static void resume_many(lua_State *L, lua_CFunction function) {
  enum { THREADS = 100 };
  static lua_State *threads[THREADS];
  assert_true(lua_checkstack(L, THREADS + GRANTED_SLOTS));
  for (int i = 0; i < THREADS; i++) {
    threads[i] = lua_newthread(L);
    lua_pushcfunction(threads[i], function);
  }
  use_all_memory(L);
  int base = lua_gettop(L), failed = 0;
  for (int i = 0; i < THREADS; i++) {
    int results;
    pushing = true;
    push_wide(threads[i], i);
    push_wide(threads[i], i + 1);
    pushing = false;
    failed += lua_resume(threads[i], L, 2, &results) == LUA_ERRMEM;
    push_all(L, GRANTED_SLOTS - 1, i);
    lua_settop(L, base);
  }
  assert_true(failed > 0 && failed < THREADS);
  assert_false(pushing);
}

static void test_yields_of_c_functions(void **state) { resume_many(*state, push_and_yield); }
static void test_errors_of_coroutines(void **state) { resume_many(*state, push_and_fail); }
static void test_ends_of_coroutines(void **state) { resume_many(*state, push_many); }

/* A closure keeps what its dead coroutine had, whatever becomes of that. */
static void test_variables_of_dead_coroutines(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, push_and_fail);
  lua_setglobal(L, "fail");
  enum { THREADS = 40 };
  static lua_State *threads[THREADS];
  assert_true(lua_checkstack(L, 2 * THREADS + GRANTED_SLOTS));
  for (int i = 0; i < THREADS; i++) {
    threads[i] = lua_newthread(L);
    assert_int_equal(luaL_loadstring(threads[i], "local n = ... get = function() return n end fail()"), LUA_OK);
  }
  use_all_memory(L);
  int base = lua_gettop(L);
  for (int i = 0; i < THREADS; i++) {
    int results;
    push_wide(threads[i], 2 * i);
    int status = lua_resume(threads[i], L, 1, &results);
    assert_true(status == LUA_ERRMEM || status == LUA_ERRRUN);
    push_all(L, GRANTED_SLOTS, i);
    lua_settop(L, base);
    if (status == LUA_ERRMEM) continue;
    lua_getglobal(L, "get");
    if (lua_pcall(L, 0, 1, 0) == LUA_OK) assert_true(is_wide(L, -1, 2 * i));
    lua_settop(L, base);
  }
}

/* Each of two threads has what it was granted, at the same time. */
static void test_grants_add_up(void **state) {
  lua_State *L = *state;
  lua_State *other = lua_newthread(L);
  assert_true(lua_checkstack(L, GRANTED_SLOTS + 1));
  assert_true(lua_checkstack(other, GRANTED_SLOTS));
  use_all_memory(L);
  push_all(L, GRANTED_SLOTS, 0);
  push_all(other, GRANTED_SLOTS, 1);
  lua_settop(other, 0);
  lua_xmove(L, other, GRANTED_SLOTS - 1);
  for (int i = 0; i < MANY_PUSHES / 10; i++) {
    push_wide(other, i);
    lua_pop(other, 1);
  }
}

/* ---- finalizers, hooks, and the end ------------------------------------------------------------------ */

static int finalized;

static int push_when_finalized(lua_State *L) {
  push_all(L, LUA_MINSTACK - 1, 5);
  for (int i = 0; i < 1000; i++) {
    lua_pop(L, 1);
    push_wide(L, i);
  }
  finalized++;
  return 0;
}

static void warning_is_an_error(void *data, const char *message, int to_be_continued) {
  (void)data, (void)to_be_continued;
  fprintf(stderr, "warning: %s\n", message);
  abort();
}

static void test_finalizers(void **state) {
  enum { OBJECTS = 20 };
  lua_State *L = *state;
  lua_setwarnf(L, warning_is_an_error, NULL);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, push_when_finalized);
  lua_setfield(L, -2, "__gc");
  for (int i = 0; i < OBJECTS; i++) {
    lua_newuserdatauv(L, 1, 0);
    lua_pushvalue(L, 1);
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, (void *)(uintptr_t)(i + 1));
  }
  use_all_memory(L);
  finalized = 0;
  push_all(L, LUA_MINSTACK / 2, 0);
  for (int i = 0; i < OBJECTS / 2; i++) {
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, (void *)(uintptr_t)(i + 1));
  }
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(finalized, OBJECTS / 2);
  lua_close(L);
  assert_int_equal(finalized, OBJECTS);
  assert_int_equal(open_refusing(state), 0);
}

static void push_in_hook(lua_State *L, lua_Debug *activation) {
  (void)activation;
  push_all(L, LUA_MINSTACK - 1, 9);
}

static void test_hooks(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, push_many);
  lua_setglobal(L, "push");
  assert_int_equal(run(L, new_kept, 0), LUA_OK);
  assert_int_equal(luaL_loadstring(L, "for i = 1, #kept do\n  kept[i] = push()\nend"), LUA_OK);
  use_all_memory(L);
  lua_sethook(L, push_in_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
  assert_int_equal(lua_gethookmask(L), LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE);
  lua_pushvalue(L, 1);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRMEM);
  assert_false(pushing);
  assert_true(calls > 1);
  assert_int_equal(lua_gethookmask(L), LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE);
  lua_sethook(L, NULL, 0, 0);
  assert_int_equal(lua_gethookmask(L), 0);
}

#define REFUSING_TEST(name) cmocka_unit_test_setup_teardown(name, open_refusing, close_refusing)

int main(void) {
  const struct CMUnitTest tests[] = {
      REFUSING_TEST(test_granted_slots),
      REFUSING_TEST(test_slots_that_every_function_has),
      REFUSING_TEST(test_grants_without_memory),
      REFUSING_TEST(test_garbage_comes_back),
      REFUSING_TEST(test_values_that_move_in_the_stack),
      REFUSING_TEST(test_storing_raises_instead),
      REFUSING_TEST(test_nested_c_functions),
      REFUSING_TEST(test_c_functions_below_lua_functions),
      REFUSING_TEST(test_results_kept_by_lua_functions),
      REFUSING_TEST(test_many_slots_across_calls),
      REFUSING_TEST(test_many_slots_across_calls_with_memory),
      REFUSING_TEST(test_memory_comes_back),
      REFUSING_TEST(test_coroutines),
      REFUSING_TEST(test_yields_of_c_functions),
      REFUSING_TEST(test_errors_of_coroutines),
      REFUSING_TEST(test_ends_of_coroutines),
      REFUSING_TEST(test_variables_of_dead_coroutines),
      REFUSING_TEST(test_grants_add_up),
      REFUSING_TEST(test_finalizers),
      REFUSING_TEST(test_hooks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
