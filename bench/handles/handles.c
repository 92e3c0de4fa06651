/* What naming objects costs a host: references in the registry (lauxlib.h), and, with HANDLES defined,
   handles (ferrous.h).

   Printed are nanoseconds for each operation, the best of some rounds, for few and for many objects, used in a
   shuffled order; and how many bytes the state's memory grew by naming all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <lauxlib.h>
#include <lua.h>
#if defined(HANDLES)
#include <ferrous.h>
#endif

enum { ROUNDS = 9, OPERATIONS = 2000000, MOST_OBJECTS = 100000 };

typedef struct Names {
  int references[MOST_OBJECTS], shuffled_references[MOST_OBJECTS];
#if defined(HANDLES)
  ferrous_Handle handles[MOST_OBJECTS], shuffled_handles[MOST_OBJECTS];
#endif
  int order[MOST_OBJECTS];
  int count;
} Names;

typedef void Work(lua_State *L, Names *names);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void shuffle(Names *names) {
  unsigned long long seed = 88172645463325252ull;
  for (int i = 0; i < names->count; i++) names->order[i] = i;
  for (int i = names->count - 1; i > 0; i--) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    int j = (int)(seed % (unsigned)(i + 1)), kept = names->order[i];
    names->order[i] = names->order[j];
    names->order[j] = kept;
  }
}

static long bytes_in_use(lua_State *L) {
  return lua_gc(L, LUA_GCCOUNT) * 1024L + lua_gc(L, LUA_GCCOUNTB);
}

static void push_object(lua_State *L, Names *names, int i) { lua_rawgeti(L, 1, names->order[i] + 1); }

/* ---- references ------------------------------------------------------------------------------ */

static void reference_create(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) {
    push_object(L, names, i);
    names->references[i] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
}

static void reference_release(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) luaL_unref(L, LUA_REGISTRYINDEX, names->references[i]);
}

static void reference_shuffle(Names *names) {
  for (int i = 0; i < names->count; i++) names->shuffled_references[i] = names->references[names->order[i]];
}

static void reference_push(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, names->shuffled_references[i]);
    lua_pop(L, 1);
  }
}

/* ---- handles --------------------------------------------------------------------------------- */

#if defined(HANDLES)

static void handle_create(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) {
    push_object(L, names, i);
    ferrous_handle_create(L, -1, &names->handles[i]);
    lua_pop(L, 1);
  }
}

static void handle_shuffle(Names *names) {
  for (int i = 0; i < names->count; i++) names->shuffled_handles[i] = names->handles[names->order[i]];
}

static void handle_push(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) {
    ferrous_handle_push(L, names->shuffled_handles[i]);
    lua_pop(L, 1);
  }
}

static void handle_pin(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) ferrous_handle_pin(L, names->shuffled_handles[i]);
}

static void handle_unpin(lua_State *L, Names *names) {
  for (int i = 0; i < names->count; i++) ferrous_handle_unpin(L, names->shuffled_handles[i]);
}

#endif

/* ---- measuring ------------------------------------------------------------------------------- */

static void nothing(lua_State *L, Names *names) { (void)L, (void)names; }

/* The time of `work`, for each object; `undo` is not counted. */
static void measure(lua_State *L, Names *names, const char *name, Work *work, Work *undo) {
  double best = 1e18;
  long growth = 0;
  int repeats = undo == nothing ? OPERATIONS / names->count : 1;
  int turns = OPERATIONS / names->count / repeats / 4 + 1;
  for (int round = 0; round < ROUNDS; round++) {
    double taken = 0;
    for (int i = 0; i < turns; i++) {
      long before = bytes_in_use(L);
      double start = now();
      for (int j = 0; j < repeats; j++) work(L, names);
      taken += now() - start;
      if (round == 0 && i == 0) growth = bytes_in_use(L) - before;
      undo(L, names);
    }
    double each = taken / turns / repeats / names->count;
    if (each < best) best = each;
  }
  printf("%s, %d\t%.2f\t%ld\n", name, names->count, best, growth);
}

static void measure_all(lua_State *L, Names *names, int count) {
  names->count = count;
  shuffle(names);
  measure(L, names, "reference: create", reference_create, reference_release);
  reference_create(L, names);
  reference_shuffle(names);
  measure(L, names, "reference: push", reference_push, nothing);
  reference_release(L, names);
#if defined(HANDLES)
  measure(L, names, "handle: create", handle_create, nothing);
  handle_shuffle(names);
  measure(L, names, "handle: push", handle_push, nothing);
  measure(L, names, "handle: pin", handle_pin, handle_unpin);
#endif
}

int main(void) {
  lua_State *L = luaL_newstate();
  Names *names = malloc(sizeof *names);
  lua_createtable(L, MOST_OBJECTS, 0);
  for (int i = 1; i <= MOST_OBJECTS; i++) {
    lua_newtable(L);
    lua_rawseti(L, 1, i);
  }
  lua_gc(L, LUA_GCCOLLECT);
  lua_gc(L, LUA_GCSTOP);
  for (int count = 1000; count <= MOST_OBJECTS; count *= 10) measure_all(L, names, count);
  free(names);
  lua_close(L);
  return 0;
}
