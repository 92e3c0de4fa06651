/*
 * string.pack, packsize and unpack (manual 6.4.2).
 * Layer: lib (public headers only).
 */
#include <stdint.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

#include "api/poll.h"
#include "string_internal.h"

enum {
  PACK_INTEGER_MAX = 16, /* largest size of an integer in bytes */
  PACK_PADDING = 0,      /* the byte that fills gaps */
  OPTIONS_AT_ONCE = 64,  /* read between two polls */
};

typedef union NativeAlignment {
  LUAI_MAXALIGN;
} NativeAlignment;

typedef enum PackKind {
  PACK_SIGNED,
  PACK_UNSIGNED,
  PACK_FLOAT,
  PACK_DOUBLE, /* also lua_Number */
  PACK_FIXED_STRING,
  PACK_COUNTED_STRING,
  PACK_ZERO_STRING,
  PACK_PAD_BYTE,
  PACK_ALIGN_ONLY,
  PACK_NOTHING, /* changes a setting, or does nothing */
} PackKind;

typedef struct PackReader {
  lua_State *L;
  const char *format;
  bool little;
  size_t max_alignment;
} PackReader;

/* One option of a format: `size` bytes of data after `padding` bytes. */
typedef struct PackOption {
  PackKind kind;
  size_t size;
  size_t padding;
} PackOption;

/* ---- Reading formats ------------------------------------------------------------------ */

static bool native_is_little(void)
{
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
}

static void reader_init(PackReader *reader, lua_State *L)
{
  *reader = (PackReader){
    .L = L,
    .format = luaL_checkstring(L, 1),
    .little = native_is_little(),
    .max_alignment = 1,
  };
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/* Reads a numeral; stops before it could overflow, and then its next digit is a bad option. */
static bool reader_number(PackReader *reader, size_t *number)
{
  *number = 0;
  if (!is_digit(*reader->format))
    return false;
  do {
    *number = *number * 10 + (size_t)(*reader->format++ - '0');
  } while (is_digit(*reader->format) && *number <= ((size_t)STRING_SIZE_MAX - 9) / 10);
  return true;
}

/* The size of an integer or an alignment, with its default. */
static size_t reader_limited_number(PackReader *reader, size_t otherwise)
{
  size_t number;
  if (!reader_number(reader, &number))
    return otherwise;
  if (number > PACK_INTEGER_MAX || number == 0)
    luaL_error(reader->L, "integral size (%d) out of limits [1,%d]", (int)number,
               PACK_INTEGER_MAX);
  return number;
}

static PackOption option_of(PackKind kind, size_t size)
{
  return (PackOption){kind, size, 0};
}

static size_t reader_string_size(PackReader *reader)
{
  size_t size;
  if (!reader_number(reader, &size))
    luaL_error(reader->L, "missing size for format option 'c'");
  return size;
}

/* Reads an option letter with its number, and obeys those that change settings. */
static PackOption reader_letter(PackReader *reader)
{
  char letter = *reader->format++;
  switch (letter) {
    case 'b': return option_of(PACK_SIGNED, sizeof(char));
    case 'B': return option_of(PACK_UNSIGNED, sizeof(char));
    case 'h': return option_of(PACK_SIGNED, sizeof(short));
    case 'H': return option_of(PACK_UNSIGNED, sizeof(short));
    case 'l': return option_of(PACK_SIGNED, sizeof(long));
    case 'L': return option_of(PACK_UNSIGNED, sizeof(long));
    case 'j': return option_of(PACK_SIGNED, sizeof(lua_Integer));
    case 'J': return option_of(PACK_UNSIGNED, sizeof(lua_Integer));
    case 'T': return option_of(PACK_UNSIGNED, sizeof(size_t));
    case 'i': return option_of(PACK_SIGNED, reader_limited_number(reader, sizeof(int)));
    case 'I': return option_of(PACK_UNSIGNED, reader_limited_number(reader, sizeof(int)));
    case 'f': return option_of(PACK_FLOAT, sizeof(float));
    case 'd': return option_of(PACK_DOUBLE, sizeof(double));
    case 'n': return option_of(PACK_DOUBLE, sizeof(lua_Number));
    case 's': return option_of(PACK_COUNTED_STRING, reader_limited_number(reader, sizeof(size_t)));
    case 'c': return option_of(PACK_FIXED_STRING, reader_string_size(reader));
    case 'z': return option_of(PACK_ZERO_STRING, 0);
    case 'x': return option_of(PACK_PAD_BYTE, 1);
    case 'X': return option_of(PACK_ALIGN_ONLY, 0);
    case ' ': break;
    case '<': reader->little = true; break;
    case '>': reader->little = false; break;
    case '=': reader->little = native_is_little(); break;
    case '!':
      reader->max_alignment = reader_limited_number(reader, _Alignof(NativeAlignment));
      break;
    default: luaL_error(reader->L, "invalid format option '%c'", letter);
  }
  return option_of(PACK_NOTHING, 0);
}

static bool kind_is_aligned(PackKind kind)
{
  return kind <= PACK_DOUBLE || kind == PACK_COUNTED_STRING;
}

/* The alignment an option asks for; 'X' asks for that of the option after it. */
static size_t reader_alignment(PackReader *reader, const PackOption *option)
{
  if (option->kind != PACK_ALIGN_ONLY)
    return kind_is_aligned(option->kind) ? option->size : 1;
  PackOption next = option_of(PACK_NOTHING, 0);
  if (*reader->format != '\0')
    next = reader_letter(reader);
  if (next.kind == PACK_FIXED_STRING || next.size == 0)
    luaL_argerror(reader->L, 1, "invalid next option for option 'X'");
  return next.size;
}

/* Reads the next option; `offset` is where its padding starts. */
static PackOption reader_next(PackReader *reader, size_t offset)
{
  PackOption option = reader_letter(reader);
  size_t alignment = reader_alignment(reader, &option);
  if (alignment > 1) {
    if (alignment > reader->max_alignment)
      alignment = reader->max_alignment;
    if (luai_unlikely((alignment & (alignment - 1)) != 0))
      luaL_argerror(reader->L, 1, "format asks for alignment not power of 2");
    option.padding = (alignment - (offset & (alignment - 1))) & (alignment - 1);
  }
  return option;
}

/* ---- Packing -------------------------------------------------------------------------- */

static void write_integer(char *out, lua_Unsigned value, bool little, size_t size, bool negative)
{
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = negative ? UCHAR_MAX : 0;
    if (i < sizeof value)
      byte = (unsigned char)(value >> (8 * i));
    out[little ? i : size - 1 - i] = (char)byte;
  }
}

