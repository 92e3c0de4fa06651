/*
 * Lua patterns: the backtracking matcher. See string_pattern.h, string_pattern_items.h.
 * Layer: lib (public headers only).
 */
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "api/poll.h"
#include "string_pattern_items.h"

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

static KEEPS_REGISTERS __attribute__((noinline)) void credit_poll(Matcher *matcher)
{
  const Pattern *pattern = matcher->pattern;
  size_t attempts = (size_t)(pattern->credit - matcher->credit);
  matcher->credit = pattern->credit;
  builtin_poll(matcher->L, attempts * (size_t)pattern->attempt_cost);
}

/* For no more attempts than are made at once. */
static inline void pay_attempts(Matcher *matcher, ptrdiff_t attempts)
{
  matcher->credit -= (int)attempts;
  if (luai_unlikely(matcher->credit < 0))
    credit_poll(matcher);
}

static KEEPS_REGISTERS __attribute__((noinline)) void pay_bytes(const Matcher *matcher, size_t bytes)
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
