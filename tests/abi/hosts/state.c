/* States: allocators, memory errors, collection, warnings, extra space, chunks as bytes, files. */
#include "host.h"

#include <stdint.h>

typedef struct Budget {
  size_t used, limit;
  int blocks, wrong_sizes;
} Budget;

/* Checks that the size of a block is told rightly when it is freed or moved. */
static void *budget_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  Budget *budget = data;
  size_t *head = block ? (size_t *)block - 2 : NULL;
  if (block == NULL) old_size = 0;
  if (head && head[0] != old_size) budget->wrong_sizes++;
  if (new_size == 0) {
    if (head) budget->blocks--;
    budget->used -= old_size;
    free(head);
    return NULL;
  }
  if (budget->used - old_size + new_size > budget->limit && new_size > old_size) return NULL;
  size_t *moved = realloc(head, new_size + 2 * sizeof(size_t));
  if (moved == NULL) return NULL;
  if (!head) budget->blocks++;
  budget->used += new_size - old_size;
  moved[0] = new_size;
  return moved + 2;
}

static void *other_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  return budget_allocate(data, block, old_size, new_size);
}

static int eat(lua_State *L) {
  lua_newtable(L);
  for (int i = 1;; i++) {
    lua_pushfstring(L, "a string to keep, number %d", i);
    lua_rawseti(L, -2, i);
  }
  return 0;
}

static void memory(void) {
  Budget budget = {0, SIZE_MAX / 4, 0, 0};
  lua_State *L = lua_newstate(budget_allocate, &budget);
  luaL_openlibs(L);
  void *data;
  printf("%d %d\n", lua_getallocf(L, &data) == budget_allocate, data == &budget);
  lua_setallocf(L, other_allocate, &budget);
  printf("%d\n", lua_getallocf(L, NULL) == other_allocate);
  run_text(L, "local t = {} for i = 1, 1000 do t[i] = {i, tostring(i)} end");
  budget.limit = budget.used + (1 << 20);
  lua_pushcfunction(L, eat);
  printf("%d ", lua_pcall(L, 0, 0, 0) == LUA_ERRMEM);
  clear_stack(L, "memory");
  luaL_loadstring(L, "local s = 'x' while true do s = s .. s end");
  printf("%d ", lua_pcall(L, 0, 0, 0) == LUA_ERRMEM);
  clear_stack(L, "memory");
  budget.limit = SIZE_MAX / 4;
  run_text(L, "print(#string.rep('x', 1 << 22))");
  lua_close(L);
  printf("%d blocks, %zu bytes, %d wrong\n", budget.blocks, budget.used, budget.wrong_sizes);
  for (size_t limit = 0; limit < 60000; limit += 997) {
    Budget small = {0, limit, 0, 0};
    L = lua_newstate(budget_allocate, &small);
    if (L != NULL) {
      lua_pushcfunction(L, luaopen_string);
      int status = lua_pcall(L, 0, 0, 0);
      if (status != LUA_OK && status != LUA_ERRMEM) printf("status %d\n", status);
      lua_close(L);
    }
    if (small.blocks || small.used || small.wrong_sizes) printf("leak at %zu\n", limit);
  }
}

static void collection(lua_State *L) {
  printf("%d ", lua_gc(L, LUA_GCISRUNNING));
  lua_gc(L, LUA_GCSTOP);
  printf("%d ", lua_gc(L, LUA_GCISRUNNING));
  lua_gc(L, LUA_GCRESTART);
  printf("%d\n", lua_gc(L, LUA_GCISRUNNING));
  printf("%d ", lua_gc(L, LUA_GCGEN, 0, 0) == LUA_GCINC);
  run_text(L, "for i = 1, 20000 do local t = {i} end");
  printf("%d ", lua_gc(L, LUA_GCINC, 0, 0, 0) == LUA_GCGEN);
  lua_gc(L, LUA_GCSETPAUSE, 160);
  printf("%d ", lua_gc(L, LUA_GCSETPAUSE, 200));
  lua_gc(L, LUA_GCSETSTEPMUL, 300);
  printf("%d ", lua_gc(L, LUA_GCSETSTEPMUL, 100));
  int kilobytes = lua_gc(L, LUA_GCCOUNT), rest = lua_gc(L, LUA_GCCOUNTB);
  printf("%d %d ", kilobytes > 5 && kilobytes < 2000, rest >= 0 && rest < 1024);
  printf("%d ", lua_gc(L, LUA_GCCOLLECT));
  int steps = 0;
  while (!lua_gc(L, LUA_GCSTEP, 100) && steps < 100000) steps++;
  printf("%d %d\n", steps < 100000, lua_gc(L, 12345));
  run_text(L, "local weak = setmetatable({}, {__mode = 'k'}) weak[{}] = 1 collectgarbage() print(next(weak))\n"
              "setmetatable({}, {__gc = function() print 'finalized' end}) collectgarbage()\n"
              "setmetatable({}, {__gc = function() error 'in a finalizer' end}) collectgarbage()\n"
              "at_close = setmetatable({}, {__gc = function() print 'at close' end})");
}

