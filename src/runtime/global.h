/* Global: what all threads of a Lua state share.
   Layer: runtime. */
#ifndef FERROUS_RUNTIME_GLOBAL_H
#define FERROUS_RUNTIME_GLOBAL_H

#include "bytecode/instruction.h"
#include "heap/heap.h"

#include <unwind.h>

/* Metamethod events; the first ones have an "absent" bit in a metatable's head.flags. */
typedef enum Event {
  EVENT_INDEX,
  EVENT_NEWINDEX,
  EVENT_GC,
  EVENT_MODE,
  EVENT_LEN,
  EVENT_EQ,
  EVENT_CALL,
  EVENT_CACHED_LAST = EVENT_CALL, /* events with a bit */
  EVENT_ADD, /* from here to EVENT_BNOT in the order of LUA_OPADD... */
  EVENT_SUB,
  EVENT_MUL,
  EVENT_MOD,
  EVENT_POW,
  EVENT_DIV,
  EVENT_IDIV,
  EVENT_BAND,
  EVENT_BOR,
  EVENT_BXOR,
  EVENT_SHL,
  EVENT_SHR,
  EVENT_UNM,
  EVENT_BNOT,
  EVENT_LT,
  EVENT_LE,
  EVENT_CONCAT,
  EVENT_CLOSE,
  EVENT_TOSTRING, /* looked up by the libraries; interned so that they are names */
  EVENT_NAME,
  EVENT_METATABLE,
  EVENT_PAIRS,
  EVENT_COUNT
} Event;

enum {
  DISPATCH_OPCODES = 256,
  DISPATCH_ENTRIES = DISPATCH_OPCODES + FORWARD_COUNT,
  TYPE_COUNT = 9, /* LUA_TNIL .. LUA_TTHREAD */
  RESERVED_WORD_COUNT = 22,
  NATIVE_SPARES = 4
};

/* A point that errors return to: see throw.h. */
typedef struct Protect Protect;

/* Whether errors return to the innermost run of the interpreter loop: see vm/run.c. */
typedef enum RunState {
  RUN_PROTECTED, /* it is a Protect itself */
  RUN_BARE,      /* they go past it, so no frame of it may catch or wait for a coroutine */
  RUN_TO_PROTECT /* one is about to: the loop was left so that it may become a Protect */
} RunState;

typedef struct Global Global;

enum { LOOKUP_ENTRIES = 512, C_NAME_BITS = 6 };

/* See string_from_c. */
typedef struct CName {
  const char *text;
  String *string; /* a short one with the bytes that were at text */
} CName;

/* See lookup.h. */
typedef struct LookupEntry {
  const String *key;
  uint32_t shape;
  uint16_t slot;
  uint16_t epoch;
  Value *place;
} LookupEntry;

/* Contents of metatables that were met; the references are weak. See stand_in.h. */
typedef struct StandIn {
  Table *stand_in;  /* NULL: they were met once, and then */
  Table *metatable; /* the metatable that had them, */
  Table *table;     /* and the table that it was given to first, or NULL */
  uint32_t hash;
  uint8_t dissolved; /* a metatable with these contents was changed: it shall not happen again */
} StandIn;

typedef struct StandIns {
  StandIn *entries; /* open addressing; NULL: none yet */
  uint32_t mask;
  uint32_t count;
  uint32_t dissolved; /* how often it happened */
  String *key;        /* of the slot that holds the metatable; NULL: not needed yet */
  Table *in_hand;     /* a root: what a shape is about to name */
} StandIns;

/* The unwinder of the C++ runtime; NULL: not looked for yet. */
typedef struct Unwinder {
  __typeof__(_Unwind_ForcedUnwind) *forced_unwind;
  __typeof__(_Unwind_GetCFA) *get_cfa;
} Unwinder;

/* Why a state was stopped: FERROUS_STOP_* of ferrous.h. */
typedef enum StopReason {
  STOP_NONE,
  STOP_INTERRUPT,
  STOP_INSTRUCTIONS,
  STOP_TIME,
  STOP_MEMORY
} StopReason;

/* What the host allows, and how it stops the state: see vm/budget.h. */
typedef struct Budget {
  int64_t fuel;               /* to be spent before somebody looks at the limits */
  uint64_t instructions_left; /* beyond the fuel; UINT64_MAX: no limit */
  uint64_t deadline;          /* on the monotonic clock, in nanoseconds; 0: none */
  uint64_t looked;            /* when the clock was last looked at */
  uint64_t ticks;             /* the processor's then */
  uint64_t patience;          /* ticks from one look at the clock to the next */
  uint32_t slice;             /* fuel from one look to the next */
  uint8_t sticky;
  uint8_t reason;  /* StopReason of the last stop */
  String *message; /* error value of the sticky stop in effect; a root */
} Budget;

