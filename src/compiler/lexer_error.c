/* Messages of the lexer and the parser: position, text, and the token they stopped at.
   Layer: compiler. */
#include "compiler/lexer.h"

#include <stdarg.h>
#include <stdio.h>

#include "runtime/string.h"
#include "runtime/thread.h"
#include "runtime/throw.h"

static const char *const TOKEN_NAMES[] = {
    "and",    "break",  "do",      "else",    "elseif",   "end",       "false",    "for",
    "function", "goto", "if",      "in",      "local",    "nil",       "not",      "or",
    "repeat", "return", "then",    "true",    "until",    "while",     "//",       "..",
    "...",    "==",     ">=",      "<=",      "~=",       "<<",        ">>",       "::",
    "<eof>",  "<number>", "<integer>", "<name>", "<string>"};

STATIC_ASSERT(sizeof TOKEN_NAMES / sizeof *TOKEN_NAMES == TOKEN_KIND_LIMIT - TOKEN_AND,
              "a name for every token kind");

const char *lexer_token_name(int kind) { return TOKEN_NAMES[kind - TOKEN_AND]; }

TokenText lexer_token_text(int kind) {
  TokenText text;
  if (kind < TOKEN_NONE) {
    bool visible = kind >= ' ' && kind <= '~';
    snprintf(text.bytes, sizeof text.bytes, visible ? "'%c'" : "'<\\%d>'", kind);
  } else {
    const char *name = lexer_token_name(kind);
    snprintf(text.bytes, sizeof text.bytes, kind < TOKEN_END_OF_STREAM ? "'%s'" : "%s", name);
  }
  return text;
}

/* Messages are C strings: a token's text ends at its first zero byte. */
static void append_text(Lexer *lexer, ByteBuffer *message, const char *text, size_t length) {
  buffer_append(lexer->L, message, text, strnlen(text, length));
}

/* The string token as it was written, but for its escapes. */
static void append_string_token(Lexer *lexer, ByteBuffer *message, const String *s) {
  State *L = lexer->L;
  const char *bytes = string_bytes(s);
  size_t length = string_length(s);
  buffer_put(L, message, lexer->opening);
  if (lexer->opening == '[') {
    for (size_t i = 0; i < lexer->level; i++) buffer_put(L, message, '=');
    buffer_put(L, message, '[');
  }
  append_text(lexer, message, bytes, length);
  if (memchr(bytes, 0, length) != NULL) return;
  if (lexer->opening == '[') {
    buffer_put(L, message, ']');
    for (size_t i = 0; i < lexer->level; i++) buffer_put(L, message, '=');
    buffer_put(L, message, ']');
  } else {
    buffer_put(L, message, lexer->opening);
  }
}

static void append_token(Lexer *lexer, ByteBuffer *message, const Token *token) {
  State *L = lexer->L;
  if (token->kind != TOKEN_NAME && token->kind != TOKEN_STRING && token->kind != TOKEN_FLOAT &&
      token->kind != TOKEN_INTEGER) {
    TokenText text = lexer_token_text(token->kind);
    buffer_append(L, message, text.bytes, strlen(text.bytes));
    return;
  }
  buffer_put(L, message, '\'');
  if (token->kind == TOKEN_NAME) {
    append_text(lexer, message, string_bytes(token->value.string),
                string_length(token->value.string));
  } else if (token->kind == TOKEN_STRING) {
    append_string_token(lexer, message, token->value.string);
  } else {
    append_text(lexer, message, lexer->text.bytes, lexer->text.length);
  }
  buffer_put(L, message, '\'');
}

static void append_position(Lexer *lexer, ByteBuffer *message) {
  char source[LUA_IDSIZE];
  chunk_id(source, lexer->chunk_name, strlen(lexer->chunk_name));
  buffer_append(lexer->L, message, source, strlen(source));
  char line[16];
  int length = snprintf(line, sizeof line, ":%d: ", (int)lexer->line);
  buffer_append(lexer->L, message, line, (size_t)length);
}

static void append_format(Lexer *lexer, ByteBuffer *message, const char *format, va_list list) {
  va_list again;
  va_copy(again, list);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  buffer_reserve(lexer->L, message, (size_t)length + 1);
  vsnprintf(message->bytes + message->length, (size_t)length + 1, format, list);
  message->length += (size_t)length;
}

static _Noreturn void raise_message(Lexer *lexer) {
  State *L = lexer->L;
  String *text = string_new(L, lexer->message.bytes, lexer->message.length);
  stack_ensure(L, 1);
  stack_push(L, value_from_string(text));
  error_throw(L, LUA_ERRSYNTAX);
}

COLD void lexer_error(Lexer *lexer, const char *format, ...) {
  va_list list;
  append_position(lexer, &lexer->message);
  va_start(list, format);
  append_format(lexer, &lexer->message, format, list);
  va_end(list);
  raise_message(lexer);
}

COLD void lexer_error_near(Lexer *lexer, const char *format, ...) {
  va_list list;
  append_position(lexer, &lexer->message);
  va_start(list, format);
  append_format(lexer, &lexer->message, format, list);
  va_end(list);
  if (lexer->token.kind != 0) { /* a zero byte cannot be shown */
    buffer_append(lexer->L, &lexer->message, " near ", 6);
    append_token(lexer, &lexer->message, &lexer->token);
  }
  raise_message(lexer);
}

COLD void lexer_error_in_text(Lexer *lexer, const char *what) {
  State *L = lexer->L;
  ByteBuffer *message = &lexer->message;
  append_position(lexer, message);
  buffer_append(L, message, what, strlen(what));
  buffer_append(L, message, " near '", 7);
  append_text(lexer, message, lexer->text.bytes, lexer->text.length);
  buffer_put(L, message, '\'');
  raise_message(lexer);
}
