/* The code generator: what snippets compile to, as the disassembler lists it. */
#include "unit_state.h"

#include "bytecode/disassemble.h"
#include "compiler/compile.h"

typedef struct Source {
  const char *text;
  size_t length;
  size_t piece; /* bytes that the reader hands out at a time */
} Source;

typedef struct Job {
  Source source;
  Proto *result;
} Job;

static const char *read_source(State *L, void *data, size_t *size) {
  (void)L;
  Source *source = data;
  *size = source->length < source->piece ? source->length : source->piece;
  const char *piece = source->text;
  source->text += *size;
  source->length -= *size;
  return piece;
}

static void compile_job(State *L, void *data) {
  Job *job = data;
  compile_open(L);
  job->result = compile(L, read_source, &job->source, "=t");
}

static Proto *compile_text(State *L, const char *text, size_t piece) {
  Job job = {{text, strlen(text), piece}, NULL};
  const char *message = error_of(L, compile_job, &job);
  if (*message != '\0') fail_msg("%s\nin %s", message, text);
  return job.result;
}

/* ---- listings, reduced to what the generator decides ---------------------------------------- */

static char listing[16384];
static size_t listing_length;

static void collect(void *ud, const char *text, size_t n) {
  (void)ud;
  assert_true(listing_length + n < sizeof listing);
  memcpy(listing + listing_length, text, n);
  listing_length += n;
  listing[listing_length] = '\0';
}

/* Appends an instruction's line with its blanks joined and its source line left out: "2 MOVE R0
   R1". */
static void reduce_line(char **out, const char *line, const char *end) {
  const char *open = memchr(line, '[', (size_t)(end - line));
  if (open == NULL || (size_t)strspn(line, " 0123456789") != (size_t)(open - line)) return;
  const char *p = line + strspn(line, " ");
  while (*p != ' ') *(*out)++ = *p++;
  for (p = strchr(open, ']') + 1; p < end;) {
    size_t blanks = strspn(p, " ");
    if (blanks > 0 && p + blanks < end) *(*out)++ = ' ';
    for (p += blanks; p < end && *p != ' ';) *(*out)++ = *p++;
  }
  *(*out)++ = '\n';
}

static const char *instructions_of(const Proto *p) {
  static char reduced[sizeof listing];
  listing_length = 0;
  disassemble_proto(p, false, collect, NULL);
  char *out = reduced;
  for (const char *line = listing; *line != '\0';) {
    const char *end = strchr(line, '\n');
    reduce_line(&out, line, end);
    line = end + 1;
  }
  *out = '\0';
  return reduced;
}

/* The body becomes that of a function with these parameters. */
static void expect_code(State *L, const char *parameters, const char *body, const char *expected) {
  char text[1024];
  snprintf(text, sizeof text, "local function f(%s) %s end", parameters, body);
  for (size_t piece = 1; piece <= sizeof text; piece += sizeof text - 1) {
    const Proto *p = compile_text(L, text, piece)->protos[0];
    const char *found = instructions_of(p);
    if (strcmp(found, expected) != 0) fail_msg("%s\n%sinstead of\n%s", body, found, expected);
  }
}

/* Temporaries are passed on to the operator that reads them; a rotation has its own instruction
   before it. */
