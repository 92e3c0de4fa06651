/* Debug hooks: see hook.h.
   Layer: vm. */
#include "vm/hook.h"

#include "runtime/throw.h"
#include "vm/budget.h"
#include "vm/call.h"
#include "vm/interpret.h"
#include "vm/vm.h"

typedef enum DispatchMode { DISPATCH_PLAIN, DISPATCH_COUNTING, DISPATCH_HOOKED } DispatchMode;

static DispatchMode dispatch_mode(const State *L) {
  uint32_t bits = interrupt_bits(L);
  const uint32_t stops = INTERRUPT_RAISED | INTERRUPT_CODE | INTERRUPT_STOPPED;
  if (L->hook_mask != 0 || (bits & stops)) return DISPATCH_HOOKED;
  return bits & INTERRUPT_COUNTING ? DISPATCH_COUNTING : DISPATCH_PLAIN;
}

/* The handler that counts an instruction, or the plain one where nothing is counted. */
static const void *counting_handler(unsigned op) {
  const OpcodeInfo *info = &opcode_infos[op];
  switch (info->format) {
    case FORMAT_J:
    case FORMAT_AJ:
    case FORMAT_ABJ:
    case FORMAT_AKJ:
    case FORMAT_ACJ: return interpret_counter(COUNTER_JUMP);
    default: break;
  }
  switch (op) { /* pcall calls direct entries, too */
    case OP_CALL_NATIVE:
    case OP_CALL_BUILTIN:
    case OP_CALL_BUILTIN_ANY:
    case OP_CALL_PCALL:
    case OP_TAIL_CALL_BUILTIN: return interpret_counter(COUNTER_NATIVE_CALL);
    default: break;
  }
  switch (info->generic) {
    case OP_CALL: return interpret_counter(COUNTER_CALL);
    case OP_TAIL_CALL:
    case OP_RETURN:
    case OP_RETURN_0:
    case OP_RETURN_1: return interpret_counter(COUNTER_RETURN);
    default: return interpret_handlers()[op];
  }
}

/* While hooks are on, forwarded results are stored, and the instructions behind entered as others. */
static const void *hooked_handler(unsigned entry) {
  return entry < DISPATCH_OPCODES ? interpret_hook_handler()
                                  : interpret_handlers()[DISPATCH_OPCODES + FORWARD_NONE];
}

static const void *chosen_handler(DispatchMode mode, unsigned entry) {
  if (mode == DISPATCH_HOOKED) return hooked_handler(entry);
  if (mode == DISPATCH_PLAIN || entry >= OPCODE_COUNT) return interpret_handlers()[entry];
  return counting_handler(entry);
}

/* Another thread may raise an interrupt, a signal handler may set a hook meanwhile: so the mode is
   asked for again when it is done. */
