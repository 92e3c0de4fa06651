/* Rewriting an instruction into another form of its family: the one place where it is done.
   Layer: vm, internal.

   A build with FERROUS_WITHOUT (base/config.h) leaves families of forms out, so that it can be tested that
   nothing depends on them, and measured what they are worth: make test-generic, make bench-ablation. */
#ifndef FERROUS_VM_SPECIALISE_H
#define FERROUS_VM_SPECIALISE_H

#include "bytecode/instruction.h"

/* The WITHOUT_... that leaves the form out, judged by the form itself; 0: that depends on its family. */
ALWAYS_INLINE unsigned omission_of_form(unsigned op) {
  switch (op) {
    case OP_GET_FIELD_CHAIN:
    case OP_GET_FIELD_CALL:
    case OP_GET_FIELD_CHAIN_ABSENT:
    case OP_SET_FIELD_CALL:
    case OP_SELF_CHAIN:
    case OP_SELF_STRING: return WITHOUT_CHAIN_CACHES;
    case OP_GET_FIELD_SEVERAL:
    case OP_GET_FIELD_SHARED:
    case OP_SET_FIELD_SEVERAL:
    case OP_SET_FIELD_SHARED:
    case OP_SELF_SEVERAL:
    case OP_SELF_SHARED: return WITHOUT_SHARED_CACHE;
    case OP_CALL_BUILTIN:
    case OP_CALL_BUILTIN_ANY:
    case OP_TAIL_CALL_BUILTIN:
    case OP_VARARG_SELECT:
    case OP_CALL_NEXT:
    case OP_CALL_PAIRS:
    case OP_CALL_IPAIRS:
    case OP_CALL_PCALL:
    case OP_CALL_XPCALL:
    case OP_CALL_RESUME:
    case OP_CALL_WRAP:
    case OP_CALL_YIELD:
    case OP_TAIL_CALL_YIELD: return WITHOUT_BUILTINS;
    default: return 0;
  }
}

ALWAYS_INLINE unsigned omission_of_family(unsigned generic) {
  switch (generic) {
    case OP_GET_GLOBAL:
    case OP_SET_GLOBAL:
    case OP_GET_FIELD:
    case OP_SET_FIELD:
    case OP_SELF: return WITHOUT_FIELD_CACHES;
    case OP_NEW_TABLE:
    case OP_INIT_FIELD: return WITHOUT_RECORDS;
    case OP_GET_INDEX:
    case OP_SET_INDEX:
    case OP_GET_UPVALUE_ITEM: return WITHOUT_INDEX_FORMS;
    case OP_CALL:
    case OP_TAIL_CALL:
    case OP_VARARG: return WITHOUT_CALL_FORMS;
    case OP_FOR_LOOP:
    case OP_GENERIC_FOR: return WITHOUT_LOOP_FORMS;
    default: return WITHOUT_ARITHMETIC_FORMS;
  }
}

/* The form to be written instead of op: op itself, where this build has it. */
ALWAYS_INLINE unsigned specialised(unsigned op) {
  if (FERROUS_WITHOUT == 0) return op;
  unsigned generic = opcode_infos[op].generic;
  unsigned omission = omission_of_form(op);
  if (omission == 0) omission = omission_of_family(generic);
  return (FERROUS_WITHOUT & omission) != 0 ? generic : op;
}

ALWAYS_INLINE void instruction_rewrite(Instruction *pc, unsigned op) {
  *pc = (*pc & ~UINT64_C(0xFF)) | specialised(op);
}

#endif
