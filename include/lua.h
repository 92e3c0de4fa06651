/*
** lua.h - the C interface of a Lua state.
**
** Source and binary compatible with Lua 5.4 on 64-bit systems: the names, constants, macro
** expansions and structure layouts here are the ones that compiled modules rely on. Chapter 4 of
** the Lua 5.4 reference manual specifies each function.
**
** A comment such as [-2, +1, e] gives a function's stack effect: values popped, values pushed, and
** what it may raise ('-' nothing, 'm' out of memory, 'e' any error).
**
** Layer: public.
*/
#ifndef lua_h
#define lua_h

#include <stdarg.h>
#include <stddef.h>

#include "luaconf.h"

/* ---- Version@ ------------------------------------------------------------------------------- */

#define LUA_VERSION_MAJOR "5"
#define LUA_VERSION_MINOR "4"
#define LUA_VERSION_RELEASE "8"
#define LUA_VERSION_NUM 504
#define LUA_VERSION_RELEASE_NUM (LUA_VERSION_NUM * 100 + 8)

#define LUA_VERSION "Lua " LUA_VERSION_MAJOR "." LUA_VERSION_MINOR
#define LUA_RELEASE LUA_VERSION "." LUA_VERSION_RELEASE
#define LUA_COPYRIGHT LUA_RELEASE "  (Ferrous)"
#define LUA_AUTHORS "the authors of Ferrous"

/* ---- Constants@ ----------------------------------------------------------------------------- */

#define LUA_SIGNATURE "\x1bLua"  /* first bytes of every binary chunk */

#define LUA_MULTRET (-1)  /* "all results", for the call functions */
#define LUA_MINSTACK 20   /* free slots that a C function finds when it is entered */

/* Pseudo-indices: the registry, and below it the upvalues of the running C function. */
#define LUA_REGISTRYINDEX (-LUAI_MAXSTACK - 1000)
#define lua_upvalueindex(i) (LUA_REGISTRYINDEX - (i))

/* Integer keys that the registry always has. */
#define LUA_RIDX_MAINTHREAD 1
#define LUA_RIDX_GLOBALS 2
#define LUA_RIDX_LAST LUA_RIDX_GLOBALS

/* Status of a thread or of a protected operation. */
#define LUA_OK 0
#define LUA_YIELD 1
#define LUA_ERRRUN 2
#define LUA_ERRSYNTAX 3
#define LUA_ERRMEM 4
#define LUA_ERRERR 5

/* Types, as lua_type tells them. */
#define LUA_TNONE (-1)
#define LUA_TNIL 0
#define LUA_TBOOLEAN 1
#define LUA_TLIGHTUSERDATA 2
#define LUA_TNUMBER 3
#define LUA_TSTRING 4
#define LUA_TTABLE 5
#define LUA_TFUNCTION 6
#define LUA_TUSERDATA 7
#define LUA_TTHREAD 8
#define LUA_NUMTYPES 9

/* Operators for lua_arith. */
#define LUA_OPADD 0
#define LUA_OPSUB 1
#define LUA_OPMUL 2
#define LUA_OPMOD 3
#define LUA_OPPOW 4
#define LUA_OPDIV 5
#define LUA_OPIDIV 6
#define LUA_OPBAND 7
#define LUA_OPBOR 8
#define LUA_OPBXOR 9
#define LUA_OPSHL 10
#define LUA_OPSHR 11
#define LUA_OPUNM 12
#define LUA_OPBNOT 13

/* Operators for lua_compare. */
#define LUA_OPEQ 0
#define LUA_OPLT 1
#define LUA_OPLE 2

/* Requests for lua_gc; 8 was one in an older version and stays unused. */
#define LUA_GCSTOP 0
#define LUA_GCRESTART 1
#define LUA_GCCOLLECT 2
#define LUA_GCCOUNT 3
#define LUA_GCCOUNTB 4
#define LUA_GCSTEP 5
#define LUA_GCSETPAUSE 6
#define LUA_GCSETSTEPMUL 7
#define LUA_GCISRUNNING 9
#define LUA_GCGEN 10
#define LUA_GCINC 11

/* Events that a hook is told, and the masks that ask for them. */
#define LUA_HOOKCALL 0
#define LUA_HOOKRET 1
#define LUA_HOOKLINE 2
#define LUA_HOOKCOUNT 3
#define LUA_HOOKTAILCALL 4

#define LUA_MASKCALL (1 << LUA_HOOKCALL)
#define LUA_MASKRET (1 << LUA_HOOKRET)
#define LUA_MASKLINE (1 << LUA_HOOKLINE)
#define LUA_MASKCOUNT (1 << LUA_HOOKCOUNT)

