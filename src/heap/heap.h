/* The heap: typed arenas, raw memory, the collector, and handles.
   Layer: heap.

   Arenas. One arena for each kind and size class; an arena is a list of BLOCK_SIZE-aligned
   blocks of equal cells. Masking a cell's address finds its block's header: kind, mark
   bits, allocation bits, one generation counter a cell, sweep epoch. Cells never move.

   Collection happens at safepoints only (heap_check), with two exceptions: an emergency
   when the host's allocator fails, and FERROUS_GC_STRESS=1, which collects inside every
   allocation just as an emergency would, and fully at every safepoint (with a larger number N:
   inside every Nth allocation, and at the safepoint after it). So code may hold new cells in C
   variables between safepoints, on these rules:
     - a cell is completely initialised before the next allocation;
     - an emergency keeps, besides what the roots reach, every cell of the block each
       arena allocates from and of the RECENT_BLOCKS before, and the HELD_CELLS last reused (that
       covers the cells got since the last safepoint that are not yet linked to anything);
     - an older object must stay reachable from the roots while it is in use.
   A thread's live slots are those below its top; in the frame of a Lua function, all
   of the frame's registers. Slots above are set to nil when marking ends, so a
   stale register never holds a freed cell.

   Write barrier. While `head.color == heap->barrier_color`, the object was already
   traced: a store into it must call heap_barrier_back (containers that are
   written often: tables, userdata, threads) or heap_barrier_forward (all others).
   In generational mode it stays on between cycles, and tells the next one what was written to.
   New cells have color 0, which is never the barrier color. Stacks need no barrier:
   threads are traced again when marking ends. */
#ifndef FERROUS_HEAP_HEAP_H
#define FERROUS_HEAP_HEAP_H

#include "object/object.h"
#include "object/thread.h"

enum { BLOCK_SIZE = 4096, HELD_CELLS = 16 };

/* What the layers above supply. */
typedef struct HeapHooks {
  void (*mark_roots)(Heap *heap);          /* calls heap_mark_value / heap_mark_object */
  void (*mark_code)(Heap *heap, Proto *p); /* marks what the caches in its code hold; or NULL */
  /* TABLE_WEAK_KEYS, TABLE_WEAK_VALUES: what a metatable's __mode says, looked up raw; or NULL. */
  unsigned (*weak_mode)(Heap *heap, Table *metatable);
  /* What a dead cell owns beside the arenas is freed, what names it forgets it. None may
     allocate. */
  void (*release_string)(Heap *heap, String *s); /* a short one leaves the intern table */
  void (*release_native)(Heap *heap, Native *f); /* one without upvalues leaves its map */
  void (*release_table)(Heap *heap, Table *t);   /* array, slots, hash (its shape still lives) */
  void (*release_proto)(Heap *heap, Proto *p);   /* its arrays */
  void (*release_thread)(Heap *heap, State *thread); /* stack, frames, to_be_closed */
  void (*release_shape)(Heap *heap, Shape *s);   /* frees its tables, gives its id back */
  void (*finish_marking)(Heap *heap); /* marking is over: drop weak references to dead cells */
  void (*run_finalizer)(State *L, Value object); /* calls __gc, protected; warns on error */
  void (*cycle_ended)(State *L); /* at a safepoint, so that stacks may move; or NULL */
  void (*raise_memory)(State *L);          /* LUA_ERRMEM; does not return */
} HeapHooks;

#include "heap/arena.h"

typedef enum GcPhase { GC_IDLE, GC_MARK, GC_ATOMIC, GC_SWEEP } GcPhase;

/* The table of blocks, by number. Numbers are used again, generations are not: floor is what the
   generations of the next block of that number start from. For blocks whose cells are all values
   of one tag the entry says what resolving a handle needs, so that neither the block's header nor
   the cell is touched for it: see handle_quick_value. */
typedef struct BlockEntry {
  Block *block;
  Value first_value;    /* the first cell, as a value */
  uint32_t next_free;
  uint16_t value_count; /* cells that are found so; 0 for all other blocks */
  uint16_t cell_size;
  uint16_t generations; /* offset from the block's header */
  uint16_t floor;
} BlockEntry;

typedef struct BlockTable {
  BlockEntry *entries;
  uint64_t count;
  uint64_t first_name; /* state and block number of a handle to block 0; or NO_QUICK_NAME */
} BlockTable;

/* A freed buffer that waits for the next one of its size: see memory.c. */
typedef struct SpareBuffer SpareBuffer;
enum { SPARE_SIZES = 8 };

