#!/bin/sh
# Installs what tests and the walk-through need, each part only where it is missing, side by side:
# npm packages, the Kubernetes control plane and, where scripts/ministack.sh is there, MiniStack.
# A line per finished part on stderr; nothing on stdout.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
work=$(mktemp -d "${TMPDIR:-/tmp}/kubefed-eks-setup.XXXXXX")
stamp=node_modules/.setup-stamp
started=$(date +%s)
parts=

say() {
  if [ -t 2 ]; then printf '\r\033[K%s\n' "$*" >&2; else printf '%s\n' "$*" >&2; fi
}

stop_parts() {
  trap - EXIT INT TERM HUP
  for part in $parts; do
    kill "$(cat "$work/$part.pid")" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap stop_parts EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

title() {
  case $1 in
    npm) echo 'npm packages' ;;
    control-plane) echo 'control plane' ;;
    ministack) echo 'MiniStack' ;;
  esac
}

lock_checksum() {
  cksum <package-lock.json
}

# start PART COMMAND...: runs it in the background, its standard output into the part's log, and its
# standard error too unless the part shows its own progress.
start() {
  part=$1
  shift
  if [ "$part" = control-plane ]; then
    "$@" >"$work/$part.log" &
  else
    "$@" >"$work/$part.log" 2>&1 &
  fi
  echo $! >"$work/$part.pid"
  parts="$parts $part"
}

finish() {
  if ! wait "$(cat "$work/$1.pid")"; then
    say "$(title "$1"): failed after $(($(date +%s) - started)) s"
    tail -n 20 "$work/$1.log" >&2
    exit 1
  fi
  if [ "$1" = npm ]; then lock_checksum >"$stamp"; fi
  say "$(title "$1"): ready ($(($(date +%s) - started)) s)"
}

if [ -d node_modules ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(lock_checksum)" ]; then
  say "$(title npm): ready (0 s)"
else
  command -v npm >/dev/null 2>&1 || {
    say 'npm is missing. Install Node.js 20 or later (https://nodejs.org), then run this again.'
    exit 1
  }
  start npm npm ci --loglevel=error --no-audit --no-fund
fi
start control-plane sh scripts/control-plane.sh
if [ -f scripts/ministack.sh ]; then start ministack sh scripts/ministack.sh; fi

without() {
  for other in $parts; do
    [ "$other" = "$1" ] || printf ' %s' "$other"
  done
}

while [ -n "$parts" ]; do
  for part in $parts; do
    if kill -0 "$(cat "$work/$part.pid")" 2>/dev/null; then continue; fi
    parts=$(without "$part")
    finish "$part"
  done
  sleep 0.1 2>/dev/null || sleep 1
done
