/*
** table.c - the table library (manual 6.6); sorting is in table_sort.c.
**
** A plain table, one without a metatable, is accessed raw. The test is made once for each call: a
** metamethod of another operand that gives it a metatable half-way is not noticed.
**
** Layer: lib, on the public headers and api/builtin.h.
*/
#include <limits.h>

#include "api/poll.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "table_direct.h"
#include "table_internal.h"

/* Looks up 'event' in the metatable that lies 'depth' below the top; leaves the value there. */
static int has_metamethod(lua_State *L, const char *event, int depth) {
  lua_pushstring(L, event);
  return lua_rawget(L, -depth) != LUA_TNIL;
}

int tablib_check(lua_State *L, int argument, int uses) {
  int is_table = lua_type(L, argument) == LUA_TTABLE;
  if (!lua_getmetatable(L, argument)) {
    if (luai_unlikely(!is_table)) luaL_checktype(L, argument, LUA_TTABLE);
    return 1;
  }
  int pushed = 1;
  if (!is_table) {
    if ((!(uses & TABLE_READ) || has_metamethod(L, "__index", ++pushed)) &&
        (!(uses & TABLE_WRITE) || has_metamethod(L, "__newindex", ++pushed)) &&
        (!(uses & TABLE_LENGTH) || has_metamethod(L, "__len", ++pushed))) {
      is_table = 1;
    }
  }
  if (!is_table) luaL_checktype(L, argument, LUA_TTABLE);
  lua_pop(L, pushed);
  return 0;
}

/* ---- Runs of items --------------------------------------------------------------------------- */

typedef struct Move {
  lua_Integer from;
  lua_Integer to;
  lua_Unsigned count;
  int target;  /* stack index of the table that receives */
  int source_plain;
  int target_plain;
} Move;

enum { ITEM_COST = 4 };

static inline void move_item(lua_State *L, const Move *move, lua_Unsigned i) {
  tablib_get(L, 1, luaL_intop(+, move->from, i), move->source_plain);
  tablib_set(L, move->target, luaL_intop(+, move->to, i), move->target_plain);
}

/* Few items are moved within the cost of the call. */
static NOINLINE void move_many(lua_State *L, const Move *move, int backwards) {
  for (lua_Unsigned moved = 0; moved < move->count;) {
    lua_Unsigned end = builtin_poll_rounds(L, moved, move->count, ITEM_COST);
    for (; moved < end; moved++) move_item(L, move, backwards ? move->count - 1 - moved : moved);
  }
}

static void move_forwards(lua_State *L, const Move *move) {
  if (luai_unlikely(move->count > POLL_ROUNDS)) {
    move_many(L, move, 0);
  } else {
    for (lua_Unsigned i = 0; i < move->count; i++) move_item(L, move, i);
  }
}

static void move_backwards(lua_State *L, const Move *move) {
  if (luai_unlikely(move->count > POLL_ROUNDS)) {
    move_many(L, move, 1);
  } else {
    for (lua_Unsigned i = move->count; i > 0;) move_item(L, move, --i);
  }
}

/* ---- Inserting and removing ------------------------------------------------------------------ */

static int tablib_insert(lua_State *L) {
  int plain = tablib_check(L, 1, TABLE_READ | TABLE_WRITE | TABLE_LENGTH);
  lua_Integer end = luaL_intop(+, tablib_length(L, plain), 1);
  lua_Integer position;
  switch (lua_gettop(L)) {
    case 2:
      position = end;
      break;
    case 3:
      position = luaL_checkinteger(L, 2);
      luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2,
                    "position out of bounds");
      if (end > position) {
        lua_Unsigned count = (lua_Unsigned)(end - position);
        move_backwards(L, &(Move){position, position + 1, count, 1, plain, plain});
      }
      break;
    default:
      return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  tablib_set(L, 1, position, plain);
  return 0;
}

/* The slot behind the last item may be removed too. */
static int tablib_remove(lua_State *L) {
  int plain = tablib_check(L, 1, TABLE_READ | TABLE_WRITE | TABLE_LENGTH);
  lua_Integer size = tablib_length(L, plain);
  lua_Integer position = luaL_optinteger(L, 2, size);
  if (position != size) {
    luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)size, 1,
                  "position out of bounds");
  }
  tablib_get(L, 1, position, plain);
  if (position < size) {
    lua_Unsigned count = (lua_Unsigned)size - (lua_Unsigned)position;
    move_forwards(L, &(Move){position + 1, position, count, 1, plain, plain});
    position = size;
  }
  lua_pushnil(L);
  tablib_set(L, 1, position, plain);
  return 1;
}

/* ---- Moving ---------------------------------------------------------------------------------- */

