/* The table of opcodes, from their list.
   Layer: bytecode. */
#include "bytecode/instruction.h"

const OpcodeInfo opcode_infos[OPCODE_COUNT] = {
#define OPCODE(name, format, words, finish, generic, formula) \
  {#name, formula, format, words, finish, OP_##generic},
#include "bytecode/opcodes.def"
#undef OPCODE
};
