/* Arenas, blocks and raw memory. */
#include "heap_fixture.h"

static void cells_are_aligned_and_distinct(void **state) {
  Fixture *f = *state;
  enum { COUNT = 2000 };
  Object *cells[COUNT];
  heap_pause(&f->heap);
  for (int i = 0; i < COUNT; i++) {
    size_t size = 32 + (size_t)(i * 7 % 300);
    Closure *c = heap_new_cell(f->L, KIND_CLOSURE, size);
    c->proto = NULL;
    assert_int_equal((uintptr_t)c % CELL_UNIT, 0);
    assert_int_equal(c->head.kind, KIND_CLOSURE);
    Block *block = block_of(c);
    assert_true(block->cell_size >= size);
    assert_ptr_equal(block_object(block, block_cell_index(block, c)), c);
    assert_int_equal(block_cell_index(block, (char *)c + block->cell_size - 1),
                     block_cell_index(block, c));
    memset(c + 1, i & 0x7F, size - sizeof *c);
    cells[i] = &c->head;
  }
  for (int i = 0; i < COUNT; i++)
    assert_int_equal(((unsigned char *)cells[i])[sizeof(Closure)], i & 0x7F);
  heap_validate(&f->heap);
  heap_resume(&f->heap);
}

static void tables_fill_cache_lines(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 100; i++) assert_int_equal((uintptr_t)fixture_plain_table(f) % 64, 0);
}

/* A collection's marks would be lost, or a cell overwritten, if the two shared a byte. */
static void cells_and_headers_keep_apart(void **state) {
  Fixture *f = *state;
  heap_pause(&f->heap);
  uint32_t places[BLOCK_SIZE / HEADER_STEP] = {0};
  for (int i = 0; i < 20000; i++) {
    Closure *c = heap_new_cell(f->L, KIND_CLOSURE, 32 + (size_t)(i * 37 % 1500));
    c->proto = NULL;
    c->head.aux = 0;
    Block *block = block_of(c);
    const char *header_end = (const char *)(block_generations(block) + block->cell_count);
    const char *cell = (const char *)c, *cell_end = cell + block->cell_size;
    assert_true(cell_end <= (const char *)block || cell >= header_end);
    assert_true(cell >= block_start(block));
    if (block->cell_count > 1) assert_true(cell_end <= block_start(block) + BLOCK_SIZE);
    assert_true(header_end <= block_start(block) + BLOCK_SIZE);
    places[(uint32_t)((char *)block - block_start(block)) / HEADER_STEP]++;
  }
  for (int i = 0; i < HEADER_PLACES; i++) assert_true(places[i] > 20000 / HEADER_PLACES / 4);
  heap_resume(&f->heap);
}

static void large_cells_have_blocks_of_their_own(void **state) {
  Fixture *f = *state;
  size_t before = heap_count(&f->heap), held = f->held;
  Closure *c = heap_new_cell(f->L, KIND_CLOSURE, 20000);
  c->proto = NULL;
  c->head.aux = 0;
  memset(c + 1, 0, 20000 - sizeof *c);
  assert_int_equal(heap_count(&f->heap), before + 20000);
  Handle handle = handle_create(&f->heap, &c->head);
  heap_collect(f->L);
  Object *cell;
  assert_int_equal(handle_resolve(&f->heap, handle, &cell), HANDLE_STALE);
  assert_int_equal(heap_count(&f->heap), before);
  assert_int_equal(f->held, held);
}

static void thread_cells_have_extra_space(void **state) {
  Fixture *f = *state;
  State *thread = fixture_thread(f, 8);
  Block *block = block_of(thread);
  assert_ptr_equal(block_object(block, block_cell_index(block, thread)), thread);
  assert_true((char *)thread - block_cell(block, block_cell_index(block, thread)) >=
              (ptrdiff_t)LUA_EXTRASPACE);
  memset((char *)thread - LUA_EXTRASPACE, 0x55, LUA_EXTRASPACE);
  heap_collect(f->L);
  assert_int_equal(f->threads_released, 1);
}

static void the_count_is_exact(void **state) {
  Fixture *f = *state;
  size_t before = heap_count(&f->heap);
  f->roots[0] = value_from_table(fixture_plain_table(f));
  assert_int_equal(heap_count(&f->heap), before + sizeof(Table));
  fixture_array(f, value_table(f->roots[0]), 100);
  assert_int_equal(heap_count(&f->heap), before + sizeof(Table) + 100 * sizeof(Value));
  heap_collect(f->L);
  assert_int_equal(heap_count(&f->heap), before + sizeof(Table) + 100 * sizeof(Value));
  f->roots[0] = NIL;
  heap_collect(f->L);
  assert_int_equal(heap_count(&f->heap), before);
}

