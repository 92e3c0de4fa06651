/*
 * Completion of global names, fields, methods and keywords.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_COMPLETION_H
#define FERROUS_CLI_COMPLETION_H

#include "lua.h"

/* What ends a word, so that `a.b:c` is one. */
#define COMPLETION_BREAKS " \t\n\"\\'`@$><=;|&{}()[]+-*/%^~#,?!"

/* Pushes a list of the words that begin with `word`, in no order, perhaps with repetitions. Runs no
 * code of the program: fields are looked up in tables alone. [-0, +1, -] */
void completion_push_list(lua_State *L, const char *word);

#endif
