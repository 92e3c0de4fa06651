/*
 * SIGINT: raises an error in the code that runs.
 * Layer: cli.
 */
#ifndef FERROUS_CLI_INTERRUPT_H
#define FERROUS_CLI_INTERRUPT_H

#include "lua.h"

/* From here on SIGINT does not end the program, except as a last resort: see interrupt.c. */
void interrupt_set_interactive(void);

/* Between these two, a signal interrupts what runs in `L` or its coroutines. They do not nest. */
void interrupt_begin(lua_State *L);
void interrupt_end(void);

#endif
