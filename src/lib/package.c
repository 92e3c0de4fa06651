/*
** package.c - 'require' and the package library (manual 6.3).
**
** The searchers have the package table as upvalue, where they find the paths; 'require' finds the
** list of searchers there. Handles of opened C libraries live in a registry table, by path and in
** order; its finalizer closes them, last one first.
**
** Layer: lib, on the public headers.
*/
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "api/poll.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

#define PACKAGE_UPVALUE lua_upvalueindex(1)

/* ---- C libraries ----------------------------------------------------------------------------- */

/* Registry key of the table of handles: its own address. */
static const char library_handles[] = "library handles";

typedef enum LookupResult { LOOKUP_FOUND, LOOKUP_NO_LIBRARY, LOOKUP_NO_FUNCTION } LookupResult;

static void *library_known(lua_State *L, const char *path) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, library_handles);
  lua_getfield(L, -1, path);
  void *handle = lua_touserdata(L, -1);
  lua_pop(L, 2);
  return handle;
}

static void library_remember(lua_State *L, const char *path, void *handle) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, library_handles);
  lua_pushlightuserdata(L, handle);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, path);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  lua_pop(L, 1);
}

static int libraries_close(lua_State *L) {
  for (lua_Integer i = (lua_Integer)lua_rawlen(L, 1); i >= 1; i--) {
    lua_rawgeti(L, 1, i);
    dlclose(lua_touserdata(L, -1));
    lua_pop(L, 1);
  }
  return 0;
}

/*
** Pushes function 'name' of the library at 'path', which is opened if need be; name "*" just opens
** it, for other libraries to link with, and pushes true. Pushes a message when that fails.
*/
static LookupResult library_lookup(lua_State *L, const char *path, const char *name) {
  int global = *name == '*';
  void *handle = library_known(L, path);
  if (handle == NULL) {
    handle = dlopen(path, RTLD_NOW | (global ? RTLD_GLOBAL : RTLD_LOCAL));
    if (handle == NULL) {
      lua_pushstring(L, dlerror());
      return LOOKUP_NO_LIBRARY;
    }
    library_remember(L, path, handle);
  }
  if (global) {
    lua_pushboolean(L, 1);
    return LOOKUP_FOUND;
  }
  lua_CFunction function;
  void *symbol = dlsym(handle, name);
  if (symbol == NULL) {
    lua_pushstring(L, dlerror());
    return LOOKUP_NO_FUNCTION;
  }
  memcpy(&function, &symbol, sizeof(function));  /* C has no cast from object to function */
  lua_pushcfunction(L, function);
  return LOOKUP_FOUND;
}

static int package_loadlib(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  const char *name = luaL_checkstring(L, 2);
  LookupResult result = library_lookup(L, path, name);
  if (luai_likely(result == LOOKUP_FOUND)) return 1;
  luaL_pushfail(L);
  lua_insert(L, -2);
  lua_pushstring(L, result == LOOKUP_NO_LIBRARY ? "open" : "init");
  return 3;
}

/* ---- Searching a path ------------------------------------------------------------------------ */

static int is_readable(const char *file_name) {
  FILE *file = fopen(file_name, "r");
  if (file == NULL) return 0;
  fclose(file);
  return 1;
}

/* Cuts the next template off a list of templates by writing a zero behind it; NULL at the end. */
static char *next_template(char **list, const char *end) {
  char *name = *list;
  if (name == end) return NULL;
  if (*name == '\0') {  /* the zero of the one before */
    *name = *LUA_PATH_SEP;
    name++;
  }
  char *separator = strchr(name, *LUA_PATH_SEP);
  if (separator == NULL) separator = name + strlen(name);
  *separator = '\0';
  *list = separator;
  return name;
}

/* Pushes a message that lists the file names of 'path'. */
static void push_not_found(lua_State *L, const char *path) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  luaL_addstring(&buffer, "no file '");
  luaL_addgsub(&buffer, path, LUA_PATH_SEP, "'\n\tno file '");
  luaL_addstring(&buffer, "'");
  luaL_pushresult(&buffer);
}

/* Of looking for a file, in instructions. */
enum { TRIAL_COST = 256 };

