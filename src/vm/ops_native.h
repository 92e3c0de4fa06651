/* Handlers: calls of C functions. See dispatch.h and call.h.

   The function is called from the handler itself. It may raise, yield, run the loop again and move
   the stacks; so before the call the thread is as a slow path would have it, and all that is used
   behind the call is loaded again from the thread. */

/* A C function that the loop does nothing about. */
#define GUARD_NATIVE(value, slow)                                                            \
  const Native *native = value_untag(value, TAG_FUNCTION);                                   \
  if (unlikely(untag_failed(native))) SLOW(slow);                                            \
  if (unlikely(native->head.kind != KIND_NATIVE || !native_is_plain(native))) SLOW(slow)

/* Calls it in a frame of its own, with the arguments from slot + 1 up to end; the number of its
   results, below the top, is in `count`. */
#define CALL_NATIVE_AT(slot, end, wanted, slow)                                              \
  Value *arguments_end = (end);                                                              \
  if (unlikely(L->stack_limit - arguments_end <= MIN_C_STACK_SLOTS)) SLOW(slow);             \
  if (unlikely(frame + 1 == L->frames_limit)) SLOW(slow);                                    \
  frame->pc = pc;                                                                            \
  frame++;                                                                                   \
  frame->base = (slot) + 1;                                                                  \
  frame->call_word = frame_word(FRAME_NATIVE, wanted, 0, 0);                                 \
  frame->top = arguments_end + MIN_C_STACK_SLOTS;                                            \
  frame->as.native.continuation = NULL;                                                      \
  L->top = arguments_end;                                                                    \
  L->frame = frame;                                                                          \
  int count = call_checked_results(L, native->function(L));                                  \
  RELOAD_CONSTANTS();                                                                        \
  if (unlikely(L->to_be_closed_count != 0 || L->hook_mask != 0)) {                           \
    global_of(L)->run_result_count = count;                                                  \
    SLOW(native_done);                                                                       \
  }                                                                                          \
  frame = L->frame - 1;                                                                      \
  L->frame = frame;                                                                          \
  base = frame->base;                                                                        \
  insn = *pc

HANDLER(CALL_NATIVE) {
  Value *function = &RA;
  GUARD_NATIVE(*function, call);
  CALL_NATIVE_AT(function, function + B, (int)C - 1, call);
  if (likely(C == 2))
    RA = likely(count > 0) ? L->top[-count] : nil;
  else
    switch_deliver(L, &RA, L->top - count, count, (int32_t)C - 1);
  NEXT(1);
}

/* An iterator in C is called where its results are to be: above the loop's own registers nothing is
   in use. */
HANDLER(GENERIC_FOR_NATIVE) {
  Value *r = &RA;
  GUARD_NATIVE(r[0], generic_for);
  r[4] = r[0];
  r[5] = r[1];
  r[6] = r[2];
  CALL_NATIVE_AT(r + 4, r + 7, WANTED_FINISH, generic_for);
  Value *loop = &RA;
  switch_deliver(L, loop + 4, L->top - count, count, (int32_t)C);
  if (loop[4] == nil) NEXT(1);
  loop[2] = loop[4];
  SKIP(1, SD);
}
