/* Code generation: assignments. Layer: compiler.

   Tables and keys of all targets are evaluated first, from left to right; then the values; then
   the targets are assigned from right to left, as in the reference. A local variable that serves as
   table or key of one target and is itself a later target is copied before. */
#include "compiler/codegen.h"

typedef struct Target {
  const Expression *e;
  unsigned table; /* FIELD, INDEX; GLOBAL: NO_TABLE or a copy of _ENV */
  unsigned key;   /* INDEX without an immediate key, FIELD with a long name; else NO_KEY */
} Target;

enum { NO_TABLE = 256, NO_KEY = 256 };

static bool assigned_in(const Expression *targets, ExpressionKind kind, unsigned index) {
  for (; targets != NULL; targets = targets->link) {
    if (targets->kind == kind && targets->index == index) return true;
  }
  return false;
}

/* The register, or a copy (taken) if one of the later targets is that variable. */
static unsigned protect_register(FunctionState *fs, unsigned reg, const Expression *later,
                                 int32_t line) {
  if (reg >= fs->active_registers || !assigned_in(later, EXPRESSION_LOCAL, reg)) return reg;
  unsigned copy = emit_reserve(fs, 1);
  emit_move(fs, copy, reg, line);
  return copy;
}

static unsigned key_register(FunctionState *fs, const Expression *e, bool is_last) {
  if (e->kind == EXPRESSION_INDEX) {
    const Expression *key = ((const IndexExpression *)e)->key;
    if (codegen_is_immediate(key)) return NO_KEY;
    return is_last ? codegen_operand(fs, key) : codegen_to_any(fs, key);
  }
  String *name = ((const FieldExpression *)e)->name;
  if (string_is_short(name)) return NO_KEY;
  unsigned reg = emit_reserve(fs, 1);
  emit_abd(fs, OP_LOAD_CONSTANT, reg, 0, constant_string(fs, name), e->line);
  return reg;
}

/* Evaluates what the target consists of; takes registers. later: the targets behind it. */
static Target prepare(FunctionState *fs, const Expression *e, const Expression *later) {
  Target target = {e, NO_TABLE, NO_KEY};
  if (e->kind == EXPRESSION_GLOBAL) {
    if (unlikely(assigned_in(later, EXPRESSION_UPVALUE, e->index))) {
      target.table = emit_reserve(fs, 1);
      emit_abc(fs, OP_GET_UPVALUE, target.table, e->index, 0, e->line);
    }
  } else if (e->kind == EXPRESSION_FIELD || e->kind == EXPRESSION_INDEX) {
    unsigned object = codegen_object(fs, e);
    if (object != LATE_OBJECT) target.table = protect_register(fs, object, later, e->line);
    target.key = protect_register(fs, key_register(fs, e, later == NULL), later, e->line);
    if (object == LATE_OBJECT) target.table = codegen_late_object(fs, e);
  }
  return target;
}

static void store_global(FunctionState *fs, const Target *target, unsigned value, int32_t line) {
  uint32_t name = constant_string(fs, ((const GlobalExpression *)target->e)->name);
  if (target->table == NO_TABLE) {
    emit_abd(fs, OP_SET_GLOBAL, value, target->e->index, name, line);
  } else {
    emit(fs, instruction_make(OP_SET_FIELD, target->table, 0, value, name), line);
  }
}

static void store_suffix(FunctionState *fs, const Target *target, unsigned value, int32_t line) {
  const Expression *e = target->e;
  if (e->kind == EXPRESSION_FIELD && string_is_short(((const FieldExpression *)e)->name)) {
    uint32_t name = constant_string(fs, ((const FieldExpression *)e)->name);
    emit(fs, instruction_make(OP_SET_FIELD, target->table, 0, value, name), line);
  } else if (e->kind == EXPRESSION_INDEX &&
             codegen_is_immediate(((const IndexExpression *)e)->key)) {
    const Expression *key = ((const IndexExpression *)e)->key;
    uint32_t index = (uint32_t)expression_constant(key)->integer;
    emit(fs, instruction_make(OP_SET_INT, target->table, 0, value, index), line);
  } else {
    emit_abc(fs, OP_SET_INDEX, target->table, target->key, value, line);
  }
}

/* Assigns the value in a register. */
static void store(FunctionState *fs, const Target *target, unsigned value, int32_t line) {
  switch (target->e->kind) {
    case EXPRESSION_LOCAL: emit_move(fs, target->e->index, value, line); break;
    case EXPRESSION_UPVALUE:
      emit_abc(fs, OP_SET_UPVALUE, value, target->e->index, 0, line);
      break;
    case EXPRESSION_GLOBAL: store_global(fs, target, value, line); break;
    default: store_suffix(fs, target, value, line);
  }
}

/* Assigns an expression that is evaluated last. */
static void store_expression(FunctionState *fs, const Target *target, const Expression *value,
                             int32_t line) {
  if (target->e->kind == EXPRESSION_LOCAL) {
    codegen_into(fs, value, target->e->index);
    codegen_mark_assigned(fs, value, target->e->index);
  } else {
    unsigned saved = fs->free_register;
    store(fs, target, codegen_to_any(fs, value), line);
    fs->free_register = saved;
  }
}

static uint32_t list_length(const Expression *list) {
  uint32_t count = 0;
  for (; list != NULL; list = list->link) count++;
  return count;
}

static void assign_many(FunctionState *fs, const AssignStatement *statement) {
  Target targets[MAX_C_CALLS];
  uint32_t count = 0;
  int32_t line = statement->base.line;
  for (const Expression *e = statement->targets; e != NULL; e = e->link) {
    targets[count++] = prepare(fs, e, e->link);
  }
  unsigned first = fs->free_register;
  uint32_t left = count;
  if (list_length(statement->values) == count) {
    const Expression *value = statement->values;
    for (; value->link != NULL; value = value->link) codegen_to_next(fs, value);
    store_expression(fs, &targets[--left], value, line);
  } else {
    codegen_list(fs, statement->values, count, false, line);
  }
  while (left-- > 0) store(fs, &targets[left], first + left, line);
}

void codegen_assignment(FunctionState *fs, const AssignStatement *statement) {
  if (statement->target_count == 1 && statement->values->link == NULL) {
    Target target = prepare(fs, statement->targets, NULL);
    store_expression(fs, &target, statement->values, statement->base.line);
  } else {
    assign_many(fs, statement);
  }
}
