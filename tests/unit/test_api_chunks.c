/* The C API: chunks, source and binary, whole, cut short and damaged; an allocator that fails. */
#include "host_state.h"

/* ---- loading and dumping --------------------------------------------------------------------- */

typedef struct Pieces {
  const char *bytes;
  size_t left;
  size_t step;
} Pieces;

static const char *read_pieces(lua_State *L, void *data, size_t *size) {
  (void)L;
  Pieces *pieces = data;
  *size = pieces->left < pieces->step ? pieces->left : pieces->step;
  pieces->left -= *size;
  pieces->bytes += *size;
  return *size == 0 ? NULL : pieces->bytes - *size;
}

static int load_bytes(lua_State *L, const char *bytes, size_t size, size_t step, const char *mode) {
  Pieces pieces = {bytes, size, step};
  return lua_load(L, read_pieces, &pieces, "=chunk", mode);
}

static int append_piece(lua_State *L, const void *piece, size_t size, void *data) {
  (void)L;
  luaL_addlstring(data, piece, size);
  return 0;
}

static int refuse_piece(lua_State *L, const void *piece, size_t size, void *data) {
  (void)L, (void)piece, (void)size, (void)data;
  return 33;
}

static const char sample[] =
    "local a, b <const> = ..., 2.5\n"
    "local t = {10, 20, x = 'y', ['a long key that is not interned at all!!!'] = 1}\n"
    "local function f(n, ...) if n == 0 then return ... end; return f(n - 1, n, ...) end\n"
    "local s = 0\n"
    "for i = 1, 10 do s = s + i; local g = function() s = s + 1; return i end; g() end\n"
    "for k, v in pairs(t) do s = s + (tonumber(v) or 0) end\n"
    "for _ = 1.0, 2 do goto continue; ::continue:: end\n"
    "while s > 1000 do s = s - 1; if s == 7 then break end end\n"
    "do local c <close> = setmetatable({}, {__close = function() s = s + 100 end}) end\n"
    "return s, a, b * 2, select('#', f(3)), 1 << 62, -(9 // 2), 'x' .. 1 .. 2, not a, #t\n";

static void assert_sample_results(lua_State *L, int base) {
  assert_int_equal(lua_gettop(L) - base, 9);
  assert_true(lua_tointeger(L, base + 1) == 196);
  assert_true(lua_tointeger(L, base + 2) == 5);
  assert_true(lua_tonumber(L, base + 3) == 5.0);
  assert_true(lua_tointeger(L, base + 4) == 3);
  assert_true(lua_tointeger(L, base + 5) == 1LL << 62);
  assert_true(lua_tointeger(L, base + 6) == -4);
  assert_string_equal(lua_tostring(L, base + 7), "x12");
  assert_true(lua_tointeger(L, base + 9) == 2);
}

/* Leaves the function on the top; its bytes are malloc'ed. */
static char *dump_source(lua_State *L, const char *source, int strip, size_t *size) {
  assert_int_equal(luaL_loadbufferx(L, source, strlen(source), "=sample", "t"), LUA_OK);
  luaL_Buffer buffer;
  lua_State *thread = lua_newthread(L); /* the buffer's own stack */
  luaL_buffinit(thread, &buffer);
  lua_pushvalue(L, -2);
  assert_int_equal(lua_dump(L, append_piece, &buffer, strip), 0);
  lua_pop(L, 1);
  luaL_pushresult(&buffer);
  const char *bytes = lua_tolstring(thread, -1, size);
  char *copy = malloc(*size);
  memcpy(copy, bytes, *size);
  lua_pop(L, 1);
  return copy;
}

static void test_dump_and_load(void **state) {
  lua_State *L = *state;
  for (int strip = 0; strip <= 1; strip++) {
    size_t size;
    char *bytes = dump_source(L, sample, strip, &size);
    lua_pushinteger(L, 5);
    lua_call(L, 1, LUA_MULTRET); /* caches are filled now */
    assert_sample_results(L, 0);
    lua_settop(L, 0);
    for (size_t step = 1; step <= size; step = step * 5 + 1) {
      assert_int_equal(load_bytes(L, bytes, size, step, "b"), LUA_OK);
      lua_pushinteger(L, 5);
      assert_int_equal(lua_pcall(L, 1, LUA_MULTRET, 0), LUA_OK);
      assert_sample_results(L, 0);
      lua_settop(L, 0);
    }
    free(bytes);
  }
  lua_pushcfunction(L, first_function);
  assert_int_equal(lua_dump(L, append_piece, NULL, 0), 1);
  luaL_loadstring(L, "return 1");
  assert_int_equal(lua_dump(L, refuse_piece, NULL, 0), 33);
}

