/* Hash parts: where a key's nodes are looked for. Shared by the tables' own files and the
   interpreter's handlers.
   Layer: runtime.

   Neighbours stay together: keys that come in order (integers, addresses of cells that were
   allocated in a row) share blocks of PROBE_BLOCK nodes, a few to a cache line, and only the blocks
   are scattered. Without that, every step through such keys would be a cache miss once a table is
   large.

   The lowest bits of a hash are the node's number, not the uppermost: a traversal then goes through
   nodes whose places in a smaller table go round it. By the uppermost bits it would go through the
   smaller table once from front to back, and copying a table key by key fill all the nodes at the
   front before any other: in quadratic time. */
#ifndef FERROUS_RUNTIME_PROBE_H
#define FERROUS_RUNTIME_PROBE_H

#include "base/hash.h"
#include "runtime/global.h"

enum { PROBE_BLOCK = 8 };

/* Searched for: the bits of its multiples from 2^35 up to any other fill a circle about as evenly as the
   upper bits of the golden ratio's do, so that keys that come in order seldom collide, in tables of any
   size. (Strides from 1 to 3000, 32 to 8192 nodes: 1.84 probes in the mean; golden ratio, upper bits: 2.01.) */
#define PROBE_MULTIPLIER UINT64_C(0x1FF8BB4C511775B9)

/* The lowest bits place the key in its block; strides that are a multiple of the block are spread over it
   as well. */
ALWAYS_INLINE uint32_t hash_int(int64_t key) {
  uint64_t product = ((uint64_t)key / PROBE_BLOCK) * PROBE_MULTIPLIER;
  return (uint32_t)(product >> 32) ^ ((uint32_t)key & (PROBE_BLOCK - 1));
}

/* Of integers that do not fit a word. The places of a product that are used depend on no higher bits of the key, in
   which alone keys may differ: so those are folded into the lower ones. */
ALWAYS_INLINE uint32_t hash_wide(int64_t key) {
  return hash_int((int64_t)((uint64_t)key ^ (uint64_t)key >> 32));
}

/* Whether its integral part is an int64_t, by the exponent: below 2^62. */
ALWAYS_INLINE bool double_is_moderate(double d) {
  return (value_from_double(d) >> 52 & 0x7FF) < 1023 + 62;
}

/* Of doubles without an integral value: those with the same fraction are neighbours as their
   integral parts are. */
ALWAYS_INLINE uint32_t hash_double(double d) {
  if (unlikely(!double_is_moderate(d))) return hash_word(value_from_double(d));
  int64_t integral = (int64_t)d;
  uint64_t product = ((uint64_t)integral / PROBE_BLOCK) * PROBE_MULTIPLIER;
  uint32_t fraction = hash_word(value_from_double(d - (double)integral));
  return ((uint32_t)(product >> 32) + fraction) ^ ((uint32_t)integral & (PROBE_BLOCK - 1));
}

/* Of cells other than strings and boxes: by their address, in units of what one takes. */
ALWAYS_INLINE uint32_t hash_cell(Value key) {
  return hash_int((int64_t)((key & PAYLOAD_MASK) >> (value_is_table(key) ? 6 : 4)));
}

/* The node where probing for a hash starts. */
ALWAYS_INLINE uint32_t hash_start(const HashPart *h, uint32_t hash) { return hash & h->mask; }

/* The node of a key whose equality is that of words (all but long strings and boxes), or the free
   one, with a nil in it, where the search ends. */
ALWAYS_INLINE Node *hash_probe_word(const HashPart *h, Value key, uint32_t hash) {
  uint32_t mask = h->mask, i = hash_start(h, hash);
  while (h->nodes[i].key != key && h->nodes[i].key != EMPTY_KEY) i = (i + 1) & mask;
  return (Node *)&h->nodes[i];
}

/* The same, or NULL. */
ALWAYS_INLINE Node *hash_find_word(const HashPart *h, Value key, uint32_t hash) {
  Node *n = hash_probe_word(h, key, hash);
  return n->key == key ? n : NULL;
}

/* The same as hash_probe_word for an integer that does not fit a word. */
ALWAYS_INLINE Node *hash_probe_wide(const HashPart *h, int64_t key) {
  uint32_t mask = h->mask;
  for (uint32_t i = hash_start(h, hash_wide(key));; i = (i + 1) & mask) {
    const Node *n = &h->nodes[i];
    if (n->key == EMPTY_KEY) return (Node *)n;
    const Box *box = value_untag(n->key, TAG_BOX);
    if (!untag_failed(box) && box->as.integer == key && box->head.kind == KIND_INT_BOX) return (Node *)n;
  }
}

/* The value of an inline light userdata as key (see hash_key), or nil. */
ALWAYS_INLINE Value hash_get_light(const HashPart *h, const void *light) {
  Value key = value_from_inline_light(light);
  return h != NULL ? hash_probe_word(h, key, hash_word(key))->value : NIL;
}

/* Where a key that has no node would go: the first on its way that is not live. */
ALWAYS_INLINE Node *hash_part_place(HashPart *h, uint32_t hash) {
  uint32_t mask = h->mask, i = hash_start(h, hash);
  while (h->nodes[i].value != NIL) i = (i + 1) & mask;
  return &h->nodes[i];
}

/* Fills it. False: it is free, and must stay so: 3/4 of the nodes may be used. */
ALWAYS_INLINE bool hash_part_try_fill(HashPart *h, Node *n, Value key, Value value) {
  if (n->key == EMPTY_KEY) {
    if (unlikely(((uint64_t)h->used + 1) * 4 > ((uint64_t)h->mask + 1) * 3)) return false;
    h->used++;
    size_t i = (size_t)(n - h->nodes);
    hash_part_keyed(h)[i / 64] |= UINT64_C(1) << (i % 64);
  }
  *n = (Node){key, value};
  return true;
}

/* A double that is its own key, and of those one that hash_double hashes by its parts. */
ALWAYS_INLINE bool double_is_fractional(Value v) {
  if (!value_is_double(v)) return false;
  double d = value_as_double(v);
  return double_is_moderate(d) && (double)(int64_t)d != d;
}

/* The hash of a key that is neither a string nor a box; a double must be fractional. */
ALWAYS_INLINE uint32_t hash_plain_key(Value key) {
  if (value_is_small_int(key)) return hash_int(value_as_small_int(key));
  if (value_is_double(key)) return hash_double(value_as_double(key));
  return key >= TAG_OBJECT ? hash_cell(key) : hash_word(key);
}

#endif
