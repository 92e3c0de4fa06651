/* Names and positions for messages and for the debug interface, found by reading the code backwards.
   Layer: vm, internal. */
#ifndef FERROUS_VM_DEBUG_INFO_H
#define FERROUS_VM_DEBUG_INFO_H

#include "runtime/global.h"

/* Each raises the message that its name says, with the name of the culprit's variable where the running
   instruction shows one. */
_Noreturn void vm_error_call(State *L, Value culprit);
_Noreturn void vm_error_index(State *L, Value object, Value key);
_Noreturn void vm_error_no_integer(State *L, Value culprit);
_Noreturn void vm_error_compare(State *L, Value a, Value b);
_Noreturn void vm_error_concat(State *L, Value a, Value b);
_Noreturn void vm_error_for(State *L, Value culprit, const char *what);

/* The name of the local variable that lives in that slot now; "(temporary)" where none is known. */
const char *vm_local_name_of_slot(State *L, const Frame *f, const Value *slot);

#endif
