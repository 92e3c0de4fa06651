#!/usr/bin/env bash
# fuzz.sh BUILD: fuzzes the compiler and the loader of binary chunks with libFuzzer and sanitizers,
# FUZZ_SECONDS (60) each. Seeds: the scripts of tests/lua, as text and as binary chunks. Then, where
# lua5.4 is there, compares with it what generated programs do: FUZZ_PROGRAMS (300) of them.
# Needs a clang with libFuzzer. Inputs that fail are left in BUILD.
set -eu

build=${1:-build/fuzz}
seconds=${FUZZ_SECONDS:-60}
compiler=${FUZZ_CC:-clang-19}
if ! command -v "$compiler" >/dev/null; then
  echo "fuzzing needs $compiler (or set FUZZ_CC)" >&2
  exit 1
fi
flags="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DFERROUS_DEBUG=1"
${MAKE:-make} --no-print-directory CC="$compiler" BUILD="$build" CFLAGS="$flags" "$build/ferrous"

mkdir -p "$build/seeds_source" "$build/seeds_chunk"
cp tests/lua/*.lua "$build/seeds_source/"
for script in tests/lua/*.lua; do
  "$build/ferrous" -e "
    local f = loadfile('$script')
    if f then
      local out = assert(io.open('$build/seeds_chunk/$(basename "$script" .lua)', 'wb'))
      out:write(string.dump(f, true))
      out:close()
    end"
done

status=0
for target in source chunk; do
  "$compiler" -std=gnu11 -Iinclude ${flags/fuzzer-no-link/fuzzer} "tests/fuzz/fuzz_$target.c" \
    "$build/obj/inside.a" -o "$build/fuzz_$target" -lm -ldl
  mkdir -p "$build/corpus_$target"
  echo "== fuzzing: $target, $seconds s"
  "$build/fuzz_$target" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="$build/failure_${target}_" \
    "$build/corpus_$target" "$build/seeds_$target" || status=1
done
if command -v lua5.4 >/dev/null; then
  echo "== generated programs"
  python3 tests/fuzz/differential.py --ferrous "$build/ferrous" --first "$RANDOM" \
    --count "${FUZZ_PROGRAMS:-300}" --keep "$build/failure_programs" || status=1
fi
exit $status
