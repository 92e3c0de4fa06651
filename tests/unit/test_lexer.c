/* The lexer: tokens, values at their borders, lines, pieces of any size, and messages. */
#include "unit_state.h"

#include "compiler/compile.h"
#include "compiler/lexer.h"

typedef struct Scan {
  Lexer lexer;
  const char *text;
  size_t length;
  size_t piece;
  char *out; /* tokens as text */
} Scan;

static const char *read_scan(State *L, void *data, size_t *size) {
  (void)L;
  Scan *scan = data;
  *size = scan->length < scan->piece ? scan->length : scan->piece;
  const char *piece = scan->text;
  scan->text += *size;
  scan->length -= *size;
  return piece;
}

static void put_token(Scan *scan, const Token *token) {
  const TokenValue *value = &token->value;
  switch (token->kind) {
    case TOKEN_INTEGER: scan->out += sprintf(scan->out, "%lld", (long long)value->integer); break;
    case TOKEN_FLOAT: scan->out += sprintf(scan->out, "%.17gf", value->number); break;
    case TOKEN_NAME: scan->out += sprintf(scan->out, "%s", string_bytes(value->string)); break;
    case TOKEN_STRING:
      *scan->out++ = '<';
      memcpy(scan->out, string_bytes(value->string), string_length(value->string));
      scan->out += string_length(value->string);
      *scan->out++ = '>';
      break;
    default: scan->out += sprintf(scan->out, "%s", lexer_token_text(token->kind).bytes);
  }
  *scan->out++ = ' ';
  *scan->out = '\0';
}

static void scan_all(State *L, void *data) {
  Scan *scan = data;
  compile_open(L);
  lexer_start(&scan->lexer, L, read_scan, scan, "=t");
  do {
    lexer_next(&scan->lexer);
    put_token(scan, &scan->lexer.token);
  } while (scan->lexer.token.kind != TOKEN_END_OF_STREAM);
}

static char tokens[65536];

/* Scans in pieces of that size: the tokens, or the message. The line goes to *line. */
static const char *scan_pieces(State *L, const char *text, size_t length, size_t piece,
                               int32_t *line) {
  Scan scan = {.text = text, .length = length, .piece = piece, .out = tokens};
  scan.lexer.L = L;
  heap_pause(L->heap);
  const char *message = error_of(L, scan_all, &scan);
  heap_resume(L->heap);
  if (line != NULL) *line = scan.lexer.line;
  lexer_free(&scan.lexer);
  return *message != '\0' ? message : tokens;
}

static const size_t PIECES[] = {1, 2, 3, 7, 1000000};

/* Whatever the pieces, the result is the same. */
static void expect_bytes(State *L, const char *text, size_t length, const char *expected) {
  for (size_t i = 0; i < sizeof PIECES / sizeof *PIECES; i++) {
    assert_string_equal(scan_pieces(L, text, length, PIECES[i], NULL), expected);
  }
}

static void expect(State *L, const char *text, const char *expected) {
  expect_bytes(L, text, strlen(text), expected);
}

static void expect_line(State *L, const char *text, int32_t expected) {
  for (size_t i = 0; i < sizeof PIECES / sizeof *PIECES; i++) {
    int32_t line;
    scan_pieces(L, text, strlen(text), PIECES[i], &line);
    assert_int_equal(line, expected);
  }
}

static void test_tokens(void **state) {
  State *L = *state;
  expect(L, "", "<eof> ");
  expect(L, "a=b==c~=d<=e>=f<g>h<<i>>j",
         "a '=' b '==' c '~=' d '<=' e '>=' f '<' g '>' h '<<' i '>>' j <eof> ");
  expect(L, "+-*/%^#&|~//(){}[];:::,....... .",
         "'+' '-' '*' '/' '%' '^' '#' '&' '|' '~' '//' '(' ')' '{' '}' '[' ']' ';' '::' ':' ',' '...' '...' '.' '.' <eof> ");
  expect(L, "and break do else elseif end false for function goto if in local nil not or repeat "
            "return then true until while",
         "'and' 'break' 'do' 'else' 'elseif' 'end' 'false' 'for' 'function' 'goto' 'if' 'in' "
         "'local' 'nil' 'not' 'or' 'repeat' 'return' 'then' 'true' 'until' 'while' <eof> ");
  expect(L, "And END _ _1 a1 ends", "And END _ _1 a1 ends <eof> ");
  expect(L, "@$\x01\xff", "'@' '$' '<\\1>' '<\\255>' <eof> ");
  expect(L, "abcdefg abcdefgh abcdefghi abcdefghij abcdefgh abcdefghx",
         "abcdefg abcdefgh abcdefghi abcdefghij abcdefgh abcdefghx <eof> ");
}

static void test_numerals(void **state) {
  State *L = *state;
  expect(L, "0 007 9223372036854775807", "0 7 9223372036854775807 <eof> ");
  expect(L, "9223372036854775808", "9.2233720368547758e+18f <eof> ");
  expect(L, "999999999999999999 1000000000000000000",
         "999999999999999999 1000000000000000000 <eof> ");
  expect(L, "0x10 0XfF 0x7fffffffffffffff 0x8000000000000000 0xffffffffffffffff",
         "16 255 9223372036854775807 -9223372036854775808 -1 <eof> ");
  expect(L, "0x123456789abcdef01", "2541551405711093505 <eof> ");
  expect(L, "1. .5 1e2 1E+2 1e-2 3.25 0x.8 0x1p4 0xA.8P-1",
         "1f 0.5f 100f 100f 0.01f 3.25f 0.5f 16f 5.25f <eof> ");
  expect(L, "1e308 1e309", "1e+308f inff <eof> ");
  expect(L, "3-2 3 ..2 a.b.c", "3 '-' 2 3 '..' 2 a '.' b '.' c <eof> ");
  expect(L, "3x", "t:1: malformed number near '3x'");
  expect(L, "0x", "t:1: malformed number near '0x'");
  expect(L, "1e+ ", "t:1: malformed number near '1e+'");
  expect(L, "1..2", "t:1: malformed number near '1..2'");
  expect(L, "0xep1.", "t:1: malformed number near '0xep1.'");
}

