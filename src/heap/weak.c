/* Weak tables and ephemerons: manual 2.5.4.
   Layer: heap.

   While marking goes on, a weak table is traced as far as its strong part goes, and put into
   the again set. In the atomic phase it is traced once more and put there again, so that the
   again set ends up holding all weak tables that are alive.

   An entry of an ephemeron table (weak keys, strong values) whose key is still white waits in a
   map from keys to values; tracing the key marks the value. So each entry is looked at once,
   however long the chains from table to table are. Should there be no memory for the map,
   the tables are traversed until nothing changes.

   Strings, boxes and C functions without upvalues are values, not objects: they are never
   removed, only marked when they are met. */
#include "heap/heap_private.h"

enum { EPHEMERON_MIN_CAPACITY = 64 };

/* ---- the map of waiting entries -------------------------------------------------------------- */

static uint32_t ephemeron_hash(const Object *key) {
  return (uint32_t)(((uint64_t)(uintptr_t)key >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static void ephemeron_link(EphemeronMap *map, uint32_t index) {
  uint32_t *bucket = &map->buckets[ephemeron_hash(map->entries[index].key) & (map->capacity - 1)];
  map->entries[index].next = *bucket;
  *bucket = index + 1;
}

static void ephemeron_free(HeapPrivate *p) {
  EphemeronMap *map = &p->ephemerons;
  memory_free(p->heap, map->entries, map->capacity * sizeof *map->entries);
  memory_free(p->heap, map->buckets, map->capacity * sizeof *map->buckets);
  *map = (EphemeronMap){0};
}

static bool ephemeron_grow(HeapPrivate *p) {
  EphemeronMap *map = &p->ephemerons;
  uint32_t capacity = map->capacity == 0 ? EPHEMERON_MIN_CAPACITY : map->capacity * 2;
  size_t entry_size = sizeof *map->entries;
  uint32_t *buckets = memory_try_plain(p->heap, NULL, 0, capacity * sizeof *buckets);
  if (buckets == NULL) return false;
  void *entries = memory_try_plain(p->heap, map->entries, map->capacity * entry_size,
                                   capacity * entry_size);
  if (entries == NULL) {
    memory_free(p->heap, buckets, capacity * sizeof *buckets);
    return false;
  }
  memory_free(p->heap, map->buckets, map->capacity * sizeof *buckets);
  memset(buckets, 0, capacity * sizeof *buckets);
  map->entries = entries;
  map->buckets = buckets;
  map->capacity = capacity;
  for (uint32_t i = 0; i < map->count; i++) ephemeron_link(map, i);
  return true;
}

static void ephemeron_add(HeapPrivate *p, Object *key, Object *value) {
  EphemeronMap *map = &p->ephemerons;
  if (map->failed) return;
  if (map->count == map->capacity && !ephemeron_grow(p)) {
    map->failed = true;
    return;
  }
  map->entries[map->count].key = key;
  map->entries[map->count].value = value;
  ephemeron_link(map, map->count++);
}

void ephemeron_key_traced(HeapPrivate *p, Object *key) {
  const EphemeronMap *map = &p->ephemerons;
  uint32_t next = map->buckets[ephemeron_hash(key) & (map->capacity - 1)];
  for (; next != 0; next = map->entries[next - 1].next)
    if (map->entries[next - 1].key == key) mark_cell(p, map->entries[next - 1].value);
}

/* ---- tracing --------------------------------------------------------------------------------- */

/* An object that nothing has reached yet. Values that are not objects get marked here. */
static bool is_white_object(HeapPrivate *p, Value v) {
  if (!value_is_collectable(v) || cell_is_marked(value_cell(v))) return false;
  if (!cell_is_plain_value(value_cell(v))) return true;
  mark_cell(p, value_cell(v));
  return false;
}

static void keep_dead_key(HeapPrivate *p, Value key) {
  if (value_is_string(key) || value_is_box(key)) mark_value(p, key);
}

static void trace_items_and_fields(HeapPrivate *p, Table *t) {
  const Shape *shape = table_shape_of(p, t);
  for (uint32_t slot = 0; slot < shape->count; slot++) mark_value(p, *table_field(shape, t, slot));
  for (uint32_t i = 0; i < t->array_size; i++) mark_value(p, t->array[i]);
  p->work += (shape->count + t->array_size) * sizeof(Value);
}

static void trace_ephemeron_node(HeapPrivate *p, const Node *node) {
  if (value_is_nil(node->value)) {
    keep_dead_key(p, node->key);
  } else if (!is_white_object(p, node->key)) {
    mark_value(p, node->value);
  } else if (p->heap->phase == GC_ATOMIC && is_white_object(p, node->value)) {
    ephemeron_add(p, value_cell(node->key), value_cell(node->value));
  }
}

static void trace_ephemeron_nodes(HeapPrivate *p, const HashPart *hash) {
  for (size_t i = 0; i <= hash->mask; i++) trace_ephemeron_node(p, &hash->nodes[i]);
  p->work += ((size_t)hash->mask + 1) * sizeof(Node);
}

static void trace_keys(HeapPrivate *p, const HashPart *hash) {
  for (size_t i = 0; i <= hash->mask; i++) {
    const Node *node = &hash->nodes[i];
    if (value_is_nil(node->value))
      keep_dead_key(p, node->key);
    else
      mark_value(p, node->key);
  }
  p->work += ((size_t)hash->mask + 1) * sizeof(Node);
}

void weak_trace(HeapPrivate *p, Table *t, unsigned mode) {
  t->head.aux |= (uint8_t)mode;
  t->head.color = 0;
  mark_again(p, &t->head);
  mark_cell(p, &table_shape_of(p, t)->head);
  p->work += sizeof(Table);
  if (mode == TABLE_WEAK_KEYS) trace_items_and_fields(p, t);
  if (t->hash == NULL) return;
  if (mode == TABLE_WEAK_KEYS)
    trace_ephemeron_nodes(p, t->hash);
  else if (mode == TABLE_WEAK_VALUES)
    trace_keys(p, t->hash);
}

/* ---- the weak tables, one after the other ---------------------------------------------------- */

typedef void WeakVisitor(HeapPrivate *p, Table *t);

/* Those with at least the given mode bits. */
static void weak_for_each(HeapPrivate *p, unsigned mode, WeakVisitor *visit) {
  for (Block *block = p->again_blocks; block != NULL; block = block->next_again)
    for (uint32_t w = 0; w < block->word_count; w++)
      for (uint64_t bits = block->words[w].again; bits != 0; bits &= bits - 1) {
        Table *t = (Table *)block_object(block, w * 64 + (uint32_t)__builtin_ctzll(bits));
        if ((t->head.aux & mode) == mode) visit(p, t);
      }
}

static void visit_ephemeron_again(HeapPrivate *p, Table *t) {
  if (!(t->head.aux & TABLE_WEAK_VALUES) && t->hash != NULL) trace_ephemeron_nodes(p, t->hash);
}

void weak_converge(HeapPrivate *p) {
  mark_propagate(p, NO_BUDGET);
  while (p->ephemerons.failed) {
    weak_for_each(p, TABLE_WEAK_KEYS, visit_ephemeron_again);
    if (p->gray_blocks == NULL) return;
    mark_propagate(p, NO_BUDGET);
  }
}

/* ---- clearing -------------------------------------------------------------------------------- */

/* Lookups compare strings and boxes by content, so one that dies with its entry leaves a node without
   key. A traversal that goes on from this key has it marked. */
static void drop_dead_key(Node *node) {
  Value key = node->key;
  if ((value_is_string(key) || value_is_box(key)) && !cell_is_marked(value_cell(key)))
    node->key = NIL;
}

static void clear_table_values(HeapPrivate *p, Table *t) {
  const Shape *shape = table_shape_of(p, t);
  for (uint32_t slot = 0; slot < shape->count; slot++) {
    Value *field = table_field(shape, t, slot);
    if (is_white_object(p, *field)) *field = NIL;
  }
  for (uint32_t i = 0; i < t->array_size; i++)
    if (is_white_object(p, t->array[i])) t->array[i] = NIL;
  while (t->array_size > 0 && value_is_nil(t->array[t->array_size - 1])) t->array_size--;
  for (size_t i = 0; t->hash != NULL && i <= t->hash->mask; i++) {
    Node *node = &t->hash->nodes[i];
    if (is_white_object(p, node->value)) node->value = NIL;
    if (value_is_nil(node->value))
      drop_dead_key(node);
    else if (value_is_string(node->key) || value_is_box(node->key))
      mark_value(p, node->key);
  }
}

static void clear_table_keys(HeapPrivate *p, Table *t) {
  for (size_t i = 0; t->hash != NULL && i <= t->hash->mask; i++) {
    Node *node = &t->hash->nodes[i];
    if (!value_is_nil(node->value) && is_white_object(p, node->key)) node->value = NIL;
  }
}

void weak_clear_values(HeapPrivate *p) { weak_for_each(p, TABLE_WEAK_VALUES, clear_table_values); }

void weak_clear_keys(HeapPrivate *p) { weak_for_each(p, TABLE_WEAK_KEYS, clear_table_keys); }

/* Where marks are kept, weak tables stay in the again set: the next cycle looks at all of them. */
void weak_finish(HeapPrivate *p) {
  ephemeron_free(p);
  while (!p->marks_kept && p->again_blocks != NULL) {
    Block *block = p->again_blocks;
    p->again_blocks = block->next_again;
    block->again_listed = 0;
    for (uint32_t w = 0; w < block->word_count; w++) block->words[w].again = 0;
  }
}
