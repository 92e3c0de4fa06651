/* Code generation: statements. Layer: compiler. */
#include "compiler/codegen.h"

static void statement_list(FunctionState *fs, const Statement *list);

/* ---- variables and blocks -------------------------------------------------------------------- */

/* Debug information: the variable of the next register is active from here on. */
static void begin_local(FunctionState *fs, String *name) {
  if (fs->local_count == fs->local_capacity) {
    support_grow(fs->compilation->L, (void **)&fs->locals, &fs->local_capacity,
                 sizeof *fs->locals, fs->local_count + 1);
  }
  unsigned reg = fs->active_registers++;
  fs->local_of_register[reg] = fs->local_count;
  fs->locals[fs->local_count++] =
      (LocalVariable){.name = name, .start_pc = fs->code_count, .reg = (uint8_t)reg};
}

/* The variables from the level on are gone. */
static void end_locals(FunctionState *fs, unsigned level) {
  while (fs->active_registers > level) {
    unsigned reg = --fs->active_registers;
    fs->locals[fs->local_of_register[reg]].end_pc = fs->code_count;
  }
  fs->free_register = level;
}

void codegen_begin_parameters(FunctionState *fs) {
  const Compilation *c = fs->compilation;
  fs->active_registers = 0;
  for (unsigned i = 0; i < fs->param_count; i++) {
    begin_local(fs, c->variable_names[fs->first_variable + i]);
  }
}

void codegen_end_variables(FunctionState *fs) { end_locals(fs, 0); }

static void begin_block(FunctionState *fs, const Block *block) {
  fs->closing_blocks += block->needs_close;
}

static void end_block(FunctionState *fs, const Block *block) {
  fs->closing_blocks -= block->needs_close;
  if (block->needs_close) emit_abc(fs, OP_CLOSE, block->level, 0, 0, block->end_line); /* they see it */
  end_locals(fs, block->level);
}

static void block_code(FunctionState *fs, const Block *block) {
  begin_block(fs, block);
  statement_list(fs, block->first);
  end_block(fs, block);
}

/* ---- local ----------------------------------------------------------------------------------- */

static void local_code(FunctionState *fs, const LocalStatement *statement) {
  const Expression *values = statement->values;
  codegen_list(fs, values, statement->count, true, statement->base.line);
  for (uint32_t i = 0; i < statement->count; i++) begin_local(fs, statement->names[i]);
  if (statement->to_be_closed >= 0) {
    emit_abc(fs, OP_TO_BE_CLOSED, (unsigned)statement->to_be_closed, 0, 0, statement->base.line);
  }
}

static void local_function_code(FunctionState *fs, const LocalFunctionStatement *statement) {
  begin_local(fs, statement->name);
  codegen_to_next(fs, statement->function);
  fs->locals[fs->local_count - 1].start_pc = fs->code_count;
}

/* ---- jumps ----------------------------------------------------------------------------------- */

static void define_label(FunctionState *fs, Label *label) {
  label->pc = emit_label(fs);
  for (Goto *jump = label->gotos; jump != NULL; jump = jump->next) {
    emit_patch_here(fs, &jump->jumps);
  }
}

static void goto_code(FunctionState *fs, const GotoStatement *statement) {
  Goto *jump = statement->target;
  int32_t line = statement->base.line;
  if (jump->needs_close) emit_abc(fs, OP_CLOSE, jump->level, 0, 0, line);
  if (jump->label != NULL && jump->label->pc != PC_UNKNOWN) {
    emit_jump_back(fs, jump->label->pc, line);
  } else {
    emit_jump(fs, instruction_make(OP_JUMP, 0, 0, 0, 0), &jump->jumps, line);
  }
}

/* RETURN_0 and RETURN_1 are for functions that have nothing to close. */
static void return_code(FunctionState *fs, const ExpressionStatement *statement) {
  bool closes = fs->closing_blocks > 0;
  int32_t line = statement->base.line;
  const Expression *list = statement->expressions;
  if (statement->is_tail_call) {
    codegen_tail_call(fs, list, closes);
    return;
  }
  bool plain = !closes;
  unsigned base = fs->free_register;
  if (list == NULL && plain) {
    emit_abc(fs, OP_RETURN_0, 0, 0, 0, line);
  } else if (list != NULL && list->link == NULL && !expression_is_open(list)) {
    unsigned reg = codegen_to_any(fs, list);
    if (plain) {
      emit_abc(fs, OP_RETURN_1, reg, 0, 0, line);
    } else {
      emit_abc(fs, OP_RETURN, reg, 2, closes, line);
    }
  } else {
    int count = codegen_open_list(fs, list);
    emit_abc(fs, OP_RETURN, base, (unsigned)(count + 1), closes, line);
  }
  fs->free_register = base;
}

