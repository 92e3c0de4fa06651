/* The functions that raise nothing (manual 4.6, 4.7: '-'), one after the other, in a state that gets no memory
   at all: not even cells that are free. */
#include "host_state.h"

#include "heap/heap.h"

static bool refuses;
static const char *step = "none"; /* what is under way */

static void *refusing_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  if (refuses && new_size > (block == NULL ? 0 : old_size)) return NULL;
  return plain_allocate(data, block, old_size, new_size);
}

static int raised(lua_State *L) {
  fprintf(stderr, "%s raised: %s\n", step, lua_tostring(L, -1));
  abort();
}

static int open_refusing(void **state) {
  refuses = false;
  lua_State *L = lua_newstate(refusing_allocate, NULL);
  if (L == NULL) return -1;
  luaL_openlibs(L);
  lua_atpanic(L, raised);
  *state = L;
  return 0;
}

static void refuse_all(lua_State *L) {
  L->heap->probing = 1;
  refuses = true;
}

#define STEP(call) (step = #call, (call))

static const lua_Integer WIDE_KEY = LUA_MAXINTEGER - 3;
static void *const WIDE_POINTER = (void *)(uintptr_t)UINT64_C(0xFEDCBA9876543210);

static int function_of_its_own(lua_State *L) { return lua_gettop(L); }

static void test_values(void **state) {
  lua_State *L = *state;
  lua_newtable(L);
  lua_pushinteger(L, 5);
  lua_rawseti(L, 1, WIDE_KEY);
  lua_pushinteger(L, 6);
  lua_rawsetp(L, 1, WIDE_POINTER);
  lua_pushinteger(L, 7);
  lua_rawseti(L, 1, 1);
  refuse_all(L);
  STEP(lua_pushinteger(L, LUA_MININTEGER));
  STEP(lua_pushlightuserdata(L, WIDE_POINTER));
  STEP(lua_pushnumber(L, 1e300));
  STEP(lua_pushboolean(L, 1));
  STEP(lua_pushnil(L));
  STEP(lua_pushthread(L));
  STEP(lua_pushglobaltable(L));
  STEP(lua_pushcfunction(L, function_of_its_own));
  STEP(lua_pushvalue(L, 2));
  assert_int_equal(STEP(lua_gettop(L)), 10);
  assert_true(STEP(lua_rawequal(L, 2, -1)) && !STEP(lua_rawequal(L, 2, 3)));
  assert_true(STEP(lua_compare(L, 2, -1, LUA_OPEQ)) && STEP(lua_compare(L, 2, 4, LUA_OPLT)));
  assert_true(STEP(lua_isinteger(L, 2)) && STEP(lua_isnumber(L, 2)) && STEP(lua_isuserdata(L, 3)));
  assert_true(STEP(lua_iscfunction(L, 9)) && STEP(lua_isstring(L, 2)) && STEP(lua_toboolean(L, 5)));
  assert_true(STEP(lua_tointegerx(L, 2, NULL)) == LUA_MININTEGER && STEP(lua_tonumberx(L, 4, NULL)) == 1e300);
  assert_ptr_equal(STEP(lua_touserdata(L, 3)), WIDE_POINTER);
  assert_ptr_equal(STEP(lua_topointer(L, 3)), WIDE_POINTER);
  assert_true(STEP(lua_tocfunction(L, 9)) == function_of_its_own && STEP(lua_tothread(L, 7)) == L);
  assert_int_equal(STEP(lua_rawlen(L, 1)), 1);
  lua_settop(L, 1);
  assert_true(STEP(lua_stringtonumber(L, "9223372036854775807")) > 0 && lua_tointeger(L, -1) == LUA_MAXINTEGER);
  assert_true(STEP(lua_stringtonumber(L, "0x1p70")) > 0 && !STEP(lua_stringtonumber(L, "x")));
  assert_int_equal(STEP(lua_rawgeti(L, 1, WIDE_KEY)), LUA_TNUMBER);
  assert_int_equal(STEP(lua_rawgetp(L, 1, WIDE_POINTER)), LUA_TNUMBER);
  STEP(lua_pushinteger(L, WIDE_KEY));
  assert_int_equal(STEP(lua_rawget(L, 1)), LUA_TNUMBER);
  assert_int_equal(lua_tointeger(L, -1), 5);
  int count = 0;
  for (lua_pushnil(L); STEP(lua_next(L, 1)); lua_pop(L, 1)) count++;
  assert_int_equal(count, 3);
  assert_true(STEP(lua_checkstack(L, 1)));
  assert_int_equal(STEP(lua_absindex(L, -1)), lua_gettop(L));
  STEP(lua_copy(L, 1, 2));
  STEP(lua_insert(L, 1));
  STEP(lua_remove(L, 1));
  STEP(lua_replace(L, 2));
  assert_string_equal(STEP(luaL_typename(L, 1)), "table");
}

static void test_userdata_and_upvalues(void **state) {
  lua_State *L = *state;
  lua_newuserdatauv(L, 8, 2);
  lua_newtable(L);
  lua_setmetatable(L, 1);
  assert_int_equal(luaL_loadstring(L, "local a, b = ... return function() return a end, function() return b end"), LUA_OK);
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_call(L, 2, 2);
  refuse_all(L);
  STEP(lua_pushinteger(L, WIDE_KEY));
  assert_true(STEP(lua_setiuservalue(L, 1, 2)));
  assert_int_equal(STEP(lua_getiuservalue(L, 1, 2)), LUA_TNUMBER);
  assert_int_equal(STEP(lua_getiuservalue(L, 1, 3)), LUA_TNONE);
  lua_pop(L, 1);
  assert_non_null(STEP(lua_setupvalue(L, 2, 1)));
  assert_non_null(STEP(lua_getupvalue(L, 2, 1)));
  assert_true(lua_tointeger(L, -1) == WIDE_KEY);
  assert_non_null(STEP(lua_upvalueid(L, 2, 1)));
  STEP(lua_upvaluejoin(L, 2, 1, 3, 1));
  assert_true(STEP(lua_getmetatable(L, 1)));
  lua_pop(L, 1);
  lua_pushnil(L);
  STEP(lua_setmetatable(L, 1));
  assert_null(STEP(luaL_testudata(L, 2, "nothing")));
}

