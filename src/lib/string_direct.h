/*
 * Direct entries of the string functions: see api/builtin.h.
 * Layer: lib.
 */
#ifndef FERROUS_STRING_DIRECT_H
#define FERROUS_STRING_DIRECT_H

#include "api/builtin.h"

int string_direct_byte(State *L, Value *call, unsigned count);
int string_direct_char(State *L, Value *call, unsigned count);
int string_direct_find(State *L, Value *call, unsigned count);
int string_direct_format(State *L, Value *call, unsigned count);
int string_direct_len(State *L, Value *call, unsigned count);
int string_direct_lower(State *L, Value *call, unsigned count);
int string_direct_rep(State *L, Value *call, unsigned count);
int string_direct_reverse(State *L, Value *call, unsigned count);
int string_direct_sub(State *L, Value *call, unsigned count);
int string_direct_upper(State *L, Value *call, unsigned count);

#endif
