"""What `make install` leaves behind: builds with pkg-config against it, statically and dynamically."""

import os
import shutil
import subprocess
import sys

from common import HERE, ROOT, Failure, must_be_same, run, run_well

HOST = HERE / "hosts" / "tables.c"


def install(libraries):
  """Installs below a folder of its own; returns the prefix as the build sees it."""
  destination = libraries.work / "installed"
  if not destination.exists():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-s", "-C", ROOT, f"BUILD={libraries.build}", f"DESTDIR={destination}",
               "PREFIX=/opt/ferrous", "install"]
    run_well(command, environment)
  return destination


def flags(destination, folder, *options):
  """What pkg-config says, with the installation's paths below the destination."""
  environment = dict(os.environ, PKG_CONFIG_PATH=f"{destination}/opt/ferrous/lib/{folder}",
                     PKG_CONFIG_SYSROOT_DIR=str(destination))
  return run_well(["pkg-config", *options], environment).split()


def build(libraries, name, *arguments):
  program = libraries.work / name
  run_well(["cc", "-std=gnu11", HOST, *arguments, "-o", program])
  return program


def expected(libraries):
  return run([build(libraries, "tables_stock", "-I/usr/include/lua5.4", "-llua5.4")],
             libraries.environment(False))[1]


def check_package(libraries, folder, package, library):
  """A host built with a package's flags, shared: which library it loads, and what it prints."""
  destination = install(libraries)
  program = build(libraries, f"host_{package}", *flags(destination, folder, "--cflags", "--libs", package))
  prefix = destination / "opt/ferrous/lib"
  environment = dict(libraries.environment(False), LD_LIBRARY_PATH=f"{prefix}:{prefix / 'ferrous'}")
  if f"{library} => {prefix}" not in run_well(["ldd", program], environment):
    raise Failure(f"{package}: {library} is not loaded from the installation")
  must_be_same(expected(libraries), run([program], environment)[1])


def check_static(libraries):
  destination = install(libraries)
  words = flags(destination, "pkgconfig", "--cflags", "--libs", "--static", "ferrous")
  words = [word.replace("-lferrous", "-l:libferrous.a") for word in words]
  program = build(libraries, "host_static", *words)
  must_be_same(expected(libraries), run([program], libraries.environment(False))[1])


def check_examples(libraries):
  """The programs of examples/, in C and C++, made with what is installed alone: headers and shared library."""
  destination = install(libraries)
  words = flags(destination, "pkgconfig", "--cflags", "--libs", "ferrous")
  programs = libraries.work / "examples"
  programs.mkdir(exist_ok=True)
  for source in sorted([*(ROOT / "examples").glob("*.c"), *(ROOT / "examples").glob("*.cpp")]):
    compiler = ["c++", "-std=c++17"] if source.suffix == ".cpp" else ["cc", "-std=gnu11"]
    run_well([*compiler, source, *words, "-o", programs / source.stem])
  environment = dict(libraries.environment(False), LD_LIBRARY_PATH=str(destination / "opt/ferrous/lib"))
  run_well([sys.executable, ROOT / "tests/run.py", "--ferrous", destination / "opt/ferrous/bin/ferrous",
            "--programs", programs, ROOT / "examples"], environment, ROOT)


def check_program(libraries):
  """The installed program loads the distribution's modules; its manual page has no mistakes."""
  destination = install(libraries)
  output = run_well([destination / "opt/ferrous/bin/ferrous", "-e", "print(require 'lpeg'.type(5))"],
                    libraries.environment(False))
  must_be_same("nil\n", output)
  page = destination / "opt/ferrous/share/man/man1/ferrous.1"
  if shutil.which("man"):
    warnings = subprocess.run(["man", "--warnings", "-l", page], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=True).stderr
    must_be_same("", warnings, "warnings")


def checks(libraries):
  """(name, function) of each check."""
  yield "ferrous.pc", lambda: check_package(libraries, "pkgconfig", "ferrous", "libferrous.so.0")
  yield "lua5.4.pc", lambda: check_package(libraries, "ferrous/pkgconfig", "lua5.4", "liblua5.4.so.0")
  yield "lua54.pc", lambda: check_package(libraries, "ferrous/pkgconfig", "lua54", "liblua5.4.so.0")
  yield "static", lambda: check_static(libraries)
  yield "examples", lambda: check_examples(libraries)
  yield "program", lambda: check_program(libraries)
