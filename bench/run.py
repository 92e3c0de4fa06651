#!/usr/bin/env python3
"""Runs the benchmark programs on several engines and compares them.

Every program runs on every engine, interleaved, several times. Measured are CPU seconds (user and
system) and peak memory of the process; with --count, executed instructions on reduced sizes. The
first engine is the subject; every ratio is other / subject, so higher means a better subject.
Outputs must be the same on all engines: a difference makes the run fail.

    python3 bench/run.py                                 # ferrous against lua5.4 and luajit -joff
    python3 bench/run.py --only 'json|sort' --runs 9
    python3 bench/run.py --engines ferrous,other=/opt/lua/bin/lua
    python3 bench/run.py --compare HEAD~3                # two revisions of ferrous
    python3 bench/run.py --count --compare main          # in instructions: little noise
"""

import argparse
import ctypes
import datetime
import hashlib
import json
import math
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
KNOWN_ENGINES = {
    "ferrous": [str(ROOT / "build" / "ferrous")],
    "lua5.4": ["lua5.4"],
    "luajit": ["luajit", "-joff"],
}
HOW_TO_GET = {
    "ferrous": "build it with: make",
    "lua5.4": "install it with: apt-get install lua5.4 (make bench does)",
    "luajit": "install it with: apt-get install luajit (make bench does)",
    "valgrind": "install it with: apt-get install valgrind",
}
PR_SET_CHILD_SUBREAPER = 36


class Failure(Exception):
    """A program did not run, or not as it should."""


class Program:
    """A program with the facts of its head comment."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        head = path.read_text(encoding="utf-8")[:400]
        facts = dict(re.findall(r"^-- (engines|kind|count-size|starts): (\S+)$", head, re.M))
        if not facts.keys() >= {"engines", "kind", "count-size"}:
            raise SystemExit(f"{path}: the head must name engines, kind and count-size")
        self.kind = facts["kind"]
        self.all_engines = facts["engines"] == "all"
        self.reduced_size = facts["count-size"]
        self.starts = int(facts.get("starts", 1))  # of the process, for one sample


class Engine:
    def __init__(self, name, command):
        self.name = name
        self.command = command
        # LuaJIT speaks an older Lua: it runs only the programs that say so.
        self.is_lua54 = "luajit" not in Path(command[0]).name

    def can_run(self, program):
        return self.is_lua54 or program.all_engines


class Sample:
    def __init__(self, value, memory, digest, output):
        self.value = value      # CPU seconds, or instructions
        self.memory = memory    # peak resident KiB
        self.digest = digest
        self.output = output


# --- Measuring one process -----------------------------------------------------------------------

def become_subreaper():
    """Orphaned grandchildren are then handed to us. False where the system cannot do that."""
    try:
        return ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


IS_SUBREAPER = become_subreaper()


def spawn(command, out, err):
    """Starts the command; returns its process id.

    A process inherits the peak memory of the one that executes it: started from here, nothing would
    seem smaller than a Python interpreter. So a shell starts it in the background and leaves it
    to us.
    """
    if not IS_SUBREAPER:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err).pid
    # It starts when the shell is gone: a shell may reap a background process that ends early.
    script = '{ read -r go <&4; exec "$@" 3>&- 4<&-; } & echo $! >&3'
    pid_reader, pid_writer = os.pipe()
    go_reader, go_writer = os.pipe()
    shell = subprocess.Popen(
        ["/bin/sh", "-c", f"exec 3>&{pid_writer} 4<&{go_reader}; {script}", "sh", *command],
        stdin=subprocess.DEVNULL, stdout=out, stderr=err, pass_fds=(pid_writer, go_reader))
    os.close(pid_writer)
    os.close(go_reader)
    with os.fdopen(pid_reader) as pipe:
        pid = int(pipe.readline())
    shell.wait()
    os.write(go_writer, b"\n")
    os.close(go_writer)
    return pid


def kill_quietly(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run_process(command, timeout):
    """Returns (status, CPU seconds, peak KiB, stdout, stderr)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = spawn(command, out, err)
        timer = threading.Timer(timeout, kill_quietly, (pid,))
        timer.start()
        try:
            _, status, usage = os.wait4(pid, 0)
        except BaseException:
            kill_quietly(pid)
            raise
        finally:
            timer.cancel()
        out.seek(0)
        err.seek(0)
        return (os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime,
                usage.ru_maxrss, out.read(), err.read().decode(errors="replace"))


