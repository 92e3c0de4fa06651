#!/usr/bin/env python3
"""Tests of the `ferrous` program: options, compiling and checking, interactive mode at a terminal.

  test_cli.py --ferrous build/ferrous

A test is a function whose name begins with "test_"; those that take a Terminal get one with the
program running in interactive mode. The last line is "N passed, N failed".
"""

import argparse
import inspect
import os
import pathlib
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import time
import fcntl
import traceback

FERROUS = "build/ferrous"
TIME_LIMIT = 20  # seconds for each answer; a busy machine is slow
ESCAPES = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]|\x07")


def line_editing():
  """The library that the build found: readline, edit or none."""
  information = (pathlib.Path(FERROUS).parent / "build-info.txt").read_text()
  return re.search("^line editing: (.*)$", information, re.MULTILINE)[1]


# ---- Running -------------------------------------------------------------------------------------

def run(*arguments, text=None, environment=None, **options):
  """Runs the program; returns (status, output, errors)."""
  variables = {name: value for name, value in os.environ.items() if not name.startswith("LUA_")}
  variables.update(environment or {})
  result = subprocess.run([FERROUS, *arguments], input=text, env=variables, capture_output=True,
                          timeout=TIME_LIMIT, encoding="utf-8", errors="backslashreplace",
                          **options)
  return result.returncode, result.stdout, result.stderr


def check(actual, expected):
  if actual != expected:
    raise AssertionError(f"expected {expected!r}, got {actual!r}")


def check_in(part, whole):
  if part not in whole:
    raise AssertionError(f"{part!r} is not in {whole!r}")


class Terminal:
  """The program in interactive mode at a terminal of 120 columns."""

  def __init__(self, home, *arguments):
    self.home = home
    self.seen = ""
    self.process, self.descriptor = pty.fork()
    if self.process == 0:
      os.environ.update(HOME=home, TERM="xterm", INPUTRC="/dev/null", LC_ALL="C.UTF-8")
      for name in ("XDG_STATE_HOME", "LUA_INIT"):
        os.environ.pop(name, None)
      signal.signal(signal.SIGINT, signal.SIG_DFL)
      fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
      os.execv(FERROUS, [FERROUS, *arguments])

  def type(self, keys):
    os.write(self.descriptor, keys.encode())

  def expect(self, text):
    """Reads on until `text` appears; returns what came before it."""
    deadline = time.monotonic() + TIME_LIMIT
    while text not in self.seen:
      ready = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))[0]
      data = self.read() if ready else b""
      if not data:
        raise AssertionError(f"{text!r} does not come; there is {self.seen!r}")
      self.seen += data.decode("utf-8", "backslashreplace")
      self.seen = ESCAPES.sub("", self.seen).replace("\r", "")
    before, self.seen = self.seen.split(text, 1)
    return before

  def read(self):
    try:
      return os.read(self.descriptor, 4096)
    except OSError:  # the other end is closed
      return b""

  def enter(self, line):
    """Types a line at the first prompt; returns what is printed before the next one."""
    self.type(line + "\n")
    self.expect(line + "\n")
    self.seen = "\n" + self.seen
    return self.expect("\n> ")[1:]

  def wait(self):
    """Waits for the end; returns the exit status."""
    deadline = time.monotonic() + TIME_LIMIT
    while time.monotonic() < deadline:
      process, status = os.waitpid(self.process, os.WNOHANG)
      if process:
        self.process = 0
        return os.waitstatus_to_exitcode(status)
      if select.select([self.descriptor], [], [], 0.05)[0]:
        self.read()
    raise AssertionError("the program does not end")

  def close(self):
    if self.process:
      os.kill(self.process, signal.SIGKILL)
      os.waitpid(self.process, 0)
    os.close(self.descriptor)


# ---- Options -------------------------------------------------------------------------------------

def test_code_and_arguments(folder):
  (folder / "a.lua").write_text("print(arg[0], arg[1], #arg, ...)")
  check(run("-e", "x = 1", "-ey=2", "-e", "print(x, y)")[1], "1\t2\n")
  check(run(folder / "a.lua", "p", "-e")[1], f"{folder}/a.lua\tp\t2\tp\t-e\n")
  check(run("-", "p", text="print(arg[0], ...)")[1], "-\tp\n")
  check(run(text="print(arg[0] ~= nil, ...)")[1], "true\n")
  check(run("-W", "-e", "warn('w')")[2], "Lua warning: w\n")
  check(run("--", "-x.lua", cwd=folder)[0], 1)


