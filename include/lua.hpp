// The C interface of the Lua state, for C++ translation units: every name keeps C linkage.
#ifndef lua_hpp
#define lua_hpp

extern "C" {
#include "lua.h"
#include "lualib.h"
#include "lauxlib.h"
}

#endif
