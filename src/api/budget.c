/* Budgets, interrupts and the memory ceiling as the host sets them: see ferrous.h and vm/budget.h.
   Layer: api. */
#include "vm/budget.h"

#include "api/api.h"
#include "api/check.h"
#include "api/poll.h"
#include "ferrous.h"

STATIC_ASSERT(FERROUS_STOP_NONE == (int)STOP_NONE &&
                  FERROUS_STOP_INTERRUPT == (int)STOP_INTERRUPT &&
                  FERROUS_STOP_INSTRUCTIONS == (int)STOP_INSTRUCTIONS &&
                  FERROUS_STOP_TIME == (int)STOP_TIME && FERROUS_STOP_MEMORY == (int)STOP_MEMORY,
              "public reasons are the VM's");

KEEPS_REGISTERS void poll_slow(lua_State *L, size_t cost) { budget_check(L, cost + 1); }

void builtin_copy(lua_State *L, char *to, const char *from, size_t size) {
  string_copy(L, to, from, size);
}

void builtin_collect(lua_State *L) {
  if (!heap_collect_start(L->heap)) return;
  while (!heap_collect_part(L)) budget_poll(L);
}

void *builtin_reallocate(lua_State *L, void *block, size_t old_size, size_t new_size) {
  return memory_reallocate(L, block, old_size, new_size);
}

LUA_API void ferrous_limit_memory(lua_State *L, size_t bytes) {
  CHECK(thread, L);
  L->heap->ceiling = bytes == 0 ? SIZE_MAX : bytes;
}

LUA_API size_t ferrous_memory_held(lua_State *L) {
  CHECK(thread, L);
  return L->heap->obtained;
}

LUA_API void ferrous_limit_instructions(lua_State *L, uint64_t instructions) {
  CHECK(thread, L);
  budget_limit_instructions(L, instructions == 0 ? UINT64_MAX : instructions);
}

LUA_API uint64_t ferrous_instructions_left(lua_State *L) {
  CHECK(thread, L);
  return budget_instructions_left(L);
}

LUA_API void ferrous_limit_time(lua_State *L, uint64_t nanoseconds) {
  CHECK(thread, L);
  budget_limit_time(L, nanoseconds);
}

LUA_API void ferrous_interrupt(lua_State *L) {
  CHECK(thread, L);
  budget_interrupt(L);
}

LUA_API void ferrous_interrupt_code(lua_State *L) {
  CHECK(thread, L);
  budget_interrupt_code(L);
}

LUA_API void ferrous_make_sticky(lua_State *L, int sticky) {
  CHECK(thread, L);
  global_of(L)->budget.sticky = sticky != 0;
}

LUA_API int ferrous_stopped(lua_State *L) {
  CHECK(thread, L);
  return global_of(L)->budget.reason;
}

LUA_API void ferrous_clear_stop(lua_State *L) {
  CHECK(thread, L);
  budget_clear(L);
}
