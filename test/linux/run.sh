#!/usr/bin/env bash
# Tests with real nodes, as root: npm run test:linux. With arguments, those go to jest, and one process runs what they
# choose. Without, all tests run: first those that need to be alone, and what other versions of Kubernetes run on is built
# meanwhile; then the others, two files at a time, since they wait more than they compute. Each of these gets a network of
# its own, since a network holds one cluster.
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

"${build[@]}" newest
"${build[@]}" &
built=$!
# These look for what clusters leave on the machine, so no other cluster may be there.
alone=(cluster commands)
run_alone() { run 'test/linux/(cluster|commands)\.test'; }
# In CI, where much else runs, what failed runs once more: a node that gets no processor for some seconds fails by chance, a
# defect fails again. What failed at first is shown even so.
second_chance() { [[ ${CI:-} == true ]]; }
run_alone || { second_chance && run_alone; } || {
  kill "$built" 2>/dev/null || true
  exit 1
}
wait "$built"

# Nodes of two clusters watch more files than root may by default.
watchers=/proc/sys/fs/inotify/max_user_instances
before=$(<$watchers)
logs=$(mktemp -d)
trap 'echo "$before" >$watchers; rm -rf "$logs"' EXIT
((before >= 512)) || echo 512 >$watchers

# apart NAME: runs a file of tests in a network of its own, and shows what it said when it is done; if it failed, its log
# stays in failed/.
apart() {
  set -euo pipefail
  if unshare --net --kill-child bash -euo pipefail -c 'ip link set lo up; run "$@"' bash "test/linux/$1.test" \
    >"$logs/$1" 2>&1; then
    cat "$logs/$1"
  else
    mkdir -p "$logs/failed"
    mv "$logs/$1" "$logs/failed/"
    echo "FAIL test/linux/$1.test.ts; what it said is at the end."
    return 1
  fi
}
# two_at_a_time: runs the files whose names it reads.
two_at_a_time() { xargs --max-procs 2 --replace bash -c 'apart "$@"' bash '{}'; }
export logs
export -f run apart
# Those that take longest begin first.
longest=(self-managed eks-ec2 ecs-and-eks)
names=$(cd test/linux && printf '%s\n' *.test.ts | sed 's/\.test\.ts$//')
others=$(grep --invert-match --line-regexp --fixed-strings "$(printf '%s\n' "${alone[@]}" "${longest[@]}")" <<<"$names")
passed=true
printf '%s\n' "${longest[@]}" "$others" | two_at_a_time || passed=false

if ! $passed && second_chance; then
  mv "$logs/failed" "$logs/at-first"
  echo "FAILED AT FIRST, and run once more: $(cd "$logs/at-first" && echo *)"
  .ci/failures.sh "$logs"/at-first/*
  # shellcheck disable=SC2012 # names of this folder's files
  ls "$logs/at-first" | two_at_a_time && passed=true
fi
$passed || {
  # At the very end, where a person looks first and a log that was cut short still has it.
  cat "$logs"/failed/*
  exit 1
}
