/*
** aux_load.c - loading chunks from files and from memory.
**
** Layer: lib, on the public headers.
*/
#include <errno.h>
#include <string.h>

#include "api/check.h"
#include "lauxlib.h"
#include "lua.h"

/* ---- From memory ----------------------------------------------------------------------------- */

typedef struct Span {
  const char *bytes;
  size_t size;
} Span;

static const char *span_read(lua_State *L, void *data, size_t *size) {
  Span *span = data;
  (void)L;
  *size = span->size;
  span->size = 0;
  return *size > 0 ? span->bytes : NULL;
}

LUALIB_API int luaL_loadbufferx(lua_State *L, const char *bytes, size_t size,
                                const char *chunk_name, const char *mode) {
  CHECK(stack, L, 0, 1);
  CHECK(bytes, L, ARG(2, bytes), size);
  CHECK(text_or_null, L, ARG(4, chunk_name));
  CHECK(text_or_null, L, ARG(5, mode));
  Span span = {bytes, size};
  return lua_load(L, span_read, &span, chunk_name, mode);
}

LUALIB_API int luaL_loadstring(lua_State *L, const char *text) {
  CHECK(stack, L, 0, 1);
  CHECK(text, L, ARG(2, text));
  return luaL_loadbuffer(L, text, strlen(text), text);
}

/* ---- From files ------------------------------------------------------------------------------ */

/* 'pending' bytes of 'buffer' were read ahead of the loader. */
typedef struct ChunkFile {
  FILE *file;
  size_t pending;
  char buffer[BUFSIZ];
} ChunkFile;

static const char *file_read(lua_State *L, void *data, size_t *size) {
  ChunkFile *chunk = data;
  (void)L;
  if (chunk->pending > 0) {
    *size = chunk->pending;
    chunk->pending = 0;
    return chunk->buffer;
  }
  if (feof(chunk->file)) return NULL;
  *size = fread(chunk->buffer, 1, sizeof(chunk->buffer), chunk->file);
  return chunk->buffer;
}

/* Skips a byte order mark and yields the character after it; a broken mark is the chunk's text. */
static int skip_mark(FILE *file) {
  int c = getc(file);
  if (c == 0xEF && getc(file) == 0xBB && getc(file) == 0xBF) return getc(file);
  return c;
}

/*
** Skips the mark and a first line that starts with '#', as in an executable script. Yields the
** first character of the chunk; its line break stays, so that lines are counted right.
*/
static int skip_head(FILE *file, int *skipped_line) {
  int c = skip_mark(file);
  *skipped_line = c == '#';
  if (*skipped_line) {
    do {
      c = getc(file);
    } while (c != EOF && c != '\n');
    c = getc(file);
  }
  return c;
}

/* Replaces the chunk name at 'name_index' by a message about the file. */
static int file_error(lua_State *L, const char *action, int name_index) {
  int code = errno;
  const char *file_name = lua_tostring(L, name_index) + 1;
  if (code != 0) {
    lua_pushfstring(L, "cannot %s %s: %s", action, file_name, strerror(code));
  } else {
    lua_pushfstring(L, "cannot %s %s", action, file_name);
  }
  lua_remove(L, name_index);
  return LUA_ERRFILE;
}

LUALIB_API int luaL_loadfilex(lua_State *L, const char *file_name, const char *mode) {
  CHECK(stack, L, 0, 2);
  CHECK(text_or_null, L, ARG(2, file_name));
  CHECK(text_or_null, L, ARG(3, mode));
  ChunkFile chunk;
  int skipped_line;
  int name_index = lua_gettop(L) + 1;
  if (file_name == NULL) {
    lua_pushliteral(L, "=stdin");
    chunk.file = stdin;
  } else {
    lua_pushfstring(L, "@%s", file_name);
    errno = 0;
    chunk.file = fopen(file_name, "r");
    if (chunk.file == NULL) return file_error(L, "open", name_index);
  }
  chunk.pending = 0;
  int c = skip_head(chunk.file, &skipped_line);
  if (skipped_line) chunk.buffer[chunk.pending++] = '\n';
  if (c == LUA_SIGNATURE[0]) {
    chunk.pending = 0;  /* a binary chunk has no lines to count */
    if (file_name != NULL) {
      errno = 0;
      chunk.file = freopen(file_name, "rb", chunk.file);
      if (chunk.file == NULL) return file_error(L, "reopen", name_index);
      c = skip_head(chunk.file, &skipped_line);
    }
  }
  if (c != EOF) chunk.buffer[chunk.pending++] = (char)c;
  errno = 0;
  int status = lua_load(L, file_read, &chunk, lua_tostring(L, -1), mode);
  int read_failed = ferror(chunk.file);
  if (file_name != NULL) {
    int code = errno;
    fclose(chunk.file);
    errno = code;
  }
  if (read_failed) {
    lua_settop(L, name_index);
    return file_error(L, "read", name_index);
  }
  lua_remove(L, name_index);
  return status;
}
