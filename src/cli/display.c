/*
 * The display of tables: see display.h.
 *
 * A table that fits stands on one line: {1, 2, x = {}}. Another one has its entries on lines of
 * their own, but short items share lines, and so does all that is no table in a table inside. The
 * items come first, then the other entries in the order of their keys. Everything is bounded: the
 * depth, the entries of each table and of all, the length of strings, and how many keys are looked
 * at. Fields are read raw.
 *
 * Layer: cli.
 */
#include "display.h"

#include <stdbool.h>
#include <stdio.h>

#include "lauxlib.h"

#include "identifier.h"
#include "quoted.h"
#include "text.h"

enum {
  MAX_DEPTH = 3,         /* tables inside each other; deeper ones are only {...} */
  MAX_ENTRIES = 300,     /* entries altogether */
  MAX_SORTED = 200,      /* keys that are sorted */
  MAX_VISITED = 1000000, /* keys that are counted */
  MAX_STRING = 200,      /* bytes of a string */
  INDENT = 2,
};

typedef struct Display {
  Text text;
  size_t width;
  size_t line_limit; /* columns at which a table on one line is given up; 0 outside of such */
  int entries_left;
  bool line_is_shared; /* the last entry leaves its line open to the next */
  int depth;
  const void *path[MAX_DEPTH]; /* the tables that are being displayed, the outermost first */
} Display;

static void add_table(lua_State *L, Display *d, int table, size_t indent);

/* Entries displayed of a table, by its depth. */
static const int entry_limits[MAX_DEPTH] = {100, 20, 5};

/* ---- Lines ---------------------------------------------------------------------------- */

/* Columns since the last newline: bytes but for those that continue a character. */
static size_t current_column(const Display *d) {
  size_t column = 0;
  for (size_t i = d->text.length; i > 0 && d->text.bytes[i - 1] != '\n'; i--)
    column += (d->text.bytes[i - 1] & 0xC0) != 0x80;
  return column;
}

static bool is_given_up(const Display *d) {
  return d->line_limit != 0 && current_column(d) > d->line_limit;
}

static void add_newline(Display *d, size_t indent) {
  text_add(&d->text, "\n", 1);
  for (size_t i = 0; i < indent; i++)
    text_add(&d->text, " ", 1);
}

/* Goes to where an entry begins. One that may share a line tells its length, others 0. */
static void start_entry(Display *d, bool is_first, size_t indent, size_t length) {
  bool shares = d->line_is_shared && length != 0 && current_column(d) + length + 3 < d->width;
  if (!is_first)
    text_add_string(&d->text, d->line_limit != 0 || shares ? ", " : ",");
  if (d->line_limit == 0 && (is_first || !shares))
    add_newline(d, indent);
  d->line_is_shared = length != 0;
}

/* ---- Scalars and keys ----------------------------------------------------------------- */

