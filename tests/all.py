#!/usr/bin/env python3
"""Everything that `make test` runs, one stage after the other, and the sum at the end.

Each stage is a make goal whose last "N passed, N failed" line counts. A stage that fails without
such a line (a build error, say) counts as one failure.
"""

import os
import re
import shutil
import subprocess
import sys
import time

SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed\b")


def stages():
  """(name, make arguments) of each stage."""
  yield "check", ["check"]
  yield "build", ["all"]
  yield "unit tests", ["test-unit"]
  yield "scripts", ["test-lua"]
  yield "the program", ["test-cli"]
  yield "examples", ["test-examples"]
  yield "official suite", ["official"]
  yield "official suite, internal tests", ["official-api"]
  if shutil.which("gcc"):
    gcc = ["CC=gcc", "DISPATCH=goto", "BUILD=build/gcc"]
    yield "scripts, gcc, computed goto", [*gcc, "test-lua"]
    yield "official suite, gcc, computed goto", [*gcc, "official"]
  yield "unit tests of the debug build", ["test-debug"]
  yield "scripts without specialised instructions", ["test-generic"]
  yield "unit tests and scripts with sanitizers", ["asan"]
  yield "official suite with sanitizers", ["official-asan"]
  yield "scripts with a collection at every allocation", ["stress"]
  yield "official suite with a collection at every allocation", ["official-stress"]
  yield "binary compatibility", ["test-abi"]


def run(name, arguments, environment):
  """Runs one stage; returns (passed, failed)."""
  print(f"== {name}", flush=True)
  started = time.monotonic()
  jobs = environment.get("JOBS", "2")
  process = subprocess.Popen(["make", "--no-print-directory", f"JOBS={jobs}", *arguments],
                             env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="backslashreplace")
  passed = failed = 0
  for line in process.stdout:
    summary = SUMMARY.match(line)
    if summary:
      passed += int(summary[1])
      failed += int(summary[2])
    if not is_compilation(line):
      print(line, end="", flush=True)
  if process.wait() != 0 and failed == 0:
    print(f"the stage '{name}' failed")
    failed = 1
  print(f"   ({time.monotonic() - started:.0f} s)", flush=True)
  return passed, failed


def is_compilation(line):
  """The names of what is built: noise, unless something is wrong, and then the message follows."""
  return re.match(r"  (CC|AR|LD) ", line) is not None


def main():
  os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
  environment = {name: value for name, value in os.environ.items()
                 if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")}
  passed = failed = 0
  for name, arguments in stages():
    stage_passed, stage_failed = run(name, arguments, environment)
    passed += stage_passed
    failed += stage_failed
  print(f"{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