static void test_temporaries(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "return (a ~ b) * 3 % 7 + b",
              "0 BXOR R2 R0 R1 forward\n"
              "1 MUL_K R2 R2 K0 forward ; 3\n"
              "2 MOD_K R2 R2 K1 forward ; 7\n"
              "3 ADD R2 R2 R1\n"
              "4 RETURN_1 R2\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "return (a ~ b) - (a & b), (a & 255) + (b + 1), (a + b) * 2.5",
              "0 BXOR R2 R0 R1 later\n"
              "1 BAND R3 R0 R1 forward\n"
              "2 SUB R2 R2 R3\n"
              "3 BAND_K R3 R0 K0 wide ; 255\n"
              "4 ADD_K R4 R1 K1 forward ; 1\n"
              "5 ADD R3 R3 R4\n"
              "6 ADD R4 R0 R1 wide\n"
              "7 MUL_K R4 R4 K2 ; 2.5\n"
              "8 RETURN R2 4 0\n"
              "9 RETURN_0\n");
  expect_code(L, "a, b", "return a << 13 | a >> 51, a << 13 ~ a >> 7",
              "0 ROTATE_K R0 51 13\n"
              "1 SHL_K R2 R0 K0 later ; 13\n"
              "2 SHR_K R3 R0 K1 forward ; 51\n"
              "3 BOR R2 R2 R3\n"
              "4 SHL_K R3 R0 K0 later ; 13\n"
              "5 SHR_K R4 R0 K2 forward ; 7\n"
              "6 BXOR R3 R3 R4\n"
              "7 RETURN R2 3 0\n"
              "8 RETURN_0\n");
  expect_code(L, "a, b", "return a >> b ~ a << (64 - b)",
              "0 ROTATE R0 1 R1\n"
              "1 SHR R2 R0 R1 later\n"
              "2 LOAD_INT R3 64\n"
              "3 SUB R3 R3 R1 forward\n"
              "4 SHL R3 R0 R3 forward\n"
              "5 BXOR R2 R2 R3\n"
              "6 RETURN_1 R2\n"
              "7 RETURN_0\n");
}

/* An upvalue that is fetched behind its key, or whose key is in a register, gets its item at once. */
static void test_upvalue_items(void **state) {
  State *L = *state;
  expect_code(L, "a", "local b = _ENV[a] return _ENV[a + 1], _ENV[1], _ENV[_ENV]",
              "0 GET_UPVALUE_ITEM R1 U0 ; _ENV\n"
              "1 GET_INDEX R1 R1 R0\n"
              "2 ADD_K R2 R0 K0 wide ; 1\n"
              "3 GET_UPVALUE_ITEM R3 U0 ; _ENV\n"
              "4 GET_INDEX R2 R3 R2\n"
              "5 GET_UPVALUE R3 U0 ; _ENV\n"
              "6 GET_INT R3 R3 1\n"
              "7 GET_UPVALUE R4 U0 ; _ENV\n"
              "8 GET_UPVALUE R5 U0 ; _ENV\n"
              "9 GET_INDEX R4 R4 R5\n"
              "10 RETURN R2 4 0\n"
              "11 RETURN_0\n");
}

/* Constants and locals are operands; results go to their target. */
static void test_operands(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "local c = a + b return c",
              "0 ADD R2 R0 R1\n"
              "1 RETURN_1 R2\n"
              "2 RETURN_0\n");
  expect_code(L, "a, b", "local c = a + 1; c = c * 2.5; return c",
              "0 ADD_K R2 R0 K0 ; 1\n"
              "1 MUL_K R2 R2 K1 ; 2.5\n"
              "2 RETURN_1 R2\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "a = b; b = a; a = a",
              "0 MOVE R0 R1\n"
              "1 MOVE R1 R0\n"
              "2 RETURN_0\n");
  expect_code(L, "a, b", "return 1 - a",
              "0 LOAD_INT R2 1\n"
              "1 SUB R2 R2 R0\n"
              "2 RETURN_1 R2\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "return a.x.y + a[1] + a[b]",
              "0 GET_FIELD R2 R0 K0 ; \"x\"\n"
              "3 GET_FIELD R2 R2 K1 ; \"y\"\n"
              "6 GET_INT R3 R0 1\n"
              "7 ADD R2 R2 R3 later\n"
              "8 GET_INDEX R3 R0 R1\n"
              "9 ADD R2 R2 R3\n"
              "10 RETURN_1 R2\n"
              "11 RETURN_0\n");
  expect_code(L, "a, b", "a.x = b.y; a[b] = 1; a[2] = nil",
              "0 GET_FIELD R2 R1 K0 ; \"y\"\n"
              "3 SET_FIELD R0 K1 R2 ; \"x\"\n"
              "6 LOAD_INT R2 1\n"
              "7 SET_INDEX R0 R1 R2\n"
              "8 LOAD_NIL R2 0\n"
              "9 SET_INT R0 2 R2\n"
              "10 RETURN_0\n");
  expect_code(L, "a, b", "return -a, ~b, #a, not b",
              "0 UNM R2 R0\n"
              "1 BNOT R3 R1\n"
              "2 LEN R4 R0\n"
              "3 NOT R5 R1\n"
              "4 RETURN R2 5 0\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "return a .. b .. 'x' .. 1",
              "0 MOVE R2 R0\n"
              "1 MOVE R3 R1\n"
              "2 LOAD_CONSTANT R4 K0 ; \"x\"\n"
              "3 LOAD_INT R5 1\n"
              "4 CONCAT R2 R2 R4\n"
              "5 RETURN_1 R2\n"
              "6 RETURN_0\n");
}

