/* UTF-8, as extended to 31 bits: manual 6.5 and the escape \u{...} of 3.1.
   Layer: base. */
#ifndef FERROUS_BASE_UTF8_H
#define FERROUS_BASE_UTF8_H

#include "base/config.h"

enum { UTF8_MAX_BYTES = 6 };

/* Writes the sequence of a code below 2^31; its length. */
static inline unsigned utf8_encode(uint32_t code, char out[UTF8_MAX_BYTES]) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  unsigned length = 2;
  while (length < UTF8_MAX_BYTES && code >> (5 * length + 1) != 0) length++;
  for (unsigned i = length; i-- > 1; code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
  out[0] = (char)((0xFF00u >> length & 0xFF) | code);
  return length;
}

#endif