static void dead_cells_are_used_again(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 1000; i++) fixture_plain_table(f);
  heap_collect(f->L);
  size_t held = f->held;
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < 1000; i++) fixture_plain_table(f);
    heap_collect(f->L);
  }
  assert_true(f->held <= held + 64 * 1024);
}

static void memory_goes_back_to_the_host(void **state) {
  Fixture *f = *state;
  heap_collect(f->L);
  size_t held = f->held;
  heap_pause(&f->heap);
  for (int i = 0; i < 100000; i++) fixture_plain_table(f);
  assert_true(f->held > held + 100000 * sizeof(Table));
  heap_resume(&f->heap);
  heap_collect(f->L);
  assert_true(f->held < held + 1024 * 1024);
}

/* A block that served one arena serves another, and old handles stay stale. */
static void generations_survive_another_use_of_the_block(void **state) {
  Fixture *f = *state;
  enum { COUNT = 500 };
  Handle handles[COUNT];
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < COUNT; i++) {
      Object *cell = round % 2 ? &fixture_plain_table(f)->head
                               : &fixture_upvalue(f, NIL)->head;
      handles[i] = handle_create(&f->heap, cell);
    }
    heap_collect(f->L);
    for (int i = 0; i < COUNT; i++) fixture_string(f, "something else in these cells");
    for (int i = 0; i < COUNT; i++) {
      Object *cell;
      assert_int_equal(handle_resolve(&f->heap, handles[i], &cell), HANDLE_STALE);
    }
    heap_collect(f->L);
  }
}

static void a_worn_out_cell_is_retired(void **state) {
  Fixture *f = *state;
  Table *first = fixture_plain_table(f);
  Block *block = block_of(first);
  uint32_t index = block_cell_index(block, first);
  f->roots[0] = value_from_table(fixture_plain_table(f)); /* keeps the block */
  assert_ptr_equal(block_of(value_table(f->roots[0])), block);
  block_generations(block)[index] = GENERATION_LAST - 2; /* even: nobody named it */
  Handle handle = handle_create(&f->heap, &first->head);
  heap_collect(f->L);
  Object *cell;
  assert_int_equal(handle_resolve(&f->heap, handle, &cell), HANDLE_STALE);
  for (int i = 0; i < 500; i++) assert_ptr_not_equal(fixture_plain_table(f), first);
  heap_collect(f->L);
  assert_int_equal(handle_resolve(&f->heap, handle, &cell), HANDLE_STALE);
}

static void running_out_of_memory_raises(void **state) {
  Fixture *f = *state;
  volatile int errors = 0;
  f->fail_after = 0;
  f->fail_always = true;
  if (setjmp(f->on_memory_error) == 0) {
    for (;;) { /* a chain, so that nothing can be collected */
      Upvalue *u = fixture_upvalue(f, f->roots[0]);
      Closure *c = fixture_closure(f, u);
      f->roots[0] = value_from_function(c);
    }
  } else {
    errors++;
  }
  assert_int_equal(errors, 1);
  if (setjmp(f->on_memory_error) == 0)
    memory_allocate(f->L, 1000);
  else
    errors++;
  assert_int_equal(errors, 2);
  assert_null(memory_try_reallocate(f->L, NULL, 0, 1000));
  f->fail_after = -1;
  heap_collect(f->L);
}

static void an_emergency_frees_garbage_first(void **state) {
  Fixture *f = *state;
  heap_pause(&f->heap);
  Table *t = fixture_plain_table(f);
  fixture_array(f, t, 1000);
  for (int i = 0; i < 1000; i++) fixture_plain_table(f); /* t is no longer recent */
  heap_resume(&f->heap);
  size_t held = f->held;
  f->fail_after = 0;
  void *memory = memory_allocate(f->L, 100);
  assert_non_null(memory);
  assert_true(f->held < held);
  memory_free(&f->heap, memory, 100);
}

static void recent_cells_survive_an_emergency(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 200; i++) {
    Table *t = fixture_plain_table(f);
    Value box = fixture_box(f, i);
    t->inline_slots[0] = box;
    f->fail_after = 0;
    void *memory = memory_allocate(f->L, 1000); /* so large that none is kept */
    assert_true(fixture_alive(t) && t->head.kind == KIND_TABLE);
    assert_int_equal(value_box(box)->as.integer, i);
    memory_free(&f->heap, memory, 1000);
  }
}