def test_libraries(folder):
  (folder / "mod.lua").write_text("print('loaded', ...) return {answer = 42}")
  path = {"LUA_PATH": f"{folder}/?.lua"}
  check(run("-l", "mod", "-e", "print(mod.answer)", environment=path)[1].split("\n")[1], "42")
  check(run("-lg=mod", "-e", "print(g.answer, mod)", environment=path)[1].split("\n")[1], "42\tnil")
  check(run("-E", "-l", "mod", environment=path)[0], 1)


def test_initial_chunk(folder):
  (folder / "init.lua").write_text("print('file')")
  for variables, output in (({"LUA_INIT": "print(1)"}, "1\n"),
                            ({"LUA_INIT": "print(1)", "LUA_INIT_5_4": "print(2)"}, "2\n"),
                            ({"LUA_INIT": f"@{folder}/init.lua"}, "file\n")):
    check(run("-e", "", environment=variables)[1], output)
    check(run("-E", "-e", "", environment=variables)[1], "")
  status, _, errors = run("-e", "print(1)", environment={"LUA_INIT": "error('no')"})
  check(status, 1)
  check_in("LUA_INIT:1: no", errors)


def test_status_of_standard_input():
  check(run(text="print(1)"), (0, "1\n", ""))
  for arguments in ([], ["-"]):
    status, output, errors = run(*arguments, text="print(1) error('m')")
    check((status, output), (1, "1\n"))
    check_in("stdin:1: m\nstack traceback:\n", errors)
    check(run(*arguments, text="x = = 1")[0], 1)


def test_argument_table(folder):
  (folder / "a.lua").write_text(
      "for i = -9, 9 do if arg[i] then io.write(i, '=', arg[i], ' ') end end")
  name = FERROUS
  for arguments, table in ((["a.lua", "x", "-e", ""], "0=a.lua 1=x 2=-e 3= "),
                           (["-e", "", "--", "a.lua", "x"], "-3=-e -2= -1=-- 0=a.lua 1=x "),
                           (["-W", "-E", "a.lua"], "-2=-W -1=-E 0=a.lua ")):
    before = len(arguments) - len(arguments[arguments.index("a.lua"):]) + 1
    check(run(*arguments, cwd=folder)[1], f"{-before}={name} {table}")
  show = "print(arg[0], arg[1], arg[-1], ...)"
  check(run("-e", show, "x.lua")[1].split("\n")[0], "x.lua\tnil\t" + show)
  check(run("-e", show)[1], f"{name}\t-e\tnil\n")
  check(run("-i", "-e", "print(#arg)", text="")[1].split("\n")[1], "3")
  check(run("-", "p", text=show)[1], f"-\tp\t{name}\tp\n")
  status, _, errors = run("-e", "arg = nil", "a.lua", cwd=folder)
  check((status, errors), (1, f"{name}: 'arg' is not a table\n"))


def test_first_lines(folder):
  for text in ("#!/usr/bin/lua\nprint(debug.getinfo(1, 'l').currentline)", "\ufeff# a\nprint(2)",
               "\ufeff\nprint(2)", "# only\rstill the first\nprint(2)"):
    (folder / "a.lua").write_text(text)
    check(run("a.lua", cwd=folder)[1:], ("2\n", ""))
  for text in ("", "#", "# no end of line", "\ufeff", "\ufeff#"):
    (folder / "a.lua").write_text(text)
    check(run("a.lua", cwd=folder), (0, "", ""))
  (folder / "a.lua").write_text(" #")
  check_in("a.lua:1: unexpected symbol near '#'", run("a.lua", cwd=folder)[2])


