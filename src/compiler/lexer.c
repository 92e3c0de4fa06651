/* The lexer: see lexer.h. Layer: compiler.

   Every kind of token has a fast path that works inside the current piece of the source and
   a slow one that collects the token in `text`, piece by piece. */
#include "compiler/lexer.h"

#include "compiler/lexer_class.h"
#include "runtime/number.h"
#include "runtime/string.h"

enum { END = -1 };

/* ---- input ----------------------------------------------------------------------------- */

/* Gets the next piece that is not empty; false at the end of the source. */
static NOINLINE bool refill(Lexer *lexer) {
  if (lexer->ended) return false;
  size_t size = 0;
  const char *piece = lexer->reader(lexer->L, lexer->reader_data, &size);
  if (piece == NULL || size == 0) {
    lexer->ended = true;
    lexer->limit = lexer->cursor;
    return false;
  }
  lexer->cursor = (const unsigned char *)piece;
  lexer->limit = lexer->cursor + size;
  return true;
}

/* The next byte, or END. */
ALWAYS_INLINE int peek(Lexer *lexer) {
  if (likely(lexer->cursor < lexer->limit)) return *lexer->cursor;
  return refill(lexer) ? *lexer->cursor : END;
}

ALWAYS_INLINE void put(Lexer *lexer, int byte) { buffer_put(lexer->L, &lexer->text, byte); }

/* Moves the byte that was peeked into the text. */
ALWAYS_INLINE void take(Lexer *lexer) { put(lexer, *lexer->cursor++); }

/* Moves bytes of the class into the text, across pieces. */
static void take_run(Lexer *lexer, unsigned class_bit) {
  do {
    const unsigned char *start = lexer->cursor;
    const unsigned char *at = start;
    while (at < lexer->limit && byte_has_class(*at, class_bit)) at++;
    buffer_append(lexer->L, &lexer->text, start, (size_t)(at - start));
    lexer->cursor = at;
  } while (lexer->cursor == lexer->limit && refill(lexer));
}

static bool accept(Lexer *lexer, int byte) {
  if (peek(lexer) != byte) return false;
  lexer->cursor++;
  return true;
}

/* Skips "\n", "\r", "\r\n" or "\n\r"; the cursor is at the first byte of it. */
static void skip_line_end(Lexer *lexer) {
  int first = *lexer->cursor++;
  int second = peek(lexer);
  if ((second == '\n' || second == '\r') && second != first) lexer->cursor++;
  if (lexer->line >= INT32_MAX) lexer_error_near(lexer, "chunk has too many lines");
  lexer->line++;
}

/* ---- names ----------------------------------------------------------------------------- */

/* The first eight bytes of a name as a word, zero padded. `readable` bytes may be looked at. */
ALWAYS_INLINE uint64_t name_head(const void *bytes, size_t length, size_t readable) {
  uint64_t head = 0;
  if (likely(readable >= 8)) {
    memcpy(&head, bytes, 8);
    if (length < 8) head &= (UINT64_C(1) << (8 * length)) - 1;
  } else {
    memcpy(&head, bytes, length < 8 ? length : 8);
  }
  return head;
}

ALWAYS_INLINE unsigned name_slot(uint64_t head, const unsigned char *bytes, size_t length) {
  uint64_t mixed = (head ^ (bytes[length - 1] * UINT64_C(0x9E3779B1)) ^ length) *
                   UINT64_C(0x9E3779B97F4A7C15);
  return (unsigned)(mixed >> 56);
}

STATIC_ASSERT(NAME_CACHE_SIZE == 256, "name_slot yields eight bits");

static String **long_name_slot(State *L, const LongNames *names, String *name) {
  uint32_t mask = names->capacity - 1;
  uint32_t at = string_hash(L->heap, name) & mask;
  while (names->slots[at] != NULL && !string_equal(names->slots[at], name)) at = (at + 1) & mask;
  return &names->slots[at];
}

static void long_names_grow(State *L, LongNames *names) {
  LongNames grown = {NULL, names->capacity == 0 ? 16 : names->capacity * 2, names->count};
  size_t size = grown.capacity * sizeof *grown.slots;
  grown.slots = support_resize(L, NULL, 0, size);
  memset(grown.slots, 0, size);
  for (uint32_t i = 0; i < names->capacity; i++) {
    if (names->slots[i] != NULL) *long_name_slot(L, &grown, names->slots[i]) = names->slots[i];
  }
  support_release(L, names->slots, names->capacity * sizeof *names->slots);
  *names = grown;
}

