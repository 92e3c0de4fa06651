/* Prototypes, closures, native functions and upvalues.
   Layer: runtime.

   How upvalues close. A closure names the variables it captured through Upvalue cells.
   While the variable still lives in a register, its Upvalue is open: location points
   at the stack slot, and all closures that captured the variable share the cell, found
   through the thread's list, sorted by descending location. When the variable goes out of scope,
   the value moves into the cell and location points there. */
#ifndef FERROUS_RUNTIME_FUNCTION_H
#define FERROUS_RUNTIME_FUNCTION_H

#include "runtime/global.h"

Proto *proto_new(State *L); /* empty; the compiler and undump fill it in */
void proto_free_parts(Heap *heap, Proto *p); /* HeapHooks.release_proto */
Closure *closure_new(State *L, Proto *p); /* upvalues NULL: fill them in at once */
/* An upvalue that is closed from the start, holding nil. */
Upvalue *upvalue_new_closed(State *L);
Upvalue *upvalue_find(State *L, Value *slot); /* the open upvalue of a stack slot */
/* The same, inlined; NULL: there is no cell at hand, or the collector must be told. */
ALWAYS_INLINE Upvalue *upvalue_find_quickly(State *L, Value *slot) {
  Upvalue **link = &L->open_upvalues;
  while (*link != NULL && (*link)->location > slot) link = &(*link)->next_open;
  if (*link != NULL && (*link)->location == slot) return *link;
  Arena *arena = &L->heap->upvalue_arena;
  if (unlikely(arena->free_bits == 0 || L->next_with_upvalues == L)) return NULL;
  Upvalue *u = arena_allocate(L, arena);
  *u = (Upvalue){.head = {.kind = KIND_UPVALUE}, .location = slot, .closed = NIL, .next_open = *link};
  *link = u;
  return u;
}
/* A closure of p, made by the function `outer` with its registers at base, where cells are at hand;
   else NULL. */
ALWAYS_INLINE Closure *closure_new_quickly(State *L, Proto *p, const Closure *outer, Value *base) {
  unsigned count = p->upvalue_count;
  if (unlikely(count > HEAP_FEW_UPVALUES)) return NULL;
  Arena *arena = heap_closure_arena(L->heap, count);
  if (unlikely(arena->free_bits == 0)) return NULL;
  Closure *c = arena_allocate(L, arena);
  c->head = (Object){.kind = KIND_CLOSURE}; /* without upvalues, as long as some are missing */
  c->proto = p;
  for (unsigned i = 0; i < count; i++) {
    const UpvalueDesc *desc = &p->upvalues[i];
    Upvalue *u = desc->in_stack ? upvalue_find_quickly(L, base + desc->index) : outer->upvalues[desc->index];
    if (unlikely(u == NULL)) return NULL;
    c->upvalues[i] = u;
  }
  c->head.aux = (uint8_t)count;
  return c;
}
/* Closes the open upvalues at slot and above. */
void upvalue_close(State *L, Value *level);
/* The same, inlined; false: a barrier stops it, and upvalue_close is to do the rest. */
ALWAYS_INLINE bool upvalue_close_quickly(State *L, const Value *level) {
  for (Upvalue *u; (u = L->open_upvalues) != NULL && u->location >= level;) {
    if (unlikely(u->head.color == L->heap->barrier_color)) return false;
    L->open_upvalues = u->next_open;
    u->next_open = NULL;
    u->closed = *u->location;
    u->location = &u->closed;
  }
  return true;
}
ALWAYS_INLINE bool upvalue_is_open(const Upvalue *u) { return u->location != &u->closed; }

/* With upvalue_count upvalues, all nil; without upvalues, interned. */
Native *native_new(State *L, lua_CFunction f, unsigned upvalue_count);
Native *native_intern(State *L, lua_CFunction f); /* without upvalues */
bool native_map_open(State *L);
void native_map_close(Heap *heap);
void native_release(Heap *heap, Native *f); /* HeapHooks.release_native */
/* Those with direct entries are roots, call sites compare with them; and so are the spare cells.
   For HeapHooks.mark_roots. */
void native_mark_builtins(Heap *heap);

/* Its memory is in the cell while that stays below HEAP_SHARED_CELL_MAX bytes. Its metatable is
   NULL, its user values nil. */
Userdata *userdata_new(State *L, size_t size, unsigned user_values);

#endif
