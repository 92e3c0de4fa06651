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

Forward instruction_takes_forward(Instruction i, unsigned reg) {
  bool left = instruction_b(i) == reg, right = instruction_c(i) == reg;
  switch (instruction_op(i)) {
#define OPERATOR_CASES(name)                                                              \
    case OP_##name:                                                                       \
      return left == right ? FORWARD_NONE : left ? FORWARD_##name##_LEFT : FORWARD_##name##_RIGHT; \
    case OP_##name##_K: return left ? FORWARD_##name##_K : FORWARD_NONE;
    WIDE_OPERATORS(OPERATOR_CASES)
#undef OPERATOR_CASES
    case OP_UNM: return left ? FORWARD_UNM : FORWARD_NONE;
    case OP_BNOT: return left ? FORWARD_BNOT : FORWARD_NONE;
    default: return FORWARD_NONE;
  }
}
