/*
** os.c - the operating system library (manual 6.9); dates and times are in os_time.c.
**
** Layer: lib, on the public headers.
*/
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "os_time.h"

static int os_execute(lua_State *L) {
  const char *command = luaL_optstring(L, 1, NULL);
  errno = 0;
  int status = system(command);
  if (command != NULL) return luaL_execresult(L, status);
  lua_pushboolean(L, status);  /* whether there is a shell */
  return 1;
}

static int os_remove(lua_State *L) {
  const char *file_name = luaL_checkstring(L, 1);
  errno = 0;
  return luaL_fileresult(L, remove(file_name) == 0, file_name);
}

static int os_rename(lua_State *L) {
  const char *from = luaL_checkstring(L, 1);
  const char *to = luaL_checkstring(L, 2);
  errno = 0;
  return luaL_fileresult(L, rename(from, to) == 0, NULL);
}

/* The file is created, so that nobody else takes the name. */
static int os_tmpname(lua_State *L) {
  char name[] = "/tmp/lua_XXXXXX";
  int descriptor = mkstemp(name);
  if (descriptor == -1) return luaL_error(L, "unable to generate a unique filename");
  close(descriptor);
  lua_pushstring(L, name);
  return 1;
}

static int os_getenv(lua_State *L) {
  lua_pushstring(L, getenv(luaL_checkstring(L, 1)));  /* NULL becomes nil */
  return 1;
}

static int os_setlocale(lua_State *L) {
  static const int categories[] = {LC_ALL, LC_COLLATE, LC_CTYPE, LC_MONETARY, LC_NUMERIC, LC_TIME};
  static const char *const names[] = {"all",     "collate", "ctype", "monetary",
                                      "numeric", "time",    NULL};
  const char *locale = luaL_optstring(L, 1, NULL);
  int option = luaL_checkoption(L, 2, "all", names);
  lua_pushstring(L, setlocale(categories[option], locale));
  return 1;
}

static int os_exit(lua_State *L) {
  int status;
  if (lua_isboolean(L, 1)) {
    status = lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE;
  } else {
    status = (int)luaL_optinteger(L, 1, EXIT_SUCCESS);
  }
  if (lua_toboolean(L, 2)) lua_close(L);
  exit(status);
}

static const luaL_Reg functions[] = {
  {"clock", os_clock},   {"date", os_date},     {"difftime", os_difftime},
  {"execute", os_execute}, {"exit", os_exit},   {"getenv", os_getenv},
  {"remove", os_remove}, {"rename", os_rename}, {"setlocale", os_setlocale},
  {"time", os_time},     {"tmpname", os_tmpname},
  {NULL, NULL},
};

LUAMOD_API int luaopen_os(lua_State *L) {
  luaL_newlib(L, functions);
  return 1;
}
