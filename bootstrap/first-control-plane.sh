#!/usr/bin/env bash
# Makes this host the first control plane of a new cluster, and lets others know how to join.
# Reads: PARAMETER_PREFIX; the files init.yaml, encryption.yaml and audit-policy.yaml.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/control-plane.sh"

encryption_key() {
  get_secret encryption-key >/dev/null 2>&1 || head -c 32 /dev/urandom | base64 --wrap 0 | put_secret encryption-key
}

# Nothing of this cluster has been published yet, so what an interrupted attempt left can go.
clean_up() {
  [[ ! -e /etc/kubernetes/manifests/kube-apiserver.yaml && ! -e /etc/kubernetes/pki ]] || kubeadm reset --force
}

# Those that `etcd-restore.sh keys` has put here: a cluster on new machines that has them can read the backup.
keys_of_backup() {
  tar --extract --file "$state_folder/keys.tar" --directory /etc/kubernetes
  sed -n '0,/^ *secret: /s/^ *secret: //p' /etc/kubernetes/encryption/config.yaml | put_secret encryption-key
}

init() {
  local token key file="$secrets_folder/init.yaml"
  token=$(kubeadm token generate)
  key=$(kubeadm certs certificate-key)
  fill init.yaml "$file" "TOKEN=$token" "CERTIFICATE_KEY=$key"
  kubeadm init --config "$file" --upload-certs --skip-token-print --skip-certificate-key-print
  rm -f "$file"
}

if ! is_done initialized; then
  step 60 "What an earlier attempt left is gone." clean_up
  if [[ -e "$state_folder/keys.tar" ]]; then
    step 60 "The cluster takes the keys of the backup." keys_of_backup
  else
    step 60 "The key that encrypts secrets is in the parameter store." encryption_key
    step 60 "Secrets will be encrypted in etcd." encryption_configuration
  fi
  step 10 "The audit policy is in place." audit_policy
  step 600 "The first control plane runs." init
  mark_done initialized
fi
finish_control_plane
"$(dirname "$0")/publish-join-secrets.sh"
