/* Entering the interpreter loop from C, and where errors and yields land that are thrown inside it.
   Layer: vm.

   A run of the loop that may have to catch something is a Protect: an error thrown by anything the loop
   calls comes back here, and is delivered to the innermost pcall among the frames that this run
   has entered, or thrown on. A yield thrown by C code goes to the resumer when the loop resumed that
   coroutine itself, else it ends the run.

   Most runs that C code starts just call a function, have nothing to catch, and are short: they
   begin bare. What is thrown in a bare run passes it by. Only what has no frame that catches or
   resumes, and cannot be yielded across, may be bare; before the first such frame is pushed the
   loop is left, with the instruction under way still to be done, and run again as a Protect
   (loop_must_protect). */
#include "vm/run.h"

#include "runtime/function.h"
#include "runtime/string.h"
#include "runtime/throw.h"
#include "runtime/metatable.h"
#include "vm/budget.h"
#include "vm/cache.h"
#include "vm/hook.h"
#include "vm/interpret.h"
#include "vm/vm.h"

typedef struct Run {
  Protect protect;
  State *entry;        /* thread in which the run began */
  ptrdiff_t frame;     /* index of its first frame */
  uint16_t nonyieldable;
  bool is_resume; /* runs a whole coroutine */
} Run;

/* ---- delivering errors --------------------------------------------------------------------------- */

static bool frame_catches(const Frame *f) {
  return f->kind == FRAME_PCALL || (f->kind == FRAME_NATIVE && (f->flags & FRAME_YIELDABLE_PCALL));
}

/* The frame at this index catches an error. A budget pays for the calls that did not return. */
static void unwind_to(State *L, ptrdiff_t frame) {
  Frame *f = L->frames + frame;
  global_of(L)->budget.fuel -= (L->frame - f) * UNWIND_COST;
  L->frame = f;
}

/* The value an error of this status stands for; it is on the top. */
static Value error_value(State *L, int status) {
  if (status == LUA_ERRMEM) return value_from_string(global_of(L)->memory_message);
  return L->top[-1];
}

/* Hooks see the pcall L->frame return false and the error, above pcall itself. Returns the error. */
static Value error_hook_return(State *L, Value error) {
  Value *values = L->frame->base;
  values[0] = FALSE;
  values[1] = error;
  L->top = values + 2;
  return pcall_hook_return(L, values, 2)[1];
}

State *unwind_deliver(State *L, int status) {
  Frame *f = L->frame;
  Value error = error_value(L, status);
  if (f->kind == FRAME_PCALL) {
    L->message_handler = f->as.task.saved_handler;
    if (unlikely(L->hook_mask != 0)) {
      error = error_hook_return(L, error);
      f = L->frame;
    }
    Value *slot = f->base - 1;
    slot[0] = FALSE;
    slot[1] = error;
    L->top = slot + 2;
    L->frame = f - 1;
    int wanted = f->wanted;
    stack_shrink(L);
    slot = L->top - 2;
    return call_complete(L, slot, slot, 2, wanted);
  }
  Value *function = stack_slot(L, f->as.native.protected_func);
  *function = error;
  L->top = function + 1;
  f->flags &= (uint8_t)~FRAME_YIELDABLE_PCALL;
  L->message_handler = f->as.native.saved_handler;
  stack_shrink(L);
  return call_complete_native(L, call_continuation(L, status));
}

/* L->frame catches the error on the top. */
static State *catch_error(State *L, int status) {
  Frame *f = L->frame;
  Value error = error_value(L, status);
  Value *level;
  frame_restore_protection(L, f);
  if (f->kind == FRAME_PCALL)
    level = f->base;
  else
    level = stack_slot(L, f->as.native.protected_func);
  if (!close_pending(L, level)) {
    upvalue_close(L, level);
    stack_push(L, error);
    return unwind_deliver(L, status);
  }
  /* The error value goes right above the variables that are to be closed. */
  L->top = L->stack + L->to_be_closed[L->to_be_closed_count - 1] + 1;
  stack_push(L, error);
  return close_start(L, level, status, NULL, 0);
}

/* The coroutine L died of the error on its top; its resumer waits in a FRAME_RESUME. */
static State *kill_coroutine(State *L, int status) {
  State *resumer = L->resumer;
  Value error = error_value(L, status);
  L->status = (uint8_t)status;
  L->resumer = NULL;
  if (L->top == L->stack || L->top[-1] != error) stack_push(L, error);
  L->frame->top = L->top; /* that of a Lua function's frame was anything */
  global_of(L)->running = resumer;
  hook_switch(resumer);
  Frame *f = resumer->frame;
  if (!(f->flags & FRAME_WRAP)) {
    Value *slot = f->base - 1;
    slot[0] = FALSE;
    slot[1] = error;
    resumer->top = slot + 2;
    resumer->frame = f - 1;
    return call_complete(resumer, slot, slot, 2, f->wanted);
  }
  /* coroutine.wrap closes the coroutine and passes the error on, with its own position. */
  status = vm_close_thread(L, resumer);
  if (status != LUA_OK) error = *--L->top; /* closing may have replaced it */
  f = resumer->frame;
  resumer->top = f->base;
  if (status == LUA_ERRMEM) error_memory(resumer);
  stack_push(resumer, error);
  if (value_is_string(error) && frame_is_lua(f - 1)) {
    Proto *p = frame_proto(f - 1);
    int line = proto_line(p, frame_pc(f - 1));
    if (line > 0) {
      text_add_position(resumer, "", p->source, line);
      stack_push(resumer, error); /* below them lies the message without the position */
      vm_concat(resumer, 2);
      resumer->top[-2] = resumer->top[-1];
      resumer->top--;
    }
  }
  error_raise(resumer);
}

