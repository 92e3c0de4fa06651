/* lua_gc: the collector's controls.
   Layer: api. */
#include "api/api.h"
#include "api/check.h"

#include <stdarg.h>

static int gc_generational(State *L, va_list arguments) {
  int minor_multiplier = va_arg(arguments, int);
  int major_multiplier = va_arg(arguments, int);
  return heap_set_generational(L, minor_multiplier, major_multiplier);
}

static int gc_incremental(State *L, va_list arguments) {
  int pause = va_arg(arguments, int);
  int step_multiplier = va_arg(arguments, int);
  int step_size = va_arg(arguments, int);
  return heap_set_incremental(L, pause, step_multiplier, step_size);
}

static int gc_request(State *L, int request, va_list arguments) {
  Heap *heap = L->heap;
  switch (request) {
    case LUA_GCSTOP: heap->stopped |= GC_STOPPED_BY_USER; return 0;
    case LUA_GCRESTART:
      heap->stopped &= (uint8_t)~GC_STOPPED_BY_USER;
      heap->debt = 0; /* what was allocated meanwhile is not paid for at once */
      return 0;
    case LUA_GCCOLLECT: heap_collect(L); return 0;
    case LUA_GCCOUNT: return (int)(heap_count(heap) >> 10);
    case LUA_GCCOUNTB: return (int)(heap_count(heap) & 0x3FF);
    case LUA_GCSTEP: return heap_step_by(L, (size_t)va_arg(arguments, int));
    case LUA_GCSETPAUSE: return heap_set_pause(heap, va_arg(arguments, int));
    case LUA_GCSETSTEPMUL: return heap_set_step_multiplier(heap, va_arg(arguments, int));
    case LUA_GCISRUNNING: return !(heap->stopped & GC_STOPPED_BY_USER);
    case LUA_GCGEN: return gc_generational(L, arguments);
    case LUA_GCINC: return gc_incremental(L, arguments);
    default: return -1;
  }
}

/* [-0, +0, -] Runs finalizers where it collects. -1 for an unknown request, and for any request
   made by a finalizer or while the state closes; manual 4.6. */
LUA_API int lua_gc(lua_State *L, int request, ...) {
  CHECK(thread, L);
  if (L->heap->stopped & (GC_STOPPED_IN_FINALIZER | GC_STOPPED_CLOSING)) return -1;
  va_list arguments;
  va_start(arguments, request);
  int result = gc_request(L, request, arguments);
  va_end(arguments);
  return result;
}
