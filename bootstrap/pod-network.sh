#!/usr/bin/env bash
# Gives the pods of this node their network: a bridge with the node's own range of addresses, a route to that range
# for everybody else, and this node's address for what leaves the cluster. Runs at every start of the machine.
# Reads: NODE_CIDR, POD_CIDR, ROUTE_TABLES.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

# A Node whose object was deleted has another range when it comes back. So the plugin's configuration is in memory only,
# and what the disk has is a link to it, which leads nowhere after a restart: no pod starts with the range of before.
readonly configuration="${secrets_folder:?}/10-pods.conflist"
readonly link=/etc/cni/net.d/10-pods.conflist

# Fails while there is no Node, and is empty while it has no range.
own_range() {
  kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout 10s \
    get node "$NODE_NAME" --output 'jsonpath={.spec.podCIDR}'
}

plugin_configuration() {
  local range
  # One answer and no second one: the Node may be gone again by then.
  until range=$(own_range 2>/dev/null) && [[ -n "$range" ]]; do sleep 1; done
  mkdir -p "$(dirname "$link")"
  cat >"$configuration.new" <<CONFIGURATION
{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isDefaultGateway": true,
      "hairpinMode": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$range" }]] }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
CONFIGURATION
  mv "$configuration.new" "$configuration"
  # containerd reads it anew when a name in its folder changes.
  ln -sfn "$configuration" "$link.new"
  mv -T "$link.new" "$link"
}

configured_range() {
  sed -n 's/.*"subnet": "\([^"]*\)".*/\1/p' "$configuration"
}

# The network carries packets for pods to their node, as it does for the node itself.
route() {
  local range instance table tables
  range=$(configured_range)
  instance=$(metadata instance-id)
  aws ec2 modify-instance-attribute --instance-id "$instance" --no-source-dest-check
  read -r -a tables <<<"$ROUTE_TABLES"
  for table in "${tables[@]}"; do
    local route=(--route-table-id "$table" --destination-cidr-block "$range" --instance-id "$instance")
    aws ec2 create-route "${route[@]}" >/dev/null 2>&1 || aws ec2 replace-route "${route[@]}"
  done
}

# IPv4 addresses of the servers that this machine asks for names. systemd-resolved keeps them in a file of its own.
nameservers() {
  local file=/run/systemd/resolve/resolv.conf
  [[ -e "$file" ]] || file=/etc/resolv.conf
  sed -n 's/^nameserver  *\([0-9][0-9.]*\) *$/\1/p' "$file" | { grep -v '^127\.' || true; }
}

masquerade() {
  iptables --table nat --new-chain LABS-MASQUERADE 2>/dev/null || iptables --table nat --flush LABS-MASQUERADE
  local server
  # Amazon's resolver answers machines of the VPC only: a question of CoreDNS has to come from this node's address.
  for server in $(nameservers); do
    iptables --table nat --append LABS-MASQUERADE --destination "$server" --jump MASQUERADE
  done
  iptables --table nat --append LABS-MASQUERADE --destination "$POD_CIDR" --jump RETURN
  iptables --table nat --append LABS-MASQUERADE --destination "$NODE_CIDR" --jump RETURN
  iptables --table nat --append LABS-MASQUERADE --jump MASQUERADE
  local rule=(POSTROUTING --source "$POD_CIDR" --jump LABS-MASQUERADE)
  iptables --table nat --check "${rule[@]}" 2>/dev/null || iptables --table nat --append "${rule[@]}"
}

ready() {
  local condition='jsonpath={.status.conditions[?(@.type=="Ready")].status}'
  until [[ "$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout 10s get node "$NODE_NAME" --output "$condition")" == True ]]; do
    sleep 1
  done
}

step 300 "The pods of this node have a range of addresses." plugin_configuration
step 60 "The network knows the way to them." route
step 30 "What leaves the cluster, and a question for a name, has this node's address." masquerade
step 300 "This node is Ready." ready
systemctl enable pod-network
