/* Slow paths of calls, returns, varargs, loops and scopes.
   Layer: vm. */
#include "runtime/function.h"
#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/table.h"
#include "runtime/throw.h"
#include "vm/debug_info.h"
#include "vm/hook.h"
#include "vm/slow.h"
#include "vm/vm.h"

#include <math.h>

/* ---- calls and returns ------------------------------------------------------------------------------ */

/* Whether one argument and four results of this CALL are the head of a loop. */
static bool is_loop_head(const Instruction *pc) {
  return instruction_b(pc[0]) == 2 && instruction_c(pc[0]) == 5 &&
         instruction_op(pc[1]) == OP_GENERIC_PREPARE && instruction_a(pc[1]) == instruction_a(pc[0]);
}

/* The form of CALL that does this action of a C function; 0: none. */
static unsigned action_opcode(uint8_t action, const Instruction *pc) {
  unsigned b = instruction_b(*pc), c = instruction_c(*pc);
  unsigned arguments = b != 0 ? b - 1 : MAX_REGISTERS; /* those up to the top are counted at each call */
  switch (action) {
    case NATIVE_NEXT: return arguments == 2 && (c == 2 || c == 3) ? OP_CALL_NEXT : 0;
    case NATIVE_PAIRS: return is_loop_head(pc) ? OP_CALL_PAIRS : 0;
    case NATIVE_IPAIRS: return is_loop_head(pc) ? OP_CALL_IPAIRS : 0;
    case NATIVE_PCALL: return arguments >= 1 ? OP_CALL_PCALL : 0;
    case NATIVE_XPCALL: return arguments >= 2 ? OP_CALL_XPCALL : 0;
    case NATIVE_RESUME: return arguments >= 1 ? OP_CALL_RESUME : 0;
    case NATIVE_WRAP: return OP_CALL_WRAP;
    case NATIVE_YIELD: return OP_CALL_YIELD;
    default: return 0;
  }
}

static void rewrite_with_d(Instruction *pc, unsigned op, int32_t d) {
  *pc = (*pc & UINT32_MAX) | (Instruction)(uint32_t)d << 32;
  instruction_rewrite(pc, op);
}

/* Recursion with all `arguments`: D becomes the way back to the start of the code. */
static bool specialise_recursion(const Frame *f, Instruction *pc, Value function, size_t arguments,
                                 unsigned op) {
  const Proto *p = frame_proto(f);
  if (function != f->base[-1] || proto_signature(p) != arguments) return false;
  rewrite_with_d(pc, op, (int32_t)(pc - p->code));
  return true;
}

static void specialise_call(const Frame *f, Instruction *pc, Value function) {
  if (!value_is_function(function)) return;
  if (instruction_b(*pc) != 0 &&
      specialise_recursion(f, pc, function, instruction_b(*pc) - 1, OP_CALL_SELF))
    return;
  Object *cell = value_function(function);
  if (cell->kind == KIND_NATIVE) {
    const Native *native = value_native(function);
    unsigned op = action_opcode(cell->flags, pc);
    if (op != 0) {
      instruction_rewrite(pc, op);
      return;
    }
    if (native->builtin != NULL && native->builtin->direct != NULL)
      instruction_rewrite(pc, instruction_c(*pc) == 2 && instruction_b(*pc) != 0
                                  ? OP_CALL_BUILTIN
                                  : OP_CALL_BUILTIN_ANY);
    else if (instruction_b(*pc) == 0)
      return;
    else if (cell->flags == NATIVE_PLAIN || cell->flags >= NATIVE_NEXT)
      instruction_rewrite(pc, OP_CALL_NATIVE);
  } else if (value_closure(function)->proto->is_vararg) {
    instruction_rewrite(pc, OP_CALL_LUA_VARARG);
  } else {
    instruction_rewrite(pc, instruction_b(*pc) != 0 ? OP_CALL_LUA : OP_CALL_LUA_OPEN);
  }
}

State *slow_call(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *function = f->base + instruction_a(*pc);
  unsigned arguments = instruction_b(*pc);
  if (arguments != 0) L->top = function + arguments;
  specialise_call(f, pc, *function);
  if (unlikely(loop_must_protect(L, *function))) return NULL;
  return call_enter(L, function, (int)instruction_c(*pc) - 1);
}

