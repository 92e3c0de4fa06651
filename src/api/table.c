/* Tables, metatables and userdata: reading, writing, making.
   Layer: api.

   The readers and writers that respect metamethods first try the raw table: a present field, or a
   table without a metatable, needs nothing else. The vm_* functions are left with the rest; the
   values they work on are on the stack meanwhile. */
#include "api/api.h"
#include "api/check.h"
#include "runtime/lookup.h"

ALWAYS_INLINE int push_typed(State *L, Value v) {
  api_push(L, v);
  return value_type(v);
}

static Table *raw_table(State *L, int index) { return value_table(api_value(L, index)); }

static Value globals(const State *L) {
  return table_get_int(L, value_table(global_of(L)->registry), LUA_RIDX_GLOBALS);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The key lies on the top and is replaced by the value found. */
static int get_over_key(State *L, Value object) {
  Value v = vm_get_index(L, object, L->top[-1]);
  L->top[-1] = v;
  return value_type(v);
}

NOINLINE Value api_find_field(State *L, const Table *t, String *key) {
  if (unlikely(!string_is_short(key))) return table_get_string(L, t, key);
  Value v = table_get_short(L, t, key);
  if (!value_is_nil(v)) lookup_store_own(global_of(L), t, key);
  return v;
}

static NOINLINE int get_field_slow(State *L, Value object, String *key) {
  api_push(L, value_from_string(key));
  return get_over_key(L, object);
}

ALWAYS_INLINE int get_field(State *L, Value object, const char *name) {
  String *key = api_name(L, name);
  if (likely(value_is_table(object))) {
    const Table *t = value_table(object);
    Value v = api_raw_field(L, t, key);
    if (!value_is_nil(v) || table_metatable(L, t) == NULL) return push_typed(L, v);
  }
  return get_field_slow(L, object, key);
}

/* [-0, +1, e] The value's type; manual 4.6. */
LUA_API int lua_getglobal(lua_State *L, const char *name) {
  CHECK(stack, L, 0, 1);
  CHECK(text, L, ARG(2, name));
  return get_field(L, globals(L), name);
}

/* [-0, +1, e] The value's type; manual 4.6. */
LUA_API int lua_getfield(lua_State *L, int index, const char *name) {
  CHECK(stack, L, 0, 1);
  CHECK(index, L, ARG(2, index));
  CHECK(text, L, ARG(3, name));
  return get_field(L, api_value(L, index), name);
}

/* [-1, +1, e] The value's type; manual 4.6. */
LUA_API int lua_gettable(lua_State *L, int index) {
  CHECK(stack, L, 1, 0);
  CHECK(index, L, ARG(2, index));
  Value object = api_value(L, index);
  if (likely(value_is_table(object))) {
    const Table *t = value_table(object);
    Value v = table_get(L, t, L->top[-1]);
    if (!value_is_nil(v) || table_metatable(L, t) == NULL) {
      L->top[-1] = v;
      return value_type(v);
    }
  }
  return get_over_key(L, object);
}

/* [-0, +1, e] The value's type; manual 4.6. */
LUA_API int lua_geti(lua_State *L, int index, lua_Integer key) {
  CHECK(stack, L, 0, 1);
  CHECK(index, L, ARG(2, index));
  Value object = api_value(L, index);
  if (likely(value_is_table(object))) {
    const Table *t = value_table(object);
    Value v = table_get_int(L, t, key);
    if (!value_is_nil(v) || table_metatable(L, t) == NULL) return push_typed(L, v);
  }
  api_push(L, value_from_int(L, key));
  return get_over_key(L, object);
}

/* [-1, +1, -] The value's type; manual 4.6. */
LUA_API int lua_rawget(lua_State *L, int index) {
  CHECK(stack, L, 1, 0);
  CHECK(table, L, ARG(2, index));
  Value v = table_get(L, raw_table(L, index), L->top[-1]);
  L->top[-1] = v;
  return value_type(v);
}

/* [-0, +1, -] The value's type; manual 4.6. */
LUA_API int lua_rawgeti(lua_State *L, int index, lua_Integer key) {
  CHECK(stack, L, 0, 1);
  CHECK(table, L, ARG(2, index));
  return push_typed(L, table_get_int(L, raw_table(L, index), key));
}

/* [-0, +1, -] The value's type; manual 4.6. */
LUA_API int lua_rawgetp(lua_State *L, int index, const void *key) {
  CHECK(stack, L, 0, 1);
  CHECK(table, L, ARG(2, index));
  const Table *t = raw_table(L, index);
  if (likely((uintptr_t)key < UINT64_C(1) << 47))
    return push_typed(L, hash_get_light(t->hash, key));
  Box box = {.head.kind = KIND_LIGHT_BOX, .as.light = (void *)(uintptr_t)key}; /* it is not kept */
  return push_typed(L, table_get(L, t, value_from_pointer(TAG_BOX, &box)));
}

/* [-1, +(2|0), v] 0 at the end; raises "invalid key to 'next'"; manual 4.6. */
LUA_API int lua_next(lua_State *L, int index) {
  CHECK(stack, L, 1, 1);
  CHECK(table, L, ARG(2, index));
  const Table *t = raw_table(L, index);
  Value *pair = L->top - 1;
  int found = table_step(L, t, *pair, pair);
  if (unlikely(found == 0)) table_position(L, t, *pair); /* which raises */
  L->top = pair + 2 * (found - 1);
  return found - 1;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Whether assigning to an absent field of t may call a metamethod. */
static bool watches_new_fields(const State *L, const Table *t) {
  Table *mt = table_metatable(L, t);
  return mt != NULL && !value_is_nil(metatable_get(L, mt, EVENT_NEWINDEX));
}

/* The value lies on the top and is popped; the key may be anywhere. */
static void set_slow(State *L, Value object, Value key) {
  stack_push(L, key);
  vm_set_index(L, object, key, L->top[-2]);
  L->top -= 2;
  api_stored(L);
}

static NOINLINE void set_field_slow(State *L, Value object, String *key) {
  Value value = L->top[-1];
  if (likely(value_is_table(object))) {
    Table *t = value_table(object);
    if (!watches_new_fields(L, t) || !value_is_nil(table_get_string(L, t, key))) {
      if (unlikely(!string_is_short(key)))
        table_set(L, t, value_from_string(key), value);
      else if (table_set_short(L, t, key, value))
        lookup_store_own(global_of(L), t, key);
      L->top--;
      api_stored(L);
      return;
    }
  }
  set_slow(L, object, value_from_string(key));
}

/* A value for another one, in a table that nobody caches look-ups through, is just stored. */
ALWAYS_INLINE void set_field(State *L, Value object, const char *name) {
  String *key = api_name(L, name);
  Value value = L->top[-1];
  if (likely(value_is_table(object))) {
    Table *t = value_table(object);
    Value *place = lookup_find_own(global_of(L), t, key);
    if (likely(place != NULL) && likely(*place != NIL) && likely(value != NIL) &&
        likely(!(t->head.aux & TABLE_IS_PROTOTYPE))) {
      *place = value;
      heap_barrier_container(L->heap, &t->head);
      L->top--;
      api_stored(L);
      return;
    }
  }
  set_field_slow(L, object, key);
}

/* [-1, +0, e] manual 4.6. */
LUA_API void lua_setglobal(lua_State *L, const char *name) {
  CHECK(stack, L, 1, 0);
  CHECK(text, L, ARG(2, name));
  set_field(L, globals(L), name);
}

/* [-1, +0, e] manual 4.6. */
LUA_API void lua_setfield(lua_State *L, int index, const char *name) {
  CHECK(stack, L, 1, 0);
  CHECK(index, L, ARG(2, index));
  CHECK(text, L, ARG(3, name));
  set_field(L, api_value(L, index), name);
}

/* [-2, +0, e] manual 4.6. */
LUA_API void lua_settable(lua_State *L, int index) {
  CHECK(stack, L, 2, 0);
  CHECK(index, L, ARG(2, index));
  Value object = api_value(L, index);
  Value key = L->top[-2], value = L->top[-1];
  Table *t = value_is_table(object) ? value_table(object) : NULL;
  if (t != NULL && (!watches_new_fields(L, t) || !value_is_nil(table_get(L, t, key))))
    table_set(L, t, key, value);
  else
    vm_set_index(L, object, key, value);
  L->top -= 2;
  api_stored(L);
}

/* [-1, +0, e] manual 4.6. */
LUA_API void lua_seti(lua_State *L, int index, lua_Integer key) {
  CHECK(stack, L, 1, 0);
  CHECK(index, L, ARG(2, index));
  Value object = api_value(L, index);
  Table *t = value_is_table(object) ? value_table(object) : NULL;
  if (t != NULL && (!watches_new_fields(L, t) || !value_is_nil(table_get_int(L, t, key)))) {
    table_set_int(L, t, key, L->top[-1]);
    L->top--;
    api_stored(L);
    return;
  }
  set_slow(L, object, value_from_int(L, key));
}

/* [-2, +0, m] Raises too when the key is nil or NaN; manual 4.6. */
LUA_API void lua_rawset(lua_State *L, int index) {
  CHECK(stack, L, 2, 0);
  CHECK(table, L, ARG(2, index));
  table_set(L, raw_table(L, index), L->top[-2], L->top[-1]);
  L->top -= 2;
  api_stored(L);
}

/* [-1, +0, m] manual 4.6. */
LUA_API void lua_rawseti(lua_State *L, int index, lua_Integer key) {
  CHECK(stack, L, 1, 0);
  CHECK(table, L, ARG(2, index));
  table_set_int(L, raw_table(L, index), key, L->top[-1]);
  L->top--;
  /* what luaL_unref stores raises nothing */
  if (unlikely(L->hook_mask & HOOK_FEW_BOXES) && value_is_box(*L->top)) vm_settle_boxes(L);
}

/* [-1, +0, m] manual 4.6. */
LUA_API void lua_rawsetp(lua_State *L, int index, const void *key) {
  CHECK(stack, L, 1, 0);
  CHECK(table, L, ARG(2, index));
  Table *t = raw_table(L, index);
  table_set(L, t, value_from_light(L, (void *)(uintptr_t)key), L->top[-1]);
  L->top--;
  api_stored(L);
}

/* ---- metatables ------------------------------------------------------------------------------ */

/* [-0, +(0|1), -] 0, and nothing pushed, without a metatable; manual 4.6. */
LUA_API int lua_getmetatable(lua_State *L, int index) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  Table *mt = value_given_metatable(L, api_value(L, index));
  if (mt == NULL) return 0;
  CHECK(stack, L, 0, 1);
  api_push(L, value_from_table(mt));
  return 1;
}

static void set_type_metatable(State *L, int type, Table *mt) {
  Global *global = global_of(L);
  global->type_metatables[type] = mt;
  if (mt != NULL) {
    mt->head.aux |= TABLE_IS_METATABLE;
    heap_keep(L->heap, &mt->head);
  }
  table_bump_epoch(global); /* call sites cache methods found through a type's metatable */
}

static void set_userdata_metatable(State *L, Userdata *u, Table *mt) {
  u->metatable = mt;
  if (mt != NULL) mt->head.aux |= TABLE_IS_METATABLE;
  heap_barrier_container(L->heap, &u->head);
}

/* [-1, +0, m] A table or nil is popped; registers the object when the metatable has a __gc field;
   returns 1; manual 4.6, 2.5.3. */
LUA_API int lua_setmetatable(lua_State *L, int index) {
  CHECK(stack, L, 1, 0);
  CHECK(index, L, ARG(2, index));
  CHECK(rule, L, NAMED(1, "L"), value_is_nil(L->top[-1]) || value_is_table(L->top[-1]),
        "the value on the top must be a table or nil");
  CHECK(valid_index, L, ARG(2, index));
  Value object = api_value(L, index);
  Value top = L->top[-1];
  Table *mt = value_is_nil(top) ? NULL : value_table(top);
  if (value_is_table(object))
    table_set_metatable(L, value_table(object), mt);
  else if (value_is_userdata(object))
    set_userdata_metatable(L, value_userdata(object), mt);
  else
    set_type_metatable(L, value_type(object), mt);
  if (mt != NULL && (value_is_table(object) || value_is_userdata(object)) &&
      !value_is_nil(metatable_get(L, mt, EVENT_GC)))
    heap_add_finalizer(L, value_cell(object));
  L->top--;
  return 1;
}

/* ---- user values ----------------------------------------------------------------------------- */

static Value *user_value_place(State *L, int index, int n) {
  Userdata *u = value_userdata(api_value(L, index));
  return n >= 1 && (unsigned)n <= u->head.meta ? &u->user_values[n - 1] : NULL;
}

/* [-0, +1, -] The value's type; LUA_TNONE, and nil, when there is no such user value;
   manual 4.6. */
LUA_API int lua_getiuservalue(lua_State *L, int index, int n) {
  CHECK(stack, L, 0, 1);
  CHECK(userdata, L, ARG(2, index));
  const Value *place = user_value_place(L, index, n);
  if (place != NULL) return push_typed(L, *place);
  api_push(L, NIL);
  return LUA_TNONE;
}

/* [-1, +0, -] 0 when there is no such user value; manual 4.6. */
LUA_API int lua_setiuservalue(lua_State *L, int index, int n) {
  CHECK(stack, L, 1, 0);
  CHECK(userdata, L, ARG(2, index));
  Value *place = user_value_place(L, index, n);
  if (place != NULL) {
    *place = L->top[-1];
    heap_barrier_container(L->heap, value_cell(api_value(L, index)));
  }
  L->top--;
  return place != NULL;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* [-0, +1, m] manual 4.6. */
LUA_API void lua_createtable(lua_State *L, int items, int fields) {
  CHECK(stack, L, 0, 1);
  CHECK(range, L, ARG(2, items), 0, INT_MAX);
  CHECK(range, L, ARG(3, fields), 0, INT_MAX);
  Table *t = items > 0 || fields > 0 ? table_new_sized(L, (uint32_t)items, (uint32_t)fields)
                                     : table_new(L);
  api_push(L, value_from_table(t));
  heap_check(L);
}

/* [-0, +1, m] The block's address, aligned for any type; manual 4.6. */
LUA_API void *lua_newuserdatauv(lua_State *L, size_t size, int user_values) {
  CHECK(stack, L, 0, 1);
  CHECK(range, L, ARG(3, user_values), 0, USHRT_MAX - 1);
  Userdata *u = userdata_new(L, size, (unsigned)user_values);
  api_push(L, value_from_object(u));
  heap_check(L);
  return u->memory;
}