/* Freed buffers of up to 128 bytes are kept for the next of their size, and given back when the host refuses. */
static void small_buffers_are_kept(void **state) {
  Fixture *f = *state;
  size_t bytes = f->heap.bytes;
  void *first = memory_allocate(f->L, 40), *second = memory_allocate(f->L, 33);
  size_t held = f->held, held_by_heap = f->heap.obtained;
  assert_int_equal(f->heap.bytes, bytes + 40 + 33);
  memory_free(&f->heap, first, 40);
  memory_free(&f->heap, second, 33);
  assert_int_equal(f->heap.bytes, bytes);
  assert_int_equal(f->held, held);
  f->fail_after = 0;
  f->fail_always = true;
  assert_ptr_equal(memory_allocate(f->L, 48), second);
  assert_ptr_equal(memory_allocate(f->L, 34), first);
  memory_free(&f->heap, first, 34);
  f->fail_always = false;
  second = memory_reallocate(f->L, second, 48, 2000);
  assert_int_equal(f->held, held - 48 - 48 + 2000);
  assert_int_equal(f->heap.obtained, held_by_heap - 48 - 48 + 2000);
  second = memory_reallocate(f->L, second, 2000, 20); /* shrinks, whatever the host says */
  assert_int_equal(f->held, held - 48 - 48 + 32);
  memory_free(&f->heap, second, 20);
  assert_int_equal(f->heap.bytes, bytes);
}

static void few_small_buffers_are_kept(void **state) {
  Fixture *f = *state;
  enum { COUNT = 10000 };
  static void *buffers[COUNT];
  size_t held = f->held;
  for (int i = 0; i < COUNT; i++) buffers[i] = memory_allocate(f->L, 64);
  for (int i = 0; i < COUNT; i++) memory_free(&f->heap, buffers[i], 64);
  assert_true(f->held > held);
  heap_collect(f->L);
  assert_true(f->held <= held + 256 * 1024);
}

static void allocate_until_it_fails(Fixture *f, long successes) {
  fixture_open(f);
  f->fail_after = successes;
  f->fail_always = successes % 2 == 0;
  if (setjmp(f->on_memory_error) == 0) {
    for (int i = 0; i < 300; i++) {
      Table *t = fixture_plain_table(f);
      f->roots[i % 8] = value_from_table(t);
      fixture_array(f, t, 10);
      fixture_hash(f, t, 8);
      heap_add_finalizer(f->L, &t->head);
      assert_int_equal(handle_pin(f->L, handle_create(&f->heap, &t->head)), HANDLE_OK);
    }
  }
  f->fail_after = -1;
  heap_validate(&f->heap);
  heap_collect(f->L);
  fixture_close(f);
}

static void every_failing_allocation_is_survived(void **state) {
  (void)state;
  Fixture *f = malloc(sizeof *f);
  for (long successes = 0; successes < 60; successes++) allocate_until_it_fails(f, successes);
  free(f);
}

static void opening_without_memory_fails_cleanly(void **state) {
  (void)state;
  Fixture *f = calloc(1, sizeof *f);
  f->fail_after = 0;
  assert_false(heap_open(&f->heap, sizeof *f, fixture_allocate, f, &fixture_hooks));
  assert_int_equal(f->held, 0);
  f->fail_after = 1;
  assert_true(heap_open(&f->heap, sizeof *f, fixture_allocate, f, &fixture_hooks));
  f->fail_always = true;
  assert_null(heap_try_new_cell(&f->heap, KIND_THREAD, sizeof(State)));
  heap_close(&f->heap);
  assert_int_equal(f->held, 0);
  free(f);
}

static void a_fresh_heap_is_small(void **state) {
  Fixture *f = *state;
  assert_true(f->held < 32 * 1024);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      HEAP_TEST(cells_are_aligned_and_distinct),
      HEAP_TEST(tables_fill_cache_lines),
      HEAP_TEST(cells_and_headers_keep_apart),
      HEAP_TEST(large_cells_have_blocks_of_their_own),
      HEAP_TEST(thread_cells_have_extra_space),
      HEAP_TEST(the_count_is_exact),
      HEAP_TEST(dead_cells_are_used_again),
      HEAP_TEST(memory_goes_back_to_the_host),
      HEAP_TEST(generations_survive_another_use_of_the_block),
      HEAP_TEST(a_worn_out_cell_is_retired),
      HEAP_TEST(running_out_of_memory_raises),
      HEAP_TEST(an_emergency_frees_garbage_first),
      HEAP_TEST(recent_cells_survive_an_emergency),
      HEAP_TEST(small_buffers_are_kept),
      HEAP_TEST(few_small_buffers_are_kept),
      cmocka_unit_test(every_failing_allocation_is_survived),
      cmocka_unit_test(opening_without_memory_fails_cleanly),
      HEAP_TEST(a_fresh_heap_is_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
