/* Forced unwinding, by the unwinder of the C++ runtime: see unwind.h.
   Layer: runtime.

   Only few hosts ask for it, so nothing here links with its library. A host with C++ code has it
   already; where that is linked statically, the weak names are there. Otherwise it is loaded. */
#include "runtime/unwind.h"

#include <dlfcn.h>

#pragma weak _Unwind_ForcedUnwind
#pragma weak _Unwind_GetCFA

#define UNWINDER_FILE "libgcc_s.so.1"

/* Copies the address, because C has no conversion to a function's from an object's. */
static bool find_name(void *library, const char *name, void *pointer) {
  void *address = dlsym(library, name);
  memcpy(pointer, &address, sizeof address);
  return address != NULL;
}

bool unwind_find(Global *global) {
  Unwinder *unwinder = &global->unwinder;
  if (unwinder->forced_unwind != NULL) return true;
  if (&_Unwind_ForcedUnwind != NULL && &_Unwind_GetCFA != NULL) {
    *unwinder = (Unwinder){_Unwind_ForcedUnwind, _Unwind_GetCFA};
    return true;
  }
  void *library = dlopen(UNWINDER_FILE, RTLD_NOW | RTLD_LOCAL);
  Unwinder found;
  if (library == NULL || !find_name(library, "_Unwind_ForcedUnwind", &found.forced_unwind) ||
      !find_name(library, "_Unwind_GetCFA", &found.get_cfa))
    return false;
  *unwinder = found;
  return true;
}

/* Asked before each frame is left: the one that holds the Protect is where the jump goes. */
static _Unwind_Reason_Code unwind_as_far(int version, _Unwind_Action actions,
                                         _Unwind_Exception_Class class,
                                         struct _Unwind_Exception *exception,
                                         struct _Unwind_Context *context, void *data) {
  (void)version, (void)class, (void)exception;
  Protect *protect = data;
  uintptr_t frame = global_of(protect->thread)->unwinder.get_cfa(context);
  if (frame > (uintptr_t)protect || (actions & _UA_END_OF_STACK)) jump_go(&protect->point);
  return _URC_NO_REASON;
}

_Noreturn void unwind_to_protect(Protect *protect) {
  memset(&protect->exception, 0, sizeof protect->exception);
  global_of(protect->thread)->unwinder.forced_unwind(&protect->exception, unwind_as_far, protect);
  jump_go(&protect->point); /* it could not even begin */
}
