/* Tables, metatables, userdata, references, libraries. */
#include "host.h"

static void access(lua_State *L) {
  lua_createtable(L, 4, 4);
  for (int i = 1; i <= 40; i++) {
    lua_pushinteger(L, i * i);
    lua_rawseti(L, 1, i);
  }
  lua_pushstring(L, "by name");
  lua_setfield(L, 1, "name");
  lua_pushnumber(L, 1.5);
  lua_pushstring(L, "by float");
  lua_settable(L, 1);
  lua_pushstring(L, "raw");
  lua_pushboolean(L, 1);
  lua_rawset(L, 1);
  lua_pushstring(L, "pointer");
  lua_rawsetp(L, 1, L);
  lua_pushstring(L, "wide");
  lua_seti(L, 1, 1LL << 60);
  printf("%d ", lua_getfield(L, 1, "name"));
  printf("%d ", lua_getfield(L, 1, "absent"));
  printf("%d ", lua_geti(L, 1, 1LL << 60));
  printf("%d ", lua_rawgeti(L, 1, 40));
  printf("%d ", lua_rawgetp(L, 1, L));
  lua_pushnumber(L, 40.0);
  printf("%d ", lua_gettable(L, 1));
  lua_pushnumber(L, 1.5);
  printf("%d\n", lua_rawget(L, 1));
  print_stack(L, "read");
  lua_settop(L, 1);
  int fields = 0, items = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) lua_isinteger(L, -2) ? items++ : fields++;
  printf("%d %d %d\n", items, fields, (int)lua_rawlen(L, 1));
  lua_settop(L, 0);
  lua_pushinteger(L, 99);
  lua_setglobal(L, "from_c");
  run_text(L, "from_lua = from_c + 1");
  printf("%d ", lua_getglobal(L, "from_lua"));
  lua_pushglobaltable(L);
  lua_getfield(L, -1, "from_lua");
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  printf("%d\n", lua_tothread(L, -1) == L);
  clear_stack(L, "globals");
}

static int failing_next(lua_State *L) {
  lua_newtable(L);
  lua_pushstring(L, "no such key");
  return lua_next(L, -2);
}

static int nil_key(lua_State *L) {
  lua_newtable(L);
  lua_pushnil(L);
  lua_pushinteger(L, 1);
  lua_settable(L, -3);
  return 0;
}

static int index_nil(lua_State *L) {
  lua_pushnil(L);
  lua_setglobal(L, "missing");
  lua_getglobal(L, "missing");
  lua_getfield(L, -1, "field");
  return 1;
}

static void errors(lua_State *L) {
  lua_CFunction functions[] = {failing_next, nil_key, index_nil};
  for (int i = 0; i < 3; i++) {
    lua_pushcfunction(L, functions[i]);
    printf("%d ", lua_pcall(L, 0, 0, 0));
  }
  clear_stack(L, "errors");
}

typedef struct Point {
  double x, y;
} Point;

static int point_new(lua_State *L) {
  double x = luaL_checknumber(L, 1), y = luaL_optnumber(L, 2, -1);
  Point *p = lua_newuserdatauv(L, sizeof *p, 1);
  p->x = x;
  p->y = y;
  luaL_setmetatable(L, "Point");
  return 1;
}

static int point_index(lua_State *L) {
  const Point *p = luaL_checkudata(L, 1, "Point");
  const char *key = luaL_checkstring(L, 2);
  if (*key == 'x')
    lua_pushnumber(L, p->x);
  else if (*key == 'y')
    lua_pushnumber(L, p->y);
  else if (luaL_getmetafield(L, 1, key) == LUA_TNIL)
    return luaL_error(L, "no field '%s'", key);
  return 1;
}

static int point_newindex(lua_State *L) {
  Point *p = luaL_checkudata(L, 1, "Point");
  static const char *const keys[] = {"x", "y", NULL};
  double value = luaL_checknumber(L, 3);
  if (luaL_checkoption(L, 2, NULL, keys) == 0)
    p->x = value;
  else
    p->y = value;
  return 0;
}

static int point_add(lua_State *L) {
  const Point *a = luaL_checkudata(L, 1, "Point"), *b = luaL_checkudata(L, 2, "Point");
  lua_settop(L, 0);
  lua_pushcfunction(L, point_new);
  lua_pushnumber(L, a->x + b->x);
  lua_pushnumber(L, a->y + b->y);
  lua_call(L, 2, 1);
  return 1;
}

static int point_text(lua_State *L) {
  const Point *p = luaL_checkudata(L, 1, "Point");
  lua_pushfstring(L, "(%f, %f)", p->x, p->y);
  return 1;
}

static int collected;
static int point_gc(lua_State *L) {
  luaL_checkudata(L, 1, "Point");
  collected++;
  return 0;
}

static int point_keep(lua_State *L) {
  lua_settop(L, 2);
  lua_pushinteger(L, lua_setiuservalue(L, 1, 1));
  lua_pushinteger(L, lua_getiuservalue(L, 1, 1));
  lua_pushinteger(L, lua_getiuservalue(L, 1, 2));
  lua_remove(L, -2);
  return 4;
}

static const luaL_Reg point_methods[] = {
    {"__index", point_index}, {"__newindex", point_newindex}, {"__add", point_add},
    {"__tostring", point_text}, {"__gc", point_gc}, {"keep", point_keep}, {"absent", NULL},
    {NULL, NULL}};

