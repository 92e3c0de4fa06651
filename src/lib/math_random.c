/*
** math_random.c - pseudo-random numbers: the generator xoshiro256** of Blackman and Vigna.
**
** Seeding, the order in which bits are used, and the projection onto an interval are those of the
** reference, so that a given seed gives the same numbers there and here. The functions share the
** generator as an upvalue, which is a userdata.
**
** Layer: lib, on the public headers and api/builtin.h.
*/
#include "math_random.h"

#include <string.h>
#include <time.h>

#include "api/builtin.h"
#include "lauxlib.h"

typedef struct Generator {
  uint64_t state[4];
} Generator;

static inline uint64_t rotate_left(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

static uint64_t generator_next(Generator *generator) {
  uint64_t *s = generator->state;
  uint64_t result = rotate_left(s[1] * 5, 7) * 9;
  uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate_left(s[3], 45);
  return result;
}

/* The constant keeps the state from being all zeros; the first numbers resemble the seed. */
static void generator_seed(Generator *generator, uint64_t first, uint64_t second) {
  generator->state[0] = first;
  generator->state[1] = 0xff;
  generator->state[2] = second;
  generator->state[3] = 0;
  for (int i = 0; i < 16; i++) generator_next(generator);
}

/* A float in [0, 1), from the 53 highest bits. */
static lua_Number float_from(uint64_t word) {
  return (lua_Number)(word >> 11) * 0x1p-53;
}

/*
** An integer in [0, limit]. Unless limit + 1 is a power of two, words are cut to as many bits as
** the limit has, and those above it are thrown away: less than half of them.
*/
static uint64_t project(Generator *generator, uint64_t word, uint64_t limit) {
  if ((limit & (limit + 1)) == 0) return word & limit;
  uint64_t mask = UINT64_MAX >> __builtin_clzll(limit);
  while ((word &= mask) > limit) word = generator_next(generator);
  return word;
}

static int math_random(lua_State *L) {
  lua_Integer low = 1;
  lua_Integer high;
  Generator *generator = lua_touserdata(L, lua_upvalueindex(1));
  uint64_t word = generator_next(generator);
  switch (lua_gettop(L)) {
    case 0:
      lua_pushnumber(L, float_from(word));
      return 1;
    case 1:
      high = luaL_checkinteger(L, 1);
      if (high == 0) {
        lua_pushinteger(L, (lua_Integer)word);
        return 1;
      }
      break;
    case 2:
      low = luaL_checkinteger(L, 1);
      high = luaL_checkinteger(L, 2);
      break;
    default:
      return luaL_error(L, "wrong number of arguments");
  }
  luaL_argcheck(L, low <= high, 1, "interval is empty");
  word = project(generator, word, (uint64_t)high - (uint64_t)low);
  lua_pushinteger(L, (lua_Integer)(word + (uint64_t)low));
  return 1;
}

/* The function called is call[0]: its upvalue is the generator. */
static int random_direct(State *L, Value *call, unsigned count) {
  int64_t low = 1, high = 0;
  Generator *generator = value_userdata(value_native(call[0])->upvalues[0])->memory;
  if (count == 0) return direct_double_result(call, float_from(generator_next(generator)));
  if (count > 2 || !direct_int(call[count], &high)) return DIRECT_REFUSED;
  if (count == 2 && !direct_int(call[1], &low)) return DIRECT_REFUSED;
  if (count == 1 && high == 0)
    return direct_result(call, value_from_int(L, (int64_t)generator_next(generator)));
  if (low > high) return DIRECT_REFUSED;
  uint64_t word = generator_next(generator);
  word = project(generator, word, (uint64_t)high - (uint64_t)low);
  return direct_result(call, value_from_int(L, (int64_t)(word + (uint64_t)low)));
}

/* Seeds, and pushes the two seeds. */
static void seed_and_push(lua_State *L, Generator *generator, uint64_t first, uint64_t second) {
  generator_seed(generator, first, second);
  lua_pushinteger(L, (lua_Integer)first);
  lua_pushinteger(L, (lua_Integer)second);
}

/* Mixes in what differs between runs and between states: the clock and addresses. */
static uint64_t fresh_seed(lua_State *L) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t seed = (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
  return seed ^ rotate_left((uint64_t)(uintptr_t)L, 32) ^ (uint64_t)(uintptr_t)&now;
}

/* A float seed counts by its integer part, or by its bits when that is no integer. */
static uint64_t check_seed(lua_State *L) {
  lua_Integer seed;
  if (lua_isinteger(L, 1)) return (uint64_t)lua_tointeger(L, 1);
  lua_Number number = luaL_checknumber(L, 1);
  if (!lua_numbertointeger(number, &seed)) memcpy(&seed, &number, sizeof(seed));
  return (uint64_t)seed;
}

static int math_randomseed(lua_State *L) {
  Generator *generator = lua_touserdata(L, lua_upvalueindex(1));
  if (lua_isnone(L, 1)) {
    uint64_t second = generator_next(generator);
    seed_and_push(L, generator, fresh_seed(L), second);
  } else {
    uint64_t first = check_seed(L);
    seed_and_push(L, generator, first, (uint64_t)luaL_optinteger(L, 2, 0));
  }
  return 2;
}

void math_open_random(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"random", math_random},
    {"randomseed", math_randomseed},
    {NULL, NULL},
  };
  static const Builtin builtin = {math_random, BUILTIN_PLAIN, random_direct};
  builtin_register(L, &builtin, 1);
  Generator *generator = lua_newuserdatauv(L, sizeof(*generator), 0);
  generator_seed(generator, fresh_seed(L), (uint64_t)(uintptr_t)generator);
  luaL_setfuncs(L, functions, 1);
}