/* A safepoint where the values up to the top are live as well. */
static void safepoint_open(State *L) {
  Frame *f = L->frame;
  Value *end = frame_registers_end(f);
  ptrdiff_t top = stack_offset(L, L->top);
  if (L->top < end) L->top = end;
  heap_step(L);
  L->top = stack_slot(L, top);
}

/* The values up to the top are a call of pcall with a C function that the loop does nothing about
   itself. */
static bool is_pcall_of_native(const State *L, const Value *function) {
  if (native_with_action(*function, NATIVE_PCALL) == NULL || L->top - function < 2) return false;
  if (!value_is_native(function[1]) || L->hook_mask != 0 || pcall_is_refused(L)) return false;
  return native_is_plain(value_native(function[1]));
}

/* pcall of what the handlers do not do: of C functions without a direct entry, and of all that is
   unusual. */
State *slow_call_pcall(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *function = f->base + instruction_a(*pc);
  if (instruction_b(*pc) != 0) L->top = function + instruction_b(*pc);
  if (unlikely(!is_pcall_of_native(L, function))) return slow_call(L, pc);
  Native *native = value_native(function[1]);
  function = pcall_enter(L, function, (int)instruction_c(*pc) - 1, false);
  int count = call_native(L, native, function, WANTED_FINISH);
  if (unlikely(L->to_be_closed_count != 0 || L->hook_mask != 0)) return call_complete_native(L, count);
  L->frame--;
  return pcall_finish(L, L->top - count, count);
}

/* After a direct builtin. */
State *slow_safepoint_after(State *L, Instruction *pc) {
  slow_enter(L, pc);
  if (instruction_c(*pc) == 0)
    safepoint_open(L);
  else
    slow_safepoint(L);
  return slow_done(L, pc);
}

State *slow_call_native(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *function = f->base + instruction_a(*pc);
  Value v = *function;
  L->top = function + instruction_b(*pc);
  if (unlikely(!value_is_native(v) || !native_is_plain(value_native(v))))
    return slow_call(L, pc);
  int wanted = (int)instruction_c(*pc) - 1;
  int count = call_native(L, value_native(v), function, wanted);
  if (unlikely(L->to_be_closed_count != 0 || L->hook_mask != 0))
    return call_complete_native(L, count);
  f = L->frame;
  L->frame = f - 1;
  function = f->base - 1;
  if (wanted == 1)
    *function = count > 0 ? L->top[-count] : NIL;
  else
    call_adjust(L, function, L->top - count, count, wanted);
  f[-1].pc = pc + 1;
  return L;
}

/* The C function that a handler called is through; there is something to close, or a hook to call. */
State *slow_native_done(State *L, Instruction *pc) {
  (void)pc;
  return call_complete_native(L, global_of(L)->run_result_count);
}

/* The callee's function and arguments slide down over the caller's; the frame is used again. */
static State *tail_call_closure(State *L, Frame *f, Value *function) {
  Proto *p = value_closure(*function)->proto;
  size_t count = (size_t)(L->top - function);
  Value *slot = frame_function_slot(f);
  memmove(slot, function, count * sizeof(Value));
  L->top = slot + count;
  if (unlikely(L->stack_limit - L->top <= p->max_stack)) {
    f->base = slot + 1; /* consistent while the stack moves */
    f->extra_args = 0;
    f->pc = p->code;
    ptrdiff_t offset = stack_offset(L, slot);
    stack_grow(L, p->max_stack);
    slot = stack_slot(L, offset);
  }
  for (size_t i = count - 1; i < p->param_count; i++) stack_push(L, NIL);
  f->base = slot + 1;
  f->pc = p->code;
  f->constants = p->constants;
  f->flags = (f->flags | FRAME_TAIL) & (uint8_t)~FRAME_HOOK_CALLED;
  f->extra_args = 0;
  return L;
}

static void specialise_tail_call_native(Instruction *pc, const Native *native) {
  if (native->builtin != NULL && native->builtin->direct != NULL)
    instruction_rewrite(pc, OP_TAIL_CALL_BUILTIN);
  else if (native->head.flags == NATIVE_YIELD)
    instruction_rewrite(pc, OP_TAIL_CALL_YIELD);
}

