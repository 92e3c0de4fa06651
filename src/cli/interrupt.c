/*
 * SIGINT: see interrupt.h.
 *
 * The handler sets a debug hook in the thread that runs, and nothing else: that is safe at any
 * moment. The hook raises the error before the next instruction.
 *
 * A script may catch that error and go on, but then, or while a C function does not return, the
 * next signal ends the program. In interactive mode nothing that the user typed should be lost:
 *  - a second signal for the same chunk makes the error stick: it is raised again wherever it was
 *    caught, until the chunk has ended;
 *  - only while a C function does not return does a third signal end the program, after a word of
 *    warning from the second.
 *
 * Layer: cli.
 */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "ferrous.h"
#include "lauxlib.h"

static lua_State *interruptible_state;
static bool is_interactive;
static volatile sig_atomic_t is_pending;      /* a signal came, its error was not raised yet */
static volatile sig_atomic_t interrupt_count; /* signals since the chunk began */

static void handle_interrupt(int signal_number);

static void set_handler(void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

/* A coroutine may keep the hook of an interrupt long past: that one only takes itself away. */
static void raise_interrupted(lua_State *L, lua_Debug *info) {
  (void)info;
  if (interrupt_count < 2 || !is_interactive)
    lua_sethook(L, NULL, 0, 0);
  if (interrupt_count == 0)
    return;
  is_pending = 0;
  if (is_interactive)
    set_handler(handle_interrupt);
  luaL_error(L, "interrupted!");
}

static void set_hook(lua_State *L) {
  lua_sethook(L, raise_interrupted, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static void warn_of_end(void) {
  static const char WARNING[] =
      "\nwaiting for a function that cannot be interrupted; Ctrl-C again ends the program\n";
  ssize_t ignored = write(STDERR_FILENO, WARNING, sizeof WARNING - 1);
  (void)ignored;
}

static void handle_interrupt(int signal_number) {
  int saved_errno = errno;
  if (!is_interactive || is_pending)
    signal(signal_number, SIG_DFL);
  if (is_interactive && is_pending)
    warn_of_end();
  is_pending = 1;
  if (interrupt_count < 2)
    interrupt_count++;
  if (interrupt_count == 2 && is_interactive)
    set_hook(interruptible_state);
  set_hook(ferrous_running_thread(interruptible_state));
  errno = saved_errno;
}

/* Nothing runs that could be interrupted. With a handler, other than with SIG_IGN, system calls
 * return early, and the programs started by os.execute have the default action. */
static void ignore_interrupt(int signal_number) {
  (void)signal_number;
}

void interrupt_set_interactive(void) {
  is_interactive = true;
  set_handler(ignore_interrupt);
}

void interrupt_begin(lua_State *L) {
  interruptible_state = L;
  interrupt_count = 0;
  is_pending = 0;
  set_handler(handle_interrupt);
}

void interrupt_end(void) {
  set_handler(is_interactive ? ignore_interrupt : SIG_DFL);
  interrupt_count = 0;
  if (lua_gethook(interruptible_state) == raise_interrupted)
    lua_sethook(interruptible_state, NULL, 0, 0);
}
