/* Handles against a model: random programs on three states. The model knows of each handle which
   object it names, and whether that object is

     kept:   pinned, or in a table that is reachable: then the handle must resolve;
     loose:  neither: then it may, until it is collected;
     gone:   once seen stale: then it is stale for ever.

   A weak table and finalizers say independently what the collector did. Ten million steps are taken,
   in the usual build and in the checked one (make test-unit, make test-debug), fewer where each
   is slow; FERROUS_HANDLE_STEPS sets another number. */
#include "host_state.h"

#if defined(__has_feature)
#define HAS_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define HAS_ADDRESS_SANITIZER 0
#endif

enum {
  WORLDS = 3,
  SLOTS = 384,
  SHARED = 48,        /* short strings and C functions: the same ones come again and again */
  LIGHT_FUNCTIONS = 4,
  RETIRED = 4096,     /* stale handles that are remembered */
  LARGE_SIZE = 6000,  /* such a userdata has a block of its own */
#if defined(__SANITIZE_ADDRESS__) || HAS_ADDRESS_SANITIZER
  STEPS = 1000000,
#else
  STEPS = 10000000,
#endif
  STEPS_UNDER_STRESS = 4000
};

typedef enum Sort {
  SORT_TABLE,
  SORT_CLOSURE,
  SORT_USERDATA,
  SORT_LARGE_USERDATA,
  SORT_FINALIZED, /* a userdata with a finalizer */
  SORT_THREAD,
  SORT_LONG_STRING,
  SORT_SHARED, /* a short string, or a C function without upvalues */
  SORT_COUNT
} Sort;

typedef struct Named {
  ferrous_Handle handle; /* 0: the slot is empty */
  const void *pointer;
  lua_Integer serial;
  Sort sort;
  int shared;     /* which one it is */
  unsigned pins;
  bool held;      /* in the table of held objects */
  bool gone;      /* was seen stale */
  bool condemned; /* its finalizer was to run already when it was kept again */
  bool finalized;
} Named;

typedef struct World {
  lua_State *L;
  lua_State *side; /* another thread of it */
  int held, watched, metatable; /* references; watched: a table of weak values */
  Named named[SLOTS];
  int shared_slots[SHARED]; /* slot + 1 of the last one created */
  ferrous_Handle retired[RETIRED];
  unsigned retired_count;
  bool closing;
} World;

typedef struct Counts {
  unsigned long created, collections, reopened, stale, pins, pins_refused, forged, finalized, rescued;
} Counts;

static uint64_t seed;
static lua_Integer next_serial;
static Counts counts;

static uint64_t random_bits(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed * UINT64_C(0x2545F4914F6CDD1D);
}

static unsigned random_below(unsigned n) { return (unsigned)((random_bits() >> 32) % n); }

/* Any thread of a state will do. */
static lua_State *any_thread(World *w) { return random_below(4) == 0 ? w->side : w->L; }

static int type_of(const Named *n) {
  static const int types[] = {LUA_TTABLE,    LUA_TFUNCTION, LUA_TUSERDATA, LUA_TUSERDATA,
                              LUA_TUSERDATA, LUA_TTHREAD,   LUA_TSTRING};
  if (n->sort == SORT_SHARED) return n->shared < LIGHT_FUNCTIONS ? LUA_TFUNCTION : LUA_TSTRING;
  return types[n->sort];
}

static bool is_kept(const Named *n) { return n->held || n->pins > 0; }

/* ---- objects --------------------------------------------------------------------------------- */

typedef struct Tag {
  lua_Integer serial;
  World *world;
  int slot;
} Tag;

/* The object may pin itself. */
static int finalize(lua_State *L) {
  Tag *tag = lua_touserdata(L, 1);
  World *w = tag->world;
  Named *n = &w->named[tag->slot];
  if (w->closing) return 0;
  assert_int_equal(n->serial, tag->serial);
  assert_false(n->gone || n->finalized);
  assert_true(n->condemned || !is_kept(n));
  n->finalized = n->condemned = true;
  counts.finalized++;
  assert_int_equal(ferrous_handle_push(L, n->handle), FERROUS_OK);
  assert_true(lua_rawequal(L, 1, 2));
  if (random_below(4) == 0) {
    assert_int_equal(ferrous_handle_pin(L, n->handle), FERROUS_OK);
    n->pins++;
  }
  return 0;
}

