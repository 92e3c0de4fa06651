/* The 64-bit instruction word and its operands.
   Layer: bytecode.

     63            32 31    24 23    16 15     8 7      0
     +---------------+--------+--------+--------+--------+
     |       D       |   C    |   B    |   A    |   op   |
     +---------------+--------+--------+--------+--------+
                      |   BC (16 bits)  |

   A, B, C are registers or small counts; D is a signed or unsigned 32-bit number: a
   constant's index, a jump distance in words (counted from the word after the whole
   instruction, caches included), an immediate. Some opcodes are followed by cache
   words, which the compiler emits as zero:

     field cache, word 1:  shape id (32) | slot (16) << 32 | rewrites (16) << 48
     field cache, word 2:  address of the holder's slot (48), or id of the shape after a field was
                           added (32) | prototype epoch (16) << 48; 0 for own fields
     forms for several shapes, word 1: address of their entries (48) | rewrites (16) << 48

   The interpreter rewrites op bytes and cache words in place; A, B, C, D never change, but for D of
   calls, which is a cache too.

   An arithmetic instruction or MOVE_WIDE whose result may lie in the twin of R[A] (vm/wide.h) is
   marked, in an operand that its format has no use for: C, or the lowest byte of D if C is a
   register.

      7             2   1   0
     +---------------+---+---+
     |    forward    | x | w |
     +---------------+---+---+

   w: the mark. x: of arithmetic with a constant, that its operands are exchanged: the constant is
   the left one. forward: the result is a temporary, which only one operator reads, and how (Forward). */
#ifndef FERROUS_BYTECODE_INSTRUCTION_H
#define FERROUS_BYTECODE_INSTRUCTION_H

#include "object/object.h"

typedef enum Opcode {
#define OPCODE(name, format, words, finish, generic, formula) OP_##name,
#include "bytecode/opcodes.def"
#undef OPCODE
  OPCODE_COUNT
} Opcode;

STATIC_ASSERT(OPCODE_COUNT <= 256, "an opcode is one byte");

/* How the operands are to be read (for the disassembler and the verifier). */
typedef enum Format {
  FORMAT_NONE,
  FORMAT_A,      /* register A */
  FORMAT_AB,     /* registers A, B */
  FORMAT_ABC,    /* registers A, B, C */
  FORMAT_AB_N,   /* register A, count B */
  FORMAT_ABC_N,  /* register A, counts B and C */
  FORMAT_AK,     /* register A, constant D */
  FORMAT_ABK,    /* registers A, B, constant D */
  FORMAT_AKC,    /* register A, constant D, register C */
  FORMAT_AU,     /* register A, upvalue B */
  FORMAT_AUK,    /* register A, upvalue B, constant D */
  FORMAT_ABI,    /* registers A, B, immediate D */
  FORMAT_AIC,    /* register A, immediate D, register C */
  FORMAT_AI,     /* register A, immediate D */
  FORMAT_J,      /* jump D */
  FORMAT_AJ,     /* register A, jump D */
  FORMAT_ACJ,    /* register A, count C, jump D */
  FORMAT_ABJ,    /* registers A, B, jump D */
  FORMAT_AKJ,    /* register A, constant BC, jump D */
  FORMAT_AP,     /* register A, prototype D */
  FORMAT_ABCI,   /* register A, register B, count C, immediate D */
  FORMAT_TABLE   /* register A, hash size BC, array size D */
} Format;

/* What happens with the results when a function called on behalf of an instruction
   (a metamethod, an iterator, a callee) returns to it. */
typedef enum Finish {
  FINISH_NONE,   /* never calls */
  FINISH_STORE,  /* first result to R[A] */
  FINISH_DROP,   /* results are dropped */
  FINISH_JUMP,   /* first result's truth decides the jump */
  FINISH_JUMP_NOT, /* likewise, jumps when false */
  FINISH_CALL,   /* results to R[A]..., as many as C - 1 says */
  FINISH_RETURN, /* results are those of this frame */
  FINISH_FOR,    /* generic for: results to R[A+4]..., loop goes on unless nil */
  FINISH_CONCAT, /* result replaces two operands; the rest is concatenated */
  FINISH_CLOSE   /* a __close metamethod: go on closing */
} Finish;

ALWAYS_INLINE uint8_t instruction_op(Instruction i) { return (uint8_t)i; }
ALWAYS_INLINE unsigned instruction_a(Instruction i) { return (uint8_t)(i >> 8); }
ALWAYS_INLINE unsigned instruction_b(Instruction i) { return (uint8_t)(i >> 16); }
ALWAYS_INLINE unsigned instruction_c(Instruction i) { return (uint8_t)(i >> 24); }
ALWAYS_INLINE unsigned instruction_bc(Instruction i) { return (uint16_t)(i >> 16); }
ALWAYS_INLINE uint32_t instruction_d(Instruction i) { return (uint32_t)(i >> 32); }
ALWAYS_INLINE int32_t instruction_sd(Instruction i) { return (int32_t)(i >> 32); }