/* Constant folding. */
static void test_folding(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "return 2 + 3 * 4, 7 // 2, 1 << 62, 10 / 4, 2 ^ 10, -(3), ~0",
              "0 LOAD_INT R2 14\n"
              "1 LOAD_INT R3 3\n"
              "2 LOAD_CONSTANT R4 K0 ; 4611686018427387904\n"
              "3 LOAD_CONSTANT R5 K1 ; 2.5\n"
              "4 LOAD_CONSTANT R6 K2 ; 1024.0\n"
              "5 LOAD_INT R7 -3\n"
              "6 LOAD_INT R8 -1\n"
              "7 RETURN R2 8 0\n"
              "8 RETURN_0\n");
  expect_code(L, "a, b", "return 1 // 0, 1 % 0, 0.0 * -1, 0 / 0",
              "0 LOAD_INT R2 1\n"
              "1 IDIV_K R2 R2 K0 ; 0\n"
              "2 LOAD_INT R3 1\n"
              "3 MOD_K R3 R3 K0 ; 0\n"
              "4 LOAD_CONSTANT R4 K1 ; 0.0\n"
              "5 MUL_K R4 R4 K2 ; -1\n"
              "6 LOAD_INT R5 0\n"
              "7 DIV_K R5 R5 K0 ; 0\n"
              "8 RETURN R2 5 0\n"
              "9 RETURN_0\n");
  expect_code(L, "a, b", "local c <const> = 10; local d <const> = -c; return c + d * 2 + a",
              "0 ADD_K R2 R0 K0 exchanged ; -10\n"
              "1 RETURN_1 R2\n"
              "2 RETURN_0\n");
  expect_code(L, "a, b", "local c <const> = 'x'; return c, not c, not nil, a[c]",
              "0 LOAD_CONSTANT R2 K0 ; \"x\"\n"
              "1 LOAD_FALSE R3\n"
              "2 LOAD_TRUE R4\n"
              "3 GET_FIELD R5 R0 K0 ; \"x\"\n"
              "6 RETURN R2 5 0\n"
              "7 RETURN_0\n");
  expect_code(L, "a, b", "return nil and a, false or b, 1 and a, 1 or b",
              "0 LOAD_NIL R2 0\n"
              "1 MOVE R3 R1\n"
              "2 MOVE R4 R0\n"
              "3 LOAD_INT R5 1\n"
              "4 RETURN R2 5 0\n"
              "5 RETURN_0\n");
}