/* ---- if, while, repeat ----------------------------------------------------------------------- */

/* The goto of a block that is nothing but a goto forwards with nothing to close. On a line of its own
   it stays an instruction, for debuggers to stop at; a break does not, as in the reference. */
static Goto *lone_goto(const IfArm *arm) {
  const Statement *first = arm->block.first;
  if (first == NULL || first->next != NULL || first->kind != STATEMENT_GOTO) return NULL;
  Goto *jump = ((const GotoStatement *)first)->target;
  if (jump->name != NULL && first->line != arm->then_line) return NULL;
  bool backwards = jump->label != NULL && jump->label->pc != PC_UNKNOWN;
  return backwards || jump->needs_close ? NULL : jump;
}

static void if_code(FunctionState *fs, const IfStatement *statement) {
  JumpList end = NO_JUMP;
  for (const IfArm *arm = statement->arms; arm != NULL; arm = arm->next) {
    Goto *jump = arm->condition == NULL ? NULL : lone_goto(arm);
    if (jump != NULL) {
      codegen_condition(fs, arm->condition, true, &jump->jumps, arm->then_line);
      continue;
    }
    JumpList otherwise = NO_JUMP;
    if (arm->condition != NULL) {
      codegen_condition(fs, arm->condition, false, &otherwise, arm->then_line);
    }
    block_code(fs, &arm->block);
    if (arm->next != NULL) {
      emit_jump(fs, instruction_make(OP_JUMP, 0, 0, 0, 0), &end, arm->line);
    }
    emit_patch_here(fs, &otherwise);
  }
  emit_patch_here(fs, &end);
}

/* Whether a line begins with the instruction at pc. */
static bool begins_line(const FunctionState *fs, uint32_t pc) {
  uint32_t i = fs->line_count;
  while (i > 0 && fs->lines[i - 1].pc > pc) i--;
  return i > 0 && fs->lines[i - 1].pc == pc;
}

/* Whether line hooks see no difference between a jump back from the line to the condition at `top`, and a copy
   of the condition that jumps back to the body: the jump must not be the first instruction of its line, nor the
   body begin on the last line of the condition. */
static bool line_hooks_agree(const FunctionState *fs, uint32_t body, int32_t jump_line) {
  return fs->code_count > body && fs->lines[fs->line_count - 1].line == jump_line && begins_line(fs, body);
}

/* The way from the end of the body to its next round. A short condition is tested again there, so that a
   round takes one jump. */
static void while_again(FunctionState *fs, const BlockStatement *statement, uint32_t top, uint32_t body) {
  enum { SHORT_CONDITION = 16 }; /* words */
  int32_t line = statement->block.end_line;
  if (body == top || body - top > SHORT_CONDITION || !line_hooks_agree(fs, body, line)) {
    emit_jump_back(fs, top, line);
    return;
  }
  JumpList again = NO_JUMP;
  codegen_condition(fs, statement->condition, true, &again, statement->base.line);
  emit_patch(fs, &again, body);
}

static void while_code(FunctionState *fs, const BlockStatement *statement) {
  uint32_t top = emit_label(fs);
  JumpList exit = NO_JUMP;
  codegen_condition(fs, statement->condition, false, &exit, statement->base.line);
  uint32_t body = emit_label(fs);
  block_code(fs, &statement->block);
  while_again(fs, statement, top, body);
  emit_patch_here(fs, &exit);
  define_label(fs, statement->exit);
}

/* The condition sees the body's variables, so these are closed behind it, on both ways. */
static void repeat_code(FunctionState *fs, const BlockStatement *statement) {
  const Block *block = &statement->block;
  uint32_t top = emit_label(fs);
  begin_block(fs, block);
  statement_list(fs, block->first);
  JumpList jumps = NO_JUMP;
  codegen_condition(fs, statement->condition, block->needs_close, &jumps, statement->base.line);
  if (block->needs_close) {
    emit_abc(fs, OP_CLOSE, block->level, 0, 0, block->end_line);
    emit_jump_back(fs, top, block->end_line);
    emit_patch_here(fs, &jumps);
  } else {
    emit_patch(fs, &jumps, top);
  }
  end_block(fs, block);
  define_label(fs, statement->exit);
}

