#!/usr/bin/env python3
"""Checks the rules that hold for the sources as text.

Layers: which directory's headers a file may include (docs/ARCHITECTURE.md draws them):

  base <- object <- { bytecode, heap } <- runtime <- { compiler, vm } <- api <- lib
  include/ <- api, lib, cli;  siblings in braces do not see each other;
  lib and cli: the public headers, and of api only builtin.h, poll.h and check.h (lib) and listing.h (cli).
  object: of the public headers lua.h, for the types that are part of the binary interface.

Text: no tabs and no trailing blanks in C files. Long files are listed as notes, not as failures.
Each file is one check; the last line is "N passed, N failed".
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
C_SUFFIXES = {".c", ".h", ".def", ".hpp"}
LONG_FILE = 800  # lines

LAYERS = {
    "base": set(),
    "object": {"base"},
    "bytecode": {"base", "object"},
    "heap": {"base", "object"},
    "runtime": {"base", "object", "bytecode", "heap"},
    "compiler": {"base", "object", "bytecode", "heap", "runtime"},
    "vm": {"base", "object", "bytecode", "heap", "runtime"},
    "api": {"base", "object", "bytecode", "heap", "runtime", "compiler", "vm", "include"},
    "lib": {"include"},
    "cli": {"include"},
    "include": set(),
}
EXCEPTIONS = {("object", "include/lua.h"), ("lib", "api/builtin.h"), ("lib", "api/poll.h"), ("lib", "api/check.h"), ("cli", "api/listing.h")}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
SYSTEM_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*<([^>]+)>', re.MULTILINE)


def layer_of(path):
  """The layer a file under the root belongs to."""
  parts = path.relative_to(ROOT).parts
  return parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]


def resolve(path, name):
  """The file an #include names: beside the includer, under src, or under include; else None."""
  for folder in (path.parent, ROOT / "src", ROOT / "include"):
    candidate = (folder / name).resolve()
    if candidate.is_file():
      return candidate
  return None


def include_problems(path, text):
  layer = layer_of(path)
  if layer not in LAYERS:
    return [f"unknown layer '{layer}'"]
  problems = []
  for name in SYSTEM_INCLUDE.findall(text):
    if layer != "include" and resolve(path, name) and (ROOT / "include" / name).is_file():
      problems.append(f"#include <{name}>: our own headers are included with quotes")
  for name in INCLUDE.findall(text):
    target = resolve(path, name)
    if target is None:
      problems.append(f'#include "{name}": no such file')
      continue
    other = layer_of(target)
    local = target.relative_to(ROOT).as_posix().removeprefix("src/")
    if other != layer and other not in LAYERS[layer] and (layer, local) not in EXCEPTIONS:
      problems.append(f'#include "{name}": {layer} must not see {other}')
  return problems


def text_problems(text):
  problems = []
  for number, line in enumerate(text.split("\n"), 1):
    if "\t" in line:
      problems.append(f"line {number}: a tab")
    if line != line.rstrip():
      problems.append(f"line {number}: blanks at the end")
  return problems


def main():
  passed = failed = 0
  notes = []
  for folder in ("src", "include", "tests", "examples"):
    for path in sorted((ROOT / folder).rglob("*")):
      if path.suffix not in C_SUFFIXES or not path.is_file():
        continue
      text = path.read_text(encoding="utf-8")
      name = path.relative_to(ROOT).as_posix()
      problems = text_problems(text)
      if folder in ("src", "include"):
        problems += include_problems(path, text)
      lines = text.count("\n")
      if lines > LONG_FILE:
        notes.append(f"note {name}: {lines} lines")
      for problem in problems:
        print(f"FAIL {name}: {problem}")
      passed += not problems
      failed += bool(problems)
  print("\n".join(notes), end="\n" if notes else "")
  print(f"{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
