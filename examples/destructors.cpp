/*
 * A host in C++. Lua errors are jumps: with ferrous_unwind_cxx they run the destructors of the C++
 * frames that they leave, also where an API call raises the error. C++ exceptions must not cross Lua:
 * they are caught at the border and become Lua errors.
 */
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "ferrous.h"
#include "lua.hpp"

namespace {

struct Tracked {
  const char *name;
  explicit Tracked(const char *n) : name(n) { std::printf("make %s\n", name); }
  ~Tracked() { std::printf("drop %s\n", name); }
};

/* The second argument is checked while objects are alive: the error must not leak them. */
int join(lua_State *L) {
  Tracked tracked("join");
  std::vector<std::string> parts;
  for (int i = 1; i <= lua_gettop(L); i++) parts.emplace_back(luaL_checkstring(L, i));
  std::string all;
  for (const std::string &part : parts) all += part;
  lua_pushlstring(L, all.data(), all.size());
  return 1;
}

/* Turns C++ exceptions into Lua errors, raised when the exception is gone. */
template <int (*function)(lua_State *)>
int guarded(lua_State *L) {
  try {
    return function(L);
  } catch (const std::exception &problem) {
    lua_pushstring(L, problem.what());
  }
  return lua_error(L);
}

int fail(lua_State *) {
  Tracked tracked("fail");
  throw std::runtime_error("thrown in C++");
}

struct StateCloser {
  void operator()(lua_State *L) const { lua_close(L); }
};

void run(lua_State *L, const char *source) {
  if (luaL_dostring(L, source)) {
    std::printf("error: %s\n", lua_tostring(L, -1));
  }
  lua_settop(L, 0);
}

}  // namespace

int main() {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  std::unique_ptr<lua_State, StateCloser> state(luaL_newstate());
  lua_State *L = state.get();
  luaL_openlibs(L);
  ferrous_unwind_cxx(L, 1);
  lua_register(L, "join", join);
  lua_register(L, "fail", guarded<fail>);

  run(L, "print(join('a', 1, 'b'))");
  /* --> make join
     --> drop join
     --> a1b */
  run(L, "print(select(2, pcall(join, 'a', {})))");
  /* --> make join
     --> drop join
     --> bad argument #2 to 'join' (string expected, got table) */
  run(L, "fail()");
  /* --> make fail
     --> drop fail
     --> error: thrown in C++ */
  return 0;
}
