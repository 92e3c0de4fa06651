/* The collector: phases, barriers, weak tables, finalizers, threads, pacing. */
#include "heap_fixture.h"

/* ---- helpers --------------------------------------------------------------------------------- */

static uint64_t random_next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static void store(Fixture *f, Table *t, int slot, Value v) {
  t->inline_slots[slot] = v;
  heap_barrier_container(&f->heap, &t->head);
}

/* A shape with `count` fields whose metatable has that mode. */
static Shape *weak_shape(Fixture *f, unsigned mode, uint16_t count) {
  Table *metatable = fixture_plain_table(f);
  metatable->head.flags = (uint8_t)mode;
  f->roots[20] = value_from_table(metatable);
  return fixture_shape(f, count, INLINE_SLOTS, metatable);
}

static Table *weak_table(Fixture *f, unsigned mode, uint32_t capacity) {
  Table *t = fixture_table(f, weak_shape(f, mode, 0));
  f->roots[21] = value_from_table(t);
  if (capacity > 0) fixture_hash(f, t, capacity);
  return t;
}

static Value new_table(Fixture *f) { return value_from_table(fixture_plain_table(f)); }

/* Steps until the collector is in that phase. */
static void step_to(Fixture *f, GcPhase phase) {
  while (f->heap.phase != phase) heap_step_by(f->L, 0);
}

/* A table with enough below it that marking takes several steps. */
static Table *big_tree(Fixture *f, int children) {
  Table *top = fixture_plain_table(f);
  heap_pause(&f->heap);
  fixture_array(f, top, (uint32_t)children);
  for (int i = 0; i < children; i++) top->array[i] = new_table(f);
  heap_resume(&f->heap);
  return top;
}

static unsigned tables_allocated(const Fixture *f) {
  unsigned count = 0;
  for (const Block *block = f->heap.table_arena.blocks; block != NULL; block = block->next)
    for (int w = 0; w < block->word_count; w++)
      count += (unsigned)__builtin_popcountll(block->words[w].allocated);
  return count;
}

/* ---- marking --------------------------------------------------------------------------------- */

static void what_roots_reach_lives(void **state) {
  Fixture *f = *state;
  Shape *shape = fixture_shape(f, 10, INLINE_SLOTS, NULL);
  f->roots[1] = value_from_table(fixture_table(f, shape));
  Table *t = value_table(f->roots[1]);
  t->slots[6] = new_table(f);
  fixture_array(f, t, 3);
  t->array[2] = value_from_string(fixture_string(f, "item"));
  fixture_hash(f, t, 4);
  fixture_put(f, t, fixture_box(f, INT64_MAX), value_from_object(fixture_userdata(f, 10)));
  Upvalue *u = fixture_upvalue(f, new_table(f));
  f->roots[2] = value_from_function(fixture_closure(f, u));
  heap_collect(f->L);
  assert_true(fixture_alive(shape) && fixture_alive(value_cell(t->slots[6])));
  assert_true(fixture_alive(value_cell(t->array[2])));
  assert_true(fixture_alive(value_cell(t->hash->nodes[0].key)));
  assert_true(fixture_alive(value_cell(t->hash->nodes[0].value)));
  assert_true(fixture_alive(u) && fixture_alive(value_cell(u->closed)));
  assert_int_equal(f->shapes_released, 0);
  f->roots[1] = f->roots[2] = NIL;
  heap_collect(f->L);
  assert_int_equal(f->shapes_released, 1);
  assert_int_equal(f->strings_released, 1);
}

static void a_shape_dies_after_its_tables(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 200; i++) /* release_table looks at the shape, under ASan too */
    fixture_table(f, fixture_shape(f, 9, INLINE_SLOTS, NULL));
  heap_collect(f->L);
  assert_int_equal(f->shapes_released, 200);
}

/* A function with that many registers. */
static Closure *function_of_size(Fixture *f, uint8_t max_stack) {
  Proto *p = heap_new_cell(f->L, KIND_PROTO, sizeof(Proto));
  memset((char *)p + sizeof(Object), 0, sizeof *p - sizeof(Object));
  p->max_stack = max_stack;
  Closure *c = fixture_closure(f, NULL);
  c->proto = p;
  return c;
}

