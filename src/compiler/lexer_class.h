/* What a byte may be to the lexer: a table of class bits, independent of the locale.
   Layer: compiler. */
#ifndef FERROUS_COMPILER_LEXER_CLASS_H
#define FERROUS_COMPILER_LEXER_CLASS_H

#include "base/config.h"

enum {
  CLASS_WORD = 1,       /* letters, digits, underscore */
  CLASS_NAME_START = 2, /* letters, underscore */
  CLASS_DIGIT = 4,
  CLASS_HEX = 8,
  CLASS_BLANK = 16, /* isspace of the C locale */
  CLASS_PLAIN = 32, /* inside quotes: neither a quote, nor a backslash, nor a line end */
  CLASS_LONG = 64   /* inside long brackets: neither "]" nor a line end */
};

extern const uint8_t lexer_byte_classes[256];

/* byte must be 0..255. */
ALWAYS_INLINE bool byte_has_class(int byte, unsigned classes) {
  return (lexer_byte_classes[byte] & classes) != 0;
}

#endif
