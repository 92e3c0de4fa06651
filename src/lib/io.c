/*
 * The io library (manual 6.8).
 *
 * A file is a userdata that starts with luaL_Stream: `f` is NULL until the file is open, `closef`
 * is NULL once it is closed. The default files are registry fields.
 * Layer: lib (public headers only).
 */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#include "api/poll.h"
#include "string_internal.h"
#include "string_number.h"

static const char DEFAULT_INPUT[] = "_IO_input";
static const char DEFAULT_OUTPUT[] = "_IO_output";

enum {
  NUMERAL_MAX = 200,      /* longest numeral that "n" reads */
  LINE_FORMATS_MAX = 250, /* most formats for io.lines: they are upvalues */
};

/* ---- File handles --------------------------------------------------------------------- */

static luaL_Stream *check_stream(lua_State *L)
{
  return luaL_checkudata(L, 1, LUA_FILEHANDLE);
}

static bool stream_is_closed(const luaL_Stream *stream)
{
  return stream->closef == NULL;
}

static FILE *check_open_file(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  if (luai_unlikely(stream_is_closed(stream)))
    luaL_error(L, "attempt to use a closed file");
  return stream->f;
}

/* Pushes a handle in the closed state: an error before it is open leaves nothing to close. */
static luaL_Stream *push_closed_stream(lua_State *L)
{
  luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
  stream->f = NULL;
  stream->closef = NULL;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  return stream;
}

