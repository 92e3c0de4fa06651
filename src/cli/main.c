/*
 * The `ferrous` program: what the options ask for, the script and its arguments, the environment.
 * Layer: cli.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#include "chunks.h"
#include "cli.h"
#include "limits.h"
#include "options.h"

static void print_version(void) {
  puts(CLI_VERSION_LINE);
  fflush(stdout);
}

/* Carries out the options before `end` that run code, in their order. */
static bool run_option_code(lua_State *L, char **argv, int end) {
  for (int i = 1; i < end; i++) {
    int status = LUA_OK;
    char letter = argv[i][1];
    if (letter == 'W') {
      lua_warning(L, "@on", 0);
    } else if (letter == 'e' || letter == 'l') {
      const char *text = argv[i][2] != '\0' ? argv[i] + 2 : argv[++i];
      status = letter == 'e' ? run_string(L, text, "=(command line)") : run_library(L, text);
    }
    if (status != LUA_OK)
      return false;
  }
  return true;
}

/* The global `arg`: the script is at 0, its arguments follow, what precedes it is negative. */
static void create_argument_table(lua_State *L, char **argv, int argc, int script) {
  if (script == argc)
    script = 0;
  int positive = argc - (script + 1);
  lua_createtable(L, positive > 0 ? positive : 0, script + 1);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}

/* Pushes the items of `arg`, which the program may have changed; returns their number. */
static int push_script_arguments(lua_State *L) {
  if (lua_getglobal(L, "arg") != LUA_TTABLE)
    luaL_error(L, "'arg' is not a table");
  int count = (int)luaL_len(L, -1);
  luaL_checkstack(L, count + 3, "too many arguments to script");
  for (int i = 1; i <= count; i++)
    lua_rawgeti(L, -i, i);
  lua_remove(L, -count - 1);
  return count;
}

static int run_script(lua_State *L, char **script) {
  const char *name = script[0];
  if (strcmp(name, "-") == 0 && strcmp(script[-1], "--") != 0)
    name = NULL;
  int status = luaL_loadfile(L, name);
  if (status == LUA_OK)
    status = run_call(L, push_script_arguments(L), LUA_MULTRET);
  return run_report(L, status);
}

/* LUA_INIT holds a chunk, or the name of a file after '@'. */
static int run_environment_chunk(lua_State *L) {
  const char *name = "=LUA_INIT" LUA_VERSUFFIX;
  const char *text = getenv(name + 1);
  if (text == NULL) {
    name = "=LUA_INIT";
    text = getenv(name + 1);
  }
  if (text == NULL)
    return LUA_OK;
  return text[0] == '@' ? run_file(L, text + 1) : run_string(L, text, name);
}

/* What follows the options' code: the script, interactive mode, or standard input. */
static bool run_main_part(lua_State *L, const Options *options, int argc, char **argv) {
  bool has_script = options->first < argc;
  if (has_script && run_script(L, argv + options->first) != LUA_OK)
    return false;
  if (options->interactive) {
    interactive_run(L);
  } else if (!has_script && !options->execute && !options->version) {
    if (!isatty(STDIN_FILENO))
      return run_file(L, NULL) == LUA_OK;
    print_version();
    interactive_run(L);
  }
  return true;
}

static void open_libraries(lua_State *L, const Options *options) {
  if (options->no_environment) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  }
  luaL_openlibs(L);
}

static bool run_program_options(lua_State *L, const Options *options, int argc, char **argv) {
  if (options->version)
    print_version();
  open_libraries(L, options);
  limits_set(L, options->max_memory, options->timeout);
  create_argument_table(L, argv, argc, options->first);
  lua_gc(L, LUA_GCRESTART);
  lua_gc(L, LUA_GCGEN, 0, 0);
  if (!options->no_environment && run_environment_chunk(L) != LUA_OK)
    return false;
  if (!run_option_code(L, argv, options->first))
    return false;
  return run_main_part(L, options, argc, argv);
}

static bool flush_output(void) {
  if (fflush(stdout) == 0)
    return true;
  run_message("cannot write standard output");
  return false;
}

/* The options that run no code need no libraries, either. */
static bool run_without_code(lua_State *L, const Options *options, char **argv) {
  lua_gc(L, LUA_GCRESTART);
  if (options->help)
    options_print_usage(stdout);
  if (options->only_version || options->version)
    puts(CLI_VERSION_LINE);
  if (options->dump != NULL)
    return chunks_list(L, options->dump);
  if (options->check)
    return chunks_check(L, argv + options->first);
  if (options->compile)
    return chunks_compile(L, argv[options->first], options->output, options->strip);
  return flush_output();
}

/* Runs in a protected call: arguments argc and argv, result whether all went well. */
static int protected_main(lua_State *L) {
  int argc = (int)lua_tointeger(L, 1);
  char **argv = lua_touserdata(L, 2);
  Options options = options_parse(argv);
  bool success = false;
  luaL_checkversion(L);
  lua_settop(L, 0);
  if (options.help || options.only_version || options.dump != NULL || options.check ||
      options.compile)
    success = !options.bad && run_without_code(L, &options, argv);
  else if (!options.bad)
    success = run_program_options(L, &options, argc, argv);
  lua_pushboolean(L, success);
  return 1;
}

/* The C library gives the end of its heap back as soon as a few hundred KB there are free, and asks for it again, to
   have its pages cleared: a program that appends to a string of that length spends most of its time so. */
static void keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}

int main(int argc, char **argv) {
  keep_freed_memory();
  if (argv[0] != NULL && argv[0][0] != '\0')
    run_set_program(argv[0]);
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    run_message("cannot create state: not enough memory");
    return EXIT_FAILURE;
  }
  lua_gc(L, LUA_GCSTOP);
  lua_pushcfunction(L, protected_main);
  lua_pushinteger(L, argc);
  lua_pushlightuserdata(L, argv);
  int status = lua_pcall(L, 2, 1, 0);
  bool success = lua_toboolean(L, -1);
  run_report(L, status);
  lua_close(L);
  return status == LUA_OK && success ? EXIT_SUCCESS : EXIT_FAILURE;
}
