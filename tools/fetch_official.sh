#!/usr/bin/env bash
# fetch_official.sh [ARCHIVE]: puts the official Lua 5.4.8 test suite where tools/official.py looks
# for it: $LUA_TESTS, else ${XDG_CACHE_HOME:-~/.cache}/ferrous/lua-5.4.8-tests. The archive is
# downloaded from its publisher, or is the file given; its SHA-256 must be the published one.
set -eu

version=5.4.8
url="https://www.lua.org/tests/lua-$version-tests.tar.gz"
sha256=9581d5a7c39ffbf29b8ccde2709083c380f7bbddbd968dcb15712d2f2e33f4e5
target="${LUA_TESTS:-${XDG_CACHE_HOME:-$HOME/.cache}/ferrous/lua-$version-tests}"

if [ $# -gt 1 ]; then
  echo "usage: $0 [ARCHIVE]   (without one: $url)" >&2
  exit 2
fi
if [ -f "$target/all.lua" ]; then
  echo "the suite is already in $target"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive="$work/tests.tar.gz"
if [ $# -eq 1 ]; then
  cp "$1" "$archive"
elif ! curl --fail --silent --show-error --location --max-time 60 -o "$archive" "$url"; then
  echo "cannot fetch $url: download it elsewhere and give the file to $0" >&2
  exit 1
fi
found=$(sha256sum "$archive" | cut -d' ' -f1)
if [ "$found" != "$sha256" ]; then
  echo "refused: the archive's SHA-256 is $found, not $sha256" >&2
  exit 1
fi
mkdir -p "$target"
tar -xzf "$archive" -C "$target" --strip-components=1
echo "the suite is in $target"