/* Conditions are compare-and-jump. */
static void test_conditions(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "if a < b then a = 1 end",
              "0 JUMP_NOT_LT R0 R1 +1 ; to 2\n"
              "1 LOAD_INT R0 1\n"
              "2 RETURN_0\n");
  expect_code(L, "a, b", "if a and b or not a then return b end",
              "0 JUMP_IF_NOT R0 +1 ; to 2\n"
              "1 JUMP_IF R1 +1 ; to 3\n"
              "2 JUMP_IF R0 +1 ; to 4\n"
              "3 RETURN_1 R1\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "if not (a == nil) and a >= 10 then return b else return a end",
              "0 JUMP_EQ_K R0 K0 +3 ; nil to 4\n"
              "1 JUMP_NOT_GE_K R0 K1 +2 ; 10 to 4\n"
              "2 RETURN_1 R1\n"
              "3 JUMP +1 ; to 5\n"
              "4 RETURN_1 R0\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "if 5 < a then a = 1 elseif b ~= 'x' then a = 2 end",
              "0 JUMP_NOT_GT_K R0 K0 +2 ; 5 to 3\n"
              "1 LOAD_INT R0 1\n"
              "2 JUMP +2 ; to 5\n"
              "3 JUMP_EQ_K R1 K1 +1 ; \"x\" to 5\n"
              "4 LOAD_INT R0 2\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "while a do a = b end",
              "0 JUMP_IF_NOT R0 +2 ; to 3\n"
              "1 MOVE R0 R1\n"
              "2 JUMP -3 ; to 0\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "repeat local c = a until c == b",
              "0 MOVE R2 R0\n"
              "1 JUMP_NOT_EQ R2 R1 -2 ; to 0\n"
              "2 RETURN_0\n");
  expect_code(L, "a, b", "while a do\n a = b\nend", /* the body has lines of its own */
              "0 JUMP_IF_NOT R0 +2 ; to 3\n"
              "1 MOVE R0 R1\n"
              "2 JUMP_IF R0 -2 ; to 1\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "while a or b < 1 do\n local c = b\nend",
              "0 JUMP_IF R0 +1 ; to 2\n"
              "1 JUMP_NOT_LT_K R1 K0 +3 ; 1 to 5\n"
              "2 MOVE R2 R1\n"
              "3 JUMP_IF R0 -2 ; to 2\n"
              "4 JUMP_LT_K R1 K0 -3 ; 1 to 2\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "while a do\n if b then\n a = b\n end\nend", /* its last line would be missed */
              "0 JUMP_IF_NOT R0 +3 ; to 4\n"
              "1 JUMP_IF_NOT R1 +1 ; to 3\n"
              "2 MOVE R0 R1\n"
              "3 JUMP -4 ; to 0\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "while true do if a then break end end",
              "0 JUMP_IF R0 +1 ; to 2\n"
              "1 JUMP -2 ; to 0\n"
              "2 RETURN_0\n");
}

/* Logical operators as values. */
static void test_values(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "local c = a and b",
              "0 MOVE R2 R0\n"
              "1 JUMP_IF_NOT R2 +1 ; to 3\n"
              "2 MOVE R2 R1\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "local c = a or b or 1",
              "0 MOVE R2 R0\n"
              "1 JUMP_IF R2 +3 ; to 5\n"
              "2 MOVE R2 R1\n"
              "3 JUMP_IF R2 +1 ; to 5\n"
              "4 LOAD_INT R2 1\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "return a == b",
              "0 JUMP_EQ R0 R1 +1 ; to 2\n"
              "1 LOAD_FALSE_SKIP R2\n"
              "2 LOAD_TRUE R2\n"
              "3 RETURN_1 R2\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "return a < 1 and b or 2",
              "0 JUMP_NOT_LT_K R0 K0 +2 ; 1 to 3\n"
              "1 MOVE R2 R1\n"
              "2 JUMP_IF R2 +1 ; to 4\n"
              "3 LOAD_INT R2 2\n"
              "4 RETURN_1 R2\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "a = a or b",
              "0 JUMP_IF R0 +1 ; to 2\n"
              "1 MOVE R0 R1\n"
              "2 RETURN_0\n");
  expect_code(L, "a, b", "a = b and a",
              "0 MOVE R2 R1\n"
              "1 JUMP_IF_NOT R2 +1 ; to 3\n"
              "2 MOVE R2 R0\n"
              "3 MOVE R0 R2\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "return not not a",
              "0 NOT R2 R0\n"
              "1 NOT R2 R2\n"
              "2 RETURN_1 R2\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "return (a and b) + 1",
              "0 MOVE R2 R0\n"
              "1 JUMP_IF_NOT R2 +1 ; to 3\n"
              "2 MOVE R2 R1\n"
              "3 ADD_K R2 R2 K0 ; 1\n"
              "4 RETURN_1 R2\n"
              "5 RETURN_0\n");
}

