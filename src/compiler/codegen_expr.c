/* Code generation: constants, variables, calls and tables. Layer: compiler. */
#include "compiler/codegen.h"
#include "compiler/wide.h"

#include "runtime/shape.h"

/* ---- suffixes -------------------------------------------------------------------------------- */

/* A name that is no short string cannot be an operand: it goes to the next register (taken). */
static unsigned long_name_register(FunctionState *fs, String *name, int32_t line) {
  unsigned reg = emit_reserve(fs, 1);
  emit_abd(fs, OP_LOAD_CONSTANT, reg, 0, constant_string(fs, name), line);
  return reg;
}

static void get_field(FunctionState *fs, const FieldExpression *e, unsigned object,
                      unsigned target) {
  int32_t line = e->spine.base.line;
  if (likely(string_is_short(e->name))) {
    emit_abd(fs, OP_GET_FIELD, target, object, constant_string(fs, e->name), line);
    return;
  }
  unsigned key = long_name_register(fs, e->name, line);
  emit_abc(fs, OP_GET_INDEX, target, object, key, line);
  fs->free_register = key;
}

/* If the last instruction, of the same line, fetched an upvalue to be indexed, it is told that the
   GET_INDEX comes next. */
static void announce_get_index(FunctionState *fs, unsigned object, int32_t line) {
  if (fs->code_count == 0 || fs->lines[fs->line_count - 1].line != line) return;
  Instruction *last = &fs->code[fs->code_count - 1];
  if (instruction_op(*last) == OP_GET_UPVALUE && instruction_a(*last) == object)
    *last = instruction_make(OP_GET_UPVALUE_ITEM, object, instruction_b(*last), 0, 0);
}

static void get_index(FunctionState *fs, const IndexExpression *e, unsigned object,
                      unsigned target) {
  int32_t line = e->spine.base.line;
  if (codegen_is_immediate(e->key)) {
    emit_abd(fs, OP_GET_INT, target, object, (uint32_t)expression_constant(e->key)->integer, line);
    return;
  }
  unsigned saved = fs->free_register;
  unsigned key = codegen_operand(fs, e->key);
  if (object == LATE_OBJECT) object = codegen_late_object(fs, &e->spine.base);
  announce_get_index(fs, object, line);
  emit_abc(fs, OP_GET_INDEX, target, object, key, line);
  fs->free_register = saved;
}

static void get_suffix(FunctionState *fs, const Expression *e, unsigned object, unsigned target) {
  if (e->kind == EXPRESSION_FIELD) {
    get_field(fs, (const FieldExpression *)e, object, target);
  } else {
    get_index(fs, (const IndexExpression *)e, object, target);
  }
}

/* Method and object into base and base + 1, which are taken. */
static void call_self(FunctionState *fs, const CallExpression *e, unsigned object, unsigned base) {
  int32_t line = e->method_line;
  fs->free_register = base;
  emit_reserve(fs, 2);
  if (likely(string_is_short(e->method))) {
    emit_abd(fs, OP_SELF, base, object, constant_string(fs, e->method), line);
    return;
  }
  emit_move(fs, base + 1, object, line);
  unsigned key = long_name_register(fs, e->method, line);
  emit_abc(fs, OP_GET_INDEX, base, base + 1, key, line);
  fs->free_register = key;
}

int codegen_open_list(FunctionState *fs, const Expression *list) {
  int count = 0;
  for (const Expression *e = list; e != NULL; e = e->link) {
    if (e->link == NULL && expression_is_open(e)) {
      codegen_open(fs, e, -1);
      return -1;
    }
    codegen_to_next(fs, e);
    count++;
  }
  return count;
}

/* Calls with the function in base (free, or holding the object): `results` is operand C. Registers
   above base are free afterwards. */
