/* Budgets, interrupts and the memory ceiling, as a host uses them against code that resists. */
#include "host_state.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

/* Runs the finalizers that waited for the end of the stop, within a limit: some never end. */
static void drain_finalizers(lua_State *L) {
  for (int i = 0; i < 3; i++) {
    ferrous_limit_instructions(L, 100000);
    lua_gc(L, LUA_GCCOLLECT);
    ferrous_clear_stop(L);
  }
  ferrous_limit_instructions(L, 0);
}

/* The state computes as if nothing had been. */
static void assert_usable(lua_State *L) {
  lua_settop(L, 0);
  drain_finalizers(L);
  assert_int_equal(run(L,
                       "local t = {} for i = 1, 100 do t[i] = i end "
                       "local co = coroutine.wrap(function() coroutine.yield(#t) end) "
                       "local ok, e = pcall(error, 'x') assert(not ok and e == 'x') "
                       "assert(('abc'):gsub('b', 'd') == 'adc') return co()",
                       1),
                   LUA_OK);
  assert_int_equal(lua_tointeger(L, -1), 100);
  lua_settop(L, 0);
}

/* ---- programs that do not want to stop ------------------------------------------------------- */

static const char *const resisting[] = {
    "while true do end",
    "repeat until false",
    "for i = 1, math.huge do end",
    "for i = 1, 1/0 do end",
    "::again:: goto again",
    "local function f() return f() end f()",
    "local function f() f() end while true do pcall(f) end",
    "while true do pcall(function() while true do end end) end",
    "local function f() pcall(f) while true do end end f()",
    "while true do xpcall(function() while true do end end, function(m) while true do end end) end",
    "xpcall(function() while true do end end, function(m) escaped = true return m end) "
    "while true do pcall(error) end",
    "local c <close> = setmetatable({}, {__close = function() while true do end end}) "
    "while true do end",
    "local function guard() local c <close> = setmetatable({}, {__close = function() "
    "escaped = true end}) while true do end end pcall(guard) escaped = true",
    "while true do coroutine.wrap(function() pcall(function() while true do end end) "
    "escaped = true end)() end",
    "local co = coroutine.create(function() while true do end end) "
    "while true do coroutine.resume(co) co = coroutine.create(function() while true do end end) end",
    "local co = coroutine.wrap(function() while true do coroutine.yield() end end) "
    "while true do co() end",
    "setmetatable({}, {__gc = function() while true do end end}) "
    "while true do collectgarbage() end",
    "local function mt() return {__gc = function(o) setmetatable({}, mt()) end} end "
    "while true do pcall(collectgarbage) end",
    "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) "
    "while true do pcall(function() return t[1] end) end",
    "local t = setmetatable({}, {__index = function() while true do end end}) local x = t.y",
    "local s = ('a'):rep(5000) while true do pcall(string.find, s, ('.-'):rep(20) .. 'b') end",
    "local s = ('a'):rep(100000) pcall(string.match, s, '.-.-.-.-.-.-.-.-b') escaped = true",
    "pcall(string.match, ('a'):rep(200000), ('a*'):rep(30) .. 'b') escaped = true",
    "pcall(string.match, ('a'):rep(30), ('a?'):rep(100) .. ('a'):rep(100)) while true do end",
    "pcall(string.gsub, ('a'):rep(30000), '.-.-.-b', '') escaped = true",
    "for _ in ('a'):rep(30000):gmatch('.-.-.-b') do end escaped = true",
    "local t = {} for i = 1, 1000 do t[i] = i end "
    "while true do pcall(table.sort, t, function(a, b) return a > b end) end",
    "local t = {} for i = 1, 100 do t[i] = i end "
    "table.sort(t, function(a, b) while true do end end)",
    "table.move({}, 1, math.maxinteger - 1, 2) escaped = true",
    "pcall(table.move, {}, 1, math.maxinteger - 1, 2, setmetatable({}, {__newindex = rawlen})) "
    "escaped = true",
    "table.insert(setmetatable({}, {__len = function() return 1 << 60 end, __index = rawlen, "
    "__newindex = rawlen}), 1, 2)",
    "local p = setmetatable({}, {__len = function() return 1 << 50 end}) "
    "pcall(table.insert, p, 1, 2) escaped = true",
    "local p = setmetatable({}, {__len = function() return 1 << 50 end}) "
    "pcall(table.remove, p, 1) escaped = true",
    "local p = setmetatable({}, {__index = function() return '' end}) "
    "pcall(table.concat, p, '', 1, 1 << 50) escaped = true",
    "pcall(load, function() return ' ' end) escaped = true",
    "local n = 0 pcall(load, function() n = n + 1 return ' --x\\n' end) escaped = true",
    "debug.sethook(function() while true do end end, 'l')\nlocal x = 1\nx = 2",
    "debug.sethook(function() end, '', 1) while true do pcall(error) end",
    "while true do pcall(next, {}) end",
    "for k in pairs(setmetatable({}, {__pairs = function() return function() return 1 end end})) "
    "do end",
    "while true do pcall(string.rep, 'x', 10000000) end",
    "while true do for c in utf8.codes(('x'):rep(100)) do end end",
    "local s = '' while true do s = tostring(#s .. 'x') end",
};

