/* Random calls: the debug interface. */
#include "random.h"

static bool any_level(lua_State *L, lua_Debug *activation) {
  memset(activation, 0, sizeof *activation);
  return lua_getstack(L, pick(6), activation);
}

static lua_State *this_or_thread(Scope *s) {
  return chance(70) ? s->L : lua_tothread(s->L, index_of(s, LUA_TTHREAD));
}

static void trace_lines(lua_State *L, int table) {
  if (!lua_istable(L, table)) return;
  trace(" lines");
  for (int line = 0; line < 20; line++) {
    if (lua_rawgeti(L, table, line) != LUA_TNIL) trace(" %d", line);
    lua_pop(L, 1);
  }
}

static void trace_fields(const lua_Debug *a, const char *what) {
  if (strchr(what, 'S')) {
    trace(" S %s %zu %d %d %s ", a->what, a->srclen, a->linedefined, a->lastlinedefined, a->short_src);
    trace_name(a->source);
  }
  if (strchr(what, 'n')) {
    trace(" n %s ", a->namewhat);
    trace_name(a->name);
  }
  if (strchr(what, 'l')) trace(" l %d", a->currentline);
  if (strchr(what, 't')) trace(" t %d", a->istailcall != 0);
  if (strchr(what, 'u')) trace(" u %d %d %d", a->nups, a->nparams, a->isvararg);
}

/* Letters in any order, each at most once. */
static void any_options(char *what, bool of_function) {
  static const char letters[] = "SnltufLx";
  if (of_function) *what++ = '>';
  for (const char *c = letters; *c != '\0'; c++)
    if (chance(*c == 'x' ? 3 : 45)) *what++ = *c;
  *what = '\0';
}

static void trace_pushed(lua_State *L, const char *what) {
  if (strchr(what, 'L') != NULL) {
    trace_lines(L, -1);
    lua_pop(L, 1);
  }
  if (strchr(what, 'f') != NULL) {
    trace(" f ");
    trace_value(L, -1);
    lua_pop(L, 1);
  }
}

static void info_of_level(Scope *s) {
  lua_State *thread = this_or_thread(s);
  lua_Debug activation;
  char what[16];
  if (!any_level(thread, &activation) || !lua_checkstack(thread, 8)) return;
  any_options(what, false);
  trace("%s: %d", what, lua_getinfo(thread, what, &activation));
  trace_fields(&activation, what);
  trace_pushed(thread, what);
}

static void info_of_function(Scope *s) {
  lua_State *L = s->L;
  lua_Debug activation;
  char what[16];
  int function = index_of(s, LUA_TFUNCTION);
  lua_pushvalue(L, function);
  lua_getinfo(L, ">S", &activation);
  bool stripped = strcmp(activation.source, "=?") == 0; /* some fail over their lines */
  do any_options(what, true);
  while (stripped && strchr(what, 'L') != NULL);
  lua_pushvalue(L, function);
  memset(&activation, 0, sizeof activation);
  trace("%s: %d", what, lua_getinfo(L, what, &activation));
  trace_fields(&activation, what);
  trace_pushed(L, what);
}

static bool is_temporary(const char *name) { return strncmp(name, "(temp", 5) == 0; }

/* False: there is none. Which temporaries a function of Lua has is left open. */
static bool trace_local(lua_State *thread, const lua_Debug *activation, int n) {
  const char *name = lua_getlocal(thread, activation, n);
  if (name == NULL) return false;
  bool temporary = is_temporary(name);
  if (!temporary) {
    trace(" %s = ", name);
    trace_value(thread, -1);
  }
  lua_pop(thread, 1);
  return !temporary;
}

/* What C functions keep on the stack while they call is left open. */
static void locals(Scope *s) {
  lua_State *thread = this_or_thread(s);
  lua_Debug activation;
  if (!any_level(thread, &activation) || !lua_checkstack(thread, 8)) return;
  lua_getinfo(thread, "S", &activation);
  if (*activation.what == 'C') return;
  for (int n = 1; trace_local(thread, &activation, n) && n < 10;) n++;
  for (int n = -1; trace_local(thread, &activation, n) && n > -10;) n--;
}

static void set_local(Scope *s) {
  lua_State *L = s->L;
  lua_Debug activation;
  int n = pick(6) - 2;
  if (!lua_getstack(L, 1 + pick(4), &activation)) return;
  lua_getinfo(L, "S", &activation);
  const char *name = lua_getlocal(L, &activation, n);
  if (name == NULL) return;
  lua_pop(L, 1);
  if (is_temporary(name) || *activation.what == 'C') return;
  push_any(s);
  trace("%s", lua_setlocal(L, &activation, n));
}

static void parameter_names(Scope *s) {
  lua_State *L = s->L;
  lua_pushvalue(L, index_of(s, LUA_TFUNCTION));
  for (int n = 0; n < 4; n++) {
    trace(" ");
    trace_name(lua_getlocal(L, NULL, n));
  }
  lua_pop(L, 1);
}

