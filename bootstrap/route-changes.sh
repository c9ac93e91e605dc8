# shellcheck shell=bash
# Computes which routes to pods the network should have, and what to change. pod-routes.sh sources it, after common.sh.

# kube-controller-manager gives each node a range of this size, by default.
readonly node_mask=24

# address_number A.B.C.D
address_number() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  printf '%s' "$(((10#$a << 24) + (10#$b << 16) + (10#$c << 8) + 10#$d))"
}

# Whether a range is one that kube-controller-manager gives to nodes. A kubelet can create its Node with any range, and
# a route to one outside of the pods' would take other traffic, of the machines or of the internet.
is_node_range() {
  [[ "$1" =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}/$node_mask$ ]] || return 1
  local host_bits=$((32 - ${POD_CIDR#*/}))
  (($(address_number "${1%/*}") >> host_bits == $(address_number "${POD_CIDR%/*}") >> host_bits))
}

# wanted_routes NODES INSTANCES: a line for each range that a Node has, with the instance that it leads to, or `-` when
# there is none by the Node's name. Of several Nodes with one range the first line counts, which is the oldest Node.
wanted_routes() {
  local name range id
  local -A instance_of=() taken=()
  while read -r name id _; do
    if [[ -n "$name" ]]; then instance_of[$name]=$id; fi
  done <<<"$2"
  while read -r name range _; do
    if ! is_node_range "$range" || [[ -n "${taken[$range]:-}" ]]; then continue; fi
    taken[$range]=$name
    printf '%s %s %s\n' "$range" "${instance_of[$name]:--}" "$name"
  done <<<"$1"
}

# has_route NAME RANGE WANTED: whether a Node's range leads to its own machine.
has_route() {
  local range id name
  while read -r range id name; do
    if [[ "$range" == "$2" && "$name" == "$1" && "$id" != - ]]; then return 0; fi
  done <<<"$3"
  return 1
}

# route_changes WANTED ROUTES: prints `set TABLE RANGE INSTANCE` and `delete TABLE RANGE`, as far as they are needed. A
# route to a machine that is gone stays until its Node is deleted.
route_changes() {
  local first second table='' range id
  local -A wanted=() current=()
  local -a tables=()
  while read -r range id _; do
    if [[ -n "$range" ]]; then wanted[$range]=$id; fi
  done <<<"$1"
  while read -r first second; do
    if [[ -z "$first" ]]; then continue; fi
    if [[ -z "$second" ]]; then
      table=$first
      tables+=("$table")
    else
      current["$table $first"]=$second
    fi
  done <<<"$2"
  for table in "${tables[@]}"; do
    for range in "${!wanted[@]}"; do
      id=${wanted[$range]}
      if [[ "$id" != - && "${current["$table $range"]:-}" != "$id" ]]; then printf 'set %s %s %s\n' "$table" "$range" "$id"; fi
    done
  done
  for first in "${!current[@]}"; do
    read -r table range <<<"$first"
    if is_node_range "$range" && [[ -z "${wanted[$range]:-}" ]]; then printf 'delete %s %s\n' "$table" "$range"; fi
  done
}
