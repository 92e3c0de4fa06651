/* What the parts of the module T share: the internal test module that the official suite's files
   look for. T is our own; what its functions are called and must do follows from how the suite
   uses them. It runs small programs in a language of its own, one command for each function of
   the C API (script.h, commands.c); it counts memory and makes allocations fail
   (memory_control.c); it makes states (states.c); and it answers what can be asked about the
   engine's inner state (queries.c). */
#ifndef FERROUS_TESTS_OFFICIAL_API_H
#define FERROUS_TESTS_OFFICIAL_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* Pushes the module's table. */
int open_test_module(lua_State *L);

/* Each adds its functions to the table on the top. */
void add_script_functions(lua_State *L);
void add_memory_functions(lua_State *L);
void add_state_functions(lua_State *L);
void add_query_functions(lua_State *L);

/* ---- memory_control.c ------------------------------------------------------------------------ */

/* The lua_Alloc of all states of the program: counts, checks sizes and borders, fills new and freed
   memory with junk, moves every block that changes its size, and fails on demand. */
void *controlled_allocate(void *data, void *block, size_t old_size, size_t new_size);
size_t controlled_block_count(void);
/* What is allocated between a call with true and one with false does not count against the limit. */
void controlled_exempt(bool exempt);

/* ---- states.c, host.c, queries.c ------------------------------------------------------------- */

/* A state with the controlled allocator, whose every new object asks that allocator for leave;
   NULL: no memory. */
lua_State *new_controlled_state(void);
/* Makes the state's warnings obey "@on", "@off", "@store" and "@normal". */
void install_warnings(lua_State *L);
/* From now on every new object asks the state's allocator first, so that each can be made to fail. */
void ask_for_every_object(lua_State *L);
/* T.totalmem(name): the objects of a type; false: no such name. */
bool count_objects(lua_State *L, const char *type, size_t *count);

#endif