static int nothing(lua_State *L) { return (void)L, 0; }
static int one(lua_State *L) { return lua_gettop(L) == 1; }
static int two(lua_State *L) { return lua_gettop(L) == 2; }
static int three(lua_State *L) { return lua_gettop(L) == 3; }

static const lua_CFunction light_functions[LIGHT_FUNCTIONS] = {nothing, one, two, three};

static void push_userdata(World *w, lua_State *L, size_t size, int slot) {
  Tag *tag = lua_newuserdatauv(L, size, (int)random_below(3));
  *tag = (Tag){.serial = next_serial, .world = w, .slot = slot};
}

static void push_long_string(lua_State *L) {
  char text[200];
  lua_pushlstring(L, text, (size_t)snprintf(text, sizeof text, "%-120lld", (long long)next_serial));
}

static void push_shared(lua_State *L, int shared) {
  if (shared < LIGHT_FUNCTIONS) lua_pushcfunction(L, light_functions[shared]);
  else lua_pushfstring(L, "short %d", shared);
}

/* Pushes a new object that carries the next serial number, or one that is shared. */
static void push_new(World *w, lua_State *L, Sort sort, int slot, int shared) {
  switch (sort) {
    case SORT_TABLE:
      lua_createtable(L, (int)random_below(3), 0);
      lua_pushinteger(L, next_serial);
      lua_rawseti(L, -2, 1);
      break;
    case SORT_CLOSURE:
      lua_pushinteger(L, next_serial);
      lua_pushcclosure(L, nothing, 1);
      break;
    case SORT_USERDATA: push_userdata(w, L, sizeof(Tag) + random_below(200), slot); break;
    case SORT_LARGE_USERDATA: push_userdata(w, L, LARGE_SIZE + random_below(9000), slot); break;
    case SORT_FINALIZED:
      push_userdata(w, L, sizeof(Tag), slot);
      lua_rawgeti(L, LUA_REGISTRYINDEX, w->metatable);
      lua_setmetatable(L, -2);
      break;
    case SORT_THREAD: lua_pushinteger(lua_newthread(L), next_serial); break;
    case SORT_LONG_STRING: push_long_string(L); break;
    default: push_shared(L, shared); break;
  }
}

static void assert_is_shared(lua_State *L, int shared) {
  if (shared < LIGHT_FUNCTIONS) assert_true(lua_tocfunction(L, -1) == light_functions[shared]);
  else assert_int_equal(atoi(lua_tostring(L, -1) + strlen("short ")), shared);
}

/* The value on top is the object, by address and by content. */
static void assert_is(lua_State *L, const Named *n) {
  lua_Integer serial = n->serial;
  assert_int_equal(lua_type(L, -1), type_of(n));
  assert_ptr_equal(lua_topointer(L, -1), n->pointer);
  switch (n->sort) {
    case SORT_TABLE:
      lua_rawgeti(L, -1, 1);
      serial = lua_tointeger(L, -1);
      lua_pop(L, 1);
      break;
    case SORT_CLOSURE:
      assert_non_null(lua_getupvalue(L, -1, 1));
      serial = lua_tointeger(L, -1);
      lua_pop(L, 1);
      break;
    case SORT_USERDATA:
    case SORT_LARGE_USERDATA:
    case SORT_FINALIZED: serial = ((Tag *)lua_touserdata(L, -1))->serial; break;
    case SORT_THREAD: serial = lua_tointeger(lua_tothread(L, -1), 1); break;
    case SORT_LONG_STRING: serial = strtoll(lua_tostring(L, -1), NULL, 10); break;
    default: assert_is_shared(L, n->shared); break;
  }
  assert_int_equal(serial, n->serial);
}

/* ---- what the model expects ------------------------------------------------------------------ */

static bool is_watched(World *w, int slot) {
  lua_rawgeti(w->L, LUA_REGISTRYINDEX, w->watched);
  bool there = lua_rawgeti(w->L, -1, slot + 1) != LUA_TNIL;
  lua_pop(w->L, 2);
  return there;
}

