/* Userdata whose fields and indices are C functions: instructions call them without a slow path once they
   know them, and must notice whatever changes. */
#include "host_state.h"

/* The last key, and what was stored. */
static int get_key(lua_State *L) {
  luaL_checktype(L, 1, LUA_TUSERDATA);
  lua_settop(L, 2);
  return 1;
}

static int set_key(lua_State *L) {
  luaL_checktype(L, 1, LUA_TUSERDATA);
  lua_settop(L, 3);
  lua_pushfstring(L, "%s=%s", luaL_tolstring(L, 2, NULL), luaL_tolstring(L, 3, NULL));
  lua_setglobal(L, "stored");
  return 0;
}

static int get_nothing(lua_State *L) {
  (void)L;
  return 0;
}

static int get_three(lua_State *L) {
  push_integers(L, 3);
  return 3;
}

static int raise(lua_State *L) { return luaL_error(L, "raised for %s", luaL_tolstring(L, 2, NULL)); }

static int after_yield(lua_State *L, int status, lua_KContext context) {
  lua_pushfstring(L, "%d:%d:%s", status, (int)context, lua_tostring(L, -1));
  lua_setglobal(L, "resumed");
  lua_pushinteger(L, context);
  return 1;
}

static int yield_key(lua_State *L) {
  lua_pushvalue(L, 2);
  return lua_yieldk(L, 1, 42, after_yield);
}

static int move_stack(lua_State *L) {
  luaL_checkstack(L, 20000, NULL);
  lua_gc(L, LUA_GCCOLLECT);
  lua_pushvalue(L, 2);
  return 1;
}

static int count_close(lua_State *L) {
  lua_getglobal(L, "closed");
  lua_pushinteger(L, lua_tointeger(L, -1) + 1);
  lua_setglobal(L, "closed");
  return 0;
}

static int leave_to_be_closed(lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, count_close);
  lua_setfield(L, -2, "__close");
  lua_setmetatable(L, -2);
  lua_toclose(L, -1);
  lua_pushvalue(L, 2);
  return 1;
}

static int where_called(lua_State *L) {
  lua_Debug activation;
  assert_int_equal(lua_getstack(L, 0, &activation), 1);
  lua_getinfo(L, "nS", &activation);
  lua_pushfstring(L, "%s %s %s", activation.namewhat, activation.name, activation.what);
  return 1;
}

static int hook_calls, hook_returns;
static void count_events(lua_State *L, lua_Debug *activation) {
  lua_getinfo(L, "S", activation);
  if (strcmp(activation->what, "C") != 0) return;
  if (activation->event == LUA_HOOKCALL) hook_calls++;
  if (activation->event == LUA_HOOKRET) hook_returns++;
}

static int set_hook(lua_State *L) {
  lua_sethook(L, count_events, LUA_MASKCALL | LUA_MASKRET, 0);
  lua_pushvalue(L, 2);
  return 1;
}

static int open_userdata(void **state) {
  static const luaL_Reg functions[] = {
      {"get_key", get_key},     {"set_key", set_key},       {"get_nothing", get_nothing},
      {"get_three", get_three}, {"raise", raise},           {"yield_key", yield_key},
      {"move_stack", move_stack}, {"set_hook", set_hook},   {"leave_to_be_closed", leave_to_be_closed},
      {"where_called", where_called}, {NULL, NULL}};
  if (open_state(state) != 0) return -1;
  lua_State *L = *state;
  lua_pushglobaltable(L);
  luaL_setfuncs(L, functions, 0);
  lua_newuserdatauv(L, 8, 0);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setglobal(L, "meta");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "object");
  lua_settop(L, 0);
  /* One site of each instruction that indexes, used again and again. */
  static const char sites[] =
      "key, wide = 'name', math.maxinteger\n"
      "readers = {\n"
      "  field = {function(u) return u.name end, 'name'},\n"
      "  int = {function(u) return u[7] end, 7},\n"
      "  index = {function(u) local i = 300 return u[i] end, 300},\n"
      "  name = {function(u) return u[key] end, 'name'},\n"
      "  double = {function(u) local d = 1.5 return u[d] end, 1.5},\n"
      "  wide = {function(u) local w = math.mininteger; w = w ~ 5 return u[w] end, math.mininteger + 5},\n"
      "  cell = {function(u) return u[readers] end, readers}}\n"
      "readers.cell[2] = readers\n"
      "writers = {\n"
      "  field = {function(u, v) u.name = v end, 'name=1'},\n"
      "  int = {function(u, v) u[7] = v end, '7=1'},\n"
      "  index = {function(u, v) local i = 300 u[i] = v end, '300=1'},\n"
      "  name = {function(u, v) u[key] = v end, 'name=1'},\n"
      "  double = {function(u, v) local d = 1.5 u[d] = v end, '1.5=1'},\n"
      "  wide = {function(u, v) local w = math.maxinteger; w = w ~ 7 u[w] = v end, '9223372036854775800=1'}}\n"
      "function called(s, ...) return rawequal(s, object), ... end\n"
      "function method(u, ...) return u:name(...) end\n";
  return run(L, sites, 0) == LUA_OK ? 0 : -1;
}

