/* Strings: see string.h.
   Layer: runtime. */
#include "runtime/string.h"

#include "base/hash.h"
#include "runtime/throw.h"

enum { INITIAL_BUCKETS = 128 };

/* ---- the intern table ------------------------------------------------------------------------ */

bool string_table_open(State *L) {
  Global *global = global_of(L);
  global->strings.buckets = memory_try_reallocate(L, NULL, 0, INITIAL_BUCKETS * sizeof(String *));
  if (global->strings.buckets == NULL) return false;
  memset(global->strings.buckets, 0, INITIAL_BUCKETS * sizeof(String *));
  global->strings.mask = INITIAL_BUCKETS - 1;
  global->strings.count = 0;
  return true;
}

void string_table_close(Heap *heap) {
  Global *global = (Global *)heap;
  if (global->strings.buckets == NULL) return;
  memory_free(heap, global->strings.buckets,
              ((size_t)global->strings.mask + 1) * sizeof(String *));
  global->strings.buckets = NULL;
}

/* Makes the table that large, a power of two. Without memory it stays as it is. */
static COLD void string_table_resize(State *L, size_t size) {
  Global *global = global_of(L);
  String **buckets = memory_try_reallocate(L, NULL, 0, size * sizeof(String *));
  if (buckets == NULL) return;
  size_t old_size = (size_t)global->strings.mask + 1;
  memset(buckets, 0, size * sizeof(String *));
  for (size_t i = 0; i < old_size; i++) {
    String *next;
    for (String *s = global->strings.buckets[i]; s != NULL; s = next) {
      next = s->link.next;
      String **bucket = &buckets[s->head.meta & (size - 1)];
      s->link.next = *bucket;
      *bucket = s;
    }
  }
  memory_free(L->heap, global->strings.buckets, old_size * sizeof(String *));
  global->strings.buckets = buckets;
  global->strings.mask = (uint32_t)(size - 1);
}

void string_table_trim(Heap *heap) {
  const Global *global = (const Global *)heap;
  size_t old_size = (size_t)global->strings.mask + 1, size = old_size;
  while (size > INITIAL_BUCKETS && global->strings.count < size / 4) size /= 2;
  if (size != old_size) string_table_resize(heap->main_thread, size);
}

void string_release(Heap *heap, String *s) {
  Global *global = (Global *)heap;
  if (global->strings.buckets == NULL) return; /* the whole state is going */
  String **link = &global->strings.buckets[s->head.meta & global->strings.mask];
  while (*link != s) link = &(*link)->link.next;
  *link = s->link.next;
  global->strings.count--;
}

/* Not in the table yet. Allocates before it links: a collection in between may change the
   chains. */
static NOINLINE String *string_new_short(State *L, const char *bytes, size_t length,
                                         uint32_t hash) {
  Global *global = global_of(L);
  uint32_t mask = global->strings.mask;
  if (unlikely(global->strings.count > mask) && mask < UINT32_MAX / 4)
    string_table_resize(L, 2 * ((size_t)mask + 1));
  String *s = heap_new_cell(L, KIND_SHORT_STRING, offsetof(String, at) + length + 1);
  s->head.meta = hash;
  s->head.aux = (uint8_t)length;
  memcpy(s->at.short_bytes, bytes, length);
  s->at.short_bytes[length] = '\0';
  String **bucket = &global->strings.buckets[hash & global->strings.mask];
  s->link.next = *bucket;
  *bucket = s;
  global->strings.count++;
  return s;
}

/* Of two runs that are equally long, a word at a time: most of them are a word or two. */
ALWAYS_INLINE bool short_bytes_equal(const char *a, const char *b, size_t length) {
  if (length <= 8) return hash_load_short(a, length) == hash_load_short(b, length);
  for (size_t i = 0; i + 8 < length; i += 8)
    if (hash_load64(a + i) != hash_load64(b + i)) return false;
  return hash_load64(a + length - 8) == hash_load64(b + length - 8);
}

String *string_intern(State *L, const char *bytes, size_t length) {
  Global *global = global_of(L);
  VM_ASSERT(length <= SHORT_STRING_MAX);
  uint32_t hash = hash_bytes(global->seed, bytes, length);
  String *s = global->strings.buckets[hash & global->strings.mask];
  for (; s != NULL; s = s->link.next) {
    if (s->head.meta == hash && s->head.aux == length &&
        short_bytes_equal(s->at.short_bytes, bytes, length)) {
      heap_reuse(L->heap, &s->head);
      return s;
    }
  }
  return string_new_short(L, bytes, length, hash);
}

/* ---- creation -------------------------------------------------------------------------------- */

