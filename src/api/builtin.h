/* Library functions that the VM knows: what it does with them itself, without a C frame.
   Layer: api. The one header that src/lib/ may include besides the public ones.

   A function given an action or a direct entry stays an ordinary C function, which is called wherever the
   VM cannot take the short cut (hooks, unusual arguments, calls from C); both must do the same. */
#ifndef FERROUS_API_BUILTIN_H
#define FERROUS_API_BUILTIN_H

#include "object/object.h"

typedef enum BuiltinAction {
  BUILTIN_PLAIN,
  BUILTIN_PCALL,
  BUILTIN_XPCALL,
  BUILTIN_RESUME,
  BUILTIN_YIELD,
  BUILTIN_WRAP,       /* the function that coroutine.wrap returns: upvalue 1 is the thread */
  BUILTIN_NEXT,
  BUILTIN_IPAIRS_STEP /* the iterator that ipairs returns */
} BuiltinAction;

/* builtins must live as long as the program. Stack: unchanged. Raises LUA_ERRMEM. */
void builtin_register(lua_State *L, const Builtin *builtins, int count);

#endif