static void warn(void *data, const char *message, int to_be_continued) {
  printf("%s<%s>%s", (const char *)data, message, to_be_continued ? "..." : "\n");
}

static void warnings(lua_State *L) {
  lua_setwarnf(L, warn, "warned ");
  lua_warning(L, "one, ", 1);
  lua_warning(L, "two", 0);
  run_text(L, "warn('@on') warn('from ', 'Lua') print(pcall(warn, {}))\n"
              "setmetatable({}, {__gc = function() error 'told' end}) collectgarbage()");
  lua_setwarnf(L, NULL, NULL);
  lua_warning(L, "unheard", 0);
  run_text(L, "warn 'unheard'");
}

static void extra_space(lua_State *L) {
  *(long *)lua_getextraspace(L) = 4711;
  lua_State *co = lua_newthread(L);
  printf("%ld\n", *(long *)lua_getextraspace(co));
  *(long *)lua_getextraspace(co) = 1;
  printf("%ld\n", *(long *)lua_getextraspace(L));
  lua_settop(L, 0);
  printf("%d\n", lua_setcstacklimit(L, 1000));
}

typedef struct Bytes {
  char data[1 << 16];
  size_t size, read;
} Bytes;

static int keep_bytes(lua_State *L, const void *piece, size_t size, void *data) {
  Bytes *bytes = data;
  (void)L;
  if (bytes->size + size > sizeof bytes->data) return 9;
  memcpy(bytes->data + bytes->size, piece, size);
  bytes->size += size;
  return 0;
}

static int refuse_bytes(lua_State *L, const void *piece, size_t size, void *data) {
  (void)L, (void)piece, (void)size, (void)data;
  return 77;
}

/* A byte at a time. */
static const char *read_bytes(lua_State *L, void *data, size_t *size) {
  Bytes *bytes = data;
  (void)L;
  *size = bytes->read < bytes->size;
  return bytes->data + bytes->read++;
}

static const char *raising_reader(lua_State *L, void *data, size_t *size) {
  (void)data, (void)size;
  luaL_error(L, "the reader failed");
  return NULL;
}

static void chunks(lua_State *L) {
  static Bytes bytes;
  luaL_loadstring(L, "local a, b = ... local function f(x) return x * 2 end return f(a) + b, 'text', 1.5, 1 << 62");
  printf("%d\n", lua_dump(L, keep_bytes, &bytes, 0));
  printf("%d %d\n", bytes.size > 50, memcmp(bytes.data, LUA_SIGNATURE, 4));
  printf("%d\n", lua_dump(L, refuse_bytes, NULL, 1));
  lua_settop(L, 0);
  printf("%d\n", lua_load(L, read_bytes, &bytes, "chunk", "b"));
  lua_pushinteger(L, 20);
  lua_pushinteger(L, 2);
  lua_call(L, 2, LUA_MULTRET);
  clear_stack(L, "binary");
  bytes.read = 0;
  printf("%d ", lua_load(L, read_bytes, &bytes, "=chunk", "t"));
  clear_stack(L, "refused");
  bytes.read = 0;
  bytes.size /= 2;
  printf("%d %s\n", lua_load(L, read_bytes, &bytes, "=chunk", NULL), lua_typename(L, lua_type(L, 1)));
  lua_settop(L, 0);
  printf("%d ", lua_load(L, raising_reader, NULL, "=chunk", NULL));
  clear_stack(L, "reader");
  memcpy(bytes.data, "return ...", bytes.size = 10);
  bytes.read = 0;
  printf("%d ", lua_load(L, read_bytes, &bytes, NULL, NULL));
  clear_stack(L, "text");
  lua_pushcfunction(L, luaopen_math);
  printf("%d\n", lua_dump(L, keep_bytes, &bytes, 0));
  lua_settop(L, 0);
}

static int close_file(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  printf("closing\n");
  return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

static int open_temporary(lua_State *L) {
  luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
  stream->closef = NULL;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  stream->f = tmpfile();
  stream->closef = close_file;
  return 1;
}

static void files(lua_State *L) {
  lua_register(L, "open_temporary", open_temporary);
  run_text(L, "local f = open_temporary() f:write('one\\n', 2, '\\n', 3.5) f:seek 'set'\n"
              "print(f:read('l', 'n', 'n')) print(io.type(f), f:close(), io.type(f))\n"
              "print(pcall(f.read, f)) print(tostring(f))\n"
              "do local g <close> = open_temporary() end");
  luaL_loadstring(L, "return io.tmpfile()");
  lua_call(L, 0, 1);
  luaL_Stream *stream = luaL_checkudata(L, -1, LUA_FILEHANDLE);
  fputs("from C", stream->f);
  lua_setglobal(L, "f");
  run_text(L, "f:seek 'set' print(f:read 'a')");
}

int main(void) {
  memory();
  lua_State *L = open_state();
  collection(L);
  warnings(L);
  extra_space(L);
  chunks(L);
  files(L);
  lua_close(L);
  return 0;
}
