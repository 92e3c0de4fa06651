/*
** table_sort.c - table.sort.
**
** The items are sorted outside the table and written back at the end. So whatever an order function
** does, to its arguments or to the table, the result is a permutation of the items that were read,
** and an error leaves the table as it was.
**
** Three ways, the best that the items allow:
** - all integers or all floats, default order: their bits become unsigned keys, in radix sort;
** - all strings or all numbers, default order: a merge sort of positions, by keys held in C;
** - anything else: the same merge sort, with a comparison by Lua. Merging asks for fewer
**   comparisons than partitioning does, and each one costs a call.
**
** Few items lie on the Lua stack, and what is computed about them on the C stack. Many items stay
** in the table when only numbers are sorted, and are copied to another table otherwise; memory for
** them comes from userdata.
**
** Stack during tablib_sort: 1 table, 2 order function or nil, then the items or a table of them,
** then blocks of memory.
**
** Layer: lib, on the public headers.
*/
#include <limits.h>
#include <locale.h>
#include <string.h>

#include "api/poll.h"
#include "lauxlib.h"
#include "lua.h"
#include "table_internal.h"

#define ITEMS 3  /* stack index of the first item, or of the table of items */

#define FEW_ITEMS 64  /* up to so many items are kept on the stacks */

/* What is known in C about an item; equal keys are told apart by the bytes. */
typedef struct Item {
  uint64_t key;
  const char *bytes;
  size_t length;
} Item;

/* Items are named by their positions, from 0. */
typedef struct Sorter {
  lua_State *L;
  size_t count;
  int plain;         /* argument 1 has no metatable */
  int has_function;
  int source;        /* stack index of the table that holds the items; 0: they lie on the stack */
  const Item *items; /* NULL when Lua compares */
} Sorter;

static inline int push_item(const Sorter *sorter, size_t position) {
  lua_State *L = sorter->L;
  if (sorter->source != 0) return lua_rawgeti(L, sorter->source, (lua_Integer)position + 1);
  lua_pushvalue(L, ITEMS + (int)position);
  return lua_type(L, -1);
}

/* ---- Keys whose unsigned order is the order of the values ------------------------------------ */

#define SIGN_BIT ((uint64_t)1 << 63)

static inline uint64_t key_of_integer(lua_Integer value) {
  return (uint64_t)value ^ SIGN_BIT;
}

static inline lua_Integer integer_of_key(uint64_t key) {
  return (lua_Integer)(key ^ SIGN_BIT);
}

/* A negative float's bits grow as it falls, hence the complement. */
static inline uint64_t key_of_float(lua_Number value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits & SIGN_BIT ? ~bits : bits | SIGN_BIT;
}

static inline lua_Number float_of_key(uint64_t key) {
  lua_Number value;
  uint64_t bits = key & SIGN_BIT ? key & ~SIGN_BIT : ~key;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

/* The first eight bytes, the first one highest; a shorter string is filled up with zeros. */
static uint64_t key_of_text(const char *bytes, size_t length) {
  uint64_t key = 0;
  size_t used = length < 8 ? length : 8;
  for (size_t i = 0; i < used; i++) key |= (uint64_t)(unsigned char)bytes[i] << (56 - 8 * i);
  return key;
}

/* ---- Radix sort of keys ---------------------------------------------------------------------- */

#define DIGITS 8
#define DIGIT_VALUES 256
#define RADIX_MINIMUM 200  /* below it, counting costs more than it saves */

/* Insertion sort with shrinking gaps: short and good enough for few keys. */
static void sort_few_keys(uint64_t *keys, size_t count) {
  static const size_t gaps[] = {57, 23, 10, 4, 1};
  for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
    size_t gap = gaps[g];
    for (size_t i = gap; i < count; i++) {
      uint64_t key = keys[i];
      size_t hole = i;
      for (; hole >= gap && keys[hole - gap] > key; hole -= gap) keys[hole] = keys[hole - gap];
      keys[hole] = key;
    }
  }
}

/* One stable pass by the digit at 'shift'; 'counts' says how often each of its values occurs. */
static void radix_pass(const uint64_t *from, uint64_t *to, size_t count, int shift,
                       const uint32_t *counts) {
  uint32_t starts[DIGIT_VALUES];
  uint32_t start = 0;
  for (int value = 0; value < DIGIT_VALUES; value++) {
    starts[value] = start;
    start += counts[value];
  }
  for (size_t i = 0; i < count; i++) to[starts[from[i] >> shift & 0xFF]++] = from[i];
}

