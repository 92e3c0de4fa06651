/* The commands of scripts: one for each function of the C API, more or less, named like it. What
   follows a name is read in the order of that function's parameters. See script.h. */
#include "script.h"

#define COMMAND(name) static int do_##name(Script *s, lua_State *L)
/* A command that calls one function of the API, and no more. */
#define SIMPLE(name, call) \
  COMMAND(name) {          \
    (void)s;               \
    call;                  \
    return SCRIPT_GOES_ON; \
  }

#define N script_number(s)

/* ---- the stack ------------------------------------------------------------------------------- */

SIMPLE(absindex, lua_pushinteger(L, lua_absindex(L, N)))
SIMPLE(checkstack_raw, lua_pushboolean(L, lua_checkstack(L, N)))
SIMPLE(gettop, lua_pushinteger(L, lua_gettop(L)))
SIMPLE(insert, lua_insert(L, N))
SIMPLE(pop, lua_pop(L, N))
SIMPLE(pushvalue, lua_pushvalue(L, N))
SIMPLE(remove, lua_remove(L, N))
SIMPLE(replace, lua_replace(L, N))
SIMPLE(settop, lua_settop(L, N))
SIMPLE(toclose, lua_toclose(L, N))
SIMPLE(closeslot, lua_closeslot(L, N))

COMMAND(checkstack) {
  int slots = N;
  const char *message = script_text(s);
  luaL_checkstack(L, slots, *message == '\0' ? NULL : message);
  return SCRIPT_GOES_ON;
}

COMMAND(copy) {
  int from = N, to = N;
  lua_copy(L, from, to);
  return SCRIPT_GOES_ON;
}

COMMAND(rotate) {
  int index = N, by = N;
  lua_rotate(L, index, by);
  return SCRIPT_GOES_ON;
}

COMMAND(xmove) {
  (void)L;
  lua_State *from = script_thread(s), *to = script_thread(s);
  int count = N;
  lua_xmove(from, to, count == 0 ? lua_gettop(from) : count);
  return SCRIPT_GOES_ON;
}

/* ---- pushing --------------------------------------------------------------------------------- */

SIMPLE(pushbool, lua_pushboolean(L, N))
SIMPLE(pushcclosure, lua_pushcclosure(L, script_testC, N))
SIMPLE(pushint, lua_pushinteger(L, N))
SIMPLE(pushnil, lua_pushnil(L))
SIMPLE(pushnum, lua_pushnumber(L, (lua_Number)N))
SIMPLE(pushstatus, lua_pushstring(L, script_status_name(s->status)))
SIMPLE(pushstring, lua_pushstring(L, script_text(s)))
SIMPLE(pushupvalueindex, lua_pushinteger(L, lua_upvalueindex(N)))
SIMPLE(newtable, lua_newtable(L))
SIMPLE(newthread, lua_newthread(L))
SIMPLE(newuserdata, lua_newuserdatauv(L, (size_t)N, 0))
SIMPLE(threadstatus, lua_pushstring(L, script_status_name(lua_status(L))))
/* The format is the value at 2, what it formats the one at 3. */
SIMPLE(pushfstringI, lua_pushfstring(L, lua_tostring(L, 2), (int)lua_tointeger(L, 3)))
SIMPLE(pushfstringS, lua_pushfstring(L, lua_tostring(L, 2), lua_tostring(L, 3)))
SIMPLE(pushfstringP, lua_pushfstring(L, lua_tostring(L, 2), lua_topointer(L, 3)))

/* ---- types and conversions ------------------------------------------------------------------- */

SIMPLE(iscfunction, lua_pushboolean(L, lua_iscfunction(L, N)))
SIMPLE(isfunction, lua_pushboolean(L, lua_isfunction(L, N)))
SIMPLE(isnil, lua_pushboolean(L, lua_isnil(L, N)))
SIMPLE(isnull, lua_pushboolean(L, lua_isnone(L, N)))
SIMPLE(isnumber, lua_pushboolean(L, lua_isnumber(L, N)))
SIMPLE(isstring, lua_pushboolean(L, lua_isstring(L, N)))
SIMPLE(istable, lua_pushboolean(L, lua_istable(L, N)))
SIMPLE(isuserdata, lua_pushboolean(L, lua_isuserdata(L, N)))
SIMPLE(isyieldable, lua_pushboolean(L, lua_isyieldable(script_thread(s))))
SIMPLE(func2num, lua_pushinteger(L, (lua_Integer)(intptr_t)lua_tocfunction(L, N)))
SIMPLE(objsize, lua_pushinteger(L, (lua_Integer)lua_rawlen(L, N)))
SIMPLE(tobool, lua_pushboolean(L, lua_toboolean(L, N)))
SIMPLE(tocfunction, lua_pushcfunction(L, lua_tocfunction(L, N)))
SIMPLE(tonumber, lua_pushnumber(L, lua_tonumber(L, N)))
SIMPLE(topointer, lua_pushlightuserdata(L, (void *)lua_topointer(L, N)))
SIMPLE(tostring, lua_pushstring(L, lua_tostring(L, N)))
SIMPLE(Ltolstring, luaL_tolstring(L, N, NULL))

