/* Handlers: calls, returns, varargs. See dispatch.h and call.h. */

HANDLER(CALL) { SLOW(call); }

HANDLER(CALL_LUA) {
  Value *function = &RA;
  Value v = *function;
  if (unlikely(!value_is_function(v))) SLOW(call);
  Closure *closure = value_closure(v);
  if (unlikely(closure->head.kind != KIND_CLOSURE)) SLOW(call);
  Proto *p = closure->proto;
  if (unlikely(p->is_vararg)) SLOW(call);
  Value *callee_base = function + 1, *end = callee_base + p->max_stack;
  if (unlikely(end >= L->stack_limit)) SLOW(call);
  Frame *caller = L->frame, *f = caller + 1;
  if (unlikely(f == L->frames_limit)) SLOW(call);
  for (unsigned n = instruction_b(insn) - 1; unlikely(n < p->param_count); n++)
    callee_base[n] = NIL;
  caller->pc = pc;
  f->base = callee_base;
  f->constants = p->constants;
  f->top = end;
  f->wanted = (int32_t)instruction_c(insn) - 1;
  f->kind = FRAME_LUA;
  f->flags = 0;
  f->extra_args = 0;
  L->frame = f;
  base = callee_base;
  k = p->constants;
  pc = p->code;
  insn = *pc;
  DISPATCH();
}

HANDLER(CALL_NATIVE) { SLOW(call_native); }

HANDLER(TAIL_CALL) { SLOW(tail_call); }

HANDLER(RETURN) { SLOW(return_any); }

/* The caller is a Lua function that wants a fixed number of results (in the other cases `wanted`
   is negative). */
HANDLER(RETURN_1) {
  Frame *f = L->frame;
  Value v = RA;
  if (unlikely(f->wanted != 1 || f->extra_args != 0)) SLOW(return_any);
  Frame *caller = f - 1;
  base[-1] = v;
  L->frame = caller;
  base = caller->base;
  k = caller->constants;
  pc = caller->pc;
  NEXT(1);
}

HANDLER(RETURN_0) {
  Frame *f = L->frame;
  if (unlikely(f->wanted != 0 || f->extra_args != 0)) SLOW(return_any);
  Frame *caller = f - 1;
  L->frame = caller;
  base = caller->base;
  k = caller->constants;
  pc = caller->pc;
  NEXT(1);
}

HANDLER(VARARG_PREPARE) { SLOW(vararg_prepare); }

HANDLER(VARARG) { SLOW(vararg); }
