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
** Layer: public.
*/
#ifndef ferrous_h
#define ferrous_h

#include <stdint.h>

#include "lua.h"

#if defined(__cplusplus)
extern "C" {
#endif

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

/* A status in words. */
LUA_API const char *ferrous_status_text(int status);

#if defined(__cplusplus)
}
#endif

#endif
