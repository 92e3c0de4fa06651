/* Handlers: resuming coroutines and yielding. See dispatch.h and switch.h. */

/* The thread goes on behind the CALL under way in its frame f. */
#define SWITCH_TO(thread, f)    \
  L = (thread);                 \
  GO_ON_IN(f);                  \
  NEXT(1)

/* Arguments of the call at `function`, of which the first `passed_over` are not passed on. */
#define ARGUMENT_COUNT(function, passed_over) \
  ((B != 0 ? (ptrdiff_t)B - 1 : L->top - (function) - 1) - (passed_over))

/* The instructions that resume: what they pass to `co`, where the frame that waits for it is to
   have its base, and its `wanted` and flags. */
#define RESUME_OF_CALL                                                                        \
  Value *function = &RA, *values = function + 2, *resume_base = function + 1;                 \
  if (unlikely(native_with_action(*function, NATIVE_RESUME) == NULL)) SLOW(call);             \
  ptrdiff_t count = ARGUMENT_COUNT(function, 1);                                              \
  if (unlikely(count < 0)) SLOW(call);                                                        \
  State *co = switch_thread(function[1]);                                                     \
  if (unlikely(co == NULL || !switch_can_resume(L, frame, values + count))) SLOW(call);       \
  int wanted = (int)C - 1, flags = 0

#define RESUME_OF_WRAP                                                                        \
  Value *function = &RA, *values = function + 1, *resume_base = values;                       \
  const Native *native = native_with_action(*function, NATIVE_WRAP);                          \
  if (unlikely(native == NULL)) SLOW(call);                                                   \
  ptrdiff_t count = ARGUMENT_COUNT(function, 0);                                              \
  State *co = switch_thread(native->upvalues[0]);                                             \
  if (unlikely(co == NULL || !switch_can_resume(L, frame, values + count))) SLOW(call);       \
  int wanted = (int)C - 1, flags = FRAME_WRAP

/* A loop over the function that coroutine.wrap made: its frame lies where the variables go, CALL_YIELD_FOR
   brings the results back. */
#define RESUME_OF_LOOP                                                                        \
  Value *r = &RA, *values = r + 1, *resume_base = r + 5;                                      \
  const Native *native = native_with_action(r[0], NATIVE_WRAP);                               \
  if (unlikely(native == NULL)) SLOW(generic_for);                                            \
  State *co = switch_thread(native->upvalues[0]);                                             \
  if (unlikely(co == NULL || !switch_can_resume(L, frame, resume_base))) SLOW(generic_for);   \
  r[4] = r[0];                                                                                \
  enum { count = 2, wanted = WANTED_LOOP, flags = FRAME_WRAP }

/* The values that a TAIL_CALL_YIELD was resumed with are returned; mostly it is one. */
HANDLER(RETURN_YIELDED) {
  if (unlikely(L->top != &RA + 1)) SLOW(return_open);
  HAND_OVER(RETURN_1);
}

#define PUSH_RESUME() \
  switch_push_resume(L, frame + 1, co, resume_base, flags ? resume_base : values, wanted, flags)

/* name: of one that waits in a CALL_YIELD for one value at most; name_ANY: for any number;
   name_START: of one that begins. */
