/* States and threads: making, closing, and what a whole state has one of.
   Layer: api. */
#include "api/api.h"
#include "api/check.h"
#include "ferrous.h"

#include "compiler/compile.h"
#include "runtime/unwind.h"

/* The version and its authors, findable in every executable that holds the library. */
const char lua_ident[] = "$LuaVersion: " LUA_COPYRIGHT " $"
                         "$LuaAuthors: " LUA_AUTHORS " $";

static void open_upper_layers(State *L, void *unused) {
  (void)unused;
  vm_open(L);
  compile_open(L);
}

/* NULL when memory fails; manual 4.6. */
LUA_API lua_State *lua_newstate(lua_Alloc allocate, void *data) {
  CHECK(rule, NULL, NAMED(1, "allocate"), allocate != NULL, "NULL");
  State *L = state_open(allocate, data);
  if (L == NULL) return NULL;
  if (protect_run(L, open_upper_layers, NULL, NULL) != LUA_OK) {
    state_close(L);
    return NULL;
  }
  return L;
}

/* Closes all pending to-be-closed variables of the main thread, runs all finalizers, frees
   everything; manual 4.6. */
LUA_API void lua_close(lua_State *L) {
  CHECK(thread, L);
  L = state_main(L);
  L->frame = L->frames;
  L->message_handler = 0;
  vm_close_protected(L, stack_offset(L, L->frame->base), LUA_OK);
  L->top = L->frame->base;
  heap_finalize_all(L);
  state_close(L);
}

/* [-0, +1, m] manual 4.6. */
LUA_API lua_State *lua_newthread(lua_State *L) {
  CHECK(stack, L, 0, 1);
  State *thread = thread_new(L);
  api_push(L, value_from_object(thread));
  vm_hook_changed(thread); /* it inherits the hook */
  heap_check(L);
  api_stored(L); /* its slots are more to push to */
  return thread;
}

/* [-0, +?, -] The status, and with an error its value on L; manual 4.6. */
LUA_API int lua_closethread(lua_State *L, lua_State *from) {
  CHECK(thread, L);
  CHECK(idle, L, NAMED(1, "L"));
  CHECK(sibling, L, ARG(2, from));
  return vm_close_thread(L, from);
}

/* [-0, +?, -] manual 4.6. */
LUA_API int lua_resetthread(lua_State *L) {
  CHECK(thread, L);
  CHECK(idle, L, NAMED(1, "L"));
  return vm_close_thread(L, NULL);
}

/* [-0, +0, -] The former panic function; manual 4.6, 4.4. */
LUA_API lua_CFunction lua_atpanic(lua_State *L, lua_CFunction panic) {
  CHECK(thread, L);
  Global *global = global_of(L);
  lua_CFunction former = global->panic;
  global->panic = panic;
  return former;
}

/* [-0, +0, -] manual 4.6. */
LUA_API lua_Number lua_version(lua_State *L) {
  (void)L;
  return LUA_VERSION_NUM;
}

/* [-0, +0, -] manual 4.6. */
LUA_API lua_Alloc lua_getallocf(lua_State *L, void **data) {
  CHECK(thread, L);
  if (data != NULL) *data = L->heap->allocate_data;
  return L->heap->allocate;
}

/* [-0, +0, -] The new function must be able to free what the old one allocated; manual 4.6. */
LUA_API void lua_setallocf(lua_State *L, lua_Alloc allocate, void *data) {
  CHECK(thread, L);
  CHECK(rule, L, NAMED(2, "allocate"), allocate != NULL, "NULL");
  L->heap->allocate = allocate;
  L->heap->allocate_data = data;
}

/* [-0, +0, -] manual 4.6. */
LUA_API void lua_setwarnf(lua_State *L, lua_WarnFunction warn, void *data) {
  CHECK(thread, L);
  Global *global = global_of(L);
  global->warn = warn;
  global->warn_data = data;
}

/* [-0, +0, -] manual 4.6. */
LUA_API void lua_warning(lua_State *L, const char *message, int to_be_continued) {
  CHECK(thread, L);
  CHECK(text, L, ARG(2, message));
  Global *global = global_of(L);
  if (global->warn != NULL) global->warn(global->warn_data, message, to_be_continued);
}

/* [-0, +0, -] ferrous.h. */
LUA_API void ferrous_unwind_cxx(lua_State *L, int on) {
  CHECK(thread, L);
  Global *global = global_of(L);
  global->unwinds = on != 0 && unwind_find(global);
}

/* [-0, +0, -] A compatibility function of 5.4: the limit is fixed, and returned. */
LUA_API int lua_setcstacklimit(lua_State *L, unsigned int limit) {
  CHECK(thread, L);
  (void)L, (void)limit;
  return MAX_C_CALLS;
}
