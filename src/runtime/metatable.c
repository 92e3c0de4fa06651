/* Metatables and metamethods: see metatable.h.
   Layer: runtime. */
#include "runtime/lookup.h"
#include "runtime/metatable.h"

#include "runtime/string.h"

const char *const type_names[TYPE_COUNT + 1] = {
    "no value", "nil",   "boolean",  "userdata", "number",
    "string",   "table", "function", "userdata", "thread"};

/* In the order of Event. */
static const char *const event_texts[EVENT_COUNT] = {
    "__index", "__newindex", "__gc",  "__mode",   "__len",  "__eq",       "__call",
    "__add",   "__sub",      "__mul", "__mod",    "__pow",  "__div",      "__idiv",
    "__band",  "__bor",      "__bxor", "__shl",   "__shr",  "__unm",      "__bnot",
    "__lt",    "__le",       "__concat", "__close", "__tostring", "__name", "__metatable",
    "__pairs"};

STATIC_ASSERT(LUA_TTHREAD + 1 == TYPE_COUNT, "type_names lists every type");
STATIC_ASSERT(EVENT_CACHED_LAST < 8, "absent bits fit head.flags");
STATIC_ASSERT(EVENT_BNOT - EVENT_ADD == LUA_OPBNOT - LUA_OPADD, "events in the order of LUA_OP");

void metatable_open(State *L) {
  for (unsigned event = 0; event < EVENT_COUNT; event++)
    string_mark_name(L, string_from_c(L, event_texts[event]), NAME_METAMETHOD + event);
  for (unsigned type = 0; type < TYPE_COUNT; type++)
    global_of(L)->type_name_strings[type] = string_from_c(L, type_names[type + 1]);
}

Table *value_metatable(const State *L, Value v) {
  if (value_is_table(v)) return table_metatable(L, value_table(v));
  if (value_is_userdata(v)) return value_userdata(v)->metatable;
  return global_of(L)->type_metatables[value_type(v)];
}

Table *value_given_metatable(const State *L, Value v) {
  return value_is_table(v) ? table_given_metatable(L, value_table(v)) : value_metatable(L, v);
}

Value metatable_get_slow(const State *L, Table *mt, Event event) {
  Global *global = global_of(L);
  String *name = global->event_names[event];
  const Value *known = lookup_find_own(global, mt, name);
  if (likely(known != NULL && *known != NIL)) return *known;
  Value method = table_get_short(L, mt, name);
  if (method != NIL) lookup_store_own(global, mt, name);
  if (method == NIL && event <= EVENT_CACHED_LAST) mt->head.flags |= (uint8_t)(1u << event);
  return method;
}

Value value_metamethod(const State *L, Value v, Event event) {
  return metatable_get(L, value_metatable(L, v), event);
}

const char *value_type_name(const State *L, Value v) {
  if (value_is_table(v) || value_is_userdata(v)) {
    Value name = value_metamethod(L, v, EVENT_NAME);
    if (value_is_string(name)) return string_bytes(value_string(name));
  }
  return type_names[value_type(v) + 1];
}
