/* Handlers: pcall and xpcall of Lua functions, pcall of library functions with a direct entry. See
   dispatch.h and call.h; returns to them are in ops_call.h. */

/* pcall of a library function with a direct entry, whose results are at once where pcall's belong.
   Such an entry raises nothing but LUA_ERRMEM: the frame is for that. */
HANDLER(CALL_PCALL_DIRECT) {
  Value *function = &RA;
  if (unlikely(native_with_action(*function, NATIVE_PCALL) == NULL)) SLOW(call_pcall);
  GUARD_DIRECT(function + 1, call_pcall);
  ptrdiff_t arguments = B != 0 ? (ptrdiff_t)B - 2 : L->top - function - 2;
  Value *end = function + 2 + arguments;
  if (unlikely(arguments < 0 || pcall_is_refused(L))) SLOW(call_pcall);
  if (unlikely(L->stack_limit - end <= MIN_C_STACK_SLOTS)) SLOW(call_pcall);
  if (unlikely(frame + 1 == L->frames_limit)) SLOW(call_pcall);
  pcall_begin(L, frame + 1, function + 1, end + MIN_C_STACK_SLOTS, (int)C - 1, 0);
  L->frame = frame + 1;
  L->top = end;
  int count = direct(L, function + 1, (unsigned)arguments);
  pcall_end(L, L->frame);
  frame = L->frame - 1;
  L->frame = frame;
  if (unlikely(count < 0)) SLOW(call_pcall);
  function[0] = TRUE;
  if (C == 0)
    L->top = function + 1 + count;
  else
    for (int n = count + 1; n < (int)C - 1; n++) function[n] = nil;
  if (unlikely(L->heap->debt > 0)) SLOW(safepoint_after);
  NEXT(1);
}

/* As PROTECTED_CALL_HANDLER, which hands over to it, of a Lua function with varargs: as
   CALL_LUA_VARARG calls it. */
#define PROTECTED_VARARG_HANDLER(name, first, pcall_flags)                                   \
  HANDLER(name) {                                                                            \
    Value *function = &RA, *arguments = function + (first), callee = function[1];            \
    const Proto *p = value_closure(callee)->proto;                                           \
    ptrdiff_t count = B != 0 ? (ptrdiff_t)B - (first) : L->top - arguments;                  \
    if (unlikely(count < 0 || pcall_is_refused(L))) SLOW(call);                              \
    ptrdiff_t params = p->param_count, extra = count > params ? count - params : 0;          \
    Value *callee_base = arguments + (extra > 0 ? count + 1 : 0);                            \
    Value *end = callee_base + p->max_stack;                                                 \
    if (unlikely(end >= L->stack_limit || frame + 2 >= L->frames_limit)) SLOW(call);         \
    frame->pc = pc;                                                                          \
    if ((pcall_flags) != 0) function[1] = function[2];                                       \
    arguments[-1] = callee_base[-1] = callee;                                                \
    if (extra > 0) {                                                                         \
      for (ptrdiff_t n = 0; n < params; n++) {                                               \
        callee_base[n] = arguments[n];                                                       \
        arguments[n] = nil;                                                                  \
      }                                                                                      \
    }                                                                                        \
    for (ptrdiff_t n = count; n < params; n++) callee_base[n] = nil;                         \
    frame++;                                                                                 \
    pcall_begin(L, frame, function + 1, end, (int)C - 1, (pcall_flags));                     \
    ENTER_LUA_ABOVE(WANTED_PCALL, (uint32_t)extra);                                          \
    NEXT(1);                                                                                 \
  }
PROTECTED_VARARG_HANDLER(CALL_PCALL_VARARG, 2, 0)
PROTECTED_VARARG_HANDLER(CALL_XPCALL_VARARG, 3, FRAME_XPCALL)

/* The frame of pcall or xpcall, and that of the Lua function without varargs which it calls: both
   at once. The function's arguments begin at function + first; what is unusual is left to
   slow_<slow>, and what calls no Lua function to `others`. */
#define PROTECTED_CALL_HANDLER(name, action, first, pcall_flags, slow, others, vararg)       \
  HANDLER(name) {                                                                            \
    Value *function = &RA;                                                                   \
    if (unlikely(native_with_action(*function, action) == NULL)) SLOW(slow);                 \
    const Closure *closure = value_untag(function[1], TAG_FUNCTION);                         \
    if (unlikely(untag_failed(closure)) || unlikely(closure->head.kind != KIND_CLOSURE)) others; \
    const Proto *p = closure->proto;                                                         \
    if ((pcall_flags) != 0 && unlikely(!value_is_function(function[2]))) SLOW(slow);         \
    if (unlikely(p->is_vararg)) HAND_OVER(vararg);                                           \
    if (unlikely(pcall_is_refused(L))) SLOW(slow);                                           \
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
    ENTER_LUA_ABOVE(WANTED_PCALL, 0);                                                        \
    NEXT(0);                                                                                 \
  }
PROTECTED_CALL_HANDLER(CALL_PCALL, NATIVE_PCALL, 2, 0, call_pcall, HAND_OVER(CALL_PCALL_DIRECT),
                       CALL_PCALL_VARARG)
PROTECTED_CALL_HANDLER(CALL_XPCALL, NATIVE_XPCALL, 3, FRAME_XPCALL, call, SLOW(call), CALL_XPCALL_VARARG)
