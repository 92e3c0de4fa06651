/* The C API as a host sees it: the stack, values, tables, userdata, calls, errors. */
#include "host_state.h"

/* ---- the stack ------------------------------------------------------------------------------- */

static void assert_stack(lua_State *L, const char *expected) {
  char text[100] = "";
  for (int i = 1; i <= lua_gettop(L); i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%d",
             (int)lua_tointeger(L, i));
  assert_string_equal(text, expected);
}

static void test_stack(void **state) {
  lua_State *L = *state;
  assert_int_equal(lua_gettop(L), 0);
  push_integers(L, 5);
  assert_int_equal(lua_absindex(L, -1), 5);
  assert_int_equal(lua_absindex(L, 2), 2);
  assert_int_equal(lua_absindex(L, LUA_REGISTRYINDEX), LUA_REGISTRYINDEX);
  lua_rotate(L, 2, 1);
  assert_stack(L, "15234");
  lua_rotate(L, 2, -1);
  assert_stack(L, "12345");
  lua_rotate(L, 1, 2);
  assert_stack(L, "45123");
  lua_insert(L, 1);
  assert_stack(L, "34512");
  lua_remove(L, 2);
  assert_stack(L, "3512");
  lua_replace(L, 1);
  assert_stack(L, "251");
  lua_copy(L, 1, 3);
  assert_stack(L, "252");
  lua_pushvalue(L, -2);
  assert_stack(L, "2525");
  lua_settop(L, 2);
  assert_stack(L, "25");
  lua_settop(L, 4);
  assert_int_equal(lua_type(L, 4), LUA_TNIL);
  assert_int_equal(lua_type(L, 5), LUA_TNONE);
  assert_true(lua_isnoneornil(L, 5));
}

static void test_check_stack(void **state) {
  lua_State *L = *state;
  assert_int_equal(lua_checkstack(L, 100000), 1);
  for (int i = 0; i < 100000; i++) lua_pushinteger(L, i);
  assert_int_equal(lua_checkstack(L, LUAI_MAXSTACK), 0);
  assert_int_equal(lua_tointeger(L, -1), 99999);
  lua_settop(L, 0);
}

static void test_move_between_threads(void **state) {
  lua_State *L = *state;
  lua_State *thread = lua_newthread(L);
  assert_ptr_equal(lua_tothread(L, -1), thread);
  assert_int_equal(lua_pushthread(thread), 0);
  lua_pop(thread, 1);
  assert_int_equal(lua_pushthread(L), 1);
  lua_pop(L, 1);
  push_integers(L, 3);
  lua_xmove(L, thread, 2);
  assert_int_equal(lua_gettop(L), 2);
  assert_stack(thread, "23");
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  assert_ptr_equal(lua_tothread(L, -1), L);
}

static void test_extra_space(void **state) {
  lua_State *L = *state;
  memcpy(lua_getextraspace(L), "12345678", LUA_EXTRASPACE);
  lua_State *threads[100];
  lua_checkstack(L, 101);
  for (int i = 0; i < 100; i++) {
    threads[i] = lua_newthread(L);
    assert_memory_equal(lua_getextraspace(threads[i]), "12345678", LUA_EXTRASPACE);
    memcpy(lua_getextraspace(threads[i]), &threads[i], LUA_EXTRASPACE);
  }
  for (int i = 0; i < 100; i += 2) {
    lua_pushnil(L);
    lua_replace(L, i + 1);
  }
  lua_gc(L, LUA_GCCOLLECT);
  for (int i = 1; i < 100; i += 2)
    assert_memory_equal(lua_getextraspace(threads[i]), &threads[i], LUA_EXTRASPACE);
  assert_memory_equal(lua_getextraspace(L), "12345678", LUA_EXTRASPACE);
}

/* ---- values ---------------------------------------------------------------------------------- */

static const lua_Integer integers[] = {
    0, 1, -1, (1LL << 47) - 1, 1LL << 47, -(1LL << 47), -(1LL << 47) - 1, 1LL << 62, LUA_MAXINTEGER,
    LUA_MININTEGER};

