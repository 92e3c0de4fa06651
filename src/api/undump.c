/* Reading binary chunks: see chunk.h.
   Layer: api.

   No count in a chunk is believed: items are collected one by one in scratch memory, which is
   a stack, since functions nest, and grows with what was read; an array of the exact size is made
   when all are there. So a prototype is well formed at every moment, whatever error comes in
   between, and a short chunk cannot ask for much memory. */
#include "api/chunk.h"
#include "bytecode/instruction.h"
#include "bytecode/verify.h"
#include "runtime/function.h"
#include "runtime/number.h"
#include "runtime/string.h"
#include "runtime/throw.h"

typedef struct Undump {
  State *L;
  lua_Reader reader;
  void *data;
  const char *name;
  const char *at; /* unread bytes of the current piece */
  size_t left;
  unsigned nesting;
  char *scratch;
  size_t scratch_used; /* a multiple of 8 */
  size_t scratch_capacity;
  Proto *result;
} Undump;

/* ---- errors ---------------------------------------------------------------------------------- */

static _Noreturn void fail(Undump *u, const char *why) {
  const char *name = u->name;
  if (name[0] == '@' || name[0] == '=')
    name++;
  else if (name[0] == LUA_SIGNATURE[0])
    name = "binary string";
  text_format(u->L, "%s: bad binary format (%s)", name, why);
  error_throw(u->L, LUA_ERRSYNTAX);
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static void next_piece(Undump *u) {
  u->at = u->reader(u->L, u->data, &u->left);
  if (u->at == NULL || u->left == 0) fail(u, "truncated chunk");
}

static void read_bytes(Undump *u, void *to, size_t size) {
  for (char *end = to; size > 0;) {
    if (u->left == 0) next_piece(u);
    size_t n = size < u->left ? size : u->left;
    memcpy(end, u->at, n);
    end += n;
    u->at += n;
    u->left -= n;
    size -= n;
  }
}

static unsigned read_byte(Undump *u) {
  uint8_t byte;
  read_bytes(u, &byte, 1);
  return byte;
}

static uint64_t read_varint(Undump *u, uint64_t limit) {
  uint64_t n = 0;
  for (unsigned shift = 0;; shift += 7) {
    unsigned byte = read_byte(u);
    if (shift > 63 || (shift == 63 && byte > 1)) fail(u, "integer overflow");
    n |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  if (n > limit) fail(u, "integer overflow");
  return n;
}

static uint32_t read_count(Undump *u) { return (uint32_t)read_varint(u, INT32_MAX); }

static int64_t read_signed(Undump *u) {
  uint64_t n = read_varint(u, UINT64_MAX);
  return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

/* ---- scratch memory -------------------------------------------------------------------------- */

/* Room for `size` more bytes, which are in use from now on. */
static void *scratch_push(Undump *u, size_t size) {
  size_t needed = u->scratch_used + ((size + 7) & ~(size_t)7);
  if (needed > u->scratch_capacity) {
    size_t capacity = u->scratch_capacity * 2 > needed ? u->scratch_capacity * 2 : needed + 1024;
    u->scratch = memory_reallocate(u->L, u->scratch, u->scratch_capacity, capacity);
    u->scratch_capacity = capacity;
  }
  void *room = u->scratch + u->scratch_used;
  u->scratch_used = needed;
  return room;
}

/* Takes back all that lies above `mark`, and leaves an array of its `size` bytes. */
static void *scratch_take(Undump *u, size_t mark, size_t size) {
  void *array = memory_allocate(u->L, size);
  if (size > 0) memcpy(array, u->scratch + mark, size);
  u->scratch_used = mark;
  return array;
}

/* ---- strings and constants ------------------------------------------------------------------- */

/* The bytes come in steps, so that a length is only as good as the bytes behind it. */
static String *read_long_string(Undump *u, size_t length) {
  enum { STEP = 1 << 16 };
  if (length <= u->left) {
    String *s = string_new(u->L, u->at, length);
    u->at += length;
    u->left -= length;
    return s;
  }
  size_t mark = u->scratch_used;
  for (size_t done = 0; done < length; done += STEP) {
    size_t n = length - done < STEP ? length - done : STEP;
    read_bytes(u, scratch_push(u, n), n);
  }
  String *s = string_new(u->L, u->scratch + mark, length);
  u->scratch_used = mark;
  return s;
}

static String *read_string(Undump *u) {
  uint64_t size = read_varint(u, SIZE_MAX / 2);
  if (size == 0) return NULL;
  if (size - 1 > SHORT_STRING_MAX) return read_long_string(u, size - 1);
  char bytes[SHORT_STRING_MAX];
  read_bytes(u, bytes, size - 1);
  return string_intern(u->L, bytes, size - 1);
}

static Value read_constant(Undump *u) {
  switch (read_byte(u)) {
    case CHUNK_NIL: return NIL;
    case CHUNK_FALSE: return FALSE;
    case CHUNK_TRUE: return TRUE;
    case CHUNK_INT: return value_from_int(u->L, read_signed(u));
    case CHUNK_DOUBLE: {
      double number;
      read_bytes(u, &number, sizeof number);
      return value_from_foreign_double(number);
    }
    case CHUNK_STRING: {
      const String *s = read_string(u);
      if (s != NULL) return value_from_string(s);
    } /* fall through */
    default: fail(u, "invalid constant");
  }
}

/* ---- functions ------------------------------------------------------------------------------- */

/* The collector looks at the caches of all code, that of a refused function too: so opcodes are
   checked here already. */
static void read_code(Undump *u, Proto *p) {
  size_t mark = u->scratch_used;
  size_t words = 0;
  for (uint32_t n = read_count(u); n > 0; n--) {
    Instruction i;
    read_bytes(u, &i, sizeof i);
    unsigned op = instruction_op(i);
    if (op >= OPCODE_COUNT || opcode_infos[op].generic != op) fail(u, "unknown instruction");
    size_t size = opcode_words(op);
    Instruction *code = scratch_push(u, size * sizeof i);
    memset(code, 0, size * sizeof i);
    code[0] = i;
    words += size;
  }
  if (words > INT32_MAX) fail(u, "integer overflow");
  p->code = scratch_take(u, mark, words * sizeof(Instruction));
  p->code_count = (uint32_t)words;
}

static void read_constants(Undump *u, Proto *p) {
  size_t mark = u->scratch_used;
  uint32_t count = read_count(u);
  for (uint32_t i = 0; i < count; i++) {
    Value v = read_constant(u);
    *(Value *)scratch_push(u, sizeof v) = v;
  }
  p->constants = scratch_take(u, mark, count * sizeof(Value));
  p->constant_count = count;
}

static Proto *read_function(Undump *u, String *parent_source);

static void read_protos(Undump *u, Proto *p) {
  size_t mark = u->scratch_used;
  uint32_t count = read_count(u);
  for (uint32_t i = 0; i < count; i++) {
    Proto *child = read_function(u, p->source);
    *(Proto **)scratch_push(u, sizeof child) = child;
  }
  p->protos = scratch_take(u, mark, count * sizeof(Proto *));
  p->proto_count = count;
}

static void read_lines(Undump *u, Proto *p) {
  size_t mark = u->scratch_used;
  uint32_t count = read_count(u);
  uint64_t pc = 0, line = 0;
  for (uint32_t i = 0; i < count; i++) {
    pc += read_varint(u, INT32_MAX);
    line += (uint64_t)read_signed(u);
    if (pc > INT32_MAX || line > INT32_MAX) fail(u, "integer overflow");
    *(LineEntry *)scratch_push(u, sizeof(LineEntry)) = (LineEntry){(uint32_t)pc, (int32_t)line};
  }
  p->lines = scratch_take(u, mark, count * sizeof(LineEntry));
  p->line_count = count;
}

static void read_locals(Undump *u, Proto *p) {
  size_t mark = u->scratch_used;
  uint32_t count = read_count(u);
  for (uint32_t i = 0; i < count; i++) {
    LocalVariable local = {.name = read_string(u)};
    if (local.name == NULL) fail(u, "variable without a name");
    local.start_pc = read_count(u);
    local.end_pc = read_count(u);
    local.reg = (uint8_t)read_byte(u);
    *(LocalVariable *)scratch_push(u, sizeof local) = local;
  }
  p->locals = scratch_take(u, mark, count * sizeof(LocalVariable));
  p->local_count = count;
}

static void read_upvalues(Undump *u, Proto *p, unsigned count) {
  size_t mark = u->scratch_used;
  for (unsigned i = 0; i < count; i++) {
    UpvalueDesc upvalue = {.name = NULL};
    upvalue.in_stack = read_byte(u) != 0;
    upvalue.index = (uint8_t)read_byte(u);
    upvalue.kind = (uint8_t)read_byte(u);
    if (upvalue.kind > VARIABLE_COMPILE_TIME) fail(u, "invalid upvalue");
    *(UpvalueDesc *)scratch_push(u, sizeof upvalue) = upvalue;
  }
  p->upvalues = scratch_take(u, mark, count * sizeof(UpvalueDesc));
  p->upvalue_count = (uint8_t)count;
  uint32_t names = read_count(u);
  if (names > count) fail(u, "invalid upvalue");
  for (uint32_t i = 0; i < names; i++) p->upvalues[i].name = read_string(u);
}

static void verify(Undump *u, const Proto *p) {
  size_t mark = u->scratch_used;
  const char *problem = verify_proto(p, scratch_push(u, verify_workspace_size(p)));
  u->scratch_used = mark;
  if (problem != NULL) fail(u, problem);
}

static Proto *read_function(Undump *u, String *parent_source) {
  if (++u->nesting > CHUNK_MAX_NESTING) fail(u, "functions nested too deeply");
  Proto *p = proto_new(u->L);
  String *source = read_string(u);
  p->source = source != NULL ? source : parent_source;
  p->line_defined = (int32_t)read_count(u);
  p->last_line_defined = (int32_t)read_count(u);
  p->param_count = (uint8_t)read_byte(u);
  p->is_vararg = read_byte(u) != 0;
  p->max_stack = (uint8_t)read_byte(u);
  unsigned upvalue_count = read_byte(u);
  read_code(u, p);
  read_constants(u, p);
  read_protos(u, p);
  read_lines(u, p);
  read_locals(u, p);
  read_upvalues(u, p, upvalue_count);
  verify(u, p);
  u->nesting--;
  return p;
}

/* ---- the head -------------------------------------------------------------------------------- */

static void check_bytes(Undump *u, const void *expected, size_t size, const char *problem) {
  char bytes[16];
  read_bytes(u, bytes, size);
  if (memcmp(bytes, expected, size) != 0) fail(u, problem);
}

static void check_byte(Undump *u, unsigned expected, const char *problem) {
  if (read_byte(u) != expected) fail(u, problem);
}

static void check_head(Undump *u) {
  const int64_t integer = CHUNK_INTEGER;
  const double number = CHUNK_FLOAT;
  const uint32_t fingerprint = chunk_fingerprint();
  check_bytes(u, LUA_SIGNATURE, sizeof LUA_SIGNATURE - 1, "not a binary chunk");
  check_byte(u, CHUNK_VERSION, "version mismatch");
  check_byte(u, CHUNK_FORMAT, "format mismatch");
  check_bytes(u, CHUNK_DATA, sizeof CHUNK_DATA - 1, "corrupted chunk");
  check_byte(u, CHUNK_INSTRUCTION_SIZE, "Instruction size mismatch");
  check_byte(u, sizeof integer, "lua_Integer size mismatch");
  check_byte(u, sizeof number, "lua_Number size mismatch");
  check_bytes(u, &integer, sizeof integer, "integer format mismatch");
  check_bytes(u, &number, sizeof number, "float format mismatch");
  check_bytes(u, CHUNK_MARK, sizeof CHUNK_MARK - 1, "not a chunk of Ferrous");
  check_bytes(u, &fingerprint, sizeof fingerprint, "made by another version of Ferrous");
}

static void undump_body(State *L, void *data) {
  (void)L;
  Undump *u = data;
  check_head(u);
  u->result = read_function(u, NULL);
}

Proto *undump_chunk(State *L, lua_Reader reader, void *data, const char *name) {
  Undump u = {.L = L, .reader = reader, .data = data, .name = name};
  int status = protect_run(L, undump_body, &u, NULL);
  memory_free(L->heap, u.scratch, u.scratch_capacity);
  if (status != LUA_OK) error_throw(L, status);
  return u.result;
}
