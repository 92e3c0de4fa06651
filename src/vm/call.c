/* Calls and returns of the interpreter loop: see call.h.
   Layer: vm. */
#include "vm/call.h"

#include "runtime/function.h"
#include "runtime/metatable.h"
#include "runtime/throw.h"
#include "vm/debug_info.h"
#include "vm/hook.h"
#include "vm/vm.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- entering ------------------------------------------------------------------------------- */

/* A vararg function copies itself and its fixed parameters above its arguments, when there are surplus
   ones. Room for the registers is there. */
static Value *shift_varargs(State *L, Value *base, const Proto *p) {
  Value *shifted = L->top + 1;
  shifted[-1] = base[-1];
  for (int i = 0; i < p->param_count; i++) {
    shifted[i] = base[i];
    base[i] = NIL;
  }
  return shifted;
}

/* Pushes the frame of a Lua function whose arguments lie above `function`. Does VARARG_PREPARE's work on
   the way, unless hooks are to see that instruction. */
static State *enter_closure(State *L, Value *function, int wanted) {
  Proto *p = value_closure(*function)->proto;
  ptrdiff_t arguments = L->top - function - 1;
  if (unlikely(L->stack_limit - L->top <= p->max_stack + 1)) {
    ptrdiff_t offset = stack_offset(L, function);
    stack_grow(L, (size_t)p->max_stack + 1);
    function = stack_slot(L, offset);
  }
  for (; arguments < p->param_count; arguments++) stack_push(L, NIL);
  Value *base = function + 1;
  Instruction *pc = p->code;
  uint32_t surplus = 0;
  if (p->is_vararg && L->hook_mask == 0) {
    surplus = (uint32_t)(arguments - p->param_count);
    if (surplus > 0) {
      base = shift_varargs(L, base, p);
      L->top = base + p->param_count; /* pushing the frame may collect */
    }
    pc++;
  }
  Frame *f = frame_push(L);
  frame_set_lua(f, base, p->constants, frame_lua_word(wanted, surplus));
  f->pc = pc;
  return L;
}

#if defined(FERROUS_DEBUG)
int call_checked_results(State *L, int count) {
  ptrdiff_t present = L->top - L->frame->base;
  if (count < 0 || count > present) {
    const char *name = NULL;
    if (vm_called_name(L, L->frame, &name) == NULL) name = "?";
    fprintf(stderr, "ferrous: C function '%s': its result: it returns %d values, %td on its stack\n",
            name, count, present);
    abort();
  }
  return count;
}
#endif

/* A C function is about to run. */
static COLD void native_called(State *L) {
  hook_check_boxes(L);
  hook_call(L, (int)(L->top - L->frame->base));
}

/* The function L->frame is through; C code that called it goes on. */
static COLD Value *returned_to_c(State *L, Value *results, int count) {
  results = hook_return(L, results, count);
  hook_check_boxes(L);
  return results;
}

ALWAYS_INLINE int run_native(State *L, Native *native, Value *function, int wanted, int entry_wanted) {
  if (unlikely(L->stack_limit - L->top <= MIN_C_STACK_SLOTS)) {
    ptrdiff_t offset = stack_offset(L, function);
    stack_grow(L, MIN_C_STACK_SLOTS);
    function = stack_slot(L, offset);
  }
  Frame *f = frame_push(L);
  f->base = function + 1;
  f->top = L->top + MIN_C_STACK_SLOTS;
  f->call_word = frame_word(FRAME_NATIVE, wanted, 0, 0);
  f->entry_wanted = entry_wanted;
  f->as.native.continuation = NULL;
  if (unlikely(L->hook_mask != 0)) native_called(L);
  return call_checked_results(L, native->function(L));
}

int call_continuation(State *L, int status) {
  hook_check_boxes(L);
  ptrdiff_t slots = L->top - L->frame->base;
  if (unlikely(hook_slots_are_many(slots))) hook_grant_slots(L, slots);
  const Frame *f = L->frame;
  return f->as.native.continuation(L, status, f->as.native.context);
}

