#!/usr/bin/env python3
"""Runs the files of the official Lua 5.4 test suite that use its internal test module, with ours.

  official_api.py [--host build/small/official_api] [--tests DIR] [NAME...]

Each file runs unchanged in a fresh copy of the suite's folder (see official.py for where that is),
in user mode, in a program that has the module T of tests/official_api. Files that ask
for structures only the reference has are named with the reason, and not counted. The last line is
"N passed, N failed".
"""

import argparse
import os
import sys

import official_suite

CHOSEN = "api coroutine errors events locals strings".split()
# What a file asks for that this engine does not have; docs/compatibility.md says more.
LEFT_OUT = {
  "code": "compares the reference's opcodes",
  "cstack": "counts the slots that the reference needs for an error",
  "gc": "asks for a color that the reference gives to objects while it sweeps",
  "gengc": "asks for the ages of objects in the reference's generational mode",
  "nextvar": "compares the sizes of the reference's tables",
}


def main():
  parser = argparse.ArgumentParser(description="runs the official suite's internal tests")
  parser.add_argument("--host", default="build/small/official_api")
  parser.add_argument("--tests", help="the suite's folder")
  parser.add_argument("--timeout", type=float, default=120)
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()

  suite = official_suite.directory(options.tests)
  if not official_suite.is_there(suite):
    return 0
  names = options.names or CHOSEN
  failed = 0
  for name in names:
    result = official_suite.run_single(os.path.abspath(options.host), suite, name, options.timeout)
    print(f"{'ok  ' if result.passed else 'FAIL'} {name} ({result.seconds:.1f} s)", flush=True)
    if not result.passed:
      failed += 1
      print("\n".join("  " + line[:300] for line in result.words), flush=True)
  if not options.names:
    for name, reason in LEFT_OUT.items():
      print(f"left out {name}: {reason}")
  print(f"{len(names) - failed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