enum { RESISTING_COUNT = sizeof resisting / sizeof resisting[0] };

typedef void (*Limit)(lua_State *L);

static void limit_instructions(lua_State *L) { ferrous_limit_instructions(L, 300000); }
static void limit_time(lua_State *L) { ferrous_limit_time(L, SECOND / 50); }

/* Every program, most of which have no end, is stopped, for that reason, and leaves no trace. How soon the
   long operations are is for test_stop_inside.c to say. */
static void assert_all_stop(lua_State *L, Limit limit, int reason) {
  ferrous_make_sticky(L, 1);
  for (int i = 0; i < RESISTING_COUNT; i++) {
    lua_pushnil(L);
    lua_setglobal(L, "escaped");
    limit(L);
    int status = run(L, resisting[i], 0);
    lua_getglobal(L, "escaped");
    if (status != LUA_ERRRUN || ferrous_stopped(L) != reason || !lua_isnil(L, -1))
      fail_msg("%s\n  status %d, reason %d, escaped: %d, %s", resisting[i], status,
               ferrous_stopped(L), lua_toboolean(L, -1),
               lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "");
    lua_settop(L, 0);
    ferrous_limit_time(L, 0);
    ferrous_limit_instructions(L, 0);
    ferrous_clear_stop(L);
    lua_sethook(L, NULL, 0, 0);
    assert_usable(L);
  }
}

static void test_instructions(void **state) {
  assert_all_stop(*state, limit_instructions, FERROUS_STOP_INSTRUCTIONS);
}

static void test_time(void **state) { assert_all_stop(*state, limit_time, FERROUS_STOP_TIME); }

/* ---- the work of library functions ----------------------------------------------------------- */

typedef struct Work {
  const char *source;
  uint64_t least; /* instructions that it is worth, at the very least */
} Work;

static const char prepare[] =
    "text = ('ab'):rep(500000) items = {} words = {} for i = 1, 100000 do items[i] = (i * 7919) % 100003 "
    "words[i] = 'w' .. items[i] end source = ('x = 1 '):rep(100000) blanks = (' '):rep(400000)";

