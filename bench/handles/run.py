#!/usr/bin/env python3
"""What handles cost, against references in the registry, of ours and of the distribution's library.

  run.py [--build DIR] [--rounds N]

A figure is CPU nanoseconds an operation, the least of all rounds. The goals: pushing by handle is no slower
than lua_rawgeti on a reference, making a handle no slower than luaL_ref, and a handle takes no memory. The
exit status is 1 when one of them is missed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def measure(program):
  """name -> (nanoseconds, bytes)"""
  output = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
  rows = (line.split("\t") for line in output.splitlines())
  return {name: (float(nanoseconds), int(growth)) for name, nanoseconds, growth in rows}


def compile_programs(work, build):
  """name -> program, for each library."""
  common = ["cc", "-O2", "-std=gnu11", HERE / "handles.c", "-o"]
  stock, ours = os.path.join(work, "stock"), os.path.join(work, "ours")
  subprocess.run([*common, stock, "-I/usr/include/lua5.4", "-llua5.4"], check=True)
  subprocess.run([*common, ours, "-DHANDLES", "-I", ROOT / "include", os.path.join(build, "libferrous.a"), "-lm", "-ldl"],
                 check=True)
  return {"lua5.4": stock, "ferrous": ours}


def judge(best):
  """Prints the goals and how far each is met; the number of those that are not."""
  missed = 0
  for (engine, name), (nanoseconds, growth) in best.items():
    if not name.startswith("handle") or "pin" in name:
      continue
    for other in ("ferrous", "lua5.4"):
      ratio = nanoseconds / best[other, name.replace("handle", "reference")][0]
      missed += ratio > 1.05 or growth != 0  # measuring is not more exact than that
      print(f"{name}: {ratio:.2f} of a reference's time in {other}, {growth} bytes")
  return missed


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("--build", default=str(ROOT / "build"))
  parser.add_argument("--rounds", type=int, default=3)
  options = parser.parse_args()
  best = {}
  with tempfile.TemporaryDirectory() as work:
    programs = compile_programs(work, options.build)
    for _ in range(options.rounds):
      for engine, program in programs.items():
        for name, figures in measure(program).items():
          best[engine, name] = min(figures, best.get((engine, name), figures))
  for (engine, name), (nanoseconds, growth) in best.items():
    print(f"{engine:8} {name:28} {nanoseconds:8.2f} ns {growth:10} bytes")
  return 1 if judge(best) else 0


if __name__ == "__main__":
  sys.exit(main())