static void test_integers(void **state) {
  lua_State *L = *state;
  for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
    int is_integer = 0;
    lua_pushinteger(L, integers[i]);
    assert_int_equal(lua_type(L, -1), LUA_TNUMBER);
    assert_true(lua_isinteger(L, -1));
    assert_true(lua_tointegerx(L, -1, &is_integer) == integers[i]);
    assert_true(is_integer);
    assert_true(lua_tonumber(L, -1) == (lua_Number)integers[i]);
    assert_null(lua_topointer(L, -1));
    lua_pushinteger(L, integers[i]);
    assert_true(lua_rawequal(L, -1, -2));
    assert_true(lua_compare(L, -1, -2, LUA_OPEQ));
    char text[32];
    snprintf(text, sizeof text, "%lld", integers[i]);
    assert_string_equal(lua_tostring(L, -1), text);
    assert_int_equal(lua_type(L, -1), LUA_TSTRING);
    assert_true(lua_tointeger(L, -1) == integers[i]);
    lua_settop(L, 0);
  }
}

static void test_numbers_and_text(void **state) {
  lua_State *L = *state;
  int ok = 1;
  lua_pushnumber(L, 3.5);
  assert_false(lua_isinteger(L, -1));
  assert_true(lua_tointegerx(L, -1, &ok) == 0);
  assert_false(ok);
  lua_pushnumber(L, 3.0);
  assert_true(lua_tointegerx(L, -1, &ok) == 3);
  assert_true(ok);
  size_t length = 0;
  assert_string_equal(lua_tolstring(L, -1, &length), "3.0");
  assert_int_equal(length, 3);
  assert_int_equal(lua_stringtonumber(L, "0x10"), 5);
  assert_true(lua_tointeger(L, -1) == 16);
  assert_int_equal(lua_stringtonumber(L, "1e"), 0);
  uint64_t bits = UINT64_C(0xFFFF000000000001); /* a NaN that would be an integer's word */
  double number;
  memcpy(&number, &bits, sizeof number);
  lua_pushnumber(L, number);
  assert_false(lua_isinteger(L, -1));
  assert_false(lua_rawequal(L, -1, -1));
  lua_pushliteral(L, " 12 ");
  assert_true(lua_isnumber(L, -1));
  assert_true(lua_tonumber(L, -1) == 12.0);
  lua_pushboolean(L, 7);
  assert_true(lua_toboolean(L, -1));
  assert_null(lua_tolstring(L, -1, &length));
  assert_int_equal(length, 0);
  assert_false(lua_toboolean(L, 20));
}

static void test_strings(void **state) {
  lua_State *L = *state;
  const char *text = lua_pushstring(L, "text");
  assert_ptr_equal(lua_tostring(L, -1), text);
  assert_null(lua_pushstring(L, NULL));
  assert_true(lua_isnil(L, -1));
  assert_string_equal(lua_pushlstring(L, NULL, 0), "");
  size_t length;
  lua_pushlstring(L, "a\0b", 3);
  assert_memory_equal(lua_tolstring(L, -1, &length), "a\0b", 4);
  assert_int_equal(length, 3);
  assert_int_equal(lua_rawlen(L, -1), 3);
  const char *formatted = lua_pushfstring(L, "%s %d %I %f %c %% %U %p", "s", -1, LUA_MININTEGER,
                                          0.5, 'x', 0x20ACul, NULL);
  assert_string_equal(formatted, "s -1 -9223372036854775808 0.5 x % \xE2\x82\xAC (nil)");
  const char *kept = lua_pushfstring(L, "%s", "a string longer than those that are interned");
  lua_gc(L, LUA_GCCOLLECT);
  assert_string_equal(kept, "a string longer than those that are interned");
  lua_settop(L, 0);
  lua_concat(L, 0);
  assert_string_equal(lua_tostring(L, 1), "");
  lua_pushinteger(L, 1);
  lua_pushnumber(L, 2.5);
  lua_pushliteral(L, "x");
  lua_concat(L, 4);
  assert_string_equal(lua_tostring(L, 1), "12.5x");
  assert_int_equal(lua_gettop(L), 1);
}

static int other_function(lua_State *L) {
  lua_pushinteger(L, 7);
  return 1;
}

