/*
 * The command line of the `ferrous` program.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_OPTIONS_H
#define FERROUS_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Options {
  bool bad, help, only_version;
  bool interactive, version, execute, no_environment;
  bool compile, check, strip;
  const char *output; /* of -c; NULL for the default */
  const char *dump;   /* list this file's bytecode */
  size_t max_memory;  /* bytes; 0: no limit */
  uint64_t timeout;   /* nanoseconds; 0: no limit */
  int first;          /* index of the script, or of the bad option; `argc` if there is none */
} Options;

/* `argv` ends with a NULL. What is wrong is told on standard error, and makes `bad` true. */
Options options_parse(char **argv);

void options_print_usage(FILE *out);

#endif