static void specialise_tail_call_lua(const Frame *f, Instruction *pc, Value function, size_t arguments) {
  const Proto *p = value_closure(function)->proto;
  bool open = instruction_b(*pc) == 0;
  int64_t distance = (int64_t)(function - f->base[-1]);
  if (specialise_recursion(f, pc, function, arguments, open ? OP_TAIL_CALL_SELF_OPEN : OP_TAIL_CALL_SELF))
    return;
  if (p->is_vararg)
    instruction_rewrite(pc, OP_TAIL_CALL_LUA_VARARG);
  else if (open || proto_signature(p) != arguments || distance != (int32_t)distance)
    instruction_rewrite(pc, OP_TAIL_CALL_LUA_ANY);
  else
    rewrite_with_d(pc, OP_TAIL_CALL_LUA, (int32_t)distance);
}

State *slow_tail_call(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *function = f->base + instruction_a(*pc);
  if (instruction_b(*pc) != 0) L->top = function + instruction_b(*pc);
  if (unlikely(loop_must_protect(L, *function))) return NULL;
  while (!value_is_function(*function)) {
    function = call_insert_metamethod(L, function);
    f = L->frame;
  }
  if (value_is_native(*function)) {
    if (instruction_c(*pc) == 0) specialise_tail_call_native(pc, value_native(*function));
    return call_enter(L, function, WANTED_FINISH);
  }
  if (instruction_c(*pc))
    upvalue_close(L, f->base);
  else
    specialise_tail_call_lua(f, pc, *function, (size_t)(L->top - function) - 1);
  return tail_call_closure(L, f, function);
}

/* What a handler of yields does not serve: of a CALL, or of a TAIL_CALL. */
State *slow_call_yield(State *L, Instruction *pc) {
  return instruction_generic(*pc) == OP_TAIL_CALL ? slow_tail_call(L, pc) : slow_call(L, pc);
}

/* One result for the instruction that called a metamethod, which nearly always stores it. */
static bool return_one(State *L, Frame *f, Value result) {
  Frame *caller = f - 1;
  if (f->wanted != WANTED_FINISH || (f->flags & FRAME_ENTRY) || L->hook_mask != 0) return false;
  if (caller->kind != FRAME_LUA) return false;
  Instruction i = *caller->pc;
  const OpcodeInfo *info = &opcode_infos[instruction_op(i)];
  if (info->finish != FINISH_STORE) return false;
  caller->base[instruction_a(i)] = result;
  caller->pc += info->words;
  L->frame = caller;
  return true;
}

State *slow_return_any(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  unsigned op = instruction_op(*pc);
  Value *results = f->base + instruction_a(*pc);
  int count;
  if (op == OP_RETURN) {
    count = (int)instruction_b(*pc) - 1;
    if (count < 0) count = (int)(L->top - results);
    if (instruction_c(*pc)) {
      if (close_pending(L, f->base)) {
        Value *end = frame_registers_end(f);
        L->top = results + count > end ? results + count : end;
        return close_start(L, f->base, LUA_OK, results, count);
      }
      upvalue_close(L, f->base);
    }
  } else {
    count = opcode_infos[op].generic != OP_RETURN_0; /* TAIL_CALL_BUILTIN too has one */
    if (count == 1 && return_one(L, f, *results)) return L;
  }
  return call_return(L, results, count);
}

/* Returns what a direct builtin left, or a yield was resumed with, from R[A] up to the top. */
State *slow_return_open(State *L, Instruction *pc) {
  slow_enter(L, pc);
  if (L->heap->debt > 0) safepoint_open(L);
  Value *results = L->frame->base + instruction_a(*pc);
  return call_return(L, results, (int)(L->top - results));
}

/* ---- varargs ------------------------------------------------------------------------------------------ */

