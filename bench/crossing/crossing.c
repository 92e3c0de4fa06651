/* What crossing between C and Lua costs: a host program, compiled once against the headers of Lua 5.4
   and run on any library with the name liblua5.4.so.0.

   Each part crosses millions of times and does little else. Printed are seconds for each part, the
   best of some rounds; the results of the work are checked, so that all libraries do the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

enum { ROUNDS = 7 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- C functions called from Lua ------------------------------------------------------------- */

static int add(lua_State *L) {
  lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
  return 1;
}

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static int count_letter(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  int wanted = luaL_checkstring(L, 2)[0], n = 0;
  for (size_t i = 0; i < length; i++) n += text[i] == wanted;
  lua_pushinteger(L, n);
  return 1;
}

static int counter(lua_State *L) {
  lua_Integer n = lua_tointeger(L, lua_upvalueindex(1)) + 1;
  lua_pushinteger(L, n);
  lua_pushvalue(L, -1);
  lua_replace(L, lua_upvalueindex(1));
  return 1;
}

/* ---- an iterator in C ------------------------------------------------------------------------ */

static int step(lua_State *L) {
  lua_Integer i = lua_tointeger(L, 2) + 1;
  if (i > lua_tointeger(L, 1)) return 0;
  lua_pushinteger(L, i);
  lua_pushinteger(L, i * i);
  return 2;
}

static int squares(lua_State *L) {
  lua_Integer last = luaL_checkinteger(L, 1);
  lua_pushcfunction(L, step);
  lua_pushinteger(L, last);
  lua_pushinteger(L, 0);
  return 3;
}

/* The state of this one is in its upvalues. */
static int range_step(lua_State *L) {
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(1)) + 1;
  if (i > lua_tointeger(L, lua_upvalueindex(2))) return 0;
  lua_pushinteger(L, i);
  lua_copy(L, -1, lua_upvalueindex(1));
  return 1;
}

static int range(lua_State *L) {
  lua_pushinteger(L, 0);
  lua_pushinteger(L, luaL_checkinteger(L, 1));
  lua_pushcclosure(L, range_step, 2);
  return 1;
}

/* ---- C functions that call back ------------------------------------------------------------- */

static int each(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 0);
  }
  return 0;
}

static int map(lua_State *L) {
  lua_Integer n = luaL_len(L, 1);
  lua_createtable(L, (int)n, 0);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_pushvalue(L, 2);
    lua_geti(L, 1, i);
    lua_call(L, 1, 1);
    lua_seti(L, -2, i);
  }
  return 1;
}

static int yield_all(lua_State *L) { return lua_yield(L, lua_gettop(L)); }

/* ---- userdata whose fields and methods are C functions --------------------------------------- */

typedef struct Point {
  double x, y;
} Point;

static int point_new(lua_State *L) {
  double x = luaL_checknumber(L, 1), y = luaL_checknumber(L, 2);
  Point *p = lua_newuserdatauv(L, sizeof *p, 0);
  p->x = x;
  p->y = y;
  luaL_setmetatable(L, "Point");
  return 1;
}

static int point_index(lua_State *L) {
  const Point *p = luaL_checkudata(L, 1, "Point");
  const char *key = luaL_checkstring(L, 2);
  if (key[0] == 'x' && key[1] == 0) {
    lua_pushnumber(L, p->x);
  } else if (key[0] == 'y' && key[1] == 0) {
    lua_pushnumber(L, p->y);
  } else {
    lua_getmetatable(L, 1);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
  }
  return 1;
}

static int point_newindex(lua_State *L) {
  Point *p = luaL_checkudata(L, 1, "Point");
  const char *key = luaL_checkstring(L, 2);
  double value = luaL_checknumber(L, 3);
  if (key[0] == 'x')
    p->x = value;
  else
    p->y = value;
  return 0;
}

static int point_add(lua_State *L) {
  const Point *a = luaL_checkudata(L, 1, "Point"), *b = luaL_checkudata(L, 2, "Point");
  Point *sum = lua_newuserdatauv(L, sizeof *sum, 0);
  sum->x = a->x + b->x;
  sum->y = a->y + b->y;
  luaL_setmetatable(L, "Point");
  return 1;
}

static int point_dot(lua_State *L) {
  const Point *a = luaL_checkudata(L, 1, "Point"), *b = luaL_checkudata(L, 2, "Point");
  lua_pushnumber(L, a->x * b->x + a->y * b->y);
  return 1;
}