static int close_regular(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  errno = 0;
  return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

static int close_process(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  errno = 0;
  return luaL_execresult(L, pclose(stream->f));
}

/* Standard files stay open. */
static int close_standard(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  stream->closef = close_standard;
  luaL_pushfail(L);
  lua_pushliteral(L, "cannot close standard file");
  return 2;
}

/* Closes the file at index 1. It counts as closed even if that fails. */
static int close_stream(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  lua_CFunction close = stream->closef;
  stream->closef = NULL;
  return close(L);
}

static int file_close(lua_State *L)
{
  check_open_file(L);
  return close_stream(L);
}

static int file_collect(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  if (!stream_is_closed(stream) && stream->f != NULL)
    close_stream(L);
  return 0;
}

static int file_tostring(lua_State *L)
{
  luaL_Stream *stream = check_stream(L);
  if (stream_is_closed(stream))
    lua_pushliteral(L, "file (closed)");
  else
    lua_pushfstring(L, "file (%p)", (void *)stream->f);
  return 1;
}

/* ---- Opening files -------------------------------------------------------------------- */

static luaL_Stream *push_regular_stream(lua_State *L)
{
  luaL_Stream *stream = push_closed_stream(L);
  stream->closef = close_regular;
  return stream;
}

/* Pushes an open file, or raises an error. */
static void push_opened(lua_State *L, const char *name, const char *mode)
{
  luaL_Stream *stream = push_regular_stream(L);
  errno = 0;
  stream->f = fopen(name, mode);
  if (luai_unlikely(stream->f == NULL))
    luaL_error(L, "cannot open file '%s' (%s)", name, strerror(errno));
}

static bool is_file_mode(const char *mode)
{
  if (*mode == '\0' || strchr("rwa", *mode) == NULL)
    return false;
  mode++;
  if (*mode == '+')
    mode++;
  return mode[strspn(mode, "b")] == '\0';
}

static int io_open(lua_State *L)
{
  const char *name = luaL_checkstring(L, 1);
  const char *mode = luaL_optstring(L, 2, "r");
  luaL_Stream *stream = push_regular_stream(L);
  luaL_argcheck(L, is_file_mode(mode), 2, "invalid mode");
  errno = 0;
  stream->f = fopen(name, mode);
  return stream->f == NULL ? luaL_fileresult(L, 0, name) : 1;
}

static int io_popen(lua_State *L)
{
  const char *command = luaL_checkstring(L, 1);
  const char *mode = luaL_optstring(L, 2, "r");
  luaL_Stream *stream = push_closed_stream(L);
  luaL_argcheck(L, (*mode == 'r' || *mode == 'w') && mode[1] == '\0', 2, "invalid mode");
  errno = 0;
  fflush(NULL);
  stream->f = popen(command, mode);
  stream->closef = close_process;
  return stream->f == NULL ? luaL_fileresult(L, 0, command) : 1;
}

static int io_tmpfile(lua_State *L)
{
  luaL_Stream *stream = push_regular_stream(L);
  errno = 0;
  stream->f = tmpfile();
  return stream->f == NULL ? luaL_fileresult(L, 0, NULL) : 1;
}

static int io_type(lua_State *L)
{
  luaL_checkany(L, 1);
  luaL_Stream *stream = luaL_testudata(L, 1, LUA_FILEHANDLE);
  if (stream == NULL)
    luaL_pushfail(L);
  else if (stream_is_closed(stream))
    lua_pushliteral(L, "closed file");
  else
    lua_pushliteral(L, "file");
  return 1;
}

/* ---- Default files -------------------------------------------------------------------- */

/* Pushes the default file and returns its stream. */
static FILE *push_default_file(lua_State *L, const char *key)
{
  lua_getfield(L, LUA_REGISTRYINDEX, key);
  luaL_Stream *stream = lua_touserdata(L, -1);
  if (luai_unlikely(stream_is_closed(stream)))
    luaL_error(L, "default %s file is closed", key + strlen("_IO_"));
  return stream->f;
}

/* io.input and io.output: sets the default file if there is an argument, and returns it. */
static int default_file(lua_State *L, const char *key, const char *mode)
{
  if (!lua_isnoneornil(L, 1)) {
    const char *name = lua_tostring(L, 1);
    if (name != NULL) {
      push_opened(L, name, mode);
    } else {
      check_open_file(L);
      lua_pushvalue(L, 1);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, key);
  }
  lua_getfield(L, LUA_REGISTRYINDEX, key);
  return 1;
}

static int io_input(lua_State *L)
{
  return default_file(L, DEFAULT_INPUT, "r");
}

static int io_output(lua_State *L)
{
  return default_file(L, DEFAULT_OUTPUT, "w");
}

static int io_close(lua_State *L)
{
  if (lua_isnone(L, 1))
    lua_getfield(L, LUA_REGISTRYINDEX, DEFAULT_OUTPUT);
  return file_close(L);
}

/* ---- Reading numerals ----------------------------------------------------------------- */

typedef struct NumeralReader {
  FILE *file;
  int next; /* look-ahead */
  int length;
  char text[NUMERAL_MAX + 1];
} NumeralReader;

/* Saves the look-ahead; false, with no numeral left, if there is no room for it. */
static bool numeral_save(NumeralReader *reader)
{
  if (reader->length >= NUMERAL_MAX) {
    reader->text[0] = '\0';
    return false;
  }
  reader->text[reader->length++] = (char)reader->next;
  reader->next = getc_unlocked(reader->file);
  return true;
}

static bool numeral_accept(NumeralReader *reader, const char *either)
{
  if (reader->next != either[0] && reader->next != either[1])
    return false;
  return numeral_save(reader);
}

static int numeral_digits(NumeralReader *reader, bool hexadecimal)
{
  int count = 0;
  while ((hexadecimal ? isxdigit(reader->next) : isdigit(reader->next)) && numeral_save(reader))
    count++;
  return count;
}

/* Sets the look-ahead behind white space, or behind so much of it that a stop may come in. */
static void numeral_skip_space(NumeralReader *reader)
{
  enum { PART_LENGTH = 4096 };
  int skipped = 0;
  flockfile(reader->file);
  do {
    reader->next = getc_unlocked(reader->file);
  } while (isspace(reader->next) && ++skipped < PART_LENGTH);
  funlockfile(reader->file);
}

/* Reads the longest prefix of the file that may start a numeral, from the look-ahead on. */
static void numeral_scan(NumeralReader *reader)
{
  const char point[2] = {localeconv()->decimal_point[0], '.'};
  bool hexadecimal = false;
  int digits = 0;
  numeral_accept(reader, "-+");
  if (numeral_accept(reader, "00")) {
    if (numeral_accept(reader, "xX"))
      hexadecimal = true;
    else
      digits = 1;
  }
  digits += numeral_digits(reader, hexadecimal);
  if (numeral_accept(reader, point))
    digits += numeral_digits(reader, hexadecimal);
  if (digits > 0 && numeral_accept(reader, hexadecimal ? "pP" : "eE")) {
    numeral_accept(reader, "-+");
    numeral_digits(reader, false);
  }
}

static bool read_number(lua_State *L, FILE *file)
{
  NumeralReader reader = {.file = file};
  do {
    numeral_skip_space(&reader);
    builtin_poll(L, 1);
  } while (isspace(reader.next));
  flockfile(file);
  numeral_scan(&reader);
  ungetc(reader.next, file);
  funlockfile(file);
  reader.text[reader.length] = '\0';
  if (lua_stringtonumber(L, reader.text) != 0)
    return true;
  lua_pushnil(L); /* the caller pops it */
  return false;
}

/* ---- Reading text --------------------------------------------------------------------- */

static bool read_end_test(lua_State *L, FILE *file)
{
  int c = getc(file);
  ungetc(c, file);
  lua_pushliteral(L, "");
  return c != EOF;
}

static bool read_line(lua_State *L, FILE *file, bool keep_newline)
{
  luaL_Buffer buffer;
  int c;
  luaL_buffinit(L, &buffer);
  do {
    char *out = luaL_prepbuffer(&buffer);
    size_t length = 0;
    flockfile(file);
    while (length < (size_t)LUAL_BUFFERSIZE && (c = getc_unlocked(file)) != EOF && c != '\n')
      out[length++] = (char)c;
    funlockfile(file);
    luaL_addsize(&buffer, length);
    builtin_poll_bytes(L, length);
  } while (c != EOF && c != '\n');
  if (keep_newline && c == '\n')
    luaL_addchar(&buffer, '\n');
  luaL_pushresult(&buffer);
  return c == '\n' || lua_rawlen(L, -1) > 0;
}

/* A stop may come in between. */
static size_t fread_in_parts(lua_State *L, char *out, size_t wanted, FILE *file)
{
  enum { PART_LENGTH = 1 << 20 };
  size_t total = 0, part, got;
  do {
    part = wanted - total < PART_LENGTH ? wanted - total : PART_LENGTH;
    got = fread(out + total, 1, part, file);
    total += got;
    builtin_poll_bytes(L, got);
  } while (got == PART_LENGTH && total < wanted);
  return total;
}

/* Blocks grow with what has been read, so that a large file takes few calls. */
static void read_all(lua_State *L, FILE *file)
{
  luaL_Buffer buffer;
  size_t wanted = LUAL_BUFFERSIZE, got;
  luaL_buffinit(L, &buffer);
  do {
    got = fread_in_parts(L, luaL_prepbuffsize(&buffer, wanted), wanted, file);
    luaL_addsize(&buffer, got);
    if (got < wanted)
      break;
    wanted = luaL_bufflen(&buffer);
  } while (true);
  luaL_pushresult(&buffer);
}

static bool read_chars(lua_State *L, FILE *file, size_t count)
{
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  size_t got = fread_in_parts(L, luaL_prepbuffsize(&buffer, count), count, file);
  luaL_addsize(&buffer, got);
  luaL_pushresult(&buffer);
  return got > 0;
}

/* Reads what the format at `arg` says and pushes it; false at the end of the file. */
static bool read_format(lua_State *L, FILE *file, int arg)
{
  if (lua_type(L, arg) == LUA_TNUMBER) {
    size_t count = (size_t)luaL_checkinteger(L, arg);
    return count == 0 ? read_end_test(L, file) : read_chars(L, file, count);
  }
  const char *format = luaL_checkstring(L, arg);
  if (*format == '*')
    format++;
  switch (*format) {
    case 'n':
      return read_number(L, file);
    case 'l':
      return read_line(L, file, false);
    case 'L':
      return read_line(L, file, true);
    case 'a':
      read_all(L, file);
      return true;
    default:
      return luaL_argerror(L, arg, "invalid format");
  }
}

/* Reads by the formats from index `first` to the top; returns the number of results. */
static int read_formats(lua_State *L, FILE *file, int first)
{
  int count = lua_gettop(L) - first + 1;
  bool success = true;
  int results = 0;
  if (feof_unlocked(file) || ferror_unlocked(file)) /* clearerr locks the file */
    clearerr(file);
  errno = 0;
  if (count <= 0) {
    success = read_line(L, file, false);
    results = 1;
  } else {
    luaL_checkstack(L, count + LUA_MINSTACK, "too many arguments");
    for (; results < count && success; results++)
      success = read_format(L, file, first + results);
  }
  if (ferror(file))
    return luaL_fileresult(L, 0, NULL);
  if (!success) {
    lua_pop(L, 1);
    luaL_pushfail(L);
  }
  return results;
}

static int io_read(lua_State *L)
{
  FILE *file = push_default_file(L, DEFAULT_INPUT);
  lua_pop(L, 1); /* the registry keeps it */
  return read_formats(L, file, 1);
}

static int file_read(lua_State *L)
{
  return read_formats(L, check_open_file(L), 2);
}

/* ---- Lines ---------------------------------------------------------------------------- */

/* The iterator's upvalues: the file, the number of formats, whether to close, the formats. */
enum { LINES_FILE = 1, LINES_COUNT, LINES_CLOSE, LINES_FORMATS };

static int lines_next(lua_State *L)
{
  luaL_Stream *stream = lua_touserdata(L, lua_upvalueindex(LINES_FILE));
  int count = (int)lua_tointeger(L, lua_upvalueindex(LINES_COUNT));
  if (stream_is_closed(stream))
    return luaL_error(L, "file is already closed");
  lua_settop(L, 1);
  luaL_checkstack(L, count, "too many arguments");
  for (int i = 0; i < count; i++)
    lua_pushvalue(L, lua_upvalueindex(LINES_FORMATS + i));
  int results = read_formats(L, stream->f, 2);
  if (lua_toboolean(L, -results))
    return results;
  if (results > 1) /* fail, message, code */
    return luaL_error(L, "%s", lua_tostring(L, -results + 1));
  if (lua_toboolean(L, lua_upvalueindex(LINES_CLOSE))) {
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(LINES_FILE));
    close_stream(L);
  }
  return 0;
}

