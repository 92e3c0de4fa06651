/*
** math.c - the mathematical functions (manual 6.7), with those that Lua 5.3 deprecated and that
** distributions keep. Random numbers are in math_random.c.
**
** Integers stay integers wherever the result is exact.
**
** Layer: lib, on the public headers and api/builtin.h.
*/
#include <float.h>
#include <math.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "math_direct.h"
#include "math_random.h"

#define PI 3.141592653589793238462643383279502884

/* Pushes a float whose value is whole, as an integer when it fits. */
static void push_whole(lua_State *L, lua_Number number) {
  lua_Integer integer;
  if (lua_numbertointeger(number, &integer)) {
    lua_pushinteger(L, integer);
  } else {
    lua_pushnumber(L, number);
  }
}

/* ---- Rounding and division ------------------------------------------------------------------- */

static int math_abs(lua_State *L) {
  if (lua_isinteger(L, 1)) {
    lua_Integer value = lua_tointeger(L, 1);
    if (value < 0) value = luaL_intop(-, 0, value);
    lua_pushinteger(L, value);
  } else {
    lua_pushnumber(L, fabs(luaL_checknumber(L, 1)));
  }
  return 1;
}

static int math_ceil(lua_State *L) {
  if (lua_isinteger(L, 1)) {
    lua_settop(L, 1);
  } else {
    push_whole(L, ceil(luaL_checknumber(L, 1)));
  }
  return 1;
}

static int math_floor(lua_State *L) {
  if (lua_isinteger(L, 1)) {
    lua_settop(L, 1);
  } else {
    push_whole(L, floor(luaL_checknumber(L, 1)));
  }
  return 1;
}

/* The divisors 0 and -1 need care: C leaves x % 0 and minimum % -1 undefined. */
static int math_fmod(lua_State *L) {
  if (lua_isinteger(L, 1) && lua_isinteger(L, 2)) {
    lua_Integer dividend = lua_tointeger(L, 1);
    lua_Integer divisor = lua_tointeger(L, 2);
    luaL_argcheck(L, divisor != 0, 2, "zero");
    lua_pushinteger(L, divisor == -1 ? 0 : dividend % divisor);
  } else {
    lua_Number divisor = luaL_checknumber(L, 2);  /* the reference complains about it first */
    lua_pushnumber(L, fmod(luaL_checknumber(L, 1), divisor));
  }
  return 1;
}

/* The second result is always a float; infinities have no fraction. */
static int math_modf(lua_State *L) {
  if (lua_isinteger(L, 1)) {
    lua_settop(L, 1);
    lua_pushnumber(L, 0.0);
  } else {
    lua_Number number = luaL_checknumber(L, 1);
    lua_Number whole = trunc(number);
    push_whole(L, whole);
    lua_pushnumber(L, number == whole ? 0.0 : number - whole);
  }
  return 2;
}

/* ---- Kinds of numbers ------------------------------------------------------------------------ */

static int math_tointeger(lua_State *L) {
  int valid;
  lua_Integer value = lua_tointegerx(L, 1, &valid);
  if (valid) {
    lua_pushinteger(L, value);
  } else {
    luaL_checkany(L, 1);
    luaL_pushfail(L);
  }
  return 1;
}

static int math_type(lua_State *L) {
  if (lua_type(L, 1) == LUA_TNUMBER) {
    lua_pushstring(L, lua_isinteger(L, 1) ? "integer" : "float");
  } else {
    luaL_checkany(L, 1);
    luaL_pushfail(L);
  }
  return 1;
}

static int math_ult(lua_State *L) {
  lua_Integer a = luaL_checkinteger(L, 1);
  lua_Integer b = luaL_checkinteger(L, 2);
  lua_pushboolean(L, (lua_Unsigned)a < (lua_Unsigned)b);
  return 1;
}

/* ---- Extremes -------------------------------------------------------------------------------- */

/*
** Pushes the first argument that no other one beats: the least for 'sign' 1, the greatest for -1.
** Any values that can be compared will do.
*/
static int push_extreme(lua_State *L, int sign) {
  int count = lua_gettop(L);
  int best = 1;
  luaL_argcheck(L, count >= 1, 1, "value expected");
  for (int i = 2; i <= count; i++) {
    int better = sign > 0 ? lua_compare(L, i, best, LUA_OPLT) : lua_compare(L, best, i, LUA_OPLT);
    if (better) best = i;
  }
  lua_pushvalue(L, best);
  return 1;
}

static int math_min(lua_State *L) {
  return push_extreme(L, 1);
}

static int math_max(lua_State *L) {
  return push_extreme(L, -1);
}

/* ---- Powers, logarithms, angles -------------------------------------------------------------- */

static int math_sqrt(lua_State *L) {
  lua_pushnumber(L, sqrt(luaL_checknumber(L, 1)));
  return 1;
}

static int math_exp(lua_State *L) {
  lua_pushnumber(L, exp(luaL_checknumber(L, 1)));
  return 1;
}

static int math_log(lua_State *L) {
  lua_Number number = luaL_checknumber(L, 1);
  if (lua_isnoneornil(L, 2)) {
    lua_pushnumber(L, log(number));
    return 1;
  }
  lua_Number base = luaL_checknumber(L, 2);
  if (base == 2.0) {
    lua_pushnumber(L, log2(number));
  } else if (base == 10.0) {
    lua_pushnumber(L, log10(number));
  } else {
    lua_pushnumber(L, log(number) / log(base));
  }
  return 1;
}

