/*
 * Lua patterns: the compiler. See string_pattern.h, string_pattern_items.h.
 * Layer: lib (public headers only).
 */
#include <ctype.h>
#include <string.h>

#include "lua.h"

#include "api/poll.h"
#include "string_internal.h"
#include "string_pattern_items.h"

/* ---- Character classes ---------------------------------------------------------------- */

#define ASCII_SET(low, high) {{(low), (high), 0, 0}}
#define ASCII_COMPLEMENT(low, high) \
  {{~(uint64_t)(low), ~(uint64_t)(high), ~(uint64_t)0, ~(uint64_t)0}}
#define ASCII_CLASS(letter, low, high) {letter, ASCII_SET(low, high), ASCII_COMPLEMENT(low, high)}

typedef struct ByteClass {
  char letter;
  ByteSet members, complement;
} ByteClass;

/* The classes in the C locale; in others, bytes are asked one by one. */
static const ByteClass BYTE_CLASSES[] = {
  ASCII_CLASS('a', 0, 0x07FFFFFE07FFFFFE),
  ASCII_CLASS('c', 0x00000000FFFFFFFF, 0x8000000000000000),
  ASCII_CLASS('d', 0x03FF000000000000, 0),
  ASCII_CLASS('g', 0xFFFFFFFE00000000, 0x7FFFFFFFFFFFFFFF),
  ASCII_CLASS('l', 0, 0x07FFFFFE00000000),
  ASCII_CLASS('p', 0xFC00FFFE00000000, 0x78000001F8000001),
  ASCII_CLASS('s', 0x0000000100003E00, 0),
  ASCII_CLASS('u', 0, 0x0000000007FFFFFE),
  ASCII_CLASS('w', 0x03FF000000000000, 0x07FFFFFE07FFFFFE),
  ASCII_CLASS('x', 0x03FF000000000000, 0x0000007E0000007E),
  ASCII_CLASS('z', 0x0000000000000001, 0),
};

/* Index in BYTE_CLASSES plus one, for each letter. */
static const uint8_t CLASS_OF_LETTER[26] = {
  ['a' - 'a'] = 1, ['c' - 'a'] = 2, ['d' - 'a'] = 3, ['g' - 'a'] = 4,  ['l' - 'a'] = 5,
  ['p' - 'a'] = 6, ['s' - 'a'] = 7, ['u' - 'a'] = 8, ['w' - 'a'] = 9, ['x' - 'a'] = 10,
  ['z' - 'a'] = 11,
};

static const ByteClass *byte_class_find(unsigned char letter)
{
  unsigned index = (unsigned)(letter | 0x20) - 'a';
  if (index >= 26 || CLASS_OF_LETTER[index] == 0)
    return NULL;
  return &BYTE_CLASSES[CLASS_OF_LETTER[index] - 1];
}

static bool locale_class_has(char letter, int c)
{
  switch (letter) {
    case 'a': return isalpha(c);
    case 'c': return iscntrl(c);
    case 'd': return isdigit(c);
    case 'g': return isgraph(c);
    case 'l': return islower(c);
    case 'p': return ispunct(c);
    case 's': return isspace(c);
    case 'u': return isupper(c);
    case 'w': return isalnum(c);
    case 'x': return isxdigit(c);
    default: return c == 0;
  }
}

/* ---- Compiler ------------------------------------------------------------------------- */

static inline void byte_set_add(ByteSet *set, unsigned char c)
{
  set->words[c >> 6] |= (uint64_t)1 << (c & 63);
}

typedef struct PatternCompiler {
  lua_State *L;
  Pattern *pattern;
  PatternItem *next;        /* where the next item goes */
  ByteSet *next_set;        /* where the next set goes */
  const char *source, *end; /* a zero byte is at `end` */
  bool c_locale;
  uint32_t open; /* captures not yet closed, as bits */
} PatternCompiler;

/* How much of a pattern is compiled before the next poll. */
static inline const char *part_of_pattern(lua_State *L, const char *p, const char *end)
{
  enum { PART_LENGTH = 1 << 10, BYTE_COST = 4 };
  if (end - p <= PART_LENGTH)
    return end;
  builtin_poll(L, BYTE_COST * PART_LENGTH);
  return p + PART_LENGTH;
}

