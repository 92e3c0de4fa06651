/* Raising errors, and catching them in C: see throw.h.
   Layer: runtime. */
#include "runtime/throw.h"

#include "runtime/string.h"
#include "runtime/thread.h"
#include "runtime/unwind.h"

#include <stdlib.h>

int protect_run(State *L, void (*body)(State *L, void *data), void *data, State **raiser) {
  Protect protect; /* its jump buffer stays as it is */
  protect_open(L, &protect);
  if (jump_set(&protect.point) == 0) body(L, data);
  if (raiser != NULL) *raiser = protect.raiser;
  return protect_close(L, &protect);
}

/* Nobody catches the error. What the thread left to be closed is closed, so that the panic function
   may leave by a jump: it finds the error value alone on the thread's base level. */
static _Noreturn void panic(State *L, int status) {
  Global *global = global_of(L);
  if (global->unwind_all != NULL) global->unwind_all(L, status);
  if (global->panic != NULL) global->panic(L);
  abort();
}

/* The top means nothing while a Lua function runs: it may lie below the frame. */
static void raise_top(State *L) {
  const Frame *f = L->frame;
  if (!frame_is_lua(f)) return;
  Value *end = frame_registers_end(f);
  if (L->top < end) L->top = end;
}

/* The thread whose frames an error on L unwinds. Not L itself when a C function of another thread called
   a function on L directly, without a resume: the error is then that C function's. */
static State *error_receiver(State *L, const Protect *protect) {
  if (L == protect->thread || L->resumer != NULL) return L;
  State *running = global_of(L)->running;
  for (State *s = running; s != NULL; s = s->resumer)
    if (s == protect->thread) return running;
  return protect->thread;
}

_Noreturn void error_throw(State *L, int status) {
  Protect *protect = global_of(L)->protect;
  if (protect == NULL) panic(L, status);
  State *receiver = status == LUA_YIELD ? L : error_receiver(L, protect);
  if (unlikely(receiver != L)) {
    L->status = (uint8_t)status;
    raise_top(receiver);
    stack_push(receiver, L->top[-1]);
  }
  protect->status = status;
  protect->raiser = receiver;
  if (unlikely(global_of(L)->unwinds)) unwind_to_protect(protect);
  jump_go(&protect->point);
}

_Noreturn void error_memory(State *L) {
  Global *global = global_of(L);
  if (unlikely(L->heap->refused)) {
    L->heap->refused = 0;
    if (global->memory_refused != NULL) global->memory_refused(L);
  }
  raise_top(L);
  stack_push(L, global->memory_message != NULL ? value_from_string(global->memory_message) : NIL);
  error_throw(L, LUA_ERRMEM);
}

/* What a sticky stop raises is not for the program to handle. */
_Noreturn void error_raise(State *L) {
  if (L->message_handler != 0 && !(L->heap->interrupt & INTERRUPT_STOPPED))
    global_of(L)->call_handler(L);
  error_throw(L, LUA_ERRRUN);
}

_Noreturn void error_raise_string(State *L, String *message) {
  raise_top(L);
  stack_push(L, value_from_string(message));
  error_raise(L);
}

void error_push_located_in(State *L, const Frame *f, const char *text) {
  raise_top(L);
  text_format(L, "%s", text);
  if (!frame_is_lua(f)) return;
  Proto *p = frame_proto(f);
  text_add_position(L, text, p->source, proto_line(p, frame_pc(f)));
  L->top[-2] = L->top[-1];
  L->top--;
}

void error_push_located(State *L, const char *text) {
  const Frame *f = L->frame;
  while (f > L->frames && !frame_is_lua(f)) f--;
  error_push_located_in(L, f, text);
}

_Noreturn void error_run(State *L, const char *format, ...) {
  const Frame *f = L->frame;
  raise_top(L);
  va_list arguments;
  va_start(arguments, format);
  const char *message = text_format_v(L, format, arguments);
  va_end(arguments);
  if (f->kind == FRAME_CLOSE) f--; /* the function whose variables are closed is to blame */
  if (frame_is_lua(f)) {
    Proto *p = frame_proto(f);
    text_add_position(L, message, p->source, proto_line(p, frame_pc(f)));
    L->top[-2] = L->top[-1];
    L->top--;
  }
  error_raise(L);
}

_Noreturn void error_in_handler(State *L) {
  stack_push(L, value_from_string(string_from_c(L, "error in error handling")));
  error_throw(L, LUA_ERRERR);
}

/* Past the limit, some more levels are allowed for the error's own handling; past those, the
   error is one in error handling. */
_Noreturn void error_c_stack(State *L) {
  if (L->c_calls >= MAX_C_CALLS / 10 * 11) error_in_handler(L);
  error_run(L, "C stack overflow");
}
