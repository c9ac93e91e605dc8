#!/usr/bin/env bash
# Makes this host a worker of the cluster.
# Reads: PARAMETER_PREFIX; the file join-worker.yaml.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/join.sh"

if ! is_done joined; then
  step 1200 "The cluster waits for further nodes." token_published
  step 120 "What an earlier attempt left is gone." clean_up
  step 600 "This node has joined the cluster." join join-worker.yaml
  mark_done joined
fi
"$(dirname "$0")/pod-network.sh"
