/* Scripts: programs of commands, as T.testC and its relatives run them.

   A script is a list of words between blanks, commas and semicolons; '#' begins a comment
   that goes to the end of the line. Each command is a name, then what it needs:
     numbers   [-]digits;  R  the registry's index;  U<n>  the index of upvalue n;
               *  the number of values on the stack;  .  the number on the top, which is popped
     texts     a word, or anything between two quotes of the same kind
   Commands work on the script's stack, which is the caller's or another thread's or state's. */
#ifndef FERROUS_TESTS_SCRIPT_H
#define FERROUS_TESTS_SCRIPT_H

#include "official_api.h"

enum { SCRIPT_TEXT_MAX = 1024, SCRIPT_GOES_ON = -1 };

typedef struct Script {
  const char *at;    /* what is left of it */
  lua_State *caller; /* errors in the script itself are raised here */
  lua_State *L;      /* the stack it works on */
  int status;        /* of the last protected call, load or resume */
  char text[SCRIPT_TEXT_MAX];
} Script;

/* Runs it up to a command that returns; the number of results on the top of L's stack. */
int script_run(lua_State *caller, lua_State *L, const char *code);

/* The C function and the continuation that scripts run in. */
int script_testC(lua_State *L);    /* the script is an argument */
int script_function(lua_State *L); /* the script is an upvalue */
int script_continue(lua_State *L, int status, lua_KContext index);
/* Makes L's hook run a script, with the event's name and line on its stack; NULL: no hook. */
void script_set_hook(lua_State *L, const char *code, int mask, int count);

/* The next operand. */
int script_number(Script *s);
const char *script_text(Script *s);
char script_character(Script *s);
lua_State *script_thread(Script *s); /* a number: a thread's index, or 0 for the script's own */

/* A command: SCRIPT_GOES_ON, or the number of values the script returns. */
typedef int (*ScriptCommand)(Script *s, lua_State *L);
ScriptCommand script_find_command(const char *name); /* NULL: there is none */

const char *script_status_name(int status);

#endif
