/* Handlers: arithmetic, bitwise operators, length, concatenation. See dispatch.h.

   Small integers. A sum or difference of two tagged words is right in its low 48 bits,
   so the tag is simply put back; whether it overflowed is asked of the operands shifted
   to the top of the word, where 48-bit overflow is the processor's own. */

/* ---- forms for both operands' types --------------------------------------------------------- */

/* The instruction becomes its family's form for wide integers, which treats it. */
#define WIDEN(name)                                                            \
  do {                                                                         \
    instruction_rewrite(pc, OP_##name);                                        \
    HAND_OVER(name);                                                           \
  } while (0)

/* A form for a constant was chosen when the constant had the form's type, which it keeps: only the register
   is checked. */
#define INT_HANDLER(name, generic, wide, right, are_ints, condition, result)   \
  HANDLER(name) {                                                              \
    Value a = *value_at(base, B), b = right;                                   \
    int64_t r;                                                                 \
    if (likely((are_ints) >= tag_int) && likely(condition)) {                  \
      *value_at(base, A) = result;                                           \
      NEXT(1);                                                                 \
    }                                                                          \
    if (a < nil || b < nil) HAND_OVER(generic);                                \
    WIDEN(wide);                                                               \
  }

#define SHIFTED(v) ((int64_t)((v) << 16))
#define INT_HANDLERS(name, condition, result)                                  \
  INT_HANDLER(name##_INT, name, name##_WIDE, *value_at(base, C), a & b, condition, result)     \
  INT_HANDLER(name##_K_INT, name##_K, name##_K_WIDE, KD, a, condition, result)

INT_HANDLERS(ADD, !__builtin_add_overflow(SHIFTED(a), SHIFTED(b), &r), (a + b) | tag_int)
INT_HANDLERS(SUB, !__builtin_sub_overflow(SHIFTED(a), SHIFTED(b), &r), (a - b) | tag_int)
INT_HANDLERS(MUL, !__builtin_mul_overflow(SHIFTED(a), value_as_small_int(b), &r),
             (uint64_t)r >> 16 | tag_int)
/* Positive divisors: the quotient of small integers is small then. */
INT_HANDLERS(MOD, (r = value_as_small_int(b)) > 0,
             value_from_small_int(int_modulo_positive(value_as_small_int(a), r)))
INT_HANDLERS(IDIV, (r = value_as_small_int(b)) > 0,
             value_from_small_int(int_divide_positive(value_as_small_int(a), r)))

/* Doubles. */
#define NUM_HANDLERS(name, result)                                             \
  HANDLER(name##_NUM) {                                                        \
    size_t b = B, c = C;                                                       \
    if (unlikely(base[b] >= nil)) HAND_OVER(name);                             \
    if (unlikely(base[c] >= nil)) HAND_OVER(name);                             \
    double x = load_double(base, b), y = load_double(base, c);                 \
    RA = value_from_double(result);                                            \
    NEXT(1);                                                                   \
  }                                                                            \
  HANDLER(name##_K_NUM) {                                                      \
    size_t b = B;                                                              \
    if (unlikely(base[b] >= nil)) HAND_OVER(name##_K);                         \
    double x = load_double(base, b), y = load_double(k, D);                    \
    RA = value_from_double(result);                                            \
    NEXT(1);                                                                   \
  }
/* One double and one integer are done by the generic form, which is not rewritten for them;
   division is of doubles even between integers. Of the other pairs, those with a wide integer have
   a handler that is no opcode of its own, so that this one needs no stack, and so have two doubles
   where integers were met as well (see specialise_arithmetic); the rest is for slow_arithmetic. */
#define MIXED_RESULT(left, right, result)                                      \
  do {                                                                         \
    double x = left, y = right;                                                \
    RA = value_from_double(result);                                            \
    NEXT(1);                                                                   \
  } while (0)
#define MIXED_HANDLER(name, right, result, settled, divides)                   \
  HANDLER(name##_OF_WIDE) {                                                    \
    Value a = RB, b = right;                                                   \
    if (a < nil && b < nil && (settled))                                       \
      MIXED_RESULT(value_as_double(a), value_as_double(b), result);            \
    if (a != WIDE && b != WIDE) HAND_OVER(ARITHMETIC_METHOD);                  \
    if (unlikely(!wide_is_simple_number(a) || !wide_is_simple_number(b)))      \
      SLOW(arithmetic);                                                        \
    if (!(divides) && (a < nil) == (b < nil)) SLOW(arithmetic);                \
    MIXED_RESULT(wide_simple_double(L, &RB), wide_simple_double(L, &right), result); \
  }                                                                            \
  HANDLER(name) {                                                              \
    Value a = RB, b = right;                                                   \
    if (a < nil) {                                                             \
      if (unlikely(b < tag_int)) HAND_OVER(name##_OF_WIDE);                    \
      MIXED_RESULT(value_as_double(a), int_to_double(value_as_small_int(b)), result); \
    }                                                                          \
    if (unlikely(a < tag_int)) HAND_OVER(name##_OF_WIDE);                      \
    if (likely(b < nil))                                                       \
      MIXED_RESULT(int_to_double(value_as_small_int(a)), value_as_double(b), result); \
    if (unlikely(!(divides) || b < tag_int)) HAND_OVER(name##_OF_WIDE);        \
    MIXED_RESULT(int_to_double(value_as_small_int(a)), int_to_double(value_as_small_int(b)), result); \
  }
#define MIXED_HANDLERS(name, result)                                           \
  MIXED_HANDLER(name, RC, result, instruction_op(*pc) == OP_##name##_WIDE, false) \
  MIXED_HANDLER(name##_K, KD, result, instruction_op(*pc) == OP_##name##_K_WIDE, false)

MIXED_HANDLERS(ADD, x + y)
MIXED_HANDLERS(SUB, x - y)
MIXED_HANDLERS(MUL, x * y)
MIXED_HANDLER(DIV, RC, x / y, false, true)
MIXED_HANDLER(DIV_K, KD, x / y, false, true)
NUM_HANDLERS(ADD, x + y)
NUM_HANDLERS(SUB, x - y)
NUM_HANDLERS(MUL, x * y)
NUM_HANDLERS(DIV, x / y)
MIXED_HANDLERS(IDIV, double_floor_divide(x, y))
NUM_HANDLERS(IDIV, double_floor_divide(x, y))

/* What the math library does, in handlers that are entered for nothing else. */
#define LIBRARY_HANDLER(name, right, function)                                 \
  HANDLER(name) {                                                              \
    Value a = RB, b = right;                                                   \
    if (unlikely(!value_is_simple_number(a))) HAND_OVER(ARITHMETIC_METHOD);    \
    if (unlikely(!value_is_simple_number(b))) HAND_OVER(ARITHMETIC_METHOD);    \
    double r = function(value_simple_double(a), value_simple_double(b));       \
    RA = value_from_foreign_double(r);                                         \
    NEXT(1);                                                                   \
  }

LIBRARY_HANDLER(POW, RC, double_power)
LIBRARY_HANDLER(POW_K_BY_LIBRARY, KD, double_power)
/* Squares are products. The constant 2 is an integer, mostly. */
HANDLER(POW_K) {
  Value a = RB, b = KD;
  if (b != value_from_small_int(2) && b != value_from_double(2.0)) HAND_OVER(POW_K_BY_LIBRARY);
  if (unlikely(!value_is_simple_number(a))) HAND_OVER(POW_K_BY_LIBRARY);
  double x = value_simple_double(a);
  RA = value_from_double(x * x);
  NEXT(1);
}

/* Modulo with a double among the operands, where both are whole and positive, as they mostly are; for others
   there is fmod, and two integers, for which slow_arithmetic has other forms. */
#define WHOLE_HANDLER(name, right, library)                                    \
  HANDLER(name) {                                                              \
    Value a = RB, b = right;                                                   \
    if (unlikely((a & b) >= tag_int)) SLOW(arithmetic);                        \
    uint64_t x, y;                                                             \
    if (unlikely(!value_is_whole(a, &x))) HAND_OVER(library);                  \
    if (unlikely(!value_is_whole(b, &y))) HAND_OVER(library);                  \
    uint64_t r = (x | y) <= UINT32_MAX ? (uint32_t)x % (uint32_t)y : x % y;    \
    RA = value_from_double(int_to_double((int64_t)r));                         \
    NEXT(1);                                                                   \
  }
LIBRARY_HANDLER(MOD_BY_LIBRARY, RC, double_modulo)
LIBRARY_HANDLER(MOD_K_BY_LIBRARY, KD, double_modulo)
WHOLE_HANDLER(MOD, RC, MOD_BY_LIBRARY)
WHOLE_HANDLER(MOD_NUM, RC, MOD_BY_LIBRARY)
WHOLE_HANDLER(MOD_K, KD, MOD_K_BY_LIBRARY)
WHOLE_HANDLER(MOD_K_NUM, KD, MOD_K_BY_LIBRARY)

/* ---- bitwise ---------------------------------------------------------------------------------- */

/* On sign-extended integers and, or and xor commute with cutting to 48 bits. */
#define BIT_HANDLER(name, wide, right, condition, result)                      \
  HANDLER(name) {                                                              \
    Value a = *value_at(base, B), b = right;                                   \
    if (likely((a & b) >= tag_int) && likely(condition)) {                     \
      *value_at(base, A) = result;                                           \
      NEXT(1);                                                                 \
    }                                                                          \
    WIDEN(wide);                                                               \
  }
#define BIT_HANDLERS(name, condition, result)      \
  BIT_HANDLER(name, name##_WIDE, *value_at(base, C), condition, result) \
  BIT_HANDLER(name##_K, name##_K_WIDE, KD, condition, result)

BIT_HANDLERS(BAND, true, a & b)
BIT_HANDLERS(BOR, true, a | b)
BIT_HANDLERS(BXOR, true, (a ^ b) | tag_int)
BIT_HANDLERS(SHL,
             (uint64_t)value_as_small_int(b) < 16 &&
                 int_is_small((int64_t)((uint64_t)value_as_small_int(a) << (b & 15))),
             ((a << (b & 15)) & PAYLOAD_MASK) | tag_int)
BIT_HANDLERS(SHR, (uint64_t)value_as_small_int(b) < 64 && value_as_small_int(a) >= 0,
             value_from_small_int(value_as_small_int(a) >> (b & 63)))

HANDLER(UNM) {
  Value a = RB;
  if (value_is_double(a)) {
    RA = value_from_double(-value_as_double(a));
    NEXT(1);
  }
  if (likely(value_is_small_int(a) && a != value_from_small_int(SMALL_INT_MIN))) {
    RA = (0 - a) | tag_int;
    NEXT(1);
  }
  WIDEN(UNM_WIDE);
}

HANDLER(BNOT) {
  Value a = RB;
  if (likely(value_is_small_int(a))) {
    RA = ~a | tag_int;
    NEXT(1);
  }
  WIDEN(BNOT_WIDE);
}

/* ---- others ------------------------------------------------------------------------------------ */

HANDLER(NOT) {
  RA = value_from_bool(value_is_falsy(RB));
  NEXT(1);
}

HANDLER(LEN) {
  Value v = RB;
  Table *t = value_untag(v, TAG_TABLE);
  if (likely(!untag_failed(t))) {
    if (likely(!(t->head.aux & TABLE_HASH_HAS_INTS) &&
               table_shape(L->heap, t)->metatable == NULL)) {
      RA = value_from_small_int((int64_t)t->array_size);
      NEXT(1);
    }
    HAND_OVER(LENGTH_METHOD);
  }
  if (unlikely(!value_is_string(v))) SLOW(length);
  RA = value_from_small_int((int64_t)string_length(value_string(v)));
  NEXT(1);
}

HANDLER(CONCAT) {
  const Value *end = &RB + C;
  if (unlikely(value_is_table(end[-1]) || value_is_table(end[-2]))) HAND_OVER(CONCAT_METHOD);
  SLOW(concat);
}
