/*
** math_random.h - math.random and math.randomseed.
**
** Layer: lib, on the public headers.
*/
#ifndef FERROUS_LIB_MATH_RANDOM_H
#define FERROUS_LIB_MATH_RANDOM_H

#include "lua.h"

/* Adds both functions, with a randomly seeded generator of their own, to the table at the top. */
void math_open_random(lua_State *L);

#endif
