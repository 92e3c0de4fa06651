/* Shapes: the tree, the key lists, the ids. See shape.h.
   Layer: runtime.

   Transitions of a shape: an array searched linearly while its capacity is at most
   LINEAR_TRANSITIONS, from there on an open-addressing table hashed by the key's word (its
   address: the key itself may be dead by the time the entry goes). */
#include "runtime/shape.h"

#include "base/hash.h"
#include "runtime/string.h"
#include "runtime/throw.h"

enum {
  INITIAL_SHAPES = 64,
  LINEAR_TRANSITIONS = 8,
  HASHED_TRANSITIONS = 32, /* the smallest hashed capacity */
  INITIAL_KEYS = 4,
  LINEAR_KEYS = 8 /* key lists with more room have an index */
};

/* ---- ids ---------------------------------------------------------------------------------------

   heap->shapes is one block: room for shape_capacity shapes, then as many free ids. */

static size_t ids_size(uint32_t capacity) {
  return capacity * (sizeof(Shape *) + sizeof(uint32_t));
}

static uint32_t *free_ids(const Global *global) {
  return (uint32_t *)(global->heap.shapes + global->shape_capacity);
}

/* Room for one more id, so that giving one cannot fail. */
static bool ids_reserve(State *L) {
  Global *global = global_of(L);
  if (global->free_shape_count > 0 || global->shape_count < global->shape_capacity) return true;
  uint32_t old = global->shape_capacity;
  uint32_t capacity = old == 0 ? INITIAL_SHAPES : 2 * old;
  Shape **shapes = memory_try_reallocate(L, NULL, 0, ids_size(capacity));
  if (shapes == NULL) return false;
  memset(shapes, 0, capacity * sizeof(Shape *));
  if (old != 0) {
    memcpy(shapes, global->heap.shapes, old * sizeof(Shape *));
    memcpy(shapes + capacity, free_ids(global), global->free_shape_count * sizeof(uint32_t));
    memory_free(&global->heap, global->heap.shapes, ids_size(old));
  }
  global->heap.shapes = shapes;
  global->shape_capacity = capacity;
  return true;
}

static void id_assign(Global *global, Shape *shape) {
  uint32_t id = global->free_shape_count > 0 ? free_ids(global)[--global->free_shape_count]
                                             : global->shape_count++;
  shape->head.meta = id;
  global->heap.shapes[id] = shape;
}

static uint32_t shapes_alive(const Global *global) {
  return global->shape_count - global->free_shape_count;
}

/* ---- key lists ------------------------------------------------------------------------------- */

static size_t keys_size(uint32_t capacity) {
  return sizeof(ShapeKeys) + capacity * sizeof(String *);
}

static size_t index_size(uint32_t index_mask) {
  return ((size_t)index_mask + 1) * sizeof(uint16_t);
}

static void keys_drop(Heap *heap, ShapeKeys *keys) {
  if (keys == NULL || --keys->references > 0) return;
  if (keys->index_mask != 0) memory_free(heap, keys->index, index_size(keys->index_mask));
  memory_free(heap, keys, keys_size(keys->capacity));
}

static void keys_append(ShapeKeys *keys, String *key) {
  keys->keys[keys->count++] = key;
  if (keys->index_mask == 0) return;
  uint32_t i = key->head.meta & keys->index_mask;
  while (keys->index[i] != 0) i = (i + 1) & keys->index_mask;
  keys->index[i] = (uint16_t)keys->count;
}

/* An empty list, not yet shared by anyone. */
static ShapeKeys *keys_new(State *L, uint32_t capacity) {
  ShapeKeys *keys = memory_allocate(L, keys_size(capacity));
  *keys = (ShapeKeys){.references = 1, .capacity = capacity};
  if (capacity <= LINEAR_KEYS) return keys;
  uint32_t mask = 2 * capacity - 1;
  uint16_t *index = memory_try_reallocate(L, NULL, 0, index_size(mask));
  if (index == NULL) {
    memory_free(L->heap, keys, keys_size(capacity));
    error_memory(L);
  }
  memset(index, 0, index_size(mask));
  keys->index = index;
  keys->index_mask = mask;
  return keys;
}

