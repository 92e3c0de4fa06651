/* A heap without a runtime: hooks and objects that are just enough for the heap's unit tests. */
#ifndef FERROUS_TESTS_HEAP_FIXTURE_H
#define FERROUS_TESTS_HEAP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heap/handle.h"
#include "heap/heap_private.h"

enum { FIXTURE_ROOTS = 32, FIXTURE_SHAPES = 4096, FIXTURE_STACK = 64, FIXTURE_LOG = 64 };

/* Shape ids 0 and 1 are without a metatable, as in the runtime; the others are made by tests. */
typedef struct Fixture {
  Heap heap; /* first, as in the runtime's Global */
  State *L;
  Value roots[FIXTURE_ROOTS];
  Shape *shapes[FIXTURE_SHAPES];
  uint32_t shape_count;
  size_t held;      /* bytes the host's allocator has given out */
  long fail_after;  /* allocations until the allocator fails; negative: never */
  bool fail_always; /* from then on, not only once */
  jmp_buf on_memory_error;
  Value finalized[FIXTURE_LOG]; /* in the order of the calls */
  unsigned finalized_count;
  bool resurrect; /* finalizers store their object in roots[0] */
  unsigned strings_released, natives_released, shapes_released, threads_released;
  Object *keep_alive; /* what the mark_code hook marks */
} Fixture;

static inline Fixture *fixture_of(Heap *heap) { return (Fixture *)heap; }

static void *fixture_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  Fixture *f = data;
  if (new_size == 0) {
    if (block != NULL) f->held -= old_size;
    free(block);
    return NULL;
  }
  if (f->fail_after >= 0 && (block == NULL || new_size > old_size)) {
    if (f->fail_after == 0) {
      if (!f->fail_always) f->fail_after = -1;
      return NULL;
    }
    f->fail_after--;
  }
  void *result = malloc(new_size); /* always moves: stale pointers show */
  if (result == NULL) return NULL;
  memset(result, 0xA5, new_size);
  if (block != NULL) {
    memcpy(result, block, old_size < new_size ? old_size : new_size);
    free(block);
    f->held -= old_size;
  }
  f->held += new_size;
  return result;
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static void fixture_mark_roots(Heap *heap) {
  Fixture *f = fixture_of(heap);
  for (int i = 0; i < FIXTURE_ROOTS; i++) heap_mark_value(heap, f->roots[i]);
  for (uint32_t i = 0; i < 2; i++) heap_mark_object(heap, &f->shapes[i]->head);
}

static void fixture_mark_code(Heap *heap, Proto *p) {
  (void)p;
  if (fixture_of(heap)->keep_alive != NULL) heap_mark_object(heap, fixture_of(heap)->keep_alive);
}

/* A metatable's flags are the mode. */
static unsigned fixture_weak_mode(Heap *heap, Table *metatable) {
  (void)heap;
  return metatable->head.flags;
}

static void fixture_release_string(Heap *heap, String *s) {
  (void)s;
  fixture_of(heap)->strings_released++;
}

static void fixture_release_native(Heap *heap, Native *f) {
  (void)f;
  fixture_of(heap)->natives_released++;
}

static uint32_t fixture_outer_slots(const Shape *shape) {
  if (shape->count <= shape->inline_capacity) return 0;
  uint32_t wanted = shape->count - shape->inline_capacity, capacity = 4;
  while (capacity < wanted) capacity *= 2;
  return capacity;
}

static size_t fixture_hash_size(uint32_t mask) {
  return sizeof(HashPart) + ((size_t)mask + 1) * sizeof(Node) +
         ((size_t)mask / 64 + 1) * sizeof(uint64_t);
}

static void fixture_release_table(Heap *heap, Table *t) {
  const Shape *shape = heap->shapes[t->head.meta];
  if (t->array != t->inline_slots) memory_free(heap, t->array, t->array_capacity * sizeof(Value));
  memory_free(heap, t->slots, fixture_outer_slots(shape) * sizeof(Value));
  if (t->hash != NULL) memory_free(heap, t->hash, fixture_hash_size(t->hash->mask));
}

static void fixture_release_proto(Heap *heap, Proto *p) {
  memory_free(heap, p->constants, p->constant_count * sizeof(Value));
  memory_free(heap, p->protos, p->proto_count * sizeof(Proto *));
}

static void fixture_release_thread(Heap *heap, State *thread) {
  fixture_of(heap)->threads_released++;
  if (thread->stack != NULL)
    memory_free(heap, thread->stack, stack_capacity(thread) * sizeof(Value));
  memory_free(heap, thread->frames, sizeof(Frame));
}

