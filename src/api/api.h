/* How the API functions reach values: indices, pseudo-indices, pushing.
   Layer: api; included by the files of this directory alone.

   Index i > 0 is a slot counted from the running function's base, i < 0 one counted from the
   top; indices from LUA_REGISTRYINDEX down are pseudo-indices: the registry, then the upvalues of
   the running C function (manual 4.1.2, 4.2). An index that is acceptable but names nothing
   reads as nil, or as EMPTY_KEY (never a Lua value) where that difference counts.

   Conventions of all API functions: a cell made by a function is on the stack before
   heap_check, the safepoint, is called; no pointer into the stack is kept across a safepoint or
   any vm_* call. Effects are written [-popped, +pushed, errors], as in chapter 4 of
   the manual: '-' none, 'm' memory only, 'v' on purpose, 'e' any. A "manual 4.6" or 4.7 names the
   section that specifies the function under its own name. */
#ifndef FERROUS_API_API_H
#define FERROUS_API_API_H

#include "object/object.h"
#include "object/thread.h"
#include "runtime/box_reserve.h"
#include "runtime/function.h"
#include "runtime/lookup.h"
#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/string.h"
#include "runtime/table.h"
#include "runtime/thread.h"
#include "runtime/throw.h"
#include "vm/vm.h"

/* A string on its way to a look-up or to the stack: see string_known_name. */
ALWAYS_INLINE String *api_name(State *L, const char *name) {
  String *known = string_known_name(global_of(L), name);
  return likely(known != NULL) ? known : string_from_c(L, name);
}

/* t[key] without metamethods; remembers where it was found. */
Value api_find_field(State *L, const Table *t, String *key);

ALWAYS_INLINE bool api_index_is_pseudo(int index) { return index <= LUA_REGISTRYINDEX; }

/* Where the upvalue of a pseudo-index is kept; NULL: the running function has no such upvalue. */
ALWAYS_INLINE Value *api_upvalue_place(const State *L, int index) {
  unsigned number = (unsigned)(LUA_REGISTRYINDEX - index);
  Value running = L->frame->base[-1];
  if (unlikely(!value_is_native(running))) return NULL;
  Native *f = value_native(running);
  return likely(number <= f->head.aux) ? &f->upvalues[number - 1] : NULL;
}

/* The slot of a valid index that is no pseudo-index. */
ALWAYS_INLINE Value *api_slot(const State *L, int index) {
  return index > 0 ? L->frame->base + (index - 1) : L->top + index;
}

/* The slot of an index that is no pseudo-index; not below the top when the index names nothing.
   Both kinds of index go straight on: next to the little that most API functions do, a jump that is
   taken counts. */
ALWAYS_INLINE Value *api_slot_unchecked(const State *L, int index) {
  Value *below = L->frame->base - 1, *top = L->top;
  return (index > 0 ? below : top) + index;
}

/* Where the value of an index is kept; NULL: the index names nothing. */
ALWAYS_INLINE Value *api_place(State *L, int index) {
  if (likely(!api_index_is_pseudo(index))) {
    Value *slot = api_slot_unchecked(L, index);
    return likely(slot < L->top) ? slot : NULL;
  }
  if (likely(index < LUA_REGISTRYINDEX)) return api_upvalue_place(L, index);
  return &global_of(L)->registry;
}

ALWAYS_INLINE Value api_value_or(State *L, int index, Value none) {
  if (likely(!api_index_is_pseudo(index))) {
    const Value *slot = api_slot_unchecked(L, index);
    return likely(slot < L->top) ? *slot : none;
  }
  if (index == LUA_REGISTRYINDEX) return global_of(L)->registry;
  const Value *place = api_upvalue_place(L, index);
  return likely(place != NULL) ? *place : none;
}

/* The value at an index; nil when the index names nothing. */
ALWAYS_INLINE Value api_value(State *L, int index) { return api_value_or(L, index, NIL); }

/* The same few fields of a few tables (the registry above all) are read again and again. */
ALWAYS_INLINE Value api_raw_field(State *L, const Table *t, String *key) {
  Global *global = global_of(L);
  const Value *known = lookup_find_own(global, t, key);
  return likely(known != NULL) ? *known : api_find_field(L, t, key);
}

ALWAYS_INLINE void api_push(State *L, Value v) {
  VM_ASSERT(L->top < L->frame->top);
  *L->top++ = v;
}

/* After taking values from the running function's slots to where they are not counted: box_reserve.h. May raise
   LUA_ERRMEM. */
ALWAYS_INLINE void api_stored(State *L) {
  if (unlikely(L->hook_mask & HOOK_FEW_BOXES)) vm_settle_boxes(L);
}

/* Stores v at place, which api_place found for index. */
void api_store(State *L, int index, Value *place, Value v);

/* The frame that a lua_Debug names: i_ci holds the frame's number plus one, because
   frames move. */
ALWAYS_INLINE Frame *api_debug_frame(const State *L, const lua_Debug *activation) {
  return L->frames + ((uintptr_t)activation->i_ci - 1);
}

#endif
