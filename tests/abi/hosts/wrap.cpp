// A C++ host: classes bound by templates, RAII around states and stack, exceptions of the host's own.
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "host.h"

namespace {

struct StateCloser {
  void operator()(lua_State *L) const { lua_close(L); }
};
using State = std::unique_ptr<lua_State, StateCloser>;

class StackGuard {
 public:
  explicit StackGuard(lua_State *L) : L_(L), top_(lua_gettop(L)) {}
  ~StackGuard() { lua_settop(L_, top_); }

 private:
  lua_State *L_;
  int top_;
};

class LuaError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

void run(lua_State *L, const std::string &text) {
  StackGuard guard(L);
  if (luaL_loadbuffer(L, text.data(), text.size(), "=host") || lua_pcall(L, 0, 0, 0))
    throw LuaError(luaL_tolstring(L, -1, nullptr));
}

// ---- conversions by type ----------------------------------------------------------------------

template <typename T> struct Convert;
template <> struct Convert<double> {
  static double get(lua_State *L, int i) { return luaL_checknumber(L, i); }
  static void push(lua_State *L, double v) { lua_pushnumber(L, v); }
};
template <> struct Convert<int> {
  static int get(lua_State *L, int i) { return static_cast<int>(luaL_checkinteger(L, i)); }
  static void push(lua_State *L, int v) { lua_pushinteger(L, v); }
};
template <> struct Convert<const char *> {
  static const char *get(lua_State *L, int i) { return luaL_checkstring(L, i); }
  static void push(lua_State *L, const char *v) { lua_pushstring(L, v); }
};
template <> struct Convert<std::string> {
  static void push(lua_State *L, const std::string &v) { lua_pushlstring(L, v.data(), v.size()); }
};
template <typename T> struct Convert<std::vector<T>> {
  static void push(lua_State *L, const std::vector<T> &items) {
    lua_createtable(L, static_cast<int>(items.size()), 0);
    for (std::size_t i = 0; i < items.size(); i++) {
      Convert<T>::push(L, items[i]);
      lua_rawseti(L, -2, static_cast<lua_Integer>(i) + 1);
    }
  }
};

// ---- a class seen from Lua --------------------------------------------------------------------

class Inventory {
 public:
  static int alive;
  Inventory() { alive++; }
  ~Inventory() { alive--; }
  int add(const char *name, int n) {
    if (n < 0) throw std::invalid_argument(std::string("negative count of ") + name);
    return items_[name] += n;
  }
  double total(double factor) const {
    double sum = 0;
    for (const auto &item : items_) sum += item.second * factor;
    return sum;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto &item : items_) names.push_back(item.first);
    return names;
  }

 private:
  std::map<std::string, int> items_;
};
int Inventory::alive = 0;

const char *const TYPE = "Inventory";

// Calls `body`; a C++ exception becomes a Lua error once all its objects are gone.
template <typename F> int guarded(lua_State *L, F body) {
  try {
    return body();
  } catch (const std::exception &error) {
    lua_pushstring(L, error.what());
  }
  return lua_error(L);
}

template <typename R, typename... A, std::size_t... I>
int apply(lua_State *L, R (Inventory::*method)(A...), std::index_sequence<I...>) {
  auto *self = static_cast<Inventory *>(luaL_checkudata(L, 1, TYPE));
  std::tuple<A...> arguments{Convert<A>::get(L, static_cast<int>(I) + 2)...};
  return guarded(L, [&] {
    Convert<R>::push(L, (self->*method)(std::get<I>(arguments)...));
    return 1;
  });
}

int add(lua_State *L) { return apply(L, &Inventory::add, std::make_index_sequence<2>()); }

int total(lua_State *L) {
  auto *self = static_cast<Inventory *>(luaL_checkudata(L, 1, TYPE));
  Convert<double>::push(L, self->total(luaL_optnumber(L, 2, 1)));
  return 1;
}

int names(lua_State *L) {
  auto *self = static_cast<Inventory *>(luaL_checkudata(L, 1, TYPE));
  Convert<std::vector<std::string>>::push(L, self->names());
  return 1;
}

int create(lua_State *L) {
  new (lua_newuserdatauv(L, sizeof(Inventory), 0)) Inventory;
  luaL_setmetatable(L, TYPE);
  return 1;
}

int destroy(lua_State *L) {
  static_cast<Inventory *>(luaL_checkudata(L, 1, TYPE))->~Inventory();
  return 0;
}

void bind(lua_State *L) {
  static const luaL_Reg methods[] = {{"add", add},         {"total", total}, {"names", names},
                                     {"__gc", destroy},    {"__len", names}, {nullptr, nullptr}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_register(L, "Inventory", create);
}

// ---- std::function as a Lua function ----------------------------------------------------------

using Function = std::function<int(lua_State *)>;

int call_function(lua_State *L) {
  auto *function = static_cast<Function *>(lua_touserdata(L, lua_upvalueindex(1)));
  return guarded(L, [&] { return (*function)(L); });
}

void push_function(lua_State *L, Function function) {
  new (lua_newuserdatauv(L, sizeof(Function), 0)) Function(std::move(function));
  if (luaL_newmetatable(L, "std::function")) {
    lua_pushcfunction(L, [](lua_State *state) {
      static_cast<Function *>(lua_touserdata(state, 1))->~Function();
      return 0;
    });
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, call_function, 1);
}

}  // namespace

int main() {
  State state(open_state());
  lua_State *L = state.get();
  bind(L);
  run(L,
      "local i = Inventory() i:add('nut', 3) i:add('bolt', 4) print(i:add('nut', 2), i:total(0.5))\n"
      "print(table.concat(i:names(), ' '), #(#i), i:total())\n"
      "print(pcall(i.add, i, 'nut', -1)) print(pcall(i.add, i, 'nut', 'x'))\n"
      "print(pcall(i.total, {}))\n"
      "for n = 1, 1000 do Inventory():add('x', n) end i = nil collectgarbage() collectgarbage()");
  std::printf("%d alive\n", Inventory::alive);
  std::string log;
  push_function(L, [&log](lua_State *state_now) {
    log += luaL_checkstring(state_now, 1);
    log += ';';
    if (log.size() > 12) throw std::length_error("log full");
    return 0;
  });
  lua_setglobal(L, "log");
  run(L, "log 'one' log 'two' print(pcall(log, 'three and more')) local ok = pcall(log) print(ok)");
  std::printf("%s\n", log.c_str());
  for (const char *text : {"error 'plain'", "error(setmetatable({}, {__tostring = function() return 'object' end}))",
                           "local x <close> = nil; return nil .. 'x'", "x = = 1"}) {
    try {
      run(L, text);
    } catch (const LuaError &error) {
      std::printf("caught %s\n", error.what());
    }
  }
  std::printf("top %d\n", lua_gettop(L));
  state.reset();
  std::printf("%d alive\n", Inventory::alive);
  return 0;
}
