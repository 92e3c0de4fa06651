/* Raising errors, and catching them in C.
   Layer: runtime.

   An error is a status and a value on the top of the thread's stack. error_throw leaves all C
   frames up to the innermost Protect by a jump; what is to be unwound on the
   Lua side (frames, upvalues, to-be-closed variables) is done by whoever catches. */
#ifndef FERROUS_RUNTIME_THROW_H
#define FERROUS_RUNTIME_THROW_H

#include "runtime/global.h"
#include "runtime/jump.h"

#include <stdarg.h>

struct Protect {
  Protect *previous;
  State *thread;       /* thread that was running when it was set up */
  State *raiser;       /* thread whose stack has the error value on its top */
  volatile int status;
  uint8_t run_state; /* Global.run_state outside */
  uint8_t resumes;   /* it is the run of the loop that resumed `thread` from C */
  struct _Unwind_Exception exception; /* for unwind.c */
  JumpPoint point;
};

/* Between the two, errors come to `protect`, at the jump point set in between. The status is as for
   protect_run. */
ALWAYS_INLINE void protect_open(State *L, Protect *protect) {
  Global *global = global_of(L);
  protect->previous = global->protect;
  protect->thread = L;
  protect->raiser = L;
  protect->status = LUA_OK;
  protect->run_state = global->run_state;
  protect->resumes = 0;
  global->protect = protect;
}
ALWAYS_INLINE int protect_close(State *L, const Protect *protect) {
  global_of(L)->protect = protect->previous;
  global_of(L)->run_state = protect->run_state;
  return protect->status;
}

/* Runs body(L, data); the status with which it ended: LUA_OK, or the error, whose value is
   on the top of the stack of the thread that raised it (*raiser unless NULL). */
int protect_run(State *L, void (*body)(State *L, void *data), void *data, State **raiser);

/* Raises with the value on the stack's top (LUA_ERRMEM: pushes the preallocated message).
   Does not call message handlers: see error_raise. */
_Noreturn void error_throw(State *L, int status);
/* Calls the message handler, if there is one, with the value on the top, then throws LUA_ERRRUN. */
_Noreturn void error_raise(State *L);
/* Raises a formatted message (%s %d %I %f %c %U %p %%, see text_format) with the position of the
   running Lua function in front. */
_Noreturn void error_run(State *L, const char *format, ...);
_Noreturn void error_memory(State *L);
/* With a string as the value. */
_Noreturn void error_raise_string(State *L, String *message);
/* Pushes a text with the position of the innermost Lua function in front. */
void error_push_located(State *L, const char *text);
/* With the position of that frame, if it is a Lua function's. */
void error_push_located_in(State *L, const Frame *f, const char *text);
/* LUA_ERRERR: an error while an error was being handled. */
_Noreturn void error_in_handler(State *L);
/* "C stack overflow", or LUA_ERRERR when already handling that. */
_Noreturn void error_c_stack(State *L);

/* Formatted text pushed on the stack; returns its bytes. Conversions of lua_pushfstring:
   %s (char *, NULL reads "(null)"), %d (int), %c (int), %I (lua_Integer), %f (lua_Number), %p (pointer),
   %U (long as UTF-8), %%. Raises "invalid conversion '%x' to 'lua_pushfstring'". */
const char *text_format_v(State *L, const char *format, va_list arguments);
const char *text_format(State *L, const char *format, ...);
/* Prefixes "chunk:line: " to the string on the top, when f is a Lua frame. Pushes the result. */
const char *text_add_position(State *L, const char *message, String *source, int line);
/* A chunk's name as messages show it: manual 4.7, lua_Debug.short_src. */
void chunk_id(char out[LUA_IDSIZE], const char *source, size_t length);
/* Line of an instruction word; -1 when stripped. */
int proto_line(const Proto *p, uint32_t pc);
ALWAYS_INLINE uint32_t frame_pc(const Frame *f) {
  return (uint32_t)(f->pc - frame_proto(f)->code);
}

#endif
