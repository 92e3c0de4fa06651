/* The compiler's entry: source text to a main function's prototype.
   Layer: compiler. */
#ifndef FERROUS_COMPILER_COMPILE_H
#define FERROUS_COMPILER_COMPILE_H

#include "object/object.h"

/* Yields the next piece of the source and its size; NULL or size 0 at the end. The bytes must stay
   valid until the next call. May run Lua code and raise errors. */
typedef const char *(*CompileReader)(State *L, void *data, size_t *size);

/* The main function's prototype: vararg, with the one upvalue _ENV (of the caller's "stack",
   index 0). It is reachable from nowhere: the caller anchors it before it allocates. chunk_name is
   as for lua_load. Raises LUA_ERRSYNTAX with the message on the top, LUA_ERRMEM, or what the
   reader raises; all memory of the compilation has been freed then. Nothing is collected
   meanwhile. */
Proto *compile(State *L, CompileReader reader, void *data, const char *chunk_name);

/* Interns the reserved words: once for each state, before anything is compiled. */
void compile_open(State *L);

#endif
