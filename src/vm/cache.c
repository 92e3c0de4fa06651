/* Inline caches: see cache.h.
   Layer: vm. */
#include "vm/cache.h"

#include "vm/specialise.h"

#include "runtime/metatable.h"
#include "runtime/shape.h"
#include "runtime/site.h"
#include "runtime/table.h"

enum { MISSES_UNTIL_SHARED = 16 };

/* The members of a family, for one place that fills caches for all of them. */
typedef struct CacheFamily {
  uint8_t in_cell;  /* own slot in the cell */
  uint8_t outside;  /* own slot outside the cell */
  uint8_t chain;    /* the generic opcode itself where there is no such form */
  uint8_t absent;
  uint8_t chain_absent;
  uint8_t node;
  uint8_t several; /* shapes, in entries of the site's own */
  uint8_t shared;  /* cache, which they are looked up in */
} CacheFamily;

static CacheFamily cache_family(Opcode generic) {
  switch (generic) {
    case OP_GET_GLOBAL:
      return (CacheFamily){OP_GET_GLOBAL, OP_GET_GLOBAL_SLOT, OP_GET_GLOBAL, OP_GET_GLOBAL,
                           OP_GET_GLOBAL, OP_GET_GLOBAL_NODE, OP_GET_GLOBAL, OP_GET_GLOBAL};
    case OP_SELF:
      return (CacheFamily){OP_SELF_SLOT, OP_SELF_SLOT, OP_SELF_CHAIN, OP_SELF, OP_SELF,
                           OP_SELF, OP_SELF_SEVERAL, OP_SELF_SHARED};
    case OP_SET_GLOBAL:
      return (CacheFamily){OP_SET_GLOBAL, OP_SET_GLOBAL_SLOT, OP_SET_GLOBAL, OP_SET_GLOBAL,
                           OP_SET_GLOBAL, OP_SET_GLOBAL, OP_SET_GLOBAL, OP_SET_GLOBAL};
    case OP_SET_FIELD:
      return (CacheFamily){OP_SET_FIELD_INLINE, OP_SET_FIELD_SLOT, OP_SET_FIELD_ADD, OP_SET_FIELD,
                           OP_SET_FIELD, OP_SET_FIELD_NODE, OP_SET_FIELD_SEVERAL,
                           OP_SET_FIELD_SHARED};
    default:
      return (CacheFamily){OP_GET_FIELD_INLINE, OP_GET_FIELD_SLOT, OP_GET_FIELD_CHAIN,
                           OP_GET_FIELD_ABSENT, OP_GET_FIELD_CHAIN_ABSENT, OP_GET_FIELD_NODE,
                           OP_GET_FIELD_SEVERAL, OP_GET_FIELD_SHARED};
  }
}

/* word1's upper 16 bits count how often the site was rewritten. */
static void cache_write(Instruction *pc, uint8_t op, uint64_t word1, uint64_t word2) {
  instruction_rewrite(pc, op);
  pc[1] = word1 | (((pc[1] >> CACHE_MISSES_SHIFT) + 1) << CACHE_MISSES_SHIFT);
  pc[2] = word2;
}

static bool cache_is_shared(unsigned op, CacheFamily family) {
  return op != opcode_infos[op].generic && (op == family.several || op == family.shared);
}

/* After many rewrites the site gets entries for several shapes, for good. True: the shared cache is to be told what
   was found. */
static bool cache_share(State *L, Instruction *pc, CacheFamily family) {
  unsigned op = instruction_op(*pc);
  if (cache_is_shared(op, family)) return true;
  if (pc[1] >> CACHE_MISSES_SHIFT < MISSES_UNTIL_SHARED || family.shared == opcode_infos[op].generic)
    return false;
  const Site *site = site_at(L, frame_proto(L->frame), pc);
  cache_write(pc, family.several, (uint64_t)(uintptr_t)site, 0);
  return true;
}

static uint64_t cache_word2(const State *L, const void *address) {
  return (uint64_t)(uintptr_t)address | (uint64_t)global_of(L)->prototype_epoch << CACHE_EPOCH_SHIFT;
}

/* A form that compares the receiver's shape; n is what else word1 says. */
static void cache_write_shape(State *L, Instruction *pc, uint8_t op, Shape *shape, unsigned n,
                              uint64_t word2) {
  heap_keep(L->heap, &shape->head);
  cache_write(pc, op, cache_make(shape->head.meta, n), word2);
}

