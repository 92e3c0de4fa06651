/* Listings of prototypes, for people and for the compiler's tests.
   Layer: bytecode. */
#ifndef FERROUS_BYTECODE_DISASSEMBLE_H
#define FERROUS_BYTECODE_DISASSEMBLE_H

#include "bytecode/instruction.h"

/* Lists a prototype, piece by piece, through emit(ud, text, n): a heading, one line for each
   instruction (word, line, opcode, operands, what they mean, the cache when it is filled), then
   constants, local variables and upvalues; with `recursive`, nested functions follow. */
void disassemble_proto(const Proto *p, bool recursive,
                       void (*emit)(void *ud, const char *text, size_t n), void *ud);

#endif
