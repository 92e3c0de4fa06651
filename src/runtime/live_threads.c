/* The set of existing threads: see live_threads.h.
   Layer: runtime.

   Buckets of nodes that are only ever added; a node whose thread is gone serves the next one of its
   bucket. The memory is the process's, not a state's: a state's accounts are the same as without. */
#include "runtime/live_threads.h"

#if defined(FERROUS_DEBUG)

#include "base/hash.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { BUCKET_COUNT = 4096 };

typedef struct ThreadNode {
  struct ThreadNode *next;
  _Atomic(const State *) thread; /* NULL: free */
} ThreadNode;

static _Atomic(ThreadNode *) buckets[BUCKET_COUNT];
static atomic_bool incomplete; /* a thread could not be noted: then any may exist */

static _Atomic(ThreadNode *) *bucket_of(const State *thread) {
  return &buckets[hash_word((uintptr_t)thread) % BUCKET_COUNT];
}

static ThreadNode *node_of(const State *thread) {
  ThreadNode *node = atomic_load(bucket_of(thread));
  while (node != NULL && atomic_load(&node->thread) != thread) node = node->next;
  return node;
}

static bool reuse_node(ThreadNode *node, const State *thread) {
  for (; node != NULL; node = node->next) {
    const State *free_place = NULL;
    if (atomic_compare_exchange_strong(&node->thread, &free_place, thread)) return true;
  }
  return false;
}

void live_threads_add(const State *thread) {
  _Atomic(ThreadNode *) *bucket = bucket_of(thread);
  if (reuse_node(atomic_load(bucket), thread)) return;
  ThreadNode *node = malloc(sizeof *node);
  if (node == NULL) {
    atomic_store(&incomplete, true);
    return;
  }
  node->thread = thread;
  node->next = atomic_load(bucket);
  while (!atomic_compare_exchange_weak(bucket, &node->next, node)) continue;
}

void live_threads_remove(const State *thread) {
  ThreadNode *node = node_of(thread);
  if (node != NULL) atomic_store(&node->thread, NULL);
}

bool live_threads_has(const State *thread) {
  return thread != NULL && (node_of(thread) != NULL || atomic_load(&incomplete));
}

#else

typedef int live_threads_are_known_in_debug_builds_only;

#endif