/* The state of one heap. The runtime's Global begins with it. */
struct Heap {
  uint8_t barrier_color; /* see above; matches no object while no barrier is needed */
  uint8_t phase;         /* GcPhase */
  uint8_t mark_color;    /* 1 or 2, by turns in major cycles: what barrier_color is while marking */
  uint8_t mode;          /* LUA_GCINC or LUA_GCGEN */
  uint8_t stopped;       /* GC_STOPPED_* bits: why no automatic collection may run */
  uint8_t emergency;     /* an emergency collection is under way */
  uint8_t stress;        /* FERROUS_GC_STRESS is set */
  uint8_t probing;       /* for tests: every new cell asks the host's allocator for leave first */
  uint8_t closing;       /* the state is being closed */
  volatile uint32_t interrupt; /* INTERRUPT_* bits: see vm/budget.h */
  ptrdiff_t debt;        /* bytes allocated beyond what has been paid for; > 0: a step is due */
  size_t bytes;          /* buffers beside the arenas, and the heap's own parts */
  size_t obtained;       /* all that was got through lua_Alloc */
  size_t ceiling;        /* what the host allows of it; SIZE_MAX: no limit */
  uint8_t refused;       /* the ceiling refused memory last */
  lua_Alloc allocate;
  void *allocate_data;
  State *main_thread;
  Shape **shapes;        /* by id; kept by the runtime, which allocates it */
  HeapHooks hooks;
  Arena table_arena;     /* these are for inlined allocations; the others are private */
  Arena box_arena;
  Arena upvalue_arena;
  Arena *function_arenas; /* by size class */
  Object *held[HELD_CELLS]; /* cells handed out again lately: see heap_reuse; NULL: none */
  uint8_t held_next;
  uint32_t stress_period; /* the N of FERROUS_GC_STRESS */
  uint32_t stress_left;   /* allocations until the next one that collects */
  BlockTable blocks;
  SpareBuffer *spares[SPARE_SIZES]; /* by size */
  size_t spare_bytes;
  struct HeapPrivate *private_part; /* all that only src/heap/ looks at */
};

enum {
  INTERRUPT_RAISED = 1,   /* a stop is asked for; set by any thread, or a signal handler */
  INTERRUPT_COUNTING = 2, /* there is a budget of instructions or time */
  INTERRUPT_STOPPED = 4,  /* a sticky stop is in effect */
  INTERRUPT_CODE = 8      /* as INTERRUPT_RAISED, but polls leave it for the next instruction */
};

enum {
  GC_STOPPED_BY_USER = 1,
  GC_STOPPED_BY_PAUSE = 2,
  GC_STOPPED_IN_FINALIZER = 4,
  GC_STOPPED_CLOSING = 8
};

/* ---- life of a heap -------------------------------------------------------------------------- */

/* Initialises *heap, which the caller allocated through the same allocator (its bytes are
   counted as `own_size`). False when memory fails (nothing is left allocated then).
   The heap starts paused: the first heap_resume, once the state is complete, lets
   collections begin. */
bool heap_open(Heap *heap, size_t own_size, lua_Alloc allocate, void *data, const HeapHooks *hooks);
/* Runs all pending finalizers, calling hooks.run_finalizer. The state still works. */
void heap_finalize_all(State *L);
/* Frees every cell and what the cells own, through the hooks release_table, _proto, _thread
   and _shape (not release_string, release_native: the maps they keep may be gone already,
   but `shapes` must still be there). Afterwards only memory_free works. */
void heap_close(Heap *heap);

/* ---- raw memory: counted, through lua_Alloc -------------------------------------------------- */

void *memory_allocate(State *L, size_t size); /* NULL only for size 0; raises LUA_ERRMEM */
void *memory_reallocate(State *L, void *block, size_t old_size, size_t new_size);
/* NULL when memory fails even after an emergency collection; the old block is then untouched. */
void *memory_try_reallocate(State *L, void *block, size_t old_size, size_t new_size);
void memory_free(Heap *heap, void *block, size_t size);
/* All memory comes from here, within the ceiling. */
void *memory_obtain(Heap *heap, void *block, size_t old_size, size_t new_size);

/* ---- cells ----------------------------------------------------------------------------------- */

/* A new cell of `size` bytes with its header set (meta, color, flags, aux zero) and a body of
   undefined content. size may exceed the largest size class (closures and userdata
   with very many values): such cells get blocks of their own. Raises LUA_ERRMEM. */
void *heap_new_cell(State *L, Kind kind, size_t size);
/* Likewise, for the main thread's cell: NULL when memory fails. Never collects. */
void *heap_try_new_cell(Heap *heap, Kind kind, size_t size);
/* The largest cell that shares a block with others: larger buffers are better kept beside
   the arenas. */
enum { HEAP_SHARED_CELL_MAX = 1008 };
/* The same for tables; fast. */
ALWAYS_INLINE Table *heap_new_table_cell(State *L);

/* ---- barriers -------------------------------------------------------------------------------- */

void heap_barrier_back(Heap *heap, Object *container);
void heap_barrier_forward(Heap *heap, Object *container, Object *child);

/* To be called after (or before) any store into a table or userdata, and when a table's
   shape changes or its hash part is rebuilt. */
