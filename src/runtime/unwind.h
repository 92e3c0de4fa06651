/* Leaving C++ frames with their destructors run: see ferrous_unwind_cxx.
   Layer: runtime. */
#ifndef FERROUS_RUNTIME_UNWIND_H
#define FERROUS_RUNTIME_UNWIND_H

#include "runtime/throw.h"

/* Finds the unwinder for Global.unwinder; false: the process has none, and cannot load it. */
bool unwind_find(Global *global);
/* Leaves the C stack up to the Protect, and runs the destructors of C++ frames on the way. */
_Noreturn void unwind_to_protect(Protect *protect);

#endif
