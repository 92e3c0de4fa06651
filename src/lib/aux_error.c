/*
** aux_error.c - error messages, tracebacks, and results that report failure.
**
** Layer: lib, on the public headers.
*/
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "api/check.h"
#include "lauxlib.h"
#include "lua.h"

/* ---- Names of functions ---------------------------------------------------------------------- */

/*
** Looks through the table at the top for a string key whose value is the function at 'function',
** and through the tables in it while depth > 1. Pushes the key, or keys joined by dots, and
** returns 1; pushes nothing and returns 0 when there is none.
*/
static int find_field(lua_State *L, int function, int depth) {
  if (depth == 0 || !lua_istable(L, -1)) return 0;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      if (lua_rawequal(L, function, -1)) {
        lua_pop(L, 1);
        return 1;
      }
      if (find_field(L, function, depth - 1)) {
        lua_pushliteral(L, ".");
        lua_replace(L, -3);  /* key, table, inner key -> key, ".", inner key */
        lua_concat(L, 3);
        return 1;
      }
    }
    lua_pop(L, 1);
  }
  return 0;
}

/*
** Pushes the name under which a loaded module offers the activation's function and returns 1;
** globals go by their bare names. Pushes nothing and returns 0 when no module offers it.
*/
static int push_global_name(lua_State *L, lua_Debug *activation) {
  static const char prefix[] = LUA_GNAME ".";
  int top = lua_gettop(L);
  lua_getinfo(L, "f", activation);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  luaL_checkstack(L, 6, "not enough stack");  /* slots that find_field needs */
  if (!find_field(L, top + 1, 2)) {
    lua_settop(L, top);
    return 0;
  }
  const char *name = lua_tostring(L, -1);
  if (strncmp(name, prefix, sizeof(prefix) - 1) == 0) {
    lua_pushstring(L, name + sizeof(prefix) - 1);
    lua_remove(L, -2);
  }
  lua_copy(L, -1, top + 1);
  lua_settop(L, top + 1);
  return 1;
}

static void push_description(lua_State *L, lua_Debug *activation) {
  if (push_global_name(L, activation)) {
    lua_pushfstring(L, "function '%s'", lua_tostring(L, -1));
    lua_remove(L, -2);
  } else if (*activation->namewhat != '\0') {
    lua_pushfstring(L, "%s '%s'", activation->namewhat, activation->name);
  } else if (*activation->what == 'm') {
    lua_pushliteral(L, "main chunk");
  } else if (*activation->what != 'C') {
    lua_pushfstring(L, "function <%s:%d>", activation->short_src, activation->linedefined);
  } else {
    lua_pushliteral(L, "?");
  }
}

/* ---- Tracebacks ------------------------------------------------------------------------------ */

/* A long traceback keeps this many levels at its two ends. */
#define LEVELS_AT_TOP 10
#define LEVELS_AT_BOTTOM 11

/* The last level of the stack: doubling steps, then a binary search. */
static int last_level(lua_State *L) {
  lua_Debug activation;
  int valid = 0;
  int beyond = 1;
  while (lua_getstack(L, beyond, &activation)) {
    valid = beyond;
    beyond *= 2;
  }
  while (beyond - valid > 1) {
    int middle = valid + (beyond - valid) / 2;
    if (lua_getstack(L, middle, &activation)) {
      valid = middle;
    } else {
      beyond = middle;
    }
  }
  return valid;
}

/* Stack slots that push_description uses at most. */
#define DESCRIPTION_SLOTS 12

/* Names are looked up on the stack of the thread that the activation belongs to. */
static void add_level(luaL_Buffer *buffer, lua_State *other, lua_Debug *activation) {
  lua_State *L = buffer->L;
  lua_getinfo(other, "Slnt", activation);
  if (activation->currentline > 0) {
    lua_pushfstring(L, "\n\t%s:%d: in ", activation->short_src, activation->currentline);
  } else {
    lua_pushfstring(L, "\n\t%s: in ", activation->short_src);
  }
  luaL_addvalue(buffer);
  if (other != L && !lua_checkstack(other, DESCRIPTION_SLOTS)) luaL_error(L, "stack overflow");
  push_description(other, activation);
  if (other != L) lua_xmove(other, L, 1);
  luaL_addvalue(buffer);
  if (activation->istailcall) luaL_addstring(buffer, "\n\t(...tail calls...)");
}

