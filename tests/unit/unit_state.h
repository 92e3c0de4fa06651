/* What unit tests of the runtime share: a state over a counting allocator, random numbers, caught
   errors. */
#ifndef FERROUS_TESTS_UNIT_STATE_H
#define FERROUS_TESTS_UNIT_STATE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/string.h"
#include "runtime/thread.h"
#include "runtime/throw.h"

/* Bytes that the state under test holds. */
typedef struct Memory {
  size_t bytes;
  size_t limit; /* 0: none */
} Memory;

static inline void *memory_count(void *data, void *block, size_t old_size, size_t new_size) {
  Memory *memory = data;
  if (block == NULL) old_size = 0;
  if (memory->limit != 0 && new_size > old_size &&
      memory->bytes + (new_size - old_size) > memory->limit)
    return NULL;
  if (new_size == 0) {
    memory->bytes -= old_size;
    free(block);
    return NULL;
  }
  void *moved = realloc(block, new_size);
  if (moved != NULL) memory->bytes += new_size - old_size;
  return moved;
}

static Memory unit_memory;

static inline int state_setup(void **state) {
  unit_memory = (Memory){0, 0};
  *state = state_open(memory_count, &unit_memory);
  return *state == NULL;
}

/* Nothing may be left, and nothing freed with a wrong size. */
static inline int state_teardown(void **state) {
  state_close(*state);
  return unit_memory.bytes != 0;
}

static inline uint64_t random_next(uint64_t *seed) {
  uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

/* The message with which body fails; "" when it does not. */
static inline const char *error_of(State *L, void (*body)(State *L, void *data), void *data) {
  static char message[256];
  ptrdiff_t top = stack_offset(L, L->top);
  message[0] = '\0';
  if (protect_run(L, body, data, NULL) != LUA_OK && value_is_string(L->top[-1]))
    snprintf(message, sizeof message, "%s", string_bytes(value_string(L->top[-1])));
  L->top = stack_slot(L, top);
  return message;
}

#define state_test(f) cmocka_unit_test_setup_teardown(f, state_setup, state_teardown)

#endif
