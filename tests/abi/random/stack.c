/* Random calls: the stack, and slots to be closed. */
#include "random.h"

static void close_slot(Scope *s) {
  if (s->marks == 0) return;
  int slot = scope_floor(s);
  lua_closeslot(s->L, slot);
  s->marks &= ~(UINT64_C(1) << slot);
  trace("%d ", slot);
  trace_value(s->L, slot);
}

static void set_top(Scope *s) {
  if (chance(20)) close_slot(s); /* lua_settop of 5.4.4 loses the top when a __close moves the stack */
  int room = scope_room(s);
  int change = pick(room + 4) - room;
  lua_settop(s->L, chance(50) && change < 0 ? change - 1 : lua_gettop(s->L) + change);
  scope_forget_marks(s);
}

static void push_value(Scope *s) { lua_pushvalue(s->L, any_index(s)); }

static void absolute_index(Scope *s) {
  int index = any_index(s);
  if (index > 0 || index <= LUA_REGISTRYINDEX)
    trace("%d", lua_absindex(s->L, index) == index);
  else
    trace("%d", lua_absindex(s->L, index) - s->hidden);
}

static void rotate(Scope *s) {
  int room = scope_room(s);
  if (room == 0) return;
  int count = 1 + pick(room), n = pick(2 * count + 1) - count;
  trace("%d %d", count, n);
  lua_rotate(s->L, -count, n);
}

static void insert_or_remove(Scope *s) {
  int index = writable_index(s);
  if (index == 0) return;
  if (chance(50))
    lua_insert(s->L, index);
  else
    lua_remove(s->L, index);
}

static void replace(Scope *s) {
  if (scope_room(s) < 2) return;
  lua_pushvalue(s->L, any_index(s));
  lua_replace(s->L, writable_index(s));
}

static void copy(Scope *s) {
  int to = writable_index(s);
  if (to != 0) lua_copy(s->L, any_index(s), to);
}

static void set_own_upvalue(Scope *s) {
  lua_State *L = s->L;
  lua_Debug activation;
  if (s->is_hook || !lua_getstack(L, 0, &activation)) return;
  lua_getinfo(L, "fu", &activation);
  bool is_mine = lua_tocfunction(L, -1) == random_function;
  lua_pop(L, 1);
  if (activation.nups == 0 || !is_mine) return;
  push_any(s);
  lua_replace(L, lua_upvalueindex(1 + pick(activation.nups)));
}

static void check_stack(Scope *s) {
  static const int sizes[] = {0, 1, 100, 5000, 999999, 1000000, 100000000};
  int size = PICK(sizes);
  trace("%d: %d", size, lua_checkstack(s->L, size));
}

static void mark(Scope *s) {
  lua_State *L = s->L;
  if (s->is_hook || lua_gettop(L) > 50) return;
  if (chance(70)) {
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcfunction(L, random_function);
    lua_setfield(L, -2, "__close");
    lua_setmetatable(L, -2);
  } else {
    push_any(s);
  }
  lua_toclose(L, chance(50) ? -1 : lua_gettop(L));
  s->marks |= UINT64_C(1) << lua_gettop(L);
}

const Operation stack_operations[] = {
    {"set_top", set_top},
    {"push_value", push_value},
    {"absolute_index", absolute_index},
    {"rotate", rotate},
    {"insert_or_remove", insert_or_remove},
    {"replace", replace},
    {"copy", copy},
    {"set_own_upvalue", set_own_upvalue},
    {"check_stack", check_stack},
    {"mark", mark},
    {"close_slot", close_slot},
    {NULL, NULL}};