static void test_load_modes(void **state) {
  lua_State *L = *state;
  assert_int_equal(load_bytes(L, "return 1", 8, 3, "b"), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), "attempt to load a text chunk (mode is 'b')");
  assert_int_equal(load_bytes(L, LUA_SIGNATURE, 4, 4, "t"), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), "attempt to load a binary chunk (mode is 't')");
  assert_int_equal(load_bytes(L, "", 0, 1, NULL), LUA_OK);
  assert_int_equal(load_bytes(L, "return 1", 8, 1, NULL), LUA_OK);
  assert_string_equal(lua_getupvalue(L, -1, 1), "_ENV");
  lua_pushglobaltable(L);
  assert_true(lua_rawequal(L, -1, -2));
}

static const char *failing_reader(lua_State *L, void *data, size_t *size) {
  int *calls = data;
  if (--*calls < 0) luaL_error(L, "reader failed");
  *size = 4;
  return "    ";
}

static void test_failing_reader(void **state) {
  lua_State *L = *state;
  for (int calls = 0; calls < 4; calls++) {
    int left = calls;
    assert_int_equal(lua_load(L, failing_reader, &left, "=r", NULL), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), "reader failed");
    assert_int_equal(lua_gettop(L), 1);
    lua_settop(L, 0);
  }
}

static void test_truncated_chunks(void **state) {
  lua_State *L = *state;
  size_t size;
  char *bytes = dump_source(L, sample, 0, &size);
  for (size_t n = 1; n < size; n++) {
    assert_int_equal(load_bytes(L, bytes, n, 7, "b"), LUA_ERRSYNTAX);
    assert_string_equal(lua_tostring(L, -1), "chunk: bad binary format (truncated chunk)");
    lua_settop(L, 0);
  }
  free(bytes);
}

/* Any change of any byte: an error, or a function that may be called. */
static void test_damaged_chunks(void **state) {
  lua_State *L = *state;
  size_t size;
  char *bytes = dump_source(L, sample, 0, &size);
  uint64_t random = 88172645463325252u;
  int accepted = 0, refused = 0;
  lua_settop(L, 0);
  for (size_t n = 0; n < size * 4; n++) {
    char *damaged = malloc(size); /* of its own, so that a sanitizer sees reads beyond it */
    memcpy(damaged, bytes, size);
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    char flipped = (char)(bytes[n / 4] ^ 1 << (random >> 40) % 8);
    damaged[n / 4] = n % 4 == 0 ? flipped : (char)(random >> 32);
    if (load_bytes(L, damaged, size, size, "b") == LUA_OK) {
      accepted++;
      lua_sethook(L, stop_runaway, LUA_MASKCOUNT, 10000);
      lua_pushinteger(L, 5);
      lua_pcall(L, 1, 0, 0);
      lua_sethook(L, NULL, 0, 0);
    } else {
      refused++;
    }
    free(damaged);
    lua_settop(L, 0);
  }
  free(bytes);
  assert_true(accepted > 0 && refused > 0);
}

/* ---- an allocator that fails ----------------------------------------------------------------- */

typedef struct Limited {
  long left; /* allocations that still succeed; negative: all do */
  size_t held;
} Limited;

static void *limited_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  Limited *limited = data;
  if (block == NULL) old_size = 0;
  if (new_size == 0) {
    limited->held -= old_size;
    free(block);
    return NULL;
  }
  if (new_size > old_size) {
    if (limited->left == 0) return NULL;
    if (limited->left > 0) limited->left--;
  }
  void *result = realloc(block, new_size);
  if (result != NULL) limited->held += new_size - old_size;
  return result;
}

static int exercise(lua_State *L) {
  luaL_openlibs(L);
  if (luaL_loadbuffer(L, sample, sizeof sample - 1, "=sample") != LUA_OK) return lua_error(L);
  lua_pushinteger(L, 5);
  lua_call(L, 1, 0);
  if (luaL_dostring(L, "local co = coroutine.wrap(function(...)\n"
                       "  local t = {}\n"
                       "  for i = 1, 50 do t[i] = ('x'):rep(i * 3); t['k' .. i] = {i} end\n"
                       "  coroutine.yield(table.concat(t, ','))\n"
                       "  return load(string.dump(function() return #t end))\n"
                       "end)\n"
                       "co() co()"))
    return lua_error(L);
  lua_newuserdatauv(L, 5000, 2);
  return 0;
}

/* Every allocation fails once. Whatever happens, it is an error that is reported, and all memory
   comes back. */