static void test_functions_and_pointers(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, first_function);
  lua_pushcfunction(L, first_function);
  assert_true(lua_rawequal(L, 1, 2));
  assert_true(lua_iscfunction(L, 1));
  assert_ptr_equal(lua_tocfunction(L, 1), first_function);
  assert_non_null(lua_topointer(L, 1));
  lua_pushinteger(L, 1);
  lua_pushcclosure(L, first_function, 1);
  assert_false(lua_rawequal(L, 1, 3));
  lua_pushcfunction(L, other_function);
  assert_false(lua_rawequal(L, 1, 4));
  lua_settop(L, 0);
  static const uint64_t patterns[] = {0, 1, UINT64_C(1) << 47, UINT64_MAX,
                                      UINT64_C(0xFFF8123412341234)};
  for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
    void *p = (void *)(uintptr_t)patterns[i];
    lua_pushlightuserdata(L, p);
    assert_int_equal(lua_type(L, -1), LUA_TLIGHTUSERDATA);
    assert_ptr_equal(lua_touserdata(L, -1), p);
    assert_ptr_equal(lua_topointer(L, -1), p);
    lua_pushlightuserdata(L, p);
    assert_true(lua_rawequal(L, -1, -2));
    lua_newtable(L);
    lua_pushinteger(L, 5);
    lua_rawsetp(L, -2, p);
    lua_gc(L, LUA_GCCOLLECT);
    assert_int_equal(lua_rawgetp(L, -1, p), LUA_TNUMBER);
    lua_settop(L, 0);
  }
}

static void test_arithmetic(void **state) {
  lua_State *L = *state;
  push_integers(L, 3);
  lua_arith(L, LUA_OPADD);
  assert_true(lua_tointeger(L, -1) == 5);
  lua_arith(L, LUA_OPDIV);
  assert_true(lua_tonumber(L, -1) == 0.2);
  lua_arith(L, LUA_OPUNM);
  assert_true(lua_tonumber(L, -1) == -0.2);
  lua_settop(L, 0);
  lua_pushinteger(L, LUA_MAXINTEGER);
  lua_pushinteger(L, 1);
  lua_arith(L, LUA_OPADD);
  assert_true(lua_tointeger(L, -1) == LUA_MININTEGER);
  lua_arith(L, LUA_OPBNOT);
  assert_true(lua_tointeger(L, -1) == LUA_MAXINTEGER);
  lua_pushnumber(L, 0x1p63);
  assert_true(lua_compare(L, 1, 2, LUA_OPLT));
  assert_true(lua_compare(L, 1, 2, LUA_OPLE));
  assert_false(lua_compare(L, 1, 2, LUA_OPEQ));
  assert_false(lua_compare(L, 1, 9, LUA_OPEQ));
}

/* ---- tables and userdata --------------------------------------------------------------------- */

static void test_tables(void **state) {
  lua_State *L = *state;
  lua_createtable(L, 4, 4);
  lua_pushinteger(L, 10);
  lua_setfield(L, 1, "x");
  assert_int_equal(lua_getfield(L, 1, "x"), LUA_TNUMBER);
  assert_int_equal(lua_getfield(L, 1, "y"), LUA_TNIL);
  lua_settop(L, 1);
  for (int i = 1; i <= 20; i++) {
    lua_pushinteger(L, i * i);
    lua_seti(L, 1, i);
  }
  assert_int_equal(lua_rawlen(L, 1), 20);
  assert_int_equal(lua_geti(L, 1, 20), LUA_TNUMBER);
  assert_int_equal(lua_tointeger(L, -1), 400);
  lua_pushnumber(L, 20.0); /* is the integer 20 */
  assert_int_equal(lua_gettable(L, 1), LUA_TNUMBER);
  lua_settop(L, 1);
  int count = 0;
  lua_Integer sum = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    count++;
    sum += lua_tointeger(L, -1);
  }
  assert_int_equal(count, 21);
  assert_int_equal(sum, 2880);
  assert_int_equal(lua_gettop(L), 1);
  lua_pushnil(L);
  lua_pushinteger(L, 1);
  assert_int_equal(run(L, "return pcall(rawset, {}, nil, 1)", 2), LUA_OK);
  assert_string_equal(lua_tostring(L, -1), "table index is nil");
}

static int index_counter(lua_State *L) {
  lua_Integer n = lua_tointeger(L, lua_upvalueindex(1)) + 1;
  lua_pushinteger(L, n);
  lua_replace(L, lua_upvalueindex(1));
  lua_pushinteger(L, n);
  return 1;
}

