/* Value: one 64-bit word for every Lua value.
   Layer: object. Invariants: see "How a value fits in a word".

   How a value fits in a word
   --------------------------
   A double is stored as itself. Of the 2^64 bit patterns, those whose upper 13
   bits are all ones are quiet NaNs with the sign set; the processor itself only
   ever makes one of them, 0xFFF8000000000000. So every word from
   0xFFF9000000000000 up is free to mean something else: 16 bits of tag, 48 bits
   of payload.

     0000 .... FFF8  a double
     FFF9            light: nil, false, true and the empty key are the payloads 0 to 3; those
                     from 2^47 up are light userdata below 2^47
     FFFA            box: an integer or a light userdata too wide for a payload
     FFFB            object: a full userdata or a thread (told apart by kind)
     FFFC            string
     FFFD            function: a Lua closure or a native function (by kind)
     FFFE            table
     FFFF            integer, 48 bits, sign extended

   - "Is it a double" is one unsigned compare (with nil, the first word that is none), and so is "is it an integer".
     "Are both integers" is (a & b) >= TAG_INT.
   - nil and false differ in the lowest bit only.
   - An integer that fits in 48 bits is never boxed, nor is a light userdata that
     fits in 47: so equal words are equal values, and unequal words that are not
     both boxes, nor an integer and a double, nor two long strings, are unequal.
   - NaNs are only ever 0x7FF8000000000000 and 0xFFF8000000000000: bits that come
     from outside pass through value_from_foreign_double. */
#ifndef FERROUS_OBJECT_VALUE_H
#define FERROUS_OBJECT_VALUE_H

#include "base/config.h"

#include <string.h>

typedef uint64_t Value;

#define TAG_SHIFT 48
#define PAYLOAD_MASK ((UINT64_C(1) << TAG_SHIFT) - 1)

#define TAG_LIGHT (UINT64_C(0xFFF9) << TAG_SHIFT)
#define TAG_BOX (UINT64_C(0xFFFA) << TAG_SHIFT)
#define TAG_OBJECT (UINT64_C(0xFFFB) << TAG_SHIFT)
#define TAG_STRING (UINT64_C(0xFFFC) << TAG_SHIFT)
#define TAG_FUNCTION (UINT64_C(0xFFFD) << TAG_SHIFT)
#define TAG_TABLE (UINT64_C(0xFFFE) << TAG_SHIFT)
#define TAG_INT (UINT64_C(0xFFFF) << TAG_SHIFT)

#define NIL TAG_LIGHT
#define FALSE (NIL + 1)
#define TRUE (NIL + 2)
/* Never seen by Lua code: a free place in a hash part. */
#define EMPTY_KEY (NIL + 3)
/* Only in a register of a Lua function, where the compiler allows it: an integer of more than 48
   bits that lies in the register's twin. See vm/wide.h. */
#define WIDE (NIL + 8)
/* Only in the fourth register of a generic loop. Over ipairs: that is what it does. Over next:
   which part of the table it is in; among the items the control variable says how far, of the slots
   or nodes the word's lower half says how many are passed. */
#define LOOP_IPAIRS (TAG_LIGHT | UINT64_C(1) << 46)
#define LOOP_ITEMS (LOOP_IPAIRS + 1)
#define LOOP_FIELDS (LOOP_IPAIRS + (UINT64_C(1) << 32))
#define LOOP_NODES (LOOP_IPAIRS + (UINT64_C(2) << 32))
#define INLINE_LIGHT (TAG_LIGHT | UINT64_C(1) << 47)

#define SMALL_INT_MIN (-(INT64_C(1) << 47))
#define SMALL_INT_MAX ((INT64_C(1) << 47) - 1)

STATIC_ASSERT((NIL & 1) == 0 && FALSE == (NIL | 1), "falsy values must differ in one bit");
STATIC_ASSERT(TAG_INT > TAG_TABLE && TAG_BOX < TAG_OBJECT && TAG_TABLE > TAG_STRING,
              "collectable tags must be adjacent, below the integer tag");