static void add_integer(luaL_Buffer *buffer, lua_Unsigned value, bool little, size_t size,
                        bool negative)
{
  char *out = luaL_prepbuffsize(buffer, size);
  write_integer(out, value, little, size, negative);
  luaL_addsize(buffer, size);
}

static void copy_with_endianness(char *out, const char *bytes, size_t size, bool little)
{
  if (little == native_is_little()) {
    memcpy(out, bytes, size);
  } else {
    for (size_t i = 0; i < size; i++)
      out[size - 1 - i] = bytes[i];
  }
}

static void add_float(luaL_Buffer *buffer, const PackReader *reader, const PackOption *option,
                      lua_Number value)
{
  char *out = luaL_prepbuffsize(buffer, option->size);
  float single = (float)value;
  const void *bytes = option->kind == PACK_FLOAT ? (void *)&single : (void *)&value;
  copy_with_endianness(out, bytes, option->size, reader->little);
  luaL_addsize(buffer, option->size);
}

static void pack_signed(luaL_Buffer *buffer, PackReader *reader, const PackOption *option, int arg)
{
  lua_Integer value = luaL_checkinteger(reader->L, arg);
  if (option->size < sizeof value) {
    lua_Integer limit = (lua_Integer)1 << (option->size * 8 - 1);
    luaL_argcheck(reader->L, -limit <= value && value < limit, arg, "integer overflow");
  }
  add_integer(buffer, (lua_Unsigned)value, reader->little, option->size, value < 0);
}

static void pack_unsigned(luaL_Buffer *buffer, PackReader *reader, const PackOption *option,
                          int arg)
{
  lua_Unsigned value = (lua_Unsigned)luaL_checkinteger(reader->L, arg);
  if (option->size < sizeof value)
    luaL_argcheck(reader->L, value >> (option->size * 8) == 0, arg, "unsigned overflow");
  add_integer(buffer, value, reader->little, option->size, false);
}

static void fill_padding(lua_State *L, char *out, size_t size)
{
  enum { PART_LENGTH = 1 << 20 };
  for (; size > PART_LENGTH; size -= PART_LENGTH) {
    builtin_poll_bytes(L, PART_LENGTH);
    memset(out, PACK_PADDING, PART_LENGTH);
    out += PART_LENGTH;
  }
  memset(out, PACK_PADDING, size);
}

