/*
** table_direct.c - direct entries of the table functions: see api/builtin.h.
**
** They serve lists: tables without a metatable whose items are all in the array part. What lies
** in the hash part, and tables that caches look through, are left to the C functions.
**
** Layer: lib, on api/builtin.h.
*/
#include "table_direct.h"

#include "api/poll.h"

/* What moving items costs: so many are worth an instruction. A few are within the cost of the call. */
enum { MOVED_AT_ONCE = 8, MOVED_FREE = 256 };

/* A list, whose length is its array_size; else NULL. */
static inline Table *direct_list(const State *L, Value v) {
  Table *t = direct_plain_table(L, v);
  if (t == NULL || (t->head.aux & (TABLE_HASH_HAS_INTS | TABLE_IS_PROTOTYPE))) return NULL;
  return t;
}

/* ---- Inserting and removing ------------------------------------------------------------------ */

static inline void append(State *L, Table *t, Value value) {
  uint32_t size = t->array_size;
  if (likely(size < t->array_capacity)) {
    t->array[size] = value;
    t->array_size = size + 1;
    heap_barrier_container(L->heap, &t->head);
  } else {
    table_set_int(L, t, (int64_t)size + 1, value);
  }
}

/* There is room. */
static inline void insert_before(State *L, Table *t, uint64_t position, uint64_t moved, Value value) {
  memmove(&t->array[position + 1], &t->array[position], moved * sizeof(Value));
  t->array[position] = value;
  t->array_size++;
  heap_barrier_container(L->heap, &t->head);
}

/* Behind the last item, far from it, or out of bounds: then more items would be moved than there are. */
static NOINLINE int insert_elsewhere(State *L, Table *t, uint64_t position, uint64_t moved, Value value) {
  if (moved > t->array_size) return DIRECT_REFUSED;
  if (moved == 0) {
    append(L, t, value);
    return 0;
  }
  builtin_poll(L, moved / MOVED_AT_ONCE);
  if (t->array_size == t->array_capacity) return DIRECT_REFUSED; /* growing may rearrange it */
  insert_before(L, t, position, moved, value);
  return 0;
}

int table_direct_insert(State *L, Value *call, unsigned count) {
  Table *t;
  if (count < 2 || count > 3 || (t = direct_list(L, call[1])) == NULL) return DIRECT_REFUSED;
  Value value = call[count];
  if (value == NIL) return DIRECT_REFUSED;
  uint32_t size = t->array_size;
  if (count == 2) {
    append(L, t, value);
    return 0;
  }
  if (!value_is_small_int(call[2])) return DIRECT_REFUSED;
  uint64_t position = (uint64_t)value_as_small_int(call[2]) - 1;
  uint64_t moved = size - position;
  if (moved - 1 >= MOVED_FREE || moved > size) return insert_elsewhere(L, t, position, moved, value);
  if (size == t->array_capacity) return DIRECT_REFUSED; /* growing may rearrange it */
  insert_before(L, t, position, moved, value);
  return 0;
}

int table_direct_remove(State *L, Value *call, unsigned count) {
  Table *t;
  if (count < 1 || count > 2 || (t = direct_list(L, call[1])) == NULL) return DIRECT_REFUSED;
  uint32_t size = t->array_size;
  if (size == 0) return DIRECT_REFUSED;
  uint64_t moved = 0;
  if (count == 2) {
    if (!value_is_small_int(call[2])) return DIRECT_REFUSED;
    moved = size - (uint64_t)value_as_small_int(call[2]);
    if (moved >= size) return DIRECT_REFUSED; /* out of bounds */
    if (moved > MOVED_FREE) builtin_poll(L, moved / MOVED_AT_ONCE);
  }
  Value *place = &t->array[size - 1 - moved];
  Value removed = *place;
  memmove(place, place + 1, moved * sizeof(Value));
  heap_barrier_container(L->heap, &t->head);
  table_set_int(L, t, size, NIL);
  return direct_result(call, removed);
}

/* ---- Packing --------------------------------------------------------------------------------- */

static NOINLINE int unpack_many(State *L, Value *call, const Value *items, uint64_t count) {
  if (!direct_has_room(L, call, count)) return DIRECT_REFUSED;
  builtin_poll(L, count / MOVED_AT_ONCE);
  memcpy(call, items, count * sizeof(Value));
  return (int)count;
}

int table_direct_unpack(State *L, Value *call, unsigned count) {
  int64_t first, last;
  const Table *t;
  if (count < 1 || count > 3 || (t = direct_list(L, call[1])) == NULL ||
      !direct_optional_int(call, count, 2, 1, &first) ||
      !direct_optional_int(call, count, 3, t->array_size, &last))
    return DIRECT_REFUSED;
  if (first > last) return 0;
  if (first < 1 || last > t->array_size) return DIRECT_REFUSED;
  uint64_t results = (uint64_t)(last - first) + 1;
  const Value *items = &t->array[first - 1];
  if (results > DIRECT_RESULTS_MAX) return unpack_many(L, call, items, results);
  memcpy(call, items, results * sizeof(Value));
  return (int)results;
}

