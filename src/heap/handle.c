/* Handles: see handle.h for what they promise.
   Layer: heap.

     63      48 47          24 23      16 15         0
     | state   | block number |   cell   | generation |

   A cell's generation is odd while a handle was made for what it holds (its `named` bit says the same); it
   moves when the first handle is made, and when such a cell is freed. So generations last, and a
   forged handle to a cell that nobody named is refused as well. Pins are counts by block number and cell.

   A dead string that is not swept yet may be handed out again, by the table of strings. Its handle
   would then come back from being stale; so resolving it revives it in the same way. */
#include "heap/heap_private.h"

enum {
  PINS_MIN_CAPACITY = 16,
  STATE_SHIFT = BLOCK_NUMBER_BITS + CELL_INDEX_BITS + GENERATION_BITS
};

typedef struct Pin Pin;

/* ---- naming cells ---------------------------------------------------------------------------- */

ALWAYS_INLINE uint32_t handle_block_number(Handle handle) {
  return (uint32_t)(handle >> (GENERATION_BITS + CELL_INDEX_BITS)) &
         ((1u << BLOCK_NUMBER_BITS) - 1);
}
ALWAYS_INLINE uint32_t handle_cell_index(Handle handle) {
  return (uint32_t)(handle >> GENERATION_BITS) & ((1u << CELL_INDEX_BITS) - 1);
}

static uint32_t cell_place(Object *cell) {
  Block *block = block_of(cell);
  return block->number << CELL_INDEX_BITS | block_cell_index(block, cell);
}

Handle handle_create(Heap *heap, Object *cell) {
  Block *block = block_of(cell);
  uint32_t index = block_cell_index(block, cell);
  uint16_t *generation = &block_generations(block)[index];
  VM_ASSERT(!block->nameless && (block_word(block, index)->allocated & cell_bit(index)));
  if (!generation_is_named(*generation)) {
    ++*generation;
    block_word(block, index)->named |= cell_bit(index);
  }
  return (Handle)heap->private_part->state_id << STATE_SHIFT |
         (Handle)cell_place(cell) << GENERATION_BITS | *generation;
}

static HandleStatus generation_compare(uint32_t handle_generation, uint32_t generation) {
  return handle_generation < generation ? HANDLE_STALE : HANDLE_INVALID;
}

HandleStatus handle_resolve(Heap *heap, Handle handle, Object **cell) {
  uint32_t state = (uint32_t)(handle >> STATE_SHIFT);
  uint32_t number = handle_block_number(handle), index = handle_cell_index(handle);
  uint16_t generation = (uint16_t)handle;
  *cell = NULL;
  if (state == 0) return HANDLE_INVALID;
  if (state != heap->private_part->state_id) return HANDLE_FOREIGN;
  if (number >= heap->blocks.count) return HANDLE_INVALID;
  const BlockEntry *entry = &heap->blocks.entries[number];
  Block *block = entry->block;
  if (block == NULL || block->nameless || index >= block->cell_count)
    return generation_compare(generation, entry->floor);
  if (block_generations(block)[index] != generation)
    return generation_compare(generation, block_generations(block)[index]);
  if (!generation_is_named(generation)) return HANDLE_INVALID;
  Object *object = block_object(block, index);
  if (heap_is_dead(heap, object)) {
    if (!cell_is_plain_value(object)) return HANDLE_STALE;
    heap_keep(heap, object);
  }
  *cell = object;
  return HANDLE_OK;
}

/* EMPTY_KEY: not a value. */
static Value cell_value(const Object *cell) {
  switch ((Kind)cell->kind) {
    case KIND_USERDATA:
    case KIND_THREAD: return value_from_object(cell);
    case KIND_SHORT_STRING:
    case KIND_LONG_STRING: return value_from_string((const String *)cell);
    case KIND_CLOSURE:
    case KIND_NATIVE: return value_from_function(cell);
    case KIND_TABLE: return value_from_table((const Table *)cell);
    default: return EMPTY_KEY;
  }
}

static NOINLINE HandleStatus handle_value_slow(Heap *heap, Handle handle, Value *value) {
  Object *cell;
  HandleStatus status = handle_resolve(heap, handle, &cell);
  if (status != HANDLE_OK) return status;
  *value = cell_value(cell);
  return *value == EMPTY_KEY ? HANDLE_INVALID : HANDLE_OK;
}