def test_exit_statuses():
  closing = "local c <close> = setmetatable({}, {__close = function() print('closed') end}) "
  finalized = "setmetatable({}, {__gc = function() print('finalized') end}) "
  for code, status, output in (("os.exit(3)", 3, ""), ("os.exit(true)", 0, ""),
                               ("os.exit(false)", 1, ""), ("os.exit(256 + 7)", 7, ""),
                               ("os.exit()", 0, ""), ("", 0, ""), ("return 5", 0, ""),
                               (closing + "os.exit(4, true)", 4, "closed\n"),
                               (closing + "os.exit(4)", 4, ""),
                               (closing + "error()", 1, "closed\n"),
                               (finalized, 0, "finalized\n"), (finalized + "os.exit(2)", 2, ""),
                               (finalized + "os.exit(2, true)", 2, "finalized\n"),
                               (finalized + "error('m')", 1, "finalized\n")):
    check(run("-e", code)[:2], (status, output))


def test_error_objects():
  for code, message in (("error('m', 0)", "m\nstack traceback:\n"),
                        ("error(nil)", "(error object is a nil value)\nstack traceback:\n"),
                        ("error()", "(error object is a nil value)\nstack traceback:\n"),
                        ("error(12)", "12\nstack traceback:\n"),
                        ("error(1.5)", "1.5\nstack traceback:\n"),
                        ("error(true)", "(error object is a boolean value)\nstack traceback:\n"),
                        ("error(setmetatable({}, {__name = 'My'}))",
                         "(error object is a table value)\nstack traceback:\n"),
                        ("error(setmetatable({}, {__tostring = function() return 'T' end}))",
                         "T\n"),
                        ("error(setmetatable({}, {__tostring = function() return 5 end}))",
                         "(error object is a table value)\nstack traceback:\n"),
                        ("coroutine.yield()", "attempt to yield from outside a coroutine\n")):
    status, output, errors = run("-e", code)
    check((status, output), (1, ""))
    check(errors[:len(FERROUS) + 2 + len(message)], f"{FERROUS}: {message}")


def test_warnings():
  for code, errors in (("warn('off')", ""), ("warn('@on') warn('a', 'b') warn('@off') warn('c')",
                                             "Lua warning: ab\n"),
                       ("warn('@on', 'x') warn('y')", ""),
                       ("warn('@on') warn('@no') warn('@', 'a')", "Lua warning: @a\n"),
                       ("warn('@on') setmetatable({}, {__gc = function() error('m', 0) end})",
                        "Lua warning: error in __gc (m)\n")):
    check(run("-e", code), (0, "", errors))
  check(run("-W", "-e", "warn('a') warn('@off') warn('b')")[2], "Lua warning: a\n")


def test_paths_from_environment():
  show = "io.write(package.path, '|', package.cpath)"
  default, default_c = run("-e", show)[1].split("|")
  check(default, "/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;"
                 "/usr/local/lib/lua/5.4/?.lua;/usr/local/lib/lua/5.4/?/init.lua;"
                 "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;./?.lua;./?/init.lua")
  for value, path in (("x", "x"), (";;", "{}"), (";;x", "{};x"), ("x;;", "x;{}"), ("", ""),
                      ("x;;y", "x;{};y"), ("a;;b;;c", "a;{};b;;c")):
    for names in (("LUA_PATH", "LUA_CPATH"), ("LUA_PATH_5_4", "LUA_CPATH_5_4")):
      variables = {name: value for name in names}
      check(run("-e", show, environment=variables)[1],
            path.format(default) + "|" + path.format(default_c))
      check(run("-E", "-e", show, environment=variables)[1], f"{default}|{default_c}")
  check(run("-e", show, environment={"LUA_PATH": "a", "LUA_PATH_5_4": "b", "LUA_CPATH": "c",
                                     "LUA_CPATH_5_4": "d"})[1], "b|d")


def test_failing_initial_chunk(folder):
  for value, message in (("@none.lua", "cannot open none.lua"),
                         ("x =", "LUA_INIT:1: unexpected symbol"),
                         ("error({})", "(error object is a table value)")):
    status, output, errors = run("-e", "print(1)", cwd=folder, environment={"LUA_INIT": value})
    check((status, output), (1, ""))
    check_in(message, errors)
  check(run("-e", "print(a)", environment={"LUA_INIT": "a = 1", "LUA_INIT_5_4": ""})[1], "nil\n")
  check(run("-v", "-e", "", environment={"LUA_INIT": "print('after')"})[1].split("\n")[1], "after")


