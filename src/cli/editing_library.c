/*
 * Loading the library for line editing: see editing_library.h.
 * Layer: cli.
 */
#include "editing_library.h"

#include <dlfcn.h>
#include <string.h>

#if defined(EDITING_NAMES)

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

#if defined(FERROUS_LINE_EDITING_readline)
static const char *const file_names[] = {"libreadline.so." TEXT(RL_VERSION_MAJOR),
                                         "libreadline.so"};
#else
static const char *const file_names[] = {"libedit.so.2", "libedit.so.0", "libedit.so"};
#endif

static void *load_file(void) {
  void *library = NULL;
  for (size_t i = 0; i < sizeof file_names / sizeof file_names[0] && library == NULL; i++)
    library = dlopen(file_names[i], RTLD_LAZY | RTLD_LOCAL);
  return library;
}

/* Copies the address, because C has no conversion to a function's from an object's. */
static bool find(void *library, const char *name, void *pointer) {
  void *address = dlsym(library, name);
  memcpy(pointer, &address, sizeof address);
  return address != NULL;
}

const EditingLibrary *editing_library_load(void) {
  static EditingLibrary names;
  void *library = load_file();
  bool complete = library != NULL;
#define FIND(name) complete = complete && find(library, #name, &names.name);
  EDITING_NAMES(FIND)
#undef FIND
  return complete ? &names : NULL;
}
#endif