static int open_point(lua_State *L) {
  static const luaL_Reg functions[] = {{"new", point_new}, {NULL, NULL}};
  printf("%d ", luaL_newmetatable(L, "Point"));
  luaL_setfuncs(L, point_methods, 0);
  printf("%d ", luaL_newmetatable(L, "Point"));
  printf("%d\n", luaL_getmetatable(L, "Point"));
  luaL_newlib(L, functions);
  return 1;
}

static void userdata(lua_State *L) {
  luaL_requiref(L, "point", open_point, 1);
  luaL_requiref(L, "point", open_point, 0);
  lua_settop(L, 0);
  run_text(L,
           "local p = point.new(1, 2) local q = p + point.new(0.5)\n"
           "print(p.x, q.x, q.y, tostring(q), p.absent)\n"
           "q.y = 8 print(q.y, p:keep 'kept')\n"
           "for _, f in ipairs {function() return p.z end, function() p.z = 1 end,\n"
           "  function() p.x = 'no' end, function() return p + 1 end, point.new,\n"
           "  function() return p() end, function() return #p end,\n"
           "  function() return p < q end, function() return p .. q end} do\n"
           "  print(select(2, pcall(f))) end\n"
           "for i = 1, 100 do point.new(i) end\n"
           "p, q = nil collectgarbage() collectgarbage()");
  printf("%d collected\n", collected >= 100);
  lua_pushcfunction(L, point_new);
  lua_pushinteger(L, 3);
  lua_call(L, 1, 1);
  printf("%d %d %d\n", luaL_testudata(L, 1, "Point") != NULL, luaL_testudata(L, 1, "FILE*") == NULL,
         luaL_callmeta(L, 1, "__tostring"));
  printf("%d %d\n", luaL_callmeta(L, 1, "__missing"), luaL_getmetafield(L, 1, "__name"));
  printf("%d ", lua_getmetatable(L, 1));
  lua_pop(L, 1);
  lua_pushnil(L);
  printf("%d ", lua_setmetatable(L, 1));
  printf("%d\n", lua_getmetatable(L, 1));
  lua_newuserdata(L, 0);
  lua_pushinteger(L, 5);
  printf("%d ", lua_setuservalue(L, -2));
  printf("%d\n", lua_getuservalue(L, -1));
  clear_stack(L, "userdata");
}

static void registry(lua_State *L) {
  lua_newtable(L);
  int references[4];
  for (int i = 0; i < 4; i++) {
    lua_pushinteger(L, i + 100);
    references[i] = luaL_ref(L, 1);
  }
  lua_pushnil(L);
  printf("%d %d\n", luaL_ref(L, 1) == LUA_REFNIL,
         references[0] != references[1] && references[2] != references[3]);
  luaL_unref(L, 1, references[1]);
  lua_pushstring(L, "again");
  printf("%d\n", luaL_ref(L, 1) == references[1]);
  lua_rawgeti(L, 1, references[1]);
  lua_rawgeti(L, 1, references[3]);
  luaL_unref(L, 1, LUA_NOREF);
  printf("%d ", luaL_getsubtable(L, 1, "sub"));
  printf("%d\n", luaL_getsubtable(L, 1, "sub"));
  printf("%d\n", lua_rawequal(L, -1, -2));
  lua_pushstring(L, "in the registry");
  lua_setfield(L, LUA_REGISTRYINDEX, "abi.test");
  lua_getfield(L, LUA_REGISTRYINDEX, "abi.test");
  clear_stack(L, "references");
}

static int counter(lua_State *L) {
  lua_Integer n = lua_tointeger(L, lua_upvalueindex(1)) + 1;
  lua_pushinteger(L, n);
  lua_copy(L, -1, lua_upvalueindex(1));
  lua_pushvalue(L, lua_upvalueindex(2));
  printf("%d ", lua_isnone(L, lua_upvalueindex(3)));
  return 2;
}

static void closures(lua_State *L) {
  lua_pushinteger(L, 10);
  lua_pushstring(L, "second");
  lua_pushcclosure(L, counter, 2);
  for (int i = 0; i < 3; i++) {
    lua_pushvalue(L, 1);
    lua_call(L, 0, 2);
  }
  printf("\n");
  clear_stack(L, "upvalues");
}

static void libraries(void) {
  static const lua_CFunction all[] = {luaopen_base,  luaopen_coroutine, luaopen_table,
                                      luaopen_io,    luaopen_os,        luaopen_string,
                                      luaopen_utf8,  luaopen_math,      luaopen_debug,
                                      luaopen_package};
  static const char *const names[] = {"_G", "coroutine", "table", "io", "os", "string",
                                      "utf8", "math", "debug", "package"};
  lua_State *L = luaL_newstate();
  for (int i = 0; i < 10; i++) {
    luaL_requiref(L, names[i], all[i], i % 2);
    int entries = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) entries++;
    printf("%s %d\n", names[i], entries);
    lua_settop(L, 0);
  }
  lua_close(L);
}

int main(void) {
  lua_State *L = open_state();
  access(L);
  errors(L);
  userdata(L);
  registry(L);
  closures(L);
  libraries();
  lua_close(L);
  return 0;
}
