/* The stack seen from C: indices, moving values around, room.
   Layer: api. */
#include "api/api.h"
#include "api/builtin.h"
#include "api/check.h"

/* Slots of a stack need no barrier, upvalues and the registry do. */
void api_store(State *L, int index, Value *place, Value v) {
  *place = v;
  if (likely(!api_index_is_pseudo(index))) return;
  if (index == LUA_REGISTRYINDEX) {
    if (value_is_collectable(v)) heap_keep(L->heap, value_cell(v));
  } else {
    heap_barrier_value(L->heap, value_function(L->frame->base[-1]), v);
  }
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_absindex(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  if (index > 0 || api_index_is_pseudo(index)) return index;
  return (int)(L->top - L->frame->base) + index + 1;
}

/* [-0, +0, -] manual 4.6. */
LUA_API int lua_gettop(lua_State *L) {
  CHECK(thread, L);
  return (int)(L->top - L->frame->base);
}

/* Whether a variable to be closed lives in `level` or above. */
ALWAYS_INLINE bool has_to_be_closed(const State *L, const Value *level) {
  return unlikely(L->to_be_closed_count != 0) &&
         (ptrdiff_t)L->to_be_closed[L->to_be_closed_count - 1] >= stack_offset(L, level);
}

ALWAYS_INLINE bool is_last_to_be_closed(const State *L, const Value *slot) {
  return L->to_be_closed_count != 0 &&
         stack_offset(L, slot) == (ptrdiff_t)L->to_be_closed[L->to_be_closed_count - 1];
}

/* Closes variables to be closed while the slots above level are still in use. Returns level, which
   may have moved. */
static Value *close_down_to(State *L, Value *level) {
  ptrdiff_t offset = stack_offset(L, level);
  vm_close(L, level);
  return stack_slot(L, offset);
}

static NOINLINE void settop_closing(State *L, Value *level) {
  if (has_to_be_closed(L, level)) level = close_down_to(L, level);
  L->top = level;
}

/* How many values the running function may have; more than that only as results of a call. */
ALWAYS_INLINE ptrdiff_t most_values(const State *L) {
  return (L->frame->top > L->top ? L->frame->top : L->top) - L->frame->base;
}

/* [-?, +?, e] Raises only what a __close metamethod does; manual 4.6. */
LUA_API void lua_settop(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(rule, L, NAMED(2, "index"), index < 0 || index <= most_values(L),
        "stack overflow: more than the slots it has; lua_checkstack makes room");
  CHECK(rule, L, NAMED(2, "index"), index >= 0 || -(index + 1) <= L->top - L->frame->base,
        "pops more values than the function has on the stack");
  Value *level = L->top + index + 1; /* mostly it is a lua_pop */
  if (unlikely(index >= 0)) {
    level = L->frame->base + index;
    while (L->top < level) *L->top++ = NIL;
  }
  if (unlikely(L->to_be_closed_count != 0))
    settop_closing(L, level);
  else
    L->top = level;
}

/* [-0, +0, e] manual 4.6. */
LUA_API void lua_closeslot(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(slot, L, ARG(2, index));
  CHECK(rule, L, NAMED(2, "index"), is_last_to_be_closed(L, api_slot(L, index)),
        "not the last slot that lua_toclose marked");
  Value *slot = api_slot(L, index);
  *close_down_to(L, slot) = NIL;
}

/* [-0, +0, v] The slot is closed when its function returns or an error passes; manual 4.6. */
LUA_API void lua_toclose(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(slot, L, ARG(2, index));
  CHECK(rule, L, NAMED(2, "index"), !has_to_be_closed(L, api_slot(L, index)),
        "a slot at or above it is marked already");
  vm_mark_to_be_closed(L, api_slot(L, index));
}

/* [-0, +1, -] manual 4.6. */
LUA_API void lua_pushvalue(lua_State *L, int index) {
  CHECK(stack, L, 0, 1);
  CHECK(index, L, ARG(2, index));
  api_push(L, api_value(L, index));
}

static void reverse(Value *from, Value *to) {
  for (; from < to; from++, to--) {
    Value swapped = *from;
    *from = *to;
    *to = swapped;
  }
}

/* [-0, +0, -] Three reversals make a rotation; manual 4.6. */
LUA_API void lua_rotate(lua_State *L, int index, int n) {
  CHECK(thread, L);
  CHECK(slot, L, ARG(2, index));
  CHECK(rule, L, NAMED(3, "n"), (n >= 0 ? n : -n) <= L->top - api_slot(L, index),
        "more than the values to rotate");
  CHECK(unmarked, L, ARG(2, index), (int)(L->top - api_slot(L, index)));
  Value *last = L->top - 1;
  Value *first = api_slot(L, index);
  Value *middle = n >= 0 ? last - n : first - n - 1;
  reverse(first, middle);
  reverse(middle + 1, last);
  reverse(first, last);
}

/* [-0, +0, -] manual 4.6. */
LUA_API void lua_copy(lua_State *L, int from, int to) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, from));
  CHECK(valid_index, L, ARG(3, to));
  if (!api_index_is_pseudo(to)) CHECK(unmarked, L, ARG(3, to), 1);
  api_store(L, to, api_place(L, to), api_value(L, from));
}

/* Slots up to L->top + n exist. */
ALWAYS_INLINE bool has_room(State *L, int n) {
  if (likely(L->stack_limit - L->top > n)) return true;
  return L->top - L->stack <= MAX_STACK_SLOTS - n && stack_try_grow(L, (size_t)n);
}

bool builtin_make_room(State *L, int slots) {
  if (!has_room(L, slots)) return false;
  Frame *f = L->frame;
  if (f->top < L->top + slots) f->top = L->top + slots;
  return true;
}

/* [-0, +0, -] 0 when the stack would pass its limit or memory is short; manual 4.6. */
LUA_API int lua_checkstack(lua_State *L, int n) {
  CHECK(thread, L);
  CHECK(range, L, ARG(2, n), 0, INT_MAX);
  if (!has_room(L, n)) return 0;
  Frame *f = L->frame;
  if (f->top >= L->top + n) return 1;
  ptrdiff_t slots = L->top + n - f->base;
  bool counted = likely(slots <= COVERED_SLOTS && !(L->hook_mask & HOOK_FEW_BOXES)) &&
                 likely(global_of(L)->running == L);
  if (unlikely(!counted) && !box_reserve_grant(L, (size_t)slots)) return 0;
  f->top = L->top + n;
  return 1;
}

/* [-?, +?, -] Both threads must belong to one state; manual 4.6. */
LUA_API void lua_xmove(lua_State *from, lua_State *to, int n) {
  CHECK(thread, from);
  CHECK(range, from, ARG(3, n), 0, INT_MAX);
  CHECK(rule, from, NAMED(1, "from"), n <= from->top - from->frame->base,
        "fewer values than that on its stack");
  CHECK(unmarked, from, NAMED(1, "from"), -n, n);
  CHECK(pointer, from, ARG(2, to));
  CHECK(sibling, from, ARG(2, to));
  if (from == to) return;
  CHECK(rule, from, NAMED(2, "to"), to->frame->top - to->top >= n,
        "stack overflow: no room for that many values; lua_checkstack makes room");
  Value *source = from->top - n, *target = to->top;
  from->top = source;
  for (; n > 0; n--) {
    *target++ = *source++;
    __asm__ volatile("# a loop, not a call" ::: "memory");
  }
  to->top = target;
}
