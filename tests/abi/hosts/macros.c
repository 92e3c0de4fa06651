/* The macros that no other host uses, those for older sources included. */
#define LUA_COMPAT_APIINTCASTS
#include "host.h"

static int options(lua_State *L) {
  lua_pushstring(L, luaL_optstring(L, 1, "fallback"));
  lua_pushinteger(L, luaL_opt(L, luaL_checkinteger, 2, 9));
  return 2;
}

static int casts(lua_State *L) {
  lua_pushunsigned(L, luaL_checkunsigned(L, 1));
  lua_pushunsigned(L, luaL_optunsigned(L, 2, 5));
  lua_pushinteger(L, luaL_checkint(L, 1));
  lua_pushinteger(L, luaL_optint(L, 2, 6));
  lua_pushinteger(L, luaL_checklong(L, 1));
  lua_pushinteger(L, luaL_optlong(L, 2, 7));
  return lua_gettop(L);
}

static int fails(lua_State *L) {
  luaL_pushfail(L);
  return 1;
}

static const luaL_Reg functions[] = {{"options", options}, {"casts", casts}, {"fails", fails},
                                     {NULL, NULL}};

int main(void) {
  lua_State *L = open_state();
  lua_assert(L != NULL);
  luaL_newlibtable(L, functions);
  luaL_setfuncs(L, functions, 0);
  lua_setglobal(L, "host");
  run_text(L, "print(host.options()) print(host.options('given', 3)) print(pcall(host.options, {}))\n"
              "print(host.casts(-1)) print(host.casts(8, 9)) print(pcall(host.casts, 1.5)) print(host.fails())");
  lua_pushboolean(L, 0);
  lua_pushlightuserdata(L, L);
  lua_pushthread(L);
  lua_pushinteger(L, -2);
  for (int i = 1; i <= 5; i++) {
    int valid;
    lua_Unsigned value = lua_tounsignedx(L, i, &valid);
    printf("%d%d%d%d%d%d %llu %d %d\n", lua_isboolean(L, i), lua_islightuserdata(L, i), lua_isthread(L, i),
           lua_isnone(L, i), lua_isnoneornil(L, i), lua_isfunction(L, i), value, valid,
           lua_tounsigned(L, i) == value);
  }
  lua_settop(L, 0);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  memset(luaL_prepbuffer(&b), 'p', LUAL_BUFFERSIZE);
  luaL_addsize(&b, LUAL_BUFFERSIZE);
  luaL_pushresult(&b);
  printf("%d\n", (int)lua_rawlen(L, -1));
  lua_pop(L, 1);
  lua_Integer integer = 0;
  printf("%d ", lua_numbertointeger(3.0, &integer));
  printf("%d ", lua_numbertointeger(1e300, &integer));
  printf("%d\n", (int)integer);
  printf("%d\n", luaL_loadfilex(L, "/nowhere.lua", "t") == LUA_ERRFILE);
  clear_stack(L, "file");
  lua_close(L);
  return 0;
}
