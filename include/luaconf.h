/*
** luaconf.h - the build-time facts that a host program or a C module can see.
**
** Ferrous has one configuration, the one that 64-bit distributions of Lua 5.4 use: 64-bit integers,
** double precision floats. Every value below is part of the binary interface with compiled modules,
** so none is meant to be changed. Only the search paths may be overridden by the build.
**
** Layer: public; includes the C library alone.
*/
#ifndef luaconf_h
#define luaconf_h

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Linkage@ ------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#define LUA_API extern __attribute__((visibility("default")))
#else
#define LUA_API extern
#endif
#define LUALIB_API LUA_API
#define LUAMOD_API LUA_API

#if defined(__GNUC__) && !defined(LUA_NOBUILTIN)
#define luai_likely(condition) (__builtin_expect(((condition) != 0), 1))
#define luai_unlikely(condition) (__builtin_expect(((condition) != 0), 0))
#else
#define luai_likely(condition) (condition)
#define luai_unlikely(condition) (condition)
#endif

/* ---- Limits that are visible in layouts and pseudo-indices@ --------------------------------- */

#define LUAI_IS32INT ((UINT_MAX >> 30) >= 3)

/* Largest number of slots in one Lua stack; LUA_REGISTRYINDEX is derived from it. */
#define LUAI_MAXSTACK 1000000

/* Bytes in front of every lua_State that belong to the host (see lua_getextraspace). */
#define LUA_EXTRASPACE (sizeof(void *))

/* Size of lua_Debug.short_src. */
#define LUA_IDSIZE 60

/* Bytes inside a luaL_Buffer before it moves to a box on the stack. */
#define LUAL_BUFFERSIZE ((int)(16 * sizeof(void *) * sizeof(lua_Number)))

/* Members for a union that must be aligned for any value. */
#define LUAI_MAXALIGN  lua_Number n; double u; void *s; lua_Integer i; long l

/* ---- Numbers@ ------------------------------------------------------------------------------- */

#define LUA_INT_INT 1
#define LUA_INT_LONG 2
#define LUA_INT_LONGLONG 3
#define LUA_INT_DEFAULT LUA_INT_LONGLONG
#define LUA_INT_TYPE LUA_INT_DEFAULT

#define LUA_FLOAT_FLOAT 1
#define LUA_FLOAT_DOUBLE 2
#define LUA_FLOAT_LONGDOUBLE 3
#define LUA_FLOAT_DEFAULT LUA_FLOAT_DOUBLE
#define LUA_FLOAT_TYPE LUA_FLOAT_DEFAULT

#define LUA_32BITS 0
#define LUA_C89_NUMBERS 0

#define LUA_INTEGER long long
#define LUA_INTEGER_FRMLEN "ll"
#define LUA_INTEGER_FMT "%" LUA_INTEGER_FRMLEN "d"
#define LUA_UNSIGNED unsigned LUAI_UACINT
#define LUAI_UACINT LUA_INTEGER  /* an integer after the default argument promotions */
#define LUA_MAXINTEGER LLONG_MAX
#define LUA_MININTEGER LLONG_MIN
#define LUA_MAXUNSIGNED ULLONG_MAX

#define LUA_NUMBER double
#define LUA_NUMBER_FRMLEN ""
#define LUA_NUMBER_FMT "%.14g"
#define LUAI_UACNUMBER double  /* a float after the default argument promotions */
#define l_floatatt(name) (DBL_##name)
#define l_mathop(function) function
#define l_floor(x) (l_mathop(floor)(x))

#define lua_integer2str(buffer, size, value) \
  l_sprintf((buffer), (size), LUA_INTEGER_FMT, (LUAI_UACINT)(value))
#define lua_number2str(buffer, size, value) \
  l_sprintf((buffer), (size), LUA_NUMBER_FMT, (LUAI_UACNUMBER)(value))
