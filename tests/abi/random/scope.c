/* Random calls: choices, and the C functions in which they are made. */
#include "random.h"

enum {
  DEEPEST = 12,     /* calls of random_function inside each other */
  MOST_VALUES = 32, /* of a scope */
  ROOM = 30         /* slots that an operation finds free */
};

static uint64_t generator;
static int fuel; /* operations left */
static int depth;

/* ---- choices --------------------------------------------------------------------------------- */

void choices_start(uint64_t seed) { generator = seed * 0x9E3779B97F4A7C15u + 0x632BE59BD9B4E019u; }

int pick(int n) {
  generator ^= generator << 13;
  generator ^= generator >> 7;
  generator ^= generator << 17;
  return (int)((generator >> 33) % (unsigned)n);
}

bool chance(int percent) { return pick(100) < percent; }

/* ---- slots ----------------------------------------------------------------------------------- */

int scope_floor(const Scope *s) {
  int mark = s->marks == 0 ? 0 : 63 - __builtin_clzll(s->marks);
  return mark > s->hidden ? mark : s->hidden;
}

int scope_room(const Scope *s) { return lua_gettop(s->L) - scope_floor(s); }

void scope_forget_marks(Scope *s) {
  int top = lua_gettop(s->L);
  if (top < 63) s->marks &= (UINT64_C(2) << top) - 1;
}

static int either_way(const Scope *s, int index) {
  return chance(50) ? index : index - lua_gettop(s->L) - 1;
}

int valid_index(const Scope *s) {
  int visible = lua_gettop(s->L) - s->hidden;
  return visible == 0 ? 0 : either_way(s, s->hidden + 1 + pick(visible));
}

int writable_index(const Scope *s) {
  int room = scope_room(s);
  return room == 0 ? 0 : either_way(s, scope_floor(s) + 1 + pick(room));
}

int any_index(const Scope *s) {
  int index = chance(80) ? valid_index(s) : 0;
  if (index != 0) return index;
  if (!s->is_hook && chance(50)) return lua_upvalueindex(1 + pick(4));
  return lua_gettop(s->L) + 1 + pick(5);
}

int index_of(Scope *s, int type) {
  int visible = lua_gettop(s->L) - s->hidden, start = visible == 0 ? 0 : pick(visible);
  for (int i = 0; i < visible; i++) {
    int index = s->hidden + 1 + (start + i) % visible;
    if (lua_type(s->L, index) == type) return index;
  }
  push_of_type(s, type);
  return lua_gettop(s->L);
}

/* ---- operations ------------------------------------------------------------------------------ */

static const struct {
  const Operation *list;
  int weight;
} families[] = {{value_operations, 4},  {stack_operations, 2},   {table_operations, 4},
                {call_operations, 4},   {thread_operations, 3},  {inspect_operations, 2},
                {chunk_operations, 1},  {auxiliary_operations, 2}};

static const Operation *any_operation(void) {
  int total = 0, count = 0;
  for (int i = 0; i < COUNT(families); i++) total += families[i].weight;
  int chosen = pick(total), family = 0;
  while (chosen >= families[family].weight) chosen -= families[family++].weight;
  while (families[family].list[count].name != NULL) count++;
  return &families[family].list[pick(count)];
}

static void perform_one(Scope *s) {
  lua_State *L = s->L;
  if (lua_gettop(L) - s->hidden > MOST_VALUES) {
    int floor = scope_floor(s);
    lua_settop(L, floor > s->hidden + 8 ? floor : s->hidden + 8);
  }
  if (!lua_checkstack(L, ROOM)) {
    trace("no room\n");
    return;
  }
  const Operation *operation = any_operation();
  trace("%*s%s ", s->depth, "", operation->name);
  operation->perform(s);
  depth = s->depth;
  int top = lua_gettop(L), first = top - 3 > s->hidden ? top - 3 : s->hidden + 1;
  trace(" -> %d: ", top - s->hidden);
  trace_values(L, first, top);
  trace("\n");
}

static void scope_enter(Scope *s, lua_State *L, uint64_t marks) {
  *s = (Scope){.L = L, .marks = marks, .depth = ++depth};
}

/* ---- ends of a function ---------------------------------------------------------------------- */

static int end_with_error(Scope *s) {
  trace("%*serror\n", s->depth, "");
  if (scope_room(s) == 0) push_any(s);
  return lua_error(s->L);
}

static int end_with_yield(Scope *s, int count) {
  trace("%*syield %d\n", s->depth, "", count);
  if (chance(50)) return lua_yield(s->L, count);
  return lua_yieldk(s->L, count, (lua_KContext)s->marks, random_continuation);
}

