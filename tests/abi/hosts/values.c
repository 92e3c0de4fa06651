/* The stack, conversions, operators and strings. */
#include "host.h"

static void stack(lua_State *L) {
  for (int i = 1; i <= 5; i++) lua_pushinteger(L, i * 11);
  lua_rotate(L, 2, 1);
  print_stack(L, "rotated");
  lua_rotate(L, -4, -2);
  print_stack(L, "rotated back");
  lua_insert(L, 1);
  lua_remove(L, 3);
  lua_pushliteral(L, "new");
  lua_replace(L, 2);
  lua_copy(L, 1, -1);
  print_stack(L, "moved");
  printf("%d %d %d %d\n", lua_absindex(L, -1), lua_absindex(L, 2),
         lua_absindex(L, LUA_REGISTRYINDEX) == LUA_REGISTRYINDEX, lua_checkstack(L, 1000));
  printf("%d\n", lua_checkstack(L, 2000000));
  lua_settop(L, 7);
  clear_stack(L, "grown");
  for (int i = 0; i < 1000; i++) lua_pushinteger(L, i);
  lua_Integer sum = 0;
  for (int i = 1; i <= 1000; i++) sum += lua_tointeger(L, i);
  printf("%lld\n", sum);
  lua_settop(L, 0);
}

static void push_all_kinds(lua_State *L) {
  static int anything;
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  lua_pushinteger(L, LUA_MININTEGER);
  lua_pushinteger(L, 1LL << 50);
  lua_pushnumber(L, 2.0);
  lua_pushnumber(L, 0.5);
  lua_pushstring(L, "0x10");
  lua_pushstring(L, " 12.5 ");
  lua_pushlstring(L, "a\0b", 3);
  lua_pushlightuserdata(L, &anything);
  lua_newtable(L);
  lua_pushcfunction(L, luaopen_math);
  luaL_loadstring(L, "return ...");
  lua_newuserdatauv(L, 10, 2);
  lua_pushthread(L);
  lua_pushstring(L, NULL);
}

static void conversions(lua_State *L) {
  push_all_kinds(L);
  int last = lua_gettop(L) + 1;
  for (int i = 1; i <= last; i++) {
    int is_integer, is_number;
    lua_Integer integer = lua_tointegerx(L, i, &is_integer);
    lua_Number number = lua_tonumberx(L, i, &is_number);
    printf("%d %s num%d int%d str%d cfn%d ud%d bool%d %lld/%d %.14g/%d len%llu %d%d%d%d\n", i,
           lua_typename(L, lua_type(L, i)), lua_isnumber(L, i), lua_isinteger(L, i),
           lua_isstring(L, i), lua_iscfunction(L, i), lua_isuserdata(L, i), lua_toboolean(L, i),
           integer, is_integer, number, is_number, (unsigned long long)lua_rawlen(L, i),
           lua_touserdata(L, i) != NULL, lua_tothread(L, i) == L, lua_topointer(L, i) != NULL,
           lua_tocfunction(L, i) == luaopen_math);
  }
  size_t length;
  const char *text = lua_tolstring(L, 4, &length);
  printf("%s %zu %s\n", text, length, luaL_typename(L, 4));
  text = lua_tolstring(L, 5, &length);
  printf("%s %zu\n", text, length);
  printf("%s %zu\n", lua_tolstring(L, 9, &length), length);
  printf("%d\n", lua_tolstring(L, 11, &length) == NULL);
  lua_settop(L, 0);
  const char *numerals[] = {"10", "0x1p4", "1e2", "0x", "", " -7 ", "9223372036854775808", "inf", "1 2"};
  for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++) {
    printf("%zu ", lua_stringtonumber(L, numerals[i]));
    clear_stack(L, numerals[i]);
  }
}

static void operators(lua_State *L) {
  static const struct { lua_Number a, b; } pairs[] = {{7, 2}, {-7, 2}, {7.5, -2}, {1, 0.5}};
  for (size_t p = 0; p < 4; p++) {
    for (int op = LUA_OPADD; op <= LUA_OPBNOT; op++) {
      if ((op >= LUA_OPBAND && op <= LUA_OPSHR) || op == LUA_OPBNOT) {
        lua_pushinteger(L, (lua_Integer)pairs[p].a);
        if (op != LUA_OPBNOT) lua_pushinteger(L, (lua_Integer)pairs[p].b);
      } else {
        lua_pushnumber(L, pairs[p].a);
        if (op != LUA_OPUNM) lua_pushnumber(L, pairs[p].b);
      }
      lua_arith(L, op);
    }
    clear_stack(L, "arith");
  }
  lua_pushinteger(L, LUA_MAXINTEGER);
  lua_pushinteger(L, 2);
  lua_pushnumber(L, 2.0);
  lua_pushstring(L, "2");
  for (int i = 1; i <= 5; i++)
    for (int j = 1; j <= 4; j++)
      if (i <= 3 && j <= 3)
        printf("%d%d%d%d ", lua_compare(L, i, j, LUA_OPEQ), lua_compare(L, i, j, LUA_OPLT),
               lua_compare(L, i, j, LUA_OPLE), lua_rawequal(L, i, j));
      else
        printf("%d ", lua_rawequal(L, i, j));
  printf("\n");
  lua_concat(L, 3);
  lua_concat(L, 1);
  lua_concat(L, 0);
  lua_len(L, 2);
  printf("%lld\n", luaL_len(L, 2));
  clear_stack(L, "concat");
}

static const char *format_v(lua_State *L, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  return text;
}

static void strings(lua_State *L) {
  lua_pushfstring(L, "%s|%d|%I|%f|%c|%U|%%|%s", "text", -5, (LUAI_UACINT)1 << 60, 2.5, 'x', 0x20ACL,
                  (char *)NULL);
  format_v(L, "%d-%s", 1, "two");
  char *big = malloc(5000);
  memset(big, 'b', 4999);
  big[4999] = 0;
  printf("%zu\n", strlen(lua_pushfstring(L, "%s%s", big, big)));
  lua_pop(L, 1);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 0; i < 3000; i++) luaL_addchar(&b, (char)('a' + i % 26));
  luaL_addstring(&b, "tail");
  luaL_addlstring(&b, "\0x", 2);
  lua_pushinteger(L, 12345);
  luaL_addvalue(&b);
  luaL_addgsub(&b, "aXbXc", "X", "--");
  memcpy(luaL_prepbuffsize(&b, 4000), big, 4000);
  luaL_addsize(&b, 4000);
  luaL_buffsub(&b, 3990);
  printf("%zu %c\n", luaL_bufflen(&b), luaL_buffaddr(&b)[2999]);
  luaL_pushresult(&b);
  printf("%zu %s\n", (size_t)lua_rawlen(L, -1), lua_tostring(L, -1) + 2990);
  lua_pop(L, 1);
  memcpy(luaL_buffinitsize(L, &b, 20), "twenty", 6);
  luaL_pushresultsize(&b, 6);
  memcpy(luaL_buffinitsize(L, &b, 5000), big, 5000);
  luaL_pushresultsize(&b, 30);
  printf("%s\n", luaL_gsub(L, "a.b.c", ".", "::"));
  free(big);
  clear_stack(L, "strings");
}

int main(void) {
  lua_State *L = open_state();
  stack(L);
  conversions(L);
  operators(L);
  strings(L);
  printf("%.0f\n", lua_version(L));
  luaL_checkversion(L);
  lua_close(L);
  return 0;
}