/* ---- for ------------------------------------------------------------------------------------- */

static void hidden_locals(FunctionState *fs, unsigned count) {
  while (count-- > 0) begin_local(fs, fs->compilation->state_name);
}

/* The body with its declared variables. */
static void for_body(FunctionState *fs, const ForStatement *statement) {
  begin_block(fs, &statement->block);
  emit_reserve(fs, statement->name_count);
  for (uint32_t i = 0; i < statement->name_count; i++) begin_local(fs, statement->names[i]);
  statement_list(fs, statement->block.first);
  end_block(fs, &statement->block);
}

static void numeric_for_code(FunctionState *fs, const ForStatement *statement) {
  int32_t line = statement->base.line;
  unsigned base = statement->first_register;
  const Expression *bound = statement->expressions;
  for (; bound != NULL; bound = bound->link) codegen_to_next(fs, bound);
  if (fs->free_register < base + 3) {
    emit_abd(fs, OP_LOAD_INT, emit_reserve(fs, 1), 0, 1, statement->list_line);
  }
  hidden_locals(fs, 3);
  uint32_t prepare = emit_abc(fs, OP_FOR_PREPARE, base, 0, 0, statement->prepare_line);
  uint32_t top = emit_label(fs);
  for_body(fs, statement);
  uint32_t loop = emit_abc(fs, OP_FOR_LOOP, base, 0, 0, line);
  emit_set_target(fs, loop, top);
  emit_set_target(fs, prepare, emit_label(fs));
  end_locals(fs, base);
  define_label(fs, statement->exit);
}

static void generic_for_code(FunctionState *fs, const ForStatement *statement) {
  enum { HIDDEN = 4, CALL_REGISTERS = 3 };
  int32_t line = statement->base.line;
  unsigned base = statement->first_register;
  codegen_list(fs, statement->expressions, HIDDEN, false, statement->list_line);
  hidden_locals(fs, HIDDEN);
  fs->closing_blocks++;
  uint32_t prepare = emit_abc(fs, OP_GENERIC_PREPARE, base, 0, 0, statement->prepare_line);
  uint32_t top = emit_label(fs);
  emit_check_registers(fs, CALL_REGISTERS);
  for_body(fs, statement);
  emit_set_target(fs, prepare, emit_label(fs));
  uint32_t loop = emit_abc(fs, OP_GENERIC_FOR, base, 0, statement->name_count, line);
  emit_set_target(fs, loop, top);
  fs->closing_blocks--;
  end_locals(fs, base);
  define_label(fs, statement->exit);
  emit_abc(fs, OP_CLOSE, base, 0, 0, statement->end_line);
}

/* ---- all statements -------------------------------------------------------------------------- */

static void statement_code(FunctionState *fs, const Statement *statement) {
  switch (statement->kind) {
    case STATEMENT_LOCAL: local_code(fs, (const LocalStatement *)statement); break;
    case STATEMENT_LOCAL_FUNCTION:
      local_function_code(fs, (const LocalFunctionStatement *)statement);
      break;
    case STATEMENT_ASSIGN: case STATEMENT_FUNCTION:
      codegen_assignment(fs, (const AssignStatement *)statement);
      break;
    case STATEMENT_CALL:
      codegen_open(fs, ((const ExpressionStatement *)statement)->expressions, 0);
      break;
    case STATEMENT_IF: if_code(fs, (const IfStatement *)statement); break;
    case STATEMENT_WHILE: while_code(fs, (const BlockStatement *)statement); break;
    case STATEMENT_REPEAT: repeat_code(fs, (const BlockStatement *)statement); break;
    case STATEMENT_NUMERIC_FOR: numeric_for_code(fs, (const ForStatement *)statement); break;
    case STATEMENT_GENERIC_FOR: generic_for_code(fs, (const ForStatement *)statement); break;
    case STATEMENT_DO: block_code(fs, &((const BlockStatement *)statement)->block); break;
    case STATEMENT_RETURN: return_code(fs, (const ExpressionStatement *)statement); break;
    case STATEMENT_GOTO: goto_code(fs, (const GotoStatement *)statement); break;
    case STATEMENT_LABEL: define_label(fs, ((const LabelStatement *)statement)->label); break;
  }
  fs->free_register = fs->active_registers;
}

static void statement_list(FunctionState *fs, const Statement *list) {
  for (; list != NULL; list = list->next) statement_code(fs, list);
}

void codegen_statements(FunctionState *fs, const Statement *list) { statement_list(fs, list); }