/* Called directly by compiled code (api/builtin.h), or as C functions. */
static const Work works[] = {
    {"return text:find('abba', 1, true)", 60000},
    {"return text:find('c', 1, true)", 60000},
    {"return text:find(('ab'):rep(100) .. 'x')", 60000},
    {"return text:find('b+c')", 60000},
    {"return text:match('^.-c')", 60000},
    {"return text:gsub('b', '')", 500000},
    {"return text:match('^[ab]*c')", 60000},
    {"return ('(' .. text):match('^%b()')", 60000},
    {"return text:match('^(.*)%1c')", 500000},
    {"for w in text:gmatch('b') do end", 500000},
    {"return text:upper()", 60000},
    {"return text:lower()", 60000},
    {"return text:reverse()", 60000},
    {"return text:rep(3)", 120000},
    {"return ('x'):rep(1000000)", 60000},
    {"return table.concat(items)", 100000},
    {"return table.concat(words, ',')", 100000},
    {"return pcall(table.concat, words, ',')", 100000},
    {"table.insert(items, 1, 1)", 10000},
    {"table.remove(items, 1)", 10000},
    {"table.move(items, 1, 100000, 2)", 100000},
    {"table.sort(items)", 400000},
    {"table.sort(words)", 400000},
    {"return select('#', table.unpack(items, 1, 20000))", 2500},
    {"return load(source)", 100000},
    {"return load(blanks)", 80000},
    {"local n = 0 return load(function() n = n + 1 return n < 10000 and ' ' or nil end)", 100000},
    {"return string.format(('%%'):rep(100000))", 100000},
    {"return string.pack(blanks)", 400000},
    {"return utf8.len(text)", 1000000},
    {"return tonumber(blanks .. '1', 10)", 400000},
};

static void test_library_functions_pay(void **state) {
  lua_State *L = *state;
  const uint64_t much = UINT64_C(1) << 50;
  assert_int_equal(run(L, prepare, 0), LUA_OK);
  for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
    for (int round = 0; round < 3; round++) { /* the call becomes one of a direct entry */
      assert_int_equal(luaL_loadstring(L, works[i].source), LUA_OK);
      ferrous_limit_instructions(L, much);
      assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
      uint64_t paid = much - ferrous_instructions_left(L);
      if (paid < works[i].least) fail_msg("%s\n  paid %llu", works[i].source, (unsigned long long)paid);
    }
  }
  ferrous_limit_instructions(L, 0);
}

/* Endless if nobody stops them, with much done between two instructions. */
static const char *const slow_calls[] = {
    "for i = 1, math.huge do text:find('abba', 1, true) end",
    "for i = 1, math.huge do text:upper() end",
    "for i = 1, math.huge do text:reverse() end",
    "for i = 1, math.huge do table.concat(words, ',') end",
    "for i = 1, math.huge do table.insert(items, 1, 1) table.remove(items, 1) end",
    "for i = 1, math.huge do assert(load(source)) end",
    "for i = 1, math.huge do table.sort(words) words[1], words[9] = words[9], words[1] end",
    "for l in io.lines('/dev/zero') do end",
    "return io.open('/dev/zero'):read('a')",
    "for i = 1, math.huge do io.open('/dev/zero'):read(1 << 26) end",
    "io.popen('yes \"\"'):read('n')",
    "for i = 1, math.huge do local b = text .. 'x' .. i end",
    "local a, b = text .. 'a', text .. 'b' for i = 1, math.huge do local c = a < b, a == b, rawequal(a, b) end",
    "for i = 1, math.huge do local s = text:sub(2) end",
    "for i = 1, math.huge do string.format('%q', ('\\0'):rep(200000)) end",
    "for i = 1, math.huge do string.pack('!8 c10000000 xxx z', text, text) end",
    "for i = 1, math.huge do tonumber(blanks) end",
    "local f = function() return tonumber(blanks) end for i = 1, math.huge do f() end",
    "for i = 1, math.huge do text:find('[' .. ('a-z'):rep(100000) .. ']') end",
    "for i = 1, math.huge do text:find(('[ab]'):rep(100000) .. 'c') end",
    "for i = 1, math.huge do package.searchpath('x', ('/none/?;'):rep(10000)) end",
    "local list = {} for i = 1, 5000 do list[i] = i end for i = 1, math.huge do table.sort(list, rawequal) end",
    ("local t = {} for i = 1, 100000 do t['k' .. i] = i end for k in pairs(t) do t[k] = nil end "
     "for i = 1, math.huge do next(t) for k in pairs(t) do end end"),
    "local s = 'a' .. ('\\x80'):rep(1000000) for i = 1, math.huge do utf8.offset(s, 2) utf8.offset(s, -1) end",
    "local s = 'a' .. ('\\x80'):rep(1000000) local f = utf8.codes(s) for i = 1, math.huge do f(s, 1) end",
};