HandleStatus handle_value(Heap *heap, Handle handle, Value *value) {
  if (likely(handle_quick_value(heap, handle, value))) return HANDLE_OK;
  return handle_value_slow(heap, handle, value);
}

/* ---- pins ------------------------------------------------------------------------------------ */

static uint32_t pin_hash(uint32_t key) {
  return (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

/* Open addressing, at most three quarters full. The pin of that key, or where it belongs. */
static Pin *pin_find(const PinTable *table, uint32_t key) {
  uint32_t i = pin_hash(key) & table->mask;
  while (table->pins[i].place != 0 && table->pins[i].place != key) i = (i + 1) & table->mask;
  return &table->pins[i];
}

static void pins_reserve(State *L, PinTable *table) {
  uint32_t capacity = table->pins == NULL ? 0 : table->mask + 1;
  if (table->count + 1 <= capacity / 4 * 3) return;
  uint32_t wanted = capacity == 0 ? PINS_MIN_CAPACITY : capacity * 2;
  PinTable grown = {.mask = wanted - 1, .count = table->count};
  grown.pins = memory_allocate(L, wanted * sizeof(Pin));
  memset(grown.pins, 0, wanted * sizeof(Pin));
  for (uint32_t i = 0; i < capacity; i++)
    if (table->pins[i].place != 0) *pin_find(&grown, table->pins[i].place) = table->pins[i];
  memory_free(L->heap, table->pins, capacity * sizeof(Pin));
  *table = grown;
}

/* Entries behind the gap move up, unless that would put them before their own place. */
static void pin_remove(PinTable *table, Pin *pin) {
  uint32_t gap = (uint32_t)(pin - table->pins);
  for (uint32_t i = (gap + 1) & table->mask; table->pins[i].place != 0; i = (i + 1) & table->mask) {
    uint32_t home = pin_hash(table->pins[i].place) & table->mask;
    if (((i - home) & table->mask) < ((i - gap) & table->mask)) continue;
    table->pins[gap] = table->pins[i];
    gap = i;
  }
  table->pins[gap] = (Pin){0};
  table->count--;
}

HandleStatus handle_pin(State *L, Handle handle) {
  Heap *heap = L->heap;
  PinTable *table = &heap->private_part->pins;
  Object *cell;
  HandleStatus status = handle_resolve(heap, handle, &cell);
  if (status != HANDLE_OK) return status;
  pins_reserve(L, table);
  status = handle_resolve(heap, handle, &cell); /* making room may have collected it */
  if (status != HANDLE_OK) return status;
  Pin *pin = pin_find(table, cell_place(cell) + 1);
  if (pin->place == 0) {
    *pin = (Pin){.place = cell_place(cell) + 1};
    table->count++;
  }
  pin->count++;
  heap_keep(heap, cell);
  return HANDLE_OK;
}

HandleStatus handle_unpin(Heap *heap, Handle handle) {
  PinTable *table = &heap->private_part->pins;
  Object *cell;
  HandleStatus status = handle_resolve(heap, handle, &cell);
  if (status != HANDLE_OK) return status;
  if (table->count == 0) return HANDLE_NOT_PINNED;
  Pin *pin = pin_find(table, cell_place(cell) + 1);
  if (pin->place == 0) return HANDLE_NOT_PINNED;
  if (--pin->count == 0) pin_remove(table, pin);
  return HANDLE_OK;
}

void pins_mark(HeapPrivate *p) {
  const PinTable *table = &p->pins;
  if (table->count == 0) return;
  for (uint32_t i = 0; i <= table->mask; i++) {
    if (table->pins[i].place == 0) continue;
    uint32_t place = table->pins[i].place - 1;
    Block *block = p->heap->blocks.entries[place >> CELL_INDEX_BITS].block;
    mark_cell(p, block_object(block, place & ((1u << CELL_INDEX_BITS) - 1)));
  }
}

void pins_close(HeapPrivate *p) {
  if (p->pins.pins != NULL) memory_free(p->heap, p->pins.pins, (p->pins.mask + 1) * sizeof(Pin));
  p->pins = (PinTable){0};
}
