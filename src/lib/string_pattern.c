/*
 * Lua patterns: the compiler and the backtracking matcher. See string_pattern.h.
 *
 * Invariants:
 *  - items form one straight line that ends with OP_END, OP_END_ANCHOR or OP_ERROR; nothing but
 *    OP_ERROR reports a malformed pattern;
 *  - a capture is written before it is read on every path, because its opening item stands
 *    before every reader: backtracking need not undo anything;
 *  - `follow` only ever rejects places where the rest of the pattern could not match.
 * Layer: lib (public headers only).
 */
#include <ctype.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "api/poll.h"
#include "string_internal.h"
#include "string_pattern.h"

typedef enum PatternOp {
  OP_END,
  OP_END_ANCHOR,
  OP_ERROR,
  OP_OPEN,
  OP_POSITION,
  OP_CLOSE,
  OP_BACKREFERENCE,
  OP_BALANCE,
  OP_FRONTIER,
  OP_ONE,      /* x  */
  OP_OPTIONAL, /* x? */
  OP_STAR,     /* x* */
  OP_PLUS,     /* x+ */
  OP_LAZY,     /* x- */
} PatternOp;

typedef enum PatternTest { TEST_BYTE, TEST_ANY, TEST_SET } PatternTest;

enum RepeatFlags {
  KEEPS_ALL = 1, /* greedy: giving bytes back is pointless */
  OR_AT_END = 2, /* only the subject's end may follow, so as a `follow` it admits the end too */
};

typedef enum PatternError {
  ERROR_ENDS_WITH_ESCAPE,
  ERROR_MISSING_BRACKET,
  ERROR_BALANCE_ARGUMENTS,
  ERROR_FRONTIER_SET,
  ERROR_TOO_MANY_CAPTURES,
  ERROR_CAPTURE_INDEX,
  ERROR_CAPTURE_CLOSE,
} PatternError;

static inline bool byte_set_has(const ByteSet *set, unsigned char c)
{
  return (set->words[c >> 6] >> (c & 63)) & 1;
}

static inline void byte_set_add(ByteSet *set, unsigned char c)
{
  set->words[c >> 6] |= (uint64_t)1 << (c & 63);
}

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
 * anchored or not: if it does not match behind the longest run, no shorter one helps. `x*` can only tell what follows if the
 * pattern's end anchor is next. Returns what the first byte of a match must pass, or NULL.
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
  enum { ATTEMPTS = 512, COST = 4, ITEMS_FOR_COST = 64 };
  size_t more = length / ITEMS_FOR_COST;
  if (more > ATTEMPTS)
    more = ATTEMPTS; /* no product overflows */
  pattern->attempt_cost = COST + (int)more;
  pattern->attempts = ATTEMPTS / (1 + (int)more) + 1;
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

/* ---- Matcher -------------------------------------------------------------------------- */

static const char *match_here(Matcher *matcher, const char *s, const PatternItem *item, int depth);

static _Noreturn void raise_malformed(Matcher *matcher, const PatternItem *item)
{
  switch ((PatternError)item->byte) {
    case ERROR_ENDS_WITH_ESCAPE:
      luaL_error(matcher->L, "malformed pattern (ends with '%%')");
      break;
    case ERROR_MISSING_BRACKET:
      luaL_error(matcher->L, "malformed pattern (missing ']')");
      break;
    case ERROR_BALANCE_ARGUMENTS:
      luaL_error(matcher->L, "malformed pattern (missing arguments to '%%b')");
      break;
    case ERROR_FRONTIER_SET:
      luaL_error(matcher->L, "missing '[' after '%%f' in pattern");
      break;
    case ERROR_TOO_MANY_CAPTURES:
      luaL_error(matcher->L, "too many captures");
      break;
    case ERROR_CAPTURE_INDEX:
      luaL_error(matcher->L, "invalid capture index %%%d", (int)item->other);
      break;
    case ERROR_CAPTURE_CLOSE:
      luaL_error(matcher->L, "invalid pattern capture");
      break;
  }
  __builtin_unreachable();
}

