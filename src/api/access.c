/* Reading values: types, conversions, comparison, operators.
   Layer: api. */
#include "api/api.h"
#include "api/check.h"
#include "base/number_text.h"

/* [-0, +0, -] LUA_TNONE for an index that names nothing; manual 4.6. */
LUA_API int lua_type(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value_or(L, index, EMPTY_KEY);
  return likely(v != EMPTY_KEY) ? value_type(v) : LUA_TNONE;
}

/* [-0, +0, -] manual 4.6. */
LUA_API const char *lua_typename(lua_State *L, int type) {
  CHECK(range, L, ARG(2, type), LUA_TNONE, LUA_NUMTYPES - 1);
  (void)L;
  return type_names[type + 1];
}

/* [-0, +0, -] Also 1 for a string that converts to a number; manual 4.6. */
LUA_API int lua_isnumber(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  double number;
  return value_is_number(v) || value_to_double(v, &number);
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_isinteger(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  return value_is_int(api_value(L, index));
}

/* [-0, +0, -] Also 1 for a number; manual 4.6. */
LUA_API int lua_isstring(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  return value_is_string(v) || value_is_number(v);
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_iscfunction(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  return value_is_native(api_value(L, index));
}

/* [-0, +0, -] Full or light; manual 4.6. */
LUA_API int lua_isuserdata(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  return value_is_userdata(v) || value_is_light(v);
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_toboolean(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  return !value_is_falsy(api_value(L, index));
}

static NOINLINE lua_Integer convert_to_integer(Value v, int *is_integer) {
  int64_t result;
  bool converted = value_to_int(v, &result);
  if (is_integer != NULL) *is_integer = converted;
  return converted ? result : 0;
}

/* [-0, +0, -] manual 4.6. */
LUA_API lua_Integer lua_tointegerx(lua_State *L, int index, int *is_integer) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  if (unlikely(!value_is_small_int(v))) return convert_to_integer(v, is_integer);
  if (unlikely(is_integer != NULL)) *is_integer = 1;
  return value_as_small_int(v);
}

static NOINLINE lua_Number convert_to_number(Value v, int *is_number) {
  double result;
  bool converted = value_to_double(v, &result);
  if (is_number != NULL) *is_number = converted;
  return converted ? result : 0;
}

/* [-0, +0, -] manual 4.6. */
LUA_API lua_Number lua_tonumberx(lua_State *L, int index, int *is_number) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  double result;
  if (likely(value_is_double(v)))
    result = value_as_double(v);
  else if (likely(value_is_small_int(v)))
    result = (double)value_as_small_int(v);
  else
    return convert_to_number(v, is_number);
  if (unlikely(is_number != NULL)) *is_number = 1;
  return result;
}

/* Replaces the number at an index by its text. */
static NOINLINE String *convert_in_place(State *L, int index, Value number) {
  String *s = number_to_string(L, number);
  api_store(L, index, api_place(L, index), value_from_string(s));
  heap_check(L);
  return s;
}

/* [-0, +0, m] A number turns into a string in its place. The bytes live as long as the string
   does: cells never move; manual 4.6. */
LUA_API const char *lua_tolstring(lua_State *L, int index, size_t *length) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  String *s;
  if (likely(value_is_string(v))) {
    s = value_string(v);
  } else if (value_is_number(v)) {
    s = convert_in_place(L, index, v);
  } else {
    if (length != NULL) *length = 0;
    return NULL;
  }
  if (length != NULL) *length = string_length(s);
  return string_bytes(s);
}

/* [-0, +0, -] manual 4.6. */
LUA_API lua_CFunction lua_tocfunction(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  return value_is_native(v) ? value_native(v)->function : NULL;
}

/* [-0, +0, -] manual 4.6. */
LUA_API void *lua_touserdata(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  if (likely(value_is_userdata(v))) return value_userdata(v)->memory;
  return value_is_light(v) ? value_as_light(v) : NULL;
}

/* [-0, +0, -] manual 4.6. */
LUA_API lua_State *lua_tothread(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  return value_is_thread(v) ? value_thread(v) : NULL;
}

