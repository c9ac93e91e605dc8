#!/usr/bin/env bash
# Tests with real nodes, as root: npm run test:linux. Without arguments, it runs the tests of the tier that LABS_TEST_TIER
# names (ci, the default, or all). Arguments go to jest, which then runs what they choose, of every tier.
# Files that look for what clusters leave on the machine run first, alone. The others run two at a time, since they wait
# more than they compute, each in a network of its own, since a network holds one cluster.
# LABS_TEST_REPORTS names a folder for jest's reports. @default none is written
set -euo pipefail
cd "$(dirname "$0")/../.."

build=(node --import tsx test/linux/build.ts)
jest() {
  node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js "$@" --selectProjects linux --runInBand --verbose
}
# run NAME: runs a file of tests.
run() {
  local report=()
  [[ -z "${LABS_TEST_REPORTS:-}" ]] || report=(--json --outputFile "$LABS_TEST_REPORTS/linux-$1.json")
  jest "test/linux/$1.test" "${report[@]}"
}
if (($# > 0)); then
  export LABS_TEST_TIER=${LABS_TEST_TIER:-all}
  "${build[@]}"
  jest "$@"
  exit
fi

# The files of each tier, those that take longest first.
alone=(cluster)
others=(self-managed eks-ec2 kubeadm-config load-balancer)
if [[ "${LABS_TEST_TIER:-ci}" == all ]]; then
  alone=(cluster commands)
  others=(self-managed eks-ec2 ecs-and-eks)
  mapfile -t rest < <(cd test/linux && printf '%s\n' *.test.ts | sed 's/\.test\.ts$//' |
    grep --invert-match --line-regexp --fixed-strings "$(printf '%s\n' "${alone[@]}" "${others[@]}")")
  others+=("${rest[@]}")
fi

"${build[@]}" newest
# What older versions of Kubernetes run on is built meanwhile.
built=
if [[ "${LABS_TEST_TIER:-ci}" == all ]]; then
  "${build[@]}" &
  built=$!
fi
passed=true
for name in "${alone[@]}"; do run "$name" || passed=false; done
[[ -z "$built" ]] || wait "$built"

# Nodes of two clusters watch more files than root may by default.
watchers=/proc/sys/fs/inotify/max_user_instances
before=$(<$watchers)
logs=$(mktemp -d)
trap 'echo "$before" >$watchers; rm -rf "$logs"' EXIT
((before >= 512)) || echo 512 >$watchers

# apart NAME: runs a file of tests in a network of its own, and prints its output at its end.
apart() {
  set -euo pipefail
  local status=0
  unshare --net --kill-child bash -euo pipefail -c 'ip link set lo up; run "$@"' bash "$1" >"$logs/$1" 2>&1 || status=1
  cat "$logs/$1"
  return $status
}
export logs
export -f run jest apart
printf '%s\n' "${others[@]}" | xargs --max-procs 2 --replace bash -c 'apart "$@"' bash '{}' || passed=false
$passed