LUALIB_API void luaL_traceback(lua_State *L, lua_State *other, const char *message, int level) {
  CHECK(stack, L, 0, 5);
  CHECK(pointer, L, ARG(2, other));
  CHECK(sibling, L, ARG(2, other));
  CHECK(text_or_null, L, ARG(3, message));
  luaL_Buffer buffer;
  lua_Debug activation;
  int last = last_level(other);
  int skip_at = last - level > LEVELS_AT_TOP + LEVELS_AT_BOTTOM ? level + LEVELS_AT_TOP : -1;
  luaL_buffinit(L, &buffer);
  if (message != NULL) {
    luaL_addstring(&buffer, message);
    luaL_addchar(&buffer, '\n');
  }
  luaL_addstring(&buffer, "stack traceback:");
  for (; lua_getstack(other, level, &activation); level++) {
    if (level == skip_at) {
      /* this level is left out too, though the reference does not count it */
      int skipped = last - level - LEVELS_AT_BOTTOM;
      lua_pushfstring(L, "\n\t...\t(skipping %d levels)", skipped);
      luaL_addvalue(&buffer);
      level += skipped;
    } else {
      add_level(&buffer, other, &activation);
    }
  }
  luaL_pushresult(&buffer);
}

/* ---- Errors ---------------------------------------------------------------------------------- */

LUALIB_API void luaL_where(lua_State *L, int level) {
  CHECK(stack, L, 0, 1);
  lua_Debug activation;
  if (lua_getstack(L, level, &activation)) {
    lua_getinfo(L, "Sl", &activation);
    if (activation.currentline > 0) {
      lua_pushfstring(L, "%s:%d: ", activation.short_src, activation.currentline);
      return;
    }
  }
  lua_pushliteral(L, "");
}

LUALIB_API int luaL_error(lua_State *L, const char *format, ...) {
  CHECK(stack, L, 0, 2);
  CHECK(text, L, ARG(2, format));
  va_list arguments;
  va_start(arguments, format);
  luaL_where(L, 1);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  return lua_error(L);
}

/* In a method call the receiver is not counted, since the caller does not write it. */
LUALIB_API int luaL_argerror(lua_State *L, int argument, const char *message) {
  CHECK(stack, L, 0, 5);
  CHECK(text, L, ARG(3, message));
  lua_Debug activation;
  if (!lua_getstack(L, 0, &activation)) {
    return luaL_error(L, "bad argument #%d (%s)", argument, message);
  }
  lua_getinfo(L, "n", &activation);
  if (strcmp(activation.namewhat, "method") == 0) {
    argument--;
    if (argument == 0) {
      return luaL_error(L, "calling '%s' on bad self (%s)", activation.name, message);
    }
  }
  if (activation.name == NULL) {
    activation.name = push_global_name(L, &activation) ? lua_tostring(L, -1) : "?";
  }
  return luaL_error(L, "bad argument #%d to '%s' (%s)", argument, activation.name, message);
}

LUALIB_API int luaL_typeerror(lua_State *L, int argument, const char *type_name) {
  CHECK(stack, L, 0, 5);
  CHECK(index, L, ARG(2, argument));
  CHECK(text, L, ARG(3, type_name));
  const char *actual;
  if (luaL_getmetafield(L, argument, "__name") == LUA_TSTRING) {
    actual = lua_tostring(L, -1);
  } else if (lua_type(L, argument) == LUA_TLIGHTUSERDATA) {
    actual = "light userdata";
  } else {
    actual = luaL_typename(L, argument);
  }
  return luaL_argerror(L, argument, lua_pushfstring(L, "%s expected, got %s", type_name, actual));
}

/* ---- Results of system calls ----------------------------------------------------------------- */

/* Reads errno first: the API functions may change it. */
LUALIB_API int luaL_fileresult(lua_State *L, int success, const char *file_name) {
  CHECK(stack, L, 0, 3);
  int code = errno;
  if (success) {
    lua_pushboolean(L, 1);
    return 1;
  }
  const char *reason = code != 0 ? strerror(code) : "(no extra info)";
  luaL_pushfail(L);
  if (file_name != NULL) {
    lua_pushfstring(L, "%s: %s", file_name, reason);
  } else {
    lua_pushstring(L, reason);
  }
  lua_pushinteger(L, code);
  return 3;
}

LUALIB_API int luaL_execresult(lua_State *L, int status) {
  CHECK(stack, L, 0, 3);
  const char *how = "exit";
  if (status != 0 && errno != 0) return luaL_fileresult(L, 0, NULL);
  if (WIFEXITED(status)) {
    status = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    status = WTERMSIG(status);
    how = "signal";
  }
  if (*how == 'e' && status == 0) {
    lua_pushboolean(L, 1);
  } else {
    luaL_pushfail(L);
  }
  lua_pushstring(L, how);
  lua_pushinteger(L, status);
  return 3;
}
