/* The layout of every heap type. Passive: no allocation, no behaviour beyond field access.
   Layer: object.

   Every cell starts with the same eight bytes (Object). Mark bits and generations
   live in the header of the cell's block, not here; `color` is only the write
   barrier's test byte (see heap/heap.h). */
#ifndef FERROUS_OBJECT_OBJECT_H
#define FERROUS_OBJECT_OBJECT_H

#include "base/config.h"
#include "object/value.h"

#include "lua.h"

typedef struct lua_State State;
typedef struct Heap Heap;
typedef struct Table Table;
typedef struct Shape Shape;
typedef struct Proto Proto;
typedef struct Site Site;
typedef struct String String;
typedef struct Upvalue Upvalue;

/* What a cell holds. The order groups the kinds by the tag that names them. */
typedef enum Kind {
  KIND_FREE,
  KIND_INT_BOX,   /* TAG_BOX: an integer of more than 48 bits */
  KIND_LIGHT_BOX, /* TAG_BOX: a light userdata of more than 47 bits */
  KIND_USERDATA,  /* TAG_OBJECT */
  KIND_THREAD,    /* TAG_OBJECT */
  KIND_SHORT_STRING,
  KIND_LONG_STRING,
  KIND_CLOSURE, /* TAG_FUNCTION: a Lua function */
  KIND_NATIVE,  /* TAG_FUNCTION: a C function */
  KIND_TABLE,
  KIND_UPVALUE, /* the rest is never a Value */
  KIND_PROTO,
  KIND_SHAPE,
  KIND_COUNT
} Kind;

typedef struct Object {
  uint32_t meta; /* tables: shape id; strings: hash; shapes: own id; userdata: user values */
  uint8_t kind;
  uint8_t color; /* equal to Heap.barrier_color: a store into this object needs the barrier */
  uint8_t flags; /* by kind, see below */
  uint8_t aux;   /* by kind, see below */
} Object;

STATIC_ASSERT(sizeof(Object) == 8, "the object header is one word");

/* ---- boxes ------------------------------------------------------------------------- */

typedef struct Box {
  Object head;
  union {
    int64_t integer;
    void *light;
  } as;
} Box;

ALWAYS_INLINE Box *value_box(Value v) { return (Box *)value_pointer(v); }
ALWAYS_INLINE bool value_is_int_box(Value v) {
  return value_is_box(v) && value_box(v)->head.kind == KIND_INT_BOX;
}
ALWAYS_INLINE bool value_is_int(Value v) { return value_is_small_int(v) || value_is_int_box(v); }
/* v must be an integer. */
ALWAYS_INLINE int64_t value_as_int(Value v) {
  return likely(value_is_small_int(v)) ? value_as_small_int(v) : value_box(v)->as.integer;
}
ALWAYS_INLINE bool value_is_number(Value v) { return value_is_double(v) || value_is_int(v); }
ALWAYS_INLINE bool value_is_light(Value v) {
  return value_is_inline_light(v) || (value_is_box(v) && value_box(v)->head.kind == KIND_LIGHT_BOX);
}
ALWAYS_INLINE void *value_as_light(Value v) {
  return value_is_box(v) ? value_box(v)->as.light : value_as_inline_light(v);
}

/* ---- strings ----------------------------------------------------------------------- */

enum { SHORT_STRING_MAX = 40 };

/* Short strings (at most SHORT_STRING_MAX bytes) are interned: equal ones are the same
   cell. head.aux is the length, head.meta the hash, head.flags the name's number:
   0, a reserved word (1 + its index) or a metamethod name (NAME_METAMETHOD + event).
   Long strings: head.meta is the hash once STRING_HASHED is set in head.flags. Both kinds end in a
   zero byte that does not count. */
enum { STRING_HASHED = 1, NAME_METAMETHOD = 64 };

struct String {
  Object head;
  union {
    String *next;  /* short: chain of the intern table */
    size_t length; /* long */
  } link;
  union {
    char short_bytes[1]; /* short: the bytes, in the cell */
    char *long_bytes;    /* long: in the cell behind this struct, or beside the arenas */
  } at;
};

