/* Code generation: operators and conditions. Layer: compiler.

   How operators become code
   -------------------------
   A spine of binary operators is walked from its first operand upwards. What has been computed so
   far is a Partial: a leaf for which there is no code yet, a register, or a comparison whose
   operands are in place and whose jump is still to be written. `and` and `or` leave jumps behind:
   those that are taken when the value so far is true, and when it is false. Each kind comes twice:
   with the value already in the target register (kept), or with no value but its truth.

   In a condition there is no target, all jumps are of the second kind, and they are
   merged into the caller's list. Where a value is wanted, the jumps without one lead to
   LOAD_FALSE_SKIP and LOAD_TRUE behind the expression. */
#include "compiler/codegen.h"

enum { NO_TARGET = 256, MAX_COMPARED_CONSTANT = UINT16_MAX };

typedef struct Partial {
  enum { PARTIAL_LEAF, PARTIAL_REGISTER, PARTIAL_TEST } kind;
  bool is_truth; /* LEAF, REGISTER: the value is the truth of it, not the thing itself */
  bool negated;  /* ... or the opposite of its truth */
  unsigned reg; /* REGISTER */
  const Expression *leaf;
  Instruction test; /* TEST: jumps when the value is true */
  int32_t line;
  int32_t truth_line; /* of what makes a value of the jumps */
  JumpList when_true, when_false; /* no value loaded */
  JumpList kept_true, kept_false; /* value in the target */
} Partial;

static void walk(FunctionState *fs, const Expression *e, unsigned target, Partial *p);

static const Expression *operand_of(const Expression *e) {
  return ((const UnaryExpression *)e)->operand;
}
static const Expression *right_of(const Expression *e) {
  return ((const BinaryExpression *)e)->right;
}

static Partial partial_leaf(const Expression *e) {
  return (Partial){.kind = PARTIAL_LEAF, .leaf = e, .line = e->line, .truth_line = e->line,
                   .when_true = NO_JUMP, .when_false = NO_JUMP, .kept_true = NO_JUMP,
                   .kept_false = NO_JUMP};
}

static void set_register(Partial *p, unsigned reg, int32_t line) {
  p->kind = PARTIAL_REGISTER;
  p->is_truth = p->negated = false;
  p->reg = reg;
  p->line = line;
}

