/* Shapes: sharing, forks, limits, metatables, and what dies with them. */
#include "unit_state.h"

#include "runtime/shape.h"
#include "runtime/table.h"

static String *name(State *L, const char *prefix, int i) {
  char text[32];
  return string_new(L, text, (size_t)snprintf(text, sizeof text, "%s%d", prefix, i));
}

static Table *push_table(State *L) {
  stack_ensure(L, 1);
  Table *t = table_new(L);
  stack_push(L, value_from_table(t));
  return t;
}

static Shape *shape_of(State *L, const Table *t) { return table_shape(L->heap, t); }

static void set(State *L, Table *t, const char *prefix, int i, int64_t value) {
  table_set_short(L, t, name(L, prefix, i), value_from_small_int(value));
}

static int64_t get(State *L, const Table *t, const char *prefix, int i) {
  Value v = table_get_short(L, t, name(L, prefix, i));
  return value_is_small_int(v) ? value_as_small_int(v) : -1;
}

static void test_sharing(void **state) {
  State *L = *state;
  Table *a = push_table(L), *b = push_table(L), *c = push_table(L);
  assert_int_equal(a->head.meta, SHAPE_EMPTY);
  for (int i = 0; i < 20; i++) {
    set(L, a, "f", i, i);
    set(L, b, "f", i, i + 100);
    assert_ptr_equal(shape_of(L, a), shape_of(L, b));
    assert_int_equal(shape_find(shape_of(L, a), name(L, "f", i)), i);
    assert_int_equal(shape_find(shape_of(L, a), name(L, "f", i + 1)), SLOT_NONE);
  }
  for (int i = 0; i < 5; i++) set(L, c, "f", i, i);
  set(L, c, "other", 0, 1); /* a fork: it must not see the fields of the line it left */
  assert_int_equal(shape_of(L, c)->count, 6);
  assert_int_equal(shape_find(shape_of(L, c), name(L, "f", 5)), SLOT_NONE);
  assert_ptr_not_equal(shape_of(L, c)->keys, shape_of(L, a)->keys);
  for (int i = 0; i < 20; i++) {
    assert_int_equal(get(L, a, "f", i), i);
    assert_int_equal(get(L, b, "f", i), i + 100);
    assert_int_equal(get(L, c, "f", i), i < 5 ? i : -1);
  }
}

static void test_field_limit(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int i = 0; i < 2 * SHAPE_MAX_FIELDS; i++) {
    assert_int_equal(shape_is_dictionary(shape_of(L, t)), i > SHAPE_MAX_FIELDS);
    set(L, t, "f", i, i);
  }
  assert_true(t->slots == NULL && t->head.meta == SHAPE_DICTIONARY_ROOT);
  for (int i = 0; i < 2 * SHAPE_MAX_FIELDS; i++) assert_int_equal(get(L, t, "f", i), i);
}

static void test_computed_limit(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int i = 0; i <= SHAPE_MAX_COMPUTED; i++) {
    assert_false(shape_is_dictionary(shape_of(L, t)));
    table_set(L, t, value_from_string(name(L, "k", i)), TRUE);
  }
  assert_true(shape_is_dictionary(shape_of(L, t)));
}

/* Many tables with a computed key each: fields written in programs still find room. */
static void test_transition_limit(void **state) {
  State *L = *state;
  stack_ensure(L, 5000);
  for (int i = 0; i < 3000; i++)
    table_set(L, push_table(L), value_from_string(name(L, "k", i)), TRUE);
  assert_int_equal(L->heap->shapes[SHAPE_EMPTY]->transition_count, SHAPE_MAX_ROOT_TRANSITIONS / 2);
  assert_true(shape_is_dictionary(shape_of(L, value_table(L->top[-1]))));
  Table *t = push_table(L);
  set(L, t, "plain", 0, 1);
  assert_false(shape_is_dictionary(shape_of(L, t)));
  for (int i = 0; i < 100; i++) {
    Table *u = push_table(L);
    set(L, u, "plain", 0, 1);
    set(L, u, "then", i, 2);
    assert_int_equal(shape_is_dictionary(shape_of(L, u)), i >= SHAPE_MAX_TRANSITIONS);
    assert_int_equal(get(L, u, "plain", 0), 1);
    assert_int_equal(get(L, u, "then", i), 2);
  }
}

