/* Handles as a host uses them. */
#include "host_state.h"

/* ---- handles --------------------------------------------------------------------------------- */

static void test_handles(void **state) {
  lua_State *L = *state;
  ferrous_Handle handle, again;
  int type;
  lua_newtable(L);
  assert_int_equal(ferrous_handle_create(L, 1, &handle), FERROUS_OK);
  assert_int_equal(ferrous_handle_create(L, 1, &again), FERROUS_OK);
  assert_true(handle == again && handle != 0);
  assert_int_equal(ferrous_handle_type(L, handle, &type), FERROUS_OK);
  assert_int_equal(type, LUA_TTABLE);
  assert_int_equal(ferrous_handle_push(L, handle), FERROUS_OK);
  assert_true(lua_rawequal(L, 1, 2));
  assert_int_equal(ferrous_handle_push_type(L, handle, LUA_TSTRING), FERROUS_WRONG_TYPE);
  assert_int_equal(lua_gettop(L), 2);
  assert_int_equal(ferrous_handle_pin(L, handle), FERROUS_OK);
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT);
  assert_true(ferrous_handle_valid(L, handle));
  assert_int_equal(ferrous_handle_unpin(L, handle), FERROUS_OK);
  assert_int_equal(ferrous_handle_unpin(L, handle), FERROUS_NOT_PINNED);
  lua_gc(L, LUA_GCCOLLECT);
  lua_gc(L, LUA_GCCOLLECT);
  assert_false(ferrous_handle_valid(L, handle));
  assert_int_equal(ferrous_handle_push(L, handle), FERROUS_STALE);
  assert_int_equal(ferrous_handle_type(L, handle, &type), FERROUS_STALE);
  assert_int_equal(type, LUA_TNONE);
  assert_int_equal(lua_gettop(L), 0);
}

static void test_handles_of_other_things(void **state) {
  lua_State *L = *state;
  ferrous_Handle handle = 1;
  lua_pushinteger(L, LUA_MAXINTEGER);
  assert_int_equal(ferrous_handle_create(L, 1, &handle), FERROUS_WRONG_TYPE);
  assert_true(handle == 0);
  assert_int_equal(ferrous_handle_create(L, 9, &handle), FERROUS_WRONG_TYPE);
  assert_int_equal(ferrous_handle_push(L, 0), FERROUS_INVALID);
  lua_State *other = luaL_newstate();
  lua_newtable(other);
  assert_int_equal(ferrous_handle_create(other, 1, &handle), FERROUS_OK);
  assert_int_equal(ferrous_handle_push(L, handle), FERROUS_FOREIGN);
  lua_close(other);
  uint64_t random = 1;
  lua_newtable(L);
  assert_int_equal(ferrous_handle_create(L, -1, &handle), FERROUS_OK);
  for (int i = 0; i < 100000; i++) { /* forged ones: refused, or the table itself */
    random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    ferrous_Handle forged = i % 2 ? handle ^ (random >> 20) % (UINT64_C(1) << 40) : random;
    if (ferrous_handle_push(L, forged) == FERROUS_OK) {
      assert_true(forged == handle);
      lua_pop(L, 1);
    }
  }
  assert_string_equal(ferrous_status_text(FERROUS_STALE), "the object is gone");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_handles),
      TEST(test_handles_of_other_things),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
