/* Random calls: calling, errors, warnings, the collector. */
#include "random.h"

/* Chunks that take what they are called with, and end by themselves whatever it is. */
static const char *const sources[] = {
    "return ...",
    "local a, b = ... return b, a",
    "local f, x = ... return f(x)",
    "local f, x = ...\nlocal r = f(x)\nreturn r, 1",
    "local f = ...\nreturn (f())",
    "local f, x = ... f(x) f(x)\nreturn f",
    "local t, k = ... return t[k]",
    "local t, k, v = ...\nt[k] = v\nreturn t",
    "local t = ... return t.x.y",
    "local t, v = ... t.x = v t[1] = v",
    "local t = ... return t:m(1)",
    "local a, b = ... return a + b",
    "local a, b = ... return a - b * 2",
    "local a, b = ... return a // b, a % b",
    "local a, b = ... return a / b, a ^ 2",
    "local a, b = ... return a & b, a | b, a ~ b",
    "local a, b = ... return a << b",
    "local a = ... return -a, not a",
    "local a = ... return ~a",
    "local a = ... if type(a) ~= 'table' then return #a end",
    "local a, b = ... return a == b, a ~= b",
    "local a, b = ... return a < b",
    "local a, b = ... return a <= b, a > 1",
    "local a, b, c = ... return a .. b .. c",
    "local a = ... return a .. 'x' .. 1",
    "return pcall(...)",
    "local f, h = ... return xpcall(f, function(e) return h, e end, 1)",
    "return xpcall(..., debug.traceback)",
    "return xpcall(function(...) local f = ... f(1) end, function(e) return 'handled', e end, ...)",
    "error(...)",
    "error((...), 2)",
    "local a = ... a.x = g1 + g2",
    "error(setmetatable({}, {__tostring = function() return 'E' end}))",
    "return coroutine.yield(...)",
    "local a = coroutine.yield(1, ...)\nreturn a, coroutine.yield(a)",
    "local f = ... local co = coroutine.wrap(function(...) return f(...) end) return co(1), co(2)",
    "local co = coroutine.create(...) coroutine.resume(co, 1)\nreturn coroutine.status(co), coroutine.close(co)",
    "local f = ... local x <close> = setmetatable({}, {__close = function(_, e) f(e) end})\nreturn f(1)",
    "local f = ... do local x <close> = setmetatable({}, {__close = f}) end return 2",
    "local v = ... local x <close> = v return 1",
    "local n = 0\nfor a, b in ... do\n  n = n + 1\n  if n > 3 then return n, a, b end\nend\nreturn n",
    "local a, b, c = ... for i = a, b, c do return i end",
    "local s = 0\nfor i = 1, 5 do\n  s = s + i\nend\nreturn s",
    "local a, b = ... return function() a = b return a end, function(x) b = x return a, b end",
    "local function f(n) if n == 0 then return 5 end return f(n - 1) end return f(3)",
    "return select('#', ...), (select(2, ...))",
    "local m = ... return setmetatable({}, {__index = m, __call = m})",
    "local m = ... return setmetatable({1, 2, 3}, {__index = function(t, k) return m end}).y",
    "return getmetatable(...)",
    "local t = ... return rawget(t, 1), rawequal(t, t)",
    "return debug.traceback('tb', 1)",
    "return debug.getinfo(1, 'l').currentline, debug.getinfo(2, 'n') and debug.getinfo(2, 'n').name",
    "return string.format('%s|%d|%q', 'a', 3, 'b\\n'), ('x'):rep(3, ',')",
    "local s = ... return s:upper()",
    "return table.concat({1, 'a', 2.5}, ...)",
    "local f = ... if type(f) ~= 'function' then return load(f) end",
    "return type(tostring(...))",
    "return next({}, ...)",
    "return math.tointeger(...), math.type(...)",
    "return tonumber(...)",
    "g1 = ... return g1, g2",
    "local _ENV = {x = 1} return x, y",
    "return debug.getlocal(1, 1)",
    "local a <const> = 10 local function g(...) local b = ... return a, b end return g(...)",
    "return coroutine.running()",
    "return coroutine.isyieldable()",
    "local t = {x = {}} function t.x:m(a) return self.n + a end return t.x:m(...)",
    "local function get(t, ...) return t.a.b.c(...) end return get(...)",
    "repeat local a = ... until a or true\nreturn nil, 1",
    "string.rep()",
    "('x'):rep({})",
    "warn('@on') warn('a', 'b')",
};

static const char *const broken_sources[] = {
    "x = = 1",      "return return", "local x <const> = 1 x = 2", "goto nowhere",
    "'unfinished",  "--[[ unfinished", "return 1 .. ",            "\xff",         "for",
    "local x <what> = 1", "return 0x", "::a:: ::a::",             "x = }",        "a.b:c = 1",
    "return '\\q'", "return '\\u{110000000}'", "local function f() return", "1", "(a)",
    "return 3 ..2 .. 3..4"};

const char *any_source(void) { return PICK(sources); }

/* ---- calls ----------------------------------------------------------------------------------- */

