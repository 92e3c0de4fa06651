/*
 * Plug-ins with handles. The host keeps no references in the registry: it knows each plug-in's object
 * and callback by a ferrous_Handle. Handles may be kept in any C structure, and a stale one is an
 * answer, not a crash. What the host needs is pinned; what only the script owns is not.
 */
#include <stdio.h>
#include <string.h>

#include "ferrous.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

typedef struct Plugin {
  char name[32];
  ferrous_Handle callback; /* pinned */
  ferrous_Handle owner;    /* weak: when the script drops it, the plug-in is gone */
} Plugin;

static Plugin plugins[16];
static int plugin_count;

/* register(name, owner, callback) */
static int register_plugin(lua_State *L) {
  luaL_argcheck(L, plugin_count < 16, 1, "too many plug-ins");
  Plugin *plugin = &plugins[plugin_count];
  snprintf(plugin->name, sizeof plugin->name, "%s", luaL_checkstring(L, 1));
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TFUNCTION);
  ferrous_handle_create(L, 2, &plugin->owner);
  ferrous_handle_create(L, 3, &plugin->callback);
  ferrous_handle_pin(L, plugin->callback);
  plugin_count++;
  return 0;
}

static void unload(lua_State *L, Plugin *plugin) {
  ferrous_handle_unpin(L, plugin->callback);
  *plugin = plugins[--plugin_count];
}

/* Sends an event to all plug-ins whose owner still lives. */
static void send(lua_State *L, const char *event) {
  for (int i = 0; i < plugin_count;) {
    Plugin *plugin = &plugins[i];
    if (!ferrous_handle_valid(L, plugin->owner)) {
      printf("%s is gone\n", plugin->name);
      unload(L, plugin);
      continue;
    }
    ferrous_handle_push_type(L, plugin->callback, LUA_TFUNCTION);
    ferrous_handle_push(L, plugin->owner);
    lua_pushstring(L, event);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
      printf("%s failed: %s\n", plugin->name, lua_tostring(L, -1));
      lua_pop(L, 1);
      unload(L, plugin);
      continue;
    }
    i++;
  }
}

static const char script[] =
    "counter = {n = 0}\n"
    "register('counter', counter, function(self, event)\n"
    "  self.n = self.n + 1 print('counter ' .. event .. ' ' .. self.n)\n"
    "end)\n"
    "broken = {}\n"
    "register('broken', broken, function() error('no idea', 0) end)\n";

int main(void) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "register", register_plugin);
  if (luaL_dostring(L, script)) return 1;
  setvbuf(stdout, NULL, _IONBF, 0);

  send(L, "start"); /* --> counter start 1 */
                    /* --> broken failed: no idea */
  send(L, "tick");  /* --> counter tick 2 */

  if (luaL_dostring(L, "counter = nil collectgarbage() collectgarbage()")) return 1;
  send(L, "tick");  /* --> counter is gone */
  printf("%d left\n", plugin_count); /* --> 0 left */

  int status = ferrous_handle_push(L, 12345);
  printf("%s\n", ferrous_status_text(status)); /* -->~ .*handle.* */
  lua_close(L);
  return 0;
}