static int vector_get(lua_State *L) {
  lua_pushnumber(L, ((const Point *)luaL_checkudata(L, 1, "Vector"))->x);
  return 1;
}

/* Without checks, as bindings do that trust their metatables. */
static int pair_index(lua_State *L) {
  const Point *p = lua_touserdata(L, 1);
  if (lua_isinteger(L, 2))
    lua_pushnumber(L, lua_tointeger(L, 2) == 1 ? p->x : p->y);
  else
    lua_pushnumber(L, lua_tostring(L, 2)[0] == 'x' ? p->x : p->y);
  return 1;
}

static int pair_newindex(lua_State *L) {
  Point *p = lua_touserdata(L, 1);
  if (lua_isinteger(L, 2) ? lua_tointeger(L, 2) == 1 : lua_tostring(L, 2)[0] == 'x')
    p->x = lua_tonumber(L, 3);
  else
    p->y = lua_tonumber(L, 3);
  return 0;
}

static void open_types(lua_State *L) {
  static const luaL_Reg point[] = {{"__index", point_index}, {"__newindex", point_newindex},
                                   {"__add", point_add},     {"dot", point_dot},
                                   {NULL, NULL}};
  luaL_newmetatable(L, "Point");
  luaL_setfuncs(L, point, 0);
  luaL_newmetatable(L, "Vector");
  lua_pushcfunction(L, vector_get);
  lua_setfield(L, -2, "get");
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_newuserdatauv(L, sizeof(Point), 0);
  ((Point *)lua_touserdata(L, -1))->x = 2;
  luaL_setmetatable(L, "Vector");
  lua_setglobal(L, "vector");
  lua_newuserdatauv(L, sizeof(Point), 0);
  luaL_newmetatable(L, "Pair");
  lua_pushcfunction(L, pair_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, pair_newindex);
  lua_setfield(L, -2, "__newindex");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "pair");
  lua_settop(L, 0);
}

/* ---- parts run from C ------------------------------------------------------------------------ */

static lua_Number call_lua(lua_State *L) {
  lua_Integer sum = 0;
  lua_getglobal(L, "plus");
  for (int i = 0; i < 3000000; i++) {
    lua_pushvalue(L, -1);
    lua_pushinteger(L, i);
    lua_pushinteger(L, 1);
    lua_call(L, 2, 1);
    sum += lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return (lua_Number)sum;
}

static lua_Number pcall_lua(lua_State *L) {
  lua_Integer sum = 0;
  for (int i = 0; i < 2000000; i++) {
    lua_getglobal(L, "plus");
    lua_pushinteger(L, i);
    lua_pushinteger(L, 1);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK) abort();
    sum += lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
  return (lua_Number)sum;
}

/* One that returns nothing, and one that returns three values, held in the registry. */
static lua_Number callbacks(lua_State *L) {
  lua_Number sum = 0;
  lua_getglobal(L, "update");
  int update = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_getglobal(L, "three");
  int three = luaL_ref(L, LUA_REGISTRYINDEX);
  for (int i = 0; i < 1000000; i++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, update);
    lua_pushnumber(L, i);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) abort();
    lua_rawgeti(L, LUA_REGISTRYINDEX, three);
    lua_pushinteger(L, i);
    lua_call(L, 1, 3);
    sum += lua_tonumber(L, -1);
    lua_pop(L, 3);
  }
  return sum;
}