/* ---- Types@ --------------------------------------------------------------------------------- */

typedef struct lua_State lua_State;
typedef struct lua_Debug lua_Debug;

typedef LUA_NUMBER lua_Number;
typedef LUA_INTEGER lua_Integer;
typedef LUA_UNSIGNED lua_Unsigned;
typedef LUA_KCONTEXT lua_KContext;

typedef int (*lua_CFunction)(lua_State *L);
typedef int (*lua_KFunction)(lua_State *L, int status, lua_KContext context);

/* Gives the next piece of a chunk, or NULL or size 0 at its end. */
typedef const char *(*lua_Reader)(lua_State *L, void *data, size_t *size);
/* Takes the next piece of a binary chunk; a result other than 0 stops the dump. */
typedef int (*lua_Writer)(lua_State *L, const void *piece, size_t size, void *data);

typedef void *(*lua_Alloc)(void *data, void *block, size_t old_size, size_t new_size);
typedef void (*lua_WarnFunction)(void *data, const char *message, int to_be_continued);
typedef void (*lua_Hook)(lua_State *L, lua_Debug *activation);

/* What lua_getinfo tells about a function or an activation; the letters are those of 'what'. */
struct lua_Debug {
  int event;
  const char *name;            /* n */
  const char *namewhat;        /* n: "global", "local", "method", "field", "upvalue", "" ... */
  const char *what;            /* S: "Lua", "C", "main" */
  const char *source;          /* S */
  size_t srclen;               /* S */
  int currentline;             /* l */
  int linedefined;             /* S */
  int lastlinedefined;         /* S */
  unsigned char nups;          /* u */
  unsigned char nparams;       /* u */
  char isvararg;               /* u */
  char istailcall;             /* t */
  unsigned short ftransfer;    /* r: index of the first value transferred */
  unsigned short ntransfer;    /* r: how many values are transferred */
  char short_src[LUA_IDSIZE];  /* S */
  struct CallInfo *i_ci;       /* private: the activation */
};

/* Names the version in every executable that is linked with the library. */
LUA_API const char lua_ident[];

/* ---- States and threads@ -------------------------------------------------------------------- */

LUA_API lua_State *lua_newstate(lua_Alloc allocate, void *data);
LUA_API void lua_close(lua_State *L);
LUA_API lua_State *lua_newthread(lua_State *L);                 /* [-0, +1, m] */
LUA_API int lua_closethread(lua_State *L, lua_State *from);     /* [-0, +?, -] */
LUA_API int lua_resetthread(lua_State *L);                      /* [-0, +?, -] */
LUA_API lua_CFunction lua_atpanic(lua_State *L, lua_CFunction panic);
LUA_API lua_Number lua_version(lua_State *L);
LUA_API lua_Alloc lua_getallocf(lua_State *L, void **data);
LUA_API void lua_setallocf(lua_State *L, lua_Alloc allocate, void *data);
LUA_API int lua_setcstacklimit(lua_State *L, unsigned int limit);

#define lua_getextraspace(L) ((void *)((char *)(L) - LUA_EXTRASPACE))

/* ---- The stack@ ----------------------------------------------------------------------------- */

LUA_API int lua_absindex(lua_State *L, int index);
LUA_API int lua_gettop(lua_State *L);
LUA_API void lua_settop(lua_State *L, int index);
LUA_API void lua_pushvalue(lua_State *L, int index);
LUA_API void lua_rotate(lua_State *L, int index, int n);
LUA_API void lua_copy(lua_State *L, int from, int to);
LUA_API int lua_checkstack(lua_State *L, int n);
LUA_API void lua_xmove(lua_State *from, lua_State *to, int n);

#define lua_pop(L, n) lua_settop(L, -(n) - 1)
#define lua_insert(L, index) lua_rotate(L, (index), 1)
#define lua_remove(L, index) (lua_rotate(L, (index), -1), lua_pop(L, 1))
#define lua_replace(L, index) (lua_copy(L, -1, (index)), lua_pop(L, 1))

/* ---- Reading values@ ------------------------------------------------------------------------ */

LUA_API int lua_type(lua_State *L, int index);
LUA_API const char *lua_typename(lua_State *L, int type);
LUA_API int lua_isnumber(lua_State *L, int index);
LUA_API int lua_isinteger(lua_State *L, int index);
LUA_API int lua_isstring(lua_State *L, int index);
LUA_API int lua_iscfunction(lua_State *L, int index);
LUA_API int lua_isuserdata(lua_State *L, int index);