int call_native(State *L, Native *native, Value *function, int wanted) {
  return run_native(L, native, function, wanted, WANTED_ALL);
}

/* A value that is not a function: its __call takes its place, the value becomes the
   first argument. Returns the slot of the function. */
Value *call_insert_metamethod(State *L, Value *function) {
  Value method = value_metamethod(L, *function, EVENT_CALL);
  if (value_is_nil(method)) vm_error_call(L, *function);
  ptrdiff_t offset = stack_offset(L, function);
  stack_ensure(L, 1);
  function = stack_slot(L, offset);
  for (Value *p = L->top; p > function; p--) *p = p[-1];
  L->top++;
  *function = method;
  return function;
}

Value *pcall_enter(State *L, Value *function, int wanted, bool with_handler) {
  if (unlikely(L->stack_limit - L->top <= MIN_C_STACK_SLOTS)) {
    ptrdiff_t offset = stack_offset(L, function);
    stack_grow(L, MIN_C_STACK_SLOTS);
    function = stack_slot(L, offset);
  }
  Value *base = function + 1;
  if (with_handler) {
    Value handler = base[1];
    base[1] = base[0];
    base[0] = handler;
  }
  pcall_begin(L, frame_push(L), base, L->top + MIN_C_STACK_SLOTS, wanted, with_handler ? FRAME_XPCALL : 0);
  check_c_calls(L);
  return L->frame->base + with_handler;
}

/* True when a value of the action's first argument lets the loop do it; otherwise the C function
   runs and raises the error. */
static bool has_arguments(const State *L, const Value *function, int count) {
  return L->top - function > count;
}

/* Closes what the C function L->frame left to be closed; its `count` results stay on the top. */
static void close_native(State *L, int count) {
  Frame *f = L->frame;
  if (likely(!close_pending(L, f->base))) return;
  if (L->nonyieldable == 0) {
    loop_close_native(L, count);
    return;
  }
  ptrdiff_t results = stack_offset(L, L->top - count);
  vm_close(L, f->base);
  L->top = stack_slot(L, results) + count;
}

State *call_complete_native(State *L, int count) {
  count = call_checked_results(L, count);
  if (unlikely(close_pending(L, L->frame->base)))
    return close_start(L, L->frame->base, LUA_OK, L->top - count, count);
  if (unlikely(L->hook_mask != 0)) hook_return(L, L->top - count, count);
  Frame *f = L->frame--;
  return call_complete(L, f->base - 1, L->top - count, count, f->wanted);
}

/* Should it yield, the C function that calls it goes on in its continuation: see finish_native. */
void call_native_from_c(State *L, Native *native, Value *function, int wanted) {
  ptrdiff_t slots = L->top - function;
  if (unlikely(hook_slots_are_many(slots))) hook_grant_slots(L, slots);
  int count = run_native(L, native, function, WANTED_FINISH, wanted);
  close_native(L, count);
  if (unlikely(L->hook_mask != 0)) returned_to_c(L, L->top - count, count);
  Frame *f = L->frame--;
  if (unlikely(wanted != 1)) {
    call_adjust(L, f->base - 1, L->top - count, count, wanted);
    return;
  }
  f->base[-1] = likely(count > 0) ? L->top[-count] : NIL;
  L->top = f->base;
}