/* The cell first, as an empty string: should its bytes not be had, it is just garbage. */
String *string_new_buffer(State *L, size_t length) {
  if (string_fits_cell(length)) {
    String *s = heap_new_cell(L, KIND_LONG_STRING, sizeof(String) + length + 1);
    s->link.length = length;
    s->at.long_bytes = (char *)(s + 1);
    s->at.long_bytes[length] = '\0';
    return s;
  }
  if (unlikely(length >= PTRDIFF_MAX)) error_memory(L);
  spend_fuel(L, length / BYTES_FOR_COST);
  String *s = heap_new_cell(L, KIND_LONG_STRING, sizeof(String) + 1);
  s->link.length = 0;
  s->at.long_bytes = (char *)(s + 1);
  s->at.long_bytes[0] = '\0';
  char *bytes = (char *)memory_allocate(L, STRING_GUARD + length + 1) + STRING_GUARD;
  memset(bytes - STRING_GUARD, 0, STRING_GUARD);
  bytes[length] = '\0';
  s->at.long_bytes = bytes;
  s->link.length = length;
  return s;
}

String *string_new(State *L, const char *bytes, size_t length) {
  if (length <= SHORT_STRING_MAX) return string_intern(L, bytes, length);
  String *s = string_new_buffer(L, length);
  string_copy(L, s->at.long_bytes, bytes, length);
  return s;
}

void string_copy(State *L, char *to, const char *from, size_t size) {
  enum { PART = 1 << 20 };
  for (; unlikely(size > PART); size -= PART) {
    memcpy(to, from, PART);
    to += PART;
    from += PART;
    if (unlikely(L->heap->interrupt != 0)) global_of(L)->poll(L);
  }
  memcpy(to, from, size);
}

static NOINLINE String *string_from_new_c(State *L, const char *text) {
  String *s = string_new(L, text, strlen(text));
  if (string_is_short(s)) *c_name_place(global_of(L), text) = (CName){text, s};
  return s;
}

String *string_from_c(State *L, const char *text) {
  String *s = string_known_name(global_of(L), text);
  if (unlikely(s == NULL)) return string_from_new_c(L, text);
  heap_reuse(L->heap, &s->head);
  return s;
}

void string_forget_c_names(Heap *heap) {
  Global *global = (Global *)heap;
  memset(global->c_names, 0, sizeof global->c_names);
}

/* ---- comparing and hashing ------------------------------------------------------------------- */

bool string_equal(const String *a, const String *b) {
  if (a == b) return true;
  return !string_is_short(a) && !string_is_short(b) && a->link.length == b->link.length &&
         memcmp(a->at.long_bytes, b->at.long_bytes, a->link.length) == 0;
}

uint32_t string_hash_long(const Heap *heap, String *s) {
  if (!(s->head.flags & STRING_HASHED)) {
    s->head.meta = hash_bytes(((const Global *)heap)->seed, s->at.long_bytes, s->link.length);
    s->head.flags |= STRING_HASHED;
  }
  return s->head.meta;
}

/* How many bytes at p and q, up to some zero, are the same: most of them, but less than `size`. */
static size_t equal_runs(const char *p, const char *q, size_t size) {
  enum { PART = 1 << 10 };
  size_t same = 0;
  while (size - same > PART && memcmp(p + same, q + same, PART) == 0) same += PART;
  while (same > 0 && p[same - 1] != '\0') same--;
  return same;
}

/* strcoll sees a string up to its first zero; so the runs between zeros are compared in turn, where they
   differ. */
int string_compare(const String *a, const String *b) {
  const char *p = string_bytes(a), *q = string_bytes(b);
  const char *p_end = p + string_length(a), *q_end = q + string_length(b);
  for (;;) {
    int order = strcoll(p, q);
    if (order != 0) return order;
    p += strlen(p);
    q += strlen(q);
    if (q == q_end) return p != p_end;
    if (p == p_end) return -1;
    p++;
    q++;
    size_t same = equal_runs(p, q, (size_t)(p_end - p < q_end - q ? p_end - p : q_end - q));
    p += same;
    q += same;
  }
}

/* ---- names ----------------------------------------------------------------------------------- */

void string_mark_name(State *L, String *s, unsigned number) {
  VM_ASSERT(string_is_short(s) && number < NAME_METAMETHOD + EVENT_COUNT);
  s->head.flags = (uint8_t)number;
  if (number >= NAME_METAMETHOD) {
    global_of(L)->event_names[number - NAME_METAMETHOD] = s;
  } else {
    VM_ASSERT(number >= 1 && number <= RESERVED_WORD_COUNT);
    global_of(L)->reserved_words[number - 1] = s;
  }
}

void string_mark_roots(Heap *heap) {
  Global *global = (Global *)heap;
  for (int i = 0; i < EVENT_COUNT; i++)
    if (global->event_names[i] != NULL) heap_mark_object(heap, &global->event_names[i]->head);
  for (int i = 0; i < TYPE_COUNT; i++)
    if (global->type_name_strings[i] != NULL)
      heap_mark_object(heap, &global->type_name_strings[i]->head);
  for (int i = 0; i < RESERVED_WORD_COUNT; i++)
    if (global->reserved_words[i] != NULL)
      heap_mark_object(heap, &global->reserved_words[i]->head);
}