/* Goes backwards where going forwards would overwrite items that are still to be read. */
static void move_items(lua_State *L, const Move *move) {
  int disjoint = move->to > luaL_intop(+, move->from, move->count - 1) || move->to <= move->from;
  if (disjoint || (move->target != 1 && !lua_compare(L, 1, move->target, LUA_OPEQ))) {
    move_forwards(L, move);
  } else {
    move_backwards(L, move);
  }
}

static int tablib_move(lua_State *L) {
  Move move;
  move.from = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  move.to = luaL_checkinteger(L, 4);
  move.target = lua_isnoneornil(L, 5) ? 1 : 5;
  move.source_plain = tablib_check(L, 1, TABLE_READ);
  move.target_plain = tablib_check(L, move.target, TABLE_WRITE);
  if (last >= move.from) {
    luaL_argcheck(L, move.from > 0 || last < LUA_MAXINTEGER + move.from, 3,
                  "too many elements to move");
    lua_Integer more = last - move.from;
    move.count = (lua_Unsigned)more + 1;
    luaL_argcheck(L, move.to <= LUA_MAXINTEGER - more, 4, "destination wrap around");
    move_items(L, &move);
  }
  lua_pushvalue(L, move.target);
  return 1;
}

/* ---- Joining --------------------------------------------------------------------------------- */

static void concat_item(lua_State *L, luaL_Buffer *buffer, lua_Integer i, int plain) {
  int type = tablib_get(L, 1, i, plain);
  if (luai_unlikely(type != LUA_TSTRING && type != LUA_TNUMBER)) {
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'",
               lua_typename(L, type), (LUAI_UACINT)i);
  }
  luaL_addvalue(buffer);
}

static int tablib_concat(lua_State *L) {
  luaL_Buffer buffer;
  size_t separator_length;
  int plain = tablib_check(L, 1, TABLE_READ | TABLE_LENGTH);
  lua_Integer last = tablib_length(L, plain);
  const char *separator = luaL_optlstring(L, 2, "", &separator_length);
  lua_Integer i = luaL_optinteger(L, 3, 1);
  last = luaL_optinteger(L, 4, last);
  luaL_buffinit(L, &buffer);
  while (i < last) {
    lua_Unsigned left = (lua_Unsigned)last - (lua_Unsigned)i;
    lua_Integer end = i + (lua_Integer)builtin_poll_rounds(L, 0, left, ITEM_COST);
    for (; i < end; i++) {
      concat_item(L, &buffer, i, plain);
      luaL_addlstring(&buffer, separator, separator_length);
    }
  }
  if (i == last) concat_item(L, &buffer, i, plain);
  luaL_pushresult(&buffer);
  return 1;
}

/* ---- Packing --------------------------------------------------------------------------------- */

static int tablib_pack(lua_State *L) {
  int count = lua_gettop(L);
  lua_createtable(L, count, 1);
  lua_insert(L, 1);
  for (int i = count; i >= 1; i--) lua_rawseti(L, 1, i);
  lua_pushinteger(L, count);
  lua_setfield(L, 1, "n");
  return 1;
}

/* Any value that can be indexed will do, so the argument is not checked. */
static int tablib_unpack(lua_State *L) {
  int plain = 0;
  if (lua_type(L, 1) == LUA_TTABLE) {
    plain = !lua_getmetatable(L, 1);
    if (!plain) lua_pop(L, 1);
  }
  lua_Integer first = luaL_optinteger(L, 2, 1);
  lua_Integer last =
      lua_isnoneornil(L, 3) ? tablib_length(L, plain) : luaL_checkinteger(L, 3);
  if (first > last) return 0;
  lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first;  /* one too low: cannot wrap */
  if (luai_unlikely(count >= (lua_Unsigned)INT_MAX || !builtin_make_room(L, (int)++count))) {
    return luaL_error(L, "too many results to unpack");
  }
  builtin_poll(L, (size_t)count);
  for (; first < last; first++) tablib_get(L, 1, first, plain);
  tablib_get(L, 1, last, plain);
  return (int)count;
}

static const luaL_Reg functions[] = {
  {"concat", tablib_concat},
  {"insert", tablib_insert},
  {"move", tablib_move},
  {"pack", tablib_pack},
  {"remove", tablib_remove},
  {"sort", tablib_sort},
  {"unpack", tablib_unpack},
  {NULL, NULL},
};

static const Builtin builtins[] = {
  {tablib_concat, BUILTIN_PLAIN, table_direct_concat},
  {tablib_insert, BUILTIN_PLAIN, table_direct_insert},
  {tablib_remove, BUILTIN_PLAIN, table_direct_remove},
  {tablib_unpack, BUILTIN_PLAIN, table_direct_unpack},
};

LUAMOD_API int luaopen_table(lua_State *L) {
  builtin_register(L, builtins, sizeof(builtins) / sizeof(builtins[0]));
  luaL_newlib(L, functions);
  return 1;
}
