/* What a failed assertion does.
   Layer: base. */
#include "base/config.h"

#if defined(FERROUS_DEBUG)

#include <stdio.h>
#include <stdlib.h>

_Noreturn void assert_fail(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  fflush(stderr);
  abort();
}

#else

typedef int assert_is_compiled_in_debug_builds_only;

#endif
