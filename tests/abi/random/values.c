/* Random calls: pushing values, looking at them, operators. */
#include "random.h"

static const char *const texts[] = {
    "",      "a",    "b",         "x",    "10",   "0x10",  " 3.5 ", "1e2", "-7", "9223372036854775808",
    "nan",   "inf",  "0x",        "1e",   "é",    "10\n",  "0x1p4", "  ",  "z",  "1 2",
    "a text that is longer than the forty bytes of a short one", "%s %d %%", "n", "-0x8000000000000000",
    "another text that is longer, by which no two states need to share it"};
static const char zeros[] = "a\0b\0";
static const lua_Integer integers[] = {0,  1,  2,   3,     -1,         -2,         7,           10,
                                       63, 64, 255, 1 << 20, INT64_MAX, INT64_MIN, INT64_C(1) << 47,
                                       -(INT64_C(1) << 47) - 1, INT64_C(1) << 53};
static const lua_Number numbers[] = {0.0, -0.0, 0.5, 1.0, -1.5, 2.0, 3.0, 1e15, 1e16, 1e100, -1e308,
                                     9223372036854775808.0, -9223372036854775808.0, 0.1};
static const char *const names[] = {"x", "y", "z", "m", "g1", "g2", "a longer name, which no table shares with others"};

const char *any_name(void) { return PICK(names); }

const char *any_text(size_t *length) {
  if (chance(8)) {
    *length = sizeof zeros - 1;
    return zeros;
  }
  const char *text = PICK(texts);
  *length = strlen(text);
  return text;
}

static void push_text(lua_State *L) {
  size_t length;
  const char *text = any_text(&length);
  lua_pushlstring(L, text, length);
}

static void push_number(lua_State *L) {
  if (chance(60))
    lua_pushinteger(L, PICK(integers));
  else
    lua_pushnumber(L, PICK(numbers));
}

static void push_c_function(lua_State *L) {
  int upvalues = chance(60) ? 0 : 1 + pick(3);
  for (int i = 0; i < upvalues; i++) lua_pushinteger(L, 100 + i);
  lua_pushcclosure(L, random_function, upvalues);
}

static void push_library_function(lua_State *L) {
  static const char *const functions[] = {"pcall",  "xpcall",   "error",  "select",       "type",
                                          "rawget", "rawequal", "ipairs", "getmetatable", "assert"};
  static const char *const of_coroutine[] = {"resume", "yield", "wrap", "status", "close", "isyieldable", "create"};
  if (chance(60)) {
    lua_getglobal(L, PICK(functions));
    return;
  }
  lua_getglobal(L, "coroutine");
  lua_getfield(L, -1, PICK(of_coroutine));
  lua_remove(L, -2);
}

static void push_function(lua_State *L) {
  int kind = pick(10);
  if (kind < 4) {
    push_c_function(L);
  } else if (kind < 9) {
    const char *source = any_source();
    trace("(");
    trace_name(source);
    trace(") ");
    if (luaL_loadbuffer(L, source, strlen(source), "=source") != LUA_OK) lua_error(L);
  } else {
    push_library_function(L);
  }
}

static void push_userdata(lua_State *L) {
  size_t size = (size_t)pick(4) * 13;
  void *block = lua_newuserdatauv(L, size, pick(4));
  if (size > 0) memset(block, 0x55, size);
}

static void push_table(lua_State *L) {
  lua_createtable(L, pick(3), pick(3));
  for (int i = pick(4); i > 0; i--) {
    push_number(L);
    lua_rawseti(L, -2, i);
  }
  for (int i = pick(3); i > 0; i--) {
    push_text(L);
    lua_setfield(L, -2, any_name());
  }
}

void push_of_type(Scope *s, int type) {
  lua_State *L = s->L;
  switch (type) {
    case LUA_TNIL: lua_pushnil(L); break;
    case LUA_TBOOLEAN: lua_pushboolean(L, pick(2)); break;
    case LUA_TLIGHTUSERDATA: lua_pushlightuserdata(L, (void *)((size_t)pick(3) << 46)); break;
    case LUA_TNUMBER: push_number(L); break;
    case LUA_TSTRING: push_text(L); break;
    case LUA_TTABLE: push_table(L); break;
    case LUA_TFUNCTION: push_function(L); break;
    case LUA_TUSERDATA: push_userdata(L); break;
    default: lua_newthread(L);
  }
}

