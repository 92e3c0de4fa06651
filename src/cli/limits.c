/*
 * The limits that --max-memory and --timeout set: see limits.h.
 * Layer: cli.
 */
#include "limits.h"

#include <stdlib.h>
#include <string.h>

#include "ferrous.h"

typedef struct Unit {
  const char *name;
  double factor;
} Unit;

static const Unit MEMORY_UNITS[] = {
  {"", 1}, {"K", 1024.0}, {"M", 1048576.0}, {"G", 1073741824.0}, {NULL, 0},
};
static const Unit TIME_UNITS[] = {
  {"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"m", 60e9}, {NULL, 0},
};

/* A positive number that is below 2^63 in the smallest unit. */
static bool parse(const char *text, const Unit *units, double *result) {
  char *end;
  double number = strtod(text, &end);
  if (end == text)
    return false;
  for (; units->name != NULL; units++) {
    if (strcmp(end, units->name) != 0)
      continue;
    *result = number * units->factor;
    return *result >= 1 && *result < 9223372036854775808.0;
  }
  return false;
}

bool limits_parse_memory(const char *text, size_t *bytes) {
  double result;
  if (!parse(text, MEMORY_UNITS, &result))
    return false;
  *bytes = (size_t)result;
  return true;
}

bool limits_parse_time(const char *text, uint64_t *nanoseconds) {
  double result;
  if (!parse(text, TIME_UNITS, &result))
    return false;
  *nanoseconds = (uint64_t)result;
  return true;
}

static bool are_set;

void limits_set(lua_State *L, size_t bytes, uint64_t nanoseconds) {
  are_set = bytes != 0 || nanoseconds != 0;
  if (!are_set)
    return;
  ferrous_make_sticky(L, 1);
  ferrous_limit_memory(L, bytes);
  ferrous_limit_time(L, nanoseconds);
}

bool limits_are_set(void) {
  return are_set;
}