def measure(engine, program, options):
    arguments = [str(program.path)]
    if options.count or options.reduced:
        arguments.append(program.reduced_size)
    command = engine.command + arguments
    if options.count:
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    value = 0.0
    for _ in range(1 if options.count or options.reduced else program.starts):
        status, seconds, memory, output, errors = run_process(command, options.timeout)
        value += seconds
        if status != 0:
            what = f"took over {options.timeout} s" if status == -signal.SIGKILL else f"status {status}"
            raise Failure(f"{program.name} on {engine.name}: {what}\n{errors[-2000:]}")
    if options.count:
        collected = re.search(r"Collected : (\d+)", errors)
        if not collected:
            raise Failure(f"{program.name} on {engine.name}: no count\n{errors[-2000:]}")
        value = int(collected.group(1))
    return Sample(value, memory, hashlib.md5(output).hexdigest(), output)


# --- Measuring all programs ----------------------------------------------------------------------

def compare_outputs(program, samples):
    names = list(samples)
    first = samples[names[0]][0]
    for name in names:
        for sample in samples[name]:
            if sample.digest != first.digest:
                raise Failure(
                    f"{program.name}: {names[0]} and {name} print different results\n"
                    f"--- {names[0]}\n{first.output[:600].decode(errors='replace')}\n"
                    f"--- {name}\n{sample.output[:600].decode(errors='replace')}")


def measure_program(program, engines, options):
    """Returns the samples of each engine that can run the program, in order of engines."""
    able = [engine for engine in engines if engine.can_run(program)]
    samples = {engine.name: [] for engine in able}
    for _ in range(options.runs):
        for engine in able:
            samples[engine.name].append(measure(engine, program, options))
    compare_outputs(program, samples)
    return samples


def median(samples, attribute="value"):
    return statistics.median(getattr(sample, attribute) for sample in samples)


def compare_engines(subject, other):
    """The ratio of medians, with the extremes of the ratios of single rounds as its spread."""
    rounds = [b.value / max(a.value, 1e-4) for a, b in zip(subject, other)]
    return {
        "ratio": median(other) / max(median(subject), 1e-4),
        "low": min(rounds),
        "high": max(rounds),
        "memory": median(other, "memory") / max(median(subject, "memory"), 1),
    }


def summarise(program, samples, engines):
    subject = samples.get(engines[0].name)
    result = {
        "program": program.name,
        "kind": program.kind,
        "ratios": {},
        "raw": {name: {"values": [s.value for s in runs], "memory_kib": [s.memory for s in runs],
                       "md5": runs[0].digest} for name, runs in samples.items()},
    }
    for engine in engines[1:]:
        if subject and engine.name in samples:
            result["ratios"][engine.name] = compare_engines(subject, samples[engine.name])
    return result


# --- Report --------------------------------------------------------------------------------------

def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def format_value(value, options):
    return f"{value / 1e6:9.1f}M" if options.count else f"{value:9.3f}s"


def print_head(engines, options):
    subject = engines[0].name
    unit = "instructions" if options.count else "CPU time"
    others = ", ".join(engine.name for engine in engines[1:])
    print(f"{unit}, median of {options.runs}; ratios are other/{subject} for {others}: "
          f"above 1, {subject} is better. In brackets the extremes of single rounds; "
          "mem is the ratio of peak memory (under callgrind it says nothing).\n")
    line = f"{'program':<22}{'kind':<16}{subject[:10]:>10}"
    for engine in engines[1:]:
        line += f"  {engine.name[:10]:>8} {'[low..high]':<13}{'mem':>6}"
    print(line)


