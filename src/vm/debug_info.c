/* Names and positions: see debug_info.h and vm.h.
   Layer: vm.

   What a register holds is named after the instruction that set it last before the point in
   question, provided that this instruction was surely executed: one inside a branch that
   was jumped over by an earlier instruction does not count. */
#include "vm/debug_info.h"

#include "bytecode/instruction.h"
#include "runtime/metatable.h"
#include "runtime/string.h"
#include "runtime/throw.h"
#include "vm/call.h"
#include "vm/vm.h"
#include "vm/wide.h"

static unsigned generic_op(Instruction i) { return opcode_infos[instruction_op(i)].generic; }

/* ---- locals -------------------------------------------------------------------------------------- */

/* The name of the nth variable (from 1) that is active at pc; NULL: none. */
static const char *active_local(const Proto *p, int n, uint32_t pc, int reg) {
  for (uint32_t i = 0; i < p->local_count && p->locals[i].start_pc <= pc; i++) {
    const LocalVariable *v = &p->locals[i];
    if (pc >= v->end_pc) continue;
    if (reg >= 0 ? v->reg == reg : --n == 0) return string_bytes(v->name);
  }
  return NULL;
}

static const char *local_in_register(const Proto *p, unsigned reg, uint32_t pc) {
  return active_local(p, 0, pc, (int)reg);
}

/* ---- what set a register -------------------------------------------------------------------------- */

static bool sets_a(unsigned op) {
  switch (op) {
    case OP_MOVE:
    case OP_MOVE_WIDE:
    case OP_LOAD_CONSTANT:
    case OP_LOAD_INT:
    case OP_LOAD_FALSE:
    case OP_LOAD_TRUE:
    case OP_LOAD_FALSE_SKIP:
    case OP_GET_UPVALUE:
    case OP_GET_UPVALUE_ITEM:
    case OP_NEW_TABLE:
    case OP_CLOSURE:
    case OP_NOT:
    case OP_CONCAT: return true;
    default: return opcode_infos[op].finish == FINISH_STORE;
  }
}

static bool instruction_sets(Instruction i, unsigned reg) {
  unsigned op = generic_op(i), a = instruction_a(i);
  switch (op) {
    case OP_LOAD_NIL: return reg >= a && reg <= a + instruction_b(i);
    case OP_SELF: return reg == a || reg == a + 1;
    case OP_CALL:
    case OP_VARARG:
    case OP_TAIL_CALL: return reg >= a;
    case OP_FOR_PREPARE:
    case OP_FOR_LOOP: return reg >= a && reg <= a + 3;
    case OP_GENERIC_FOR: return reg >= a + 2;
    default: return reg == a && sets_a(op);
  }
}

static bool is_jump(unsigned op) {
  switch (opcode_infos[op].format) {
    case FORMAT_J:
    case FORMAT_AJ:
    case FORMAT_ACJ:
    case FORMAT_ABJ:
    case FORMAT_AKJ: return true;
    default: return false;
  }
}

/* Where the instruction at pc jumps forward to; 0: nowhere. */
static uint32_t forward_target(const Proto *p, uint32_t pc) {
  Instruction i = p->code[pc];
  unsigned op = generic_op(i);
  if (op == OP_LOAD_FALSE_SKIP) return pc + 2;
  if (!is_jump(op) || op == OP_FOR_LOOP || op == OP_GENERIC_FOR) return 0;
  int64_t target = (int64_t)pc + opcode_words(op) + instruction_sd(i);
  return target > pc ? (uint32_t)target : 0;
}

/* The instruction before `last` that set reg; -1: unknown. */
static int64_t find_setter(const Proto *p, uint32_t last, unsigned reg) {
  int64_t setter = -1;
  uint32_t joined = 0; /* code before this point may have been jumped over */
  for (uint32_t pc = 0; pc < last; pc += opcode_words(instruction_op(p->code[pc]))) {
    uint32_t target = forward_target(p, pc);
    if (target != 0 && target <= last && target > joined) joined = target;
    if (instruction_sets(p->code[pc], reg)) setter = pc < joined ? -1 : (int64_t)pc;
  }
  return setter;
}

static const char *upvalue_name(const Proto *p, unsigned n) {
  String *name = p->upvalues[n].name;
  return name != NULL ? string_bytes(name) : "?";
}

static const char *constant_name(const Proto *p, uint32_t n) {
  Value v = p->constants[n];
  return value_is_string(v) ? string_bytes(value_string(v)) : "?";
}