/* One level less to go; the limit keeps the C stack bounded. */
static inline int deepen(Matcher *matcher, int depth)
{
  if (luai_unlikely(depth == 0))
    luaL_error(matcher->L, "pattern too complex");
  return depth - 1;
}

static inline bool item_accepts(const PatternItem *item, unsigned char c)
{
  switch ((PatternTest)item->test) {
    case TEST_BYTE: return c == item->byte;
    case TEST_ANY: return true;
    default: return byte_set_has(item->set, c);
  }
}

static inline bool may_follow(const Matcher *matcher, const PatternItem *follow, const char *s)
{
  if (follow == NULL)
    return true;
  if (s == matcher->end)
    return follow->other & OR_AT_END;
  return item_accepts(follow, (unsigned char)*s);
}

enum { RUN_PART = 1 << 20 };

/* The end of the longest run of accepted bytes, or of its first RUN_PART. */
static const char *skip_accepted(const Matcher *matcher, const PatternItem *item, const char *s)
{
  const char *end = matcher->end - s < RUN_PART ? matcher->end : s + RUN_PART;
  switch ((PatternTest)item->test) {
    case TEST_BYTE:
      while (s < end && (unsigned char)*s == item->byte)
        s++;
      return s;
    case TEST_ANY:
      return matcher->end;
    default: {
      const ByteSet *set = item->set;
      while (s < end && byte_set_has(set, (unsigned char)*s))
        s++;
      return s;
    }
  }
}

/*
 * Payment. Whatever makes a search long is either the subject, and then the search comes past
 * `stop`, or it is backtracking: what was tried and came to nothing. A loop over lengths pays for
 * its rounds when it gives up, and after so many rounds; what succeeds goes on without. So the
 * patterns that programs use pay hardly ever, and exponential ones at every level but the last.
 */
enum { LONG_RUN = 64, BALANCE_PART = 1 << 16 };

static __attribute__((noinline)) void credit_poll(Matcher *matcher)
{
  size_t cost = (size_t)(SEARCH_CREDIT - matcher->credit);
  matcher->credit = SEARCH_CREDIT;
  builtin_poll(matcher->L, cost);
}

/* For no more attempts than are made at once. */
static inline void pay_attempts(Matcher *matcher, ptrdiff_t attempts)
{
  matcher->credit -= matcher->pattern->attempt_cost * (int)attempts;
  if (luai_unlikely(matcher->credit < 0))
    credit_poll(matcher);
}

static __attribute__((noinline)) void pay_bytes(const Matcher *matcher, size_t bytes)
{
  builtin_poll_bytes(matcher->L, bytes);
}

/* Pays for a run that has come so far as s, and goes on with it. */
static __attribute__((noinline)) const char *finish_long_run(const Matcher *matcher,
                                                             const PatternItem *item,
                                                             const char *s, size_t run)
{
  for (;;) {
    pay_bytes(matcher, run);
    if (run < RUN_PART - 1)
      return s;
    const char *from = s;
    s = skip_accepted(matcher, item, s);
    run = (size_t)(s - from);
  }
}

/* x* and x+: tries the rest after every length from the longest down to `shortest`. */
static __attribute__((noinline)) const char *match_greedy(Matcher *matcher, const char *shortest, const char *longest,
                                const PatternItem *item, int depth)
{
  const char *s = longest;
  ptrdiff_t attempts = matcher->pattern->attempts;
  do {
    const char *first = s, *last = s - shortest < attempts ? shortest : s - attempts + 1;
    for (; s >= last; s--) {
      if (!may_follow(matcher, item->follow, s))
        continue;
      const char *end = match_here(matcher, s, item + 1, deepen(matcher, depth));
      if (end != NULL)
        return end;
    }
    pay_attempts(matcher, first - s);
  } while (s >= shortest);
  return NULL;
}

/* .- before a known byte: only places before that byte are worth a try. */
static const char *match_lazy_to_byte(Matcher *matcher, const char *s, const PatternItem *item,
                                      int depth)
{
  const char *from = s;
  for (; s < matcher->end; s++) {
    s = memchr(s, item->follow->byte, (size_t)(matcher->end - s));
    if (s == NULL) {
      s = matcher->end;
      break;
    }
    const char *end = match_here(matcher, s, item + 1, deepen(matcher, depth));
    if (end != NULL)
      return end;
    pay_attempts(matcher, 1);
  }
  if (s - from >= LONG_RUN)
    pay_bytes(matcher, (size_t)(s - from));
  return NULL;
}