/* Pushes the first readable file's name and yields it; or pushes a message and yields NULL. */
static const char *search_path(lua_State *L, const char *name, const char *path,
                               const char *separator, const char *replacement) {
  luaL_Buffer buffer;
  const char *file_name;
  if (*separator != '\0' && strchr(name, *separator) != NULL) {
    name = luaL_gsub(L, name, separator, replacement);
  }
  luaL_buffinit(L, &buffer);
  luaL_addgsub(&buffer, path, LUA_PATH_MARK, name);
  luaL_addchar(&buffer, '\0');
  char *list = luaL_buffaddr(&buffer);
  const char *end = list + luaL_bufflen(&buffer) - 1;
  while ((file_name = next_template(&list, end)) != NULL) {
    builtin_poll(L, TRIAL_COST);
    if (is_readable(file_name)) return lua_pushstring(L, file_name);
  }
  luaL_pushresult(&buffer);
  push_not_found(L, lua_tostring(L, -1));
  return NULL;
}

/* Of several wrong arguments the last is told, as the reference's builds do. */
static int package_searchpath(lua_State *L) {
  const char *replacement = luaL_optstring(L, 4, LUA_DIRSEP);
  const char *separator = luaL_optstring(L, 3, ".");
  const char *path = luaL_checkstring(L, 2);
  const char *name = luaL_checkstring(L, 1);
  const char *file_name = search_path(L, name, path, separator, replacement);
  if (file_name != NULL) return 1;
  luaL_pushfail(L);
  lua_insert(L, -2);
  return 2;
}

/* ---- Searchers ------------------------------------------------------------------------------- */

static const char *find_file(lua_State *L, const char *name, const char *field) {
  lua_getfield(L, PACKAGE_UPVALUE, field);
  const char *path = lua_tostring(L, -1);
  if (luai_unlikely(path == NULL)) luaL_error(L, "'package.%s' must be a string", field);
  return search_path(L, name, path, ".", LUA_DIRSEP);
}

/* A searcher's result: the loader at the top and the file's name, or an error with the message. */
static int searcher_result(lua_State *L, int success, const char *file_name) {
  if (luai_likely(success)) {
    lua_pushstring(L, file_name);
    return 2;
  }
  return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", lua_tostring(L, 1),
                    file_name, lua_tostring(L, -1));
}

static int search_preload(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  if (lua_getfield(L, -1, name) == LUA_TNIL) {
    lua_pushfstring(L, "no field package.preload['%s']", name);
    return 1;
  }
  lua_pushliteral(L, ":preload:");
  return 2;
}

static int search_lua(lua_State *L) {
  const char *file_name = find_file(L, luaL_checkstring(L, 1), "path");
  if (file_name == NULL) return 1;
  return searcher_result(L, luaL_loadfile(L, file_name) == LUA_OK, file_name);
}

/*
** Looks up the function that opens module 'name' in a library. A part before a hyphen is a version
** that is not in the function's name; older libraries had it after the hyphen.
*/
static LookupResult lookup_open_function(lua_State *L, const char *file_name, const char *name) {
  name = luaL_gsub(L, name, ".", "_");
  const char *mark = strchr(name, *LUA_IGMARK);
  if (mark != NULL) {
    lua_pushlstring(L, name, (size_t)(mark - name));
    const char *function = lua_pushfstring(L, "luaopen_%s", lua_tostring(L, -1));
    LookupResult result = library_lookup(L, file_name, function);
    if (result != LOOKUP_NO_FUNCTION) return result;
    name = mark + 1;
  }
  return library_lookup(L, file_name, lua_pushfstring(L, "luaopen_%s", name));
}

static int search_c(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *file_name = find_file(L, name, "cpath");
  if (file_name == NULL) return 1;
  LookupResult result = lookup_open_function(L, file_name, name);
  return searcher_result(L, result == LOOKUP_FOUND, file_name);
}

/* A library named after the root of the module's name may open the module too. */
static int search_c_root(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *dot = strchr(name, '.');
  if (dot == NULL) return 0;
  lua_pushlstring(L, name, (size_t)(dot - name));
  const char *file_name = find_file(L, lua_tostring(L, -1), "cpath");
  if (file_name == NULL) return 1;
  LookupResult result = lookup_open_function(L, file_name, name);
  if (result == LOOKUP_NO_FUNCTION) {
    lua_pushfstring(L, "no module '%s' in file '%s'", name, file_name);
    return 1;
  }
  return searcher_result(L, result == LOOKUP_FOUND, file_name);
}

/* ---- require --------------------------------------------------------------------------------- */

