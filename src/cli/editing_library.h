/*
 * The library for line editing, loaded when a person sits at a terminal: a program that runs a
 * script does not pay for loading it.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_EDITING_LIBRARY_H
#define FERROUS_CLI_EDITING_LIBRARY_H

#include <stdbool.h>
#include <stdio.h> /* the library's headers want it first */

#if defined(FERROUS_LINE_EDITING_readline)
#include <readline/history.h>
#include <readline/readline.h>
#if RL_READLINE_VERSION >= 0x0802
#define EDITING_ENDS_LINES 1 /* goes to the next line at the end of the input, then after each line */
#define EDITING_NEW_NAMES(X) X(rl_eof_found)
#else
#define EDITING_NEW_NAMES(X)
#endif
#define EDITING_OWN_NAMES(X) \
  X(rl_callback_sigcleanup) X(rl_catch_sigwinch) X(rl_free_line_state) X(rl_variable_value) \
  EDITING_NEW_NAMES(X)
#elif defined(FERROUS_LINE_EDITING_edit)
#include <editline/readline.h>
#define EDITING_OWN_NAMES(X)
#endif

#if defined(EDITING_OWN_NAMES)
/* Functions and variables of the library. */
#define EDITING_NAMES(X) \
  X(add_history) X(history_base) X(history_get) X(history_length) X(using_history) \
  X(rl_attempted_completion_function) X(rl_attempted_completion_over) \
  X(rl_callback_handler_install) X(rl_callback_handler_remove) X(rl_callback_read_char) \
  X(rl_catch_signals) X(rl_cleanup_after_signal) X(rl_completer_word_break_characters) \
  X(rl_completion_append_character) X(rl_completion_matches) X(rl_forced_update_display) \
  X(rl_line_buffer) X(rl_readline_name) X(rl_reset_after_signal) X(rl_resize_terminal) \
  EDITING_OWN_NAMES(X)

/* Pointers to them, under their own names. Without a library at build time, there is none of this. */
typedef struct EditingLibrary {
#define MEMBER(name) __typeof__(name) *name;
  EDITING_NAMES(MEMBER)
#undef MEMBER
} EditingLibrary;

/* NULL: it is not there, or not all of it. */
const EditingLibrary *editing_library_load(void);
#endif

#endif
