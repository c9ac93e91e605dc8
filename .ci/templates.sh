#!/usr/bin/env bash
# Synthesizes every environment, with each setting at its default and at another value, on both Kubernetes versions, and
# lints the templates.
# Usage: .ci/templates.sh
set -euo pipefail
cd "$(dirname "$0")/.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
synth() {
  local name=$1
  shift
  npx cdk synth --quiet --output "$out/$name" "$@"
}
synth default
synth open -c allowedCidrs=203.0.113.7/32 -c admins=arn:aws:iam::111122223333:role/Admin -c instanceType=t4g.medium -c nodeCount=3 -c podCidr=10.200.0.0/16
synth older -c kubernetes=1.35 -c customerKey=true -c compute=both -c controlPlanes=3 -c logRetentionDays=30
.ci/cfn-lint.sh "$out"/*/*.template.json