/* Bytes beside the arenas have some room before them in debug builds: a host that frees what
   lua_tolstring returned frees nothing that its allocator knows, and is stopped at once. */
#if defined(FERROUS_DEBUG)
enum { STRING_GUARD = 16 };
#else
enum { STRING_GUARD = 0 };
#endif

ALWAYS_INLINE Value value_from_string(const String *s) {
  return value_from_pointer(TAG_STRING, s);
}
ALWAYS_INLINE String *value_string(Value v) { return (String *)value_pointer(v); }
ALWAYS_INLINE bool string_is_short(const String *s) { return s->head.kind == KIND_SHORT_STRING; }
ALWAYS_INLINE size_t string_length(const String *s) {
  return string_is_short(s) ? s->head.aux : s->link.length;
}
ALWAYS_INLINE const char *string_bytes(const String *s) {
  return string_is_short(s) ? (const char *)s + offsetof(String, at) : s->at.long_bytes;
}

/* ---- tables and shapes --------------------------------------------------------------- */

typedef struct Node {
  Value key;   /* EMPTY_KEY, or a key; keys stay when their value becomes nil */
  Value value; /* nil: absent (the key is then dead, see table.h) */
} Node;

/* Open addressing, linear probing, power-of-two capacity, never full. A bitmap follows the nodes, with
   a bit for each, set where the key is not EMPTY_KEY: those who go through all nodes need not look
   at them to find the next, and what comes next is no branch that can't be foreseen. */
typedef struct HashPart {
  uint32_t mask; /* capacity - 1 */
  uint32_t used; /* nodes whose key is not EMPTY_KEY */
  Node nodes[];
} HashPart;

ALWAYS_INLINE uint64_t *hash_part_keyed(const HashPart *h) {
  return (uint64_t *)&h->nodes[(size_t)h->mask + 1];
}
ALWAYS_INLINE size_t hash_part_keyed_words(const HashPart *h) { return (size_t)h->mask / 64 + 1; }
/* The first node from i on whose key is not EMPTY_KEY; or one beyond the last. */
ALWAYS_INLINE uint64_t hash_part_next(const HashPart *h, uint64_t i) {
  const uint64_t *keyed = hash_part_keyed(h);
  while (i <= h->mask) {
    uint64_t bits = keyed[i / 64] >> (i % 64);
    if (likely(bits != 0)) return i + (uint64_t)__builtin_ctzll(bits);
    i = (i | 63) + 1;
  }
  return i;
}

enum { INLINE_SLOTS = 3 };

/* Items 1..array_size live in array; array_size == 0 or the last one is not nil. A field
   named by the shape lives in its slot: slot s is inline_slots[s] while s is below the
   shape's inline_capacity, slots[s - inline_capacity] from there on. Other keys live in
   hash. head.flags: a bit for each Event up to EVENT_CACHED_LAST that this table, as a
   metatable, is known not to have. head.aux: see below. */
struct Table {
  Object head; /* meta: the shape's id */
  Value *array;
  uint32_t array_size;
  uint32_t array_capacity;
  Value *slots;
  HashPart *hash;
  Value inline_slots[INLINE_SLOTS];
};

STATIC_ASSERT(sizeof(Table) == 64, "a table is one cache line");

/* head.aux of a table. */
enum {
  TABLE_IS_METATABLE = 1, /* is, or was, some value's metatable */
  TABLE_IS_PROTOTYPE = 2, /* an inline cache looked through it: see Global.prototype_epoch */
  TABLE_WEAK_KEYS = 4,    /* set by the collector while it works on the table */
  TABLE_WEAK_VALUES = 8,
  TABLE_HAS_FINALIZER = 16, /* already in the collector's list */
  TABLE_HASH_HAS_INTS = 32, /* the hash part may hold keys that could be array items */
  TABLE_HAS_STAND_IN = 64,  /* shapes of tables that have this metatable may name another: */
  TABLE_IS_STAND_IN = 128   /* one like this. See runtime/stand_in.h */
};

/* The ordered keys of a line of shapes, shared by all shapes on that line: a shape with
   count n sees the first n. */