static __attribute__((noinline)) const char *match_lazy(Matcher *matcher, const char *s, const PatternItem *item, int depth)
{
  const PatternItem *follow = item->follow;
  if (item->test == TEST_ANY && follow != NULL && follow->test == TEST_BYTE &&
      !(follow->other & OR_AT_END))
    return match_lazy_to_byte(matcher, s, item, depth);
  ptrdiff_t attempts = matcher->pattern->attempts;
  for (;;) {
    const char *first = s;
    const char *last = matcher->end - s < attempts ? matcher->end : s + attempts - 1;
    for (;; s++) {
      if (may_follow(matcher, follow, s)) {
        const char *end = match_here(matcher, s, item + 1, deepen(matcher, depth));
        if (end != NULL)
          return end;
      }
      if (s >= last || !item_accepts(item, (unsigned char)*s))
        break;
    }
    pay_attempts(matcher, s - first + 1);
    if (s == matcher->end || !item_accepts(item, (unsigned char)*s))
      return NULL;
    s++;
  }
}

/* Behind the byte that closes what was opened before s; NULL: none. */
static const char *find_balance(Matcher *matcher, const char *s, const PatternItem *item)
{
  size_t nesting = 1;
  for (;;) {
    bool is_last = matcher->end - s <= BALANCE_PART;
    const char *part_end = is_last ? matcher->end : s + BALANCE_PART;
    for (; s < part_end; s++) {
      unsigned char c = (unsigned char)*s;
      if (c == item->other) {
        if (--nesting == 0)
          return s + 1;
      } else if (c == item->byte) {
        nesting++;
      }
    }
    if (is_last)
      return NULL;
    pay_bytes(matcher, BALANCE_PART);
  }
}

static __attribute__((noinline)) const char *match_balance(Matcher *matcher, const char *s,
                                                            const PatternItem *item)
{
  if (s >= matcher->end || (unsigned char)*s != item->byte)
    return NULL;
  const char *end = find_balance(matcher, s + 1, item);
  if (end == NULL)
    pay_bytes(matcher, (size_t)(matcher->end - s));
  return end;
}

/* The subject is surrounded by zero bytes, as far as a frontier is concerned. */
static bool at_frontier(const Matcher *matcher, const char *s, const ByteSet *set)
{
  unsigned char before = s == matcher->subject ? 0 : (unsigned char)s[-1];
  unsigned char after = s == matcher->end ? 0 : (unsigned char)*s;
  return !byte_set_has(set, before) && byte_set_has(set, after);
}

static __attribute__((noinline)) const char *match_backreference(Matcher *matcher, const char *s,
                                                                  unsigned index)
{
  const Capture *capture = &matcher->captures[index];
  if (capture->length < 0 || matcher->end - s < capture->length)
    return NULL;
  if (capture->length >= LONG_RUN)
    pay_bytes(matcher, (size_t)capture->length);
  if (memcmp(capture->start, s, (size_t)capture->length) != 0)
    return NULL;
  return s + capture->length;
}

static const char *match_optional(Matcher *matcher, const char *s, const PatternItem *item,
                                  int depth)
{
  if (s >= matcher->end || !item_accepts(item, (unsigned char)*s))
    return NULL;
  const char *end = match_here(matcher, s + 1, item + 1, deepen(matcher, depth));
  if (end == NULL)
    pay_attempts(matcher, 1);
  return end;
}

/*
 * Matches the items from `item` on at `s`; returns the match's end or NULL. `depth` is the number
 * of levels left. Greedy items that cannot usefully give bytes back go on without recursion.
 */
