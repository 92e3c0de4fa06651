/* Marking: what the roots reach, in slices.
   Layer: heap. Invariants: heap_private.h.

   A cell is white (no mark), gray (marked, gray bit set) or black (marked and traced). Black
   cells of kinds that the mutator writes to carry the barrier color; a store into one of
   them either makes it look untraced again (heap_barrier_back) or marks what was
   stored (heap_barrier_forward). So no black cell with the barrier color ever refers to a
   white one. Threads and weak tables never get the color: they go into the again set.

   Tables and stacks with more than SLICE_VALUES values are traced that many at a
   time. The hash part goes first, then the array from its start, because values only ever
   move from the hash part to the array; a rebuilt hash part is started over. A store
   meanwhile is the barrier's business, as the table has the color already. */
#include "heap/heap_private.h"

enum {
  SLICE_VALUES = 2048,
  LEAF_WORK = 16 /* bytes of work that marking a leaf counts for */
};

/* ---- setting marks --------------------------------------------------------------------------- */

static void gray_list(HeapPrivate *p, Block *block) {
  if (block->gray_listed) return;
  block->gray_listed = 1;
  block->next_gray = p->gray_blocks;
  p->gray_blocks = block;
}

void mark_cell(HeapPrivate *p, Object *cell) {
  Block *block = block_of(cell);
  uint32_t index = block_cell_index(block, cell);
  BlockWord *word = block_word(block, index);
  uint64_t bit = cell_bit(index);
  VM_ASSERT(index < block->cell_count && (word->allocated & bit));
#if defined(FERROUS_DEBUG)
  if (p->validating) {
    VM_ASSERT(word->marks & bit);
    return;
  }
#endif
  if (word->marks & bit) return;
  word->marks |= bit;
  if (block->leaf) {
    p->work += LEAF_WORK;
    return;
  }
  word->gray |= bit;
  gray_list(p, block);
}

static void mark_object(HeapPrivate *p, void *cell) {
  if (cell != NULL) mark_cell(p, cell);
}

void heap_mark_object(Heap *heap, Object *cell) { mark_cell(heap->private_part, cell); }

void mark_again(HeapPrivate *p, Object *cell) {
  Block *block = block_of(cell);
  uint32_t index = block_cell_index(block, cell);
  block_word(block, index)->again |= cell_bit(index);
  if (block->again_listed) return;
  block->again_listed = 1;
  block->next_again = p->again_blocks;
  p->again_blocks = block;
}

void mark_again_to_gray(HeapPrivate *p) {
  while (p->again_blocks != NULL) {
    Block *block = p->again_blocks;
    p->again_blocks = block->next_again;
    block->again_listed = 0;
    for (uint32_t w = 0; w < block->word_count; w++) {
      block->words[w].gray |= block->words[w].again;
      block->words[w].again = 0;
    }
    gray_list(p, block);
  }
}

/* What a minor cycle begins with, beside the roots: what was written to since the last cycle, weak
   tables, and the threads, whose stacks have no barrier. */
void mark_remembered(HeapPrivate *p) {
  mark_again_to_gray(p);
  for (Block *block = p->thread_arena.blocks; block != NULL; block = block->next) {
    for (uint32_t w = 0; w < block->word_count; w++) block->words[w].gray = block->words[w].marks;
    gray_list(p, block);
  }
}

static void mark_values(HeapPrivate *p, const Value *values, size_t count) {
  for (size_t i = 0; i < count; i++) mark_value(p, values[i]);
  p->work += count * sizeof(Value);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void trace_nodes(HeapPrivate *p, const HashPart *hash, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    Value key = hash->nodes[i].key, value = hash->nodes[i].value;
    if (!value_is_nil(value)) {
      mark_value(p, key);
      mark_value(p, value);
    } else if (value_is_string(key) || value_is_box(key)) {
      mark_value(p, key); /* dead keys of these kinds may still be looked into */
    }
  }
  p->work += (to - from) * sizeof(Node);
}

static void trace_fields(HeapPrivate *p, Table *t) {
  Shape *shape = table_shape_of(p, t);
  mark_cell(p, &shape->head);
  for (uint32_t slot = 0; slot < shape->count; slot++) mark_value(p, *table_field(shape, t, slot));
  p->work += sizeof(Table) + shape->count * sizeof(Value);
}

static size_t hash_capacity(const Table *t) {
  return t->hash == NULL ? 0 : (size_t)t->hash->mask + 1;
}

