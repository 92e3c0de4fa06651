/* The interpreter loop: all handlers, and the way in.
   Layer: vm.

   Safety rules. Inside the loop nothing is checked that the compiler or the verifier of
   binary chunks has established: register numbers, constants, jump targets, kinds of operands. What
   Lua code decides (types, shapes, function kinds) is guarded by the handler that relies on it. */
#include "vm/arithmetic.h"
#include "vm/budget.h"
#include "vm/cache.h"
#include "vm/dispatch.h"
#include "vm/hook.h"
#include "vm/index.h"
#include "vm/interpret.h"
#include "vm/run.h"
#include "vm/switch.h"
#include "vm/vm.h"
#include "vm/wide.h"

#include "runtime/function.h"
#include "runtime/site.h"
#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/shape.h"
#include "runtime/string.h"
#include "runtime/table.h"

#include <math.h>

/* The handler that serves an instruction after its hooks: returns always take the slow path, which calls
   their hook; calls and what stands for calls are done in full. */
static unsigned hooked_op(const State *L, Instruction i) {
  unsigned op = instruction_op(i), generic = opcode_infos[op].generic;
  if (L->hook_mask == 0) return op;
  if (op >= OP_RETURN && op <= OP_RETURN_1_FINISH) return OP_RETURN;
  bool calls = generic == OP_CALL || generic == OP_TAIL_CALL || generic == OP_GENERIC_FOR;
  return calls || generic == OP_VARARG ? generic : op;
}

/* A jump back costs the distance; a return adds the code since the function's start. */
ALWAYS_INLINE int64_t jump_cost(Instruction insn) {
  int64_t distance = instruction_sd(insn);
  return distance < 0 ? -distance : 1;
}

ALWAYS_INLINE int64_t return_cost(const Value *base, const Instruction *pc) {
  return pc - value_closure(base[-1])->proto->code + 1;
}

ALWAYS_INLINE int64_t native_call_cost(State *L) {
  budget_mind_clock(L);
  return NATIVE_CALL_COST;
}

/* False: the fuel has run out. */
ALWAYS_INLINE bool spend(State *L, int64_t cost) {
  return likely((global_of(L)->budget.fuel -= cost) >= 0);
}

/* The entries behind those of the opcodes: the ways into an instruction that a result is forwarded
   to. The first of them is taken by none; it serves all while hooks are on. */