static void test_slow_calls_stop(void **state) {
  lua_State *L = *state;
  assert_int_equal(run(L, prepare, 0), LUA_OK);
  ferrous_limit_memory(L, (size_t)256 << 20);
  for (size_t i = 0; i < sizeof slow_calls / sizeof slow_calls[0]; i++) {
    for (int sticky = 0; sticky < 2; sticky++) {
      ferrous_make_sticky(L, sticky);
      ferrous_limit_time(L, SECOND / 50);
      int status = run(L, slow_calls[i], 0);
      if (status != LUA_ERRRUN || ferrous_stopped(L) != FERROUS_STOP_TIME)
        fail_msg("%s\n  status %d, reason %d", slow_calls[i], status, ferrous_stopped(L));
      ferrous_limit_time(L, 0);
      ferrous_clear_stop(L);
      lua_settop(L, 0);
    }
  }
}

/* Wherever a stop comes, the list holds the items that it held. */
static void test_a_stopped_sort_loses_nothing(void **state) {
  lua_State *L = *state;
  static const char *const fills[] = {"i", "i + 0.5", "'w' .. i", "{i}"};
  for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
    lua_pushstring(L, fills[i]);
    lua_setglobal(L, "fill");
    assert_int_equal(run(L, "list, before = {}, {} local make = load('local i = ... return ' .. fill) "
                            "for i = 1, 3000 do list[i] = make(i * 7919 % 3001) before[list[i]] = true end "
                            "order = fill == '{i}' and function(a, b) return a[1] < b[1] end or nil", 0),
                     LUA_OK);
    for (uint64_t limit = 1000, finished = 0; !finished; limit += limit / 16) {
      ferrous_limit_instructions(L, limit);
      finished = run(L, "table.sort(list, order)", 0) == LUA_OK;
      ferrous_limit_instructions(L, 0);
      ferrous_clear_stop(L);
      lua_settop(L, 0);
      assert_int_equal(run(L, "local seen = {} for i = 1, #list do seen[list[i]] = true end "
                              "assert(#list == 3000) for item in pairs(before) do assert(seen[item]) end", 0),
                       LUA_OK);
    }
  }
}

/* ---- interrupts ------------------------------------------------------------------------------ */

static void *interrupt_soon(void *L) {
  usleep(3000);
  ferrous_interrupt(L);
  return NULL;
}

static void test_interrupt_from_a_thread(void **state) {
  lua_State *L = *state;
  ferrous_make_sticky(L, 1);
  for (int i = 0; i < RESISTING_COUNT; i++) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, L), 0);
    int status = run(L, resisting[i], 0);
    pthread_join(thread, NULL);
    if (status != LUA_ERRRUN || ferrous_stopped(L) != FERROUS_STOP_INTERRUPT)
      fail_msg("%s\n  status %d, reason %d", resisting[i], status, ferrous_stopped(L));
    ferrous_clear_stop(L);
    lua_sethook(L, NULL, 0, 0);
    assert_usable(L);
  }
}

static lua_State *signalled;

static void on_alarm(int number) {
  (void)number;
  ferrous_interrupt(signalled);
}

static void test_interrupt_from_a_signal(void **state) {
  lua_State *L = *state;
  signalled = L;
  struct sigaction action = {.sa_handler = on_alarm}, old;
  sigaction(SIGALRM, &action, &old);
  ferrous_make_sticky(L, 1);
  for (int i = 0; i < RESISTING_COUNT; i++) {
    struct itimerval soon = {.it_value.tv_usec = 2000 + 37 * i};
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_int_equal(run(L, resisting[i], 0), LUA_ERRRUN);
    assert_int_equal(ferrous_stopped(L), FERROUS_STOP_INTERRUPT);
    ferrous_clear_stop(L);
    lua_sethook(L, NULL, 0, 0);
    assert_usable(L);
  }
  sigaction(SIGALRM, &old, NULL);
}

