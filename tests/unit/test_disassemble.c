/* The disassembler, on a prototype put together by hand. */
#include "unit_state.h"

#include "bytecode/disassemble.h"
#include "runtime/function.h"

static char listing[8192];
static size_t listing_length;

static void collect(void *ud, const char *text, size_t n) {
  (void)ud;
  assert_true(listing_length + n < sizeof listing);
  memcpy(listing + listing_length, text, n);
  listing_length += n;
  listing[listing_length] = '\0';
}

static const char *list(const Proto *p) {
  listing_length = 0;
  disassemble_proto(p, true, collect, NULL);
  return listing;
}

static void expect_line(const char *part) {
  if (strstr(listing, part) == NULL) fail_msg("no \"%s\" in\n%s", part, listing);
}

static void *copy(State *L, const void *items, size_t size) {
  return memcpy(memory_allocate(L, size), items, size);
}

static Proto *make_proto(State *L) {
  Proto *p = proto_new(L);
  const Instruction code[] = {instruction_make(OP_GET_GLOBAL, 0, 0, 0, 0), 7 | UINT64_C(2) << 32,
                              0,
                              instruction_make(OP_LOAD_INT, 1, 0, 0, (uint32_t)-5),
                              instruction_make_bc(OP_JUMP_LT_K, 1, 1, (uint32_t)-2),
                              instruction_make(OP_CALL, 0, 2, 1, 0),
                              instruction_make(OP_RETURN_0, 0, 0, 0, 0)};
  const Value constants[] = {value_from_string(string_from_c(L, "pr\"int\n")),
                             value_from_double(2.5)};
  const UpvalueDesc upvalues[] = {{string_from_c(L, "_ENV"), 1, 0, VARIABLE_REGULAR}};
  const LineEntry lines[] = {{0, 1}, {4, 2}};
  const LocalVariable locals[] = {{string_from_c(L, "x"), 4, 7, 1}};
  p->code = copy(L, code, sizeof code);
  p->code_count = sizeof code / sizeof *code;
  p->constants = copy(L, constants, sizeof constants);
  p->constant_count = 2;
  p->upvalues = copy(L, upvalues, sizeof upvalues);
  p->upvalue_count = 1;
  p->lines = copy(L, lines, sizeof lines);
  p->line_count = 2;
  p->locals = copy(L, locals, sizeof locals);
  p->local_count = 1;
  p->source = string_from_c(L, "@test.lua");
  return p;
}

static void test_listing(void **state) {
  State *L = *state;
  heap_pause(L->heap);
  list(make_proto(L));
  heap_resume(L->heap);
  expect_line("main <test.lua:0,0>\n");
  expect_line("0 params, 2 registers, 1 upvalues, 7 words, 2 constants, 0 functions\n");
  expect_line("    0  [1]    GET_GLOBAL          R0 U0 K0          ; _ENV \"pr\\\"int\\n\"");
  expect_line("[shape 7 slot 2]\n");
  expect_line("    3  [1]    LOAD_INT            R1 -5\n");
  expect_line("    4  [2]    JUMP_LT_K           R1 K1 -2          ; 2.5 to 3\n");
  expect_line("    5  [2]    CALL                R0 2 1\n");
  expect_line("    6  [2]    RETURN_0\n");
  expect_line("  K1 = 2.5\n");
  expect_line("  local x = R1, 4..7\n");
  expect_line("  upvalue U0 = _ENV, enclosing R0\n");
}

static void test_stripped_and_nested(void **state) {
  State *L = *state;
  heap_pause(L->heap);
  Proto *outer = proto_new(L), *inner = proto_new(L);
  const Instruction code[] = {instruction_make(OP_CLOSURE, 0, 0, 0, 0),
                              UINT64_C(0xFFFFFFFF000000FF)};
  outer->code = copy(L, code, sizeof code);
  outer->code_count = 2;
  outer->protos = copy(L, &inner, sizeof inner);
  outer->proto_count = 1;
  inner->line_defined = 3;
  list(outer);
  heap_resume(L->heap);
  expect_line("main <?:0,0>\n");
  expect_line("    0  [-]    CLOSURE             R0 P0             ; line 3\n");
  expect_line("invalid 0xffffffff000000ff\n");
  expect_line("\nfunction <?:3,0>\n");
}

static void test_opcode_infos(void **state) {
  (void)state;
  for (unsigned op = 0; op < OPCODE_COUNT; op++) { /* a family has one size and one format */
    const OpcodeInfo *info = &opcode_infos[op], *generic = &opcode_infos[info->generic];
    assert_true(info->words == generic->words && info->format == generic->format);
    assert_int_equal(generic->generic, info->generic);
    assert_true(info->words >= 1 && info->words <= 3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {state_test(test_listing), state_test(test_stripped_and_nested),
                                     cmocka_unit_test(test_opcode_infos)};
  return cmocka_run_group_tests_name("disassemble", tests, NULL, NULL);
}