size_t pattern_storage_size(const char *source, size_t length)
{
  size_t sets = 0;
  for (size_t i = 0; i < length; i++)
    sets += source[i] == '[' || source[i] == PATTERN_ESCAPE;
  return sizeof(Pattern) + (length + 1) * sizeof(PatternItem) + sets * sizeof(ByteSet);
}

static PatternItem *compiler_emit(PatternCompiler *compiler, PatternOp op, unsigned byte)
{
  PatternItem *item = compiler->next++;
  *item = (PatternItem){.op = (uint8_t)op, .byte = (uint8_t)byte};
  return item;
}

/* Ends the list: nothing after a malformed item can be reached. */
static void compiler_fail(PatternCompiler *compiler, PatternError error, unsigned argument)
{
  compiler_emit(compiler, OP_ERROR, error)->other = (uint8_t)argument;
  compiler->source = compiler->end;
}

static ByteSet *compiler_new_set(PatternCompiler *compiler)
{
  ByteSet *set = compiler->next_set++;
  *set = (ByteSet){{0}};
  return set;
}

static const ByteSet *compiler_class_set(PatternCompiler *compiler, const ByteClass *class,
                                         unsigned char letter)
{
  bool negated = (letter & 0x20) == 0;
  if (compiler->c_locale)
    return negated ? &class->complement : &class->members;
  ByteSet *set = compiler_new_set(compiler);
  for (int c = 0; c <= UCHAR_MAX; c++)
    if (locale_class_has(class->letter, c) != negated)
      byte_set_add(set, (unsigned char)c);
  return set;
}

/* Adds what '%' and `letter` mean inside a set. */
static void compiler_add_escape(PatternCompiler *compiler, ByteSet *set, unsigned char letter)
{
  const ByteClass *class = byte_class_find(letter);
  if (class == NULL) {
    byte_set_add(set, letter);
    return;
  }
  const ByteSet *members = compiler_class_set(compiler, class, letter);
  for (int i = 0; i < 4; i++)
    set->words[i] |= members->words[i];
}

/* Adds the class, range or byte at p, of a set that is closed at `close`; returns what follows it. */
static const char *compiler_add_member(PatternCompiler *compiler, ByteSet *set, const char *p,
                                       const char *close)
{
  if (*p == PATTERN_ESCAPE) {
    compiler_add_escape(compiler, set, (unsigned char)p[1]);
    return p + 2;
  }
  if (p[1] != '-' || p + 2 >= close) {
    byte_set_add(set, (unsigned char)*p);
    return p + 1;
  }
  for (int c = (unsigned char)*p; c <= (unsigned char)p[2]; c++)
    byte_set_add(set, (unsigned char)c);
  return p + 3;
}

/* The ']' that closes a set whose '[' has been passed, or NULL. The first byte is never it. */
static const char *set_close(const char *p, const char *end)
{
  if (*p == '^')
    p++;
  do {
    if (p >= end)
      return NULL;
    if (*p++ == PATTERN_ESCAPE && p < end)
      p++;
  } while (*p != ']');
  return p < end ? p : NULL;
}

/* Reads a set whose '[' has been passed, with its ']'; NULL if there is no ']'. */
static const ByteSet *compiler_read_set(PatternCompiler *compiler)
{
  const char *p = compiler->source;
  const char *close = set_close(p, compiler->end);
  if (close == NULL)
    return NULL;
  ByteSet *set = compiler_new_set(compiler);
  bool negated = *p == '^';
  for (p += negated; p < close;) {
    const char *part_end = part_of_pattern(compiler->L, p, close);
    while (p < part_end)
      p = compiler_add_member(compiler, set, p, close);
  }
  if (negated)
    for (int i = 0; i < 4; i++)
      set->words[i] = ~set->words[i];
  compiler->source = close + 1;
  return set;
}

static void compiler_open(PatternCompiler *compiler)
{
  int index = compiler->pattern->captures;
  if (index >= PATTERN_CAPTURES_MAX) {
    compiler_fail(compiler, ERROR_TOO_MANY_CAPTURES, 0);
    return;
  }
  compiler->pattern->captures++;
  if (*compiler->source == ')' && compiler->source < compiler->end) {
    compiler->source++;
    compiler_emit(compiler, OP_POSITION, (unsigned)index);
  } else {
    compiler->open |= (uint32_t)1 << index;
    compiler_emit(compiler, OP_OPEN, (unsigned)index);
  }
}

