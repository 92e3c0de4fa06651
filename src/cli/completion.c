/*
 * Completion: see completion.h.
 *
 * A word is a path with a last name that is to be completed: in `string.for` the path is `string.`.
 * An object's fields are those of its table and of the tables that __index leads to.
 *
 * Layer: cli.
 */
#include "completion.h"

#include <stdbool.h>
#include <string.h>

#include "lauxlib.h"

#include "identifier.h"

enum {
  MAX_CHAIN = 20,   /* tables on the way along __index: they may form a ring */
  MAX_WORDS = 2000, /* more than anyone reads */
};

/* Replaces the object on the top by the next one in which its fields are looked up; pops it and
 * returns false if there is none. */
static bool follow_index(lua_State *L) {
  if (!lua_getmetatable(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  lua_pushliteral(L, "__index");
  bool found = lua_rawget(L, -2) == LUA_TTABLE;
  lua_replace(L, -3);
  lua_pop(L, 1);
  if (!found)
    lua_pop(L, 1);
  return found;
}

/* Replaces the object on the top by its field; pops it and returns false if there is none. */
static bool get_field(lua_State *L, const char *name, size_t length) {
  for (int i = 0; i < MAX_CHAIN; i++) {
    if (lua_istable(L, -1)) {
      lua_pushlstring(L, name, length);
      if (lua_rawget(L, -2) != LUA_TNIL) {
        lua_replace(L, -2);
        return true;
      }
      lua_pop(L, 1);
    }
    if (!follow_index(L))
      return false;
  }
  lua_pop(L, 1);
  return false;
}

/* Appends path .. name to the list at index 1. */
static void add_word(lua_State *L, const char *path, size_t path_length, const char *name) {
  lua_Unsigned count = lua_rawlen(L, 1);
  if (count >= MAX_WORDS)
    return;
  lua_pushlstring(L, path, path_length);
  lua_pushstring(L, name);
  lua_concat(L, 2);
  lua_rawseti(L, 1, (lua_Integer)count + 1);
}

/* Adds the names in the table on the top that begin with `prefix`. */
static void add_fields(lua_State *L, const char *word, size_t path_length, bool only_functions) {
  const char *prefix = word + path_length;
  size_t prefix_length = strlen(prefix);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    size_t length;
    if (lua_type(L, -2) != LUA_TSTRING || (only_functions && !lua_isfunction(L, -1)))
      continue;
    const char *name = lua_tolstring(L, -2, &length);
    if (length >= prefix_length && memcmp(name, prefix, prefix_length) == 0 &&
        identifier_is_name(name, length))
      add_word(L, word, path_length, name);
  }
}

static void add_keywords(lua_State *L, const char *prefix) {
  for (const char *const *word = identifier_reserved; *word != NULL; word++) {
    if (strncmp(*word, prefix, strlen(prefix)) == 0)
      add_word(L, "", 0, *word);
  }
}

/* Pushes the object that a path names; false, with nothing pushed, if there is none. */
static bool push_path(lua_State *L, const char *path, size_t length) {
  const char *end = path + length;
  lua_pushglobaltable(L);
  while (path < end) {
    size_t name_length = strcspn(path, ".:");
    if (!get_field(L, path, name_length))
      return false;
    path += name_length + 1;
  }
  return true;
}

/* Runs in a protected call, for want of memory: argument the word, result the list. */
static int collect(lua_State *L) {
  const char *word = lua_touserdata(L, 1);
  size_t path_length = strlen(word);
  while (path_length > 0 && strchr(".:", word[path_length - 1]) == NULL)
    path_length--;
  lua_settop(L, 0);
  lua_newtable(L);
  if (path_length == 0)
    add_keywords(L, word);
  if (push_path(L, word, path_length)) {
    bool is_method = path_length > 0 && word[path_length - 1] == ':';
    for (int i = 0; i < MAX_CHAIN; i++) {
      if (lua_istable(L, -1))
        add_fields(L, word, path_length, is_method);
      if (!follow_index(L))
        break;
    }
  }
  lua_settop(L, 1);
  return 1;
}

void completion_push_list(lua_State *L, const char *word) {
  lua_pushcfunction(L, collect);
  lua_pushlightuserdata(L, (void *)word);
  lua_pcall(L, 1, 1, 0);
}
