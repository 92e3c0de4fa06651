/*
** aux_state.c - a state with the usual allocator, panic and warning functions; the version check.
**
** Layer: lib, on the public headers.
*/
#include <stdlib.h>
#include <string.h>

#include "api/check.h"
#include "lauxlib.h"
#include "lua.h"

static void *allocate(void *data, void *block, size_t old_size, size_t new_size) {
  (void)data;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

static int panic(lua_State *L) {
  const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1)
                                                       : "error object is not a string";
  lua_writestringerror("PANIC: unprotected error in call to Lua API (%s)\n", message);
  return 0;  /* the core aborts */
}

/* ---- Warnings -------------------------------------------------------------------------------- */

/*
** The warning function itself is the state of the warning system: off, on, or on and in the middle
** of a message that came in pieces. Its data is the Lua state, which it needs to replace itself.
*/
static void warn_off(void *data, const char *message, int to_be_continued);
static void warn_on(void *data, const char *message, int to_be_continued);
static void warn_continue(void *data, const char *message, int to_be_continued);

/* A message of one piece that starts with '@' is an order; unknown ones are ignored. */
static int warn_obey(lua_State *L, const char *message, int to_be_continued) {
  if (to_be_continued || *message != '@') return 0;
  if (strcmp(message, "@off") == 0) lua_setwarnf(L, warn_off, L);
  if (strcmp(message, "@on") == 0) lua_setwarnf(L, warn_on, L);
  return 1;
}

static void warn_off(void *data, const char *message, int to_be_continued) {
  warn_obey(data, message, to_be_continued);
}

static void warn_on(void *data, const char *message, int to_be_continued) {
  if (warn_obey(data, message, to_be_continued)) return;
  lua_writestringerror("%s", "Lua warning: ");
  warn_continue(data, message, to_be_continued);
}

static void warn_continue(void *data, const char *message, int to_be_continued) {
  lua_State *L = data;
  lua_writestringerror("%s", message);
  if (to_be_continued) {
    lua_setwarnf(L, warn_continue, L);
  } else {
    lua_writestringerror("%s", "\n");
    lua_setwarnf(L, warn_on, L);
  }
}

/* ---- States ---------------------------------------------------------------------------------- */

LUALIB_API lua_State *luaL_newstate(void) {
  lua_State *L = lua_newstate(allocate, NULL);
  if (luai_likely(L != NULL)) {
    lua_atpanic(L, panic);
    lua_setwarnf(L, warn_off, L);
  }
  return L;
}

LUALIB_API void luaL_checkversion_(lua_State *L, lua_Number version, size_t number_sizes) {
  CHECK(thread, L);
  lua_Number actual = lua_version(L);
  if (number_sizes != LUAL_NUMSIZES) {
    luaL_error(L, "core and library have incompatible numeric types");
  } else if (actual != version) {
    luaL_error(L, "version mismatch: app. needs %f, Lua core provides %f", (LUAI_UACNUMBER)version,
               (LUAI_UACNUMBER)actual);
  }
}
