/* The interpreter as the API sees it.
   Layer: vm. Functions here may run Lua code (metamethods) and so move the stack, unless they say
   otherwise; Value arguments must be reachable (on a stack) while they run. */
#ifndef FERROUS_VM_VM_H
#define FERROUS_VM_VM_H

#include "runtime/global.h"

/* Calls the function at `function` with the arguments above it up to the top; the results
   (wanted of them, -1: all) replace function and arguments, and the top is behind them. */
void vm_call(State *L, Value *function, int wanted);
/* The same; yields inside are errors. */
void vm_call_no_yield(State *L, Value *function, int wanted);
/* lua_pcallk without continuation, from C: LUA_OK, or the status, and then the error value in the slot of
   the function. handler: stack offset of a message handler, or 0. */
int vm_pcall(State *L, Value *function, int wanted, ptrdiff_t handler);
/* Closes tbc variables and upvalues down to level, in protected mode, after an error `status`;
   the final status. The error value is left at stack_slot(level). */
int vm_close_protected(State *L, ptrdiff_t level, int status);
/* Closes tbc variables and upvalues down to level: normal block exit (error value: none). */
void vm_close(State *L, Value *level);
/* Checks for a __close metamethod and registers the slot; false and nil are ignored. Raises
   "variable 'x' got a non-closable value". */
void vm_mark_to_be_closed(State *L, Value *slot);

/* Coroutines: lua_resume, lua_yieldk, lua_closethread. */
int vm_resume(State *L, State *from, int argument_count, int *result_count);
int vm_yield(State *L, int result_count, lua_KContext context, lua_KFunction continuation);
int vm_close_thread(State *L, State *from);

/* Operations with metamethods. */
Value vm_get_index(State *L, Value object, Value key);
void vm_set_index(State *L, Value object, Value key, Value value);
Value vm_arithmetic(State *L, int op /* LUA_OPADD... */, Value a, Value b);
bool vm_equal(State *L, Value a, Value b);
bool vm_less_than(State *L, Value a, Value b);
bool vm_less_equal(State *L, Value a, Value b);
Value vm_length(State *L, Value v);
/* Calls a metamethod from C with these arguments; its first result if wanted is 1. */
Value vm_call_metamethod(State *L, Value method, const Value *arguments, int count, int wanted);
/* Concatenates the n values below the top into one, which replaces them. */
void vm_concat(State *L, int n);

/* Debug information: lua_getinfo's fields for a frame or function, names of locals. */
const char *vm_local_name(State *L, const Frame *f, int n, Value **slot); /* n < 0: varargs */
/* What it found, as programs see it: loops keep some of their state in a form of their own. */
Value vm_local_value(State *L, const Frame *f, Value *slot);
void vm_set_local(const Frame *f, Value *slot, Value v);
int vm_frame_line(const Frame *f); /* -1 for C functions */
/* Kind of name ("local", "method", "field", ...) by which the running function of f was called, or
   NULL; *name. */
const char *vm_called_name(State *L, const Frame *f, const char **name);
/* lua_Debug fields by option letters; f NULL for a function value that is not running. */
bool vm_get_info(State *L, const char *what, Value function, Frame *f, lua_Debug *ar);
/* What lua_Debug.i_ci holds for a frame (frames may move). */
struct CallInfo *vm_frame_handle(const State *L, const Frame *f);
/* L has HOOK_FEW_BOXES: see hook.h. */
void vm_settle_boxes(State *L);
void vm_hook_changed(State *L); /* after hook_mask changed: chooses dispatch tables */

_Noreturn void vm_error_type(State *L, Value culprit, const char *operation);

void vm_open(State *L); /* installs the finalizer hook and the like, after state_open */

#endif
