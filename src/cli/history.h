/*
 * The lines typed in interactive mode, kept in ${XDG_STATE_HOME:-~/.local/state}/ferrous/history.
 * The file is a line for each entry; sessions that run at the same time all append to it. Whatever
 * cannot be read or written is left alone in silence.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_HISTORY_H
#define FERROUS_CLI_HISTORY_H

/* Calls `add` with each line of the file, the oldest first. Shortens a file that grew too long. */
void history_load(void (*add)(const char *line));

/* Appends a line. */
void history_append(const char *line);

#endif
