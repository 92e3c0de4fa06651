/* Which instructions are a rotation: see instruction.h.
   Layer: bytecode. */
#include "bytecode/instruction.h"

static unsigned generic_of(Instruction i) { return opcode_infos[instruction_op(i)].generic; }

/* Whether the instruction joins the results of both shifts, temporaries. */
static bool joins(Instruction i, unsigned left, unsigned right) {
  unsigned op = generic_of(i), b = instruction_b(i), c = instruction_c(i);
  return (op == OP_BOR || op == OP_BXOR || op == OP_ADD) &&
         ((b == left && c == right) || (b == right && c == left));
}

static bool constant_count(Instruction i, const Value *constants, unsigned *count) {
  uint64_t n = constants[instruction_d(i)] - TAG_INT;
  *count = (unsigned)n;
  return n < 64 && !instruction_is_exchanged(i);
}

/* If bits of the two can meet, what joins them must be an OR. */
static Instruction constant_rotation(const Instruction *code, const Value *constants) {
  bool left_first = generic_of(code[0]) == OP_SHL_K;
  Instruction left = code[!left_first], right = code[left_first];
  unsigned x = instruction_b(left), by_left, by_right;
  if (generic_of(left) != OP_SHL_K || generic_of(right) != OP_SHR_K || instruction_b(right) != x ||
      instruction_a(code[0]) == x || instruction_a(left) == instruction_a(right) ||
      !joins(code[2], instruction_a(left), instruction_a(right)) ||
      !constant_count(left, constants, &by_left) || !constant_count(right, constants, &by_right))
    return 0;
  if (by_left + by_right < 64 && generic_of(code[2]) != OP_BOR) return 0;
  return instruction_make_bc(OP_ROTATE_K, x, by_right, by_left);
}

/* LOAD_INT t 64; SUB t t n; and a shift of x by t to t. */
static bool shifts_by_rest(const Instruction *code, unsigned x, unsigned n, unsigned shift) {
  unsigned t = instruction_a(code[0]);
  return instruction_op(code[0]) == OP_LOAD_INT && instruction_sd(code[0]) == 64 &&
         generic_of(code[1]) == OP_SUB && instruction_a(code[1]) == t &&
         instruction_b(code[1]) == t && instruction_c(code[1]) == n &&
         generic_of(code[2]) == shift && instruction_a(code[2]) == t &&
         instruction_b(code[2]) == x && instruction_c(code[2]) == t && t != x && t != n;
}

static Instruction variable_rotation(const Instruction *code) {
  bool rest_first = instruction_op(code[0]) == OP_LOAD_INT;
  const Instruction *rest = code + !rest_first;
  Instruction by_n = code[rest_first ? 3 : 0];
  unsigned t = instruction_a(by_n), x = instruction_b(by_n), n = instruction_c(by_n);
  bool left = generic_of(by_n) == OP_SHL;
  if ((!left && generic_of(by_n) != OP_SHR) || t == x || t == n || t == instruction_a(rest[0]) ||
      !shifts_by_rest(rest, x, n, left ? OP_SHR : OP_SHL) ||
      !joins(code[4], t, instruction_a(rest[0])))
    return 0;
  return instruction_make(OP_ROTATE, x, 0, n, !left);
}

Instruction instruction_rotation(const Instruction *code, unsigned length, const Value *constants) {
  return length == ROTATE_LENGTH ? variable_rotation(code) : constant_rotation(code, constants);
}