State *slow_vararg_prepare(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Proto *p = frame_proto(f);
  ptrdiff_t extra = L->top - f->base - p->param_count;
  if (extra > 0) {
    stack_ensure(L, (size_t)p->max_stack + 1);
    f = L->frame;
    Value *old = f->base;
    Value *base = L->top + 1;
    base[-1] = old[-1];
    for (int i = 0; i < p->param_count; i++) {
      base[i] = old[i];
      old[i] = NIL;
    }
    f->base = base;
    f->extra_args = (uint32_t)extra;
  }
  if (unlikely(L->hook_mask != 0)) {
    f->pc = pc + 1; /* a call hook sees the line of the first instruction that does something */
    hook_call(L, p->param_count);
    f = L->frame;
    L->hook_pc = frame_pc(f); /* the next instruction begins a line */
  }
  return slow_done(L, pc);
}

/* Whether the varargs are all but the first of the arguments of select, whose one result is wanted. */
static bool vararg_is_selected(const Frame *f, const Instruction *pc) {
  Instruction call = pc[1];
  unsigned a = instruction_a(call);
  if (instruction_c(*pc) != 0 || instruction_generic(call) != OP_CALL || instruction_b(call) != 0 ||
      instruction_c(call) != 2 || a + 2 != instruction_a(*pc))
    return false;
  Value function = f->base[a];
  return value_is_native(function) && value_native(function)->head.flags == NATIVE_SELECT;
}

State *slow_vararg(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  instruction_rewrite(pc, vararg_is_selected(f, pc) ? OP_VARARG_SELECT : OP_VARARG_COPY);
  uint32_t extra = f->extra_args;
  int wanted = (int)instruction_c(*pc) - 1;
  if (wanted < 0) {
    L->top = frame_registers_end(f);
    stack_ensure(L, extra);
    f = L->frame;
  }
  Value *to = f->base + instruction_a(*pc);
  const Value *from = f->base - 1 - extra;
  if (wanted < 0) {
    memcpy(to, from, extra * sizeof(Value));
    L->top = to + extra;
  } else {
    for (int i = 0; i < wanted; i++) to[i] = (uint32_t)i < extra ? from[i] : NIL;
  }
  return slow_done(L, pc);
}

/* ---- numeric for: manual 3.3.5 -------------------------------------------------------------------------- */

/* Numbers, and as in the reference strings that stand for one. */
static double for_number(State *L, Value v, const char *what) {
  double d;
  if (!value_to_double(v, &d)) vm_error_for(L, v, what);
  return d;
}

/* The limit as an integer that stops the loop at the right place. False: the loop does not run. */
static bool for_limit(State *L, Value limit, int64_t init, int64_t step, int64_t *result) {
  double d;
  if (!value_to_int(limit, result)) {
    d = for_number(L, limit, "limit");
    if (!double_to_int(step < 0 ? ceil(d) : floor(d), result)) {
      if ((d > 0) != (step > 0)) return false;
      *result = d > 0 ? INT64_MAX : INT64_MIN;
    }
  }
  return step > 0 ? init <= *result : init >= *result;
}

static uint64_t for_count(int64_t init, int64_t limit, int64_t step) {
  if (step > 0) {
    uint64_t span = (uint64_t)limit - (uint64_t)init;
    return step == 1 ? span : span / (uint64_t)step;
  }
  return ((uint64_t)init - (uint64_t)limit) / (0 - (uint64_t)step);
}

/* Loop state: R[A] the index, R[A+2] the step, and R[A+1], where all indices and the step are small
   integers, the last index, which will be met exactly; else how many rounds are left after this
   one, as a light userdata, and FOR_LOOP works on 64 bits. */
static bool for_prepare_int(State *L, Value *r) {
  int64_t init = value_as_int(r[0]), step = value_as_int(r[2]), limit;
  if (step == 0) error_run(L, "'for' step is zero");
  if (!for_limit(L, r[1], init, step, &limit)) return false;
  uint64_t count = for_count(init, limit, step);
  int64_t last = (int64_t)((uint64_t)init + count * (uint64_t)step);
  if (int_is_small(init) && int_is_small(step) && int_is_small(last))
    r[1] = value_from_small_int(last);
  else
    r[1] = value_from_light(L, (void *)(uintptr_t)count);
  r[3] = r[0];
  return true;
}

