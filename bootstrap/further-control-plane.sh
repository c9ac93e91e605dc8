#!/usr/bin/env bash
# Adds this host to the control plane. Several may begin at once: they take turns, since etcd takes one new member
# at a time.
# Reads: PARAMETER_PREFIX; the files join-control-plane.yaml, encryption.yaml and audit-policy.yaml.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/control-plane.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/join.sh"

readonly turn="$PARAMETER_PREFIX/turn"
# A turn that is older than this, in seconds, belongs to a node that died.
readonly turn_expires=900

# Creating the parameter is the lock: only one node can.
take_turn() {
  local owner began
  until aws ssm put-parameter --name "$turn" --type String --value "$NODE_NAME $(date +%s)" >/dev/null 2>&1; do
    read -r owner began < <(aws ssm get-parameter --name "$turn" --query Parameter.Value --output text 2>/dev/null) || continue
    if [[ "$owner" == "$NODE_NAME" ]] || (($(date +%s) - began > turn_expires)); then
      aws ssm delete-parameter --name "$turn" || true
    else
      sleep 2
    fi
  done
}

give_turn() {
  aws ssm delete-parameter --name "$turn" || true
}

# A member of this address that an earlier attempt added, and that has lost its data, must go before it comes anew.
forget_member() {
  local pki=/etc/kubernetes/pki/etcd cluster endpoints id
  [[ -e "$pki/ca.crt" && -e "$pki/healthcheck-client.crt" && -e /etc/kubernetes/admin.conf ]] || return 0
  endpoints=$(admin_kubectl --namespace kube-system get pods --selector component=etcd --output \
    jsonpath='{range .items[*]}https://{.status.hostIP}:2379,{end}')
  cluster=(etcdctl --endpoints "${endpoints%,}" --cacert "$pki/ca.crt" --cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key")
  [[ -x /usr/local/bin/etcdctl ]] || return 0
  id=$("${cluster[@]}" member list | grep "https://$NODE_ADDRESS:2380" | cut -d, -f1) || return 0
  "${cluster[@]}" member remove "$id"
}

if ! is_done joined; then
  step 1200 "The cluster waits for further nodes." token_published
  step 2400 "It is this node's turn to join." take_turn
  trap give_turn EXIT
  step 60 "etcd knows nothing of an earlier attempt." forget_member
  step 60 "What an earlier attempt left is gone." clean_up
  step 60 "Secrets will be encrypted in etcd." encryption_configuration
  step 10 "The audit policy is in place." audit_policy
  step 600 "This node has joined the control plane." join join-control-plane.yaml
  mark_done joined
  give_turn
  trap - EXIT
fi
finish_control_plane