/* Replaces the file at 1 and the formats above it by nothing, and pushes their iterator. */
static void push_lines_iterator(lua_State *L, bool close_at_end)
{
  int count = lua_gettop(L) - 1;
  luaL_argcheck(L, count <= LINE_FORMATS_MAX, LINE_FORMATS_MAX + 2, "too many arguments");
  lua_pushvalue(L, 1);
  lua_pushinteger(L, count);
  lua_pushboolean(L, close_at_end);
  lua_rotate(L, 2, 3);
  lua_pushcclosure(L, lines_next, 3 + count);
}

static int file_lines(lua_State *L)
{
  check_open_file(L);
  push_lines_iterator(L, false);
  return 1;
}

/* With a name, the loop closes the file: as its fourth value. */
static int io_lines(lua_State *L)
{
  if (lua_isnone(L, 1))
    lua_pushnil(L);
  if (lua_isnil(L, 1)) {
    lua_getfield(L, LUA_REGISTRYINDEX, DEFAULT_INPUT);
    lua_replace(L, 1);
    return file_lines(L);
  }
  push_opened(L, luaL_checkstring(L, 1), "r");
  lua_replace(L, 1);
  push_lines_iterator(L, true);
  lua_pushnil(L);
  lua_pushnil(L);
  lua_pushvalue(L, 1);
  return 4;
}