/* The status is one that the model allows; a stale one is remembered. */
static void assert_status(Named *n, int status) {
  if (status == FERROUS_OK) {
    assert_false(n->gone);
    return;
  }
  assert_int_equal(status, FERROUS_STALE);
  assert_false(is_kept(n));
  assert_true(n->sort != SORT_FINALIZED || n->finalized);
  if (!n->gone) counts.stale++;
  n->gone = true;
}

/* What the handle's status is now, checked against the weak table as well. */
static int observe(World *w, int slot) {
  Named *n = &w->named[slot];
  int type = 0, status = ferrous_handle_type(w->L, n->handle, &type);
  assert_status(n, status);
  assert_int_equal(type, status == FERROUS_OK ? type_of(n) : LUA_TNONE);
  assert_int_equal(ferrous_handle_valid(w->L, n->handle), status == FERROUS_OK);
  if (n->sort == SORT_LONG_STRING || n->sort == SORT_SHARED) return status;
  bool watched = is_watched(w, slot);
  if (status != FERROUS_OK) assert_false(watched);
  if (status == FERROUS_OK && !watched) {
    assert_int_equal(n->sort, SORT_FINALIZED);
    n->condemned = true;
  }
  return status;
}

/* Whatever is asked of the handle is refused so, and does nothing. */
static void assert_refused(lua_State *L, ferrous_Handle handle, int refusal) {
  int top = lua_gettop(L), type = 0, status = 0;
  switch (random_below(5)) {
    case 0: status = ferrous_handle_push(L, handle); break;
    case 1: status = ferrous_handle_push_type(L, handle, LUA_TTABLE); break;
    case 2: status = ferrous_handle_pin(L, handle); break;
    case 3: status = ferrous_handle_unpin(L, handle); break;
    default:
      status = ferrous_handle_type(L, handle, &type);
      assert_int_equal(type, LUA_TNONE);
      break;
  }
  assert_int_equal(status, refusal);
  assert_false(ferrous_handle_valid(L, handle));
  assert_int_equal(lua_gettop(L), top);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void watch(World *w, lua_State *L, int slot) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, w->watched);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, slot + 1);
  lua_pop(L, 1);
}

static void hold(World *w, lua_State *L, int slot) {
  w->named[slot].held = true;
  lua_rawgeti(L, LUA_REGISTRYINDEX, w->held);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, slot + 1);
  lua_pop(L, 1);
}

static void let_go(World *w, int slot) {
  lua_State *L = any_thread(w);
  lua_rawgeti(L, LUA_REGISTRYINDEX, w->held);
  lua_pushnil(L);
  lua_rawseti(L, -2, slot + 1);
  lua_pop(L, 1);
  w->named[slot].held = false;
}

static void retire(World *w, ferrous_Handle handle) {
  if (handle != 0) w->retired[w->retired_count++ % RETIRED] = handle;
}

/* A shared object that has a living handle already is the same one; a stale handle never
   comes back. */
static bool is_known(World *w, int shared, ferrous_Handle handle) {
  int slot = w->shared_slots[shared] - 1;
  if (slot < 0) return false;
  int status = observe(w, slot);
  assert_true((status == FERROUS_OK) == (w->named[slot].handle == handle));
  return status == FERROUS_OK;
}

static void create(World *w, int slot) {
  Named *n = &w->named[slot];
  if (n->handle != 0 && !n->gone) return;
  lua_State *L = any_thread(w);
  Sort sort = (Sort)random_below(SORT_COUNT);
  int shared = (int)random_below(SHARED);
  ferrous_Handle handle;
  push_new(w, L, sort, slot, shared);
  assert_int_equal(ferrous_handle_create(L, -1, &handle), FERROUS_OK);
  assert_true(handle != 0 && handle != n->handle);
  if (sort != SORT_SHARED || !is_known(w, shared, handle)) {
    retire(w, n->handle);
    if (n->sort == SORT_SHARED && w->shared_slots[n->shared] == slot + 1)
      w->shared_slots[n->shared] = 0;
    *n = (Named){.handle = handle, .pointer = lua_topointer(L, -1), .serial = next_serial++,
                 .sort = sort, .shared = shared};
    if (sort == SORT_SHARED) w->shared_slots[shared] = slot + 1;
    else if (sort != SORT_LONG_STRING) watch(w, L, slot);
    if (random_below(2) == 0) hold(w, L, slot);
    counts.created++;
  }
  lua_pop(L, 1);
}

