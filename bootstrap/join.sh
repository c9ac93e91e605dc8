# shellcheck shell=bash
# What workers and further control planes share. They source it, after common.sh.

token_published() {
  until_true get_secret join-token
}

# A node that died while it joined begins again from nothing.
clean_up() {
  [[ ! -e /etc/kubernetes/kubelet.conf && ! -e /etc/kubernetes/pki ]] || kubeadm reset --force
}

# join TEMPLATE: asks for the secrets now, for they are good for two hours only.
join() {
  local token hash key='' file="${secrets_folder:?}/$1"
  token=$(get_secret join-token)
  hash=$(get_secret ca-hash)
  if [[ "$1" == join-control-plane.yaml ]]; then key=$(get_secret certificate-key); fi
  fill "$1" "$file" "TOKEN=$token" "CA_HASH=$hash" "CERTIFICATE_KEY=$key"
  kubeadm join --config "$file"
  rm -f "$file"
}