#define USERDATA_TEST(name) cmocka_unit_test_setup_teardown(name, open_userdata, close_state)

static void assert_runs(lua_State *L, const char *source) {
  if (run(L, source, 0) != LUA_OK) fail_msg("%s", lua_tostring(L, -1));
}

static void test_sites(void **state) {
  assert_runs(*state,
              "meta.__index, meta.__newindex = get_key, set_key\n"
              "for round = 1, 5 do\n"
              "  for name, reader in pairs(readers) do assert(reader[1](object) == reader[2], name) end\n"
              "  for name, writer in pairs(writers) do\n"
              "    writer[1](object, 1) assert(stored == writer[2], name .. ' ' .. stored)\n"
              "  end\n"
              "end");
}

static void test_results(void **state) {
  assert_runs(*state,
              "for _, case in ipairs {{get_nothing, nil}, {get_three, 1}, {get_nothing, nil}} do\n"
              "  meta.__index = case[1]\n"
              "  for round = 1, 3 do\n"
              "    for name, reader in pairs(readers) do assert(reader[1](object) == case[2], name) end\n"
              "  end\n"
              "end");
}

static void test_methods(void **state) {
  assert_runs(*state,
              "function meta.__index(u, k) return called end\n"
              "for round = 1, 3 do assert(select('#', method(object, 1, 2)) == 3) end\n"
              "meta.__index = get_key\n"
              "for round = 1, 3 do\n"
              "  local ok, message = pcall(method, object)\n"
              "  assert(not ok and message:find(\"attempt to call a string value (method 'name')\", 1, true), message)\n"
              "end");
}

/* What stands in the metatable changes, and the metatable itself. */
static void test_changes(void **state) {
  assert_runs(*state,
              "local function read() local all = {}\n"
              "  for name, reader in pairs(readers) do all[name] = reader[1](object) end return all end\n"
              "for round = 1, 4 do\n"
              "  meta.__index = get_key assert(read().field == 'name')\n"
              "  meta.__index = get_three assert(read().name == 1)\n"
              "  meta.__index = function(u, k) return 'lua' end assert(read().int == 'lua')\n"
              "  meta.__index = {[7] = 'seven', name = 'field'}\n"
              "  assert(read().int == 'seven' and read().field == 'field' and read().double == nil)\n"
              "  meta.__index = nil\n"
              "  local ok, message = pcall(readers.field[1], object)\n"
              "  assert(not ok and message:find(\"attempt to index a userdata value (local 'u')\", 1, true), message)\n"
              "  meta.__index = get_key\n"
              "  debug.setmetatable(object, {__index = get_nothing}) assert(read().field == nil)\n"
              "  debug.setmetatable(object, nil) assert(not pcall(read))\n"
              "  debug.setmetatable(object, meta)\n"
              "  for i = 1, 40 do meta[i * round] = true meta['key' .. i * round] = true end\n"
              "end\n"
              "for i = 1, 300 do meta['many' .. i] = i end\n"
              "for round = 1, 3 do assert(read().field == 'name') end\n"
              "for round = 1, 3 do\n"
              "  assert(readers.field[1]({name = 5}) == 5 and readers.field[1](object) == 'name')\n"
              "  assert(readers.int[1]({[7] = 5}) == 5 and readers.int[1](object) == 7)\n"
              "end");
}

static void test_errors(void **state) {
  assert_runs(*state,
              "meta.__index, meta.__newindex = raise, raise\n"
              "for round = 1, 3 do\n"
              "  for name, reader in pairs(readers) do\n"
              "    local ok, message = pcall(reader[1], object)\n"
              "    assert(not ok and message:find('raised for', 1, true), name)\n"
              "  end\n"
              "  for name, writer in pairs(writers) do assert(not pcall(writer[1], object, 1), name) end\n"
              "end");
}