ALWAYS_INLINE bool value_has_tag(Value v, uint64_t tag) { return ((v ^ tag) >> TAG_SHIFT) == 0; }
ALWAYS_INLINE bool value_is_double(Value v) { return v < TAG_LIGHT; }
ALWAYS_INLINE bool value_is_small_int(Value v) { return v >= TAG_INT; }
ALWAYS_INLINE bool value_are_small_ints(Value a, Value b) { return (a & b) >= TAG_INT; }
ALWAYS_INLINE bool value_is_nil(Value v) { return v == NIL; }
ALWAYS_INLINE bool value_is_falsy(Value v) { return (v & ~UINT64_C(1)) == NIL; }
ALWAYS_INLINE bool value_is_boolean(Value v) { return v == FALSE || v == TRUE; }
/* nil, a boolean or an inline light userdata: equal to nothing but the same word. */
ALWAYS_INLINE bool value_is_light_tag(Value v) { return value_has_tag(v, TAG_LIGHT); }
ALWAYS_INLINE bool value_is_box(Value v) { return value_has_tag(v, TAG_BOX); }
ALWAYS_INLINE bool value_is_object(Value v) { return value_has_tag(v, TAG_OBJECT); }
ALWAYS_INLINE bool value_is_string(Value v) { return value_has_tag(v, TAG_STRING); }
ALWAYS_INLINE bool value_is_function(Value v) { return value_has_tag(v, TAG_FUNCTION); }
ALWAYS_INLINE bool value_is_table(Value v) { return value_has_tag(v, TAG_TABLE); }
/* True for every value that names a cell of an arena. */
ALWAYS_INLINE bool value_is_collectable(Value v) { return v - TAG_BOX < TAG_INT - TAG_BOX; }
/* A light userdata stored in the word itself. */
ALWAYS_INLINE bool value_is_inline_light(Value v) {
  return v - INLINE_LIGHT < UINT64_C(1) << 47;
}

ALWAYS_INLINE bool value_is_loop_position(Value v) { return v - LOOP_IPAIRS < UINT64_C(3) << 32; }

/* For guards: the payload of a value that has this tag, and an address past every payload else; so that one
   operation untags and one shift checks (untag_failed). */
ALWAYS_INLINE void *value_untag(Value v, uint64_t tag) { return (void *)(uintptr_t)(v ^ tag); }
ALWAYS_INLINE bool untag_failed(const void *p) { return (uintptr_t)p >> TAG_SHIFT != 0; }

ALWAYS_INLINE void *value_pointer(Value v) { return (void *)(uintptr_t)(v & PAYLOAD_MASK); }
ALWAYS_INLINE Value value_from_pointer(uint64_t tag, const void *p) {
  return tag | (uint64_t)(uintptr_t)p;
}

ALWAYS_INLINE double value_as_double(Value v) {
  double d;
  memcpy(&d, &v, sizeof d);
  return d;
}

/* For results of arithmetic on values: those NaNs are canonical already. */
ALWAYS_INLINE Value value_from_double(double d) {
  Value v;
  memcpy(&v, &d, sizeof v);
  return v;
}

/* For doubles of unknown origin (the C API, unpack, dumps): drops a NaN's payload. */
ALWAYS_INLINE Value value_from_foreign_double(double d) {
  Value v = value_from_double(d);
  return likely(d == d) ? v : (v & (UINT64_C(1) << 63)) | UINT64_C(0x7FF8000000000000);
}

ALWAYS_INLINE int64_t value_as_small_int(Value v) { return (int64_t)(v << 16) >> 16; }
ALWAYS_INLINE bool int_is_small(int64_t i) { return ((int64_t)((uint64_t)i << 16) >> 16) == i; }
/* i must be small. */
ALWAYS_INLINE Value value_from_small_int(int64_t i) { return (uint64_t)i | TAG_INT; }
ALWAYS_INLINE Value value_from_bool(bool b) { return FALSE + b; }
/* p must be below 2^47: see value_is_inline_light. */
ALWAYS_INLINE Value value_from_inline_light(const void *p) { return INLINE_LIGHT | (uintptr_t)p; }
/* v must be an inline light userdata. */
ALWAYS_INLINE void *value_as_inline_light(Value v) { return (void *)(uintptr_t)(v ^ INLINE_LIGHT); }

#endif
