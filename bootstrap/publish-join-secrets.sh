#!/usr/bin/env bash
# Makes a fresh token and a fresh certificate key, both good for two hours, and puts them into the parameter store.
# Runs on every control plane, by timer, so that a node that comes later finds what it needs.
# Reads: PARAMETER_PREFIX; the file init.yaml.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

certificate_key() {
  local token key file="$secrets_folder/upload-certs.yaml"
  token=$(kubeadm token generate)
  key=$(kubeadm certs certificate-key)
  fill init.yaml "$file" "TOKEN=$token" "CERTIFICATE_KEY=$key"
  kubeadm init phase upload-certs --config "$file" --upload-certs --skip-certificate-key-print
  rm -f "$file"
  put_secret certificate-key <<<"$key"
}

# Pins the cluster's CA, so that a node joins no other cluster.
ca_hash() {
  local digest
  digest=$(openssl x509 -in /etc/kubernetes/pki/ca.crt -pubkey -noout | openssl pkey -pubin -outform der | sha256sum)
  put_secret ca-hash <<<"sha256:${digest%% *}"
}

token() {
  KUBECONFIG=/etc/kubernetes/admin.conf kubeadm token create --ttl 2h | put_secret join-token
}

step 120 "The certificates of the control plane are in the cluster, for two hours." certificate_key
step 30 "The fingerprint of the cluster's CA is published." ca_hash
# The last of the three: who finds it finds the others.
step 60 "A fresh join token is published." token
