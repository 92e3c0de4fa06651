#!/usr/bin/env python3
"""What crossing between C and Lua costs, on the distribution's library and on ours.

  run.py [--build DIR] [--only TEXT] [--rounds N]

Compiles crossing.c against the distribution's headers and runs that one program on both libraries by
turns. A part's figure is CPU seconds, the least of all rounds; the ratio is ours / the reference's, so
below 1 is faster. The goal is 0.8 or less for each part.
"""

import argparse
import math
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def measure(program, library_folder, only):
  """name -> (seconds, result) of each part on one library."""
  environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
  if library_folder:
    environment["LD_LIBRARY_PATH"] = library_folder
  output = subprocess.run([program, *only], env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
  rows = (line.split("\t") for line in output.splitlines())
  return {name: (float(seconds), result) for name, seconds, result in rows}


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("--build", default=str(ROOT / "build"))
  parser.add_argument("--only", default="")
  parser.add_argument("--rounds", type=int, default=1)
  options = parser.parse_args()
  only = [options.only] if options.only else []
  with tempfile.TemporaryDirectory() as work:
    program = os.path.join(work, "crossing")
    subprocess.run(["cc", "-O2", "-std=gnu11", "-I/usr/include/lua5.4", HERE / "crossing.c", "-o", program,
                    "-llua5.4"], check=True)
    folder = os.path.join(work, "lib")
    os.mkdir(folder)
    os.symlink(os.path.abspath(os.path.join(options.build, "liblua5.4.so.0")),
               os.path.join(folder, "liblua5.4.so.0"))
    best = {}
    for _ in range(options.rounds):
      for which, library in (("reference", None), ("ours", folder)):
        for name, (seconds, result) in measure(program, library, only).items():
          part = best.setdefault(name, {})
          part[which] = min(seconds, part.get(which, seconds))
          if part.setdefault("result", result) != result:
            sys.exit(f"{name}: the results differ: {part['result']} and {result}")
  print(f"{'part':28} {'reference':>10} {'ours':>10} {'ratio':>7}")
  ratios = [part["ours"] / part["reference"] for part in best.values()]
  for (name, part), ratio in zip(best.items(), ratios):
    print(f"{name:28} {part['reference']:10.4f} {part['ours']:10.4f} {ratio:7.2f}")
  print(f"{'geometric mean':28} {'':10} {'':10} {math.exp(sum(map(math.log, ratios)) / len(ratios)):7.2f}")
  return 0


if __name__ == "__main__":
  sys.exit(main())
