/*
 * Reading lines: see line_reader.h.
 *
 * SIGINT, SIGTSTP and SIGWINCH are blocked while a line is read, except in pselect: so none is lost
 * between a look at the notes and the wait, and no handler does more than take a note.
 *
 * Layer: cli.
 */
#include "line_reader.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "completion.h"
#include "editing_library.h"
#include "history.h"
#include "interrupt.h"

static char *line_text; /* the last line, from malloc */
static size_t line_capacity;
static bool is_edited; /* a person types, and a library helps */

/* ---- Plain lines ---------------------------------------------------------------------- */

/* Input that no terminal echoes is copied to the output, so that this reads as a dialogue. */
static LineStatus read_plain(const char *prompt, size_t *length) {
  bool is_terminal = isatty(STDIN_FILENO);
  fputs(prompt, stdout);
  fflush(stdout);
  if (is_terminal)
    clearerr(stdin); /* a terminal has more to say after an interrupt or an end of file */
  errno = 0;
  ssize_t count = getline(&line_text, &line_capacity, stdin);
  if (count < 0)
    return ferror(stdin) && errno == EINTR ? LINE_INTERRUPTED : LINE_END;
  if (count > 0 && line_text[count - 1] == '\n')
    count--;
  if (!is_terminal)
    printf("%.*s\n", (int)count, line_text);
  *length = (size_t)count;
  return LINE_READ;
}

#if defined(EDITING_NAMES)
static const EditingLibrary *library;

/* ---- Signals -------------------------------------------------------------------------- */

static const int noted_signals[] = {SIGINT, SIGTSTP, SIGWINCH};
enum { NOTED_SIGNALS = sizeof noted_signals / sizeof noted_signals[0] };

static volatile sig_atomic_t notes[NSIG];
static struct sigaction former_actions[NOTED_SIGNALS];
static sigset_t former_mask;

static void note_signal(int signal_number) {
  notes[signal_number] = 1;
}

static bool take_note(int signal_number) {
  bool noted = notes[signal_number] != 0;
  notes[signal_number] = 0;
  return noted;
}

static void begin_noting(void) {
  struct sigaction action;
  sigset_t mask;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  sigemptyset(&mask);
  for (int i = 0; i < NOTED_SIGNALS; i++) {
    notes[noted_signals[i]] = 0;
    sigaction(noted_signals[i], &action, &former_actions[i]);
    sigaddset(&mask, noted_signals[i]);
  }
  sigprocmask(SIG_BLOCK, &mask, &former_mask);
}

static void end_noting(void) {
  for (int i = 0; i < NOTED_SIGNALS; i++)
    sigaction(noted_signals[i], &former_actions[i], NULL);
  sigprocmask(SIG_SETMASK, &former_mask, NULL);
}

/* ---- Completion ----------------------------------------------------------------------- */

static lua_State *completed_state;

/* The library asks for one match after the other until there is none. The list is on the top. */
static char *next_match(const char *word, int is_again) {
  static lua_Integer index;
  (void)word;
  index = is_again ? index + 1 : 1;
  if (!lua_istable(completed_state, -1))
    return NULL;
  lua_rawgeti(completed_state, -1, index);
  const char *match = lua_tostring(completed_state, -1);
  char *copy = match != NULL ? strdup(match) : NULL;
  lua_pop(completed_state, 1);
  return copy;
}

/* In the blanks that begin a line, a tab indents. */
static char *next_indentation(const char *word, int is_again) {
  (void)word;
  return is_again ? NULL : strdup("  ");
}

static char **complete(const char *word, int start, int end) {
  *library->rl_attempted_completion_over = 1;
  *library->rl_completion_append_character = '\0';
  if ((int)strspn(*library->rl_line_buffer, " ") >= end && start == end)
    return library->rl_completion_matches(word, next_indentation);
  if (!lua_checkstack(completed_state, LUA_MINSTACK))
    return NULL;
  completion_push_list(completed_state, word);
  char **matches = library->rl_completion_matches(word, next_match);
  lua_pop(completed_state, 1);
  return matches;
}

/* ---- Edited lines --------------------------------------------------------------------- */

static bool is_received;