static bool for_prepare_double(State *L, Value *r) {
  double limit = for_number(L, r[1], "limit");
  double step = for_number(L, r[2], "step");
  double init = for_number(L, r[0], "initial value");
  if (step == 0) error_run(L, "'for' step is zero");
  if (step > 0 ? limit < init : init < limit) return false; /* with NaN it runs once */
  r[0] = r[3] = value_from_double(init);
  r[1] = value_from_double(limit);
  r[2] = value_from_double(step);
  return true;
}

State *slow_for_prepare(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *r = f->base + instruction_a(*pc);
  bool runs = value_is_int(r[0]) && value_is_int(r[2]) ? for_prepare_int(L, r)
                                                         : for_prepare_double(L, r);
  f->pc = pc + 1 + (runs ? 0 : instruction_sd(*pc));
  return L;
}

/* Loop state that debug.setlocal has put other types into ends the loop. */
static bool for_is_int(const Value *r) {
  return value_is_int(r[0]) && value_is_int(r[2]) && (value_is_small_int(r[1]) || value_is_light(r[1]));
}

State *slow_for_loop(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *r = f->base + instruction_a(*pc);
  bool goes_on = false;
  if (value_is_double(r[0])) {
    instruction_rewrite(pc, OP_FOR_LOOP_NUM);
    double step = value_as_double(r[2]), limit = value_as_double(r[1]);
    double index = value_as_double(r[0]) + step;
    goes_on = step > 0 ? index <= limit : limit <= index;
    if (goes_on) r[0] = r[3] = value_from_double(index);
  } else if (likely(for_is_int(r))) {
    bool small = value_is_small_int(r[1]);
    uint64_t index = (uint64_t)value_as_int(r[0]), step = (uint64_t)value_as_int(r[2]);
    uint64_t count = small ? r[0] != r[1] : (uint64_t)(uintptr_t)value_as_light(r[1]);
    goes_on = count > 0;
    if (small) instruction_rewrite(pc, OP_FOR_LOOP_INT);
    if (goes_on) {
      if (!small) r[1] = value_from_light(L, (void *)(uintptr_t)(count - 1));
      r[0] = r[3] = value_from_int(L, (int64_t)(index + step));
      slow_safepoint(L);
      f = L->frame;
    }
  }
  f->pc = pc + 1 + (goes_on ? instruction_sd(*pc) : 0);
  return L;
}

/* ---- generic for ------------------------------------------------------------------------------------------ */

State *slow_generic_prepare(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  vm_mark_to_be_closed(L, f->base + instruction_a(*pc) + 3);
  f = L->frame;
  f->pc = pc + 1 + instruction_sd(*pc);
  return L;
}

static State *generic_step(State *L, Frame *f, Instruction *pc, bool found) {
  f->pc = pc + 1 + (found ? instruction_sd(*pc) : 0);
  return L;
}

static void generic_clear(Value *r, Instruction i, unsigned from) {
  for (unsigned n = from; n < instruction_c(i); n++) r[4 + n] = NIL;
}

/* next over a table: how far it is, is kept in R[A+3], which no closing value needs. */
static bool generic_is_next(const Value *r) {
  return value_is_native(r[0]) && value_native(r[0])->head.flags == NATIVE_NEXT &&
         value_is_table(r[1]) && (value_is_nil(r[3]) || value_is_loop_position(r[3]));
}

/* From what R[A+3] keeps to a position of table_next_at, and back. */
static uint32_t loop_position(State *L, const Table *t, const Value *r) {
  if (r[3] < LOOP_FIELDS) return table_position(L, t, r[2]);
  uint32_t passed = (uint32_t)r[3], fields = table_shape(L->heap, t)->count;
  return t->array_capacity + passed + (r[3] < LOOP_NODES ? 0 : fields);
}

static Value loop_keep_position(const State *L, const Table *t, uint32_t position) {
  uint32_t fields = table_shape(L->heap, t)->count;
  if (position <= t->array_capacity) return LOOP_ITEMS;
  position -= t->array_capacity;
  return position <= fields ? LOOP_FIELDS + position : LOOP_NODES + (position - fields);
}

