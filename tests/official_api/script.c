/* Running scripts: words, the loop, and the functions of T that run them. See script.h. */
#include "script.h"

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_blank(char c) { return c != '\0' && strchr(" \t\r\n,;", c) != NULL; }

static void skip_blanks(Script *s) {
  for (;;) {
    while (is_blank(*s->at)) s->at++;
    if (*s->at != '#') return;
    s->at += strcspn(s->at, "\n");
  }
}

static int read_digits(Script *s) {
  bool negative = *s->at == '-';
  const char *digits = s->at + negative;
  char *end;
  unsigned long value = strtoul(digits, &end, 10);
  if (*digits < '0' || *digits > '9') luaL_error(s->caller, "number expected in script: %s", s->at);
  s->at = end;
  return negative ? -(int)value : (int)value;
}

int script_number(Script *s) {
  skip_blanks(s);
  switch (*s->at) {
    case 'R': s->at++; return LUA_REGISTRYINDEX;
    case 'U': s->at++; return lua_upvalueindex(read_digits(s));
    case '*': s->at++; return lua_gettop(s->L);
    case '.': {
      s->at++;
      int value = (int)lua_tointeger(s->L, -1);
      lua_pop(s->L, 1);
      return value;
    }
    default: return read_digits(s);
  }
}

const char *script_text(Script *s) {
  skip_blanks(s);
  char quote = *s->at == '"' || *s->at == '\'' ? *s->at++ : '\0';
  size_t length = 0;
  while (*s->at != '\0' && (quote != '\0' ? *s->at != quote : !is_blank(*s->at))) {
    if (length == SCRIPT_TEXT_MAX - 1) luaL_error(s->caller, "text too long in script");
    s->text[length++] = *s->at++;
  }
  if (quote != '\0' && *s->at++ == '\0') luaL_error(s->caller, "unfinished text in script");
  s->text[length] = '\0';
  return s->text;
}

char script_character(Script *s) {
  skip_blanks(s);
  return *s->at++;
}

lua_State *script_thread(Script *s) {
  int index = script_number(s);
  return index == 0 ? s->L : lua_tothread(s->L, index);
}

const char *script_status_name(int status) {
  switch (status) {
    case LUA_OK: return "OK";
    case LUA_YIELD: return "YIELD";
    case LUA_ERRRUN: return "ERRRUN";
    case LUA_ERRSYNTAX: return "ERRSYNTAX";
    case LUA_ERRMEM: return "not enough memory"; /* the suite compares it with the message */
    default: return "ERRERR";
  }
}

/* ---- running --------------------------------------------------------------------------------- */

int script_run(lua_State *caller, lua_State *L, const char *code) {
  Script s = {.at = code, .caller = caller, .L = L, .status = LUA_OK};
  if (code == NULL) return luaL_error(caller, "there is no script");
  for (;;) {
    skip_blanks(&s);
    if (*s.at == '\0') return 0;
    const char *name = script_text(&s);
    ScriptCommand command = script_find_command(name);
    if (command == NULL) return luaL_error(caller, "unknown command '%s' in script", name);
    int results = command(&s, L);
    if (results != SCRIPT_GOES_ON) return results;
  }
}

/* The script is the function's first upvalue. */
int script_function(lua_State *L) {
  return script_run(L, L, lua_tostring(L, lua_upvalueindex(1)));
}

/* `index` is where the script that goes on is. */
int script_continue(lua_State *L, int status, lua_KContext index) {
  lua_pushstring(L, script_status_name(status));
  lua_setglobal(L, "status");
  lua_pushinteger(L, index);
  lua_setglobal(L, "ctx");
  return script_run(L, L, lua_tostring(L, (int)index));
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static const char hook_scripts; /* its address is the key, in the registry, of scripts by thread */

static void push_hook_scripts(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &hook_scripts) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &hook_scripts);
}

static void run_hook(lua_State *L, lua_Debug *activation) {
  static const char *const events[] = {"call", "return", "line", "count", "tail call"};
  push_hook_scripts(L);
  lua_pushthread(L);
  lua_rawget(L, -2);
  lua_remove(L, -2);
  const char *code = lua_tostring(L, -1);
  lua_getinfo(L, "l", activation);
  lua_pushstring(L, events[activation->event]);
  lua_pushinteger(L, activation->currentline);
  script_run(L, L, code);
}

void script_set_hook(lua_State *L, const char *code, int mask, int count) {
  if (code == NULL) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  push_hook_scripts(L);
  lua_pushthread(L);
  lua_pushstring(L, code);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  lua_sethook(L, run_hook, mask, count);
}

/* ---- T's functions --------------------------------------------------------------------------- */

/* What a script on another state leaves can only be copied. */
static void copy_value(lua_State *to, lua_State *from, int index) {
  switch (lua_type(from, index)) {
    case LUA_TBOOLEAN: lua_pushboolean(to, lua_toboolean(from, index)); break;
    case LUA_TSTRING: {
      size_t length;
      const char *bytes = lua_tolstring(from, index, &length);
      lua_pushlstring(to, bytes, length);
      break;
    }
    case LUA_TNUMBER:
      if (lua_isinteger(from, index))
        lua_pushinteger(to, lua_tointeger(from, index));
      else
        lua_pushnumber(to, lua_tonumber(from, index));
      break;
    default: lua_pushnil(to); break;
  }
}

static int run_on_other(lua_State *L, lua_State *other, bool same_state) {
  int results = script_run(L, other, luaL_checkstring(L, 2));
  luaL_checkstack(L, results, "too many results");
  if (same_state) {
    lua_xmove(other, L, results);
    return results;
  }
  for (int i = results; i > 0; i--) copy_value(L, other, -i);
  lua_pop(other, results);
  return results;
}

/* testC([thread or state,] script, ...): runs it on this function's stack, or on the other's. */
int script_testC(lua_State *L) {
  if (lua_isuserdata(L, 1)) return run_on_other(L, lua_touserdata(L, 1), false);
  if (lua_isthread(L, 1)) return run_on_other(L, lua_tothread(L, 1), true);
  return script_run(L, L, luaL_checkstring(L, 1));
}

/* makeCfunc(script, ...): a C function that runs it, with the arguments as upvalues. */
static int t_makeCfunc(lua_State *L) {
  luaL_checkstring(L, 1);
  lua_pushcclosure(L, script_function, lua_gettop(L));
  return 1;
}

/* sethook([script, [mask, [count]]]) */
static int t_sethook(lua_State *L) {
  const char *letters = luaL_optstring(L, 2, "");
  int count = (int)luaL_optinteger(L, 3, 0);
  int mask = count > 0 ? LUA_MASKCOUNT : 0;
  if (strchr(letters, 'c') != NULL && count == 0) mask |= LUA_MASKCALL;
  if (strchr(letters, 'r') != NULL) mask |= LUA_MASKRET;
  if (strchr(letters, 'l') != NULL) mask |= LUA_MASKLINE;
  script_set_hook(L, lua_isnoneornil(L, 1) ? NULL : luaL_checkstring(L, 1), mask, count);
  return 0;
}

void add_script_functions(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"testC", script_testC}, {"makeCfunc", t_makeCfunc}, {"sethook", t_sethook}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
