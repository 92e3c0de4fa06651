/* Indexing with metamethods: manual 2.4, __index and __newindex.
   Layer: vm. */
#include "vm/index.h"

#include "runtime/lookup.h"
#include "runtime/metatable.h"
#include "runtime/table.h"
#include "runtime/thread.h"
#include "runtime/throw.h"
#include "vm/debug_info.h"
#include "vm/vm.h"

bool index_find(State *L, Value object, Value key, Value *result, Value *method, Value *receiver) {
  for (int steps = 0; steps < MAX_METAMETHOD_CHAIN; steps++) {
    Value handler;
    if (likely(value_is_table(object))) {
      Table *t = value_table(object);
      *result = table_get(L, t, key);
      if (!value_is_nil(*result)) return true;
      handler = metatable_get(L, table_metatable(L, t), EVENT_INDEX);
      if (value_is_nil(handler)) return true;
    } else {
      handler = value_metamethod(L, object, EVENT_INDEX);
      if (value_is_nil(handler)) vm_error_index(L, object, key);
    }
    if (value_is_function(handler)) {
      *method = handler;
      *receiver = object;
      return false;
    }
    object = handler;
  }
  error_run(L, "'__index' chain too long; possible loop");
}

/* Where t itself has a value for the key; NULL: it lacks the key. */
ALWAYS_INLINE Value *own_place(const State *L, const Table *t, Value key) {
  uint64_t index = (key ^ TAG_INT) - 1;
  Value *place = index < t->array_size ? &t->array[index] : table_find(L, t, key);
  return place != NULL && !value_is_nil(*place) ? place : NULL;
}

const Value *index_inherited(const State *L, Value holder, Value key) {
  for (int steps = 1; steps < MAX_METAMETHOD_CHAIN; steps++) {
    if (!value_is_table(holder)) return NULL;
    const Table *t = value_table(holder);
    const Value *place = own_place(L, t, key);
    if (place != NULL) return place;
    holder = metatable_get(L, table_metatable(L, t), EVENT_INDEX);
    if (value_is_nil(holder)) return &lookup_nil[LOOKUP_NIL_READ];
  }
  return NULL;
}

Value *index_inherited_place(const State *L, Value holder, Value key) {
  for (int steps = 1; steps < MAX_METAMETHOD_CHAIN; steps++) {
    if (!value_is_table(holder)) return NULL;
    const Table *t = value_table(holder);
    Value *place = own_place(L, t, key);
    if (place != NULL) {
      bool is_plain = !(t->head.aux & TABLE_IS_PROTOTYPE) && t->head.color != L->heap->barrier_color;
      return is_plain ? place : NULL;
    }
    holder = metatable_get(L, table_metatable(L, t), EVENT_NEWINDEX);
  }
  return NULL;
}

bool index_store(State *L, Value object, Value key, Value value, Value *method, Value *receiver) {
  for (int steps = 0; steps < MAX_METAMETHOD_CHAIN; steps++) {
    Value handler;
    if (likely(value_is_table(object))) {
      Table *t = value_table(object);
      Table *mt = table_metatable(L, t);
      if (mt == NULL || value_is_nil(handler = metatable_get(L, mt, EVENT_NEWINDEX)) ||
          !value_is_nil(table_get(L, t, key))) {
        table_set(L, t, key, value);
        return true;
      }
    } else {
      handler = value_metamethod(L, object, EVENT_NEWINDEX);
      if (value_is_nil(handler)) vm_error_index(L, object, key);
    }
    if (value_is_function(handler)) {
      *method = handler;
      *receiver = object;
      return false;
    }
    object = handler;
  }
  error_run(L, "'__newindex' chain too long; possible loop");
}

/* ---- for the API: calls from C -------------------------------------------------------------------- */

/* Calls method with the values pushed, one result. A Lua frame's top is first moved above its registers.
   The caller goes on in C: the method cannot yield. */
Value vm_call_metamethod(State *L, Value method, const Value *arguments, int count, int wanted) {
  if (frame_is_lua(L->frame) && L->top < L->frame->base + frame_proto(L->frame)->max_stack)
    L->top = L->frame->base + frame_proto(L->frame)->max_stack;
  stack_ensure(L, (size_t)count + 1);
  Value *function = L->top;
  *L->top++ = method;
  for (int i = 0; i < count; i++) *L->top++ = arguments[i];
  ptrdiff_t offset = stack_offset(L, function);
  vm_call_no_yield(L, function, wanted);
  L->top = stack_slot(L, offset);
  return wanted > 0 ? *L->top : NIL;
}

Value vm_get_index(State *L, Value object, Value key) {
  Value result, method, receiver;
  if (index_find(L, object, key, &result, &method, &receiver)) return result;
  return vm_call_metamethod(L, method, (Value[]){receiver, key}, 2, 1);
}

void vm_set_index(State *L, Value object, Value key, Value value) {
  Value method, receiver;
  if (index_store(L, object, key, value, &method, &receiver)) return;
  vm_call_metamethod(L, method, (Value[]){receiver, key, value}, 3, 0);
}