/* A field of the dictionary t, whose value is at place. */
static void cache_node(State *L, Instruction *pc, CacheFamily family, const Table *t, Value *place) {
  Node *node = (Node *)((char *)place - offsetof(Node, value));
  if (!cache_share(L, pc, family)) cache_write(pc, family.node, (uint64_t)(node - t->hash->nodes), 0);
}

/* An own slot: its index in the cell, or outside it. */
static void cache_own_slot(State *L, Instruction *pc, CacheFamily family, Shape *shape, const String *key,
                           unsigned slot) {
  if (cache_share(L, pc, family)) {
    lookup_store(global_of(L), shape, key, lookup_slot(shape, slot), NULL);
    return;
  }
  uint8_t op = slot < shape->inline_capacity ? family.in_cell : family.outside;
  if (slot >= shape->inline_capacity) {
    slot -= shape->inline_capacity;
    if (family.in_cell == family.outside) slot |= CACHE_OUTSIDE; /* one form for both tells them apart */
  }
  uint64_t word1 = cache_make(shape->head.meta, slot);
  if (instruction_op(*pc) == op && (pc[1] & PAYLOAD_MASK) == word1) return; /* it met nil */
  heap_keep(L->heap, &shape->head);
  cache_write(pc, op, word1, 0);
}

/* What nil in the own slot that was just cached means. */
static void cache_own_nil(State *L, Instruction *pc, CacheFamily family, const Shape *shape, const String *key,
                          unsigned slot, unsigned how) {
  if (cache_is_shared(instruction_op(*pc), family))
    lookup_store_nil(global_of(L), shape, key, lookup_slot(shape, slot), how);
  else
    pc[2] = cache_word2(L, NULL) | CACHE_NIL_KNOWN;
}

/* A field that neither the table nor its __index chain has. */
static void cache_absent(State *L, Instruction *pc, CacheFamily family, Shape *shape, const String *key) {
  uint8_t op = shape->metatable == NULL ? family.absent : family.chain_absent;
  if (cache_share(L, pc, family)) {
    lookup_store_nil(global_of(L), shape, key, LOOKUP_CHAIN, LOOKUP_NIL_READ);
  } else if (op != opcode_infos[op].generic) {
    cache_write_shape(L, pc, op, shape, 0, cache_word2(L, NULL));
  }
}

/* Follows t's __index chain as far as it consists of tables. True: *result is what the chain says
   (nil when it ends), and *place where it stands in a holder's slot, if it does. Flags what it went
   through. */
static bool chain_find(State *L, Table *t, String *key, Value *result, Value **place) {
  for (int steps = 0; steps < MAX_METAMETHOD_CHAIN; steps++) {
    Table *mt = table_metatable(L, t);
    *place = NULL;
    if (mt == NULL) {
      *result = NIL;
      return true;
    }
    table_make_prototype(L, mt);
    Value index = metatable_get(L, mt, EVENT_INDEX);
    if (value_is_nil(index)) {
      *result = NIL;
      return true;
    }
    if (!value_is_table(index)) return false;
    t = value_table(index);
    table_make_prototype(L, t);
    *place = table_find_short(L, t, key);
    if (*place != NULL && !value_is_nil(**place)) {
      *result = **place;
      return true;
    }
  }
  return false;
}

/* A field that a table lacks and its own metatable leaves to a function, or to a table, where a store goes on:
   remembers where that stands. */
static void cache_event(State *L, Instruction *pc, CacheFamily family, Shape *shape, Event event, Opcode op) {
  Value *place = table_find_short(L, shape->metatable, global_of(L)->event_names[event]);
  if (place == NULL) return;
  if (!value_is_function(*place) && (event == EVENT_INDEX || !value_is_table(*place))) return;
  table_make_prototype(L, shape->metatable);
  uint64_t word2 = cache_word2(L, place);
  if (instruction_op(*pc) == op && cache_shape(pc[1]) == shape->head.meta && pc[2] == word2) return;
  if (!cache_share(L, pc, family)) cache_write_shape(L, pc, (uint8_t)op, shape, 0, word2);
}