def test_bad_options():
  for arguments, message in ((["-x"], "unrecognized option '-x'"),
                             (["-vv"], "unrecognized option '-vv'"),
                             (["--nothing"], "unrecognized option '--nothing'"),
                             (["-e"], "'-e' needs argument"), (["-l", "-i"], "'-l' needs argument"),
                             (["--dump"], "'--dump' needs argument"), (["-c"], "'-c' needs a file"),
                             (["-s", "x"], "'-s' needs '-c'"),
                             (["-o", "x", "y"], "'-o' needs '-c'"), (["-p"], "'-p' needs a file"),
                             (["-c", "-p", "x"], "exclude each other"),
                             (["-c", "x", "y"], "'-c' compiles one file; what is 'y'?")):
    status, output, errors = run(*arguments)
    check((status, output), (1, ""))
    check_in(f"{FERROUS}: ", errors.split("\n")[0])
    check_in(message, errors.split("\n")[0])
    check_in(f"usage: {FERROUS} [options] [script [args]]\n", errors)


def test_help_and_version():
  status, output, errors = run("--help")
  check((status, errors), (0, ""))
  for option in ("-e stat", "-l g=mod", "-i ", "-v ", "-E ", "-W ", "-c ", "-p ", "-s ",
                 "-o file", "--dump"):
    check_in("  " + option, output)
  for option in ("-v", "--version"):
    version = re.fullmatch(r"Ferrous \d+\.\d+\.\d+, compatible with Lua 5\.4.*\n", run(option)[1])
    check(version is None, False)


def test_errors(folder):
  (folder / "a.lua").write_text("local function f() error('deep') end\nf()\n")
  status, _, errors = run("a.lua", cwd=folder)
  check(status, 1)
  check(re.match(r".*ferrous: a\.lua:1: deep\nstack traceback:\n", errors) is None, False)
  check(run("missing.lua")[0], 1)
  check_in("cannot open missing.lua", run("missing.lua")[2])
  check_in("(error object is a table value)", run("-e", "error {}")[2])
  check(run("-e", "error(setmetatable({}, {__tostring = function() return 'object' end}))")[2],
        f"{FERROUS}: object\n")


def test_missing_modules(folder):
  status, output, errors = run("-e", "require 'no.such'", environment={
      "LUA_PATH": f"{folder}/?.lua", "LUA_CPATH": f"{folder}/?.so"})
  check((status, output), (1, ""))
  check(errors, f"{FERROUS}: (command line):1: module 'no.such' not found:\n"
                "\tno field package.preload['no.such']\n"
                f"\tno file '{folder}/no/such.lua'\n\tno file '{folder}/no/such.so'\n"
                f"\tno file '{folder}/no.so'\nstack traceback:\n\t[C]: in function 'require'\n"
                "\t(command line):1: in main chunk\n\t[C]: in ?\n")
  status, _, errors = run("-l", "no.such")
  check(status, 1)
  check_in(f"{FERROUS}: module 'no.such' not found:\n", errors)
  (folder / "bad.so").write_text("no library")
  status, _, errors = run("-e", "require 'bad'", environment={"LUA_CPATH": f"{folder}/?.so"})
  check(status, 1)
  check_in(f"error loading module 'bad' from file '{folder}/bad.so'", errors)


def interrupt(code, *, signals=1):
  """Runs a script that writes a line when it is ready, and sends it SIGINT."""
  process = subprocess.Popen([FERROUS, "-e", code], stdin=subprocess.PIPE, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
  try:
    process.stdout.readline()
    for _ in range(signals):
      time.sleep(0.1)
      process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=TIME_LIMIT)
  finally:
    process.kill()
  return process.returncode, output, errors


