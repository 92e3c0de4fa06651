/* The debug interface: hooks, activations, locals, upvalues, tracebacks. */
#include "host.h"

static int events;

static void print_info(lua_State *L, const char *what, lua_Debug *ar) {
  printf("%s: name=%s/%s what=%s src=%s(%zu) short=%s line=%d def=%d-%d nups=%d params=%d vararg=%d tail=%d\n",
         what, ar->name ? ar->name : "-", ar->namewhat, ar->what, ar->source, ar->srclen, ar->short_src,
         ar->currentline, ar->linedefined, ar->lastlinedefined, ar->nups, ar->nparams, ar->isvararg,
         ar->istailcall != 0);
  (void)L;
}

static int show_stack(lua_State *L) {
  lua_Debug ar;
  memset(&ar, 0, sizeof ar);
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    printf("%d ", lua_getinfo(L, "nSlut", &ar));
    print_info(L, "level", &ar);
    const char *name;
    for (int i = 1; (name = lua_getlocal(L, &ar, i)) != NULL; i++) {
      if (strcmp(name, "(temporary)") != 0) { /* those depend on the code */
        printf("  %s = ", name);
        print_value(L, -1);
        printf("\n");
      }
      lua_pop(L, 1);
    }
    for (int i = -1; (name = lua_getlocal(L, &ar, i)) != NULL; i--) {
      printf("  %s = ", name);
      print_value(L, -1);
      printf("\n");
      lua_pop(L, 1);
    }
  }
  printf("%d\n", lua_getstack(L, 100, &ar));
  return 0;
}

static int change_local(lua_State *L) {
  lua_Debug ar;
  lua_getstack(L, 1, &ar);
  lua_pushstring(L, "changed");
  printf("set %s\n", lua_setlocal(L, &ar, 1));
  lua_pushstring(L, "nowhere");
  printf("set %d, top %d\n", lua_setlocal(L, &ar, 100) == NULL, lua_gettop(L));
  return 0;
}

static const char chunk[] =
    "local first = 1\n"
    "local function inner(a, b, ...)\n"
    "  local c = a + b\n"
    "  do local gone = 5 end\n"
    "  show_stack()\n"
    "  return c\n"
    "end\n"
    "local t = {}\n"
    "function t:method(x) local y = inner(x, first, 'v1', 'v2') return y end\n"
    "function tail(x) return t:method(x) end\n"
    "local s = setmetatable({}, {__index = function(_, k) show_stack() return k end})\n"
    "local z = tail(4)\n"
    "z = s.key\n"
    "for i = 1, 1 do show_stack() end\n"
    "change_local() print(first)\n"
    "local co = coroutine.create(function(p) local q = 2 coroutine.yield(q) end)\n"
    "coroutine.resume(co, 1) return co";

static void activations(lua_State *L) {
  lua_register(L, "show_stack", show_stack);
  lua_register(L, "change_local", change_local);
  luaL_loadbuffer(L, chunk, sizeof chunk - 1, "@chunk.lua");
  if (lua_pcall(L, 0, 1, 0)) printf("%s\n", lua_tostring(L, -1));
  lua_State *co = lua_tothread(L, -1);
  lua_Debug ar;
  for (int level = 0; lua_getstack(co, level, &ar); level++) {
    lua_getinfo(co, "nSlut", &ar);
    print_info(co, "suspended", &ar);
    const char *name = lua_getlocal(co, &ar, 1);
    printf("%s\n", name ? name : "none");
    if (name) lua_pop(co, 1);
  }
  luaL_traceback(L, co, "of a coroutine", 0);
  printf("%s\n", lua_tostring(L, -1));
  lua_settop(L, 0);
}

static void functions(lua_State *L) {
  lua_Debug ar;
  luaL_loadstring(L, "local up = ...\nreturn function(a, b, ...)\n  local x = up\n\n  return x + 1\nend");
  lua_pushinteger(L, 1);
  lua_call(L, 1, 1);
  printf("%s %s %d\n", (lua_pushvalue(L, 1), lua_getlocal(L, NULL, 1)),
         lua_getlocal(L, NULL, 2), lua_getlocal(L, NULL, 3) == NULL);
  lua_settop(L, 1);
  ar.name = NULL;
  ar.currentline = 0;
  ar.istailcall = 0;
  lua_pushvalue(L, 1);
  printf("%d ", lua_getinfo(L, ">nSlutL", &ar));
  print_info(L, "function", &ar);
  for (int line = 1; line <= 7; line++) {
    printf("%d", lua_rawgeti(L, -1, line) != LUA_TNIL);
    lua_pop(L, 1);
  }
  printf("\n");
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  printf("%d ", lua_getinfo(L, ">f", &ar));
  printf("%d\n", lua_rawequal(L, 1, 2));
  lua_pushvalue(L, 1);
  printf("%d\n", lua_getinfo(L, ">X", &ar));
  lua_settop(L, 0);
  lua_pushcfunction(L, show_stack);
  lua_getinfo(L, ">nSlut", &ar);
  print_info(L, "C function", &ar);
}