int shape_find_indexed(const Shape *shape, const String *key) {
  const ShapeKeys *keys = shape->keys;
  uint32_t mask = keys->index_mask;
  for (uint32_t i = key->head.meta & mask;; i = (i + 1) & mask) {
    unsigned position = keys->index[i];
    if (position == 0) return SLOT_NONE;
    if (keys->keys[position - 1] == key)
      return position <= shape->count ? (int)position - 1 : SLOT_NONE;
  }
}

/* ---- transitions ----------------------------------------------------------------------------- */

static uint32_t transition_start(const Shape *shape, Value key) {
  return hash_word(key) & (shape->transition_capacity - 1);
}

static bool transitions_are_hashed(const Shape *shape) {
  return shape->transition_capacity > LINEAR_TRANSITIONS;
}

static Shape *transition_find(Heap *heap, Shape *shape, Value key) {
  Shape *target = NULL;
  if (!transitions_are_hashed(shape)) {
    for (uint32_t i = 0; i < shape->transition_count; i++)
      if (shape->transitions[i].key == key) target = shape->transitions[i].target;
  } else {
    uint32_t i = transition_start(shape, key), mask = shape->transition_capacity - 1;
    for (; shape->transitions[i].target != NULL; i = (i + 1) & mask)
      if (shape->transitions[i].key == key) target = shape->transitions[i].target;
  }
  /* A weak reference becomes a strong one, which marking may have passed by. */
  if (target != NULL && heap->phase != GC_IDLE) heap_keep(heap, &target->head);
  return target;
}

static void transition_put(Shape *shape, Value key, Shape *target) {
  uint32_t i = shape->transition_count++;
  if (transitions_are_hashed(shape)) {
    uint32_t mask = shape->transition_capacity - 1;
    i = transition_start(shape, key);
    while (shape->transitions[i].target != NULL) i = (i + 1) & mask;
  }
  shape->transitions[i] = (ShapeTransition){key, target};
}

/* Room for one more, so that putting it cannot fail. */
static void transitions_reserve(State *L, Shape *shape) {
  uint32_t old_capacity = shape->transition_capacity;
  uint32_t needed = shape->transition_count + 1;
  if (transitions_are_hashed(shape) ? needed * 4 <= old_capacity * 3 : needed <= old_capacity)
    return;
  uint32_t capacity = old_capacity == 0 ? 1 : 2 * old_capacity;
  if (capacity > LINEAR_TRANSITIONS && capacity < HASHED_TRANSITIONS)
    capacity = HASHED_TRANSITIONS;
  ShapeTransition *grown = memory_allocate(L, capacity * sizeof *grown);
  memset(grown, 0, capacity * sizeof *grown);
  ShapeTransition *old = shape->transitions;
  shape->transitions = grown;
  shape->transition_capacity = capacity;
  shape->transition_count = 0;
  for (uint32_t i = 0; i < old_capacity; i++)
    if (old[i].target != NULL) transition_put(shape, old[i].key, old[i].target);
  memory_free(L->heap, old, old_capacity * sizeof *old);
}

static void transition_remove_hashed(Shape *shape, uint32_t hole) {
  uint32_t mask = shape->transition_capacity - 1;
  for (uint32_t at = (hole + 1) & mask; shape->transitions[at].target != NULL;
       at = (at + 1) & mask) {
    uint32_t start = transition_start(shape, shape->transitions[at].key);
    if (hash_may_fill_hole(hole, start, at, mask)) {
      shape->transitions[hole] = shape->transitions[at];
      hole = at;
    }
  }
  shape->transitions[hole] = (ShapeTransition){0, NULL};
  shape->transition_count--;
}

/* What moves to a removed entry's place comes from behind it, so it is looked at too. */
static void transitions_forget_dead(Heap *heap, Shape *shape) {
  bool hashed = transitions_are_hashed(shape);
  for (uint32_t i = 0; i < (hashed ? shape->transition_capacity : shape->transition_count);) {
    Shape *target = shape->transitions[i].target;
    if (target == NULL || !heap_is_dead(heap, &target->head)) {
      i++;
    } else if (hashed) {
      transition_remove_hashed(shape, i);
    } else {
      shape->transitions[i] = shape->transitions[--shape->transition_count];
      shape->transitions[shape->transition_count] = (ShapeTransition){0, NULL};
    }
  }
}

/* ---- making shapes --------------------------------------------------------------------------- */

/* A shape without keys yet; in the table of ids, but in nobody's transitions. */
static Shape *shape_new(State *L, Shape *parent) {
  if (!ids_reserve(L)) error_memory(L);
  Shape *shape = heap_new_cell(L, KIND_SHAPE, sizeof(Shape));
  Object head = shape->head;
  *shape = (Shape){.head = head, .parent = parent};
  id_assign(global_of(L), shape);
  return shape;
}