static int end_with_call(Scope *s, bool protected) {
  lua_State *L = s->L;
  lua_checkstack(L, ROOM);
  lua_pushvalue(L, index_of(s, LUA_TFUNCTION));
  int arguments = pick(3), results = pick(4) - 1;
  for (int i = 0; i < arguments; i++) push_any(s);
  trace("%*scall with continuation, %d, %d\n", s->depth, "", arguments, results);
  lua_KContext marks = (lua_KContext)s->marks;
  int status = LUA_OK;
  if (protected)
    status = lua_pcallk(L, arguments, results, 0, marks, random_continuation);
  else
    lua_callk(L, arguments, results, marks, random_continuation);
  return random_continuation(L, status, marks);
}

static int scope_end(Scope *s) {
  int room = scope_room(s), count = pick((room < 3 ? room : 3) + 1);
  lua_State *L = s->L;
  if (fuel > 0) {
    if (chance(7)) return end_with_error(s);
    if (lua_isyieldable(L) ? chance(40) : chance(3)) return end_with_yield(s, count);
    if (chance(20)) return end_with_call(s, chance(50));
  }
  trace("%*sreturn %d\n", s->depth, "", count);
  depth = s->depth - 1;
  return count;
}

static void run_scope(Scope *s) {
  int operations = s->depth > DEEPEST ? 0 : pick(8);
  for (int i = 0; i < operations && fuel > 0; i++) {
    fuel--;
    perform_one(s);
  }
}

int random_function(lua_State *L) {
  Scope s;
  scope_enter(&s, L, 0);
  trace("%*sfunction, %d: ", s.depth, "", lua_gettop(L));
  trace_values(L, 1, lua_gettop(L) < 4 ? lua_gettop(L) : 4);
  trace("\n");
  run_scope(&s);
  return scope_end(&s);
}

/* Whether a call goes on here or returns where it was made is left open. */
int random_continuation(lua_State *L, int status, lua_KContext marks) {
  Scope s;
  if (status == LUA_YIELD) status = LUA_OK;
  scope_enter(&s, L, (uint64_t)marks);
  trace("%*scontinuation, status %d, %d: ", s.depth, "", status, lua_gettop(L));
  trace_values(L, 1, lua_gettop(L) < 8 ? lua_gettop(L) : 8);
  trace("\n");
  run_scope(&s);
  return scope_end(&s);
}

/* ---- hooks ----------------------------------------------------------------------------------- */

/* In which slots the values are is left open. */
static void trace_transfer(lua_State *L, lua_Debug *activation) {
  trace(" transfers");
  for (int i = 0; i < activation->ntransfer; i++) {
    const char *name = lua_getlocal(L, activation, activation->ftransfer + i);
    trace(" %s ", name == NULL || *activation->what == 'C' ? name : "");
    trace_value(L, -1);
    lua_pop(L, 1);
  }
}

static void trace_event(lua_State *L, lua_Debug *activation) {
  static const char *const names[] = {"call", "return", "line", "count", "tail call"};
  lua_getinfo(L, "nSltru", activation);
  trace("hook: %s, %s %s line %d of %s, %d ", names[activation->event], activation->what,
        activation->namewhat, activation->currentline, activation->short_src,
        activation->istailcall != 0);
  trace_name(activation->name);
  if (activation->event == LUA_HOOKCALL || activation->event == LUA_HOOKRET) trace_transfer(L, activation);
  trace("\n");
}

/* How many instructions something takes is left open, so a count hook just lets the rest go on. */
void random_hook(lua_State *L, lua_Debug *activation) {
  if (activation->event == LUA_HOOKCOUNT || fuel == 0) return;
  int outer = depth;
  trace_event(L, activation);
  if (activation->event == LUA_HOOKLINE && lua_isyieldable(L) && chance(15)) {
    trace("hook yields\n");
    lua_yield(L, 0);
    return;
  }
  if (chance(90)) return;
  Scope s;
  scope_enter(&s, L, 0);
  s.is_hook = true;
  s.hidden = lua_gettop(L);
  run_scope(&s);
  if (chance(10)) end_with_error(&s);
  depth = outer;
}

/* ---- a state --------------------------------------------------------------------------------- */

void state_run(lua_State *L, int operations) {
  fuel = operations;
  while (fuel > 0) {
    depth = 0;
    fuel--;
    lua_settop(L, 0);
    lua_pushcfunction(L, random_function);
    int status = lua_pcall(L, 0, LUA_MULTRET, 0);
    trace("top: status %d, %d: ", status, lua_gettop(L));
    trace_values(L, 1, lua_gettop(L));
    trace("\n");
  }
  lua_sethook(L, NULL, 0, 0);
}
