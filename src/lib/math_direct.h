/*
** math_direct.h - direct entries of the mathematical functions: see api/builtin.h.
**
** Layer: lib.
*/
#ifndef FERROUS_LIB_MATH_DIRECT_H
#define FERROUS_LIB_MATH_DIRECT_H

#include "api/builtin.h"

int math_direct_abs(State *L, Value *call, unsigned count);
int math_direct_ceil(State *L, Value *call, unsigned count);
int math_direct_floor(State *L, Value *call, unsigned count);
int math_direct_fmod(State *L, Value *call, unsigned count);
int math_direct_tointeger(State *L, Value *call, unsigned count);
int math_direct_type(State *L, Value *call, unsigned count);
int math_direct_ult(State *L, Value *call, unsigned count);
int math_direct_min(State *L, Value *call, unsigned count);
int math_direct_max(State *L, Value *call, unsigned count);
int math_direct_sqrt(State *L, Value *call, unsigned count);
int math_direct_exp(State *L, Value *call, unsigned count);
int math_direct_log(State *L, Value *call, unsigned count);
int math_direct_sin(State *L, Value *call, unsigned count);
int math_direct_cos(State *L, Value *call, unsigned count);
int math_direct_tan(State *L, Value *call, unsigned count);
int math_direct_atan(State *L, Value *call, unsigned count);

#endif
