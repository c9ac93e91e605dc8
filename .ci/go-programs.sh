#!/bin/sh
# Formats and tests of the Go programs of this project, with the build's own flags, so that packages are not compiled again.
# Usage: .ci/go-programs.sh
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
for program in kwok node-disk; do
  cd "$root/tools/$program"
  unformatted=$(gofmt -l .)
  [ -z "$unformatted" ] || { echo "Run gofmt -w in tools/$program for: $unformatted" >&2; exit 1; }
  CGO_ENABLED=0 GOWORK=off GOGC=off GOMEMLIMIT=1GiB go test -trimpath -gcflags 'all=-dwarf=false -l' -gcflags std=-dwarf=false ./...
done