static void code_caches_keep_what_they_name(void **state) {
  Fixture *f = *state;
  Closure *c = function_of_size(f, 0);
  const Proto *p = c->proto;
  f->roots[0] = value_from_function(c);
  f->keep_alive = &fixture_shape(f, 1, 3, NULL)->head;
  heap_collect(f->L);
  assert_true(fixture_alive(p) && fixture_alive(f->keep_alive));
}

static void deep_structures_need_no_stack(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 200000; i++) {
    Table *t = fixture_plain_table(f);
    t->inline_slots[0] = f->roots[0];
    /* Without fields in the shape the slot is not looked at: use an array item. */
    t->array = t->inline_slots;
    t->array_size = t->array_capacity = 1;
    f->roots[0] = value_from_table(t);
  }
  heap_collect(f->L);
  int length = 0;
  for (Value v = f->roots[0]; !value_is_nil(v); v = value_table(v)->inline_slots[0]) length++;
  assert_int_equal(length, 200000);
}

/* ---- barriers -------------------------------------------------------------------------------- */

static void a_store_into_a_traced_table_is_seen(void **state) {
  Fixture *f = *state;
  Shape *shape = fixture_shape(f, 3, INLINE_SLOTS, NULL);
  Table *t = fixture_table(f, shape);
  f->roots[0] = value_from_table(t);
  f->roots[1] = value_from_table(big_tree(f, 20000));
  do heap_step_by(f->L, 0);
  while (f->heap.phase == GC_MARK && t->head.color != f->heap.barrier_color);
  assert_int_equal(f->heap.phase, GC_MARK);
  Value child = new_table(f);
  store(f, t, 0, child);
  assert_int_equal(t->head.color, 0);
  while (!heap_step_by(f->L, 0)) heap_validate(&f->heap);
  assert_true(fixture_alive(value_cell(child)));
}

static void a_store_into_a_traced_upvalue_marks_the_value(void **state) {
  Fixture *f = *state;
  Upvalue *u = fixture_upvalue(f, NIL);
  f->roots[2] = value_from_function(fixture_closure(f, u)); /* traced before the tree */
  f->roots[1] = value_from_table(big_tree(f, 20000));
  do heap_step_by(f->L, 0);
  while (f->heap.phase == GC_MARK && u->head.color != f->heap.barrier_color);
  assert_int_equal(f->heap.phase, GC_MARK);
  u->closed = new_table(f);
  heap_barrier_value(&f->heap, &u->head, u->closed);
  step_to(f, GC_IDLE);
  assert_true(fixture_alive(value_cell(u->closed)));
}

/* Stores at random places of a graph while the collector works: nothing reachable may
   die (poison would show), and everything else must be gone after a full cycle. */
static void mutate_at_random(Fixture *f) {
  Shape *shape = fixture_shape(f, INLINE_SLOTS, INLINE_SLOTS, NULL);
  uint64_t seed = 2463534242u;
  for (int i = 0; i < 8; i++) f->roots[i] = value_from_table(fixture_table(f, shape));
  for (int i = 0; i < 100000; i++) {
    Value at = f->roots[random_next(&seed) % 8];
    for (int depth = (int)(random_next(&seed) % 12); depth > 0; depth--) {
      assert_int_equal(value_table(at)->head.kind, KIND_TABLE);
      Value next = value_table(at)->inline_slots[random_next(&seed) % 3];
      if (value_is_table(next)) at = next;
    }
    unsigned slot = random_next(&seed) % 3;
    Value other = f->roots[random_next(&seed) % 8];
    Value stored = random_next(&seed) % 3 == 0 ? value_table(other)->inline_slots[slot]
                                               : value_from_table(fixture_table(f, shape));
    store(f, value_table(at), (int)slot, stored);
    if (i % 16 == 0) heap_step_by(f->L, 1);
    heap_check(f->L);
  }
  for (int i = 0; i < 8; i++) f->roots[i] = NIL;
  heap_collect(f->L);
  assert_int_equal(tables_allocated(f), 0);
}

static void random_mutation_is_sound(void **state) { mutate_at_random(*state); }

static void random_mutation_is_sound_between_generations(void **state) {
  Fixture *f = *state;
  heap_set_generational(f->L, 0, 0);
  mutate_at_random(f);
}

