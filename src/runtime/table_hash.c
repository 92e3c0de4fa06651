/* The hash part: finding nodes, inserting, rebuilding. See table_parts.h.
   Layer: runtime.

   A hash part is rebuilt when an insertion finds no dead node on its way and 3/4 of the nodes are
   used. The new one is at most half full, so the cost of rebuilding is spread over at least a
   quarter of its capacity of insertions.

   Rebuilding is also when integer keys move to the array: the array gets the largest power of
   two as capacity such that more than half of the items up to there are in use. Counting the
   array's items takes time in proportion to it; so it is only done when the hash part has at
   least a quarter as many integer keys as the array has room (which pays for it), or
   when the array itself is full (its doubling pays for it). */
#include "runtime/number.h"
#include "runtime/table_parts.h"
#include "runtime/throw.h"

/* ---- nodes ----------------------------------------------------------------------------------- */

static Node *hash_find_long_string(const Heap *heap, const HashPart *h, String *key) {
  uint32_t mask = h->mask;
  for (uint32_t i = hash_start(h, string_hash_long(heap, key));; i = (i + 1) & mask) {
    const Node *n = &h->nodes[i];
    if (n->key == EMPTY_KEY) return NULL;
    if (value_is_string(n->key) && string_equal(value_string(n->key), key)) return (Node *)n;
  }
}

static Node *hash_find_box(const HashPart *h, Kind kind, int64_t payload) {
  uint32_t mask = h->mask;
  for (uint32_t i = hash_start(h, hash_wide(payload));; i = (i + 1) & mask) {
    const Node *n = &h->nodes[i];
    if (n->key == EMPTY_KEY) return NULL;
    if (value_is_box(n->key) && value_box(n->key)->head.kind == kind &&
        value_box(n->key)->as.integer == payload)
      return (Node *)n;
  }
}

Node *table_find_int_node(const Table *t, int64_t key) {
  if (t->hash == NULL) return NULL;
  if (likely(int_is_small(key)))
    return hash_find_word(t->hash, value_from_small_int(key), hash_int(key));
  return hash_find_box(t->hash, KIND_INT_BOX, key);
}

Node *table_find_node(const Heap *heap, const Table *t, Value key) {
  const HashPart *h = t->hash;
  if (h == NULL) return NULL;
  if (value_is_string(key) && !string_is_short(value_string(key)))
    return hash_find_long_string(heap, h, value_string(key));
  if (value_is_box(key))
    return hash_find_box(h, value_box(key)->head.kind, value_box(key)->as.integer);
  return hash_find_word(h, key, hash_key(heap, key));
}

/* ---- parts ----------------------------------------------------------------------------------- */

size_t hash_part_size(const HashPart *h) {
  return sizeof(HashPart) + ((size_t)h->mask + 1) * sizeof(Node) +
         hash_part_keyed_words(h) * sizeof(uint64_t);
}

uint32_t hash_capacity_for(State *L, uint64_t keys) {
  if (keys > HASH_MAX_CAPACITY / 2) error_run(L, "table overflow");
  uint32_t capacity = 4;
  while (capacity < 2 * keys) capacity *= 2;
  return capacity;
}

static HashPart *hash_part_allocate(State *L, uint32_t capacity) {
  const HashPart measure = {.mask = capacity - 1};
  HashPart *h = memory_allocate(L, hash_part_size(&measure));
  *h = measure;
  memset(hash_part_keyed(h), 0, hash_part_keyed_words(h) * sizeof(uint64_t));
  for (uint32_t i = 0; i < capacity; i++) h->nodes[i] = (Node){EMPTY_KEY, NIL};
  return h;
}

HashPart *hash_part_new(State *L, uint32_t keys) {
  return hash_part_allocate(L, hash_capacity_for(L, keys));
}

void hash_part_put(HashPart *h, Value key, uint32_t hash, Value value) {
  uint32_t mask = h->mask, i = hash_start(h, hash);
  while (h->nodes[i].value != NIL) i = (i + 1) & mask;
  h->used += h->nodes[i].key == EMPTY_KEY;
  hash_part_keyed(h)[i / 64] |= UINT64_C(1) << (i % 64);
  h->nodes[i] = (Node){key, value};
}

/* ---- counting -------------------------------------------------------------------------------- */

/* Bin b: integer keys in (2^(b-1), 2^b]; the last one ends at ARRAY_MAX_CAPACITY. */
enum { BIN_COUNT = 31 };