/* Boxes put aside: see box_reserve.h. */
typedef struct BoxReserve {
  Box **boxes;      /* the first `count` wait; the others are lent, or NULL */
  uint32_t count;
  uint32_t size;    /* of the array */
  uint32_t needed;  /* the most that C code may push before somebody may raise an error */
  uint32_t covered; /* the part of it for all threads: for as many slots as the largest stack has */
  uint8_t is_short; /* fewer wait than shall */
} BoxReserve;

struct Global {
  Heap heap; /* first: State.heap points here */
  /* Bumped when a table flagged TABLE_IS_PROTOTYPE changes so that a cached look-up through it may be
     wrong: its shape changes (a new field, another metatable, becoming a dictionary), a field or
     item of it becomes nil or ceases to be, a field named by a metamethod changes, or its hash part
     gains a key. Inline caches compare it. When it wraps, every cache is cleared. */
  uint16_t prototype_epoch;
  void (*epoch_wrapped)(Global *global); /* set by the VM; may be NULL */
  struct {
    String **buckets;
    uint32_t mask;
    uint32_t count;
  } strings;
  uint32_t seed;
  uint32_t state_id;
  /* heap.shapes: by id; NULL for free ids. Ids 0 and 1 are the empty shapes without a metatable:
     INLINE_SLOTS inline slots, and none. Id 2: dictionary without metatable. */
  uint32_t shape_count; /* ids ever used */
  uint32_t shape_capacity;
  uint32_t free_shape_count; /* stack of free ids, behind the room for shape_capacity shapes */
  Shape *shape_in_hand; /* a root: the shape that a table is about to get */
  StandIns stand_ins;
  Native **natives; /* interned C functions: open addressing by address */
  uint32_t native_count;
  uint32_t native_mask;
  Native *native_spares[NATIVE_SPARES]; /* cells for C functions pushed when memory fails */
  uint32_t native_spare_count;
  BoxReserve box_reserve;
  Value registry;
  Table *type_metatables[TYPE_COUNT];
  String *event_names[EVENT_COUNT];
  String *reserved_words[RESERVED_WORD_COUNT];
  String *type_name_strings[TYPE_COUNT]; /* what type() returns */
  String *memory_message; /* preallocated: "not enough memory" */
  Protect *protect; /* innermost of the C stack */
  lua_CFunction panic;
  lua_WarnFunction warn;
  void *warn_data;
  State *running; /* thread that runs now */
  uint8_t complete; /* lua_newstate has finished */
  uint8_t run_state; /* RunState */
  uint8_t unwinds;  /* errors run the destructors of the C++ frames they leave */
  Unwinder unwinder;
  Budget budget;
  /* What the VM supplies. */
  void (*call_handler)(State *L);   /* the message handler replaces the error value on the top */
  void (*unwind_all)(State *L, int status); /* an error that nobody catches ends all frames */
  void (*mark_code)(Heap *heap, Proto *p);
  void (*boxes_ran_short)(State *L); /* the reserve did */
  void (*memory_refused)(State *L); /* the host's ceiling did, and LUA_ERRMEM is about to be raised */
  void (*poll)(State *L);           /* raises the stop that is due */
  const void *dispatch[DISPATCH_ENTRIES]; /* the interpreter's handlers: see vm/hook.h */
  uint8_t hooked;       /* they are replaced by the hook handler */
  LookupEntry lookup[LOOKUP_ENTRIES];
  uint64_t era; /* of what sites remember, in the upper half: see site.h */
  Native *next_function; /* what pairs and ipairs return; roots, as are all that the VM knows */
  Native *ipairs_step;
  uint32_t step_node; /* these two are guesses: see table_step */
  uint32_t step_slot;
  CName c_names[1 << C_NAME_BITS]; /* forgotten whenever marking ends */
  int run_result_count; /* values that a yield, or the end of a coroutine, left on its thread's top */
};

ALWAYS_INLINE Global *global_of(const State *L) { return (Global *)L->heap; }

/* Long work below the VM is paid here, in instructions: whatever limit this exceeds stops what comes next. */
ALWAYS_INLINE void spend_fuel(const State *L, size_t instructions) {
  global_of(L)->budget.fuel -= (int64_t)instructions;
}
/* So many bytes that are copied, compared or looked at many at a time, or places of a table, cost one. */
enum { BYTES_FOR_COST = 16, PLACES_FOR_COST = 4 };
ALWAYS_INLINE Shape *table_shape(const Heap *heap, const Table *t) {
  return heap->shapes[t->head.meta];
}
ALWAYS_INLINE Table *table_metatable(const State *L, const Table *t) {
  return table_shape(L->heap, t)->metatable;
}

#endif