static void test_metatables(void **state) {
  lua_State *L = *state;
  lua_newtable(L);
  assert_int_equal(lua_getmetatable(L, 1), 0);
  lua_newtable(L);
  lua_pushinteger(L, 100);
  lua_pushcclosure(L, index_counter, 1);
  lua_setfield(L, 2, "__index");
  lua_setmetatable(L, 1);
  assert_int_equal(lua_getfield(L, 1, "anything"), LUA_TNUMBER);
  assert_int_equal(lua_tointeger(L, -1), 101);
  lua_geti(L, 1, 1);
  assert_int_equal(lua_tointeger(L, -1), 102);
  lua_pushliteral(L, "key");
  lua_gettable(L, 1);
  assert_int_equal(lua_tointeger(L, -1), 103);
  lua_pushliteral(L, "key");
  assert_int_equal(lua_rawget(L, 1), LUA_TNIL);
  lua_settop(L, 1);
  assert_int_equal(lua_getmetatable(L, 1), 1);
  lua_newtable(L); /* 3: gets what is stored */
  lua_pushvalue(L, 3);
  lua_setfield(L, 2, "__newindex");
  lua_pushinteger(L, 1);
  lua_setfield(L, 1, "a");
  lua_pushinteger(L, 2);
  lua_seti(L, 1, 5);
  lua_pushliteral(L, "b");
  lua_pushinteger(L, 3);
  lua_settable(L, 1);
  lua_pushnil(L);
  assert_int_equal(lua_next(L, 1), 0);
  assert_int_equal(lua_getfield(L, 3, "a"), LUA_TNUMBER);
  assert_int_equal(lua_getfield(L, 3, "b"), LUA_TNUMBER);
  assert_int_equal(lua_geti(L, 3, 5), LUA_TNUMBER);
  lua_pushnil(L);
  lua_setmetatable(L, 1);
  assert_int_equal(lua_getmetatable(L, 1), 0);
}

static void test_type_metatable(void **state) {
  lua_State *L = *state;
  assert_int_equal(run(L, "function f(n) return n.half end", 0), LUA_OK);
  for (int i = 1; i <= 2; i++) {
    lua_pushinteger(L, 0);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushinteger(L, i);
    lua_setfield(L, -2, "half");
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_getglobal(L, "f");
    lua_pushinteger(L, 1LL << 60);
    lua_call(L, 1, 1);
    assert_int_equal(lua_tointeger(L, -1), i);
    lua_settop(L, 0);
  }
}

static void test_userdata(void **state) {
  lua_State *L = *state;
  char *memory = lua_newuserdatauv(L, 100, 3);
  assert_int_equal((uintptr_t)memory % 16, 0);
  memset(memory, 'm', 100);
  assert_int_equal(lua_rawlen(L, 1), 100);
  assert_ptr_equal(lua_touserdata(L, 1), memory);
  assert_int_equal(lua_getiuservalue(L, 1, 1), LUA_TNIL);
  for (int i = 1; i <= 3; i++) {
    lua_pushfstring(L, "user value number %d, and it is a long string", i);
    assert_int_equal(lua_setiuservalue(L, 1, i), 1);
  }
  lua_pushnil(L);
  assert_int_equal(lua_setiuservalue(L, 1, 4), 0);
  assert_int_equal(lua_getiuservalue(L, 1, 4), LUA_TNONE);
  assert_int_equal(lua_getiuservalue(L, 1, 0), LUA_TNONE);
  lua_settop(L, 1);
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(lua_getiuservalue(L, 1, 3), LUA_TSTRING);
  assert_string_equal(lua_tostring(L, -1), "user value number 3, and it is a long string");
  assert_int_equal(memory[99], 'm');
  assert_non_null(lua_newuserdatauv(L, 0, 0));
  assert_int_equal(luaL_newmetatable(L, "test.type"), 1);
  lua_setmetatable(L, 1);
  assert_ptr_equal(luaL_testudata(L, 1, "test.type"), memory);
  assert_null(luaL_testudata(L, -1, "test.type"));
}

static int finalized;
static int count_finalizer(lua_State *L) {
  finalized += lua_isuserdata(L, 1);
  return 0;
}