/* False: the error leaves this run. Else *next is the thread to go on with. */
static bool deliver_error(Run *run, State *L, int status, State **next) {
  ptrdiff_t last = L == run->entry ? run->frame : 0;
  for (ptrdiff_t i = L->frame - L->frames; i >= last; i--) {
    if (!frame_catches(L->frames + i)) continue;
    unwind_to(L, i);
    restore_c_calls(L, L->frame);
    L->nonyieldable = L == run->entry ? run->nonyieldable : 0;
    *next = catch_error(L, status);
    return true;
  }
  if (L == run->entry) return false;
  *next = kill_coroutine(L, status);
  return true;
}

static bool deliver_yield(Run *run, State *L, State **next) {
  if (L != run->entry) {
    int count = global_of(L)->run_result_count;
    *next = coroutine_deliver(L, L->top - count, count);
    return true;
  }
  /* The frames stay, but the C call that entered the loop is given up. */
  if (!run->is_resume) L->frames[run->frame].flags &= (uint8_t)~FRAME_ENTRY;
  return false;
}

/* ---- running ------------------------------------------------------------------------------------ */

static bool deliver(Run *run, State **next) {
  int status = run->protect.status;
  State *raiser = run->protect.raiser;
  return status == LUA_YIELD ? deliver_yield(run, raiser, next)
                             : deliver_error(run, raiser, status, next);
}

static State *start_call(State *L, int arguments) {
  (void)arguments;
  return L;
}

static State *start_closing(State *L, int results) {
  return close_start(L, L->frame->base, LUA_OK, L->top - results, results);
}

/* Runs the loop on what start returns, until it is left: LUA_OK, or the status of a throw that is not
   for this run (error value or yielded values are on the top of entry). frame: its first one. One function
   for all of it: the processor expects none of the returns behind a jump. */
static NOINLINE int run_loop(State *entry, ptrdiff_t frame, State *(*start)(State *L, int arguments), int arguments) {
  Run run; /* not initialised as a whole: the jump point is big */
  Global *global = global_of(entry);
  uint8_t outer = global->run_state;
  run.entry = entry;
  run.frame = frame;
  run.nonyieldable = entry->nonyieldable;
  run.is_resume = start == coroutine_continue;
  run.protect.previous = global->protect;
  run.protect.thread = entry;
  run.protect.resumes = run.is_resume;
  run.protect.status = LUA_OK;
  global->protect = &run.protect;
  State *next = NULL;
  bool starting = jump_set(&run.protect.point) == 0;
  global->run_state = RUN_PROTECTED;
  if (starting) {
    next = start(entry, arguments);
    if (next != NULL) interpret(next);
  } else if (deliver(&run, &next)) {
    run.protect.status = LUA_OK;
    if (next != NULL) interpret(next);
  }
  global->protect = run.protect.previous;
  global->run_state = outer;
  return run.protect.status;
}

/* The frame under way is one of the innermost run, which begins at the next mark below. */
NOINLINE void loop_protect(State *L) {
  const Frame *first = L->frame;
  while (!(first->flags & FRAME_ENTRY)) first--;
  int status = run_loop(L, first - L->frames, start_call, 0);
  if (unlikely(status != LUA_OK)) error_throw(L, status);
}

/* L was not resumed: a C function of the running thread uses it as another stack. Its hooks are those that
   count meanwhile, and coroutines that it resumes come back to it. */
static COLD void loop_call_elsewhere(State *L) {
  Global *global = global_of(L);
  State *running = global->running;
  global->running = L;
  hook_switch(L);
  int status = run_loop(L, L->frame - L->frames, start_call, 0);
  global->running = running;
  hook_switch(running);
  if (status != LUA_OK) error_throw(L, status);
}

void loop_call(State *L) {
  Global *global = global_of(L);
  uint8_t outer = global->run_state;
  if (unlikely(global->running != L))
    loop_call_elsewhere(L);
  else if (L->nonyieldable == 0 || !interpret_bare(L))
    loop_protect(L);
  global->run_state = outer;
}

