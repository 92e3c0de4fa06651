/* Tables against a model: random operations on all kinds of keys, traversal, borders, memory
   errors, the rules for caches, and access patterns that must not take quadratic time. */
#include "unit_state.h"

#include <time.h>

#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/shape.h"
#include "runtime/table.h"

/* The pair after *key (nil: the first), by key as lua_next has it; false at the end. */
static bool table_next(State *L, const Table *t, Value *key, Value *value) {
  Value pair[2];
  int found = table_step(L, t, *key, pair);
  if (found == 0) table_position(L, t, *key); /* which raises */
  if (found < 2) return false;
  *key = pair[0];
  *value = pair[1];
  return true;
}

static Table *push_table(State *L) {
  stack_ensure(L, 1);
  Table *t = table_new(L);
  stack_push(L, value_from_table(t));
  return t;
}

static Value small(int64_t i) { return value_from_small_int(i); }

/* ---- the model ------------------------------------------------------------------------------- */

enum { KEY_COUNT = 420 };

/* Keys and their expected values; the keys live on the stack, from `first` on, and below them the
   table. */
typedef struct Model {
  State *L;
  Table *t;
  ptrdiff_t first;
  Value expected[KEY_COUNT];
  uint64_t seed;
} Model;

static Value model_key(const Model *m, unsigned i) { return stack_slot(m->L, m->first)[i]; }

/* A key equal to number i, but made anew where that is possible. */
static Value model_equal_key(Model *m, unsigned i) {
  Value key = model_key(m, i);
  int64_t integer;
  if (value_is_string(key)) {
    const String *s = value_string(key);
    return value_from_string(string_new(m->L, string_bytes(s), string_length(s)));
  }
  if (value_is_light(key)) return value_from_light(m->L, value_as_light(key));
  if (!value_is_int(key)) return key;
  integer = value_as_int(key);
  if (random_next(&m->seed) % 4 == 0 && integer > -(INT64_C(1) << 53) &&
      integer < INT64_C(1) << 53)
    return value_from_double((double)integer);
  return value_from_int(m->L, integer);
}

static Value make_key(State *L, unsigned i) {
  char text[80];
  if (i < 120) return small((int64_t)i - 10);
  if (i < 140) return value_from_int(L, (int64_t)(UINT64_C(1) << 62) + i);
  if (i < 150) return value_from_int(L, INT64_C(1) << (40 + i % 10));
  if (i < 170) return value_from_double((double)i + 0.5);
  if (i < 180) return value_from_double(1e300 * i);
  if (i < 290) return value_from_string(string_new(L, text, (size_t)sprintf(text, "key%u", i)));
  if (i < 310) {
    memset(text, 'l', 60);
    return value_from_string(string_new(L, text, 60 + (size_t)sprintf(text + 60, "%u", i)));
  }
  if (i < 330) return value_from_light(L, (void *)(uintptr_t)(i * 16));
  if (i < 350) return value_from_light(L, (void *)(UINT64_MAX - i));
  if (i == 350) return TRUE;
  if (i == 351) return FALSE;
  return value_from_table(table_new(L));
}

static void model_open(Model *m, State *L, uint64_t seed) {
  stack_ensure(L, KEY_COUNT + 1);
  m->L = L;
  m->seed = seed;
  m->t = push_table(L);
  m->first = stack_offset(L, L->top);
  for (unsigned i = 0; i < KEY_COUNT; i++) {
    stack_push(L, make_key(L, i));
    m->expected[i] = NIL;
  }
}

static void model_close(Model *m) { m->L->top = stack_slot(m->L, m->first - 1); }

static int model_find(const Model *m, Value key) {
  for (unsigned i = 0; i < KEY_COUNT; i++)
    if (value_raw_equal(model_key(m, i), key)) return (int)i;
  return -1;
}