static void test_finalizers(void **state) {
  lua_State *L = *state;
  finalized = 0;
  lua_newtable(L);
  lua_pushcfunction(L, count_finalizer);
  lua_setfield(L, 1, "__gc");
  for (int i = 0; i < 10; i++) {
    lua_newuserdatauv(L, 10, 0);
    lua_pushvalue(L, 1);
    lua_setmetatable(L, -2);
    if (i % 2) lua_pop(L, 1);
  }
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(finalized, 5);
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(finalized, 10);
}

static void test_references(void **state) {
  lua_State *L = *state;
  int references[10];
  for (int i = 0; i < 10; i++) {
    lua_pushinteger(L, i);
    references[i] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  lua_pushnil(L);
  assert_int_equal(luaL_ref(L, LUA_REGISTRYINDEX), LUA_REFNIL);
  for (int i = 0; i < 10; i++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, references[i]);
    assert_int_equal(lua_tointeger(L, -1), i);
  }
  luaL_unref(L, LUA_REGISTRYINDEX, references[4]);
  lua_pushboolean(L, 1);
  assert_int_equal(luaL_ref(L, LUA_REGISTRYINDEX), references[4]);
}

/* ---- calls and errors ------------------------------------------------------------------------ */

static int raise_string(lua_State *L) { return luaL_error(L, "raised with %d", 42); }
static int raise_table(lua_State *L) {
  lua_newtable(L);
  return lua_error(L);
}
static int handle_message(lua_State *L) {
  lua_pushfstring(L, "handled: %s", lua_tostring(L, 1));
  return 1;
}

static void test_protected_calls(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, first_function);
  push_integers(L, 4);
  assert_int_equal(lua_pcall(L, 4, LUA_MULTRET, 0), LUA_OK);
  assert_stack(L, "1234");
  lua_settop(L, 0);
  push_integers(L, 2);
  lua_pushcfunction(L, raise_string);
  lua_pushinteger(L, 9);
  assert_int_equal(lua_pcall(L, 1, 5, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "raised with 42");
  assert_int_equal(lua_gettop(L), 3);
  lua_pushcfunction(L, raise_table);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_true(lua_istable(L, -1));
  lua_settop(L, 0);
  lua_pushcfunction(L, handle_message);
  lua_pushcfunction(L, raise_string);
  assert_int_equal(lua_pcall(L, 0, 0, 1), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "handled: raised with 42");
  lua_settop(L, 0);
  lua_pushinteger(L, 1);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "attempt to call a number value");
  assert_int_equal(run(L, "local t = nil; t.x = 1", 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "attempt to index a nil value (local 't')"));
  assert_int_equal(run(L, "x =", 0), LUA_ERRSYNTAX);
  assert_int_equal(run(L, "local function f() return f() + 1 end f()", 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "stack overflow"));
}

/* As many results as are wanted, whatever the function returns and is given, and nothing else moves. */
static void test_call_results(void **state) {
  lua_State *L = *state;
  static const char *const functions[] = {
      "return function() end",
      "return function(a) return a end",
      "return function(a, b) return b end",
      "return function(a, b) return a, b end",
      "return function(a, b, c, d) local e = d return a, b, c, e end",
      "return function(...) end",
      "return function(...) local a = ... return a end",
      "return function(a, ...) return a end",
      "return function(a, b, c, ...) return a, b, c, ... end",
      "return function(...) return ... end",
      "return function(a) local function f() return a end return f() end",
      "local function f(a) if a == 1 then return f(a + 1) end return a end return f",
      "local function f(...) if ... == 1 then return f((...) + 1) end return end return f",
      "local t = setmetatable({}, {__call = function(self, a) return a end}) return t",
      "return select",
      "return function(a) pcall(error) return a end"};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    assert_int_equal(run(L, functions[i], 1), LUA_OK);
    for (int arguments = 1; arguments <= 6; arguments++) {
      /* What it returns, and then that cut to size, in all ways of calling. */
      lua_pushvalue(L, 1);
      push_integers(L, arguments);
      lua_call(L, arguments, LUA_MULTRET);
      int all = lua_gettop(L) - 1;
      lua_Integer values[10] = {0};
      for (int n = 0; n < all; n++) values[n] = lua_tointeger(L, 2 + n);
      lua_settop(L, 1);
      for (int wanted = -1; wanted <= 7; wanted++) {
        for (int way = 0; way < 2; way++) {
          lua_pushstring(L, "below");
          lua_pushvalue(L, 1);
          push_integers(L, arguments);
          if (way == 0)
            lua_call(L, arguments, wanted);
          else
            assert_int_equal(lua_pcall(L, arguments, wanted, 0), LUA_OK);
          int count = wanted == LUA_MULTRET ? all : wanted;
          assert_int_equal(lua_gettop(L), 2 + count);
          assert_string_equal(lua_tostring(L, 2), "below");
          for (int n = 0; n < count; n++) {
            assert_int_equal(lua_isnil(L, 3 + n), values[n] == 0);
            assert_int_equal(lua_tointeger(L, 3 + n), values[n]);
          }
          lua_settop(L, 1);
        }
      }
    }
    lua_settop(L, 0);
  }
}

