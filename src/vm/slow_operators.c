/* Slow paths of the operators: arithmetic, length, concatenation, comparison.
   Layer: vm. */
#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/string.h"
#include "runtime/table.h"
#include "runtime/thread.h"
#include "runtime/throw.h"
#include "vm/budget.h"
#include "vm/arithmetic.h"
#include "vm/debug_info.h"
#include "vm/slow.h"
#include "vm/vm.h"
#include "vm/wide.h"

/* ---- arithmetic ---------------------------------------------------------------------------------- */

/* The families are laid out generic, int, double, wide (or generic, double): rewriting adds. */
#define ASSERT_FAMILY(name) \
  STATIC_ASSERT(OP_##name##_INT == OP_##name + 1 && OP_##name##_NUM == OP_##name + 2 && \
                    OP_##name##_WIDE == OP_##name + 3, \
                "the forms of a family are adjacent")
ASSERT_FAMILY(ADD);
ASSERT_FAMILY(ADD_K);
ASSERT_FAMILY(SUB);
ASSERT_FAMILY(SUB_K);
ASSERT_FAMILY(MUL);
ASSERT_FAMILY(MUL_K);
ASSERT_FAMILY(MOD);
ASSERT_FAMILY(MOD_K);
ASSERT_FAMILY(IDIV);
ASSERT_FAMILY(IDIV_K);
#undef ASSERT_FAMILY
STATIC_ASSERT(OP_DIV_NUM == OP_DIV + 1 && OP_DIV_K_NUM == OP_DIV_K + 1,
              "the forms of a family are adjacent");

