#!/usr/bin/env python3
"""The time that the official test suite takes, beside another implementation's.

  official_compare.py [--ferrous build/ferrous] [--reference lua5.4] [--mode user|complete]
                      [--runs 3] [NAME...]

First all.lua, whole, then each file alone (or those named), both implementations in turn. Shown are
medians of the processor's seconds, children included. A file that one of them fails (the reference
may be of another release than the suite) is named and not compared. The status is 1 if the sum, or
all.lua where both pass it, takes longer with Ferrous.
"""

import argparse
import os
import shutil
import statistics
import sys

import official_suite

LIMIT = 600  # seconds for a run
LEFT_OUT = {"heavy"}  # its time depends on how much fits into the memory


def usage_alone(interpreter, suite, name, mode):
  """The processor's seconds, or None if the file fails."""
  result = official_suite.run_single(interpreter, suite, name, LIMIT, mode)
  return result.usage if result.passed else None


def usage_whole(interpreter, suite, _, mode):
  results = list(official_suite.run_whole(interpreter, suite, mode, LIMIT))
  return results[-1].usage if all(result.passed for result in results) else None


def medians(usage, interpreters, runs):
  """The median of usage(interpreter) for each, None where a run fails."""
  collected = [[] for _ in interpreters]
  for _ in range(runs):
    for interpreter, times in zip(interpreters, collected):
      if None not in times:
        times.append(usage(interpreter))
  return [None if None in times else statistics.median(times) for times in collected]


def show(name, times):
  cells = ["  fails" if seconds is None else f"{seconds:7.3f}" for seconds in times]
  ratio = "" if None in times else f"{times[0] / max(times[1], 1e-3):7.2f}"
  print(f"{name:12}{cells[0]:>10}{cells[1]:>12}{ratio}", flush=True)


def main():
  parser = argparse.ArgumentParser(description="compares the official suite's times")
  parser.add_argument("--ferrous", default="build/ferrous")
  parser.add_argument("--reference", default="lua5.4")
  parser.add_argument("--tests", help="the suite's folder")
  parser.add_argument("--mode", default="user", choices=list(official_suite.WHOLE))
  parser.add_argument("--runs", type=int, default=3)
  parser.add_argument("--cc", default="cc", help="compiles the suite's C modules")
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()
  suite = official_suite.directory(options.tests)
  if not official_suite.is_there(suite):
    return 0
  reference = shutil.which(options.reference)
  if reference is None:
    print(f"skipped: there is no {options.reference}")
    return 0
  interpreters = [os.path.abspath(options.ferrous), os.path.abspath(reference)]
  names = options.names or [name for name in official_suite.file_names(suite)
                            if name not in LEFT_OUT]

  print(f"{options.mode} mode{'ferrous':>13}{os.path.basename(reference):>12}  ratio")
  sums = [0.0, 0.0]
  with official_suite.with_modules(suite, options.cc) as complete:
    def measure(usage, name):
      times = medians(lambda program: usage(program, complete, name, options.mode),
                      interpreters, options.runs)
      show(name, times)
      return times

    whole = [None, None] if options.names else measure(usage_whole, "all.lua")
    for name in names:
      times = measure(usage_alone, name)
      if None not in times:
        sums = [total + seconds for total, seconds in zip(sums, times)]
  show("sum", sums)
  return 1 if sums[0] > sums[1] or (None not in whole and whole[0] > whole[1]) else 0


if __name__ == "__main__":
  sys.exit(main())