static void test_metatables(void **state) {
  State *L = *state;
  Table *t = push_table(L), *m = push_table(L), *n = push_table(L);
  set(L, t, "f", 0, 7);
  const Shape *plain = shape_of(L, t);
  table_set_metatable(L, t, m);
  const Shape *with_m = shape_of(L, t);
  assert_ptr_equal(table_metatable(L, t), m);
  assert_true(m->head.aux & TABLE_IS_METATABLE);
  for (int i = 0; i < 100; i++) { /* to and fro makes no new shapes */
    table_set_metatable(L, t, n);
    assert_ptr_equal(table_metatable(L, t), n);
    table_set_metatable(L, t, NULL);
    assert_ptr_equal(shape_of(L, t), plain);
    table_set_metatable(L, t, m);
    assert_ptr_equal(shape_of(L, t), with_m);
  }
  set(L, t, "f", 1, 8);
  table_set_metatable(L, t, NULL);
  assert_null(table_metatable(L, t));
  table_set_metatable(L, t, m);
  assert_int_equal(get(L, t, "f", 0), 7);
  assert_int_equal(get(L, t, "f", 1), 8);
}

/* More metatables than transitions: dictionaries, one shape for each metatable. */
static void test_many_metatables(void **state) {
  State *L = *state;
  enum { COUNT = 3000 };
  stack_ensure(L, 2 * COUNT + 10);
  for (int i = 0; i < COUNT; i++) {
    Table *t = push_table(L), *m = push_table(L);
    table_set_metatable(L, t, m);
    set(L, t, "x", i, i);
    table_set_int(L, t, 1, TRUE);
  }
  for (int i = 0; i < COUNT; i++) {
    const Table *t = value_table(L->top[2 * (i - COUNT)]);
    assert_ptr_equal(table_metatable(L, t), value_table(L->top[2 * (i - COUNT) + 1]));
    assert_int_equal(get(L, t, "x", i), i);
    assert_true(table_get_int(L, t, 1) == TRUE);
  }
}

/* Dead shapes leave the transitions, their ids are used again, and the living are not disturbed. */
static void test_collection(void **state) {
  State *L = *state;
  const Global *global = global_of(L);
  Table *kept = push_table(L);
  for (int i = 0; i < 12; i++) set(L, kept, "kept", i, i);
  heap_collect(L);
  uint32_t ids = global->shape_count;
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < 200; i++) {
      Table *t = push_table(L);
      for (int k = 0; k < 12; k++) set(L, t, k < i % 12 ? "kept" : "other", k < i % 12 ? k : i, k);
      L->top--;
    }
    heap_collect(L);
    assert_true(L->heap->shapes[SHAPE_EMPTY]->transition_count <= 1);
    assert_true(global->shape_count < ids + 1000 + SHAPE_MAX_ROOT_TRANSITIONS);
    Table *again = push_table(L);
    for (int i = 0; i < 12; i++) set(L, again, "kept", i, i);
    assert_ptr_equal(shape_of(L, again), shape_of(L, kept));
    L->top--;
  }
}

/* Shapes are found through weak transitions at every point of a collection. */
static void test_weak_transitions_while_marking(void **state) {
  State *L = *state;
  for (int round = 0; round < 40; round++) {
    Table *t = push_table(L);
    for (int i = 0; i < 30; i++) set(L, t, "line", i, i);
    L->top--; /* the line is garbage unless the steps below still find it */
    Table *later = push_table(L);
    for (int i = 0; i < 30; i++) {
      set(L, later, "line", i, i);
      if (i % 10 == round % 10) heap_step_by(L, 1);
    }
    while (!heap_step_by(L, 50)) continue;
    for (int i = 0; i < 30; i++) assert_int_equal(get(L, later, "line", i), i);
    L->top--;
  }
}

