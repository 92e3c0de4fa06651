/* The verifier: see verify.h.
   Layer: bytecode.

   Three passes. The first checks each instruction by itself and finds the leaders: the targets of
   jumps. The second matches the numeric loops, which must nest like brackets, and checks that
   no jump leads into one and no instruction inside writes its control registers. The
   third walks all code that can be reached, from leader to leader, with a State: the
   registers that may be captured, those that surely hold a table of NEW_TABLE, those to be
   closed. Where ways meet, the first are united, the second intersected, the third must agree; a
   leader whose state changes is walked again. States only move one way, so this ends. */
#include "bytecode/verify.h"

enum { NO_REGION = 0, NOT_OPEN = -1 };
#define PLACE_START (UINT32_C(1) << 31) /* flag in Verifier.places: an instruction begins here */

typedef struct RegisterSet {
  uint64_t words[4];
} RegisterSet;

/* What is known about the registers at one place. */
typedef struct FlowState {
  RegisterSet captured;
  RegisterSet tables;
  RegisterSet closing;
  bool reached;
  bool waiting; /* in the work list */
} FlowState;

/* A numeric loop, from behind its FOR_PREPARE to its FOR_LOOP. */
typedef struct Region {
  uint32_t parent;
  uint32_t last; /* pc of the FOR_LOOP */
  unsigned a;
} Region;

typedef struct Verifier {
  const Proto *p;
  uint32_t *places;  /* for each word: number of the leader, plus 1; PLACE_START */
  uint32_t *regions; /* for each word: the innermost region; NO_REGION is outside of all */
  FlowState *states; /* for each leader */
  uint32_t *leaders; /* pc of each */
  uint32_t *work;    /* leaders to walk */
  Region *loops;     /* from 1 on */
  uint32_t leader_count;
  uint32_t loop_count;
  uint32_t work_count;
  const char *problem;
} Verifier;

/* ---- sets of registers ----------------------------------------------------------------------- */

static bool set_has(const RegisterSet *set, unsigned r) {
  return (set->words[r / 64] >> (r % 64)) & 1;
}
static void set_add(RegisterSet *set, unsigned r) { set->words[r / 64] |= UINT64_C(1) << (r % 64); }

/* The bits of one word that stand for registers from `from` up. */
static uint64_t mask_from(unsigned word, unsigned from) {
  if (from >= (word + 1) * 64) return 0;
  return from <= word * 64 ? UINT64_MAX : UINT64_MAX << (from % 64);
}
/* Registers from `from` up to, not including, `end`. */
static uint64_t mask_range(unsigned word, unsigned from, unsigned end) {
  return mask_from(word, from) & ~mask_from(word, end);
}
static void set_remove(RegisterSet *set, unsigned from, unsigned end) {
  for (unsigned w = 0; w < 4; w++) set->words[w] &= ~mask_range(w, from, end);
}
static bool set_has_any(const RegisterSet *set, unsigned from, unsigned end) {
  for (unsigned w = 0; w < 4; w++)
    if (set->words[w] & mask_range(w, from, end)) return true;
  return false;
}

/* ---- first pass: instructions by themselves -------------------------------------------------- */

static bool fail(Verifier *v, const char *problem) {
  v->problem = problem;
  return false;
}

static bool check_registers(Verifier *v, unsigned first, unsigned count) {
  return first + count <= v->p->max_stack || fail(v, "register out of range");
}

static bool check_constant(Verifier *v, uint32_t index) {
  return index < v->p->constant_count || fail(v, "constant out of range");
}

static bool check_name(Verifier *v, uint32_t index) {
  if (!check_constant(v, index)) return false;
  Value k = v->p->constants[index];
  return (value_is_string(k) && string_is_short(value_string(k))) || fail(v, "not a field name");
}

static bool check_number(Verifier *v, uint32_t index) {
  return check_constant(v, index) &&
         (value_is_number(v->p->constants[index]) || fail(v, "not a numeric constant"));
}

