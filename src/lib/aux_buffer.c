/*
** aux_buffer.c - string buffers (luaL_Buffer).
**
** A buffer starts in its own 'init' area. It takes one stack slot from luaL_buffinit to
** luaL_pushresult: first a placeholder, and once the text has outgrown 'init', a box: a userdata
** that owns a block from the state's allocator. The box is marked to be closed, so that the block
** goes back at once when the buffer is finished or an error passes by; the collector is the last
** resort.
**
** Invariant: buffer->b == buffer->init.b exactly while the slot holds the placeholder.
**
** Layer: lib, on the public headers.
*/
#include <string.h>

#include "api/check.h"
#include "api/poll.h"
#include "lauxlib.h"
#include "lua.h"

#define BOX_TYPE_NAME "buffer box"

/* Longer texts are copied with polls in between. */
#define COPIED_AT_ONCE ((size_t)1 << 20)

typedef struct BufferBox {
  char *block;
  size_t size;
} BufferBox;

static int buffer_is_boxed(const luaL_Buffer *buffer) {
  return buffer->b != buffer->init.b;
}

/* Whether a slot is the buffer's: it holds the placeholder, or the box that owns its block. */
static inline int buffer_owns(luaL_Buffer *buffer, int slot) {
  const void *held = lua_touserdata(buffer->L, slot);
  if (!buffer_is_boxed(buffer)) return held == buffer;
  return held != NULL && !lua_islightuserdata(buffer->L, slot) &&
         ((const BufferBox *)held)->block == buffer->b;
}

/* Debug builds: from luaL_buffinit to luaL_pushresult the slot stays where it was, below `above`
   values of the caller's. */
static inline void buffer_check(const char *function, luaL_Buffer *buffer, int above) {
  CHECK_FOR(function, pointer, NULL, ARG(1, buffer));
  CHECK_FOR(function, values, buffer->L, 1 + above, 0);
  CHECK_FOR(function, rule, buffer->L, NAMED(1, "buffer"), buffer_owns(buffer, -(1 + above)),
            "its slot is not in its place: pop what was pushed since luaL_buffinit");
  CHECK_FOR(function, rule, buffer->L, NAMED(1, "buffer"), buffer->n <= buffer->size,
            "it holds more than luaL_prepbuffsize made room for, or less than nothing");
}

/* Debug builds: an empty pattern is found forever. */
static inline void patterns_check(const char *function, lua_State *L, const char *text,
                                  const char *pattern, const char *replacement) {
  CHECK_FOR(function, text, L, ARG(2, text));
  CHECK_FOR(function, text, L, ARG(3, pattern));
  CHECK_FOR(function, rule, L, NAMED(3, "pattern"), *pattern != '\0', "empty");
  CHECK_FOR(function, text, L, ARG(4, replacement));
}

/* Changes the block's size. [-0, +0, m] */
static char *box_resize(lua_State *L, int index, size_t size) {
  BufferBox *box = lua_touserdata(L, index);
  box->block = builtin_reallocate(L, box->block, box->size, size);
  box->size = size;
  return box->block;
}

/* __gc and __close: gives the block back; harmless when done twice. */
static int box_release(lua_State *L) {
  box_resize(L, 1, 0);
  return 0;
}

static void box_new(lua_State *L) {
  BufferBox *box = lua_newuserdatauv(L, sizeof(BufferBox), 0);
  box->block = NULL;
  box->size = 0;
  if (luaL_newmetatable(L, BOX_TYPE_NAME)) {
    lua_pushcfunction(L, box_release);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__gc");
    lua_setfield(L, -2, "__close");
  }
  lua_setmetatable(L, -2);
}

/* The size to grow to, for 'extra' more bytes: half as much again, or what is needed. */
static size_t buffer_next_size(luaL_Buffer *buffer, size_t extra) {
  size_t grown = buffer->size / 2 * 3;
  if (luai_unlikely((size_t)-1 - extra < buffer->n)) {
    luaL_error(buffer->L, "buffer too large");
  }
  return grown < buffer->n + extra ? buffer->n + extra : grown;
}

/* Moves the text to a bigger block; 'slot' is the stack index of the buffer's slot. */
static char *buffer_grow(luaL_Buffer *buffer, size_t extra, int slot) {
  lua_State *L = buffer->L;
  size_t size = buffer_next_size(buffer, extra);
  char *block;
  if (buffer_is_boxed(buffer)) {
    block = box_resize(L, slot, size);
  } else {
    lua_remove(L, slot);
    box_new(L);
    lua_insert(L, slot);
    lua_toclose(L, slot);
    block = box_resize(L, slot, size);
    memcpy(block, buffer->b, buffer->n);
  }
  buffer->b = block;
  buffer->size = size;
  return block + buffer->n;
}

