/* Listings of compiled functions, for the command line.
   Layer: api. */
#ifndef FERROUS_API_LISTING_H
#define FERROUS_API_LISTING_H

#include <stdio.h>

#include "lua.h"

/* [-0, +0, -] Writes the Lua function on the top, and those inside it, to out. 0; 1 when the top is
   no Lua function. */
LUA_API int ferrous_dump_listing(lua_State *L, FILE *out);

#endif