/* The child shares the parent's keys. */
static void shape_share_keys(Shape *child, const Shape *parent) {
  child->keys = parent->keys;
  if (child->keys != NULL) child->keys->references++;
  child->count = parent->count;
}

/* The child gets the parent's keys and one more: in the same list when the parent is its newest
   user and there is room, else in a new one. */
static void shape_extend_keys(State *L, Shape *child, const Shape *parent, String *key) {
  ShapeKeys *keys = parent->keys;
  if (keys != NULL && keys->count == parent->count && keys->count < keys->capacity) {
    keys->references++;
  } else {
    uint32_t capacity = INITIAL_KEYS;
    while (capacity <= parent->count) capacity *= 2;
    keys = keys_new(L, capacity);
    for (unsigned i = 0; i < parent->count; i++) keys_append(keys, parent->keys->keys[i]);
  }
  keys_append(keys, key);
  child->keys = keys;
  child->count = (uint16_t)(parent->count + 1);
}

/* Whether one more child may be made. */
static bool shape_may_fork(const Global *global, const Shape *shape, bool computed) {
  uint32_t limit = shape->count == 0 ? SHAPE_MAX_ROOT_TRANSITIONS : SHAPE_MAX_TRANSITIONS;
  if (computed) limit /= 2;
  return shape->transition_count < limit && shapes_alive(global) < SHAPE_MAX_COUNT;
}

Shape *shape_add_field(State *L, Shape *shape, String *key, bool computed) {
  const String *given = global_of(L)->stand_ins.key;
  VM_ASSERT(!shape_is_dictionary(shape) && (string_is_short(key) || key == given));
  if (FERROUS_WITHOUT & WITHOUT_SHAPES) return NULL;
  if (computed && shape->computed_adds >= SHAPE_MAX_COMPUTED) return NULL;
  Value name = value_from_string(key);
  Shape *child = transition_find(L->heap, shape, name);
  if (child != NULL) return child;
  if (shape->count >= SHAPE_MAX_FIELDS || !shape_may_fork(global_of(L), shape, computed))
    return NULL;
  transitions_reserve(L, shape);
  child = shape_new(L, shape);
  child->inline_capacity = shape->inline_capacity;
  child->computed_adds = (uint8_t)(shape->computed_adds + computed);
  child->metatable = shape->metatable;
  child->given_place = key == given ? shape->count + 1u : shape->given_place;
  shape_extend_keys(L, child, shape, key);
  transition_put(shape, name, child);
  return child;
}

/* ---- lists of fields ------------------------------------------------------------------------- */

static bool shape_is_of_list(State *L, const Shape *shape, const void *list, ShapeNameAt *name_at) {
  unsigned i = 0;
  for (const char *name; (name = name_at(list, i)) != NULL; i++)
    if (i >= shape->count || shape->keys->keys[i] != string_from_c(L, name)) return false;
  return i == shape->count;
}

/* The shape is a root meanwhile, and so are the keys it has got. False: a long or repeated one. */
static bool shape_take_list(State *L, Shape *shape, unsigned count, const void *list,
                            ShapeNameAt *name_at) {
  uint32_t capacity = INITIAL_KEYS;
  while (capacity < count) capacity *= 2;
  shape->keys = keys_new(L, capacity);
  for (; shape->count < count; shape->count++) {
    String *key = string_from_c(L, name_at(list, shape->count));
    if (!string_is_short(key) || shape_find(shape, key) != SLOT_NONE) return false;
    keys_append(shape->keys, key);
  }
  return true;
}

Shape *shape_for_list(State *L, Shape *root, const void *list, ShapeNameAt *name_at) {
  Global *global = global_of(L);
  VM_ASSERT(root->head.meta <= SHAPE_EMPTY_ARRAY);
  unsigned count = 0;
  while (count <= SHAPE_MAX_FIELDS && name_at(list, count) != NULL) count++;
  if (count < SHAPE_LIST_FEWEST || count > SHAPE_MAX_FIELDS) return NULL;
  if ((uintptr_t)list >> 47 != 0) return NULL;
  Value name = value_from_inline_light(list);
  Shape *shape = transition_find(L->heap, root, name);
  if (shape != NULL) return shape_is_of_list(L, shape, list, name_at) ? shape : NULL;
  if (!shape_may_fork(global, root, false)) return NULL;
  transitions_reserve(L, root);
  shape = shape_new(L, root);
  shape->inline_capacity = root->inline_capacity;
  global->shape_in_hand = shape;
  bool complete = shape_take_list(L, shape, count, list, name_at);
  global->shape_in_hand = NULL;
  if (!complete) return NULL;
  transition_put(root, name, shape);
  return shape;
}