static inline char *buffer_reserve(luaL_Buffer *buffer, size_t extra, int slot) {
  if (luai_likely(buffer->size - buffer->n >= extra)) return buffer->b + buffer->n;
  return buffer_grow(buffer, extra, slot);
}

LUALIB_API char *luaL_prepbuffsize(luaL_Buffer *buffer, size_t size) {
  buffer_check(__func__, buffer, 0);
  return buffer_reserve(buffer, size, -1);
}

LUALIB_API void luaL_addlstring(luaL_Buffer *buffer, const char *bytes, size_t length) {
  buffer_check(__func__, buffer, 0);
  CHECK(bytes, buffer->L, ARG(2, bytes), length);
  if (luai_unlikely(length - 1 >= COPIED_AT_ONCE)) {  /* 0 wraps around */
    if (length == 0) return;
    builtin_copy(buffer->L, buffer_reserve(buffer, length, -1), bytes, length);
  } else {
    memcpy(buffer_reserve(buffer, length, -1), bytes, length);
  }
  luaL_addsize(buffer, length);
}

LUALIB_API void luaL_addstring(luaL_Buffer *buffer, const char *text) {
  buffer_check(__func__, buffer, 0);
  CHECK(text, buffer->L, ARG(2, text));
  luaL_addlstring(buffer, text, strlen(text));
}

/* The value lies above the buffer's slot, so the slot is the second from the top. */
LUALIB_API void luaL_addvalue(luaL_Buffer *buffer) {
  buffer_check(__func__, buffer, 1);
  lua_State *L = buffer->L;
  size_t length;
  const char *bytes = lua_tolstring(L, -1, &length);
  CHECK(rule, L, NAMED(1, "buffer"), bytes != NULL,
        "the value on the top must be a string or a number");
  char *to = buffer_reserve(buffer, length, -2);
  if (luai_unlikely(length > COPIED_AT_ONCE)) {
    builtin_copy(L, to, bytes, length);
  } else {
    memcpy(to, bytes, length);
  }
  luaL_addsize(buffer, length);
  lua_pop(L, 1);
}

LUALIB_API void luaL_pushresult(luaL_Buffer *buffer) {
  buffer_check(__func__, buffer, 0);
  lua_State *L = buffer->L;
  lua_pushlstring(L, buffer->b, buffer->n);
  if (buffer_is_boxed(buffer)) lua_closeslot(L, -2);
  lua_replace(L, -2);
}

LUALIB_API void luaL_pushresultsize(luaL_Buffer *buffer, size_t size) {
  buffer_check(__func__, buffer, 0);
  CHECK(rule, buffer->L, NAMED(2, "size"), size <= buffer->size - buffer->n,
        "more than luaL_prepbuffsize made room for");
  luaL_addsize(buffer, size);
  luaL_pushresult(buffer);
}

LUALIB_API void luaL_buffinit(lua_State *L, luaL_Buffer *buffer) {
  CHECK(stack, L, 0, 1);
  CHECK(pointer, L, ARG(2, buffer));
  buffer->L = L;
  buffer->b = buffer->init.b;
  buffer->n = 0;
  buffer->size = LUAL_BUFFERSIZE;
  lua_pushlightuserdata(L, buffer);
}

LUALIB_API char *luaL_buffinitsize(lua_State *L, luaL_Buffer *buffer, size_t size) {
  CHECK(stack, L, 0, 1);
  CHECK(pointer, L, ARG(2, buffer));
  luaL_buffinit(L, buffer);
  return buffer_reserve(buffer, size, -1);
}

LUALIB_API void luaL_addgsub(luaL_Buffer *buffer, const char *text, const char *pattern,
                             const char *replacement) {
  buffer_check(__func__, buffer, 0);
  patterns_check(__func__, buffer->L, text, pattern, replacement);
  size_t pattern_length = strlen(pattern);
  size_t replacement_length = strlen(replacement);
  const char *match;
  for (size_t count = 1; (match = strstr(text, pattern)) != NULL; count++) {
    if (count % POLL_ROUNDS == 0) builtin_poll(buffer->L, 8 * POLL_ROUNDS);
    luaL_addlstring(buffer, text, (size_t)(match - text));
    luaL_addlstring(buffer, replacement, replacement_length);
    text = match + pattern_length;
  }
  luaL_addstring(buffer, text);
}

LUALIB_API const char *luaL_gsub(lua_State *L, const char *text, const char *pattern,
                                 const char *replacement) {
  CHECK(stack, L, 0, 2);
  patterns_check(__func__, L, text, pattern, replacement);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  luaL_addgsub(&buffer, text, pattern, replacement);
  luaL_pushresult(&buffer);
  return lua_tostring(L, -1);
}