static void model_check_pairs(Model *m) {
  unsigned live = 0, seen = 0;
  for (unsigned i = 0; i < KEY_COUNT; i++) {
    live += m->expected[i] != NIL;
    Value actual = table_get(m->L, m->t, model_equal_key(m, i));
    if (actual != m->expected[i]) fail_msg("key %u", i);
    const Value *place = table_find(m->L, m->t, model_key(m, i));
    assert_true((place != NULL ? *place : NIL) == m->expected[i]);
  }
  Value key = NIL, value;
  uint32_t position = 0;
  Value key_at, value_at;
  while (table_next(m->L, m->t, &key, &value)) {
    int i = model_find(m, key);
    assert_true(i >= 0 && value == m->expected[i] && ++seen <= live);
    assert_true(table_next_at(m->L, m->t, &position, &key_at, &value_at));
    assert_true(key_at == key && value_at == value);
    assert_int_equal(table_position(m->L, m->t, model_equal_key(m, (unsigned)i)), position);
  }
  assert_int_equal(seen, live);
  assert_false(table_next_at(m->L, m->t, &position, &key_at, &value_at));
}

static void check_layout(const Table *t) {
  assert_true(t->array_size <= t->array_capacity);
  assert_true(t->array_size == 0 || t->array[t->array_size - 1] != NIL);
  for (uint32_t i = 0, used = 0; t->hash != NULL && i <= t->hash->mask; i++) {
    Value key = t->hash->nodes[i].key;
    used += key != EMPTY_KEY;
    assert_true(key != EMPTY_KEY || t->hash->nodes[i].value == NIL);
    assert_int_equal(hash_part_next(t->hash, i) == i, key != EMPTY_KEY);
    if (value_is_small_int(key))
      assert_true((uint64_t)value_as_small_int(key) - 1 >= t->array_size);
    if (i == t->hash->mask) assert_int_equal(used, t->hash->used);
  }
}

static void check_border(State *L, const Table *t) {
  int64_t n = (int64_t)table_length(L, t);
  assert_true(n == 0 || table_get_int(L, t, n) != NIL);
  assert_true(table_get_int(L, t, n + 1) == NIL);
}

/* Sets through the most special setter there is, or the general one. */
static void model_set(Model *m, unsigned i, Value value) {
  Value key = model_equal_key(m, i);
  bool special = random_next(&m->seed) & 1;
  m->expected[i] = value;
  if (special && value_is_int(key))
    table_set_int(m->L, m->t, value_as_int(key), value);
  else if (special && value_is_string(key) && string_is_short(value_string(key)))
    table_set_short(m->L, m->t, value_string(key), value);
  else
    table_set(m->L, m->t, key, value);
}

/* kinds: the range of keys to draw from; deletions: in 16 operations. */
static void model_run(State *L, uint64_t seed, unsigned from, unsigned to, unsigned deletions,
                      int rounds) {
  Model m;
  model_open(&m, L, seed);
  for (int i = 0; i < rounds; i++) {
    unsigned key = from + (unsigned)(random_next(&m.seed) % (to - from));
    bool delete = random_next(&m.seed) % 16 < deletions;
    model_set(&m, key, delete ? NIL : small(i));
    if (i % 64 == 0) {
      check_layout(m.t);
      check_border(L, m.t);
    }
    if (i % 512 == 0) model_check_pairs(&m);
    if (i % 256 == 0) heap_step_by(L, 1);
    if (i % 1024 == 0 && deletions > 8) /* now and then everything goes */
      for (unsigned k = from; k < to; k++) model_set(&m, k, NIL);
  }
  model_check_pairs(&m);
  model_close(&m);
}

static void test_model(void **state) {
  State *L = *state;
  static const struct {
    unsigned from, to;
  } ranges[] = {{0, KEY_COUNT}, {0, 120}, {11, 60}, {0, 30}, {120, 180}, {180, 290}, {180, 195},
                {290, 352},     {352, KEY_COUNT}, {5, 190}};
  for (unsigned i = 0; i < sizeof ranges / sizeof *ranges; i++)
    for (unsigned deletions = 2; deletions < 16; deletions += 6)
      model_run(L, i * 16 + deletions, ranges[i].from, ranges[i].to, deletions, 4000);
}

/* Allocations fail at every point; the table must stay as it was. */
static void model_set_protected(State *L, void *data) {
  (void)L;
  Model *m = data;
  uint64_t choice = random_next(&m->seed);
  unsigned i = (unsigned)(choice >> 8) % KEY_COUNT;
  Value before = m->expected[i], value = choice % 3 == 0 ? NIL : small((int64_t)(choice >> 40));
  m->expected[i] = before;
  table_set(m->L, m->t, model_key(m, i), value);
  m->expected[i] = value;
}

