"""Names, prototypes, layouts and constants: the distribution's headers and library against ours.

All is taken from the headers themselves. Prototypes: both sets of headers in one translation unit,
where the compiler refuses a declaration that differs. Macros: a program for each set prints the
value of each that is an expression. Layouts: the same, for the fields of the structures.
"""

import re

from common import ROOT, Failure, exports, must_be_same, run_well

STOCK_HEADERS = "/usr/include/lua5.4"
OUR_HEADERS = ROOT / "include"
HEADERS = "#include <lua.h>\n#include <lauxlib.h>\n#include <lualib.h>\n"
SYSTEM_HEADERS = "".join(f"#include <{name}.h>\n" for name in (
    "float", "limits", "locale", "math", "stdarg", "stddef", "stdint", "stdio", "stdlib", "string"))

# They tell which release this is, not how it is used.
RELEASE = {"LUA_VERSION_RELEASE", "LUA_VERSION_RELEASE_NUM", "LUA_RELEASE", "LUA_COPYRIGHT",
           "LUA_AUTHORS"}
# How the headers are configured, where modules are looked for, and what the reference keeps to itself.
PRIVATE = re.compile(
    r"l[a-z]+_h|LUAI_(FUNC|DDE[CF].*|THROW|MAXALIGN)|LUA_(USE|DL|BUILD|COMPAT|32BITS|C89)\w*|"
    r"LUA_(CORE|LIB|NOBUILTIN|API|CPATH_DEFAULT|PATH_DEFAULT|[LC]DIR\d?|ROOT\d?|MULTIARCH\w*)|"
    r"LUA(LIB|MOD)_API|DEB_\w*|l_\w+|luai_\w+|lua_assert|lua_strx2number|LUA_DISTRO\w*|_LUA_DEB\w*")
TYPE_MACROS = {"LUA_INTEGER", "LUA_UNSIGNED", "LUA_NUMBER", "LUA_KCONTEXT", "LUAI_UACINT",
               "LUAI_UACNUMBER"}

STRUCTURES = {
    "lua_Debug": "event name namewhat what source srclen currentline linedefined lastlinedefined "
                 "nups nparams isvararg istailcall ftransfer ntransfer short_src i_ci",
    "luaL_Buffer": "b size n L init",
    "luaL_Stream": "f closef",
    "luaL_Reg": "name func",
}
TYPES = ("lua_Integer lua_Unsigned lua_Number lua_KContext lua_CFunction lua_KFunction lua_Reader "
         "lua_Writer lua_Alloc lua_WarnFunction lua_Hook").split()


class Interface:
  """The macros of one set of headers, and programs compiled with it."""

  def __init__(self, headers, work, label):
    self.headers, self.work, self.label = headers, work, label

  def source(self, name, text):
    path = self.work / f"{self.label}_{name}.c"
    path.write_text(SYSTEM_HEADERS + HEADERS + text)
    return path

  def preprocessed(self, *flags):
    path = self.source("headers", "")
    return run_well(["cc", "-std=gnu11", "-E", *flags, "-I", self.headers, path])

  def macros(self):
    """name -> (parameters or None, body) of each macro that these headers define."""
    found, ours = {}, False
    for line in self.preprocessed("-dD").splitlines():
      place = re.match(r'# \d+ "([^"]+)"', line)
      if place:
        ours = re.search(r"/(lua\w*|lauxlib)\.h$", place[1]) is not None or "lua5.4-deb" in place[1]
      macro = re.match(r"#define (\w+)(\([^)]*\))?(?: (.*))?$", line)
      if macro and ours and not PRIVATE.fullmatch(macro[1]):
        found[macro[1]] = (macro[2], (macro[3] or "").strip())
    return found

  def run(self, name, text):
    """What a program compiled with these headers prints."""
    program = self.work / f"{self.label}_{name}"
    run_well(["cc", "-std=gnu11", "-w", "-I", self.headers, self.source(name, text), "-o", program,
              "-lm"])
    return run_well([program])


def print_macros(names):
  """A program that prints the values of macros, whatever their type."""
  lines = ["#define SHOW(x) _Generic((x), char *: show_text, const char *: show_text, double: show_double,"
           " default: show_integer)(#x, (x))",
           "static void show_text(const char *n, const char *v) { printf(\"%s\\n\", v); }",
           "static void show_double(const char *n, double v) { printf(\"%.17g\\n\", v); }",
           "static void show_integer(const char *n, long long v) { printf(\"%lld\\n\", v); }",
           "int main(void) {"]
  for name in names:
    if name in TYPE_MACROS:
      lines.append(f'  printf("{name} %zu %d\\n", sizeof({name}), (({name})-1) < 0);')
    else:
      lines.append(f'  printf("{name} "); SHOW({name});')
  return "\n".join(lines + ["}", ""])


