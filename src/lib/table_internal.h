/*
** table_internal.h - what the files of the table library share.
**
** Layer: lib, on the public headers.
*/
#ifndef FERROUS_LIB_TABLE_INTERNAL_H
#define FERROUS_LIB_TABLE_INTERNAL_H

#include "lauxlib.h"
#include "lua.h"

/* Ways in which a function uses its table argument. */
enum { TABLE_READ = 1, TABLE_WRITE = 2, TABLE_LENGTH = 4 };

/*
** Raises an error unless the argument is a table, or a value whose metatable has the metamethods
** for every use named in 'uses'. Yields whether it is a plain table, one without a metatable: then
** raw access does the same as the regular one, and faster.
*/
int tablib_check(lua_State *L, int argument, int uses);

/* The length of argument 1, which was found plain or not. [-0, +0, e] */
static inline lua_Integer tablib_length(lua_State *L, int plain) {
  return plain ? (lua_Integer)lua_rawlen(L, 1) : luaL_len(L, 1);
}

static inline int tablib_get(lua_State *L, int index, lua_Integer key, int plain) {
  return plain ? lua_rawgeti(L, index, key) : lua_geti(L, index, key);
}

static inline void tablib_set(lua_State *L, int index, lua_Integer key, int plain) {
  if (plain) {
    lua_rawseti(L, index, key);
  } else {
    lua_seti(L, index, key);
  }
}

/* table.sort */
int tablib_sort(lua_State *L);

#endif
