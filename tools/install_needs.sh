#!/usr/bin/env bash
# install_needs.sh PACKAGE...: installs the Debian packages that are missing. A name that ends in
# '?' is wanted but not needed: when it can't be had, the caller goes on without it.
set -u
export DEBIAN_FRONTEND=noninteractive

missing=()
for name in "$@"; do
  dpkg-query -W -f '${Status}' "${name%\?}" 2>/dev/null | grep -q 'install ok installed' ||
    missing+=("$name")
done
# python3 and gcc count wherever they come from.
for index in "${!missing[@]}"; do
  command -v "${missing[$index]%\?}" >/dev/null && unset "missing[$index]"
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo -n)
if ! command -v apt-get >/dev/null; then
  echo "install_needs: no apt-get here; missing: ${missing[*]}" >&2
else
  "${sudo[@]}" apt-get -qq update </dev/null || echo "install_needs: apt-get update failed" >&2
fi

status=0
for name in "${missing[@]}"; do
  package=${name%\?}
  if "${sudo[@]}" apt-get -qq -y --no-install-recommends install "$package" </dev/null >/dev/null 2>&1; then
    echo "installed $package"
  elif [ "$package" = "$name" ]; then
    echo "install_needs: cannot install $package" >&2
    status=1
  else
    echo "not available, going on without: $package"
  fi
done
exit $status
