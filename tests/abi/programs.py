"""Programs of the distribution that are linked with liblua5.4.so.0: the same work on both libraries."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time

from common import HERE, Failure, must_be_same, run, run_well

PROGRAMS = HERE / "programs"
REQUESTS = ("/hello?reader", "/hello", "/count", "/headers", "/digest", "/big", "/rewrite", "/stat",
            "/redirect", "/error", "/coroutine", "/caught", "/static.txt", "/missing")


def uses_our_library(libraries, program):
  """Fails unless the loader gives the program our library."""
  listing = run_well(["ldd", program], libraries.environment(True))
  if str(libraries.folder) not in listing:
    raise Failure(f"{program} does not load our library:\n{listing}")


def check_solver(libraries, name, arguments):
  """clingo and gringo: the output without times and versions."""
  program = shutil.which(name)
  uses_our_library(libraries, program)
  outputs = []
  for on_ours in (False, True):
    status, output = run([program, *arguments], libraries.environment(on_ours), PROGRAMS)
    output = re.sub(r"(?m)^(Time|CPU Time|clingo version).*\n", "", output)
    outputs.append(f"{output}status {status}\n")
  must_be_same(*outputs)
  if outputs[0].count("\n") < 7:
    raise Failure("hardly any output:\n" + outputs[0])


def check_gnuplot(libraries):
  """The pictures of the Lua terminal, byte for byte."""
  program = os.path.realpath(shutil.which("gnuplot-nox"))
  uses_our_library(libraries, program)
  pictures = []
  for on_ours in (False, True):
    folder = libraries.work / f"plot{int(on_ours)}"
    folder.mkdir()
    command = [program, "-e", f"outdir = '{folder}'", PROGRAMS / "plot.gp"]
    run_well(command, libraries.environment(on_ours), folder)
    texts = [f"{path.name}\n{path.read_text()}" for path in sorted(folder.iterdir())]
    # comments may hold the time at which a picture was made
    pictures.append(re.sub(r"(?m)^%%.*\n", "", "".join(texts)))
  must_be_same(*pictures)
  if len(pictures[0]) < 20000:
    raise Failure("the pictures are too small")


def check_neomutt(libraries):
  """A configuration in Lua."""
  program = shutil.which("neomutt")
  uses_our_library(libraries, program)
  settings = libraries.work / "neomuttrc"
  settings.write_text(f'lua-source "{PROGRAMS / "neomutt.lua"}"\nlua print(1+1)\nlua error(2)\n')
  command = [program, "-n", "-F", settings, "-Q", "timeout", "-Q", "wait_key"]
  stock, ours = (run(command, dict(libraries.environment(on_ours), HOME=str(libraries.work)))
                 for on_ours in (False, True))
  must_be_same(f"{stock[1]}status {stock[0]}\n", f"{ours[1]}status {ours[0]}\n")
  if "at the end" not in stock[1] or "set timeout = 55" not in stock[1]:
    raise Failure("unexpected output:\n" + stock[1][-2000:])


def free_port():
  with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    return probe.getsockname()[1]


def wait_for(port, server):
  for _ in range(100):
    try:
      socket.create_connection(("127.0.0.1", port), 1).close()
      return
    except OSError:
      if server.poll() is not None:
        raise Failure(f"lighttpd ended with status {server.returncode}") from None
      time.sleep(0.05)
  raise Failure("lighttpd does not answer")


def ask(port, path):
  """One request; status, the headers that matter, and the body."""
  connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
  connection.request("GET", path, headers={"X-Test": "abi", "User-Agent": "test"})
  response = connection.getresponse()
  headers = [f"{name}: {response.getheader(name)}" for name in ("Content-Type", "X-Lua", "Location")]
  body = response.read().decode("utf-8", "backslashreplace")
  connection.close()
  return f"{path} {response.status} {headers}\n{body}\n"


def serve(libraries, on_ours):
  """The answers of a server on the loopback interface, and what it logged about errors."""
  folder = libraries.work / f"magnet{int(on_ours)}"
  folder.mkdir()
  (folder / "static.txt").write_text("a static file\n")
  shutil.copy(PROGRAMS / "magnet.lua", folder)
  port = free_port()
  environment = libraries.environment(on_ours, ABI_PORT=str(port), ABI_ROOT=str(folder),
                                      ABI_SCRIPT=str(folder / "magnet.lua"))
  server = subprocess.Popen(["/usr/sbin/lighttpd", "-D", "-f", str(PROGRAMS / "magnet.conf")],
                            env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
  try:
    wait_for(port, server)
    mapped = open(f"/proc/{server.pid}/maps", encoding="utf-8").read()
    if on_ours and str(libraries.build) not in mapped:
      raise Failure("lighttpd does not load our library")
    answers = [ask(port, path) for path in REQUESTS for _ in range(3)]
  finally:
    server.terminate()
    server.wait(20)
  log = (folder / "error.log").read_text(errors="backslashreplace")
  errors = re.findall(r"lua: (.*)", log)
  return ("".join(answers) + "\n".join(errors)).replace(str(folder), "FOLDER").replace(str(port), "PORT")


def check_lighttpd(libraries):
  stock = serve(libraries, False)
  must_be_same(stock, serve(libraries, True))
  if stock.count(" 200 ") < 24 or "attempt to concatenate a nil value" not in stock:
    raise Failure("unexpected answers:\n" + stock[-2000:])


def checks(libraries):
  """(name, function) of each check."""
  yield "clingo", lambda: check_solver(libraries, "clingo", ["colours.lp", "--warn=none"])
  yield "clingo errors", lambda: check_solver(libraries, "clingo", ["-c", "bad=1", "gringo.lp"])
  yield "gringo", lambda: check_solver(libraries, "gringo", ["--text", "gringo.lp"])
  yield "gnuplot", lambda: check_gnuplot(libraries)
  yield "neomutt", lambda: check_neomutt(libraries)
  yield "lighttpd", lambda: check_lighttpd(libraries)
