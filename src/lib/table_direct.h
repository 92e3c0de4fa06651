/*
** table_direct.h - direct entries of the table functions: see api/builtin.h.
**
** Layer: lib.
*/
#ifndef FERROUS_LIB_TABLE_DIRECT_H
#define FERROUS_LIB_TABLE_DIRECT_H

#include "api/builtin.h"

int table_direct_concat(State *L, Value *call, unsigned count);
int table_direct_insert(State *L, Value *call, unsigned count);
int table_direct_remove(State *L, Value *call, unsigned count);
int table_direct_unpack(State *L, Value *call, unsigned count);

#endif