typedef struct ShapeKeys {
  uint32_t references; /* shapes that use it */
  uint32_t count;
  uint32_t capacity;
  uint32_t index_mask; /* 0: no index, search linearly */
  uint16_t *index;     /* open addressing over keys: position + 1, 0 is free */
  String *keys[];
} ShapeKeys;

typedef struct ShapeTransition {
  Value key; /* a string: add that field; a table: take it as metatable; nil: drop the
             metatable; a light userdata: add the fields of the list at that address */
  Shape *target; /* weak */
} ShapeTransition;

enum { SHAPE_DICTIONARY = 1 };

struct Shape {
  Object head; /* meta: id, an index into Global.shapes; flags: SHAPE_DICTIONARY */
  uint16_t count;
  uint8_t inline_capacity; /* 0 or INLINE_SLOTS */
  uint8_t computed_adds;   /* fields of this line added by a computed key */
  uint32_t transition_count;
  uint32_t transition_capacity;
  uint32_t given_place; /* 1 + the slot of the metatable that a stand-in stands for; 0: none */
  Table *metatable;
  ShapeKeys *keys;
  Shape *parent;
  ShapeTransition *transitions; /* hashed by key once there are more than 8 */
};

ALWAYS_INLINE Value value_from_table(const Table *t) { return value_from_pointer(TAG_TABLE, t); }
ALWAYS_INLINE Table *value_table(Value v) { return (Table *)value_pointer(v); }

/* ---- functions ----------------------------------------------------------------------- */

typedef uint64_t Instruction;

typedef struct UpvalueDesc {
  String *name; /* NULL when stripped */
  uint8_t in_stack; /* captured from the enclosing function's registers, else from its upvalues */
  uint8_t index;
  uint8_t kind; /* VARIABLE_* of the captured variable */
} UpvalueDesc;

enum { VARIABLE_REGULAR, VARIABLE_CONST, VARIABLE_CLOSE, VARIABLE_COMPILE_TIME };

typedef struct LocalVariable {
  String *name;
  uint32_t start_pc; /* first instruction word where the variable is active */
  uint32_t end_pc;   /* first one where it is not */
  uint8_t reg;
} LocalVariable;

/* A run of instruction words that belong to one line: from pc to the next entry's pc. */
typedef struct LineEntry {
  uint32_t pc;
  int32_t line;
} LineEntry;

struct Proto {
  Object head;
  uint8_t param_count;
  uint8_t is_vararg;
  uint8_t max_stack; /* registers used, at least 2 */
  uint8_t upvalue_count;
  uint32_t code_count; /* in instruction words, caches included */
  Instruction *code;
  Value *constants;
  Proto **protos;
  UpvalueDesc *upvalues;
  LineEntry *lines;
  LocalVariable *locals;
  uint32_t constant_count;
  uint32_t proto_count;
  uint32_t line_count;
  uint32_t local_count;
  String *source; /* chunk name; NULL when stripped */
  int32_t line_defined;
  int32_t last_line_defined;
  Site *sites;        /* what polymorphic sites of the code remember: runtime/site.h */
  void *machine_code; /* for a compiler: NULL */
  uint32_t *pc_map;   /* for a compiler: NULL */
};

/* As one number: without varargs, the number of parameters; with them, one past every number of
   parameters. */
ALWAYS_INLINE unsigned proto_signature(const Proto *p) {
  return p->param_count | (unsigned)p->is_vararg << 8;
}

/* Open while location points into a stack, closed when it points at closed. */
struct Upvalue {
  Object head;
  Value *location;
  Value closed;
  Upvalue *next_open; /* of the same thread, locations descending */
};

typedef struct Closure {
  Object head; /* aux: number of upvalues */
  Proto *proto;
  Upvalue *upvalues[];
} Closure;

ALWAYS_INLINE size_t closure_size(unsigned upvalue_count) {
  return sizeof(Closure) + upvalue_count * sizeof(Upvalue *);
}

/* A direct entry: arguments call[1] .. call[count], the results go to call[0] and up, their number is
   returned. It may use the slots up to call[count], or call[DIRECT_RESULTS_MAX - 1], or those below
   L->stack_limit. It neither raises (but LUA_ERRMEM), nor calls, nor yields, nor moves the stack; it
   may allocate. DIRECT_REFUSED: nothing was done, call the C function. */
