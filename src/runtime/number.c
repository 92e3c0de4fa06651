/* Boxes, conversions and raw equality: see number.h.
   Layer: runtime. */
#include "runtime/number.h"

#include "base/number_text.h"
#include "runtime/box_reserve.h"
#include "runtime/string.h"
#include "runtime/throw.h"

STATIC_ASSERT((int)NUMBER_TEXT_MAX == (int)NUMBER_TEXT_SIZE, "one size of text buffers");

Value value_new_int_box(State *L, int64_t i) {
  Box *box = heap_new_cell(L, KIND_INT_BOX, sizeof(Box));
  box->as.integer = i;
  return value_from_pointer(TAG_BOX, box);
}

Value value_new_light_box(State *L, void *p) {
  Box *box = heap_new_cell(L, KIND_LIGHT_BOX, sizeof(Box));
  box->as.light = p;
  return value_from_pointer(TAG_BOX, box);
}

/* ---- boxes when memory fails ----------------------------------------------------------------- */

static Value box_spared(State *L, Kind kind, uint64_t bits) {
  Box *box = heap_try_new_cell(L->heap, kind, sizeof(Box));
  if (unlikely(box == NULL)) box = box_reserve_lend(L);
  box->head.kind = (uint8_t)kind;
  box->as.integer = (int64_t)bits;
  return value_from_pointer(TAG_BOX, box);
}

Value value_from_int_spared(State *L, int64_t i) {
  return likely(int_is_small(i)) ? value_from_small_int(i)
                                 : box_spared(L, KIND_INT_BOX, (uint64_t)i);
}

Value value_from_light_spared(State *L, void *p) {
  return likely((uintptr_t)p < UINT64_C(1) << 47)
             ? value_from_inline_light(p)
             : box_spared(L, KIND_LIGHT_BOX, (uint64_t)(uintptr_t)p);
}

/* ---- conversions ----------------------------------------------------------------------------- */

static NumeralKind string_parse(Value v, int64_t *integer, double *number) {
  const String *s = value_string(v);
  return numeral_parse(string_bytes(s), string_length(s), integer, number);
}

bool value_to_double(Value v, double *result) {
  int64_t integer;
  if (value_is_double(v)) {
    *result = value_as_double(v);
    return true;
  }
  if (value_is_int(v)) {
    *result = (double)value_as_int(v);
    return true;
  }
  if (!value_is_string(v)) return false;
  NumeralKind kind = string_parse(v, &integer, result);
  if (kind == NUMERAL_INT) *result = (double)integer;
  return kind != NUMERAL_NONE;
}

bool value_to_int_strict(Value v, int64_t *result) {
  if (value_is_double(v)) return double_to_int(value_as_double(v), result);
  if (!value_is_int(v)) return false;
  *result = value_as_int(v);
  return true;
}

bool value_to_int(Value v, int64_t *result) {
  if (!value_is_string(v)) return value_to_int_strict(v, result);
  double number;
  NumeralKind kind = string_parse(v, result, &number);
  return kind == NUMERAL_INT || (kind == NUMERAL_DOUBLE && double_to_int(number, result));
}

bool text_to_number(State *L, const char *text, size_t length, Value *result) {
  int64_t integer;
  double number;
  NumeralKind kind = numeral_parse(text, length, &integer, &number);
  if (kind == NUMERAL_INT) *result = value_from_int(L, integer);
  if (kind == NUMERAL_DOUBLE) *result = value_from_double(number);
  return kind != NUMERAL_NONE;
}

size_t number_to_text(Value number, char buffer[NUMBER_TEXT_MAX]) {
  return value_is_double(number) ? double_to_text(value_as_double(number), buffer)
                                 : int_to_text(value_as_int(number), buffer);
}

String *number_to_string(State *L, Value number) {
  char buffer[NUMBER_TEXT_MAX];
  return string_intern(L, buffer, number_to_text(number, buffer));
}

/* ---- equality -------------------------------------------------------------------------------- */

static bool int_equals_double(Value i, double d) {
  int64_t other;
  return value_is_int(i) && double_to_int(d, &other) && other == value_as_int(i);
}

/* The words differ, or are the same NaN. */
bool value_raw_equal_slow(Value a, Value b) {
  if (value_is_double(a))
    return value_is_double(b) ? value_as_double(a) == value_as_double(b)
                              : int_equals_double(b, value_as_double(a));
  if (value_is_double(b)) return int_equals_double(a, value_as_double(b));
  if (value_is_string(a) && value_is_string(b))
    return string_equal(value_string(a), value_string(b));
  return value_is_box(a) && value_is_box(b) && box_equal(value_box(a), value_box(b));
}