static bool check_upvalue(Verifier *v, unsigned index) {
  return index < v->p->upvalue_count || fail(v, "upvalue out of range");
}

/* The prototype of a CLOSURE, and what it captures. */
static bool check_proto(Verifier *v, uint32_t index) {
  if (index >= v->p->proto_count) return fail(v, "prototype out of range");
  const Proto *child = v->p->protos[index];
  for (unsigned i = 0; i < child->upvalue_count; i++) {
    const UpvalueDesc *u = &child->upvalues[i];
    bool ok = u->in_stack ? check_registers(v, u->index, 1) : check_upvalue(v, u->index);
    if (!ok) return false;
  }
  return true;
}

/* How many items a constructor may announce. */
static bool check_size(Verifier *v, uint32_t items) {
  return items <= UINT32_C(1) << 27 || fail(v, "list too long");
}

/* The operands of calls and the like, where counts stand in for registers. */
static bool check_counts(Verifier *v, Instruction i) {
  unsigned a = instruction_a(i), b = instruction_b(i), c = instruction_c(i);
  switch (instruction_op(i)) {
    case OP_LOAD_NIL: return check_registers(v, a, b + 1);
    case OP_CALL:
      return check_registers(v, a, b > 1 ? b : 1) && check_registers(v, a, c > 0 ? c - 1 : 0);
    case OP_TAIL_CALL: return check_registers(v, a, b > 1 ? b : 1);
    case OP_RETURN: return check_registers(v, a, b > 1 ? b - 1 : 0);
    case OP_VARARG:
      if (!v->p->is_vararg) return fail(v, "no varargs");
      return check_registers(v, a, c > 0 ? c - 1 : 0);
    default: return fail(v, "unknown instruction");
  }
}

static bool check_operands(Verifier *v, Instruction i) {
  unsigned op = instruction_op(i);
  unsigned a = instruction_a(i), b = instruction_b(i), c = instruction_c(i);
  uint32_t d = instruction_d(i);
  bool is_field = op == OP_GET_FIELD || op == OP_SET_FIELD || op == OP_INIT_FIELD || op == OP_SELF;
  bool is_equality = op == OP_JUMP_EQ_K || op == OP_JUMP_NOT_EQ_K;
  switch ((Format)opcode_infos[op].format) {
    case FORMAT_NONE:
    case FORMAT_J: return true;
    case FORMAT_A:
    case FORMAT_AI: return check_registers(v, a, 1);
    case FORMAT_AB: return check_registers(v, a, 1) && check_registers(v, b, 1);
    case FORMAT_ABC:
      if (op == OP_CONCAT)
        return (c >= 2 || fail(v, "too few operands")) && check_registers(v, a, 1) &&
               check_registers(v, b, c);
      return check_registers(v, a, 1) && check_registers(v, b, 1) && check_registers(v, c, 1);
    case FORMAT_AB_N:
    case FORMAT_ABC_N: return check_counts(v, i);
    case FORMAT_AK: return check_registers(v, a, 1) && check_constant(v, d);
    case FORMAT_ABK:
      return check_registers(v, a, op == OP_SELF ? 2 : 1) && check_registers(v, b, 1) &&
             (is_field ? check_name(v, d) : check_number(v, d));
    case FORMAT_AKC:
      return check_registers(v, a, 1) && check_name(v, d) && check_registers(v, c, 1);
    case FORMAT_AU: return check_registers(v, a, 1) && check_upvalue(v, b);
    case FORMAT_AUK: return check_registers(v, a, 1) && check_upvalue(v, b) && check_name(v, d);
    case FORMAT_ABI: return check_registers(v, a, 1) && check_registers(v, b, 1);
    case FORMAT_AIC: return check_registers(v, a, 1) && check_registers(v, c, 1);
    case FORMAT_AJ: {
      bool is_loop = op == OP_FOR_PREPARE || op == OP_FOR_LOOP || op == OP_GENERIC_PREPARE;
      return check_registers(v, a, is_loop ? 4 : 1);
    }
    case FORMAT_ACJ:
      return check_registers(v, a, c > 3 ? 4 + c : 7) && (c > 0 || fail(v, "no variable"));
    case FORMAT_ABJ: return check_registers(v, a, 1) && check_registers(v, b, 1);
    case FORMAT_AKJ: {
      uint32_t k = instruction_bc(i);
      return check_registers(v, a, 1) && (is_equality ? check_constant(v, k) : check_number(v, k));
    }
    case FORMAT_AP: return check_registers(v, a, 1) && check_proto(v, d);
    case FORMAT_ABCI: return check_registers(v, a, b + 1) && check_size(v, d);
    case FORMAT_TABLE: return check_registers(v, a, 1) && check_size(v, d);
  }
  return fail(v, "unknown instruction");
}

