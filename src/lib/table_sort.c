/*
** table_sort.c - table.sort.
**
** The items are read once, sorted outside the table, and written back once. So whatever an order
** function does, to its arguments or to the table, the result is a permutation of the items that
** were read, and an error leaves the table as it was.
**
** Three ways, the best that the items allow:
** - all integers or all floats, default order: their bits become unsigned keys, in radix sort;
** - all strings or all numbers, default order: a merge sort of positions, by keys held in C;
** - anything else: the same merge sort, with a comparison by Lua. Merging asks for fewer
**   comparisons than partitioning does, and each one costs a call.
**
** Stack during table_sort: 1 table, 2 order function or nil, 3 a table with a copy of the items,
** 4 and up blocks of memory.
**
** Layer: lib, on the public headers.
*/
#include <limits.h>
#include <locale.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "table_internal.h"

#define ITEMS 3

/* ---- Keys whose unsigned order is the order of the values ------------------------------------- */

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

/* ---- Radix sort of keys ------------------------------------------------------------------------ */

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
static uint64_t *radix_sort(uint64_t *keys, uint64_t *spare, size_t count) {
  uint32_t counts[DIGITS][DIGIT_VALUES];
  memset(counts, 0, sizeof(counts));
  for (size_t i = 0; i < count; i++) {
    for (int digit = 0; digit < DIGITS; digit++) counts[digit][keys[i] >> 8 * digit & 0xFF]++;
  }
  for (int digit = 0; digit < DIGITS; digit++) {
    if (counts[digit][keys[0] >> 8 * digit & 0xFF] == count) continue;
    radix_pass(keys, spare, count, 8 * digit, counts[digit]);
    uint64_t *sorted = spare;
    spare = keys;
    keys = sorted;
  }
  return keys;
}

/* ---- Merge sort of positions ------------------------------------------------------------------- */

/* What is known in C about an item; equal keys are told apart by the bytes. */
typedef struct Item {
  uint64_t key;
  const char *bytes;
  size_t length;
} Item;

/* 'items' is NULL when Lua compares; positions count from 0. */
typedef struct Sorter {
  lua_State *L;
  const Item *items;
  int has_function;
} Sorter;

static int compare_in_lua(const Sorter *sorter, uint32_t a, uint32_t b) {
  lua_State *L = sorter->L;
  int less;
  if (sorter->has_function) {
    lua_pushvalue(L, 2);
    lua_rawgeti(L, ITEMS, (lua_Integer)a + 1);
    lua_rawgeti(L, ITEMS, (lua_Integer)b + 1);
    lua_call(L, 2, 1);
    less = lua_toboolean(L, -1);
    lua_pop(L, 1);
  } else {
    lua_rawgeti(L, ITEMS, (lua_Integer)a + 1);
    lua_rawgeti(L, ITEMS, (lua_Integer)b + 1);
    less = lua_compare(L, -2, -1, LUA_OPLT);
    lua_pop(L, 2);
  }
  return less;
}

static int compare_items(const Item *a, const Item *b) {
  if (a->key != b->key) return a->key < b->key;
  size_t shorter = a->length < b->length ? a->length : b->length;
  int order = memcmp(a->bytes, b->bytes, shorter);
  return order != 0 ? order < 0 : a->length < b->length;
}