/* Stack: thread. What it does with its variables is looked at from outside. */
static void test_debug_information(void **state) {
  lua_State *L = *state, *other = lua_newthread(L);
  assert_int_equal(luaL_loadstring(other, "local a, b = 3, 4\n"
                                          "a = a * 0x123456789ABCDEF ~ b\n"
                                          "for i = math.maxinteger - 9, math.maxinteger - 1 do\n"
                                          "  b = i\n  coroutine.yield(a, b)\nend"), LUA_OK);
  int results;
  assert_int_equal(lua_resume(other, L, 0, &results), LUA_YIELD);
  lua_pop(other, results);
  refuse_all(L);
  lua_Debug activation;
  assert_true(STEP(lua_getstack(other, 1, &activation)));
  for (int n = 1; STEP(lua_getlocal(other, &activation, n)) != NULL; n++) lua_pop(other, 1);
  STEP(lua_pushinteger(other, WIDE_KEY));
  assert_string_equal(STEP(lua_setlocal(other, &activation, 1)), "a");
  assert_string_equal(STEP(lua_getlocal(other, &activation, 1)), "a");
  assert_true(lua_tointeger(other, -1) == WIDE_KEY);
  lua_pop(other, 1);
  assert_true(STEP(lua_getinfo(other, "nSltur", &activation)));
  assert_int_equal(STEP(lua_status(other)), LUA_YIELD);
  assert_true(STEP(lua_isyieldable(other)));
  STEP(lua_sethook(other, NULL, 0, 0));
  assert_true(STEP(lua_gethook(other)) == NULL);
  STEP(lua_pushinteger(other, WIDE_KEY));
  STEP(lua_xmove(other, L, 1));
  int status = STEP(lua_resume(other, L, 0, &results));
  assert_true(status == LUA_YIELD || status == LUA_ERRMEM);
  STEP(lua_closethread(other, L));
  lua_settop(other, 0);
  STEP(lua_resetthread(other));
}

static int returns(lua_State *L) { return lua_gettop(L); }

static const char *no_more(lua_State *L, void *data, size_t *size) {
  (void)L, (void)data;
  *size = 0;
  return NULL;
}

static int discard(lua_State *L, const void *bytes, size_t size, void *data) {
  (void)L, (void)bytes, (void)size, (void)data;
  return 0;
}

static void test_calls_and_chunks(void **state) {
  lua_State *L = *state;
  assert_int_equal(luaL_loadstring(L, "local x = 'constant' return x .. ..."), LUA_OK);
  lua_pushcfunction(L, returns);
  refuse_all(L);
  for (int function = 1; function <= 2; function++) {
    lua_pushvalue(L, function);
    STEP(lua_pushinteger(L, WIDE_KEY));
    int status = STEP(lua_pcall(L, 1, 1, 0));
    assert_true(status == LUA_OK || status == LUA_ERRMEM);
    lua_settop(L, 2);
  }
  int status = STEP(lua_load(L, no_more, NULL, "chunk", NULL));
  assert_true(status == LUA_OK || status == LUA_ERRMEM);
  lua_settop(L, 2);
  assert_int_equal(STEP(luaL_loadstring(L, "return 1")), LUA_ERRMEM);
  lua_settop(L, 1);
  STEP(lua_dump(L, discard, NULL, 0));
  STEP(lua_gc(L, LUA_GCCOLLECT));
  STEP(lua_gc(L, LUA_GCSTEP, 100));
  STEP(lua_gc(L, LUA_GCGEN, 0, 0));
  STEP(lua_gc(L, LUA_GCCOLLECT));
  STEP(lua_gc(L, LUA_GCINC, 0, 0, 0));
  STEP(lua_gc(L, LUA_GCCOUNT));
  STEP(lua_warning(L, "@off", 0));
}

/* luaL_unref stores, but integers that need no boxes: even while there are too few of these. */
static void test_references(void **state) {
  enum { REFERENCES = 30 };
  lua_State *L = *state;
  int references[REFERENCES];
  for (int i = 0; i < REFERENCES; i++) {
    lua_pushboolean(L, 1);
    references[i] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  assert_true(lua_checkstack(L, REFERENCES + 250));
  refuse_all(L);
  for (int i = 0; i < REFERENCES; i++) {
    for (int n = 0; n < 8; n++) STEP(lua_pushinteger(L, WIDE_KEY - n));
    STEP(luaL_unref(L, LUA_REGISTRYINDEX, references[i]));
  }
  luaL_Buffer buffer;
  STEP(luaL_buffinit(L, &buffer));
  luaL_addchar(&buffer, 'x');
  luaL_buffsub(&buffer, 1);
}

#define REFUSING_TEST(name) cmocka_unit_test_setup_teardown(name, open_refusing, close_state)

int main(void) {
  const struct CMUnitTest tests[] = {
      REFUSING_TEST(test_values),
      REFUSING_TEST(test_userdata_and_upvalues),
      REFUSING_TEST(test_debug_information),
      REFUSING_TEST(test_calls_and_chunks),
      REFUSING_TEST(test_references),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