State *call_enter(State *L, Value *function, int wanted) {
  for (;;) {
    Value v = *function;
    if (likely(value_is_function(v))) {
      Native *native = value_native(v);
      if (native->head.kind == KIND_CLOSURE) return enter_closure(L, function, wanted);
      State *next = NULL;
      /* With hooks on, and in bare runs, all C functions are called as such. */
      bool plain = L->hook_mask != 0 || loop_is_bare_for(L, native);
      switch (unlikely(plain) ? NATIVE_PLAIN : native->head.flags) {
        case NATIVE_PCALL:
          if (!has_arguments(L, function, 1)) break;
          function = pcall_enter(L, function, wanted, false);
          wanted = WANTED_FINISH;
          continue;
        case NATIVE_XPCALL:
          if (!has_arguments(L, function, 2) || !value_is_function(function[2])) break;
          function = pcall_enter(L, function, wanted, true);
          wanted = WANTED_FINISH;
          continue;
        case NATIVE_RESUME:
        case NATIVE_WRAP:
          if (coroutine_resume_in_loop(L, function, wanted, native->head.flags == NATIVE_WRAP, &next))
            return next;
          break;
        case NATIVE_YIELD:
          if (coroutine_yield_in_loop(L, function, wanted, &next)) return next;
          break;
        default: break;
      }
      ptrdiff_t slots = L->top - function;
      if (unlikely(hook_slots_are_many(slots))) hook_grant_slots(L, slots);
      int count = call_native(L, native, function, wanted);
      return call_complete_native(L, count);
    }
    function = call_insert_metamethod(L, function);
  }
}

static State *finish_instruction(State *L, Frame *f, Value *results, int count);

/* A C function that the loop does nothing about, for the instruction under way in a Lua frame. */
static State *call_native_method(State *L, Value *slot) {
  int count = call_native(L, value_native(*slot), slot, WANTED_FINISH);
  if (unlikely(L->to_be_closed_count != 0 || L->hook_mask != 0)) return call_complete_native(L, count);
  Frame *f = --L->frame;
  return finish_instruction(L, f, L->top - count, count);
}

State *call_metamethod3(State *L, Value method, Value a, Value b, Value c) {
  Value *slot = frame_registers_end(L->frame); /* EXTRA_STACK_SLOTS are there */
  slot[0] = method;
  slot[1] = a;
  slot[2] = b;
  slot[3] = c;
  L->top = slot + 4;
  if (value_is_closure(method)) return enter_closure(L, slot, WANTED_FINISH);
  if (value_is_native(method) && value_native(method)->head.flags == NATIVE_PLAIN)
    return call_native_method(L, slot);
  return call_enter(L, slot, WANTED_FINISH);
}

State *call_metamethod(State *L, Value method, Value a, Value b) {
  Value *slot = frame_registers_end(L->frame);
  slot[0] = method;
  slot[1] = a;
  slot[2] = b;
  L->top = slot + 3;
  if (value_is_closure(method)) return enter_closure(L, slot, WANTED_FINISH);
  if (value_is_native(method) && value_native(method)->head.flags == NATIVE_PLAIN)
    return call_native_method(L, slot);
  return call_enter(L, slot, WANTED_FINISH);
}

/* ---- completing ------------------------------------------------------------------------------ */

void call_adjust(State *L, Value *slot, const Value *results, int count, int wanted) {
  if (wanted == WANTED_ALL) wanted = count;
  int i = 0;
  for (; i < wanted && i < count; i++) slot[i] = results[i];
  for (; i < wanted; i++) slot[i] = NIL;
  L->top = slot + wanted;
}

static State *finish_jump(State *L, Frame *f, Instruction i, Value result, bool when) {
  bool truth = !value_is_falsy(result);
  if (f->flags & FRAME_NEGATE) {
    f->flags &= (uint8_t)~FRAME_NEGATE;
    truth = !truth;
  }
  f->pc += truth == when ? 1 + instruction_sd(i) : 1;
  return L;
}

static State *finish_generic_for(State *L, Frame *f, Instruction i, const Value *results,
                                 int count) {
  Value *control = f->base + instruction_a(i) + 2;
  call_adjust(L, control + 2, results, count, (int)instruction_c(i));
  if (value_is_nil(control[2])) {
    f->pc += 1;
  } else {
    control[0] = control[2];
    f->pc += 1 + instruction_sd(i);
  }
  return L;
}

State *call_return(State *L, Value *results, int count) {
  if (unlikely(L->hook_mask != 0))
    results = L->frame->flags & FRAME_ENTRY ? returned_to_c(L, results, count) : hook_return(L, results, count);
  Frame *f = L->frame;
  if (unlikely(f->flags & FRAME_ENTRY)) {
    call_adjust(L, frame_function_slot(f), results, count, f->entry_wanted);
    L->frame = f - 1;
    return NULL;
  }
  L->frame = f - 1;
  return call_complete(L, frame_function_slot(f), results, count, f->wanted);
}

