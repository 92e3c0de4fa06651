/* The lexer: bytes from a reader to tokens, one token of lookahead.
   Layer: compiler. Invariants: `cursor` and `limit` bound the unread bytes of the current piece;
   the bytes of a piece are never needed after the next one is asked for (tokens that cross a
   border are collected in `text`). Strings are not anchored: the collector is held off while a
   compilation runs. */
#ifndef FERROUS_COMPILER_LEXER_H
#define FERROUS_COMPILER_LEXER_H

#include "compiler/support.h"

/* Tokens of one character are that character; the reserved words follow in the order of
   runtime's reserved-word numbers. */
typedef enum TokenKind {
  TOKEN_NONE = 256,
  TOKEN_AND,
  TOKEN_BREAK,
  TOKEN_DO,
  TOKEN_ELSE,
  TOKEN_ELSEIF,
  TOKEN_END,
  TOKEN_FALSE,
  TOKEN_FOR,
  TOKEN_FUNCTION,
  TOKEN_GOTO,
  TOKEN_IF,
  TOKEN_IN,
  TOKEN_LOCAL,
  TOKEN_NIL,
  TOKEN_NOT,
  TOKEN_OR,
  TOKEN_REPEAT,
  TOKEN_RETURN,
  TOKEN_THEN,
  TOKEN_TRUE,
  TOKEN_UNTIL,
  TOKEN_WHILE,
  TOKEN_FLOOR_DIVIDE,
  TOKEN_CONCAT,
  TOKEN_DOTS,
  TOKEN_EQUAL,
  TOKEN_GREATER_EQUAL,
  TOKEN_LESS_EQUAL,
  TOKEN_NOT_EQUAL,
  TOKEN_SHIFT_LEFT,
  TOKEN_SHIFT_RIGHT,
  TOKEN_DOUBLE_COLON,
  TOKEN_END_OF_STREAM,
  TOKEN_FLOAT,
  TOKEN_INTEGER,
  TOKEN_NAME,
  TOKEN_STRING,
  TOKEN_KIND_LIMIT
} TokenKind;

STATIC_ASSERT(TOKEN_WHILE - TOKEN_NONE == RESERVED_WORD_COUNT, "one token for each reserved word");

typedef union TokenValue {
  int64_t integer;
  double number;
  String *string;
} TokenValue;

typedef struct Token {
  int kind;
  TokenValue value;
} Token;

/* Names seen lately, so that most of them reach their String without the seeded hash. */
typedef struct NameCacheEntry {
  uint64_t head; /* the first eight bytes, zero padded */
  uint32_t length;
  int32_t kind; /* TOKEN_NAME or a reserved word */
  String *string;
} NameCacheEntry;

enum { NAME_CACHE_SIZE = 256 };

/* Names and literals too long to be interned by the runtime: here each has one String, so that names
   compare by address everywhere in the compiler, and equal literals of a chunk are one object.
   Open addressing, power-of-two size. */
typedef struct LongNames {
  String **slots;
  uint32_t capacity;
  uint32_t count;
} LongNames;

typedef const char *(*LexerReader)(State *L, void *data, size_t *size);

typedef struct Lexer {
  const unsigned char *cursor;
  const unsigned char *limit;
  int32_t line;      /* of the byte at the cursor, which is that of the last token scanned */
  int32_t last_line; /* of the token consumed last */
  Token token;       /* the current one */
  Token ahead;       /* TOKEN_NONE, or the one behind it */
  State *L;
  LexerReader reader;
  void *reader_data;
  bool ended; /* the reader has said so: it is not asked again */
  int opening; /* of the last string scanned: its quote, or '[' */
  size_t level; /* of the last long string scanned */
  const char *chunk_name;
  ByteBuffer text;    /* the bytes of a numeral; of names across a border, strings with escapes */
  ByteBuffer message; /* the error message under construction */
  LongNames long_names;
  NameCacheEntry names[NAME_CACHE_SIZE];
} Lexer;

/* Prepares a zeroed lexer. Reads nothing. */
void lexer_start(Lexer *lexer, State *L, LexerReader reader, void *data, const char *chunk_name);
void lexer_free(Lexer *lexer);

/* Moves to the next token. Raises a syntax error or what the reader raises. */
void lexer_next(Lexer *lexer);
/* The kind of the token behind the current one. At most one such call for each token. */
int lexer_look_ahead(Lexer *lexer);

/* Raises "chunk:line: message"; lexer_error_near adds " near <the current token>". */
_Noreturn void lexer_error(Lexer *lexer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void lexer_error_near(Lexer *lexer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An error inside a token: what was read of it is in the text. */
_Noreturn void lexer_error_in_text(Lexer *lexer, const char *what);

/* A token kind as messages show it: 'while', <eof>, '<\1>'. Valid until the next call. */
typedef struct TokenText {
  char bytes[24];
} TokenText;
TokenText lexer_token_text(int kind);
/* The same without quotes, for kinds above TOKEN_NONE. */
const char *lexer_token_name(int kind);

#endif
