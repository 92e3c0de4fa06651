#!/usr/bin/env python3
"""Runs the C unit tests (cmocka programs) and adds up their results.

  run_unit.py PROGRAM...

A program that crashes or hangs counts as one more failure. The last line is "N passed, N failed".
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = 300  # seconds for a program


def run(program):
  """Returns (passed, failed), and prints what failed."""
  environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
  name = os.path.basename(program)
  try:
    result = subprocess.run([os.path.abspath(program)], env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME_LIMIT)
    status, output = result.returncode, result.stdout.decode("utf-8", "backslashreplace")
  except subprocess.TimeoutExpired as expired:
    status, output = "time limit", (expired.stdout or b"").decode("utf-8", "backslashreplace")
  passed = len(re.findall(r"^\s*ok \d+", output, re.MULTILINE))
  failed = len(re.findall(r"^\s*not ok \d+", output, re.MULTILINE))
  if status != 0 and failed == 0:
    failed = 1
  if failed:
    lines = [line for line in output.split("\n") if not re.match(r"\s*ok \d+", line)]
    print(f"FAIL {name} (status {status})\n" + "\n".join("  " + line for line in lines[-60:]))
  else:
    print(f"ok   {name}: {passed}")
  sys.stdout.flush()
  return passed, failed


def main():
  results = [run(program) for program in sys.argv[1:]]
  passed = sum(result[0] for result in results)
  failed = sum(result[1] for result in results)
  print(f"{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
