/* lua_load and lua_dump: from a chunk, source or binary, to a function, and back.
   Layer: api. It joins compiler, undump and vm.

   While a chunk is being loaded nothing is collected, so that neither the compiler nor undump
   need to anchor what they make. The reader is a host function, which may call anything and
   raise anything in the frame of lua_load's caller: that is why an error unwinds here
   what a protected call would. */
#include "api/api.h"
#include "api/check.h"
#include "api/chunk.h"
#include "compiler/compile.h"
#include "vm/budget.h"

typedef struct LoadRequest {
  lua_Reader reader;
  void *data;
  const char *name;
  const char *mode;
  const char *rest; /* of the last piece: what was not handed on yet */
  size_t rest_size;
  bool ended;
  size_t unpaid; /* bytes that no budget has paid for */
} LoadRequest;

enum {
  PART_SIZE = 1 << 16, /* at most handed on at once, so that a stop reaches into long pieces */
  PIECE_COST = 32,     /* of asking the reader, in bytes */
  BYTES_FOR_INSTRUCTION = 4
};

/* The reader is not asked again after its end. */
static void next_piece(State *L, LoadRequest *request) {
  request->rest_size = 0;
  request->rest = request->reader(L, request->data, &request->rest_size);
  if (request->rest == NULL) request->rest_size = 0;
  request->ended = request->rest_size == 0;
}

/* Little chunks are loaded whatever happens: a stop waits for what they do. */
static void pay(State *L, LoadRequest *request, size_t size) {
  request->unpaid += size + PIECE_COST;
  if (request->unpaid <= PART_SIZE) return;
  if (unlikely(interrupt_bits(L) != 0)) budget_check(L, request->unpaid / BYTES_FOR_INSTRUCTION);
  request->unpaid = 0;
}

static const char *read_part(State *L, void *data, size_t *size) {
  LoadRequest *request = data;
  if (request->rest_size == 0 && !request->ended) next_piece(L, request);
  *size = 0;
  if (request->ended) return NULL;
  const char *part = request->rest;
  *size = request->rest_size < PART_SIZE ? request->rest_size : PART_SIZE;
  request->rest += *size;
  request->rest_size -= *size;
  pay(L, request, *size);
  return part;
}

static void check_mode(State *L, const char *mode, const char *kind) {
  if (mode == NULL || strchr(mode, kind[0]) != NULL) return;
  text_format(L, "attempt to load a %s chunk (mode is '%s')", kind, mode);
  error_throw(L, LUA_ERRSYNTAX);
}

static Proto *load_proto(State *L, LoadRequest *request) {
  next_piece(L, request);
  bool binary = request->rest_size > 0 && request->rest[0] == LUA_SIGNATURE[0];
  check_mode(L, request->mode, binary ? "binary" : "text");
  return binary ? undump_chunk(L, read_part, request, request->name)
                : compile(L, read_part, request, request->name);
}

/* The closure's first upvalue is the globals, as for every chunk: manual 4.6. */
static void load_body(State *L, void *data) {
  Proto *p = load_proto(L, data);
  Closure *closure = closure_new(L, p);
  stack_push(L, value_from_function(closure));
  for (unsigned i = 0; i < p->upvalue_count; i++) closure->upvalues[i] = upvalue_new_closed(L);
  if (p->upvalue_count == 0) return;
  const Table *registry = value_table(global_of(L)->registry);
  closure->upvalues[0]->closed = table_get_int(L, registry, LUA_RIDX_GLOBALS);
}

/* [-0, +1, -] The function, or, with another status than LUA_OK, the error value; manual 4.6. */
LUA_API int lua_load(lua_State *L, lua_Reader reader, void *data, const char *chunk_name,
                     const char *mode) {
  CHECK(stack, L, 0, 1);
  CHECK(rule, L, NAMED(2, "reader"), reader != NULL, "NULL");
  CHECK(text_or_null, L, ARG(4, chunk_name));
  CHECK(text_or_null, L, ARG(5, mode));
  LoadRequest request = {
      .reader = reader, .data = data, .name = chunk_name != NULL ? chunk_name : "?", .mode = mode};
  ptrdiff_t frame = L->frame - L->frames, top = stack_offset(L, L->top);
  uint16_t nonyieldable = L->nonyieldable, c_calls = L->c_calls;
  uint8_t allow_hook = L->allow_hook;
  ptrdiff_t handler = L->message_handler;
  L->nonyieldable++;
  heap_pause(L->heap);
  int status = protect_run(L, load_body, &request, NULL);
  heap_resume(L->heap);
  L->nonyieldable = nonyieldable;
  if (unlikely(status != LUA_OK)) {
    L->frame = L->frames + frame;
    L->c_calls = c_calls;
    L->allow_hook = allow_hook;
    status = vm_close_protected(L, top, status);
    stack_shrink(L);
  }
  L->message_handler = handler;
  heap_check(L);
  return status;
}

/* [-0, +0, -] The writer's first result that is not 0, 1 when the top is no Lua function, else 0;
   manual 4.6. */
LUA_API int lua_dump(lua_State *L, lua_Writer writer, void *data, int strip) {
  CHECK(values, L, 1, 0);
  CHECK(rule, L, NAMED(2, "writer"), writer != NULL, "NULL");
  Value function = L->top[-1];
  if (!value_is_closure(function)) return 1;
  return dump_chunk(L, value_closure(function)->proto, writer, data, strip != 0);
}
