/*
 * Direct entries of the string functions: see api/builtin.h. Numbers in the place of strings
 * are left to the C functions.
 * Layer: lib, on api/builtin.h.
 */
#include "string_direct.h"

#include "string_internal.h"

/* ---- Bytes ---------------------------------------------------------------------------- */

int string_direct_byte(State *L, Value *call, unsigned count)
{
  int64_t i, j;
  (void)L;
  if (count < 1 || !value_is_string(call[1]))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]);
  size_t length = string_length(s);
  const char *bytes = string_bytes(s);
  if (count == 2 && value_is_small_int(call[2])) {
    int64_t index = value_as_small_int(call[2]);
    if ((uint64_t)index - 1 < length)
      return direct_result(call, value_from_small_int((unsigned char)bytes[index - 1]));
  }
  if (!direct_optional_int(call, count, 2, 1, &i) || !direct_optional_int(call, count, 3, i, &j))
    return DIRECT_REFUSED;
  size_t first = string_start_position(i, length), last = string_end_position(j, length);
  if (first > last)
    return 0;
  if (last - first >= DIRECT_RESULTS_MAX)
    return DIRECT_REFUSED;
  int results = (int)(last - first) + 1;
  for (int n = 0; n < results; n++)
    call[n] = value_from_small_int((unsigned char)bytes[first - 1 + (size_t)n]);
  return results;
}

int string_direct_char(State *L, Value *call, unsigned count)
{
  char bytes[SHORT_STRING_MAX];
  if (count > sizeof bytes)
    return DIRECT_REFUSED;
  for (unsigned i = 1; i <= count; i++) {
    Value code = call[i];
    if (!value_is_small_int(code) || (uint64_t)value_as_small_int(code) > UCHAR_MAX)
      return DIRECT_REFUSED;
    bytes[i - 1] = (char)value_as_small_int(code);
  }
  return direct_string_result(L, call, bytes, count);
}

int string_direct_len(State *L, Value *call, unsigned count)
{
  (void)L;
  if (count < 1 || !value_is_string(call[1]))
    return DIRECT_REFUSED;
  return direct_result(call, value_from_small_int((int64_t)string_length(value_string(call[1]))));
}

/* ---- Pieces and copies ---------------------------------------------------------------- */

int string_direct_sub(State *L, Value *call, unsigned count)
{
  int64_t i, j;
  if (count == 3 && value_is_string(call[1]) && value_are_small_ints(call[2], call[3])) {
    const String *s = value_string(call[1]);
    i = value_as_small_int(call[2]);
    j = value_as_small_int(call[3]);
    if (i >= 1 && i <= j && (uint64_t)j < string_length(s)) /* a piece before the end */
      return direct_string_result(L, call, string_bytes(s) + i - 1, (size_t)(j - i + 1));
  }
  if (count < 2 || !value_is_string(call[1]) || !direct_int(call[2], &i) ||
      !direct_optional_int(call, count, 3, -1, &j))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]);
  size_t length = string_length(s);
  size_t first = string_start_position(i, length), last = string_end_position(j, length);
  if (first > last)
    return direct_string_result(L, call, "", 0);
  if (last - first + 1 == length)
    return direct_result(call, call[1]);
  return direct_string_result(L, call, string_bytes(s) + first - 1, last - first + 1);
}

/* A result of `length` bytes is made in place: `short_bytes`, or a new long string. */
typedef struct Result {
  String *string; /* NULL: in short_bytes */
  char *bytes;
  char short_bytes[SHORT_STRING_MAX];
} Result;

static inline void result_open(State *L, Result *result, size_t length)
{
  result->string = length <= SHORT_STRING_MAX ? NULL : string_new_buffer(L, length);
  result->bytes = result->string == NULL ? result->short_bytes : result->string->at.long_bytes;
}

static inline int result_close(State *L, Value *call, Result *result, size_t length)
{
  if (result->string == NULL)
    return direct_string_result(L, call, result->short_bytes, length);
  return direct_result(call, value_from_string(result->string));
}

/* Cases are those of ASCII: other locales are left to the C functions. */
static int change_case(State *L, Value *call, unsigned count, unsigned char first)
{
  Result result;
  if (count < 1 || !value_is_string(call[1]) || !locale_category_is_c(LC_CTYPE))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]);
  size_t length = string_length(s);
  result_open(L, &result, length);
  string_flip_ascii_case(L, result.bytes, string_bytes(s), length, first);
  return result_close(L, call, &result, length);
}

int string_direct_lower(State *L, Value *call, unsigned count)
{
  return change_case(L, call, count, 'A');
}

int string_direct_upper(State *L, Value *call, unsigned count)
{
  return change_case(L, call, count, 'a');
}

int string_direct_reverse(State *L, Value *call, unsigned count)
{
  Result result;
  if (count < 1 || !value_is_string(call[1]))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]);
  size_t length = string_length(s);
  result_open(L, &result, length);
  string_reverse_bytes(L, result.bytes, string_bytes(s), length);
  return result_close(L, call, &result, length);
}

/* Small results without a separator. */
int string_direct_rep(State *L, Value *call, unsigned count)
{
  enum { LENGTH_MAX = 4096 };
  Result result;
  if (count != 2 || !value_is_string(call[1]) || !value_is_small_int(call[2]))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]);
  int64_t times = value_as_small_int(call[2]);
  size_t length = string_length(s);
  if (times <= 0 || length == 0)
    return direct_string_result(L, call, "", 0);
  if (length > LENGTH_MAX || times > LENGTH_MAX || length * (size_t)times > LENGTH_MAX)
    return DIRECT_REFUSED;
  size_t total = length * (size_t)times;
  result_open(L, &result, total);
  const char *bytes = string_bytes(s);
  for (size_t at = 0; at < total; at += length)
    memcpy(result.bytes + at, bytes, length);
  return result_close(L, call, &result, total);
}

/* ---- Searching ------------------------------------------------------------------------ */

/* Plain searches: of a text without special characters, or when argument 4 asks for it. */
int string_direct_find(State *L, Value *call, unsigned count)
{
  int64_t init;
  if (count < 2 || !value_is_string(call[1]) || !value_is_string(call[2]) ||
      !direct_optional_int(call, count, 3, 1, &init))
    return DIRECT_REFUSED;
  const String *s = value_string(call[1]), *needle = value_string(call[2]);
  size_t length = string_length(s), needle_length = string_length(needle);
  if ((count < 4 || value_is_falsy(call[4])) &&
      !string_pattern_is_plain(L, string_bytes(needle), needle_length))
    return DIRECT_REFUSED;
  size_t start = string_start_position(init, length) - 1;
  if (start > length)
    return direct_result(call, NIL);
  const char *found = string_find_plain(L, string_bytes(s) + start, length - start,
                                        string_bytes(needle), needle_length);
  if (found == NULL)
    return direct_result(call, NIL);
  int64_t offset = found - string_bytes(s);
  call[0] = value_from_small_int(offset + 1);
  call[1] = value_from_small_int(offset + (int64_t)needle_length);
  return 2;
}
