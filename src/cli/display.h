/*
 * Tables as a person wants to see them: what interactive mode prints for them.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_DISPLAY_H
#define FERROUS_CLI_DISPLAY_H

#include "lua.h"

/* Replaces the table at an index by a text that shows it, `width` columns wide where it can be cut,
 * and of bounded length. Leaves other values alone, and tables that have a text of their own, by
 * __tostring or __name. Runs no code of the program but the __tostring of values inside.
 * [-0, +0, -] */
void display_replace(lua_State *L, int index, int width);

#endif
