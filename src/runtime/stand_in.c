/* Stand-ins for metatables: see stand_in.h.
   Layer: runtime.

   Contents met are kept in an open-addressing table of weak references, by a hash of their words.
   Contents that were met once are those of a metatable that was taken as it is: most metatables are
   made for many tables. The second one shows that this is not so; then the first table that got the
   first one is brought into line, so that it has the shape of all that follow. */
#include "runtime/stand_in.h"

#include "base/hash.h"
#include "runtime/metatable.h"
#include "runtime/string.h"
#include "runtime/table_parts.h"
#include "runtime/throw.h"

enum { LEAST_ENTRIES = 16 };

/* ---- contents -------------------------------------------------------------------------------- */

/* The fields are all that counts: metamethods have names. */
static bool has_contents(State *L, Table *metatable) {
  const Shape *shape = table_shape(L->heap, metatable);
  if (shape->count == 0 || shape->count > INLINE_SLOTS || shape->inline_capacity == 0) return false;
  return shape->metatable == NULL && value_is_nil(metatable_get(L, metatable, EVENT_MODE)) &&
         value_is_nil(metatable_get(L, metatable, EVENT_GC));
}

static uint32_t contents_hash(const Table *metatable, unsigned count) {
  uint64_t hash = metatable->head.meta;
  for (unsigned i = 0; i < count; i++)
    hash = hash_fold(hash ^ metatable->inline_slots[i], HASH_MULTIPLIER);
  return (uint32_t)hash;
}

static bool contents_equal(const Heap *heap, const Table *a, const Table *b) {
  if (a == NULL || a->head.meta != b->head.meta) return false;
  unsigned count = table_shape(heap, a)->count;
  return memcmp(a->inline_slots, b->inline_slots, count * sizeof(Value)) == 0;
}

/* ---- what was met ---------------------------------------------------------------------------- */

static const Table *entry_sample(const StandIn *e) {
  return e->stand_in != NULL ? e->stand_in : e->metatable;
}

static bool entry_is_free(const StandIn *e) { return entry_sample(e) == NULL; }

/* The entry for those contents, or the free one where the search ends. There must be some. */
static StandIn *entry_find(const Global *global, const Table *metatable) {
  const StandIns *s = &global->stand_ins;
  uint32_t hash = contents_hash(metatable, table_shape(&global->heap, metatable)->count);
  for (uint32_t i = hash & s->mask;; i = (i + 1) & s->mask) {
    StandIn *e = &s->entries[i];
    if (entry_is_free(e)) {
      e->hash = hash;
      return e;
    }
    if (e->hash == hash && contents_equal(&global->heap, entry_sample(e), metatable)) return e;
  }
}

static uint32_t entries_capacity(const StandIns *s) {
  return s->entries == NULL ? 0 : s->mask + 1;
}

static void entries_fill(StandIns *s, const StandIn *from, uint32_t count) {
  for (uint32_t n = 0; n < count; n++) {
    if (entry_is_free(&from[n])) continue;
    uint32_t i = from[n].hash & s->mask;
    while (!entry_is_free(&s->entries[i])) i = (i + 1) & s->mask;
    s->entries[i] = from[n];
  }
}

/* Room for one more. False: no memory. The allocation may collect, and so change the entries. */
static bool entries_reserve(State *L, StandIns *s) {
  if (2 * (s->count + 1) <= entries_capacity(s)) return true;
  uint32_t capacity = s->entries == NULL ? LEAST_ENTRIES : 2 * (s->mask + 1);
  StandIn *entries = memory_try_reallocate(L, NULL, 0, capacity * sizeof *entries);
  if (entries == NULL) return false;
  memset(entries, 0, capacity * sizeof *entries);
  StandIn *old = s->entries;
  uint32_t old_capacity = entries_capacity(s);
  s->entries = entries;
  s->mask = capacity - 1;
  entries_fill(s, old, old_capacity);
  memory_free(L->heap, old, old_capacity * sizeof *old);
  return true;
}

static void entry_remove(StandIns *s, uint32_t hole) {
  for (uint32_t at = (hole + 1) & s->mask; !entry_is_free(&s->entries[at]); at = (at + 1) & s->mask) {
    if (hash_may_fill_hole(hole, s->entries[at].hash & s->mask, at, s->mask)) {
      s->entries[hole] = s->entries[at];
      hole = at;
    }
  }
  s->entries[hole] = (StandIn){0};
  s->count--;
}

/* ---- making them ----------------------------------------------------------------------------- */

static const char given_text[] = "the metatable that a table with a stand-in was given";

static String *given_key(State *L, StandIns *s) {
  if (s->key == NULL) /* a long string: nobody's key is the same cell */
    s->key = string_new(L, given_text, sizeof given_text - 1);
  return s->key;
}