static void test_memory_errors(void **state) {
  State *L = *state;
  unsigned failures = 0;
  for (unsigned round = 0; round < 40; round++) {
    Model m;
    model_open(&m, L, round);
    for (unsigned i = 0; i < 500; i++) {
      unit_memory.limit = i % 3 == 0 ? unit_memory.bytes + random_next(&m.seed) % 2000 : 0;
      const char *message = error_of(L, model_set_protected, &m);
      unit_memory.limit = 0;
      failures += *message != '\0';
      if (*message != '\0') assert_string_equal(message, "not enough memory");
    }
    check_layout(m.t);
    model_check_pairs(&m);
    model_close(&m);
  }
  assert_true(failures > 20);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void set_key(State *L, void *data) {
  Value *key = data;
  table_set(L, value_table(L->top[-1]), *key, TRUE);
}

static void next_of_key(State *L, void *data) {
  Value *key = data, copy = *key, value;
  table_next(L, value_table(L->top[-1]), &copy, &value);
}

static void test_bad_keys(void **state) {
  State *L = *state;
  push_table(L);
  Value nil = NIL, nan = value_from_foreign_double(__builtin_nan("")), absent = small(5);
  Value wide = value_from_double(0x1p60), half = value_from_double(0.5);
  assert_string_equal(error_of(L, set_key, &nil), "table index is nil");
  assert_string_equal(error_of(L, set_key, &nan), "table index is NaN");
  assert_string_equal(error_of(L, next_of_key, &absent), "invalid key to 'next'");
  assert_string_equal(error_of(L, next_of_key, &wide), "invalid key to 'next'");
  assert_string_equal(error_of(L, next_of_key, &half), "invalid key to 'next'");
  assert_string_equal(error_of(L, next_of_key, &nan), "invalid key to 'next'");
  assert_true(table_get(L, value_table(L->top[-1]), nil) == NIL);
  assert_true(table_get(L, value_table(L->top[-1]), nan) == NIL);
}

/* ---- traversal ------------------------------------------------------------------------------- */

static void fill_mixed(State *L, Table *t, int count) {
  char text[32];
  for (int i = 1; i <= count; i++) {
    table_set_int(L, t, i, small(i));
    table_set_int(L, t, (int64_t)i * 1000003, small(i));
    table_set(L, t, value_from_string(string_new(L, text, (size_t)sprintf(text, "s%d", i))), TRUE);
  }
}

static void test_clearing_while_traversing(void **state) {
  State *L = *state;
  for (int count = 1; count < 200; count = count * 3 / 2 + 1) {
    Table *t = push_table(L);
    fill_mixed(L, t, count);
    int seen = 0;
    Value key = NIL, value;
    while (table_next(L, t, &key, &value)) {
      table_set(L, t, key, NIL);
      seen++;
    }
    assert_int_equal(seen, 3 * count);
    key = NIL;
    assert_false(table_next(L, t, &key, &value));
    assert_int_equal(table_length(L, t), 0);
    check_layout(t);
  }
}

/* Existing fields are assigned during the traversal, some to nil, some back. */
static void test_assigning_while_traversing(void **state) {
  State *L = *state;
  uint64_t seed = 5;
  for (int round = 0; round < 50; round++) {
    Table *t = push_table(L);
    int count = 1 + (int)(random_next(&seed) % 60), seen = 0;
    fill_mixed(L, t, count);
    Value key = NIL, value;
    while (table_next(L, t, &key, &value)) {
      seen++;
      if (random_next(&seed) % 2) table_set(L, t, key, small(-1));
      if (random_next(&seed) % 2) table_set(L, t, key, NIL);
    }
    assert_int_equal(seen, 3 * count);
    L->top--;
  }
}

/* ---- patterns, with a budget of time --------------------------------------------------------- */

enum { MANY = 100000, SECONDS = 10 /* generous: quadratic time would be hours */ };

static clock_t started;

static int begin_clock(void **state) {
  started = clock();
  return state_setup(state);
}

static int end_clock(void **state) {
  double seconds = (double)(clock() - started) / CLOCKS_PER_SEC;
  return state_teardown(state) || seconds > SECONDS;
}

static void test_append(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int i = 1; i <= MANY; i++) {
    table_set_int(L, t, i, small(i));
    if (i == 3) assert_int_equal(t->array_capacity, 3);
    if (i == 4) assert_int_equal(t->array_capacity, 8);
    if (i == 9) assert_int_equal(t->array_capacity, 16);
  }
  assert_int_equal(table_length(L, t), MANY);
  assert_null(t->hash);
  for (int i = MANY; i >= 1; i--) {
    table_set_int(L, t, i, NIL);
    assert_int_equal(table_length(L, t), i - 1);
  }
}

