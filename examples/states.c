/*
 * A thousand isolated states, each with limits of its own: untrusted programs that want all memory or
 * never end cannot harm the others, nor the host. Each is closed when it fails, or used again.
 */
#include <stdio.h>

#include "ferrous.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

enum { STATE_COUNT = 1000 };

static const char *const programs[] = {
    "local sum = 0 for i = 1, 100 do sum = sum + i end return sum",
    "while true do pcall(function() while true do end end) end",
    "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
    "return string.find(('a'):rep(100000), '.-.-.-.-b')",
};

enum { PROGRAM_COUNT = sizeof programs / sizeof programs[0] };

static lua_State *open_limited(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) return NULL;
  luaL_openlibs(L);
  ferrous_make_sticky(L, 1);
  ferrous_limit_memory(L, 1 << 20);
  return L;
}

int main(void) {
  static lua_State *states[STATE_COUNT];
  int outcomes[5] = {0};
  for (int i = 0; i < STATE_COUNT; i++) {
    states[i] = open_limited();
    if (states[i] == NULL) return 1;
  }
  for (int i = 0; i < STATE_COUNT; i++) {
    lua_State *L = states[i];
    ferrous_limit_instructions(L, 400000);
    luaL_dostring(L, programs[i % PROGRAM_COUNT]);
    outcomes[ferrous_stopped(L)]++;
  }
  printf("%d finished\n", outcomes[FERROUS_STOP_NONE]);                    /* --> 250 finished */
  printf("%d took too long\n", outcomes[FERROUS_STOP_INSTRUCTIONS]);       /* --> 500 took too long */
  printf("%d wanted too much\n", outcomes[FERROUS_STOP_MEMORY]);           /* --> 250 wanted too much */

  int again = 0; /* a stopped state is as good as before */
  for (int i = 0; i < STATE_COUNT; i++) {
    lua_State *L = states[i];
    lua_settop(L, 0);
    ferrous_clear_stop(L);
    ferrous_limit_instructions(L, 20000);
    luaL_dostring(L, programs[0]);
    again += lua_tointeger(L, -1) == 5050;
    lua_close(L);
  }
  printf("%d used again\n", again); /* --> 1000 used again */
  return 0;
}