/* Sorts by one digit after the other, lowest first; skips those that are the same in all keys. */
static uint64_t *radix_sort(lua_State *L, uint64_t *keys, uint64_t *spare, size_t count) {
  uint32_t counts[DIGITS][DIGIT_VALUES];
  memset(counts, 0, sizeof(counts));
  for (size_t i = 0; i < count; i++) {
    for (int digit = 0; digit < DIGITS; digit++) counts[digit][keys[i] >> 8 * digit & 0xFF]++;
  }
  for (int digit = 0; digit < DIGITS; digit++) {
    if (counts[digit][keys[0] >> 8 * digit & 0xFF] == count) continue;
    builtin_poll(L, 4 * count);
    radix_pass(keys, spare, count, 8 * digit, counts[digit]);
    uint64_t *sorted = spare;
    spare = keys;
    keys = sorted;
  }
  return keys;
}

/* ---- Merge sort of positions ----------------------------------------------------------------- */

static int compare_in_lua(const Sorter *sorter, uint32_t a, uint32_t b) {
  lua_State *L = sorter->L;
  int less;
  if (sorter->has_function) {
    lua_pushvalue(L, 2);
    push_item(sorter, a);
    push_item(sorter, b);
    lua_call(L, 2, 1);
    less = lua_toboolean(L, -1);
    lua_pop(L, 1);
  } else {
    push_item(sorter, a);
    push_item(sorter, b);
    less = lua_compare(L, -2, -1, LUA_OPLT);
    lua_pop(L, 2);
  }
  return less;
}

static int compare_items(lua_State *L, const Item *a, const Item *b) {
  enum { LONG_TEXT = 1024 };

  if (a->key != b->key) return a->key < b->key;
  size_t shorter = a->length < b->length ? a->length : b->length;
  if (shorter > LONG_TEXT) builtin_poll_bytes(L, shorter);
  int order = memcmp(a->bytes, b->bytes, shorter);
  return order != 0 ? order < 0 : a->length < b->length;
}

static inline int is_less(const Sorter *sorter, uint32_t a, uint32_t b) {
  if (sorter->items != NULL) return compare_items(sorter->L, &sorter->items[a], &sorter->items[b]);
  return compare_in_lua(sorter, a, b);
}

/* Paid for each item before it all begins, and again in each merge of more than POLL_ROUNDS items. */
enum { COMPARISON_COST = 4, COMPARISONS_OF_FEW = 8 };

#define RUN_LENGTH 4  /* runs up to this length are sorted by insertion */

static void insertion_sort(const Sorter *sorter, uint32_t *order, size_t count) {
  for (size_t i = 1; i < count; i++) {
    uint32_t position = order[i];
    size_t hole = i;
    for (; hole > 0 && is_less(sorter, position, order[hole - 1]); hole--) {
      order[hole] = order[hole - 1];
    }
    order[hole] = position;
  }
}

/* Merges order[0, middle) and order[middle, count); the left run moves to 'spare' first. */
static void merge(const Sorter *sorter, uint32_t *order, size_t middle, size_t count,
                  uint32_t *spare) {
  size_t left = 0;
  size_t right = middle;
  size_t out = 0;
  memcpy(spare, order, middle * sizeof(*order));
  while (left < middle && right < count) {
    size_t left_end = middle, right_end = count;
    if (count > POLL_ROUNDS) {
      left_end = builtin_poll_rounds(sorter->L, left, middle, COMPARISON_COST);
      right_end = builtin_poll_rounds(sorter->L, right, count, COMPARISON_COST);
    }
    while (left < left_end && right < right_end) {
      if (is_less(sorter, order[right], spare[left])) {
        order[out++] = order[right++];
      } else {
        order[out++] = spare[left++];
      }
    }
  }
  memcpy(order + out, spare + left, (middle - left) * sizeof(*order));
}

/* 'spare' has room for half of the positions. */
static void merge_sort(const Sorter *sorter, uint32_t *order, size_t count, uint32_t *spare) {
  if (count <= RUN_LENGTH) {
    insertion_sort(sorter, order, count);
    return;
  }
  size_t middle = count / 2;
  merge_sort(sorter, order, middle, spare);
  merge_sort(sorter, order + middle, count - middle, spare);
  if (is_less(sorter, order[middle], order[middle - 1])) {
    merge(sorter, order, middle, count, spare);
  }
}