static bool format_jumps(unsigned format) {
  return format == FORMAT_J || format == FORMAT_AJ || format == FORMAT_ACJ ||
         format == FORMAT_ABJ || format == FORMAT_AKJ;
}

/* Whether the instruction may jump, and where to. */
static bool jump_target(uint32_t pc, Instruction i, int64_t *target) {
  unsigned op = instruction_op(i);
  int64_t next = (int64_t)pc + opcode_words(op);
  if (op == OP_LOAD_FALSE_SKIP)
    *target = next + 1;
  else if (format_jumps(opcode_infos[op].format))
    *target = next + instruction_sd(i);
  else
    return false;
  return true;
}

static bool may_jump_back(unsigned op) { return op != OP_FOR_PREPARE && op != OP_GENERIC_PREPARE; }

static bool check_instruction(Verifier *v, uint32_t pc) {
  Instruction i = v->p->code[pc];
  unsigned op = instruction_op(i);
  if (op >= OPCODE_COUNT || opcode_infos[op].generic != op) return fail(v, "unknown instruction");
  unsigned words = opcode_words(op);
  if (words > v->p->code_count - pc) return fail(v, "instruction without its cache");
  for (unsigned w = 1; w < words; w++)
    if (v->p->code[pc + w] != 0) return fail(v, "cache in use");
  if ((op == OP_VARARG_PREPARE) != (pc == 0 && v->p->is_vararg))
    return fail(v, "misplaced preparation of varargs");
  v->places[pc] |= PLACE_START;
  return check_operands(v, i);
}

static void add_leader(Verifier *v, uint32_t pc) {
  if (v->places[pc] & ~PLACE_START) return;
  v->leaders[v->leader_count] = pc;
  v->places[pc] |= ++v->leader_count;
}

static bool check_jump(Verifier *v, uint32_t pc) {
  Instruction i = v->p->code[pc];
  int64_t target;
  if (!jump_target(pc, i, &target)) return true;
  if (target < 0 || target >= (int64_t)v->p->code_count || !(v->places[target] & PLACE_START))
    return fail(v, "jump to nowhere");
  if (target <= (int64_t)pc && !may_jump_back(instruction_op(i)))
    return fail(v, "instruction must not jump back");
  if (target == 0 && v->p->is_vararg) return fail(v, "varargs prepared twice");
  add_leader(v, (uint32_t)target);
  return true;
}

static uint32_t next_pc(const Verifier *v, uint32_t pc) {
  return pc + opcode_words(instruction_op(v->p->code[pc]));
}

static bool check_forward(Verifier *v, uint32_t pc) {
  Instruction i = v->p->code[pc];
  Forward forward = instruction_forward(i);
  if (forward == FORWARD_NONE || forward == FORWARD_LATER) return true;
  bool taken = pc + 1 < v->p->code_count &&
               instruction_takes_forward(v->p->code[pc + 1], instruction_a(i)) == forward;
  return taken || fail(v, "nothing takes the forwarded result");
}

static bool check_rotation(Verifier *v, uint32_t pc) {
  Instruction i = v->p->code[pc];
  unsigned op = instruction_op(i);
  if (op != OP_ROTATE && op != OP_ROTATE_K) return true;
  unsigned length = op == OP_ROTATE ? ROTATE_LENGTH : ROTATE_K_LENGTH;
  bool rotates = length < v->p->code_count - pc &&
                 instruction_rotation(v->p->code + pc + 1, length, v->p->constants) == i;
  return rotates || fail(v, "no rotation follows");
}