static void call(FunctionState *fs, Opcode op, const Expression *e, unsigned object, unsigned base,
                 unsigned results) {
  const CallExpression *call = (const CallExpression *)e;
  if (e->kind == EXPRESSION_METHOD_CALL) {
    call_self(fs, call, object, base);
  } else if (object != base) {
    emit_move(fs, emit_reserve(fs, 1), object, call->method_line);
  }
  int arguments = codegen_open_list(fs, call->arguments);
  unsigned operand = arguments < 0 ? 0 : fs->free_register - base;
  emit_abc(fs, op, base, operand, results, e->line);
  fs->free_register = base;
}

/* Whether the value of the expression is there without code that might change an upvalue. */
static bool is_at_hand(const Expression *e) {
  return e->kind <= EXPRESSION_UPVALUE || e->kind == EXPRESSION_VARARG ||
         e->kind == EXPRESSION_FUNCTION;
}

unsigned codegen_late_object(FunctionState *fs, const Expression *e) {
  unsigned object = emit_reserve(fs, 1);
  emit_abc(fs, OP_GET_UPVALUE, object, expression_start(e)->index, 0, e->line);
  return object;
}

/* What a spine begins with. An upvalue that is indexed is fetched behind its key. */
static unsigned start_object(FunctionState *fs, const Expression *start) {
  const Expression *node = start->link;
  if (start->kind != EXPRESSION_UPVALUE || expression_is_call(node)) return codegen_to_any(fs, start);
  if (node->kind == EXPRESSION_INDEX && !is_at_hand(((const IndexExpression *)node)->key))
    return LATE_OBJECT;
  return codegen_late_object(fs, node);
}

unsigned codegen_object(FunctionState *fs, const Expression *e) {
  const Expression *start = expression_start(e);
  unsigned base = fs->free_register;
  unsigned object = start_object(fs, start);
  for (const Expression *node = start->link; node != e; node = node->link) {
    if (expression_is_call(node)) {
      call(fs, OP_CALL, node, object, base, 2);
    } else {
      get_suffix(fs, node, object, base);
    }
    fs->free_register = base;
    object = emit_reserve(fs, 1);
  }
  return object;
}

/* The target is the topmost temporary or a variable. */
static void suffixed_into(FunctionState *fs, const Expression *e, unsigned target) {
  unsigned saved = fs->free_register;
  if (codegen_is_top(fs, target)) fs->free_register = target;
  unsigned base = fs->free_register;
  unsigned object = codegen_object(fs, e);
  if (expression_is_call(e)) {
    call(fs, OP_CALL, e, object, base, 2);
    emit_move(fs, target, base, e->line);
  } else {
    get_suffix(fs, e, object, target);
  }
  fs->free_register = saved;
}

void codegen_open(FunctionState *fs, const Expression *e, int wanted) {
  unsigned base = fs->free_register;
  unsigned results = (unsigned)(wanted + 1);
  if (results > MAX_REGISTERS) results = MAX_REGISTERS; /* the reserve below raises */
  if (e->kind == EXPRESSION_VARARG) {
    if (wanted != 0) emit_abc(fs, OP_VARARG, base, 0, results, e->line);
  } else {
    call(fs, OP_CALL, e, codegen_object(fs, e), base, results);
  }
  fs->free_register = base;
  emit_check_registers(fs, 1);
  if (wanted > 0) emit_reserve(fs, (unsigned)wanted);
}

void codegen_tail_call(FunctionState *fs, const Expression *e, bool closes) {
  unsigned base = fs->free_register;
  unsigned object = codegen_object(fs, e);
  call(fs, OP_TAIL_CALL, e, object, base, closes);
}

void codegen_list(FunctionState *fs, const Expression *list, unsigned wanted, bool is_local, int32_t line) {
  unsigned base = fs->free_register;
  unsigned count = 0;
  for (const Expression *e = list; e != NULL; e = e->link) {
    if (e->link == NULL && expression_is_open(e)) {
      unsigned rest = wanted > count ? wanted - count : 0;
      codegen_open(fs, e, (int)rest);
      count += rest;
      break;
    }
    unsigned reg = codegen_to_next(fs, e);
    count++;
    if (is_local && count <= wanted) codegen_mark_assigned(fs, e, reg);
    if (count > wanted) fs->free_register = base + wanted; /* evaluated, and dropped */
  }
  if (count < wanted) {
    unsigned missing = wanted - count;
    unsigned first = emit_reserve(fs, missing);
    emit_nil(fs, first, missing, line);
  }
  fs->free_register = base + wanted;
}