static lua_Number methods(lua_State *L) {
  lua_Number sum = 0;
  lua_getglobal(L, "object");
  for (int i = 0; i < 1500000; i++) {
    lua_getfield(L, -1, "bump");
    lua_pushvalue(L, -2);
    lua_pushinteger(L, i);
    lua_call(L, 2, 1);
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return sum;
}

static lua_Number calls_of_c(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 0; i < 2000000; i++) {
    lua_pushcfunction(L, add);
    lua_pushinteger(L, i);
    lua_pushinteger(L, 1);
    if (i & 1)
      lua_call(L, 2, 1);
    else if (lua_pcall(L, 2, 1, 0) != LUA_OK)
      abort();
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}

static lua_Number errors(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 0; i < 200000; i++) {
    lua_getglobal(L, "fail");
    lua_pushinteger(L, i);
    sum += lua_pcall(L, 1, 0, 0);
    sum += (lua_Number)lua_rawlen(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}

static lua_Number fields(lua_State *L) {
  lua_Number sum = 0;
  lua_createtable(L, 0, 2);
  for (int i = 0; i < 1500000; i++) {
    lua_pushinteger(L, i);
    lua_setfield(L, -2, "width");
    lua_pushnumber(L, i);
    lua_setfield(L, -2, "height");
    lua_getfield(L, -1, "width");
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return sum;
}

static lua_Number tables(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 0; i < 300000; i++) {
    lua_createtable(L, 4, 2);
    for (int k = 1; k <= 4; k++) {
      lua_pushinteger(L, k * i);
      lua_rawseti(L, -2, k);
    }
    lua_pushnumber(L, i);
    lua_setfield(L, -2, "width");
    lua_pushnumber(L, 2);
    lua_setfield(L, -2, "height");
    for (int k = 1; k <= 4; k++) {
      lua_geti(L, -1, k);
      sum += lua_tonumber(L, -1);
      lua_pop(L, 1);
    }
    lua_getfield(L, -1, "width");
    lua_getfield(L, -2, "height");
    sum += lua_tonumber(L, -1) * lua_tonumber(L, -2);
    lua_pop(L, 3);
  }
  return sum;
}

static lua_Number traversal(lua_State *L) {
  lua_Number sum = 0;
  lua_newtable(L);
  for (int i = 1; i <= 1000; i++) {
    lua_pushfstring(L, "key %d", i);
    lua_pushinteger(L, i);
    lua_rawset(L, -3);
  }
  for (int round = 0; round < 1500; round++)
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) sum += lua_tonumber(L, -1);
  lua_pop(L, 1);
  return sum;
}

static lua_Number buffers(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 0; i < 200000; i++) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int k = 0; k < 10; k++) {
      luaL_addstring(&b, "piece ");
      lua_pushinteger(L, k);
      luaL_addvalue(&b);
      luaL_addchar(&b, ',');
    }
    luaL_pushresult(&b);
    sum += (lua_Number)lua_rawlen(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}

