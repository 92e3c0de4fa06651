/* Pushing values made from C data.
   Layer: api. */
#include "api/api.h"
#include "api/check.h"

/* [-0, +1, -] manual 4.6. */
LUA_API void lua_pushnil(lua_State *L) {
  CHECK(stack, L, 0, 1);
  api_push(L, NIL);
}

/* [-0, +1, -] manual 4.6. */
LUA_API void lua_pushboolean(lua_State *L, int value) {
  CHECK(stack, L, 0, 1);
  api_push(L, value_from_bool(value != 0));
}

/* An integer or pointer that does not fit in a word: a box, and so a safepoint. */
static NOINLINE void push_wide_integer(State *L, lua_Integer value) {
  api_push(L, value_from_int_spared(L, value));
  heap_check(L);
}

static NOINLINE void push_wide_pointer(State *L, void *pointer) {
  api_push(L, value_from_light_spared(L, pointer));
  heap_check(L);
}

/* [-0, +1, -] manual 4.6. */
LUA_API void lua_pushinteger(lua_State *L, lua_Integer value) {
  CHECK(stack, L, 0, 1);
  if (likely(int_is_small(value)))
    api_push(L, value_from_small_int(value));
  else
    push_wide_integer(L, value);
}

/* [-0, +1, -] manual 4.6. */
LUA_API void lua_pushnumber(lua_State *L, lua_Number value) {
  CHECK(stack, L, 0, 1);
  api_push(L, value_from_foreign_double(value));
}

/* [-0, +1, -] manual 4.6. */
LUA_API void lua_pushlightuserdata(lua_State *L, void *pointer) {
  CHECK(stack, L, 0, 1);
  if (likely((uintptr_t)pointer < UINT64_C(1) << 47))
    api_push(L, value_from_inline_light(pointer));
  else
    push_wide_pointer(L, pointer);
}

/* [-0, +1, -] 1 when L is the main thread; manual 4.6. */
LUA_API int lua_pushthread(lua_State *L) {
  CHECK(stack, L, 0, 1);
  api_push(L, value_from_object(L));
  return state_main(L) == L;
}

/* [-0, +1, m] Returns the copy's bytes; NULL pushes nil and returns NULL; manual 4.6. */
LUA_API const char *lua_pushstring(lua_State *L, const char *text) {
  CHECK(stack, L, 0, 1);
  CHECK(text_or_null, L, ARG(2, text));
  if (text == NULL) {
    api_push(L, NIL);
    return NULL;
  }
  String *s = string_from_c(L, text);
  api_push(L, value_from_string(s));
  heap_check(L);
  return string_bytes(s);
}

/* [-0, +1, m] manual 4.6. */
LUA_API const char *lua_pushlstring(lua_State *L, const char *bytes, size_t length) {
  CHECK(stack, L, 0, 1);
  CHECK(bytes, L, ARG(2, bytes), length);
  String *s;
  if (likely(length - 1 < SHORT_STRING_MAX))
    s = string_intern(L, bytes, length);
  else
    s = length == 0 ? string_intern(L, "", 0) : string_new(L, bytes, length);
  api_push(L, value_from_string(s));
  heap_check(L);
  return string_bytes(s);
}

/* [-0, +1, v] Raises "invalid conversion" too; manual 4.6, under lua_pushfstring. */
LUA_API const char *lua_pushvfstring(lua_State *L, const char *format, va_list arguments) {
  CHECK(stack, L, 0, 1);
  CHECK(text, L, ARG(2, format));
  const char *text = text_format_v(L, format, arguments);
  heap_check(L);
  return text;
}

/* [-0, +1, v] manual 4.6. */
LUA_API const char *lua_pushfstring(lua_State *L, const char *format, ...) {
  CHECK(stack, L, 0, 1);
  CHECK(text, L, ARG(2, format));
  va_list arguments;
  va_start(arguments, format);
  const char *text = text_format_v(L, format, arguments);
  va_end(arguments);
  heap_check(L);
  return text;
}

/* [-n, +1, m] manual 4.6. */
LUA_API void lua_pushcclosure(lua_State *L, lua_CFunction function, int upvalues) {
  CHECK(rule, L, NAMED(2, "function"), function != NULL, "NULL");
  CHECK(range, L, ARG(3, upvalues), 0, MAX_UPVALUES);
  CHECK(stack, L, upvalues, upvalues == 0);
  if (upvalues == 0) {
    api_push(L, value_from_function(native_intern(L, function)));
    return;
  }
  Native *f = native_new(L, function, (unsigned)upvalues);
  L->top -= upvalues;
  memcpy(f->upvalues, L->top, (size_t)upvalues * sizeof(Value));
  api_push(L, value_from_function(f));
  heap_check(L);
  api_stored(L);
}
