/* Which threads exist, over all states: what a debug build asks before it looks at a thread that a host
   named.
   Layer: runtime. Empty but in debug builds.

   The set never reads a thread, so any pointer may be asked about; it takes no lock, so a signal handler
   may ask, and states may come and go on several system threads at once. */
#ifndef FERROUS_RUNTIME_LIVE_THREADS_H
#define FERROUS_RUNTIME_LIVE_THREADS_H

#include "object/thread.h"

#if defined(FERROUS_DEBUG)
void live_threads_add(const State *thread);
void live_threads_remove(const State *thread);
bool live_threads_has(const State *thread);
#else
ALWAYS_INLINE void live_threads_add(const State *thread) { (void)thread; }
ALWAYS_INLINE void live_threads_remove(const State *thread) { (void)thread; }
#endif

#endif
