/* Random calls: loading and dumping. */
#include "random.h"

typedef struct Pieces {
  const char *bytes;
  size_t length;
  size_t largest; /* bytes in a piece */
  bool fails;
  char piece[64];
} Pieces;

static const char *next_piece(lua_State *L, void *data, size_t *size) {
  Pieces *pieces = data;
  if (pieces->fails) luaL_error(L, "the reader fails");
  size_t length = pieces->largest < pieces->length ? pieces->largest : pieces->length;
  memcpy(pieces->piece, pieces->bytes, length);
  pieces->bytes += length;
  pieces->length -= length;
  *size = length;
  return pieces->piece;
}

static const char *any_mode(void) {
  static const char *const modes[] = {NULL, NULL, "t", "b", "bt", "x"};
  return PICK(modes);
}

static int load_in_pieces(lua_State *L, const char *bytes, size_t length, const char *mode) {
  Pieces pieces = {.bytes = bytes, .length = length, .largest = 1 + (size_t)pick(40),
                   .fails = chance(10)};
  return lua_load(L, next_piece, &pieces, chance(80) ? "=pieces" : NULL, mode);
}

static void load_text(Scope *s) {
  const char *source = any_source();
  trace("%d", load_in_pieces(s->L, source, strlen(source), any_mode()));
}

typedef struct Bytes {
  char *bytes;
  size_t length;
  int status; /* that the writer returns */
} Bytes;

static int keep_bytes(lua_State *L, const void *piece, size_t size, void *data) {
  Bytes *kept = data;
  (void)L;
  if (kept->status != 0) return kept->status;
  kept->bytes = realloc(kept->bytes, kept->length + size + 1);
  memcpy(kept->bytes + kept->length, piece, size);
  kept->length += size;
  return 0;
}

static void dump_and_load(Scope *s) {
  lua_State *L = s->L;
  Bytes kept = {.status = chance(10) ? 5 : 0};
  lua_pushvalue(L, index_of(s, LUA_TFUNCTION));
  int strip = pick(2), status = lua_dump(L, keep_bytes, &kept, strip);
  lua_pop(L, 1);
  trace("%d", status);
  if (status == 0) {
    lua_pushlstring(L, kept.bytes, kept.length);
    free(kept.bytes);
    size_t length;
    const char *bytes = lua_tolstring(L, -1, &length);
    trace(" %d", load_in_pieces(L, bytes, length, any_mode()));
    lua_remove(L, -2);
  }
}

static void load_buffer(Scope *s) {
  const char *source = any_source();
  size_t length = strlen(source);
  if (chance(20)) length = (size_t)pick((int)length);
  trace("%d", luaL_loadbufferx(s->L, source, length, any_name(), any_mode()));
}

static void load_missing_file(Scope *s) {
  trace("%d", luaL_loadfilex(s->L, chance(50) ? "/nowhere/at/all" : "/", any_mode()));
}

const Operation chunk_operations[] = {
    {"load_text", load_text},
    {"dump_and_load", dump_and_load},
    {"load_buffer", load_buffer},
    {"load_missing_file", load_missing_file},
    {NULL, NULL}};
