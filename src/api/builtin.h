/* Library functions that the VM knows: what it does with them itself, without a C frame.
   Layer: api. The one header that src/lib/ may include besides the public ones. */
#ifndef FERROUS_API_BUILTIN_H
#define FERROUS_API_BUILTIN_H

#include "lua.h"

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

/* The function stays an ordinary C function, which is called wherever the VM cannot take its short cut;
   both must do the same. */
typedef struct Builtin {
  lua_CFunction function;
  unsigned char action; /* BuiltinAction */
} Builtin;

/* builtins must live as long as the program. Stack: unchanged. Raises LUA_ERRMEM. */
void builtin_register(lua_State *L, const Builtin *builtins, int count);

#endif
