/* The debug interface: activations, local variables, upvalues, hooks.
   Layer: api.

   A lua_Debug names its activation by number, not by address: frames move. A FRAME_CLOSE is no
   activation; it is passed over. */
#include "api/api.h"
#include "api/check.h"

/* ---- activations ----------------------------------------------------------------------------- */

/* [-0, +0, -] 1 when the thread has that level, 0 being the running function; manual 4.7. */
LUA_API int lua_getstack(lua_State *L, int level, lua_Debug *activation) {
  CHECK(thread, L);
  CHECK(pointer, L, ARG(3, activation));
  if (level < 0) return 0;
  for (const Frame *f = L->frame; f > L->frames; f--) {
    if (f->kind == FRAME_CLOSE || level-- > 0) continue;
    activation->i_ci = vm_frame_handle(L, f);
    return 1;
  }
  return 0;
}

/* The lines that have code, as keys of a new table on the stack. The instruction that prepares
   varargs is on no line of its own. */
static void push_active_lines(State *L, Value function) {
  if (!value_is_closure(function)) {
    stack_push(L, NIL);
    return;
  }
  const Proto *p = value_closure(function)->proto;
  Table *lines = table_new(L);
  stack_push(L, value_from_table(lines));
  bool skip = p->is_vararg && p->line_count > 1 && p->lines[1].pc == 1;
  for (uint32_t i = skip; i < p->line_count; i++)
    table_set_int(L, lines, p->lines[i].line, TRUE);
}

/* The function below the `above` topmost values goes. */
static void remove_function(State *L, int above) {
  if (above) L->top[-2] = L->top[-1];
  L->top--;
}

ALWAYS_INLINE int info_pushes(const char *what) {
  return (strchr(what, 'f') != NULL) + (strchr(what, 'L') != NULL);
}

/* [-(0|1), +(0|1|2), e] A function to ask about is popped ('>'); 'f' and 'L' each push a value; 0
   for an invalid option; manual 4.7. */
LUA_API int lua_getinfo(lua_State *L, const char *what, lua_Debug *activation) {
  CHECK(thread, L);
  CHECK(text, L, ARG(2, what));
  CHECK(pointer, L, ARG(3, activation));
  CHECK(stack, L, *what == '>', info_pushes(what) - (*what == '>'));
  Frame *f = NULL;
  Value function;
  if (*what == '>') {
    CHECK(function, L, NAMED(1, "L"), -1);
    function = L->top[-1];
    what++;
  } else {
    CHECK(activation, L, ARG(3, activation));
    f = api_debug_frame(L, activation);
    function = f->base[-1];
  }
  bool valid = vm_get_info(L, what, function, f, activation);
  if (f != NULL) stack_push(L, function); /* it stays on the stack while it is looked at */
  if (strchr(what, 'L') != NULL) push_active_lines(L, function);
  if (strchr(what, 'f') == NULL) remove_function(L, strchr(what, 'L') != NULL);
  heap_check(L);
  return valid;
}

/* ---- local variables ------------------------------------------------------------------------- */

/* The name of parameter n of a function that is not running. */
static const char *parameter_name(const Proto *p, int n) {
  for (uint32_t i = 0; i < p->local_count && p->locals[i].start_pc == 0; i++)
    if (--n == 0) return string_bytes(p->locals[i].name);
  return NULL;
}

/* [-0, +(0|1), -] NULL, and nothing pushed, when there is no such variable; with no activation, the
   name alone of a parameter of the function on the top; manual 4.7. */
LUA_API const char *lua_getlocal(lua_State *L, const lua_Debug *activation, int n) {
  CHECK(thread, L);
  if (activation == NULL) {
    CHECK(values, L, 1, 0);
    CHECK(function, L, NAMED(1, "L"), -1);
    Value function = L->top[-1];
    return value_is_closure(function) ? parameter_name(value_closure(function)->proto, n) : NULL;
  }
  CHECK(activation, L, ARG(2, activation));
  Value *slot;
  const Frame *f = api_debug_frame(L, activation);
  const char *name = vm_local_name(L, f, n, &slot);
  if (name == NULL) return NULL;
  CHECK(stack, L, 0, 1);
  api_push(L, vm_local_value(L, f, slot));
  return name;
}

/* [-(0|1), +0, -] NULL, and nothing popped, when there is no such variable; manual 4.7. */
LUA_API const char *lua_setlocal(lua_State *L, const lua_Debug *activation, int n) {
  CHECK(stack, L, 1, 0);
  CHECK(activation, L, ARG(2, activation));
  Value *slot;
  const Frame *f = api_debug_frame(L, activation);
  const char *name = vm_local_name(L, f, n, &slot);
  if (name != NULL) vm_set_local(f, slot, *--L->top);
  return name;
}

