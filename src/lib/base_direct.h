/*
** base_direct.h - direct entries of the basic functions: see api/builtin.h.
**
** Layer: lib.
*/
#ifndef FERROUS_LIB_BASE_DIRECT_H
#define FERROUS_LIB_BASE_DIRECT_H

#include "api/builtin.h"

/* The iterators of pairs and ipairs, in base.c. */
int base_next(lua_State *L);
int base_ipairs_step(lua_State *L);

int base_direct_assert(State *L, Value *call, unsigned count);
int base_direct_getmetatable(State *L, Value *call, unsigned count);
int base_direct_ipairs(State *L, Value *call, unsigned count);
int base_direct_next(State *L, Value *call, unsigned count);
int base_direct_pairs(State *L, Value *call, unsigned count);
int base_direct_rawequal(State *L, Value *call, unsigned count);
int base_direct_rawget(State *L, Value *call, unsigned count);
int base_direct_rawlen(State *L, Value *call, unsigned count);
int base_direct_rawset(State *L, Value *call, unsigned count);
int base_direct_select(State *L, Value *call, unsigned count);
int base_direct_setmetatable(State *L, Value *call, unsigned count);
int base_direct_tonumber(State *L, Value *call, unsigned count);
int base_direct_tostring(State *L, Value *call, unsigned count);
int base_direct_type(State *L, Value *call, unsigned count);

#endif
