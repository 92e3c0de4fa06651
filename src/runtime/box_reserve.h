/* Boxes put aside, so that pushing integers and light userdata raises nothing (manual 4.6) when all
   memory is gone.
   Layer: runtime.

   A box that is pushed lies in a slot, and the slots that C code may push to are counted: those that its
   frame has, up to the frame's top. So C code is only entered, and only gets control back, with as many
   boxes waiting as any frame has slots; from then on, as long as it calls nothing that may raise an
   error, the boxes that it was lent are in its slots, or are not referred to any more. These
   come back when marking ends (box_reserve_take_back), before anything else could have their cells. So a
   push that finds none waiting collects, and then finds one.

   While nothing is lent nobody has to count, because more is put aside as soon as slots come to exist:
     - a frame's slots are fewer than its stack's: the reserve covers the largest stack that there
       is, up to COVERED_SLOTS (box_reserve_cover);
     - what makes a frame larger than that grants the slots first (box_reserve_grant): lua_checkstack,
       which says no without memory, and calls with as many arguments or results. Each thread is granted
       its own, and one that does not run all that is asked for: it may be filled while another waits.

   When fewer wait than shall, all threads get HOOK_FEW_BOXES. So at no cost while it is not set, whatever
   calls C code, or gives control back to it, or takes values from its slots to where they are not
   counted, comes to box_reserve_settle, which makes new boxes or says that there is no memory for them:
   then LUA_ERRMEM is raised there, where the manual allows it.

   What is not counted: values that functions which raise nothing either move out of a frame's slots
   (to upvalues, user values, variables of other functions: lua_setupvalue, lua_setiuservalue, lua_setlocal,
   lua_copy), and those LUA_MINSTACK slots that a thread has which does not run. For all of these together there
   are SPARE_BOXES more between two calls that may raise an error. And while a chunk is loaded nothing can be
   collected: its reader is lent what waits, and no more. */
#ifndef FERROUS_RUNTIME_BOX_RESERVE_H
#define FERROUS_RUNTIME_BOX_RESERVE_H

#include "runtime/global.h"

enum {
  COVERED_SLOTS = 288, /* a Lua function's registers, as arguments, and MIN_C_STACK_SLOTS */
  SPARE_BOXES = 32
};

/* Boxes for stacks with so many slots. False: no memory. */
bool box_reserve_cover_more(State *L, size_t capacity);
ALWAYS_INLINE bool box_reserve_cover(State *L, size_t capacity) {
  uint32_t covered = global_of(L)->box_reserve.covered;
  return likely(covered >= COVERED_SLOTS || covered >= capacity) || box_reserve_cover_more(L, capacity);
}
/* Boxes for a C function of L with so many slots, which may be any number; until a cycle ends at whose end no
   function has as many. False: no memory. May collect, as if at a safepoint. */
bool box_reserve_grant(State *L, size_t slots);
/* The thread is freed. */
void box_reserve_revoke(Heap *heap, State *thread);
/* One of the boxes that wait: at a safepoint. Raises LUA_ERRMEM if more were lent than were counted. */
Box *box_reserve_lend(State *L);
/* Whether enough wait, or do now. May collect, as if at a safepoint. */
bool box_reserve_settle(State *L);
ALWAYS_INLINE bool box_reserve_is_short(const State *L) { return global_of(L)->box_reserve.is_short; }

void box_reserve_mark(Heap *heap);      /* those that wait are roots */
void box_reserve_take_back(Heap *heap); /* when marking ends */
void box_reserve_trim(Heap *heap);      /* when a cycle has ended, at a safepoint */
void box_reserve_close(Heap *heap);

#endif
