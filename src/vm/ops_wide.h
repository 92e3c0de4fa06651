/* Handlers: integers of any form. See dispatch.h and wide.h.

   The handlers for small integers become these when an operand or the result is not small. Those
   that compare stay what they are, and hand over for once. */

HANDLER(BOX_WIDE) {
  if (likely(RA != nil + (WIDE - NIL))) NEXT(1);
  if (unlikely(!wide_can_box(L))) SLOW(box_wide);
  RA = wide_box_or_small(L, *slot_twin(L, &RA));
  NEXT(1);
}

/* The registers' twins. */
#define TWINS int64_t *twins = slot_twin(L, base)

/* The operand in a register, as 64 bits. */
#define WIDE_OPERAND(x, reg, LEAVE)                                            \
  uint64_t x;                                                                  \
  {                                                                            \
    Value word = *value_at(base, reg);                                         \
    if (likely(word == nil + (WIDE - NIL)))                                    \
      x = (uint64_t)twins[reg];                                                \
    else if (word >= tag_int)                                                  \
      x = (uint64_t)value_as_small_int(word);                                  \
    else {                                                                     \
      const Box *box = value_untag(word, TAG_BOX);                             \
      if (unlikely(untag_failed(box) || box->head.kind != KIND_INT_BOX)) LEAVE; \
      x = (uint64_t)box->as.integer;                                           \
    }                                                                          \
  }
/* A constant is no light userdata: a box holds an integer. */
#define CONSTANT_OPERAND(x, index, LEAVE)                                      \
  uint64_t x;                                                                  \
  {                                                                            \
    Value word = k[index];                                                     \
    if (likely(word >= tag_int))                                               \
      x = (uint64_t)value_as_small_int(word);                                  \
    else {                                                                     \
      const Box *box = value_untag(word, TAG_BOX);                             \
      if (unlikely(untag_failed(box))) LEAVE;                                  \
      x = (uint64_t)box->as.integer;                                           \
    }                                                                          \
  }
/* Other counts are for the handlers of BITWISE_OTHERS. */
#define SHIFT_COUNT(x, count, LEAVE)                                           \
  uint64_t x = (count) - tag_int;                                              \
  if (unlikely(x >= 64)) LEAVE;
#define SHIFT_OPERAND(x, reg, LEAVE) SHIFT_COUNT(x, base[reg], LEAVE)
#define SHIFT_CONSTANT(x, index, LEAVE) SHIFT_COUNT(x, k[index], LEAVE)

/* The marks, see bytecode/instruction.h. */
#define MARKS_C C
#define MARKS_D (uint8_t)D

/* Passes a result on to the next instruction, its only reader: insn holds it on the way. */
#define FORWARD(r, marks)                                                      \
  do {                                                                         \
    unsigned entry = DISPATCH_OPCODES + ((marks) >> FORWARD_SHIFT);            \
    pc += 1;                                                                   \
    insn = (Instruction)(r);                                                   \
    DISPATCH_ENTRY(entry);                                                     \
  } while (0)

#define RESULT_TO_TWIN(r)                                                      \
  do {                                                                         \
    twins[A] = r;                                                              \
    RA = nil + (WIDE - NIL);                                                   \
    NEXT(1);                                                                   \
  } while (0)

/* The first wide result of a thread brings its twins about. */
#define RESULT_WITHOUT_TWINS(r, slow_name)                                     \
  if (unlikely((Value *)twins == base)) {                                      \
    if (!int_is_small(r)) SLOW(slow_name);                                     \
    RA = (Value)(r) | tag_int;                                                 \
    NEXT(1);                                                                   \
  }

/* What is not forwarded goes to the twin if it is wide and marked, to a box if it is wide. */
#define WIDE_RESULT(r, marks)                                                  \
  if ((marks) >> FORWARD_SHIFT) {                                              \
    if ((marks) >> FORWARD_SHIFT == FORWARD_LATER) RESULT_TO_TWIN(r);          \
    FORWARD(r, marks);                                                         \
  }                                                                            \
  if (int_is_small(r)) {                                                       \
    *value_at(base, A) = (Value)(r) | tag_int;                                 \
    NEXT(1);                                                                   \
  }                                                                            \
  if (likely((marks) & MARK_WIDE)) RESULT_TO_TWIN(r);                          \
  insn = (Instruction)(r);                                                     \
  HAND_OVER(BOX_RESULT);