static void compiler_close(PatternCompiler *compiler)
{
  if (compiler->open == 0) {
    compiler_fail(compiler, ERROR_CAPTURE_CLOSE, 0);
    return;
  }
  unsigned innermost = 31 - (unsigned)__builtin_clz(compiler->open);
  compiler->open &= ~((uint32_t)1 << innermost);
  compiler_emit(compiler, OP_CLOSE, innermost);
}

static void compiler_backreference(PatternCompiler *compiler, char digit)
{
  int index = digit - '1';
  if (index < 0 || index >= compiler->pattern->captures || (compiler->open >> index & 1))
    compiler_fail(compiler, ERROR_CAPTURE_INDEX, (unsigned)(index + 1));
  else
    compiler_emit(compiler, OP_BACKREFERENCE, (unsigned)index);
}

static void compiler_balance(PatternCompiler *compiler)
{
  const char *p = compiler->source;
  if (compiler->end - p < 2) {
    compiler_fail(compiler, ERROR_BALANCE_ARGUMENTS, 0);
    return;
  }
  compiler_emit(compiler, OP_BALANCE, (unsigned char)p[0])->other = (uint8_t)p[1];
  compiler->source = p + 2;
}

static void compiler_frontier(PatternCompiler *compiler)
{
  if (*compiler->source != '[') {
    compiler_fail(compiler, ERROR_FRONTIER_SET, 0);
    return;
  }
  compiler->source++;
  const ByteSet *set = compiler_read_set(compiler);
  if (set == NULL)
    compiler_fail(compiler, ERROR_MISSING_BRACKET, 0);
  else
    compiler_emit(compiler, OP_FRONTIER, 0)->set = set;
}

/* Turns a single-byte test into its repetition, if a suffix asks for it. */
static void compiler_suffix(PatternCompiler *compiler, PatternItem *item)
{
  if (compiler->source >= compiler->end)
    return;
  switch (*compiler->source) {
    case '?': item->op = OP_OPTIONAL; break;
    case '*': item->op = OP_STAR; break;
    case '+': item->op = OP_PLUS; break;
    case '-': item->op = OP_LAZY; break;
    default: return;
  }
  compiler->source++;
}

static void compiler_byte(PatternCompiler *compiler, unsigned char c)
{
  PatternItem *item = compiler_emit(compiler, OP_ONE, c);
  item->test = TEST_BYTE;
  compiler_suffix(compiler, item);
}

static void compiler_set(PatternCompiler *compiler, const ByteSet *set)
{
  PatternItem *item = compiler_emit(compiler, OP_ONE, 0);
  item->test = TEST_SET;
  item->set = set;
  compiler_suffix(compiler, item);
}

/* The byte after '%', which has been passed. */
static void compiler_escape(PatternCompiler *compiler)
{
  if (compiler->source >= compiler->end) {
    compiler_fail(compiler, ERROR_ENDS_WITH_ESCAPE, 0);
    return;
  }
  unsigned char c = (unsigned char)*compiler->source++;
  const ByteClass *class = byte_class_find(c);
  if (class != NULL)
    compiler_set(compiler, compiler_class_set(compiler, class, c));
  else if (c == 'b')
    compiler_balance(compiler);
  else if (c == 'f')
    compiler_frontier(compiler);
  else if (c >= '0' && c <= '9')
    compiler_backreference(compiler, (char)c);
  else
    compiler_byte(compiler, c);
}