/* Pushed, it is the object; naming it again gives the same handle. Sometimes it is kept then. */
static void push(World *w, int slot) {
  Named *n = &w->named[slot];
  lua_State *L = any_thread(w);
  int top = lua_gettop(L), status = observe(w, slot);
  ferrous_Handle again;
  assert_int_equal(ferrous_handle_push(L, n->handle), status);
  if (status == FERROUS_OK) {
    assert_is(L, n);
    assert_int_equal(ferrous_handle_create(L, -1, &again), FERROUS_OK);
    assert_true(again == n->handle);
    if (random_below(8) == 0) {
      counts.rescued += !is_kept(n);
      hold(w, L, slot);
    }
    lua_pop(L, 1);
  }
  assert_int_equal(lua_gettop(L), top);
}

static void push_type(World *w, int slot) {
  Named *n = &w->named[slot];
  lua_State *L = any_thread(w);
  int type = (int)random_below(LUA_NUMTYPES), status = observe(w, slot), top = lua_gettop(L);
  if (status == FERROUS_OK && type != type_of(n)) status = FERROUS_WRONG_TYPE;
  assert_int_equal(ferrous_handle_push_type(L, n->handle, type), status);
  assert_int_equal(lua_gettop(L), top + (status == FERROUS_OK));
  if (status == FERROUS_OK) assert_is(L, n);
  lua_settop(L, top);
}

/* Pinning may collect, and so find that a loose object is gone. */
static void pin(World *w, int slot) {
  Named *n = &w->named[slot];
  observe(w, slot);
  int status = ferrous_handle_pin(any_thread(w), n->handle);
  assert_status(n, status);
  if (status != FERROUS_OK) return;
  n->pins++;
  counts.pins++;
  assert_int_equal(observe(w, slot), FERROUS_OK);
}

static void unpin(World *w, int slot) {
  Named *n = &w->named[slot];
  int status = observe(w, slot);
  if (status == FERROUS_OK && n->pins == 0) {
    status = FERROUS_NOT_PINNED;
    counts.pins_refused++;
  }
  assert_int_equal(ferrous_handle_unpin(any_thread(w), n->handle), status);
  if (status == FERROUS_OK) n->pins--;
}

/* Bits of a real handle are changed, or all are random. It resolves only if it happens to be the
   handle of something alive. */
static void forge(World *w, World *other, int slot) {
  ferrous_Handle own = w->named[slot].handle & ~((UINT64_C(1) << 48) - 1), forged = random_bits();
  lua_State *L = any_thread(w);
  int top = lua_gettop(L);
  if (w->named[slot].handle == 0) return;
  switch (random_below(4)) {
    case 0: break;
    case 1: forged = w->named[slot].handle ^ UINT64_C(1) << random_below(48); break;
    case 2: forged = own | (forged & 0xFFFFFF) << 8; break;
    default: forged = w->named[slot].handle + (forged & 0xF0007); break;
  }
  counts.forged++;
  int status = ferrous_handle_push(L, forged);
  if (status == FERROUS_OK) {
    int i = 0;
    while (i < SLOTS && w->named[i].handle != forged) i++;
    assert_true(i < SLOTS);
    assert_status(&w->named[i], status);
    assert_is(L, &w->named[i]);
    lua_pop(L, 1);
  } else if ((forged ^ own) >> 48 != 0) {
    assert_int_equal(status, forged >> 48 == 0 ? FERROUS_INVALID : FERROUS_FOREIGN);
  } else {
    assert_true(status == FERROUS_STALE || status == FERROUS_INVALID);
    assert_refused(other->L, forged, FERROUS_FOREIGN);
  }
  assert_int_equal(lua_gettop(L), top);
}

/* What is kept outlives collections; what is loose may be gone. */
static void collect(World *w) {
  lua_gc(any_thread(w), LUA_GCCOLLECT);
  lua_gc(any_thread(w), LUA_GCCOLLECT);
  counts.collections++;
  for (int i = 0; i < SLOTS; i++)
    if (w->named[i].handle != 0)
      assert_int_equal(observe(w, i), is_kept(&w->named[i]) ? FERROUS_OK : FERROUS_STALE);
}

