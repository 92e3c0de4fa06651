/*
 * string.find, match, gmatch and gsub, on the pattern matcher of string_pattern.h.
 *
 * A pattern that is used again and again is compiled once and kept in a small cache; others are
 * compiled in the caller's C frame if they are short, else in a userdata on the Lua stack; gmatch
 * keeps its own in the iterator's userdata.
 * Layer: lib (public headers only).
 */
#define _GNU_SOURCE /* memmem */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "api/poll.h"
#include "string_internal.h"
#include "string_pattern.h"

/* Room for patterns of some dozens of bytes. */
typedef union PatternStorage {
  void *alignment;
  char bytes[2048];
} PatternStorage;

/* ---- The cache of compiled patterns --------------------------------------------------- */

/*
 * The functions share one cache, a userdata that is their upvalue 1. A slot belongs to the string
 * whose bytes are at `source`. While `pattern` is set, the slot's user value is the userdata with
 * the compiled pattern, and that one's user value is the string: so the string lives, and no
 * other can have its address. Without `pattern`, `source` is only a hint that this address was
 * seen: the second use in a row is what a string must show to be kept.
 *
 * Character classes depend on the locale; only patterns compiled in the C locale are kept.
 */
enum { CACHE_SLOTS = 32 };

typedef struct CacheSlot {
  const char *source;
  const Pattern *pattern;
} CacheSlot;

typedef struct PatternCache {
  CacheSlot slots[CACHE_SLOTS];
} PatternCache;

void string_push_pattern_cache(lua_State *L)
{
  PatternCache *cache = lua_newuserdatauv(L, sizeof *cache, CACHE_SLOTS);
  *cache = (PatternCache){.slots = {{NULL, NULL}}};
}

static unsigned cache_slot_index(const char *source)
{
  uint64_t address = (uintptr_t)source;
  return (unsigned)((address * 0x9E3779B97F4A7C15u) >> 59) % CACHE_SLOTS;
}

/* Compiles the pattern, which is argument 2, and keeps it in the slot. */
static const Pattern *cache_fill(lua_State *L, CacheSlot *slot, int index, size_t length)
{
  const char *source = slot->source;
  void *place = lua_newuserdatauv(L, pattern_storage_size(source, length), 1);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, -2, 1);
  slot->pattern = NULL;
  lua_setiuservalue(L, lua_upvalueindex(1), index + 1);
  slot->source = source; /* a finalizer may have used the slot */
  slot->pattern = pattern_compile(L, place, source, length, true);
  return slot->pattern;
}

/*
 * The compiled form of argument 2; `storage` may hold it. A kept one stays valid as long as no
 * other code runs, and longer if `stay` asks for that: then its userdata is pushed. One value may
 * be pushed in any case.
 */
static const Pattern *compile_pattern(lua_State *L, PatternStorage *storage, const char *source,
                                      size_t length, bool stay)
{
  void *place = storage;
  PatternCache *cache = lua_touserdata(L, lua_upvalueindex(1));
  if (cache != NULL && locale_category_is_c(LC_CTYPE)) {
    unsigned index = cache_slot_index(source);
    CacheSlot *slot = &cache->slots[index];
    if (slot->source == source) {
      const Pattern *pattern = slot->pattern;
      if (pattern == NULL)
        pattern = cache_fill(L, slot, (int)index, length);
      if (stay)
        lua_getiuservalue(L, lua_upvalueindex(1), (int)index + 1);
      return pattern;
    }
    slot->source = source;
    slot->pattern = NULL;
  }
  size_t size = pattern_storage_size(source, length);
  if (size > sizeof *storage)
    place = lua_newuserdatauv(L, size, 0);
  return pattern_compile(L, place, source, length, true);
}

/* ---- Captures ------------------------------------------------------------------------- */

/* The text of capture `index`, where a pattern without captures has its whole match as 0.
 * Returns the text's length, or CAPTURE_POSITION. */
static ptrdiff_t capture_text(Matcher *matcher, int index, const char *match,
                              const char *match_end, const char **text)
{
  if (index >= matcher->capture_count) {
    if (index != 0)
      luaL_error(matcher->L, "invalid capture index %%%d", index + 1);
    *text = match;
    return match_end - match;
  }
  const Capture *capture = &matcher->captures[index];
  if (luai_unlikely(capture->length == CAPTURE_UNFINISHED))
    luaL_error(matcher->L, "unfinished capture");
  *text = capture->start;
  return capture->length;
}

