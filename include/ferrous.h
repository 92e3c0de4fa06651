/*
** ferrous.h - what Ferrous offers a host program beyond the interface of Lua 5.4.
**
** Handles. A handle is a 64-bit number that names an object of a state: a string, table,
** function, full userdata or thread. It may be stored anywhere, copied, sent elsewhere and back,
** and compared: two handles to one object are equal while the object lives. Making one allocates
** nothing. A handle is weak: the object may be collected, and from then on the handle is stale.
** Any number whatever may be given to these functions: a stale, foreign or made-up handle is
** answered with a status, in constant time, and never with freed memory. Pinning an object keeps
** it alive until it was unpinned as often.
**
** A comment such as [-0, +1, -] gives stack effect and errors, as in lua.h.
**
** Budgets and stops. A host limits what a state may take: memory, instructions, time. Another
** thread or a signal handler interrupts it. Each of them stops what runs by an error, which an
** ordinary pcall catches like any other. A host that does not trust the code makes stops
** sticky. Then these hold:
**   - from the stop until ferrous_clear_stop, no instruction of any Lua function of the state is
**     executed: whoever catches the error (pcall, xpcall's or lua_pcall's message handler, a
**     __close or __gc metamethod, a coroutine or its resumer), the next instruction raises it again;
**   - library functions in long loops (patterns, sort, table.move, string.rep, load's
**     readers, ...) raise it, too;
**   - message handlers are not called; __close methods that are C functions are, those in Lua
**     fail at once; finalizers wait until the stop is cleared (lua_close calls those in C only);
**   - so the error arrives at the host's outermost protected call, as LUA_ERRRUN with a string
**     (the memory ceiling: LUA_ERRMEM), in time bounded by what C functions do between two polls;
**     coroutines it went through are dead;
**   - ferrous_stopped tells why, and after ferrous_clear_stop the state is as good as before.
** A C function's own lua_pcall sees the error as well; it should pass it on, and cannot do worse
** than waste its own time. Without limits none of this costs anything.
**
** Layer: public.
*/
#ifndef ferrous_h
#define ferrous_h

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

#include "lua.h"

#define FERROUS_VERSION_MAJOR 0
#define FERROUS_VERSION_MINOR 1
#define FERROUS_VERSION_RELEASE 0
#define FERROUS_VERSION_NUM \
  (FERROUS_VERSION_MAJOR * 10000 + FERROUS_VERSION_MINOR * 100 + FERROUS_VERSION_RELEASE)
#define FERROUS_VERSION "Ferrous 0.1.0"

/* What the functions below return. */
#define FERROUS_OK 0
#define FERROUS_STALE 1       /* the object was collected */
#define FERROUS_FOREIGN 2     /* the handle belongs to another state */
#define FERROUS_INVALID 3     /* it never was a handle of this state */
#define FERROUS_WRONG_TYPE 4  /* the object is not of the type asked for */
#define FERROUS_NOT_PINNED 5  /* unpinned more often than pinned */

typedef uint64_t ferrous_Handle;  /* 0 never names an object */

/*
** Names the object at an index. FERROUS_WRONG_TYPE, and *handle is 0, for values that are no
** objects: nil, booleans, numbers, light userdata. [-0, +0, -]
*/
LUA_API int ferrous_handle_create(lua_State *L, int index, ferrous_Handle *handle);

/* Pushes the object; pushes nothing unless the status is FERROUS_OK. [-0, +(0|1), -] */
LUA_API int ferrous_handle_push(lua_State *L, ferrous_Handle handle);

/* The same, and FERROUS_WRONG_TYPE unless it is of that type (LUA_T...). [-0, +(0|1), -] */
LUA_API int ferrous_handle_push_type(lua_State *L, ferrous_Handle handle, int type);

/* The object's type, or LUA_TNONE, in *type. [-0, +0, -] */
LUA_API int ferrous_handle_type(lua_State *L, ferrous_Handle handle, int *type);

/* 1 when the object is alive, else 0. [-0, +0, -] */
LUA_API int ferrous_handle_valid(lua_State *L, ferrous_Handle handle);