static const char *match_here(Matcher *matcher, const char *s, const PatternItem *item, int depth)
{
  for (;; item++) {
    switch ((PatternOp)item->op) {
      case OP_END:
        return s;
      case OP_END_ANCHOR:
        return s == matcher->end ? s : NULL;
      case OP_ERROR:
        raise_malformed(matcher, item);
      case OP_OPEN:
      case OP_POSITION:
        depth = deepen(matcher, depth);
        matcher->captures[item->byte] =
            (Capture){s, item->op == OP_OPEN ? CAPTURE_UNFINISHED : CAPTURE_POSITION};
        break;
      case OP_CLOSE:
        depth = deepen(matcher, depth);
        matcher->captures[item->byte].length = s - matcher->captures[item->byte].start;
        break;
      case OP_BACKREFERENCE:
        s = match_backreference(matcher, s, item->byte);
        if (s == NULL)
          return NULL;
        break;
      case OP_BALANCE:
        s = match_balance(matcher, s, item);
        if (s == NULL)
          return NULL;
        break;
      case OP_FRONTIER:
        if (!at_frontier(matcher, s, item->set))
          return NULL;
        break;
      case OP_ONE:
        if (s >= matcher->end || !item_accepts(item, (unsigned char)*s))
          return NULL;
        s++;
        break;
      case OP_OPTIONAL: {
        const char *end = match_optional(matcher, s, item, depth);
        if (end != NULL)
          return end;
        break;
      }
      case OP_STAR:
      case OP_PLUS: {
        const char *shortest = s + (item->op == OP_PLUS);
        s = skip_accepted(matcher, item, s);
        if ((size_t)(s - shortest) >= LONG_RUN) {
          if (s < shortest)
            return NULL;
          s = finish_long_run(matcher, item, s, (size_t)(s - shortest));
        }
        if (!(item->other & KEEPS_ALL))
          return match_greedy(matcher, shortest, s, item, depth);
        depth = deepen(matcher, depth);
        break;
      }
      case OP_LAZY:
        return match_lazy(matcher, s, item, depth);
    }
  }
}

/* The first place from `s` on where a match may start; `stop` or behind it: none before. */
static const char *skip_to_start(const Matcher *matcher, const PatternItem *start, const char *s)
{
  const char *end = matcher->end, *stop = matcher->stop;
  if (start->test == TEST_BYTE) {
    const char *found = memchr(s, start->byte, (size_t)(end - s));
    return found != NULL ? found : end + 1;
  }
  const ByteSet *set = start->set;
  while (s < stop && !byte_set_has(set, (unsigned char)*s)) /* the zero at the end counts as a byte */
    s++;
  return s;
}

/* Places from `s` to before `stop`. Returns the match's start, or NULL and in *match_end where to
 * go on. */
static inline const char *search_places(Matcher *matcher, const char *s, const char **match_end)
{
  const PatternItem *start = matcher->pattern->start;
  for (; s < matcher->stop; s++) {
    if (start != NULL && (s = skip_to_start(matcher, start, s)) >= matcher->stop)
      break;
    const char *end = match_here(matcher, s, matcher->pattern->items, PATTERN_DEPTH_MAX - 1);
    if (end != NULL) {
      *match_end = end;
      return s;
    }
    if (start != NULL)
      pay_attempts(matcher, 1);
  }
  *match_end = s;
  return NULL;
}

/* With no byte that a match must start with, there was an attempt at each place. */
static void pay_places(Matcher *matcher, const char *s)
{
  const Pattern *pattern = matcher->pattern;
  size_t places = (size_t)(s - matcher->stop) + (size_t)pattern->attempts;
  builtin_poll(matcher->L,
               pattern->start != NULL ? places / 4 : places * (size_t)pattern->attempt_cost);
  matcher->stop = matcher_stop(matcher, s);
}

const char *pattern_search(Matcher *matcher, const char *from, const char **match_end)
{
  if (matcher->pattern->anchored) {
    *match_end = match_here(matcher, from, matcher->pattern->items, PATTERN_DEPTH_MAX - 1);
    return *match_end != NULL ? from : NULL;
  }
  for (;;) {
    const char *match = search_places(matcher, from, match_end);
    if (match != NULL)
      return match;
    if (matcher->stop > matcher->end)
      return NULL;
    from = *match_end;
    pay_places(matcher, from);
    if (from > matcher->end)
      return NULL;
  }
}