def test_interrupted_script():
  message = re.escape(FERROUS) + r": interrupted!\nstack traceback:\n(.*\n)*"
  trace = re.escape("\t(command line):1: in main chunk\n\t[C]: in ?\n")
  status, output, errors = interrupt("print() while true do end")
  check((status, output), (1, ""))
  check(re.fullmatch(message + trace, errors) is None, False)
  caught = "print(pcall(function() print() while true do end end)) print(2)"
  status, output, errors = interrupt(caught)
  check((status, output.endswith("interrupted!\n2\n"), errors), (0, True, ""))
  closed = "local c <close> = setmetatable({}, {__close = function() print 'closed' end}) "
  check(interrupt(closed + "print() while true do end")[:2], (1, "closed\n"))
  # Library functions end first; the second signal ends the program.
  search = "print() print(string.find(('a'):rep(%s), '.*b'))"
  status, output, errors = interrupt(search % "3e4")
  check((status, output), (1, ""))
  check(re.fullmatch(message + trace, errors) is None, False)
  check(interrupt(search % "1e6", signals=2), (-signal.SIGINT, "", ""))
  check(interrupt("print() io.popen('exec sleep 3 2>/dev/null'):close()", signals=2),
        (-signal.SIGINT, "", ""))
  check(interrupt(caught + " while true do end", signals=2)[0], -signal.SIGINT)
  # What waits returns early, unless it is a program: that has the signals of its own.
  status, output, errors = interrupt("print() pcall(function() io.read() print(1) end) print(2)")
  check((status, output, errors), (0, "2\n", ""))
  check(interrupt("print() print(os.execute('sleep 0.5'))"), (0, "true\texit\t0\n", ""))
  # A debug hook of the script's own stays.
  hook = ("local function h() end debug.sethook(h, '', 1000) "
          "pcall(function() print() while true do end end) ")
  check(interrupt(hook + "print(debug.gethook() == h)")[:2], (0, "true\n"))
  # The position is the caller's. The reference does not reach coroutines.
  located = message.replace("interrupted", r"\(command line\):1: interrupted")
  for code in ("local function f() print() while true do end end f()",
               "print() coroutine.wrap(function() while true do end end)()"):
    status, output, errors = interrupt(code)
    check((status, output), (1, ""))
    check(re.fullmatch(located + trace, errors) is None, False)


def test_closed_pipe():
  command = f"'{FERROUS}' -e 'for i = 1, 1e6 do print(i) end' | head -1"
  result = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=TIME_LIMIT)
  check((result.stdout, result.stderr), ("1\n", ""))
  write = 'local ok, m repeat ok, m = io.write("x") until not ok error(m, 0)'
  ignoring = f"trap '' PIPE; '{FERROUS}' -e '{write}'"
  result = subprocess.run(f"({ignoring}; echo $? >&2) | head -c1", shell=True, capture_output=True,
                          text=True, timeout=TIME_LIMIT)
  check((result.stdout, result.stderr.split("\n")[0]), ("x", f"{FERROUS}: Broken pipe"))
  check_in("\n1\n", result.stderr)


