"""The official Lua 5.4 test suite: where it is, and how its files are run, in scratch copies of it.

The suite is not part of this repository. Nothing in it is changed: the C modules that its files
load are compiled in the copy, by its own makefile, against the headers of include/.
"""

import contextlib
import os
import pathlib
import pty
import re
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import time

HEADERS = pathlib.Path(__file__).resolve().parent.parent / "include"
# What a mode sets: for all.lua, which derives the rest, and for a file that is run without it.
WHOLE = {"complete": [], "user": ["-e", "_U=true"]}
SINGLE = {"complete": [], "user": ["-e", "_port=true _soft=true _nomsg=true"]}
# big.lua is a coroutine, except in user mode, where it does nothing.
AS_COROUTINE = ["-e", "local big = coroutine.wrap(assert(loadfile('big.lua')))"
                      " assert(big() == 'b' and big() == 'a')"]
# heavy.lua, which all.lua leaves out, fills the memory until there is none: it gets this much.
HEAVY_MEMORY = 4 << 30

ANNOUNCEMENT = re.compile(r"\*{5} FILE '(\w+)\.lua'\*{5}")
MENTION = re.compile(r"""\b(?:olddofile|dofile|report)\s*\(?\s*["'](\w+)\.lua["']""")
SILENT_MENTION = re.compile(r"""\bolddofile\s*\(\s*["'](\w+)\.lua["']""")
FIRST_WORDS = re.compile(r"""^print\s*\(?\s*["'](.*?)["']""", re.MULTILINE)
# What all.lua does by itself after the last file, as a file of its own.
CLOSING_PART = "all"
CLOSING_WORDS = "(there should be two warnings now)"
LAST_WORDS = "final OK !!!"
# main.lua takes a process number from the first line of "script & echo $!". Where the script's own first line (12,
# 15) came before the shell's, with whatever interpreter, it tells that it has taken that for the number.
MISREAD_NUMBER = re.compile(r"in background, pid (12|15)\)$")


class Result:
  """What became of a file: words say why it failed, usage is the processor's time if known; misread, that it
  went on with a wrong process number (see MISREAD_NUMBER)."""

  def __init__(self, name, passed, seconds, words=(), usage=None, misread=False):
    self.name = name
    self.passed = passed
    self.seconds = seconds
    self.words = words
    self.usage = usage
    self.misread = misread


def directory(option=None):
  cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
  default = os.path.join(cache, "ferrous", "lua-5.4.8-tests")
  return pathlib.Path(option or os.environ.get("LUA_TESTS") or default)


def is_there(suite):
  if (suite / "all.lua").is_file():
    return True
  print(f"skipped: the official suite is not in {suite} (tools/fetch_official.sh puts it there)")
  print("0 passed, 0 failed")
  return False


def file_names(suite):
  """The files of the suite, without the ones that only run or help others."""
  return sorted({path.stem for path in suite.glob("*.lua")} - {"all", "tracegc"})


@contextlib.contextmanager
def scratch_copy(suite):
  """A copy of the suite, removed in the end."""
  with tempfile.TemporaryDirectory(prefix="ferrous-official-") as scratch:
    folder = pathlib.Path(scratch) / "tests"
    shutil.copytree(suite, folder)
    yield folder


@contextlib.contextmanager
def with_modules(suite, compiler):
  """A copy of the suite that has its C modules."""
  with scratch_copy(suite) as folder:
    subprocess.run(["make", "-s", "-C", folder / "libs", f"LUA_DIR={HEADERS}", f"CC={compiler}"],
                   check=True, env=environment(), stdout=subprocess.DEVNULL)
    yield folder


def environment():
  """Without what would lead an interpreter or a make elsewhere."""
  return {name: value for name, value in os.environ.items()
          if not name.startswith(("LUA_", "MAKE", "MFLAGS"))}


# ---- Running a program ---------------------------------------------------------------------------