static void test_queue(void **state) {
  State *L = *state;
  for (int width = 1; width < 1000; width *= 7) {
    Table *t = push_table(L);
    for (int i = 1; i <= MANY; i++) {
      table_set_int(L, t, i, small(i));
      if (i <= width) continue;
      assert_true(table_get_int(L, t, i - width) == small(i - width));
      table_set_int(L, t, i - width, NIL);
    }
    assert_true(t->array_capacity <= 8u * (unsigned)width + 8); /* the past takes no room */
    assert_true(t->hash == NULL || t->hash->mask <= 8u * (unsigned)width + 8);
    check_layout(t);
  }
}

static void test_backwards(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int i = MANY; i >= 1; i--) table_set_int(L, t, i, small(i));
  assert_int_equal(table_length(L, t), MANY);
  assert_true(t->array_size == MANY); /* all of it became an array */
  check_layout(t);
}

static void test_random_order(void **state) {
  State *L = *state;
  static int order[MANY];
  uint64_t seed = 9;
  for (int i = 0; i < MANY; i++) {
    int j = (int)(random_next(&seed) % (unsigned)(i + 1));
    order[i] = order[j];
    order[j] = i + 1;
  }
  for (int reserved = 0; reserved < 2; reserved++) {
    Table *t = push_table(L);
    if (reserved) table_reserve_array(L, t, MANY);
    for (int i = 0; i < MANY; i++) table_set_int(L, t, order[i], small(order[i]));
    assert_int_equal(table_length(L, t), MANY);
    assert_true(t->array_size > MANY / 2);
    for (int i = 1; i <= MANY; i++) assert_true(table_get_int(L, t, i) == small(i));
    check_layout(t);
  }
}

/* Without the first item: once the array has taken over what began in the hash part, it is on its own. */
static void test_from_second(void **state) {
  State *L = *state;
  for (int from = 2; from <= 5; from++) {
    Table *t = push_table(L);
    for (int i = from; i <= MANY; i++) table_set_int(L, t, i, small(i));
    assert_true(t->array_size == MANY);
    assert_false(t->head.aux & TABLE_HASH_HAS_INTS);
    check_layout(t);
    check_border(L, t);
  }
}

/* The last place of a reserved array set and cleared, over and over. */
static void test_far_end(void **state) {
  State *L = *state;
  Table *t = table_new_sized(L, MANY, 0);
  stack_push(L, value_from_table(t));
  for (int i = 0; i < MANY; i++) {
    table_set_int(L, t, MANY, TRUE);
    table_set_int(L, t, MANY, NIL);
    table_set_int(L, t, 1, TRUE);
  }
  table_set_int(L, t, MANY - 1, TRUE);
  check_layout(t);
  check_border(L, t);
}

/* A big array beside a small hash part whose keys come and go. */
static void test_churn_beside_array(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int i = 1; i <= MANY; i++) table_set_int(L, t, i, TRUE);
  for (int i = 1; i < MANY; i += 2) table_set_int(L, t, i, NIL);
  for (int64_t i = 0; i < MANY; i++) {
    table_set_int(L, t, 3 * MANY + i * 7, TRUE);
    table_set_int(L, t, 3 * MANY + (i - 3) * 7, NIL);
  }
  assert_true(t->hash->mask < 64);
  check_layout(t);
}

static void test_sparse(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int64_t i = 1; i <= MANY; i++) table_set_int(L, t, i * 1000, small(i));
  assert_int_equal(t->array_capacity, 0);
  for (int64_t i = 1; i <= MANY; i++) assert_true(table_get_int(L, t, i * 1000) == small(i));
  check_border(L, t);
}