#define FORWARD_ENTRY(name) [DISPATCH_OPCODES + name] = HANDLER_ADDRESS(name),
#define OPERATOR_FORWARD_ENTRIES(name)                             \
  FORWARD_ENTRY(FORWARD_##name##_LEFT) FORWARD_ENTRY(FORWARD_##name##_RIGHT) \
  FORWARD_ENTRY(FORWARD_##name##_K)
#define FORWARD_ENTRIES                                                    \
  [DISPATCH_OPCODES + FORWARD_NONE] = HANDLER_ADDRESS(STORE_FORWARDED),    \
  WIDE_OPERATORS(OPERATOR_FORWARD_ENTRIES)                                 \
  FORWARD_ENTRY(FORWARD_UNM) FORWARD_ENTRY(FORWARD_BNOT)

#if FERROUS_DISPATCH_TAIL

/* Every parameter is part of the register contract, used or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define DEFINE_LEAVE(name)                                                     \
  static __attribute__((cold, noinline)) VM_CALL void leave_to_##name(VM_PARAMETERS) { \
    L = slow_##name(L, pc);                                                    \
    if (unlikely(L == NULL)) return;                                           \
    frame = L->frame;                                                          \
    base = frame->base;                                                        \
    pc = frame->pc;                                                            \
    k = frame->constants;                                                      \
    insn = *pc;                                                                \
    DISPATCH();                                                                \
  }
SLOW_PATHS(DEFINE_LEAVE)
#undef DEFINE_LEAVE

#include "vm/ops_load.h"
#include "vm/ops_method.h"
#include "vm/ops_native.h"
#include "vm/ops_userdata.h"
#include "vm/ops_key.h"
#include "vm/ops_site.h"
#include "vm/ops_access.h"
#include "vm/ops_wide.h"
#include "vm/ops_arithmetic.h"
#include "vm/ops_jump.h"
#include "vm/ops_call.h"
#include "vm/ops_protected.h"
#include "vm/ops_loop.h"
#include "vm/ops_coroutine.h"

#define HANDLER_ADDRESS(name) op_##name
static const Handler handlers[DISPATCH_ENTRIES] = {
#define OPCODE(name, format, words, finish, generic, formula) [OP_##name] = op_##name,
#include "bytecode/opcodes.def"
#undef OPCODE
    FORWARD_ENTRIES
};

/* Stands for every opcode while hooks are on or a stop is due, and where the fuel has run out. */
static VM_CALL void op_hook(VM_PARAMETERS) {
  hook_instruction(L, pc);
  frame = L->frame;
  base = frame->base;
  unsigned op = hooked_op(L, insn);
  MUSTTAIL return handlers[op](VM_ARGUMENTS);
}

/* Stand for jumps, calls and returns while a budget is counted. */
#define COUNTER_HANDLER(name, cost)                               \
  static VM_CALL void op_count_##name(VM_PARAMETERS) {            \
    if (!spend(L, cost)) MUSTTAIL return op_hook(VM_ARGUMENTS);   \
    MUSTTAIL return handlers[instruction_op(insn)](VM_ARGUMENTS); \
  }
COUNTER_HANDLER(call, CALL_COST)
COUNTER_HANDLER(native_call, native_call_cost(L))
COUNTER_HANDLER(jump, jump_cost(insn))
COUNTER_HANDLER(return, return_cost(base, pc))

static const Handler counters[COUNTER_COUNT] = {
    [COUNTER_CALL] = op_count_call,
    [COUNTER_NATIVE_CALL] = op_count_native_call,
    [COUNTER_JUMP] = op_count_jump,
    [COUNTER_RETURN] = op_count_return,
};

const void *interpret_counter(Counter counter) { return (const void *)counters[counter]; }

const void *const *interpret_handlers(void) { return (const void *const *)handlers; }
const void *interpret_hook_handler(void) { return (const void *)op_hook; }

ALWAYS_INLINE void run_from(State *L, Frame *f, Value *base, Instruction *pc, Value *k) {
  const void *const *dispatch = global_of(L)->dispatch;
  ((Handler)dispatch[instruction_op(*pc)])(L, base, pc, k, dispatch, TAG_INT, *pc, NIL, f);
}

#else

static const void *const *plain_handlers; /* and behind them the hook handler and the counters */

#define HANDLER_ADDRESS(name) &&L_##name
/* With L NULL, only makes the addresses of the handlers known. */
static NOINLINE void run_from(State *L, Frame *frame, Value *base, Instruction *pc, Value *k) {
  static const void *const handlers[DISPATCH_ENTRIES + 1 + COUNTER_COUNT] = {
#define OPCODE(name, format, words, finish, generic, formula) [OP_##name] = &&L_##name,
#include "bytecode/opcodes.def"
#undef OPCODE
      FORWARD_ENTRIES
      [DISPATCH_ENTRIES] = &&L_hook,
      [DISPATCH_ENTRIES + 1 + COUNTER_CALL] = &&L_count_call,
      [DISPATCH_ENTRIES + 1 + COUNTER_NATIVE_CALL] = &&L_count_native_call,
      [DISPATCH_ENTRIES + 1 + COUNTER_JUMP] = &&L_count_jump,
      [DISPATCH_ENTRIES + 1 + COUNTER_RETURN] = &&L_count_return,
  };
  if (unlikely(L == NULL)) {
    plain_handlers = handlers;
    return;
  }
  const void *const *dispatch = global_of(L)->dispatch;
  State *(*slow)(State *, Instruction *);
  Instruction insn;
  const Value tag_int = TAG_INT, nil = NIL;
  insn = *pc;
  DISPATCH();

run_slow:
  L = slow(L, pc);
  if (unlikely(L == NULL)) return;
  frame = L->frame;
  base = frame->base;
  pc = frame->pc;
  k = frame->constants;
  insn = *pc;
  DISPATCH();

/* Stands for every opcode while hooks are on or a stop is due, and where the fuel has run out. */
L_hook:
  hook_instruction(L, pc);
  frame = L->frame;
  base = frame->base;
  goto *handlers[hooked_op(L, insn)];

/* Stand for jumps, calls and returns while a budget is counted. */
#define COUNTER_HANDLER(name, cost) \
  L_count_##name:                   \
  if (!spend(L, cost)) goto L_hook; \
  goto *handlers[instruction_op(insn)];
  COUNTER_HANDLER(call, CALL_COST)
  COUNTER_HANDLER(native_call, native_call_cost(L))
  COUNTER_HANDLER(jump, jump_cost(insn))
  COUNTER_HANDLER(return, return_cost(base, pc))

#include "vm/ops_load.h"
#include "vm/ops_method.h"
#include "vm/ops_native.h"
#include "vm/ops_userdata.h"
#include "vm/ops_key.h"
#include "vm/ops_site.h"
#include "vm/ops_access.h"
#include "vm/ops_wide.h"
#include "vm/ops_arithmetic.h"
#include "vm/ops_jump.h"
#include "vm/ops_call.h"
#include "vm/ops_protected.h"
#include "vm/ops_loop.h"
#include "vm/ops_coroutine.h"
}

const void *const *interpret_handlers(void) {
  if (plain_handlers == NULL) run_from(NULL, NULL, NULL, NULL, NULL);
  return plain_handlers;
}

const void *interpret_hook_handler(void) { return interpret_handlers()[DISPATCH_ENTRIES]; }
const void *interpret_counter(Counter counter) {
  return interpret_handlers()[DISPATCH_ENTRIES + 1 + counter];
}

#endif

/* ---- the ways in ----------------------------------------------------------------------------- */

void interpret(State *L) {
  Frame *f = L->frame;
  run_from(L, f, f->base, f->pc, f->constants);
}

bool interpret_bare(State *L) {
  Frame *f = L->frame;
  Global *global = global_of(L);
  global->run_state = RUN_BARE;
  run_from(L, f, f->base, f->pc, f->constants);
  return likely(global->run_state == RUN_BARE);
}

/* ---- calls from C: most are of a Lua function that finds room, in a bare run ------------------- */

/* A function whose frame and registers fit, called on the running thread; else NULL, and call_no_yield does
   what is needed. */
ALWAYS_INLINE const Proto *entry_proto(const State *L, const Value *function) {
  const Closure *closure = value_untag(*function, TAG_FUNCTION);
  if (unlikely(untag_failed(closure) || closure->head.kind != KIND_CLOSURE)) return NULL;
  const Proto *p = closure->proto;
  bool fits = likely(L->c_calls < MAX_C_CALLS - 1 && function + 1 + p->max_stack < L->stack_limit) &&
              likely(L->frame + 1 != L->frames_limit && global_of(L)->running == L);
  return fits ? p : NULL;
}

/* The arguments are not as many as the parameters, or may be more: a vararg function's first instruction
   moves those. */
static NOINLINE void entry_fill_parameters(State *L, Value *base, const Proto *p) {
  Value *end = base + p->param_count;
  while (L->top < end) *L->top++ = NIL;
}

/* Runs the function below base. Its run state is left behind. */
ALWAYS_INLINE void entry_run(State *L, Value *base, const Proto *p, int wanted) {
  if (unlikely(proto_signature(p) != L->top - base)) entry_fill_parameters(L, base, p);
  Global *global = global_of(L);
  Frame *f = L->frame + 1;
  Value *constants = p->constants; /* all that is needed is loaded before anything is stored */
  Instruction *code = p->code;
  frame_set_lua(f, base, constants, frame_word(FRAME_LUA, WANTED_FINISH, FRAME_ENTRY, 0));
  f->entry_wanted = wanted;
  L->frame = f;
  global->run_state = RUN_BARE;
  run_from(L, f, base, code, constants);
  if (unlikely(global->run_state != RUN_BARE)) loop_protect(L);
}

static NOINLINE void call_lua_no_yield(State *L, Value *function, int wanted) {
  const Proto *p = entry_proto(L, function);
  if (unlikely(p == NULL)) {
    call_no_yield(L, function, wanted);
    return;
  }
  Global *global = global_of(L);
  uint8_t outer = global->run_state;
  L->call_counts += ONE_CALL_NOT_YIELDABLE;
  entry_run(L, function + 1, p, wanted);
  L->call_counts -= ONE_CALL_NOT_YIELDABLE;
  global->run_state = outer;
}

/* C functions need none of the registers saved that the loop uses. */
void vm_call_no_yield(State *L, Value *function, int wanted) {
  const Object *called = value_untag(*function, TAG_FUNCTION);
  if (likely(!untag_failed(called)) && called->kind == KIND_NATIVE)
    call_no_yield(L, function, wanted);
  else
    call_lua_no_yield(L, function, wanted);
}

int vm_pcall(State *L, Value *function, int wanted, ptrdiff_t handler) {
  Protect protect; /* its jump buffer stays as it is */
  PcallContext before;
  pcall_note(L, &before, function);
  L->message_handler = handler;
  protect_open(L, &protect);
  if (jump_set(&protect.point) == 0) {
    const Proto *p = entry_proto(L, function);
    if (likely(p != NULL)) {
      L->call_counts = before.call_counts + ONE_CALL_NOT_YIELDABLE;
      entry_run(L, function + 1, p, wanted);
      L->call_counts = before.call_counts;
    } else {
      call_no_yield(L, function, wanted);
    }
  }
  int status = protect_close(L, &protect);
  if (unlikely(status != LUA_OK)) return pcall_failed(L, &before, status);
  L->message_handler = before.handler;
  return LUA_OK;
}