/* A table too large for a slice, changed while it is being traced. */
static void huge_tables_are_traced_in_slices(void **state) {
  Fixture *f = *state;
  enum { COUNT = 50000 };
  Table *t = big_tree(f, COUNT);
  f->roots[0] = value_from_table(t);
  fixture_hash(f, t, 65536);
  uint32_t largest = 0;
  uint64_t seed = 99;
  heap_step_by(f->L, 0);
  while (f->heap.phase == GC_MARK) {
    uint32_t i = (uint32_t)(random_next(&seed) % COUNT);
    t->array[i] = new_table(f);
    heap_barrier_container(&f->heap, &t->head);
    heap_step_by(f->L, 0);
    if (f->heap.phase == GC_MARK && f->heap.private_part->work > largest)
      largest = (uint32_t)f->heap.private_part->work;
  }
  assert_true(largest < 200000);
  step_to(f, GC_IDLE);
  for (int i = 0; i < COUNT; i++) assert_true(fixture_alive(value_cell(t->array[i])));
}

static void a_rebuilt_hash_part_is_traced_anew(void **state) {
  Fixture *f = *state;
  Table *t = fixture_plain_table(f);
  f->roots[0] = value_from_table(t);
  fixture_hash(f, t, 16384);
  heap_pause(&f->heap);
  for (int i = 0; i < 16000; i++) fixture_put(f, t, value_from_small_int(i), new_table(f));
  heap_resume(&f->heap);
  while (f->heap.private_part->slice.object != &t->head) heap_step_by(f->L, 0);
  HashPart *old = t->hash;
  fixture_hash(f, t, 32768);
  for (int i = 15999; i >= 0; i--) t->hash->nodes[t->hash->used++] = old->nodes[i];
  memory_free(&f->heap, old, fixture_hash_size(old->mask));
  heap_barrier_container(&f->heap, &t->head);
  step_to(f, GC_IDLE);
  for (int i = 0; i < 16000; i++) assert_true(fixture_alive(value_cell(t->hash->nodes[i].value)));
}

/* ---- weak tables ----------------------------------------------------------------------------- */

static void weak_values_are_cleared(void **state) {
  Fixture *f = *state;
  Table *t = fixture_table(f, weak_shape(f, TABLE_WEAK_VALUES, 2));
  f->roots[0] = value_from_table(t);
  fixture_hash(f, t, 16);
  fixture_array(f, t, 4);
  f->roots[1] = new_table(f);
  t->inline_slots[0] = new_table(f);
  t->inline_slots[1] = f->roots[1];
  t->array[0] = f->roots[1];
  t->array[1] = value_from_string(fixture_string(f, "a value"));
  t->array[2] = t->array[3] = new_table(f);
  Value key = new_table(f);
  fixture_put(f, t, key, f->roots[1]);
  fixture_put(f, t, TRUE, new_table(f));
  fixture_put(f, t, FALSE, fixture_box(f, INT64_MIN));
  fixture_put(f, t, value_from_string(fixture_string(f, "dead key")), new_table(f));
  heap_collect(f->L);
  assert_true(t->inline_slots[0] == NIL && t->inline_slots[1] == f->roots[1]);
  assert_int_equal(t->array_size, 2); /* the border never rests on a nil */
  assert_true(fixture_alive(value_cell(t->array[1])));
  assert_true(fixture_alive(value_cell(key))); /* keys are strong */
  assert_true(fixture_lookup(t, TRUE) == NIL);
  assert_int_equal(value_box(fixture_lookup(t, FALSE))->as.integer, INT64_MIN);
  assert_true(fixture_alive(value_cell(t->hash->nodes[3].key)));
}

static void weak_keys_are_cleared(void **state) {
  Fixture *f = *state;
  Table *t = weak_table(f, TABLE_WEAK_KEYS, 16);
  f->roots[1] = new_table(f);
  fixture_put(f, t, f->roots[1], new_table(f));
  Value dead = new_table(f);
  fixture_put(f, t, dead, TRUE);
  Native *native = heap_new_cell(f->L, KIND_NATIVE, sizeof(Native));
  fixture_put(f, t, value_from_function(native), TRUE);
  fixture_put(f, t, value_from_string(fixture_string(f, "key")), TRUE);
  heap_collect(f->L);
  assert_true(fixture_alive(value_cell(t->hash->nodes[0].value)));
  assert_true(t->hash->nodes[1].value == NIL && t->hash->nodes[1].key == dead);
  assert_true(t->hash->nodes[2].value == TRUE && fixture_alive(native));
  assert_true(t->hash->nodes[3].value == TRUE && fixture_alive(value_cell(t->hash->nodes[3].key)));
}

