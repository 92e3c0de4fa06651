/* Registering library functions with the VM: see builtin.h.
   Layer: api. */
#include "api/builtin.h"

#include "api/api.h"
#include "runtime/function.h"
#include "runtime/shape.h"
#include "vm/call.h"

STATIC_ASSERT((int)BUILTIN_PCALL == NATIVE_PCALL && (int)BUILTIN_XPCALL == NATIVE_XPCALL &&
                  (int)BUILTIN_RESUME == NATIVE_RESUME && (int)BUILTIN_YIELD == NATIVE_YIELD &&
                  (int)BUILTIN_WRAP == NATIVE_WRAP && (int)BUILTIN_NEXT == NATIVE_NEXT &&
                  (int)BUILTIN_IPAIRS_STEP == NATIVE_IPAIRS_STEP &&
                  (int)BUILTIN_SELECT == NATIVE_SELECT && (int)BUILTIN_PAIRS == NATIVE_PAIRS &&
                  (int)BUILTIN_IPAIRS == NATIVE_IPAIRS,
              "the VM's actions are the builtins' actions");

void builtin_register(lua_State *L, const Builtin *builtins, int count) {
  for (int i = 0; i < count; i++) {
    Native *native = native_new(L, builtins[i].function, 0);
    native->builtin = &builtins[i];
    native->head.flags = builtins[i].action;
    if (builtins[i].action == BUILTIN_NEXT) global_of(L)->next_function = native;
    if (builtins[i].action == BUILTIN_IPAIRS_STEP) global_of(L)->ipairs_step = native;
  }
}

static const char *function_name_at(const void *list, unsigned index) {
  return ((const luaL_Reg *)list)[index].name;
}

void builtin_prepare_fields(lua_State *L, int index, const luaL_Reg *list) {
  Value v = api_value(L, index);
  if (!value_is_table(v) || value_table(v)->head.meta > SHAPE_EMPTY_ARRAY) return;
  Shape *shape = shape_for_list(L, table_shape(L->heap, value_table(v)), list, function_name_at);
  if (shape != NULL) table_take_fields(L, value_table(v), shape);
}

Table *builtin_named_metatable(lua_State *L, const char *name) {
  Value v = api_raw_field(L, value_table(global_of(L)->registry), api_name(L, name));
  return likely(value_is_table(v)) ? value_table(v) : NULL;
}
