#!/bin/sh
# Makes the emulated AWS ready: MiniStack, pinned, in a virtual environment of its own in the cache.
# Prints the path of the environment's Python on stdout, progress on stderr. Does nothing when it is there.
# Usage: scripts/ministack.sh          PYTHON=/path/to/python3 chooses the Python.
set -eu

version=1.5.33
# The whole tree is pinned, so that tomorrow's install is today's.
requirements='ministack==1.5.33
botocore==1.43.106
defusedxml==0.7.1
graphql-core==3.2.12
h11==0.16.0
h2==4.4.1
hpack==4.2.0
Hypercorn==0.18.0
hyperframe==6.1.0
jmespath==1.1.0
jsonata-python==0.7.1
priority==2.0.0
python-dateutil==2.9.0.post0
PyYAML==6.0.4
six==1.17.0
urllib3==2.8.0
wsproto==1.3.2
exceptiongroup==1.3.1; python_version < "3.11"
taskgroup==0.2.2; python_version < "3.11"
tomli==2.3.0; python_version < "3.11"
typing_extensions==4.15.0; python_version < "3.11"'
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubefed-eks"
target="$cache/ministack-$version"

say() { printf 'ministack: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

usable() { "$1/bin/python" -c 'import ministack' >/dev/null 2>&1; }

if usable "$target"; then
  say "$version is in $target"
  printf '%s\n' "$target/bin/python"
  exit 0
fi

python=''
seen=''
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
  command -v "$candidate" >/dev/null 2>&1 || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    python=$candidate
    break
  fi
  seen="$seen $candidate ($("$candidate" -V 2>&1 || true))"
done
if [ -z "$python" ]; then
  if [ -z "$seen" ]; then
    fail 'python3 is not on the PATH. Install Python 3.10 or newer.'
  fi
  fail "Python is too old:$seen. Install Python 3.10 or newer, or set PYTHON to one."
fi
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
  fail "$python cannot make virtual environments. Install its venv module (Debian, Ubuntu: apt-get install python3-venv)."

mkdir -p "$cache"
partial="$target.partial.$$"
trap 'rm -rf "$partial"' EXIT
trap 'exit 130' INT TERM HUP
# What earlier runs left when they were killed, and an environment whose Python has gone.
for leftover in "$target".partial.*; do
  if [ -d "$leftover" ] && ! kill -0 "${leftover##*.}" 2>/dev/null; then rm -rf "$leftover"; fi
done

say "installing $version into $target (about 15 s)"
log="$partial/install.log"
mkdir -p "$partial"
printf '%s\n' "$requirements" >"$partial/requirements.txt"
{
  "$python" -m venv "$partial" &&
    "$partial/bin/python" -m pip install --disable-pip-version-check --no-input --prefer-binary \
      --no-deps -r "$partial/requirements.txt"
} >"$log" 2>&1 || {
  tail -n 15 "$log" >&2
  fail "installing ministack $version failed (above: the end of pip's output)."
}
usable "$partial" || fail "ministack $version was installed but does not import with $python."

# rename() refuses a directory that is not empty: of two runs at once the first wins, the other uses its work.
usable "$target" || rm -rf "$target"
"$python" -c 'import os, sys; os.rename(sys.argv[1], sys.argv[2])' "$partial" "$target" 2>/dev/null || true
usable "$target" || fail "could not move the new environment to $target."
say "$version is ready"
printf '%s\n' "$target/bin/python"