static void push_capture(Matcher *matcher, int index, const char *match, const char *match_end)
{
  const char *text;
  ptrdiff_t length = capture_text(matcher, index, match, match_end, &text);
  if (length == CAPTURE_POSITION)
    lua_pushinteger(matcher->L, text - matcher->subject + 1);
  else
    lua_pushlstring(matcher->L, text, (size_t)length);
}

static int push_capture_range(Matcher *matcher, int count, const char *match,
                              const char *match_end)
{
  luaL_checkstack(matcher->L, count, "too many captures");
  for (int i = 0; i < count; i++)
    push_capture(matcher, i, match, match_end);
  return count;
}

/* Pushes all captures, or the whole match if there are none. */
static int push_captures(Matcher *matcher, const char *match, const char *match_end)
{
  int count = matcher->capture_count;
  return push_capture_range(matcher, count == 0 ? 1 : count, match, match_end);
}

/* ---- find, match ---------------------------------------------------------------------- */

static bool is_special(char c)
{
  switch (c) {
    case '^': case '$': case '*': case '+': case '?':
    case '.': case '(': case '[': case '%': case '-':
      return true;
    default:
      return false;
  }
}

static bool part_is_plain(const char *pattern, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (is_special(pattern[i]))
      return false;
  return true;
}

enum { PATTERN_PART = 1 << 16 };

static __attribute__((noinline)) bool long_is_plain(lua_State *L, const char *pattern, size_t length)
{
  for (; length > PATTERN_PART; length -= PATTERN_PART) {
    if (!part_is_plain(pattern, PATTERN_PART))
      return false;
    builtin_poll_bytes(L, PATTERN_PART);
    pattern += PATTERN_PART;
  }
  return part_is_plain(pattern, length);
}

bool string_pattern_is_plain(lua_State *L, const char *pattern, size_t length)
{
  if (luai_unlikely(length > PATTERN_PART))
    return long_is_plain(L, pattern, length);
  return part_is_plain(pattern, length);
}

/* A stop may come in between the parts: places where the needle may start. */
static const char *find_in_parts(lua_State *L, const char *s, const char *last, const char *needle,
                                 size_t needle_length)
{
  enum { PART_LENGTH = 1 << 20 };
  size_t part = needle_length < PART_LENGTH ? PART_LENGTH : needle_length;
  for (;; s += part) {
    size_t places = (size_t)(last - s) + 1;
    if (places > part)
      places = part;
    builtin_poll_bytes(L, places);
    const char *found = memmem(s, places - 1 + needle_length, needle, needle_length);
    if (found != NULL || s + places > last)
      return found;
  }
}

/* Looks at the places of the first byte; memmem takes over where these are too many to keep the
 * search linear. */
static const char *find_by_first_byte(lua_State *L, const char *s, const char *last,
                                      const char *needle, size_t needle_length)
{
  enum { CANDIDATES_MAX = 16 };
  for (int candidates = 0; candidates < CANDIDATES_MAX; candidates++) {
    s = memchr(s, (unsigned char)*needle, (size_t)(last - s) + 1);
    if (s == NULL || memcmp(s + 1, needle + 1, needle_length - 1) == 0)
      return s;
    if (s++ == last)
      return NULL;
  }
  return find_in_parts(L, s, last, needle, needle_length);
}

static __attribute__((noinline)) const char *find_in_long(lua_State *L, const char *s,
                                                          size_t length, const char *needle,
                                                          size_t needle_length)
{
  if (needle_length > length)
    return NULL;
  const char *found = find_by_first_byte(L, s, s + (length - needle_length), needle, needle_length);
  builtin_poll_bytes(L, found != NULL ? (size_t)(found - s) : length);
  return found;
}

/* What a short subject takes is within the cost of the call. */
const char *string_find_plain(lua_State *L, const char *s, size_t length, const char *needle,
                              size_t needle_length)
{
  enum { FREE_BYTES = 1024 };
  if (needle_length == 0)
    return s;
  size_t last = length - needle_length; /* the last place it may start at */
  if (last >= FREE_BYTES)
    return find_in_long(L, s, length, needle, needle_length);
  return find_by_first_byte(L, s, s + last, needle, needle_length);
}

static int push_range(lua_State *L, size_t first, size_t last)
{
  lua_pushinteger(L, (lua_Integer)first);
  lua_pushinteger(L, (lua_Integer)last);
  return 2;
}

static int push_no_match(lua_State *L)
{
  luaL_pushfail(L);
  return 1;
}

/* The subject, the pattern and the start (counted from zero) of find, match and gmatch. */
typedef struct SearchArguments {
  const char *subject, *pattern;
  size_t length, pattern_length, start;
} SearchArguments;

