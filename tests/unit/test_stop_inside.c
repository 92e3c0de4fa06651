/* Single operations on much data: a stop comes while they run, not behind them, and leaves nothing behind. */
#include "host_state.h"

/* Megabytes: more than is copied at once. */
static const char prepare[] =
    "n = 3 << 20 text = ('ab'):rep(n // 2) same = ('ab'):rep(n // 2) ones = ('1'):rep(n) blanks = (' '):rep(n) "
    "tail = 'a' .. ('\\x80'):rep(n) named = setmetatable({}, {__name = text}) "
    "packed = string.pack('s4', text) list = {text, text} "
    "items = {} for i = 1, 50000 do items[i] = i * 7919 % 50021 end tree = {} for i = 1, 20000 do tree[i] = {} end "
    "huge_list = 'return {' .. ('1,'):rep(100000) .. '}' huge_chain = 'x = ' .. ('a and '):rep(50000) .. 'b' "
    "long_code = load(('x = 1 '):rep(50000)) long_literal = load('return \"' .. text .. '\"') "
    "file = io.tmpfile() file:write(text) file:setvbuf('no') empty = function() end";

static const char *const operations[] = {
    "x = text:rep(3)",
    "x = text:rep(2, ',')",
    "x = text .. 'x'",
    "x = text:sub(2)",
    "x = text:upper()",
    "x = text:lower()",
    "x = text:reverse()",
    "x = string.format('%s|', text)",
    "x = string.format('%q', text)",
    "x = string.format('%s', setmetatable({}, {__tostring = function() return text end}))",
    "x = tostring(named)",
    "x = text:find('abba', 1, true)",
    "x = text:find('bb')",
    "x = text:find(text .. 'x', 1, true)",
    "x = text:find(text)",
    "x = text:find('[c]')",
    "x = text:match('^.*c')",
    "x = text:match('.*')",
    "x = text:match('^[ab]-c')",
    "x = ('(' .. text):match('^%b()')",
    "x = text:gsub('b', '')",
    "x = ('x'):gsub('x', text)",
    "x = ('x'):gsub('x', function() return text end)",
    "x = tonumber(ones, 10)",
    "x = string.pack('z', text)",
    "x = string.pack('s4', text)",
    "x = string.pack('c' .. n + 1, text)",
    "x = string.pack('c' .. n, '')",
    "x = string.pack(blanks)",
    "x = string.packsize(blanks)",
    "x = string.unpack('s4', packed)",
    "x = string.unpack('c' .. n, text)",
    "x = utf8.len(text)",
    "x = utf8.offset(text, n)",
    "x = utf8.offset(text, -n)",
    "x = utf8.offset(tail, 0, n)",
    "x = utf8.offset(tail, 2)",
    "x = utf8.codes(tail)(tail, 1)",
    "x = table.concat(list)",
    "x = table.concat({'x', 'x'}, text)",
    "x = table.concat(setmetatable({text, text}, {}))",
    "x = table.concat(items, ',')",
    "table.move(items, 1, 50000, 2)",
    "table.move(items, 1, 50000, 1, {})",
    "table.sort(items)",
    "table.sort(items, math.ult)",
    "collectgarbage()",
    "x = load(text)",
    "x = load(blanks)",
    "x = load('x', text)",
    "x = load('return [[' .. text .. ']]')",
    "x = load('return ' .. ones)",
    "x = load(huge_list)",
    "x = load(huge_chain)",
    "x = string.dump(long_code)",
    "x = string.dump(long_literal)",
    "x = os.date(blanks)",
    "x = package.searchpath(('.'):rep(10000), '/none?')",
    "x = package.searchpath('x', ('?'):rep(10000))",
    "x = io.open(text)",
    "file:seek('set') x = file:read('a')",
    "file:seek('set') x = file:read(n)",
    "file:seek('set') x = file:read('l')",
    "file:seek('set') file:write(text)",
};

enum { OPERATIONS = sizeof operations / sizeof operations[0], SLACK = 1 << 18 };

static size_t held(lua_State *L) {
  lua_pushnil(L);
  lua_setglobal(L, "x");
  lua_gc(L, LUA_GCCOLLECT);
  lua_gc(L, LUA_GCCOLLECT);
  return ferrous_memory_held(L);
}

/* What the operation costs, called often enough to be a direct one; its chunk is on the top. Nothing but an
   assignment follows it, which no budget notices. */
static uint64_t push_operation(lua_State *L, const char *operation) {
  lua_pushfstring(L, "finished = nil %s finished = true", operation);
  assert_int_equal(luaL_loadstring(L, lua_tostring(L, -1)), LUA_OK);
  lua_remove(L, -2);
  const uint64_t much = UINT64_C(1) << 50;
  for (int i = 0; i < 2; i++) {
    ferrous_limit_instructions(L, much);
    lua_pushvalue(L, -1);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) fail_msg("%s\n  %s", operation, lua_tostring(L, -1));
  }
  return much - ferrous_instructions_left(L);
}

static void test_stop_inside(void **state) {
  lua_State *L = *state;
  assert_int_equal(run(L, prepare, 0), LUA_OK);
  ferrous_make_sticky(L, 1); /* load catches what its reader raises */
  for (int i = 0; i < OPERATIONS; i++) {
    uint64_t cost = push_operation(L, operations[i]);
    size_t before = held(L);
    for (int part = 1; part <= 3; part++) {
      ferrous_limit_instructions(L, cost / 4 * (uint64_t)part);
      lua_pushvalue(L, -1);
      int status = lua_pcall(L, 0, 0, 0);
      bool stopped = ferrous_stopped(L) == FERROUS_STOP_INSTRUCTIONS;
      ferrous_limit_instructions(L, 0);
      ferrous_clear_stop(L);
      lua_getglobal(L, "finished");
      if (status != LUA_ERRRUN || !stopped || !lua_isnil(L, -1))
        fail_msg("%s\n  part %d of %llu: status %d, stopped %d, %s", operations[i], part,
                 (unsigned long long)cost, status, stopped, lua_isnil(L, -1) ? "" : "finished");
      lua_settop(L, 1);
    }
    size_t after = held(L);
    if (after > before + SLACK)
      fail_msg("%s\n  %zu bytes more are held", operations[i], after - before);
    lua_settop(L, 0);
  }
}

/* What a collection costs was taken from a count of bytes that a finalizer does not get. */
static void test_collecting_in_a_finalizer(void **state) {
  lua_State *L = *state;
  ferrous_limit_instructions(L, 1000000);
  assert_int_equal(run(L,
                       "setmetatable({}, {__gc = function() answer = collectgarbage() end}) "
                       "collectgarbage() assert(answer == nil)",
                       0),
                   LUA_OK);
  assert_true(ferrous_instructions_left(L) > 500000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_stop_inside),
      TEST(test_collecting_in_a_finalizer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