/* A key in a register has a name when it is a constant string. Nothing else is followed here: a
   chain of look-ups, each the key of the next, may be as long as the code. */
static const char *key_name(const Proto *p, uint32_t pc, unsigned reg) {
  if (local_in_register(p, reg, pc) != NULL) return "?";
  int64_t setter = find_setter(p, pc, reg);
  if (setter < 0 || generic_op(p->code[setter]) != OP_LOAD_CONSTANT) return "?";
  return constant_name(p, instruction_d(p->code[setter]));
}

static bool gets_upvalue(Instruction i) {
  return generic_op(i) == OP_GET_UPVALUE || generic_op(i) == OP_GET_UPVALUE_ITEM;
}

static const char *field_kind(const char *table_name) {
  return table_name != NULL && strcmp(table_name, "_ENV") == 0 ? "global" : "field";
}

/* The kind of a field of the table in register reg: a global, when a variable _ENV holds it. */
static const char *register_field_kind(const Proto *p, uint32_t pc, unsigned reg) {
  const char *table_name = local_in_register(p, reg, pc);
  if (table_name != NULL) return field_kind(table_name);
  int64_t setter = find_setter(p, pc, reg);
  if (setter < 0 || !gets_upvalue(p->code[setter])) return "field";
  return field_kind(upvalue_name(p, instruction_b(p->code[setter])));
}

/* A method whose name is no short string is an ordinary look-up, with object and name in the two
   registers above the method's. No other look-up finds its object there. */
static bool gets_long_method(const Proto *p, uint32_t pc, Instruction i) {
  unsigned a = instruction_a(i);
  return instruction_b(i) == a + 1 && instruction_c(i) == a + 2 &&
         local_in_register(p, a + 1, pc) == NULL;
}

/* What kind of thing register reg holds at pc ("local", "global", ...), or NULL; its *name. */
static const char *register_name(const Proto *p, uint32_t pc, unsigned reg, const char **name) {
  *name = local_in_register(p, reg, pc);
  if (*name != NULL) return "local";
  int64_t setter = find_setter(p, pc, reg);
  if (setter < 0) return NULL;
  Instruction i = p->code[setter];
  uint32_t at = (uint32_t)setter;
  switch (generic_op(i)) {
    case OP_MOVE:
    case OP_MOVE_WIDE:
      return instruction_b(i) < instruction_a(i) ? register_name(p, at, instruction_b(i), name)
                                                 : NULL;
    case OP_GET_GLOBAL:
      *name = constant_name(p, instruction_d(i));
      return field_kind(upvalue_name(p, instruction_b(i)));
    case OP_GET_FIELD:
      *name = constant_name(p, instruction_d(i));
      return register_field_kind(p, at, instruction_b(i));
    case OP_GET_INDEX:
      *name = key_name(p, at, instruction_c(i));
      return gets_long_method(p, at, i) ? "method" : register_field_kind(p, at, instruction_b(i));
    case OP_GET_INT:
      *name = instruction_d(i) <= UINT8_MAX ? "integer index" : "?"; /* as the reference has it */
      return "field";
    case OP_GET_UPVALUE:
    case OP_GET_UPVALUE_ITEM: *name = upvalue_name(p, instruction_b(i)); return "upvalue";
    case OP_LOAD_CONSTANT:
      if (!value_is_string(p->constants[instruction_d(i)])) return NULL;
      *name = constant_name(p, instruction_d(i));
      return "constant";
    case OP_SELF: *name = constant_name(p, instruction_d(i)); return "method";
    default: return NULL;
  }
}

/* ---- how a function was called ---------------------------------------------------------------------- */