def print_layouts():
  lines = ["int main(void) {"]
  for name, fields in STRUCTURES.items():
    lines.append(f'  printf("{name} %zu %zu\\n", sizeof({name}), _Alignof({name}));')
    for field in fields.split():
      lines.append(f'  printf("  {field} %zu %zu\\n", offsetof({name}, {field}), '
                   f"sizeof((({name} *)0)->{field}));")
  for name in TYPES:
    lines.append(f'  printf("{name} %zu %zu\\n", sizeof({name}), _Alignof({name}));')
  return "\n".join(lines + ["}", ""])


def without_structures(text):
  """Drops the bodies of structure definitions, so that they can be declared a second time."""
  result, depth, skipping = [], 0, False
  for part in re.split(r"(struct\s+\w+\s*\{|[{}])", text):
    if part.startswith("struct") and not skipping:
      result.append(part.rstrip("{ \n"))
      skipping, depth = True, 1
    elif skipping and part.endswith("{"):
      depth += 1
    elif skipping and part == "}":
      depth -= 1
      skipping = depth > 0
    elif not skipping:
      result.append(part)
  return "".join(result)


def lua_part(preprocessed):
  """What comes from the Lua headers, without the C library's."""
  kept, ours = [], False
  for line in preprocessed.splitlines():
    place = re.match(r'# \d+ "([^"]+)"', line)
    if place:
      ours = re.search(r"/(lua\w*|lauxlib)\.h$", place[1]) is not None
    elif ours:
      kept.append(line)
  return "\n".join(kept) + "\n"


def check_prototypes(stock, ours):
  """Both sets of declarations compile together."""
  path = stock.work / "both.c"
  path.write_text(SYSTEM_HEADERS + lua_part(stock.preprocessed()) +
                  without_structures(lua_part(ours.preprocessed())))
  run_well(["cc", "-std=gnu11", "-fsyntax-only", path])


def check_macros(stock, ours):
  """The reference's macros exist, with the same parameters and the same values."""
  theirs, mine = stock.macros(), ours.macros()
  missing = sorted(set(theirs) - set(mine))
  if missing:
    raise Failure("missing macros: " + " ".join(missing))
  for name in theirs:
    count = [macro[name][0].count(",") + 1 if macro[name][0] else 0 for macro in (theirs, mine)]
    if count[0] != count[1]:
      raise Failure(f"{name}: {count[0]} parameters there, {count[1]} here")
  names = sorted(name for name in theirs
                 if theirs[name][0] is None and theirs[name][1] and name not in RELEASE)
  if len(names) < 100:
    raise Failure(f"only {len(names)} macros with values found")
  program = print_macros(names)
  must_be_same(stock.run("macros", program), ours.run("macros", program), "macros")


def check_layouts(stock, ours):
  must_be_same(stock.run("layouts", print_layouts()), ours.run("layouts", print_layouts()), "layouts")


def check_exports(libraries):
  """All of the distribution's symbols, under its version node; the program exports the names too."""
  theirs = exports(libraries.stock)
  missing = theirs - exports(libraries.ours)
  if missing or len(theirs) < 154:
    raise Failure("not exported: " + " ".join(sorted(missing)))
  program = exports(libraries.ferrous)
  missing = {name for name in theirs if name.partition("@")[0] not in program}
  if missing:
    raise Failure("not exported by ferrous: " + " ".join(sorted(missing)))
  head = run_well(["readelf", "-d", libraries.ours])
  if "[liblua5.4.so.0]" not in head:
    raise Failure("the soname is not liblua5.4.so.0")


def check_static_names(libraries):
  """A host linked statically may use any name that is not of the API."""
  listing = run_well(["nm", "-g", "--defined-only", libraries.build / "libferrous.a"])
  names = {line.split()[2] for line in listing.splitlines() if len(line.split()) == 3}
  alien = {name for name in names if not re.match(r"lua_|luaL_|luaopen_|ferrous_", name)}
  if alien or "lua_newstate" not in names:
    raise Failure("other names than those of the API: " + " ".join(sorted(alien)))


def checks(libraries):
  """(name, function) of each check."""
  stock = Interface(STOCK_HEADERS, libraries.work, "stock")
  ours = Interface(OUR_HEADERS, libraries.work, "ours")
  yield "symbols", lambda: check_exports(libraries)
  yield "names in the static library", lambda: check_static_names(libraries)
  yield "prototypes", lambda: check_prototypes(stock, ours)
  yield "macros", lambda: check_macros(stock, ours)
  yield "layouts", lambda: check_layouts(stock, ours)