static void pack_fixed_string(luaL_Buffer *buffer, PackReader *reader, const PackOption *option,
                              int arg)
{
  size_t length;
  const char *s = luaL_checklstring(reader->L, arg, &length);
  luaL_argcheck(reader->L, length <= option->size, arg, "string longer than given size");
  char *out = luaL_prepbuffsize(buffer, option->size);
  builtin_copy(reader->L, out, s, length);
  fill_padding(reader->L, out + length, option->size - length);
  luaL_addsize(buffer, option->size);
}

/* Returns the bytes added after the count. */
static size_t pack_counted_string(luaL_Buffer *buffer, PackReader *reader,
                                  const PackOption *option, int arg)
{
  size_t length;
  const char *s = luaL_checklstring(reader->L, arg, &length);
  luaL_argcheck(reader->L,
                option->size >= sizeof length || length >> (option->size * 8) == 0, arg,
                "string length does not fit in given size");
  add_integer(buffer, length, reader->little, option->size, false);
  luaL_addlstring(buffer, s, length);
  return length;
}

static size_t pack_zero_string(luaL_Buffer *buffer, PackReader *reader, int arg)
{
  size_t length;
  const char *s = luaL_checklstring(reader->L, arg, &length);
  luaL_argcheck(reader->L, memchr(s, '\0', length) == NULL, arg, "string contains zeros");
  luaL_addlstring(buffer, s, length);
  luaL_addchar(buffer, '\0');
  return length + 1;
}

static bool kind_has_value(PackKind kind)
{
  return kind <= PACK_ZERO_STRING;
}

/* Formats are read in parts, with polls between them: few options are within the cost of the call. */
static __attribute__((noinline)) int poll_options(lua_State *L)
{
  builtin_poll(L, 4 * OPTIONS_AT_ONCE);
  return OPTIONS_AT_ONCE;
}

/* Adds one option's data; returns how many bytes it took beyond the option's size. */
static size_t pack_value(luaL_Buffer *buffer, PackReader *reader, const PackOption *option,
                         int arg)
{
  switch (option->kind) {
    case PACK_SIGNED:
      pack_signed(buffer, reader, option, arg);
      break;
    case PACK_UNSIGNED:
      pack_unsigned(buffer, reader, option, arg);
      break;
    case PACK_FLOAT:
    case PACK_DOUBLE:
      add_float(buffer, reader, option, luaL_checknumber(reader->L, arg));
      break;
    case PACK_FIXED_STRING:
      pack_fixed_string(buffer, reader, option, arg);
      break;
    case PACK_COUNTED_STRING:
      return pack_counted_string(buffer, reader, option, arg);
    case PACK_ZERO_STRING:
      return pack_zero_string(buffer, reader, arg);
    case PACK_PAD_BYTE:
      luaL_addchar(buffer, PACK_PADDING);
      break;
    case PACK_ALIGN_ONLY:
    case PACK_NOTHING:
      break;
  }
  return 0;
}

int string_pack(lua_State *L)
{
  PackReader reader;
  luaL_Buffer buffer;
  int arg = 1, unpolled = OPTIONS_AT_ONCE;
  size_t total = 0;
  reader_init(&reader, L);
  lua_pushnil(L); /* separates the arguments from the buffer: a missing one is not its box */
  luaL_buffinit(L, &buffer);
  while (*reader.format != '\0') {
    if (luai_unlikely(--unpolled < 0))
      unpolled = poll_options(L);
    PackOption option = reader_next(&reader, total);
    total += option.padding + option.size;
    for (size_t i = 0; i < option.padding; i++)
      luaL_addchar(&buffer, PACK_PADDING);
    arg += kind_has_value(option.kind);
    total += pack_value(&buffer, &reader, &option, arg);
  }
  luaL_pushresult(&buffer);
  return 1;
}

int string_packsize(lua_State *L)
{
  PackReader reader;
  int unpolled = OPTIONS_AT_ONCE;
  size_t total = 0;
  reader_init(&reader, L);
  while (*reader.format != '\0') {
    if (luai_unlikely(--unpolled < 0))
      unpolled = poll_options(L);
    PackOption option = reader_next(&reader, total);
    luaL_argcheck(L, option.kind != PACK_COUNTED_STRING && option.kind != PACK_ZERO_STRING, 1,
                  "variable-length format");
    size_t size = option.size + option.padding;
    luaL_argcheck(L, total <= (size_t)STRING_SIZE_MAX - size, 1, "format result too large");
    total += size;
  }
  lua_pushinteger(L, (lua_Integer)total);
  return 1;
}

