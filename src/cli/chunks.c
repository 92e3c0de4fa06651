/*
 * Compiling, checking and listing chunks: see chunks.h.
 * Layer: cli.
 */
#include "chunks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lauxlib.h"

#include "api/listing.h"

#include "cli.h"

static bool is_dash(const char *name) {
  return strcmp(name, "-") == 0;
}

static bool load(lua_State *L, const char *source) {
  return run_report(L, luaL_loadfile(L, is_dash(source) ? NULL : source)) == LUA_OK;
}

static bool report_output(lua_State *L, const char *name) {
  run_message(lua_pushfstring(L, "cannot write %s: %s", name, strerror(errno)));
  lua_pop(L, 1);
  return false;
}

static bool flush_output(lua_State *L) {
  return fflush(stdout) == 0 && !ferror(stdout) ? true : report_output(L, "standard output");
}

static int write_piece(lua_State *L, const void *piece, size_t size, void *file) {
  (void)L;
  return fwrite(piece, 1, size, file) != size;
}

/* Writes the function on the top to a file. A file that could not be written whole is removed. */
static bool write_chunk(lua_State *L, const char *output, bool strip) {
  if (is_dash(output))
    return lua_dump(L, write_piece, stdout, strip) == 0 ? flush_output(L)
                                                        : report_output(L, "standard output");
  FILE *file = fopen(output, "wb");
  if (file == NULL)
    return report_output(L, output);
  bool written = lua_dump(L, write_piece, file, strip) == 0;
  written = fclose(file) == 0 && written;
  if (!written) {
    report_output(L, output);
    if (strncmp(output, "/dev/", 5) != 0)
      remove(output);
  }
  return written;
}

bool chunks_compile(lua_State *L, const char *source, const char *output, bool strip) {
  return load(L, source) && write_chunk(L, output != NULL ? output : "luac.out", strip);
}

bool chunks_check(lua_State *L, char **sources) {
  bool correct = true;
  for (; *sources != NULL; sources++) {
    correct = load(L, *sources) && correct;
    lua_settop(L, 0);
  }
  return correct;
}

bool chunks_list(lua_State *L, const char *source) {
  if (!load(L, source))
    return false;
  ferrous_dump_listing(L, stdout);
  return flush_output(L);
}