static void trace_strong(HeapPrivate *p, Table *t) {
  trace_fields(p, t);
  if (t->hash != NULL) trace_nodes(p, t->hash, 0, hash_capacity(t));
  mark_values(p, t->array, t->array_size);
}

static unsigned table_weak_mode(HeapPrivate *p, const Table *t) {
  Table *metatable = table_shape_of(p, t)->metatable;
  if (metatable == NULL || p->heap->hooks.weak_mode == NULL) return 0;
  if (metatable != p->mode_metatable) {
    p->mode = p->heap->hooks.weak_mode(p->heap, metatable);
    p->mode_metatable = metatable;
  }
  return p->mode;
}

static void slice_begin_table(HeapPrivate *p, Table *t) {
  p->slice = (Slice){.object = &t->head, .hash = t->hash, .mask = t->hash ? t->hash->mask : 0};
}

static void trace_table(HeapPrivate *p, Table *t) {
  if (p->validating) { /* what is left in a weak table must be marked too */
    trace_strong(p, t);
    return;
  }
  t->head.aux &= (uint8_t)~(TABLE_WEAK_KEYS | TABLE_WEAK_VALUES);
  unsigned mode = table_weak_mode(p, t);
  if (mode != 0) {
    weak_trace(p, t, mode);
    return;
  }
  t->head.color = p->heap->mark_color;
  if (p->heap->phase == GC_MARK && hash_capacity(t) + t->array_size > SLICE_VALUES) {
    trace_fields(p, t);
    slice_begin_table(p, t);
  } else {
    trace_strong(p, t);
  }
}

/* False when the table is done. */
static bool slice_table(HeapPrivate *p, Table *t) {
  Slice *slice = &p->slice;
  if (t->hash != slice->hash || (t->hash != NULL && t->hash->mask != slice->mask))
    slice_begin_table(p, t);
  size_t nodes = hash_capacity(t), end = slice->position + SLICE_VALUES;
  if (slice->position < nodes) {
    if (end > nodes) end = nodes;
    trace_nodes(p, t->hash, slice->position, end);
  } else {
    size_t total = nodes + t->array_size;
    if (slice->position >= total) return false;
    if (end > total) end = total;
    mark_values(p, t->array + (slice->position - nodes), end - slice->position);
  }
  slice->position = end;
  return true;
}

/* ---- threads --------------------------------------------------------------------------------- */

/* First slot that the thread does not use. */
static Value *thread_live_end(const State *L) {
  const Frame *frame = L->frame;
  if (!frame_is_lua(frame)) return L->top;
  Value *end = frame_registers_end(frame);
  return end > L->top ? end : L->top;
}

static bool slice_thread(HeapPrivate *p, State *L) {
  Slice *slice = &p->slice;
  size_t total = (size_t)(thread_live_end(L) - L->stack), end = slice->position + SLICE_VALUES;
  if (slice->position >= total) return false;
  if (end > total) end = total;
  mark_values(p, L->stack + slice->position, end - slice->position);
  slice->position = end;
  return true;
}

static void thread_clear_above(State *L) {
  Value *limit = L->stack + stack_capacity(L);
  for (Value *slot = thread_live_end(L); slot < limit; slot++) *slot = NIL;
}

static void trace_thread(HeapPrivate *p, State *L) {
  p->work += sizeof(State);
  mark_object(p, L->resumer);
  if (p->heap->phase == GC_MARK) mark_again(p, &L->head);
  for (const Frame *f = L->frames; f <= L->frame; f++)
    if (f->kind == FRAME_RESUME) mark_object(p, f->as.task.coroutine);
  size_t live = (size_t)(thread_live_end(L) - L->stack);
  if (p->heap->phase == GC_MARK && live > SLICE_VALUES) {
    p->slice = (Slice){.object = &L->head};
    return;
  }
  mark_values(p, L->stack, live);
  if (p->heap->phase == GC_ATOMIC && !p->validating) thread_clear_above(L);
}

/* ---- other kinds ----------------------------------------------------------------------------- */

static void trace_proto(HeapPrivate *p, Proto *proto) {
  mark_object(p, proto->source);
  mark_values(p, proto->constants, proto->constant_count);
  for (uint32_t i = 0; i < proto->proto_count; i++) mark_object(p, proto->protos[i]);
  if (proto->upvalues != NULL)
    for (uint32_t i = 0; i < proto->upvalue_count; i++) mark_object(p, proto->upvalues[i].name);
  for (uint32_t i = 0; i < proto->local_count; i++) mark_object(p, proto->locals[i].name);
  if (p->heap->hooks.mark_code != NULL) p->heap->hooks.mark_code(p->heap, proto);
  p->work += sizeof(Proto) + proto->code_count * sizeof(Instruction) +
             (proto->proto_count + proto->local_count) * sizeof(void *);
}