/* ---- metatables ------------------------------------------------------------------------------ */

/* The shape whose last step added a field (or that has none): see shape.h. */
static Shape *shape_base(Shape *shape) {
  while (shape->parent != NULL && shape->parent->count == shape->count) shape = shape->parent;
  return shape;
}

static Value metatable_key(Table *metatable) {
  return metatable == NULL ? NIL : value_from_table(metatable);
}

/* The child of `base` that differs in its metatable alone. */
static Shape *shape_fork_metatable(State *L, Shape *base, Table *metatable) {
  transitions_reserve(L, base);
  Shape *child = shape_new(L, base);
  child->head.flags = base->head.flags;
  child->inline_capacity = base->inline_capacity;
  child->computed_adds = base->computed_adds;
  child->metatable = metatable;
  child->given_place = base->given_place;
  shape_share_keys(child, base);
  transition_put(base, metatable_key(metatable), child);
  return child;
}

Shape *shape_dictionary(State *L, Table *metatable) {
  Shape *root = L->heap->shapes[SHAPE_DICTIONARY_ROOT];
  if (metatable == NULL) return root;
  Shape *child = transition_find(L->heap, root, metatable_key(metatable));
  return child != NULL ? child : shape_fork_metatable(L, root, metatable);
}

Shape *shape_with_metatable(State *L, Shape *shape, Table *metatable) {
  if (shape->metatable == metatable) return shape;
  if (shape_is_dictionary(shape)) return shape_dictionary(L, metatable);
  Shape *base = shape_base(shape);
  if (base->metatable == metatable) return base;
  Shape *child = transition_find(L->heap, base, metatable_key(metatable));
  if (child != NULL) return child;
  return shape_may_fork(global_of(L), base, false) ? shape_fork_metatable(L, base, metatable)
                                                   : NULL;
}

/* ---- the tree as a whole --------------------------------------------------------------------- */

/* The permanent shapes get the ids 0, 1, 2. Raises when memory fails, or returns false. */
bool shape_tree_open(State *L) {
  for (unsigned id = 0; id < SHAPE_PERMANENT_COUNT; id++) {
    if (!ids_reserve(L)) return false;
    Shape *shape = shape_new(L, NULL);
    VM_ASSERT(shape->head.meta == id);
    shape->inline_capacity = id == SHAPE_EMPTY ? INLINE_SLOTS : 0;
    shape->head.flags = id == SHAPE_DICTIONARY_ROOT ? SHAPE_DICTIONARY : 0;
  }
  return true;
}

void shape_tree_close(Heap *heap) {
  Global *global = (Global *)heap;
  memory_free(heap, heap->shapes, ids_size(global->shape_capacity));
  heap->shapes = NULL;
  global->shape_capacity = global->shape_count = global->free_shape_count = 0;
}

void shape_release(Heap *heap, Shape *shape) {
  Global *global = (Global *)heap;
  keys_drop(heap, shape->keys);
  memory_free(heap, shape->transitions, shape->transition_capacity * sizeof *shape->transitions);
  heap->shapes[shape->head.meta] = NULL;
  free_ids(global)[global->free_shape_count++] = shape->head.meta;
}

void shape_forget_dead(Heap *heap) {
  const Global *global = (const Global *)heap;
  for (uint32_t id = 0; id < global->shape_count; id++) {
    Shape *shape = heap->shapes[id];
    if (shape != NULL && shape->transition_count > 0 && !heap_is_dead(heap, &shape->head))
      transitions_forget_dead(heap, shape);
  }
}

void shape_mark_roots(Heap *heap) {
  Global *global = (Global *)heap;
  for (uint32_t id = 0; id < SHAPE_PERMANENT_COUNT && id < global->shape_count; id++)
    heap_mark_object(heap, &heap->shapes[id]->head);
  if (global->shape_in_hand != NULL) heap_mark_object(heap, &global->shape_in_hand->head);
}
