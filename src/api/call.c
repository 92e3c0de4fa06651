/* Calls, errors, coroutines.
   Layer: api. */
#include "api/api.h"
#include "api/check.h"

/* A call that returned all its results may have left more than the frame had room for. False: the reserve
   of boxes cannot grant these slots. */
ALWAYS_INLINE bool settle_results(State *L, int wanted) {
  Frame *f = L->frame;
  if (wanted != LUA_MULTRET || f->top >= L->top) return true;
  f->top = L->top;
  ptrdiff_t slots = L->top - f->base;
  return likely(slots <= COVERED_SLOTS) || box_reserve_grant(L, (size_t)slots);
}

ALWAYS_INLINE Value *called_function(const State *L, int arguments) {
  return L->top - (arguments + 1);
}

/* What lua_callk and lua_pcallk ask for alike. */
ALWAYS_INLINE void check_call(const char *name, State *L, int arguments, int results,
                              lua_KFunction continuation) {
  CHECK_FOR(name, range, L, ARG(2, arguments), 0, INT_MAX - 1);
  CHECK_FOR(name, range, L, ARG(3, results), LUA_MULTRET, INT_MAX);
  CHECK_FOR(name, stack, L, arguments + 1, results - (arguments + 1));
  CHECK_FOR(name, rule, L, NAMED(1, "L"), L->status == LUA_OK,
            "a thread that is suspended or dead calls nothing");
  CHECK_FOR(name, rule, L, NAMED(5, "continuation"),
            continuation == NULL || !frame_is_lua(L->frame), "a hook has no continuation");
}

/* Whether a yield inside the call is to be continued by the continuation. */
ALWAYS_INLINE bool can_continue(const State *L, lua_KFunction continuation) {
  return continuation != NULL && L->nonyieldable == 0;
}

/* Calls that are unusual. */
static NOINLINE void call_any(State *L, int arguments, int results, lua_KContext context,
                              lua_KFunction continuation) {
  Value *function = called_function(L, arguments);
  if (can_continue(L, continuation)) {
    L->frame->as.native.continuation = continuation;
    L->frame->as.native.context = context;
    vm_call(L, function, results);
  } else {
    vm_call_no_yield(L, function, results);
  }
  if (!settle_results(L, results)) error_memory(L);
}

/* [-(arguments + 1), +results, e] manual 4.6, 4.5. */
LUA_API void lua_callk(lua_State *L, int arguments, int results, lua_KContext context,
                       lua_KFunction continuation) {
  check_call(__func__, L, arguments, results, continuation);
  if (likely(continuation == NULL && results != LUA_MULTRET))
    vm_call_no_yield(L, called_function(L, arguments), results);
  else
    call_any(L, arguments, results, context, continuation);
}

/* What a protected call leaves that has no memory. */
static int pcall_refused(State *L, ptrdiff_t function) {
  L->top = stack_slot(L, function);
  api_push(L, value_from_string(global_of(L)->memory_message));
  return LUA_ERRMEM;
}

/* The call runs without a C frame of its own that could catch an error: the frame is marked, so
   that whoever unwinds finds it, and calls the continuation then. */
static void call_in_marked_frame(State *L, Value *function, int results, ptrdiff_t handler,
                                 lua_KContext context, lua_KFunction continuation) {
  Frame *f = L->frame;
  f->as.native.continuation = continuation;
  f->as.native.context = context;
  f->as.native.protected_func = stack_offset(L, function);
  f->as.native.saved_handler = L->message_handler;
  frame_save_protection(L, f);
  f->outer_c_calls = thread_own_c_calls(L);
  L->message_handler = handler;
  f->flags |= FRAME_YIELDABLE_PCALL;
  vm_call(L, function, results);
  f = L->frame;
  f->flags &= (uint8_t)~FRAME_YIELDABLE_PCALL;
  L->message_handler = f->as.native.saved_handler;
}

static NOINLINE int pcall_any(State *L, int arguments, int results, int handler, lua_KContext context,
                              lua_KFunction continuation) {
  Value *function = called_function(L, arguments);
  ptrdiff_t offset = stack_offset(L, function);
  ptrdiff_t handler_offset = handler == 0 ? 0 : stack_offset(L, api_slot(L, handler));
  int status = LUA_OK;
  if (can_continue(L, continuation))
    call_in_marked_frame(L, function, results, handler_offset, context, continuation);
  else
    status = vm_pcall(L, function, results, handler_offset);
  return settle_results(L, results) ? status : pcall_refused(L, offset);
}

/* [-(arguments + 1), +(results|1), -] manual 4.6, 4.5. */
LUA_API int lua_pcallk(lua_State *L, int arguments, int results, int handler,
                       lua_KContext context, lua_KFunction continuation) {
  check_call(__func__, L, arguments, results, continuation);
  if (handler != 0) CHECK(slot, L, ARG(4, handler));
  if (likely(continuation == NULL && handler == 0 && results != LUA_MULTRET))
    return vm_pcall(L, called_function(L, arguments), results, 0);
  return pcall_any(L, arguments, results, handler, context, continuation);
}

/* [-1, +0, v] The memory message stands for a lack of memory again: no handler is called for
   it; manual 4.6. */
LUA_API int lua_error(lua_State *L) {
  CHECK(stack, L, 1, 0);
  const String *message = global_of(L)->memory_message;
  if (unlikely(L->top[-1] == value_from_string(message))) error_memory(L);
  error_raise(L);
}

/* [-?, +?, v] manual 4.6, 4.5. */
LUA_API int lua_yieldk(lua_State *L, int results, lua_KContext context,
                       lua_KFunction continuation) {
  CHECK(range, L, ARG(2, results), 0, INT_MAX);
  CHECK(stack, L, results, 0);
  CHECK(rule, L, NAMED(1, "L"), L->nonyieldable > 0 || L == global_of(L)->running,
        "a thread that does not run yields nothing");
  CHECK(rule, L, NAMED(2, "results"), !frame_is_lua(L->frame) || results == 0,
        "a hook yields no values");
  CHECK(rule, L, NAMED(4, "continuation"), !frame_is_lua(L->frame) || continuation == NULL,
        "a hook has no continuation");
  return vm_yield(L, results, context, continuation);
}

/* [-?, +?, -] manual 4.6. */
LUA_API int lua_resume(lua_State *L, lua_State *from, int arguments, int *results) {
  CHECK(range, L, ARG(3, arguments), 0, INT_MAX);
  CHECK(stack, L, arguments, 0);
  CHECK(sibling, L, ARG(2, from));
  CHECK(pointer, L, ARG(4, results));
  return vm_resume(L, from, arguments, results);
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_status(lua_State *L) {
  CHECK(thread, L);
  return L->status;
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_isyieldable(lua_State *L) {
  CHECK(thread, L);
  return L->nonyieldable == 0;
}
