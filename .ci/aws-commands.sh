#!/bin/sh
# Checks every AWS command of the guides, their solutions and bootstrap/ against the AWS CLI that
# tools/aws-commands/requirements.txt pins, after the check's own tests. Needs no AWS account and calls nothing.
# Usage: .ci/aws-commands.sh
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
tool=$root/tools/aws-commands
version=$(cksum <"$tool/requirements.txt" | cut -d ' ' -f 1)
home=${XDG_CACHE_HOME:-$HOME/.cache}/kubernetes-textbook-labs/aws-commands-$version

# The last thing written, so that an interrupted installation is not taken for a good one.
if [ ! -f "$home/complete" ]; then
  command -v python3 >/dev/null || { echo "The AWS CLI needs Python 3.10 or later: install python3." >&2; exit 3; }
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$tool/requirements.txt"
  touch "$home/complete"
fi

cd "$root"
export PYTHONDONTWRITEBYTECODE=1
"$home/bin/python" -m unittest discover --quiet --start-directory "$tool"
texts=$(mktemp)
trap 'rm -f "$texts"' EXIT
node --import tsx .ci/shell-texts.ts >"$texts"
"$home/bin/python" "$tool/check.py" <"$texts"
