#!/bin/sh
# Prints the folder that holds etcd, kube-apiserver and kube-controller-manager. Builds them first if
# the cache has none: minutes the first time, under a second later. Needs Go for the build only.
# KUBEBUILDER_ASSETS names a folder to use instead.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
module=$root/test/environment/control-plane
programs='etcd kube-apiserver kube-controller-manager'
go_minor=24
work=
lock=
child=

say() {
  if [ -t 2 ]; then printf '\r\033[Kcontrol plane: %s\n' "$*" >&2; else printf 'control plane: %s\n' "$*" >&2; fi
}

fail() {
  say "$*"
  exit 1
}

clean() {
  trap - EXIT INT TERM HUP
  if [ -n "$child" ]; then kill "$child" 2>/dev/null || true; fi
  if [ -n "$work" ]; then rm -rf "$work"; fi
  if [ -n "$lock" ]; then rm -rf "$lock"; fi
}

is_complete() {
  for program in $programs; do
    [ -x "$1/$program" ] || return 1
  done
}

check_go() {
  command -v go >/dev/null 2>&1 ||
    fail "Go is missing. Install Go 1.$go_minor or later (https://go.dev/doc/install), then run this again."
  version=$(cd "$module" && go env GOVERSION 2>/dev/null) || version=
  [ -n "$version" ] || version=$(cd / && go version | cut -d ' ' -f 3)
  minor=$(printf '%s' "$version" | sed -n 's/.*go1\.\([0-9][0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge "$go_minor" ] ||
    fail "Go is too old: $version. Install Go 1.$go_minor or later (https://go.dev/doc/install), or set GOTOOLCHAIN=auto."
}

# One builder at a time. A lock whose owner is gone (or that has had no owner for 10 s) is taken over.
take_lock() {
  waited=0
  while ! mkdir "$1" 2>/dev/null; do
    if is_complete "$target"; then return; fi
    [ -d "$1" ] || [ -w "$cache" ] || fail "cannot write to $cache. Set XDG_CACHE_HOME to a folder that can be written."
    owner=$(cat "$1/pid" 2>/dev/null) || owner=
    if [ -n "$owner" ]; then
      if ! kill -0 "$owner" 2>/dev/null; then mv "$1" "$1.stale.$$" 2>/dev/null && rm -rf "$1.stale.$$"; continue; fi
    elif [ "$waited" -ge 10 ]; then
      rm -rf "$1"
      continue
    fi
    if [ $((waited % 15)) -eq 0 ]; then say "waiting for the build of process ${owner:-unknown}, $waited s"; fi
    sleep 1
    waited=$((waited + 1))
  done
  lock=$1
  echo $$ >"$lock/pid"
}

# Runs a command with its output in $work/out and $work/log and shows "$1 (<count>)" meanwhile, where
# $2 is a function that prints the count. One line that changes on a terminal, else a line every 15 s.
run_shown() {
  label=$1
  count=$2
  shift 2
  seconds=0
  "$@" >"$work/out" 2>"$work/log" &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    if [ -t 2 ]; then
      printf '\r\033[Kcontrol plane: %s (%s), %d s' "$label" "$($count)" "$seconds" >&2
    elif [ "$seconds" -gt 0 ] && [ $((seconds % 15)) -eq 0 ]; then
      say "$label ($($count)), $seconds s"
    fi
    sleep 1
    seconds=$((seconds + 1))
  done
  if wait "$child"; then
    child=
    return
  fi
  child=
  say "$label failed. The end of its log:"
  tail -n 20 "$work/log" >&2
  exit 1
}

downloaded() {
  echo "$(grep -c '^# get .*\.zip: 200' "$work/log") of at most $modules modules"
}

compiled() {
  done=$(wc -l <"$work/log" | tr -d ' ')
  if [ "$done" -lt $((packages - 2)) ]; then
    echo "$done of at most $packages packages"
  else
    echo "linking"
  fi
}

build() {
  modules=$(grep -c '^	.* v[0-9]' "$module/go.mod")
  started=$(date +%s)
  cd "$module"
  run_shown 'downloading Kubernetes and etcd' downloaded go list -deps -x .
  packages=$(wc -l <"$work/out" | tr -d ' ')
  version_package=k8s.io/component-base/version
  minor=${kubernetes#1.}
  export CGO_ENABLED=0
  run_shown 'compiling' compiled go build -v -trimpath -buildvcs=false -o "$work/bin/control-plane" -ldflags \
    "-s -w -X $version_package.gitVersion=v$kubernetes -X $version_package.gitMajor=1 -X $version_package.gitMinor=${minor%%.*}" .
  for program in $programs; do
    ln -s control-plane "$work/bin/$program"
  done
  mv "$work/bin" "$target"
  say "built in $(($(date +%s) - started)) s"
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  if is_complete "$KUBEBUILDER_ASSETS"; then
    echo "$KUBEBUILDER_ASSETS"
    exit 0
  fi
  for program in $programs; do
    [ -x "$KUBEBUILDER_ASSETS/$program" ] || say "KUBEBUILDER_ASSETS ($KUBEBUILDER_ASSETS) has no $program: using our own build instead"
  done
fi

kubernetes=$(sed -n 's/^	k8s\.io\/kubernetes v//p' "$module/go.mod")
hash=$(cat "$module/main.go" "$module/go.mod" "$module/go.sum" | cksum | cut -d ' ' -f 1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubefed-eks
target=$cache/control-plane-$kubernetes-$hash

if ! is_complete "$target"; then
  check_go
  trap clean EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkdir -p "$cache"
  take_lock "$target.lock"
  if ! is_complete "$target"; then
    rm -rf "$target" "$target".build.*
    work=$target.build.$$
    mkdir -p "$work/bin"
    build
  fi
fi
echo "$target"
