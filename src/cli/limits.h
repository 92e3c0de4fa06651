/*
 * The limits that --max-memory and --timeout set.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_LIMITS_H
#define FERROUS_CLI_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lua.h"

/* A number and a unit: bytes, or K, M, G (of 1024); seconds, or s, ms, m. False: it is none. */
bool limits_parse_memory(const char *text, size_t *bytes);
bool limits_parse_time(const char *text, uint64_t *nanoseconds);

/* From now on; 0: no limit. With a limit, stops are sticky: the program cannot catch them. */
void limits_set(lua_State *L, size_t bytes, uint64_t nanoseconds);
bool limits_are_set(void);

#endif