static bool check_item(Verifier *v, uint32_t pc) {
  Instruction i = v->p->code[pc];
  unsigned table = instruction_a(i);
  if (instruction_op(i) != OP_GET_UPVALUE_ITEM) return true;
  Instruction next = pc + 1 < v->p->code_count ? v->p->code[pc + 1] : 0;
  bool gets_item = instruction_op(next) == OP_GET_INDEX && instruction_b(next) == table &&
                   instruction_c(next) != table;
  return gets_item || fail(v, "nothing gets the item");
}

static bool check_instructions(Verifier *v) {
  const Proto *p = v->p;
  if (p->max_stack < 2 || p->param_count > p->max_stack) return fail(v, "too few registers");
  if (p->code_count == 0) return fail(v, "no code");
  for (uint32_t pc = 0; pc < p->code_count; pc = next_pc(v, pc))
    if (!check_instruction(v, pc)) return false;
  add_leader(v, 0);
  for (uint32_t pc = 0; pc < p->code_count; pc = next_pc(v, pc))
    if (!check_jump(v, pc) || !check_forward(v, pc) || !check_rotation(v, pc) || !check_item(v, pc))
      return false;
  return true;
}

/* ---- what an instruction writes -------------------------------------------------------------- */

typedef struct Range {
  unsigned from, end; /* end is not included */
} Range;

/* Registers that may change when the instruction ran. A call lays the callee's frame over all
   registers from its own on. */
static Range written_range(Instruction i) {
  unsigned a = instruction_a(i), c = instruction_c(i);
  switch (instruction_op(i)) {
    case OP_SET_UPVALUE:
    case OP_SET_GLOBAL:
    case OP_SET_FIELD:
    case OP_INIT_FIELD:
    case OP_SET_INDEX:
    case OP_SET_INT:
    case OP_SET_LIST:
    case OP_JUMP:
    case OP_RETURN:
    case OP_RETURN_0:
    case OP_RETURN_1:
    case OP_TAIL_CALL:
    case OP_VARARG_PREPARE:
    case OP_CLOSE:
    case OP_TO_BE_CLOSED:
    case OP_GENERIC_PREPARE:
    case OP_ROTATE:
    case OP_ROTATE_K: return (Range){0, 0};
    case OP_LOAD_NIL: return (Range){a, a + instruction_b(i) + 1};
    case OP_SELF: return (Range){a, a + 2};
    case OP_CALL: return (Range){a, 256};
    case OP_VARARG: return (Range){a, c == 0 ? 256 : a + c - 1};
    case OP_FOR_PREPARE:
    case OP_FOR_LOOP: return (Range){a, a + 4};
    case OP_GENERIC_FOR: return (Range){a + 2, 256};
    default:
      if (format_jumps(opcode_infos[instruction_op(i)].format)) return (Range){0, 0};
      return (Range){a, a + 1};
  }
}

/* CONCAT also works on its operands. These opcodes may clear the registers above those they
   need. */
static Range scratch_range(Instruction i) {
  switch (instruction_op(i)) {
    case OP_NEW_TABLE:
    case OP_SET_LIST: return (Range){instruction_a(i) + 1, 256};
    case OP_CONCAT: return (Range){instruction_b(i), 256};
    case OP_CLOSURE: return (Range){instruction_b(i) == 0 ? 256 : instruction_b(i), 256};
    default: return (Range){0, 0};
  }
}

/* ---- second pass: numeric loops -------------------------------------------------------------- */