static lua_Number strings(lua_State *L) {
  lua_Number sum = 0;
  char text[32];
  for (int i = 0; i < 2000000; i++) {
    size_t n = (size_t)snprintf(text, sizeof text, "name%d", i & 1023);
    lua_pushlstring(L, text, n);
    sum += (lua_Number)lua_rawlen(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}

static lua_Number references(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 0; i < 1500000; i++) {
    lua_pushinteger(L, i);
    int reference = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
    luaL_unref(L, LUA_REGISTRYINDEX, reference);
  }
  return sum;
}

static lua_Number resumes(lua_State *L) {
  lua_Number sum = 0;
  lua_State *co = lua_newthread(L);
  luaL_loadstring(co, "local yield, n = coroutine.yield, 0 while true do n = n + yield(n) end");
  for (int i = 0; i < 1500000; i++) {
    int results;
    if (i > 0) lua_pushinteger(co, 1);
    if (lua_resume(co, L, i > 0, &results) != LUA_YIELD) abort();
    sum += lua_tonumber(co, -1);
    lua_pop(co, results);
  }
  lua_pop(L, 1);
  return sum;
}

static lua_Number yields(lua_State *L) {
  lua_Number sum = 0;
  lua_State *co = lua_newthread(L);
  luaL_loadstring(co, "local yield, n = yield_all, 0 while true do n = n + 1 yield(n) end");
  for (int i = 0; i < 1000000; i++) {
    int results;
    if (lua_resume(co, L, 0, &results) != LUA_YIELD) abort();
    sum += lua_tonumber(co, -1);
    lua_pop(co, results);
  }
  lua_pop(L, 1);
  return sum;
}

/* ---- the parts ------------------------------------------------------------------------------- */

typedef struct Part {
  const char *name, *text;
  lua_Number (*run)(lua_State *L);
} Part;

static const Part parts[] = {
    {"C function from Lua", "local s, add = 0, add for i = 1, 5000000 do s = add(s, i) end return s", NULL},
    {"C function, no values",
     "local nothing = nothing for i = 1, 6000000 do nothing() end return 1", NULL},
    {"C function with strings",
     "local n, f = 0, count_letter for i = 1, 3000000 do n = n + f('some letters', 'e') end return n", NULL},
    {"C closure", "local c, n = counter, 0 for i = 1, 4000000 do n = n + c() % 3 end return n > 0", NULL},
    {"C iterator",
     "local s = 0 for r = 1, 20 do for i, q in squares(200000) do s = s + q % 7 end end return s", NULL},
    {"C iterator with upvalues",
     "local s = 0 for r = 1, 20 do for i in range(150000) do s = s + i end end return s", NULL},
    {"userdata fields",
     "local p, s = point(1, 2), 0 for i = 1, 1500000 do p.x = i s = s + p.x + p.y end return s", NULL},
    {"userdata fields, unchecked",
     "local p, s = pair, 0 for i = 1, 1500000 do p.x = i p.y = s s = p.x + p.y end return s", NULL},
    {"userdata items, unchecked",
     "local p, s = pair, 0 for i = 1, 1500000 do p[1] = i p[2] = s s = p[1] + p[2] end return s", NULL},
    {"userdata operators",
     "local p, q = point(0, 0), point(1, 1) for i = 1, 1000000 do p = p + q end return p.x", NULL},
    {"userdata methods",
     "local p, s = point(3, 4), 0 for i = 1, 1500000 do s = s + p:dot(p) end return s", NULL},
    {"methods by a table",
     "local v, s = vector, 0 for i = 1, 3000000 do s = s + v:get() end return s", NULL},
    {"Lua function from C", NULL, call_lua},
    {"pcall of a Lua function", NULL, pcall_lua},
    {"callbacks", NULL, callbacks},
    {"methods from C", NULL, methods},
    {"errors caught in C", NULL, errors},
    {"C function from C", NULL, calls_of_c},
    {"Lua function from lua_next",
     "local t, s = {}, 0 for i = 1, 100 do t[i] = i end\n"
     "local f = function(k, v) s = s + v end for i = 1, 15000 do each(t, f) end return s",
     NULL},
    {"Lua function over an array",
     "local t = {} for i = 1, 100 do t[i] = i end\n"
     "local f = function(v) return v + 1 end for i = 1, 15000 do map(t, f) end return map(t, f)[7]",
     NULL},
    {"Lua function from sort",
     "local t = {} for i = 1, 200000 do t[i] = i * 7919 % 100003 end\n"
     "table.sort(t, function(a, b) return a < b end) return t[1000]", NULL},
    {"Lua function from gsub",
     "local n = 0 for i = 1, 20 do (('word '):rep(10000)):gsub('%a+', function(w) n = n + #w end) end return n",
     NULL},
    {"tables made and read", NULL, tables},
    {"fields stored and read", NULL, fields},
    {"lua_next", NULL, traversal},
    {"buffers", NULL, buffers},
    {"strings", NULL, strings},
    {"references", NULL, references},
    {"lua_resume", NULL, resumes},
    {"lua_yield", NULL, yields},
};

static lua_Number run_part(lua_State *L, const Part *part) {
  if (part->run != NULL) return part->run(L);
  if (luaL_loadstring(L, part->text) || lua_pcall(L, 0, 1, 0)) {
    fprintf(stderr, "%s: %s\n", part->name, lua_tostring(L, -1));
    exit(1);
  }
  lua_Number result = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return result;
}

static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) exit(1);
  luaL_openlibs(L);
  open_types(L);
  lua_register(L, "add", add);
  lua_register(L, "nothing", nothing);
  lua_register(L, "count_letter", count_letter);
  lua_register(L, "squares", squares);
  lua_register(L, "range", range);
  lua_register(L, "each", each);
  lua_register(L, "map", map);
  lua_register(L, "yield_all", yield_all);
  lua_register(L, "point", point_new);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, counter, 1);
  lua_setglobal(L, "counter");
  if (luaL_dostring(L, "function plus(a, b) return a + b end\n"
                       "time = 0 function update(step) time = time + step end\n"
                       "function three(a) return a, a + 1, a + 2 end\n"
                       "function fail(a) error('failed') end\n"
                       "object = setmetatable({n = 0}, {__index = {\n"
                       "  bump = function(self, n) self.n = self.n + n return self.n end}})"))
    exit(1);
  return L;
}

/* crossing [PART]: the parts whose names contain a text; one line each: name, seconds, result. */
int main(int argc, char **argv) {
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (argc > 1 && strstr(parts[i].name, argv[1]) == NULL) continue;
    double best = 1e9;
    lua_Number result = 0;
    for (int round = 0; round < ROUNDS; round++) {
      lua_State *L = open_state();
      double start = now();
      result = run_part(L, &parts[i]);
      double spent = now() - start;
      if (spent < best) best = spent;
      lua_close(L);
    }
    printf("%s\t%.4f\t%.17g\n", parts[i].name, best, result);
    fflush(stdout);
  }
  return 0;
}
