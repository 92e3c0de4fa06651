/* Hash functions: of one word, and of bytes with a seed.
   Layer: base.

   Both fold a 64 x 64 bit product: its two halves, xored, depend on all bits of both factors, so
   that strides of any power of two and keys that differ in high bits alone spread well, and the low
   bits of the result may be used as they are. */
#ifndef FERROUS_BASE_HASH_H
#define FERROUS_BASE_HASH_H

#include "base/config.h"

#include <string.h>

#define HASH_MULTIPLIER UINT64_C(0x9E3779B97F4A7C15) /* 2^64 / golden ratio, odd */

ALWAYS_INLINE uint64_t hash_fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* For keys that nobody chooses to do harm: integers, floats, addresses. */
ALWAYS_INLINE uint32_t hash_word(uint64_t word) {
  return (uint32_t)hash_fold(word, HASH_MULTIPLIER);
}

ALWAYS_INLINE uint64_t hash_load64(const char *p) {
  uint64_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

ALWAYS_INLINE uint32_t hash_load32(const char *p) {
  uint32_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

/* The last bytes as one word, given that there are at most 8. Their number is mixed in
   elsewhere. */
ALWAYS_INLINE uint64_t hash_load_short(const char *p, size_t length) {
  if (length >= 4)
    return hash_load32(p) | (uint64_t)hash_load32(p + length - 4) << 32;
  if (length == 0) return 0;
  return (uint8_t)p[0] | (uint64_t)(uint8_t)p[length >> 1] << 8 |
         (uint64_t)(uint8_t)p[length - 1] << 16;
}

/* For strings. Each step multiplies by a secret that comes from the seed: what a difference in
   one word does to the state cannot be foretold without it, and so cannot be undone by the next. */
static inline uint32_t hash_bytes(uint32_t seed, const char *bytes, size_t length) {
  uint64_t secret = (seed | UINT64_C(1) << 32) * HASH_MULTIPLIER | 1;
  uint64_t state = secret ^ length;
  while (length > 8) {
    state = hash_fold(state ^ hash_load64(bytes), secret);
    bytes += 8;
    length -= 8;
  }
  state = hash_fold(state ^ hash_load_short(bytes, length), secret);
  return (uint32_t)(state ^ state >> 32);
}

/* Removing from an open-addressing table with linear probing: whether the entry at `at`, whose
   probing starts at `start`, may move to the hole: in the circular order the hole is not before its
   start. */
ALWAYS_INLINE bool hash_may_fill_hole(uint32_t hole, uint32_t start, uint32_t at, uint32_t mask) {
  return ((at - start) & mask) >= ((at - hole) & mask);
}

#endif
