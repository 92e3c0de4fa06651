/* The constants of a function: each value once. A few are searched, more are indexed by hash.
   Layer: compiler. */
#include "compiler/emit.h"
#include "runtime/number.h"

enum { SEARCHED_CONSTANTS = 8, FIRST_INDEX = 32 };

/* What tells constants apart: the word itself, and the number of a boxed integer. */
static bool same_constant(Value a, Value b) {
  if (a == b) return true;
  return value_is_int_box(a) && value_is_int_box(b) && value_as_int(a) == value_as_int(b);
}

static uint32_t hash_constant(Value v) {
  uint64_t bits = value_is_int_box(v) ? (uint64_t)value_as_int(v) : v;
  return (uint32_t)((bits ^ bits >> 29) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static uint32_t *index_slot(const FunctionState *fs, Value v) {
  uint32_t at = hash_constant(v) & fs->constant_mask;
  while (fs->constant_index[at] != 0 &&
         !same_constant(fs->constants[fs->constant_index[at] - 1], v)) {
    at = (at + 1) & fs->constant_mask;
  }
  return &fs->constant_index[at];
}

/* The index gets the size; only as much of its memory as that is used. */
static void build_index(FunctionState *fs, uint32_t size) {
  if (fs->constant_index_capacity < size) {
    size_t item = sizeof *fs->constant_index;
    fs->constant_index = support_resize(fs->compilation->L, fs->constant_index,
                                        fs->constant_index_capacity * item, size * item);
    fs->constant_index_capacity = size;
  }
  memset(fs->constant_index, 0, size * sizeof *fs->constant_index);
  fs->constant_mask = size - 1;
  for (uint32_t i = 0; i < fs->constant_count; i++) *index_slot(fs, fs->constants[i]) = i + 1;
}

static uint32_t append_constant(FunctionState *fs, Value v) {
  if (fs->constant_count == fs->constant_capacity) {
    support_grow(fs->compilation->L, (void **)&fs->constants, &fs->constant_capacity,
                 sizeof *fs->constants, fs->constant_count + 1);
  }
  fs->constants[fs->constant_count] = v;
  return fs->constant_count++;
}

static uint32_t indexed_constant(FunctionState *fs, Value v) {
  if (fs->constant_mask == 0) build_index(fs, FIRST_INDEX);
  uint32_t *slot = index_slot(fs, v);
  if (*slot != 0) return *slot - 1;
  uint32_t place = append_constant(fs, v);
  *slot = place + 1;
  if (fs->constant_count > fs->constant_mask / 2) build_index(fs, (fs->constant_mask + 1) * 2);
  return place;
}

static uint32_t add_constant(FunctionState *fs, Value v) {
  if (fs->constant_count >= SEARCHED_CONSTANTS) return indexed_constant(fs, v);
  for (uint32_t i = 0; i < fs->constant_count; i++) {
    if (same_constant(fs->constants[i], v)) return i;
  }
  return append_constant(fs, v);
}

uint32_t constant_integer(FunctionState *fs, int64_t integer) {
  return add_constant(fs, value_from_int(fs->compilation->L, integer));
}
uint32_t constant_float(FunctionState *fs, double number) {
  return add_constant(fs, value_from_double(number));
}
uint32_t constant_string(FunctionState *fs, String *string) {
  return add_constant(fs, value_from_string(string));
}

uint32_t constant_of(FunctionState *fs, const Expression *e) {
  switch (e->kind) {
    case EXPRESSION_NIL: return add_constant(fs, NIL);
    case EXPRESSION_FALSE: return add_constant(fs, FALSE);
    case EXPRESSION_TRUE: return add_constant(fs, TRUE);
    case EXPRESSION_INTEGER: return constant_integer(fs, expression_constant(e)->integer);
    case EXPRESSION_FLOAT: return constant_float(fs, expression_constant(e)->number);
    default: return constant_string(fs, expression_constant(e)->string);
  }
}

void constant_begin(FunctionState *fs) {
  fs->constant_count = 0;
  fs->constant_mask = 0;
}
