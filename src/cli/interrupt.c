/*
 * SIGINT: see interrupt.h.
 *
 * The handler asks the state to stop, and that is safe at any moment.
 *
 * In a script the error is raised by the next instruction, as by the reference (ferrous_interrupt_code). The
 * script may catch it and go on, but the next signal ends the program, and so it does while a library
 * function does not return. In interactive mode nothing that the user typed should be lost:
 *  - library functions in long loops raise the error as well (ferrous_interrupt);
 *  - a second signal for the same chunk makes the stop sticky: the error is raised again wherever it
 *    was caught, until the chunk has ended;
 *  - only while a C function does not return does another signal end the program, after a word of
 *    warning.
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
#include "limits.h"

static lua_State *interruptible_state;
static bool is_interactive;
static volatile sig_atomic_t interrupt_count; /* signals since the chunk began; 2 stands for more */

static void handle_interrupt(int signal_number);

static void set_handler(void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

static void warn_of_end(void) {
  static const char WARNING[] =
      "\nwaiting for a function that cannot be interrupted; Ctrl-C again ends the program\n";
  ssize_t ignored = write(STDERR_FILENO, WARNING, sizeof WARNING - 1);
  (void)ignored;
}

/* Whether the last signal has been without effect so far: a sticky stop would have ended the chunk. */
static bool is_pending(void) {
  if (interrupt_count == 0)
    return false;
  return interrupt_count == 2 || ferrous_stopped(interruptible_state) == FERROUS_STOP_NONE;
}

static void handle_interrupt(int signal_number) {
  int saved_errno = errno;
  if (!is_interactive || is_pending())
    signal(signal_number, SIG_DFL);
  if (is_interactive && is_pending())
    warn_of_end();
  if (is_interactive && interrupt_count > 0)
    ferrous_make_sticky(interruptible_state, 1); /* one byte, read when a stop begins */
  if (interrupt_count < 2)
    interrupt_count++;
  if (is_interactive)
    ferrous_interrupt(interruptible_state);
  else
    ferrous_interrupt_code(interruptible_state);
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
  set_handler(handle_interrupt);
}

/* What stopped at a limit stays stopped. */
void interrupt_end(void) {
  lua_State *L = interruptible_state;
  set_handler(is_interactive ? ignore_interrupt : SIG_DFL);
  if (interrupt_count == 0)
    return;
  int reason = ferrous_stopped(L);
  if (reason == FERROUS_STOP_NONE || reason == FERROUS_STOP_INTERRUPT)
    ferrous_clear_stop(L);
  ferrous_make_sticky(L, limits_are_set());
}
