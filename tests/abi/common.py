"""What the checks of binary compatibility share: the two libraries, running, comparing."""

import difflib
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TIME_LIMIT = 120  # seconds for a program


class Failure(Exception):
  """A check that failed; the text says why."""


class Libraries:
  """Where the two libraries are, and a folder for what the checks make."""

  def __init__(self, build, work):
    self.build = pathlib.Path(build).resolve()
    self.work = pathlib.Path(work)
    self.ferrous = str(self.build / "ferrous")
    self.ours = self.build / "liblua5.4.so.0"
    self.folder = self.work / "lib"
    self.folder.mkdir(exist_ok=True)
    (self.folder / self.ours.name).symlink_to(self.ours)
    self.stock = stock_library()

  def environment(self, on_ours, **more):
    """The environment in which programs linked with liblua5.4.so.0 use one library or the other."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", **more)
    for name in ("LUA_INIT", "LUA_PATH", "LUA_CPATH", "LUA_INIT_5_4", "LD_LIBRARY_PATH"):
      environment.pop(name, None)
    if on_ours:
      environment["LD_LIBRARY_PATH"] = str(self.folder)
    return environment


def stock_library():
  """The path of the distribution's library, as the loader knows it."""
  listing = subprocess.run(["/sbin/ldconfig", "-p"], stdout=subprocess.PIPE, text=True, check=True).stdout
  for line in listing.splitlines():
    name, _, path = line.partition(" => ")
    if name.split()[:1] == ["liblua5.4.so.0"]:
      return pathlib.Path(path)
  raise Failure("liblua5.4.so.0 is not installed")


def run(command, environment=None, folder=None):
  """Runs a command; returns (status, output)."""
  try:
    result = subprocess.run([str(part) for part in command], env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME_LIMIT)
  except subprocess.TimeoutExpired as expired:
    return "time limit", (expired.stdout or b"").decode("utf-8", "backslashreplace")
  return result.returncode, result.stdout.decode("utf-8", "backslashreplace")


def run_well(command, environment=None, folder=None):
  """Runs a command that must succeed; returns its output."""
  status, output = run(command, environment, folder)
  if status != 0:
    raise Failure(f"{' '.join(str(part) for part in command)}\nstatus {status}\n{output[-3000:]}")
  return output


def must_be_same(stock, ours, what="output"):
  """Fails with the differences of two texts."""
  if stock != ours:
    lines = difflib.unified_diff(stock.splitlines(), ours.splitlines(), f"stock {what}", f"our {what}", "", "", 1)
    raise Failure("\n".join(list(lines)[:60]))


def exports(library):
  """The names (with version nodes) that a library exports."""
  listing = run_well(["nm", "-D", "--defined-only", library])
  lines = [line.split() for line in listing.splitlines()]
  return {parts[2] for parts in lines if len(parts) == 3 and parts[1] != "A"}
