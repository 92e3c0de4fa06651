/* The program that runs a file of the official suite with the module T present.

     official_api [-e CODE] FILE

   Memory, warnings and the end are checked: an unexpected warning, or a block that is still
   allocated after the state was closed, is a failure. */
#include "script.h"

/* ---- warnings -------------------------------------------------------------------------------- */

/* What becomes of warnings. Those that begin with '#' are always expected. */
typedef enum WarnMode { WARN_NORMAL, WARN_OFF, WARN_ON, WARN_STORE } WarnMode;

static struct {
  WarnMode mode;
  bool unexpected; /* there was one */
  size_t length;
  char text[4096]; /* of the message under way */
} warnings;

static bool warn_obey(const char *order) {
  static const struct {
    const char *order;
    WarnMode mode;
  } orders[] = {
      {"@normal", WARN_NORMAL}, {"@off", WARN_OFF}, {"@on", WARN_ON}, {"@store", WARN_STORE}};
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
    if (strcmp(order, orders[i].order) == 0) {
      warnings.mode = orders[i].mode;
      return true;
    }
  }
  return false;
}

static void warn_finish(lua_State *L) {
  switch (warnings.mode) {
    case WARN_OFF: break;
    case WARN_STORE:
      lua_pushstring(L, warnings.text);
      lua_setglobal(L, "_WARN");
      break;
    case WARN_NORMAL:
      warnings.unexpected |= warnings.text[0] != '#'; /* fallthrough */
    case WARN_ON: fprintf(stderr, "warning: %s\n", warnings.text); break;
  }
}

static void warn_piece(void *data, const char *message, int to_be_continued) {
  if (warnings.length == 0 && !to_be_continued && warn_obey(message)) return;
  size_t length = strlen(message), room = sizeof warnings.text - 1 - warnings.length;
  if (length > room) length = room;
  memcpy(warnings.text + warnings.length, message, length);
  warnings.length += length;
  warnings.text[warnings.length] = '\0';
  if (to_be_continued) return;
  warn_finish(data);
  warnings.length = 0;
}

void install_warnings(lua_State *L) { lua_setwarnf(L, warn_piece, L); }

/* ---- the program ----------------------------------------------------------------------------- */

int open_test_module(lua_State *L) {
  lua_newtable(L);
  add_script_functions(L);
  add_memory_functions(L);
  add_state_functions(L);
  add_query_functions(L);
  return 1;
}

static int add_traceback(lua_State *L) {
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

static int protected_main(lua_State *L) {
  char **argv = lua_touserdata(L, 1);
  luaL_openlibs(L);
  luaL_requiref(L, "T", open_test_module, 1);
  lua_gc(L, LUA_GCGEN, 0, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, add_traceback);
  for (int i = 1; argv[i] != NULL; i++) {
    bool is_code = strcmp(argv[i], "-e") == 0;
    if (is_code && argv[++i] == NULL) return luaL_error(L, "'-e' needs code");
    if ((is_code ? luaL_loadstring(L, argv[i]) : luaL_loadfile(L, argv[i])) != LUA_OK ||
        lua_pcall(L, 0, 0, 1) != LUA_OK)
      return lua_error(L);
  }
  return 0;
}

int main(int argc, char **argv) {
  (void)argc;
  lua_State *L = new_controlled_state();
  if (L == NULL) return EXIT_FAILURE;
  lua_pushcfunction(L, protected_main);
  lua_pushlightuserdata(L, argv);
  bool passed = lua_pcall(L, 1, 0, 0) == LUA_OK;
  if (!passed) fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
  lua_close(L);
  if (warnings.unexpected) fputs("there was an unexpected warning\n", stderr);
  if (controlled_block_count() != 0)
    fprintf(stderr, "%zu blocks were never freed\n", controlled_block_count());
  return passed && !warnings.unexpected && controlled_block_count() == 0 ? EXIT_SUCCESS
                                                                         : EXIT_FAILURE;
}