static int push_text(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

/* Where a function was defined tells more than its address. */
static void add_function(lua_State *L, Text *text, int index) {
  lua_Debug info;
  char place[LUA_IDSIZE + 32];
  lua_pushvalue(L, index);
  lua_getinfo(L, ">S", &info);
  if (*info.what == 'C')
    strcpy(place, "function <C>");
  else
    snprintf(place, sizeof place, "function <%s:%d>", info.short_src, info.linedefined);
  text_add_string(text, place);
}

/* Adds what luaL_tolstring makes of a value. An error in __tostring costs that value alone. */
static void add_other(lua_State *L, Text *text, int index) {
  size_t length;
  lua_pushcfunction(L, push_text);
  lua_pushvalue(L, index);
  bool failed = lua_pcall(L, 1, 1, 0) != LUA_OK;
  const char *bytes = failed ? NULL : lua_tolstring(L, -1, &length);
  if (bytes == NULL)
    text_add_string(text, "<error in __tostring>");
  else
    text_add(text, bytes, length < MAX_STRING ? length : MAX_STRING);
  lua_pop(L, 1);
}

/* Adds a value that is no plain table. */
static void add_scalar(lua_State *L, Text *text, int index) {
  size_t length;
  index = lua_absindex(L, index);
  switch (lua_type(L, index)) {
    case LUA_TSTRING: {
      const char *bytes = lua_tolstring(L, index, &length);
      quoted_add(text, bytes, length, MAX_STRING);
      break;
    }
    case LUA_TFUNCTION:
      add_function(L, text, index);
      break;
    default:
      add_other(L, text, index);
  }
}

static void add_key(lua_State *L, Text *text, int index) {
  if (lua_type(L, index) == LUA_TSTRING) {
    size_t length;
    const char *bytes = lua_tolstring(L, index, &length);
    if (length <= MAX_STRING && identifier_is_name(bytes, length)) {
      text_add(text, bytes, length);
      text_add_string(text, " = ");
      return;
    }
  }
  text_add(text, "[", 1);
  add_scalar(L, text, index);
  text_add_string(text, "] = ");
}

/* ---- Keys in order -------------------------------------------------------------------- */

/* Numbers come before strings, and these before all others. */
static int key_rank(lua_State *L, int index) {
  int type = lua_type(L, index);
  return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
}

static bool key_precedes(lua_State *L, int a, int b) {
  int rank = key_rank(L, a);
  if (rank != key_rank(L, b))
    return rank < key_rank(L, b);
  return rank < 2 && lua_compare(L, a, b, LUA_OPLT);
}

/* Inserts the key on the top, which is popped, into a list that is in order. */
static void insert_key(lua_State *L, int list) {
  lua_Integer at = (lua_Integer)lua_rawlen(L, list) + 1;
  for (; at > 1; at--) {
    lua_rawgeti(L, list, at - 1);
    if (!key_precedes(L, -2, -1)) {
      lua_pop(L, 1);
      break;
    }
    lua_rawseti(L, list, at);
  }
  lua_rawseti(L, list, at);
}

/* Pushes a list of the keys that are none of the items 1 to `item_count`. Returns how many there
 * are, which may be more than the list has. */
static lua_Integer push_keys(lua_State *L, int table, lua_Integer item_count) {
  lua_Integer count = 0, visited = 0;
  lua_newtable(L);
  int list = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    bool is_item = lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 &&
                   lua_tointeger(L, -1) <= item_count;
    if (!is_item && count++ < MAX_SORTED) {
      lua_pushvalue(L, -1);
      insert_key(L, list);
    }
    if (++visited == MAX_VISITED) {
      lua_pop(L, 1);
      break;
    }
  }
  return count;
}

/* ---- Tables --------------------------------------------------------------------------- */

/* What is left to display of a table. */
typedef struct Entries {
  int table, keys; /* indices of the table and of the list of its other keys */
  lua_Integer item_count, key_count;
  lua_Integer limit; /* how many entries may be displayed */
} Entries;

/* Whether a value is a table without a text of its own. */
static bool is_plain_table(lua_State *L, int index) {
  if (!lua_istable(L, index))
    return false;
  bool has_text = luaL_getmetafield(L, index, "__tostring") != LUA_TNIL ||
                  luaL_getmetafield(L, index, "__name") != LUA_TNIL;
  lua_pop(L, has_text);
  return !has_text;
}

/* Pushes the key (nil for an item) and the value of the entry of that number. */
static void push_entry(lua_State *L, const Entries *entries, lua_Integer i) {
  if (i <= entries->item_count) {
    lua_pushnil(L);
    lua_rawgeti(L, entries->table, i);
  } else {
    lua_rawgeti(L, entries->keys, i - entries->item_count);
    lua_pushvalue(L, -1);
    lua_rawget(L, entries->table);
  }
}

static void add_entry(lua_State *L, Display *d, const Entries *entries, lua_Integer i,
                      size_t indent) {
  Text text = {0};
  push_entry(L, entries, i);
  int value = lua_gettop(L);
  bool is_item = lua_isnil(L, value - 1), is_table = is_plain_table(L, value);
  if (!is_item)
    add_key(L, &text, value - 1);
  if (!is_table)
    add_scalar(L, &text, value);
  bool may_share = !is_table && (is_item || d->depth > 1);
  start_entry(d, i == 1, indent, may_share ? text.length : 0);
  text_add(&d->text, text.bytes != NULL ? text.bytes : "", text.length);
  text_free(&text);
  if (is_table) {
    add_table(L, d, value, indent);
    d->line_is_shared = false;
  }
  lua_settop(L, value - 2);
}

