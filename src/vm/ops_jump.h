/* Handlers: jumps and comparisons fused with them. See dispatch.h.
   Both arms dispatch on their own. */

#define IS_FALSY(v) (((v) & ~UINT64_C(1)) == nil)

HANDLER(JUMP) { SKIP(1, SD); }

HANDLER(JUMP_IF) {
  if (IS_FALSY(RA)) NEXT(1);
  SKIP(1, SD);
}

HANDLER(JUMP_IF_NOT) {
  if (IS_FALSY(RA)) SKIP(1, SD);
  NEXT(1);
}


/* As in ops_arithmetic.h, constants have the type that the form is for. */
#define INT_COMPARISON(name, right, are_ints, test)                            \
  HANDLER(JUMP_##name##_INT) {                                                 \
    Value l = RA, r = right;                                                   \
    if (unlikely((are_ints) < tag_int)) HAND_OVER(JUMP_##name##_WIDE);         \
    /* The tags are equal: words compare like the numbers, as signed ones. */  \
    int64_t x = SHIFTED(l), y = SHIFTED(r);                                    \
    if (test) SKIP(1, SD);                                                     \
    NEXT(1);                                                                   \
  }

#define NUM_COMPARISON(name, values, index, is_constant, test)                 \
  HANDLER(JUMP_##name##_NUM) {                                                 \
    size_t left = A, right = index;                                            \
    if (unlikely(base[left] >= nil)) HAND_OVER(JUMP_##name##_MIXED);           \
    if (!(is_constant) && unlikely(values[right] >= nil))                      \
      HAND_OVER(JUMP_##name##_MIXED);                                          \
    double x = load_double(base, left), y = load_double(values, right);        \
    if (test) SKIP(1, SD);                                                     \
    NEXT(1);                                                                   \
  }

/* A double and a small integer, which converts exactly. */
#define MIXED_COMPARISON(name, right, test)                                    \
  HANDLER(JUMP_##name##_MIXED) {                                               \
    Value l = RA, r = right;                                                   \
    if (unlikely(!value_is_simple_number(l) || !value_is_simple_number(r)))    \
      HAND_OVER(JUMP_##name##_WIDE);                                           \
    if (unlikely((l < nil) == (r < nil))) SLOW(compare);                       \
    double x = value_simple_double(l), y = value_simple_double(r);             \
    if (test) SKIP(1, SD);                                                     \
    NEXT(1);                                                                   \
  }

#define COMPARISON_HANDLERS(name, test)                                        \
  HANDLER(JUMP_##name) { HAND_OVER(COMPARE_METHOD); }                          \
  INT_COMPARISON(name, RB, l & r, test)                                        \
  MIXED_COMPARISON(name, RB, test)                                             \
  NUM_COMPARISON(name, base, B, false, test)
#define CONSTANT_COMPARISON_HANDLERS(name, test)                               \
  HANDLER(JUMP_##name) { SLOW(compare); }                                      \
  INT_COMPARISON(name, KBC, l, test)                                           \
  MIXED_COMPARISON(name, KBC, test)                                            \
  NUM_COMPARISON(name, k, BC, true, test)

COMPARISON_HANDLERS(LT, x < y)
COMPARISON_HANDLERS(NOT_LT, !(x < y))
COMPARISON_HANDLERS(LE, x <= y)
COMPARISON_HANDLERS(NOT_LE, !(x <= y))
CONSTANT_COMPARISON_HANDLERS(LT_K, x < y)
CONSTANT_COMPARISON_HANDLERS(NOT_LT_K, !(x < y))
CONSTANT_COMPARISON_HANDLERS(LE_K, x <= y)
CONSTANT_COMPARISON_HANDLERS(NOT_LE_K, !(x <= y))
CONSTANT_COMPARISON_HANDLERS(GT_K, x > y)
CONSTANT_COMPARISON_HANDLERS(NOT_GT_K, !(x > y))
CONSTANT_COMPARISON_HANDLERS(GE_K, x >= y)
CONSTANT_COMPARISON_HANDLERS(NOT_GE_K, !(x >= y))

/* Equal words are equal values unless they are a NaN; different ones are different values if they
   are of different types but for numbers, and mostly of the same: all but doubles, boxes, long
   strings and what has an __eq. */
#define EQUAL_HANDLER(name, when_equal, when_different)                        \
  HANDLER(name##_OTHERS) {                                                     \
    Value a = RA, b = RB;                                                      \
    if (a < nil && b < nil) {                                                  \
      if (load_double(base, A) == load_double(base, B)) when_equal;            \
      when_different;                                                          \
    }                                                                          \
    if (a < nil || b < nil) HAND_OVER(name##_MIXED);                           \
    if ((a ^ b) >> TAG_SHIFT != 0 || value_is_function(a)) when_different;     \
    if (value_is_table(a)) {                                                   \
      if (table_lacks_eq(L, value_table(a)) && table_lacks_eq(L, value_table(b))) when_different; \
      HAND_OVER(EQUAL_METHOD);                                                 \
    }                                                                          \
    if (value_is_string(a)) HAND_OVER(name##_STRINGS);                         \
    if (unlikely(!value_is_box(a))) SLOW(equal);                               \
    if (box_equal(value_box(a), value_box(b))) when_equal;                     \
    when_different;                                                            \
  }                                                                            \
  HANDLER(name##_STRINGS) {                                                    \
    const String *a = value_string(RA), *b = value_string(RB);                 \
    if (string_is_short(a) || string_is_short(b) || a->link.length != b->link.length) when_different; \
    if (unlikely(interrupt_bits(L) != 0)) SLOW(equal);                         \
    if (string_equal(a, b)) when_equal;                                        \
    when_different;                                                            \
  }                                                                            \
  /* A double and something else. */                                           \
  HANDLER(name##_MIXED) {                                                      \
    Value a = RA, b = RB;                                                      \
    if (value_is_box(a) || value_is_box(b)) SLOW(equal);                       \
    if (!value_is_simple_number(a) || !value_is_simple_number(b)) when_different; \
    if (value_simple_double(a) == value_simple_double(b)) when_equal;          \
    when_different;                                                            \
  }                                                                            \
  HANDLER(name) {                                                              \
    Value a = RA, b = RB;                                                      \
    if ((a & b) >= tag_int) {                                                  \
      if (a == b) when_equal;                                                  \
      when_different;                                                          \
    }                                                                          \
    if (a == b) {                                                              \
      if (likely(a >= nil)) when_equal;                                        \
      HAND_OVER(name##_OTHERS);                                                \
    }                                                                          \
    if (value_is_light_tag(a) || value_is_light_tag(b)) when_different;        \
    HAND_OVER(name##_OTHERS);                                                  \
  }
DECLARE_HANDLER(JUMP_EQ_STRINGS)
DECLARE_HANDLER(JUMP_NOT_EQ_STRINGS)
DECLARE_HANDLER(JUMP_EQ_MIXED)
DECLARE_HANDLER(JUMP_NOT_EQ_MIXED)
EQUAL_HANDLER(JUMP_EQ, SKIP(1, SD), NEXT(1))
EQUAL_HANDLER(JUMP_NOT_EQ, NEXT(1), SKIP(1, SD))

/* The constant is a number, a string, a boolean or nil. Numbers that are no small integers stay with this form. */
#define EQUAL_CONSTANT_HANDLER(name, when_equal, when_different)               \
  HANDLER(name) {                                                              \
    Value a = RA, b = KBC;                                                     \
    if (b < nil && !value_is_box(a)) {                                         \
      if (value_is_simple_number(a) && value_simple_double(a) == value_as_double(b)) when_equal; \
      when_different;                                                          \
    }                                                                          \
    if (unlikely(!value_is_box(b) || !value_is_box(a))) SLOW(equal_constant);  \
    if (box_equal(value_box(a), value_box(b))) when_equal;                     \
    when_different;                                                            \
  }
EQUAL_CONSTANT_HANDLER(JUMP_EQ_K, SKIP(1, SD), NEXT(1))
EQUAL_CONSTANT_HANDLER(JUMP_NOT_EQ_K, NEXT(1), SKIP(1, SD))

/* The constant is one that only the same word equals, or, if it is a small integer, a double as well. */
#define EQUAL_SIMPLE_HANDLER(name, when_equal, when_different)                 \
  HANDLER(name) {                                                              \
    Value a = RA, b = KBC;                                                     \
    if (a == b) when_equal;                                                    \
    if (likely(a >= nil)) when_different;                                \
    if (b >= tag_int && value_as_double(a) == int_to_double(value_as_small_int(b))) when_equal; \
    when_different;                                                            \
  }
EQUAL_SIMPLE_HANDLER(JUMP_EQ_K_SIMPLE, SKIP(1, SD), NEXT(1))
EQUAL_SIMPLE_HANDLER(JUMP_NOT_EQ_K_SIMPLE, NEXT(1), SKIP(1, SD))
