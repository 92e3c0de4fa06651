/*
 * What a compiled pattern consists of, for its compiler and its matcher. See string_pattern.h.
 *
 * Invariants:
 *  - items form one straight line that ends with OP_END, OP_END_ANCHOR or OP_ERROR; nothing but
 *    OP_ERROR reports a malformed pattern;
 *  - a capture is written before it is read on every path, because its opening item stands
 *    before every reader: backtracking need not undo anything;
 *  - `follow` only ever rejects places where the rest of the pattern could not match.
 * Layer: lib (public headers only).
 */
#ifndef FERROUS_STRING_PATTERN_ITEMS_H
#define FERROUS_STRING_PATTERN_ITEMS_H

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

#endif
