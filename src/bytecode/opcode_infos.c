/* The tables of opcodes, from their list.
   Layer: bytecode. */
#include "bytecode/instruction.h"

const OpcodeInfo opcode_infos[OPCODE_COUNT] = {
#define OPCODE(name, format, words, finish, generic, formula) \
  {format, words, finish, OP_##generic},
#include "bytecode/opcodes.def"
#undef OPCODE
};

const char opcode_names[OPCODE_COUNT][OPCODE_NAME_SIZE] = {
#define OPCODE(name, format, words, finish, generic, formula) #name,
#include "bytecode/opcodes.def"
#undef OPCODE
};

#define OPCODE(name, format, words, finish, generic, formula) \
  STATIC_ASSERT(sizeof #name <= OPCODE_NAME_SIZE, "an opcode's name is too long");
#include "bytecode/opcodes.def"
#undef OPCODE