/* The function and its arguments; how many. */
static int push_call(Scope *s) {
  int arguments = pick(4);
  if (chance(95))
    lua_pushvalue(s->L, index_of(s, LUA_TFUNCTION));
  else
    push_any(s);
  for (int i = 0; i < arguments; i++) push_any(s);
  return arguments;
}

static void call(Scope *s) {
  int arguments = push_call(s), results = pick(5) - 1;
  trace("%d %d\n", arguments, results);
  lua_call(s->L, arguments, results);
}

/* Handlers that protect calls themselves, in which they fail, take the reference forever. */
static int push_handler(Scope *s) {
  static const char *const handlers[] = {"return ...", "error('in a handler')", "error(...)",
                                         "local e = ... return e, debug.traceback()"};
  lua_State *L = s->L;
  const char *source = PICK(handlers);
  luaL_loadbuffer(L, source, strlen(source), "=handler");
  if (chance(10)) lua_pushboolean(L, 1);
  return lua_gettop(L);
}

static void protected_call(Scope *s) {
  lua_State *L = s->L;
  int handler = chance(30) ? push_handler(s) : 0;
  int arguments = push_call(s), results = pick(5) - 1;
  trace("%d %d %d\n", arguments, results, handler != 0);
  int status = lua_pcall(L, arguments, results, handler);
  trace("%*s= %d", s->depth, "", status);
}

static void run_chunk(Scope *s) {
  lua_State *L = s->L;
  const char *source = any_source();
  luaL_loadbuffer(L, source, strlen(source), "=chunk");
  int arguments = pick(4);
  for (int i = 0; i < arguments; i++) push_any(s);
  trace("%s\n", source);
  trace("%*s= %d", s->depth, "", lua_pcall(L, arguments, LUA_MULTRET, 0));
}

static void load_broken(Scope *s) {
  static const char *const chunk_names[] = {
      "=name", "@file.lua", "a text\nof lines", "", "=",
      "@a file with a name that is far too long to be shown in a message, /a/b/c/d",
      "a text that is far too long to be shown in a message, and has only one line"};
  const char *source = PICK(broken_sources);
  trace("%d", luaL_loadbuffer(s->L, source, strlen(source), PICK(chunk_names)));
}

static void raise(Scope *s) {
  lua_State *L = s->L;
  if (chance(70)) return;
  if (chance(50)) {
    push_any(s);
    lua_error(L);
  }
  luaL_error(L, "an error of %s, %d", any_name(), pick(100));
}

/* ---- limits ---------------------------------------------------------------------------------- */

static int levels;

static int deep_call(lua_State *L) {
  levels++;
  lua_pushcfunction(L, deep_call);
  lua_call(L, 0, 0);
  return 0;
}

static void deep_c_calls(Scope *s) {
  lua_State *L = s->L;
  if (chance(60)) return;
  levels = 0;
  lua_pushcfunction(L, deep_call);
  int status = lua_pcall(L, 0, 0, 0);
  trace("%d %d", status, levels > 150);
}

static void deep_lua_calls(Scope *s) {
  static const char *const deep[] = {
      "local function f(n) return 1 + f(n + 1) end return f(1)",
      "local function f(...) return 1, f(1, ...) end return f()",
      "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
      "local s = string.rep('(', 300) return load('return ' .. s .. '1' .. s:gsub('.', ')'))",
      "local function f() return pcall(f) end return f()",
  };
  if (chance(70)) return;
  int kind = pick(COUNT(deep));
  luaL_loadstring(s->L, deep[kind]);
  int results = kind == 3 ? 2 : kind == 4 ? 1 : 0;
  trace("%d: %d", kind, lua_pcall(s->L, 0, results, 0));
}

/* ---- the state ------------------------------------------------------------------------------- */

static void collect(Scope *s) {
  if (chance(50)) return;
  trace("\n");
  trace("%d", lua_gc(s->L, LUA_GCCOLLECT));
}

static void collector_options(Scope *s) {
  lua_State *L = s->L;
  switch (pick(4)) {
    case 0: trace("%d", lua_gc(L, LUA_GCISRUNNING)); break;
    case 1: trace("%d", lua_gc(L, LUA_GCSETPAUSE, 100 + 4 * pick(100))); break;
    case 2: trace("%d", lua_gc(L, LUA_GCSETSTEPMUL, 100 + 4 * pick(100))); break;
    default: trace("%d", lua_gc(L, LUA_GCCOUNT) > 0);
  }
}

static void warning(Scope *s) {
  static const char *const messages[] = {"@on", "@off", "@unknown", "text", ""};
  lua_warning(s->L, PICK(messages), chance(30));
}

const Operation call_operations[] = {
    {"call", call},
    {"protected_call", protected_call},
    {"protected_call", protected_call},
    {"protected_call", protected_call},
    {"run_chunk", run_chunk},
    {"run_chunk", run_chunk},
    {"run_chunk", run_chunk},
    {"run_chunk", run_chunk},
    {"load_broken", load_broken},
    {"raise", raise},
    {"deep_c_calls", deep_c_calls},
    {"deep_lua_calls", deep_lua_calls},
    {"collect", collect},
    {"collector_options", collector_options},
    {"warning", warning},
    {NULL, NULL}};
