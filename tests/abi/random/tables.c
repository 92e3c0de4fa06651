/* Random calls: tables, metatables, user values. */
#include "random.h"

static void get_field(Scope *s) {
  lua_State *L = s->L;
  int index = any_index(s);
  switch (pick(3)) {
    case 0: trace("%d", lua_getfield(L, index, any_name())); break;
    case 1: trace("%d", lua_geti(L, index, pick(6))); break;
    default:
      index = index < 0 && index > LUA_REGISTRYINDEX ? lua_absindex(L, index) : index;
      push_any(s);
      trace("%d", lua_gettable(L, index));
  }
}

static void set_field(Scope *s) {
  lua_State *L = s->L;
  int index = chance(70) ? index_of(s, LUA_TTABLE) : valid_index(s);
  if (index == 0) return;
  index = lua_absindex(L, index);
  switch (pick(4)) {
    case 0:
      push_any(s);
      lua_setfield(L, index, any_name());
      break;
    case 1:
      push_any(s);
      lua_seti(L, index, pick(6));
      break;
    case 2:
      push_of_type(s, pick(LUA_TFUNCTION)); /* a function with two names has either one in messages */
      lua_setglobal(L, any_name());
      break;
    default:
      push_any(s);
      push_any(s);
      lua_settable(L, index);
  }
}

static void raw_get(Scope *s) {
  lua_State *L = s->L;
  int table = index_of(s, LUA_TTABLE);
  switch (pick(3)) {
    case 0: trace("%d", lua_rawgeti(L, table, pick(6))); break;
    case 1: trace("%d", lua_rawgetp(L, table, (void *)((size_t)pick(3) << 46))); break;
    default:
      push_any(s);
      trace("%d", lua_rawget(L, table));
  }
}

static void raw_set(Scope *s) {
  lua_State *L = s->L;
  int table = index_of(s, LUA_TTABLE);
  push_any(s);
  switch (pick(3)) {
    case 0: lua_rawseti(L, table, pick(6)); break;
    case 1: lua_rawsetp(L, table, (void *)((size_t)pick(3) << 46)); break;
    default:
      push_any(s);
      lua_rawset(L, table);
  }
}

/* The order is left open: items first, then how many other keys, by type. */
static void traverse(Scope *s) {
  lua_State *L = s->L;
  int table = index_of(s, LUA_TTABLE), keys[LUA_NUMTYPES] = {0}, values[LUA_NUMTYPES] = {0};
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    keys[lua_type(L, -2)]++;
    values[lua_type(L, -1)]++;
  }
  for (int i = 0; i < LUA_NUMTYPES; i++) trace("%d:%d ", keys[i], values[i]);
}

static void next_of_wrong_key(Scope *s) {
  lua_State *L = s->L;
  int table = index_of(s, LUA_TTABLE);
  lua_pushliteral(L, "a key that no table has");
  lua_next(L, table);
}

static bool has_own_length(lua_State *L, int index) {
  return !lua_istable(L, index) || luaL_getmetafield(L, index, "__len") != LUA_TNIL;
}

static void length(Scope *s) {
  lua_State *L = s->L;
  int index = valid_index(s), top = lua_gettop(L);
  if (index == 0) return;
  index = lua_absindex(L, index);
  bool own = has_own_length(L, index);
  lua_settop(L, top);
  if (!own && only_border(L, index) < 0) return;
  if (chance(50))
    lua_len(L, index);
  else
    trace("%lld", (long long)luaL_len(L, index));
}

static void raw_length(Scope *s) {
  int table = index_of(s, LUA_TTABLE);
  if (only_border(s->L, table) >= 0) trace("%d", (int)lua_rawlen(s->L, table));
}

/* ---- metatables ------------------------------------------------------------------------------ */

static const char *const events[] = {
    "__index", "__newindex", "__call", "__add",  "__sub",    "__concat", "__eq",  "__lt", "__le",
    "__len",   "__unm",      "__close", "__gc",  "__tostring", "__name",  "__metatable", "__idiv", "__band",
    "__shl",   "__bnot",     "__pairs", "__mod", "__index",  "__call",   "__close"};

/* Lua functions that end by themselves, whatever they are methods of. */
static const char *const methods[] = {
    "local a, b = ... return b, a", "return 'method'", "return 7", "error('in a method')", "return ...",
    "return coroutine.yield(...)",  "error({})",       "local f = select(2, ...) return rawequal(f, f)"};

static void push_method(Scope *s, const char *event) {
  lua_State *L = s->L;
  if (strcmp(event, "__name") == 0 || strcmp(event, "__metatable") == 0) {
    lua_pushstring(L, any_name());
  } else if (event[2] == 'i' && event[3] == 'n' && chance(30)) {
    lua_pushvalue(L, index_of(s, LUA_TTABLE));
  } else if (chance(60)) {
    lua_pushcfunction(L, random_function);
  } else if (chance(90)) {
    const char *method = PICK(methods);
    luaL_loadbuffer(L, method, strlen(method), "=method");
  } else {
    push_any(s);
  }
}

static void push_metatable(Scope *s) {
  lua_State *L = s->L;
  lua_newtable(L);
  for (int i = pick(5); i >= 0; i--) {
    const char *event = PICK(events);
    push_method(s, event);
    lua_setfield(L, -2, event);
  }
}

static void set_metatable(Scope *s) {
  lua_State *L = s->L;
  int object = index_of(s, chance(60) ? LUA_TTABLE : LUA_TUSERDATA);
  if (chance(85))
    push_metatable(s);
  else
    lua_pushnil(L);
  trace("%d", lua_setmetatable(L, object));
}

static void set_type_metatable(Scope *s) {
  static const int types[] = {LUA_TNIL, LUA_TBOOLEAN, LUA_TNUMBER, LUA_TLIGHTUSERDATA, LUA_TFUNCTION};
  int object = index_of(s, PICK(types));
  if (chance(40))
    push_metatable(s);
  else
    lua_pushnil(s->L);
  lua_setmetatable(s->L, object);
}

static void get_metatable(Scope *s) { trace("%d", lua_getmetatable(s->L, any_index(s))); }

static void user_value(Scope *s) {
  int userdata = index_of(s, LUA_TUSERDATA), n = pick(5);
  if (chance(50)) {
    trace("%d", lua_getiuservalue(s->L, userdata, n));
  } else {
    push_any(s);
    trace("%d", lua_setiuservalue(s->L, userdata, n));
  }
}

static void weak_table(Scope *s) {
  lua_State *L = s->L;
  static const char *const modes[] = {"k", "v", "kv"};
  lua_newtable(L);
  lua_newtable(L);
  lua_pushstring(L, PICK(modes));
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  for (int i = 0; i < 4; i++) {
    push_of_type(s, LUA_TTABLE);
    push_any(s);
    lua_rawset(L, -3);
  }
}

const Operation table_operations[] = {
    {"get_field", get_field},
    {"set_field", set_field},
    {"set_field", set_field},
    {"raw_get", raw_get},
    {"raw_set", raw_set},
    {"traverse", traverse},
    {"next_of_wrong_key", next_of_wrong_key},
    {"length", length},
    {"raw_length", raw_length},
    {"set_metatable", set_metatable},
    {"set_metatable", set_metatable},
    {"set_type_metatable", set_type_metatable},
    {"get_metatable", get_metatable},
    {"user_value", user_value},
    {"weak_table", weak_table},
    {NULL, NULL}};
