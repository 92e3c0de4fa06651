/* Listings of prototypes: see disassemble.h.
   Layer: bytecode. */
#include "bytecode/disassemble.h"

#include "base/number_text.h"

#include <stdarg.h>
#include <stdio.h>

enum {
  LINE_MAX_BYTES = 512,
  OPERANDS_COLUMN = 34, /* where operands begin, and where what they mean does */
  MEANING_COLUMN = 52,
  SHOWN_STRING = 48 /* bytes of a string constant that are shown */
};

typedef struct Listing {
  const Proto *proto;
  void (*emit)(void *ud, const char *text, size_t n);
  void *ud;
  size_t length; /* of the line under way */
  char line[LINE_MAX_BYTES];
} Listing;

/* ---- putting lines together ------------------------------------------------------------------ */

static void put_char(Listing *out, char c) {
  if (out->length < LINE_MAX_BYTES - 1) out->line[out->length++] = c;
}

static void put_text(Listing *out, const char *text) {
  while (*text != '\0') put_char(out, *text++);
}

__attribute__((format(printf, 2, 3))) static void put(Listing *out, const char *format, ...) {
  char text[LINE_MAX_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  put_text(out, text);
}

static void put_column(Listing *out, size_t column) {
  do put_char(out, ' ');
  while (out->length < column);
}

static void end_line(Listing *out) {
  out->line[out->length++] = '\n';
  out->emit(out->ud, out->line, out->length);
  out->length = 0;
}

/* ---- values and names ------------------------------------------------------------------------ */

static void put_string(Listing *out, const String *s) {
  const char *bytes = string_bytes(s);
  size_t length = string_length(s);
  put_char(out, '"');
  for (size_t i = 0; i < length && i < SHOWN_STRING; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '"' || c == '\\')
      put(out, "\\%c", c);
    else if (c == '\n')
      put_text(out, "\\n");
    else if (c < ' ' || c == 0x7F)
      put(out, "\\%03u", c);
    else
      put_char(out, (char)c);
  }
  put_text(out, length > SHOWN_STRING ? "\"..." : "\"");
}

static void put_value(Listing *out, Value v) {
  char text[NUMBER_TEXT_SIZE];
  if (value_is_string(v)) {
    put_string(out, value_string(v));
  } else if (value_is_double(v)) {
    put(out, "%.*s", (int)double_to_text(value_as_double(v), text), text);
  } else if (value_is_int(v)) {
    put(out, "%.*s", (int)int_to_text(value_as_int(v), text), text);
  } else if (value_is_boolean(v)) {
    put_text(out, v == TRUE ? "true" : "false");
  } else {
    put_text(out, value_is_nil(v) ? "nil" : "?");
  }
}

static void put_constant(Listing *out, uint32_t index) {
  if (index < out->proto->constant_count)
    put_value(out, out->proto->constants[index]);
  else
    put_text(out, "?");
}

static void put_name(Listing *out, const String *name) {
  put_text(out, name != NULL ? string_bytes(name) : "?");
}

static void put_upvalue(Listing *out, unsigned index) {
  bool known = index < out->proto->upvalue_count && out->proto->upvalues != NULL;
  put_name(out, known ? out->proto->upvalues[index].name : NULL);
}

static int line_of(const Proto *p, uint32_t pc) {
  int line = -1;
  for (uint32_t i = 0; i < p->line_count && p->lines[i].pc <= pc; i++) line = p->lines[i].line;
  return line;
}

/* ---- instructions ---------------------------------------------------------------------------- */

static uint32_t jump_target(Instruction i, uint32_t pc) {
  return pc + opcode_words(instruction_op(i)) + instruction_d(i);
}

static void put_operands(Listing *out, Instruction i) {
  unsigned a = instruction_a(i), b = instruction_b(i), c = instruction_c(i);
  unsigned bc = instruction_bc(i), d = instruction_d(i);
  int sd = instruction_sd(i);
  switch ((Format)opcode_infos[instruction_op(i)].format) {
    case FORMAT_NONE: break;
    case FORMAT_A: put(out, "R%u", a); break;
    case FORMAT_AB: put(out, "R%u R%u", a, b); break;
    case FORMAT_ABC: put(out, "R%u R%u R%u", a, b, c); break;
    case FORMAT_AB_N: put(out, "R%u %u", a, b); break;
    case FORMAT_ABC_N: put(out, "R%u %u %u", a, b, c); break;
    case FORMAT_AK: put(out, "R%u K%u", a, d); break;
    case FORMAT_ABK: put(out, "R%u R%u K%u", a, b, d); break;
    case FORMAT_AKC: put(out, "R%u K%u R%u", a, d, c); break;
    case FORMAT_AU: put(out, "R%u U%u", a, b); break;
    case FORMAT_AUK: put(out, "R%u U%u K%u", a, b, d); break;
    case FORMAT_ABI: put(out, "R%u R%u %d", a, b, sd); break;
    case FORMAT_AIC: put(out, "R%u %d R%u", a, sd, c); break;
    case FORMAT_AI: put(out, "R%u %d", a, sd); break;
    case FORMAT_J: put(out, "%+d", sd); break;
    case FORMAT_AJ: put(out, "R%u %+d", a, sd); break;
    case FORMAT_ACJ: put(out, "R%u %u %+d", a, c, sd); break;
    case FORMAT_ABJ: put(out, "R%u R%u %+d", a, b, sd); break;
    case FORMAT_AKJ: put(out, "R%u K%u %+d", a, bc, sd); break;
    case FORMAT_AP: put(out, "R%u P%u", a, d); break;
    case FORMAT_ABCI: put(out, "R%u R%u %u %d", a, b, c, sd); break;
    case FORMAT_TABLE: put(out, "R%u %u %u", a, bc, d); break;
  }
  if (instruction_is_exchanged(i)) put_text(out, " exchanged");
  Forward forward = instruction_forward(i);
  if (forward != FORWARD_NONE)
    put_text(out, forward == FORWARD_LATER ? " later" : " forward");
  else if (instruction_is_wide(i))
    put_text(out, " wide");
}