/* The results of a call made on behalf of the instruction under way in the Lua frame f. */
static State *finish_instruction(State *L, Frame *f, Value *results, int count) {
  Instruction i = *f->pc;
  const OpcodeInfo *info = &opcode_infos[instruction_op(i)];
  Value first = count > 0 ? results[0] : NIL;
  switch ((Finish)info->finish) {
    case FINISH_STORE:
      f->base[instruction_a(i)] = first;
      f->pc += info->words;
      return L;
    case FINISH_JUMP: return finish_jump(L, f, i, first, true);
    case FINISH_JUMP_NOT: return finish_jump(L, f, i, first, false);
    case FINISH_CALL:
      call_adjust(L, f->base + instruction_a(i), results, count, (int)instruction_c(i) - 1);
      f->pc += info->words;
      return L;
    case FINISH_RETURN:
      upvalue_close(L, f->base);
      return call_return(L, results, count);
    case FINISH_FOR: return finish_generic_for(L, f, i, results, count);
    case FINISH_CONCAT: {
      unsigned end = (unsigned)f->concat_end;
      f->base[instruction_b(i) + end - 2] = first;
      return concat_continue(L, f, end - 1);
    }
    case FINISH_DROP:
    case FINISH_CLOSE:
    case FINISH_NONE: break;
  }
  f->pc += info->words;
  return L;
}

Value *pcall_hook_return(State *L, Value *results, int count) {
  Frame *f = L->frame;
  f->kind = FRAME_NATIVE; /* what the hook raises is not caught here */
  f->flags = 0;
  f->as.native.continuation = NULL;
  return hook_return(L, results, count);
}

State *pcall_finish(State *L, Value *results, int count) {
  Frame *f = L->frame;
  pcall_end(L, f);
  if (unlikely(L->hook_mask != 0)) { /* set while f protected; below the results is a dead slot */
    results[-1] = TRUE;
    results = pcall_hook_return(L, results - 1, count + 1) + 1;
    f = L->frame;
  }
  Value *slot = f->base - 1;
  memmove(slot + 1, results, (size_t)count * sizeof(Value));
  slot[0] = TRUE;
  L->frame = f - 1;
  return call_complete(L, slot, slot, count + 1, f->wanted);
}

/* A C function whose lua_callk or lua_pcallk was interrupted by a yield: its continuation runs. */
static State *finish_native(State *L, Value *slot, Value *results, int count, int entry_wanted) {
  Frame *f = L->frame;
  call_adjust(L, slot, results, count, entry_wanted);
  if (f->flags & FRAME_YIELDABLE_PCALL) {
    f->flags &= (uint8_t)~FRAME_YIELDABLE_PCALL;
    L->message_handler = f->as.native.saved_handler;
  }
  return call_complete_native(L, call_continuation(L, LUA_YIELD));
}

State *call_complete(State *L, Value *slot, Value *results, int count, int wanted) {
  Frame *f = L->frame;
  if (likely(wanted >= WANTED_ALL)) {
    call_adjust(L, slot, results, count, wanted);
    f->pc += 1; /* calls have no cache */
    return L;
  }
  switch ((FrameKind)f->kind) {
    case FRAME_LUA: return finish_instruction(L, f, results, count);
    case FRAME_PCALL: return pcall_finish(L, results, count);
    case FRAME_CLOSE: return close_step(L);
    case FRAME_NATIVE:
      if (f == L->frames) {
        memmove(slot, results, (size_t)count * sizeof(Value));
        return coroutine_deliver(L, slot, count);
      }
      /* The frame above was an entry: the loop that it belonged to is gone. */
      return finish_native(L, slot, results, count, (f + 1)->entry_wanted);
    case FRAME_RESUME: break; /* completed by coroutine_deliver alone */
  }
  VM_ASSERT(false);
  return NULL;
}