class Program:
  """A running interpreter: its lines of output as they come, and what it leaves behind.

  Standard output is a terminal, so that lines come at once, and standard input a pipe without
  anything in it: the suite demands that it can't be positioned.
  """

  def __init__(self, command, folder, limit, memory=None):
    self.deadline = time.monotonic() + limit
    self.limit = limit
    self.timed_out = False
    self.usage = 0.0  # seconds of processor time, with children
    self.errors = tempfile.TemporaryFile()
    self.reader, writer = pty.openpty()
    self.process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=writer, stderr=self.errors,
        env=environment(), start_new_session=True,
        preexec_fn=memory and (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))))
    os.close(writer)
    self.process.stdin.close()

  def lines(self):
    """Yields the lines until the program has ended, or its time is over."""
    rest = b""
    while True:
      data = self.read()
      if data is None:
        break
      *complete, rest = (rest + data).split(b"\n")
      for line in complete:
        yield line.decode("utf-8", "backslashreplace").rstrip("\r")

  def read(self):
    """The next bytes, or none for now; None at the end."""
    ended = self.has_ended()  # asked before: what was written until then can be read now
    if select.select([self.reader], [], [], 0 if ended else 0.05)[0]:
      try:
        return os.read(self.reader, 1 << 16)
      except OSError:  # nobody has the other end any more
        while not self.has_ended():
          time.sleep(0.01)
        return None
    return None if ended else b""

  def has_ended(self):
    if self.process.returncode is None:
      if time.monotonic() > self.deadline:
        self.timed_out = True
        self.kill()
      process, status, usage = os.wait4(self.process.pid, os.WNOHANG)
      if process:
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.usage = usage.ru_utime + usage.ru_stime
    return self.process.returncode is not None

  def kill(self):
    with contextlib.suppress(ProcessLookupError):
      os.killpg(self.process.pid, signal.SIGKILL)

  def close(self):
    """Ends also what the program started and left running; returns the words of its errors."""
    self.kill()
    os.close(self.reader)
    self.errors.seek(0)
    text = self.errors.read().decode("utf-8", "backslashreplace").strip().lstrip(".")
    self.errors.close()
    lines = text.split("\n")
    words = lines if len(lines) <= 24 else lines[:16] + ["..."] + lines[-8:]
    if self.timed_out:
      words.insert(0, f"no end after {self.limit:g} s")
    elif self.process.returncode < 0:
      words.insert(0, f"killed by signal {-self.process.returncode}")
    return words


def run_single(interpreter, suite, name, limit, mode="user"):
  """Runs one file by itself, in a fresh copy."""
  start = AS_COROUTINE if name == "big" and mode == "complete" else [f"{name}.lua"]
  with scratch_copy(suite) as folder:
    started = time.monotonic()
    program = Program([interpreter, *SINGLE[mode], *start], folder, limit,
                      HEAVY_MEMORY if name == "heavy" else None)
    for _ in program.lines():
      pass
    seconds = time.monotonic() - started
    words = program.close()
    return Result(name, program.process.returncode == 0, seconds, words, program.usage)


# ---- all.lua -------------------------------------------------------------------------------------

class Progress:
  """Which file all.lua is running, by what it prints. It announces most files; the others are
  known by the first words that they print themselves."""

  def __init__(self, suite):
    text = (suite / "all.lua").read_text("latin-1")
    self.names = list(dict.fromkeys(MENTION.findall(text))) + [CLOSING_PART]
    self.first_words = {CLOSING_WORDS: CLOSING_PART}
    for name in SILENT_MENTION.findall(text):
      words = FIRST_WORDS.search((suite / f"{name}.lua").read_text("latin-1"))
      self.first_words[words[1]] = name
    self.current = None
    self.started = time.monotonic()

  def follow(self, line):
    """Returns the Result of the file that ended before this line, or None."""
    announced = ANNOUNCEMENT.fullmatch(line)
    name = announced[1] if announced else self.first_words.get(line)
    if name is None or name == self.current or name not in self.names:
      return None
    return self.turn_to(name)

  def turn_to(self, name):
    now = time.monotonic()
    ended = self.current and Result(self.current, True, now - self.started)
    self.current, self.started = name, now
    # Files passed over, such as those too big for the mode, do not count.
    del self.names[:self.names.index(name) + 1]
    return ended or None

  def finish(self, passed, words, usage, misread):
    """The results of the last file, with the usage of all, and of those it kept from running."""
    seconds = time.monotonic() - self.started
    yield Result(self.current or CLOSING_PART, passed, seconds, words, usage, misread)
    for name in self.names:
      yield Result(name, False, 0.0, ["not run"])


def run_whole(interpreter, suite, mode, limit):
  """Runs all.lua in a fresh copy; yields a Result for each file as it ends."""
  with scratch_copy(suite) as folder:
    program = Program([interpreter, *WHOLE[mode], "all.lua"], folder, limit)
    progress = Progress(suite)
    came_to_its_end = misread = False
    for line in program.lines():
      misread |= MISREAD_NUMBER.search(line) is not None
      came_to_its_end |= line == LAST_WORDS
      ended = progress.follow(line)
      if ended:
        yield ended
    words = program.close()
    passed = program.process.returncode == 0 and came_to_its_end
    yield from progress.finish(passed, words, program.usage, misread)
