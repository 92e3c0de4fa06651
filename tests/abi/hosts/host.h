/* What the host programs share: a state, printing of stacks, and calls that must succeed. They are
   compiled against the distribution's headers, and must print the same on either library; so they
   print no addresses and no memory figures. */
#ifndef FERROUS_TESTS_ABI_HOST_H
#define FERROUS_TESTS_ABI_HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
#include <lua.hpp>
#else
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#endif

#define UNUSED __attribute__((unused))

/* One value, without what differs from run to run. */
static UNUSED void print_value(lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING: printf("\"%s\"", lua_tostring(L, index)); break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index))
        printf(LUA_INTEGER_FMT, lua_tointeger(L, index));
      else
        printf("%.14gf", lua_tonumber(L, index));
      break;
    case LUA_TBOOLEAN: printf("%s", lua_toboolean(L, index) ? "true" : "false"); break;
    default: printf("%s", luaL_typename(L, index));
  }
}

static UNUSED void print_stack(lua_State *L, const char *label) {
  printf("%s: %d [", label, lua_gettop(L));
  for (int i = 1; i <= lua_gettop(L); i++) {
    if (i > 1) printf(", ");
    print_value(L, i);
  }
  printf("]\n");
}

static UNUSED void clear_stack(lua_State *L, const char *label) {
  print_stack(L, label);
  lua_settop(L, 0);
}

static UNUSED void run_text(lua_State *L, const char *text) {
  if (luaL_dostring(L, text)) {
    printf("failed: %s\n", luaL_tolstring(L, -1, NULL));
    lua_pop(L, 2);
  }
}

static UNUSED lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) abort();
  luaL_openlibs(L);
  setvbuf(stdout, NULL, _IOLBF, 4096);
  return L;
}

#endif