/* ---- tables ---------------------------------------------------------------------------------- */

enum { ITEMS_PER_SET = 50 };

static bool pair_is_field(const PairExpression *pair) {
  return pair->key->kind == EXPRESSION_STRING &&
         string_is_short(expression_constant(pair->key)->string);
}

/* A record has no keys but names, beside its items, so that what it looks like is known from the first. */
static bool is_record(const TableExpression *e) {
  if (e->pair_count == 0 || e->pair_count > SHAPE_MAX_FIELDS) return false;
  for (const Expression *member = e->members; member != NULL; member = member->link)
    if (member->kind == EXPRESSION_PAIR && !pair_is_field((const PairExpression *)member))
      return false;
  return true;
}

static void set_pair(FunctionState *fs, const PairExpression *pair, unsigned table, Opcode set_field) {
  const Expression *key = pair->key;
  unsigned saved = fs->free_register;
  int32_t line = pair->base.line;
  if (pair_is_field(pair)) {
    uint32_t name = constant_of(fs, key);
    unsigned value = codegen_to_any(fs, pair->value);
    emit(fs, instruction_make(set_field, table, 0, value, name), line);
  } else if (codegen_is_immediate(key)) {
    unsigned value = codegen_to_any(fs, pair->value);
    uint32_t index = (uint32_t)expression_constant(key)->integer;
    emit(fs, instruction_make(OP_SET_INT, table, 0, value, index), line);
  } else {
    unsigned key_register = codegen_to_any(fs, key);
    unsigned value = codegen_to_any(fs, pair->value);
    emit_abc(fs, OP_SET_INDEX, table, key_register, value, line);
  }
  fs->free_register = saved;
}

/* The pending items lie above the table, which is the topmost temporary otherwise. */
static void set_items(FunctionState *fs, unsigned table, unsigned pending, bool open,
                      uint32_t stored, int32_t line) {
  emit(fs, instruction_make(OP_SET_LIST, table, pending, open, stored), line);
  fs->free_register = table + 1;
}

static void table_members(FunctionState *fs, const TableExpression *e, unsigned table, Opcode set_field) {
  uint32_t stored = 0;
  unsigned pending = 0;
  for (const Expression *member = e->members; member != NULL; member = member->link) {
    if (member->kind == EXPRESSION_PAIR) {
      set_pair(fs, (const PairExpression *)member, table, set_field);
      continue;
    }
    if (member->link == NULL && expression_is_open(member)) {
      codegen_open(fs, member, -1);
      set_items(fs, table, pending, true, stored, e->end_line);
      return;
    }
    codegen_to_next(fs, member);
    if (++pending == ITEMS_PER_SET) {
      set_items(fs, table, pending, false, stored, member->line);
      stored += pending;
      pending = 0;
    }
  }
  if (pending > 0) set_items(fs, table, pending, false, stored, e->end_line);
}

static void table_into(FunctionState *fs, const TableExpression *e, unsigned target) {
  unsigned saved = fs->free_register;
  unsigned table = codegen_is_top(fs, target) ? target : emit_reserve(fs, 1);
  bool record = is_record(e);
  unsigned fields = e->pair_count > UINT16_MAX ? UINT16_MAX : e->pair_count;
  if (!record && fields <= SHAPE_MAX_FIELDS) fields = 0;
  emit(fs, instruction_make_bc(OP_NEW_TABLE, table, fields, e->item_count), e->base.line);
  table_members(fs, e, table, record ? OP_INIT_FIELD : OP_SET_FIELD);
  emit_move(fs, target, table, e->end_line);
  fs->free_register = saved;
}

/* ---- wide integers --------------------------------------------------------------------------- */

static void variable_into(FunctionState *fs, const Expression *e, unsigned target) {
  if (wide_is_variable(fs, e->index) && target != e->index) {
    emit_abc(fs, OP_MOVE_WIDE, target, e->index, 0, e->line);
  } else {
    emit_move(fs, target, e->index, e->line);
  }
}

