/* Public handles: see ferrous.h, and heap/handle.h for how they work.
   Layer: api.

   A handle is an index into tables of the heap, so any number may come in: only cells that are
   values of Lua are given out, whatever else a forged handle might name. */
#include "ferrous.h"

#include "api/api.h"
#include "api/check.h"
#include "heap/handle.h"

STATIC_ASSERT(FERROUS_OK == HANDLE_OK && FERROUS_STALE == HANDLE_STALE &&
                  FERROUS_FOREIGN == HANDLE_FOREIGN && FERROUS_INVALID == HANDLE_INVALID &&
                  FERROUS_WRONG_TYPE == HANDLE_WRONG_TYPE &&
                  FERROUS_NOT_PINNED == HANDLE_NOT_PINNED,
              "public status codes are the heap's");

LUA_API int ferrous_handle_create(lua_State *L, int index, ferrous_Handle *handle) {
  CHECK(thread, L);
  CHECK(index, L, ARG(2, index));
  CHECK(pointer, L, ARG(3, handle));
  Value v = api_value(L, index);
  *handle = 0;
  if (!value_is_collectable(v) || value_is_box(v)) return FERROUS_WRONG_TYPE;
  *handle = handle_create(L->heap, value_cell(v));
  return FERROUS_OK;
}

static NOINLINE int push_slow(State *L, ferrous_Handle handle) {
  Value v;
  int status = (int)handle_value(L->heap, handle, &v);
  if (status != FERROUS_OK) return status;
  CHECK(stack, L, 0, 1);
  api_push(L, v);
  return FERROUS_OK;
}

LUA_API int ferrous_handle_push(lua_State *L, ferrous_Handle handle) {
  CHECK(thread, L);
  Value v;
  if (unlikely(!handle_quick_value(L->heap, handle, &v))) return push_slow(L, handle);
  CHECK(stack, L, 0, 1);
  api_push(L, v);
  return FERROUS_OK;
}

LUA_API int ferrous_handle_push_type(lua_State *L, ferrous_Handle handle, int type) {
  CHECK(thread, L);
  Value v;
  int status = (int)handle_value(L->heap, handle, &v);
  if (status != FERROUS_OK) return status;
  if (value_type(v) != type) return FERROUS_WRONG_TYPE;
  CHECK(stack, L, 0, 1);
  api_push(L, v);
  return FERROUS_OK;
}

LUA_API int ferrous_handle_type(lua_State *L, ferrous_Handle handle, int *type) {
  CHECK(thread, L);
  CHECK(pointer, L, ARG(3, type));
  Value v;
  int status = (int)handle_value(L->heap, handle, &v);
  *type = status == FERROUS_OK ? value_type(v) : LUA_TNONE;
  return status;
}

LUA_API int ferrous_handle_valid(lua_State *L, ferrous_Handle handle) {
  CHECK(thread, L);
  Value v;
  return handle_value(L->heap, handle, &v) == HANDLE_OK;
}

LUA_API int ferrous_handle_pin(lua_State *L, ferrous_Handle handle) {
  CHECK(thread, L);
  Value v;
  int status = (int)handle_value(L->heap, handle, &v);
  return status == FERROUS_OK ? (int)handle_pin(L, handle) : status;
}

LUA_API int ferrous_handle_unpin(lua_State *L, ferrous_Handle handle) {
  CHECK(thread, L);
  Value v;
  int status = (int)handle_value(L->heap, handle, &v);
  return status == FERROUS_OK ? (int)handle_unpin(L->heap, handle) : status;
}

LUA_API const char *ferrous_status_text(int status) {
  switch (status) {
    case FERROUS_OK: return "no error";
    case FERROUS_STALE: return "the object is gone";
    case FERROUS_FOREIGN: return "handle of another state";
    case FERROUS_INVALID: return "not a handle";
    case FERROUS_WRONG_TYPE: return "object of another type";
    case FERROUS_NOT_PINNED: return "handle is not pinned";
    default: return "unknown status";
  }
}