def print_result(result, engines, options):
    runs = result["raw"].get(engines[0].name)
    value = format_value(statistics.median(runs["values"]), options) if runs else "-"
    line = f"{result['program']:<22}{result['kind']:<16}{value:>10}"
    for engine in engines[1:]:
        ratio = result["ratios"].get(engine.name)
        if ratio:
            spread = f"[{ratio['low']:.2f}..{ratio['high']:.2f}]"
            memory = "-" if options.count else f"{ratio['memory']:.2f}"
            line += f"  {ratio['ratio']:8.2f} {spread:<13}{memory:>6}"
        else:
            line += f"  {'-':>8} {'':<13}{'-':>6}"
    print(line.rstrip(), flush=True)


def means_by_kind(results, name):
    """Geometric means of ratio and memory: for each kind, and for all as 'all'."""
    groups = {}
    for result in results:
        ratio = result["ratios"].get(name)
        if ratio:
            groups.setdefault(result["kind"], []).append(ratio)
            groups.setdefault("all", []).append(ratio)
    return {kind: {"programs": len(ratios),
                   "ratio": geometric_mean([r["ratio"] for r in ratios]),
                   "lowest": min(r["ratio"] for r in ratios),
                   "memory": geometric_mean([r["memory"] for r in ratios])}
            for kind, ratios in groups.items()}


def print_means(means, subject, options):
    for name, kinds in means.items():
        if not kinds:
            continue
        print(f"\ngeometric means, {name}/{subject}")
        for kind in sorted(kinds, key=lambda kind: (kind == "all", kind)):
            mean = kinds[kind]
            memory = "" if options.count else f"  memory {mean['memory']:6.2f}"
            print(f"  {kind:<16}{mean['programs']:>3} programs  ratio {mean['ratio']:6.2f}"
                  f"  lowest {mean['lowest']:6.2f}{memory}")


# --- Circumstances -------------------------------------------------------------------------------

def output_of(command, directory=ROOT):
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def build_info(engine):
    """What the engine says about its compiler and flags, or the file its build left beside it."""
    said = output_of([*engine.command[:1], "--build-info"])
    if said:
        return said
    beside = Path(engine.command[0]).with_name("build-info.txt")
    if beside.is_file():
        return beside.read_text(encoding="utf-8").strip()
    return output_of([*engine.command[:1], "-v"]) or "unknown"


def cpu_model():
    try:
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or platform.machine()


def circumstances(engines, options):
    changes = output_of(["git", "status", "--porcelain", "--untracked-files=no"])
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": output_of(["git", "rev-parse", "HEAD"]),
        "uncommitted_changes": bool(changes),
        "machine": {"cpu": cpu_model(), "cores": os.cpu_count(), "system": platform.platform()},
        "load": os.getloadavg(),
        "runs": options.runs,
        "unit": "instructions" if options.count else "cpu-seconds",
        "reduced_sizes": options.count or options.reduced,
        "compared_with": options.compare,
        "command": " ".join(sys.argv),
        "engines": [{"name": engine.name, "command": engine.command, "build": build_info(engine)}
                    for engine in engines],
    }


# --- Engines -------------------------------------------------------------------------------------

def parse_engine(text):
    """A known name, or name=command."""
    name, separator, command = text.partition("=")
    if separator:
        return Engine(name, command.split())
    if name not in KNOWN_ENGINES:
        raise SystemExit(f"unknown engine {name}: write name=command")
    return Engine(name, KNOWN_ENGINES[name])


def present(engine):
    if shutil.which(engine.command[0]):
        return True
    print(f"{engine.name} is missing ({engine.command[0]}); "
          f"{HOW_TO_GET.get(engine.name, 'check its path')}", file=sys.stderr)
    return False