/* insn is the instruction's result. */
HANDLER(BOX_RESULT) {
  int64_t r = (int64_t)insn;
  insn = *pc;
  if (unlikely(!wide_can_box(L))) {
    slot_twin(L, base)[A] = r;
    RA = nil + (WIDE - NIL);
    SLOW(box_wide);
  }
  RA = wide_box(L, r);
  NEXT(1);
}

/* The way into an instruction that a result was forwarded to, where the other operand is none that
   the handlers below know: the result goes to its register after all. Also the way into all of them
   while other handlers stand in the dispatch table. */
HANDLER(STORE_FORWARDED) {
  unsigned to = instruction_a(pc[-1]);
  slot_twin(L, base)[to] = (int64_t)insn;
  base[to] = nil + (WIDE - NIL);
  insn = *pc;
  DISPATCH();
}
#define LEAVE_FORWARDED(result) { insn = result; HAND_OVER(STORE_FORWARDED); }

/* A handler with two operands, and those that one of them is forwarded to. There are twins then. */
#define WIDE_HANDLER(name, others, marks, READ_RIGHT, right, condition, result) \
  HANDLER(name) {                                                              \
    TWINS;                                                                     \
    WIDE_OPERAND(x, B, HAND_OVER(others))                                      \
    READ_RIGHT(y, right, HAND_OVER(others))                                    \
    if (unlikely(!(condition))) SLOW(arithmetic);                              \
    int64_t r = (int64_t)(result);                                             \
    RESULT_WITHOUT_TWINS(r, arithmetic)                                        \
    WIDE_RESULT(r, marks)                                                      \
  }
#define FORWARD_LEFT_HANDLER(name, marks, READ_RIGHT, right, condition, result) \
  HANDLER(name) {                                                              \
    TWINS;                                                                     \
    uint64_t x = insn;                                                         \
    READ_RIGHT(y, right, LEAVE_FORWARDED(x))                                   \
    if (unlikely(!(condition))) LEAVE_FORWARDED(x)                             \
    insn = *pc;                                                                \
    int64_t r = (int64_t)(result);                                             \
    WIDE_RESULT(r, marks)                                                      \
  }
#define FORWARD_RIGHT_HANDLER(name, condition, result)                         \
  HANDLER(name) {                                                              \
    TWINS;                                                                     \
    uint64_t y = insn;                                                         \
    WIDE_OPERAND(x, instruction_b(*pc), LEAVE_FORWARDED(y))                    \
    if (unlikely(!(condition))) LEAVE_FORWARDED(y)                             \
    insn = *pc;                                                                \
    int64_t r = (int64_t)(result);                                             \
    WIDE_RESULT(r, MARKS_D)                                                    \
  }
