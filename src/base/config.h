/* Compiler support and the limits every layer shares.
   Layer: base. Depends on the C library alone. */
#ifndef FERROUS_BASE_CONFIG_H
#define FERROUS_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

#define ALWAYS_INLINE static inline __attribute__((always_inline))
/* Hardly ever called, by code that has its values in registers: they stay there. */
#if defined(__clang__) && defined(__x86_64__)
#define KEEPS_REGISTERS __attribute__((preserve_most))
#else
#define KEEPS_REGISTERS
#endif
#define NOINLINE __attribute__((noinline))
#define COLD __attribute__((cold, noinline))

#define STATIC_ASSERT(condition, text) _Static_assert(condition, text)

/* VM_ASSERT guards our own invariants; what an embedder does with the C API is checked in
   api/check.h. Both vanish outside debug builds. */
#if defined(FERROUS_DEBUG)
_Noreturn void assert_fail(const char *condition, const char *file, int line);
#define VM_ASSERT(condition) \
  (likely(condition) ? (void)0 : assert_fail(#condition, __FILE__, __LINE__))
#else
#define VM_ASSERT(condition) ((void)0)
#endif

/* A test build has smaller stacks. */
#ifndef FERROUS_MAX_STACK
#define FERROUS_MAX_STACK 1000000
#endif

/* What a build leaves out, to be tested or measured without it: a sum of these. See vm/specialise.h. */
#ifndef FERROUS_WITHOUT
#define FERROUS_WITHOUT 0
#endif
enum {
  WITHOUT_SHAPES = 1,           /* fields of all tables live in hash parts */
  WITHOUT_FIELD_CACHES = 2,     /* own fields and globals */
  WITHOUT_CHAIN_CACHES = 4,     /* fields up an __index chain, methods */
  WITHOUT_SHARED_CACHE = 8,     /* fields at sites that see many shapes */
  WITHOUT_RECORDS = 16,         /* constructors that know their shape */
  WITHOUT_INDEX_FORMS = 32,     /* items of arrays, computed names */
  WITHOUT_ARITHMETIC_FORMS = 64, /* arithmetic and comparisons by type */
  WITHOUT_CALL_FORMS = 128,     /* calls by kind of function */
  WITHOUT_BUILTINS = 256,       /* library functions without a frame; pcall, resume, yield in the loop */
  WITHOUT_LOOP_FORMS = 512      /* loops by type and iterator */
};

enum {
  MAX_REGISTERS = 255,        /* registers of one function: operands are 8 bits */
  MAX_UPVALUES = 255,         /* upvalues of one closure */
  MAX_LOCALS = 200,           /* local variables of one function, as in the reference */
  MAX_STACK_SLOTS = FERROUS_MAX_STACK, /* values on one thread's stack: LUAI_MAXSTACK */
  EXTRA_STACK_SLOTS = 8,      /* slots past the limit, for metamethod arguments */
  ERROR_STACK_SLOTS = 240,    /* room for a message handler after a stack overflow */
  MIN_C_STACK_SLOTS = 20,     /* LUA_MINSTACK: free slots a C function may count on */
  MAX_C_CALLS = 200,          /* nested C calls, parser levels included: LUAI_MAXCCALLS */
  MAX_METAMETHOD_CHAIN = 2000 /* steps through __index and __newindex chains */
};

#endif