static inline SearchArguments check_search_arguments(lua_State *L)
{
  SearchArguments search;
  search.subject = luaL_checklstring(L, 1, &search.length);
  search.pattern = luaL_checklstring(L, 2, &search.pattern_length);
  search.start = string_start_position(luaL_optinteger(L, 3, 1), search.length) - 1;
  return search;
}

int string_find(lua_State *L)
{
  SearchArguments search = check_search_arguments(L);
  const char *from = search.subject + search.start;
  if (search.start > search.length)
    return push_no_match(L);
  if (lua_toboolean(L, 4) || string_pattern_is_plain(L, search.pattern, search.pattern_length)) {
    const char *found = string_find_plain(L, from, search.length - search.start, search.pattern,
                                   search.pattern_length);
    if (found == NULL)
      return push_no_match(L);
    size_t offset = (size_t)(found - search.subject);
    return push_range(L, offset + 1, offset + search.pattern_length);
  }
  PatternStorage storage;
  Matcher matcher;
  const char *end;
  const Pattern *pattern =
      compile_pattern(L, &storage, search.pattern, search.pattern_length, false);
  matcher_init(&matcher, L, pattern, search.subject, search.length);
  matcher.stop = matcher_stop(&matcher, from);
  const char *match = pattern_search(&matcher, from, &end);
  if (match == NULL)
    return push_no_match(L);
  push_range(L, (size_t)(match - search.subject) + 1, (size_t)(end - search.subject));
  return 2 + push_capture_range(&matcher, matcher.capture_count, match, end);
}

int string_match(lua_State *L)
{
  SearchArguments search = check_search_arguments(L);
  if (search.start > search.length)
    return push_no_match(L);
  PatternStorage storage;
  Matcher matcher;
  const char *end;
  const Pattern *pattern =
      compile_pattern(L, &storage, search.pattern, search.pattern_length, false);
  matcher_init(&matcher, L, pattern, search.subject, search.length);
  const char *from = search.subject + search.start;
  matcher.stop = matcher_stop(&matcher, from);
  const char *match = pattern_search(&matcher, from, &end);
  return match == NULL ? push_no_match(L) : push_captures(&matcher, match, end);
}

/* ---- gmatch --------------------------------------------------------------------------- */

/* The iterator's state; its function keeps subject and pattern alive as upvalues 1 and 2. */
typedef struct MatchIterator {
  const char *subject, *from;
  const char *last_end; /* of the last match: an empty match there would be found again */
  const char *stop; /* the matcher's */
  size_t length;
  const Pattern *pattern;
  void *storage[];
} MatchIterator;

/* Upvalues: subject, pattern, iterator. */
static int gmatch_next(lua_State *L)
{
  MatchIterator *iterator = lua_touserdata(L, lua_upvalueindex(3));
  Matcher matcher;
  matcher_init(&matcher, L, iterator->pattern, iterator->subject, iterator->length);
  matcher.stop = iterator->stop;
  const char *end;
  const char *match = pattern_search(&matcher, iterator->from, &end);
  if (match != NULL && end == iterator->last_end)
    match = pattern_search(&matcher, match + 1, &end);
  if (match == NULL) {
    iterator->from = matcher.end + 1;
    return 0;
  }
  iterator->from = iterator->last_end = end;
  iterator->stop = matcher.stop;
  return push_captures(&matcher, match, end);
}

int string_gmatch(lua_State *L)
{
  SearchArguments search = check_search_arguments(L);
  lua_settop(L, 2);
  size_t size = pattern_storage_size(search.pattern, search.pattern_length);
  MatchIterator *iterator = lua_newuserdatauv(L, sizeof *iterator + size, 0);
  if (search.start > search.length)
    search.start = search.length + 1;
  iterator->subject = search.subject;
  iterator->length = search.length;
  iterator->from = iterator->stop = search.subject + search.start;
  iterator->last_end = NULL;
  iterator->pattern = pattern_compile(L, iterator->storage, search.pattern,
                                      search.pattern_length, false);
  lua_pushcclosure(L, gmatch_next, 3);
  return 1;
}

/* ---- gsub ----------------------------------------------------------------------------- */

typedef struct Replacement {
  int type; /* of argument 3: table, function, or string (also for numbers) */
  const char *text;
  size_t length;
  bool has_escapes;
} Replacement;

static Replacement check_replacement(lua_State *L)
{
  Replacement replacement = {.type = lua_type(L, 3)};
  switch (replacement.type) {
    case LUA_TTABLE:
    case LUA_TFUNCTION:
      break;
    case LUA_TNUMBER:
    case LUA_TSTRING:
      replacement.type = LUA_TSTRING;
      replacement.text = lua_tolstring(L, 3, &replacement.length);
      replacement.has_escapes =
          memchr(replacement.text, PATTERN_ESCAPE, replacement.length) != NULL;
      break;
    default:
      luaL_typeerror(L, 3, "string/function/table");
  }
  return replacement;
}

