/* Writing binary chunks: see chunk.h.
   Layer: api. */
#include "api/chunk.h"
#include "bytecode/instruction.h"

typedef struct Dump {
  State *L;
  lua_Writer writer;
  void *data;
  int status; /* the writer's first result that is not 0: then nothing more is written */
  bool strip;
  size_t used;
  char buffer[1024];
} Dump;

uint32_t chunk_fingerprint(void) {
  uint32_t hash = UINT32_C(2166136261);
  for (int op = 0; op < OPCODE_COUNT; op++) {
    const OpcodeInfo *info = &opcode_infos[op];
    for (const char *c = opcode_names[op]; *c != '\0'; c++) hash = (hash ^ (uint8_t)*c) * 16777619u;
    hash = (hash ^ info->format) * 16777619u;
    hash = (hash ^ info->words) * 16777619u;
  }
  return hash;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static void write_out(Dump *d, const void *bytes, size_t size) {
  if (d->status == 0 && size > 0) d->status = d->writer(d->L, bytes, size, d->data);
}

static void dump_flush(Dump *d) {
  write_out(d, d->buffer, d->used);
  d->used = 0;
}

static void dump_bytes(Dump *d, const void *bytes, size_t size) {
  if (size > sizeof d->buffer - d->used) dump_flush(d);
  if (size > sizeof d->buffer) {
    write_out(d, bytes, size);
  } else if (size > 0) {
    memcpy(d->buffer + d->used, bytes, size);
    d->used += size;
  }
}

static void dump_byte(Dump *d, unsigned byte) {
  char c = (char)byte;
  dump_bytes(d, &c, 1);
}

static void dump_varint(Dump *d, uint64_t n) {
  for (; n > 0x7F; n >>= 7) dump_byte(d, (n & 0x7F) | 0x80);
  dump_byte(d, (unsigned)n);
}

static void dump_signed(Dump *d, int64_t n) {
  dump_varint(d, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
}

static void dump_string(Dump *d, const String *s) {
  if (s == NULL) {
    dump_varint(d, 0);
    return;
  }
  dump_varint(d, (uint64_t)string_length(s) + 1);
  dump_bytes(d, string_bytes(s), string_length(s));
}

/* ---- functions ------------------------------------------------------------------------------- */

static uint32_t next_pc(const Proto *p, uint32_t pc) {
  return pc + opcode_words(instruction_op(p->code[pc]));
}

static void dump_code(Dump *d, const Proto *p) {
  uint32_t count = 0;
  for (uint32_t pc = 0; pc < p->code_count; pc = next_pc(p, pc)) count++;
  dump_varint(d, count);
  for (uint32_t pc = 0; pc < p->code_count; pc = next_pc(p, pc)) {
    Instruction i = p->code[pc];
    unsigned op = opcode_infos[instruction_op(i)].generic;
    Instruction generic = (i & ~(Instruction)0xFF) | op;
    if (op == OP_CALL || op == OP_TAIL_CALL) generic &= UINT32_MAX; /* D is a cache */
    dump_bytes(d, &generic, sizeof generic);
  }
}

static void dump_constant(Dump *d, Value v) {
  if (value_is_string(v)) {
    dump_byte(d, CHUNK_STRING);
    dump_string(d, value_string(v));
  } else if (value_is_int(v)) {
    dump_byte(d, CHUNK_INT);
    dump_signed(d, value_as_int(v));
  } else if (value_is_double(v)) {
    double number = value_as_double(v);
    dump_byte(d, CHUNK_DOUBLE);
    dump_bytes(d, &number, sizeof number);
  } else {
    dump_byte(d, v == NIL ? CHUNK_NIL : v == TRUE ? CHUNK_TRUE : CHUNK_FALSE);
  }
}

static void dump_lines(Dump *d, const Proto *p) {
  dump_varint(d, p->line_count);
  LineEntry last = {0, 0};
  for (uint32_t i = 0; i < p->line_count; i++) {
    dump_varint(d, p->lines[i].pc - last.pc);
    dump_signed(d, (int64_t)p->lines[i].line - last.line);
    last = p->lines[i];
  }
}

static void dump_locals(Dump *d, const Proto *p) {
  dump_varint(d, p->local_count);
  for (uint32_t i = 0; i < p->local_count; i++) {
    const LocalVariable *local = &p->locals[i];
    dump_string(d, local->name);
    dump_varint(d, local->start_pc);
    dump_varint(d, local->end_pc);
    dump_byte(d, local->reg);
  }
}

static void dump_upvalues(Dump *d, const Proto *p) {
  for (unsigned i = 0; i < p->upvalue_count; i++) {
    dump_byte(d, p->upvalues[i].in_stack);
    dump_byte(d, p->upvalues[i].index);
    dump_byte(d, p->upvalues[i].kind);
  }
  dump_varint(d, d->strip ? 0 : p->upvalue_count);
  for (unsigned i = 0; !d->strip && i < p->upvalue_count; i++)
    dump_string(d, p->upvalues[i].name);
}

static void dump_function(Dump *d, const Proto *p, const String *parent_source) {
  dump_string(d, d->strip || p->source == parent_source ? NULL : p->source);
  dump_varint(d, (uint32_t)p->line_defined);
  dump_varint(d, (uint32_t)p->last_line_defined);
  dump_byte(d, p->param_count);
  dump_byte(d, p->is_vararg);
  dump_byte(d, p->max_stack);
  dump_byte(d, p->upvalue_count);
  dump_code(d, p);
  dump_varint(d, p->constant_count);
  for (uint32_t i = 0; i < p->constant_count; i++) dump_constant(d, p->constants[i]);
  dump_varint(d, p->proto_count);
  for (uint32_t i = 0; i < p->proto_count; i++) dump_function(d, p->protos[i], p->source);
  if (d->strip) {
    dump_varint(d, 0);
    dump_varint(d, 0);
  } else {
    dump_lines(d, p);
    dump_locals(d, p);
  }
  dump_upvalues(d, p);
}

static void dump_head(Dump *d) {
  const int64_t integer = CHUNK_INTEGER;
  const double number = CHUNK_FLOAT;
  const uint32_t fingerprint = chunk_fingerprint();
  dump_bytes(d, LUA_SIGNATURE, sizeof LUA_SIGNATURE - 1);
  dump_byte(d, CHUNK_VERSION);
  dump_byte(d, CHUNK_FORMAT);
  dump_bytes(d, CHUNK_DATA, sizeof CHUNK_DATA - 1);
  dump_byte(d, CHUNK_INSTRUCTION_SIZE);
  dump_byte(d, sizeof integer);
  dump_byte(d, sizeof number);
  dump_bytes(d, &integer, sizeof integer);
  dump_bytes(d, &number, sizeof number);
  dump_bytes(d, CHUNK_MARK, sizeof CHUNK_MARK - 1);
  dump_bytes(d, &fingerprint, sizeof fingerprint);
}

int dump_chunk(State *L, const Proto *p, lua_Writer writer, void *data, bool strip) {
  Dump d = {.L = L, .writer = writer, .data = data, .strip = strip};
  dump_head(&d);
  dump_function(&d, p, NULL);
  dump_flush(&d);
  return d.status;
}
