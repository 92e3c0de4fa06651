/* Strings: interning, long strings, hashing, order, life and death in the intern table. */
#include "unit_state.h"

#include <locale.h>

#include "base/hash.h"

static void test_interning(void **state) {
  State *L = *state;
  char text[SHORT_STRING_MAX + 1];
  for (size_t length = 0; length <= SHORT_STRING_MAX; length++) {
    memset(text, 'a' + (int)(length % 26), sizeof text);
    String *s = string_new(L, text, length);
    assert_true(string_is_short(s));
    assert_int_equal(string_length(s), length);
    assert_memory_equal(string_bytes(s), text, length);
    assert_int_equal(string_bytes(s)[length], '\0');
    assert_ptr_equal(string_intern(L, text, length), s);
    if (length > 0) {
      text[length - 1] ^= 1;
      assert_ptr_not_equal(string_intern(L, text, length), s);
    }
  }
  assert_ptr_not_equal(string_new(L, "a\0b", 3), string_new(L, "a\0c", 3));
  assert_ptr_equal(string_from_c(L, "__index"), global_of(L)->event_names[EVENT_INDEX]);
}

static void test_long_strings(void **state) {
  State *L = *state;
  static const size_t lengths[] = {41, 100, 230, 231, 232, 233, 255, 256, 257, 1000, 5000, 100000};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    size_t length = lengths[i];
    char *text = malloc(length);
    memset(text, 'x', length);
    String *a = string_new(L, text, length), *b = string_new(L, text, length);
    assert_ptr_not_equal(a, b);
    assert_true(!string_is_short(a) && string_length(a) == length);
    assert_int_equal(string_bytes(a)[length], '\0');
    assert_true(string_equal(a, b) && string_hash(L->heap, a) == string_hash(L->heap, b));
    bool in_cell = string_bytes(a) == (const char *)(a + 1);
    assert_int_equal(in_cell, sizeof(String) + length + 1 <= LONG_STRING_CELL_MAX);
    text[length / 2] = 'y';
    String *c = string_new(L, text, length);
    assert_false(string_equal(a, c));
    assert_true(string_hash(L->heap, a) != string_hash(L->heap, c)); /* but for a 2^-32 chance */
    assert_false(string_equal(a, string_from_c(L, "x")));
    free(text);
  }
}

static void test_hash(void **state) {
  (void)state;
  char text[64] = {0};
  for (size_t length = 1; length < sizeof text; length++) { /* every byte counts, and the seed */
    uint32_t hash = hash_bytes(7, text, length);
    assert_true(hash != hash_bytes(7, text, length - 1));
    assert_true(hash != hash_bytes(8, text, length));
    for (size_t i = 0; i < length; i++) {
      text[i] ^= 0x80;
      assert_true(hash != hash_bytes(7, text, length));
      text[i] ^= 0x80;
    }
  }
  uint32_t buckets[256] = {0}; /* strides of any power of two spread over the low bits */
  for (int shift = 0; shift < 56; shift += 8) {
    memset(buckets, 0, sizeof buckets);
    for (uint64_t i = 0; i < 4096; i++) buckets[hash_word(i << shift) & 255]++;
    for (int i = 0; i < 256; i++) assert_true(buckets[i] < 64);
  }
}

static int sign(int order) { return (order > 0) - (order < 0); }

static void test_order(void **state) {
  State *L = *state;
  static const struct {
    const char *a;
    size_t a_length;
    const char *b;
    size_t b_length;
    int order;
  } samples[] = {{"", 0, "", 0, 0},         {"", 0, "a", 1, -1},        {"a", 1, "b", 1, -1},
                 {"a", 1, "a\0", 2, -1},    {"a\0b", 3, "a\0c", 3, -1}, {"a\0b", 3, "a", 1, 1},
                 {"a\0", 2, "a\0\0", 3, -1}, {"\0", 1, "", 0, 1},        {"b", 1, "a\0z", 3, 1},
                 {"\xFF", 1, "a", 1, 1},    {"a\0b", 3, "a\0b", 3, 0},  {"Z", 1, "a", 1, -1}};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    String *a = string_new(L, samples[i].a, samples[i].a_length);
    String *b = string_new(L, samples[i].b, samples[i].b_length);
    assert_int_equal(sign(string_compare(a, b)), samples[i].order);
    assert_int_equal(sign(string_compare(b, a)), -samples[i].order);
  }
}

static void test_table_grows_and_forgets(void **state) {
  State *L = *state;
  const Global *global = global_of(L);
  uint32_t before = global->strings.count;
  char text[32];
  stack_ensure(L, 1001);
  for (int i = 0; i < 20000; i++) {
    String *s = string_new(L, text, (size_t)snprintf(text, sizeof text, "string %d", i));
    if (i % 20 == 0) stack_push(L, value_from_string(s));
  }
  assert_true(global->strings.count == before + 20000 || L->heap->stress);
  assert_true(global->strings.mask >= 16383 || L->heap->stress);
  heap_collect(L);
  heap_collect(L);
  assert_true(global->strings.count <= before + 1000);
  assert_true(global->strings.mask <= 8 * global->strings.count);
  for (int i = 0; i < 20000; i += 20) {
    String *s = string_new(L, text, (size_t)snprintf(text, sizeof text, "string %d", i));
    assert_true(L->top[i / 20 - 1000] == value_from_string(s));
  }
  L->top -= 1000;
}

/* Looks strings up at every point of a collection: what is found must stay alive. */
static void test_revival(void **state) {
  State *L = *state;
  enum { COUNT = 2000 };
  char text[32];
  for (int round = 0; round < 30; round++) {
    for (int i = 0; i < COUNT; i++)
      string_new(L, text, (size_t)snprintf(text, sizeof text, "revived %d", i));
    for (int step = 0; step <= round; step++) heap_step_by(L, 1);
    stack_ensure(L, COUNT);
    for (int i = 0; i < COUNT; i++) {
      String *s = string_new(L, text, (size_t)snprintf(text, sizeof text, "revived %d", i));
      stack_push(L, value_from_string(s));
    }
    while (!heap_step_by(L, 100)) continue;
    for (int i = 0; i < COUNT; i++) {
      snprintf(text, sizeof text, "revived %d", i);
      assert_string_equal(string_bytes(value_string(L->top[i - COUNT])), text);
    }
    L->top -= COUNT;
  }
}

static void test_names(void **state) {
  State *L = *state;
  string_mark_name(L, string_from_c(L, "and"), 1);
  string_mark_name(L, string_from_c(L, "while"), RESERVED_WORD_COUNT);
  heap_collect(L);
  assert_int_equal(string_from_c(L, "and")->head.flags, 1);
  assert_int_equal(string_from_c(L, "while")->head.flags, RESERVED_WORD_COUNT);
  assert_int_equal(string_from_c(L, "__gc")->head.flags, NAME_METAMETHOD + EVENT_GC);
  assert_true(string_names_event(string_from_c(L, "__metatable")));
  assert_false(string_names_event(string_from_c(L, "and")));
  assert_false(string_names_event(string_from_c(L, "plain")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      state_test(test_interning), state_test(test_long_strings),
      cmocka_unit_test(test_hash), state_test(test_order),
      state_test(test_table_grows_and_forgets), state_test(test_revival),
      state_test(test_names)};
  return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
