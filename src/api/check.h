/* What the C API asks of its callers, said once in each function and checked in debug builds.
   Layer: api; src/lib/auxlib and its neighbours include it too.

   The manual leaves it undefined what a function does with an index that names nothing, a value of the
   wrong type, too few values, a stack without room or a state that was closed. In a debug build
   (FERROUS_DEBUG) each such call stops the program, before it does harm, with a message that names
   the function and the argument:

     ferrous: lua_rawgeti: argument #2 (index): a table is needed, the value is nil

   In other builds a CHECK compiles to nothing. Every function starts with its checks: first the stack
   (which also knows whether L exists), then the arguments in their order:

     CHECK(stack, L, 1, 0);               one value is needed on the stack, no free slot
     CHECK(table, L, ARG(2, index));      the second argument, an index, must name a table
     CHECK(rule, L, NAMED(3, "n"), n > 0, "must be positive"); */
#ifndef FERROUS_API_CHECK_H
#define FERROUS_API_CHECK_H

#include "base/config.h"
#include "lua.h"

#if defined(FERROUS_DEBUG)
#define CHECK_FOR(function, what, ...) check_##what(function, __VA_ARGS__)
#else
#define CHECK_FOR(function, what, ...) \
  ((void)(false && (check_##what(function, __VA_ARGS__), true)))
#endif
#define CHECK(what, ...) CHECK_FOR(__func__, what, __VA_ARGS__)
/* An argument's place, name and value; its place and name alone. */
#define ARG(number, parameter) number, #parameter, parameter
#define NAMED(number, name) number, name

/* L is a thread of an open state. */
void check_thread(const char *function, lua_State *L);
/* Also: `values` of its own values lie on the top of the stack, and `room` more may be pushed. */
void check_values(const char *function, lua_State *L, int values, int room);
/* Also: it may take the values away. What is to be closed, lua_settop alone takes away. */
void check_stack(const char *function, lua_State *L, int values, int room);
/* None of `count` slots from the index on is to be closed: it stays where it is until then. */
void check_unmarked(const char *function, lua_State *L, int number, const char *name, int index,
                    int count);
/* Acceptable: it may be looked at (manual 4.1.2). */
void check_index(const char *function, lua_State *L, int number, const char *name, int index);
/* Valid: there is a place that can be written to. */
void check_valid_index(const char *function, lua_State *L, int number, const char *name, int index);
/* Valid and on the stack. */
void check_slot(const char *function, lua_State *L, int number, const char *name, int index);
void check_table(const char *function, lua_State *L, int number, const char *name, int index);
void check_userdata(const char *function, lua_State *L, int number, const char *name, int index);
void check_function(const char *function, lua_State *L, int number, const char *name, int index);
void check_lua_function(const char *function, lua_State *L, int number, const char *name, int index);
/* NULL, or an existing thread of the state of L. */
void check_sibling(const char *function, lua_State *L, int number, const char *name,
                   lua_State *other);
void check_pointer(const char *function, lua_State *L, int number, const char *name,
                   const void *pointer);
/* Not the text of a string that was collected. */
void check_text(const char *function, lua_State *L, int number, const char *name, const char *text);
void check_text_or_null(const char *function, lua_State *L, int number, const char *name,
                        const char *text);
void check_bytes(const char *function, lua_State *L, int number, const char *name,
                 const char *bytes, size_t length);
void check_range(const char *function, lua_State *L, int number, const char *name, int value,
                 int least, int most);
/* No function of L runs, or waits for a thread that it resumed. */
void check_idle(const char *function, lua_State *L, int number, const char *name);
/* An activation record of L that is still running. */
void check_activation(const char *function, lua_State *L, int number, const char *name,
                      const lua_Debug *activation);
void check_rule(const char *function, lua_State *L, int number, const char *name, bool holds,
                const char *rule);

#endif
