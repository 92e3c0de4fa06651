#!/usr/bin/env python3
"""docs/c-api.md: every function and macro of lua.h, lauxlib.h and lualib.h.

  c_api.py            writes the document
  c_api.py --check    fails when the document is not what would be written, or when a name has no stack
                      effect or no test

Prototypes come from the headers, stack effects of lua_ functions from the comments above them in
src/api/, those of the auxiliary library and of macros from the lists below, tests from the sources of
the unit tests and of the host programs in tests/abi/hosts/. The last line of --check is "N passed, N failed".
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "c-api.md"
HEADERS = ("lua.h", "lauxlib.h", "lualib.h")
TESTS = ("tests/abi/hosts/*.c*", "tests/unit/test_api*.c", "tests/unit/*.h", "tests/unit/*.c")
EFFECT = r"\[-[^,\]]+, \+[^,\]]+, [-mve]\]"

# Functions of the auxiliary library, and of the API where the comment gives no effect.
EFFECTS = {
    "[-0, +0, -]": "lua_close luaL_newstate luaL_addsize luaL_bufflen luaL_buffaddr luaL_buffsub luaL_testudata "
                   "luaL_typename luaL_unref lua_newstate lua_assert",
    "[-0, +0, v]": "luaL_argcheck luaL_argexpected luaL_argerror luaL_typeerror luaL_checkany luaL_checkinteger "
                   "luaL_checknumber luaL_checkoption luaL_checkstack luaL_checktype luaL_checkudata luaL_checkversion "
                   "luaL_checkversion_ luaL_checklstring luaL_checkstring luaL_optinteger luaL_optlstring "
                   "luaL_optnumber luaL_optstring luaL_error",
    "[-0, +0, e]": "luaL_openlibs luaL_opt luaL_len",
    "[-?, +?, m]": "luaL_addchar luaL_addgsub luaL_addlstring luaL_addstring luaL_buffinitsize luaL_prepbuffer "
                   "luaL_prepbuffsize luaL_pushresult luaL_pushresultsize",
    "[-?, +?, -]": "luaL_buffinit",
    "[-1, +?, m]": "luaL_addvalue",
    "[-0, +(0|1), e]": "luaL_callmeta",
    "[-0, +1, e]": "luaL_getsubtable luaL_tolstring luaL_requiref",
    "[-0, +(0|1), m]": "luaL_getmetafield",
    "[-0, +1, m]": "luaL_getmetatable luaL_gsub luaL_newmetatable luaL_newlib luaL_newlibtable luaL_traceback luaL_where "
                   "luaL_loadbuffer luaL_loadbufferx luaL_loadfile luaL_loadfilex luaL_loadstring "
                   "luaopen_base luaopen_coroutine luaopen_debug luaopen_io luaopen_math luaopen_os luaopen_package "
                   "luaopen_string luaopen_table luaopen_utf8",
    "[-0, +?, e]": "luaL_dofile luaL_dostring",
    "[-0, +3, m]": "luaL_execresult",
    "[-0, +(1|3), m]": "luaL_fileresult",
    "[-1, +0, m]": "luaL_ref",
    "[-n, +0, m]": "luaL_setfuncs",
    "[-0, +0, m]": "luaL_setmetatable",
    "[-0, +1, -]": "luaL_pushfail",
}
# Macros that stand for a function do to the stack what that function does, unless they are listed.
MACROS = {
    "lua_getextraspace": "[-0, +0, -]", "lua_insert": "[-1, +1, -]", "lua_pop": "[-n, +0, e]",
    "lua_register": "[-0, +0, e]", "lua_remove": "[-1, +0, -]", "lua_replace": "[-1, +0, -]",
    "lua_tounsigned": "[-0, +0, -]", "lua_upvalueindex": "[-0, +0, -]", "lua_numbertointeger": "[-0, +0, -]", "lua_call": "[-(n + 1), +r, e]",
}
# Not part of the interface: how the headers spell their own configuration.
PRIVATE = re.compile(r"l_|luai_|LUA|lua_(number2str|integer2str|pointer2str|str2number|strx2number|number2strx|"
                     r"getlocaledecpoint|writestring|writeline|writestringerror)|luaL_intop")


def macros_and_functions(header):
  """(name, text, kind, order) of what a header declares, macros with parameters alone."""
  text = (ROOT / "include" / header).read_text()
  found = []
  for match in re.finditer(r"^#define (\w+)(\([^)]*\))((?:.*\\\n)*.*)$", text, re.MULTILINE):
    if not PRIVATE.match(match[1]):
      found.append((match.start(), match[1], match[1] + match[2], "macro", match[3]))
  pattern = r"^(?:LUA_API|LUALIB_API|LUAMOD_API) ((?:[\w]+[\s\*]+)+)(\w+)(\([^;]*\));"
  for match in re.finditer(pattern, text, re.MULTILINE):
    prototype = re.sub(r"\s+", " ", match[1] + match[2] + match[3])
    found.append((match.start(), match[2], prototype, "function", ""))
  return sorted(found)


def effects_in_sources():
  """name -> effect, from the comments above the definitions."""
  found = {}
  for path in sorted((ROOT / "src").glob("api/*.c")):
    pattern = rf"/\* ({EFFECT}).*?\*/\s*LUA_API [^(]*?(\w+)\("
    for match in re.finditer(pattern, path.read_text(), re.DOTALL):
      found[match[2]] = match[1]
  return found


def effect_of(name, body, effects):
  if name in MACROS:
    return MACROS[name]
  if name in effects:
    return effects[name]
  wrapped = re.search(r"\b(luaL?_\w+)\(", body)
  return effect_of(wrapped[1], "", effects) if wrapped else None


def tests():
  """name -> the first test source that uses it, hosts first."""
  found = {}
  for pattern in TESTS:
    for path in sorted(ROOT.glob(pattern)):
      code = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ", path.read_text(), flags=re.DOTALL)
      for name in re.findall(r"\blua\w+", code):
        found.setdefault(name, path.relative_to(ROOT))
  return found


def rows():
  """(header, prototype, kind, effect, test) of every function and macro."""
  effects = effects_in_sources()
  for effect, names in EFFECTS.items():
    for name in names.split():
      effects.setdefault(name, effect)
  tested = tests()
  for header in HEADERS:
    for _, name, text, kind, body in macros_and_functions(header):
      yield header, name, text, kind, effect_of(name, body, effects), tested.get(name)


def document():
  lines = ["# The C API", "",
           "Every function and macro of the public headers: what it pops and pushes, what it may raise, and a",
           "test that uses it. `[-popped, +pushed, errors]`: `-` none, `m` out of memory alone, `v` on purpose,",
           "`e` any error; `?` depends, `n` and `r` are arguments and results, `(a|b)` one or the other. The Lua 5.4",
           "reference manual (chapters 4 and 5) specifies each of them. `tools/c_api.py` writes this file."]
  last = None
  for header, _, text, kind, effect, test in rows():
    if header != last:
      lines += ["", f"## {header}", "", "| | effect | test |", "|---|---|---|"]
      last = header
    shown = text.replace("|", "\\|")
    note = " (macro)" if kind == "macro" else ""
    lines.append(f"| `{shown}`{note} | `{(effect or '?').replace('|', chr(92) + '|')}` | "
                 f"{f'[{test.name}](../{test})' if test else 'none'} |")
  return "\n".join(lines) + "\n"


def check():
  problems = []
  for header, name, _, _, effect, test in rows():
    if effect is None:
      problems.append(f"{header}: {name} has no stack effect")
    if test is None:
      problems.append(f"{header}: {name} has no test")
  if not DOCUMENT.exists() or DOCUMENT.read_text() != document():
    problems.append("docs/c-api.md is not up to date: run tools/c_api.py")
  for problem in problems:
    print(f"FAIL {problem}")
  print(f"{0 if problems else 1} passed, {len(problems)} failed")
  return 1 if problems else 0


def main():
  if "--check" in sys.argv[1:]:
    return check()
  DOCUMENT.write_text(document())
  return 0


if __name__ == "__main__":
  sys.exit(main())
