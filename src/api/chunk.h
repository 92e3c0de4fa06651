/* Binary chunks: functions as bytes.
   Layer: api.

   The format
   ----------
   head      the bytes that every Lua 5.4 chunk starts with: "\x1bLua", 0x54, 0,
             "\x19\x93\r\n\x1a\n", the sizes 4, 8, 8, an integer 0x5678 and a float 370.5 in
             the machine's order; so programs that sniff for a 5.4 chunk know it, and a chunk of
             another machine is told apart
   mark      "Fe", and 4 bytes that stand for the list of opcodes: code of another build, or of the
             reference implementation, is refused
   function  source string; line_defined, last_line_defined; the bytes param_count, is_vararg,
             max_stack, upvalue_count; then, each with its count in front, code, constants,
             prototypes, lines, locals; upvalues and their names (count 0 when stripped)

   Numbers are varints: 7 bits a byte, low ones first, the high bit says that more follow; signed
   ones zigzag. A string is its length plus one, 0 for none, and its bytes; a function whose source
   is none has its parent's. Instructions are 8 bytes each, as generic opcodes and without
   cache words: what the interpreter learnt is not written.

   Whatever the bytes are, undump_chunk yields a prototype that passed the verifier, or an error:
   see bytecode/verify.h. */
#ifndef FERROUS_API_CHUNK_H
#define FERROUS_API_CHUNK_H

#include "object/object.h"

#include "lua.h"

#define CHUNK_VERSION 0x54
#define CHUNK_FORMAT 0
#define CHUNK_DATA "\x19\x93\r\n\x1a\n"
#define CHUNK_MARK "Fe"
#define CHUNK_INTEGER INT64_C(0x5678)
#define CHUNK_FLOAT 370.5

enum {
  CHUNK_INSTRUCTION_SIZE = 4, /* what the head says, as the reference's chunks do */
  CHUNK_MAX_NESTING = 200     /* functions within functions: what the compiler allows, too */
};

typedef enum ChunkConstant {
  CHUNK_NIL,
  CHUNK_FALSE,
  CHUNK_TRUE,
  CHUNK_INT,
  CHUNK_DOUBLE,
  CHUNK_STRING
} ChunkConstant;

/* A number that stands for the opcodes of this build and their formats. */
uint32_t chunk_fingerprint(void);

/* The writer's first result that is not 0, else 0. */
int dump_chunk(State *L, const Proto *p, lua_Writer writer, void *data, bool strip);

/* The main function. name is the chunk's, for messages. Raises LUA_ERRSYNTAX, LUA_ERRMEM, or
   what the reader does. Collections must be off. */
Proto *undump_chunk(State *L, lua_Reader reader, void *data, const char *name);

#endif