static int math_sin(lua_State *L) {
  lua_pushnumber(L, sin(luaL_checknumber(L, 1)));
  return 1;
}

static int math_cos(lua_State *L) {
  lua_pushnumber(L, cos(luaL_checknumber(L, 1)));
  return 1;
}

static int math_tan(lua_State *L) {
  lua_pushnumber(L, tan(luaL_checknumber(L, 1)));
  return 1;
}

static int math_asin(lua_State *L) {
  lua_pushnumber(L, asin(luaL_checknumber(L, 1)));
  return 1;
}

static int math_acos(lua_State *L) {
  lua_pushnumber(L, acos(luaL_checknumber(L, 1)));
  return 1;
}

static int math_atan(lua_State *L) {
  lua_Number y = luaL_checknumber(L, 1);
  lua_pushnumber(L, atan2(y, luaL_optnumber(L, 2, 1.0)));
  return 1;
}

static int math_deg(lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) * (180.0 / PI));
  return 1;
}

static int math_rad(lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) * (PI / 180.0));
  return 1;
}

/* ---- Functions of Lua 5.3 -------------------------------------------------------------------- */

static int math_cosh(lua_State *L) {
  lua_pushnumber(L, cosh(luaL_checknumber(L, 1)));
  return 1;
}

static int math_sinh(lua_State *L) {
  lua_pushnumber(L, sinh(luaL_checknumber(L, 1)));
  return 1;
}

static int math_tanh(lua_State *L) {
  lua_pushnumber(L, tanh(luaL_checknumber(L, 1)));
  return 1;
}

static int math_pow(lua_State *L) {
  lua_Number base = luaL_checknumber(L, 1);
  lua_pushnumber(L, pow(base, luaL_checknumber(L, 2)));
  return 1;
}

static int math_frexp(lua_State *L) {
  int exponent;
  lua_pushnumber(L, frexp(luaL_checknumber(L, 1), &exponent));
  lua_pushinteger(L, exponent);
  return 2;
}

static int math_ldexp(lua_State *L) {
  lua_Number fraction = luaL_checknumber(L, 1);
  lua_pushnumber(L, ldexp(fraction, (int)luaL_checkinteger(L, 2)));
  return 1;
}

static int math_log10(lua_State *L) {
  lua_pushnumber(L, log10(luaL_checknumber(L, 1)));
  return 1;
}

/* ---- The library ----------------------------------------------------------------------------- */

static const luaL_Reg functions[] = {
  {"abs", math_abs},     {"acos", math_acos},   {"asin", math_asin}, {"atan", math_atan},
  {"atan2", math_atan},  {"ceil", math_ceil},   {"cos", math_cos},   {"cosh", math_cosh},
  {"deg", math_deg},     {"exp", math_exp},     {"floor", math_floor}, {"fmod", math_fmod},
  {"frexp", math_frexp}, {"ldexp", math_ldexp}, {"log", math_log},   {"log10", math_log10},
  {"max", math_max},     {"min", math_min},     {"modf", math_modf}, {"pow", math_pow},
  {"rad", math_rad},     {"sin", math_sin},     {"sinh", math_sinh}, {"sqrt", math_sqrt},
  {"tan", math_tan},     {"tanh", math_tanh},   {"tointeger", math_tointeger},
  {"type", math_type},   {"ult", math_ult},
  {"random", NULL}, {"randomseed", NULL}, {"pi", NULL}, {"huge", NULL}, /* set below */
  {"maxinteger", NULL}, {"mininteger", NULL},
  {NULL, NULL},
};

static const Builtin builtins[] = {
  {math_abs, BUILTIN_PLAIN, math_direct_abs},     {math_ceil, BUILTIN_PLAIN, math_direct_ceil},
  {math_floor, BUILTIN_PLAIN, math_direct_floor}, {math_fmod, BUILTIN_PLAIN, math_direct_fmod},
  {math_tointeger, BUILTIN_PLAIN, math_direct_tointeger},
  {math_type, BUILTIN_PLAIN, math_direct_type},   {math_ult, BUILTIN_PLAIN, math_direct_ult},
  {math_min, BUILTIN_PLAIN, math_direct_min},     {math_max, BUILTIN_PLAIN, math_direct_max},
  {math_sqrt, BUILTIN_PLAIN, math_direct_sqrt},   {math_exp, BUILTIN_PLAIN, math_direct_exp},
  {math_log, BUILTIN_PLAIN, math_direct_log},     {math_sin, BUILTIN_PLAIN, math_direct_sin},
  {math_cos, BUILTIN_PLAIN, math_direct_cos},     {math_tan, BUILTIN_PLAIN, math_direct_tan},
  {math_atan, BUILTIN_PLAIN, math_direct_atan},
};

LUAMOD_API int luaopen_math(lua_State *L) {
  luaL_checkversion(L);
  builtin_register(L, builtins, sizeof(builtins) / sizeof(builtins[0]));
  luaL_newlib(L, functions);
  math_open_random(L);
  lua_pushnumber(L, PI);
  lua_setfield(L, -2, "pi");
  lua_pushnumber(L, (lua_Number)HUGE_VAL);
  lua_setfield(L, -2, "huge");
  lua_pushinteger(L, LUA_MAXINTEGER);
  lua_setfield(L, -2, "maxinteger");
  lua_pushinteger(L, LUA_MININTEGER);
  lua_setfield(L, -2, "mininteger");
  return 1;
}
