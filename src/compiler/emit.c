/* Instructions, jumps and registers: see emit.h. Layer: compiler. */
#include "compiler/emit.h"

#include "compiler/wide.h"

static void note_line(FunctionState *fs, uint32_t pc, int32_t line) {
  if (fs->line_count > 0 && fs->lines[fs->line_count - 1].line == line) return;
  if (fs->line_count == fs->line_capacity) {
    support_grow(fs->compilation->L, (void **)&fs->lines, &fs->line_capacity, sizeof *fs->lines,
                 fs->line_count + 1);
  }
  fs->lines[fs->line_count++] = (LineEntry){pc, line};
}

/* A statement may be the whole of a huge source: a stop comes in between so many instructions. */
static NOINLINE void make_room(FunctionState *fs, uint32_t needed) {
  enum { BETWEEN_POLLS = 1 << 14 };
  State *L = fs->compilation->L;
  if (unlikely(L->heap->interrupt != 0)) global_of(L)->poll(L);
  if (fs->code_capacity < needed)
    support_grow(L, (void **)&fs->code, &fs->code_capacity, sizeof *fs->code, needed);
  fs->code_room = fs->code_capacity - needed > BETWEEN_POLLS ? needed + BETWEEN_POLLS : fs->code_capacity;
}

uint32_t emit(FunctionState *fs, Instruction instruction, int32_t line) {
  unsigned words = opcode_words(instruction_op(instruction));
  uint32_t pc = fs->code_count;
  if (unlikely(fs->code_room < pc + words)) make_room(fs, pc + words);
  note_line(fs, pc, line);
  fs->code[pc] = instruction;
  for (unsigned i = 1; i < words; i++) fs->code[pc + i] = 0;
  fs->code_count = pc + words;
  return pc;
}

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

void emit_nil(FunctionState *fs, unsigned first, unsigned count, int32_t line) {
  unsigned end = first + count;
  if (fs->code_count > fs->last_label) {
    Instruction *last = &fs->code[fs->code_count - 1]; /* a cache word is 0, no LOAD_NIL */
    unsigned begun = instruction_a(*last), ended = begun + instruction_b(*last) + 1;
    if (instruction_op(*last) == OP_LOAD_NIL && first <= ended && begun <= end) {
      unsigned from = least(begun, first), to = ended > end ? ended : end;
      *last = instruction_make(OP_LOAD_NIL, from, to - from - 1, 0, 0);
      return;
    }
  }
  emit_abc(fs, OP_LOAD_NIL, first, count - 1, 0, line);
}

void emit_mark_wide(FunctionState *fs, unsigned reg) {
  if (fs->code_count == 0) return;
  Instruction *last = &fs->code[fs->code_count - 1]; /* a cache word is 0: nothing to mark */
  if (instruction_a(*last) == reg) *last |= opcode_wide_mark(instruction_op(*last));
}

/* How the temporary that the last instruction set is passed on, if it was marked. */
static void set_forward(FunctionState *fs, unsigned reg, Forward forward) {
  if (fs->code_count == 0) return;
  Instruction *last = &fs->code[fs->code_count - 1];
  if (instruction_a(*last) != reg || reg < fs->active_registers || !instruction_is_wide(*last))
    return;
  Instruction mark = opcode_wide_mark(instruction_op(*last));
  *last &= ~(mark * (UINT8_MAX >> FORWARD_SHIFT << FORWARD_SHIFT));
  *last |= mark * ((unsigned)forward << FORWARD_SHIFT);
}

static bool constant_is_from(const FunctionState *fs, Instruction i, int64_t least) {
  Value constant = fs->constants[instruction_d(i)];
  return value_is_small_int(constant) && value_as_small_int(constant) >= least;
}

