/* Handlers: pcall and xpcall of Lua functions. See dispatch.h and call.h; returns to them are in
   ops_call.h. */

/* The frame of pcall or xpcall, and that of the Lua function without varargs which it calls: both
   at once. The function's arguments begin at function + first; what is unusual is left to
   slow_<slow>. */
#define PROTECTED_CALL_HANDLER(name, action, first, pcall_flags, slow)                       \
  HANDLER(name) {                                                                            \
    Value *function = &RA;                                                                   \
    if (unlikely(native_with_action(*function, action) == NULL)) SLOW(slow);                 \
    GUARD_CLOSURE(function[1], slow);                                                        \
    if ((pcall_flags) != 0 && unlikely(!value_is_function(function[2]))) SLOW(slow);         \
    if (unlikely(p->is_vararg || pcall_is_refused(L))) SLOW(slow);                           \
    Value *callee_base = function + (first), *end = callee_base + p->max_stack;              \
    if (unlikely(end >= L->stack_limit || frame + 2 >= L->frames_limit)) SLOW(slow);         \
    ptrdiff_t n = B != 0 ? (ptrdiff_t)B - (first) : L->top - callee_base;                    \
    if (unlikely(n < p->param_count)) {                                                      \
      if (unlikely(n < 0)) SLOW(slow);                                                       \
      for (; n < p->param_count; n++) callee_base[n] = nil;                                  \
    }                                                                                        \
    frame->pc = pc;                                                                          \
    if ((pcall_flags) != 0) {                                                                \
      function[1] = function[2];                                                             \
      function[2] = value_from_function(closure);                                            \
    }                                                                                        \
    frame++;                                                                                 \
    pcall_begin(L, frame, function + 1, end, (int)C - 1, (pcall_flags));                     \
    ENTER_LUA(WANTED_FINISH, 0);                                                             \
    NEXT(0);                                                                                 \
  }
PROTECTED_CALL_HANDLER(CALL_PCALL, NATIVE_PCALL, 2, 0, call_pcall)
PROTECTED_CALL_HANDLER(CALL_XPCALL, NATIVE_XPCALL, 3, FRAME_XPCALL, call)