static const char *metamethod_of(unsigned op, const char **name) {
  switch (op) {
    case OP_SELF:
    case OP_GET_GLOBAL:
    case OP_GET_FIELD:
    case OP_GET_INDEX:
    case OP_GET_INT: *name = "index"; break;
    case OP_SET_GLOBAL:
    case OP_SET_FIELD:
    case OP_INIT_FIELD:
    case OP_SET_INDEX:
    case OP_SET_INT: *name = "newindex"; break;
#define NAMED(op, text) \
  case OP_##op: \
  case OP_##op##_K: *name = text; break;
    NAMED(ADD, "add")
    NAMED(SUB, "sub")
    NAMED(MUL, "mul")
    NAMED(MOD, "mod")
    NAMED(POW, "pow")
    NAMED(DIV, "div")
    NAMED(IDIV, "idiv")
    NAMED(BAND, "band")
    NAMED(BOR, "bor")
    NAMED(BXOR, "bxor")
    NAMED(SHL, "shl")
    NAMED(SHR, "shr")
    NAMED(JUMP_LT, "lt")
    NAMED(JUMP_NOT_LT, "lt")
    NAMED(JUMP_LE, "le")
    NAMED(JUMP_NOT_LE, "le")
#undef NAMED
    case OP_JUMP_GT_K:
    case OP_JUMP_NOT_GT_K: *name = "lt"; break;
    case OP_JUMP_GE_K:
    case OP_JUMP_NOT_GE_K: *name = "le"; break;
    case OP_UNM: *name = "unm"; break;
    case OP_BNOT: *name = "bnot"; break;
    case OP_LEN: *name = "len"; break;
    case OP_CONCAT: *name = "concat"; break;
    case OP_JUMP_EQ:
    case OP_JUMP_NOT_EQ: *name = "eq"; break;
    case OP_CLOSE:
    case OP_RETURN: *name = "close"; break;
    default: return NULL;
  }
  return "metamethod";
}

/* Names what the instruction under way in the Lua frame f calls. */
static const char *name_from_code(const Frame *f, const char **name) {
  const Proto *p = frame_proto(f);
  uint32_t pc = frame_pc(f);
  Instruction i = p->code[pc];
  switch (generic_op(i)) {
    case OP_CALL:
    case OP_TAIL_CALL: return register_name(p, pc, instruction_a(i), name);
    case OP_GENERIC_FOR: *name = "for iterator"; return "for iterator";
    default: return metamethod_of(generic_op(i), name);
  }
}

/* Names what is called from the frame of any kind that is `caller`. */
static const char *name_from_caller(const Frame *caller, const char **name) {
  if (caller->flags & FRAME_HOOKED) {
    *name = "?";
    return "hook";
  }
  if (caller->flags & FRAME_FINALIZER) {
    *name = "__gc";
    return "metamethod";
  }
  if (caller->kind == FRAME_CLOSE) {
    if (!frame_is_lua(caller - 1)) return NULL; /* closed by a C function's return, or by pcall */
    *name = "close";
    return "metamethod";
  }
  return frame_is_lua(caller) ? name_from_code(caller, name) : NULL;
}

const char *vm_called_name(State *L, const Frame *f, const char **name) {
  if (f == NULL || f == L->frames || (f->flags & FRAME_TAIL)) return NULL;
  return name_from_caller(f - 1, name);
}

int vm_frame_line(const Frame *f) {
  return frame_is_lua(f) ? proto_line(frame_proto(f), frame_pc(f)) : -1;
}

const char *vm_local_name(State *L, const Frame *f, int n, Value **slot) {
  Value *base = f->base;
  const char *name = NULL;
  if (frame_is_lua(f)) {
    if (n < 0) { /* a surplus argument */
      if ((uint32_t)-n > f->extra_args) return NULL;
      *slot = base - 1 - f->extra_args + (-n - 1);
      return "(vararg)";
    }
    name = active_local(frame_proto(f), n, frame_pc(f), -1);
  }
  if (name == NULL) {
    const Value *limit = f == L->frame ? L->top
                         : f[1].kind == FRAME_CLOSE ? f->base
                                                    : frame_function_slot(f + 1);
    if (frame_is_lua(f) && f == L->frame && !(f->flags & FRAME_HOOKED)) limit = frame_registers_end(f);
    if (n <= 0 || limit - base < n) return NULL;
    name = frame_is_lua(f) ? "(temporary)" : "(C temporary)";
  }
  *slot = base + (n - 1);
  return name;
}

static bool is_loop_state(const Frame *f, ptrdiff_t reg) {
  if (reg < 0 || reg >= MAX_REGISTERS) return false;
  const char *name = local_in_register(frame_proto(f), (unsigned)reg, frame_pc(f));
  return name != NULL && strcmp(name, "(for state)") == 0;
}

/* The state of the numeric loop that the slot belongs to, three registers in a row; NULL: none, or
   it is not prepared yet. */