/* [-0, +0, -] Different objects give different pointers. A C function without upvalues is named
   by its own address, as programs that print it expect; manual 4.6. */
LUA_API const void *lua_topointer(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  switch (value_type(v)) {
    case LUA_TUSERDATA: return value_userdata(v)->memory;
    case LUA_TLIGHTUSERDATA: return value_as_light(v);
    case LUA_TFUNCTION:
      if (value_is_native(v) && value_native(v)->head.aux == 0)
        return (const void *)(uintptr_t)value_native(v)->function;
      return value_cell(v);
    case LUA_TSTRING:
    case LUA_TTABLE:
    case LUA_TTHREAD: return value_cell(v);
    default: return NULL;
  }
}

/* [-0, +0, -] Bytes of a string or userdata, border of a table; 0 for others; manual 4.6. */
LUA_API lua_Unsigned lua_rawlen(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Value v = api_value(L, index);
  if (likely(value_is_table(v))) return table_length(L, value_table(v));
  if (value_is_string(v)) return string_length(value_string(v));
  return value_is_userdata(v) ? value_userdata(v)->size : 0;
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_rawequal(lua_State *L, int first, int second) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, first));
  CHECK(index, L, ARG(3, second));
  const Value *a = api_place(L, first), *b = api_place(L, second);
  return a != NULL && b != NULL && value_raw_equal(*a, *b);
}

/* [-0, +0, e] manual 4.6. */
LUA_API int lua_compare(lua_State *L, int first, int second, int operation) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, first));
  CHECK(index, L, ARG(3, second));
  CHECK(range, L, ARG(4, operation), LUA_OPEQ, LUA_OPLE);
  const Value *a = api_place(L, first), *b = api_place(L, second);
  if (a == NULL || b == NULL) return 0;
  switch (operation) {
    case LUA_OPEQ: return vm_equal(L, *a, *b);
    case LUA_OPLT: return vm_less_than(L, *a, *b);
    case LUA_OPLE: return vm_less_equal(L, *a, *b);
    default: return 0;
  }
}

/* [-(2|1), +1, e] manual 4.6. */
LUA_API void lua_arith(lua_State *L, int operation) {
  CHECK(range, L, ARG(2, operation), LUA_OPADD, LUA_OPBNOT);
  CHECK(stack, L, operation == LUA_OPUNM || operation == LUA_OPBNOT ? 1 : 2, 0);
  if (operation == LUA_OPUNM || operation == LUA_OPBNOT) {
    Value operand = L->top[-1];
    stack_push(L, operand); /* a unary operator's second operand is its first */
  }
  Value result = vm_arithmetic(L, operation, L->top[-2], L->top[-1]);
  L->top--;
  L->top[-1] = result;
  heap_check(L);
}

/* [-n, +1, e] manual 4.6. */
LUA_API void lua_concat(lua_State *L, int n) {
  CHECK(range, L, ARG(2, n), 0, INT_MAX);
  CHECK(stack, L, n, n == 0);
  if (n == 0)
    api_push(L, value_from_string(string_intern(L, "", 0)));
  else if (n > 1)
    vm_concat(L, n);
  heap_check(L);
}

/* [-0, +1, e] manual 4.6. */
LUA_API void lua_len(lua_State *L, int index) {
  CHECK(stack, L, 0, 1);
  CHECK(index, L, ARG(2, index));
  api_push(L, vm_length(L, api_value(L, index)));
}

/* [-0, +(0|1), -] The text's size with its ending zero, or 0; manual 4.6. */
LUA_API size_t lua_stringtonumber(lua_State *L, const char *text) {
  CHECK(stack, L, 0, 1);
  CHECK(text, L, ARG(2, text));
  size_t length = strlen(text);
  int64_t integer;
  double number;
  switch (numeral_parse(text, length, &integer, &number)) {
    case NUMERAL_INT: lua_pushinteger(L, integer); break;
    case NUMERAL_DOUBLE: lua_pushnumber(L, number); break;
    case NUMERAL_NONE: return 0;
  }
  return length + 1;
}
