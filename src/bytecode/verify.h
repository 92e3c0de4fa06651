/* The verifier: whether the VM can run a prototype that came from outside.
   Layer: bytecode.

   The interpreter trusts code: it checks neither operands nor jumps. The compiler emits only what
   keeps its rules; a binary chunk may hold anything. verify_proto accepts a prototype only if:

   - every instruction is one that the compiler emits (generic, caches zero), its operands name
     registers, constants (of the kind it expects), upvalues and prototypes that exist;
   - every jump leads to an instruction, control never runs off the end, and only JUMP, FOR_LOOP and
     GENERIC_FOR go backwards, as from the compiler;
   - values "up to the top" are left by one instruction and taken by the next;
   - a numeric loop is entered through its FOR_PREPARE only, and nothing else writes, or captures,
     its three control registers: FOR_LOOP does not look at their types;
   - SET_LIST finds a table that NEW_TABLE left;
   - captured and to-be-closed variables are closed before their registers are given up.

   The last two need a small data flow analysis: see verify.c. */
#ifndef FERROUS_BYTECODE_VERIFY_H
#define FERROUS_BYTECODE_VERIFY_H

#include "bytecode/instruction.h"

/* Bytes of memory that verify_proto needs to work on p. */
size_t verify_workspace_size(const Proto *p);
/* NULL, or what is wrong with p. The prototypes inside it were verified before. workspace is
   aligned for pointers. */
const char *verify_proto(const Proto *p, void *workspace);

#endif
