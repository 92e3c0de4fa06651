#!/usr/bin/env python3
"""Runs generated programs on Ferrous and on a reference, and compares what they log.

  differential.py --ferrous build/ferrous [--reference lua5.4] [--first SEED] [--count N] [--keep DIR]

The programs do much that fails, so messages with their lines and variable names, and tracebacks, are
compared most. A program is determined by its seed. The exit status is 1 if any differ; with --keep
those are left in a directory.
"""

import argparse
import concurrent.futures
import pathlib
import random
import subprocess
import sys
import tempfile

DRIVER = pathlib.Path(__file__).with_suffix(".lua")
TIME_LIMIT = 20  # seconds for each program

CONSTANTS = ["nil", "true", "false", "1", "2.5", "-3", "'s'", "'12'", "0", "1000", "'k'", "{}", "8"]
GLOBALS = ["one", "two", "nothing", "fields", "special", "undefined"]
FUNCTIONS = ["type", "tostring", "math.abs", "select", "string.rep", "rawget", "ipairs", "pcall"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "&", "|", "..", "<<", "^", "~",
             "==", "~=", "<", "<=", ">", ">="]
LISTS = [["ipairs", "{", "1", ",", "2", "}"], ["pairs", "{", "x", "=", "1", "}"],
         ["next", ",", "{", "5", "}"], ["fields.f"], ["fields.n"], ["one"]]


def glued(tokens):
  """The tokens, to be written without a line break between them. Where a call's function and its
  parenthesis are on different lines, versions of the reference disagree about the call's line."""
  return tokens[:1] + ["\0" + token.lstrip("\0") for token in tokens[1:]]


