/* Strings: interning, creation, equality, hashing; the seed keeps chosen collisions out.
   Layer: runtime.

   The intern table is an array of chains, doubled when it holds as many strings as chains, and made
   smaller by the collector when it holds few. It is weak: a dead string leaves it when it is swept
   (string_release), and one that is looked up before that comes back to life. A long string's bytes
   are in its cell while the whole cell is at most LONG_STRING_CELL_MAX bytes; longer ones have a
   raw block of length + 1 bytes. */
#ifndef FERROUS_RUNTIME_STRING_H
#define FERROUS_RUNTIME_STRING_H

#include "runtime/global.h"

enum { LONG_STRING_CELL_MAX = 256 };

/* C programs name fields and types by the same few constants: those are found by their address, and
   compared only with the string that was last made from there. */
ALWAYS_INLINE CName *c_name_place(const Global *global, const char *text) {
  uint64_t place = (uint64_t)(uintptr_t)text * UINT64_C(0x9E3779B97F4A7C15) >> (64 - C_NAME_BITS);
  return (CName *)&global->c_names[place];
}

ALWAYS_INLINE bool string_fits_cell(size_t length) {
  return length < LONG_STRING_CELL_MAX - sizeof(String);
}

/* A string with these bytes: interned when short. Raises LUA_ERRMEM, and the stop that is due when they are
   many. */
String *string_new(State *L, const char *bytes, size_t length);
/* bytes must be at most SHORT_STRING_MAX long. */
String *string_intern(State *L, const char *bytes, size_t length);
String *string_from_c(State *L, const char *text); /* zero-terminated */
/* The same if it was lately asked for from there, else NULL. Nothing holds the string: it must be
   on a stack, or done with, before anything is allocated. */
ALWAYS_INLINE String *string_known_name(const Global *global, const char *text) {
  const CName *known = c_name_place(global, text);
  if (unlikely(known->text != text)) return NULL;
  /* A few bytes, mostly: less than a call of strcmp costs. */
  for (const char *bytes = known->string->at.short_bytes; *text == *bytes; text++, bytes++)
    if (*text == '\0') return known->string;
  return NULL;
}
void string_forget_c_names(Heap *heap); /* in HeapHooks.finish_marking: cells are about to die */
/* A long string of that length (> SHORT_STRING_MAX) whose bytes the caller fills in at once. */
String *string_new_buffer(State *L, size_t length);
/* memcpy of what may be long: a stop comes in between its parts. What it takes is paid elsewhere. */
void string_copy(State *L, char *to, const char *from, size_t size);
/* Long strings compare by content; any other two are equal when they are the same cell. */
bool string_equal(const String *a, const String *b);
/* Computes a long string's on first use. */
uint32_t string_hash_long(const Heap *heap, String *s);
ALWAYS_INLINE uint32_t string_hash(const Heap *heap, String *s) {
  return string_is_short(s) ? s->head.meta : string_hash_long(heap, s);
}
/* <0, 0, >0 in the order of the locale (strcoll), embedded zeros respected: manual 3.4.4 */
int string_compare(const String *a, const String *b);
/* The reserved words and metamethod names get their numbers here; never collected. */
void string_mark_name(State *L, String *s, unsigned number);
/* Whether the short string s names a metamethod. */
ALWAYS_INLINE bool string_names_event(const String *s) { return s->head.flags >= NAME_METAMETHOD; }
bool string_table_open(State *L);
void string_table_close(Heap *heap);
void string_release(Heap *heap, String *s); /* HeapHooks.release_string */
void string_table_trim(Heap *heap);         /* to be called by HeapHooks.finish_marking */
void string_mark_roots(Heap *heap);         /* the names; to be called by HeapHooks.mark_roots */

#endif