static void fixture_release_shape(Heap *heap, Shape *s) {
  fixture_of(heap)->shapes_released++;
  fixture_of(heap)->shapes[s->head.meta] = NULL;
}

static void fixture_run_finalizer(State *L, Value object) {
  Fixture *f = fixture_of(L->heap);
  assert_true(f->finalized_count < FIXTURE_LOG);
  f->finalized[f->finalized_count++] = object;
  if (f->resurrect) f->roots[0] = object;
}

static void fixture_raise_memory(State *L) { longjmp(fixture_of(L->heap)->on_memory_error, 1); }

/* ---- objects --------------------------------------------------------------------------------- */

/* Stacks hold `slots` usable values, all nil. */
static bool fixture_thread_init(Fixture *f, State *thread, State *L, uint32_t slots) {
  Object head = thread->head;
  memset(thread, 0, sizeof *thread);
  thread->head = head;
  thread->heap = &f->heap;
  thread->next_with_upvalues = thread;
  size_t size = (slots + EXTRA_STACK_SLOTS) * sizeof(Value);
  Value *stack = L != NULL ? memory_allocate(L, size) : memory_try_plain(&f->heap, NULL, 0, size);
  if (stack == NULL) return false;
  for (size_t i = 0; i < slots + EXTRA_STACK_SLOTS; i++) stack[i] = NIL;
  thread->stack = thread->top = stack;
  thread->stack_limit = stack + slots;
  Frame *frame = L != NULL ? memory_allocate(L, sizeof(Frame))
                           : memory_try_plain(&f->heap, NULL, 0, sizeof(Frame));
  if (frame == NULL) return false;
  memset(frame, 0, sizeof *frame);
  frame->kind = FRAME_NATIVE;
  frame->base = stack;
  thread->frames = thread->frame = frame;
  thread->frames_limit = frame + 1;
  return true;
}

static inline State *fixture_thread(Fixture *f, uint32_t slots) {
  State *thread = heap_new_cell(f->L, KIND_THREAD, sizeof(State));
  assert_true(fixture_thread_init(f, thread, f->L, slots));
  return thread;
}

static inline Shape *fixture_shape(Fixture *f, uint16_t count, uint8_t inline_capacity,
                                   Table *metatable) {
  Shape *s = heap_new_cell(f->L, KIND_SHAPE, sizeof(Shape));
  Object head = s->head;
  memset(s, 0, sizeof *s);
  s->head = head;
  s->head.meta = f->shape_count;
  s->count = count;
  s->inline_capacity = inline_capacity;
  s->metatable = metatable;
  assert_true(f->shape_count < FIXTURE_SHAPES);
  f->shapes[f->shape_count++] = s;
  return s;
}

static inline Table *fixture_table(Fixture *f, const Shape *shape) {
  Table *t = heap_new_table_cell(f->L);
  Object head = t->head;
  memset(t, 0, sizeof *t);
  t->head = head;
  t->head.meta = shape->head.meta;
  for (int i = 0; i < INLINE_SLOTS; i++) t->inline_slots[i] = NIL;
  uint32_t outer = fixture_outer_slots(shape);
  if (outer > 0) {
    f->roots[FIXTURE_ROOTS - 1] = value_from_table(t);
    Value *slots = memory_allocate(f->L, outer * sizeof(Value));
    for (uint32_t i = 0; i < outer; i++) slots[i] = NIL;
    t->slots = slots;
    f->roots[FIXTURE_ROOTS - 1] = NIL;
  }
  return t;
}

static inline Table *fixture_plain_table(Fixture *f) { return fixture_table(f, f->shapes[0]); }

static inline void fixture_array(Fixture *f, Table *t, uint32_t items) {
  Value *array = memory_allocate(f->L, items * sizeof(Value));
  for (uint32_t i = 0; i < items; i++) array[i] = FALSE;
  t->array = array;
  t->array_size = t->array_capacity = items;
}

/* capacity: a power of two. */
static inline void fixture_hash(Fixture *f, Table *t, uint32_t capacity) {
  HashPart *hash = memory_allocate(f->L, fixture_hash_size(capacity - 1));
  hash->mask = capacity - 1;
  hash->used = 0;
  for (uint32_t i = 0; i < capacity; i++) hash->nodes[i] = (Node){EMPTY_KEY, NIL};
  t->hash = hash;
}