static void add_capture(Matcher *matcher, luaL_Buffer *buffer, int index, const char *match,
                        const char *match_end)
{
  const char *text;
  ptrdiff_t length = capture_text(matcher, index, match, match_end, &text);
  if (length == CAPTURE_POSITION) {
    lua_pushinteger(matcher->L, text - matcher->subject + 1);
    luaL_addvalue(buffer);
  } else {
    luaL_addlstring(buffer, text, (size_t)length);
  }
}

/* Adds a replacement text with its '%0' … '%9' and '%%' filled in. */
static void add_expanded(Matcher *matcher, luaL_Buffer *buffer, const Replacement *replacement,
                         const char *match, const char *match_end)
{
  const char *p = replacement->text;
  const char *end = p + replacement->length;
  const char *escape;
  while ((escape = memchr(p, PATTERN_ESCAPE, (size_t)(end - p))) != NULL) {
    luaL_addlstring(buffer, p, (size_t)(escape - p));
    unsigned char c = (unsigned char)escape[1]; /* the final zero, at worst */
    if (c == PATTERN_ESCAPE)
      luaL_addchar(buffer, PATTERN_ESCAPE);
    else if (c == '0')
      luaL_addlstring(buffer, match, (size_t)(match_end - match));
    else if (isdigit(c))
      add_capture(matcher, buffer, c - '1', match, match_end);
    else
      luaL_error(matcher->L, "invalid use of '%c' in replacement string", PATTERN_ESCAPE);
    p = escape + 2;
  }
  luaL_addlstring(buffer, p, (size_t)(end - p));
}

/* Adds what the table or function gives for a match; false or nil keeps the match. Returns
 * whether that changed anything. */
static bool add_looked_up(Matcher *matcher, luaL_Buffer *buffer, int type, const char *match,
                          const char *match_end)
{
  lua_State *L = matcher->L;
  if (type == LUA_TTABLE) {
    push_capture(matcher, 0, match, match_end);
    lua_gettable(L, 3);
  } else {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(matcher, match, match_end), 1);
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(buffer, match, (size_t)(match_end - match));
    return false;
  }
  if (luai_unlikely(!lua_isstring(L, -1)))
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  luaL_addvalue(buffer);
  return true;
}

static bool add_replacement(Matcher *matcher, luaL_Buffer *buffer, const Replacement *replacement,
                            const char *match, const char *match_end)
{
  if (replacement->type != LUA_TSTRING)
    return add_looked_up(matcher, buffer, replacement->type, match, match_end);
  if (replacement->has_escapes)
    add_expanded(matcher, buffer, replacement, match, match_end);
  else
    luaL_addlstring(buffer, replacement->text, replacement->length);
  return true;
}

int string_gsub(lua_State *L)
{
  size_t length, pattern_length;
  const char *subject = luaL_checklstring(L, 1, &length);
  const char *source = luaL_checklstring(L, 2, &pattern_length);
  lua_Integer limit = luaL_optinteger(L, 4, (lua_Integer)length + 1);
  Replacement replacement = check_replacement(L);
  PatternStorage storage;
  Matcher matcher;
  luaL_Buffer buffer;
  const Pattern *pattern = compile_pattern(L, &storage, source, pattern_length, true);
  matcher_init(&matcher, L, pattern, subject, length);
  luaL_buffinit(L, &buffer);
  const char *copied = subject; /* all before it is in the buffer, replaced */
  const char *from = subject, *last_end = NULL, *end;
  matcher.stop = matcher_stop(&matcher, from);
  lua_Integer count = 0;
  bool changed = false;
  while (count < limit) {
    const char *match = pattern_search(&matcher, from, &end);
    if (match == NULL)
      break;
    if (end == last_end) { /* the empty match right after the last one */
      from = match + 1;
      continue;
    }
    count++;
    luaL_addlstring(&buffer, copied, (size_t)(match - copied));
    changed |= add_replacement(&matcher, &buffer, &replacement, match, end);
    from = copied = last_end = end;
    if (pattern->anchored)
      break;
  }
  if (changed) {
    luaL_addlstring(&buffer, copied, (size_t)(matcher.end - copied));
    luaL_pushresult(&buffer);
  } else {
    lua_pushvalue(L, 1);
  }
  builtin_poll(L, 4 * (size_t)count);
  lua_pushinteger(L, count);
  return 2;
}