/* ---- Joining --------------------------------------------------------------------------------- */

/* The pieces that table.concat joins. */
typedef struct Pieces {
  const Value *items;
  size_t count;
  const char *separator;
  size_t separator_length;
} Pieces;

enum { CONCAT_MAX = 1 << 30, PIECE_COST = 2, LONG_PIECE = 1 << 20 };

/* Long lists are gone through in blocks, and polls stand between them. */
static inline size_t pieces_block_end(const Pieces *pieces, size_t first) {
  return pieces->count - first > POLL_ROUNDS ? first + POLL_ROUNDS : pieces->count;
}

/* The length of these pieces; more than CONCAT_MAX: too many bytes, or an item that is neither a
   string nor a number. */
static inline size_t pieces_length(const Pieces *pieces, size_t first, size_t end) {
  char text[NUMBER_TEXT_MAX];
  size_t total = 0;
  for (size_t i = first; i < end; i++) {
    Value item = pieces->items[i];
    if (value_is_string(item))
      total += string_length(value_string(item));
    else if (value_is_number(item))
      total += number_to_text(item, text);
    else
      return SIZE_MAX;
    if (total > CONCAT_MAX) return SIZE_MAX;
  }
  return total;
}

/* False: too large, or an item that has no text. */
static bool pieces_measure(State *L, const Pieces *pieces, size_t *length) {
  size_t total = 0;
  if (pieces->count > 0) total = (pieces->count - 1) * pieces->separator_length;
  for (size_t first = 0, end;; first = end) {
    end = pieces_block_end(pieces, first);
    size_t more = pieces_length(pieces, first, end);
    if (more > CONCAT_MAX || (total += more) > CONCAT_MAX) return false;
    if (end == pieces->count) break;
    builtin_poll(L, PIECE_COST * POLL_ROUNDS);
  }
  *length = total;
  return true;
}

/* Returns where the next piece goes. */
static inline char *pieces_copy(State *L, const Pieces *pieces, size_t first, size_t end, char *to) {
  char text[NUMBER_TEXT_MAX];
  for (size_t i = first; i < end; i++) {
    Value item = pieces->items[i];
    const char *bytes = text;
    size_t length;
    if (i > 0) {
      memcpy(to, pieces->separator, pieces->separator_length);
      to += pieces->separator_length;
    }
    if (value_is_string(item)) {
      bytes = string_bytes(value_string(item));
      length = string_length(value_string(item));
    } else {
      length = number_to_text(item, text);
    }
    if (unlikely(length > LONG_PIECE))
      builtin_copy(L, to, bytes, length);
    else
      memcpy(to, bytes, length);
    to += length;
  }
  return to;
}

static void pieces_join(State *L, const Pieces *pieces, char *to) {
  for (size_t first = 0, end;; first = end) {
    end = pieces_block_end(pieces, first);
    to = pieces_copy(L, pieces, first, end, to);
    if (end == pieces->count) break;
    builtin_poll(L, PIECE_COST * POLL_ROUNDS);
  }
}

int table_direct_concat(State *L, Value *call, unsigned count) {
  char short_bytes[SHORT_STRING_MAX];
  int64_t first, last;
  size_t length;
  const Table *t;
  Pieces pieces = {.separator = ""};
  if (count < 1 || (t = direct_list(L, call[1])) == NULL ||
      !direct_optional_int(call, count, 3, 1, &first) ||
      !direct_optional_int(call, count, 4, t->array_size, &last))
    return DIRECT_REFUSED;
  if (count > 1 && !value_is_nil(call[2])) {
    if (!value_is_string(call[2])) return DIRECT_REFUSED;
    pieces.separator = string_bytes(value_string(call[2]));
    pieces.separator_length = string_length(value_string(call[2]));
    if (pieces.separator_length > UINT16_MAX) return DIRECT_REFUSED; /* the product must not wrap */
  }
  if (first <= last) {
    if (first < 1 || last > t->array_size) return DIRECT_REFUSED;
    pieces.items = &t->array[first - 1];
    pieces.count = (size_t)(last - first) + 1;
  }
  if (!pieces_measure(L, &pieces, &length)) return DIRECT_REFUSED;
  if (length <= SHORT_STRING_MAX) {
    pieces_join(L, &pieces, short_bytes);
    return direct_string_result(L, call, short_bytes, length);
  }
  builtin_poll_bytes(L, length);
  String *s = string_new_buffer(L, length);
  pieces_join(L, &pieces, s->at.long_bytes);
  return direct_result(call, value_from_string(s));
}
