/* Wide registers: integers of more than 48 bits without an allocation.
   Layer: vm, internal.

   How a wide integer lives in a register
   --------------------------------------
   An integer that does not fit a Value is boxed in a cell of its own. Hashes and generators that
   use all 64 bits would allocate at every operator; so the registers of Lua functions can hold
   such an integer themselves. Every slot of a stack has a twin, 8 bytes in a second array as long
   as the stack. The word WIDE in a slot says: an integer, its 64 bits are in the twin.

   The word names no address, so nothing is shared and nothing is collected: WIDE is a plain word
   to the collector, a stack may move (its twins move along), a coroutine may be suspended. But
   copied elsewhere as it is it would mean another twin, or none. So WIDE is only made where every
   reader knows of it, and the compiler alone decides where that is (compiler/wide.h): the result
   of an arithmetic instruction goes to the twin if the instruction is marked
   (bytecode/instruction.h). Marked are those whose result is an operand of another operator, and
   those that set a local variable that seems to be about wide integers and that no closure
   captures.

   Readers that know of it: arithmetic and bitwise operators and comparisons by order (fast below,
   and in their slow paths), NOT and the tests of a truth value (WIDE counts as true by itself),
   equality with constants that no wide integer equals, keys in a register, and MOVE_WIDE. For all
   other uses of such a variable the compiler emits BOX_WIDE before, which puts an ordinary value in
   the place of WIDE. What looks at registers from outside (lua_getlocal) boxes as well. A register
   that was captured is never written by a marked instruction: the marks are removed when the
   function is complete.

   Temporaries. Most results are read once, by the operator above in the expression. If that is the
   next instruction, the result is forwarded: the forms for wide integers do not write it to a
   register at all but enter the next instruction by a handler of its own, which takes the result in
   `insn` (the instruction is read again from memory). The compiler says which (Forward, in
   bytecode/instruction.h), and that nothing else reads the temporary. Where another operand must be
   computed before, the result goes to its twin without a look at its size: so WIDE may stand for
   any integer, and what makes values of it makes small ones small.

   A thread gets its twins at its first wide result; until then twin_offset is 0, and stacks cost
   nothing more.

   A binary chunk with false marks can bring WIDE to places that do not expect it. There it is a
   value without a name, equal to itself and true, and no memory is touched through it. */
#ifndef FERROUS_VM_WIDE_H
#define FERROUS_VM_WIDE_H

#include "runtime/number.h"
#include "vm/arithmetic.h"

/* Numbers that are not boxed. */
ALWAYS_INLINE bool wide_is_simple_number(Value v) { return value_is_simple_number(v) || v == WIDE; }
ALWAYS_INLINE double wide_simple_double(const State *L, const Value *slot) {
  return unlikely(*slot == WIDE) ? int_to_double(*slot_twin(L, slot)) : value_simple_double(*slot);
}

/* Manual 3.4.2: the integer that an operand stands for. False: none. */
ALWAYS_INLINE bool wide_whole(const State *L, const Value *slot, int64_t *result) {
  if (value_is_small_int(*slot)) {
    *result = value_as_small_int(*slot);
    return true;
  }
  if (value_is_double(*slot)) return double_to_int(value_as_double(*slot), result);
  if (*slot != WIDE) return value_to_int_strict(*slot, result);
  *result = *slot_twin(L, slot);
  return true;
}

/* The value of a register as others know it: WIDE is boxed, in place. */
ALWAYS_INLINE Value wide_boxed(State *L, Value *slot) {
  if (unlikely(*slot == WIDE)) *slot = value_from_int(L, *slot_twin(L, slot));
  return *slot;
}

/* For handlers: a box without a call, if wide_can_box. */
ALWAYS_INLINE bool wide_can_box(const State *L) { return L->heap->box_arena.free_bits != 0; }
ALWAYS_INLINE Value wide_box(State *L, int64_t i) {
  Arena *arena = &L->heap->box_arena;
  uint64_t bits = arena->free_bits;
  arena->free_bits = bits & (bits - 1);
  Box *box = (Box *)(arena->word_base + (size_t)__builtin_ctzll(bits) * sizeof(Box));
  box->head = (Object){.kind = KIND_INT_BOX};
  box->as.integer = i;
  return value_from_pointer(TAG_BOX, box);
}
/* Of what a twin holds. */
ALWAYS_INLINE Value wide_box_or_small(State *L, int64_t i) {
  return int_is_small(i) ? value_from_small_int(i) : wide_box(L, i);
}

#endif
