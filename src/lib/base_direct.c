/*
** base_direct.c - direct entries of the basic functions: see api/builtin.h.
**
** Layer: lib, on api/builtin.h.
*/
#include "base_direct.h"

/* ---- Kinds and conversions ------------------------------------------------------------------- */

int base_direct_type(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  String *name = global_of(L)->type_name_strings[value_type(call[1])];
  return direct_result(call, value_from_string(name));
}

/* Metatables of whole types are rare; one without __tostring is that of strings. */
int base_direct_tostring(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  Value v = call[1];
  Table *metatable = global_of(L)->type_metatables[value_type(v)];
  if (metatable != NULL && !value_is_nil(metatable_get(L, metatable, EVENT_TOSTRING)))
    return DIRECT_REFUSED;
  if (value_is_string(v)) return direct_result(call, v);
  if (value_is_number(v)) return direct_result(call, value_from_string(number_to_string(L, v)));
  if (v == TRUE) return direct_string_result(L, call, "true", 4);
  if (v == FALSE) return direct_string_result(L, call, "false", 5);
  if (v == NIL) return direct_string_result(L, call, "nil", 3);
  return DIRECT_REFUSED;
}

int base_direct_tonumber(State *L, Value *call, unsigned count) {
  if (count < 1 || (count > 1 && !value_is_nil(call[2]))) return DIRECT_REFUSED;
  Value v = call[1], number = NIL;
  if (value_is_number(v)) return direct_result(call, v);
  if (value_is_string(v))
    text_to_number(L, string_bytes(value_string(v)), string_length(value_string(v)), &number);
  return direct_result(call, number);
}

/* ---- Raw access ------------------------------------------------------------------------------ */

int base_direct_rawequal(State *L, Value *call, unsigned count) {
  (void)L;
  if (count < 2) return DIRECT_REFUSED;
  return direct_result(call, value_from_bool(value_raw_equal(call[1], call[2])));
}

int base_direct_rawlen(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  uint64_t length;
  if (value_is_table(call[1]))
    length = table_length(L, value_table(call[1]));
  else if (value_is_string(call[1]))
    length = string_length(value_string(call[1]));
  else
    return DIRECT_REFUSED;
  return direct_result(call, value_from_int(L, (int64_t)length));
}

int base_direct_rawget(State *L, Value *call, unsigned count) {
  if (count < 2 || !value_is_table(call[1])) return DIRECT_REFUSED;
  return direct_result(call, table_get(L, value_table(call[1]), call[2]));
}

int base_direct_rawset(State *L, Value *call, unsigned count) {
  if (count < 3 || !value_is_table(call[1])) return DIRECT_REFUSED;
  Value key = call[2];
  if (value_is_nil(key) || !value_raw_equal(key, key)) return DIRECT_REFUSED; /* nil, NaN */
  table_set(L, value_table(call[1]), key, call[3]);
  return direct_result(call, call[1]);
}

/* ---- Iterators ------------------------------------------------------------------------------- */

int base_direct_ipairs(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  call[0] = value_from_function(global_of(L)->ipairs_step);
  call[2] = value_from_small_int(0);
  return 3;
}

int base_direct_pairs(State *L, Value *call, unsigned count) {
  if (count < 1 || !value_is_table(call[1])) return DIRECT_REFUSED;
  Table *metatable = table_metatable(L, value_table(call[1]));
  if (metatable != NULL && !value_is_nil(metatable_get(L, metatable, EVENT_PAIRS))) return DIRECT_REFUSED;
  call[0] = value_from_function(global_of(L)->next_function);
  call[2] = NIL;
  return 3;
}

int base_direct_next(State *L, Value *call, unsigned count) {
  if (count < 1 || !value_is_table(call[1])) return DIRECT_REFUSED;
  int results = table_step(L, value_table(call[1]), count > 1 ? call[2] : NIL, call);
  return results != 0 ? results : DIRECT_REFUSED;
}

/* ---- Metatables ------------------------------------------------------------------------------ */

int base_direct_getmetatable(State *L, Value *call, unsigned count) {
  if (count < 1) return DIRECT_REFUSED;
  Table *metatable = value_given_metatable(L, call[1]);
  if (metatable == NULL) return direct_result(call, NIL);
  Value shown = metatable_get(L, metatable, EVENT_METATABLE);
  return direct_result(call, value_is_nil(shown) ? value_from_table(metatable) : shown);
}

int base_direct_setmetatable(State *L, Value *call, unsigned count) {
  if (count < 2 || !value_is_table(call[1])) return DIRECT_REFUSED;
  Table *t = value_table(call[1]), *old = table_metatable(L, t), *metatable = NULL;
  if (value_is_table(call[2]))
    metatable = value_table(call[2]);
  else if (!value_is_nil(call[2]))
    return DIRECT_REFUSED;
  if (!value_is_nil(metatable_get(L, old, EVENT_METATABLE)) ||
      !value_is_nil(metatable_get(L, metatable, EVENT_GC)))
    return DIRECT_REFUSED;
  table_set_metatable(L, t, metatable);
  return direct_result(call, call[1]);
}

/* ---- Arguments ------------------------------------------------------------------------------- */

int base_direct_assert(State *L, Value *call, unsigned count) {
  (void)L;
  if (count < 1 || value_is_falsy(call[1])) return DIRECT_REFUSED;
  memmove(call, call + 1, count * sizeof(Value));
  return (int)count;
}

int base_direct_select(State *L, Value *call, unsigned count) {
  (void)L;
  if (count < 1) return DIRECT_REFUSED;
  Value selector = call[1];
  if (!value_is_small_int(selector)) {
    if (!value_is_string(selector) || *string_bytes(value_string(selector)) != '#')
      return DIRECT_REFUSED;
    return direct_result(call, value_from_small_int((int64_t)count - 1));
  }
  int64_t first = value_as_small_int(selector);
  if (first < 0) first += count;
  if (first < 1) return DIRECT_REFUSED;
  if (first >= count) return 0;
  size_t results = count - (size_t)first;
  memmove(call, call + 1 + first, results * sizeof(Value));
  return (int)results;
}