/* Stores over fields that are there: through them others look things up, or they say how to. */
static void test_fields_stored_over(void **state) {
  lua_State *L = *state;
  assert_int_equal(run(L, "class = {answer = 1, __index = function() return 'missing' end}\n"
                          "chain = setmetatable({}, {__index = class})\n"
                          "watched = setmetatable({own = 1}, {__newindex = function(t, k, v) log = k end})\n"
                          "function ask() return chain.answer end ask() ask()\n"
                          "function missing() return setmetatable({}, class).other end missing() missing()", 0),
                   LUA_OK);
  lua_getglobal(L, "class");
  for (int i = 2; i < 6; i++) {
    lua_pushinteger(L, i);
    lua_setfield(L, 1, "answer");
    assert_int_equal(run(L, "return ask()", 1), LUA_OK);
    assert_int_equal(lua_tointeger(L, -1), i);
    lua_pop(L, 1);
  }
  lua_pushnil(L);
  lua_setfield(L, 1, "answer");
  assert_int_equal(run(L, "return ask()", 1), LUA_OK);
  assert_true(lua_isnil(L, -1));
  lua_pushinteger(L, 8);
  lua_setfield(L, 1, "answer");
  lua_newtable(L);
  lua_pushstring(L, "found");
  lua_setfield(L, -2, "other");
  lua_setfield(L, 1, "__index");
  assert_int_equal(run(L, "return ask() .. missing()", 1), LUA_OK);
  assert_string_equal(lua_tostring(L, -1), "8found");
  lua_settop(L, 0);
  lua_getglobal(L, "watched");
  for (int i = 0; i < 3; i++) {
    lua_pushinteger(L, 5 + i);
    lua_setfield(L, 1, "own");
    lua_getfield(L, 1, "own");
    assert_int_equal(lua_tointeger(L, -1), 5 + i);
    lua_pop(L, 1);
    lua_pushinteger(L, 1);
    lua_setfield(L, 1, "other");
    lua_getglobal(L, "log");
    assert_string_equal(lua_tostring(L, -1), "other");
    lua_getfield(L, 1, "other");
    assert_true(lua_isnil(L, -1));
    lua_pop(L, 2);
  }
  lua_pushnil(L);
  lua_setfield(L, 1, "own");
  lua_pushinteger(L, 1);
  lua_setfield(L, 1, "own");
  lua_getglobal(L, "log");
  assert_string_equal(lua_tostring(L, -1), "own");
  lua_getfield(L, 1, "own");
  assert_true(lua_isnil(L, -1));
}

/* A key and its text may lie where another text lay before. */
static void test_text_changes_in_place(void **state) {
  lua_State *L = *state;
  char text[50];
  lua_newtable(L);
  for (int i = 0; i < 300; i++) {
    snprintf(text, sizeof text, i % 7 == 0 ? "a name that is too long to be a short string: %d" : "%d", i % 50);
    lua_pushstring(L, text);
    assert_string_equal(lua_tostring(L, -1), text);
    lua_setfield(L, 1, text);
    lua_getfield(L, 1, text);
    assert_string_equal(lua_tostring(L, -1), text);
    lua_pop(L, 1);
    if (i % 20 == 0) lua_gc(L, LUA_GCCOLLECT);
  }
  assert_string_equal(lua_pushstring(L, ""), "");
  assert_null(lua_pushstring(L, NULL));
}