const ArithmeticForm arithmetic_forms[OPCODE_COUNT] = {
#define FORMS(name, integer, number)                        \
  [OP_##name] = {LUA_OP##name, false, integer, number},     \
  [OP_##name##_K] = {LUA_OP##name, true, integer, number},
    FORMS(ADD, true, true)
    FORMS(SUB, true, true)
    FORMS(MUL, true, true)
    FORMS(MOD, true, true)
    FORMS(IDIV, true, true)
    FORMS(DIV, false, true)
    FORMS(POW, false, false)
    FORMS(BAND, false, false)
    FORMS(BOR, false, false)
    FORMS(BXOR, false, false)
    FORMS(SHL, false, false)
    FORMS(SHR, false, false)
#undef FORMS
};

/* The form for a small constant looks at the register alone: a boxed one needs the form for wide
   integers. So does an instruction that had the form for doubles: that one does both from then on. */
static void specialise_arithmetic(Instruction *pc, unsigned generic, ArithmeticForm form, Value a,
                                  Value b) {
  bool boxed = form.constant && (value_is_box(a) || value_is_box(b));
  if (form.has_int && value_is_int(a) && value_is_int(b))
    instruction_rewrite(pc, generic + (boxed || instruction_op(*pc) == generic + 2 ? 3 : 1));
  else if (form.has_num && value_is_double(a) && value_is_double(b))
    instruction_rewrite(pc, generic + (form.has_int ? 2 : 1));
  else
    instruction_rewrite(pc, generic);
}

static State *arithmetic_by_metamethod(State *L, int op, Value a, Value b) {
  Event event = (Event)arithmetic_event(op);
  Value method = value_metamethod(L, a, event);
  if (value_is_nil(method)) method = value_metamethod(L, b, event);
  if (value_is_nil(method)) error_arithmetic(L, op, a, b);
  return call_metamethod(L, method, a, b);
}

/* An operand as a Value: a wide one is boxed, or a double at once where one will be made of it. */
ALWAYS_INLINE Value arithmetic_operand(State *L, int op, Value *slot, Value other) {
  if (likely(*slot != WIDE)) return *slot;
  if (value_is_double(other) && op <= LUA_OPIDIV)
    return value_from_double((double)*slot_twin(L, slot));
  return wide_boxed(L, slot);
}

/* The instruction is done, with this result. */
static State *arithmetic_done(State *L, Frame *f, Instruction *pc, Value result) {
  f->base[instruction_a(*pc)] = result;
  if (value_is_box(result)) stack_make_twins(L);
  slow_safepoint(L);
  return slow_done(L, pc);
}

State *slow_arithmetic(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  unsigned generic = instruction_generic(*pc);
  ArithmeticForm form = arithmetic_forms[generic];
  Value *left = &f->base[instruction_b(*pc)];
  Value *right = form.constant ? &f->constants[instruction_d(*pc)] : &f->base[instruction_c(*pc)];
  Value a = arithmetic_operand(L, form.op, left, *right);
  Value b = arithmetic_operand(L, form.op, right, a);
  if (form.constant && (instruction_c(*pc) & EXCHANGED)) {
    Value constant = b;
    b = a;
    a = constant;
  }
  Value result;
  if (!arithmetic_raw(L, form.op, a, b, &result)) return arithmetic_by_metamethod(L, form.op, a, b);
  specialise_arithmetic(pc, generic, form, a, b);
  return arithmetic_done(L, f, pc, result);
}

State *slow_unary(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  int op = instruction_generic(*pc) == OP_UNM ? LUA_OPUNM : LUA_OPBNOT;
  Value a = wide_boxed(L, &f->base[instruction_b(*pc)]);
  Value result;
  if (!arithmetic_raw(L, op, a, a, &result)) return arithmetic_by_metamethod(L, op, a, a);
  return arithmetic_done(L, f, pc, result);
}

/* BOX_WIDE, MOVE_WIDE, and what left a result in the twin that must be boxed. */
State *slow_box_wide(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  bool moves = instruction_op(*pc) == OP_MOVE_WIDE;
  Value v = wide_boxed(L, &f->base[moves ? instruction_b(*pc) : instruction_a(*pc)]);
  f->base[instruction_a(*pc)] = v;
  slow_safepoint(L);
  return slow_done(L, pc);
}

State *slow_length(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value v = f->base[instruction_b(*pc)];
  Value method;
  if (value_is_table(v))
    method = metatable_get(L, table_metatable(L, value_table(v)), EVENT_LEN);
  else
    method = value_is_string(v) ? NIL : value_metamethod(L, v, EVENT_LEN);
  if (!value_is_nil(method)) return call_metamethod(L, method, v, v);
  f->base[instruction_a(*pc)] = vm_length(L, v);
  return slow_done(L, pc);
}

/* ---- concatenation -------------------------------------------------------------------------------- */

static bool value_joins(Value v) { return value_is_string(v) || value_is_number(v); }

/* A short string's bytes: mostly a word or two, fewer instructions than a call takes. */
ALWAYS_INLINE void copy_short(char *to, const char *from, size_t length) {
  if (length >= 8) {
    for (size_t i = 0; i + 8 < length; i += 8) memcpy(to + i, from + i, 8);
    memcpy(to + length - 8, from + length - 8, 8);
  } else if (length >= 4) {
    memcpy(to, from, 4);
    memcpy(to + length - 4, from + length - 4, 4);
  } else {
    for (size_t i = 0; i < length; i++) to[i] = from[i];
  }
}

/* The operands as one short string; NULL if they are not all short strings and numbers, or it would be a
   long one. Nothing is changed. */
static String *join_short(State *L, const Value *operands, unsigned count) {
  char text[SHORT_STRING_MAX + NUMBER_TEXT_MAX];
  size_t length = 0;
  for (const Value *end = operands + count; operands != end; operands++) {
    if (value_is_string(*operands)) {
      const String *piece = value_string(*operands);
      if (!string_is_short(piece)) return NULL;
      if (piece->head.aux > SHORT_STRING_MAX - length) return NULL;
      copy_short(text + length, piece->at.short_bytes, piece->head.aux);
      length += piece->head.aux;
    } else {
      if (!value_is_number(*operands)) return NULL;
      length += number_to_text(*operands, text + length);
      if (length > SHORT_STRING_MAX) return NULL;
    }
  }
  return string_intern(L, text, length);
}

/* Up to here the copy counts as part of the instruction. */
enum { PLAIN_COPY_MAX = 1 << 12 };

/* Strings alone. What this takes is paid, and a stop comes in between. */
static NOINLINE String *join_huge(State *L, const Value *strings, unsigned count, size_t length) {
  budget_check_bytes(L, length);
  String *s = string_new_buffer(L, length);
  char *to = s->at.long_bytes;
  for (unsigned i = 0; i < count; i++) {
    const String *piece = value_string(strings[i]);
    size_t l = string_length(piece);
    string_copy(L, to, string_bytes(piece), l);
    to += l;
  }
  return s;
}

/* Joins the `count` strings and numbers at `first` into one string. Operands are read twice (first for
   the length): numbers become strings in place. */
static String *join(State *L, Value *first, unsigned count) {
  size_t length = 0;
  for (unsigned i = 0; i < count; i++) {
    if (!value_is_string(first[i])) first[i] = value_from_string(number_to_string(L, first[i]));
    size_t l = string_length(value_string(first[i]));
    if (unlikely(l > (size_t)PTRDIFF_MAX - length - sizeof(String) - 64))
      error_run(L, "string length overflow");
    length += l;
  }
  if (length <= SHORT_STRING_MAX) return join_short(L, first, count);
  if (length > PLAIN_COPY_MAX) return join_huge(L, first, count, length);
  String *s = string_new_buffer(L, length);
  char *to = s->at.long_bytes;
  for (unsigned i = 0; i < count; i++) {
    String *piece = value_string(first[i]);
    size_t l = string_length(piece);
    memcpy(to, string_bytes(piece), l);
    to += l;
  }
  return s;
}

/* The operand that is left of two strings of which the other is empty; NULL if none is. */
static String *other_than_empty(const Value *pair) {
  if (!value_is_string(pair[0]) || !value_is_string(pair[1])) return NULL;
  String *left = value_string(pair[0]), *right = value_string(pair[1]);
  if (string_length(left) == 0) return right;
  return string_length(right) == 0 ? left : NULL;
}

/* Joins as many operands before `end` as are strings or numbers (at least the last two must be);
   the result goes to the place of the first of them. Returns the new end. */
static unsigned join_run(State *L, Value *operands, unsigned end) {
  unsigned first = end - 2;
  while (first > 0 && value_joins(operands[first - 1])) first--;
  unsigned count = end - first;
  String *s = count == 2 ? other_than_empty(operands + first) : NULL;
  if (s == NULL) s = join(L, operands + first, count);
  operands[first] = value_from_string(s);
  return first + 1;
}

static Value concat_method(State *L, Value a, Value b) {
  Value method = value_metamethod(L, a, EVENT_CONCAT);
  if (value_is_nil(method)) method = value_metamethod(L, b, EVENT_CONCAT);
  if (value_is_nil(method)) vm_error_concat(L, a, b);
  return method;
}

State *concat_continue(State *L, Frame *f, unsigned end) {
  Value *operands = f->base + instruction_b(*f->pc);
  while (end > 1) {
    Value a = operands[end - 2], b = operands[end - 1];
    if (!value_joins(a) || !value_joins(b)) {
      f->concat_end = (int32_t)end;
      return call_metamethod(L, concat_method(L, a, b), a, b);
    }
    end = join_run(L, operands, end);
  }
  unsigned a = instruction_a(*f->pc), b = instruction_b(*f->pc);
  f->base[a] = operands[0];
  slow_safepoint_below(L, a >= b ? a + 1 : b);
  f = L->frame;
  f->pc += 1;
  return L;
}

State *slow_concat(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  unsigned a = instruction_a(*pc), b = instruction_b(*pc), count = instruction_c(*pc);
  String *s = join_short(L, f->base + b, count);
  if (s == NULL) return concat_continue(L, f, count);
  f->base[a] = value_from_string(s);
  slow_safepoint_below(L, a >= b ? a + 1 : b);
  return slow_done(L, pc);
}

void vm_concat(State *L, int n) {
  if (n == 0) {
    stack_push(L, value_from_string(string_intern(L, "", 0)));
    return;
  }
  while (n > 1) {
    Value a = L->top[-2], b = L->top[-1];
    if (value_joins(a) && value_joins(b)) {
      unsigned left = join_run(L, L->top - n, (unsigned)n);
      L->top -= n - (int)left;
      n = (int)left;
    } else {
      Value result = vm_call_metamethod(L, concat_method(L, a, b), (Value[]){a, b}, 2, 1);
      L->top[-2] = result;
      L->top--;
      n--;
    }
  }
}

/* ---- comparison ----------------------------------------------------------------------------------- */

#define ASSERT_COMPARISON(name) \
  STATIC_ASSERT(OP_JUMP_##name##_INT == OP_JUMP_##name + 1 && \
                    OP_JUMP_##name##_NUM == OP_JUMP_##name + 2 && \
                    OP_JUMP_##name##_MIXED == OP_JUMP_##name + 3, \
                "the forms of a family are adjacent")
ASSERT_COMPARISON(LT);
ASSERT_COMPARISON(NOT_LT);
ASSERT_COMPARISON(LE);
ASSERT_COMPARISON(NOT_LE);
ASSERT_COMPARISON(LT_K);
ASSERT_COMPARISON(NOT_LT_K);
ASSERT_COMPARISON(LE_K);
ASSERT_COMPARISON(NOT_LE_K);
ASSERT_COMPARISON(GT_K);
ASSERT_COMPARISON(NOT_GT_K);
ASSERT_COMPARISON(GE_K);
ASSERT_COMPARISON(NOT_GE_K);
#undef ASSERT_COMPARISON

typedef struct ComparisonForm {
  bool constant; /* second operand K[BC] */
  bool swapped;  /* a > b is b < a */
  bool equal;    /* <= */
  bool negated;
} ComparisonForm;

static ComparisonForm comparison_form(unsigned generic) {
  switch (generic) {
    case OP_JUMP_LT: return (ComparisonForm){0, 0, 0, 0};
    case OP_JUMP_NOT_LT: return (ComparisonForm){0, 0, 0, 1};
    case OP_JUMP_LE: return (ComparisonForm){0, 0, 1, 0};
    case OP_JUMP_NOT_LE: return (ComparisonForm){0, 0, 1, 1};
    case OP_JUMP_LT_K: return (ComparisonForm){1, 0, 0, 0};
    case OP_JUMP_NOT_LT_K: return (ComparisonForm){1, 0, 0, 1};
    case OP_JUMP_LE_K: return (ComparisonForm){1, 0, 1, 0};
    case OP_JUMP_NOT_LE_K: return (ComparisonForm){1, 0, 1, 1};
    case OP_JUMP_GT_K: return (ComparisonForm){1, 1, 0, 0};
    case OP_JUMP_NOT_GT_K: return (ComparisonForm){1, 1, 0, 1};
    case OP_JUMP_GE_K: return (ComparisonForm){1, 1, 1, 0};
    default: return (ComparisonForm){1, 1, 1, 1};
  }
}

/* Strings were compared, perhaps long ones. */
static inline void pay_comparison(State *L, Value a, Value b) {
  if (unlikely(interrupt_bits(L) != 0) && value_is_string(a) && value_is_string(b))
    budget_check_bytes(L, string_length(value_string(a)) + string_length(value_string(b)));
}

static State *jump_when(State *L, Frame *f, Instruction *pc, bool taken) {
  f->pc = pc + 1 + (taken ? instruction_sd(*pc) : 0);
  return L;
}

State *slow_compare(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  unsigned generic = instruction_generic(*pc);
  ComparisonForm form = comparison_form(generic);
  Value left = wide_boxed(L, &f->base[instruction_a(*pc)]);
  Value right = form.constant ? f->constants[instruction_bc(*pc)]
                              : wide_boxed(L, &f->base[instruction_b(*pc)]);
  Value a = form.swapped ? right : left, b = form.swapped ? left : right;
  bool result;
  if (value_is_number(a) && value_is_number(b)) {
    if (value_is_int(a) && value_is_int(b)) /* as for arithmetic; the mixed form sees to boxed constants */
      instruction_rewrite(pc, generic + (form.constant && value_is_box(right) ? 3 : 1));
    else if (!value_is_box(a) && !value_is_box(b))
      instruction_rewrite(pc, generic + (value_is_double(a) && value_is_double(b) ? 2 : 3));
    result = form.equal ? number_less_equal(a, b) : number_less_than(a, b);
  } else if (value_is_string(a) && value_is_string(b)) {
    int order = string_compare(value_string(a), value_string(b));
    pay_comparison(L, a, b);
    result = form.equal ? order <= 0 : order < 0;
  } else {
    Event event = form.equal ? EVENT_LE : EVENT_LT;
    Value method = value_metamethod(L, a, event);
    if (value_is_nil(method)) method = value_metamethod(L, b, event);
    if (value_is_nil(method) && form.equal) {
      method = less_equal_by_less_than(L, a, b);
      if (!value_is_nil(method)) {
        f->flags |= FRAME_NEGATE;
        return call_metamethod(L, method, b, a);
      }
    }
    if (value_is_nil(method)) vm_error_compare(L, a, b);
    return call_metamethod(L, method, a, b);
  }
  return jump_when(L, f, pc, result != form.negated);
}

State *slow_equal(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  bool negated = instruction_op(*pc) == OP_JUMP_NOT_EQ;
  Value a = f->base[instruction_a(*pc)], b = f->base[instruction_b(*pc)];
  bool result = value_raw_equal(a, b);
  if (!result) {
    Value method = equal_metamethod(L, a, b);
    if (!value_is_nil(method)) return call_metamethod(L, method, a, b);
  }
  pay_comparison(L, a, b);
  return jump_when(L, f, pc, result != negated);
}

State *slow_equal_constant(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  bool negated = instruction_op(*pc) == OP_JUMP_NOT_EQ_K;
  Value a = f->base[instruction_a(*pc)], b = f->constants[instruction_bc(*pc)];
  if (value_is_small_int(b) || value_is_light_tag(b) ||
      (value_is_string(b) && string_is_short(value_string(b))))
    instruction_rewrite(pc, negated ? OP_JUMP_NOT_EQ_K_SIMPLE : OP_JUMP_EQ_K_SIMPLE);
  return jump_when(L, f, pc, value_raw_equal(a, b) != negated);
}