LUA_API int lua_toboolean(lua_State *L, int index);
LUA_API lua_Integer lua_tointegerx(lua_State *L, int index, int *is_integer);
LUA_API lua_Number lua_tonumberx(lua_State *L, int index, int *is_number);
LUA_API const char *lua_tolstring(lua_State *L, int index, size_t *length);  /* [-0, +0, m] */
LUA_API lua_CFunction lua_tocfunction(lua_State *L, int index);
LUA_API void *lua_touserdata(lua_State *L, int index);
LUA_API lua_State *lua_tothread(lua_State *L, int index);
LUA_API const void *lua_topointer(lua_State *L, int index);
LUA_API lua_Unsigned lua_rawlen(lua_State *L, int index);

#define lua_tonumber(L, index) lua_tonumberx(L, (index), NULL)
#define lua_tointeger(L, index) lua_tointegerx(L, (index), NULL)
#define lua_tostring(L, index) lua_tolstring(L, (index), NULL)

#define lua_isnone(L, index) (lua_type(L, (index)) == LUA_TNONE)
#define lua_isnil(L, index) (lua_type(L, (index)) == LUA_TNIL)
#define lua_isnoneornil(L, index) (lua_type(L, (index)) <= 0)
#define lua_isboolean(L, index) (lua_type(L, (index)) == LUA_TBOOLEAN)
#define lua_islightuserdata(L, index) (lua_type(L, (index)) == LUA_TLIGHTUSERDATA)
#define lua_istable(L, index) (lua_type(L, (index)) == LUA_TTABLE)
#define lua_isfunction(L, index) (lua_type(L, (index)) == LUA_TFUNCTION)
#define lua_isthread(L, index) (lua_type(L, (index)) == LUA_TTHREAD)

/* ---- Pushing values@ ------------------------------------------------------------------------ */

LUA_API void lua_pushnil(lua_State *L);
LUA_API void lua_pushboolean(lua_State *L, int value);
LUA_API void lua_pushinteger(lua_State *L, lua_Integer value);
LUA_API void lua_pushnumber(lua_State *L, lua_Number value);
LUA_API void lua_pushlightuserdata(lua_State *L, void *pointer);
LUA_API int lua_pushthread(lua_State *L);
LUA_API const char *lua_pushstring(lua_State *L, const char *text);
LUA_API const char *lua_pushlstring(lua_State *L, const char *bytes, size_t length);
LUA_API const char *lua_pushfstring(lua_State *L, const char *format, ...);
LUA_API const char *lua_pushvfstring(lua_State *L, const char *format, va_list arguments);
LUA_API void lua_pushcclosure(lua_State *L, lua_CFunction function, int upvalues);

#define lua_pushcfunction(L, function) lua_pushcclosure(L, (function), 0)
#define lua_pushliteral(L, text) lua_pushstring(L, "" text)
#define lua_pushglobaltable(L) ((void)lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS))

/* ---- Operators@ ----------------------------------------------------------------------------- */

LUA_API void lua_arith(lua_State *L, int operation);                         /* [-(2|1), +1, e] */
LUA_API int lua_compare(lua_State *L, int first, int second, int operation); /* [-0, +0, e] */
LUA_API int lua_rawequal(lua_State *L, int first, int second);
LUA_API void lua_concat(lua_State *L, int n);                                /* [-n, +1, e] */
LUA_API void lua_len(lua_State *L, int index);                               /* [-0, +1, e] */
LUA_API size_t lua_stringtonumber(lua_State *L, const char *text);           /* [-0, +(0|1), -] */

/* ---- Tables, metatables, userdata@ ---------------------------------------------------------- */

/* The readers push one value and return its type. */
LUA_API int lua_getglobal(lua_State *L, const char *name);
LUA_API int lua_gettable(lua_State *L, int index);
LUA_API int lua_getfield(lua_State *L, int index, const char *name);
LUA_API int lua_geti(lua_State *L, int index, lua_Integer key);
LUA_API int lua_rawget(lua_State *L, int index);
LUA_API int lua_rawgeti(lua_State *L, int index, lua_Integer key);
LUA_API int lua_rawgetp(lua_State *L, int index, const void *key);
LUA_API int lua_getmetatable(lua_State *L, int index);  /* pushes nothing when it returns 0 */
LUA_API int lua_getiuservalue(lua_State *L, int index, int n);