static bool open_region(Verifier *v, uint32_t pc, uint32_t region) {
  Instruction i = v->p->code[pc];
  int64_t behind = 0, back = -1;
  jump_target(pc, i, &behind);
  if (behind < (int64_t)pc + 2) return fail(v, "misplaced numeric loop");
  uint32_t last = (uint32_t)behind - 1;
  Instruction loop = v->p->code[last];
  if (!(v->places[last] & PLACE_START) || instruction_op(loop) != OP_FOR_LOOP ||
      instruction_a(loop) != instruction_a(i))
    return fail(v, "numeric loop without an end");
  jump_target(last, loop, &back);
  if (back != (int64_t)pc + 1) return fail(v, "numeric loop to another place");
  const Region *outer = &v->loops[region];
  if (region != NO_REGION && (last >= outer->last || instruction_a(i) < outer->a + 3))
    return fail(v, "numeric loops overlap");
  v->loops[++v->loop_count] = (Region){region, last, instruction_a(i)};
  return true;
}

static bool find_regions(Verifier *v) {
  uint32_t region = NO_REGION;
  for (uint32_t pc = 0; pc < v->p->code_count; pc = next_pc(v, pc)) {
    v->regions[pc] = region;
    unsigned op = instruction_op(v->p->code[pc]);
    if (op == OP_FOR_PREPARE) {
      if (!open_region(v, pc, region)) return false;
      region = v->loop_count;
    } else if (op == OP_FOR_LOOP) {
      if (region == NO_REGION || v->loops[region].last != pc)
        return fail(v, "numeric loop without a beginning");
      region = v->loops[region].parent;
    }
  }
  return true;
}

/* Nesting is limited by the registers that each loop needs, so walks outward are short. */
static bool region_is_within(const Verifier *v, uint32_t inner, uint32_t outer) {
  while (inner != outer && inner != NO_REGION) inner = v->loops[inner].parent;
  return inner == outer;
}

/* None of the registers may belong to a loop around. */
static bool check_not_control(Verifier *v, uint32_t region, Range range) {
  if (range.from == range.end) return true;
  for (; region != NO_REGION; region = v->loops[region].parent) {
    unsigned a = v->loops[region].a;
    if (range.from < a + 3 && range.end > a) return fail(v, "control variable of a loop written");
  }
  return true;
}

static bool check_captures(Verifier *v, uint32_t region, const Proto *child) {
  for (unsigned i = 0; i < child->upvalue_count; i++) {
    const UpvalueDesc *u = &child->upvalues[i];
    Range captured = {u->index, (unsigned)u->index + u->in_stack};
    if (!check_not_control(v, region, captured)) return false;
  }
  return true;
}

static bool check_regions(Verifier *v) {
  if (!find_regions(v)) return false;
  for (uint32_t pc = 0; pc < v->p->code_count; pc = next_pc(v, pc)) {
    Instruction i = v->p->code[pc];
    unsigned op = instruction_op(i);
    int64_t target;
    if (jump_target(pc, i, &target) && !region_is_within(v, v->regions[pc], v->regions[target]))
      return fail(v, "jump into a numeric loop");
    uint32_t around = op == OP_FOR_LOOP ? v->loops[v->regions[pc]].parent : v->regions[pc];
    if (!check_not_control(v, around, written_range(i)) ||
        !check_not_control(v, around, scratch_range(i)))
      return false;
    if (op == OP_CLOSURE && !check_captures(v, around, v->p->protos[instruction_d(i)]))
      return false;
  }
  return true;
}

/* ---- third pass: the flow of control --------------------------------------------------------- */

/* A way with this state leads to the leader at pc. */
static bool flow_into(Verifier *v, uint32_t pc, const FlowState *from) {
  uint32_t leader = (v->places[pc] & ~PLACE_START) - 1;
  FlowState *to = &v->states[leader];
  bool changed = !to->reached;
  if (changed) {
    *to = *from;
    to->reached = true;
    to->waiting = false;
  } else {
    if (memcmp(&to->closing, &from->closing, sizeof to->closing) != 0)
      return fail(v, "variable to be closed on one way only");
    for (int w = 0; w < 4; w++) {
      uint64_t captured = to->captured.words[w] | from->captured.words[w];
      uint64_t tables = to->tables.words[w] & from->tables.words[w];
      changed |= captured != to->captured.words[w] || tables != to->tables.words[w];
      to->captured.words[w] = captured;
      to->tables.words[w] = tables;
    }
  }
  if (changed && !to->waiting) {
    to->waiting = true;
    v->work[v->work_count++] = leader;
  }
  return true;
}

