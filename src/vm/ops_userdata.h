/* Handlers: fields and indices of userdata whose __index or __newindex is a C function. See dispatch.h,
   and ops_native.h for the call.

   None of them is an opcode: the handlers of indices hand over to them what is not a table. What is no
   userdata, or has a metamethod that the shared cache does not know, or that is no C function, is left to
   the slow path, and so is everything while hooks are on. */

/* The function and its arguments lie above the registers. */
#define GUARD_USERDATA_METHOD(event, object, slow)                                     \
  Value method = userdata_method_known(global_of(L), object, event);                   \
  GUARD_NATIVE(method, slow);                                                          \
  if (unlikely(L->hook_mask != 0)) SLOW(slow);                                         \
  Value *slot = frame_registers_end(frame);                                            \
  slot[0] = method;                                                                    \
  slot[1] = object

#define GET_USERDATA_HANDLER(name, is_served, key, words, slow)                        \
  HANDLER(name) {                                                                      \
    if (unlikely(!(is_served))) SLOW(slow);                                            \
    GUARD_USERDATA_METHOD(EVENT_INDEX, RB, slow);                                      \
    slot[2] = key;                                                                     \
    CALL_NATIVE_AT(slot, slot + 3, WANTED_FINISH, slow);                               \
    RA = likely(count > 0) ? L->top[-count] : nil;                                     \
    NEXT(words);                                                                       \
  }
GET_USERDATA_HANDLER(GET_FIELD_USERDATA, true, KD, 3, get_field)
GET_USERDATA_HANDLER(GET_INDEX_USERDATA, RC != WIDE, RC, 1, get_index)
GET_USERDATA_HANDLER(GET_INT_USERDATA, true, value_from_small_int(SD), 1, get_int)

#define SET_USERDATA_HANDLER(name, is_served, key, words, slow)                        \
  HANDLER(name) {                                                                      \
    if (unlikely(!(is_served))) SLOW(slow);                                            \
    GUARD_USERDATA_METHOD(EVENT_NEWINDEX, RA, slow);                                   \
    slot[2] = key;                                                                     \
    slot[3] = RC;                                                                      \
    CALL_NATIVE_AT(slot, slot + 4, WANTED_FINISH, slow);                               \
    (void)count;                                                                       \
    NEXT(words);                                                                       \
  }
SET_USERDATA_HANDLER(SET_FIELD_USERDATA, true, KD, 3, set_field)
SET_USERDATA_HANDLER(SET_INDEX_USERDATA, RB != WIDE, RB, 1, set_index)
SET_USERDATA_HANDLER(SET_INT_USERDATA, true, value_from_small_int(SD), 1, set_int)

HANDLER(SELF_USERDATA) {
  GUARD_USERDATA_METHOD(EVENT_INDEX, RB, self);
  slot[2] = KD;
  (&RA)[1] = slot[1];
  CALL_NATIVE_AT(slot, slot + 3, WANTED_FINISH, self);
  RA = likely(count > 0) ? L->top[-count] : nil;
  NEXT(3);
}
