/* The checks of debug builds: see check.h.
   Layer: api. */
#include "api/check.h"

#if defined(FERROUS_DEBUG)

#include "api/api.h"
#include "base/hash.h"
#include "runtime/live_threads.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  LONGEST_VERIFIED = 4096, /* strings beyond are not hashed again and again */
  MOST_VERIFIED = 4        /* of the values a function takes from the top */
};

typedef struct Place {
  const char *function;
  int number;
  const char *name;
} Place;

static _Noreturn __attribute__((format(printf, 2, 3))) void fail(Place place,
                                                                const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fflush(stdout);
  fprintf(stderr, "ferrous: %s: argument #%d (%s): ", place.function, place.number, place.name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  fflush(stderr);
  abort();
}

/* ---- the state and its stack ----------------------------------------------------------------- */

void check_thread(const char *function, lua_State *L) {
  if (L == NULL) fail((Place){function, 1, "L"}, "NULL is no state");
  if (!live_threads_has(L))
    fail((Place){function, 1, "L"},
         "no such state: it was closed, or the thread was collected, or it never was one");
}

/* What a string holds is as it was made. Long ones are known by their hash from the first look on. */
static bool string_is_intact(State *L, String *s) {
  if (string_length(s) > LONGEST_VERIFIED) return true;
  uint32_t hash = string_hash(L->heap, s);
  return hash_bytes(global_of(L)->seed, string_bytes(s), string_length(s)) == hash &&
         string_bytes(s)[string_length(s)] == '\0';
}

static void check_value(Place place, State *L, Value v) {
  if (value_is_string(v) && !string_is_intact(L, value_string(v)))
    fail(place, "the bytes of the string were changed or freed by the program");
}

void check_values(const char *function, lua_State *L, int values, int room) {
  Place place = {function, 1, "L"};
  check_thread(function, L);
  if (values == 0 && room == 0) return;
  ptrdiff_t present = L->top - L->frame->base, free_slots = L->frame->top - L->top;
  if (present < values)
    fail(place, "%d value%s needed on the stack, the function has %td there", values,
         values == 1 ? " is" : "s are", present);
  if (room > 0 && free_slots < room)
    fail(place, "stack overflow: %d slot%s needed, %td free; lua_checkstack makes room", room,
         room == 1 ? " is" : "s are", free_slots < 0 ? 0 : free_slots);
  for (int i = 1; i <= values && i <= MOST_VERIFIED; i++) check_value(place, L, L->top[-i]);
}

void check_unmarked(const char *function, lua_State *L, int number, const char *name, int index,
                    int count) {
  ptrdiff_t first = stack_offset(L, api_slot(L, index));
  for (size_t i = 0; i < L->to_be_closed_count; i++) {
    ptrdiff_t marked = (ptrdiff_t)L->to_be_closed[i];
    if (marked >= first && marked < first + count)
      fail((Place){function, number, name}, "the value at index %td is to be closed first",
           stack_slot(L, marked) - L->frame->base + 1);
  }
}

void check_stack(const char *function, lua_State *L, int values, int room) {
  check_values(function, L, values, room);
  if (values > 0) check_unmarked(function, L, 1, "L", -values, values);
}

void check_idle(const char *function, lua_State *L, int number, const char *name) {
  if (L->frame == L->frames) return;
  for (const State *t = global_of(L)->running; t != NULL; t = t->resumer)
    if (t == L) fail((Place){function, number, name}, "a thread that is running, or has resumed the one that is");
}

/* ---- indices --------------------------------------------------------------------------------- */

static void check_pseudo_index(Place place, int index) {
  if (LUA_REGISTRYINDEX - index > MAX_UPVALUES + 1)
    fail(place, "%d is no index: there are at most %d upvalues", index, MAX_UPVALUES);
}

void check_index(const char *function, lua_State *L, int number, const char *name, int index) {
  Place place = {function, number, name};
  const Frame *f = L->frame;
  ptrdiff_t present = L->top - f->base;
  if (index == 0) fail(place, "0 is no index");
  if (api_index_is_pseudo(index)) {
    check_pseudo_index(place, index);
  } else if (index < 0 && -(ptrdiff_t)index > present) {
    fail(place, "%d is no index: the function has %td values on the stack", index, present);
  } else if (index > present && index > f->top - f->base) {
    fail(place, "%d is no index: the function has %td values, and room for %td, on the stack",
         index, present, f->top - f->base);
  }
  check_value(place, L, api_value(L, index));
}

void check_valid_index(const char *function, lua_State *L, int number, const char *name,
                       int index) {
  check_index(function, L, number, name, index);
  if (api_place(L, index) == NULL)
    fail((Place){function, number, name}, "there is nothing at index %d", index);
}

void check_slot(const char *function, lua_State *L, int number, const char *name, int index) {
  if (api_index_is_pseudo(index))
    fail((Place){function, number, name}, "%d is not on the stack: a pseudo-index", index);
  check_valid_index(function, L, number, name, index);
}

/* ---- types ----------------------------------------------------------------------------------- */

static const char *type_at(State *L, int index) {
  const Value *value = api_place(L, index);
  return value == NULL ? type_names[0] : type_names[value_type(*value) + 1];
}

static void need(Place place, State *L, int index, bool has_type, const char *wanted) {
  if (!has_type) fail(place, "a %s is needed, the value is %s", wanted, type_at(L, index));
}

void check_table(const char *function, lua_State *L, int number, const char *name, int index) {
  check_index(function, L, number, name, index);
  bool is_table = value_is_table(api_value(L, index));
  need((Place){function, number, name}, L, index, is_table, "table");
}

void check_userdata(const char *function, lua_State *L, int number, const char *name, int index) {
  check_index(function, L, number, name, index);
  bool is_userdata = value_is_userdata(api_value(L, index));
  need((Place){function, number, name}, L, index, is_userdata, "full userdata");
}

void check_function(const char *function, lua_State *L, int number, const char *name, int index) {
  check_index(function, L, number, name, index);
  bool is_function = value_is_function(api_value(L, index));
  need((Place){function, number, name}, L, index, is_function, "function");
}

void check_lua_function(const char *function, lua_State *L, int number, const char *name,
                        int index) {
  check_function(function, L, number, name, index);
  bool is_closure = value_is_closure(api_value(L, index));
  need((Place){function, number, name}, L, index, is_closure, "function written in Lua");
}

/* ---- other arguments ------------------------------------------------------------------------- */

void check_sibling(const char *function, lua_State *L, int number, const char *name,
                   lua_State *other) {
  Place place = {function, number, name};
  if (other == NULL) return;
  if (!live_threads_has(other))
    fail(place, "no such thread: it was collected, or its state was closed");
  if (other->heap != L->heap) fail(place, "a thread of another state");
}

void check_pointer(const char *function, lua_State *L, int number, const char *name,
                   const void *pointer) {
  (void)L;
  if (pointer == NULL) fail((Place){function, number, name}, "NULL");
}

void check_text_or_null(const char *function, lua_State *L, int number, const char *name,
                        const char *text) {
  if (text != NULL && heap_is_freed(L->heap, text))
    fail((Place){function, number, name}, "the text of a string that was collected");
}

void check_text(const char *function, lua_State *L, int number, const char *name,
                const char *text) {
  check_pointer(function, L, number, name, text);
  check_text_or_null(function, L, number, name, text);
}

void check_bytes(const char *function, lua_State *L, int number, const char *name,
                 const char *bytes, size_t length) {
  if (length > 0) check_text(function, L, number, name, bytes);
}

void check_range(const char *function, lua_State *L, int number, const char *name, int value,
                 int least, int most) {
  (void)L;
  if (value < least || value > most)
    fail((Place){function, number, name}, "%d is not from %d to %d", value, least, most);
}

void check_activation(const char *function, lua_State *L, int number, const char *name,
                      const lua_Debug *activation) {
  check_pointer(function, L, number, name, activation);
  ptrdiff_t frame = (ptrdiff_t)(uintptr_t)activation->i_ci - 1;
  if (frame < 1 || frame > L->frame - L->frames)
    fail((Place){function, number, name}, "no function that is active: lua_getstack fills it in");
}

void check_rule(const char *function, lua_State *L, int number, const char *name, bool holds,
                const char *rule) {
  (void)L;
  if (!holds) fail((Place){function, number, name}, "%s", rule);
}

#else

typedef int api_checks_are_compiled_in_debug_builds_only;

#endif