static Value copied_key(State *L, int kind, int i) {
  char text[32];
  if (kind == 0) return small((int64_t)i * 1000);
  if (kind == 1) return value_from_double(i + 0.25);
  return value_from_string(string_new(L, text, (size_t)sprintf(text, "%d", i)));
}

/* Key by key, in the order in which a traversal finds them. */
static void test_copy(void **state) {
  State *L = *state;
  for (int kind = 0; kind < 3; kind++) {
    Table *from = push_table(L), *to = push_table(L);
    Value key = NIL, value;
    int count = 0;
    for (int i = 1; i <= 4 * MANY; i++) table_set(L, from, copied_key(L, kind, i), TRUE);
    for (; table_next(L, from, &key, &value); count++) table_set(L, to, key, value);
    assert_int_equal(count, 4 * MANY);
  }
}

/* The border is in the hash part: found by doubling and halving. */
static void test_border_in_hash(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  for (int i = 2; i <= 8; i++) table_set_int(L, t, i, TRUE);
  check_border(L, t);
  table_set_int(L, t, 1, TRUE);
  assert_int_equal(table_length(L, t), 8);
  check_layout(t);
  for (int i = 0; i < MANY; i++) check_border(L, t);
}

static void test_refill(void **state) {
  State *L = *state;
  Table *t = push_table(L);
  char text[32];
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < MANY / 20; i++) {
      size_t length = (size_t)sprintf(text, "%d", i + round);
      table_set(L, t, value_from_string(string_new(L, text, length)), TRUE);
    }
    Value key = NIL, value;
    while (table_next(L, t, &key, &value)) table_set(L, t, key, NIL);
  }
  assert_true(t->hash->mask < MANY);
}

/* The item behind a full, sparse array part lies in the hash part: storing over it must not leave two of it. */
static void test_overwrite_behind_full_array(void **state) {
  State *L = *state;
  for (int64_t last = 16; last <= 64; last *= 2) {
    Table *t = table_new(L);
    stack_push(L, value_from_table(t));
    for (int64_t i = 1; i <= last; i++) table_set_int(L, t, i, small(i));
    for (int64_t i = last; i >= 1; i--)
      if (i != last - 6) table_set_int(L, t, i, NIL);
    table_set_int(L, t, last + 1, small(1));
    table_set_int(L, t, last, small(2));
    table_set_int(L, t, last + 1, small(3));
    assert_true(table_get_int(L, t, last + 1) == small(3));
    table_set_int(L, t, last + 1, NIL);
    assert_true(table_get_int(L, t, last + 1) == NIL);
    Value key = NIL, value;
    int count = 0;
    for (; table_next(L, t, &key, &value); count++) assert_true(key != small(last + 1));
    assert_int_equal(count, 2);
    L->top--;
  }
}

static void test_set_items(void **state) {
  State *L = *state;
  Value items[50];
  for (int i = 0; i < 50; i++) items[i] = i % 7 == 6 ? NIL : small(i);
  for (uint32_t count = 0; count <= 50; count++) {
    Table *reserved = table_new_sized(L, count, 0);
    stack_push(L, value_from_table(reserved));
    Table *plain = push_table(L);
    table_set_items(L, reserved, 1, items, count);
    table_set_items(L, plain, 1, items, count);
    check_layout(reserved);
    check_layout(plain);
    for (uint32_t i = 0; i < count; i++) {
      assert_true(table_get_int(L, reserved, i + 1) == items[i]);
      assert_true(table_get_int(L, plain, i + 1) == items[i]);
    }
    L->top -= 2;
  }
}

/* ---- rules for caches ------------------------------------------------------------------------ */

static bool bumps(State *L, Table *t, Value key, Value value) {
  uint16_t before = global_of(L)->prototype_epoch;
  table_set(L, t, key, value);
  return global_of(L)->prototype_epoch != before;
}

static Value text_key(State *L, const char *text) {
  return value_from_string(string_from_c(L, text));
}

