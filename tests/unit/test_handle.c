/* Handles: stale, foreign, forged; pins. */
#include "heap_fixture.h"

static uint64_t random_next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

/* As a cell and as a value: all cells that are named here are values. */
static HandleStatus resolve(Fixture *f, Handle handle) {
  Object *cell;
  Value value;
  HandleStatus status = handle_resolve(&f->heap, handle, &cell);
  assert_true((status == HANDLE_OK) == (cell != NULL));
  assert_int_equal(handle_value(&f->heap, handle, &value), status);
  if (status == HANDLE_OK) assert_ptr_equal(value_cell(value), cell);
  return status;
}

static void a_handle_names_its_cell(void **state) {
  Fixture *f = *state;
  Table *t = fixture_plain_table(f);
  f->roots[0] = value_from_table(t);
  Handle handle = handle_create(&f->heap, &t->head);
  Object *cell;
  assert_int_equal(handle_resolve(&f->heap, handle, &cell), HANDLE_OK);
  assert_ptr_equal(cell, t);
  assert_int_equal(handle_create(&f->heap, &t->head), handle);
  heap_collect(f->L);
  assert_int_equal(resolve(f, handle), HANDLE_OK);
  Handle thread = handle_create(&f->heap, &f->L->head);
  assert_int_equal(handle_resolve(&f->heap, thread, &cell), HANDLE_OK);
  assert_ptr_equal(cell, f->L);
}

static void handles_are_weak(void **state) {
  Fixture *f = *state;
  Handle handle = handle_create(&f->heap, &fixture_plain_table(f)->head);
  assert_int_equal(resolve(f, handle), HANDLE_OK);
  heap_collect(f->L);
  assert_int_equal(resolve(f, handle), HANDLE_STALE);
  for (int i = 0; i < 200; i++) f->roots[1] = value_from_table(fixture_plain_table(f));
  assert_int_equal(resolve(f, handle), HANDLE_STALE);
}

static void a_dead_object_is_stale_before_it_is_swept(void **state) {
  Fixture *f = *state;
  heap_pause(&f->heap);
  for (int i = 0; i < 3000; i++) fixture_plain_table(f);
  Handle handle = handle_create(&f->heap, &fixture_plain_table(f)->head);
  heap_resume(&f->heap);
  while (f->heap.phase != GC_SWEEP) {
    assert_int_equal(resolve(f, handle), HANDLE_OK);
    heap_step_by(f->L, 0);
  }
  assert_int_equal(resolve(f, handle), HANDLE_STALE);
}

static void handles_of_other_states_are_foreign(void **state) {
  Fixture *f = *state, *other = malloc(sizeof *other);
  fixture_open(other);
  Handle handle = handle_create(&other->heap, &other->L->head);
  assert_int_equal(resolve(f, handle), HANDLE_FOREIGN);
  assert_int_equal(resolve(other, handle), HANDLE_OK);
  fixture_close(other);
  free(other);
}

static void forged_handles_never_resolve(void **state) {
  Fixture *f = *state;
  uint64_t seed = 88172645463325252u;
  for (int i = 0; i < 500; i++) f->roots[i % 16] = value_from_table(fixture_plain_table(f));
  Handle real = handle_create(&f->heap, &f->L->head);
  assert_int_equal(resolve(f, 0), HANDLE_INVALID);
  for (int i = 0; i < 1000000; i++) {
    Handle forged = random_next(&seed);
    if (i % 2) forged = (forged & 0x0000001FFFFFFFFF) | (real & 0xFFFF000000000000);
    if (i % 4 == 3) forged &= 0xFFFFFFFFFFFF0000;
    if (forged != real) assert_int_not_equal(resolve(f, forged), HANDLE_OK);
  }
}

static void cells_nobody_named_cannot_be_guessed(void **state) {
  Fixture *f = *state;
  Table *named = fixture_plain_table(f), *unnamed = fixture_plain_table(f);
  f->roots[0] = value_from_table(named);
  f->roots[1] = value_from_table(unnamed);
  Handle handle = handle_create(&f->heap, &named->head);
  uint32_t distance = block_cell_index(block_of(unnamed), unnamed) -
                      block_cell_index(block_of(named), named);
  assert_int_equal(resolve(f, handle + ((Handle)distance << 16)), HANDLE_INVALID);
  assert_int_equal(resolve(f, handle + 1), HANDLE_INVALID);
}

static void pins_are_counted_roots(void **state) {
  Fixture *f = *state;
  Handle handle = handle_create(&f->heap, &fixture_plain_table(f)->head);
  assert_int_equal(handle_pin(f->L, handle), HANDLE_OK);
  assert_int_equal(handle_pin(f->L, handle), HANDLE_OK);
  heap_collect(f->L);
  assert_int_equal(handle_unpin(&f->heap, handle), HANDLE_OK);
  heap_collect(f->L);
  assert_int_equal(resolve(f, handle), HANDLE_OK);
  assert_int_equal(handle_unpin(&f->heap, handle), HANDLE_OK);
  assert_int_equal(handle_unpin(&f->heap, handle), HANDLE_NOT_PINNED);
  heap_collect(f->L);
  assert_int_equal(handle_unpin(&f->heap, handle), HANDLE_STALE);
  assert_int_equal(handle_pin(f->L, handle), HANDLE_STALE);
}

static void many_pins_come_and_go(void **state) {
  Fixture *f = *state;
  enum { COUNT = 1000 };
  Handle handles[COUNT];
  uint64_t seed = 42;
  unsigned char pinned[COUNT];
  for (int i = 0; i < COUNT; i++) {
    handles[i] = handle_create(&f->heap, &fixture_plain_table(f)->head);
    assert_int_equal(handle_pin(f->L, handles[i]), HANDLE_OK);
    pinned[i] = 1;
  }
  for (int i = 0; i < 5000; i++) {
    unsigned k = random_next(&seed) % COUNT;
    if (pinned[k])
      assert_int_equal(handle_unpin(&f->heap, handles[k]), HANDLE_OK);
    else
      assert_int_equal(handle_pin(f->L, handles[k]), HANDLE_OK);
    pinned[k] = !pinned[k];
  }
  heap_collect(f->L);
  for (int i = 0; i < COUNT; i++)
    assert_int_equal(resolve(f, handles[i]), pinned[i] ? HANDLE_OK : HANDLE_STALE);
}

static void pinning_while_marking_keeps_the_object(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 30; i++) {
    Handle handle = handle_create(&f->heap, &fixture_plain_table(f)->head);
    for (int step = 0; step < i && f->heap.phase != GC_SWEEP; step++) heap_step_by(f->L, 0);
    if (resolve(f, handle) != HANDLE_OK) continue;
    assert_int_equal(handle_pin(f->L, handle), HANDLE_OK);
    while (!heap_step_by(f->L, 0)) {}
    assert_int_equal(resolve(f, handle), HANDLE_OK);
    handle_unpin(&f->heap, handle);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      HEAP_TEST(a_handle_names_its_cell),
      HEAP_TEST(handles_are_weak),
      HEAP_TEST(a_dead_object_is_stale_before_it_is_swept),
      HEAP_TEST(handles_of_other_states_are_foreign),
      HEAP_TEST(forged_handles_never_resolve),
      HEAP_TEST(cells_nobody_named_cannot_be_guessed),
      HEAP_TEST(pins_are_counted_roots),
      HEAP_TEST(many_pins_come_and_go),
      HEAP_TEST(pinning_while_marking_keeps_the_object),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
