/* What tests of the C API share: a state for each test, on nothing but the public headers. */
#ifndef FERROUS_TESTS_HOST_STATE_H
#define FERROUS_TESTS_HOST_STATE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "ferrous.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

static inline void *plain_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  (void)data, (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

static inline int open_state(void **state) {
  lua_State *L = lua_newstate(plain_allocate, NULL);
  if (L == NULL) return -1;
  luaL_openlibs(L);
  *state = L;
  return 0;
}

static inline int close_state(void **state) {
  lua_close(*state);
  return 0;
}

/* Loads and runs a chunk in a protected call; the status. */
static inline int run(lua_State *L, const char *source, int results) {
  int status = luaL_loadstring(L, source);
  return status != LUA_OK ? status : lua_pcall(L, 0, results, 0);
}

static inline void push_integers(lua_State *L, int n) {
  for (int i = 1; i <= n; i++) lua_pushinteger(L, i);
}

static inline int first_function(lua_State *L) { return lua_gettop(L); }

/* A hook that ends what takes too long. */
static inline void stop_runaway(lua_State *L, lua_Debug *activation) {
  (void)activation;
  luaL_error(L, "too long");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_state, close_state)

#endif