#define lua_number2strx(L, buffer, size, format, value) \
  ((void)(L), l_sprintf((buffer), (size), (format), (LUAI_UACNUMBER)(value)))
#define lua_pointer2str(buffer, size, value) l_sprintf((buffer), (size), "%p", (value))
#define l_sprintf(buffer, size, format, value) snprintf((buffer), (size), (format), (value))
#define lua_str2number(text, end) strtod((text), (end))
#define lua_strx2number(text, end) lua_str2number((text), (end))

/*
** Stores float 'number' as an integer in *result and yields 1, when its value is one; otherwise
** yields 0. The limits are powers of two, so both comparisons are exact.
*/
#define lua_numbertointeger(number, result) \
  ((number) >= (LUA_NUMBER)(LUA_MININTEGER) && (number) < -(LUA_NUMBER)(LUA_MININTEGER) && \
   (*(result) = (LUA_INTEGER)(number), 1))

#define lua_getlocaledecpoint() (localeconv()->decimal_point[0])

/* Carries a continuation's context; wide enough for a pointer. */
#define LUA_KCONTEXT intptr_t

/* ---- Where 'require' looks@ ----------------------------------------------------------------- */

#define LUA_VDIR LUA_VERSION_MAJOR "." LUA_VERSION_MINOR

#define LUA_PATH_SEP ";"
#define LUA_PATH_MARK "?"
#define LUA_EXEC_DIR "!"
#if defined(_WIN32)
#define LUA_DIRSEP "\\"
#else
#define LUA_DIRSEP "/"
#endif
#define LUA_IGMARK "-"

#define LUA_ROOT "/usr/local/"
#define LUA_ROOT2 "/usr/"
#define LUA_LDIR LUA_ROOT "share/lua/" LUA_VDIR "/"
#define LUA_LDIR2 LUA_ROOT2 "share/lua/" LUA_VDIR "/"
#define LUA_CDIR LUA_ROOT "lib/lua/" LUA_VDIR "/"
#if !defined(LUA_MULTIARCH_DIR)
#if defined(__x86_64__) && defined(__linux__)
#define LUA_MULTIARCH_DIR "x86_64-linux-gnu/"
#elif defined(__aarch64__) && defined(__linux__)
#define LUA_MULTIARCH_DIR "aarch64-linux-gnu/"
#else
#define LUA_MULTIARCH_DIR ""
#endif
#endif
#define LUA_CDIR2 LUA_ROOT2 "lib/" LUA_MULTIARCH_DIR "lua/" LUA_VDIR "/"
#define LUA_CDIR3 LUA_ROOT2 "lib/lua/" LUA_VDIR "/"

#if !defined(LUA_PATH_DEFAULT)
#define LUA_PATH_DEFAULT \
  LUA_LDIR "?.lua;" LUA_LDIR "?/init.lua;" \
  LUA_CDIR "?.lua;" LUA_CDIR "?/init.lua;" \
  LUA_LDIR2 "?.lua;" LUA_LDIR2 "?/init.lua;" \
  "./?.lua;" "./?/init.lua"
#endif

#if !defined(LUA_CPATH_DEFAULT)
#define LUA_CPATH_DEFAULT \
  LUA_CDIR "?.so;" LUA_CDIR2 "?.so;" LUA_CDIR3 "?.so;" LUA_CDIR "loadall.so;" "./?.so"
#endif

/* ---- Names of older versions, for sources that ask for them@ -------------------------------- */

#if defined(LUA_COMPAT_5_3)

#define LUA_COMPAT_MATHLIB
#define LUA_COMPAT_APIINTCASTS

#define lua_strlen(L, index) lua_rawlen(L, (index))
#define lua_objlen(L, index) lua_rawlen(L, (index))
#define lua_equal(L, first, second) lua_compare(L, (first), (second), LUA_OPEQ)
#define lua_lessthan(L, first, second) lua_compare(L, (first), (second), LUA_OPLT)

#endif

#endif