static void receive_line(char *line) {
  free(line_text);
  line_text = line;
  line_capacity = 0;
  is_received = true;
  library->rl_callback_handler_remove();
}

static void forget_line(void) {
  fputs("^C\n", stdout);
  fflush(stdout);
#if defined(FERROUS_LINE_EDITING_readline)
  library->rl_free_line_state();
  library->rl_callback_sigcleanup();
#endif
  library->rl_callback_handler_remove();
}

static void stop_and_continue(void) {
  library->rl_cleanup_after_signal();
  raise(SIGSTOP);
  library->rl_reset_after_signal();
  library->rl_forced_update_display();
}

/* Waits until a key was pressed or a signal noted; true for a key. */
static bool wait_for_key(void) {
  fd_set inputs;
  FD_ZERO(&inputs);
  FD_SET(STDIN_FILENO, &inputs);
  return pselect(STDIN_FILENO + 1, &inputs, NULL, NULL, NULL, &former_mask) > 0;
}

static LineStatus edit_until_received(void) {
  while (!is_received) {
    if (take_note(SIGINT)) {
      forget_line();
      return LINE_INTERRUPTED;
    }
    if (take_note(SIGTSTP))
      stop_and_continue();
    if (take_note(SIGWINCH))
      library->rl_resize_terminal();
    if (wait_for_key())
      library->rl_callback_read_char();
  }
  return line_text != NULL ? LINE_READ : LINE_END;
}

static bool library_ends_line(void) {
#if defined(EDITING_ENDS_LINES)
  const char *bracketed = library->rl_variable_value("enable-bracketed-paste");
  *library->rl_eof_found = 0;
  return bracketed != NULL && strcmp(bracketed, "on") == 0;
#else
  return false;
#endif
}

static void remember_line(void) {
  int count = *library->history_length;
  HIST_ENTRY *last = count > 0 ? library->history_get(*library->history_base + count - 1) : NULL;
  if (line_text[strspn(line_text, " \t")] == '\0' ||
      (last != NULL && strcmp(last->line, line_text) == 0))
    return;
  library->add_history(line_text);
  history_append(line_text);
}

static LineStatus read_edited(const char *prompt, size_t *length) {
  is_received = false;
  begin_noting();
  library->rl_callback_handler_install(prompt, receive_line);
  LineStatus status = edit_until_received();
  end_noting();
  if (status == LINE_READ) {
    remember_line();
    *length = strlen(line_text);
  } else if (status == LINE_END && !library_ends_line()) {
    fputc('\n', stdout);
  }
  return status;
}

static void add_to_history(const char *line) {
  library->add_history((char *)line);
}

static bool begin_editing(lua_State *L) {
  library = editing_library_load();
  if (library == NULL)
    return false;
  completed_state = L;
  setlocale(LC_CTYPE, ""); /* the encoding of the terminal */
  *library->rl_readline_name = "ferrous";
  *library->rl_attempted_completion_function = complete;
  *library->rl_completer_word_break_characters = (char *)COMPLETION_BREAKS;
  *library->rl_catch_signals = 0;
#if defined(FERROUS_LINE_EDITING_readline)
  *library->rl_catch_sigwinch = 0;
#endif
  library->using_history();
  history_load(add_to_history);
  return true;
}

#else

/* is_edited is never true then. */
static LineStatus read_edited(const char *prompt, size_t *length) {
  return read_plain(prompt, length);
}

static bool begin_editing(lua_State *L) {
  (void)L;
  return false;
}

#endif

/* ---- Public functions ----------------------------------------------------------------- */

void line_reader_begin(lua_State *L) {
  is_edited = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && begin_editing(L);
}

void line_reader_end(void) {
  free(line_text);
  line_text = NULL;
  line_capacity = 0;
}

LineStatus line_reader_next(const char *prompt, const char **line, size_t *length) {
  LineStatus status = is_edited ? read_edited(prompt, length) : read_plain(prompt, length);
  *line = line_text;
  if (!is_edited && (status == LINE_INTERRUPTED || (status == LINE_END && isatty(STDIN_FILENO))))
    fputc('\n', stdout);
  return status;
}