static void add_entries(lua_State *L, Display *d, const Entries *entries, size_t indent) {
  lua_Integer count = entries->item_count + entries->key_count, i = 1;
  text_add(&d->text, "{", 1);
  for (; i <= count && i <= entries->limit && d->entries_left > 0; i++) {
    d->entries_left--;
    add_entry(L, d, entries, i, indent + INDENT);
    if (is_given_up(d))
      return;
  }
  if (i <= count) {
    char more[40];
    snprintf(more, sizeof more, "... %lld more", (long long)(count - i + 1));
    start_entry(d, i == 1, indent + INDENT, 0);
    text_add_string(&d->text, more);
  }
  if (d->line_limit == 0)
    add_newline(d, indent);
  text_add(&d->text, "}", 1);
}

/* Adds the table on one line; false, and nothing is added, if it does not fit. */
static bool add_on_one_line(lua_State *L, Display *d, const Entries *entries) {
  size_t length = d->text.length;
  int entries_left = d->entries_left, depth = d->depth, top = lua_gettop(L);
  if (entries->item_count + entries->key_count > (lua_Integer)d->width)
    return false;
  d->line_limit = d->width - 1;
  add_entries(L, d, entries, 0);
  bool fits = !is_given_up(d);
  d->line_limit = 0;
  if (fits)
    return true;
  d->text.length = length;
  d->entries_left = entries_left;
  d->depth = depth;
  lua_settop(L, top);
  return false;
}

static bool is_on_path(const Display *d, const void *table) {
  for (int i = 0; i < d->depth; i++) {
    if (d->path[i] == table)
      return true;
  }
  return false;
}

static void add_table(lua_State *L, Display *d, int table, size_t indent) {
  const void *identity = lua_topointer(L, table);
  if (is_on_path(d, identity)) {
    text_add_string(&d->text, "<cycle>");
    return;
  }
  lua_pushnil(L);
  if (!lua_next(L, table)) {
    text_add_string(&d->text, "{}");
    return;
  }
  lua_pop(L, 2);
  if (d->depth == MAX_DEPTH || d->entries_left == 0) {
    text_add_string(&d->text, "{...}");
    return;
  }
  luaL_checkstack(L, LUA_MINSTACK, NULL);
  Entries entries = {.table = table, .item_count = (lua_Integer)lua_rawlen(L, table)};
  entries.key_count = push_keys(L, table, entries.item_count);
  entries.keys = lua_gettop(L);
  entries.limit = entry_limits[d->depth];
  d->path[d->depth++] = identity;
  if (d->line_limit != 0)
    add_entries(L, d, &entries, 0);
  else if (!add_on_one_line(L, d, &entries))
    add_entries(L, d, &entries, indent);
  d->depth--;
  lua_settop(L, entries.keys - 1);
}

/* ---- Public functions ----------------------------------------------------------------- */

/* Runs in a protected call: arguments the table and the display; result the text. */
static int display(lua_State *L) {
  Display *d = lua_touserdata(L, 2);
  add_table(L, d, 1, 0);
  if (d->text.failed)
    return luaL_error(L, "not enough memory");
  lua_pushlstring(L, d->text.bytes, d->text.length);
  return 1;
}

void display_replace(lua_State *L, int index, int width) {
  index = lua_absindex(L, index);
  if (!lua_checkstack(L, LUA_MINSTACK) || !is_plain_table(L, index))
    return;
  Display d = {.width = (size_t)width, .entries_left = MAX_ENTRIES};
  lua_pushcfunction(L, display);
  lua_pushvalue(L, index);
  lua_pushlightuserdata(L, &d);
  if (lua_pcall(L, 2, 1, 0) == LUA_OK)
    lua_replace(L, index);
  else
    lua_pop(L, 1); /* no memory: print shows it as it can */
  text_free(&d.text);
}
