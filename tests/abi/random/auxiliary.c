/* Random calls: the auxiliary library. */
#include "random.h"

#include <errno.h>

/* Of the running function, which has what it was called with, and what operations put there. */
static void argument(Scope *s) {
  static const char *const options[] = {"a", "b", "10", NULL};
  lua_State *L = s->L;
  if (s->is_hook) return;
  int place = 1 + pick(4);
  size_t length = 0;
  switch (pick(14)) {
    case 0: trace("%lld", (long long)luaL_checkinteger(L, place)); break;
    case 1: trace("%.14g", luaL_optnumber(L, place, 0.5) * 0); break;
    case 2: trace_name(luaL_checklstring(L, place, &length)); break;
    case 3: trace_name(luaL_optlstring(L, place, "fallback", &length)); break;
    case 4: luaL_checktype(L, place, pick(LUA_NUMTYPES)); break;
    case 5: luaL_checkany(L, place); break;
    case 6: trace("%d", luaL_checkoption(L, place, chance(50) ? "b" : NULL, options)); break;
    case 7: luaL_checkudata(L, place, "kind"); break;
    case 8: trace("%d", luaL_testudata(L, place, "kind") == NULL); break;
    case 9: luaL_argerror(L, place, "as it must be"); break;
    case 10: luaL_typeerror(L, place, "thing"); break;
    case 11: luaL_checkstack(L, chance(90) ? 10 : 2000000, chance(50) ? "too many" : NULL); break;
    case 12: trace("%lld", (long long)luaL_optinteger(L, place, 77)); break;
    default: luaL_argexpected(L, lua_isnil(L, place), place, "nil");
  }
}

static void to_string(Scope *s) {
  lua_State *L = s->L;
  int index = valid_index(s);
  size_t length;
  if (index == 0) return;
  const char *text = luaL_tolstring(L, index, &length);
  trace_text(text, length);
  lua_pop(L, 1);
}

static void meta_field(Scope *s) {
  static const char *const events[] = {"__index", "__name", "__tostring", "__close", "x"};
  int index = any_index(s);
  if (chance(50))
    trace("%d", luaL_getmetafield(s->L, index, PICK(events)));
  else
    trace("%d", luaL_callmeta(s->L, index, PICK(events)));
}

static void named_metatable(Scope *s) {
  lua_State *L = s->L;
  trace("%d", luaL_newmetatable(L, "kind"));
  if (chance(70)) lua_pop(L, 1);
  lua_newuserdatauv(L, 5, 1);
  luaL_setmetatable(L, chance(70) ? "kind" : "no kind");
}

static void sub_table(Scope *s) {
  int index = index_of(s, LUA_TTABLE);
  trace("%d", luaL_getsubtable(s->L, index, any_name()));
}

static void set_functions(Scope *s) {
  static const luaL_Reg functions[] = {{"x", random_function}, {"y", NULL}, {"m", random_function}, {NULL, NULL}};
  lua_State *L = s->L;
  int upvalues = pick(3);
  lua_newtable(L);
  for (int i = 0; i < upvalues; i++) push_any(s);
  luaL_setfuncs(L, functions, upvalues);
}

/* Not just any function's value: messages would name functions after it. */
static int open_module(lua_State *L) {
  if (chance(20)) return luaL_error(L, "no module %s", luaL_checkstring(L, 1));
  lua_pushfstring(L, "%s opened", luaL_checkstring(L, 1));
  return pick(2);
}

static void require(Scope *s) {
  static const char *const modules[] = {"m1", "m2", "string"};
  luaL_requiref(s->L, PICK(modules), open_module, pick(2));
}

static void references(Scope *s) {
  lua_State *L = s->L;
  int given[6];
  lua_newtable(L);
  for (int i = 0; i < COUNT(given); i++) {
    push_any(s);
    given[i] = luaL_ref(L, -2);
    trace("%d ", given[i]);
    if (chance(40)) {
      int other = pick(i + 1);
      luaL_unref(L, -1, given[other]);
      given[other] = LUA_NOREF;
    }
  }
}

static void substitute(Scope *s) {
  static const char *const patterns[] = {"x", "a", "longer", "no such text", "%s"};
  luaL_gsub(s->L, chance(50) ? any_name() : "xxaxa", PICK(patterns), any_name());
}

/* What the buffer is given comes from the stack above it, or from the bytes that it lends. */
static void add_to_buffer(Scope *s, luaL_Buffer *buffer) {
  lua_State *L = s->L;
  size_t length;
  const char *text;
  switch (pick(7)) {
    case 0:
      text = any_text(&length);
      luaL_addlstring(buffer, text, length);
      break;
    case 1: luaL_addstring(buffer, any_name()); break;
    case 2: luaL_addchar(buffer, 'c'); break;
    case 3:
      push_of_type(s, chance(50) ? LUA_TSTRING : LUA_TNUMBER);
      luaL_addvalue(buffer);
      break;
    case 4: luaL_addgsub(buffer, "a text with x", "x", any_name()); break;
    case 5:
      length = (size_t)(chance(80) ? pick(100) : pick(3000));
      memset(luaL_prepbuffsize(buffer, length), 'p', length);
      luaL_addsize(buffer, length);
      break;
    default:
      push_any(s); /* balanced use of the stack between */
      lua_pop(L, 1);
      if (luaL_bufflen(buffer) > 0) luaL_buffsub(buffer, 1);
  }
}

static void buffer(Scope *s) {
  lua_State *L = s->L;
  luaL_Buffer buffer;
  if (chance(70))
    luaL_buffinit(L, &buffer);
  else
    memset(luaL_buffinitsize(L, &buffer, 2000), 'i', 2000);
  for (int i = pick(12); i > 0; i--) add_to_buffer(s, &buffer);
  if (chance(10)) luaL_error(L, "with a buffer of %d bytes", (int)luaL_bufflen(&buffer));
  if (chance(80)) {
    luaL_pushresult(&buffer);
  } else {
    memset(luaL_prepbuffsize(&buffer, 10), 'r', 10);
    luaL_pushresultsize(&buffer, 10);
  }
}

static void results_of_system(Scope *s) {
  static const int codes[] = {ENOENT, EACCES};
  static const int statuses[] = {0, 256, 2, 512, 15};
  lua_State *L = s->L;
  errno = PICK(codes);
  if (chance(50))
    trace("%d", luaL_fileresult(L, pick(2), chance(50) ? any_name() : NULL));
  else
    trace("%d", luaL_execresult(L, PICK(statuses)));
}

static void where(Scope *s) { luaL_where(s->L, pick(4)); }

static void run_string(Scope *s) { trace("%d", luaL_dostring(s->L, any_source())); }

const Operation auxiliary_operations[] = {
    {"argument", argument},
    {"argument", argument},
    {"argument", argument},
    {"to_string", to_string},
    {"meta_field", meta_field},
    {"named_metatable", named_metatable},
    {"sub_table", sub_table},
    {"set_functions", set_functions},
    {"require", require},
    {"references", references},
    {"substitute", substitute},
    {"buffer", buffer},
    {"results_of_system", results_of_system},
    {"where", where},
    {"run_string", run_string},
    {NULL, NULL}};