/* ---- operators ------------------------------------------------------------------------------- */

SIMPLE(concat, lua_concat(L, N))
SIMPLE(len, lua_len(L, N))
SIMPLE(Llen, lua_pushinteger(L, luaL_len(L, N)))

COMMAND(arith) {
  static const char operators[] = "+-*%^/\\&|~<>_!"; /* in the order of LUA_OPADD and the rest */
  char c = script_character(s);
  const char *found = c == '\0' ? NULL : strchr(operators, c);
  if (found == NULL) return luaL_error(s->caller, "unknown operator '%c' in script", c);
  lua_arith(L, (int)(found - operators));
  return SCRIPT_GOES_ON;
}

COMMAND(compare) {
  const char *name = script_text(s);
  int operator = name[1] == 'Q' ? LUA_OPEQ : name[1] == 'T' ? LUA_OPLT : LUA_OPLE;
  int first = N, second = N;
  lua_pushboolean(L, lua_compare(L, first, second, operator));
  return SCRIPT_GOES_ON;
}

/* ---- tables ---------------------------------------------------------------------------------- */

SIMPLE(getglobal, lua_getglobal(L, script_text(s)))
SIMPLE(setglobal, lua_setglobal(L, script_text(s)))
SIMPLE(gettable, lua_gettable(L, N))
SIMPLE(settable, lua_settable(L, N))
SIMPLE(rawget, lua_rawget(L, N))
SIMPLE(rawset, lua_rawset(L, N))
SIMPLE(next, lua_next(L, -2))
SIMPLE(setmetatable, lua_setmetatable(L, N))

COMMAND(getfield) {
  int index = N;
  lua_getfield(L, index, script_text(s));
  return SCRIPT_GOES_ON;
}

COMMAND(setfield) {
  int index = N;
  lua_setfield(L, index, script_text(s));
  return SCRIPT_GOES_ON;
}

#define KEYED(name, call)   \
  COMMAND(name) {           \
    int index = N, key = N; \
    call;                   \
    return SCRIPT_GOES_ON;  \
  }

KEYED(geti, lua_geti(L, index, key))
KEYED(seti, lua_seti(L, index, key))
KEYED(rawgeti, lua_rawgeti(L, index, key))
KEYED(rawseti, lua_rawseti(L, index, key))
KEYED(rawgetp, lua_rawgetp(L, index, (void *)(intptr_t)key))
KEYED(rawsetp, lua_rawsetp(L, index, (void *)(intptr_t)key))

COMMAND(append) {
  int index = N;
  lua_rawseti(L, index, (lua_Integer)lua_rawlen(L, index) + 1);
  return SCRIPT_GOES_ON;
}

COMMAND(getmetatable) {
  if (!lua_getmetatable(L, N)) lua_pushnil(L);
  return SCRIPT_GOES_ON;
}

/* ---- auxiliary library ----------------------------------------------------------------------- */

SIMPLE(newmetatable, lua_pushboolean(L, luaL_newmetatable(L, script_text(s))))
SIMPLE(warning, lua_warning(L, script_text(s), 0))
SIMPLE(warningC, lua_warning(L, script_text(s), 1))

COMMAND(testudata) {
  int index = N;
  lua_pushboolean(L, luaL_testudata(L, index, script_text(s)) != NULL);
  return SCRIPT_GOES_ON;
}

COMMAND(gsub) {
  int text = N, pattern = N, replacement = N;
  luaL_gsub(L, lua_tostring(L, text), lua_tostring(L, pattern), lua_tostring(L, replacement));
  return SCRIPT_GOES_ON;
}

COMMAND(traceback) {
  const char *message = script_text(s);
  int level = N;
  luaL_traceback(L, L, message, level);
  return SCRIPT_GOES_ON;
}

/* ---- loading, calling, returning ------------------------------------------------------------- */

COMMAND(loadfile) {
  s->status = luaL_loadfile(L, luaL_checkstring(L, N));
  return SCRIPT_GOES_ON;
}