static void both_weak(void **state) {
  Fixture *f = *state;
  Table *t = weak_table(f, TABLE_WEAK_KEYS | TABLE_WEAK_VALUES, 16);
  f->roots[1] = new_table(f);
  fixture_put(f, t, f->roots[1], new_table(f));
  fixture_put(f, t, new_table(f), f->roots[1]);
  fixture_put(f, t, f->roots[1], f->roots[1]);
  heap_collect(f->L);
  assert_true(t->hash->nodes[0].value == NIL && t->hash->nodes[1].value == NIL);
  assert_true(t->hash->nodes[2].value == f->roots[1]);
}

/* Each value is the key of another entry, in another table, in the worst order. */
static void ephemeron_chain(Fixture *f, int length) {
  enum { TABLES = 8 };
  Table *tables[TABLES];
  Shape *shape = weak_shape(f, TABLE_WEAK_KEYS, 0);
  heap_pause(&f->heap);
  uint32_t capacity = 2;
  while (capacity < (uint32_t)length / TABLES + 2) capacity *= 2;
  for (int i = 0; i < TABLES; i++) {
    tables[i] = fixture_table(f, shape);
    f->roots[i] = value_from_table(tables[i]);
    fixture_hash(f, tables[i], capacity);
  }
  Value next = new_table(f);
  for (int i = 0; i < length; i++) {
    Value key = new_table(f);
    fixture_put(f, tables[i % TABLES], key, next);
    next = key;
  }
  f->roots[10] = next;
  heap_resume(&f->heap);
}

static unsigned ephemeron_entries(const Fixture *f) {
  unsigned count = 0;
  for (int i = 0; i < 8; i++) {
    const HashPart *hash = value_table(f->roots[i])->hash;
    for (uint32_t n = 0; n < hash->used; n++) count += !value_is_nil(hash->nodes[n].value);
  }
  return count;
}

static void ephemerons_converge(void **state) {
  Fixture *f = *state;
  ephemeron_chain(f, 100000);
  heap_collect(f->L);
  assert_int_equal(ephemeron_entries(f), 100000);
  while (!heap_step_by(f->L, 10)) {}
  assert_int_equal(ephemeron_entries(f), 100000);
  f->roots[10] = NIL;
  heap_collect(f->L);
  assert_int_equal(ephemeron_entries(f), 0);
}

static void ephemerons_converge_without_memory(void **state) {
  Fixture *f = *state;
  ephemeron_chain(f, 500);
  f->fail_after = 0;
  f->fail_always = true;
  heap_collect(f->L);
  assert_int_equal(ephemeron_entries(f), 500);
  f->roots[10] = NIL;
  heap_collect(f->L);
  f->fail_after = -1;
  assert_int_equal(ephemeron_entries(f), 0);
}

static void an_ephemeron_cycle_dies(void **state) {
  Fixture *f = *state;
  Table *t = weak_table(f, TABLE_WEAK_KEYS, 8);
  Table *key = fixture_plain_table(f);
  fixture_array(f, key, 1);
  key->array[0] = value_from_table(key);
  fixture_put(f, t, value_from_table(key), value_from_table(key));
  heap_collect(f->L);
  assert_true(t->hash->nodes[0].value == NIL);
  assert_false(fixture_alive(key));
}

/* ---- finalizers ------------------------------------------------------------------------------ */

static void finalizers_run_in_reverse_order(void **state) {
  Fixture *f = *state;
  Value objects[5];
  for (int i = 0; i < 5; i++) {
    f->roots[i] = objects[i] = i % 2 ? value_from_object(fixture_userdata(f, 8)) : new_table(f);
    heap_add_finalizer(f->L, value_cell(objects[i]));
    heap_add_finalizer(f->L, value_cell(objects[i]));
  }
  f->roots[2] = NIL;
  heap_collect(f->L);
  assert_int_equal(f->finalized_count, 1);
  for (int i = 0; i < 5; i++) f->roots[i] = NIL;
  heap_collect(f->L);
  assert_int_equal(f->finalized_count, 5);
  const int order[] = {2, 4, 3, 1, 0};
  for (int i = 0; i < 5; i++) assert_true(f->finalized[i] == objects[order[i]]);
  for (int i = 0; i < 5; i++) assert_true(i == 2 || fixture_alive(value_cell(objects[i])));
  heap_collect(f->L);
  for (int i = 0; i < 5; i++) assert_false(fixture_alive(value_cell(objects[i])));
  assert_int_equal(f->finalized_count, 5);
}

