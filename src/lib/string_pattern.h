/*
 * Lua patterns (manual 6.4.1), compiled to a short list of items and matched by backtracking.
 *
 * A pattern has no alternation and its captures do not repeat, so everything about captures is
 * known when it is compiled: their number, which one a ')' closes, whether '%1' may be used.
 * Malformed patterns raise their error only when a match reaches the malformed place: the
 * compiler ends the list with an error item there.
 * Layer: lib (public headers only).
 */
#ifndef FERROUS_STRING_PATTERN_H
#define FERROUS_STRING_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lua.h"

enum {
  PATTERN_CAPTURES_MAX = 32,
  PATTERN_DEPTH_MAX = 200, /* nested choices and captures in one match */
  PATTERN_ESCAPE = '%',
};

/* Length of a capture that has no text. */
enum { CAPTURE_UNFINISHED = -1, CAPTURE_POSITION = -2 };

typedef struct ByteSet {
  uint64_t words[4];
} ByteSet;

typedef struct PatternItem {
  uint8_t op;    /* PatternOp */
  uint8_t test;  /* PatternTest, for items that consume bytes */
  uint8_t byte;  /* the byte, the capture's number, an error's number, or '%b's opening byte */
  uint8_t other; /* '%b's closing byte, an error's argument, or RepeatFlags */
  const ByteSet *set;
  const struct PatternItem *follow; /* what the next byte after this item must satisfy, or NULL */
} PatternItem;

typedef struct Pattern {
  const PatternItem *start; /* what the first byte of a match must satisfy, or NULL */
  int attempt_cost; /* of trying to match at one place, or after one length, in instructions */
  int attempts;     /* how many such are made between two polls */
  int credit;       /* how many may come to nothing before the first one */
  int captures;
  bool anchored; /* began with '^' */
  PatternItem items[];
} Pattern;

typedef struct Capture {
  const char *start;
  ptrdiff_t length; /* or CAPTURE_UNFINISHED, CAPTURE_POSITION */
} Capture;

typedef struct Matcher {
  lua_State *L;
  const Pattern *pattern;
  const char *subject;
  const char *end; /* the subject's end; a zero byte is there */
  const char *stop; /* places from here on are searched after a poll; behind `end` at most */
  int capture_count; /* the pattern's, which may be gone when captures are read */
  int credit; /* attempts that may come to nothing before a poll */
  Capture captures[PATTERN_CAPTURES_MAX];
} Matcher;

/* Bytes of storage that `pattern_compile` may need; the storage must be aligned for pointers. */
size_t pattern_storage_size(const char *source, size_t length);

/* Compiles into `storage`; long patterns are paid for. A leading '^' anchors if `may_anchor`, and is a
   plain byte otherwise. */
const Pattern *pattern_compile(lua_State *L, void *storage, const char *source, size_t length,
                               bool may_anchor);

static inline void matcher_init(Matcher *matcher, lua_State *L, const Pattern *pattern,
                                const char *subject, size_t length)
{
  matcher->L = L;
  matcher->pattern = pattern;
  matcher->subject = subject;
  matcher->end = subject + length;
  matcher->capture_count = pattern->captures;
  matcher->credit = pattern->credit;
}

/* The place before which a search that starts at `from` needs no poll. */
static inline const char *matcher_stop(const Matcher *matcher, const char *from)
{
  ptrdiff_t places = matcher->pattern->attempts;
  return matcher->end - from < places ? matcher->end + 1 : from + places;
}

/*
 * Finds the first match that starts at `from` or later (exactly there, if the pattern is
 * anchored); `stop` is set, for this place or an earlier one. Returns its start and stores its
 * end, or returns NULL. Raises the errors of malformed patterns, and "pattern too complex".
 */
const char *pattern_search(Matcher *matcher, const char *from, const char **match_end);

#endif