typedef struct Census {
  uint32_t live;            /* keys of the hash part with values, and the new one */
  uint32_t hash_indices;    /* those that could be array items */
  uint32_t array_live;      /* items of the array, when counted */
  uint32_t bins[BIN_COUNT]; /* of both */
} Census;

static unsigned index_bin(uint64_t index) {
  return index <= 1 ? 0 : 64 - (unsigned)__builtin_clzll(index - 1);
}

static bool key_is_index(Value key) {
  return value_is_small_int(key) && int_is_index(value_as_small_int(key));
}

static void census_add_key(Census *c, Value key) {
  c->live++;
  if (!key_is_index(key)) return;
  c->hash_indices++;
  c->bins[index_bin((uint64_t)value_as_small_int(key))]++;
}

static void census_of_hash(Census *c, const HashPart *h) {
  if (h == NULL) return;
  for (uint32_t i = 0; i <= h->mask; i++)
    if (h->nodes[i].value != NIL) census_add_key(c, h->nodes[i].key);
}

static void census_of_array(Census *c, const Table *t) {
  uint32_t index = 1;
  for (unsigned bin = 0; index <= t->array_size; bin++) {
    uint32_t end = UINT32_C(1) << bin, count = 0;
    if (end > t->array_size) end = t->array_size;
    for (; index <= end; index++) count += t->array[index - 1] != NIL;
    c->bins[bin] += count;
    c->array_live += count;
  }
}

/* The largest power of two n with more than n / 2 of the items 1..n in use; *within: how many. */
static uint32_t census_best_size(const Census *c, uint32_t *within) {
  uint32_t best = 0, sum = 0, total = c->hash_indices + c->array_live;
  *within = 0;
  for (unsigned bin = 0; bin < BIN_COUNT && total > (UINT32_C(1) << bin) / 2; bin++) {
    sum += c->bins[bin];
    if (sum > (UINT32_C(1) << bin) / 2) {
      best = UINT32_C(1) << bin;
      *within = sum;
    }
  }
  return best;
}

/* ---- rebuilding ------------------------------------------------------------------------------ */

/* What a rebuilt table is to look like. */
typedef struct Plan {
  uint32_t limit;     /* integer keys up to here go to the array */
  uint32_t capacity;  /* of the array */
  uint64_t hash_keys; /* the new key included, unless it goes to the array */
} Plan;

static uint32_t array_live_behind(const Table *t, uint32_t limit) {
  uint32_t count = 0;
  for (uint32_t i = limit; i < t->array_size; i++) count += t->array[i] != NIL;
  return count;
}

/* The array stays, or grows. */
static Plan plan_growth(const Table *t, Census *c) {
  Plan plan = {0, t->array_capacity, c->live};
  if (c->hash_indices == 0 || c->hash_indices < t->array_capacity / 4) return plan;
  census_of_array(c, t);
  uint32_t within, best = census_best_size(c, &within);
  if (best <= t->array_size) return plan;
  plan.limit = best;
  if (best > plan.capacity) plan.capacity = best;
  plan.hash_keys = c->live - (within - c->array_live); /* the array's items all lie below best */
  return plan;
}

/* The array gets the best size, which may be a smaller one. It is not inline. */
static Plan plan_best(const Table *t, Census *c) {
  uint32_t within;
  census_of_array(c, t);
  uint32_t best = census_best_size(c, &within);
  uint32_t behind = array_live_behind(t, best);
  uint32_t hash_within = within - (c->array_live - behind); /* keys that go to the array */
  return (Plan){best, best, (uint64_t)c->live - hash_within + behind};
}

/* Moves the array's items behind the limit to h. */
static void spill_array(Table *t, uint32_t limit, HashPart *h) {
  if (t->array_size > limit) t->head.aux |= TABLE_HASH_HAS_INTS;
  for (uint32_t i = limit; i < t->array_size; i++)
    if (t->array[i] != NIL)
      hash_part_put(h, value_from_small_int((int64_t)i + 1), hash_int((int64_t)i + 1),
                    t->array[i]);
  if (t->array_size > limit) t->array_size = limit;
  table_trim_array(t);
}

/* Stores one pair of the old hash part, or the new one. */
static void place_pair(const Heap *heap, Table *t, HashPart *h, uint32_t limit, Value key,
                       Value value) {
  if (key_is_index(key)) {
    int64_t index = value_as_small_int(key);
    if (index <= limit) {
      t->array[index - 1] = value;
      return;
    }
    t->head.aux |= TABLE_HASH_HAS_INTS;
  }
  hash_part_put(h, key, hash_key(heap, key), value);
}