/* ---- upvalues -------------------------------------------------------------------------------- */

/* Where upvalue n of a function is, its name and the cell that owns the place. NULL: there is
   none. */
static Value *upvalue_place(Value function, int n, const char **name, Object **owner) {
  if (value_is_native(function)) {
    Native *f = value_native(function);
    if (n < 1 || n > f->head.aux) return NULL;
    *name = "";
    *owner = &f->head;
    return &f->upvalues[n - 1];
  }
  if (!value_is_closure(function)) return NULL;
  Closure *closure = value_closure(function);
  if (n < 1 || n > closure->proto->upvalue_count) return NULL;
  const String *variable = closure->proto->upvalues[n - 1].name;
  *name = variable != NULL ? string_bytes(variable) : "(no name)";
  *owner = &closure->upvalues[n - 1]->head;
  return closure->upvalues[n - 1]->location;
}

/* [-0, +(0|1), -] NULL, and nothing pushed, when there is no such upvalue; manual 4.7. */
LUA_API const char *lua_getupvalue(lua_State *L, int function, int n) {
  CHECK(thread, L);
  CHECK(function, L, ARG(2, function));
  const char *name;
  Object *owner;
  const Value *place = upvalue_place(api_value(L, function), n, &name, &owner);
  if (place == NULL) return NULL;
  CHECK(stack, L, 0, 1);
  api_push(L, *place);
  return name;
}

/* [-(0|1), +0, -] NULL, and nothing popped, when there is no such upvalue; manual 4.7. */
LUA_API const char *lua_setupvalue(lua_State *L, int function, int n) {
  CHECK(stack, L, 1, 0);
  CHECK(function, L, ARG(2, function));
  const char *name;
  Object *owner;
  Value *place = upvalue_place(api_value(L, function), n, &name, &owner);
  if (place == NULL) return NULL;
  *place = *--L->top;
  heap_barrier_value(L->heap, owner, *place);
  return name;
}

/* [-0, +0, -] The same for closures that share the upvalue; NULL when there is none; manual 4.7. */
LUA_API void *lua_upvalueid(lua_State *L, int function, int n) {
  CHECK(thread, L);
  CHECK(function, L, ARG(2, function));
  Value v = api_value(L, function);
  const char *name;
  Object *owner;
  Value *place = upvalue_place(v, n, &name, &owner);
  if (place == NULL) return NULL;
  return value_is_native(v) ? (void *)place : (void *)owner;
}

/* [-0, +0, -] Both must be Lua functions with those upvalues; manual 4.7. */
LUA_API void lua_upvaluejoin(lua_State *L, int function1, int n1, int function2, int n2) {
  CHECK(thread, L);
  CHECK(lua_function, L, ARG(2, function1));
  CHECK(lua_function, L, ARG(4, function2));
  Closure *closure = value_closure(api_value(L, function1));
  const Closure *other = value_closure(api_value(L, function2));
  CHECK(range, L, ARG(3, n1), 1, closure->proto->upvalue_count);
  CHECK(range, L, ARG(5, n2), 1, other->proto->upvalue_count);
  Upvalue *shared = other->upvalues[n2 - 1];
  closure->upvalues[n1 - 1] = shared;
  heap_barrier_object(L->heap, &closure->head, &shared->head);
}

/* ---- hooks ----------------------------------------------------------------------------------- */

/* [-0, +0, -] May be called from a signal handler, too; manual 4.7. */
LUA_API void lua_sethook(lua_State *L, lua_Hook hook, int mask, int count) {
  CHECK(thread, L);
  if (hook == NULL || mask == 0) {
    hook = NULL;
    mask = 0;
  }
  L->hook = hook;
  L->base_hook_count = count;
  L->hook_count = count;
  L->hook_mask = (uint8_t)((mask & ~HOOK_FEW_BOXES) | (L->hook_mask & HOOK_FEW_BOXES));
  vm_hook_changed(L);
}

/* [-0, +0, -] manual 4.7. */
LUA_API lua_Hook lua_gethook(lua_State *L) {
  CHECK(thread, L);
  return L->hook;
}

/* [-0, +0, -] manual 4.7. */
LUA_API int lua_gethookmask(lua_State *L) {
  CHECK(thread, L);
  return L->hook_mask & ~HOOK_FEW_BOXES;
}

/* [-0, +0, -] manual 4.7. */
LUA_API int lua_gethookcount(lua_State *L) {
  CHECK(thread, L);
  return L->base_hook_count;
}

/* [-0, +0, -] ferrous.h. */
LUA_API lua_State *ferrous_running_thread(lua_State *L) {
  CHECK(thread, L);
  return global_of(L)->running;
}