/* Calls, methods, varargs. */
static void test_calls(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "a(b, 1); local c, d = a(), b(a())",
              "0 MOVE R2 R0\n"
              "1 MOVE R3 R1\n"
              "2 LOAD_INT R4 1\n"
              "3 CALL R2 3 1\n"
              "4 MOVE R2 R0\n"
              "5 CALL R2 1 2\n"
              "6 MOVE R3 R1\n"
              "7 MOVE R4 R0\n"
              "8 CALL R4 1 0\n"
              "9 CALL R3 0 2\n"
              "10 RETURN_0\n");
  expect_code(L, "a, b", "return a:m(b, 1)",
              "0 SELF R2 R0 K0 ; \"m\"\n"
              "3 MOVE R4 R1\n"
              "4 LOAD_INT R5 1\n"
              "5 TAIL_CALL R2 4\n"
              "6 RETURN_0\n");
  expect_code(L, "a, b", "return a(b), 1",
              "0 MOVE R2 R0\n"
              "1 MOVE R3 R1\n"
              "2 CALL R2 2 2\n"
              "3 LOAD_INT R3 1\n"
              "4 RETURN R2 3 0\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "return (a(b))",
              "0 MOVE R2 R0\n"
              "1 MOVE R3 R1\n"
              "2 CALL R2 2 2\n"
              "3 RETURN_1 R2\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "a.b.c:d{b}",
              "0 GET_FIELD R2 R0 K0 ; \"b\"\n"
              "3 GET_FIELD R2 R2 K1 ; \"c\"\n"
              "6 SELF R2 R2 K2 ; \"d\"\n"
              "9 NEW_TABLE R4 0 1\n"
              "11 MOVE R5 R1\n"
              "12 SET_LIST R4 R1 0 0\n"
              "13 CALL R2 3 1\n"
              "14 RETURN_0\n");
  expect_code(L, "...", "local a, b = ... return select('#', ...), ...",
              "0 VARARG_PREPARE\n"
              "1 VARARG R0 0 3\n"
              "2 GET_GLOBAL R2 U0 K0 ; _ENV \"select\"\n"
              "5 LOAD_CONSTANT R3 K1 ; \"#\"\n"
              "6 VARARG R4 0 0\n"
              "7 CALL R2 0 2\n"
              "8 VARARG R3 0 0\n"
              "9 RETURN R2 0 0\n"
              "10 RETURN_0\n");
}

/* Constructors. */
static void test_tables(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "return {}, {1, 2, a}, {x = a, [b] = 1, 3, [4] = 5}",
              "0 NEW_TABLE R2 0 0\n"
              "2 NEW_TABLE R3 0 3\n"
              "4 LOAD_INT R4 1\n"
              "5 LOAD_INT R5 2\n"
              "6 MOVE R6 R0\n"
              "7 SET_LIST R3 R3 0 0\n"
              "8 NEW_TABLE R4 0 1\n"
              "10 SET_FIELD R4 K0 R0 ; \"x\"\n"
              "13 LOAD_INT R5 1\n"
              "14 SET_INDEX R4 R1 R5\n"
              "15 LOAD_INT R5 3\n"
              "16 LOAD_INT R6 5\n"
              "17 SET_INT R4 4 R6\n"
              "18 SET_LIST R4 R1 0 0\n"
              "19 RETURN R2 4 0\n"
              "20 RETURN_0\n");
  expect_code(L, "a, b", "return {1, x = a, y = 2, b}",
              "0 NEW_TABLE R2 2 2\n"
              "2 LOAD_INT R3 1\n"
              "3 INIT_FIELD R2 K0 R0 ; \"x\"\n"
              "5 LOAD_INT R4 2\n"
              "6 INIT_FIELD R2 K1 R4 ; \"y\"\n"
              "8 MOVE R4 R1\n"
              "9 SET_LIST R2 R2 0 0\n"
              "10 RETURN_1 R2\n"
              "11 RETURN_0\n");
  expect_code(L, "a, b", "return {a(), b()}",
              "0 NEW_TABLE R2 0 1\n"
              "2 MOVE R3 R0\n"
              "3 CALL R3 1 2\n"
              "4 MOVE R4 R1\n"
              "5 CALL R4 1 0\n"
              "6 SET_LIST R2 R1 1 0\n"
              "7 RETURN_1 R2\n"
              "8 RETURN_0\n");
}