static void a_resurrected_object_can_be_registered_again(void **state) {
  Fixture *f = *state;
  f->resurrect = true;
  Table *t = fixture_plain_table(f);
  heap_add_finalizer(f->L, &t->head);
  for (unsigned i = 1; i <= 3; i++) {
    f->roots[0] = NIL;
    heap_collect(f->L);
    assert_int_equal(f->finalized_count, i);
    assert_true(f->roots[0] == value_from_table(t));
    heap_collect(f->L);
    assert_int_equal(f->finalized_count, i);
    heap_add_finalizer(f->L, &t->head);
  }
}

/* Manual 2.5.4: values go before the finalizers run, keys only when the object is freed. */
static void weak_entries_of_a_resurrected_object(void **state) {
  Fixture *f = *state;
  Table *values = weak_table(f, TABLE_WEAK_VALUES, 4);
  f->roots[1] = value_from_table(values);
  Table *keys = weak_table(f, TABLE_WEAK_KEYS, 4);
  f->roots[2] = value_from_table(keys);
  Table *dying = fixture_plain_table(f);
  fixture_array(f, dying, 1);
  dying->array[0] = new_table(f);
  heap_add_finalizer(f->L, &dying->head);
  fixture_put(f, values, TRUE, value_from_table(dying));
  fixture_put(f, values, FALSE, dying->array[0]);
  fixture_put(f, keys, value_from_table(dying), TRUE);
  fixture_put(f, keys, dying->array[0], TRUE);
  heap_collect(f->L);
  assert_int_equal(f->finalized_count, 1);
  assert_true(values->hash->nodes[0].value == NIL && values->hash->nodes[1].value == NIL);
  assert_true(keys->hash->nodes[0].value == TRUE && keys->hash->nodes[1].value == TRUE);
  heap_collect(f->L);
  assert_true(keys->hash->nodes[0].value == NIL && keys->hash->nodes[1].value == NIL);
}

static void pending_finalizers_are_called_in_steps(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < 50; i++) heap_add_finalizer(f->L, value_cell(new_table(f)));
  while (f->finalized_count == 0) heap_step_by(f->L, 0);
  assert_true(f->finalized_count <= 10);
  for (int i = 0; i < 10000 && f->finalized_count < 50; i++) {
    fixture_plain_table(f);
    heap_check(f->L);
  }
  assert_int_equal(f->finalized_count, 50);
}

static void closing_finalizes_everything_once(void **state) {
  Fixture *f = *state;
  f->roots[1] = new_table(f);
  f->roots[2] = new_table(f);
  heap_add_finalizer(f->L, value_cell(f->roots[1]));
  heap_add_finalizer(f->L, value_cell(f->roots[2]));
  heap_finalize_all(f->L);
  assert_int_equal(f->finalized_count, 2);
  assert_true(f->finalized[0] == f->roots[2] && f->finalized[1] == f->roots[1]);
  heap_add_finalizer(f->L, value_cell(f->roots[1]));
  heap_finalize_all(f->L);
  assert_int_equal(f->finalized_count, 2);
}

static void an_emergency_calls_no_finalizer(void **state) {
  Fixture *f = *state;
  heap_add_finalizer(f->L, value_cell(new_table(f)));
  for (int i = 0; i < 1000; i++) fixture_plain_table(f);
  f->fail_after = 0;
  memory_free(&f->heap, memory_allocate(f->L, 1), 1);
  assert_int_equal(f->finalized_count, 0);
  heap_collect(f->L);
  assert_int_equal(f->finalized_count, 1);
}

/* ---- threads --------------------------------------------------------------------------------- */

static Upvalue *open_upvalue(Fixture *f, State *thread, Value *slot) {
  Upvalue *u = fixture_upvalue(f, NIL);
  u->location = slot;
  u->next_open = thread->open_upvalues;
  thread->open_upvalues = u;
  heap_thread_has_upvalues(&f->heap, thread);
  return u;
}

