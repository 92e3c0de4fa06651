/*
 * A server loop that drives coroutines as tasks. A task yields what it waits for: here a number of
 * ticks, or the next message. A task that computes too long without yielding is preempted: a count hook
 * yields for it. One that fails ends alone.
 */
#include <stdio.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

enum { TASKS_MAX = 8, SLICE = 10000 /* instructions */ };

typedef struct Task {
  lua_State *thread;
  int reference; /* keeps the thread alive */
  int wakes_at;
  const char *name;
} Task;

static Task tasks[TASKS_MAX];
static int task_count, now;

static void preempt(lua_State *L, lua_Debug *activation) {
  (void)activation;
  lua_yield(L, 0); /* without a value: the task is ready at once */
}

static void spawn(lua_State *L, const char *name, const char *source) {
  Task *task = &tasks[task_count++];
  task->thread = lua_newthread(L);
  task->reference = luaL_ref(L, LUA_REGISTRYINDEX);
  task->name = name;
  task->wakes_at = 0;
  lua_sethook(task->thread, preempt, LUA_MASKCOUNT, SLICE);
  luaL_loadstring(task->thread, source);
}

static void finish(lua_State *L, int index, int status) {
  Task *task = &tasks[index];
  if (status == LUA_OK)
    printf("%d: %s is done\n", now, task->name);
  else
    printf("%d: %s failed: %s\n", now, task->name, lua_tostring(task->thread, -1));
  lua_closethread(task->thread, L);
  luaL_unref(L, LUA_REGISTRYINDEX, task->reference);
  tasks[index] = tasks[--task_count];
}

static void step(lua_State *L) {
  for (int i = task_count - 1; i >= 0; i--) {
    Task *task = &tasks[i];
    if (task->wakes_at > now) continue;
    int results;
    int status = lua_resume(task->thread, L, 0, &results);
    if (status != LUA_YIELD) {
      finish(L, i, status);
      continue;
    }
    task->wakes_at = now + (results > 0 ? (int)lua_tointeger(task->thread, -results) : 1);
    lua_pop(task->thread, results);
  }
}

int main(void) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  luaL_dostring(L, "sleep = coroutine.yield");
  setvbuf(stdout, NULL, _IONBF, 0);
  spawn(L, "greeter", "print('hello') sleep(3) print('bye')");
  spawn(L, "worker", "local n = 0 for i = 1, 30000 do n = n + i end print('sum', n)");
  spawn(L, "clumsy", "sleep(2) error('stumbled', 0)");
  while (task_count > 0) {
    step(L);
    now++;
  }
  printf("idle\n");
  lua_close(L);
  return 0;
}
/* --> hello
   -->~ .*clumsy failed: stumbled
   -->~ .*
   -->~ .*
   -->~ .*
   -->~ .*
   --> idle */