static void compiler_item(PatternCompiler *compiler)
{
  char c = *compiler->source++;
  switch (c) {
    case '(':
      compiler_open(compiler);
      break;
    case ')':
      compiler_close(compiler);
      break;
    case PATTERN_ESCAPE:
      compiler_escape(compiler);
      break;
    case '.': {
      PatternItem *item = compiler_emit(compiler, OP_ONE, 0);
      item->test = TEST_ANY;
      compiler_suffix(compiler, item);
      break;
    }
    case '[': {
      const ByteSet *set = compiler_read_set(compiler);
      if (set == NULL)
        compiler_fail(compiler, ERROR_MISSING_BRACKET, 0);
      else
        compiler_set(compiler, set);
      break;
    }
    case '$':
      if (compiler->source == compiler->end) {
        compiler_emit(compiler, OP_END_ANCHOR, 0);
        break;
      } /* else a plain byte */
      __attribute__((fallthrough));
    default:
      compiler_byte(compiler, (unsigned char)c);
  }
}

/* Whether some byte passes both tests; `other` is not TEST_ANY. */
static bool items_overlap(const PatternItem *item, const PatternItem *other)
{
  if (item->test == TEST_ANY)
    return true;
  if (other->test == TEST_BYTE)
    return item->test == TEST_BYTE ? item->byte == other->byte
                                   : byte_set_has(item->set, other->byte);
  if (item->test == TEST_BYTE)
    return byte_set_has(other->set, item->byte);
  uint64_t common = 0;
  for (int i = 0; i < 4; i++)
    common |= item->set->words[i] & other->set->words[i];
  return common != 0;
}

/*
 * Tells every item which test the byte after it must pass, looking through captures; and greedy
 * items whether that test excludes all bytes they take, or nothing follows but the pattern's end,
 * anchored or not: if it does not match behind the longest run, no shorter one helps. `x*` can only
 * tell what follows if the pattern's end anchor is next. Returns what the first byte of a match must
 * pass, or NULL.
 */
static const PatternItem *link_follow(PatternItem *first, PatternItem *end)
{
  const PatternItem *follow = NULL;
  bool at_end_anchor = false, at_end = true;
  for (PatternItem *item = end; item-- > first;) {
    item->follow = follow;
    if (item->op == OP_OPEN || item->op == OP_POSITION || item->op == OP_CLOSE)
      continue;
    bool is_greedy = item->op == OP_STAR || item->op == OP_PLUS;
    if (is_greedy && (at_end || (follow != NULL && !items_overlap(item, follow))))
      item->other |= KEEPS_ALL;
    if (item->op == OP_STAR && at_end_anchor)
      item->other |= OR_AT_END;
    bool is_known = item->op == OP_ONE || item->op == OP_PLUS || (item->other & OR_AT_END);
    bool is_test = item->op >= OP_ONE && item->test != TEST_ANY;
    follow = is_test && is_known ? item : NULL;
    at_end_anchor = item->op == OP_END_ANCHOR;
    at_end = at_end_anchor || item->op == OP_END;
  }
  return follow != NULL && follow->op != OP_STAR ? follow : NULL;
}

/* An attempt goes through the items at most once, but for what the loops over lengths pay. */
static void set_attempts(Pattern *pattern, size_t length)
{
  enum { ATTEMPTS = 512, FREE_PART = 8, COST = 4, ITEMS_FOR_COST = 64 };
  size_t more = length / ITEMS_FOR_COST;
  if (more > ATTEMPTS)
    more = ATTEMPTS; /* no product overflows */
  pattern->attempt_cost = COST + (int)more;
  pattern->attempts = ATTEMPTS / (1 + (int)more) + 1;
  pattern->credit = pattern->attempts / FREE_PART;
}

const Pattern *pattern_compile(lua_State *L, void *storage, const char *source, size_t length,
                               bool may_anchor)
{
  Pattern *pattern = storage;
  PatternCompiler compiler = {
    .L = L,
    .pattern = pattern,
    .next = pattern->items,
    .next_set = (ByteSet *)(void *)(pattern->items + length + 1),
    .source = source,
    .end = source + length,
    .c_locale = locale_category_is_c(LC_CTYPE),
  };
  set_attempts(pattern, length);
  pattern->captures = 0;
  pattern->anchored = may_anchor && *source == '^';
  compiler.source += pattern->anchored;
  while (compiler.source < compiler.end) {
    const char *part_end = part_of_pattern(L, compiler.source, compiler.end);
    while (compiler.source < part_end)
      compiler_item(&compiler);
  }
  compiler_emit(&compiler, OP_END, 0);
  pattern->start = link_follow(pattern->items, compiler.next);
  return pattern;
}