/* Many interrupts at any moment, while hooks come and go and coroutines switch. */
static volatile int storm_over;

static void *storm(void *L) {
  for (int i = 0; i < 2000 && !storm_over; i++) {
    (i & 1 ? ferrous_interrupt_code : ferrous_interrupt)(L);
    usleep(50);
  }
  storm_over = 1;
  return NULL;
}

static void test_storm(void **state) {
  lua_State *L = *state;
  pthread_t thread;
  storm_over = 0;
  int stops = 0;
  assert_int_equal(pthread_create(&thread, NULL, storm, L), 0);
  while (!storm_over) {
    int status = run(L,
                     "local co = coroutine.wrap(function() while true do "
                     "debug.sethook(function() end, 'c') coroutine.yield() debug.sethook() end end) "
                     "for i = 1, 1000 do co() ('x'):rep(10):gsub('x', 'y') end",
                     0);
    stops += status != LUA_OK;
    assert_true(status == LUA_OK || status == LUA_ERRRUN);
    lua_settop(L, 0);
  }
  pthread_join(thread, NULL);
  assert_true(stops > 0);
  ferrous_clear_stop(L);
  lua_sethook(L, NULL, 0, 0);
  assert_usable(L);
}

static void test_interrupt_before_running(void **state) {
  lua_State *L = *state;
  ferrous_interrupt(L);
  assert_int_equal(run(L, "return 1", 1), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "[string \"return 1\"]:1: interrupted!");
  assert_usable(L);
  ferrous_interrupt(L);
  ferrous_clear_stop(L);
  assert_int_equal(ferrous_stopped(L), FERROUS_STOP_NONE);
  assert_usable(L);
}

/* interrupt(a, b): asks for a stop of Lua code, returns a < b. */
static int interrupt_code(lua_State *L) {
  ferrous_interrupt_code(L);
  lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
  return 1;
}

static void test_interrupt_of_code(void **state) {
  static const char *const programs[] = {
      /* Library functions end first, whatever calls them. */
      "local t = {} for i = 1, 1000 do t[i] = -i end "
      "local ok, message = pcall(function() table.sort(t, interrupt) never = true end) "
      "for i = 2, 1000 do assert(t[i - 1] < t[i]) end "
      "assert(not ok and not never) return message",
      "local ok, message = pcall(function() ('x'):rep(100):gsub('x', interrupt) never = true end) "
      "assert(not ok and not never) return message",
      "local co = coroutine.create(function() interrupt(1, 2) never = true end) "
      "local ok, message = coroutine.resume(co) "
      "assert(not ok and not never and coroutine.status(co) == 'dead') return message",
      /* So do hooks and finalizers; and the hook stays. */
      "local function hook() if not ended then interrupt(1, 2) ended = true end end "
      "local ok, message = pcall(function() debug.sethook(hook, 'l') \n never = true end) "
      "assert(debug.gethook() == hook) debug.sethook() "
      "assert(not ok and ended and not never) return message",
      "setmetatable({}, {__gc = function() interrupt(1, 2) finalized = true end}) "
      "local ok, message = pcall(function() collectgarbage() never = true end) "
      "assert(not ok and finalized and not never) return message"};
  lua_State *L = *state;
  lua_register(L, "interrupt", interrupt_code);
  for (int i = 0; i < (int)(sizeof programs / sizeof *programs); i++) {
    if (run(L, programs[i], 1) != LUA_OK) fail_msg("%s\n  %s", programs[i], lua_tostring(L, -1));
    assert_string_equal(lua_tostring(L, -1), "interrupted!");
    assert_int_equal(ferrous_stopped(L), FERROUS_STOP_INTERRUPT);
    ferrous_clear_stop(L);
    lua_settop(L, 0);
    assert_int_equal(run(L, "ended, finalized = nil", 0), LUA_OK);
  }
  assert_usable(L);
}

