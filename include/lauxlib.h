/*
** lauxlib.h - conveniences for C functions: argument checks, messages, buffers, references.
**
** Everything here is built on lua.h alone. Chapter 5 of the Lua 5.4 reference manual specifies each
** function; layouts and values are those that compiled modules rely on.
**
** Layer: public.
*/
#ifndef lauxlib_h
#define lauxlib_h

#include <stddef.h>
#include <stdio.h>

#include "luaconf.h"
#include "lua.h"

#define LUA_GNAME "_G"

/* Registry fields: the loaded modules and the loaders registered for 'require'. */
#define LUA_LOADED_TABLE "_LOADED"
#define LUA_PRELOAD_TABLE "_PRELOAD"

/* Status of luaL_loadfilex when the file cannot be read. */
#define LUA_ERRFILE (LUA_ERRERR + 1)

/* Results of luaL_ref that name no slot. */
#define LUA_NOREF (-2)
#define LUA_REFNIL (-1)

/* A list of functions ends with a NULL name; NULL as function is a placeholder. */
typedef struct luaL_Reg {
  const char *name;
  lua_CFunction func;
} luaL_Reg;

/* Modules may use it; it checks nothing unless the host defines it first. */
#if !defined(lua_assert)
#define lua_assert(condition) ((void)0)
#endif

/* ---- Version check@ ------------------------------------------------------------------------- */

#define LUAL_NUMSIZES (sizeof(lua_Integer) * 16 + sizeof(lua_Number))

LUALIB_API void luaL_checkversion_(lua_State *L, lua_Number version, size_t number_sizes);

#define luaL_checkversion(L) luaL_checkversion_(L, LUA_VERSION_NUM, LUAL_NUMSIZES)

/* ---- Arguments@ ----------------------------------------------------------------------------- */

LUALIB_API int luaL_argerror(lua_State *L, int argument, const char *message);
LUALIB_API int luaL_typeerror(lua_State *L, int argument, const char *type_name);

LUALIB_API void luaL_checkany(lua_State *L, int argument);
LUALIB_API void luaL_checktype(lua_State *L, int argument, int type);
LUALIB_API lua_Integer luaL_checkinteger(lua_State *L, int argument);
LUALIB_API lua_Integer luaL_optinteger(lua_State *L, int argument, lua_Integer fallback);
LUALIB_API lua_Number luaL_checknumber(lua_State *L, int argument);
LUALIB_API lua_Number luaL_optnumber(lua_State *L, int argument, lua_Number fallback);
LUALIB_API const char *luaL_checklstring(lua_State *L, int argument, size_t *length);
LUALIB_API const char *luaL_optlstring(lua_State *L, int argument, const char *fallback,
                                       size_t *length);
LUALIB_API int luaL_checkoption(lua_State *L, int argument, const char *fallback,
                                const char *const options[]);
LUALIB_API void *luaL_checkudata(lua_State *L, int argument, const char *type_name);
LUALIB_API void *luaL_testudata(lua_State *L, int argument, const char *type_name);
LUALIB_API void luaL_checkstack(lua_State *L, int slots, const char *message);

#define luaL_argcheck(L, condition, argument, message) \
  ((void)(luai_likely(condition) || luaL_argerror(L, (argument), (message))))
#define luaL_argexpected(L, condition, argument, type_name) \
  ((void)(luai_likely(condition) || luaL_typeerror(L, (argument), (type_name))))
#define luaL_checkstring(L, argument) (luaL_checklstring(L, (argument), NULL))
#define luaL_optstring(L, argument, fallback) (luaL_optlstring(L, (argument), (fallback), NULL))
#define luaL_opt(L, check, argument, fallback) \
  (lua_isnoneornil(L, (argument)) ? (fallback) : check(L, (argument)))
#define luaL_typename(L, index) lua_typename(L, lua_type(L, (index)))

/* ---- Errors@ -------------------------------------------------------------------------------- */

LUALIB_API void luaL_where(lua_State *L, int level);
LUALIB_API int luaL_error(lua_State *L, const char *format, ...);
LUALIB_API void luaL_traceback(lua_State *L, lua_State *other, const char *message, int level);
LUALIB_API int luaL_fileresult(lua_State *L, int success, const char *file_name);
LUALIB_API int luaL_execresult(lua_State *L, int status);

/* Pushes the value that stands for failure in a library function's results. */
#define luaL_pushfail(L) lua_pushnil(L)

/* ---- Values and metatables@ ----------------------------------------------------------------- */

LUALIB_API int luaL_newmetatable(lua_State *L, const char *type_name);
LUALIB_API void luaL_setmetatable(lua_State *L, const char *type_name);
LUALIB_API int luaL_getmetafield(lua_State *L, int object, const char *event);
LUALIB_API int luaL_callmeta(lua_State *L, int object, const char *event);
LUALIB_API const char *luaL_tolstring(lua_State *L, int index, size_t *length);
LUALIB_API lua_Integer luaL_len(lua_State *L, int index);
LUALIB_API int luaL_getsubtable(lua_State *L, int index, const char *name);
LUALIB_API const char *luaL_gsub(lua_State *L, const char *text, const char *pattern,
                                 const char *replacement);

#define luaL_getmetatable(L, type_name) (lua_getfield(L, LUA_REGISTRYINDEX, (type_name)))

/* Integer arithmetic that wraps around as Lua's does. */
#define luaL_intop(operation, a, b) \
  ((lua_Integer)((lua_Unsigned)(a) operation (lua_Unsigned)(b)))