def test_full_disk(folder):
  if not os.path.exists("/dev/full"):
    return
  (folder / "a.lua").write_text("print(1)")
  for arguments in (["--help"], ["--version"], ["--dump", folder / "a.lua"],
                    ["-c", "-o", "-", folder / "a.lua"]):
    with open("/dev/full", "wb") as full:
      result = subprocess.run([FERROUS, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
    check(result.returncode, 1)
    check_in("cannot write", result.stderr)
  shown = "local _, m, c = io.stdout:%s io.stderr:write(m, ' ', c)"
  for code, errors in (("print(1)", ""),
                       (shown % "write(('x'):rep(1e6))", "No space left on device 28"),
                       ("io.write(1) " + shown % "flush()", "No space left on device 28")):
    with open("/dev/full", "wb") as full:
      result = subprocess.run([FERROUS, "-e", code], stdout=full, stderr=subprocess.PIPE, text=True)
    check((result.returncode, result.stderr), (0, errors))
  check_in("cannot write /dev/full", run("-c", "-o", "/dev/full", folder / "a.lua")[2])


# ---- Compiling and checking ----------------------------------------------------------------------

def test_compile(folder):
  (folder / "a.lua").write_text("local name = ...\n"
                                  "print('hello', name, debug.getinfo(1, 'l').currentline)\n")
  check(run("-c", "-o", "x.luac", "a.lua", cwd=folder), (0, "", ""))
  check((folder / "x.luac").read_bytes()[:4], b"\x1bLua")
  check(run("x.luac", "you", cwd=folder)[1], "hello\tyou\t2\n")
  check(run("-c", "-s", "-oy.luac", "a.lua", cwd=folder), (0, "", ""))
  check(run("y.luac", "you", cwd=folder)[1], "hello\tyou\t-1\n")
  check((folder / "y.luac").stat().st_size < (folder / "x.luac").stat().st_size, True)
  check(run("-c", "a.lua", cwd=folder)[0], 0)
  check(run("luac.out", cwd=folder)[1], "hello\tnil\t2\n")
  check(run("-c", "-s", "-o", "z.luac", "x.luac", cwd=folder)[0], 0)
  check(run("z.luac", "me", cwd=folder)[1], "hello\tme\t-1\n")


def test_compile_from_and_to_pipes(folder):
  chunk = subprocess.run([FERROUS, "-c", "-o", "-", "-"], input=b"print(6 * 7)",
                         capture_output=True)
  result = subprocess.run([FERROUS, "-"], input=chunk.stdout, capture_output=True)
  check((chunk.returncode, result.stdout), (0, b"42\n"))


def test_compile_errors(folder):
  (folder / "bad.lua").write_text("x = = 1\n")
  status, output, errors = run("-c", "-o", "x.luac", "bad.lua", cwd=folder)
  check((status, output), (1, ""))
  check_in("bad.lua:1: unexpected symbol near '='", errors)
  check((folder / "x.luac").exists(), False)
  check(run("-c", "-o", "no/x.luac", "/dev/null", cwd=folder)[0], 1)


def test_check_only(folder):
  (folder / "good.lua").write_text("error('never run')")
  (folder / "bad.lua").write_text("for")
  (folder / "worse.lua").write_text("end")
  check(run("-p", "good.lua", cwd=folder), (0, "", ""))
  status, output, errors = run("-p", "bad.lua", "good.lua", "worse.lua", cwd=folder)
  check((status, output), (1, ""))
  check_in("bad.lua:1:", errors)
  check_in("worse.lua:1:", errors)
  check(run("-p", "-", text="x =")[0], 1)


def test_listing(folder):
  (folder / "a.lua").write_text("local function f(a) return a + 1 end\nprint(f(1))\n")
  status, output, _ = run("--dump", "a.lua", cwd=folder)
  check(status, 0)
  for word in ("main <a.lua:0,0>", "CLOSURE", "RETURN", '"print"'):
    check_in(word, output)


# ---- Interactive mode ----------------------------------------------------------------------------

def test_dialogue_without_terminal():
  status, output, errors = run(
      "-i", text="1 + 1\nx = {}\nfor i = 1, 2 do\nprint(i)\nend\n)\n= 'a', nil")
  check(status, 0)
  check(output.split("\n", 1)[1],
        "> 1 + 1\n2\n> x = {}\n> for i = 1, 2 do\n>> print(i)\n>> end\n1\n2\n> )\n"
        "> = 'a', nil\na\tnil\n> \n")
  check(errors, "stdin:1: unexpected symbol near ')'\n")
  check(run("-i", text="{1}")[1].count("table: 0x"), 1)


def test_prompts():
  output = run("-e", "_PROMPT = 'a> ' _PROMPT2 = 'b> '", "-i", text="f(\n1)")[1]
  check_in("a> f(\nb> 1)\na> \n", output)
  own = "_PROMPT = setmetatable({}, {__tostring = function() return 'own ' end})"
  output = run("-e", own, "-i", text="")[1]
  check_in("own \n", output)


def test_expressions(terminal):
  check_in("compatible with Lua 5.4", terminal.expect("> "))
  check(terminal.enter("1 + 1"), "2")
  check(terminal.enter("= 'a', nil, 1.5"), "a\tnil\t1.5")
  check(terminal.enter("x = 5"), "")
  check(terminal.enter("x"), "5")
  check(terminal.enter("return x, x"), "5\t5")
  check(terminal.enter("_ENV.nothing"), "nil")
  check(terminal.enter("error('no', 0)").split("\n")[0], "no")
  check(terminal.enter("print = nil"), "")
  check_in("error calling 'print'", terminal.enter("1"))


def test_continuation(terminal):
  terminal.expect("> ")
  terminal.type("for i = 1, 2 do\n")
  terminal.expect(">> ")
  terminal.type("print(i * 10)\n")
  terminal.expect(">> ")
  terminal.type("end\n")
  check(terminal.expect("\n> "), "end\n10\n20")
  terminal.type("s = [[one\n")
  terminal.expect(">> ")
  terminal.type("two]]\n")
  terminal.expect("> ")
  check(terminal.enter("s"), "one\ntwo")


def test_end_within_statement(terminal):
  terminal.expect("> ")
  terminal.type("f(\n")
  terminal.expect(">> ")
  terminal.type("\x04")
  check_in("near <eof>", terminal.expect("\n> "))
  check(terminal.enter("2"), "2")


def test_tables(terminal):
  terminal.expect("> ")
  for line, shown in (("{}", "{}"), ("{1, 'a', nil, true}", '{1, "a", nil, true}'),
                      ("{10, x = 1, ['end'] = 2, [2.5] = 3, [false] = 4}",
                       '{10, [2.5] = 3, ["end"] = 2, x = 1, [false] = 4}'),
                      ("{{{{1}}}, print, [[é\\]] .. '\\n\\0001\\xff'}",
                       '{{{{...}}}, function <C>, "é\\\\\\n\\0001\\255"}'),
                      ("{f = function() end}", "{f = function <stdin:1>}"),
                      ("1, {2}, 'three'", "1\t{2}\tthree"),
                      ("setmetatable({}, {__tostring = function() return 'me' end})", "me"),
                      ("{setmetatable({}, {__tostring = error})}", "{<error in __tostring>}"),
                      ("setmetatable({7}, {__index = error, __len = error, __pairs = error})", "{7}")):
    check(terminal.enter(line), shown)
  check_in("Mine: 0x", terminal.enter("setmetatable({}, {__name = 'Mine'})"))
  check(terminal.enter("t = {1} t.self = t t.list = {t}"), "")
  check(terminal.enter("t"), "{1, list = {<cycle>}, self = <cycle>}")


def test_large_tables(terminal):
  terminal.expect("> ")
  check(terminal.enter("t = {} for i = 1, 1e5 do t[i] = i end"), "")
  shown = terminal.enter("t").split("\n")
  check((shown[0], shown[-2:]), ("{", ["  ... 99900 more", "}"]))
  check(max(map(len, shown)) < 120, True)
  check(terminal.enter("for i = 1, 1e5 do t['k' .. i] = {{{{}}}} end"), "")
  check(len(terminal.enter("{t, t, t, t}").split("\n")) < 200, True)
  check(terminal.enter("{('x'):rep(1e6)}").count("x"), 200)
  shown = terminal.enter("{name = ('n'):rep(60), value = ('v'):rep(60), inner = {x = 1}}")
  check(shown.split("\n"), ["{", "  inner = {x = 1},", f'  name = "{"n" * 60}",',
                            f'  value = "{"v" * 60}"', "}"])


def test_interrupts(terminal):
  terminal.expect("> ")
  for line in ("print'go' while true do end", "print'go' repeat string.rep('x', 1e6) until false",
               "print'go' coroutine.wrap(function() while true do end end)()",
               "print'go' string.find(('a'):rep(1e6), '.-.-b')",
               "print'go' table.move({}, 1, 1 << 50, 2)",
               "print'go' io.read()"):
    terminal.type(line + "\n")
    terminal.expect("\ngo\n")
    terminal.type("\x03")
    check_in("interrupted!", terminal.expect("\n> "))
    check(terminal.enter("1 + 1"), "2")


def test_caught_interrupts(terminal):
  terminal.expect("> ")
  terminal.type("while true do pcall(function() print'go' while true do end end) end\n")
  terminal.expect("\ngo\n")
  terminal.type("\x03")
  terminal.expect("go\n")
  terminal.type("\x03")
  check_in("interrupted!", terminal.expect("\n> "))
  check(terminal.enter("debug.gethook()"), "nil")


def test_interrupted_finalizer(terminal):
  terminal.expect("> ")
  finalizer = "function() print'go' while true do end end"
  terminal.type(f"setmetatable({{}}, {{__gc = {finalizer}}}) collectgarbage()\n")
  terminal.expect("\ngo\n")
  terminal.type("\x03")
  terminal.expect("^C> ")
  check(terminal.enter("6 * 7"), "42")


def test_interrupt_at_prompt(terminal):
  terminal.expect("> ")
  terminal.type("x = 'forgotten")
  terminal.expect("forgotten")
  terminal.type("\x03")
  terminal.expect("\n> ")
  check(terminal.enter("x"), "nil")
  terminal.type("f(\n")
  terminal.expect(">> ")
  terminal.type("\x03")
  terminal.expect("\n> ")
  check(terminal.enter("3"), "3")


def test_end_of_input(terminal):
  terminal.expect("> ")
  terminal.type("\x04")
  check(terminal.wait(), 0)


def test_exit(terminal):
  terminal.expect("> ")
  terminal.type("os.exit(3)\n")
  check(terminal.wait(), 3)


def test_completion(terminal):
  if line_editing() == "none":
    return
  terminal.expect("> ")
  check(terminal.enter("o = setmetatable({}, {__index = {method = print, member = 1}}) s = ''"), "")
  for typed, completed in (("string.for", "string.format"), ("coll", "collectgarbage"),
                           ("fun", "function"), ("s:rev", "s:reverse"), ("o:me", "o:method"),
                           ("print(math.maxi", "print(math.maxinteger"), ("o.mem", "o.member")):
    terminal.type(typed + "\t")
    terminal.expect(completed)
    terminal.type("\x03")
    terminal.expect("\n> ")
  terminal.type("os.t\t\t")
  terminal.expect("os.tmpname")
  terminal.expect("> os.t")
  terminal.type("\x03")
  terminal.expect("\n> ")
  if line_editing() == "edit":  # it has no tab that indents
    return
  terminal.type("do\n")
  terminal.expect(">> ")
  terminal.type("\t_ = 1 end\n")
  terminal.expect("  _ = 1 end\n")


def test_completion_runs_no_code(terminal):
  if line_editing() == "none":
    return
  terminal.expect("> ")
  trap = "function() ran = true end"
  check(terminal.enter(f"o = setmetatable({{}}, {{__index = {trap}, __pairs = {trap}}})"), "")
  terminal.type("o.a.b\t\t")
  terminal.expect("o.a.b")
  terminal.type("\x03")
  terminal.expect("\n> ")
  check(terminal.enter("ran"), "nil")


def test_history(terminal):
  if line_editing() == "none":
    return
  terminal.expect("> ")
  check(terminal.enter("40 + 2"), "42")
  check(terminal.enter("40 + 2"), "42")
  terminal.enter("   ")
  terminal.type("\x04")
  check(terminal.wait(), 0)
  history = pathlib.Path(terminal.home, ".local/state/ferrous/history")
  check(history.read_text(), "40 + 2\n")
  check(stat.S_IMODE(history.stat().st_mode), 0o600)
  history.write_text("".join(f"line {i}\n" for i in range(5000)) + "'from the file'\n")
  again = Terminal(terminal.home)
  try:
    again.expect("> ")
    again.type("\x1b[A")
    again.expect("'from the file'")
    again.type("\n")
    again.expect("from the file\n> ")
    check(len(history.read_text().split("\n")), 2001)
  finally:
    again.close()


# ---- Main ----------------------------------------------------------------------------------------

def call(test):
  with tempfile.TemporaryDirectory(prefix="ferrous-cli-") as folder:
    names = inspect.signature(test).parameters
    if "terminal" not in names:
      return test(pathlib.Path(folder)) if names else test()
    terminal = Terminal(folder)
    try:
      return test(terminal)
    finally:
      terminal.close()


def main():
  global FERROUS
  parser = argparse.ArgumentParser(description="tests the ferrous program")
  parser.add_argument("--ferrous", default=FERROUS)
  parser.add_argument("names", nargs="*", help="only tests whose names contain one of these")
  options = parser.parse_args()
  FERROUS = os.path.abspath(options.ferrous)
  passed = failed = 0
  for name, test in list(globals().items()):
    chosen = not options.names or any(part in name for part in options.names)
    if not name.startswith("test_") or not chosen:
      continue
    try:
      call(test)
      passed += 1
    except Exception:  # whatever goes wrong in a test is its failure
      failed += 1
      lines = traceback.format_exc().rstrip().split("\n")
      print(f"FAIL {name}\n" + "\n".join("  " + line for line in lines[-6:]), flush=True)
  print(f"{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
