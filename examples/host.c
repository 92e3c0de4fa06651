/*
 * A host in C: it gives a script a function, runs it, takes results out, and survives its errors.
 * Expected output is in the comments.
 */
#include <stdio.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* area(width, height): arguments are checked, an error names the function and the argument. */
static int area(lua_State *L) {
  lua_Number width = luaL_checknumber(L, 1);
  lua_Number height = luaL_checknumber(L, 2);
  luaL_argcheck(L, width >= 0, 1, "is negative");
  lua_pushnumber(L, width * height);
  return 1;
}

/* A message handler: it runs where the error happened, and may look at the stack. */
static int add_traceback(lua_State *L) {
  luaL_traceback(L, L, lua_tostring(L, 1), 1);
  return 1;
}

static int run(lua_State *L, const char *source) {
  lua_pushcfunction(L, add_traceback);
  int status = luaL_loadbuffer(L, source, strlen(source), "=config");
  if (status == LUA_OK) status = lua_pcall(L, 0, 0, -2);
  if (status != LUA_OK) printf("error: %s\n", lua_tostring(L, -1));
  lua_settop(L, 0);
  return status;
}

int main(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) return 1;
  luaL_openlibs(L);
  lua_register(L, "area", area);

  run(L, "window = {title = 'Ferrous', size = area(30, 20)}");
  lua_getglobal(L, "window");
  lua_getfield(L, -1, "title");
  lua_getfield(L, -2, "size");
  printf("%s: %g\n", lua_tostring(L, -2), lua_tonumber(L, -1)); /* --> Ferrous: 600 */
  lua_settop(L, 0);

  run(L, "local x = area(-1, 2)");
  /* --> error: config:1: bad argument #1 to 'area' (is negative)
     --> stack traceback:
     -->~ .*in function 'area'
     -->~ .*in main chunk */

  run(L, "return return"); /* --> error: config:1: unexpected symbol near 'return' */
  lua_close(L);
  return 0;
}