static Value *numeric_loop_state(const Frame *f, Value *slot) {
  if (!frame_is_lua(f)) return NULL;
  ptrdiff_t first = slot - f->base, end = first + 1;
  if (!is_loop_state(f, first)) return NULL;
  while (is_loop_state(f, first - 1)) first--;
  while (is_loop_state(f, end)) end++;
  bool begins = generic_op(*f->pc) == OP_FOR_PREPARE && instruction_a(*f->pc) == (unsigned)first;
  return end - first == 3 && !begins ? f->base + first : NULL;
}

/* How many rounds are left is kept as such, or as the last index: see slow_for_prepare. */
static bool loop_keeps_last(const Value *state) {
  return state != NULL && value_is_small_int(state[0]) && value_is_small_int(state[1]) &&
         value_is_small_int(state[2]) && value_as_small_int(state[2]) != 0;
}

static int64_t loop_count(const Value *state) {
  return (value_as_small_int(state[1]) - value_as_small_int(state[0])) / value_as_small_int(state[2]);
}

Value vm_local_value(State *L, const Frame *f, Value *slot) {
  if (*slot == WIDE) *slot = value_from_int_spared(L, *slot_twin(L, slot));
  Value v = *slot;
  if (unlikely(value_is_loop_position(v))) return NIL;
  const Value *state = numeric_loop_state(f, slot);
  if (state == NULL || slot != state + 1) return v;
  if (loop_keeps_last(state)) return value_from_int_spared(L, loop_count(state));
  return value_is_light(v) ? value_from_int_spared(L, (int64_t)(uintptr_t)value_as_light(v)) : v;
}

void vm_set_local(const Frame *f, Value *slot, Value v) {
  Value *state = numeric_loop_state(f, slot);
  bool keeps_last = loop_keeps_last(state);
  int64_t count = keeps_last ? loop_count(state) : 0;
  *slot = v;
  if (keeps_last && loop_keeps_last(state)) { /* with other types the loop ends */
    if (slot == state + 1) count = value_as_small_int(v);
    int64_t init = value_as_small_int(state[0]), last;
    if (__builtin_mul_overflow(count, value_as_small_int(state[2]), &last) ||
        __builtin_add_overflow(init, last, &last) || !int_is_small(last))
      last = init;
    state[1] = value_from_small_int(last);
  }
  for (int n = 1; n <= 3; n++) /* with another iterator, table or key a loop over next finds its place again */
    if (value_is_loop_position(slot[n])) slot[n] = NIL;
}

const char *vm_local_name_of_slot(State *L, const Frame *f, const Value *slot) {
  (void)L;
  if (!frame_is_lua(f)) return "(C temporary)";
  const Proto *p = frame_proto(f);
  unsigned reg = (unsigned)(slot - f->base);
  const char *name = local_in_register(p, reg, frame_pc(f));
  if (name == NULL) name = local_in_register(p, reg, frame_pc(f) + 1); /* a loop's begin behind it */
  return name != NULL ? name : "(temporary)";
}

/* ---- lua_getinfo --------------------------------------------------------------------------------------- */

static void get_source(Value function, lua_Debug *ar) {
  if (!value_is_closure(function)) {
    ar->source = "=[C]";
    ar->srclen = 4;
    ar->linedefined = ar->lastlinedefined = -1;
    ar->what = "C";
  } else {
    const Proto *p = value_closure(function)->proto;
    ar->source = p->source != NULL ? string_bytes(p->source) : "=?";
    ar->srclen = p->source != NULL ? string_length(p->source) : 2;
    ar->linedefined = p->line_defined;
    ar->lastlinedefined = p->last_line_defined;
    ar->what = p->line_defined == 0 ? "main" : "Lua";
  }
  chunk_id(ar->short_src, ar->source, ar->srclen);
}

static void get_parameters(Value function, lua_Debug *ar) {
  const Object *cell = value_is_function(function) ? value_function(function) : NULL;
  ar->nups = cell != NULL ? cell->aux : 0;
  if (cell != NULL && cell->kind == KIND_CLOSURE) {
    const Proto *p = value_closure(function)->proto;
    ar->isvararg = (char)p->is_vararg;
    ar->nparams = p->param_count;
  } else {
    ar->isvararg = 1;
    ar->nparams = 0;
  }
}