/* ---- Writing -------------------------------------------------------------------------- */

/* Writes a float as LUA_NUMBER_FMT has it, which is "%.14g". */
static bool write_float(FILE *file, lua_Number x)
{
  char text[NUMBER_FLOAT_SIZE + 1];
  size_t length = 0;
  if (locale_category_is_c(LC_NUMERIC))
    length = number_write_general(text + 1, x, 14, false);
  if (length == 0)
    return fprintf(file, LUA_NUMBER_FMT, x) > 0;
  text[0] = '-';
  size_t skipped = signbit(x) ? 0 : 1;
  length += 1 - skipped;
  return fwrite(text + skipped, 1, length, file) == length;
}

static bool write_number(lua_State *L, FILE *file, int arg)
{
  char text[NUMBER_INTEGER_SIZE];
  if (!lua_isinteger(L, arg))
    return write_float(file, lua_tonumber(L, arg));
  size_t length = number_write_integer(text, lua_tointeger(L, arg));
  return fwrite(text, 1, length, file) == length;
}

/* A stop may come in between. */
static bool write_in_parts(lua_State *L, FILE *file, const char *s, size_t length)
{
  enum { PART_LENGTH = 1 << 20 };
  for (; luai_unlikely(length > PART_LENGTH); length -= PART_LENGTH) {
    if (fwrite(s, 1, PART_LENGTH, file) != PART_LENGTH)
      return false;
    builtin_poll_bytes(L, PART_LENGTH);
    s += PART_LENGTH;
  }
  return fwrite(s, 1, length, file) == length;
}

/* Writes the arguments from `first` to below the file, which is on the top and is the result. */
static int write_arguments(lua_State *L, FILE *file, int first)
{
  int last = lua_gettop(L) - 1;
  bool success = true;
  errno = 0;
  for (int arg = first; arg <= last; arg++) {
    if (lua_type(L, arg) == LUA_TNUMBER) {
      success = write_number(L, file, arg) && success;
    } else {
      size_t length;
      const char *s = luaL_checklstring(L, arg, &length);
      success = write_in_parts(L, file, s, length) && success;
    }
  }
  return success ? 1 : luaL_fileresult(L, 0, NULL);
}