static void test_yields(void **state) {
  assert_runs(*state,
              "meta.__index, meta.__newindex = yield_key, yield_key\n"
              "for round = 1, 3 do\n"
              "  for name, reader in pairs(readers) do\n"
              "    local co = coroutine.create(reader[1])\n"
              "    local ok, key = coroutine.resume(co, object)\n"
              "    assert(ok and key == reader[2], name)\n"
              "    local ok, value = coroutine.resume(co, 'back')\n"
              "    assert(ok and value == 42 and resumed == '1:42:back', name)\n"
              "  end\n"
              "  for name, writer in pairs(writers) do\n"
              "    local co = coroutine.create(writer[1])\n"
              "    assert(coroutine.resume(co, object, 1))\n"
              "    assert(coroutine.resume(co, 'again'))\n"
              "    assert(resumed == '1:42:again' and coroutine.status(co) == 'dead', name)\n"
              "  end\n"
              "end");
}

static void test_stack_moves(void **state) {
  assert_runs(*state,
              "meta.__index = move_stack\n"
              "for round = 1, 3 do\n"
              "  for name, reader in pairs(readers) do\n"
              "    local co = coroutine.wrap(function() local v = reader[1](object) return v end)\n"
              "    assert(co() == reader[2], name)\n"
              "  end\n"
              "end\n"
              "function meta.__newindex() end meta.__index = get_key\n"
              "local function deep(n) if n == 0 then return 0 end local v = object.x return 1 + deep(n - 1) end\n"
              "for round = 1, 3 do assert(coroutine.wrap(deep)(20000) == 20000) end");
}

static void test_to_be_closed(void **state) {
  assert_runs(*state,
              "closed = 0 meta.__index = leave_to_be_closed\n"
              "local count = 0\n"
              "for round = 1, 3 do\n"
              "  for name, reader in pairs(readers) do\n"
              "    assert(reader[1](object) == reader[2], name) count = count + 1\n"
              "    assert(closed == count)\n"
              "  end\n"
              "end");
}

static void test_names(void **state) {
  assert_runs(*state,
              "meta.__index = where_called\n"
              "for round = 1, 3 do\n"
              "  for name, reader in pairs(readers) do\n"
              "    local text = reader[1](object)\n"
              "    assert(text == 'metamethod index C', text)\n"
              "  end\n"
              "end");
}

static void test_hooks(void **state) {
  lua_State *L = *state;
  assert_runs(L, "meta.__index, meta.__newindex = get_key, set_key\n"
                 "local function all()\n"
                 "  for name, reader in next, readers do assert(reader[1](object) == reader[2]) end end\n"
                 "all() all()\n"
                 "function hooked() return object.name, object[1] end hooked() hooked()");
  hook_calls = hook_returns = 0;
  lua_getglobal(L, "hooked");
  lua_sethook(L, count_events, LUA_MASKCALL | LUA_MASKRET, 0);
  lua_call(L, 0, 2);
  lua_sethook(L, NULL, 0, 0);
  assert_int_equal(hook_calls, 2);
  assert_int_equal(hook_returns, 2);
  assert_string_equal(lua_tostring(L, -2), "name");
  /* A hook that is set inside sees the return. */
  hook_calls = hook_returns = 0;
  assert_runs(L, "meta.__index = set_hook\n"
                 "function hooked() return object.name end");
  lua_getglobal(L, "hooked");
  lua_call(L, 0, 1);
  lua_sethook(L, NULL, 0, 0);
  lua_getglobal(L, "hooked");
  lua_call(L, 0, 1);
  lua_sethook(L, NULL, 0, 0);
  assert_int_equal(hook_calls, 0);
  assert_int_equal(hook_returns, 2);
  assert_string_equal(lua_tostring(L, -1), "name");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      USERDATA_TEST(test_sites),  USERDATA_TEST(test_results),     USERDATA_TEST(test_methods),
      USERDATA_TEST(test_changes), USERDATA_TEST(test_errors),     USERDATA_TEST(test_yields),
      USERDATA_TEST(test_stack_moves), USERDATA_TEST(test_to_be_closed), USERDATA_TEST(test_names),
      USERDATA_TEST(test_hooks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