class Program:
  """Builds the tokens of a program."""

  def __init__(self, seed):
    self.random = random.Random(seed)
    self.scopes = [[]]
    self.functions = 0  # nested ones
    self.is_vararg = True
    self.in_loop = False
    self.names = 0

  def chance(self, probability):
    return self.random.random() < probability

  def one_of(self, *choices):
    """One of the functions that build something, called."""
    return self.random.choice(choices)()

  def new_name(self):
    self.names += 1
    return f"{self.random.choice('abcdxy')}{self.names % 5}"

  def text(self):
    tokens = []
    for _ in range(self.random.randrange(2, 7)):
      tokens += self.try_function(3) if self.chance(0.7) else self.statement(3)
    breaks = self.random.choice([0, 0.05, 0.15, 0.3])
    parts = []
    for token in tokens:
      if token.startswith("\0"):
        parts.append(" " + token[1:])
      else:
        parts.append(("\n" if self.chance(breaks) else " ") + token)
    return "".join(parts) + "\n"

  # ---- expressions ---------------------------------------------------------------------------

  def variable(self):
    names = [name for scope in self.scopes for name in scope]
    return [self.random.choice(names if names and self.chance(0.75) else GLOBALS)]

  def simple(self):
    return self.variable() if self.chance(0.4) else [self.random.choice(CONSTANTS)]

  def arguments(self, depth):
    tokens = ["\0("]
    for i in range(self.random.randrange(4)):
      tokens += ([","] if i else []) + self.expression(depth - 1)
    if self.is_vararg and self.chance(0.1):
      tokens += ([","] if len(tokens) > 1 else []) + ["..."]
    return tokens + [")"]

  def prefix(self, depth):
    if depth <= 0:
      return self.variable()
    return self.one_of(
        self.variable, self.variable,
        lambda: self.prefix(depth - 1) + [".", self.random.choice(["x", "y", "s", "f", "boom"])],
        lambda: self.prefix(depth - 1) + ["["] + self.expression(depth - 1) + ["]"],
        lambda: ["("] + self.expression(depth - 1) + [")"],
        lambda: self.call(depth - 1))

  def call(self, depth):
    return self.one_of(
        lambda: ["same"] + self.arguments(depth),
        lambda: ["fields.f"] + self.arguments(depth),
        lambda: ["report"] + self.arguments(depth),
        lambda: ["special"] + self.arguments(depth),
        lambda: [self.random.choice(FUNCTIONS)] + self.arguments(depth),
        lambda: glued(self.prefix(depth - 1) + [":", self.random.choice(["x", "f", "gsub"])])
        + self.arguments(depth),
        lambda: glued(self.prefix(depth - 1)) + self.arguments(depth))

  def table(self, depth):
    tokens = ["{"]
    for _ in range(self.random.randrange(4)):
      tokens += self.one_of(
          lambda: [],
          lambda: [self.random.choice("xyz"), "="],
          lambda: ["["] + self.expression(depth - 1) + ["]", "="])
      tokens += self.expression(depth - 1) + [self.random.choice(",;")]
    return tokens + ["}"]

  def function_body(self, depth):
    parameters = [self.new_name() for _ in range(self.random.randrange(3))]
    outer = self.is_vararg, self.in_loop
    self.is_vararg, self.in_loop = self.chance(0.3), False
    self.functions += 1
    self.scopes.append(parameters)
    names = parameters + (["..."] if self.is_vararg else [])
    tokens = ["("] + " , ".join(names).split() + [")"] + self.block(depth - 1) + ["end"]
    self.scopes.pop()
    self.functions -= 1
    self.is_vararg, self.in_loop = outer
    return tokens

  def expression(self, depth):
    if depth <= 0 or self.chance(0.25):
      return self.simple()
    choices = [
        lambda: self.expression(depth - 1) + [self.random.choice(OPERATORS)] + self.expression(depth - 1),
        lambda: self.expression(depth - 1) + [self.random.choice(OPERATORS)] + self.expression(depth - 1),
        lambda: self.prefix(depth - 1) + [self.random.choice(["and", "or"])] + self.expression(depth - 1),
        lambda: [self.random.choice(["not", "-", "#", "~"])] + self.expression(depth - 1),
        lambda: ["("] + self.expression(depth - 1) + [")"],
        lambda: self.prefix(depth),
        lambda: self.call(depth),
        lambda: self.table(depth)]
    if self.functions < 3 and self.chance(0.1):
      choices = [lambda: ["function"] + self.function_body(depth)]
    return self.one_of(*choices)

  # ---- statements ----------------------------------------------------------------------------

  def block(self, depth):
    self.scopes.append([])
    tokens = []
    for _ in range(self.random.randrange(1, 4)):
      tokens += self.statement(depth)
    if self.chance(0.15):
      tokens += self.one_of(
          lambda: ["return"],
          lambda: ["return"] + self.call(2),
          lambda: ["return"] + self.expression(2) + [","] + self.expression(1))
    elif self.in_loop and self.chance(0.1):
      tokens += ["break"]
    self.scopes.pop()
    return tokens

  def loop(self, head, names, depth):
    outer, self.in_loop = self.in_loop, True
    self.scopes.append(names)
    tokens = head + ["do"] + self.block(depth - 1) + ["end"]
    self.scopes.pop()
    self.in_loop = outer
    return tokens

  def counted_loop(self, depth):
    """A while or repeat loop that ends."""
    self.names += 1
    counter = f"n{self.names}"
    tokens = ["local", counter, "=", "0"]
    if self.chance(0.5):
      self.scopes.append([])
      body = self.loop([counter, "=", counter, "+", "1"], [], depth)
      self.scopes.pop()
      return tokens + ["repeat"] + body + ["until", counter, ">", self.random.choice("012")]
    condition = ["while", counter, "<", "3", "and", "("] + self.call(1) + ["or", "true", ")"]
    body = self.loop(condition, [], depth)
    at = body.index("do", len(condition))
    return tokens + body[:at + 1] + [counter, "=", counter, "+", "1"] + body[at + 1:]

  def local(self):
    names = [self.new_name() for _ in range(self.random.choice([1, 1, 2, 3]))]
    tokens = ["local"] + " , ".join(names).split()
    if self.chance(0.85):
      values = [["nil"] if self.chance(0.3) else self.expression(2)
                for _ in range(self.random.randrange(1, 4))]
      tokens += ["="] + values[0]
      for value in values[1:]:
        tokens += [","] + value
    self.scopes[-1] += names
    return tokens

  def assignment(self):
    target = self.one_of(
        self.variable, lambda: ["fields.x"], lambda: ["fields.y.z"], lambda: ["nothing.w"],
        lambda: ["fields", "["] + self.expression(1) + ["]"])
    return target + ["="] + self.expression(2)

  def conditional(self, depth):
    tokens = ["if"] + self.expression(2) + ["then"] + self.block(depth - 1)
    while self.chance(0.25):
      tokens += ["elseif"] + self.expression(2) + ["then"] + self.block(depth - 1)
    if self.chance(0.4):
      tokens += ["else"] + self.block(depth - 1)
    return tokens + ["end"]

  def numeric_loop(self, depth):
    bounds = [self.random.choice(["1", "2", "1.5"]), ",", self.random.choice(["3", "2", "0"])]
    step = [",", self.random.choice(["1", "-1", "2"])] if self.chance(0.3) else []
    return self.loop(["for", "i", "="] + bounds + step, ["i"], depth)

  def generic_loop(self, depth):
    values = self.random.choice(LISTS) if self.chance(0.7) else ["pairs"] + self.arguments(1)
    return self.loop(["for", "k", ",", "v", "in"] + values, ["k", "v"], depth)

  def try_function(self, depth):
    extra = self.random.choice([[], [",", "1", ",", "2"], [",", "{", "}"]])
    return ["try", "\0(", "function"] + self.function_body(depth) + extra + [")", ";"]

  def local_function(self, depth):
    name = self.new_name()
    self.scopes[-1].append(name)
    return ["local", "function", name] + self.function_body(depth)

  def method(self, depth):
    name = self.random.choice(["fields.h", "fields.y:m", "late"])
    return ["function", name] + self.function_body(depth)

  def statement(self, depth):
    choices = [self.local, self.local, self.assignment, lambda: [";"] + self.call(2) + [";"]]
    if depth > 0:
      choices += [lambda: self.conditional(depth), lambda: self.numeric_loop(depth),
                  lambda: self.generic_loop(depth), lambda: self.counted_loop(depth),
                  lambda: ["do"] + self.block(depth - 1) + ["end"]]
      if self.functions < 3:
        choices += [lambda: self.try_function(depth), lambda: self.local_function(depth),
                    lambda: self.method(depth)]
    return self.one_of(*choices)