static void slots_above_the_top_are_cleared(void **state) {
  Fixture *f = *state;
  Value dead = new_table(f), live = new_table(f);
  f->L->stack[0] = live;
  f->L->stack[5] = dead;
  f->L->top = f->L->stack + 1;
  heap_collect(f->L);
  assert_true(fixture_alive(value_cell(live)) && !fixture_alive(value_cell(dead)));
  assert_true(f->L->stack[5] == NIL && f->L->stack[0] == live);
}

static void registers_of_a_running_lua_frame_live(void **state) {
  Fixture *f = *state;
  f->L->frame->kind = FRAME_LUA;
  f->L->frame->base = f->L->stack + 1;
  f->L->stack[0] = value_from_function(function_of_size(f, 9));
  f->L->stack[7] = new_table(f);
  Value v = f->L->stack[7];
  heap_collect(f->L);
  assert_true(fixture_alive(value_cell(v)) && f->L->stack[7] == v);
  f->L->frame->kind = FRAME_NATIVE;
}

static void upvalues_of_a_dead_thread_are_closed(void **state) {
  Fixture *f = *state;
  State *thread = fixture_thread(f, 10);
  thread->stack[0] = new_table(f);
  thread->stack[1] = new_table(f);
  Value value = thread->stack[0];
  thread->top = thread->stack + 2;
  Upvalue *u = open_upvalue(f, thread, &thread->stack[0]);
  f->roots[0] = value_from_function(fixture_closure(f, u));
  open_upvalue(f, thread, &thread->stack[1]);
  heap_collect(f->L);
  assert_int_equal(f->threads_released, 1);
  assert_ptr_equal(u->location, &u->closed);
  assert_true(u->closed == value && fixture_alive(value_cell(value)));
  assert_null(f->heap.private_part->threads_with_upvalues);
}

static void a_living_thread_forgets_dead_upvalues(void **state) {
  Fixture *f = *state;
  f->L->top = f->L->stack + 3;
  Upvalue *kept = open_upvalue(f, f->L, &f->L->stack[0]);
  f->roots[0] = value_from_function(fixture_closure(f, kept));
  open_upvalue(f, f->L, &f->L->stack[1]);
  heap_collect(f->L);
  assert_ptr_equal(f->L->open_upvalues, kept);
  assert_null(kept->next_open);
  assert_ptr_equal(kept->location, &f->L->stack[0]);
  f->roots[0] = NIL;
  heap_collect(f->L);
  assert_null(f->L->open_upvalues);
  assert_ptr_equal(f->L->next_with_upvalues, f->L);
  f->L->top = f->L->stack;
}

/* The thread runs (is written to, without barriers) after it was traced, then dies. */
static void an_upvalue_sees_the_last_value_of_a_dead_thread(void **state) {
  Fixture *f = *state;
  State *thread = fixture_thread(f, 10);
  f->roots[0] = value_from_object(thread);
  thread->top = thread->stack + 1;
  Upvalue *u = open_upvalue(f, thread, &thread->stack[0]);
  f->roots[2] = value_from_function(fixture_closure(f, u)); /* traced before the tree */
  f->roots[1] = value_from_table(big_tree(f, 20000));
  f->roots[0] = NIL;
  do heap_step_by(f->L, 0);
  while (f->heap.phase == GC_MARK && u->head.color != f->heap.barrier_color);
  assert_int_equal(f->heap.phase, GC_MARK);
  Value late = new_table(f);
  thread->stack[0] = late;
  step_to(f, GC_IDLE);
  assert_ptr_equal(u->location, &u->closed);
  assert_true(u->closed == late && fixture_alive(value_cell(late)));
}

/* ---- pacing, modes, stress ------------------------------------------------------------------- */

static void garbage_is_collected_as_it_is_made(void **state) {
  Fixture *f = *state;
  f->roots[0] = value_from_table(big_tree(f, 5000));
  heap_collect(f->L);
  size_t live = heap_count(&f->heap), most = 0;
  for (int i = 0; i < 300000; i++) {
    fixture_plain_table(f);
    heap_check(f->L);
    if (i % 64 == 0 && heap_count(&f->heap) > most) most = heap_count(&f->heap);
  }
  assert_true(most < live * 5 / 2);
}

