#!/bin/sh
# Prints the path of KubeFed's own kubefedctl 0.10. Builds it first if the cache has none: two to four minutes, needs Go.
# For `node test/kubefedctl/main.ts`, which plays it against a host of ours; no tier of the tests needs it.
set -eu

version=v0.10.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubefed-eks
target=$cache/kubefedctl-$version

if [ ! -x "$target" ]; then
  command -v go >/dev/null 2>&1 || {
    echo 'Go is missing. Install Go 1.24 or later (https://go.dev/doc/install), then run this again.' >&2
    exit 1
  }
  work=$(mktemp -d)
  trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
  cd "$work"
  # `go install module@version` asks for the list of versions too, which not every proxy has.
  printf 'module kubefedctl\n\ngo 1.24\n' >go.mod
  echo "kubefedctl: downloading and building $version" >&2
  GOFLAGS=-mod=mod go mod download "sigs.k8s.io/kubefed@$version"
  cp -R "$(go env GOMODCACHE)/sigs.k8s.io/kubefed@$version" source
  chmod -R u+w source
  cd source
  mkdir -p "$cache"
  GOFLAGS=-mod=mod go build -trimpath -buildvcs=false -o "$target.$$" ./cmd/kubefedctl
  mv "$target.$$" "$target"
fi
echo "$target"