/* What the operands name: constants, upvalues, jump targets, prototypes. */
static void put_meaning(Listing *out, Instruction i, uint32_t pc) {
  size_t before = out->length;
  put_column(out, MEANING_COLUMN);
  put_text(out, "; ");
  size_t start = out->length;
  switch ((Format)opcode_infos[instruction_op(i)].format) {
    case FORMAT_AK:
    case FORMAT_ABK:
    case FORMAT_AKC: put_constant(out, instruction_d(i)); break;
    case FORMAT_AU: put_upvalue(out, instruction_b(i)); break;
    case FORMAT_AUK:
      put_upvalue(out, instruction_b(i));
      put_char(out, ' ');
      put_constant(out, instruction_d(i));
      break;
    case FORMAT_AKJ: put_constant(out, instruction_bc(i)); /* and the jump: */ /* fall through */
    case FORMAT_J:
    case FORMAT_AJ:
    case FORMAT_ACJ:
    case FORMAT_ABJ: put(out, "%sto %u", out->length > start ? " " : "", jump_target(i, pc)); break;
    case FORMAT_AP:
      if (instruction_d(i) < out->proto->proto_count)
        put(out, "line %d", (int)out->proto->protos[instruction_d(i)]->line_defined);
      break;
    default: break;
  }
  if (out->length == start) out->length = before;
}

/* Field caches: see instruction.h. */
static void put_cache(Listing *out, const Proto *p, uint32_t pc) {
  Instruction i = p->code[pc];
  if (opcode_words(instruction_op(i)) != 3 || pc + 2 >= p->code_count) return;
  uint64_t first = p->code[pc + 1], second = p->code[pc + 2];
  if (first == 0 && second == 0) return;
  if (strstr(opcode_names[instruction_op(i)], "_NODE") != NULL) {
    put(out, "  [node %u]", (unsigned)first);
    return;
  }
  put(out, "  [shape %u slot %u", (unsigned)(uint32_t)first, (unsigned)(uint16_t)(first >> 32));
  if (second != 0) put(out, " epoch %u", (unsigned)(second >> 48));
  put_char(out, ']');
}

static void list_instruction(Listing *out, const Proto *p, uint32_t pc) {
  Instruction i = p->code[pc];
  int line = line_of(p, pc);
  if (line >= 0)
    put(out, "%5u  [%d]", pc, line);
  else
    put(out, "%5u  [-]", pc);
  put_column(out, 14);
  if (instruction_op(i) >= OPCODE_COUNT) {
    put(out, "invalid 0x%016llx", (unsigned long long)i);
  } else {
    put_text(out, opcode_names[instruction_op(i)]);
    size_t name_end = out->length;
    put_column(out, OPERANDS_COLUMN);
    size_t operands = out->length;
    put_operands(out, i);
    if (out->length == operands) out->length = name_end;
    put_meaning(out, i, pc);
    put_cache(out, p, pc);
  }
  end_line(out);
}

/* ---- prototypes ------------------------------------------------------------------------------ */

static void list_heading(Listing *out, const Proto *p) {
  put_text(out, p->line_defined == 0 ? "main <" : "function <");
  if (p->source != NULL) {
    const char *source = string_bytes(p->source);
    put_text(out, *source == '@' || *source == '=' ? source + 1 : "string");
  } else {
    put_char(out, '?');
  }
  put(out, ":%d,%d>", (int)p->line_defined, (int)p->last_line_defined);
  end_line(out);
  put(out, "%u%s params, %u registers, %u upvalues, %u words, %u constants, %u functions",
      p->param_count, p->is_vararg ? "+" : "", p->max_stack, p->upvalue_count, p->code_count,
      p->constant_count, p->proto_count);
  end_line(out);
}

static void list_tables(Listing *out, const Proto *p) {
  for (uint32_t i = 0; i < p->constant_count; i++) {
    put(out, "  K%u = ", i);
    put_value(out, p->constants[i]);
    end_line(out);
  }
  for (uint32_t i = 0; i < p->local_count; i++) {
    put(out, "  local ");
    put_name(out, p->locals[i].name);
    put(out, " = R%u, %u..%u", p->locals[i].reg, p->locals[i].start_pc, p->locals[i].end_pc);
    end_line(out);
  }
  for (uint32_t i = 0; i < p->upvalue_count; i++) {
    put(out, "  upvalue U%u = ", i);
    put_upvalue(out, i);
    if (p->upvalues != NULL)
      put(out, ", enclosing %s%u", p->upvalues[i].in_stack ? "R" : "U", p->upvalues[i].index);
    end_line(out);
  }
}

static void list_proto(Listing *out, const Proto *p) {
  out->proto = p;
  list_heading(out, p);
  uint32_t pc = 0;
  while (pc < p->code_count) {
    list_instruction(out, p, pc);
    unsigned op = instruction_op(p->code[pc]);
    pc += op < OPCODE_COUNT ? opcode_words(op) : 1;
  }
  list_tables(out, p);
}

void disassemble_proto(const Proto *p, bool recursive,
                       void (*emit)(void *ud, const char *text, size_t n), void *ud) {
  Listing out = {.emit = emit, .ud = ud};
  list_proto(&out, p);
  for (uint32_t i = 0; recursive && i < p->proto_count; i++) {
    end_line(&out);
    disassemble_proto(p->protos[i], true, emit, ud);
  }
}