/* What is in hand is a root. */
static Table *stand_in_new(State *L, const Table *metatable) {
  StandIns *s = &global_of(L)->stand_ins;
  VM_ASSERT(!string_is_short(given_key(L, s)));
  string_hash(L->heap, given_key(L, s)); /* lists of keys ask for it */
  Table *copy = s->in_hand = table_new(L);
  copy->head.meta = metatable->head.meta;
  copy->head.aux = TABLE_IS_METATABLE | TABLE_IS_STAND_IN;
  memcpy(copy->inline_slots, metatable->inline_slots, sizeof copy->inline_slots);
  return copy;
}

/* The first table that has the first metatable gets the shape of those that follow; unless it has become a
   dictionary meanwhile. */
static void entry_convert_first(State *L, StandIn *e) {
  Table *t = e->table, *metatable = e->metatable;
  e->table = e->metatable = NULL;
  if (t == NULL || metatable == NULL || table_metatable(L, t) != metatable) return;
  if (shape_is_dictionary(table_shape(L->heap, t))) return;
  table_name_stand_in(L, t, e->stand_in, metatable);
}

static Table *stand_in_met_again(State *L, const Table *metatable) {
  StandIns *s = &global_of(L)->stand_ins;
  Table *made = stand_in_new(L, metatable);
  StandIn *e = entry_find(global_of(L), metatable);
  if (entry_is_free(e)) return NULL; /* the first one was collected meanwhile */
  e->stand_in = made;
  s->in_hand = made;
  entry_convert_first(L, e);
  return made;
}

Table *stand_in_for(State *L, Table *t, Table *metatable) {
  StandIns *s = &global_of(L)->stand_ins;
  unsigned aux = metatable->head.aux;
  if ((aux & TABLE_IS_METATABLE) && !(aux & TABLE_HAS_STAND_IN)) return NULL;
  if (shape_is_dictionary(table_shape(L->heap, t)) || s->dissolved >= STAND_IN_MAX_DISSOLVED ||
      !has_contents(L, metatable) || !entries_reserve(L, s))
    return NULL;
  StandIn *e = entry_find(global_of(L), metatable);
  if (entry_is_free(e)) {
    *e = (StandIn){.hash = e->hash, .metatable = metatable, .table = t};
    s->count++;
    return NULL;
  }
  if (e->dissolved) return NULL;
  Table *stand_in = e->stand_in;
  if (stand_in == NULL)
    stand_in = stand_in_met_again(L, metatable);
  else if (L->heap->phase != GC_IDLE)
    heap_keep(L->heap, &stand_in->head); /* a weak reference becomes a strong one */
  s->in_hand = stand_in;
  return stand_in;
}

/* ---- doing without them ---------------------------------------------------------------------- */

static void table_dissolve(State *L, Table *t, void *metatable) {
  if (heap_is_dead(L->heap, &t->head) || !table_has_stand_in(L, t)) return;
  if (table_given_metatable(L, t) == metatable) table_name_metatable(L, t, metatable);
}

static void dissolve_all(State *L, void *metatable) {
  heap_each_table(L, table_dissolve, metatable);
}

/* Nothing is collected on the way, or what is walked through would change. */
void stand_in_dissolve(State *L, Table *metatable) {
  StandIns *s = &global_of(L)->stand_ins;
  StandIn *e = entry_find(global_of(L), metatable);
  if (!entry_is_free(e)) e->dissolved = 1;
  s->dissolved++;
  heap_pause(L->heap);
  int status = protect_run(L, dissolve_all, metatable, NULL);
  heap_resume(L->heap);
  if (status != LUA_OK) error_throw(L, status);
  metatable->head.aux &= (uint8_t)~TABLE_HAS_STAND_IN;
}

/* ---- what the collector asks ----------------------------------------------------------------- */

void stand_in_mark_roots(Heap *heap) {
  const StandIns *s = &((Global *)heap)->stand_ins;
  if (s->key != NULL) heap_mark_object(heap, &s->key->head);
  if (s->in_hand != NULL) heap_mark_object(heap, &s->in_hand->head);
}

static void forget_if_dead(Heap *heap, Table **place) {
  if (*place != NULL && heap_is_dead(heap, &(*place)->head)) *place = NULL;
}

/* What moves to a removed entry's place comes from behind it, so it is looked at too, if not twice. */
void stand_in_forget_dead(Heap *heap) {
  StandIns *s = &((Global *)heap)->stand_ins;
  for (uint32_t i = 0; i < entries_capacity(s);) {
    StandIn *e = &s->entries[i];
    bool used = !entry_is_free(e);
    forget_if_dead(heap, &e->stand_in);
    forget_if_dead(heap, &e->metatable);
    forget_if_dead(heap, &e->table);
    if (used && entry_is_free(e))
      entry_remove(s, i);
    else
      i++;
  }
}

void stand_in_close(Heap *heap) {
  StandIns *s = &((Global *)heap)->stand_ins;
  memory_free(heap, s->entries, entries_capacity(s) * sizeof *s->entries);
  s->entries = NULL;
}
