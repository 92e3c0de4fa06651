/* Slow paths of globals, fields, indices and table constructors.
   Layer: vm. */
#include "runtime/function.h"
#include "runtime/lookup.h"
#include "runtime/metatable.h"
#include "runtime/number.h"
#include "runtime/table.h"
#include "runtime/throw.h"
#include "vm/cache.h"
#include "vm/index.h"
#include "vm/slow.h"
#include "vm/vm.h"
#include "vm/wide.h"

/* object[key] into R[A], following metamethods. */
static State *get_with_metamethods(State *L, Frame *f, Instruction *pc, Value object, Value key) {
  Value result, method, receiver;
  if (!index_find(L, object, key, &result, &method, &receiver))
    return call_metamethod(L, method, receiver, key);
  f->base[instruction_a(*pc)] = result;
  return slow_done(L, pc);
}

static State *set_with_metamethods(State *L, Instruction *pc, Value object, Value key, Value value) {
  Value method, receiver;
  if (!index_store(L, object, key, value, &method, &receiver))
    return call_metamethod3(L, method, receiver, key, value);
  slow_safepoint(L);
  return slow_done(L, pc);
}

static State *get_constant_key(State *L, Frame *f, Instruction *pc, Value object) {
  Value key = f->constants[instruction_d(*pc)];
  Value result;
  if (value_is_table(object) && cache_get(L, pc, value_table(object), value_string(key), &result)) {
    f->base[instruction_a(*pc)] = result;
    return slow_done(L, pc);
  }
  return get_with_metamethods(L, f, pc, object, key);
}

State *slow_get_global(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  return get_constant_key(L, f, pc, *frame_closure(f)->upvalues[instruction_b(*pc)]->location);
}

State *slow_get_field(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  return get_constant_key(L, f, pc, f->base[instruction_b(*pc)]);
}

/* The cache has found that __index is a function, and where. */
State *slow_get_field_call(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  return call_metamethod(L, *cache_address(pc[2]), f->base[instruction_b(*pc)],
                         f->constants[instruction_d(*pc)]);
}

State *slow_self(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value object = f->base[instruction_b(*pc)];
  Value key = f->constants[instruction_d(*pc)], result;
  f->base[instruction_a(*pc) + 1] = object;
  if (value_is_string(object) && cache_string_method(L, pc, value_string(key), &result)) {
    f->base[instruction_a(*pc)] = result;
    return slow_done(L, pc);
  }
  return get_constant_key(L, f, pc, object);
}

static State *set_constant_key(State *L, Frame *f, Instruction *pc, Value object, Value value) {
  Value key = f->constants[instruction_d(*pc)];
  if (value_is_table(object) && cache_set(L, pc, value_table(object), value_string(key), value)) {
    slow_safepoint(L);
    return slow_done(L, pc);
  }
  return set_with_metamethods(L, pc, object, key, value);
}

State *slow_set_global(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value env = *frame_closure(f)->upvalues[instruction_b(*pc)]->location;
  return set_constant_key(L, f, pc, env, f->base[instruction_a(*pc)]);
}

State *slow_set_field(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  return set_constant_key(L, f, pc, f->base[instruction_a(*pc)], f->base[instruction_c(*pc)]);
}

/* A short string as computed key: the shared cache learns its slot. */
static void index_is_string(State *L, Instruction *pc, unsigned op, const Table *t,
                            const String *key) {
  instruction_rewrite(pc, op);
  lookup_store_own(global_of(L), t, key);
}

/* Whether two items of a table change places: see GET_INDEX_SWAP. What is stored must still be where it was
   loaded, and all of it in one line, as hooks see the first instruction alone. */
static bool begins_swap(const Proto *p, const Instruction *pc) {
  unsigned x = instruction_a(pc[0]), t = instruction_b(pc[0]);
  if (instruction_generic(pc[1]) != OP_GET_INDEX || instruction_generic(pc[2]) != OP_SET_INDEX ||
      instruction_generic(pc[3]) != OP_SET_INDEX)
    return false;
  unsigned y = instruction_a(pc[1]), y_key = instruction_c(pc[1]);
  unsigned x_place = instruction_b(pc[2]), y_place = instruction_b(pc[3]);
  if (instruction_b(pc[1]) != t || instruction_a(pc[2]) != t || instruction_a(pc[3]) != t ||
      instruction_c(pc[2]) != y || instruction_c(pc[3]) != x)
    return false;
  if (x == y || x == t || y == t || x == y_key || x == x_place || x == y_place || y == x_place ||
      y == y_place)
    return false;
  uint32_t at = (uint32_t)(pc - p->code);
  int line = proto_line(p, at);
  return proto_line(p, at + 1) == line && proto_line(p, at + 2) == line && proto_line(p, at + 3) == line;
}

/* Whether an item of the item that is fetched comes next, in the same line. */
static bool begins_nested(const Frame *f, const Instruction *pc) {
  const Proto *p = frame_proto(f);
  unsigned item = instruction_a(pc[0]), key = instruction_c(pc[1]);
  uint32_t at = (uint32_t)(pc - p->code);
  return instruction_generic(pc[1]) == OP_GET_INDEX && instruction_b(pc[1]) == item && key != item &&
         value_is_small_int(f->base[key]) && proto_line(p, at + 1) == proto_line(p, at);
}

