/*
** os_time.c - dates and times: os.clock, os.date, os.difftime, os.time.
**
** A date table differs from C's 'struct tm' in where years, months and days count from; the
** difference is called 'offset' here.
**
** Layer: lib, on the public headers.
*/
#include "os_time.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "api/poll.h"
#include "lauxlib.h"

/* ---- Date tables ----------------------------------------------------------------------------- */

static void set_field(lua_State *L, const char *name, int value, int offset) {
  lua_pushinteger(L, (lua_Integer)value + offset);
  lua_setfield(L, -2, name);
}

/* Fills the table at the top; 'isdst' stays out when it is not known. */
static void set_all_fields(lua_State *L, const struct tm *date) {
  set_field(L, "year", date->tm_year, 1900);
  set_field(L, "month", date->tm_mon, 1);
  set_field(L, "day", date->tm_mday, 0);
  set_field(L, "hour", date->tm_hour, 0);
  set_field(L, "min", date->tm_min, 0);
  set_field(L, "sec", date->tm_sec, 0);
  set_field(L, "yday", date->tm_yday, 1);
  set_field(L, "wday", date->tm_wday, 1);
  if (date->tm_isdst >= 0) {
    lua_pushboolean(L, date->tm_isdst);
    lua_setfield(L, -2, "isdst");
  }
}

/* A missing field has the value 'fallback', or is an error when that is negative. */
static int get_field(lua_State *L, const char *name, int fallback, int offset) {
  int valid;
  int type = lua_getfield(L, 1, name);
  lua_Integer value = lua_tointegerx(L, -1, &valid);
  lua_pop(L, 1);
  if (!valid) {
    if (luai_unlikely(type != LUA_TNIL)) return luaL_error(L, "field '%s' is not an integer", name);
    if (luai_unlikely(fallback < 0)) {
      return luaL_error(L, "field '%s' missing in date table", name);
    }
    return fallback;
  }
  int in_range = value >= 0 ? value - offset <= INT_MAX : value >= (lua_Integer)INT_MIN + offset;
  if (luai_unlikely(!in_range)) return luaL_error(L, "field '%s' is out-of-bound", name);
  return (int)(value - offset);
}

static int get_daylight_saving(lua_State *L) {
  int value = lua_getfield(L, 1, "isdst") == LUA_TNIL ? -1 : lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

/* ---- Formats --------------------------------------------------------------------------------- */

static int is_one_of(char c, const char *characters) {
  return c != '\0' && strchr(characters, c) != NULL;
}

/* Length of the conversion specifier after a '%': one character, or a modifier and one. */
static size_t check_specifier(lua_State *L, const char *specifier, const char *end) {
  size_t length = 0;
  if (specifier < end) {
    const char second = specifier + 1 < end ? specifier[1] : '\0';
    if (is_one_of(specifier[0], "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%")) length = 1;
    if (specifier[0] == 'E' && is_one_of(second, "cCxXyY")) length = 2;
    if (specifier[0] == 'O' && is_one_of(second, "deHImMSuUVwWy")) length = 2;
  }
  if (length == 0) {
    luaL_argerror(L, 1,
                  lua_pushfstring(L, "invalid conversion specifier '%%%s'", specifier));
  }
  return length;
}

#define SPECIFIER_ROOM 250  /* enough for what one specifier writes */

static void add_formatted(lua_State *L, const char *format, const char *end,
                          const struct tm *date) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t count = 1; format < end; count++) {
    if (count % POLL_ROUNDS == 0) builtin_poll(L, 16 * POLL_ROUNDS);
    if (*format != '%') {
      luaL_addchar(&buffer, *format++);
      continue;
    }
    char specifier[4] = "%";
    size_t length = check_specifier(L, ++format, end);
    memcpy(specifier + 1, format, length);
    format += length;
    char *room = luaL_prepbuffsize(&buffer, SPECIFIER_ROOM);
    luaL_addsize(&buffer, strftime(room, SPECIFIER_ROOM, specifier, date));
  }
  luaL_pushresult(&buffer);
}

/* ---- The functions --------------------------------------------------------------------------- */

static time_t check_time(lua_State *L, int argument) {
  lua_Integer value = luaL_checkinteger(L, argument);
  luaL_argcheck(L, (time_t)value == value, argument, "time out-of-bounds");
  return (time_t)value;
}

int os_date(lua_State *L) {
  size_t length;
  struct tm storage;
  const char *format = luaL_optlstring(L, 1, "%c", &length);
  const char *end = format + length;
  time_t when = lua_isnoneornil(L, 2) ? time(NULL) : check_time(L, 2);
  int universal = *format == '!';
  if (universal) format++;
  const struct tm *date = universal ? gmtime_r(&when, &storage) : localtime_r(&when, &storage);
  if (date == NULL) {
    return luaL_error(L, "date result cannot be represented in this installation");
  }
  if (strcmp(format, "*t") == 0) {
    lua_createtable(L, 0, 9);
    set_all_fields(L, date);
  } else {
    add_formatted(L, format, end, date);
  }
  return 1;
}

/* Normalises the fields of the table as well. */
static time_t time_from_table(lua_State *L) {
  struct tm date;
  memset(&date, 0, sizeof(date));
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  date.tm_year = get_field(L, "year", -1, 1900);
  date.tm_mon = get_field(L, "month", -1, 1);
  date.tm_mday = get_field(L, "day", -1, 0);
  date.tm_hour = get_field(L, "hour", 12, 0);
  date.tm_min = get_field(L, "min", 0, 0);
  date.tm_sec = get_field(L, "sec", 0, 0);
  date.tm_isdst = get_daylight_saving(L);
  time_t when = mktime(&date);
  set_all_fields(L, &date);
  return when;
}

int os_time(lua_State *L) {
  time_t when = lua_isnoneornil(L, 1) ? time(NULL) : time_from_table(L);
  if (when != (time_t)(lua_Integer)when || when == (time_t)-1) {
    return luaL_error(L, "time result cannot be represented in this installation");
  }
  lua_pushinteger(L, (lua_Integer)when);
  return 1;
}

int os_difftime(lua_State *L) {
  time_t later = check_time(L, 1);
  time_t earlier = check_time(L, 2);
  lua_pushnumber(L, difftime(later, earlier));
  return 1;
}

int os_clock(lua_State *L) {
  lua_pushnumber(L, (lua_Number)clock() / (lua_Number)CLOCKS_PER_SEC);
  return 1;
}