static void test_strings(void **state) {
  State *L = *state;
  expect(L, "'' \"\" 'a\"b' \"a'b\"", "<> <> <a\"b> <a'b> <eof> ");
  expect(L, "'\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"'", "<\a\b\f\n\r\t\v\\'\"> <eof> ");
  expect(L, "'\\65\\066\\0671\\x41\\xfF'", "<ABC1A\xff> <eof> ");
  expect(L, "'\\u{41}\\u{7ff}\\u{800}\\u{10FFFF}\\u{7FFFFFFF}'",
         "<A\xdf\xbf\xe0\xa0\x80\xf4\x8f\xbf\xbf\xfd\xbf\xbf\xbf\xbf\xbf> <eof> ");
  expect(L, "'a\\z  \n\r\n \t b' 'a\\\r\nb\\\nc'", "<ab> <a\nb\nc> <eof> ");
  expect_bytes(L, "'a\0b'", 5, "<a");
  expect(L, "'abc", "t:1: unfinished string near <eof>");
  expect(L, "'abc\n'", "t:1: unfinished string near ''abc'");
  expect(L, "'abc\\", "t:1: unfinished string near <eof>");
  expect(L, "\"\\q\"", "t:1: invalid escape sequence near '\"\\q'");
  expect(L, "\"\\256\"", "t:1: decimal escape too large near '\"\\256\"'");
  expect(L, "\"\\xag\"", "t:1: hexadecimal digit expected near '\"\\xag'");
  expect(L, "\"\\u41\"", "t:1: missing '{' near '\"\\u4'");
  expect(L, "\"\\u{41\"", "t:1: missing '}' near '\"\\u{41\"'");
  expect(L, "\"\\u{80000000}\"", "t:1: UTF-8 value too large near '\"\\u{80000000'");
}

static void test_long_brackets(void **state) {
  State *L = *state;
  expect(L, "[[]] [[a]] [==[a]]b]=]c]==]", "<> <a> <a]]b]=]c> <eof> ");
  expect(L, "[[\na\r\nb\n\rc\rd\n]]", "<a\nb\nc\nd\n> <eof> ");
  expect(L, "[[\r\n\nx]]", "<\nx> <eof> ");
  expect(L, "a[b[[[c]]]]", "a '[' b <[c> ']' ']' <eof> ");
  expect(L, "[=", "t:1: invalid long string delimiter near '[='");
  expect(L, "[==[\n\na]=]", "t:3: unfinished long string (starting at line 1) near <eof>");
  expect(L, "\n--[[\na", "t:3: unfinished long comment (starting at line 2) near <eof>");
}

static void test_comments_and_lines(void **state) {
  State *L = *state;
  expect(L, "a -- b\nc --[[ d\n ]] e --[==[ ]] ]==] f --[=x\ng --", "a c e f g <eof> ");
  expect_line(L, "\n\r\n\n\r\r", 5);
  expect_line(L, "'a\\\nb'\n[[\n\n]]--[[\n]]", 6);
  expect_line(L, "--\r\n--\n", 3);
}

/* Names that the runtime does not intern are one String all the same. */
static void test_long_names(void **state) {
  State *L = *state;
  static const char name[] = "a_name_of_more_than_forty_bytes_that_is_not_interned";
  char text[256];
  int length = snprintf(text, sizeof text, "%s x %s", name, name);
  Scan scan = {.text = text, .length = (size_t)length, .piece = 10, .out = tokens};
  lexer_start(&scan.lexer, L, read_scan, &scan, "=t");
  lexer_next(&scan.lexer);
  const String *first = scan.lexer.token.value.string;
  lexer_next(&scan.lexer);
  lexer_next(&scan.lexer);
  assert_ptr_equal(scan.lexer.token.value.string, first);
  assert_string_equal(string_bytes(first), name);
  lexer_free(&scan.lexer);
}

static void test_look_ahead(void **state) {
  State *L = *state;
  Scan scan = {.text = "a\n=\n1", .length = 5, .piece = 1, .out = tokens};
  lexer_start(&scan.lexer, L, read_scan, &scan, "=t");
  lexer_next(&scan.lexer);
  assert_int_equal(lexer_look_ahead(&scan.lexer), '=');
  assert_int_equal(scan.lexer.token.kind, TOKEN_NAME);
  lexer_next(&scan.lexer);
  assert_int_equal(scan.lexer.token.kind, '=');
  lexer_next(&scan.lexer);
  assert_int_equal(scan.lexer.token.value.integer, 1);
  assert_int_equal(scan.lexer.line, 3);
  assert_int_equal(scan.lexer.last_line, 2);
  lexer_free(&scan.lexer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      state_test(test_tokens),       state_test(test_numerals),
      state_test(test_strings),      state_test(test_long_brackets),
      state_test(test_long_names),   state_test(test_comments_and_lines),
      state_test(test_look_ahead),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
