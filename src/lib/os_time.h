/*
** os_time.h - the functions of the operating system library that deal with time.
**
** Layer: lib, on the public headers.
*/
#ifndef FERROUS_LIB_OS_TIME_H
#define FERROUS_LIB_OS_TIME_H

#include "lua.h"

int os_clock(lua_State *L);
int os_date(lua_State *L);
int os_difftime(lua_State *L);
int os_time(lua_State *L);

#endif
