/* To-be-closed variables: running __close metamethods on every exit path.
   Layer: vm.

   What is being closed belongs to a frame; a FRAME_CLOSE above it remembers how far to
   close, with which error, and which results to keep. Each __close is called from the
   loop with that frame below it, so it may yield. When all are closed the frame
   goes, and the one below continues as its kind and instruction say. An error in a
   __close unwinds past the FRAME_CLOSE to whoever catches it, who goes on closing the rest (each
   variable leaves the list before its __close is called). */
#include "runtime/function.h"
#include "runtime/metatable.h"
#include "runtime/string.h"
#include "runtime/throw.h"
#include "vm/call.h"
#include "vm/debug_info.h"
#include "vm/vm.h"

void vm_mark_to_be_closed(State *L, Value *slot) {
  if (value_is_falsy(*slot)) return;
  if (value_is_nil(value_metamethod(L, *slot, EVENT_CLOSE))) {
    const char *name = vm_local_name_of_slot(L, L->frame, slot);
    error_run(L, "variable '%s' got a non-closable value", name);
  }
  tbc_push(L, slot);
}

/* Takes the newest variable off the list and lays its call at the top: method, value, error. Whatever fails
   from here on, the variable is off the list, so closing makes progress. */
static Value *close_push_call(State *L, Value error) {
  ptrdiff_t offset = L->to_be_closed[--L->to_be_closed_count];
  stack_ensure(L, 4);
  Value v = *stack_slot(L, offset);
  Value *call = L->top;
  call[0] = value_metamethod(L, v, EVENT_CLOSE); /* nil, if it is gone: calling it says so */
  call[1] = v;
  call[2] = error;
  L->top += 3;
  return call;
}

State *close_start(State *L, Value *level, int status, Value *results, int count) {
  upvalue_close(L, level);
  ptrdiff_t level_offset = stack_offset(L, level);
  ptrdiff_t result_offset = results == NULL ? 0 : stack_offset(L, results);
  Frame *f = frame_push(L);
  close_begin(L, f, L->top, stack_slot(L, level_offset), status);
  f->as.task.results = result_offset;
  f->as.task.result_count = count;
  return close_step(L);
}

/* Everything is closed: the frame below goes on. */
static State *close_done(State *L, const Frame *closing) {
  int status = closing->close_status;
  Value *results = stack_slot(L, closing->as.task.results);
  int count = closing->as.task.result_count;
  L->frame--;
  restore_c_calls(L, closing);
  if (status != LUA_OK) return unwind_deliver(L, status);
  Frame *f = L->frame;
  if (f->kind == FRAME_NATIVE) {
    L->top = results + count;
    return f->flags & FRAME_ENTRY ? NULL : call_complete_native(L, count); /* see loop_close_native */
  }
  if (instruction_op(*f->pc) == OP_RETURN) return call_return(L, results, count);
  L->hook_pc = frame_pc(f); /* lines go on from here, not from a method's last one */
  f->pc += opcode_words(instruction_op(*f->pc));
  return L;
}

State *close_step(State *L) {
  for (;;) {
    Frame *f = L->frame;
    L->top = f->base; /* drops a __close's results; the error value, if any, is right below */
    if (!close_pending(L, stack_slot(L, f->as.task.level))) return close_done(L, f);
    Value *call = close_push_call(L, f->close_status == LUA_OK ? NIL : f->base[-1]);
    check_c_calls(L);
    if (!value_is_native(*call)) return call_enter(L, call, WANTED_FINISH);
    int count = call_native(L, value_native(*call), call, WANTED_FINISH);
    if (unlikely(L->hook_mask != 0 || close_pending(L, L->frame->base))) return call_complete_native(L, count);
    L->frame--;
  }
}

/* ---- from C --------------------------------------------------------------------------------- */

void vm_close(State *L, Value *level) {
  ptrdiff_t offset = stack_offset(L, level);
  upvalue_close(L, level);
  while (close_pending(L, stack_slot(L, offset)))
    vm_call_no_yield(L, close_push_call(L, NIL), 0);
}

typedef struct CloseRequest {
  ptrdiff_t level;
  Value error;
  bool failed;
} CloseRequest;

static void close_body(State *L, void *data) {
  CloseRequest *request = data;
  Value *level = stack_slot(L, request->level);
  upvalue_close(L, level);
  while (close_pending(L, stack_slot(L, request->level)))
    vm_call_no_yield(L, close_push_call(L, request->failed ? L->top[-1] : NIL), 0);
}

int vm_close_protected(State *L, ptrdiff_t level, int status) {
  ptrdiff_t frame = L->frame - L->frames;
  uint16_t nonyieldable = L->nonyieldable, c_calls = L->c_calls;
  uint8_t allow_hook = L->allow_hook;
  for (;;) {
    CloseRequest request = {.level = level, .failed = status != LUA_OK};
    /* The error value stays on the top while the variables below it are closed. */
    int result = protect_run(L, close_body, &request, NULL);
    if (result == LUA_OK) {
      if (status != LUA_OK) {
        *stack_slot(L, level) = L->top[-1];
        L->top = stack_slot(L, level) + 1;
      }
      return status;
    }
    status = result;
    L->frame = L->frames + frame;
    L->nonyieldable = nonyieldable;
    L->c_calls = c_calls;
    L->allow_hook = allow_hook;
  }
}
