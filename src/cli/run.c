/*
 * Running chunks for the `ferrous` program: protected calls and messages.
 * Layer: cli.
 */
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "cli.h"
#include "interrupt.h"

static const char *program_name = "ferrous";

void run_set_program(const char *name) {
  program_name = name;
}

const char *run_program(void) {
  return program_name;
}

/* ---- Messages ------------------------------------------------------------------------- */

void run_message(const char *text) {
  if (program_name != NULL)
    fprintf(stderr, "%s: ", program_name);
  fprintf(stderr, "%s\n", text);
  fflush(stderr);
}

int run_report(lua_State *L, int status) {
  if (status == LUA_OK)
    return status;
  const char *text = lua_tostring(L, -1);
  run_message(text != NULL ? text : "(error message not a string)");
  lua_pop(L, 1);
  return status;
}

/* Turns an error object into a message with a traceback. What `__tostring` makes of an object
 * stands alone. */
static int handle_message(lua_State *L) {
  const char *text = lua_tostring(L, 1);
  if (text == NULL) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
      return 1;
    text = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, text, 1);
  return 1;
}

/* ---- Chunks --------------------------------------------------------------------------- */

int run_call(lua_State *L, int arguments, int results) {
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, handle_message);
  lua_insert(L, base);
  interrupt_begin(L);
  int status = lua_pcall(L, arguments, results, base);
  interrupt_end();
  lua_remove(L, base);
  return status;
}

static int run_loaded(lua_State *L, int status) {
  if (status == LUA_OK)
    status = run_call(L, 0, 0);
  return run_report(L, status);
}

int run_file(lua_State *L, const char *name) {
  return run_loaded(L, luaL_loadfile(L, name));
}

int run_string(lua_State *L, const char *text, const char *chunk_name) {
  return run_loaded(L, luaL_loadbuffer(L, text, strlen(text), chunk_name));
}

/* Without a global's name, the module's is used, up to the mark that begins its version. */
static void push_global_name(lua_State *L, const char *module) {
  const char *mark = strchr(module, '-');
  lua_pushlstring(L, module, mark != NULL ? (size_t)(mark - module) : strlen(module));
}

int run_library(lua_State *L, const char *specification) {
  const char *equals = strchr(specification, '=');
  const char *module = equals != NULL ? equals + 1 : specification;
  if (equals != NULL)
    lua_pushlstring(L, specification, (size_t)(equals - specification));
  else
    push_global_name(L, module);
  lua_getglobal(L, "require");
  lua_pushstring(L, module);
  int status = run_call(L, 1, 1);
  if (status == LUA_OK)
    lua_setglobal(L, lua_tostring(L, -2));
  run_report(L, status);
  lua_pop(L, 1);
  return status;
}