static void test_epoch(void **state) {
  State *L = *state;
  for (int dictionary = 0; dictionary < 2; dictionary++) {
    Table *t = push_table(L), *m = push_table(L);
    Value f = text_key(L, "f"), add = text_key(L, "__add");
    for (int i = 0; dictionary && i < 2 * SHAPE_MAX_COMPUTED; i++) {
      char text[16];
      sprintf(text, "fill%d", i);
      table_set(L, t, text_key(L, text), TRUE);
    }
    assert_false(bumps(L, t, f, TRUE)); /* not flagged yet */
    table_make_prototype(L, t);
    assert_false(bumps(L, t, f, FALSE));
    assert_true(bumps(L, t, f, NIL));
    assert_false(bumps(L, t, f, NIL));
    assert_true(bumps(L, t, f, TRUE));
    assert_true(bumps(L, t, text_key(L, "g"), TRUE));
    assert_true(bumps(L, t, add, TRUE));
    assert_true(bumps(L, t, add, FALSE));
    assert_true(bumps(L, t, small(1), TRUE));
    assert_false(bumps(L, t, small(1), FALSE));
    assert_true(bumps(L, t, small(1), NIL));
    assert_true(bumps(L, t, value_from_double(0.5), TRUE));
    assert_false(bumps(L, t, value_from_double(1.5), NIL));
    uint16_t before = global_of(L)->prototype_epoch;
    table_set_metatable(L, t, m);
    assert_true(global_of(L)->prototype_epoch != before);
  }
}

static int wraps;
static void count_wrap(Global *global) {
  (void)global;
  wraps++;
}

static void test_epoch_wraps(void **state) {
  State *L = *state;
  Global *global = global_of(L);
  global->epoch_wrapped = count_wrap;
  wraps = 0;
  for (int i = 0; i < 65536; i++) table_bump_epoch(global);
  assert_int_equal(wraps, 1);
}

static void test_absent_metamethods(void **state) {
  State *L = *state;
  Table *t = push_table(L), *m = push_table(L);
  table_set_metatable(L, t, m);
  Value v = value_from_table(t);
  assert_true(value_metamethod(L, v, EVENT_INDEX) == NIL);
  assert_true(m->head.flags & 1u << EVENT_INDEX);
  table_set(L, m, text_key(L, "other"), TRUE);
  assert_true(m->head.flags & 1u << EVENT_INDEX);
  for (int dictionary = 0; dictionary < 2; dictionary++) {
    assert_true(value_metamethod(L, v, EVENT_INDEX) == NIL);
    table_set(L, m, text_key(L, "__index"), TRUE);
    assert_true(value_metamethod(L, v, EVENT_INDEX) == TRUE);
    table_set(L, m, text_key(L, "__index"), NIL);
    assert_true(value_metamethod(L, v, EVENT_INDEX) == NIL);
    table_set(L, m, text_key(L, "__index"), FALSE); /* the field is there already */
    assert_true(value_metamethod(L, v, EVENT_INDEX) == FALSE);
    table_set(L, m, text_key(L, "__index"), NIL);
    for (int i = 0; i < 2 * SHAPE_MAX_COMPUTED; i++) {
      char text[16];
      sprintf(text, "fill%d", i);
      table_set(L, m, text_key(L, text), TRUE);
    }
  }
  assert_string_equal(value_type_name(L, v), "table");
  table_set(L, m, text_key(L, "__name"), text_key(L, "My.Type"));
  assert_string_equal(value_type_name(L, v), "My.Type");
  assert_string_equal(value_type_name(L, value_from_double(1.0)), "number");
}

#define pattern_test(f) cmocka_unit_test_setup_teardown(f, begin_clock, end_clock)

int main(void) {
  const struct CMUnitTest tests[] = {
      state_test(test_model),
      state_test(test_memory_errors),
      state_test(test_bad_keys),
      state_test(test_clearing_while_traversing),
      state_test(test_assigning_while_traversing),
      state_test(test_overwrite_behind_full_array),
      state_test(test_set_items),
      state_test(test_epoch),
      state_test(test_epoch_wraps),
      state_test(test_absent_metamethods),
      pattern_test(test_append),
      pattern_test(test_queue),
      pattern_test(test_backwards),
      pattern_test(test_random_order),
      pattern_test(test_from_second),
      pattern_test(test_far_end),
      pattern_test(test_churn_beside_array),
      pattern_test(test_sparse),
      pattern_test(test_copy),
      pattern_test(test_border_in_hash),
      pattern_test(test_refill)};
  return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