#define WIDE_HANDLERS(name, others, others_k, READ_REGISTER, READ_CONSTANT, condition, result) \
  WIDE_HANDLER(name##_WIDE, others, MARKS_D, READ_REGISTER, C, condition, result) \
  WIDE_HANDLER(name##_K_WIDE, others_k, MARKS_C, READ_CONSTANT, D, condition, result) \
  FORWARD_LEFT_HANDLER(FORWARD_##name##_LEFT, MARKS_D, READ_REGISTER, C, condition, result) \
  FORWARD_LEFT_HANDLER(FORWARD_##name##_K, MARKS_C, READ_CONSTANT, D, condition, result) \
  FORWARD_RIGHT_HANDLER(FORWARD_##name##_RIGHT, condition, result)

/* What is no pair of integers: the generic form knows doubles. */
#define WIDE_ARITHMETIC(name, condition, result)                               \
  DECLARE_HANDLER(name)                                                        \
  DECLARE_HANDLER(name##_K)                                                    \
  WIDE_HANDLERS(name, name, name##_K, WIDE_OPERAND, CONSTANT_OPERAND, condition, result)
/* Doubles that stand for integers, and shifts by a count that is negative or beyond 63. */
#define BITWISE_OTHERS(name, marks, right, is_exchanged, result)               \
  HANDLER(name) {                                                              \
    TWINS;                                                                     \
    int64_t x, y;                                                              \
    if (!wide_whole(L, &RB, &x) || !wide_whole(L, right, &y)) HAND_OVER(ARITHMETIC_METHOD); \
    if (is_exchanged) {                                                        \
      int64_t left = y;                                                        \
      y = x;                                                                   \
      x = left;                                                                \
    }                                                                          \
    int64_t r = result;                                                        \
    RESULT_WITHOUT_TWINS(r, arithmetic)                                        \
    WIDE_RESULT(r, marks)                                                      \
  }
#define WIDE_BITWISE(name, READ_REGISTER, READ_CONSTANT, condition, result, other_result) \
  BITWISE_OTHERS(name##_OTHERS, MARKS_D, &RC, false, other_result)             \
  BITWISE_OTHERS(name##_K_OTHERS, MARKS_C, &KD, C & EXCHANGED, other_result)   \
  WIDE_HANDLERS(name, name##_OTHERS, name##_K_OTHERS, READ_REGISTER, READ_CONSTANT, condition, result)

WIDE_ARITHMETIC(ADD, true, x + y)
WIDE_ARITHMETIC(SUB, true, x - y)
WIDE_ARITHMETIC(MUL, true, x * y)
WIDE_ARITHMETIC(MOD, y != 0, int_modulo_any((int64_t)x, (int64_t)y))
WIDE_ARITHMETIC(IDIV, y != 0, int_floor_divide((int64_t)x, (int64_t)y))
WIDE_BITWISE(BAND, WIDE_OPERAND, CONSTANT_OPERAND, true, x & y, x & y)
WIDE_BITWISE(BOR, WIDE_OPERAND, CONSTANT_OPERAND, true, x | y, x | y)
WIDE_BITWISE(BXOR, WIDE_OPERAND, CONSTANT_OPERAND, true, x ^ y, x ^ y)
WIDE_BITWISE(SHL, SHIFT_OPERAND, SHIFT_CONSTANT, y < 64, x << (y & 63), int_shift_left(x, y))
WIDE_BITWISE(SHR, SHIFT_OPERAND, SHIFT_CONSTANT, y < 64, x >> (y & 63), int_shift_right(x, y))

#define WIDE_UNARY_HANDLER(name, result)                                       \
  HANDLER(name##_WIDE) {                                                       \
    TWINS;                                                                     \
    WIDE_OPERAND(x, B, HAND_OVER(UNARY_METHOD))                                \
    int64_t r = (int64_t)(result);                                             \
    RESULT_WITHOUT_TWINS(r, unary)                                             \
    WIDE_RESULT(r, MARKS_C)                                                    \
  }                                                                            \
  HANDLER(FORWARD_##name) {                                                    \
    TWINS;                                                                     \
    uint64_t x = insn;                                                         \
    insn = *pc;                                                                \
    int64_t r = (int64_t)(result);                                             \
    WIDE_RESULT(r, MARKS_C)                                                    \
  }
WIDE_UNARY_HANDLER(UNM, 0 - x)
WIDE_UNARY_HANDLER(BNOT, ~x)

/* See bytecode/instruction.h. The last of the instructions that follow says where the result goes. */
#define ROTATION(length, condition, result)                                    \
  TWINS;                                                                       \
  WIDE_OPERAND(x, A, NEXT(1))                                                  \
  if (unlikely(!(condition) || (Value *)twins == base)) NEXT(1);               \
  int64_t r = (int64_t)(result);                                               \
  pc += (length);                                                              \
  insn = *pc;                                                                  \
  WIDE_RESULT(r, MARKS_D)

HANDLER(ROTATE_K) { ROTATION(ROTATE_K_LENGTH, true, x << (D & 63) | x >> (BC & 63)) }
HANDLER(ROTATE) {
  uint64_t n = base[C] - tag_int;
  uint64_t left = D == 0 ? n : 64 - n;
  ROTATION(ROTATE_LENGTH, n <= 64, x << (left & 63) | x >> (-left & 63))
}

#define WIDE_COMPARISON(name, READ_RIGHT, right, test, LEAVE)                  \
  HANDLER(JUMP_##name##_WIDE) {                                                \
    TWINS;                                                                     \
    WIDE_OPERAND(left_bits, A, LEAVE)                                          \
    READ_RIGHT(right_bits, right, LEAVE)                                       \
    int64_t x = (int64_t)left_bits, y = (int64_t)right_bits;                   \
    if (test) SKIP(1, SD);                                                     \
    NEXT(1);                                                                   \
  }
#define WIDE_COMPARISON_R(name, test) \
  WIDE_COMPARISON(name, WIDE_OPERAND, B, test, HAND_OVER(COMPARE_METHOD))
#define WIDE_COMPARISON_K(name, test) WIDE_COMPARISON(name, CONSTANT_OPERAND, BC, test, SLOW(compare))

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
  RA = RB = wide_box_or_small(L, *slot_twin(L, &RB));
  NEXT(1);
}
