/*
 * The `ferrous` program: options, the script and its arguments, the environment.
 * Layer: cli.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#include "api/listing.h"

#include "cli.h"

typedef struct Options {
  bool bad, interactive, version, execute, no_environment;
  bool help;
  const char *dump; /* list this file's bytecode instead of running anything */
  int first;        /* index of the script, or of the bad option; `argc` if there is no script */
} Options;

/* ---- Options -------------------------------------------------------------------------- */

static void print_usage(FILE *out)
{
  fprintf(out,
          "usage: %s [options] [script [args]]\n"
          "Available options are:\n"
          "  -e stat   execute string 'stat'\n"
          "  -i        enter interactive mode after executing 'script'\n"
          "  -l mod    require library 'mod' into global 'mod'\n"
          "  -l g=mod  require library 'mod' into global 'g'\n"
          "  -v        show version information\n"
          "  -E        ignore environment variables\n"
          "  -W        turn warnings on\n"
          "  --        stop handling options\n"
          "  -         stop handling options and execute stdin\n"
          "  --dump file  list the bytecode of 'file'\n"
          "  --help    show this text\n",
          run_program());
  fflush(out);
}

static void report_bad_option(const char *option)
{
  bool takes_argument = option[1] == 'e' || option[1] == 'l' || strcmp(option, "--dump") == 0;
  fprintf(stderr, takes_argument ? "%s: '%s' needs argument\n" : "%s: unrecognized option '%s'\n",
          run_program(), option);
  print_usage(stderr);
}

static void print_version(void)
{
  puts(FERROUS_VERSION_LINE);
  fflush(stdout);
}

/* Options of more than a letter. Returns the index of the last argument it took, or 0. */
static int parse_long_option(Options *options, char **argv, int i)
{
  if (strcmp(argv[i], "--help") == 0) {
    options->help = true;
    return i;
  }
  if (strcmp(argv[i], "--dump") == 0 && argv[i + 1] != NULL) {
    options->dump = argv[i + 1];
    return i + 1;
  }
  return 0;
}

/* Takes note of the option at `i`. Returns the index of the last argument it took, or 0 if it is
 * malformed. */
static int parse_option(Options *options, char **argv, int i)
{
  const char *option = argv[i];
  bool is_single = option[2] == '\0';
  switch (option[1]) {
    case '-':
      return parse_long_option(options, argv, i);
    case 'E':
      options->no_environment = true;
      return is_single ? i : 0;
    case 'W':
      return is_single ? i : 0;
    case 'i':
      options->interactive = options->version = true;
      return is_single ? i : 0;
    case 'v':
      options->version = true;
      return is_single ? i : 0;
    case 'e':
      options->execute = true;
      __attribute__((fallthrough));
    case 'l':
      if (!is_single)
        return i;
      return argv[i + 1] != NULL && argv[i + 1][0] != '-' ? i + 1 : 0;
    default:
      return 0;
  }
}

static Options parse_options(char **argv)
{
  Options options = {.first = 1};
  if (argv[0] == NULL) {
    options.first = 0;
    return options;
  }
  while (argv[options.first] != NULL) {
    const char *argument = argv[options.first];
    if (argument[0] != '-' || argument[1] == '\0')
      break;
    if (strcmp(argument, "--") == 0) {
      options.first++;
      break;
    }
    int last = parse_option(&options, argv, options.first);
    if (last == 0) {
      options.bad = true;
      break;
    }
    options.first = last + 1;
  }
  return options;
}

/* ---- Running -------------------------------------------------------------------------- */

/* Carries out the options before `end` that run code, in their order. */
static bool run_option_code(lua_State *L, char **argv, int end)
{
  for (int i = 1; i < end; i++) {
    int status = LUA_OK;
    char letter = argv[i][1];
    if (strcmp(argv[i], "--dump") == 0) {
      i++;
    } else if (letter == 'W') {
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
static void create_argument_table(lua_State *L, char **argv, int argc, int script)
{
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
static int push_script_arguments(lua_State *L)
{
  if (lua_getglobal(L, "arg") != LUA_TTABLE)
    luaL_error(L, "'arg' is not a table");
  int count = (int)luaL_len(L, -1);
  luaL_checkstack(L, count + 3, "too many arguments to script");
  for (int i = 1; i <= count; i++)
    lua_rawgeti(L, -i, i);
  lua_remove(L, -count - 1);
  return count;
}

static int run_script(lua_State *L, char **script)
{
  const char *name = script[0];
  if (strcmp(name, "-") == 0 && strcmp(script[-1], "--") != 0)
    name = NULL;
  int status = luaL_loadfile(L, name);
  if (status == LUA_OK)
    status = run_call(L, push_script_arguments(L), LUA_MULTRET);
  return run_report(L, status);
}

/* LUA_INIT holds a chunk, or the name of a file after '@'. */
static int run_environment_chunk(lua_State *L)
{
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

static bool dump_file(lua_State *L, const char *name)
{
  if (run_report(L, luaL_loadfile(L, name)) != LUA_OK)
    return false;
  return ferrous_dump_listing(L, stdout) == 0;
}

/* What follows the options' code: the script, interactive mode, or standard input. */
static bool run_main_part(lua_State *L, const Options *options, int argc, char **argv)
{
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

static void open_libraries(lua_State *L, const Options *options)
{
  if (options->no_environment) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  }
  luaL_openlibs(L);
}

static bool run_program_options(lua_State *L, const Options *options, int argc, char **argv)
{
  if (options->version)
    print_version();
  open_libraries(L, options);
  create_argument_table(L, argv, argc, options->first);
  lua_gc(L, LUA_GCRESTART);
  lua_gc(L, LUA_GCGEN, 0, 0);
  if (!options->no_environment && run_environment_chunk(L) != LUA_OK)
    return false;
  if (!run_option_code(L, argv, options->first))
    return false;
  if (options->dump != NULL)
    return dump_file(L, options->dump);
  return run_main_part(L, options, argc, argv);
}

/* Runs in a protected call: arguments argc and argv, result whether all went well. */
static int protected_main(lua_State *L)
{
  int argc = (int)lua_tointeger(L, 1);
  char **argv = lua_touserdata(L, 2);
  Options options = parse_options(argv);
  bool success = true;
  luaL_checkversion(L);
  if (options.bad) {
    report_bad_option(argv[options.first]);
    success = false;
  } else if (options.help) {
    print_usage(stdout);
  } else {
    success = run_program_options(L, &options, argc, argv);
  }
  lua_pushboolean(L, success);
  return 1;
}

int main(int argc, char **argv)
{
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
