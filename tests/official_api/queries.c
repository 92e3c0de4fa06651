/* T's functions that look into the engine: colors, ages and phases of the collector, parts of tables,
   stacks, prototypes. They answer what is true of this engine; the reference's opcodes have no
   counterpart here, so T has no function for them. */
#include "official_api.h"

#include "heap/heap_private.h"
#include "runtime/global.h"

/* ---- objects --------------------------------------------------------------------------------- */

/* The value at an index: no function of the public API shows it, but one word of the stack is it. */
static Value value_at(lua_State *L, int index) {
  lua_pushvalue(L, index);
  Value v = L->top[-1];
  lua_pop(L, 1);
  return v;
}

void ask_for_every_object(lua_State *L) {
  L->heap->probing = 1;
  arena_retire_all(L->heap->private_part);
}

static void count_cells(Heap *heap, size_t counts[KIND_COUNT]) {
  HeapPrivate *p = heap->private_part;
  memset(counts, 0, KIND_COUNT * sizeof *counts);
  arena_retire_all(p);
  for (uint32_t i = 0; i < ARENA_COUNT; i++)
    for (Block *block = arena_at(p, i)->blocks; block != NULL; block = block->next)
      for (uint32_t w = 0; w < block->word_count; w++)
        for (uint64_t bits = block->words[w].allocated; bits != 0; bits &= bits - 1)
          counts[block_object(block, w * 64 + (uint32_t)__builtin_ctzll(bits))->kind]++;
}

bool count_objects(lua_State *L, const char *type, size_t *count) {
  size_t counts[KIND_COUNT];
  count_cells(L->heap, counts);
  if (strcmp(type, "string") == 0)
    *count = counts[KIND_SHORT_STRING] + counts[KIND_LONG_STRING];
  else if (strcmp(type, "table") == 0)
    *count = counts[KIND_TABLE];
  else if (strcmp(type, "function") == 0)
    *count = counts[KIND_CLOSURE] + counts[KIND_NATIVE];
  else if (strcmp(type, "userdata") == 0)
    *count = counts[KIND_USERDATA];
  else if (strcmp(type, "thread") == 0)
    *count = counts[KIND_THREAD];
  else
    return false;
  return true;
}

/* ---- the collector --------------------------------------------------------------------------- */

typedef struct Marks {
  bool marked;
  bool to_be_traced; /* perhaps once more */
} Marks;

/* Of the object that is the first argument. */
static Marks marks_of_argument(lua_State *L) {
  Value v = value_at(L, 1);
  luaL_argcheck(L, value_is_collectable(v), 1, "object expected");
  Block *block = block_of(value_cell(v));
  uint32_t index = block_cell_index(block, value_cell(v));
  const BlockWord *word = block_word(block, index);
  uint64_t bit = cell_bit(index);
  return (Marks){.marked = (word->marks & bit) != 0,
                 .to_be_traced = ((word->gray | word->again) & bit) != 0};
}

/* gccolor(object): white (not reached), gray (to be looked at, perhaps again) or black. */
static int t_gccolor(lua_State *L) {
  Marks marks = marks_of_argument(L);
  lua_pushstring(L, !marks.marked ? "white" : marks.to_be_traced ? "gray" : "black");
  return 1;
}

/* gcage(object), between the cycles of the generational mode: new, old, or touched1 (old, and traced
   again by the next cycle: it was written to, or is a weak table). What one cycle found alive is old, so the
   reference's other ages do not occur. */
static int t_gcage(lua_State *L) {
  Marks marks = marks_of_argument(L);
  bool old = marks.marked && L->heap->private_part->marks_kept;
  lua_pushstring(L, !old ? "new" : marks.to_be_traced ? "touched1" : "old");
  return 1;
}

static const char *phase_name(const Heap *heap) {
  switch (heap->phase) {
    case GC_IDLE: return "pause";
    case GC_MARK: return heap->private_part->gray_blocks == NULL ? "atomic" : "propagate";
    case GC_SWEEP: return "sweepallgc";
    default: return "enteratomic";
  }
}

/* Steps as small as they come, so that no phase is passed over. */
static void small_step(lua_State *L) {
  HeapPrivate *p = L->heap->private_part;
  int multiplier = p->step_multiplier, size = p->step_size;
  ptrdiff_t debt = L->heap->debt;
  p->step_multiplier = 1;
  p->step_size = 7;
  L->heap->debt = 0;
  heap_step_by(L, 0);
  p->step_multiplier = multiplier;
  p->step_size = size;
  if (L->heap->debt > debt) L->heap->debt = debt;
}

/* gcstate(): the phase. gcstate(phase): goes on until it begins; "atomic" is when all is marked but
   what only the end of marking settles. */
static int t_gcstate(lua_State *L) {
  const char *wanted = luaL_optstring(L, 1, NULL);
  Heap *heap = L->heap;
  if (wanted == NULL) {
    lua_pushstring(L, phase_name(heap));
    return 1;
  }
  int mode = heap->mode;
  heap->mode = LUA_GCINC;
  for (int steps = 0; strcmp(phase_name(heap), wanted) != 0; steps++) {
    if (steps == 100000000) return luaL_argerror(L, 1, "no such phase");
    small_step(L);
    if (heap->phase == GC_MARK && strcmp(wanted, "atomic") == 0)
      mark_propagate(heap->private_part, NO_BUDGET);
  }
  heap->mode = (uint8_t)mode;
  return 0;
}

static int t_checkmemory(lua_State *L) {
  heap_validate(L->heap);
  return 0;
}

/* ---- tables, strings, stacks ----------------------------------------------------------------- */

/* querytab(table): room in the array part, room for fields and other keys, fields, items. */
static int t_querytab(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const Table *t = value_table(value_at(L, 1));
  const Shape *shape = table_shape(L->heap, t);
  lua_pushinteger(L, t->array_capacity);
  lua_pushinteger(L, shape->count + (t->hash == NULL ? 0 : (lua_Integer)t->hash->mask + 1));
  lua_pushinteger(L, shape->count);
  lua_pushinteger(L, t->array_size);
  return 4;
}

/* querystr(): the buckets of the table of short strings, and how many it holds. */
static int t_querystr(lua_State *L) {
  const Global *global = global_of(L);
  lua_pushinteger(L, (lua_Integer)global->strings.mask + 1);
  lua_pushinteger(L, global->strings.count);
  return 2;
}

/* stacklevel(): slots in use, slots, nested C calls. */
static int t_stacklevel(lua_State *L) {
  lua_pushinteger(L, L->top - L->stack);
  lua_pushinteger(L, L->stack_limit - L->stack);
  lua_pushinteger(L, L->c_calls);
  return 3;
}

/* listk(function): its constants. */
static int t_listk(lua_State *L) {
  Value v = value_at(L, 1);
  luaL_argcheck(L, value_is_closure(v), 1, "Lua function expected");
  const Proto *p = value_closure(v)->proto;
  lua_createtable(L, (int)p->constant_count, 0);
  for (uint32_t i = 0; i < p->constant_count; i++) {
    *L->top++ = p->constants[i];
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

void add_query_functions(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"gccolor", t_gccolor},         {"gcage", t_gcage},       {"gcstate", t_gcstate},
      {"checkmemory", t_checkmemory}, {"querytab", t_querytab}, {"querystr", t_querystr},
      {"stacklevel", t_stacklevel},   {"listk", t_listk},       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
