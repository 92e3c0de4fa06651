/*
 * A growing text outside the Lua heap. When memory is short it stops growing and says so.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_TEXT_H
#define FERROUS_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* All zeros is an empty text. Its bytes are not terminated. */
typedef struct Text {
  char *bytes;
  size_t length, capacity;
  bool failed;
} Text;

static inline void text_add(Text *text, const char *bytes, size_t length) {
  if (text->capacity - text->length < length) {
    size_t capacity = 2 * text->capacity + length + 64;
    char *grown = realloc(text->bytes, capacity);
    if (grown == NULL) {
      text->failed = true;
      return;
    }
    text->bytes = grown;
    text->capacity = capacity;
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

static inline void text_add_string(Text *text, const char *string) {
  text_add(text, string, strlen(string));
}

static inline void text_free(Text *text) {
  free(text->bytes);
  *text = (Text){0};
}

#endif