/* No variable from register a on may be captured or wait to be closed. */
static bool check_closed(Verifier *v, const FlowState *s, unsigned a) {
  return (!set_has_any(&s->captured, a, 256) && !set_has_any(&s->closing, a, 256)) ||
         fail(v, "variable left open");
}

static bool flow_to_be_closed(Verifier *v, FlowState *s, unsigned r) {
  if (set_has_any(&s->closing, r, 256)) return fail(v, "variables to be closed out of order");
  set_add(&s->closing, r);
  return true;
}

static void flow_capture(FlowState *s, const Proto *child) {
  for (unsigned i = 0; i < child->upvalue_count; i++) {
    const UpvalueDesc *u = &child->upvalues[i];
    if (!u->in_stack) continue;
    set_add(&s->captured, u->index);
    set_remove(&s->tables, u->index, u->index + 1u);
  }
}

/* What the instruction requires of the state, and makes of it. */
static bool flow_through(Verifier *v, FlowState *s, Instruction i) {
  unsigned a = instruction_a(i), c = instruction_c(i);
  Range written = written_range(i), scratch = scratch_range(i);
  set_remove(&s->tables, written.from, written.end);
  set_remove(&s->tables, scratch.from, scratch.end);
  switch (instruction_op(i)) {
    case OP_NEW_TABLE:
      if (!set_has(&s->captured, a)) set_add(&s->tables, a);
      return true;
    case OP_SET_LIST:
    case OP_INIT_FIELD:
      return set_has(&s->tables, a) || fail(v, "contents for something else than a new table");
    case OP_CLOSURE: flow_capture(s, v->p->protos[instruction_d(i)]); return true;
    case OP_CLOSE:
      set_remove(&s->captured, a, 256);
      set_remove(&s->closing, a, 256);
      return true;
    case OP_TO_BE_CLOSED: return flow_to_be_closed(v, s, a);
    case OP_GENERIC_PREPARE: return flow_to_be_closed(v, s, a + 3);
    case OP_CALL: return check_closed(v, s, a);
    case OP_GENERIC_FOR:
      return check_closed(v, s, a + 4) &&
             (set_has(&s->closing, a + 3) || fail(v, "generic loop without preparation"));
    case OP_FOR_PREPARE:
      return !set_has_any(&s->captured, a, a + 3) || fail(v, "control variable captured");
    case OP_RETURN: return c != 0 || check_closed(v, s, 0);
    case OP_RETURN_0:
    case OP_RETURN_1: return check_closed(v, s, 0);
    case OP_TAIL_CALL:
      if (set_has_any(&s->closing, 0, 256)) return fail(v, "tail call before closing");
      return c != 0 || check_closed(v, s, 0);
    default: return true;
  }
}

/* The register from which the instruction leaves values up to the top, or NOT_OPEN. */
static int left_open(Instruction i) {
  unsigned op = instruction_op(i);
  bool open = (op == OP_CALL || op == OP_VARARG) && instruction_c(i) == 0;
  return open ? (int)instruction_a(i) : NOT_OPEN;
}

/* The lowest register at which the values up to the top that it takes may begin, or NOT_OPEN. */
static int takes_open(Instruction i) {
  int a = (int)instruction_a(i);
  switch (instruction_op(i)) {
    case OP_CALL:
    case OP_TAIL_CALL: return instruction_b(i) == 0 ? a + 1 : NOT_OPEN;
    case OP_RETURN: return instruction_b(i) == 0 ? a : NOT_OPEN;
    case OP_SET_LIST: return instruction_c(i) != 0 ? a + 1 : NOT_OPEN;
    default: return NOT_OPEN;
  }
}