static void a_stopped_collector_does_nothing(void **state) {
  Fixture *f = *state;
  heap_collect(f->L);
  f->heap.stopped |= GC_STOPPED_BY_USER;
  size_t before = heap_count(&f->heap);
  for (int i = 0; i < 100000; i++) {
    fixture_plain_table(f);
    heap_check(f->L);
  }
  assert_true(heap_count(&f->heap) >= before + 100000 * sizeof(Table));
  assert_true(heap_step_by(f->L, 100000)); /* an explicit step works nevertheless */
  assert_int_equal(tables_allocated(f), 0);
  assert_true(f->heap.stopped & GC_STOPPED_BY_USER);
}

/* A minor cycle frees what is young alone; a major one, which comes when the heap has doubled, the rest. */
static void old_cells_wait_for_a_major_cycle(void **state) {
  Fixture *f = *state;
  heap_set_generational(f->L, 0, 0);
  f->roots[0] = value_from_table(big_tree(f, 1000));
  Handle old = handle_create(&f->heap, value_cell(f->roots[0]));
  Object *cell;
  heap_step_by(f->L, 0);
  f->roots[0] = NIL;
  new_table(f);
  heap_step_by(f->L, 0);
  assert_int_equal(tables_allocated(f), 1001);
  int rounds = 0;
  for (; handle_resolve(&f->heap, old, &cell) == HANDLE_OK && rounds < 1000; rounds++) {
    f->roots[1] = value_from_table(big_tree(f, 1000));
    heap_check(f->L);
  }
  assert_in_range(rounds, 2, 999);
  heap_validate(&f->heap);
}

static void an_old_upvalue_keeps_a_young_value(void **state) {
  Fixture *f = *state;
  heap_set_generational(f->L, 0, 0);
  Upvalue *u = fixture_upvalue(f, NIL);
  f->roots[0] = value_from_function(fixture_closure(f, u));
  for (int round = 0; round < 3; round++) {
    heap_step_by(f->L, 0);
    Value young = new_table(f);
    u->closed = young;
    heap_barrier_value(&f->heap, &u->head, young);
    heap_validate(&f->heap);
    heap_step_by(f->L, 0);
    assert_true(fixture_alive(value_cell(young)));
  }
}

static void an_old_stack_keeps_young_values(void **state) {
  Fixture *f = *state;
  heap_set_generational(f->L, 0, 0);
  State *thread = fixture_thread(f, 10);
  f->roots[0] = value_from_object(thread);
  heap_step_by(f->L, 0);
  heap_step_by(f->L, 0);
  thread->stack[0] = new_table(f);
  thread->top = thread->stack + 1;
  heap_step_by(f->L, 0);
  assert_true(fixture_alive(value_cell(thread->stack[0])));
}

/* Cells that an emergency found were perhaps not complete: no barrier tells of what goes into them. */
static void an_emergency_leaves_nothing_old(void **state) {
  Fixture *f = *state;
  heap_set_generational(f->L, 0, 0);
  Shape *shape = fixture_shape(f, 1, INLINE_SLOTS, NULL);
  Table *t = fixture_table(f, shape);
  heap_collect_only(&f->heap);
  t->inline_slots[0] = new_table(f); /* still new, for the code that holds it */
  f->roots[0] = value_from_table(t);
  heap_step_by(f->L, 0);
  assert_true(fixture_alive(value_cell(t->inline_slots[0])));
}

static void the_mode_changes_at_any_time(void **state) {
  Fixture *f = *state;
  f->roots[0] = value_from_table(big_tree(f, 20000));
  for (int i = 0; i < 200; i++) {
    if (i % 3 == 0) heap_set_generational(f->L, 0, 0);
    if (i % 3 == 1) heap_set_incremental(f->L, 0, 0, 0);
    if (i % 40 == 39) heap_collect(f->L);
    for (int j = 0; j < i * 10; j++) {
      value_table(f->roots[0])->array[j] = new_table(f);
      heap_barrier_container(&f->heap, value_cell(f->roots[0]));
      heap_check(f->L);
    }
    heap_validate(&f->heap);
  }
  heap_set_incremental(f->L, 0, 0, 0);
  heap_collect(f->L);
  assert_int_equal(tables_allocated(f), 20001);
}

static void parameters_are_remembered(void **state) {
  Fixture *f = *state;
  assert_int_equal(heap_set_pause(&f->heap, 150), 200);
  assert_int_equal(heap_set_pause(&f->heap, 200), 148); /* kept in units of four */
  assert_int_equal(heap_set_step_multiplier(&f->heap, 300), 100);
  assert_int_equal(heap_set_generational(f->L, 0, 0), LUA_GCINC);
  assert_int_equal(heap_set_incremental(f->L, 0, 0, 0), LUA_GCGEN);
  assert_int_equal(heap_set_step_multiplier(&f->heap, 100), 300);
}

