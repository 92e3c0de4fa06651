#!/usr/bin/env python3
"""Runs the files of the official Lua 5.4 test suite, one by one.

  official.py [--ferrous build/ferrous] [--tests DIR] [--all] [NAME...]

The suite is not part of this repository. It is looked for in $LUA_TESTS, then in
${XDG_CACHE_HOME:-~/.cache}/ferrous/lua-5.4.8-tests; tools/fetch_official.sh fills that folder.
Each file runs in a fresh copy of the folder, in the suite's portable and soft mode, so without
the parts that need a special build or much memory. The last line is "N passed, N failed".
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

CHOSEN = """calls closure constructs coroutine events gc goto literals locals math nextvar pm sort
            strings tpack utf8 vararg bitwise bwcoercion big verybig errors cstack""".split()
# main.lua starts other interpreters, all.lua and heavy.lua run for long or need gigabytes.
LEFT_OUT_OF_ALL = {"all", "heavy", "main"}


def suite_directory(option):
  cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
  default = os.path.join(cache, "ferrous", "lua-5.4.8-tests")
  return pathlib.Path(option or os.environ.get("LUA_TESTS") or default)


def run(ferrous, suite, name, timeout):
  """Runs one file; returns (passed, seconds, last words)."""
  with tempfile.TemporaryDirectory(prefix="ferrous-official-") as scratch:
    folder = pathlib.Path(scratch) / "tests"
    shutil.copytree(suite, folder)
    started = time.monotonic()
    try:
      result = subprocess.run([ferrous, "-e", "_port=true _soft=true", f"{name}.lua"], cwd=folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout)
      passed, errors = result.returncode == 0, result.stderr
      if result.returncode < 0:
        errors = f"killed by signal {-result.returncode}\n".encode() + errors
    except subprocess.TimeoutExpired:
      passed, errors = False, f"no end after {timeout:g} s".encode()
    words = errors.decode("utf-8", "backslashreplace").strip().split("\n")
    return passed, time.monotonic() - started, words[:12]


def main():
  parser = argparse.ArgumentParser(description="runs the official test suite's files")
  parser.add_argument("--ferrous", default="build/ferrous")
  parser.add_argument("--tests", help="the suite's folder")
  parser.add_argument("--all", action="store_true", help="all files, not only the chosen ones")
  parser.add_argument("--timeout", type=float, default=120)
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()

  suite = suite_directory(options.tests)
  if not (suite / "calls.lua").is_file():
    print(f"skipped: the official suite is not in {suite} (see tools/fetch_official.sh)")
    print("0 passed, 0 failed")
    return 0
  names = options.names or CHOSEN
  if options.all and not options.names:
    names = sorted({path.stem for path in suite.glob("*.lua")} - LEFT_OUT_OF_ALL)
  failed = 0
  for name in names:
    passed, seconds, words = run(os.path.abspath(options.ferrous), suite, name, options.timeout)
    print(f"{'ok  ' if passed else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
    if not passed:
      failed += 1
      print("\n".join("  " + line[:300] for line in words), flush=True)
  print(f"{len(names) - failed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
