/* Memory for the compiler: growable arrays and byte buffers, counted through the state's allocator.
   Layer: compiler. Invariant: every block has an owner that Compilation reaches, so that
   compilation_free finds it after an error too. */
#ifndef FERROUS_COMPILER_SUPPORT_H
#define FERROUS_COMPILER_SUPPORT_H

#include "runtime/global.h"

/* Grows *block, an array with room for *capacity items of item_size bytes, so that it holds at
   least `needed` items. */
void support_grow(State *L, void **block, uint32_t *capacity, size_t item_size, uint32_t needed);

ALWAYS_INLINE void *support_resize(State *L, void *block, size_t old_size, size_t new_size) {
  return memory_reallocate(L, block, old_size, new_size);
}
ALWAYS_INLINE void support_release(State *L, void *block, size_t size) {
  memory_free(L->heap, block, size);
}

typedef struct ByteBuffer {
  char *bytes;
  size_t length;
  size_t capacity;
} ByteBuffer;

void buffer_reserve(State *L, ByteBuffer *buffer, size_t more);
void buffer_append(State *L, ByteBuffer *buffer, const void *bytes, size_t length);
void buffer_free(State *L, ByteBuffer *buffer);

ALWAYS_INLINE void buffer_put(State *L, ByteBuffer *buffer, int byte) {
  if (unlikely(buffer->length == buffer->capacity)) buffer_reserve(L, buffer, 1);
  buffer->bytes[buffer->length++] = (char)byte;
}

#endif
