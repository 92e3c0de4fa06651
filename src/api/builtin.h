/* Library functions that the VM knows: what it does with them itself, without a C frame.
   Layer: api. With poll.h and check.h all that src/lib/ may include besides the public headers.

   A function given an action or a direct entry stays an ordinary C function, which is called wherever the
   VM cannot take the short cut (hooks, unusual arguments, calls from C); both must do the same.

   A direct entry (BuiltinDirect) works on values with the functions of the headers below that neither raise
   (but for memory) nor run Lua code, and refuses whatever they do not serve: strings that stand for
   numbers, tables with a metatable, arguments that are missing or wrong. The inline functions here are
   what most entries start with. */
#ifndef FERROUS_API_BUILTIN_H
#define FERROUS_API_BUILTIN_H

#include "base/int_double.h"
#include "lauxlib.h"
#include "runtime/function.h"
#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/string.h"
#include "runtime/table.h"
#include "runtime/thread.h"

typedef enum BuiltinAction {
  BUILTIN_PLAIN,
  BUILTIN_PCALL,
  BUILTIN_XPCALL,
  BUILTIN_RESUME,
  BUILTIN_YIELD,
  BUILTIN_WRAP,       /* the function that coroutine.wrap returns: upvalue 1 is the thread */
  BUILTIN_NEXT,
  BUILTIN_IPAIRS_STEP, /* the iterator that ipairs returns */
  BUILTIN_SELECT,
  BUILTIN_PAIRS,
  BUILTIN_IPAIRS
} BuiltinAction;

/* builtins must live as long as the program. Stack: unchanged. Raises LUA_ERRMEM. */
void builtin_register(lua_State *L, const Builtin *builtins, int count);

/* The table at the index is about to get the functions of the list: if it has no fields, they are made
   at once, absent still. Stack: unchanged. Raises LUA_ERRMEM. */
void builtin_prepare_fields(lua_State *L, int index, const luaL_Reg *list);
/* lua_checkstack for slots that get no integers or light userdata that need boxes: none are put aside. */
bool builtin_make_room(lua_State *L, int slots);
/* For the checks of arguments: the value at a positive index; else, or where there is none, nil. */
ALWAYS_INLINE Value builtin_argument(const lua_State *L, int index) {
  const Value *slot = L->frame->base + (index - 1);
  return likely(index > 0 && slot < L->top) ? *slot : NIL;
}
/* The metatable that the registry has under this name; NULL: none. Raises LUA_ERRMEM. */
Table *builtin_named_metatable(lua_State *L, const char *name);

/* One result. */
ALWAYS_INLINE int direct_result(Value *call, Value result) {
  call[0] = result;
  return 1;
}
ALWAYS_INLINE int direct_double_result(Value *call, double result) {
  return direct_result(call, value_from_foreign_double(result));
}
/* A string of at most SHORT_STRING_MAX bytes, or a longer one. */
ALWAYS_INLINE int direct_string_result(State *L, Value *call, const char *bytes, size_t length) {
  return direct_result(call, value_from_string(string_new(L, bytes, length)));
}

/* False: not a number. */
ALWAYS_INLINE bool direct_double(Value v, double *result) {
  if (likely(value_is_double(v)))
    *result = value_as_double(v);
  else if (likely(value_is_int(v)))
    *result = (double)value_as_int(v);
  else
    return false;
  return true;
}
/* False: neither an integer nor a float with an integral value. */
ALWAYS_INLINE bool direct_int(Value v, int64_t *result) {
  if (likely(value_is_int(v))) {
    *result = value_as_int(v);
    return true;
  }
  return value_is_double(v) && double_to_int(value_as_double(v), result);
}
/* An optional argument, which may be missing or nil. False: it is something else. */
ALWAYS_INLINE bool direct_optional_int(const Value *call, unsigned count, unsigned argument,
                                       int64_t absent, int64_t *result) {
  if (count >= argument && !value_is_nil(call[argument])) return direct_int(call[argument], result);
  *result = absent;
  return true;
}
/* A table without a metatable; else NULL. */
ALWAYS_INLINE Table *direct_plain_table(const State *L, Value v) {
  if (unlikely(!value_is_table(v))) return NULL;
  Table *t = value_table(v);
  return likely(table_metatable(L, t) == NULL) ? t : NULL;
}
/* Whether the slots call[0] .. call[results - 1] may be written to. */
ALWAYS_INLINE bool direct_has_room(const State *L, const Value *call, uint64_t results) {
  return results < (uint64_t)(L->stack_limit - call);
}

#endif