bool cache_get(State *L, Instruction *pc, Table *t, String *key, Value *result) {
  CacheFamily family = cache_family((Opcode)opcode_infos[instruction_op(*pc)].generic);
  Shape *shape = table_shape(L->heap, t);
  Value *place;
  if (shape_is_dictionary(shape)) {
    place = table_find_short(L, t, key);
    if (place == NULL || value_is_nil(*place)) return false;
    cache_node(L, pc, family, t, place);
    *result = *place;
    return true;
  }
  int slot = shape_find(shape, key);
  if (slot != SLOT_NONE) {
    *result = *table_slot(shape, t, (unsigned)slot);
    cache_own_slot(L, pc, family, shape, key, (unsigned)slot);
    if (!value_is_nil(*result)) return true;
    if (!chain_find(L, t, key, result, &place)) return false;
    if (place == NULL)
      cache_own_nil(L, pc, family, shape, key, (unsigned)slot, LOOKUP_NIL_READ);
    return true;
  }
  if (!chain_find(L, t, key, result, &place)) {
    if (family.absent == OP_GET_FIELD_ABSENT)
      cache_event(L, pc, family, shape, EVENT_INDEX, OP_GET_FIELD_CALL);
    return false;
  }
  if (place == NULL) {
    cache_absent(L, pc, family, shape, key);
  } else if (cache_share(L, pc, family)) {
    lookup_store(global_of(L), shape, key, LOOKUP_CHAIN, place);
  } else {
    cache_write_shape(L, pc, family.chain, shape, 0, cache_word2(L, place));
  }
  return true;
}

bool cache_string_method(State *L, Instruction *pc, String *key, Value *result) {
  Table *mt = global_of(L)->type_metatables[LUA_TSTRING];
  if (mt == NULL) return false;
  Value index = metatable_get(L, mt, EVENT_INDEX);
  if (!value_is_table(index)) return false;
  Value *place = table_find_short(L, value_table(index), key);
  if (place == NULL || value_is_nil(*place)) return false;
  table_make_prototype(L, mt);
  table_make_prototype(L, value_table(index));
  *result = *place;
  cache_write(pc, OP_SELF_STRING, 0, cache_word2(L, place));
  return true;
}

/* Whether a new outer slot finds room in what is allocated: see table_slot_for_add. */
static bool slot_needs_room(const Shape *shape, unsigned slot) {
  if (slot < shape->inline_capacity) return false;
  unsigned n = slot - shape->inline_capacity;
  return n == 0 || (n >= 4 && (n & (n - 1)) == 0);
}

/* A field that t does not have: add it, caching the transition. */
static bool cache_add(State *L, Instruction *pc, Table *t, Shape *shape, String *key, Value value) {
  Table *mt = shape->metatable;
  if (mt != NULL) {
    if (!value_is_nil(metatable_get(L, mt, EVENT_NEWINDEX))) {
      cache_event(L, pc, cache_family(OP_SET_FIELD), shape, EVENT_NEWINDEX, OP_SET_FIELD_CALL);
      return false;
    }
    table_make_prototype(L, mt);
  }
  table_set_short(L, t, key, value);
  Shape *added = table_shape(L->heap, t);
  if (added->parent != shape || added->count != shape->count + 1) return true;
  unsigned slot = shape->count;
  unsigned word = slot < shape->inline_capacity ? slot
                                                : (slot - shape->inline_capacity) | CACHE_OUTSIDE;
  if (slot_needs_room(shape, slot)) word |= CACHE_ADD_GROWS;
  if (cache_share(L, pc, cache_family(OP_SET_FIELD))) return true;
  heap_keep(L->heap, &added->head);
  cache_write_shape(L, pc, OP_SET_FIELD_ADD, shape, word,
                    cache_word2(L, (const void *)(uintptr_t)added->head.meta));
  return true;
}

/* The store is done; place, where the key has one, was so before. */
static void cache_stored(State *L, Instruction *pc, CacheFamily family, const Table *t, const String *key,
                         Value *place, bool was_nil) {
  Shape *shape = table_shape(L->heap, t);
  if (shape_is_dictionary(shape)) {
    if (place == NULL || value_is_nil(*place)) return;
    cache_node(L, pc, family, t, place);
    return;
  }
  if (was_nil && shape->metatable != NULL) table_make_prototype(L, shape->metatable);
  if (place != NULL) {
    unsigned slot = (unsigned)shape_find(shape, key);
    cache_own_slot(L, pc, family, shape, key, slot);
    if (was_nil) cache_own_nil(L, pc, family, shape, key, slot, LOOKUP_NIL_STORED);
  } else if (cache_is_shared(instruction_op(*pc), family)) {
    lookup_store_nil(global_of(L), shape, key, LOOKUP_CHAIN, LOOKUP_NIL_STORED); /* nil was stored */
  }
}

