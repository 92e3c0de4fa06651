/*
** init.c - opens the standard libraries.
**
** Layer: lib, on the public headers.
*/
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* Base comes first: it makes the table of globals known as a module. */
static const luaL_Reg libraries[] = {
  {LUA_GNAME, luaopen_base},
  {LUA_LOADLIBNAME, luaopen_package},
  {LUA_COLIBNAME, luaopen_coroutine},
  {LUA_TABLIBNAME, luaopen_table},
  {LUA_IOLIBNAME, luaopen_io},
  {LUA_OSLIBNAME, luaopen_os},
  {LUA_STRLIBNAME, luaopen_string},
  {LUA_MATHLIBNAME, luaopen_math},
  {LUA_UTF8LIBNAME, luaopen_utf8},
  {LUA_DBLIBNAME, luaopen_debug},
};

LUALIB_API void luaL_openlibs(lua_State *L) {
  for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
    luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
    lua_pop(L, 1);
  }
}