/* The form for a table and an integer: what has one keeps it. */
static unsigned item_form(const Frame *f, const Instruction *pc) {
  switch (instruction_op(*pc)) {
    case OP_GET_INDEX_INT:
    case OP_GET_INDEX_SWAP:
    case OP_GET_INDEX_NESTED: return instruction_op(*pc);
    default: break;
  }
  if (begins_swap(frame_proto(f), pc)) return OP_GET_INDEX_SWAP;
  return begins_nested(f, pc) ? OP_GET_INDEX_NESTED : OP_GET_INDEX_INT;
}

State *slow_get_index(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value object = f->base[instruction_b(*pc)], key = wide_boxed(L, &f->base[instruction_c(*pc)]);
  if (value_is_table(object)) {
    if (value_is_small_int(key))
      instruction_rewrite(pc, item_form(f, pc));
    else if (value_is_string(key) && string_is_short(value_string(key)))
      index_is_string(L, pc, OP_GET_INDEX_STRING, value_table(object), value_string(key));
  }
  return get_with_metamethods(L, f, pc, object, key);
}

State *slow_set_index(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value object = f->base[instruction_a(*pc)], key = wide_boxed(L, &f->base[instruction_b(*pc)]);
  if (value_is_table(object)) {
    if (value_is_small_int(key))
      instruction_rewrite(pc, OP_SET_INDEX_INT);
    else if (value_is_string(key) && string_is_short(value_string(key)))
      index_is_string(L, pc, OP_SET_INDEX_STRING, value_table(object), value_string(key));
  }
  return set_with_metamethods(L, pc, object, key, f->base[instruction_c(*pc)]);
}

State *slow_get_int(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  return get_with_metamethods(L, f, pc, f->base[instruction_b(*pc)],
                              value_from_small_int(instruction_sd(*pc)));
}

State *slow_set_int(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  return set_with_metamethods(L, pc, f->base[instruction_a(*pc)],
                              value_from_small_int(instruction_sd(*pc)),
                              f->base[instruction_c(*pc)]);
}

/* Gives the table slots for the fields that its constructor is going to set, and has the
   instruction remember the shape. The code of a constructor is not interrupted by that of others
   for the same register. */
static void constructor_learn_shape(State *L, const Frame *f, Instruction *pc, Table *t) {
  const Proto *p = frame_closure(f)->proto;
  const Instruction *i = pc, *end = p->code + p->code_count;
  for (unsigned fields = instruction_bc(*pc); fields > 0;) {
    i += opcode_words(instruction_op(*i));
    if (i >= end) return;
    if (instruction_generic(*i) != OP_INIT_FIELD || instruction_a(*i) != instruction_a(*pc)) continue;
    if (!table_reserve_field(L, t, value_string(f->constants[instruction_d(*i)]))) return;
    fields--;
  }
  cache_constructor(L, pc, t);
}

State *slow_new_table(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  uint32_t fields = instruction_bc(*pc), items = instruction_d(*pc);
  bool is_record = fields > 0 && fields <= SHAPE_MAX_FIELDS;
  Table *t = table_new_sized(L, items, fields);
  f->base[instruction_a(*pc)] = value_from_table(t);
  if (instruction_op(*pc) == OP_NEW_TABLE_SHAPED)
    table_take_shape(L, t, L->heap->shapes[cache_shape(pc[1])]);
  else if (is_record)
    constructor_learn_shape(L, f, pc, t);
  slow_safepoint_below(L, instruction_a(*pc) + 1);
  return slow_done(L, pc);
}

/* Without debug.setlocal and debug.getlocal it would always be a table without metatable. */
State *slow_init_field(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value table = f->base[instruction_a(*pc)], key = f->constants[instruction_d(*pc)];
  Value value = f->base[instruction_c(*pc)];
  if (unlikely(!value_is_table(table) || table_metatable(L, value_table(table)) != NULL))
    return set_with_metamethods(L, pc, table, key, value);
  table_set_short(L, value_table(table), value_string(key), value);
  cache_init_field(L, pc, value_table(table), value_string(key));
  return slow_done(L, pc);
}

State *slow_set_list(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Value *list = f->base + instruction_a(*pc);
  Table *t = value_table(*list);
  uint32_t first = instruction_d(*pc);
  uint32_t count = instruction_b(*pc);
  if (instruction_c(*pc)) count = (uint32_t)(L->top - list - 1);
  table_reserve_array(L, t, first + count);
  table_set_items(L, t, (int64_t)first + 1, list + 1, count);
  slow_safepoint_below(L, instruction_a(*pc) + 1);
  return slow_done(L, pc);
}

State *slow_closure(State *L, Instruction *pc) {
  Frame *f = slow_enter(L, pc);
  Closure *outer = frame_closure(f);
  Proto *p = outer->proto->protos[instruction_d(*pc)];
  Closure *closure = closure_new(L, p);
  f->base[instruction_a(*pc)] = value_from_function(closure);
  for (unsigned i = 0; i < p->upvalue_count; i++) {
    UpvalueDesc *desc = &p->upvalues[i];
    closure->upvalues[i] = desc->in_stack ? upvalue_find(L, f->base + desc->index)
                                          : outer->upvalues[desc->index];
    heap_barrier_object(L->heap, &closure->head, &closure->upvalues[i]->head);
  }
  unsigned a = instruction_a(*pc), in_use = instruction_b(*pc);
  if (in_use == 0)
    slow_safepoint(L);
  else
    slow_safepoint_below(L, a >= in_use ? a + 1 : in_use);
  return slow_done(L, pc);
}