/* The same, read from memory where the instruction is: one load, where shifting and masking the word takes
   two or three operations. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
ALWAYS_INLINE unsigned operand_a(const Instruction *pc) { return ((const uint8_t *)pc)[1]; }
ALWAYS_INLINE unsigned operand_b(const Instruction *pc) { return ((const uint8_t *)pc)[2]; }
ALWAYS_INLINE unsigned operand_c(const Instruction *pc) { return ((const uint8_t *)pc)[3]; }
ALWAYS_INLINE unsigned operand_bc(const Instruction *pc) { return ((const uint16_t *)pc)[1]; }
ALWAYS_INLINE uint32_t operand_d(const Instruction *pc) { return ((const uint32_t *)pc)[1]; }
#else
ALWAYS_INLINE unsigned operand_a(const Instruction *pc) { return instruction_a(*pc); }
ALWAYS_INLINE unsigned operand_b(const Instruction *pc) { return instruction_b(*pc); }
ALWAYS_INLINE unsigned operand_c(const Instruction *pc) { return instruction_c(*pc); }
ALWAYS_INLINE unsigned operand_bc(const Instruction *pc) { return instruction_bc(*pc); }
ALWAYS_INLINE uint32_t operand_d(const Instruction *pc) { return instruction_d(*pc); }
#endif
ALWAYS_INLINE ptrdiff_t operand_sd(const Instruction *pc) { return (int32_t)operand_d(pc); }

ALWAYS_INLINE Instruction instruction_make(Opcode op, unsigned a, unsigned b, unsigned c,
                                           uint32_t d) {
  return (Instruction)op | (Instruction)a << 8 | (Instruction)b << 16 | (Instruction)c << 24 |
         (Instruction)d << 32;
}
/* BC as one 16-bit operand. */
ALWAYS_INLINE Instruction instruction_make_bc(Opcode op, unsigned a, unsigned bc, uint32_t d) {
  return instruction_make(op, a, bc & 0xFF, bc >> 8, d);
}

typedef struct OpcodeInfo {
  uint8_t format;  /* Format */
  uint8_t words;   /* cache words included */
  uint8_t finish;  /* Finish */
  uint8_t generic; /* the opcode that the compiler emits: itself when not specialised */
} OpcodeInfo;

extern const OpcodeInfo opcode_infos[OPCODE_COUNT];

enum { OPCODE_NAME_SIZE = 24 }; /* room, so that no address has to be relocated when a program starts */
extern const char opcode_names[OPCODE_COUNT][OPCODE_NAME_SIZE];

ALWAYS_INLINE unsigned opcode_words(unsigned op) { return opcode_infos[op].words; }

/* ---- marks ----------------------------------------------------------------------------------- */

enum { MARK_WIDE = 1, EXCHANGED = 2, FORWARD_SHIFT = 2 };
#define WIDE_MARK_C (UINT64_C(1) << 24)
#define WIDE_MARK_D (UINT64_C(1) << 32)

/* The operators with two operands that have forms for wide integers. */
#define WIDE_OPERATORS(X) \
  X(ADD) X(SUB) X(MUL) X(MOD) X(IDIV) X(BAND) X(BOR) X(BXOR) X(SHL) X(SHR)

/* Which operand of the next instruction a forwarded result is, or FORWARD_LATER: it goes to its
   register's twin as it is, for an operator further down. */
typedef enum Forward {
  FORWARD_NONE,
#define OPERATOR_FORWARDS(name) FORWARD_##name##_LEFT, FORWARD_##name##_RIGHT, FORWARD_##name##_K,
  WIDE_OPERATORS(OPERATOR_FORWARDS)
#undef OPERATOR_FORWARDS
  FORWARD_UNM,
  FORWARD_BNOT,
  FORWARD_LATER,
  FORWARD_COUNT
} Forward;

STATIC_ASSERT(FORWARD_COUNT << FORWARD_SHIFT <= 256, "marks are one byte");

/* The mark's bit in instructions of this opcode; 0: they cannot be marked. */
ALWAYS_INLINE Instruction opcode_wide_mark(unsigned op) {
  unsigned generic = opcode_infos[op].generic;
  if (generic == OP_MOVE_WIDE || (generic >= OP_ADD && generic <= OP_BNOT))
    return opcode_infos[op].format == FORMAT_ABC ? WIDE_MARK_D : WIDE_MARK_C;
  return 0;
}
/* All of the byte with the marks that is about wide results. */
ALWAYS_INLINE Instruction opcode_wide_marks(unsigned op) {
  return opcode_wide_mark(op) * (UINT8_MAX & ~EXCHANGED);
}
ALWAYS_INLINE bool instruction_is_exchanged(Instruction i) {
  return opcode_wide_mark(instruction_op(i)) == WIDE_MARK_C && (instruction_c(i) & EXCHANGED) != 0;
}
ALWAYS_INLINE bool instruction_is_wide(Instruction i) {
  return (i & opcode_wide_mark(instruction_op(i))) != 0;
}
ALWAYS_INLINE Forward instruction_forward(Instruction i) {
  Instruction mark = opcode_wide_mark(instruction_op(i));
  return mark == 0 ? FORWARD_NONE : (Forward)((uint8_t)(i / mark) >> FORWARD_SHIFT);
}
/* How an instruction, in generic form, takes a result forwarded from one that sets the register;
   FORWARD_NONE: it cannot. */
Forward instruction_takes_forward(Instruction i, unsigned reg);

/* ---- rotations ------------------------------------------------------------------------------- */

/* `x << n | x >> 64 - n` and the like, with the counts in constants or in a variable, is five or
   three instructions; ROTATE or ROTATE_K stands before them, does what they do if x is an integer
   (and n from 0 to 64), and goes on behind them. */
enum { ROTATE_LENGTH = 5, ROTATE_K_LENGTH = 3 };

/* The ROTATE or ROTATE_K (by `length`) for the instructions at `code`; 0: they are no rotation.
   Constants that are operands must be numbers. */
Instruction instruction_rotation(const Instruction *code, unsigned length, const Value *constants);

#endif