/* ---- worlds ---------------------------------------------------------------------------------- */

static void world_open(World *w) {
  memset(w, 0, sizeof *w);
  lua_State *L = w->L = lua_newstate(plain_allocate, NULL);
  assert_non_null(L);
  w->side = lua_newthread(L);
  luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  w->held = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  w->watched = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, finalize);
  lua_setfield(L, -2, "__gc");
  w->metatable = luaL_ref(L, LUA_REGISTRYINDEX);
}

static void world_close(World *w) {
  w->closing = true;
  lua_close(w->L);
}

/* Handles of a state that was closed are foreign to the next one. */
static void world_reopen(World *w) {
  ferrous_Handle before[SLOTS];
  for (int i = 0; i < SLOTS; i++) before[i] = w->named[i].handle;
  world_close(w);
  world_open(w);
  for (int i = 0; i < SLOTS; i++)
    assert_refused(w->L, before[i], before[i] == 0 ? FERROUS_INVALID : FERROUS_FOREIGN);
  counts.reopened++;
}

static void seldom_step(World *w) {
  switch (random_below(32)) {
    case 0: lua_gc(w->L, LUA_GCGEN, 0, 0); break;
    case 1:
    case 2: lua_gc(w->L, LUA_GCINC, 0, 0, 0); break;
    case 3: if (random_below(4) == 0) world_reopen(w); break;
    default: collect(w); break;
  }
}

static void step(World *worlds) {
  unsigned which = random_below(WORLDS);
  World *w = &worlds[which], *other = &worlds[(which + 1 + random_below(WORLDS - 1)) % WORLDS];
  int slot = (int)random_below(SLOTS);
  unsigned what = random_below(1000);
  if (what < 2) {
    seldom_step(w);
  } else if (what < 20) {
    lua_gc(any_thread(w), LUA_GCSTEP, (int)random_below(3));
  } else if (what < 420 || w->named[slot].handle == 0) {
    create(w, slot);
  } else if (what < 560) {
    push(w, slot);
  } else if (what < 620) {
    push_type(w, slot);
  } else if (what < 700) {
    pin(w, slot);
  } else if (what < 800) {
    unpin(w, slot);
  } else if (what < 880) {
    if (w->named[slot].held) let_go(w, slot);
  } else if (what < 920) {
    assert_refused(any_thread(other), w->named[slot].handle, FERROUS_FOREIGN);
  } else if (what < 960) {
    if (w->retired_count >= RETIRED)
      assert_refused(any_thread(w), w->retired[random_below(RETIRED)], FERROUS_STALE);
  } else {
    forge(w, other, slot);
  }
}

static unsigned long steps_wanted(void) {
  const char *steps = getenv("FERROUS_HANDLE_STEPS");
  if (steps != NULL) return strtoul(steps, NULL, 10);
  return getenv("FERROUS_GC_STRESS") != NULL ? STEPS_UNDER_STRESS : STEPS;
}

static void handles_do_what_the_model_does(void **state) {
  (void)state;
  unsigned long steps = steps_wanted();
  World *worlds = malloc(WORLDS * sizeof *worlds);
  seed = UINT64_C(0x9E3779B97F4A7C15);
  for (int i = 0; i < WORLDS; i++) world_open(&worlds[i]);
  for (unsigned long i = 0; i < steps; i++) step(worlds);
  for (int i = 0; i < WORLDS; i++) {
    collect(&worlds[i]);
    world_close(&worlds[i]);
  }
  free(worlds);
  if (getenv("FERROUS_HANDLE_STEPS") != NULL)
    print_message("%lu steps: %lu created, %lu seen stale, %lu collections, %lu states reopened, "
                  "%lu pins, %lu unpins refused, %lu forged, %lu finalized, %lu rescued\n",
                  steps, counts.created, counts.stale, counts.collections, counts.reopened,
                  counts.pins, counts.pins_refused, counts.forged, counts.finalized, counts.rescued);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_do_what_the_model_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
