/* Growable arrays and byte buffers. Layer: compiler. */
#include "compiler/support.h"

#include "runtime/string.h"

enum { FIRST_CAPACITY = 8, FIRST_BYTES = 64 };

void support_grow(State *L, void **block, uint32_t *capacity, size_t item_size, uint32_t needed) {
  uint32_t wanted = *capacity < FIRST_CAPACITY ? FIRST_CAPACITY : *capacity * 2;
  if (wanted < needed) wanted = needed;
  *block = support_resize(L, *block, *capacity * item_size, wanted * item_size);
  *capacity = wanted;
}

void buffer_reserve(State *L, ByteBuffer *buffer, size_t more) {
  size_t needed = buffer->length + more;
  if (needed <= buffer->capacity) return;
  size_t wanted = buffer->capacity < FIRST_BYTES ? FIRST_BYTES : buffer->capacity * 2;
  if (wanted < needed) wanted = needed;
  buffer->bytes = support_resize(L, buffer->bytes, buffer->capacity, wanted);
  buffer->capacity = wanted;
}

void buffer_append(State *L, ByteBuffer *buffer, const void *bytes, size_t length) {
  if (length == 0) return;
  buffer_reserve(L, buffer, length);
  string_copy(L, buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

void buffer_free(State *L, ByteBuffer *buffer) {
  support_release(L, buffer->bytes, buffer->capacity);
  *buffer = (ByteBuffer){0};
}