static String *share_long(Lexer *lexer, String *name) {
  LongNames *names = &lexer->long_names;
  if (names->count >= names->capacity / 2) long_names_grow(lexer->L, names);
  String **slot = long_name_slot(lexer->L, names, name);
  if (*slot == NULL) {
    *slot = name;
    names->count++;
  }
  return *slot;
}

/* The string of a literal. */
static String *literal(Lexer *lexer, const char *bytes, size_t length) {
  String *s = string_new(lexer->L, bytes, length);
  return likely(string_is_short(s)) ? s : share_long(lexer, s);
}

/* The token of a name whose bytes are all at hand. */
static int finish_name(Lexer *lexer, TokenValue *value, const unsigned char *bytes, size_t length,
                       size_t readable) {
  uint64_t head = name_head(bytes, length, readable);
  NameCacheEntry *entry = &lexer->names[name_slot(head, bytes, length)];
  if (likely(entry->head == head && entry->length == length &&
             (length <= 8 ||
              memcmp(bytes + 8, string_bytes(entry->string) + 8, length - 8) == 0))) {
    value->string = entry->string;
    return entry->kind;
  }
  String *name = string_new(lexer->L, (const char *)bytes, length);
  int kind = TOKEN_NAME;
  if (unlikely(!string_is_short(name))) {
    name = share_long(lexer, name);
  } else if (name->head.flags != 0 && name->head.flags < NAME_METAMETHOD) {
    kind = TOKEN_NONE + name->head.flags;
  }
  *entry = (NameCacheEntry){head, (uint32_t)length, kind, name};
  value->string = name;
  return kind;
}

static NOINLINE int scan_split_name(Lexer *lexer, TokenValue *value) {
  lexer->text.length = 0;
  take_run(lexer, CLASS_WORD);
  size_t length = lexer->text.length;
  if (length > UINT32_MAX) lexer_error_in_text(lexer, "name too long");
  return finish_name(lexer, value, (const unsigned char *)lexer->text.bytes, length,
                     lexer->text.capacity);
}

ALWAYS_INLINE int scan_name(Lexer *lexer, TokenValue *value) {
  const unsigned char *start = lexer->cursor;
  const unsigned char *at = start + 1;
  while (at < lexer->limit && byte_has_class(*at, CLASS_WORD)) at++;
  if (unlikely(at == lexer->limit)) return scan_split_name(lexer, value);
  lexer->cursor = at;
  return finish_name(lexer, value, start, (size_t)(at - start), (size_t)(lexer->limit - start));
}

/* ---- numerals -------------------------------------------------------------------------- */

/* The manual's numerals and everything that looks like one: digits, letters a-f, dots,
   exponents with a sign; a letter behind it belongs to it, so that "3x" is one bad numeral. */
static void take_numeral(Lexer *lexer) {
  int exponent = 'e';
  if (peek(lexer) == '0') {
    take(lexer);
    if ((peek(lexer) | 32) == 'x') {
      take(lexer);
      exponent = 'p';
    }
  }
  for (;;) {
    int c = peek(lexer);
    if (c == END) return;
    if ((c | 32) == exponent) {
      take(lexer);
      c = peek(lexer);
      if (c == '+' || c == '-') take(lexer);
    } else if (byte_has_class(c, CLASS_HEX) || c == '.') {
      take(lexer);
    } else {
      if (byte_has_class(c, CLASS_WORD)) take(lexer);
      return;
    }
  }
}

/* The numeral whose first bytes are in the text. */
static int scan_general_numeral(Lexer *lexer, TokenValue *value) {
  take_numeral(lexer);
  Value number;
  if (!text_to_number(lexer->L, lexer->text.bytes, lexer->text.length, &number)) {
    lexer_error_in_text(lexer, "malformed number");
  }
  if (value_is_int(number)) {
    value->integer = value_as_int(number);
    return TOKEN_INTEGER;
  }
  value->number = value_as_double(number);
  return TOKEN_FLOAT;
}

