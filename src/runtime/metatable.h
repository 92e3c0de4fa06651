/* Metatables and metamethods.
   Layer: runtime. */
#ifndef FERROUS_RUNTIME_METATABLE_H
#define FERROUS_RUNTIME_METATABLE_H

#include "runtime/global.h"
#include "runtime/table.h"

Table *value_metatable(const State *L, Value v); /* NULL: none; may be a stand-in: stand_in.h */
Table *value_given_metatable(const State *L, Value v); /* the one that programs see */
/* The metamethod of a metatable (may be NULL); nil when absent. Uses and fills its absent bits. */
Value metatable_get_slow(const State *L, Table *mt, Event event);
ALWAYS_INLINE Value metatable_get(const State *L, Table *mt, Event event) {
  if (mt == NULL || (event <= EVENT_CACHED_LAST && (mt->head.flags & (1u << event)))) return NIL;
  return metatable_get_slow(L, mt, event);
}
/* It is known that the table has no __eq. */
ALWAYS_INLINE bool table_lacks_eq(const State *L, const Table *t) {
  const Table *mt = table_shape(L->heap, t)->metatable;
  return mt == NULL || (mt->head.flags & (1u << EVENT_EQ)) != 0;
}
Value value_metamethod(const State *L, Value v, Event event);
/* The type's name as messages show it: the metatable's __name when that is a string. */
const char *value_type_name(const State *L, Value v);
extern const char *const type_names[TYPE_COUNT + 1]; /* from LUA_TNONE on: type_names[t + 1] */
void metatable_open(State *L); /* interns the names of events and types */

#endif
