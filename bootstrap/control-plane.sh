# shellcheck shell=bash
# What the first and the further control planes share. They source it, after common.sh.

# The key that secrets are encrypted with in etcd: the same on every control plane, made by the first one.
encryption_configuration() {
  local key
  key=$(get_secret encryption-key)
  mkdir -p /etc/kubernetes/encryption
  chmod 700 /etc/kubernetes/encryption
  fill encryption.yaml /etc/kubernetes/encryption/config.yaml "ENCRYPTION_KEY=$key"
}

audit_policy() {
  mkdir -p /etc/kubernetes/audit /var/log/kubernetes/audit
  cp "${settings_folder:?}/audit-policy.yaml" /etc/kubernetes/audit/policy.yaml
}

# etcdctl and etcdutl are in etcd's own image, in the version that runs.
etcd_tools() {
  local image mounted
  image=$(sed -n 's/^ *image: //p' /etc/kubernetes/manifests/etcd.yaml)
  mounted=$(mktemp -d)
  ctr --namespace k8s.io images mount "$image" "$mounted" >/dev/null
  install "$mounted/usr/local/bin/etcdctl" "$mounted/usr/local/bin/etcdutl" /usr/local/bin/
  ctr --namespace k8s.io images unmount --rm "$mounted" >/dev/null
  rmdir "$mounted" 2>/dev/null || true
}

# A control plane is of use when it answers itself, not only through the load balancer.
own_api_server() {
  until_true curl --fail --silent --cacert /etc/kubernetes/pki/ca.crt "https://$NODE_ADDRESS:6443/readyz"
}

pod_routes() {
  systemctl enable --now pod-routes
}

timers() {
  systemctl enable --now etcd-backup.timer publish-join-secrets.timer
}

finish_control_plane() {
  step 300 "The API server of this node is ready." own_api_server
  step 60 "etcdctl and etcdutl are installed." etcd_tools
  step 30 "The network gets a route to the pods of each node." pod_routes
  "$(dirname "$0")/pod-network.sh"
  step 30 "Backups of etcd and fresh join tokens come by timer." timers
}