static int io_write(lua_State *L)
{
  return write_arguments(L, push_default_file(L, DEFAULT_OUTPUT), 1);
}

static int file_write(lua_State *L)
{
  FILE *file = check_open_file(L);
  lua_pushvalue(L, 1);
  return write_arguments(L, file, 2);
}

/* ---- Position and buffering ----------------------------------------------------------- */

static int file_seek(lua_State *L)
{
  static const int MODES[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  static const char *const NAMES[] = {"set", "cur", "end", NULL};
  FILE *file = check_open_file(L);
  int mode = luaL_checkoption(L, 2, "cur", NAMES);
  lua_Integer distance = luaL_optinteger(L, 3, 0);
  off_t offset = (off_t)distance;
  luaL_argcheck(L, (lua_Integer)offset == distance, 3, "not an integer in proper range");
  errno = 0;
  if (fseeko(file, offset, MODES[mode]) != 0)
    return luaL_fileresult(L, 0, NULL);
  lua_pushinteger(L, (lua_Integer)ftello(file));
  return 1;
}

static int file_setvbuf(lua_State *L)
{
  static const int MODES[] = {_IONBF, _IOFBF, _IOLBF};
  static const char *const NAMES[] = {"no", "full", "line", NULL};
  FILE *file = check_open_file(L);
  int mode = luaL_checkoption(L, 2, NULL, NAMES);
  lua_Integer size = luaL_optinteger(L, 3, LUAL_BUFFERSIZE);
  errno = 0;
  return luaL_fileresult(L, setvbuf(file, NULL, MODES[mode], (size_t)size) == 0, NULL);
}

static int io_flush(lua_State *L)
{
  FILE *file = push_default_file(L, DEFAULT_OUTPUT);
  errno = 0;
  return luaL_fileresult(L, fflush(file) == 0, NULL);
}

static int file_flush(lua_State *L)
{
  FILE *file = check_open_file(L);
  errno = 0;
  return luaL_fileresult(L, fflush(file) == 0, NULL);
}

/* ---- Opening the library -------------------------------------------------------------- */

static const luaL_Reg IO_FUNCTIONS[] = {
  {"close", io_close},     {"flush", io_flush}, {"input", io_input}, {"lines", io_lines},
  {"open", io_open},       {"output", io_output}, {"popen", io_popen}, {"read", io_read},
  {"tmpfile", io_tmpfile}, {"type", io_type},   {"write", io_write},
  {"stdin", NULL},         {"stdout", NULL},    {"stderr", NULL}, /* set below */
  {NULL, NULL},
};

static const luaL_Reg FILE_METHODS[] = {
  {"close", file_close}, {"flush", file_flush}, {"lines", file_lines}, {"read", file_read},
  {"seek", file_seek},   {"setvbuf", file_setvbuf}, {"write", file_write}, {NULL, NULL},
};

static const luaL_Reg FILE_METAMETHODS[] = {
  {"__index", NULL}, /* set below: the methods */
  {"__gc", file_collect},
  {"__close", file_collect},
  {"__tostring", file_tostring},
  {NULL, NULL},
};

static void create_file_metatable(lua_State *L)
{
  luaL_newmetatable(L, LUA_FILEHANDLE);
  luaL_setfuncs(L, FILE_METAMETHODS, 0);
  luaL_newlibtable(L, FILE_METHODS);
  luaL_setfuncs(L, FILE_METHODS, 0);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

/* Makes a C file a field of the library's table, and a default file if `key` is given. */
static void add_standard_file(lua_State *L, FILE *file, const char *key, const char *name)
{
  luaL_Stream *stream = push_closed_stream(L);
  stream->f = file;
  stream->closef = close_standard;
  if (key != NULL) {
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, key);
  }
  lua_setfield(L, -2, name);
}

LUAMOD_API int luaopen_io(lua_State *L)
{
  luaL_newlib(L, IO_FUNCTIONS);
  create_file_metatable(L);
  add_standard_file(L, stdin, DEFAULT_INPUT, "stdin");
  add_standard_file(L, stdout, DEFAULT_OUTPUT, "stdout");
  add_standard_file(L, stderr, NULL, "stderr");
  return 1;
}
