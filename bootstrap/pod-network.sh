#!/usr/bin/env bash
# Gives the pods of this node their network: a bridge with the node's own range of addresses, and this node's address
# for what leaves the cluster. Waits for the route to that range, which a control plane makes for everybody else
# (pod-routes.sh). Runs at every start of the machine.
# Reads: NODE_CIDR, POD_CIDR.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

# A Node whose object was deleted has another range when it comes back. So the plugin's configuration is in memory only,
# and what the disk has is a link to it, which leads nowhere after a restart: no pod starts with the range of before.
readonly configuration="${secrets_folder:?}/10-pods.conflist"
readonly link=/etc/cni/net.d/10-pods.conflist

# own_node JSONPATH: a field of this machine's Node. Fails while there is no Node.
own_node() {
  kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout 10s get node "$NODE_NAME" --output "jsonpath=$1"
}

plugin_configuration() {
  local range
  # One answer and no second one: the Node may be gone again by then.
  until range=$(own_node '{.spec.podCIDR}' 2>/dev/null) && [[ -n "$range" ]]; do sleep 1; done
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
  # containerd reads it again when a name in its folder changes.
  ln -sfn "$configuration" "$link.new"
  mv -T "$link.new" "$link"
}

# has_condition TYPE STATUS
has_condition() {
  [[ "$(own_node "{.status.conditions[?(@.type==\"$1\")].status}")" == "$2" ]]
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

step 300 "The pods of this node have a range of addresses." plugin_configuration
step 300 "The network knows the way to them." until_true has_condition NetworkUnavailable False
step 30 "What leaves the cluster, and a question for a name, has this node's address." masquerade
step 300 "This node is Ready." until_true has_condition Ready True
systemctl enable pod-network
