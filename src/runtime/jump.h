/* Where errors return to: setjmp and longjmp, without what the C library adds to them.
   Layer: runtime.

   A protected call sets a jump point whether or not it ever fails. The library's setjmp takes three times
   as long as storing the registers does: it enciphers some of them, and is called through the table for
   shared libraries. */
#ifndef FERROUS_RUNTIME_JUMP_H
#define FERROUS_RUNTIME_JUMP_H

#include "base/config.h"

#if defined(__x86_64__) && defined(__LP64__)

/* rbx, rbp, r12 to r15, the caller's stack pointer, and the address it returns to. */
typedef struct JumpPoint {
  uint64_t registers[8];
} JumpPoint;

/* 0; and 1 each time that jump_go comes back. */
__attribute__((returns_twice)) int jump_set(JumpPoint *point);
/* The function that called jump_set must not have returned. */
_Noreturn void jump_go(JumpPoint *point);

#else

#include <setjmp.h>
typedef struct JumpPoint {
  jmp_buf buffer;
} JumpPoint;
#define jump_set(point) _setjmp((point)->buffer)
#define jump_go(point) _longjmp((point)->buffer, 1)

#endif

#endif