/* Short decimal integers on the spot; the rest is for the general reader. */
static int scan_numeral(Lexer *lexer, TokenValue *value) {
  enum { SAFE_DIGITS = 18 };
  lexer->text.length = 0;
  const unsigned char *at = lexer->cursor;
  int64_t integer = 0;
  while (at < lexer->limit && byte_has_class(*at, CLASS_DIGIT) &&
         at - lexer->cursor < SAFE_DIGITS) {
    integer = integer * 10 + (*at++ - '0');
  }
  if (at == lexer->limit || byte_has_class(*at, CLASS_WORD) || *at == '.') {
    return scan_general_numeral(lexer, value);
  }
  buffer_append(lexer->L, &lexer->text, lexer->cursor, (size_t)(at - lexer->cursor));
  lexer->cursor = at;
  value->integer = integer;
  return TOKEN_INTEGER;
}

/* ---- escapes --------------------------------------------------------------------------- */

/* The text ends with the escape as read so far, for the message; add the byte that is wrong. */
static COLD _Noreturn void escape_error(Lexer *lexer, const char *what) {
  if (peek(lexer) != END) take(lexer);
  lexer_error_in_text(lexer, what);
}

static int take_hex_digit(Lexer *lexer) {
  int c = peek(lexer);
  if (c == END || !byte_has_class(c, CLASS_HEX)) {
    escape_error(lexer, "hexadecimal digit expected");
  }
  take(lexer);
  return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static int read_hex_escape(Lexer *lexer) {
  take(lexer);
  int high = take_hex_digit(lexer);
  return high * 16 + take_hex_digit(lexer);
}

static int read_decimal_escape(Lexer *lexer) {
  int code = 0;
  for (int i = 0; i < 3; i++) {
    int c = peek(lexer);
    if (c == END || !byte_has_class(c, CLASS_DIGIT)) break;
    code = code * 10 + (c - '0');
    take(lexer);
  }
  if (code > 255) escape_error(lexer, "decimal escape too large");
  return code;
}

static uint32_t read_unicode_escape(Lexer *lexer) {
  take(lexer);
  if (peek(lexer) != '{') escape_error(lexer, "missing '{'");
  take(lexer);
  uint32_t code = (uint32_t)take_hex_digit(lexer);
  while (peek(lexer) != END && byte_has_class(peek(lexer), CLASS_HEX)) {
    if (code > UINT32_C(0x7FFFFFFF) >> 4) escape_error(lexer, "UTF-8 value too large");
    code = code * 16 + (uint32_t)take_hex_digit(lexer);
  }
  if (peek(lexer) != '}') escape_error(lexer, "missing '}'");
  lexer->cursor++;
  return code;
}

/* Manual 3.1: the original UTF-8, up to six bytes for 31 bits. */
static void put_utf8(Lexer *lexer, uint32_t code) {
  if (code < 0x80) {
    put(lexer, (int)code);
    return;
  }
  int tails = 1;
  while (tails < 5 && code >> (5 * tails + 6) != 0) tails++;
  put(lexer, (int)((0xFFu << (7 - tails) & 0xFF) | code >> (6 * tails)));
  while (tails-- > 0) put(lexer, (int)(0x80 | (code >> (6 * tails) & 0x3F)));
}

/* "\\z": blanks and line ends are skipped. */
static void skip_blanks(Lexer *lexer) {
  for (;;) {
    int c = peek(lexer);
    if (c == '\n' || c == '\r') {
      skip_line_end(lexer);
    } else if (c != END && byte_has_class(c, CLASS_BLANK)) {
      lexer->cursor++;
    } else {
      return;
    }
  }
}

static int simple_escape(int c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\': case '"': case '\'': return c;
    default: return END;
  }
}

/* The cursor is at the backslash. While an escape is read, the text holds it as written, for
   messages; then `start` takes the text back and the result is put there. */
static void read_escape(Lexer *lexer) {
  size_t start = lexer->text.length;
  take(lexer);
  int c = peek(lexer);
  int result;
  if (c == 'u') {
    uint32_t code = read_unicode_escape(lexer);
    lexer->text.length = start;
    put_utf8(lexer, code);
    return;
  }
  if (c == 'z') {
    lexer->cursor++;
    lexer->text.length = start;
    skip_blanks(lexer);
    return;
  }
  if (c == END) return; /* the caller reports the unfinished string */
  if (c == '\n' || c == '\r') {
    skip_line_end(lexer);
    result = '\n';
  } else if (c == 'x') {
    result = read_hex_escape(lexer);
  } else if (byte_has_class(c, CLASS_DIGIT)) {
    result = read_decimal_escape(lexer);
  } else {
    result = simple_escape(c);
    if (result == END) escape_error(lexer, "invalid escape sequence");
    lexer->cursor++;
  }
  lexer->text.length = start;
  put(lexer, result);
}