/* Gives the array more room if it needs it. Without memory the new hash part is freed. */
static void plan_array(State *L, Table *t, const Plan *plan, HashPart *h) {
  if (plan->capacity <= t->array_capacity) return;
  if (table_try_array_capacity(L, t, plan->capacity)) return;
  if (h != NULL) memory_free(L->heap, h, hash_part_size(h));
  error_memory(L);
}

/* Cells that hashes are read from lie anywhere: those of the keys that come next are asked for before they are
   needed. */
enum { NODES_AHEAD = 12 };
ALWAYS_INLINE void prefetch_key(Value key) {
  if (value_is_box(key) || value_is_string(key)) __builtin_prefetch(value_cell(key));
}

/* Everything is allocated before anything moves: an emergency collection in between sees the table
   as it was (and may only lessen what is in it). */
static void plan_execute(State *L, Table *t, const Plan *plan, Value key, Value value) {
  HashPart *old = t->hash, *h = NULL;
  if (plan->hash_keys > 0)
    h = hash_part_allocate(L, hash_capacity_for(L, plan->hash_keys));
  plan_array(L, t, plan, h);
  t->head.aux &= (uint8_t)~TABLE_HASH_HAS_INTS;
  bool shrinks = plan->capacity < t->array_capacity;
  if (shrinks) spill_array(t, plan->limit, h);
  if (plan->limit > t->array_size) table_extend_array(t, plan->limit);
  for (uint32_t i = 0; old != NULL && i <= old->mask; i++) {
    if (i + NODES_AHEAD <= old->mask) prefetch_key(old->nodes[i + NODES_AHEAD].key);
    if (old->nodes[i].value != NIL)
      place_pair(L->heap, t, h, plan->limit, old->nodes[i].key, old->nodes[i].value);
  }
  place_pair(L->heap, t, h, plan->limit, key, value);
  table_trim_array(t);
  t->hash = h;
  if (old != NULL) memory_free(L->heap, old, hash_part_size(old));
  if (shrinks) table_try_array_capacity(L, t, plan->capacity);
  heap_barrier_container(L->heap, &t->head);
}

/* The hash part has no room for the new key. */
static NOINLINE void table_grow_hash(State *L, Table *t, Value key, Value value) {
  Census census = {0};
  census_of_hash(&census, t->hash);
  census_add_key(&census, key);
  Plan plan = plan_growth(t, &census);
  plan_execute(L, t, &plan, key, value);
}

/* Tries the node that probing for the key ended at. */
static void table_insert_at(State *L, Table *t, Node *n, Value key, Value value) {
  if (likely(n != NULL) && likely(hash_part_try_fill(t->hash, n, key, value))) {
    if (key_is_index(key)) t->head.aux |= TABLE_HASH_HAS_INTS;
    heap_barrier_container(L->heap, &t->head);
  } else {
    table_grow_hash(L, t, key, value);
  }
}

void table_insert(State *L, Table *t, Value key, Value value) {
  Node *n = t->hash != NULL ? hash_part_place(t->hash, hash_key(L->heap, key)) : NULL;
  table_insert_at(L, t, n, key, value);
}

void table_put_word(State *L, Table *t, Value key, uint32_t hash, Value value) {
  HashPart *h = t->hash;
  Node *place = NULL;
  if (likely(h != NULL)) {
    uint32_t mask = h->mask, i = hash_start(h, hash);
    for (;; i = (i + 1) & mask) {
      Node *n = &h->nodes[i];
      if (n->key == key) {
        table_note_presence(L, t, n->value, value);
        n->value = value;
        heap_barrier_container(L->heap, &t->head);
        return;
      }
      if (place == NULL && n->value == NIL) place = n;
      if (n->key == EMPTY_KEY) break;
    }
  }
  table_note_presence(L, t, NIL, value);
  table_insert_at(L, t, place, key, value);
}

void table_rebuild(State *L, Table *t, Value key, Value value) {
  VM_ASSERT(!table_array_is_inline(t));
  Census census = {0};
  census_of_hash(&census, t->hash);
  census_add_key(&census, key);
  Plan plan = plan_best(t, &census);
  plan_execute(L, t, &plan, key, value);
}
