/* What the random calls print: values by content, objects by the number under which they were seen first. */
#include "random.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>

enum { LONGEST_SHOWN = 160 };

static const char numbers_key = 0; /* of the weak table of objects' numbers, in the registry */
static int objects_seen;

void trace(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
}

void trace_open(lua_State *L) {
  objects_seen = 0;
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &numbers_key);
}

/* Addresses are left out. */
static size_t skip_address(const char *text) {
  if (strncmp(text, "0x", 2) != 0) return 0;
  size_t digits = strspn(text + 2, "0123456789abcdef");
  return digits > 5 ? digits + 2 : 0;
}

void trace_text(const char *bytes, size_t length) {
  trace("\"");
  for (size_t i = 0; i < length && i < LONGEST_SHOWN; i++) {
    size_t address = skip_address(bytes + i);
    if (address != 0) {
      trace("0x...");
      i += address - 1;
    } else if (isprint((unsigned char)bytes[i])) {
      trace("%c", bytes[i]);
    } else {
      trace("\\%d", (unsigned char)bytes[i]);
    }
  }
  trace("\"");
  if (length > LONGEST_SHOWN) trace("... %zu bytes", length);
}

void trace_name(const char *text) {
  if (text == NULL)
    trace("NULL");
  else
    trace_text(text, strlen(text));
}

/* The number of the object on the top, which is popped. */
static int object_number(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &numbers_key);
  lua_pushvalue(L, -2);
  if (lua_rawget(L, -2) == LUA_TNIL) {
    lua_pushvalue(L, -3);
    lua_pushinteger(L, ++objects_seen);
    lua_rawset(L, -4);
    lua_pop(L, 1);
    lua_pushinteger(L, objects_seen);
  }
  int number = (int)lua_tointeger(L, -1);
  lua_pop(L, 3);
  return number;
}

static void trace_object(lua_State *L, int index) {
  const char *kind = lua_typename(L, lua_type(L, index));
  if (lua_isfunction(L, index) && lua_iscfunction(L, index)) kind = "C function";
  lua_pushvalue(L, index);
  trace("%s %d", kind, object_number(L));
  if (lua_type(L, index) == LUA_TUSERDATA) trace(" (%d)", (int)lua_rawlen(L, index));
}

static void trace_number(lua_State *L, int index) {
  lua_Number number = lua_tonumber(L, index);
  if (lua_isinteger(L, index))
    trace(LUA_INTEGER_FMT, lua_tointeger(L, index));
  else if (isnan(number))
    trace("nan");
  else
    trace("%.17gf", number);
}

void trace_value(lua_State *L, int index) {
  if (!lua_checkstack(L, 6)) {
    trace("(no room)");
    return;
  }
  size_t length;
  const char *text;
  switch (lua_type(L, index)) {
    case LUA_TNONE: trace("none"); break;
    case LUA_TNIL: trace("nil"); break;
    case LUA_TBOOLEAN: trace("%s", lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNUMBER: trace_number(L, index); break;
    case LUA_TLIGHTUSERDATA: trace("light %zx", (size_t)lua_touserdata(L, index)); break;
    case LUA_TSTRING:
      text = lua_tolstring(L, index, &length);
      trace_text(text, length);
      break;
    default: trace_object(L, index);
  }
}

void trace_values(lua_State *L, int first, int last) {
  for (int i = first; i <= last; i++) {
    trace(i == first ? "" : ", ");
    trace_value(L, i);
  }
}

lua_Integer only_border(lua_State *L, int index) {
  lua_Integer items = 0, largest = 0;
  index = lua_absindex(L, index);
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1) continue;
    if (lua_tointeger(L, -2) > largest) largest = lua_tointeger(L, -2);
    items++;
  }
  return items == largest ? items : -1;
}
