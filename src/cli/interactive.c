/*
 * The interactive mode of the `ferrous` program: reads a line, or several when a statement is
 * incomplete, runs them, prints what an expression gives.
 * Layer: cli.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#include "cli.h"

/* The line buffer is kept from line to line. Input that no terminal echoes is copied to the
 * output, so that this reads as a dialogue. */
typedef struct LineReader {
  char *text;
  size_t capacity;
  bool echoes;
} LineReader;

static const char INCOMPLETE_MARK[] = "<eof>";

/* Shows the prompt: a global variable's value, if it is set. */
static void show_prompt(lua_State *L, bool first)
{
  if (lua_getglobal(L, first ? "_PROMPT" : "_PROMPT2") == LUA_TNIL)
    fputs(first ? "> " : ">> ", stdout);
  else
    fputs(luaL_tolstring(L, -1, NULL), stdout);
  fflush(stdout);
  lua_settop(L, first ? 0 : 1);
}

/* Pushes a line without its newline; false at the end of the input. "=" starts an expression. */
static bool push_line(lua_State *L, LineReader *reader, bool first)
{
  show_prompt(L, first);
  ssize_t length = getline(&reader->text, &reader->capacity, stdin);
  if (length < 0)
    return false;
  if (length > 0 && reader->text[length - 1] == '\n')
    length--;
  if (reader->echoes)
    printf("%.*s\n", (int)length, reader->text);
  if (first && length > 0 && reader->text[0] == '=') {
    lua_pushliteral(L, "return ");
    lua_pushlstring(L, reader->text + 1, (size_t)length - 1);
    lua_concat(L, 2);
  } else {
    lua_pushlstring(L, reader->text, (size_t)length);
  }
  return true;
}

static int load_text(lua_State *L, int index)
{
  size_t length;
  const char *text = lua_tolstring(L, index, &length);
  return luaL_loadbuffer(L, text, length, "=stdin");
}

/* Tries the line at index 1 as an expression; replaces it by the function if that works. */
static bool load_expression(lua_State *L)
{
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
static bool is_incomplete(lua_State *L, int status)
{
  const size_t mark = sizeof INCOMPLETE_MARK - 1;
  size_t length;
  if (status != LUA_ERRSYNTAX)
    return false;
  const char *message = lua_tolstring(L, -1, &length);
  return length >= mark && strcmp(message + length - mark, INCOMPLETE_MARK) == 0;
}

/* Appends a further line to the text at index 1, dropping what is above; false at the end of
 * the input. */
static bool append_line(lua_State *L, LineReader *reader)
{
  if (!push_line(L, reader, false))
    return false;
  lua_pushliteral(L, "\n");
  lua_insert(L, -2);
  lua_concat(L, 3);
  return true;
}

/* Loads the statement that starts with the line at index 1, reading further lines as it needs
 * them. Leaves a function or a message alone on the stack. */
static int load_statement(lua_State *L, LineReader *reader)
{
  for (;;) {
    int status = load_text(L, 1);
    if (!is_incomplete(L, status) || !append_line(L, reader)) {
      if (lua_gettop(L) == 1) /* the input has ended, and the message is gone: get it again */
        status = load_text(L, 1);
      lua_replace(L, 1);
      return status;
    }
  }
}

static void print_results(lua_State *L)
{
  int count = lua_gettop(L);
  if (count == 0)
    return;
  luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
  lua_getglobal(L, "print");
  lua_insert(L, 1);
  if (lua_pcall(L, count, 0, 0) != LUA_OK)
    run_message(lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1)));
}

void interactive_run(lua_State *L)
{
  LineReader reader = {NULL, 0, !isatty(STDIN_FILENO)};
  const char *program = run_program();
  run_set_program(NULL);
  lua_settop(L, 0);
  while (push_line(L, &reader, true)) {
    int status = load_expression(L) ? LUA_OK : load_statement(L, &reader);
    if (status == LUA_OK)
      status = run_call(L, 0, LUA_MULTRET);
    if (status == LUA_OK)
      print_results(L);
    else
      run_report(L, status);
    lua_settop(L, 0);
  }
  lua_settop(L, 0);
  free(reader.text);
  fputc('\n', stdout);
  fflush(stdout);
  run_set_program(program);
}
