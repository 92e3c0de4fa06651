/* Random calls of the C API: one program, linked with either library, prints all that it can see of
   what they do. The same seed must print the same on both.

   A seed is a state of its own and some hundred operations. They run inside C functions, which Lua
   code, metamethods, hooks, finalizers and coroutines call again: see run_scope. Every choice comes
   from one generator, and may depend on what the library did so far. Only what the manual
   defines is asked for, and what it leaves open (addresses, the order of traversals, borders, when garbage
   is collected, how many instructions something takes) is not printed. */
#ifndef FERROUS_TESTS_ABI_RANDOM_H
#define FERROUS_TESTS_ABI_RANDOM_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A C function that performs operations. */
typedef struct Scope {
  lua_State *L;
  uint64_t marks; /* bit i: slot i has to be closed. Nothing at or below the highest may be moved */
  int hidden;     /* slots at the bottom that belong to somebody else: those of a hooked function */
  bool is_hook;
  int depth;
} Scope;

typedef struct Operation {
  const char *name;
  void (*perform)(Scope *s);
} Operation;

extern const Operation value_operations[], stack_operations[], table_operations[], call_operations[],
    thread_operations[], inspect_operations[], chunk_operations[], auxiliary_operations[];

/* ---- choices (scope.c) ----------------------------------------------------------------------- */

void choices_start(uint64_t seed);
int pick(int n); /* 0 .. n - 1 */
bool chance(int percent);
#define PICK(array) ((array)[pick(COUNT(array))])

/* ---- scopes (scope.c) ------------------------------------------------------------------------ */

void state_run(lua_State *L, int operations);
int random_function(lua_State *L);
int random_continuation(lua_State *L, int status, lua_KContext marks);
void random_hook(lua_State *L, lua_Debug *activation);
/* The highest slot that must stay as it is; how many values lie above it. */
int scope_floor(const Scope *s);
int scope_room(const Scope *s);
/* After lua_settop: marks of slots that are gone are, too. */
void scope_forget_marks(Scope *s);
/* An acceptable index; one whose place holds a value (0: there is none); one that may be changed. */
int any_index(const Scope *s);
int valid_index(const Scope *s);
int writable_index(const Scope *s);
/* Where a value of that type is; it is pushed if there was none. */
int index_of(Scope *s, int type);
void push_any(Scope *s);
void push_of_type(Scope *s, int type);
const char *any_source(void);
const char *any_name(void);
const char *any_text(size_t *length);

/* ---- what is printed (trace.c) --------------------------------------------------------------- */

void trace_open(lua_State *L);
__attribute__((format(printf, 1, 2))) void trace(const char *format, ...);
void trace_text(const char *bytes, size_t length);
void trace_name(const char *text); /* or NULL */
void trace_value(lua_State *L, int index);
void trace_values(lua_State *L, int first, int last);
/* The length of a table if it has but one border, or -1. */
lua_Integer only_border(lua_State *L, int index);

#endif