typedef int (*BuiltinDirect)(State *L, Value *call, unsigned count);
enum { DIRECT_REFUSED = -1, DIRECT_RESULTS_MAX = EXTRA_STACK_SLOTS };

/* What the VM knows of a library function. The C function must do the same as the entry. */
typedef struct Builtin {
  lua_CFunction function;
  unsigned char action; /* what the interpreter loop does itself: see vm/call.h */
  BuiltinDirect direct; /* or NULL */
} Builtin;

/* A C function. Those without upvalues are interned by address: equal functions are one cell. */
typedef struct Native {
  Object head; /* aux: number of upvalues; flags: NATIVE_* action for the VM (Lua functions: 0) */
  lua_CFunction function;
  const Builtin *builtin; /* or NULL */
  Value upvalues[];
} Native;

ALWAYS_INLINE Value value_from_function(const void *f) {
  return value_from_pointer(TAG_FUNCTION, f);
}
ALWAYS_INLINE Object *value_function(Value v) { return (Object *)value_pointer(v); }
ALWAYS_INLINE bool value_is_closure(Value v) {
  return value_is_function(v) && value_function(v)->kind == KIND_CLOSURE;
}
ALWAYS_INLINE bool value_is_native(Value v) {
  return value_is_function(v) && value_function(v)->kind == KIND_NATIVE;
}
ALWAYS_INLINE Closure *value_closure(Value v) { return (Closure *)value_pointer(v); }
ALWAYS_INLINE Native *value_native(Value v) { return (Native *)value_pointer(v); }

/* ---- userdata -------------------------------------------------------------------------- */

typedef struct Userdata {
  Object head; /* meta: number of user values; aux: TABLE_HAS_FINALIZER */
  Table *metatable;
  size_t size;
  void *memory; /* size bytes, 16-aligned; in the cell, or beside the arenas */
  Value user_values[];
} Userdata;

ALWAYS_INLINE Value value_from_object(const void *p) { return value_from_pointer(TAG_OBJECT, p); }
ALWAYS_INLINE bool value_is_userdata(Value v) {
  return value_is_object(v) && ((Object *)value_pointer(v))->kind == KIND_USERDATA;
}
ALWAYS_INLINE bool value_is_thread(Value v) {
  return value_is_object(v) && ((Object *)value_pointer(v))->kind == KIND_THREAD;
}
ALWAYS_INLINE Userdata *value_userdata(Value v) { return (Userdata *)value_pointer(v); }
ALWAYS_INLINE State *value_thread(Value v) { return (State *)value_pointer(v); }

/* Any collectable value's cell. */
ALWAYS_INLINE Object *value_cell(Value v) { return (Object *)value_pointer(v); }

/* The types of the four upper tags, four bits each. */
#define UPPER_TAG_TYPES \
  (LUA_TSTRING | LUA_TFUNCTION << 4 | LUA_TTABLE << 8 | LUA_TNUMBER << 12)
STATIC_ASSERT(TAG_FUNCTION - TAG_STRING == UINT64_C(1) << TAG_SHIFT &&
                  TAG_TABLE - TAG_FUNCTION == UINT64_C(1) << TAG_SHIFT &&
                  TAG_INT - TAG_TABLE == UINT64_C(1) << TAG_SHIFT,
              "UPPER_TAG_TYPES lists the tags in their order");

/* LUA_TNIL... of a value. */
static inline int value_type(Value v) {
  if (value_is_double(v)) return LUA_TNUMBER;
  if (v >= TAG_STRING) return UPPER_TAG_TYPES >> ((v - TAG_STRING) >> TAG_SHIFT) * 4 & 15;
  if (v == NIL) return LUA_TNIL;
  if (value_is_object(v)) return value_cell(v)->kind == KIND_THREAD ? LUA_TTHREAD : LUA_TUSERDATA;
  if (value_is_box(v)) return value_cell(v)->kind == KIND_INT_BOX ? LUA_TNUMBER : LUA_TLIGHTUSERDATA;
  return value_is_inline_light(v) ? LUA_TLIGHTUSERDATA : LUA_TBOOLEAN;
}

#endif
