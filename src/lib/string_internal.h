/*
 * What the files of the string library share: their entry points and position arithmetic.
 * Layer: lib (public headers only).
 */
#ifndef FERROUS_STRING_INTERNAL_H
#define FERROUS_STRING_INTERNAL_H

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

#include "lua.h"
#include "lauxlib.h"

/* The library's limit on the size of a string it computes (lengths also travel as `int`). */
enum { STRING_SIZE_MAX = INT_MAX };

static inline bool locale_category_is_c(int category)
{
  const char *name = setlocale(category, NULL);
  return name != NULL && name[0] == 'C' && name[1] == '\0';
}

/* A start position as the manual counts them (negative: from the end), clipped to [1, inf). */
static inline size_t string_start_position(lua_Integer position, size_t length)
{
  if (position > 0)
    return (size_t)position;
  if (position == 0 || position < -(lua_Integer)length)
    return 1;
  return length + (size_t)position + 1;
}

/* An end position, clipped to [0, length]. */
static inline size_t string_end_position(lua_Integer position, size_t length)
{
  if (position > (lua_Integer)length)
    return length;
  if (position >= 0)
    return (size_t)position;
  if (position < -(lua_Integer)length)
    return 0;
  return length + (size_t)position + 1;
}

/* string.c: flips the case bit of the ASCII letters from `first` ('a' or 'A') on */
void string_flip_ascii_case(lua_State *L, char *out, const char *s, size_t length,
                            unsigned char first);
void string_reverse_bytes(lua_State *L, char *out, const char *s, size_t length);

/* string_match.c: searches without patterns */
bool string_pattern_is_plain(lua_State *L, const char *pattern, size_t length);
const char *string_find_plain(lua_State *L, const char *s, size_t length, const char *needle,
                              size_t needle_length);

/* string_match.c: functions whose upvalue 1 must be what string_push_pattern_cache pushes */
void string_push_pattern_cache(lua_State *L);
int string_find(lua_State *L);
int string_match(lua_State *L);
int string_gmatch(lua_State *L);
int string_gsub(lua_State *L);

/* string_format.c */
int string_format(lua_State *L);

/* string_pack.c */
int string_pack(lua_State *L);
int string_packsize(lua_State *L);
int string_unpack(lua_State *L);

#endif