/* A shape's first keys are those of its parent, which marks them. */
static void trace_shape(HeapPrivate *p, Shape *shape) {
  uint32_t inherited = shape->parent != NULL ? shape->parent->count : 0;
  mark_object(p, shape->parent);
  mark_object(p, shape->metatable);
  if (shape->keys != NULL)
    for (uint32_t i = inherited; i < shape->count; i++) mark_cell(p, &shape->keys->keys[i]->head);
  p->work += sizeof(Shape) + (shape->count - inherited) * sizeof(void *);
}

static void trace_closure(HeapPrivate *p, Closure *closure) {
  mark_object(p, closure->proto);
  for (unsigned i = 0; i < closure->head.aux; i++) mark_object(p, closure->upvalues[i]);
  p->work += sizeof(Closure) + closure->head.aux * sizeof(void *);
}

static void trace_userdata(HeapPrivate *p, Userdata *u) {
  mark_object(p, u->metatable);
  mark_values(p, u->user_values, u->head.meta);
  p->work += sizeof(Userdata);
}

static void trace(HeapPrivate *p, Object *object) {
  if (unlikely(p->ephemerons.count != 0)) ephemeron_key_traced(p, object);
  switch (object->kind) {
    case KIND_TABLE: trace_table(p, (Table *)object); return; /* which sets the color */
    case KIND_THREAD: trace_thread(p, (State *)object); return; /* which has none */
    case KIND_CLOSURE: trace_closure(p, (Closure *)object); break;
    case KIND_NATIVE:
      mark_values(p, ((Native *)object)->upvalues, object->aux);
      p->work += sizeof(Native);
      break;
    case KIND_UPVALUE: mark_values(p, ((Upvalue *)object)->location, 1); break;
    case KIND_USERDATA: trace_userdata(p, (Userdata *)object); break;
    case KIND_PROTO: trace_proto(p, (Proto *)object); break;
    case KIND_SHAPE: trace_shape(p, (Shape *)object); break;
    default: return; /* leaves */
  }
  if (!p->validating) object->color = p->heap->mark_color;
}

void mark_check(HeapPrivate *p, Object *object) { trace(p, object); }

/* ---- the loop -------------------------------------------------------------------------------- */

static Object *gray_pop(HeapPrivate *p) {
  for (Block *block = p->gray_blocks; block != NULL; block = p->gray_blocks) {
    for (uint32_t w = 0; w < block->word_count; w++) {
      uint64_t gray = block->words[w].gray;
      if (gray == 0) continue;
      block->words[w].gray = gray & (gray - 1);
      return block_object(block, w * 64 + (uint32_t)__builtin_ctzll(gray));
    }
    p->gray_blocks = block->next_gray;
    block->gray_listed = 0;
  }
  return NULL;
}

static void slice_continue(HeapPrivate *p) {
  Object *object = p->slice.object;
  bool more = object->kind == KIND_TABLE ? slice_table(p, (Table *)object)
                                         : slice_thread(p, (State *)object);
  if (!more) p->slice.object = NULL;
}

bool mark_propagate(HeapPrivate *p, size_t budget) {
  while (p->work < budget) {
    if (p->slice.object != NULL) {
      slice_continue(p);
      continue;
    }
    Object *object = gray_pop(p);
    if (object == NULL) return true;
    trace(p, object);
  }
  return false;
}

/* ---- roots ----------------------------------------------------------------------------------- */

void mark_roots(HeapPrivate *p) {
  mark_object(p, p->heap->main_thread);
  p->heap->hooks.mark_roots(p->heap);
  pins_mark(p);
  finalizers_mark_pending(p);
}

static void mark_whole_block(HeapPrivate *p, Block *block) {
  if (block == NULL) return;
  for (uint32_t w = 0; w < block->word_count; w++)
    for (uint64_t bits = block->words[w].allocated; bits != 0; bits &= bits - 1)
      mark_cell(p, block_object(block, w * 64 + (uint32_t)__builtin_ctzll(bits)));
}

