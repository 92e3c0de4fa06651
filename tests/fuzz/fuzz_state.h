/* What the fuzz targets share: a state with bounded memory and bounded running time, and without
 * the libraries that reach outside (io, os, package, debug). */
#ifndef FUZZ_STATE_H
#define FUZZ_STATE_H

#include <stdint.h>
#include <stdlib.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

enum { FUZZ_INSTRUCTIONS = 200000, FUZZ_BYTES = 64 << 20 };

/* Counts every byte; refuses what would pass the limit. */
static void *fuzz_allocate(void *user, void *block, size_t old_size, size_t new_size) {
  size_t *used = user;
  size_t before = block != NULL ? old_size : 0;
  if (new_size == 0) {
    *used -= before;
    free(block);
    return NULL;
  }
  if (*used - before + new_size > FUZZ_BYTES) return NULL;
  void *result = realloc(block, new_size);
  if (result != NULL) *used = *used - before + new_size;
  return result;
}

static void fuzz_stop(lua_State *L, lua_Debug *event) {
  (void)event;
  luaL_error(L, "instruction limit");
}

static int fuzz_libraries(lua_State *L) {
  static const luaL_Reg libraries[] = {
    {LUA_GNAME, luaopen_base},          {LUA_COLIBNAME, luaopen_coroutine},
    {LUA_TABLIBNAME, luaopen_table},    {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math},    {LUA_UTF8LIBNAME, luaopen_utf8},
  };
  for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
    luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
    lua_pop(L, 1);
  }
  lua_pushnil(L);
  lua_setglobal(L, "dofile");
  lua_pushnil(L);
  lua_setglobal(L, "loadfile");
  lua_pushnil(L);
  lua_setglobal(L, "print");
  return 0;
}

static void fuzz_run(const char *bytes, size_t size, const char *mode) {
  size_t used = 0;
  lua_State *L = lua_newstate(fuzz_allocate, &used);
  if (L == NULL) return;
  lua_pushcfunction(L, fuzz_libraries);
  if (lua_pcall(L, 0, 0, 0) == LUA_OK && luaL_loadbufferx(L, bytes, size, "=fuzz", mode) == LUA_OK) {
    lua_sethook(L, fuzz_stop, LUA_MASKCOUNT, FUZZ_INSTRUCTIONS);
    lua_pcall(L, 0, 0, 0);
    lua_sethook(L, NULL, 0, 0);
  }
  lua_close(L);
  if (used != 0) abort();
}

#endif