ALWAYS_INLINE void heap_barrier_container(Heap *heap, Object *container) {
  if (unlikely(container->color == heap->barrier_color)) heap_barrier_back(heap, container);
}
/* After storing child into container (closures, upvalues, prototypes, shapes). */
ALWAYS_INLINE void heap_barrier_value(Heap *heap, Object *container, Value child) {
  if (unlikely(container->color == heap->barrier_color) && value_is_collectable(child))
    heap_barrier_forward(heap, container, value_cell(child));
}
ALWAYS_INLINE void heap_barrier_object(Heap *heap, Object *container, Object *child) {
  if (unlikely(container->color == heap->barrier_color))
    heap_barrier_forward(heap, container, child);
}
/* For references that no object's color guards (caches in code, intern maps, transitions):
   keeps the cell for the cycle under way. */
void heap_keep(Heap *heap, Object *cell);

/* ---- the collector --------------------------------------------------------------------------- */

/* Safepoint: may collect and run finalizers (any Lua code), so stacks may move. */
void heap_step(State *L);
ALWAYS_INLINE void heap_check(State *L) {
  if (unlikely(L->heap->debt > 0)) heap_step(L);
}
/* A full cycle that runs no code: finalizers wait for the next step. */
void heap_collect_only(Heap *heap);
/* At a safepoint: the same, and new cells that nothing refers to go, too; in finalizers as well. False: not
   allowed now. */
bool heap_collect_quietly(Heap *heap);
void heap_collect(State *L);   /* a full cycle, finalizers called */
/* The same in parts, the last of which calls the finalizers and returns true. Whoever gives up in between
   leaves a cycle that goes on as usual. False of the first: not allowed now. */
bool heap_collect_start(Heap *heap);
bool heap_collect_part(State *L);
/* collectgarbage("step", kilobytes): true when a cycle ended. */
bool heap_step_by(State *L, size_t kilobytes);
size_t heap_count(Heap *heap); /* bytes in use: collectgarbage("count") */
/* Sets LUA_GCINC or LUA_GCGEN, returns the former mode. Zero leaves a parameter as it is. */
int heap_set_incremental(State *L, int pause, int step_multiplier, int step_size);
int heap_set_generational(State *L, int minor_multiplier, int major_multiplier);
int heap_set_pause(Heap *heap, int pause);                /* returns the former value, percent */
int heap_set_step_multiplier(Heap *heap, int multiplier); /* likewise */
/* Nothing is collected between the two (not even in an emergency); they nest. */
void heap_pause(Heap *heap);
void heap_resume(Heap *heap);

/* During marking only, from hooks. */
void heap_mark_object(Heap *heap, Object *cell);
ALWAYS_INLINE void heap_mark_value(Heap *heap, Value v) {
  if (value_is_collectable(v)) heap_mark_object(heap, value_cell(v));
}
/* A lookup in a map that does not keep its cells (strings, interned C functions) found this leaf
   and hands it out again: nothing else may refer to it, so it is revived if it is dead,
   and an emergency keeps it as it keeps new cells. */
ALWAYS_INLINE void heap_reuse(Heap *heap, Object *cell);
/* In finish_marking and while sweeping: whether the cell is dead although not yet swept. A
   lookup that meets a dead cell revives a leaf (see heap_reuse), and treats others as absent. */
bool heap_is_dead(Heap *heap, const Object *cell);

/* The object (table or userdata) gets its finalizer called when it dies; called when a
   metatable with a __gc field is set. A second call does nothing until it was finalized. */
void heap_add_finalizer(State *L, Object *cell);
/* A thread got its first open upvalue: the collector must look at it when marking ends. */
void heap_thread_has_upvalues(Heap *heap, State *thread);

/* Calls visit for every prototype, the dead ones not yet swept included. */
void heap_each_proto(Heap *heap, void (*visit)(Proto *p));
/* The same for tables. visit makes none, and nothing may be collected meanwhile. */
void heap_each_table(State *L, void (*visit)(State *L, Table *t, void *data), void *data);
/* And for threads. */
void heap_each_thread(Heap *heap, void (*visit)(State *thread));

/* Debug builds: walks the heap and aborts on a broken invariant. */
void heap_validate(Heap *heap);
/* Debug builds: whether an address lies in a cell that is free now. */
bool heap_is_freed(Heap *heap, const void *address);

ALWAYS_INLINE void heap_reuse(Heap *heap, Object *cell) {
  if (unlikely(heap->phase == GC_SWEEP)) heap_keep(heap, cell);
  heap->held[heap->held_next++ % HELD_CELLS] = cell;
}

/* ---- handles: see heap/handle.h -------------------------------------------------------------- */

ALWAYS_INLINE Table *heap_new_table_cell(State *L) {
  Table *t = arena_allocate(L, &L->heap->table_arena);
  t->head = (Object){.kind = KIND_TABLE};
  return t;
}

/* Where closures with so few upvalues have their cells. */
enum { HEAP_FEW_UPVALUES = 6 };
ALWAYS_INLINE Arena *heap_closure_arena(Heap *heap, unsigned upvalue_count) {
  return &heap->function_arenas[upvalue_count == 0 ? 0 : (upvalue_count - 1) / 2];
}

#endif