void hook_install(State *L) {
  Global *global = global_of(L);
  DispatchMode mode;
  do {
    mode = dispatch_mode(L);
    global->hooked = L->hook_mask != 0;
    for (unsigned i = 0; i < DISPATCH_ENTRIES; i++)
      __atomic_store_n(&global->dispatch[i], chosen_handler(mode, i), __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  } while (unlikely(dispatch_mode(L) != mode));
}

void hook_install_all(State *L) {
  Global *global = global_of(L);
  for (unsigned i = 0; i < DISPATCH_ENTRIES; i++)
    __atomic_store_n(&global->dispatch[i], hooked_handler(i), __ATOMIC_RELAXED);
}

void vm_hook_changed(State *L) {
  L->hook_pc = 0;
  if (frame_is_lua(L->frame)) L->hook_pc = frame_pc(L->frame);
  if (global_of(L)->running == L) hook_install(L);
}

/* A signal handler may set a hook at any moment. */
static void set_few_boxes(State *thread) {
  __atomic_fetch_or(&thread->hook_mask, HOOK_FEW_BOXES, __ATOMIC_RELAXED);
}

void hook_boxes_ran_short(State *L) {
  heap_each_thread(L->heap, set_few_boxes);
  hook_install(global_of(L)->running);
}

static COLD void boxes_suffice(State *L) {
  __atomic_fetch_and(&L->hook_mask, (uint8_t)~HOOK_FEW_BOXES, __ATOMIC_RELAXED);
  if (global_of(L)->running == L) hook_install(L);
}

COLD void vm_settle_boxes(State *L) {
  const Frame *f = L->frame;
  if (f > L->frames && (f[-1].flags & FRAME_FINALIZER)) return;
  if (!box_reserve_settle(L)) error_memory(L);
  boxes_suffice(L);
}

COLD void hook_grant_slots(State *L, ptrdiff_t slots) {
  if (!box_reserve_grant(L, (size_t)slots + MIN_C_STACK_SLOTS)) error_memory(L);
}

/* Calls the hook function for an event, in the frame it concerns. */
static void hook_run(State *L, int event, int line, unsigned transfer_first, int transfer_count) {
  lua_Hook hook = L->hook;
  if (hook == NULL || !L->allow_hook) return;
  hook_check_boxes(L);
  ptrdiff_t top = stack_offset(L, L->top);
  uint8_t added = FRAME_HOOKED;
  lua_Debug ar = {.event = event, .currentline = line};
  Frame *f = L->frame;
  ptrdiff_t frame_top = frame_is_lua(f) ? 0 : stack_offset(L, f->top);
  ar.i_ci = vm_frame_handle(L, f);
  if (transfer_count > 0) {
    added |= FRAME_TRANSFER;
    L->transfer_first = (uint16_t)transfer_first;
    L->transfer_count = (uint16_t)transfer_count;
  }
  if (frame_is_lua(f) && L->top < frame_registers_end(f)) L->top = frame_registers_end(f);
  stack_ensure(L, MIN_C_STACK_SLOTS);
  f = L->frame;
  if (frame_is_lua(f) || f->top < L->top + MIN_C_STACK_SLOTS) f->top = L->top + MIN_C_STACK_SLOTS;
  L->allow_hook = 0;
  f->flags |= added;
  hook(L, &ar);
  L->allow_hook = 1;
  f = L->frame;
  if (!frame_is_lua(f)) f->top = stack_slot(L, frame_top);
  L->top = stack_slot(L, top);
  f->flags &= (uint8_t)~added;
}

void hook_call(State *L, int count) {
  Frame *f = L->frame;
  L->hook_pc = 0;
  if (!(L->hook_mask & LUA_MASKCALL)) return;
  int event = f->flags & FRAME_TAIL ? LUA_HOOKTAILCALL : LUA_HOOKCALL;
  hook_run(L, event, -1, 1, count);
}

Value *hook_return(State *L, Value *results, int count) {
  ptrdiff_t offset = stack_offset(L, results);
  if (L->hook_mask & LUA_MASKRET) {
    Frame *f = L->frame;
    Value *top = L->top;
    if (results + count > L->top) L->top = results + count;
    hook_run(L, LUA_HOOKRET, -1, (unsigned)(results - f->base) + 1, count);
    L->top = stack_slot(L, offset) + (top - results);
  }
  const Frame *caller = L->frame - 1;
  if (caller >= L->frames && frame_is_lua(caller)) L->hook_pc = frame_pc(caller);
  return stack_slot(L, offset);
}

/* A new line begins at pc: by a jump back, or because the line differs from that of the instruction seen
   last. */
static bool line_begins(const State *L, const Proto *p, uint32_t pc, int *line) {
  uint32_t last = L->hook_pc < p->code_count ? L->hook_pc : 0;
  *line = proto_line(p, pc);
  return pc <= last || *line != proto_line(p, last);
}

/* A hook asked to yield: the instruction runs, without its hooks, when the thread is resumed.
   Meanwhile others may use the thread's stack: above the registers, and the top, which the
   instruction may need, is kept. */
static void yield_from_hook(State *L, bool counted) {
  if (counted) L->hook_count = 1;
  Frame *f = L->frame;
  f->flags |= FRAME_HOOK_YIELDED;
  f->hook_top = stack_offset(L, L->top);
  if (L->top < frame_registers_end(f)) L->top = frame_registers_end(f);
  f->top = L->top + MIN_C_STACK_SLOTS; /* hook_run made that room */
  global_of(L)->run_result_count = 0;
  error_throw(L, LUA_YIELD);
}

void hook_resume(State *L) {
  Frame *f = L->frame;
  L->top = stack_slot(L, f->hook_top); /* what was passed is dropped */
}

/* The first step of a generic for counts as part of its preparation. */
static bool continues_preparation(const State *L, const Proto *p, const Instruction *pc) {
  uint32_t last = L->hook_pc;
  return opcode_infos[instruction_op(*pc)].generic == OP_GENERIC_FOR && last < p->code_count &&
         instruction_op(p->code[last]) == OP_GENERIC_PREPARE &&
         p->code + last + 1 + instruction_sd(p->code[last]) == pc;
}

static void debug_instruction(State *L, Instruction *pc) {
  Frame *f = L->frame;
  const Proto *p = frame_proto(f);
  if (continues_preparation(L, p, pc)) {
    L->hook_pc = frame_pc(f);
    return;
  }
  if (pc == p->code && !(f->flags & FRAME_HOOK_CALLED)) {
    f->flags |= FRAME_HOOK_CALLED;
    if (!p->is_vararg) hook_call(L, p->param_count);
  }
  uint8_t mask = L->hook_mask; /* what a count hook changes holds from the next instruction on */
  bool counted = (mask & LUA_MASKCOUNT) && --L->hook_count == 0;
  if (counted) L->hook_count = L->base_hook_count;
  if (!counted && !(mask & LUA_MASKLINE)) return;
  f = L->frame;
  if (f->flags & FRAME_HOOK_YIELDED) {
    f->flags &= (uint8_t)~FRAME_HOOK_YIELDED;
    return;
  }
  if (instruction_op(*pc) == OP_VARARG_PREPARE) return; /* not begun yet */
  if (counted) hook_run(L, LUA_HOOKCOUNT, -1, 0, 0);
  if (mask & LUA_MASKLINE) {
    uint32_t at = frame_pc(L->frame);
    int line;
    if (line_begins(L, p, at, &line)) hook_run(L, LUA_HOOKLINE, line, 0, 0);
    L->hook_pc = at;
  }
  if (unlikely(L->status == LUA_YIELD)) yield_from_hook(L, counted);
}

void hook_instruction(State *L, Instruction *pc) {
  L->frame->pc = pc;
  if (L->heap->interrupt != 0)
    budget_check_instruction(L);
  else if (L->hook_mask == 0)
    hook_install(L); /* an interrupt that was polled, or taken back, before it arrived here */
  if (unlikely(L->hook_mask & HOOK_FEW_BOXES) && !box_reserve_is_short(L)) boxes_suffice(L);
  if (L->hook_mask != 0) debug_instruction(L, pc);
}