def select_engines(options):
    names = options.engines or ("ferrous" if options.compare else "ferrous,lua5.4,luajit")
    engines = [parse_engine(name) for name in names.split(",")]
    subject = engines[0]
    engines = [engine for engine in engines if present(engine)]
    if subject not in engines:
        raise SystemExit(2)
    if options.count and not shutil.which("valgrind"):
        raise SystemExit(f"valgrind is missing; {HOW_TO_GET['valgrind']}")
    return engines


class Revision:
    """A git revision, built in a work tree of its own for as long as the context lasts."""

    def __init__(self, name, make_arguments):
        self.name = name
        self.make_arguments = make_arguments

    def __enter__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ferrous-base-"))
        self.tree = self.directory / "tree"
        try:
            self.run("git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach",
                     str(self.tree), self.name)
            print(f"building {self.name} …", file=sys.stderr)
            self.run("make", "-C", str(self.tree), *self.make_arguments, "build/ferrous")
        except BaseException:
            self.__exit__()
            raise
        return Engine("base", [str(self.tree / "build" / "ferrous")])

    def __exit__(self, *_):
        subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(self.tree)],
                       capture_output=True, check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *command):
        # A make above us must not hand its flags down.
        environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")


# --- Command line --------------------------------------------------------------------------------

def parse_options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", help="names or name=command, by commas; the first is the "
                        "subject (default: ferrous,lua5.4,luajit)")
    parser.add_argument("--runs", type=int, help="rounds (default: 5; with --count: 1)")
    parser.add_argument("--only", metavar="PATTERN",
                        help="regular expression that a program's name or kind must contain")
    parser.add_argument("--json", metavar="FILE",
                        help="raw data (default: build/bench/<date>.json)")
    parser.add_argument("--count", action="store_true",
                        help="count instructions under callgrind, on reduced sizes")
    parser.add_argument("--reduced", action="store_true",
                        help="reduced sizes: quick, checks results rather than speed")
    parser.add_argument("--compare", metavar="BASE",
                        help="build this git revision and compare with it")
    parser.add_argument("--make", default="", metavar="ARGUMENTS",
                        help="for the build of --compare, such as 'CC=gcc DISPATCH=goto'")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run")
    parser.add_argument("--list", action="store_true", help="list the programs and stop")
    options = parser.parse_args()
    options.runs = max(1, options.runs or (1 if options.count else 5))
    return options


def select_programs(options):
    programs = [Program(path) for path in sorted((BENCH / "programs").glob("*.lua"))]
    if options.only:
        pattern = re.compile(options.only)
        programs = [p for p in programs if pattern.search(p.name) or pattern.search(p.kind)]
    if not programs:
        raise SystemExit("no program matches")
    return programs


def run_all(programs, engines, options):
    """Prints a line for each program; returns the results and the failures' texts."""
    results, failures = [], []
    print_head(engines, options)
    for program in programs:
        try:
            result = summarise(program, measure_program(program, engines, options), engines)
        except Failure as failure:
            failures.append(str(failure))
            print(f"{program.name:<22}FAILED", flush=True)
            continue
        results.append(result)
        print_result(result, engines, options)
    return results, failures


def save(report, options):
    stamp = report["date"].replace(":", "").replace("+0000", "Z")
    path = Path(options.json or ROOT / "build" / "bench" / f"{stamp}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nraw data: {path}")


def compare_and_report(programs, engines, options):
    report = circumstances(engines, options)
    results, failures = run_all(programs, engines, options)
    means = {engine.name: means_by_kind(results, engine.name) for engine in engines[1:]}
    print_means(means, engines[0].name, options)
    save({**report, "means": means, "results": results, "failures": failures}, options)
    for failure in failures:
        print(f"\nFAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def main():
    options = parse_options()
    programs = select_programs(options)
    if options.list:
        for program in programs:
            engines = "all" if program.all_engines else "lua54"
            print(f"{program.name:<22}{program.kind:<16}{engines}")
        return 0
    engines = select_engines(options)
    if options.compare:
        with Revision(options.compare, options.make.split()) as base:
            return compare_and_report(programs, [engines[0], base, *engines[1:]], options)
    return compare_and_report(programs, engines, options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
