/* Registering library functions with the VM: see builtin.h.
   Layer: api. */
#include "api/builtin.h"

#include "runtime/function.h"
#include "vm/call.h"

STATIC_ASSERT((int)BUILTIN_PCALL == NATIVE_PCALL && (int)BUILTIN_XPCALL == NATIVE_XPCALL &&
                  (int)BUILTIN_RESUME == NATIVE_RESUME && (int)BUILTIN_YIELD == NATIVE_YIELD &&
                  (int)BUILTIN_WRAP == NATIVE_WRAP && (int)BUILTIN_NEXT == NATIVE_NEXT &&
                  (int)BUILTIN_IPAIRS_STEP == NATIVE_IPAIRS_STEP &&
                  (int)BUILTIN_SELECT == NATIVE_SELECT,
              "the VM's actions are the builtins' actions");

void builtin_register(lua_State *L, const Builtin *builtins, int count) {
  for (int i = 0; i < count; i++) {
    Native *native = native_new(L, builtins[i].function, 0);
    native->builtin = &builtins[i];
    native->head.flags = builtins[i].action;
  }
}
