#!/bin/sh
# Lints CloudFormation templates with the cfn-lint that tools/cfn-lint/requirements.txt pins.
# Usage: .ci/cfn-lint.sh cdk.out/*.template.json
# An error fails; warnings are printed. A rule is ignored in .cfnlintrc.yaml, with its reason.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
requirements=$root/tools/cfn-lint/requirements.txt
version=$(sed -n 's/^cfn-lint==//p' "$requirements")
home=${XDG_CACHE_HOME:-$HOME/.cache}/kubernetes-textbook-labs/cfn-lint-$version

if [ "$#" -eq 0 ] || [ ! -f "$1" ]; then
  echo "No templates to lint. Run 'npx cdk synth --quiet' and then '$0 cdk.out/*.template.json'." >&2
  exit 2
fi
# The last thing written, so that an interrupted installation is not taken for a good one.
if [ ! -f "$home/complete" ]; then
  command -v python3 >/dev/null || { echo "cfn-lint needs Python 3.9 or later: install python3." >&2; exit 3; }
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  touch "$home/complete"
fi

# Some settings change some templates only: what is the same is linted once.
templates=$(cksum "$@" | awk '!seen[$1, $2]++ { sub(/^[^ ]+ [^ ]+ /, ""); print }')
IFS='
'
# shellcheck disable=SC2086 # one a line
set -- $templates

exec "$home/bin/cfn-lint" --non-zero-exit-code error --config-file "$root/.cfnlintrc.yaml" --template "$@"
