#!/usr/bin/env python3
"""Binary compatibility: what was compiled for the distribution's Lua 5.4 works with Ferrous.

  run.py --build DIR [--only REGEX] [--first SEED] [--seeds COUNT]

Checks: the symbols, prototypes, macros and layouts of the headers; host programs compiled against
the distribution's headers, run on both libraries with the same output (and against ours); random calls of
the C API, which must do the same in both (COUNT seeds; beyond the usual ones, a difference may be a bug of the
reference's); C modules of the distribution,
loaded unmodified by `lua5.4` and by `ferrous`, with the same output; programs of the distribution
linked with the library; and what `make install` installs. DIR holds `ferrous` and `liblua5.4.so.0`.

Each check is one test; the last line is "N passed, N failed".
"""

import argparse
import re
import sys
import tempfile

import installed
import interface
import programs
from common import HERE, ROOT, Failure, Libraries, exports, must_be_same, run, run_well

STOCK_HEADERS = "/usr/include/lua5.4"


def compile_host(libraries, source, headers=STOCK_HEADERS):
  """A program from the distribution's headers, or others, linked with its library. The source: a file, or a folder."""
  program = libraries.work / (source.stem + ("" if headers == STOCK_HEADERS else "_ours"))
  compiler = ["c++", "-std=c++17"] if source.suffix == ".cpp" else ["cc", "-std=gnu11"]
  files = sorted(source.glob("*.c")) if source.is_dir() else [source]
  run_well([*compiler, "-O1", "-Wall", "-Wextra", "-Werror", "-I", headers, *files, "-o", program,
            "-llua5.4"])
  return program


def check_host(libraries, source):
  program = compile_host(libraries, source)
  programs.uses_our_library(libraries, program)
  stock, ours = (run([program], libraries.environment(on_ours)) for on_ours in (False, True))
  must_be_same(f"{stock[1]}status {stock[0]}\n", f"{ours[1]}status {ours[0]}\n")
  if stock[0] != 0:
    raise Failure(f"status {stock[0]}\n{stock[1][-1000:]}")
  own = run([compile_host(libraries, source, ROOT / "include")], libraries.environment(True))
  must_be_same(stock[1], own[1], "headers")


def check_random_calls(libraries, first, count):
  """The same operations, on either library, must be seen to do the same."""
  program = compile_host(libraries, HERE / "random")
  stock, ours = (run([program, first, count], libraries.environment(on_ours)) for on_ours in (False, True))
  must_be_same(f"{stock[1]}status {stock[0]}\n", f"{ours[1]}status {ours[0]}\n")
  if stock[0] != 0:
    raise Failure(f"status {stock[0]}\n{stock[1][-1000:]}")


def check_coverage(libraries, sources):
  """The hosts use every function of the library, so that none goes untested."""
  used = set()
  for source in sources:
    listing = run_well(["nm", "-D", "--undefined-only", compile_host(libraries, source)])
    used |= set(re.findall(r"\blua\w+", listing))
  unused = {name.partition("@")[0] for name in exports(libraries.stock)} - used - {"lua_ident"}
  if unused:
    raise Failure("no host calls " + " ".join(sorted(unused)))


def check_module(libraries, script):
  """The same script, the same modules, in the distribution's interpreter and in ours."""
  environment = libraries.environment(False)
  stock, ours = (run([program, script.name], environment, script.parent)
                 for program in ("lua5.4", libraries.ferrous))
  must_be_same(f"{stock[1]}status {stock[0]}\n", f"{ours[1]}status {ours[0]}\n")
  if stock[0] != 0:
    raise Failure(f"status {stock[0]}\n{stock[1][-1000:]}")


def all_checks(libraries, options):
  """(name, function) of each check, in order."""
  yield from interface.checks(libraries)
  sources = sorted([*(HERE / "hosts").glob("*.c"), *(HERE / "hosts").glob("*.cpp")])
  for source in sources:
    yield f"host {source.name}", lambda source=source: check_host(libraries, source)
  yield "hosts call every function", lambda: check_coverage(libraries, sources)
  yield "random calls", lambda: check_random_calls(libraries, options.first, options.seeds)
  for script in sorted((HERE / "modules").glob("use_*.lua")):
    name = script.stem.removeprefix("use_")
    yield f"module {name}", lambda script=script: check_module(libraries, script)
  for name, check in programs.checks(libraries):
    yield f"program {name}", check
  for name, check in installed.checks(libraries):
    yield f"installed {name}", check


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("--build", default="build")
  parser.add_argument("--only", default="")
  parser.add_argument("--first", type=int, default=1)
  parser.add_argument("--seeds", type=int, default=300)
  options = parser.parse_args()
  passed = failed = 0
  with tempfile.TemporaryDirectory(prefix="ferrous-abi-") as work:
    libraries = Libraries(options.build, work)
    for name, check in all_checks(libraries, options):
      if not re.search(options.only, name):
        continue
      try:
        check()
        passed += 1
        print(f"ok   {name}", flush=True)
      except Failure as failure:
        failed += 1
        print(f"FAIL {name}\n" + "\n".join("  " + line for line in str(failure).splitlines()), flush=True)
  print(f"{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