/* Multiple assignment. */
static void test_assignments(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "a, b = b, a",
              "0 MOVE R2 R1\n"
              "1 MOVE R1 R0\n"
              "2 MOVE R0 R2\n"
              "3 RETURN_0\n");
  expect_code(L, "a, b", "a.x, a = 1, 2",
              "0 MOVE R2 R0\n"
              "1 LOAD_INT R3 1\n"
              "2 LOAD_INT R0 2\n"
              "3 SET_FIELD R2 K0 R3 ; \"x\"\n"
              "6 RETURN_0\n");
  expect_code(L, "a, b", "a[b], b = 1, a",
              "0 MOVE R2 R1\n"
              "1 LOAD_INT R3 1\n"
              "2 MOVE R1 R0\n"
              "3 SET_INDEX R0 R2 R3\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "a, b = a()",
              "0 MOVE R2 R0\n"
              "1 CALL R2 1 3\n"
              "2 MOVE R1 R3\n"
              "3 MOVE R0 R2\n"
              "4 RETURN_0\n");
  expect_code(L, "a, b", "local c, d, e = 1",
              "0 LOAD_INT R2 1\n"
              "1 LOAD_NIL R3 1\n"
              "2 RETURN_0\n");
}

/* Loops and scopes. */
static void test_loops(void **state) {
  State *L = *state;
  expect_code(L, "a, b", "for i = 1, a do b(i) end",
              "0 LOAD_INT R2 1\n"
              "1 MOVE R3 R0\n"
              "2 LOAD_INT R4 1\n"
              "3 FOR_PREPARE R2 +4 ; to 8\n"
              "4 MOVE R6 R1\n"
              "5 MOVE R7 R5\n"
              "6 CALL R6 2 1\n"
              "7 FOR_LOOP R2 -4 ; to 4\n"
              "8 RETURN_0\n");
  expect_code(L, "a, b", "for i = a, 1, -1 do if i == b then goto next end a(i) ::next:: end",
              "0 MOVE R2 R0\n"
              "1 LOAD_INT R3 1\n"
              "2 LOAD_INT R4 -1\n"
              "3 FOR_PREPARE R2 +5 ; to 9\n"
              "4 JUMP_EQ R5 R1 +3 ; to 8\n"
              "5 MOVE R6 R0\n"
              "6 MOVE R7 R5\n"
              "7 CALL R6 2 1\n"
              "8 FOR_LOOP R2 -5 ; to 4\n"
              "9 RETURN_0\n");
  expect_code(L, "a, b", "for k, v in a(b) do b[k] = v end",
              "0 MOVE R2 R0\n"
              "1 MOVE R3 R1\n"
              "2 CALL R2 2 5\n"
              "3 GENERIC_PREPARE R2 +1 ; to 5\n"
              "4 SET_INDEX R1 R6 R7\n"
              "5 GENERIC_FOR R2 2 -2 ; to 4\n"
              "6 CLOSE R2\n"
              "7 RETURN_0\n");
  expect_code(L, "a, b", "do local c = 1; b = function() return c end end a()",
              "0 LOAD_INT R2 1\n"
              "1 CLOSURE R1 P0 ; line 1\n"
              "2 CLOSE R2\n"
              "3 MOVE R2 R0\n"
              "4 CALL R2 1 1\n"
              "5 RETURN_0\n");
  expect_code(L, "a, b", "while a do local c; b = function() c = 1 end if c then break end end",
              "0 JUMP_IF_NOT R0 +7 ; to 8\n"
              "1 LOAD_NIL R2 0\n"
              "2 CLOSURE R1 P0 ; line 1\n"
              "3 JUMP_IF_NOT R2 +2 ; to 6\n"
              "4 CLOSE R2\n"
              "5 JUMP +2 ; to 8\n"
              "6 CLOSE R2\n"
              "7 JUMP -8 ; to 0\n"
              "8 RETURN_0\n");
  expect_code(L, "a, b", "local c <close> = a; return b()",
              "0 MOVE R2 R0\n"
              "1 TO_BE_CLOSED R2\n"
              "2 MOVE R3 R1\n"
              "3 CALL R3 1 0\n"
              "4 RETURN R3 0 1\n"
              "5 RETURN R0 1 1\n");
  expect_code(L, "a, b", "::top:: local c = a; if c then goto top end b = function() return c end",
              "0 MOVE R2 R0\n"
              "1 JUMP_IF_NOT R2 +2 ; to 4\n"
              "2 CLOSE R2\n"
              "3 JUMP -4 ; to 0\n"
              "4 CLOSURE R1 P0 ; line 1\n"
              "5 RETURN R0 1 1\n");
}

/* ---- lines, variables, upvalues ------------------------------------------------------------ */

static int32_t line_of(const Proto *p, uint32_t pc) { return proto_line(p, pc); }