/* Keeps the object alive. Pins are counted. [-0, +0, m] */
LUA_API int ferrous_handle_pin(lua_State *L, ferrous_Handle handle);

/* Takes one pin back. [-0, +0, -] */
LUA_API int ferrous_handle_unpin(lua_State *L, ferrous_Handle handle);

/*
** The thread of the state that runs now: the state's main thread or a coroutine. May be called from a
** signal handler, which then may give that thread a hook. [-0, +0, -]
*/
LUA_API lua_State *ferrous_running_thread(lua_State *L);

/*
** Whether errors (and yields) of the state run the destructors of the C++ objects in the frames that they
** leave. At first they do not: they are jumps. For hosts with functions in C++ that are called by
** Lua and call the API with objects alive. Such frames must be compiled with exceptions, must not be
** noexcept, and a catch (...) on the way must throw again. Costs about a microsecond a frame, when
** an error is raised. [-0, +0, -]
*/
LUA_API void ferrous_unwind_cxx(lua_State *L, int on);

/* Why a state was stopped. */
#define FERROUS_STOP_NONE 0
#define FERROUS_STOP_INTERRUPT 1     /* ferrous_interrupt, ferrous_interrupt_code: "interrupted!" */
#define FERROUS_STOP_INSTRUCTIONS 2  /* "instruction budget exceeded" */
#define FERROUS_STOP_TIME 3          /* "time limit exceeded" */
#define FERROUS_STOP_MEMORY 4        /* the ceiling, with sticky stops: "not enough memory" */

/*
** The state may hold that many bytes of its allocator's memory; 0: no limit. When it wants more, it
** collects garbage first; if that is not enough, LUA_ERRMEM is raised. May be called at any time,
** also with less than what is held: then everything that needs memory fails until enough is
** freed. [-0, +0, -]
*/
LUA_API void ferrous_limit_memory(lua_State *L, size_t bytes);

/* What is held now. lua_gc's count leaves out what is free inside. [-0, +0, -] */
LUA_API size_t ferrous_memory_held(lua_State *L);

/*
** From now on the state may execute about that many instructions; 0: no limit. Counted are jumps
** back and returns, by the length of the code they end, calls, and the work of library functions: so
** a program costs the same each time, and what it costs is within a small factor of the
** instructions it executed. The budget is spent when it has stopped the state. [-0, +0, -]
*/
LUA_API void ferrous_limit_instructions(lua_State *L, uint64_t instructions);

/* What is left of them; UINT64_MAX: no limit. [-0, +0, -] */
LUA_API uint64_t ferrous_instructions_left(lua_State *L);

/*
** The state may run until so much time has passed from now, by the clock on the wall; 0: no limit.
** It is checked about every millisecond; what waits in a C function (io.read, os.execute) is not
** stopped before it returns. [-0, +0, -]
*/
LUA_API void ferrous_limit_time(lua_State *L, uint64_t nanoseconds);

/*
** Stops the state at its next instruction or poll. This one and the next are the functions here that may
** be called by any thread and by a signal handler, as long as the state exists; all others are for the
** thread that uses the state. An interrupt that finds nothing running waits for what runs next.
** [-0, +0, -]
*/
LUA_API void ferrous_interrupt(lua_State *L);

/*
** The same, but as a debug hook would do it: at the next instruction of Lua code outside of hooks and
** finalizers, so that library functions in long loops run to their end. The message has the position of
** the caller. [-0, +0, -]
*/
LUA_API void ferrous_interrupt_code(lua_State *L);

/* Whether stops of this state from now on are sticky. At first they are not. [-0, +0, -] */
LUA_API void ferrous_make_sticky(lua_State *L, int sticky);

/* Why the state was stopped last (FERROUS_STOP_...), since the last ferrous_clear_stop. [-0, +0, -] */
LUA_API int ferrous_stopped(lua_State *L);

/* Ends a stop, and takes back an interrupt that has not arrived. Limits stay as they are: one that
** stopped the state is gone, the memory ceiling is not. [-0, +0, -] */
LUA_API void ferrous_clear_stop(lua_State *L);

/* A status of the functions on handles in words. */
LUA_API const char *ferrous_status_text(int status);

#if defined(__cplusplus)
}
#endif

#endif