COMMAND(loadstring) {
  size_t length;
  const char *code = luaL_checklstring(L, N, &length);
  s->status = luaL_loadbufferx(L, code, length, code, NULL);
  return SCRIPT_GOES_ON;
}

COMMAND(call) {
  int arguments = N, results = N;
  lua_call(L, arguments, results);
  return SCRIPT_GOES_ON;
}

COMMAND(callk) {
  int arguments = N, results = N, script = N;
  lua_callk(L, arguments, results, script, script_continue);
  return SCRIPT_GOES_ON;
}

COMMAND(pcall) {
  int arguments = N, results = N, handler = N;
  s->status = lua_pcall(L, arguments, results, handler);
  return SCRIPT_GOES_ON;
}

COMMAND(pcallk) {
  int arguments = N, results = N, script = N;
  s->status = lua_pcallk(L, arguments, results, 0, script, script_continue);
  return SCRIPT_GOES_ON;
}

COMMAND(resume) {
  lua_State *coroutine = script_thread(s);
  int arguments = N, results;
  s->status = lua_resume(coroutine, L, arguments, &results);
  return SCRIPT_GOES_ON;
}

COMMAND(sethook) {
  int mask = N, count = N;
  script_set_hook(L, script_text(s), mask, count);
  return SCRIPT_GOES_ON;
}

COMMAND(yieldk) {
  int results = N, script = N;
  return lua_yieldk(L, results, script, script_continue);
}

COMMAND(yield) { return lua_yield(L, script_number(s)); }

COMMAND(error) {
  (void)s;
  return lua_error(L);
}

COMMAND(return) {
  (void)L;
  return N;
}

COMMAND(abort) {
  (void)s, (void)L;
  abort();
}

/* ---- the list -------------------------------------------------------------------------------- */

#define ENTRY(name) {#name, do_##name}

static const struct CommandEntry {
  const char *name;
  ScriptCommand command;
} commands[] = {
    ENTRY(pushnum), ENTRY(pushint), ENTRY(pushnil), ENTRY(pushvalue), ENTRY(settable),
    ENTRY(checkstack), ENTRY(return), ENTRY(absindex), {"rawcheckstack", do_checkstack_raw},
    ENTRY(gettop), ENTRY(insert), ENTRY(pop), ENTRY(remove), ENTRY(replace), ENTRY(settop),
    ENTRY(toclose), ENTRY(closeslot), ENTRY(copy), ENTRY(rotate), ENTRY(xmove), ENTRY(pushbool),
    ENTRY(pushcclosure), ENTRY(pushstatus), ENTRY(pushstring), ENTRY(pushupvalueindex),
    ENTRY(newtable), ENTRY(newthread), ENTRY(newuserdata), ENTRY(threadstatus),
    ENTRY(pushfstringI), ENTRY(pushfstringS), ENTRY(pushfstringP), ENTRY(iscfunction),
    ENTRY(isfunction), ENTRY(isnil), ENTRY(isnull), ENTRY(isnumber), ENTRY(isstring),
    ENTRY(istable), ENTRY(isuserdata), ENTRY(isyieldable), ENTRY(func2num), ENTRY(objsize),
    ENTRY(tobool), ENTRY(tocfunction), ENTRY(tonumber), ENTRY(topointer), ENTRY(tostring),
    ENTRY(Ltolstring), ENTRY(concat), ENTRY(len), ENTRY(Llen), ENTRY(arith), ENTRY(compare),
    ENTRY(getglobal), ENTRY(setglobal), ENTRY(gettable), ENTRY(rawget), ENTRY(rawset),
    ENTRY(next), ENTRY(setmetatable), ENTRY(getfield), ENTRY(setfield), ENTRY(geti), ENTRY(seti),
    ENTRY(rawgeti), ENTRY(rawseti), ENTRY(rawgetp), ENTRY(rawsetp), ENTRY(append),
    ENTRY(getmetatable), ENTRY(newmetatable), ENTRY(warning), ENTRY(warningC), ENTRY(testudata),
    ENTRY(gsub), ENTRY(traceback), ENTRY(loadfile), ENTRY(loadstring), ENTRY(call), ENTRY(callk),
    ENTRY(pcall), ENTRY(pcallk), ENTRY(resume), ENTRY(sethook), ENTRY(yield), ENTRY(yieldk),
    ENTRY(error), ENTRY(abort)};

ScriptCommand script_find_command(const char *name) {
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(commands[i].name, name) == 0) return commands[i].command;
  return NULL;
}