/* ---- References@ ---------------------------------------------------------------------------- */

LUALIB_API int luaL_ref(lua_State *L, int table);
LUALIB_API void luaL_unref(lua_State *L, int table, int reference);

/* ---- States, libraries, chunks@ ------------------------------------------------------------- */

LUALIB_API lua_State *luaL_newstate(void);
LUALIB_API void luaL_setfuncs(lua_State *L, const luaL_Reg *list, int upvalues);
LUALIB_API void luaL_requiref(lua_State *L, const char *module, lua_CFunction open, int global);

LUALIB_API int luaL_loadfilex(lua_State *L, const char *file_name, const char *mode);
LUALIB_API int luaL_loadbufferx(lua_State *L, const char *bytes, size_t size,
                                const char *chunk_name, const char *mode);
LUALIB_API int luaL_loadstring(lua_State *L, const char *text);

#define luaL_newlibtable(L, list) lua_createtable(L, 0, sizeof(list) / sizeof((list)[0]) - 1)
#define luaL_newlib(L, list) \
  (luaL_checkversion(L), luaL_newlibtable(L, list), luaL_setfuncs(L, list, 0))

#define luaL_loadfile(L, file_name) luaL_loadfilex(L, file_name, NULL)
#define luaL_loadbuffer(L, bytes, size, chunk_name) \
  luaL_loadbufferx(L, bytes, size, chunk_name, NULL)
#define luaL_dofile(L, file_name) \
  (luaL_loadfile(L, file_name) || lua_pcall(L, 0, LUA_MULTRET, 0))
#define luaL_dostring(L, text) (luaL_loadstring(L, text) || lua_pcall(L, 0, LUA_MULTRET, 0))

/* ---- String buffers@ ------------------------------------------------------------------------ */

typedef struct luaL_Buffer luaL_Buffer;

/*
** The macros below write into it directly. 'b' points at 'init' until the text outgrows it; from
** then on it points into a userdata that lies on the stack, at the slot the buffer took with
** luaL_buffinit.
*/
struct luaL_Buffer {
  char *b;      /* the bytes */
  size_t size;  /* room at b */
  size_t n;     /* bytes in use */
  lua_State *L;
  union {
    LUAI_MAXALIGN;
    char b[LUAL_BUFFERSIZE];
  } init;
};

LUALIB_API void luaL_buffinit(lua_State *L, luaL_Buffer *buffer);
LUALIB_API char *luaL_buffinitsize(lua_State *L, luaL_Buffer *buffer, size_t size);
LUALIB_API char *luaL_prepbuffsize(luaL_Buffer *buffer, size_t size);
LUALIB_API void luaL_addlstring(luaL_Buffer *buffer, const char *bytes, size_t length);
LUALIB_API void luaL_addstring(luaL_Buffer *buffer, const char *text);
LUALIB_API void luaL_addvalue(luaL_Buffer *buffer);
LUALIB_API void luaL_addgsub(luaL_Buffer *buffer, const char *text, const char *pattern,
                             const char *replacement);
LUALIB_API void luaL_pushresult(luaL_Buffer *buffer);
LUALIB_API void luaL_pushresultsize(luaL_Buffer *buffer, size_t size);

#define luaL_addchar(buffer, c) \
  ((void)((buffer)->n < (buffer)->size || luaL_prepbuffsize((buffer), 1)), \
   ((buffer)->b[(buffer)->n++] = (c)))
#define luaL_addsize(buffer, count) ((buffer)->n += (count))
#define luaL_buffsub(buffer, count) ((buffer)->n -= (count))
#define luaL_bufflen(buffer) ((buffer)->n)
#define luaL_buffaddr(buffer) ((buffer)->b)
#define luaL_prepbuffer(buffer) luaL_prepbuffsize(buffer, LUAL_BUFFERSIZE)

/* ---- Files@ --------------------------------------------------------------------------------- */

#define LUA_FILEHANDLE "FILE*"  /* metatable of the io library's userdata */

/* Layout of a file userdata; 'closef' is NULL once the file is closed. */
typedef struct luaL_Stream {
  FILE *f;
  lua_CFunction closef;
} luaL_Stream;

/* ---- The console@ --------------------------------------------------------------------------- */

#if !defined(lua_writestring)
#define lua_writestring(bytes, length) fwrite((bytes), sizeof(char), (length), stdout)
#endif
#if !defined(lua_writeline)
#define lua_writeline() (lua_writestring("\n", 1), fflush(stdout))
#endif
#if !defined(lua_writestringerror)
#define lua_writestringerror(format, value) (fprintf(stderr, (format), (value)), fflush(stderr))
#endif

/* ---- Names that older sources use@ ---------------------------------------------------------- */

#if defined(LUA_COMPAT_APIINTCASTS)
#define luaL_checkunsigned(L, argument) ((lua_Unsigned)luaL_checkinteger(L, (argument)))
#define luaL_optunsigned(L, argument, fallback) \
  ((lua_Unsigned)luaL_optinteger(L, (argument), (lua_Integer)(fallback)))
#define luaL_checkint(L, argument) ((int)luaL_checkinteger(L, (argument)))
#define luaL_optint(L, argument, fallback) ((int)luaL_optinteger(L, (argument), (fallback)))
#define luaL_checklong(L, argument) ((long)luaL_checkinteger(L, (argument)))
#define luaL_optlong(L, argument, fallback) ((long)luaL_optinteger(L, (argument), (fallback)))
#endif

#endif