/* The position is the caller's. A sticky stop says the same every time. */
static void test_message_of_interrupted_code(void **state) {
  lua_State *L = *state;
  lua_register(L, "interrupt", interrupt_code);
  static const char called[] = "local function f()\n interrupt(1, 2)\n local x = 1\n end\n f()";
  for (int sticky = 0; sticky < 2; sticky++) {
    ferrous_make_sticky(L, sticky);
    assert_int_equal(run(L, called, 0), LUA_ERRRUN);
    static const char message[] = "[string \"local function f()...\"]:5: interrupted!";
    assert_string_equal(lua_tostring(L, -1), message);
    if (sticky) {
      assert_int_equal(run(L, "pcall(interrupt, 1, 2) while true do end", 0), LUA_ERRRUN);
      assert_string_equal(lua_tostring(L, -1), message);
    }
    ferrous_clear_stop(L);
    assert_usable(L);
  }
  ferrous_interrupt_code(L);
  ferrous_clear_stop(L);
  assert_usable(L);
}

/* ---- stops that are not sticky --------------------------------------------------------------- */

static void test_ordinary_stop(void **state) {
  lua_State *L = *state;
  ferrous_limit_instructions(L, 100000);
  assert_int_equal(run(L,
                       "local ok, message = pcall(function() while true do end end) "
                       "for i = 1, 1000000 do end "
                       "return ok, message",
                       2),
                   LUA_OK);
  assert_false(lua_toboolean(L, -2));
  assert_non_null(strstr(lua_tostring(L, -1), ":1: instruction budget exceeded"));
  assert_int_equal(ferrous_stopped(L), FERROUS_STOP_INSTRUCTIONS);
  assert_true(ferrous_instructions_left(L) == UINT64_MAX);
  ferrous_limit_time(L, SECOND / 100);
  assert_int_equal(run(L,
                       "return xpcall(function() while true do end end, "
                       "function(m) return 'handled: ' .. m end)",
                       2),
                   LUA_OK);
  assert_non_null(strstr(lua_tostring(L, -1), "handled: "));
  assert_non_null(strstr(lua_tostring(L, -1), "time limit exceeded"));
  assert_usable(L);
}

/* ---- accounting ------------------------------------------------------------------------------ */

static uint64_t cost_of(lua_State *L, const char *source) {
  ferrous_limit_instructions(L, 1000000000);
  assert_int_equal(run(L, source, 0), LUA_OK);
  uint64_t cost = 1000000000 - ferrous_instructions_left(L);
  ferrous_limit_instructions(L, 0);
  return cost;
}

static void test_accounting(void **state) {
  lua_State *L = *state;
  const char *source = "local x = 0 for i = 1, 100000 do x = x + i * 2 end";
  cost_of(L, source);
  uint64_t cost = cost_of(L, source);
  assert_true(cost == cost_of(L, source));
  assert_in_range(cost, 100000, 1000000);
  assert_in_range(cost_of(L, "local x = 0 for i = 1, 200000 do x = x + i * 2 end"), cost * 19 / 10,
                  cost * 21 / 10);
  assert_in_range(cost_of(L, "local t = {} for i = 1, 1000 do t[i] = -i end table.sort(t)"), 2000,
                  200000);
  assert_true(ferrous_instructions_left(L) == UINT64_MAX);
  ferrous_limit_instructions(L, 5000);
  assert_true(ferrous_instructions_left(L) == 5000);
  ferrous_limit_time(L, SECOND * 1000);
  assert_int_equal(run(L, "for i = 1, 10 do end", 0), LUA_OK);
  assert_in_range(ferrous_instructions_left(L), 4000, 4999);
  assert_int_equal(run(L, "for i = 1, 10000 do end", 0), LUA_ERRRUN);
  assert_int_equal(ferrous_stopped(L), FERROUS_STOP_INSTRUCTIONS);
  ferrous_limit_time(L, 0);
  assert_usable(L);
}

