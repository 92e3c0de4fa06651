/* Integers and boxes: making values of numbers, conversions between the number types and text.
   Layer: runtime. */
#ifndef FERROUS_RUNTIME_NUMBER_H
#define FERROUS_RUNTIME_NUMBER_H

#include "runtime/global.h"

Value value_new_int_box(State *L, int64_t i);
Value value_new_light_box(State *L, void *p);

/* Any 64-bit integer. May allocate (a box), never collects at a safepoint. */
ALWAYS_INLINE Value value_from_int(State *L, int64_t i) {
  return likely(int_is_small(i)) ? value_from_small_int(i) : value_new_int_box(L, i);
}
ALWAYS_INLINE Value value_from_light(State *L, void *p) {
  return likely((uintptr_t)p < UINT64_C(1) << 47) ? value_from_inline_light(p)
                                                  : value_new_light_box(L, p);
}
/* The same for the API's functions that raise nothing (manual 4.6: lua_pushinteger and others): when memory
   fails they take boxes that were put aside (box_reserve.h). Only where a collection may happen. */
Value value_from_int_spared(State *L, int64_t i);
Value value_from_light_spared(State *L, void *p);

/* Manual 3.4.3: a float with an exact integer representation. */
ALWAYS_INLINE bool double_to_int(double d, int64_t *result) {
  if (d >= -0x1p63 && d < 0x1p63) {
    int64_t i = (int64_t)d;
    if ((double)i == d) {
      *result = i;
      return true;
    }
  }
  return false;
}
bool value_to_double(Value v, double *result); /* numbers and convertible strings */
bool value_to_int(Value v, int64_t *result);   /* likewise; floats with integral values */
bool value_to_int_strict(Value v, int64_t *result); /* no strings */
/* "10", " 0x1p4 ", ...: a number as the lexer reads it, blanks around it: manual 3.1 and 3.4.3.
   False: not a numeral. */
bool text_to_number(State *L, const char *text, size_t length, Value *result);
enum { NUMBER_TEXT_MAX = 64 };
/* "%d" or "%.14g" (with ".0" where it looks like an integer) into buffer; the length. */
size_t number_to_text(Value number, char buffer[NUMBER_TEXT_MAX]);
String *number_to_string(State *L, Value number);

/* Raw equality: manual 3.4.4 without metamethods. */
ALWAYS_INLINE bool box_equal(const Box *a, const Box *b) {
  return a->head.kind == b->head.kind && a->as.integer == b->as.integer;
}
bool value_raw_equal_slow(Value a, Value b);
ALWAYS_INLINE bool value_raw_equal(Value a, Value b) {
  if (a == b) return !value_is_double(a) || value_as_double(a) == value_as_double(a);
  return value_raw_equal_slow(a, b);
}

#endif