/* Whether the result is small, mostly or always: then it is better kept as such. */
static bool result_is_small(const FunctionState *fs, Instruction i) {
  switch (instruction_op(i)) {
    case OP_MOD: case OP_MOD_K: case OP_IDIV: case OP_IDIV_K: return true;
    case OP_BAND_K: return constant_is_from(fs, i, 0);
    case OP_SHR_K: return constant_is_from(fs, i, SHIFT_TO_SMALL);
    default: return false;
  }
}

void emit_keep_wide(FunctionState *fs, unsigned reg) {
  if (fs->code_count > 0 && !result_is_small(fs, fs->code[fs->code_count - 1]))
    set_forward(fs, reg, FORWARD_LATER);
}

/* If the last instructions, all of one line, are a rotation, what does it at once goes before them. */
static bool insert_rotation(FunctionState *fs, unsigned length) {
  uint32_t start = fs->code_count - length;
  const LineEntry *line = &fs->lines[fs->line_count - 1];
  if (fs->code_count < length || fs->last_label > start || line->pc > start) return false;
  Instruction rotation = instruction_rotation(fs->code + start, length, fs->constants);
  if (rotation == 0) return false;
  emit(fs, 0, line->line);
  memmove(fs->code + start + 1, fs->code + start, length * sizeof *fs->code);
  fs->code[start] = rotation;
  return true;
}

void emit_operator(FunctionState *fs, Instruction instruction, int32_t line) {
  bool constant = opcode_infos[instruction_op(instruction)].format == FORMAT_ABK;
  if (fs->code_count > 0 && !(constant && value_is_double(fs->constants[instruction_d(instruction)]))) {
    unsigned reg = instruction_a(fs->code[fs->code_count - 1]);
    Forward forward = instruction_takes_forward(instruction, reg);
    if (forward != FORWARD_NONE) set_forward(fs, reg, forward);
  }
  emit(fs, instruction, line);
  if (!insert_rotation(fs, ROTATE_K_LENGTH)) insert_rotation(fs, ROTATE_LENGTH);
}

/* ---- jumps ----------------------------------------------------------------------------------- */

static void set_d(FunctionState *fs, uint32_t pc, uint32_t d) {
  fs->code[pc] = (fs->code[pc] & UINT32_MAX) | (Instruction)d << 32;
}

void emit_jump(FunctionState *fs, Instruction jump, JumpList *list, int32_t line) {
  uint32_t pc = emit(fs, jump, line);
  set_d(fs, pc, *list);
  *list = pc;
}

void emit_set_target(FunctionState *fs, uint32_t pc, uint32_t target) {
  unsigned words = opcode_words(instruction_op(fs->code[pc]));
  set_d(fs, pc, target - (pc + words));
}

void emit_jump_back(FunctionState *fs, uint32_t target, int32_t line) {
  uint32_t pc = emit(fs, instruction_make(OP_JUMP, 0, 0, 0, 0), line);
  emit_set_target(fs, pc, target);
}

void emit_patch(FunctionState *fs, JumpList *list, uint32_t target) {
  uint32_t pc = *list;
  while (pc != NO_JUMP) {
    uint32_t next = instruction_d(fs->code[pc]);
    emit_set_target(fs, pc, target);
    pc = next;
  }
  *list = NO_JUMP;
}

void emit_merge(FunctionState *fs, JumpList *into, JumpList from) {
  if (from == NO_JUMP) return;
  uint32_t last = from;
  for (uint32_t next; (next = instruction_d(fs->code[last])) != NO_JUMP;) last = next;
  set_d(fs, last, *into);
  *into = from;
}

/* ---- registers ------------------------------------------------------------------------------- */

COLD void emit_register_error(FunctionState *fs) {
  lexer_error_near(&fs->compilation->lexer, "function or expression needs too many registers");
}

void emit_check_registers(FunctionState *fs, unsigned count) {
  unsigned needed = fs->free_register + count;
  if (needed > USABLE_REGISTERS) emit_register_error(fs);
  if (needed > fs->max_stack) fs->max_stack = needed;
}