void mark_recent_cells(HeapPrivate *p) {
  for (int i = 0; i < HELD_CELLS; i++) mark_object(p, p->heap->held[i]);
  for (uint32_t i = 0; i < ARENA_COUNT; i++) {
    Arena *arena = arena_at(p, i);
    mark_whole_block(p, arena->current);
    for (int r = 0; r < RECENT_BLOCKS; r++) mark_whole_block(p, arena->recent[r]);
  }
}

void mark_forget(HeapPrivate *p) {
  for (uint32_t i = 0; i < ARENA_COUNT; i++)
    for (Block *block = arena_at(p, i)->blocks; block != NULL; block = block->next) {
      block->gray_listed = block->again_listed = 0;
      for (uint32_t w = 0; w < block->word_count; w++)
        block->words[w].marks = block->words[w].gray = block->words[w].again = 0;
    }
  p->gray_blocks = p->again_blocks = NULL;
  p->slice.object = NULL;
  p->marks_kept = false;
}

/* ---- open upvalues ------------------------------------------------------------------------------

   A thread does not keep its open upvalues alive, closures do. A closure may outlive the
   thread: then the upvalues it reached must be closed before the stack is freed. Cells
   are freed in any order, so all that is settled when marking ends. */

static bool thread_is_marked(const State *thread) { return cell_is_marked(&thread->head); }

void heap_thread_has_upvalues(Heap *heap, State *thread) {
  if (thread->next_with_upvalues != thread) return;
  thread->next_with_upvalues = heap->private_part->threads_with_upvalues;
  heap->private_part->threads_with_upvalues = thread;
}

/* The values that reached upvalues name on stacks that were not traced. */
void mark_threads_upvalues(HeapPrivate *p) {
  State *thread = p->threads_with_upvalues;
  for (; thread != NULL; thread = thread->next_with_upvalues) {
    if (thread_is_marked(thread)) continue;
    for (Upvalue *u = thread->open_upvalues; u != NULL; u = u->next_open)
      if (cell_is_marked(&u->head)) mark_value(p, *u->location);
  }
}

static void drop_dead_upvalues(State *thread) {
  Upvalue **link = &thread->open_upvalues;
  while (*link != NULL) {
    if (cell_is_marked(&(*link)->head))
      link = &(*link)->next_open;
    else
      *link = (*link)->next_open;
  }
}

static void close_reached_upvalues(State *thread) {
  for (Upvalue *u = thread->open_upvalues, *next; u != NULL; u = next) {
    next = u->next_open;
    if (!cell_is_marked(&u->head)) continue;
    u->closed = *u->location;
    u->location = &u->closed;
    u->next_open = NULL;
  }
  thread->open_upvalues = NULL;
}

void mark_settle_upvalues(HeapPrivate *p) {
  State **link = &p->threads_with_upvalues;
  while (*link != NULL) {
    State *thread = *link;
    if (thread_is_marked(thread))
      drop_dead_upvalues(thread);
    else
      close_reached_upvalues(thread);
    if (thread->open_upvalues != NULL) {
      link = &thread->next_with_upvalues;
    } else {
      *link = thread->next_with_upvalues;
      thread->next_with_upvalues = thread;
    }
  }
}

/* ---- barriers -------------------------------------------------------------------------------- */

void heap_barrier_back(Heap *heap, Object *container) {
  HeapPrivate *p = heap->private_part;
  container->color = 0;
  if ((heap->phase == GC_MARK || p->marks_kept) && cell_is_marked(container))
    mark_again(p, container);
}

void heap_barrier_forward(Heap *heap, Object *container, Object *child) {
  if (heap->phase == GC_MARK)
    mark_cell(heap->private_part, child);
  else
    heap_barrier_back(heap, container);
}

bool heap_is_dead(Heap *heap, const Object *cell) {
  switch (heap->phase) {
    case GC_ATOMIC: return !cell_is_marked(cell);
    case GC_SWEEP:
      return block_of(cell)->epoch != heap->private_part->epoch && !cell_is_marked(cell);
    default: return false;
  }
}

void heap_keep(Heap *heap, Object *cell) {
  if (heap->phase == GC_MARK || heap->phase == GC_ATOMIC) {
    mark_cell(heap->private_part, cell);
  } else if (heap_is_dead(heap, cell)) {
    Block *block = block_of(cell);
    uint32_t index = block_cell_index(block, cell);
    VM_ASSERT(cell_is_plain_value(cell));
    block_word(block, index)->marks |= cell_bit(index);
  } else if (heap->private_part->marks_kept) {
    mark_cell(heap->private_part, cell);
  }
}