/* An operator's instruction has the operator's line, a fetch the line of the token behind which it
   happens, a call that of its arguments' beginning. */
static void test_lines(void **state) {
  State *L = *state;
  const Proto *p = compile_text(L, "local a, b\nlocal c = a.x\n+\nb\na\n(\nb)\nreturn c", 64);
  static const int32_t lines[] = {1, 1, 3, 0, 0, 3, 5, 7, 6, 8};
  for (uint32_t pc = 0; pc < sizeof lines / sizeof *lines; pc++) {
    if (lines[pc] != 0) assert_int_equal(line_of(p, pc), lines[pc]);
  }
}

static void test_variables(void **state) {
  State *L = *state;
  const Proto *p = compile_text(
      L, "local a = 1 do local b = a local function c() return a, b end end local d = a", 64);
  assert_int_equal(p->local_count, 4);
  static const char *const names[] = {"a", "b", "c", "d"};
  static const uint8_t registers[] = {0, 1, 2, 1};
  for (uint32_t i = 0; i < p->local_count; i++) {
    assert_string_equal(string_bytes(p->locals[i].name), names[i]);
    assert_int_equal(p->locals[i].reg, registers[i]);
    assert_true(p->locals[i].start_pc <= p->locals[i].end_pc);
  }
  const Proto *inner = p->protos[0];
  assert_int_equal(inner->upvalue_count, 2);
  assert_true(inner->upvalues[0].in_stack && inner->upvalues[0].index == 0);
  assert_true(inner->upvalues[1].in_stack && inner->upvalues[1].index == 1);
}

/* Chains may be as long as memory allows, nesting only to a limit. */
static void test_long_chains(void **state) {
  enum { LINKS = 100000 };
  static const char *const links[] = {"+x", " and x", ".x", "()", " or x < x"};
  State *L = *state;
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    size_t step = strlen(links[i]);
    char *text = malloc(LINKS * step + 32);
    size_t length = (size_t)sprintf(text, "local x return x");
    for (int n = 0; n < LINKS; n++, length += step) memcpy(text + length, links[i], step + 1);
    assert_non_null(compile_text(L, text, 4096));
    free(text);
  }
}

static void test_deep_nesting(void **state) {
  static const char *const openings[] = {"return (", "return {", "do ", "f(", "return - -"};
  State *L = *state;
  for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
    const char *repeated = strrchr(openings[i], ' ');
    repeated = repeated == NULL || repeated[1] == '\0' ? openings[i] : repeated + 1;
    char text[4096];
    size_t length = (size_t)snprintf(text, sizeof text, "%s", openings[i]);
    while (length < sizeof text - 16) length += (size_t)sprintf(text + length, " %s", repeated);
    Job job = {{text, length, 100}, NULL};
    assert_string_equal(error_of(L, compile_job, &job), "C stack overflow");
  }
}

/* Memory may fail at any point: nothing is lost, which the teardown checks. */
static void test_memory_failure(void **state) {
  static const char text[] =
      "local a <const>, t = 1, {x = 1, 2, [3] = 4} local function f(b, ...) local c = b .. 'x\\n'"
      " for k, v in pairs(t) do if k == v then goto next end t[k] = function() return c, ... end"
      " ::next:: end return f(a, ...) end"
      " return f(1.5, 'long string of more than forty bytes......')";
  State *L = *state;
  size_t room = 0;
  const char *message;
  do {
    Job job = {{text, sizeof text - 1, 7}, NULL};
    unit_memory.limit = unit_memory.bytes + room;
    message = error_of(L, compile_job, &job);
    unit_memory.limit = 0;
    room += 64;
  } while (strcmp(message, "not enough memory") == 0);
  assert_true(room > 1000);
  assert_string_equal(message, "t:1: cannot use '...' outside a vararg function near '...'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      state_test(test_temporaries),
      state_test(test_upvalue_items),
      state_test(test_operands),
      state_test(test_folding),
      state_test(test_conditions),
      state_test(test_values),
      state_test(test_calls),
      state_test(test_tables),
      state_test(test_assignments),
      state_test(test_loops),
      state_test(test_lines),
      state_test(test_variables),
      state_test(test_long_chains),
      state_test(test_deep_nesting),
      state_test(test_memory_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
