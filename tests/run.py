#!/usr/bin/env python3
"""Runs test scripts that carry their expectations inside.

  run.py --ferrous build/ferrous [--jobs N] [--timeout S] [--tag NAME]... PATH...

A PATH is a script or a directory of scripts. In a script:

  print(x)   --> 3           the next line of standard output is "3"
  print(t)   -->~ table: .*  the next line matches the whole regular expression
  --! error: text            the script must fail, and the first line of stderr contain the text
  --! exit: N                its exit status must be N
  --! args: a b "c d"        its arguments
  --! stdin: text            its standard input (\\n stands for a newline)
  --! timeout: S             its own time limit in seconds
  --! not: NAME              it is left out of runs tagged NAME

Standard output must be the expected lines, in order, and nothing else. With --programs DIR the
.c files of a directory are taken too: the program DIR/<name> is run, and the expectations are
read from the comments of its source. The last line is "N passed, N failed".
"""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

EXPECTATION = re.compile(rb"-->(~?)(?: (.*?))?(?:\s*\*/)?\s*$")
DIRECTIVE = re.compile(rb"^\s*(?:--|//)! ?(\w+)(?:: ?(.*?))?\s*$")


class Script:
  """A script with what it expects."""

  def __init__(self, path):
    self.path = path
    self.lines = []  # (is_pattern, text), in order
    self.error = None
    self.exit = None
    self.args = []
    self.stdin = b""
    self.timeout = None
    self.excluded = set()
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
      directive = DIRECTIVE.match(line)
      if directive:
        self.direct(number, directive[1].decode(), (directive[2] or b"").decode("utf-8"))
        continue
      expectation = EXPECTATION.search(line)
      if expectation:
        self.lines.append((bool(expectation[1]), expectation[2] or b""))

  def direct(self, number, name, value):
    if name == "error":
      self.error = value
    elif name == "exit":
      self.exit = int(value)
    elif name == "args":
      self.args = shlex.split(value)
    elif name == "stdin":
      self.stdin = value.replace("\\n", "\n").encode()
    elif name == "timeout":
      self.timeout = float(value)
    elif name == "not":
      self.excluded.update(value.split())
    else:
      sys.exit(f"{self.path}:{number}: unknown directive '{name}'")

  def stdout_problem(self, output):
    """None when the output is the expected one, else a diff."""
    actual = output.split(b"\n")
    if actual[-1] == b"":
      actual.pop()
    shown = []
    for index, (is_pattern, text) in enumerate(self.lines):
      line = actual[index] if index < len(actual) else None
      if is_pattern and line is not None and re.fullmatch(text, line, re.DOTALL):
        shown.append(line)
      else:
        shown.append(b"~ " + text if is_pattern else text)
    if shown == actual:
      return None
    def readable(lines):
      return [line.decode("utf-8", "backslashreplace") for line in lines]
    diff = difflib.unified_diff(readable(shown), readable(actual), "expected", "actual", lineterm="", n=2)
    return "\n".join(line[:300] for line in list(diff)[:40])

  def status_problem(self, status, errors):
    first = errors.split(b"\n")[0].decode("utf-8", "backslashreplace")
    if status < 0:
      return f"killed by signal {-status}\n{tail(errors)}"
    if self.error is not None:
      if status == 0:
        return f"succeeded, but should fail with: {self.error}"
      if self.error not in first:
        return f"error message\n  expected: {self.error}\n  actual:   {first[:300]}"
    expected = self.exit if self.exit is not None else (1 if self.error is not None else 0)
    if status != expected:
      return f"exit status {status} instead of {expected}\n{tail(errors)}"
    return None


def tail(errors):
  lines = errors.decode("utf-8", "backslashreplace").rstrip("\n").split("\n")
  return "\n".join(line[:300] for line in (lines if len(lines) <= 30 else lines[:20] + ["..."] + lines[-10:]))


def command(script, options):
  if script.path.suffix in (".c", ".cpp"):
    return [os.path.abspath(os.path.join(options.programs, script.path.stem)), *script.args]
  return [os.path.abspath(options.ferrous), script.path.name, *script.args]


def run(script, options):
  """Runs a script in its own directory; returns (problem or None, seconds)."""
  started = time.monotonic()
  limit = script.timeout or options.timeout
  if script.timeout and options.tag:
    limit = max(script.timeout * 4, options.timeout)
  try:
    result = subprocess.run(command(script, options), cwd=script.path.parent, input=script.stdin,
                            capture_output=True, timeout=limit)
  except subprocess.TimeoutExpired as expired:
    partial = tail((expired.stderr or b"")[-2000:])
    return f"no end after {limit:g} s\n{partial}", time.monotonic() - started
  except OSError as problem:
    return f"cannot run: {problem}", 0.0
  problems = [script.status_problem(result.returncode, result.stderr),
              script.stdout_problem(result.stdout)]
  found = "\n".join(problem for problem in problems if problem)
  return found or None, time.monotonic() - started


def collect(paths, options):
  """The scripts to run, and the number left out because of a tag."""
  suffixes = {".lua", ".c", ".cpp"} if options.programs else {".lua"}
  files = []
  for path in map(pathlib.Path, paths):
    if path.is_dir():
      files += sorted(file for file in path.iterdir() if file.suffix in suffixes)
    elif path.exists():
      files.append(path)
    else:
      sys.exit(f"run.py: no such script: {path}")
  scripts = [Script(file) for file in files]
  chosen = [script for script in scripts if not script.excluded & set(options.tag)]
  return chosen, len(scripts) - len(chosen)


def main():
  parser = argparse.ArgumentParser(description="runs scripts with expectations inside")
  parser.add_argument("--ferrous", default="build/ferrous", help="the interpreter")
  parser.add_argument("--programs", help="directory of the compiled .c files")
  parser.add_argument("--jobs", type=int, default=2)
  parser.add_argument("--timeout", type=float, default=60)
  parser.add_argument("--tag", action="append", default=[])
  parser.add_argument("--verbose", action="store_true", help="a line for each script")
  parser.add_argument("paths", nargs="+")
  options = parser.parse_args()

  scripts, skipped = collect(options.paths, options)
  failed = 0
  with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
    for script, (problem, seconds) in zip(scripts, pool.map(lambda s: run(s, options), scripts)):
      if problem:
        failed += 1
        print(f"FAIL {script.path}\n" + "\n".join("  " + line for line in problem.split("\n")))
      elif options.verbose:
        print(f"ok   {script.path} ({seconds:.2f} s)")
      sys.stdout.flush()
  if skipped:
    print(f"({skipped} scripts are not meant for this kind of run)")
  print(f"{len(scripts) - failed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