bool vm_get_info(State *L, const char *what, Value function, Frame *f, lua_Debug *ar) {
  bool known = true;
  for (; *what != '\0'; what++) {
    switch (*what) {
      case 'S': get_source(function, ar); break;
      case 'l': ar->currentline = f != NULL ? vm_frame_line(f) : -1; break;
      case 'u': get_parameters(function, ar); break;
      case 't': ar->istailcall = f != NULL && (f->flags & FRAME_TAIL) != 0; break;
      case 'n':
        ar->namewhat = vm_called_name(L, f, &ar->name);
        if (ar->namewhat == NULL) {
          ar->namewhat = "";
          ar->name = NULL;
        }
        break;
      case 'r':
        if (f == NULL || !(f->flags & FRAME_TRANSFER)) {
          ar->ftransfer = ar->ntransfer = 0;
        } else {
          ar->ftransfer = L->transfer_first;
          ar->ntransfer = L->transfer_count;
        }
        break;
      case 'L':
      case 'f': break; /* pushed by the caller */
      default: known = false;
    }
  }
  return known;
}

/* ---- messages ------------------------------------------------------------------------------------------- */

/* " (local 'x')" or nothing, in buffer. */
static const char *variable_info(State *L, const char *kind, const char *name) {
  return kind == NULL ? "" : text_format(L, " (%s '%s')", kind, name);
}

/* Messages are built above a Lua frame's registers, so that handlers still see its locals. */
static void raise_top(State *L) {
  if (frame_is_lua(L->frame) && L->top < frame_registers_end(L->frame))
    L->top = frame_registers_end(L->frame);
}

/* Names the operand of the running instruction that holds the culprit. */
static const char *operand_info(State *L, Value culprit) {
  const Frame *f = L->frame;
  if (!frame_is_lua(f) || (f->flags & FRAME_HOOKED)) return ""; /* a hook's operands are its own */
  const Proto *p = frame_proto(f);
  uint32_t pc = frame_pc(f);
  Instruction i = p->code[pc];
  unsigned first = instruction_b(i), count = 1;
  const char *name = NULL, *kind;
  switch (opcode_infos[instruction_op(i)].format) {
    case FORMAT_AUK: return variable_info(L, "upvalue", upvalue_name(p, instruction_b(i)));
    case FORMAT_AIC:
    case FORMAT_AKC: first = instruction_a(i); break;
    case FORMAT_ABC:
      if (generic_op(i) == OP_CONCAT) { /* of what is left of its operands, the last two */
        first += (unsigned)f->concat_end - 2;
        count = 2;
      } else if (generic_op(i) == OP_SET_INDEX) {
        first = instruction_a(i);
      } else if (generic_op(i) != OP_GET_INDEX && f->base[first] != culprit) {
        first = instruction_c(i);
      }
      break;
    default: break;
  }
  for (; count > 0; count--, first++) {
    if (f->base[first] != culprit) continue;
    kind = register_name(p, pc, first, &name);
    return variable_info(L, kind, name);
  }
  return "";
}

_Noreturn static void raise_type(State *L, Value culprit, const char *operation, const char *info) {
  error_run(L, "attempt to %s a %s value%s", operation, value_type_name(L, culprit), info);
}

_Noreturn void vm_error_type(State *L, Value culprit, const char *operation) {
  raise_top(L);
  raise_type(L, culprit, operation, operand_info(L, culprit));
}

_Noreturn void vm_error_index(State *L, Value object, Value key) {
  (void)key;
  vm_error_type(L, object, "index");
}

_Noreturn void vm_error_call(State *L, Value culprit) {
  raise_top(L);
  const char *name = NULL, *kind = name_from_caller(L->frame, &name);
  raise_type(L, culprit, "call", variable_info(L, kind, name));
}

_Noreturn void vm_error_no_integer(State *L, Value culprit) {
  raise_top(L);
  error_run(L, "number%s has no integer representation", operand_info(L, culprit));
}

_Noreturn void vm_error_compare(State *L, Value a, Value b) {
  raise_top(L);
  const char *t1 = value_type_name(L, a), *t2 = value_type_name(L, b);
  if (strcmp(t1, t2) == 0) error_run(L, "attempt to compare two %s values", t1);
  error_run(L, "attempt to compare %s with %s", t1, t2);
}

_Noreturn void vm_error_concat(State *L, Value a, Value b) {
  vm_error_type(L, value_is_string(a) || value_is_number(a) ? b : a, "concatenate");
}

_Noreturn void vm_error_for(State *L, Value culprit, const char *what) {
  raise_top(L);
  error_run(L, "bad 'for' %s (number expected, got %s)", what, value_type_name(L, culprit));
}

struct CallInfo *vm_frame_handle(const State *L, const Frame *f) {
  return (struct CallInfo *)(uintptr_t)(f - L->frames + 1);
}