void loop_close_native(State *L, int results) {
  L->frame->flags |= FRAME_ENTRY;
  int status = run_loop(L, L->frame - L->frames, start_closing, results);
  if (status != LUA_OK) error_throw(L, status);
  L->frame->flags &= (uint8_t)~FRAME_ENTRY;
}

int loop_resume(State *L, int arguments) { return run_loop(L, 0, coroutine_continue, arguments); }

/* ---- calls from C ---------------------------------------------------------------------------------- */

/* The call has been counted. */
static void call_any(State *L, Value *function, int wanted) {
  while (!value_is_function(*function)) function = call_insert_metamethod(L, function);
  if (value_is_native(*function)) {
    call_native_from_c(L, value_native(*function), function, wanted);
  } else {
    call_enter(L, function, WANTED_FINISH);
    L->frame->call_word |= frame_flags_word(FRAME_ENTRY);
    L->frame->entry_wanted = wanted;
    loop_call(L);
  }
}

void vm_call(State *L, Value *function, int wanted) {
  count_c_call(L);
  call_any(L, function, wanted);
  L->c_calls--;
}

void call_no_yield(State *L, Value *function, int wanted) {
  L->call_counts += ONE_CALL_NOT_YIELDABLE;
  check_c_calls(L);
  const Native *native = value_untag(*function, TAG_FUNCTION);
  if (likely(!untag_failed(native) && native->head.kind == KIND_NATIVE))
    call_native_from_c(L, value_native(*function), function, wanted);
  else
    call_any(L, function, wanted);
  L->call_counts -= ONE_CALL_NOT_YIELDABLE;
}

int pcall_failed(State *L, const PcallContext *before, int status) {
  Value error = error_value(L, status);
  unwind_to(L, before->frame / (ptrdiff_t)sizeof(Frame));
  L->call_counts = before->call_counts;
  L->allow_hook = before->allow_hook;
  stack_push(L, error);
  status = vm_close_protected(L, before->function, status);
  stack_shrink(L);
  L->message_handler = before->handler;
  return status;
}

/* ---- hooks for the layers below ---------------------------------------------------------------------- */

/* The error value on the top becomes what the message handler makes of it. An error in the handler is
   handled by the handler again, inside it, until the count of C calls ends it. */
static void call_message_handler(State *L) {
  if (frame_is_lua(L->frame) && L->top < frame_registers_end(L->frame)) {
    Value error = L->top[-1];
    L->top = frame_registers_end(L->frame);
    stack_push(L, error);
  }
  stack_ensure(L, 2);
  L->top[0] = L->top[-1];
  L->top[-1] = *stack_slot(L, L->message_handler);
  L->top++;
  vm_call_no_yield(L, L->top - 2, 1);
}

static void unwind_all(State *L, int status) {
  L->status = (uint8_t)status;
  L->status = (uint8_t)vm_close_thread(L, NULL);
}

static void warn_about_finalizer(State *L) {
  Global *global = global_of(L);
  const char *message = value_is_string(L->top[-1]) ? string_bytes(value_string(L->top[-1]))
                                                    : "error object is not a string";
  if (global->warn == NULL) return;
  global->warn(global->warn_data, "error in ", 1);
  global->warn(global->warn_data, "__gc", 1);
  global->warn(global->warn_data, " (", 1);
  global->warn(global->warn_data, message, 1);
  global->warn(global->warn_data, ")", 0);
}

static void run_finalizer(State *L, Value object) {
  Value method = value_metamethod(L, object, EVENT_GC);
  bool stopped = interrupt_bits(L) & INTERRUPT_STOPPED; /* then the state is being closed */
  if (value_is_nil(method) || (stopped && !value_is_native(method))) return;
  if (frame_is_lua(L->frame) && L->top < frame_registers_end(L->frame))
    L->top = frame_registers_end(L->frame);
  if (L->stack_limit - L->top <= 4) stack_try_grow(L, 4); /* else there are the extra slots */
  ptrdiff_t top = stack_offset(L, L->top);
  uint8_t allow_hook = L->allow_hook;
  L->allow_hook = 0;
  stack_push(L, method);
  stack_push(L, object);
  L->frame->flags |= FRAME_FINALIZER;
  int status = vm_pcall(L, L->top - 2, 0, 0);
  L->frame->flags &= (uint8_t)~FRAME_FINALIZER;
  if (status != LUA_OK && !(interrupt_bits(L) & INTERRUPT_STOPPED)) warn_about_finalizer(L);
  L->top = stack_slot(L, top);
  L->allow_hook = allow_hook;
}

void vm_open(State *L) {
  Global *global = global_of(L);
  global->call_handler = call_message_handler;
  global->unwind_all = unwind_all;
  global->mark_code = cache_mark_code;
  global->epoch_wrapped = cache_forget_prototypes;
  global->memory_refused = budget_memory_refused;
  global->poll = budget_poll;
  global->boxes_ran_short = hook_boxes_ran_short;
  state_set_run_finalizer(L, run_finalizer);
  hook_install(L);
}
