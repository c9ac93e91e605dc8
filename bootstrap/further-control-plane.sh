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
  local value owner began
  until aws ssm put-parameter --name "$turn" --type String --value "$NODE_NAME $(date +%s)" >/dev/null 2>&1; do
    value=$(aws ssm get-parameter --name "$turn" --query Parameter.Value --output text 2>/dev/null) || value='nobody 0'
    read -r owner began <<<"$value"
    if [[ "$owner" == "$NODE_NAME" ]] || (($(date +%s) - began > turn_expires)); then
      aws ssm delete-parameter --name "$turn" 2>/dev/null || true
    else
      sleep 2
    fi
  done
}

give_turn() {
  aws ssm delete-parameter --name "$turn" || true
}

# An attempt that was interrupted may have made this node a voting member of etcd. Then the others need it once more, to
# agree that it goes. (`kubeadm reset` takes no member out of etcd whose node has not joined to the end.)
forget_member() {
  local pki=/etc/kubernetes/pki/etcd cluster members id
  [[ -e /etc/kubernetes/manifests/etcd.yaml && -e /etc/kubernetes/admin.conf ]] || return 0
  systemctl start kubelet
  until_true admin_kubectl get --raw /readyz
  etcd_tools
  cluster=(etcdctl --endpoints "$(etcd_endpoints)" --cacert "$pki/ca.crt")
  cluster+=(--cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key")
  # etcd refuses ("unhealthy cluster") until its members have been connected for five seconds, and lists none without
  # a majority. The deadline is the step's.
  while true; do
    if members=$("${cluster[@]}" member list); then
      id=$(sed --quiet "s|^\([^,]*\),.*https://$NODE_ADDRESS:2380.*|\1|p" <<<"$members")
      [[ -n "$id" ]] || return 0
      "${cluster[@]}" member remove "$id" || true
    fi
    sleep 1
  done
}

# The members on other nodes, with commas between them.
etcd_endpoints() {
  admin_kubectl --namespace kube-system get pods --selector component=etcd --output \
    jsonpath='{range .items[*]}{.status.hostIP}{"\n"}{end}' |
    grep --invert-match --line-regexp "$NODE_ADDRESS" | sed 's|.*|https://&:2379|' | paste --serial --delimiters ,
}

if ! is_done joined; then
  step 1200 "The cluster waits for further nodes." token_published
  step 2400 "It is this node's turn to join." take_turn
  trap give_turn EXIT
  step 300 "etcd knows of no earlier attempt." forget_member
  step 120 "What an earlier attempt left is gone." clean_up
  step 60 "Secrets will be encrypted in etcd." encryption_configuration
  step 10 "The audit policy is in place." audit_policy
  step 600 "This node has joined the control plane." join join-control-plane.yaml
  mark_done joined
  give_turn
  trap - EXIT
fi
finish_control_plane