static void test_hooks_beside_budgets(void **state) {
  lua_State *L = *state;
  assert_int_equal(run(L,
                       "n = 0 debug.sethook(function() n = n + 1 end, 'l') "
                       "for i = 1, 100 do\n local x = i\n end debug.sethook()",
                       0),
                   LUA_OK);
  lua_getglobal(L, "n");
  lua_Integer without = lua_tointeger(L, -1);
  ferrous_limit_instructions(L, 1000000);
  assert_int_equal(run(L,
                       "n = 0 debug.sethook(function() n = n + 1 end, 'l') "
                       "for i = 1, 100 do\n local x = i\n end debug.sethook()",
                       0),
                   LUA_OK);
  lua_getglobal(L, "n");
  assert_int_equal(lua_tointeger(L, -1), without);
  assert_true(ferrous_instructions_left(L) < 1000000);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static const char *const greedy[] = {
    "local t = {} for i = 1, math.huge do t[i] = {} end",
    "local t = {} for i = 1, math.huge do t[i] = i end",
    "local t = {} for i = 1, math.huge do t['k' .. i] = i end",
    "local s = 'x' while true do s = s .. s end",
    "return ('x'):rep(1 << 30)",
    "local t = {} while true do t = {t} end",
    "local t = {} while true do t[#t + 1] = coroutine.create(print) end",
    "local t = {} while true do t[#t + 1] = function() return t end end",
    "local function f() return f() + 1, {} end local ok, e = pcall(f) "
    "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
    "local n = 0 load(function() n = n + 1 return n == 1 and 'x = {' or ('1,'):rep(1000) end)() "
    "while true do end",
    "return table.concat({('x'):rep(1 << 20)}, ('y'):rep(1 << 20), 1, 1) .. ('z'):rep(1 << 30)",
    "string.format(('%99d'):rep(3), 1, 2, 3) local t = {} while true do t[#t + 1] = #t .. 'a' end",
    "local t = {} for i = 1, 1e9 do t[i] = string.pack('s', ('q'):rep(i)) end"
};

enum { CEILING = 4 << 20 };

static size_t most_held, held_now;

/* The ceiling must hold against what the allocator sees. */
static void *watching_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  if (block == NULL) old_size = 0;
  held_now += new_size - old_size;
  if (held_now > most_held) most_held = held_now;
  return plain_allocate(data, block, old_size, new_size);
}

