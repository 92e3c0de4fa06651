/*
 * Reads the lines of interactive mode: with editing, history and completion if the build found a
 * library for them and a person sits at a terminal, else plainly.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_LINE_READER_H
#define FERROUS_CLI_LINE_READER_H

#include "lua.h"

typedef enum LineStatus {
  LINE_READ,
  LINE_END,         /* the input has ended */
  LINE_INTERRUPTED, /* Ctrl-C: the line is to be forgotten */
} LineStatus;

/* The state is the one whose names are completed. */
void line_reader_begin(lua_State *L);
void line_reader_end(void);

/* Shows the prompt and reads a line. Its text, without the newline, lives until the next call. On a
 * terminal, the cursor stands at the start of a line afterwards. */
LineStatus line_reader_next(const char *prompt, const char **line, size_t *length);

#endif