static void upvalues(Scope *s) {
  lua_State *L = s->L;
  int function = index_of(s, LUA_TFUNCTION), n = pick(5);
  const char *name = lua_getupvalue(L, function, n);
  trace("%d ", n);
  trace_name(name);
}

static void set_upvalue(Scope *s) {
  lua_State *L = s->L;
  int function = index_of(s, LUA_TFUNCTION), n = pick(4);
  const char *name = lua_getupvalue(L, function, n);
  if (name != NULL) lua_pop(L, 1);
  if (name != NULL && strcmp(name, "_ENV") == 0 && chance(90)) return;
  push_any(s);
  trace("%d ", n);
  trace_name(lua_setupvalue(L, function, n));
}

static int upvalue_count(lua_State *L, int function) {
  lua_Debug activation;
  lua_pushvalue(L, function);
  lua_getinfo(L, ">u", &activation);
  return activation.nups;
}

static void shared_upvalues(Scope *s) {
  lua_State *L = s->L;
  int first = index_of(s, LUA_TFUNCTION), second = index_of(s, LUA_TFUNCTION);
  int n1 = 1 + pick(3), n2 = 1 + pick(3);
  void *a = lua_upvalueid(L, first, n1), *b = lua_upvalueid(L, second, n2);
  trace("%d%d%d", a == NULL, b == NULL, a == b);
  if (a == NULL || b == NULL || lua_iscfunction(L, first) || lua_iscfunction(L, second)) return;
  if (n1 > upvalue_count(L, first) || n2 > upvalue_count(L, second)) return;
  lua_upvaluejoin(L, first, n1, second, n2);
  trace(" %d", lua_upvalueid(L, first, n1) == lua_upvalueid(L, second, n2));
}

static void set_hook(Scope *s) {
  lua_State *thread = this_or_thread(s);
  static const int masks[] = {LUA_MASKCALL, LUA_MASKRET, LUA_MASKLINE, LUA_MASKCALL | LUA_MASKRET, 0, 0, 0,
                              LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, LUA_MASKCOUNT};
  int mask = PICK(masks);
  lua_sethook(thread, chance(80) ? random_hook : NULL, mask, pick(5) + 1);
  trace("%d: %d %d", mask, lua_gethook(thread) == random_hook, lua_gethookmask(thread));
}

/* With a hook for as long as the chunk runs. */
static void run_hooked(Scope *s) {
  lua_State *L = s->L;
  const char *source = any_source();
  luaL_loadbuffer(L, source, strlen(source), "=hooked");
  push_any(s);
  lua_sethook(L, random_hook, 1 + pick(7), 1);
  trace("%s\n", source);
  int status = lua_pcall(L, 1, LUA_MULTRET, 0);
  lua_sethook(L, NULL, 0, 0);
  trace("%*s= %d", s->depth, "", status);
}

static void stop_loop(lua_State *L, lua_Debug *activation) {
  if (activation->event != LUA_HOOKCOUNT) return;
  int count = lua_gethookcount(L);
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "stopped after %d", count);
}

static bool hooks_work;

static void note_call(lua_State *L, lua_Debug *activation) {
  (void)L;
  if (activation->event == LUA_HOOKCOUNT) hooks_work = true;
}

/* There are no hooks inside hooks and finalizers. */
static bool has_hooks(lua_State *L) {
  luaL_loadstring(L, "local a = ...");
  lua_sethook(L, note_call, LUA_MASKCOUNT, 1);
  hooks_work = false;
  lua_call(L, 0, 0);
  return hooks_work;
}

static void stopped_loop(Scope *s) {
  static const char *const loops[] = {"while true do end", "repeat until false", "for i = 1, math.huge do end",
                                      "::again:: goto again", "local function f() return f() end f()"};
  lua_State *L = s->L;
  if (!has_hooks(L)) return;
  luaL_loadstring(L, PICK(loops));
  lua_sethook(L, stop_loop, LUA_MASKCOUNT, 100 + pick(1000));
  int status = lua_pcall(L, 0, 0, 0);
  trace("%d %d", status, lua_gethookmask(L));
}

static void traceback(Scope *s) {
  lua_State *L = s->L;
  size_t length;
  lua_State *other = this_or_thread(s);
  lua_checkstack(other, 20);
  luaL_traceback(L, other, chance(50) ? any_name() : NULL, pick(4));
  const char *text = lua_tolstring(L, -1, &length);
  while (length > 0) {
    size_t line = strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n');
    trace("\n  ");
    trace_text(text, line);
    text += line;
    length -= line;
  }
  lua_pop(L, 1);
}

const Operation inspect_operations[] = {
    {"info_of_level", info_of_level},
    {"info_of_function", info_of_function},
    {"locals", locals},
    {"set_local", set_local},
    {"parameter_names", parameter_names},
    {"upvalues", upvalues},
    {"set_upvalue", set_upvalue},
    {"shared_upvalues", shared_upvalues},
    {"set_hook", set_hook},
    {"run_hooked", run_hooked},
    {"run_hooked", run_hooked},
    {"stopped_loop", stopped_loop},
    {"traceback", traceback},
    {NULL, NULL}};