static bool has_jumps(const Partial *p) {
  return (p->when_true & p->when_false & p->kept_true & p->kept_false) != NO_JUMP;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static Opcode opposite(Opcode op) {
  switch (op) {
    case OP_JUMP_IF: return OP_JUMP_IF_NOT;
    case OP_JUMP_IF_NOT: return OP_JUMP_IF;
    case OP_JUMP_LT: return OP_JUMP_NOT_LT;
    case OP_JUMP_NOT_LT: return OP_JUMP_LT;
    case OP_JUMP_LE: return OP_JUMP_NOT_LE;
    case OP_JUMP_NOT_LE: return OP_JUMP_LE;
    case OP_JUMP_LT_K: return OP_JUMP_NOT_LT_K;
    case OP_JUMP_NOT_LT_K: return OP_JUMP_LT_K;
    case OP_JUMP_LE_K: return OP_JUMP_NOT_LE_K;
    case OP_JUMP_NOT_LE_K: return OP_JUMP_LE_K;
    case OP_JUMP_GT_K: return OP_JUMP_NOT_GT_K;
    case OP_JUMP_NOT_GT_K: return OP_JUMP_GT_K;
    case OP_JUMP_GE_K: return OP_JUMP_NOT_GE_K;
    case OP_JUMP_NOT_GE_K: return OP_JUMP_GE_K;
    case OP_JUMP_EQ: return OP_JUMP_NOT_EQ;
    case OP_JUMP_NOT_EQ: return OP_JUMP_EQ;
    case OP_JUMP_EQ_K: return OP_JUMP_NOT_EQ_K;
    default: return OP_JUMP_EQ_K; /* of JUMP_NOT_EQ_K */
  }
}

static Instruction invert(Instruction test) {
  return (test & ~(Instruction)0xFF) | opposite(instruction_op(test));
}

/* The value so far into the target: leaves and registers. */
static void value_into(FunctionState *fs, const Partial *p, unsigned target) {
  if (!p->is_truth) {
    if (p->kind == PARTIAL_REGISTER) {
      emit_move(fs, target, p->reg, p->line);
    } else {
      codegen_into(fs, p->leaf, target);
    }
    return;
  }
  unsigned saved = fs->free_register;
  if (codegen_is_top(fs, target)) fs->free_register = target;
  unsigned reg = p->kind == PARTIAL_REGISTER ? p->reg : codegen_operand(fs, p->leaf);
  emit_abc(fs, OP_NOT, target, reg, 0, p->line);
  if (!p->negated) emit_abc(fs, OP_NOT, target, target, 0, p->line);
  fs->free_register = saved;
}

/* Jumps when the truth of a leaf or register is `when`; its value need not be kept. */
static void test_value(FunctionState *fs, const Partial *p, bool when, JumpList *list,
                       int32_t line) {
  bool wanted = when != p->negated;
  if (p->kind == PARTIAL_LEAF && expression_is_constant(p->leaf)) {
    bool truth = p->leaf->kind > EXPRESSION_FALSE;
    if (truth == wanted) emit_jump(fs, instruction_make(OP_JUMP, 0, 0, 0, 0), list, line);
    return;
  }
  unsigned saved = fs->free_register;
  unsigned reg = p->kind == PARTIAL_REGISTER ? p->reg : codegen_operand(fs, p->leaf);
  Opcode op = wanted ? OP_JUMP_IF : OP_JUMP_IF_NOT;
  emit_jump(fs, instruction_make(op, reg, 0, 0, 0), list, line);
  fs->free_register = saved;
}

/* Jumps when the value so far is `when`, keeping the value in the target if there is one. */
static void test_partial(FunctionState *fs, Partial *p, bool when, unsigned target, int32_t line) {
  JumpList *plain = when ? &p->when_true : &p->when_false;
  if (p->kind == PARTIAL_TEST) {
    emit_jump(fs, when ? p->test : invert(p->test), plain, p->line);
  } else if (target == NO_TARGET || p->is_truth) {
    test_value(fs, p, when, plain, line);
  } else {
    value_into(fs, p, target);
    Opcode op = when ? OP_JUMP_IF : OP_JUMP_IF_NOT;
    JumpList *kept = when ? &p->kept_true : &p->kept_false;
    emit_jump(fs, instruction_make(op, target, 0, 0, 0), kept, line);
  }
}

/* The truth values of the jumps that have none, behind the code of the value. */
static void load_truths(FunctionState *fs, Partial *p, unsigned target) {
  bool both = p->when_false != NO_JUMP && p->when_true != NO_JUMP;
  if (p->when_false != NO_JUMP || p->kind == PARTIAL_TEST) {
    emit_patch_here(fs, &p->when_false);
    emit_abc(fs, both || p->kind == PARTIAL_TEST ? OP_LOAD_FALSE_SKIP : OP_LOAD_FALSE, target, 0, 0,
             p->truth_line);
  }
  if (p->when_true != NO_JUMP) {
    emit_patch_here(fs, &p->when_true);
    emit_abc(fs, OP_LOAD_TRUE, target, 0, 0, p->truth_line);
  }
}

/* The value into the register; all jumps end here. */
static void partial_into(FunctionState *fs, Partial *p, unsigned target) {
  JumpList end = NO_JUMP;
  bool has_truths = (p->when_true & p->when_false) != NO_JUMP;
  if (p->kind == PARTIAL_TEST) {
    emit_jump(fs, p->test, &p->when_true, p->line);
    has_truths = true;
  } else {
    value_into(fs, p, target);
    if (has_truths) emit_jump(fs, instruction_make(OP_JUMP, 0, 0, 0, 0), &end, p->truth_line);
  }
  if (has_truths) load_truths(fs, p, target);
  emit_patch_here(fs, &end);
  emit_patch_here(fs, &p->kept_true);
  emit_patch_here(fs, &p->kept_false);
  set_register(p, target, p->line);
}

static unsigned operand_register(FunctionState *fs, const Expression *e, bool may_be_wide) {
  return may_be_wide ? codegen_operand(fs, e) : codegen_to_any(fs, e);
}

/* The value, an operand, in any register: a variable's own, or base, which is then taken. */
static unsigned partial_register(FunctionState *fs, Partial *p, unsigned base, bool may_be_wide) {
  if (!has_jumps(p) && !p->is_truth) {
    if (p->kind == PARTIAL_REGISTER) return p->reg;
    if (p->kind == PARTIAL_LEAF) {
      fs->free_register = base;
      return operand_register(fs, p->leaf, may_be_wide);
    }
  }
  fs->free_register = base;
  emit_reserve(fs, 1);
  partial_into(fs, p, base);
  return base;
}

/* ---- comparisons ----------------------------------------------------------------------------- */

/* A numeral may be the constant operand of an order comparison, any constant that of an
   equality. */
static bool is_comparable_constant(FunctionState *fs, const Expression *e, Operator operator,
                                   uint32_t *constant) {
  bool equality = operator == OPERATOR_EQUAL || operator == OPERATOR_NOT_EQUAL;
  if (!(equality ? expression_is_constant(e) : expression_is_numeral(e))) return false;
  *constant = constant_of(fs, e);
  return *constant <= MAX_COMPARED_CONSTANT;
}

/* Whether what is compared with e, which may have become that constant, may be wide. In general not where it is
   for equality, as equal words are taken for equal values there; but most constants equal no wide integer. */
static bool comparison_takes_wide(FunctionState *fs, const Expression *e, Operator operator) {
  uint32_t constant;
  if (operator != OPERATOR_EQUAL && operator != OPERATOR_NOT_EQUAL) return true;
  if (e->kind == EXPRESSION_FLOAT || !is_comparable_constant(fs, e, operator, &constant)) return false;
  return e->kind != EXPRESSION_INTEGER || int_is_small(expression_constant(e)->integer);
}

/* The operator with its operands exchanged. */
static Operator mirrored(Operator operator) {
  switch (operator) {
    case OPERATOR_LESS: return OPERATOR_GREATER;
    case OPERATOR_LESS_EQUAL: return OPERATOR_GREATER_EQUAL;
    case OPERATOR_GREATER: return OPERATOR_LESS;
    case OPERATOR_GREATER_EQUAL: return OPERATOR_LESS_EQUAL;
    default: return operator;
  }
}

static Opcode constant_test(Operator operator) {
  switch (operator) {
    case OPERATOR_EQUAL: return OP_JUMP_EQ_K;
    case OPERATOR_NOT_EQUAL: return OP_JUMP_NOT_EQ_K;
    case OPERATOR_LESS: return OP_JUMP_LT_K;
    case OPERATOR_LESS_EQUAL: return OP_JUMP_LE_K;
    case OPERATOR_GREATER: return OP_JUMP_GT_K;
    default: return OP_JUMP_GE_K;
  }
}

static Instruction register_test(Operator operator, unsigned left, unsigned right) {
  switch (operator) {
    case OPERATOR_EQUAL: return instruction_make(OP_JUMP_EQ, left, right, 0, 0);
    case OPERATOR_NOT_EQUAL: return instruction_make(OP_JUMP_NOT_EQ, left, right, 0, 0);
    case OPERATOR_LESS: return instruction_make(OP_JUMP_LT, left, right, 0, 0);
    case OPERATOR_LESS_EQUAL: return instruction_make(OP_JUMP_LE, left, right, 0, 0);
    case OPERATOR_GREATER: return instruction_make(OP_JUMP_LT, right, left, 0, 0);
    default: return instruction_make(OP_JUMP_LE, right, left, 0, 0);
  }
}

static Instruction compare(FunctionState *fs, const Expression *e, Partial *p, unsigned base) {
  Operator operator = e->operator;
  const Expression *right = right_of(e);
  bool takes_wide = comparison_takes_wide(fs, right, operator);
  uint32_t constant;
  if (is_comparable_constant(fs, right, operator, &constant)) {
    unsigned reg = partial_register(fs, p, base, takes_wide);
    return instruction_make_bc(constant_test(operator), reg, constant, 0);
  }
  if (p->kind == PARTIAL_LEAF && !has_jumps(p) && !p->is_truth &&
      is_comparable_constant(fs, p->leaf, operator, &constant)) {
    unsigned reg = operand_register(fs, right, comparison_takes_wide(fs, p->leaf, operator));
    return instruction_make_bc(constant_test(mirrored(operator)), reg, constant, 0);
  }
  unsigned left = partial_register(fs, p, base, takes_wide);
  return register_test(operator, left, operand_register(fs, right, takes_wide));
}

static void step_comparison(FunctionState *fs, const Expression *e, Partial *p, unsigned base) {
  Partial next = partial_leaf(e);
  next.test = compare(fs, e, p, base);
  next.kind = PARTIAL_TEST;
  next.truth_line = ((const BinaryExpression *)e)->truth_line;
  fs->free_register = base;
  *p = next;
}

/* ---- arithmetic and concatenation ------------------------------------------------------------ */

static Opcode register_opcode(Operator operator) {
  static const uint8_t opcodes[] = {
      [OPERATOR_ADD] = OP_ADD,           [OPERATOR_SUBTRACT] = OP_SUB,
      [OPERATOR_MULTIPLY] = OP_MUL,      [OPERATOR_MODULO] = OP_MOD,
      [OPERATOR_POWER] = OP_POW,         [OPERATOR_DIVIDE] = OP_DIV,
      [OPERATOR_FLOOR_DIVIDE] = OP_IDIV, [OPERATOR_BIT_AND] = OP_BAND,
      [OPERATOR_BIT_OR] = OP_BOR,        [OPERATOR_BIT_XOR] = OP_BXOR,
      [OPERATOR_SHIFT_LEFT] = OP_SHL,    [OPERATOR_SHIFT_RIGHT] = OP_SHR,
  };
  return opcodes[operator];
}

static Opcode constant_opcode(Operator operator) {
  static const uint8_t opcodes[] = {
      [OPERATOR_ADD] = OP_ADD_K,           [OPERATOR_SUBTRACT] = OP_SUB_K,
      [OPERATOR_MULTIPLY] = OP_MUL_K,      [OPERATOR_MODULO] = OP_MOD_K,
      [OPERATOR_POWER] = OP_POW_K,         [OPERATOR_DIVIDE] = OP_DIV_K,
      [OPERATOR_FLOOR_DIVIDE] = OP_IDIV_K, [OPERATOR_BIT_AND] = OP_BAND_K,
      [OPERATOR_BIT_OR] = OP_BOR_K,        [OPERATOR_BIT_XOR] = OP_BXOR_K,
      [OPERATOR_SHIFT_LEFT] = OP_SHL_K,    [OPERATOR_SHIFT_RIGHT] = OP_SHR_K,
  };
  return opcodes[operator];
}

/* Bitwise operators take integer constants alone. */
static bool is_constant_operand(const Expression *e, Operator operator) {
  return operator >= OPERATOR_BIT_AND ? e->kind == EXPRESSION_INTEGER : expression_is_numeral(e);
}

/* Operators that may take their left operand from the constants, with the operands exchanged. */
static bool is_commutative(Operator operator) {
  return operator == OPERATOR_ADD || operator == OPERATOR_MULTIPLY ||
         (operator >= OPERATOR_BIT_AND && operator <= OPERATOR_BIT_XOR);
}

static bool begins_with_constant(const Partial *p, Operator operator) {
  return p->kind == PARTIAL_LEAF && !p->is_truth && !has_jumps(p) && is_commutative(operator) &&
         is_constant_operand(p->leaf, operator);
}

static void step_arithmetic(FunctionState *fs, const Expression *e, Partial *p, unsigned base,
                            unsigned target) {
  Operator operator = e->operator;
  const Expression *right = right_of(e);
  if (begins_with_constant(p, operator) && !is_constant_operand(right, operator)) {
    unsigned other = codegen_operand(fs, right);
    uint32_t constant = constant_of(fs, p->leaf);
    emit_operator(
        fs, instruction_make(constant_opcode(operator), target, other, EXCHANGED, constant), e->line);
    set_register(p, target, e->line);
    return;
  }
  unsigned left = partial_register(fs, p, base, true);
  if (is_constant_operand(right, operator)) {
    uint32_t constant = constant_of(fs, right);
    emit_operator(fs, instruction_make(constant_opcode(operator), target, left, 0, constant), e->line);
  } else {
    if (operator != OPERATOR_DIVIDE && operator != OPERATOR_POWER) emit_keep_wide(fs, left);
    unsigned other = codegen_operand(fs, right);
    emit_operator(fs, instruction_make(register_opcode(operator), target, left, other, 0), e->line);
  }
  set_register(p, target, e->line);
}

/* The left operand of a node as an expression of its own. */
static const Expression *left_of(const Expression *e) {
  const Expression *left = expression_start(e);
  while (left->link != e) left = left->link;
  return left;
}

/* Concatenation associates to the right: all operands go to successive registers, then one
   instruction joins them. Its line is that of the last operator. */
static void step_concat(FunctionState *fs, const Expression *e, Partial *p, unsigned base,
                        unsigned target) {
  if (!(p->kind == PARTIAL_REGISTER && p->reg == base && !has_jumps(p) && !p->is_truth)) {
    fs->free_register = base;
    emit_reserve(fs, 1);
    partial_into(fs, p, base);
  }
  const Expression *right = right_of(e);
  for (; right->kind == EXPRESSION_BINARY && right->operator == OPERATOR_CONCAT;
       right = right_of(e)) {
    e = right;
    codegen_to_next(fs, left_of(e));
  }
  codegen_to_next(fs, right);
  emit_abc(fs, OP_CONCAT, target, base, fs->free_register - base, e->line);
  set_register(p, target, e->line);
}

/* ---- and, or --------------------------------------------------------------------------------- */

static void step_logical(FunctionState *fs, const Expression *e, Partial *p, unsigned base,
                         unsigned target) {
  bool is_and = e->operator == OPERATOR_AND;
  fs->free_register = base;
  if (target == base) emit_reserve(fs, 1);
  test_partial(fs, p, !is_and, target, e->line);
  emit_patch_here(fs, is_and ? &p->when_true : &p->when_false);
  emit_patch_here(fs, is_and ? &p->kept_true : &p->kept_false);
  Partial right;
  walk(fs, right_of(e), target, &right);
  if (is_and) {
    emit_merge(fs, &p->when_false, right.when_false);
    emit_merge(fs, &p->kept_false, right.kept_false);
    right.when_false = p->when_false;
    right.kept_false = p->kept_false;
  } else {
    emit_merge(fs, &p->when_true, right.when_true);
    emit_merge(fs, &p->kept_true, right.kept_true);
    right.when_true = p->when_true;
    right.kept_true = p->kept_true;
  }
  right.truth_line = ((const BinaryExpression *)e)->truth_line;
  *p = right;
}

/* The last node of a run of logical operators that begins with node, inside the spine of e. */
static const Expression *logical_run_end(const Expression *node, const Expression *e) {
  while (node != e && expression_is_logical(node->link)) node = node->link;
  return node;
}

/* Whether the left operand of the node may be wide. */
static bool takes_wide(FunctionState *fs, const Expression *e) {
  return e->operator <= OPERATOR_BIT_NOT ||
         (e->operator >= OPERATOR_EQUAL && e->operator <= OPERATOR_GREATER_EQUAL &&
          comparison_takes_wide(fs, right_of(e), e->operator));
}

/* ---- spines ---------------------------------------------------------------------------------- */

/* Intermediate results live in the first free register, or in the target when that is the topmost
   temporary. */
static void walk_spine(FunctionState *fs, const Expression *e, unsigned target, Partial *p) {
  bool on_top = target != NO_TARGET && codegen_is_top(fs, target);
  unsigned base = on_top ? target : fs->free_register;
  fs->free_register = base;
  const Expression *run_end = NULL;
  const Expression *node = expression_start(e);
  walk(fs, node, NO_TARGET, p);
  do {
    node = node->link;
    unsigned into = node == e && target != NO_TARGET ? target : base;
    if (expression_is_logical(node)) {
      if (run_end == NULL) run_end = logical_run_end(node, e);
      step_logical(fs, node, p, base, run_end == e ? target : base);
      if (node == run_end) run_end = NULL;
      continue;
    }
    if (node->operator >= OPERATOR_EQUAL) {
      step_comparison(fs, node, p, base);
      continue;
    }
    if (node->operator == OPERATOR_CONCAT) {
      step_concat(fs, node, p, base, into);
    } else {
      step_arithmetic(fs, node, p, base, into);
      if (node != e && takes_wide(fs, node->link)) emit_mark_wide(fs, into);
    }
    fs->free_register = base;
    if (into == base) emit_reserve(fs, 1);
  } while (node != e);
}

/* Computes e as far as a Partial goes. Registers: base (see walk_spine) is taken if the result is
   there. */
static void walk(FunctionState *fs, const Expression *e, unsigned target, Partial *p) {
  if (e->kind == EXPRESSION_BINARY) {
    walk_spine(fs, e, target, p);
    return;
  }
  if (e->kind != EXPRESSION_UNARY || e->operator != OPERATOR_NOT) {
    *p = partial_leaf(e);
    return;
  }
  walk(fs, operand_of(e), NO_TARGET, p);
  p->truth_line = ((const UnaryExpression *)e)->truth_line;
  JumpList when_true = p->when_true;
  p->when_true = p->when_false;
  p->when_false = when_true;
  if (p->kind == PARTIAL_TEST) {
    p->test = invert(p->test);
  } else {
    p->is_truth = true;
    p->negated = !p->negated;
    p->line = e->line;
  }
}

/* ---- entry points ---------------------------------------------------------------------------- */

static bool reads_register(const Expression *e, unsigned reg);

static bool list_reads_register(const Expression *list, unsigned reg) {
  for (; list != NULL; list = list->link) {
    if (reads_register(list, reg)) return true;
  }
  return false;
}

/* Whether the spine of e reads the register, its first operand excepted. */
static bool spine_reads_register(const Expression *e, unsigned reg) {
  const Expression *node = expression_start(e);
  do {
    node = node->link;
    switch (node->kind) {
      case EXPRESSION_BINARY:
        if (reads_register(right_of(node), reg)) return true;
        break;
      case EXPRESSION_INDEX:
        if (reads_register(((const IndexExpression *)node)->key, reg)) return true;
        break;
      case EXPRESSION_FIELD: break;
      default:
        if (list_reads_register(((const CallExpression *)node)->arguments, reg)) return true;
    }
  } while (node != e);
  return false;
}

static bool reads_register(const Expression *e, unsigned reg) {
  switch (e->kind) {
    case EXPRESSION_LOCAL: return e->index == reg;
    case EXPRESSION_FIELD: case EXPRESSION_INDEX: case EXPRESSION_CALL:
    case EXPRESSION_METHOD_CALL: case EXPRESSION_BINARY:
      return reads_register(expression_start(e), reg) || spine_reads_register(e, reg);
    case EXPRESSION_PAIR: {
      const PairExpression *pair = (const PairExpression *)e;
      return reads_register(pair->key, reg) || reads_register(pair->value, reg);
    }
    case EXPRESSION_TABLE:
      return list_reads_register(((const TableExpression *)e)->members, reg);
    case EXPRESSION_UNARY: case EXPRESSION_GROUP: return reads_register(operand_of(e), reg);
    default: return false;
  }
}

/* `and` and `or` write their target before they are done. That is unseen if the target is a
   temporary; a variable must neither be read later in the expression, nor be seen by a
   closure or after an error. */
static bool may_write_early(const FunctionState *fs, const Expression *e, unsigned target) {
  if (target >= fs->active_registers) return true;
  if (!expression_is_logical(e)) return true;
  if (fs->has_closing) return false;
  const Expression *start = expression_start(e);
  bool starts_with_target = start->kind == EXPRESSION_LOCAL && start->index == target;
  if (!starts_with_target && reads_register(start, target)) return false;
  return !spine_reads_register(e, target);
}

static void binary_into(FunctionState *fs, const Expression *e, unsigned target) {
  unsigned saved = fs->free_register;
  bool early = may_write_early(fs, e, target);
  unsigned reg = early ? target : emit_reserve(fs, 1);
  Partial p;
  walk(fs, e, reg, &p);
  fs->free_register = saved > reg + 1 ? saved : reg + 1;
  partial_into(fs, &p, reg);
  if (!early) emit_move(fs, target, reg, e->line);
  fs->free_register = saved;
}

static void not_into(FunctionState *fs, const Expression *e, unsigned target) {
  unsigned saved = fs->free_register;
  if (codegen_is_top(fs, target)) fs->free_register = target;
  Partial p;
  walk(fs, e, NO_TARGET, &p);
  fs->free_register = saved;
  partial_into(fs, &p, target);
}

void codegen_operator(FunctionState *fs, const Expression *e, unsigned target) {
  if (e->kind == EXPRESSION_BINARY) {
    binary_into(fs, e, target);
    return;
  }
  if (e->operator == OPERATOR_NOT) {
    not_into(fs, e, target);
    return;
  }
  unsigned saved = fs->free_register;
  if (codegen_is_top(fs, target)) fs->free_register = target;
  const Expression *of = operand_of(e);
  bool is_length = e->operator == OPERATOR_LENGTH;
  unsigned operand = is_length ? codegen_to_any(fs, of) : codegen_operand(fs, of);
  Opcode op = e->operator == OPERATOR_NEGATE    ? OP_UNM
              : e->operator == OPERATOR_BIT_NOT ? OP_BNOT
                                                : OP_LEN;
  emit_operator(fs, instruction_make(op, target, operand, 0, 0), e->line);
  fs->free_register = saved;
}

void codegen_condition(FunctionState *fs, const Expression *e, bool when, JumpList *list,
                       int32_t line) {
  unsigned saved = fs->free_register;
  Partial p;
  walk(fs, e, NO_TARGET, &p);
  test_partial(fs, &p, when, NO_TARGET, line);
  emit_patch_here(fs, when ? &p.when_false : &p.when_true);
  emit_merge(fs, list, when ? p.when_true : p.when_false);
  fs->free_register = saved;
}
