#!/usr/bin/env python3
"""What each family of specialisation is worth: measures builds that leave one of them out.

    python3 bench/ablation.py                 # all programs, counted in instructions on reduced sizes
    python3 bench/ablation.py --time --runs 3 # in CPU seconds, on full sizes
    python3 bench/ablation.py --only calls    # by name or kind, as bench/run.py does

The builds go to build/without/<family>. Printed is, for each family, how many times the work of the
whole build a program takes without it: the geometric mean over all programs, and the five programs that
depend on it most. The raw data lie beside those of bench/run.py.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
CONFIG = ROOT / "src" / "base" / "config.h"


def families():
    """(name, value) of each WITHOUT_... in config.h, and all of them at once."""
    found = re.findall(r"^  WITHOUT_(\w+) = (\d+)", CONFIG.read_text(encoding="utf-8"), re.M)
    pairs = [(name.lower().replace("_", "-"), int(value)) for name, value in found]
    return pairs + [("everything", sum(value for _, value in pairs))]


def build(name, value, make_arguments):
    directory = ROOT / "build" / "without" / name
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    command = ["make", "--no-print-directory", f"BUILD={directory}",
               f"EXTRA_CFLAGS=-DFERROUS_WITHOUT={value}", *make_arguments, f"{directory}/ferrous"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False,
                          env=environment)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return directory / "ferrous"


def parse_options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--time", action="store_true", help="CPU seconds instead of instructions")
    parser.add_argument("--runs", type=int, default=1, help="rounds")
    parser.add_argument("--only", metavar="PATTERN", help="programs, by name or kind")
    parser.add_argument("--make", default="", metavar="ARGUMENTS", help="for the builds")
    return parser.parse_args()


def measure(options, engines):
    """Runs bench/run.py; returns its report."""
    with tempfile.TemporaryDirectory(prefix="ferrous-ablation-") as directory:
        path = Path(directory) / "report.json"
        command = [sys.executable, str(BENCH / "run.py"), "--json", str(path),
                   "--runs", str(options.runs), "--engines", ",".join(engines)]
        if not options.time:
            command.append("--count")
        if options.only:
            command += ["--only", options.only]
        if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
            raise SystemExit("bench/run.py failed")
        return json.loads(path.read_text(encoding="utf-8"))


def main():
    options = parse_options()
    make_arguments = options.make.split()
    engines = []
    for name, value in [("whole", 0), *families()]:
        print(f"building {name} …", file=sys.stderr)
        engines.append(f"{name}={build(name, value, make_arguments)}")
    report = measure(options, engines)
    unit = "CPU time" if options.time else "instructions"
    print(f"{unit} without a family, relative to the whole build ({len(report['results'])} programs)\n")
    print(f"{'without':<18}{'mean':>6}  most")
    for name, _ in families():
        ratios = sorted(((result["ratios"][name]["ratio"], result["program"])
                         for result in report["results"]), reverse=True)
        most = ", ".join(f"{program} {ratio:.2f}" for ratio, program in ratios[:5])
        print(f"{name:<18}{report['means'][name]['all']['ratio']:6.2f}  {most}")


if __name__ == "__main__":
    main()
