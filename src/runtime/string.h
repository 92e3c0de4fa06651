/* Strings: interning, creation, equality, hashing; the seed keeps chosen collisions out.
   Layer: runtime. */
#ifndef FERROUS_RUNTIME_STRING_H
#define FERROUS_RUNTIME_STRING_H

#include "runtime/global.h"

/* A string with these bytes: interned when short. Raises LUA_ERRMEM. */
String *string_new(State *L, const char *bytes, size_t length);
/* bytes must be at most SHORT_STRING_MAX long. */
String *string_intern(State *L, const char *bytes, size_t length);
String *string_from_c(State *L, const char *text); /* zero-terminated */
/* A long string of that length (> SHORT_STRING_MAX) whose bytes the caller fills in at once. */
String *string_new_buffer(State *L, size_t length);
/* Long strings compare by content; any other two are equal when they are the same cell. */
bool string_equal(const String *a, const String *b);
uint32_t string_hash(const Heap *heap, String *s); /* computes a long string's on first use */
/* <0, 0, >0 in the order of the locale (strcoll), embedded zeros respected: manual 3.4.4 */
int string_compare(const String *a, const String *b);
/* The reserved words and metamethod names get their numbers here; never collected. */
void string_mark_name(State *L, String *s, unsigned number);
bool string_table_open(State *L);
void string_table_close(Heap *heap);
void string_release(Heap *heap, String *s); /* HeapHooks.release_string */

#endif