static void test_inline_arrays(void **state) {
  State *L = *state;
  Table *t = push_table(L), *m = push_table(L), *u = push_table(L);
  for (int i = 1; i <= 3; i++) table_set_int(L, t, i, value_from_small_int(i));
  assert_ptr_equal(t->array, t->inline_slots);
  assert_int_equal(t->head.meta, SHAPE_EMPTY_ARRAY);
  set(L, t, "f", 0, 10);
  table_set_int(L, t, 4, value_from_small_int(4));
  assert_ptr_not_equal(t->array, t->inline_slots);
  for (int i = 1; i <= 4; i++) assert_true(table_get_int(L, t, i) == value_from_small_int(i));
  assert_int_equal(get(L, t, "f", 0), 10);
  table_set_metatable(L, u, m);
  table_set_int(L, u, 1, TRUE);
  assert_ptr_equal(u->array, u->inline_slots);
  assert_ptr_equal(table_metatable(L, u), m);
}

static const char *text_at(const void *list, unsigned index) {
  return ((const char *const *)list)[index];
}

static Shape *list_shape(State *L, unsigned root, const char *const *list) {
  return shape_for_list(L, L->heap->shapes[root], list, text_at);
}

static void test_lists(void **state) {
  State *L = *state;
  static const char *const names[] = {"f3", "f1", "f2", "f0", "f5", "f4", NULL};
  static const char *const few[] = {"f0", "f1", "f2", NULL};
  static const char *const twice[] = {"f0", "f1", "f2", "f3", "f1", NULL};
  static const char *const long_one[] = {
      "f0", "f1", "f2", "a name of more characters than a short string has", NULL};
  assert_null(list_shape(L, SHAPE_EMPTY, few));
  assert_null(list_shape(L, SHAPE_EMPTY, twice));
  assert_null(list_shape(L, SHAPE_EMPTY, long_one));
  for (unsigned root = SHAPE_EMPTY; root <= SHAPE_EMPTY_ARRAY; root++) {
    Table *t = push_table(L), *u = push_table(L);
    t->head.meta = u->head.meta = root;
    table_take_fields(L, t, list_shape(L, root, names));
    heap_collect(L);
    table_take_fields(L, u, list_shape(L, root, names));
    Shape *shape = shape_of(L, t);
    assert_ptr_equal(shape, shape_of(L, u));
    assert_int_equal(shape->count, 6);
    assert_int_equal(shape->inline_capacity, L->heap->shapes[root]->inline_capacity);
    assert_int_equal(shape_find(shape, name(L, "f", 0)), 3);
    for (int i = 0; i < 8; i++) {
      assert_int_equal(get(L, t, "f", i), -1); /* absent still */
      set(L, t, "f", i, i);
    }
    assert_int_equal(shape_of(L, t)->count, 8);
    assert_int_equal(shape_of(L, u)->count, 6);
    for (int i = 0; i < 8; i++) assert_int_equal(get(L, t, "f", i), i);
    table_set_int(L, u, 1, TRUE);
    table_set_metatable(L, u, t);
    assert_int_equal(get(L, u, "f", 1), -1);
    assert_ptr_equal(table_metatable(L, u), t);
  }
}

static void test_list_that_changes(void **state) {
  State *L = *state;
  const char *names[] = {"f3", "f1", "f2", "f0", NULL, NULL};
  Table *t = push_table(L);
  table_take_fields(L, t, list_shape(L, SHAPE_EMPTY, names));
  names[2] = "f7";
  assert_null(list_shape(L, SHAPE_EMPTY, names)); /* known under this address with other fields */
  names[2] = "f2";
  assert_ptr_equal(list_shape(L, SHAPE_EMPTY, names), shape_of(L, t));
  names[4] = "f4";
  assert_null(list_shape(L, SHAPE_EMPTY, names));
  names[3] = names[4] = NULL;
  assert_null(list_shape(L, SHAPE_EMPTY, names));
  L->top--; /* the table dies, and its shape: the address may stand for other names then */
  heap_collect(L);
  names[2] = "f7", names[3] = "f8";
  assert_non_null(list_shape(L, SHAPE_EMPTY, names));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      state_test(test_sharing),          state_test(test_field_limit),
      state_test(test_computed_limit),   state_test(test_transition_limit),
      state_test(test_metatables),       state_test(test_many_metatables),
      state_test(test_collection),       state_test(test_weak_transitions_while_marking),
      state_test(test_inline_arrays),    state_test(test_lists),
      state_test(test_list_that_changes)};
  return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
