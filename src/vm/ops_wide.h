/* Handlers: integers of any form. See dispatch.h and wide.h.

   The handlers for small integers become these when an operand or the result is not small. Those
   that compare stay what they are, and hand over for once. */

HANDLER(BOX_WIDE) {
  if (likely(RA != nil + (WIDE - NIL))) NEXT(1);
  if (unlikely(!wide_can_box(L))) SLOW(box_wide);
  RA = wide_box(L, *slot_twin(L, &RA));
  NEXT(1);
}

/* The operand in a register, as 64 bits. */
#define WIDE_OPERAND(x, slot, LEAVE)                                       \
  uint64_t x;                                                                  \
  {                                                                            \
    Value word = slot;                                                         \
    if (likely(word == nil + (WIDE - NIL)))                                    \
      x = (uint64_t)*slot_twin(L, &slot);                                      \
    else if (word >= tag_int)                                                  \
      x = (uint64_t)value_as_small_int(word);                                  \
    else if (value_is_int_box(word))                                           \
      x = (uint64_t)value_box(word)->as.integer;                               \
    else                                                                       \
      LEAVE;                                                                   \
  }
#define CONSTANT_OPERAND(x, constant, LEAVE)                               \
  uint64_t x;                                                                  \
  {                                                                            \
    Value word = constant;                                                     \
    if (likely(word >= tag_int))                                               \
      x = (uint64_t)value_as_small_int(word);                                  \
    else if (value_is_int_box(word))                                           \
      x = (uint64_t)value_box(word)->as.integer;                               \
    else                                                                       \
      LEAVE;                                                                   \
  }

/* A wide result always goes to the twin first; from there, unless marked, to a box. */
#define WIDE_RESULT(r, mark, slow_name)                                        \
  if (int_is_small(r)) {                                                       \
    RA = (Value)r | tag_int;                                                   \
    NEXT(1);                                                                   \
  }                                                                            \
  if (unlikely(L->twin_offset == 0)) SLOW(slow_name);                          \
  *slot_twin(L, &RA) = r;                                                      \
  RA = nil + (WIDE - NIL);                                                     \
  if (insn & (mark)) NEXT(1);                                                  \
  HAND_OVER(BOX_WIDE);

#define WIDE_HANDLER(name, mark, READ_RIGHT, right, condition, result)         \
  HANDLER(name) {                                                              \
    WIDE_OPERAND(x, RB, HAND_OVER(ARITHMETIC_METHOD))                                            \
    READ_RIGHT(y, right, HAND_OVER(ARITHMETIC_METHOD))                                           \
    if (unlikely(!(condition))) SLOW(arithmetic);                              \
    int64_t r = (int64_t)(result);                                             \
    WIDE_RESULT(r, mark, arithmetic)                                           \
  }
#define WIDE_HANDLERS(name, condition, result)                                 \
  WIDE_HANDLER(name##_WIDE, WIDE_MARK_D, WIDE_OPERAND, RC, condition, result)  \
  WIDE_HANDLER(name##_K_WIDE, WIDE_MARK_C, CONSTANT_OPERAND, KD, condition, result)

WIDE_HANDLERS(ADD, true, x + y)
WIDE_HANDLERS(SUB, true, x - y)
WIDE_HANDLERS(MUL, true, x * y)
WIDE_HANDLERS(MOD, y != 0, int_modulo((int64_t)x, (int64_t)y))
WIDE_HANDLERS(IDIV, y != 0, int_floor_divide((int64_t)x, (int64_t)y))
WIDE_HANDLERS(BAND, true, x & y)
WIDE_HANDLERS(BOR, true, x | y)
WIDE_HANDLERS(BXOR, true, x ^ y)
/* Shifts by other counts are rare. */
WIDE_HANDLERS(SHL, y < 64, x << (y & 63))
WIDE_HANDLERS(SHR, y < 64, x >> (y & 63))

#define WIDE_UNARY_HANDLER(name, result)                                       \
  HANDLER(name##_WIDE) {                                                       \
    WIDE_OPERAND(x, RB, HAND_OVER(UNARY_METHOD))                                                 \
    int64_t r = (int64_t)(result);                                             \
    WIDE_RESULT(r, WIDE_MARK_C, unary)                                         \
  }
WIDE_UNARY_HANDLER(UNM, 0 - x)
WIDE_UNARY_HANDLER(BNOT, ~x)

#define WIDE_COMPARISON(name, READ_RIGHT, right, test, LEAVE)                  \
  HANDLER(JUMP_##name##_WIDE) {                                                \
    WIDE_OPERAND(left_bits, RA, LEAVE)                                         \
    READ_RIGHT(right_bits, right, LEAVE)                                       \
    int64_t x = (int64_t)left_bits, y = (int64_t)right_bits;                   \
    if (test) SKIP(1, SD);                                                     \
    NEXT(1);                                                                   \
  }
#define WIDE_COMPARISON_R(name, test) \
  WIDE_COMPARISON(name, WIDE_OPERAND, RB, test, HAND_OVER(COMPARE_METHOD))
#define WIDE_COMPARISON_K(name, test) WIDE_COMPARISON(name, CONSTANT_OPERAND, KBC, test, SLOW(compare))

WIDE_COMPARISON_R(LT, x < y)
WIDE_COMPARISON_R(NOT_LT, !(x < y))
WIDE_COMPARISON_R(LE, x <= y)
WIDE_COMPARISON_R(NOT_LE, !(x <= y))
WIDE_COMPARISON_K(LT_K, x < y)
WIDE_COMPARISON_K(NOT_LT_K, !(x < y))
WIDE_COMPARISON_K(LE_K, x <= y)
WIDE_COMPARISON_K(NOT_LE_K, !(x <= y))
WIDE_COMPARISON_K(GT_K, x > y)
WIDE_COMPARISON_K(NOT_GT_K, !(x > y))
WIDE_COMPARISON_K(GE_K, x >= y)
WIDE_COMPARISON_K(NOT_GE_K, !(x >= y))

/* ---- moves ----------------------------------------------------------------------------------*/

/* Boxed where it is as well, so that the next copy finds the box. */
HANDLER(MOVE_WIDE) {
  Value v = RB;
  if (likely(v != nil + (WIDE - NIL))) {
    RA = v;
    NEXT(1);
  }
  if (insn & WIDE_MARK_C) {
    *slot_twin(L, &RA) = *slot_twin(L, &RB);
    RA = nil + (WIDE - NIL);
    NEXT(1);
  }
  if (unlikely(!wide_can_box(L))) SLOW(box_wide);
  RA = RB = wide_box(L, *slot_twin(L, &RB));
  NEXT(1);
}
