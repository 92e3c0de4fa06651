/* random FIRST COUNT: prints the trace of COUNT seeds. */
#include "random.h"

enum { OPERATIONS = 250 };

static void warn(void *data, const char *message, int to_be_continued) {
  (void)data;
  trace("warning ");
  trace_text(message, strlen(message));
  trace(" %d\n", to_be_continued);
}

static void run_seed(unsigned long seed) {
  trace("== seed %lu\n", seed);
  choices_start(seed);
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_setwarnf(L, warn, L);
  lua_gc(L, LUA_GCSTOP); /* garbage is collected when an operation says so */
  trace_open(L);
  state_run(L, OPERATIONS);
  lua_close(L);
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 1 << 16);
  unsigned long first = count > 1 ? strtoul(arguments[1], NULL, 10) : 1;
  unsigned long seeds = count > 2 ? strtoul(arguments[2], NULL, 10) : 1;
  for (unsigned long seed = first; seed < first + seeds; seed++) run_seed(seed);
  trace("== done\n");
  return 0;
}
