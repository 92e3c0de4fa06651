/*
 * Names and reserved words, as completion and display need them.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_IDENTIFIER_H
#define FERROUS_CLI_IDENTIFIER_H

#include <stdbool.h>
#include <stddef.h>

/* The reserved words; a NULL ends them. */
extern const char *const identifier_reserved[];

/* Whether these bytes can be written as a name. */
bool identifier_is_name(const char *bytes, size_t length);

#endif
