/*
 * Strings as Lua literals, safe to show on a terminal.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_QUOTED_H
#define FERROUS_CLI_QUOTED_H

#include <stddef.h>

#include "text.h"

/* Adds the string in quotes, control characters and what is not UTF-8 escaped. Of one longer than
 * `limit` bytes only the beginning, then an ellipsis outside the quotes. */
void quoted_add(Text *text, const char *bytes, size_t length, size_t limit);

#endif
