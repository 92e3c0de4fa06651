/*
 * The interactive mode of the `ferrous` program: reads a line, or several when a statement is
 * incomplete, runs them, prints what an expression gives.
 *
 * Input that comes from no terminal is treated as the reference treats it. At a terminal, tables
 * are displayed with their contents, and SIGINT interrupts chunks and lines but does not end the
 * program.
 *
 * Layer: cli.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lua.h"
#include "lauxlib.h"

#include "cli.h"
#include "display.h"
#include "interrupt.h"
#include "line_reader.h"

static const char INCOMPLETE_MARK[] = "<eof>";

/* ---- Reading -------------------------------------------------------------------------- */

/* Pushes the prompt: a global variable's value, if it is set. */
static const char *push_prompt(lua_State *L, bool first) {
  if (lua_getglobal(L, first ? "_PROMPT" : "_PROMPT2") == LUA_TNIL)
    return lua_pushstring(L, first ? "> " : ">> ");
  return luaL_tolstring(L, -1, NULL);
}

/* Pushes a line. At the start of a statement, "=" stands for "return ". */
static LineStatus push_line(lua_State *L, bool first) {
  int top = lua_gettop(L);
  const char *line;
  size_t length;
  LineStatus status = line_reader_next(push_prompt(L, first), &line, &length);
  lua_settop(L, top);
  if (status != LINE_READ)
    return status;
  if (first && length > 0 && line[0] == '=') {
    lua_pushliteral(L, "return ");
    lua_pushlstring(L, line + 1, length - 1);
    lua_concat(L, 2);
  } else {
    lua_pushlstring(L, line, length);
  }
  return LINE_READ;
}

/* ---- Compiling ------------------------------------------------------------------------ */

static int load_text(lua_State *L, int index) {
  size_t length;
  const char *text = lua_tolstring(L, index, &length);
  return luaL_loadbuffer(L, text, length, "=stdin");
}

/* Tries the line at index 1 as an expression; replaces it by the function if that works. */
static bool load_expression(lua_State *L) {
  lua_pushliteral(L, "return ");
  lua_pushvalue(L, 1);
  lua_concat(L, 2);
  bool loaded = load_text(L, 2) == LUA_OK;
  if (loaded)
    lua_replace(L, 1);
  lua_settop(L, 1);
  return loaded;
}

/* Whether loading failed for want of more text. The message stays. */
static bool is_incomplete(lua_State *L, int status) {
  const size_t mark = sizeof INCOMPLETE_MARK - 1;
  size_t length;
  if (status != LUA_ERRSYNTAX)
    return false;
  const char *message = lua_tolstring(L, -1, &length);
  return length >= mark && strcmp(message + length - mark, INCOMPLETE_MARK) == 0;
}

/* Loads the statement that starts with the line at index 1, reading further lines as it needs them.
 * Leaves a function, a message, or nothing (for LINE_INTERRUPTED) on the stack. */
static LineStatus load_statement(lua_State *L, int *status) {
  for (;;) {
    *status = load_text(L, 1);
    if (!is_incomplete(L, *status))
      break;
    LineStatus line = push_line(L, false);
    if (line == LINE_INTERRUPTED) {
      lua_settop(L, 0);
      return line;
    }
    if (line == LINE_END) /* the message tells what is missing */
      break;
    lua_replace(L, 2);
    lua_pushliteral(L, "\n");
    lua_insert(L, 2);
    lua_concat(L, 3);
  }
  lua_replace(L, 1);
  return LINE_READ;
}

/* ---- Running -------------------------------------------------------------------------- */

static int terminal_width(void) {
  struct winsize size;
  bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20;
  return known ? size.ws_col : 80;
}

static void print_results(lua_State *L, bool displays_tables) {
  int count = lua_gettop(L);
  if (count == 0)
    return;
  luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
  for (int i = 1; displays_tables && i <= count; i++)
    display_replace(L, i, terminal_width());
  lua_getglobal(L, "print");
  lua_insert(L, 1);
  if (lua_pcall(L, count, 0, 0) != LUA_OK)
    run_message(lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1)));
}

/* Runs the statement that starts with the line at index 1. */
static void run_statement(lua_State *L, bool displays_tables) {
  int status = LUA_OK;
  if (!load_expression(L) && load_statement(L, &status) == LINE_INTERRUPTED)
    return;
  if (status == LUA_OK)
    status = run_call(L, 0, LUA_MULTRET);
  if (status == LUA_OK)
    print_results(L, displays_tables);
  else
    run_report(L, status);
}

void interactive_run(lua_State *L) {
  bool is_terminal = isatty(STDIN_FILENO);
  const char *program = run_program();
  run_set_program(NULL);
  if (is_terminal)
    interrupt_set_interactive();
  line_reader_begin(L);
  for (;;) {
    lua_settop(L, 0);
    LineStatus line = push_line(L, true);
    if (line == LINE_END)
      break;
    if (line == LINE_READ)
      run_statement(L, is_terminal);
  }
  line_reader_end();
  if (!is_terminal)
    fputc('\n', stdout);
  fflush(stdout);
  run_set_program(program);
}
