/* An integer as a double.
   Layer: base.

   The instruction of x86-64 that does it writes one half of its register, and so waits for whatever
   was written to the other: a quotient, or the result of a function of the math library.
   Compilers clear the register before where they see such a thing in the same function; a handler
   of the interpreter shows them nothing of what ran before it. */
#ifndef FERROUS_BASE_INT_DOUBLE_H
#define FERROUS_BASE_INT_DOUBLE_H

#include "base/config.h"

#include <stdint.h>

ALWAYS_INLINE double int_to_double(int64_t i) {
#if defined(__x86_64__) && defined(__GNUC__)
  double d;
  __asm__("xorps %0, %0\n\tcvtsi2sdq %1, %0" : "=x"(d) : "r"(i));
  return d;
#else
  return (double)i;
#endif
}

#endif