static bool check_open(Verifier *v, Instruction i, int open) {
  int wanted = takes_open(i);
  if (wanted == NOT_OPEN) return open == NOT_OPEN || fail(v, "values up to the top not taken");
  return open >= wanted || fail(v, "no values up to the top");
}

static bool ends_flow(unsigned op) {
  return op == OP_JUMP || op == OP_LOAD_FALSE_SKIP || op == OP_RETURN || op == OP_RETURN_0 ||
         op == OP_RETURN_1;
}

/* Walks from a leader to the end of its straight run of code. */
static bool walk(Verifier *v, uint32_t leader) {
  FlowState state = v->states[leader];
  uint32_t pc = v->leaders[leader];
  int open = NOT_OPEN;
  for (;;) {
    Instruction i = v->p->code[pc];
    int64_t target;
    if (!check_open(v, i, open) || !flow_through(v, &state, i)) return false;
    open = left_open(i);
    if (jump_target(pc, i, &target) && !flow_into(v, (uint32_t)target, &state)) return false;
    if (ends_flow(instruction_op(i))) return true;
    pc = next_pc(v, pc);
    if (pc >= v->p->code_count) return fail(v, "control runs off the end");
    if (v->places[pc] & ~PLACE_START) {
      if (open != NOT_OPEN) return fail(v, "values up to the top not taken");
      return flow_into(v, pc, &state);
    }
  }
}

static bool check_flow(Verifier *v) {
  FlowState start;
  memset(&start, 0, sizeof start);
  if (!flow_into(v, 0, &start)) return false;
  while (v->work_count > 0) {
    uint32_t leader = v->work[--v->work_count];
    v->states[leader].waiting = false;
    if (!walk(v, leader)) return false;
  }
  return true;
}

/* ---- names and lines: what debug information is looked up with ------------------------------- */

static bool check_debug_information(Verifier *v) {
  const Proto *p = v->p;
  for (uint32_t i = 0; i < p->local_count; i++) {
    const LocalVariable *local = &p->locals[i];
    if (local->reg >= p->max_stack || local->start_pc > local->end_pc ||
        local->end_pc > p->code_count || (i > 0 && local->start_pc < p->locals[i - 1].start_pc))
      return fail(v, "invalid local variable");
  }
  for (uint32_t i = 0; i < p->line_count; i++)
    if (p->lines[i].pc >= p->code_count ||
        (i == 0 ? p->lines[i].pc != 0 : p->lines[i].pc <= p->lines[i - 1].pc))
      return fail(v, "invalid line information");
  return true;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* Upper bounds for the number of leaders and loops; the code was not looked at before. */
static void count_jumps(const Proto *p, size_t *leaders, size_t *loops) {
  *leaders = *loops = 1;
  for (uint32_t pc = 0; pc < p->code_count; pc++) {
    unsigned op = instruction_op(p->code[pc]); /* or what a cache word looks like */
    if (op >= OPCODE_COUNT) continue;
    *leaders += op == OP_LOAD_FALSE_SKIP || format_jumps(opcode_infos[op].format);
    *loops += op == OP_FOR_PREPARE;
  }
}

size_t verify_workspace_size(const Proto *p) {
  size_t leaders, loops;
  count_jumps(p, &leaders, &loops);
  return leaders * (sizeof(FlowState) + 2 * sizeof(uint32_t)) + loops * sizeof(Region) +
         2 * sizeof(uint32_t) * p->code_count;
}

const char *verify_proto(const Proto *p, void *workspace) {
  size_t leaders, loops;
  count_jumps(p, &leaders, &loops);
  memset(workspace, 0, verify_workspace_size(p));
  Verifier v = {.p = p, .states = workspace};
  v.loops = (Region *)(v.states + leaders);
  v.leaders = (uint32_t *)(v.loops + loops);
  v.work = v.leaders + leaders;
  v.places = v.work + leaders;
  v.regions = v.places + p->code_count;
  if (check_instructions(&v) && check_regions(&v) && check_flow(&v) && check_debug_information(&v))
    return NULL;
  return v.problem;
}
