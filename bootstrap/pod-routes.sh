#!/usr/bin/env bash
# Keeps a route to the pods of each Node in the network, for as long as this control plane runs. Every control plane does
# this, without a leader: all compute the same routes from the same Nodes. Workers may change no route, since one that
# was broken into could take the traffic of all others.
# Reads: CLUSTER_NAME, POD_CIDR.

# It runs for good, so it must not hold the lock that the other files wait for.
export BOOTSTRAP_LOCK=none
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/route-changes.sh"

# The tag of the machines and route tables of this cluster.
readonly tag="kubernetes.io/cluster/$CLUSTER_NAME"
# Seconds between two looks when no Node changes: route tables and machines change without an event.
readonly look_again=300

# A line with each route table's ID, then one for each of its routes: the range, and the instance if there is one.
current_routes() {
  aws ec2 describe-route-tables --filters "Name=tag:$tag,Values=owned" --output text \
    --query 'RouteTables[].[RouteTableId,Routes[].[DestinationCidrBlock,InstanceId]]'
}

# Machines by the name that the Node has too. The name is authenticated: it is in the kubelet's certificate.
current_instances() {
  aws ec2 describe-instances --output text --query 'Reservations[].Instances[].[PrivateDnsName,InstanceId,SourceDestCheck]' \
    --filters "Name=tag:$tag,Values=owned" Name=instance-state-name,Values=pending,running,stopping,stopped
}

# The oldest first. The last column is `False` once the Node has its route.
current_nodes() {
  local condition='{.status.conditions[?(@.type=="NetworkUnavailable")].status}'
  admin_kubectl get nodes --sort-by .metadata.creationTimestamp --output \
    "jsonpath={range .items[*]}{.metadata.name}{\"\\t\"}{.spec.podCIDR}{\"\\t\"}$condition{\"\\n\"}{end}"
}

set_route() {
  local route=(--route-table-id "$1" --destination-cidr-block "$2" --instance-id "$3")
  aws ec2 create-route "${route[@]}" >/dev/null 2>&1 || aws ec2 replace-route "${route[@]}" || return 1
  say "Table $1 has a route to $2, by $3."
}

delete_route() {
  aws ec2 delete-route --route-table-id "$1" --destination-cidr-block "$2" || return 1
  say "Table $1 has no route to $2 any more."
}

# The condition by which Kubernetes knows that a Node has its route; pod-network.sh of that node waits for it.
report_route() {
  local now condition
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  condition="{\"type\":\"NetworkUnavailable\",\"status\":\"False\",\"reason\":\"RouteCreated\",\"message\":\"The network has a route to the pods of this node\""
  condition+=",\"lastHeartbeatTime\":\"$now\",\"lastTransitionTime\":\"$now\"}"
  admin_kubectl patch node "$1" --subresource=status --type=strategic --patch "{\"status\":{\"conditions\":[$condition]}}" >/dev/null
}

# Fails when anything did, after it has tried all of it.
synchronize() {
  local routes instances nodes wanted changes name id check action table range condition failed=0
  # Routes before Nodes: a route that is there now was made for a Node that was there before, so one without a Node has
  # lost it, and is not one that another control plane has just made.
  routes=$(current_routes) && instances=$(current_instances) && nodes=$(current_nodes) || return 1
  # This control plane is a Node itself, so a list without any is no answer to act on.
  [[ -n "$nodes" ]] || return 1
  while read -r name id check; do
    if [[ "$check" == True ]]; then
      # Packets of pods have addresses that are not the machine's own.
      aws ec2 modify-instance-attribute --instance-id "$id" --no-source-dest-check || failed=1
    fi
  done <<<"$instances"
  wanted=$(wanted_routes "$nodes" "$instances")
  changes=$(route_changes "$wanted" "$routes")
  while read -r action table range id; do
    case "$action" in
      set) set_route "$table" "$range" "$id" || failed=1 ;;
      delete) delete_route "$table" "$range" || failed=1 ;;
    esac
  done <<<"$changes"
  ((failed == 0)) || return 1
  while read -r name range condition; do
    if [[ "$condition" != False ]] && has_route "$name" "$range" "$wanted"; then report_route "$name" || failed=1; fi
  done <<<"$nodes"
  return "$failed"
}

# A line for each Node, and one whenever a Node changes. Ends with the API server of this control plane; systemd starts
# it again.
node_events() {
  kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --watch --output name
}

follow() {
  local status
  while true; do
    status=0
    read -r -t "$look_again" _ || status=$?
    # Above 128, the time was up. Otherwise the input has ended.
    if ((status != 0 && status <= 128)); then return 1; fi
    # Several Nodes that change at once are one change.
    while read -r -t 0.2 _; do :; done
    until synchronize; do sleep 5; done
  done
}

trap end_jobs EXIT
set -m # a process group, which `end_jobs` ends
node_events | follow &
set +m
wait "$!"
