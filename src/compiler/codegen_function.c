/* Code generation: the beginning and the end of a function. Layer: compiler. */
#include "compiler/codegen.h"
#include "runtime/function.h"

void codegen_begin(FunctionState *fs) {
  fs->free_register = fs->active_registers = fs->param_count;
  fs->max_stack = 2;
  fs->closing_blocks = 0;
  fs->closes_at_return = false;
  fs->code_count = 0;
  fs->code_room = 0;
  fs->last_label = 0;
  fs->line_count = 0;
  fs->proto_count = 0;
  fs->local_count = 0;
  constant_begin(fs);
  emit_check_registers(fs, 0);
  codegen_begin_parameters(fs);
  if (fs->is_vararg) {
    emit_abc(fs, OP_VARARG_PREPARE, 0, 0, 0, fs->compilation->lexer.last_line);
  }
}

uint32_t codegen_add_proto(FunctionState *fs, Proto *proto) {
  if (fs->proto_count == fs->proto_capacity) {
    support_grow(fs->compilation->L, (void **)&fs->protos, &fs->proto_capacity,
                 sizeof *fs->protos, fs->proto_count + 1);
  }
  fs->protos[fs->proto_count] = proto;
  return fs->proto_count++;
}

/* ---- the pass over the finished code --------------------------------------------------------- */

/* Where a jump to pc ends when the jumps it meets are followed. A conditional jump must stay
   a jump forwards: those at `from` and before are no place for it. */
static uint32_t final_target(const FunctionState *fs, uint32_t pc, int64_t from) {
  enum { HOPS = 100 }; /* jumps may form a circle */
  for (int i = 0; i < HOPS; i++) {
    Instruction next = fs->code[pc];
    if (instruction_op(next) != OP_JUMP) break;
    int64_t target = (int64_t)pc + 1 + instruction_sd(next);
    if (target <= from) break;
    pc = (uint32_t)target;
  }
  return pc;
}

static void thread_jump(FunctionState *fs, uint32_t pc, bool conditional) {
  uint32_t target = (uint32_t)(pc + 1 + (int64_t)instruction_sd(fs->code[pc]));
  int64_t from = conditional ? (int64_t)pc : -1;
  emit_set_target(fs, pc, final_target(fs, target, from));
}

/* A variable of the outermost block turned out to need closing: all ways out close. */
static Instruction closing_return(Instruction i) {
  switch (instruction_op(i)) {
    case OP_RETURN_0: return instruction_make(OP_RETURN, 0, 1, 1, 0);
    case OP_RETURN_1: return instruction_make(OP_RETURN, instruction_a(i), 2, 1, 0);
    case OP_RETURN: case OP_TAIL_CALL:
      return instruction_make((Opcode)instruction_op(i), instruction_a(i), instruction_b(i), 1, 0);
    default: return i;
  }
}

/* The registers that closures capture: what reads them there knows nothing of wide registers. */
static void note_captured(const FunctionState *fs, bool captured[MAX_REGISTERS + 1]) {
  memset(captured, 0, MAX_REGISTERS + 1);
  for (uint32_t n = 0; n < fs->proto_count; n++) {
    const Proto *inner = fs->protos[n];
    for (unsigned u = 0; u < inner->upvalue_count; u++)
      if (inner->upvalues[u].in_stack) captured[inner->upvalues[u].index] = true;
  }
}

static void finish_code(FunctionState *fs) {
  bool captured[MAX_REGISTERS + 1];
  uint32_t pc = 0;
  note_captured(fs, captured);
  while (pc < fs->code_count) {
    unsigned op = instruction_op(fs->code[pc]);
    switch (opcode_infos[op].format) {
      case FORMAT_J: thread_jump(fs, pc, false); break;
      case FORMAT_ABJ: case FORMAT_AKJ: thread_jump(fs, pc, true); break;
      case FORMAT_AJ:
        if (op == OP_JUMP_IF || op == OP_JUMP_IF_NOT) thread_jump(fs, pc, true);
        break;
      default:
        if (fs->closes_at_return) fs->code[pc] = closing_return(fs->code[pc]);
        if (captured[instruction_a(fs->code[pc])]) fs->code[pc] &= ~opcode_wide_marks(op);
    }
    pc += opcode_words(op);
  }
}

/* ---- the prototype --------------------------------------------------------------------------- */

static void *copy_array(State *L, const void *items, size_t size) {
  if (size == 0) return NULL;
  void *copy = memory_allocate(L, size);
  memcpy(copy, items, size);
  return copy;
}

/* Counts are set behind their arrays: the prototype can be freed at any point. */
static void fill_proto(State *L, Proto *p, const FunctionState *fs) {
  p->code = copy_array(L, fs->code, fs->code_count * sizeof *fs->code);
  p->code_count = fs->code_count;
  p->constants = copy_array(L, fs->constants, fs->constant_count * sizeof *fs->constants);
  p->constant_count = fs->constant_count;
  p->protos = copy_array(L, fs->protos, fs->proto_count * sizeof *fs->protos);
  p->proto_count = fs->proto_count;
  p->upvalues = copy_array(L, fs->upvalues, fs->upvalue_count * sizeof *fs->upvalues);
  p->upvalue_count = (uint8_t)fs->upvalue_count;
  p->lines = copy_array(L, fs->lines, fs->line_count * sizeof *fs->lines);
  p->line_count = fs->line_count;
  p->locals = copy_array(L, fs->locals, fs->local_count * sizeof *fs->locals);
  p->local_count = fs->local_count;
}

Proto *codegen_finish(FunctionState *fs, int32_t last_line_defined) {
  Compilation *c = fs->compilation;
  bool closes = fs->closes_at_return;
  if (closes) {
    emit_abc(fs, OP_RETURN, 0, 1, closes, c->lexer.last_line);
  } else {
    emit_abc(fs, OP_RETURN_0, 0, 0, 0, c->lexer.last_line);
  }
  codegen_end_variables(fs);
  finish_code(fs);
  Proto *p = proto_new(c->L);
  p->param_count = fs->param_count;
  p->is_vararg = fs->is_vararg;
  p->max_stack = (uint8_t)fs->max_stack;
  p->source = c->source;
  p->line_defined = fs->line_defined;
  p->last_line_defined = last_line_defined;
  fill_proto(c->L, p, fs);
  return p;
}
