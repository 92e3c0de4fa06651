/*
 * What the files of the `ferrous` program share.
 * Layer: cli (public headers, and api/listing.h).
 */
#ifndef FERROUS_CLI_H
#define FERROUS_CLI_H

#include <stdbool.h>

#include "ferrous.h"
#include "lua.h"

#define CLI_VERSION_LINE FERROUS_VERSION ", compatible with Lua 5.4 from PUC-Rio"

/* run.c */

/* The program's name for messages; NULL (in interactive mode) for none. */
void run_set_program(const char *name);
const char *run_program(void);

/* Writes a line to standard error, after the program's name. */
void run_message(const char *text);

/* If `status` is an error, writes its message, which is popped. Returns `status`. */
int run_report(lua_State *L, int status);

/* Calls a function with `arguments` values above it, with a traceback in errors' messages and
 * SIGINT raising an error. Leaves `results` values or one message; returns the status. */
int run_call(lua_State *L, int arguments, int results);

/* Run a chunk, report its error if any, and return the status. A file name of NULL is stdin. */
int run_file(lua_State *L, const char *name);
int run_string(lua_State *L, const char *text, const char *chunk_name);

/* "-l mod" and "-l global=mod": sets a global to what `require` gives. */
int run_library(lua_State *L, const char *specification);

/* interactive.c */
void interactive_run(lua_State *L);

#endif