/* ---- Unpacking ------------------------------------------------------------------------ */

/* Bytes beyond a Lua integer's size must only extend its sign. */
static void check_extension(lua_State *L, const char *data, bool little, size_t size,
                            unsigned char extension)
{
  for (size_t i = sizeof(lua_Integer); i < size; i++)
    if ((unsigned char)data[little ? i : size - 1 - i] != extension)
      luaL_error(L, "%d-byte integer does not fit into Lua Integer", (int)size);
}

static lua_Integer read_integer(lua_State *L, const char *data, bool little, size_t size,
                                bool is_signed)
{
  lua_Unsigned value = 0;
  size_t significant = size < sizeof value ? size : sizeof value;
  for (size_t i = significant; i-- > 0;)
    value = value << 8 | (unsigned char)data[little ? i : size - 1 - i];
  if (size < sizeof value) {
    if (is_signed) {
      lua_Unsigned sign = (lua_Unsigned)1 << (size * 8 - 1);
      value = (value ^ sign) - sign;
    }
  } else if (size > sizeof value) {
    bool negative = is_signed && (lua_Integer)value < 0;
    check_extension(L, data, little, size, negative ? UCHAR_MAX : 0);
  }
  return (lua_Integer)value;
}

static lua_Number read_float(const PackReader *reader, const PackOption *option, const char *data)
{
  float single;
  double number;
  if (option->kind == PACK_FLOAT) {
    copy_with_endianness((char *)&single, data, sizeof single, reader->little);
    return single;
  }
  copy_with_endianness((char *)&number, data, sizeof number, reader->little);
  return number;
}

/* Pushes a string whose length stands before it; returns that length. */
static size_t push_counted_string(PackReader *reader, const PackOption *option, const char *data,
                                  size_t available)
{
  size_t length = (size_t)read_integer(reader->L, data, reader->little, option->size, false);
  luaL_argcheck(reader->L, length <= available - option->size, 2, "data string too short");
  lua_pushlstring(reader->L, data + option->size, length);
  return length;
}

/* Returns how many bytes the string and its zero take. */
static size_t push_zero_string(lua_State *L, const char *data, size_t available)
{
  const char *zero = memchr(data, '\0', available);
  luaL_argcheck(L, zero != NULL, 2, "unfinished string for format 'z'");
  lua_pushlstring(L, data, (size_t)(zero - data));
  return (size_t)(zero - data) + 1;
}

/* Pushes one option's value, if it has one; returns the bytes it took beyond its size. */
static size_t unpack_value(PackReader *reader, const PackOption *option, const char *data,
                           size_t available)
{
  lua_State *L = reader->L;
  switch (option->kind) {
    case PACK_SIGNED:
    case PACK_UNSIGNED:
      lua_pushinteger(L, read_integer(L, data, reader->little, option->size,
                                      option->kind == PACK_SIGNED));
      break;
    case PACK_FLOAT:
    case PACK_DOUBLE:
      lua_pushnumber(L, read_float(reader, option, data));
      break;
    case PACK_FIXED_STRING:
      lua_pushlstring(L, data, option->size);
      break;
    case PACK_COUNTED_STRING:
      return push_counted_string(reader, option, data, available);
    case PACK_ZERO_STRING:
      return push_zero_string(L, data, available);
    case PACK_PAD_BYTE:
    case PACK_ALIGN_ONLY:
    case PACK_NOTHING:
      break;
  }
  return 0;
}

int string_unpack(lua_State *L)
{
  PackReader reader;
  size_t length;
  int results = 0, unpolled = OPTIONS_AT_ONCE;
  reader_init(&reader, L);
  const char *data = luaL_checklstring(L, 2, &length);
  size_t position = string_start_position(luaL_optinteger(L, 3, 1), length) - 1;
  luaL_argcheck(L, position <= length, 3, "initial position out of string");
  while (*reader.format != '\0') {
    if (luai_unlikely(--unpolled < 0))
      unpolled = poll_options(L);
    PackOption option = reader_next(&reader, position);
    luaL_argcheck(L, option.padding + option.size <= length - position, 2,
                  "data string too short");
    position += option.padding;
    luaL_checkstack(L, 2, "too many results");
    position += unpack_value(&reader, &option, data + position, length - position);
    position += option.size;
    results += kind_has_value(option.kind);
  }
  lua_pushinteger(L, (lua_Integer)position + 1);
  return results + 1;
}
