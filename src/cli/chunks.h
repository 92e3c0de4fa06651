/*
 * What the `ferrous` program does with a chunk other than running it.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_CHUNKS_H
#define FERROUS_CLI_CHUNKS_H

#include <stdbool.h>

#include "lua.h"

/* Each reports what goes wrong and returns whether all went well. A file name of "-" is standard
 * input or output. */

bool chunks_compile(lua_State *L, const char *source, const char *output, bool strip);

/* Checks the syntax of the files of a list that ends with a NULL. */
bool chunks_check(lua_State *L, char **sources);

/* Lists the bytecode of a file. */
bool chunks_list(lua_State *L, const char *source);

#endif