/* The collector does not care where in the hash part a key is. */
static inline void fixture_put(Fixture *f, Table *t, Value key, Value value) {
  Node *node = &t->hash->nodes[t->hash->used++];
  assert_true(t->hash->used <= t->hash->mask);
  node->key = key;
  node->value = value;
  heap_barrier_container(&f->heap, &t->head);
}

static inline Value fixture_lookup(const Table *t, Value key) {
  for (uint32_t i = 0; i <= t->hash->mask; i++)
    if (t->hash->nodes[i].key == key) return t->hash->nodes[i].value;
  return NIL;
}

static inline String *fixture_string(Fixture *f, const char *text) {
  size_t length = strlen(text);
  String *s = heap_new_cell(f->L, KIND_SHORT_STRING, offsetof(String, at) + length + 1);
  s->head.aux = (uint8_t)length;
  s->link.next = NULL;
  memcpy((char *)s + offsetof(String, at), text, length + 1);
  return s;
}

static inline Value fixture_box(Fixture *f, int64_t integer) {
  Box *box = heap_new_cell(f->L, KIND_INT_BOX, sizeof(Box));
  box->as.integer = integer;
  return value_from_pointer(TAG_BOX, box);
}

static inline Upvalue *fixture_upvalue(Fixture *f, Value value) {
  Upvalue *u = heap_new_cell(f->L, KIND_UPVALUE, sizeof(Upvalue));
  u->closed = value;
  u->location = &u->closed;
  u->next_open = NULL;
  return u;
}

static inline Closure *fixture_closure(Fixture *f, Upvalue *upvalue) {
  Closure *c = heap_new_cell(f->L, KIND_CLOSURE, sizeof(Closure) + sizeof(Upvalue *));
  c->head.aux = 1;
  c->proto = NULL;
  c->upvalues[0] = upvalue;
  return c;
}

static inline Userdata *fixture_userdata(Fixture *f, size_t size) {
  Userdata *u = heap_new_cell(f->L, KIND_USERDATA, sizeof(Userdata));
  u->metatable = NULL;
  u->size = 0;
  u->memory = NULL;
  f->roots[FIXTURE_ROOTS - 1] = value_from_object(u);
  u->memory = memory_allocate(f->L, size);
  u->size = size;
  f->roots[FIXTURE_ROOTS - 1] = NIL;
  return u;
}

/* ---- life ------------------------------------------------------------------------------------ */

static const HeapHooks fixture_hooks = {
    .mark_roots = fixture_mark_roots,
    .mark_code = fixture_mark_code,
    .weak_mode = fixture_weak_mode,
    .release_string = fixture_release_string,
    .release_native = fixture_release_native,
    .release_table = fixture_release_table,
    .release_proto = fixture_release_proto,
    .release_thread = fixture_release_thread,
    .release_shape = fixture_release_shape,
    .run_finalizer = fixture_run_finalizer,
    .raise_memory = fixture_raise_memory,
};

static void fixture_open(Fixture *f) {
  memset(f, 0, sizeof *f);
  f->fail_after = -1;
  for (int i = 0; i < FIXTURE_ROOTS; i++) f->roots[i] = NIL;
  assert_true(heap_open(&f->heap, sizeof *f, fixture_allocate, f, &fixture_hooks));
  f->heap.shapes = f->shapes;
  State *main_thread = heap_try_new_cell(&f->heap, KIND_THREAD, sizeof(State));
  assert_non_null(main_thread);
  assert_true(fixture_thread_init(f, main_thread, NULL, FIXTURE_STACK));
  f->L = f->heap.main_thread = main_thread;
  fixture_shape(f, 0, INLINE_SLOTS, NULL);
  fixture_shape(f, 0, 0, NULL);
  heap_resume(&f->heap);
}

static void fixture_close(Fixture *f) {
  heap_validate(&f->heap);
  heap_close(&f->heap);
  assert_int_equal(f->held, 0);
  assert_int_equal(f->heap.bytes, sizeof *f);
}

static inline bool fixture_alive(const void *cell) {
  const Block *block = block_of(cell);
  uint32_t index = block_cell_index(block, cell);
  return (block->words[index / 64].allocated & cell_bit(index)) != 0;
}

static inline int fixture_setup(void **state) {
  Fixture *f = malloc(sizeof *f);
  fixture_open(f);
  *state = f;
  return 0;
}

static inline int fixture_teardown(void **state) {
  fixture_close(*state);
  free(*state);
  return 0;
}

#define HEAP_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