static inline int is_less(const Sorter *sorter, uint32_t a, uint32_t b) {
  if (sorter->items != NULL) return compare_items(&sorter->items[a], &sorter->items[b]);
  return compare_in_lua(sorter, a, b);
}

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
    if (is_less(sorter, order[right], spare[left])) {
      order[out++] = order[right++];
    } else {
      order[out++] = spare[left++];
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

/* ---- Orders that are none ---------------------------------------------------------------------- */

#define CHECKED_PAIRS 16

/*
** After sorting, no item may be less than the one before it. A few pairs are asked, spread over the
** result: that finds the usual mistakes (an order that is always true, or one by '<=' among equal
** items) at a cost that does not count.
*/
static void check_order(const Sorter *sorter, const uint32_t *order, size_t count) {
  size_t step = (count - 1 + CHECKED_PAIRS - 1) / CHECKED_PAIRS;
  for (size_t i = 1; i < count; i += step) {
    if (luai_unlikely(compare_in_lua(sorter, order[i], order[i - 1]))) {
      luaL_error(sorter->L, "invalid order function for sorting");
    }
  }
}

/* ---- Reading and writing the table ------------------------------------------------------------- */

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

/* Pushes the copy of the items; yields the set of their kinds, as far as the first 'OTHERS'. */
static int read_items(lua_State *L, size_t count, int plain) {
  int kinds = lua_isnil(L, 2) ? 0 : OTHERS;
  lua_createtable(L, plain ? (int)count : 0, 0);
  for (size_t i = 1; i <= count; i++) {
    int type = table_get(L, 1, (lua_Integer)i, plain);
    if (!(kinds & OTHERS)) kinds |= kind_of_top(L, type);
    lua_rawseti(L, ITEMS, (lua_Integer)i);
  }
  return kinds;
}

static void write_items(lua_State *L, const uint32_t *order, size_t count, int plain) {
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, ITEMS, (lua_Integer)order[i] + 1);
    table_set(L, 1, (lua_Integer)i + 1, plain);
  }
}

/* ---- The three ways ---------------------------------------------------------------------------- */

static void sort_numbers(lua_State *L, size_t count, int floats, int plain) {
  uint64_t *keys = lua_newuserdatauv(L, 2 * count * sizeof(*keys), 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, ITEMS, (lua_Integer)i + 1);
    keys[i] = floats ? key_of_float(lua_tonumber(L, -1)) : key_of_integer(lua_tointeger(L, -1));
    lua_pop(L, 1);
  }
  if (count < RADIX_MINIMUM) {
    sort_few_keys(keys, count);
  } else {
    keys = radix_sort(keys, keys + count, count);
  }
  for (size_t i = 0; i < count; i++) {
    if (floats) {
      lua_pushnumber(L, float_of_key(keys[i]));
    } else {
      lua_pushinteger(L, integer_of_key(keys[i]));
    }
    table_set(L, 1, (lua_Integer)i + 1, plain);
  }
}

/* Pushes a block that describes the items: all of them strings, or numbers exact as floats. */
static const Item *describe_items(lua_State *L, size_t count) {
  Item *items = lua_newuserdatauv(L, count * sizeof(*items), 0);
  for (size_t i = 0; i < count; i++) {
    Item *item = &items[i];
    if (lua_rawgeti(L, ITEMS, (lua_Integer)i + 1) == LUA_TSTRING) {
      item->bytes = lua_tolstring(L, -1, &item->length);
      item->key = key_of_text(item->bytes, item->length);
    } else {
      item->bytes = "";
      item->length = 0;
      item->key = key_of_float(lua_tonumber(L, -1) + 0.0);  /* -0.0 becomes 0.0 */
    }
    lua_pop(L, 1);
  }
  return items;
}

static void sort_positions(lua_State *L, size_t count, int in_c, int plain) {
  Sorter sorter = {L, NULL, !lua_isnil(L, 2)};
  if (in_c) sorter.items = describe_items(L, count);
  uint32_t *order = lua_newuserdatauv(L, (count + count / 2) * sizeof(*order), 0);
  for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
  merge_sort(&sorter, order, count, order + count);
  if (sorter.has_function) check_order(&sorter, order, count);
  write_items(L, order, count, plain);
}

/* Whether strings are ordered by their bytes. */
static int collates_by_bytes(void) {
  const char *locale = setlocale(LC_COLLATE, NULL);
  return locale != NULL && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0);
}

int table_sort(lua_State *L) {
  int plain = table_check(L, 1, TABLE_READ | TABLE_WRITE | TABLE_LENGTH);
  lua_Integer length = table_length(L, plain);
  if (length <= 1) return 0;
  luaL_argcheck(L, length < INT_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  size_t count = (size_t)length;
  int kinds = read_items(L, count, plain);
  if (kinds == FLOATS || (kinds & ~(INTEGERS | WIDE_INTEGERS)) == 0) {
    sort_numbers(L, count, kinds == FLOATS, plain);
  } else {
    int in_c = kinds == (INTEGERS | FLOATS) || (kinds == STRINGS && collates_by_bytes());
    sort_positions(L, count, in_c, plain);
  }
  return 0;
}