/*
** Asks the searchers for 'name', the function's argument 1. Pushes the loader and its extra value.
** The texts of the searchers that found nothing make up the error message.
*/
static void find_loader(lua_State *L, const char *name) {
  luaL_Buffer message;
  if (luai_unlikely(lua_getfield(L, PACKAGE_UPVALUE, "searchers") != LUA_TTABLE)) {
    luaL_error(L, "'package.searchers' must be a table");
  }
  int searchers = lua_gettop(L);
  luaL_buffinit(L, &message);
  for (lua_Integer i = 1; lua_rawgeti(L, searchers, i) != LUA_TNIL; i++) {
    lua_pushstring(L, name);
    lua_call(L, 1, 2);
    if (lua_isfunction(L, -2)) return;
    lua_pop(L, 1);
    if (lua_isstring(L, -1)) {
      lua_pushliteral(L, "\n\t");
      lua_insert(L, -2);
      lua_concat(L, 2);
      luaL_addvalue(&message);
    } else {
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
  luaL_pushresult(&message);
  luaL_error(L, "module '%s' not found:%s", name, lua_tostring(L, -1));
}

/* What the loader returns, or else stores, is the module; true when it does neither. */
static int package_require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, 2, name);
  if (lua_toboolean(L, -1)) return 1;
  lua_pop(L, 1);
  find_loader(L, name);
  lua_rotate(L, -2, 1);  /* extra value, loader */
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -3);
  lua_call(L, 2, 1);
  if (!lua_isnil(L, -1)) {
    lua_setfield(L, 2, name);
  } else {
    lua_pop(L, 1);
  }
  if (lua_getfield(L, 2, name) == LUA_TNIL) {
    lua_pushboolean(L, 1);
    lua_copy(L, -1, -2);
    lua_setfield(L, 2, name);
  }
  lua_rotate(L, -2, 1);  /* module, extra value */
  return 2;
}

/* ---- Opening the library --------------------------------------------------------------------- */

static int ignores_environment(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  int ignore = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return ignore;
}

/* Pushes 'path' with its ";;", at 'mark', replaced by the default path. */
static void push_path_with_default(lua_State *L, const char *path, const char *mark,
                                   const char *fallback) {
  luaL_Buffer buffer;
  size_t length = strlen(path);
  luaL_buffinit(L, &buffer);
  if (path < mark) {
    luaL_addlstring(&buffer, path, (size_t)(mark - path));
    luaL_addchar(&buffer, *LUA_PATH_SEP);
  }
  luaL_addstring(&buffer, fallback);
  if (mark < path + length - 2) {
    luaL_addchar(&buffer, *LUA_PATH_SEP);
    luaL_addlstring(&buffer, mark + 2, (size_t)(path + length - 2 - mark));
  }
  luaL_pushresult(&buffer);
}

/* Sets a path of the package table at the top: from the environment, or its default. */
static void set_path(lua_State *L, const char *field, const char *variable,
                     const char *variable_of_version, const char *fallback) {
  const char *path = getenv(variable_of_version);
  if (path == NULL) path = getenv(variable);
  if (path == NULL || ignores_environment(L)) {
    lua_pushstring(L, fallback);
  } else {
    const char *mark = strstr(path, LUA_PATH_SEP LUA_PATH_SEP);
    if (mark == NULL) {
      lua_pushstring(L, path);
    } else {
      push_path_with_default(L, path, mark, fallback);
    }
  }
  lua_setfield(L, -2, field);
}

static void set_searchers(lua_State *L) {
  static const lua_CFunction searchers[] = {search_preload, search_lua, search_c, search_c_root};
  int count = sizeof(searchers) / sizeof(searchers[0]);
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, searchers[i], 1);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "searchers");
}

static void open_library_handles(lua_State *L) {
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, libraries_close);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, library_handles);
}

static const luaL_Reg functions[] = {
  {"loadlib", package_loadlib},
  {"searchpath", package_searchpath},
  {"searchers", NULL}, {"path", NULL}, {"cpath", NULL}, /* set below */
  {"config", NULL}, {"loaded", NULL}, {"preload", NULL},
  {NULL, NULL},
};

LUAMOD_API int luaopen_package(lua_State *L) {
  open_library_handles(L);
  luaL_checkversion(L);
  lua_createtable(L, 0, 8);
  luaL_setfuncs(L, functions, 0);
  set_searchers(L);
  set_path(L, "path", "LUA_PATH", "LUA_PATH" LUA_VERSUFFIX, LUA_PATH_DEFAULT);
  set_path(L, "cpath", "LUA_CPATH", "LUA_CPATH" LUA_VERSUFFIX, LUA_CPATH_DEFAULT);
  lua_pushliteral(L, LUA_DIRSEP "\n" LUA_PATH_SEP "\n" LUA_PATH_MARK "\n" LUA_EXEC_DIR "\n"
                     LUA_IGMARK "\n");
  lua_setfield(L, -2, "config");
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_setfield(L, -2, "loaded");
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_setfield(L, -2, "preload");
  lua_pushglobaltable(L);
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, package_require, 1);
  lua_setfield(L, -2, "require");
  lua_pop(L, 1);
  return 1;
}