static void test_memory(void **state) {
  (void)state;
  held_now = 0;
  lua_State *L = lua_newstate(watching_allocate, NULL);
  assert_non_null(L);
  luaL_openlibs(L);
  for (int sticky = 0; sticky < 2; sticky++) {
    ferrous_make_sticky(L, sticky);
    for (size_t i = 0; i < sizeof greedy / sizeof greedy[0]; i++) {
      assert_true(ferrous_memory_held(L) == held_now);
      most_held = 0;
      ferrous_limit_memory(L, CEILING);
      ferrous_limit_time(L, 20 * SECOND);
      int status = run(L, greedy[i], 0);
      bool loads = strstr(greedy[i], "load(") != NULL;
      if (!(status == LUA_ERRMEM || (loads && !sticky && status == LUA_ERRRUN)))
        fail_msg("%s: status %d, %s", greedy[i], status, lua_tostring(L, -1));
      if (status == LUA_ERRMEM) assert_string_equal(lua_tostring(L, -1), "not enough memory");
      assert_int_equal(ferrous_stopped(L), sticky ? FERROUS_STOP_MEMORY : FERROUS_STOP_NONE);
      if (most_held > CEILING) fail_msg("%s: %zu", greedy[i], most_held);
      lua_settop(L, 0);
      ferrous_clear_stop(L);
      lua_gc(L, LUA_GCCOLLECT);
      assert_usable(L);
    }
  }
  assert_int_equal(run(L, "while true do pcall(string.rep, 'x', 1 << 30) end", 0), LUA_ERRMEM);
  ferrous_clear_stop(L);
  ferrous_limit_memory(L, 1); /* lower than what there is */
  assert_int_equal(run(L, "local t = {} for i = 1, 1e5 do t[i] = {} end", 0), LUA_ERRMEM);
  ferrous_clear_stop(L);
  ferrous_limit_memory(L, 0);
  lua_settop(L, 0);
  assert_usable(L);
  assert_int_equal(run(L, "local t = {} for i = 1, 1e5 do t[i] = {} end", 0), LUA_OK);
  lua_close(L);
  assert_true(held_now == 0);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static int finalized;

static int count_finalized(lua_State *L) {
  (void)L;
  finalized++;
  return 0;
}

/* A stopped state can be closed: C finalizers run, those in Lua do not. */
static void test_closing(void **state) {
  (void)state;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  finalized = 0;
  lua_register(L, "count", count_finalized);
  ferrous_make_sticky(L, 1);
  ferrous_limit_instructions(L, 1000);
  assert_int_equal(run(L,
                       "a = setmetatable({}, {__gc = count}) "
                       "b = setmetatable({}, {__gc = function() count() while true do end end}) "
                       "while true do end",
                       0),
                   LUA_ERRRUN);
  lua_close(L);
  assert_int_equal(finalized, 1);
}

static void test_finalizers_wait(void **state) {
  lua_State *L = *state;
  finalized = 0;
  lua_register(L, "count", count_finalized);
  ferrous_make_sticky(L, 1);
  ferrous_limit_instructions(L, 1000);
  assert_int_equal(run(L, "setmetatable({}, {__gc = function() count() end}) while true do end", 0),
                   LUA_ERRRUN);
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(finalized, 0);
  ferrous_clear_stop(L);
  lua_gc(L, LUA_GCCOLLECT);
  assert_int_equal(finalized, 1);
}

/* A coroutine that the host drives itself. */
static void test_resumed_by_the_host(void **state) {
  lua_State *L = *state;
  ferrous_make_sticky(L, 1);
  lua_State *co = lua_newthread(L);
  luaL_loadstring(co, "while true do pcall(function() while true do end end) end");
  ferrous_limit_instructions(L, 10000);
  int count;
  assert_int_equal(lua_resume(co, L, 0, &count), LUA_ERRRUN);
  assert_int_equal(ferrous_stopped(L), FERROUS_STOP_INSTRUCTIONS);
  assert_int_equal(lua_status(co), LUA_ERRRUN);
  ferrous_clear_stop(L);
  assert_int_equal(lua_closethread(co, L), LUA_ERRRUN);
  assert_usable(L);
}

static int host_pcall(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_pushboolean(L, lua_pcall(L, 0, 0, 0) != LUA_OK);
  return 1;
}

/* A C function that catches the stop gets no Lua code to run. */
static void test_caught_in_c(void **state) {
  lua_State *L = *state;
  lua_register(L, "host_pcall", host_pcall);
  ferrous_make_sticky(L, 1);
  ferrous_limit_instructions(L, 10000);
  assert_int_equal(run(L, "host_pcall(function() while true do end end) escaped = true", 0),
                   LUA_ERRRUN);
  lua_getglobal(L, "escaped");
  assert_true(lua_isnil(L, -1));
  ferrous_clear_stop(L);
  assert_usable(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_instructions),
      TEST(test_time),
      TEST(test_library_functions_pay),
      TEST(test_slow_calls_stop),
      TEST(test_a_stopped_sort_loses_nothing),
      TEST(test_interrupt_from_a_thread),
      TEST(test_interrupt_from_a_signal),
      TEST(test_storm),
      TEST(test_interrupt_before_running),
      TEST(test_interrupt_of_code),
      TEST(test_message_of_interrupted_code),
      TEST(test_ordinary_stop),
      TEST(test_accounting),
      TEST(test_hooks_beside_budgets),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_closing),
      TEST(test_finalizers_wait),
      TEST(test_resumed_by_the_host),
      TEST(test_caught_in_c),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
