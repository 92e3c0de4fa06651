#!/usr/bin/env python3
"""Runs the official Lua 5.4 test suite.

  official.py [--ferrous build/ferrous] [--tests DIR] [--mode complete|user]...   all.lua
  official.py [--ferrous build/ferrous] [--tests DIR] [--mode ...] NAME...        these files alone
  official.py [--ferrous build/ferrous] [--tests DIR] [--mode ...] --all          each file alone

The suite is looked for in $LUA_TESTS, then in ${XDG_CACHE_HOME:-~/.cache}/ferrous/lua-5.4.8-tests;
tools/fetch_official.sh fills that folder. Each run has a fresh copy of it. all.lua runs whole, in
complete mode and again in user mode (_U=true), if none is chosen; a file alone runs in user mode,
so without the parts that are not portable or need much memory. There is a line for each file, and
the last line is "N passed, N failed"; files that a failure kept from running count as failed.
"""

import argparse
import concurrent.futures
import os
import sys

import official_suite

# How often the suite is begun where main.lua misread the number of a process, which depends on the shell and the
# machine's load: see MISREAD_NUMBER. Any other failure of main.lua counts at once.
ATTEMPTS = 5


def report(result, mode):
  print(f"{'ok  ' if result.passed else 'FAIL'} {result.name}, {mode} mode"
        f" ({result.seconds:.1f} s)", flush=True)
  if not result.passed:
    print("\n".join("  " + line[:300] for line in result.words), flush=True)
  return result.passed


def run_whole(options, suite, mode):
  """Returns the numbers of files that passed and failed."""
  for attempt in range(1, ATTEMPTS + 1):
    outcomes = []
    for result in official_suite.run_whole(options.ferrous, suite, mode, options.timeout):
      outcomes.append(report(result, mode))
      if not result.passed and result.misread and attempt < ATTEMPTS:
        print(f"     {result.name}, {mode} mode: a process number was misread; once more", flush=True)
        break
    else:
      break
  return outcomes.count(True), outcomes.count(False)


def run_alone(options, suite, name, mode):
  result = official_suite.run_single(options.ferrous, suite, name, options.timeout, mode)
  return (1, 0) if report(result, mode) else (0, 1)


def main():
  parser = argparse.ArgumentParser(description="runs the official test suite")
  parser.add_argument("--ferrous", default="build/ferrous")
  parser.add_argument("--tests", help="the suite's folder")
  parser.add_argument("--mode", action="append", choices=list(official_suite.WHOLE))
  parser.add_argument("--all", action="store_true", help="each file alone")
  parser.add_argument("--except", action="append", default=[], dest="left_out", metavar="NAME",
                      help="not this file of --all")
  parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time")
  parser.add_argument("--timeout", type=float, default=600, help="seconds for a run")
  parser.add_argument("--cc", default="cc", help="compiles the suite's C modules")
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()
  options.ferrous = os.path.abspath(options.ferrous)

  suite = official_suite.directory(options.tests)
  if not official_suite.is_there(suite):
    return 0
  names = options.names
  if options.all:
    names = [name for name in official_suite.file_names(suite) if name not in options.left_out]
  modes = options.mode or (["user"] if names else list(official_suite.WHOLE))
  with official_suite.with_modules(suite, options.cc) as complete, \
       concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
    if names:
      runs = [pool.submit(run_alone, options, complete, name, mode)
              for mode in modes for name in names]
    else:
      runs = [pool.submit(run_whole, options, complete, mode) for mode in modes]
    counts = [run.result() for run in runs]
  failed = sum(count[1] for count in counts)
  print(f"{sum(count[0] for count in counts)} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