static void dead_strings_can_be_revived_until_swept(void **state) {
  Fixture *f = *state;
  heap_pause(&f->heap);
  for (int i = 0; i < 3000; i++) fixture_string(f, "garbage");
  String *s = fixture_string(f, "revived");
  heap_resume(&f->heap);
  step_to(f, GC_SWEEP);
  if (heap_is_dead(&f->heap, &s->head)) {
    heap_keep(&f->heap, &s->head);
    assert_false(heap_is_dead(&f->heap, &s->head));
    f->roots[0] = value_from_string(s);
    step_to(f, GC_IDLE);
    assert_true(fixture_alive(s));
  }
  heap_collect(f->L);
}

static void stress_collects_at_every_allocation(void **state) {
  (void)state;
  setenv("FERROUS_GC_STRESS", "1", 1);
  Fixture *f = malloc(sizeof *f);
  fixture_open(f);
  unsetenv("FERROUS_GC_STRESS");
  assert_true(f->heap.stress);
  Handle handle = handle_create(&f->heap, value_cell(new_table(f)));
  heap_add_finalizer(f->L, &fixture_userdata(f, 8)->head);
  for (int i = 0; i < 1000; i++) {
    Table *t = fixture_plain_table(f);
    fixture_array(f, t, 2);
    t->array[0] = value_from_string(fixture_string(f, "young"));
    f->roots[i % 4] = value_from_table(t);
    heap_check(f->L);
  }
  Object *cell;
  assert_int_equal(handle_resolve(&f->heap, handle, &cell), HANDLE_STALE);
  assert_int_equal(f->finalized_count, 1);
  fixture_close(f);
  free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      HEAP_TEST(what_roots_reach_lives),
      HEAP_TEST(a_shape_dies_after_its_tables),
      HEAP_TEST(code_caches_keep_what_they_name),
      HEAP_TEST(deep_structures_need_no_stack),
      HEAP_TEST(a_store_into_a_traced_table_is_seen),
      HEAP_TEST(a_store_into_a_traced_upvalue_marks_the_value),
      HEAP_TEST(random_mutation_is_sound),
      HEAP_TEST(random_mutation_is_sound_between_generations),
      HEAP_TEST(huge_tables_are_traced_in_slices),
      HEAP_TEST(a_rebuilt_hash_part_is_traced_anew),
      HEAP_TEST(weak_values_are_cleared),
      HEAP_TEST(weak_keys_are_cleared),
      HEAP_TEST(both_weak),
      HEAP_TEST(ephemerons_converge),
      HEAP_TEST(ephemerons_converge_without_memory),
      HEAP_TEST(an_ephemeron_cycle_dies),
      HEAP_TEST(finalizers_run_in_reverse_order),
      HEAP_TEST(a_resurrected_object_can_be_registered_again),
      HEAP_TEST(weak_entries_of_a_resurrected_object),
      HEAP_TEST(pending_finalizers_are_called_in_steps),
      HEAP_TEST(closing_finalizes_everything_once),
      HEAP_TEST(an_emergency_calls_no_finalizer),
      HEAP_TEST(slots_above_the_top_are_cleared),
      HEAP_TEST(registers_of_a_running_lua_frame_live),
      HEAP_TEST(upvalues_of_a_dead_thread_are_closed),
      HEAP_TEST(a_living_thread_forgets_dead_upvalues),
      HEAP_TEST(an_upvalue_sees_the_last_value_of_a_dead_thread),
      HEAP_TEST(garbage_is_collected_as_it_is_made),
      HEAP_TEST(a_stopped_collector_does_nothing),
      HEAP_TEST(old_cells_wait_for_a_major_cycle),
      HEAP_TEST(an_old_upvalue_keeps_a_young_value),
      HEAP_TEST(an_old_stack_keeps_young_values),
      HEAP_TEST(an_emergency_leaves_nothing_old),
      HEAP_TEST(the_mode_changes_at_any_time),
      HEAP_TEST(parameters_are_remembered),
      HEAP_TEST(dead_strings_can_be_revived_until_swept),
      cmocka_unit_test(stress_collects_at_every_allocation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