/* ---- strings --------------------------------------------------------------------------- */

static COLD _Noreturn void error_at_end(Lexer *lexer, const char *what) {
  lexer->token.kind = TOKEN_END_OF_STREAM;
  lexer_error_near(lexer, "%s", what);
}

/* A quoted string with escapes, or across pieces. The text holds the opening quote. */
static NOINLINE int scan_string_in_text(Lexer *lexer, TokenValue *value, int quote) {
  for (;;) {
    take_run(lexer, CLASS_PLAIN);
    int c = peek(lexer);
    if (c == quote) break;
    if (c == '\\') {
      read_escape(lexer);
    } else if (c == END) {
      error_at_end(lexer, "unfinished string");
    } else if (c == '\n' || c == '\r') {
      lexer_error_in_text(lexer, "unfinished string");
    } else {
      take(lexer); /* the other quote */
    }
  }
  lexer->cursor++;
  value->string = literal(lexer, lexer->text.bytes + 1, lexer->text.length - 1);
  return TOKEN_STRING;
}

static int scan_string(Lexer *lexer, TokenValue *value) {
  int quote = *lexer->cursor++;
  lexer->opening = quote;
  const unsigned char *start = lexer->cursor;
  const unsigned char *at = start;
  while (at < lexer->limit && byte_has_class(*at, CLASS_PLAIN)) at++;
  if (likely(at < lexer->limit && *at == quote)) {
    lexer->cursor = at + 1;
    value->string = literal(lexer, (const char *)start, (size_t)(at - start));
    return TOKEN_STRING;
  }
  lexer->text.length = 0;
  put(lexer, quote);
  return scan_string_in_text(lexer, value, quote);
}

/* ---- long brackets ----------------------------------------------------------------------- */

/* At "[" or "]": reads it and the equals signs behind it into the text. True when the same
   bracket follows; it is then at the cursor. */
static bool read_bracket(Lexer *lexer, size_t *level) {
  int bracket = *lexer->cursor;
  take(lexer);
  *level = 0;
  while (peek(lexer) == '=') {
    take(lexer);
    ++*level;
  }
  return peek(lexer) == bracket;
}

/* Reads up to the closing bracket of that level; the text keeps the content when `keep` is set.
   The cursor is behind the opening bracket. Content is text[0 .. result). */
static size_t read_long_bracket(Lexer *lexer, size_t level, bool keep, const char *what) {
  int32_t first_line = lexer->line;
  lexer->text.length = 0;
  int c = peek(lexer);
  if (c == '\n' || c == '\r') skip_line_end(lexer);
  for (;;) {
    take_run(lexer, CLASS_LONG);
    if (!keep) lexer->text.length = 0;
    c = peek(lexer);
    if (c == ']') {
      size_t end = lexer->text.length;
      size_t found;
      if (read_bracket(lexer, &found) && found == level) {
        lexer->cursor++;
        return end;
      }
    } else if (c == END) {
      lexer->token.kind = TOKEN_END_OF_STREAM;
      lexer_error_near(lexer, "unfinished long %s (starting at line %d)", what, (int)first_line);
    } else {
      skip_line_end(lexer);
      put(lexer, '\n');
    }
  }
}

/* At "[": a long string or the bracket itself. */
static int scan_open_bracket(Lexer *lexer, TokenValue *value) {
  lexer->text.length = 0;
  size_t level;
  if (!read_bracket(lexer, &level)) {
    if (level == 0) return '[';
    lexer_error_in_text(lexer, "invalid long string delimiter");
  }
  lexer->cursor++;
  size_t length = read_long_bracket(lexer, level, true, "string");
  lexer->opening = '[';
  lexer->level = level;
  value->string = literal(lexer, lexer->text.bytes, length);
  return TOKEN_STRING;
}