State *slow_generic_next(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *r = f->base + instruction_a(*pc);
  if (unlikely(!generic_is_next(r))) {
    instruction_rewrite(pc, OP_GENERIC_FOR);
    return slow_generic_for(L, pc);
  }
  Table *t = value_table(r[1]);
  uint32_t position = loop_position(L, t, r);
  Value key, value;
  bool found = table_next_at(L, t, &position, &key, &value);
  if (found) {
    r[2] = r[4] = key;
    if (instruction_c(*pc) > 1) r[5] = value;
    r[3] = loop_keep_position(L, t, position);
    generic_clear(r, *pc, 2);
  } else {
    r[4] = NIL;
    r[3] = NIL;
  }
  return generic_step(L, f, pc, found);
}

static bool generic_is_ipairs(const Value *r) {
  return value_is_native(r[0]) && value_native(r[0])->head.flags == NATIVE_IPAIRS_STEP &&
         value_is_table(r[1]) && value_is_small_int(r[2]);
}

/* What the iterator of ipairs reads from a table. False: that is for the iterator itself. */
static bool ipairs_item(const State *L, const Table *t, int64_t i, Value *item) {
  enum { LINKS_FOLLOWED = 8 };
  for (int links = 0; links < LINKS_FOLLOWED; links++) {
    *item = table_get_int(L, t, i);
    if (!value_is_nil(*item)) return true;
    Value index = metatable_get(L, table_metatable(L, t), EVENT_INDEX);
    if (value_is_nil(index)) return true;
    if (!value_is_table(index)) return false;
    t = value_table(index);
  }
  return false;
}

State *slow_generic_ipairs(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *r = f->base + instruction_a(*pc);
  if (unlikely(!generic_is_ipairs(r))) {
    instruction_rewrite(pc, OP_GENERIC_FOR);
    return slow_generic_for(L, pc);
  }
  int64_t i = value_as_small_int(r[2]) + 1;
  Value v;
  if (unlikely(!ipairs_item(L, value_table(r[1]), i, &v))) return call_metamethod(L, r[0], r[1], r[2]);
  bool found = !value_is_nil(v);
  if (found) {
    r[2] = r[4] = value_from_small_int(i);
    if (instruction_c(*pc) > 1) r[5] = v;
    generic_clear(r, *pc, 2);
  } else {
    r[4] = NIL;
  }
  return generic_step(L, f, pc, found);
}

State *slow_generic_for(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *r = f->base + instruction_a(*pc);
  if (unlikely(L->hook_mask & (LUA_MASKCALL | LUA_MASKRET))) { /* hooks want to see the calls */
    if (value_is_loop_position(r[3])) r[3] = NIL; /* the position of next: it will be out of date */
    return call_metamethod(L, r[0], r[1], r[2]);
  }
  bool few_variables = instruction_c(*pc) <= 2; /* the handlers store two */
  if (generic_is_next(r)) {
    if (likely(few_variables)) instruction_rewrite(pc, OP_GENERIC_FOR_NEXT);
    return slow_generic_next(L, pc);
  }
  if (generic_is_ipairs(r)) {
    if (likely(few_variables)) instruction_rewrite(pc, OP_GENERIC_FOR_IPAIRS);
    return slow_generic_ipairs(L, pc);
  }
  if (value_is_closure(r[0]) && !value_closure(r[0])->proto->is_vararg)
    instruction_rewrite(pc, OP_GENERIC_FOR_LUA);
  else if (value_is_native(r[0]) && value_native(r[0])->head.flags == NATIVE_WRAP)
    instruction_rewrite(pc, OP_GENERIC_FOR_WRAP);
  else if (value_is_native(r[0]) && value_native(r[0])->head.flags == NATIVE_PLAIN)
    instruction_rewrite(pc, OP_GENERIC_FOR_NATIVE);
  if (unlikely(loop_must_protect(L, r[0]))) return NULL;
  return call_metamethod(L, r[0], r[1], r[2]);
}

/* ---- scopes ------------------------------------------------------------------------------------------------ */

State *slow_close(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *level = f->base + instruction_a(*pc);
  if (close_pending(L, level)) {
    L->top = frame_registers_end(f);
    return close_start(L, level, LUA_OK, NULL, 0);
  }
  upvalue_close(L, level);
  return slow_done(L, pc);
}

State *slow_to_be_closed(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  vm_mark_to_be_closed(L, f->base + instruction_a(*pc));
  return slow_done(L, pc);
}