bool cache_set(State *L, Instruction *pc, Table *t, String *key, Value value) {
  Opcode generic = (Opcode)opcode_infos[instruction_op(*pc)].generic;
  Shape *shape = table_shape(L->heap, t);
  bool cacheable = key->head.flags < NAME_METAMETHOD;
  Value *place = table_find_short(L, t, key);
  bool was_nil = place == NULL || value_is_nil(*place);
  if (place == NULL && cacheable && !value_is_nil(value) && generic == OP_SET_FIELD &&
      !shape_is_dictionary(shape))
    return cache_add(L, pc, t, shape, key, value);
  if (was_nil && shape->metatable != NULL &&
      !value_is_nil(metatable_get(L, shape->metatable, EVENT_NEWINDEX)))
    return false;
  table_set_short(L, t, key, value);
  if (cacheable && (place != NULL || value_is_nil(value)))
    cache_stored(L, pc, cache_family(generic), t, key, place, was_nil);
  return true;
}

void cache_constructor(State *L, Instruction *pc, const Table *t) {
  Shape *shape = table_shape(L->heap, t);
  heap_keep(L->heap, &shape->head);
  instruction_rewrite(pc, OP_NEW_TABLE_SHAPED);
  pc[1] = cache_make(shape->head.meta, instruction_d(*pc) > 0 || shape_outer_slots(shape) > 0);
}

void cache_init_field(State *L, Instruction *pc, const Table *t, const String *key) {
  Shape *shape = table_shape(L->heap, t);
  int slot = shape_find(shape, key);
  if (slot == SLOT_NONE || shape->metatable != NULL) return;
  bool inside = slot < shape->inline_capacity;
  heap_keep(L->heap, &shape->head);
  instruction_rewrite(pc, inside ? OP_INIT_FIELD_INLINE : OP_INIT_FIELD_SLOT);
  pc[1] = cache_make(shape->head.meta, (unsigned)slot - (inside ? 0 : shape->inline_capacity));
}

/* ---- what the collector asks ------------------------------------------------------------------ */

static bool cache_names_shape(unsigned op) {
  switch (op) {
    case OP_GET_GLOBAL_SLOT:
    case OP_SET_GLOBAL_SLOT:
    case OP_GET_FIELD_INLINE:
    case OP_GET_FIELD_SLOT:
    case OP_GET_FIELD_CHAIN:
    case OP_GET_FIELD_CALL:
    case OP_GET_FIELD_ABSENT:
    case OP_GET_FIELD_CHAIN_ABSENT:
    case OP_SET_FIELD_INLINE:
    case OP_SET_FIELD_SLOT:
    case OP_SET_FIELD_ADD:
    case OP_NEW_TABLE_SHAPED:
    case OP_INIT_FIELD_INLINE:
    case OP_INIT_FIELD_SLOT:
    case OP_SET_FIELD_CALL:
    case OP_SELF_CHAIN:
    case OP_SELF_SLOT: return true;
    default: return false;
  }
}

void cache_mark_code(Heap *heap, Proto *p) {
  for (uint32_t at = 0; at < p->code_count; at += opcode_words(instruction_op(p->code[at]))) {
    const Instruction *pc = p->code + at;
    unsigned op = instruction_op(*pc);
    if (!cache_names_shape(op)) continue;
    heap_mark_object(heap, &heap->shapes[cache_shape(pc[1])]->head);
    if (op == OP_SET_FIELD_ADD) heap_mark_object(heap, &heap->shapes[cache_shape(pc[2])]->head);
  }
}

static void forget_in_proto(Proto *p) {
  for (uint32_t at = 0; at < p->code_count; at += opcode_words(instruction_op(p->code[at]))) {
    Instruction *pc = p->code + at;
    uint8_t op = instruction_op(*pc);
    switch (op) {
      case OP_GET_FIELD_CHAIN:
      case OP_GET_FIELD_CALL:
      case OP_GET_FIELD_CHAIN_ABSENT:
      case OP_SELF_CHAIN:
      case OP_SELF_STRING:
      case OP_SET_FIELD_CALL:
      case OP_SET_FIELD_ADD: cache_write(pc, opcode_infos[op].generic, 0, 0); break;
      case OP_GET_FIELD_INLINE:
      case OP_GET_FIELD_SLOT:
      case OP_SET_FIELD_INLINE:
      case OP_SET_FIELD_SLOT: pc[2] = 0; break;
      default: break;
    }
  }
}

void cache_forget_prototypes(Global *global) {
  sites_forget(global);
  heap_each_proto(&global->heap, forget_in_proto);
}