static void test_allocation_failures(void **state) {
  (void)state;
  bool done = false;
  for (long n = 0; !done; n += n < 400 ? 1 : 7) {
    Limited limited = {n, 0};
    lua_State *L = lua_newstate(limited_allocate, &limited);
    if (L != NULL) {
      lua_pushcfunction(L, exercise);
      int status = lua_pcall(L, 0, 0, 0);
      done = status == LUA_OK && limited.left > 0;
      if (!done && status != LUA_OK) {
        assert_int_equal(status, LUA_ERRMEM);
        assert_string_equal(lua_tostring(L, -1), "not enough memory");
      }
      limited.left = -1;
      lua_close(L);
    }
    assert_int_equal(limited.held, 0);
  }
}

/* Keeps wide integers until there is no cell left for one more. */
static int use_up_boxes(lua_State *L) {
  for (lua_Integer i = 1;; i++) {
    lua_pushinteger(L, LUA_MAXINTEGER - i);
    lua_rawseti(L, 1, i);
  }
}

static int unexpected_error(lua_State *L) {
  fail_msg("raised outside of a protected call: %s", lua_tostring(L, -1));
  return 0;
}

static void assert_wide_integers(lua_State *L, int count) {
  for (int i = 0; i < count; i++) lua_pushinteger(L, LUA_MININTEGER + i);
  for (int i = 1; i <= count; i++)
    assert_true(lua_tointeger(L, i - count - 1) == LUA_MININTEGER + i - 1);
  lua_pop(L, count);
}

/* What the manual marks with '-' raises nothing, though every allocation fails. */
static void push_everything(lua_State *L, int userdata, ferrous_Handle handle) {
  void *wide = (void *)(uintptr_t)0xFEDCBA9876543210;
  int top = lua_gettop(L);
  lua_pushlightuserdata(L, wide);
  assert_ptr_equal(lua_touserdata(L, -1), wide);
  lua_pushnumber(L, 0.5);
  lua_pushboolean(L, 1);
  lua_pushthread(L);
  lua_pushglobaltable(L);
  assert_true(lua_stringtonumber(L, "9223372036854775807") == 20);
  assert_true(lua_tointeger(L, -1) == LUA_MAXINTEGER);
  assert_int_equal(lua_rawgetp(L, userdata + 1, wide), LUA_TBOOLEAN);
  assert_int_equal(lua_rawgeti(L, userdata + 1, LUA_MININTEGER), LUA_TBOOLEAN);
  lua_getiuservalue(L, userdata, 1);
  assert_int_equal(ferrous_handle_push(L, handle), FERROUS_OK);
  lua_rotate(L, top + 1, 3);
  lua_settop(L, top);
}

static void test_what_raises_nothing_without_memory(void **state) {
  (void)state;
  Limited limited = {-1, 0};
  lua_State *L = lua_newstate(limited_allocate, &limited);
  lua_atpanic(L, unexpected_error);
  ferrous_Handle handle;
  lua_newuserdatauv(L, 8, 1);
  lua_newtable(L);
  lua_pushboolean(L, 1);
  lua_rawsetp(L, 2, (void *)(uintptr_t)0xFEDCBA9876543210);
  lua_pushboolean(L, 1);
  lua_rawseti(L, 2, LUA_MININTEGER);
  lua_pushcfunction(L, use_up_boxes);
  lua_createtable(L, 3000, 0);
  lua_pushvalue(L, 4);
  lua_insert(L, 3);
  ferrous_handle_create(L, 3, &handle);
  limited.left = 0;
  for (int round = 0; round < 3; round++) assert_wide_integers(L, 10);
  assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_ERRMEM);
  lua_Integer kept = (lua_Integer)lua_rawlen(L, 3);
  lua_pop(L, 1);
  for (int i = 0; i < 32; i++) { /* so many are free again */
    lua_pushnil(L);
    lua_rawseti(L, 3, kept - i);
  }
  for (int round = 0; round < 1000; round++) {
    assert_wide_integers(L, 14);
    push_everything(L, 1, handle);
  }
  limited.left = -1;
  lua_close(L);
  assert_int_equal(limited.held, 0);
}

/* A state that has nothing but itself still pushes as many as fit in LUA_MINSTACK. */
static void test_wide_integers_of_a_bare_state(void **state) {
  (void)state;
  Limited limited = {-1, 0};
  lua_State *L = lua_newstate(limited_allocate, &limited);
  lua_atpanic(L, unexpected_error);
  limited.left = 0;
  for (int round = 0; round < 1000; round++) assert_wide_integers(L, LUA_MINSTACK);
  limited.left = -1;
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_dump_and_load),
      TEST(test_load_modes),
      TEST(test_failing_reader),
      TEST(test_truncated_chunks),
      TEST(test_damaged_chunks),
      cmocka_unit_test(test_allocation_failures),
      cmocka_unit_test(test_what_raises_nothing_without_memory),
      cmocka_unit_test(test_wide_integers_of_a_bare_state),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