static int recurse(lua_State *L) {
  lua_pushcfunction(L, recurse);
  lua_call(L, 0, 0);
  return 0;
}

static void test_c_stack_overflow(void **state) {
  lua_State *L = *state;
  lua_pushcfunction(L, recurse);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "C stack overflow"));
}

static int closed;
static int count_close(lua_State *L) {
  closed = closed * 10 + (int)lua_rawlen(L, 1);
  return 0;
}

static void push_closable(lua_State *L, int number) {
  lua_newuserdatauv(L, (size_t)number, 0);
  lua_newtable(L);
  lua_pushcfunction(L, count_close);
  lua_setfield(L, -2, "__close");
  lua_setmetatable(L, -2);
  lua_toclose(L, -1);
}

static int leave_open(lua_State *L) {
  int with_error = lua_toboolean(L, 1);
  push_closable(L, 1);
  push_closable(L, 2);
  if (with_error) luaL_error(L, "left");
  lua_pushinteger(L, 77);
  return 1;
}

static void test_to_be_closed(void **state) {
  lua_State *L = *state;
  closed = 0;
  push_closable(L, 1);
  push_closable(L, 2);
  push_closable(L, 3);
  lua_pop(L, 1);
  assert_int_equal(closed, 3);
  lua_closeslot(L, 2);
  assert_int_equal(closed, 32);
  assert_true(lua_isnil(L, 2));
  lua_settop(L, 0);
  assert_int_equal(closed, 321);
  closed = 0;
  lua_pushcfunction(L, leave_open);
  lua_call(L, 0, 1);
  assert_int_equal(lua_tointeger(L, -1), 77);
  assert_int_equal(closed, 21);
  closed = 0;
  lua_pushcfunction(L, leave_open);
  lua_pushboolean(L, 1);
  assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_ERRRUN);
  assert_int_equal(closed, 21);
}

/* ---- a mistake that programs are known to make ------------------------------------------------ */

#if !defined(FERROUS_DEBUG)
static int minus_one(lua_State *L) {
  (void)L;
  return -1;
}

static int finish_with_minus_one(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return minus_one(L);
}

static int minus_one_later(lua_State *L) { return lua_yieldk(L, 0, 0, finish_with_minus_one); }

static void test_negative_results(void **state) {
  lua_State *L = *state;
  lua_register(L, "f", minus_one);
  lua_register(L, "g", minus_one_later);
  assert_int_equal(luaL_dostring(L, "f() local a, b = f() assert(a == nil and b == nil and (f()) == nil)\n"
                                    "assert(select('#', f()) == 0 and #{f()} == 0)\n"
                                    "assert(select('#', pcall(f)) == 1 and pcall(f) == true)\n"
                                    "for x in f do error(x) end\n"
                                    "local co = coroutine.wrap(g) co() assert(select('#', co()) == 0)\n"
                                    "assert(select('#', table.unpack({1, 2}), f()) == 1)\n"
                                    "local t = setmetatable({}, {__index = f, __add = f})\n"
                                    "assert(t.x == nil and t + 1 == nil)\n"
                                    "return f(1, 2)"),
                   LUA_OK);
  assert_int_equal(lua_gettop(L), 0);
  lua_pushinteger(L, 7);
  lua_pushcfunction(L, minus_one);
  lua_call(L, 0, LUA_MULTRET);
  assert_stack(L, "7");
  lua_pushcfunction(L, minus_one);
  assert_int_equal(lua_pcall(L, 0, 2, 0), LUA_OK);
  assert_int_equal(lua_gettop(L), 3);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_stack),
      TEST(test_check_stack),
      TEST(test_move_between_threads),
      TEST(test_extra_space),
      TEST(test_integers),
      TEST(test_numbers_and_text),
      TEST(test_strings),
      TEST(test_functions_and_pointers),
      TEST(test_arithmetic),
      TEST(test_tables),
      TEST(test_metatables),
      TEST(test_type_metatable),
      TEST(test_userdata),
      TEST(test_finalizers),
      TEST(test_references),
      TEST(test_protected_calls),
      TEST(test_call_results),
      TEST(test_fields_stored_over),
      TEST(test_text_changes_in_place),
      TEST(test_c_stack_overflow),
      TEST(test_to_be_closed),
#if !defined(FERROUS_DEBUG)
      TEST(test_negative_results),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
