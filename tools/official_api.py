#!/usr/bin/env python3
"""Runs the files of the official Lua 5.4 test suite that use its internal test module, with ours.

  official_api.py [--host build/small/official_api] [--tests DIR] [NAME...]

Each file runs unchanged in a fresh copy of the suite's folder (see official.py for where that is),
in user mode, in a program that has the module T of tests/official_api. Some ask at a certain line for
what only the reference has: such a file is not counted when it stops there, and fails when it stops
anywhere else, or not at all. The scripts in tests/official_api ask what is true of this engine instead.
The last line is "N passed, N failed".
"""

import argparse
import os
import pathlib
import subprocess
import sys

import official_suite

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "official_api"
WHOLE = "api coroutine errors events locals strings".split()
# The line of 5.4.8 at which a file stops, and what it asks for there that this engine does not have;
# docs/compatibility.md says more.
STOPS = {
  "code": (39, "compares the reference's constants and opcodes"),
  "cstack": (170, "counts the slots that the reference needs for xpcall"),
  "gc": (598, "asks for a color that the reference gives to objects while it sweeps"),
  "gengc": (28, "asks for ages of the reference's that come between new and old"),
  "nextvar": (17, "compares the sizes of the reference's tables"),
}


class Tally:
  """Prints what became of each part, and counts."""

  def __init__(self):
    self.passed = self.failed = 0

  def add(self, name, passed, words, note=""):
    print(f"{'ok  ' if passed else 'FAIL'} {name}{note}", flush=True)
    if passed:
      self.passed += 1
    else:
      self.failed += 1
      print("\n".join("  " + line[:300] for line in words), flush=True)


def run_script(tally, host, script, limit):
  run = subprocess.run([host, script], capture_output=True, text=True, timeout=limit, check=False,
                       env=official_suite.environment())
  name = f"{script.parent.name}/{script.name}"
  tally.add(name, run.returncode == 0, run.stderr.splitlines())


def run_file(tally, host, suite, name, limit):
  result = official_suite.run_single(host, suite, name, limit)
  line, reason = STOPS.get(name, (None, None))
  if line is None:
    tally.add(name, result.passed, result.words, f" ({result.seconds:.1f} s)")
  elif result.passed:
    tally.add(name, False, [f"did not stop at line {line}"])
  elif result.words[0].startswith(f"{name}.lua:{line}: "):
    print(f"stop {name}, line {line}: {reason}", flush=True)
  else:
    tally.add(name, False, result.words)


def main():
  parser = argparse.ArgumentParser(description="runs the official suite's internal tests")
  parser.add_argument("--host", default="build/small/official_api")
  parser.add_argument("--tests", help="the suite's folder")
  parser.add_argument("--timeout", type=float, default=120)
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()

  host = os.path.abspath(options.host)
  tally = Tally()
  if not options.names:
    for script in sorted(SCRIPTS.glob("*.lua")):
      run_script(tally, host, script, options.timeout)
  suite = official_suite.directory(options.tests)
  if official_suite.is_there(suite):
    for name in options.names or WHOLE + list(STOPS):
      run_file(tally, host, suite, name, options.timeout)
  print(f"{tally.passed} passed, {tally.failed} failed")
  return 1 if tally.failed else 0


if __name__ == "__main__":
  sys.exit(main())