/* Behind "--". */
static void skip_comment(Lexer *lexer) {
  if (peek(lexer) == '[') {
    lexer->text.length = 0;
    size_t level;
    if (read_bracket(lexer, &level)) {
      lexer->cursor++;
      read_long_bracket(lexer, level, false, "comment");
      return;
    }
  }
  do {
    const unsigned char *at = lexer->cursor;
    while (at < lexer->limit && *at != '\n' && *at != '\r') at++;
    lexer->cursor = at;
  } while (lexer->cursor == lexer->limit && refill(lexer));
}

/* ---- tokens ------------------------------------------------------------------------------ */

/* At ".": concatenation, dots, a numeral, or the dot itself. */
static int scan_dot(Lexer *lexer, TokenValue *value) {
  lexer->cursor++;
  int c = peek(lexer);
  if (c == '.') {
    lexer->cursor++;
    return accept(lexer, '.') ? TOKEN_DOTS : TOKEN_CONCAT;
  }
  if (c == END || !byte_has_class(c, CLASS_DIGIT)) return '.';
  lexer->text.length = 0;
  put(lexer, '.');
  return scan_general_numeral(lexer, value);
}

/* A byte that begins at most a two-byte token. */
static int scan_operator(Lexer *lexer, int c) {
  lexer->cursor++;
  switch (c) {
    case '=': return accept(lexer, '=') ? TOKEN_EQUAL : c;
    case '~': return accept(lexer, '=') ? TOKEN_NOT_EQUAL : c;
    case '/': return accept(lexer, '/') ? TOKEN_FLOOR_DIVIDE : c;
    case ':': return accept(lexer, ':') ? TOKEN_DOUBLE_COLON : c;
    case '<':
      if (accept(lexer, '=')) return TOKEN_LESS_EQUAL;
      return accept(lexer, '<') ? TOKEN_SHIFT_LEFT : c;
    case '>':
      if (accept(lexer, '=')) return TOKEN_GREATER_EQUAL;
      return accept(lexer, '>') ? TOKEN_SHIFT_RIGHT : c;
    default: return c;
  }
}

static int scan(Lexer *lexer, TokenValue *value) {
  for (;;) {
    int c = peek(lexer);
    if (unlikely(c == END)) return TOKEN_END_OF_STREAM;
    if (byte_has_class(c, CLASS_NAME_START)) return scan_name(lexer, value);
    switch (c) {
      case '\n': case '\r': skip_line_end(lexer); break;
      case ' ': case '\t': case '\v': case '\f': lexer->cursor++; break;
      case '-':
        lexer->cursor++;
        if (!accept(lexer, '-')) return '-';
        skip_comment(lexer);
        break;
      case '[': return scan_open_bracket(lexer, value);
      case '"': case '\'': return scan_string(lexer, value);
      case '.': return scan_dot(lexer, value);
      case '0': case '1': case '2': case '3': case '4':
      case '5': case '6': case '7': case '8': case '9': return scan_numeral(lexer, value);
      default: return scan_operator(lexer, c);
    }
  }
}

void lexer_next(Lexer *lexer) {
  lexer->last_line = lexer->line;
  if (unlikely(lexer->ahead.kind != TOKEN_NONE)) {
    lexer->token = lexer->ahead;
    lexer->ahead.kind = TOKEN_NONE;
    return;
  }
  lexer->token.kind = scan(lexer, &lexer->token.value);
}

int lexer_look_ahead(Lexer *lexer) {
  lexer->ahead.kind = scan(lexer, &lexer->ahead.value);
  return lexer->ahead.kind;
}

void lexer_start(Lexer *lexer, State *L, LexerReader reader, void *data, const char *chunk_name) {
  lexer->L = L;
  lexer->reader = reader;
  lexer->reader_data = data;
  lexer->chunk_name = chunk_name;
  lexer->line = 1;
  lexer->last_line = 1;
  lexer->token.kind = TOKEN_NONE;
  lexer->ahead.kind = TOKEN_NONE;
}

void lexer_free(Lexer *lexer) {
  buffer_free(lexer->L, &lexer->text);
  buffer_free(lexer->L, &lexer->message);
  LongNames *names = &lexer->long_names;
  support_release(lexer->L, names->slots, names->capacity * sizeof *names->slots);
  *names = (LongNames){0};
}