/* The writers pop the value, and the key where it is on the stack too. */
LUA_API void lua_setglobal(lua_State *L, const char *name);
LUA_API void lua_settable(lua_State *L, int index);
LUA_API void lua_setfield(lua_State *L, int index, const char *name);
LUA_API void lua_seti(lua_State *L, int index, lua_Integer key);
LUA_API void lua_rawset(lua_State *L, int index);
LUA_API void lua_rawseti(lua_State *L, int index, lua_Integer key);
LUA_API void lua_rawsetp(lua_State *L, int index, const void *key);
LUA_API int lua_setmetatable(lua_State *L, int index);
LUA_API int lua_setiuservalue(lua_State *L, int index, int n);

LUA_API void lua_createtable(lua_State *L, int items, int fields);
LUA_API void *lua_newuserdatauv(lua_State *L, size_t size, int user_values);
LUA_API int lua_next(lua_State *L, int index);

#define lua_newtable(L) lua_createtable(L, 0, 0)
#define lua_register(L, name, function) (lua_pushcfunction(L, (function)), lua_setglobal(L, (name)))

/* ---- Calls, chunks, coroutines, errors@ ----------------------------------------------------- */

LUA_API void lua_callk(lua_State *L, int arguments, int results, lua_KContext context,
                       lua_KFunction continuation);
LUA_API int lua_pcallk(lua_State *L, int arguments, int results, int handler,
                       lua_KContext context, lua_KFunction continuation);
LUA_API int lua_load(lua_State *L, lua_Reader reader, void *data, const char *chunk_name,
                     const char *mode);
LUA_API int lua_dump(lua_State *L, lua_Writer writer, void *data, int strip);

LUA_API int lua_yieldk(lua_State *L, int results, lua_KContext context,
                       lua_KFunction continuation);
LUA_API int lua_resume(lua_State *L, lua_State *from, int arguments, int *results);
LUA_API int lua_status(lua_State *L);
LUA_API int lua_isyieldable(lua_State *L);

LUA_API int lua_error(lua_State *L);
LUA_API void lua_toclose(lua_State *L, int index);
LUA_API void lua_closeslot(lua_State *L, int index);

LUA_API void lua_setwarnf(lua_State *L, lua_WarnFunction warn, void *data);
LUA_API void lua_warning(lua_State *L, const char *message, int to_be_continued);

#define lua_call(L, arguments, results) lua_callk(L, (arguments), (results), 0, NULL)
#define lua_pcall(L, arguments, results, handler) \
  lua_pcallk(L, (arguments), (results), (handler), 0, NULL)
#define lua_yield(L, results) lua_yieldk(L, (results), 0, NULL)

/* ---- Memory@ -------------------------------------------------------------------------------- */

LUA_API int lua_gc(lua_State *L, int request, ...);

/* ---- Inspection@ ---------------------------------------------------------------------------- */

LUA_API int lua_getstack(lua_State *L, int level, lua_Debug *activation);
LUA_API int lua_getinfo(lua_State *L, const char *what, lua_Debug *activation);
LUA_API const char *lua_getlocal(lua_State *L, const lua_Debug *activation, int n);
LUA_API const char *lua_setlocal(lua_State *L, const lua_Debug *activation, int n);
LUA_API const char *lua_getupvalue(lua_State *L, int function, int n);
LUA_API const char *lua_setupvalue(lua_State *L, int function, int n);
LUA_API void *lua_upvalueid(lua_State *L, int function, int n);
LUA_API void lua_upvaluejoin(lua_State *L, int function1, int n1, int function2, int n2);

LUA_API void lua_sethook(lua_State *L, lua_Hook hook, int mask, int count);
LUA_API lua_Hook lua_gethook(lua_State *L);
LUA_API int lua_gethookmask(lua_State *L);
LUA_API int lua_gethookcount(lua_State *L);

/* ---- Names that older sources use@ ---------------------------------------------------------- */

#define LUA_NUMTAGS LUA_NUMTYPES

#define lua_newuserdata(L, size) lua_newuserdatauv(L, (size), 1)
#define lua_getuservalue(L, index) lua_getiuservalue(L, (index), 1)
#define lua_setuservalue(L, index) lua_setiuservalue(L, (index), 1)

#if defined(LUA_COMPAT_APIINTCASTS)
#define lua_pushunsigned(L, value) lua_pushinteger(L, (lua_Integer)(value))
#define lua_tounsignedx(L, index, is_number) ((lua_Unsigned)lua_tointegerx(L, (index), (is_number)))
#define lua_tounsigned(L, index) lua_tounsignedx(L, (index), NULL)
#endif

#endif