static bool is_arithmetic(const Expression *e) {
  return (e->kind == EXPRESSION_BINARY || e->kind == EXPRESSION_UNARY) &&
         e->operator <= OPERATOR_BIT_NOT;
}

void codegen_mark_assigned(FunctionState *fs, const Expression *e, unsigned reg) {
  bool copies = e->kind == EXPRESSION_LOCAL && e->index != reg;
  if (wide_is_variable(fs, reg) && (copies || is_arithmetic(e))) emit_mark_wide(fs, reg);
}

unsigned codegen_operand(FunctionState *fs, const Expression *e) {
  if (e->kind == EXPRESSION_GROUP) e = ((const UnaryExpression *)e)->operand;
  if (e->kind == EXPRESSION_LOCAL) return e->index;
  unsigned reg = codegen_to_next(fs, e);
  if (is_arithmetic(e)) emit_mark_wide(fs, reg);
  return reg;
}

/* ---- all expressions ------------------------------------------------------------------------- */

static void constant_into(FunctionState *fs, const Expression *e, unsigned target) {
  switch (e->kind) {
    case EXPRESSION_NIL: emit_nil(fs, target, 1, e->line); break;
    case EXPRESSION_FALSE: emit_abc(fs, OP_LOAD_FALSE, target, 0, 0, e->line); break;
    case EXPRESSION_TRUE: emit_abc(fs, OP_LOAD_TRUE, target, 0, 0, e->line); break;
    default:
      if (codegen_is_immediate(e)) {
        uint32_t integer = (uint32_t)expression_constant(e)->integer;
        emit_abd(fs, OP_LOAD_INT, target, 0, integer, e->line);
      } else {
        emit_abd(fs, OP_LOAD_CONSTANT, target, 0, constant_of(fs, e), e->line);
      }
  }
}

void codegen_into(FunctionState *fs, const Expression *e, unsigned target) {
  switch (e->kind) {
    case EXPRESSION_LOCAL: variable_into(fs, e, target); break;
    case EXPRESSION_UPVALUE: emit_abc(fs, OP_GET_UPVALUE, target, e->index, 0, e->line); break;
    case EXPRESSION_GLOBAL: {
      uint32_t name = constant_string(fs, ((const GlobalExpression *)e)->name);
      emit_abd(fs, OP_GET_GLOBAL, target, e->index, name, e->line);
      break;
    }
    case EXPRESSION_FIELD: case EXPRESSION_INDEX: case EXPRESSION_CALL:
    case EXPRESSION_METHOD_CALL: suffixed_into(fs, e, target); break;
    case EXPRESSION_VARARG: emit_abc(fs, OP_VARARG, target, 0, 2, e->line); break;
    case EXPRESSION_FUNCTION:
      emit_abd(fs, OP_CLOSURE, target, fs->free_register,
               ((const FunctionExpression *)e)->proto, e->line);
      break;
    case EXPRESSION_TABLE: table_into(fs, (const TableExpression *)e, target); break;
    case EXPRESSION_UNARY: case EXPRESSION_BINARY: codegen_operator(fs, e, target); break;
    case EXPRESSION_GROUP: codegen_into(fs, ((const UnaryExpression *)e)->operand, target); break;
    default: constant_into(fs, e, target);
  }
}

unsigned codegen_to_next(FunctionState *fs, const Expression *e) {
  unsigned reg = emit_reserve(fs, 1);
  codegen_into(fs, e, reg);
  return reg;
}

unsigned codegen_to_any(FunctionState *fs, const Expression *e) {
  const Expression *inner = e;
  if (e->kind == EXPRESSION_GROUP) inner = ((const UnaryExpression *)e)->operand;
  if (inner->kind != EXPRESSION_LOCAL) return codegen_to_next(fs, inner);
  if (wide_is_variable(fs, inner->index)) {
    emit_abc(fs, OP_BOX_WIDE, inner->index, 0, 0, inner->line);
  }
  return inner->index;
}
