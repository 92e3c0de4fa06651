/* Upvalues, closures, interned C functions, userdata. */
#include "unit_state.h"

#include "runtime/function.h"

static Value small(int64_t i) { return value_from_small_int(i); }

static Value *push_slots(State *L, int count) {
  stack_ensure(L, (size_t)count);
  for (int i = 0; i < count; i++) stack_push(L, small(i));
  return L->top - count;
}

static void test_upvalues(void **state) {
  State *L = *state;
  Value *slots = push_slots(L, 5);
  heap_pause(L->heap); /* nothing refers to the upvalues */
  Upvalue *c = upvalue_find(L, slots + 3), *a = upvalue_find(L, slots + 1);
  Upvalue *b = upvalue_find(L, slots + 2);
  assert_ptr_equal(upvalue_find(L, slots + 2), b);
  assert_ptr_equal(L->open_upvalues, c); /* descending */
  assert_ptr_equal(c->next_open, b);
  assert_ptr_equal(b->next_open, a);
  assert_null(a->next_open);
  *b->location = small(20);
  assert_true(slots[2] == small(20));
  upvalue_close(L, slots + 2);
  assert_true(upvalue_is_open(a) && !upvalue_is_open(b) && !upvalue_is_open(c));
  assert_true(*b->location == small(20) && *c->location == small(3));
  slots[2] = NIL;
  assert_true(*b->location == small(20));
  assert_ptr_equal(L->open_upvalues, a);
  assert_ptr_not_equal(upvalue_find(L, slots + 2), b);
  upvalue_close(L, L->stack);
  assert_null(L->open_upvalues);
  assert_true(*upvalue_new_closed(L)->location == NIL);
  heap_resume(L->heap);
}

static void test_closure(void **state) {
  State *L = *state;
  heap_pause(L->heap);
  Proto *p = proto_new(L);
  p->upvalues = memset(memory_allocate(L, 3 * sizeof *p->upvalues), 0, 3 * sizeof *p->upvalues);
  p->upvalue_count = 3;
  Closure *closure = closure_new(L, p);
  Value v = value_from_function(closure);
  assert_true(value_is_closure(v) && !value_is_native(v));
  assert_int_equal(closure->head.aux, 3);
  for (int i = 0; i < 3; i++) closure->upvalues[i] = upvalue_new_closed(L);
  heap_resume(L->heap);
  stack_push(L, v);
  heap_collect(L);
  assert_true(*closure->upvalues[2]->location == NIL);
}

static int function_a(State *L) {
  (void)L;
  return 0;
}

static int function_b(State *L) {
  (void)L;
  return 1;
}

/* A C function for a made-up address: only its identity matters. */
static lua_CFunction made_up(uintptr_t i) {
  uintptr_t address = 0x100000 + i * 16;
  lua_CFunction f;
  memcpy(&f, &address, sizeof f);
  return f;
}

static void test_natives(void **state) {
  State *L = *state;
  Native *a = native_new(L, function_a, 0);
  stack_push(L, value_from_function(a));
  assert_ptr_equal(native_new(L, function_a, 0), a);
  assert_ptr_not_equal(native_new(L, function_b, 0), a);
  Native *with_upvalues = native_new(L, function_a, 2);
  assert_ptr_not_equal(with_upvalues, a);
  assert_true(with_upvalues->upvalues[0] == NIL && with_upvalues->upvalues[1] == NIL);
  for (int round = 0; round < 10; round++) {
    for (uintptr_t i = 0; i < 1000; i++) {
      Native *n = native_new(L, made_up(i), 0);
      assert_ptr_equal(native_new(L, made_up(i), 0), n);
      if (i % 100 == 0) heap_step_by(L, 1);
    }
    assert_ptr_equal(native_new(L, function_a, 0), a);
    if (round % 3 == 2) heap_collect(L);
  }
  heap_collect(L);
  heap_collect(L);
  assert_int_equal(global_of(L)->native_count, 1); /* the others left the map when they died */
  assert_ptr_equal(native_new(L, function_a, 0), a);
}

static void test_userdata(void **state) {
  State *L = *state;
  static const size_t sizes[] = {0, 1, 8, 16, 100, 900, 1000, 1008, 1009, 5000, 100000};
  stack_ensure(L, 40);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (unsigned values = 0; values < 4; values += 3) {
      Userdata *u = userdata_new(L, sizes[i], values);
      stack_push(L, value_from_object(u));
      assert_int_equal(u->size, sizes[i]);
      assert_int_equal((uintptr_t)u->memory % 16, 0);
      memset(u->memory, 0x5A, sizes[i]);
      for (unsigned k = 0; k < values; k++) assert_true(u->user_values[k] == NIL);
      assert_null(u->metatable);
    }
  heap_collect(L);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    const Userdata *u = value_userdata(L->top[-2 * (int)(sizeof sizes / sizeof *sizes - i)]);
    for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(((unsigned char *)u->memory)[k], 0x5A);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {state_test(test_upvalues), state_test(test_closure),
                                     state_test(test_natives), state_test(test_userdata)};
  return cmocka_run_group_tests_name("function", tests, NULL, NULL);
}
