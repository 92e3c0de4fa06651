#!/usr/bin/env bash
# fetch_official.sh SHA256 [ARCHIVE]: puts the official Lua 5.4.8 test suite where tools/official.py
# looks for it. The archive is downloaded from its publisher, or taken from a file when one is given,
# and must have the given SHA-256 checksum (the publisher's page states it).
set -eu

version=5.4.8
url="https://www.lua.org/tests/lua-$version-tests.tar.gz"
target="${LUA_TESTS:-${XDG_CACHE_HOME:-$HOME/.cache}/ferrous/lua-$version-tests}"

if [ $# -lt 1 ]; then
  echo "usage: $0 SHA256 [ARCHIVE]   (archive: $url)" >&2
  exit 2
fi
if [ -f "$target/calls.lua" ]; then
  echo "the suite is already in $target"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -ge 2 ]; then
  cp "$2" "$work/tests.tar.gz"
elif ! curl --fail --silent --show-error --location --max-time 60 -o "$work/tests.tar.gz" "$url"; then
  echo "cannot fetch $url: download it elsewhere and give the file as second argument" >&2
  exit 1
fi
if ! echo "$1  $work/tests.tar.gz" | sha256sum --check --status; then
  echo "the archive's checksum is $(sha256sum "$work/tests.tar.gz" | cut -d' ' -f1), not $1: refused" >&2
  exit 1
fi
mkdir -p "$target"
tar -xzf "$work/tests.tar.gz" -C "$target" --strip-components=1
echo "the suite is in $target"
