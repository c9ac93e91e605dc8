#!/usr/bin/env bash
# Tests with real nodes, as root: npm run test:linux. With arguments, those go to jest, and one process runs what they
# choose. Without, all tests run: first those that need to be alone, and what other versions of Kubernetes run on is built
# meanwhile; then the others in two processes that wait more than they compute. Each of these gets a network of its own,
# since a network holds one cluster.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=(node --import tsx test/linux/build.ts)
run() {
  node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js "$@" --selectProjects linux --runInBand --verbose
}
if (($# > 0)); then
  "${build[@]}"
  run "$@"
  exit
fi

# Those that are alone look for what clusters leave on the machine, so no other cluster may be there.
alone='test/linux/(cluster|commands)\.test'
"${build[@]}" newest
"${build[@]}" &
built=$!
run 'test/linux/cluster\.test' || {
  kill "$built" 2>/dev/null || true
  exit 1
}
# This one copies the programs that are built.
wait "$built"
run 'test/linux/commands\.test'

# Nodes of two clusters watch more files than root may by default.
watchers=/proc/sys/fs/inotify/max_user_instances
before=$(<$watchers)
log=$(mktemp)
trap 'echo "$before" >$watchers; rm -f "$log"' EXIT
((before >= 512)) || echo 512 >$watchers

export -f run
apart() { unshare --net --kill-child bash -euo pipefail -c 'ip link set lo up; run "$@"' bash "$@"; }
apart 'test/linux/labs\.test' >"$log" 2>&1 &
labs=$!
failed=0
apart --testPathIgnorePatterns "$alone" 'test/linux/labs\.test' || failed=1
wait $labs || failed=1
cat "$log"
exit $failed