/* ---- Orders that are none -------------------------------------------------------------------- */

#define CHECKED_PAIRS 16

/*
** After sorting, no item may be less than the one before it. A few pairs are asked, spread over the
** result: that finds the usual mistakes (an order that is always true, or one by '<=' among equal
** items) at a cost that does not count.
*/
static void check_order(const Sorter *sorter, const uint32_t *order) {
  size_t step = (sorter->count - 1 + CHECKED_PAIRS - 1) / CHECKED_PAIRS;
  for (size_t i = 1; i < sorter->count; i += step) {
    if (luai_unlikely(compare_in_lua(sorter, order[i], order[i - 1]))) {
      luaL_error(sorter->L, "invalid order function for sorting");
    }
  }
}

/* ---- Reading and writing the table ----------------------------------------------------------- */

/* Kinds of items, as a set. NaN has no place in an order of keys, so it counts as other. */
enum { INTEGERS = 1, WIDE_INTEGERS = 2, FLOATS = 4, STRINGS = 8, OTHERS = 16 };

/* Integers beyond it are not exact as floats. */
#define EXACT_INTEGER ((lua_Integer)1 << 53)

static int kind_of_top(lua_State *L, int type) {
  if (type == LUA_TSTRING) return STRINGS;
  if (type != LUA_TNUMBER) return OTHERS;
  if (lua_isinteger(L, -1)) {
    lua_Integer value = lua_tointeger(L, -1);
    return value >= -EXACT_INTEGER && value <= EXACT_INTEGER ? INTEGERS : WIDE_INTEGERS;
  }
  lua_Number value = lua_tonumber(L, -1);
  return value == value ? FLOATS : OTHERS;
}

/* The set of the kinds of the items, as far as the first of 'OTHERS'. */
static int kinds_of_items(const Sorter *sorter) {
  int kinds = 0;
  for (size_t i = 0; i < sorter->count;) {
    size_t end = builtin_poll_rounds(sorter->L, i, sorter->count, 2);
    for (; i < end; i++) {
      kinds |= kind_of_top(sorter->L, push_item(sorter, i));
      lua_pop(sorter->L, 1);
      if (kinds & OTHERS) return kinds;
    }
  }
  return kinds;
}

static void read_to_stack(Sorter *sorter) {
  luaL_checkstack(sorter->L, FEW_ITEMS + LUA_MINSTACK, "too many items");
  for (size_t i = 1; i <= sorter->count; i++) {
    tablib_get(sorter->L, 1, (lua_Integer)i, sorter->plain);
  }
  sorter->source = 0;
}

static void read_to_table(Sorter *sorter) {
  lua_State *L = sorter->L;
  lua_createtable(L, sorter->plain ? (int)sorter->count : 0, 0);
  for (size_t i = 0; i < sorter->count;) {
    size_t end = builtin_poll_rounds(L, i, sorter->count, 4);
    while (i < end) {
      tablib_get(L, 1, (lua_Integer)++i, sorter->plain);
      lua_rawseti(L, ITEMS, (lua_Integer)i);
    }
  }
  sorter->source = ITEMS;
}

/* Writing back is paid for before it begins: a stop in the midst of it would leave items twice. Where a
** metamethod stores them, it may do so anyway. */
static void pay_for_writing(const Sorter *sorter) { builtin_poll(sorter->L, 4 * sorter->count); }

static size_t writing_end(const Sorter *sorter, size_t from) {
  return sorter->plain ? sorter->count : builtin_poll_rounds(sorter->L, from, sorter->count, 4);
}

static void write_items(const Sorter *sorter, const uint32_t *order) {
  pay_for_writing(sorter);
  for (size_t i = 0; i < sorter->count;) {
    size_t end = writing_end(sorter, i);
    while (i < end) {
      push_item(sorter, order[i]);
      tablib_set(sorter->L, 1, (lua_Integer)++i, sorter->plain);
    }
  }
}

/* 'few' is enough for few items; many get a userdata, which is pushed. */
static void *memory_for_items(const Sorter *sorter, void *few, size_t size) {
  return sorter->count <= FEW_ITEMS ? few : lua_newuserdatauv(sorter->L, size, 0);
}

/* ---- The three ways -------------------------------------------------------------------------- */