void push_any(Scope *s) {
  int index = valid_index(s);
  if (index != 0 && chance(50))
    lua_pushvalue(s->L, index);
  else
    push_of_type(s, pick(LUA_NUMTYPES));
}

static void push(Scope *s) { push_of_type(s, pick(LUA_NUMTYPES)); }

static void push_formatted(Scope *s) {
  lua_State *L = s->L;
  switch (pick(5)) {
    case 0: lua_pushfstring(L, "%s|%d|%%|%c", any_name(), pick(1000) - 500, 'a' + pick(26)); break;
    case 1: lua_pushfstring(L, "%f and %f", (LUAI_UACNUMBER)PICK(numbers), (LUAI_UACNUMBER)pick(9)); break;
    case 2: lua_pushfstring(L, "<%I>", (LUAI_UACINT)PICK(integers)); break;
    case 3: lua_pushfstring(L, "%U%U", (unsigned long)pick(0x800), (unsigned long)pick(0x7FFFFFFF)); break;
    default: lua_pushfstring(L, "%s%s", NULL, PICK(texts));
  }
}

static void push_global(Scope *s) { trace("%d", lua_getglobal(s->L, any_name())); }

static void read_value(Scope *s) {
  lua_State *L = s->L;
  int index = any_index(s), is_integer = -1, is_number = -1;
  lua_Integer integer = lua_tointegerx(L, index, &is_integer);
  lua_Number number = lua_tonumberx(L, index, &is_number);
  trace("%s %lld/%d %.14g/%d %d", luaL_typename(L, index), (long long)integer, is_integer,
        number == number ? number : 0.25, is_number, lua_toboolean(L, index));
  trace(" %d%d%d%d%d%d%d", lua_isnumber(L, index), lua_isstring(L, index), lua_isinteger(L, index),
        lua_iscfunction(L, index), lua_isuserdata(L, index), lua_isnoneornil(L, index),
        lua_tocfunction(L, index) == random_function);
  trace(" %d%d%d", lua_tothread(L, index) == NULL, lua_touserdata(L, index) == NULL,
        lua_topointer(L, index) == NULL);
  if (lua_type(L, index) != LUA_TTABLE) trace(" %d", (int)lua_rawlen(L, index));
}

static void to_string_in_place(Scope *s) {
  int index = writable_index(s);
  size_t length = 77;
  if (index == 0) return;
  const char *text = lua_tolstring(s->L, index, &length);
  trace("%d %d", text == NULL, (int)length);
}

static void string_to_number(Scope *s) { trace("%d", (int)lua_stringtonumber(s->L, PICK(texts))); }

static void same_pointers(Scope *s) {
  lua_State *L = s->L;
  int a = any_index(s), b = any_index(s);
  trace("%d", lua_rawequal(L, a, b));
  if (lua_istable(L, a) || lua_isfunction(L, a) || lua_isuserdata(L, a))
    trace(" %d", lua_topointer(L, a) == lua_topointer(L, b));
}

static void compare(Scope *s) {
  int operation = pick(3), a = any_index(s), b = any_index(s);
  trace("%d: ", operation);
  trace("%d", lua_compare(s->L, a, b, operation));
}

static void arith(Scope *s) {
  int operation = pick(LUA_OPBNOT + 1), operands = operation == LUA_OPUNM || operation == LUA_OPBNOT ? 1 : 2;
  for (int i = 0; i < operands; i++) push_any(s);
  trace("%d ", operation);
  lua_arith(s->L, operation);
}

static void concat(Scope *s) {
  lua_State *L = s->L;
  size_t length = 0;
  int count = pick(5);
  for (int i = 0; i < count; i++) {
    push_any(s);
    length += lua_type(L, -1) == LUA_TSTRING ? lua_rawlen(L, -1) : 0;
  }
  if (length > 1000) return;
  trace("%d ", count);
  lua_concat(L, count);
}

const Operation value_operations[] = {
    {"push", push},
    {"push", push},
    {"push", push},
    {"push_formatted", push_formatted},
    {"push_global", push_global},
    {"read_value", read_value},
    {"to_string_in_place", to_string_in_place},
    {"string_to_number", string_to_number},
    {"same_pointers", same_pointers},
    {"compare", compare},
    {"arith", arith},
    {"concat", concat},
    {NULL, NULL}};