# ---- Comparing -----------------------------------------------------------------------------------

def output(engine, script):
  try:
    result = subprocess.run([engine, str(DRIVER), str(script)], capture_output=True,
                            timeout=TIME_LIMIT)
  except subprocess.TimeoutExpired:
    return ["no end"]
  text = (result.stdout + result.stderr).decode("latin-1").replace(engine, "lua")
  return text.split("\n") + [f"status {result.returncode}"]


def compare(seed, directory, options):
  """None, or the first line that differs, as a pair."""
  script = directory / f"{seed}.lua"
  script.write_text(Program(seed).text())
  expected, actual = output(options.reference, script), output(options.ferrous, script)
  overflows = any("stack overflow" in line for line in expected)  # where is allowed to differ
  if expected == actual or overflows:
    script.unlink()
    return None
  length = max(len(expected), len(actual))
  pairs = zip(expected + [""] * (length - len(expected)), actual + [""] * (length - len(actual)))
  return next(pair for pair in pairs if pair[0] != pair[1])


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("--ferrous", default="build/ferrous")
  parser.add_argument("--reference", default="lua5.4")
  parser.add_argument("--first", type=int, default=0)
  parser.add_argument("--count", type=int, default=200)
  parser.add_argument("--jobs", type=int, default=2)
  parser.add_argument("--keep")
  options = parser.parse_args()
  with tempfile.TemporaryDirectory() as temporary:
    directory = pathlib.Path(options.keep or temporary)
    directory.mkdir(parents=True, exist_ok=True)
    seeds = range(options.first, options.first + options.count)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
      found = list(pool.map(lambda seed: compare(seed, directory, options), seeds))
  different = [(seed, pair) for seed, pair in zip(seeds, found) if pair]
  for seed, (expected, actual) in different:
    print(f"program {seed}\n  reference: {expected[:300]}\n  ferrous:   {actual[:300]}")
  print(f"{len(found) - len(different)} programs agree, {len(different)} differ")
  sys.exit(1 if different else 0)


if __name__ == "__main__":
  main()