static int read_upvalue(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

static void upvalues(lua_State *L) {
  run_text(L, "local a, b = 'A', 'B'\n"
              "function one() return a, b end function two() return b end\n"
              "local c = 'C' function three() return c end");
  lua_getglobal(L, "one");
  lua_getglobal(L, "two");
  lua_getglobal(L, "three");
  printf("%s %s ", lua_getupvalue(L, 1, 1), lua_getupvalue(L, 1, 2));
  printf("%d\n", lua_getupvalue(L, 1, 3) == NULL);
  print_stack(L, "upvalues");
  lua_settop(L, 3);
  printf("%d %d %d\n", lua_upvalueid(L, 1, 2) == lua_upvalueid(L, 2, 1),
         lua_upvalueid(L, 1, 1) == lua_upvalueid(L, 2, 1), lua_upvalueid(L, 1, 9) == NULL);
  lua_pushstring(L, "set");
  printf("%s\n", lua_setupvalue(L, 1, 2));
  run_text(L, "print(one()) print(two())");
  lua_upvaluejoin(L, 1, 1, 3, 1);
  run_text(L, "print(one()) print(three())");
  lua_pushstring(L, "joined");
  lua_setupvalue(L, 3, 1);
  run_text(L, "print(one())");
  lua_pushinteger(L, 5);
  lua_pushcclosure(L, read_upvalue, 1);
  printf("[%s]\n", lua_getupvalue(L, -1, 1));
  lua_pop(L, 1);
  lua_pushinteger(L, 6);
  printf("[%s] %d\n", lua_setupvalue(L, -2, 1), lua_setupvalue(L, -1, 2) == NULL);
  lua_call(L, 0, 1);
  clear_stack(L, "native upvalue");
  luaL_loadstring(L, "return x");
  printf("%s\n", lua_getupvalue(L, 1, 1));
  lua_newtable(L);
  lua_pushstring(L, "from another environment");
  lua_setfield(L, -2, "x");
  lua_setupvalue(L, 1, 1);
  lua_settop(L, 1);
  lua_call(L, 0, 1);
  clear_stack(L, "environment");
}

static void hook(lua_State *L, lua_Debug *ar) {
  static const char *const names[] = {"call", "return", "line", "count", "tail call"};
  lua_getinfo(L, "nSlutr", ar);
  if (ar->event == LUA_HOOKCOUNT) {
    events++;
    return;
  }
  printf("%s %s:%d %s/%s transfers %d", names[ar->event], ar->short_src, ar->currentline,
         ar->name ? ar->name : "-", ar->what, ar->ntransfer);
  if ((ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKRET) && ar->ntransfer > 0) {
    printf(" (");
    for (int i = 0; i < ar->ntransfer; i++) {
      lua_getlocal(L, ar, ar->ftransfer + i);
      print_value(L, -1);
      printf(" ");
      lua_pop(L, 1);
    }
    printf(")");
  }
  printf("\n");
}

static void stopping_hook(lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "l", ar);
  luaL_error(L, "stopped");
}

static void yielding_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_yield(L, 0);
}

static void hooks(lua_State *L) {
  static const char text[] =
      "local o = 0\n"
      "local function f(a, b)\n  local c = a * b\n  return c, a\nend\n"
      "local x = f(2, 3)\nlocal function g(n)\n  return f(n, n)\nend\n"
      "local y = math.floor(2.5)\ng(5)\nfor i = 1, 2 do\n  x = x + i\nend\nreturn x";
  int masks[] = {LUA_MASKCALL | LUA_MASKRET, LUA_MASKLINE, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE};
  printf("%d %d %d\n", lua_gethook(L) == NULL, lua_gethookmask(L), lua_gethookcount(L));
  for (int i = 0; i < 3; i++) {
    luaL_loadbuffer(L, text, sizeof text - 1, "=hooked");
    lua_sethook(L, hook, masks[i], 0);
    lua_call(L, 0, 0);
    printf("%d %d\n", lua_gethook(L) == hook, lua_gethookmask(L));
    lua_sethook(L, NULL, 0, 0);
  }
  lua_sethook(L, hook, LUA_MASKCOUNT, 100);
  printf("%d\n", lua_gethookcount(L));
  run_text(L, "local n = 0 for i = 1, 10000 do n = n + i end");
  lua_sethook(L, NULL, 0, 0);
  printf("%d\n", events > 100 && events < 1000);
  lua_sethook(L, stopping_hook, LUA_MASKCOUNT, 1000);
  luaL_loadstring(L, "while true do end");
  printf("%d ", lua_pcall(L, 0, 0, 0));
  luaL_loadstring(L, "local ok repeat ok = pcall(error) until ok");
  printf("%d\n", lua_pcall(L, 0, 0, 0));
  lua_sethook(L, NULL, 0, 0);
  clear_stack(L, "stopped");
  lua_State *co = lua_newthread(L);
  luaL_loadstring(co, "local a = 1\na = a + 1\nreturn a");
  lua_sethook(co, yielding_hook, LUA_MASKLINE, 0);
  int results, yields = 0;
  while (lua_resume(co, L, 0, &results) == LUA_YIELD) yields++;
  printf("%d %d\n", yields, lua_gethookmask(L));
  clear_stack(co, "yielded by a hook");
  lua_settop(L, 0);
}

static int trace(lua_State *L) {
  luaL_traceback(L, L, lua_tostring(L, 1), 0);
  return 1;
}

static void tracebacks(lua_State *L) {
  lua_register(L, "trace", trace);
  run_text(L, "local function deep(n) if n == 0 then return (trace 'message') end\n"
              "  local r = deep(n - 1) return r end\n"
              "print(deep(2)) print(deep(40))\n"
              "local t = {m = function(self) return (trace()) end} print((t:m()))\n"
              "print(select(2, xpcall(function() local x = nil + 1 end, trace)))\n"
              "local once = true\n"
              "table.sort({1, 2}, function() if once then print((trace 'in sort')) end once = nil end)\n"
              "print((string.gsub('x', 'x', trace)))");
}

int main(void) {
  lua_State *L = open_state();
  activations(L);
  functions(L);
  upvalues(L);
  hooks(L);
  tracebacks(L);
  lua_close(L);
  return 0;
}