#define RESUME_HANDLERS(name, resume, slow)                                                   \
  HANDLER(name##_START) {                                                                     \
    resume;                                                                                   \
    const Proto *p = switch_first_proto(co);                                                  \
    if (unlikely(p == NULL)) SLOW(slow);                                                      \
    Value *callee_base = co->top;                                                             \
    frame->pc = pc;                                                                           \
    for (ptrdiff_t n = 0; n < p->param_count; n++)                                            \
      callee_base[n] = n < count ? values[n] : nil;                                           \
    PUSH_RESUME();                                                                            \
    L = co;                                                                                   \
    frame = L->frame;                                                                         \
    ENTER_LUA_ABOVE(WANTED_FINISH, 0);                                                        \
    NEXT(0);                                                                                  \
  }                                                                                           \
  HANDLER(name##_ANY) {                                                                       \
    resume;                                                                                   \
    Frame *yield = co->frame;                                                                 \
    if (unlikely(!switch_has_room(co, yield->base, (size_t)count, yield->wanted))) SLOW(slow); \
    frame->pc = pc;                                                                           \
    PUSH_RESUME();                                                                            \
    switch_deliver(co, yield->base - 1, values, count, yield->wanted);                        \
    L = co;                                                                                   \
    GO_ON_IN(yield - 1);                                                                      \
    insn = *pc;                                                                               \
    if (unlikely(instruction_op(insn) == OP_TAIL_CALL_YIELD)) HAND_OVER(RETURN_YIELDED);      \
    NEXT(1);                                                                                  \
  }                                                                                           \
  HANDLER(name) {                                                                             \
    resume;                                                                                   \
    if (unlikely(!switch_is_waiting(co))) HAND_OVER(name##_START);                            \
    Frame *yield = co->frame;                                                                 \
    if (unlikely((uint16_t)yield->wanted > 1)) HAND_OVER(name##_ANY);                         \
    frame->pc = pc;                                                                           \
    PUSH_RESUME();                                                                            \
    yield->base[-1] = count > 0 ? values[0] : nil;                                            \
    SWITCH_TO(co, yield - 1);                                                                 \
  }
RESUME_HANDLERS(CALL_RESUME, RESUME_OF_CALL, call)
RESUME_HANDLERS(CALL_WRAP, RESUME_OF_WRAP, call)
RESUME_HANDLERS(GENERIC_FOR_WRAP, RESUME_OF_LOOP, generic_for)

/* The frame of the loop that waits for L, in `loop`, and its instruction in `step`. */
#define GUARD_WAITING_LOOP()                                                    \
  Frame *loop = L->resumer->frame;                                              \
  if (unlikely(loop->wanted != WANTED_LOOP)) SLOW(call_yield);                        \
  loop--;                                                                       \
  Instruction step = *loop->pc

/* L waits; the loop goes on, with its registers at r. */
#define YIELD_TO_LOOP()                                                         \
  frame->pc = pc;                                                               \
  L = switch_push_yield(L, frame + 1, values, (int)C - 1);                      \
  GO_ON_IN(loop);                                                               \
  insn = step;                                                                  \
  Value *r = &RA

/* Any number of values and variables. */
HANDLER(CALL_YIELD_FOR_ANY) {
  const Value *function = &RA;
  Value *values = &RA + 1;
  ptrdiff_t count = ARGUMENT_COUNT(function, 0);
  GUARD_WAITING_LOOP();
  YIELD_TO_LOOP();
  switch_deliver(L, r + 4, values, count, (int)C);
  if (r[4] == nil) NEXT(1);
  r[2] = r[4];
  SKIP(1, SD);
}

/* The resumer is a generic loop, or something that is left to the slow path. With up to two
   variables, as is usual, two values are stored: there is room for a call's arguments, which are of
   no use any more. */
HANDLER(CALL_YIELD_FOR) {
  Value *values = &RA + 1;
  ptrdiff_t count = ARGUMENT_COUNT(values - 1, 0);
  GUARD_WAITING_LOOP();
  if (unlikely(count < 1 || operand_c(loop->pc) > 2)) HAND_OVER(CALL_YIELD_FOR_ANY);
  Value first = values[0], second = nil;
  if (count > 1) second = values[1];
  YIELD_TO_LOOP();
  r[4] = first;
  r[5] = second;
  if (unlikely(first == nil)) NEXT(1);
  r[2] = first;
  SKIP(1, SD);
}

/* The resumer is lua_resume: this run of the loop ends, with the values on the top. */
HANDLER(CALL_YIELD_TO_C) {
  Value *values = &RA + 1;
  ptrdiff_t count = ARGUMENT_COUNT(values - 1, 0);
  if (unlikely(!switch_can_end_run(L, frame, values + count))) SLOW(call_yield);
  frame->pc = pc;
  switch_push_yield_frame(L, frame + 1, values, (int)C - 1);
  L->top = values + count;
  L->frame->top = L->top + MIN_C_STACK_SLOTS;
  global_of(L)->run_result_count = (int)count;
  LEAVE();
}

/* Any number of values, to a CALL that wants any number. */
HANDLER(CALL_YIELD_ANY) {
  Value *function = &RA;
  ptrdiff_t count = ARGUMENT_COUNT(function, 0);
  Frame *resume = L->resumer->frame;
  int wanted = resume->wanted;
  if (unlikely(!switch_has_room(L->resumer, resume->base, (size_t)count, wanted))) SLOW(call_yield);
  frame->pc = pc;
  State *resumer = switch_push_yield(L, frame + 1, function + 1, (int)C - 1);
  Value *slot = resume->base - 1;
  slot[0] = TRUE; /* what a wrap function returns takes its place */
  switch_deliver_from(resumer, slot, !(resume->flags & FRAME_WRAP), function + 1, count, wanted);
  SWITCH_TO(resumer, resume - 1);
}

/* To a CALL that wants one value at most. */
HANDLER(CALL_YIELD) {
  Value *function = &RA;
  if (unlikely(native_with_action(*function, NATIVE_YIELD) == NULL)) SLOW(call_yield);
  if (unlikely(!switch_can_yield(L, frame))) HAND_OVER(CALL_YIELD_TO_C);
  Frame *resume = L->resumer->frame;
  int wanted = resume->wanted;
  if (wanted < WANTED_ALL) HAND_OVER(CALL_YIELD_FOR);
  unsigned first = !(resume->flags & FRAME_WRAP);
  if ((unsigned)wanted > first + 1) HAND_OVER(CALL_YIELD_ANY);
  Value value = B != 1 && (B != 0 || L->top != function + 1) ? function[1] : nil;
  frame->pc = pc;
  State *resumer = switch_push_yield(L, frame + 1, function + 1, (int)C - 1);
  Value *slot = resume->base - 1;
  slot[0] = TRUE; /* what a wrap function returns takes its place */
  slot[first] = value;
  SWITCH_TO(resumer, resume - 1);
}

/* As a call that wants any number of values (its C is 0): RETURN_YIELDED returns what it is resumed with. */
HANDLER(TAIL_CALL_YIELD) { HAND_OVER(CALL_YIELD); }