static void sort_numbers(const Sorter *sorter, int floats) {
  lua_State *L = sorter->L;
  size_t count = sorter->count;
  uint64_t few[FEW_ITEMS];
  uint64_t *keys = memory_for_items(sorter, few, 2 * count * sizeof(*keys));
  for (size_t i = 0; i < count;) {
    size_t end = builtin_poll_rounds(L, i, count, 2);
    for (; i < end; i++) {
      push_item(sorter, i);
      keys[i] = floats ? key_of_float(lua_tonumber(L, -1)) : key_of_integer(lua_tointeger(L, -1));
      lua_pop(L, 1);
    }
  }
  if (count < RADIX_MINIMUM) {
    sort_few_keys(keys, count);
  } else {
    keys = radix_sort(L, keys, keys + count, count);
  }
  pay_for_writing(sorter);
  for (size_t i = 0; i < count;) {
    size_t end = writing_end(sorter, i);
    while (i < end) {
      if (floats) {
        lua_pushnumber(L, float_of_key(keys[i]));
      } else {
        lua_pushinteger(L, integer_of_key(keys[i]));
      }
      tablib_set(L, 1, (lua_Integer)++i, sorter->plain);
    }
  }
}

static void describe_item(const Sorter *sorter, size_t position, Item *item) {
  lua_State *L = sorter->L;
  if (push_item(sorter, position) == LUA_TSTRING) {
    item->bytes = lua_tolstring(L, -1, &item->length);
    item->key = key_of_text(item->bytes, item->length);
  } else {
    item->bytes = "";
    item->length = 0;
    item->key = key_of_float(lua_tonumber(L, -1) + 0.0);  /* -0.0 becomes 0.0 */
  }
  lua_pop(L, 1);
}

/* The items are all strings, or all numbers that are exact as floats. */
static void describe_items(const Sorter *sorter, Item *items) {
  for (size_t i = 0; i < sorter->count;) {
    size_t end = builtin_poll_rounds(sorter->L, i, sorter->count, 2);
    for (; i < end; i++) describe_item(sorter, i, &items[i]);
  }
}

static void sort_positions(const Sorter *sorter) {
  size_t count = sorter->count;
  uint32_t few[FEW_ITEMS + FEW_ITEMS / 2];
  uint32_t *order = memory_for_items(sorter, few, (count + count / 2) * sizeof(*order));
  builtin_poll(sorter->L, COMPARISONS_OF_FEW * COMPARISON_COST * count);
  for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
  merge_sort(sorter, order, count, order + count);
  if (sorter->has_function) check_order(sorter, order);
  write_items(sorter, order);
}

static void sort_described(Sorter *sorter) {
  Item few[FEW_ITEMS];
  Item *items = memory_for_items(sorter, few, sorter->count * sizeof(*items));
  describe_items(sorter, items);
  sorter->items = items;
  sort_positions(sorter);
}

/* Whether strings are ordered by their bytes. */
static int collates_by_bytes(void) {
  const char *locale = setlocale(LC_COLLATE, NULL);
  return locale != NULL && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0);
}

/* All items floats, or all integers: their keys stand for them. */
static int is_one_key_kind(int kinds) {
  return kinds == FLOATS || (kinds & ~(INTEGERS | WIDE_INTEGERS)) == 0;
}

/* Without an order function the items' kinds decide the way. */
static void sort_by_default(Sorter *sorter) {
  int kinds = kinds_of_items(sorter);
  if (is_one_key_kind(kinds)) {
    sort_numbers(sorter, kinds == FLOATS);
    return;
  }
  if (sorter->source == 1) read_to_table(sorter);
  if (kinds == (INTEGERS | FLOATS) || (kinds == STRINGS && collates_by_bytes())) {
    sort_described(sorter);
  } else {
    sort_positions(sorter);
  }
}

int tablib_sort(lua_State *L) {
  int plain = tablib_check(L, 1, TABLE_READ | TABLE_WRITE | TABLE_LENGTH);
  lua_Integer length = tablib_length(L, plain);
  if (length <= 1) return 0;
  luaL_argcheck(L, length < INT_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  Sorter sorter = {
    .L = L, .count = (size_t)length, .plain = plain, .has_function = !lua_isnil(L, 2), .source = 1};
  if (sorter.count <= FEW_ITEMS) {
    read_to_stack(&sorter);
  } else if (sorter.has_function || !plain) {
    read_to_table(&sorter);
  }
  if (sorter.has_function) {
    sort_positions(&sorter);
  } else {
    sort_by_default(&sorter);
  }
  return 0;
}
