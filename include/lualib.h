/*
** lualib.h - the standard libraries: the function that opens each of them, and its global name.
**
** Each luaopen_ function pushes the library's table; luaL_openlibs opens all libraries and makes
** them global (chapter 6 of the Lua 5.4 reference manual).
**
** Layer: public.
*/
#ifndef lualib_h
#define lualib_h

#include "lua.h"

/* Suffix of the environment variables that hold search paths for this version alone. */
#define LUA_VERSUFFIX "_" LUA_VERSION_MAJOR "_" LUA_VERSION_MINOR

#define LUA_COLIBNAME "coroutine"
#define LUA_DBLIBNAME "debug"
#define LUA_IOLIBNAME "io"
#define LUA_LOADLIBNAME "package"
#define LUA_MATHLIBNAME "math"
#define LUA_OSLIBNAME "os"
#define LUA_STRLIBNAME "string"
#define LUA_TABLIBNAME "table"
#define LUA_UTF8LIBNAME "utf8"

LUAMOD_API int luaopen_base(lua_State *L);
LUAMOD_API int luaopen_coroutine(lua_State *L);
LUAMOD_API int luaopen_debug(lua_State *L);
LUAMOD_API int luaopen_io(lua_State *L);
LUAMOD_API int luaopen_math(lua_State *L);
LUAMOD_API int luaopen_os(lua_State *L);
LUAMOD_API int luaopen_package(lua_State *L);
LUAMOD_API int luaopen_string(lua_State *L);
LUAMOD_API int luaopen_table(lua_State *L);
LUAMOD_API int luaopen_utf8(lua_State *L);

LUALIB_API void luaL_openlibs(lua_State *L);

#endif
