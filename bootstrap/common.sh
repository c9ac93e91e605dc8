# shellcheck shell=bash
# What the other files share. They source it; it does nothing by itself.
set -euo pipefail

# Two of these files at once would undo each other's work: the second one waits. One that another calls does not.
if [[ -z "${BOOTSTRAP_LOCK:-}" ]]; then
  BOOTSTRAP_LOCK=held exec flock --close /run/kubernetes-textbook-labs.lock "$0" "$@"
fi
export BOOTSTRAP_LOCK

# Where user data (or the labs command) has put this cluster's settings and kubeadm's configuration.
readonly settings_folder=/etc/kubernetes-textbook-labs
# What is remembered of a finished step, so that a second run goes on where the first one stopped.
readonly state_folder=/var/lib/kubernetes-textbook-labs
# Filled-in configuration holds secrets: it is in memory only, and for root only.
readonly secrets_folder=/run/kubernetes-textbook-labs

# shellcheck disable=SC1091 # made by TypeScript from the settings
source "$settings_folder/cluster.env"
export AWS_DEFAULT_REGION AWS_PAGER=''

mkdir -p "$state_folder" "$secrets_folder"
chmod 700 "$secrets_folder"

say() {
  printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*"
}

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The end of this file ends what it has started: the step that is under way, and its clock, each a process group.
end_jobs() {
  local group
  for group in $(jobs -p); do kill -KILL -- "-$group" 2>/dev/null || true; done
}
trap 'end_jobs; exit 143' TERM INT

# step SECONDS SENTENCE FUNCTION [ARGUMENT…]: runs a function and says the sentence when it is done. A function that
# takes longer than its deadline is ended, with every process that it started.
step() {
  local seconds=$1 sentence=$2 job clock status=0 began=$SECONDS
  shift 2
  set -m # a process group for the function, and one for the clock
  "$@" &
  job=$!
  (sleep "$seconds" && kill -KILL -- "-$job") >/dev/null 2>&1 &
  clock=$!
  set +m
  wait "$job" || status=$?
  kill -KILL -- "-$clock" 2>/dev/null || true
  wait "$clock" 2>/dev/null || true
  if ((status == 137 && SECONDS - began >= seconds)); then fail "not done after $seconds seconds: $sentence"; fi
  if ((status != 0)); then fail "failed: $sentence"; fi
  say "$sentence ($((SECONDS - began)) s)"
}

# until_true COMMAND…: tries again every second. The deadline is the step's.
until_true() {
  until "$@" >/dev/null 2>&1; do sleep 1; done
}

# The instance metadata service, by the command that Amazon Linux has for it (IMDSv2). It answers "name: value".
metadata() {
  local answer
  answer=$(ec2-metadata "--$1")
  printf '%s' "${answer#*: }"
}

NODE_NAME=$(metadata local-hostname)
NODE_ADDRESS=$(metadata local-ipv4)
ZONE=$(metadata availability-zone)
# Labels that a kubelet may give itself; on EKS the cloud provider sets them.
NODE_LABELS="topology.kubernetes.io/zone=$ZONE,topology.kubernetes.io/region=${ZONE%[a-z]}"
NODE_LABELS+=",node.kubernetes.io/instance-type=$(metadata instance-type)"
readonly ZONE NODE_LABELS
export NODE_NAME NODE_ADDRESS

# fill TEMPLATE FILE [NAME=VALUE…]: replaces each @NAME@. A function's arguments are in no process list.
fill() {
  local text pair file=$2
  text=$(<"$settings_folder/$1")
  shift 2
  for pair in "NODE_NAME=$NODE_NAME" "NODE_ADDRESS=$NODE_ADDRESS" "NODE_LABELS=$NODE_LABELS" "$@"; do
    text=${text//"@${pair%%=*}@"/"${pair#*=}"}
  done
  (umask 077 && printf '%s\n' "$text" >"$file")
}

# put_secret NAME: reads the value from standard input, so that it is in no argument list. Without PARAMETER_KEY, the
# account's own key encrypts it.
put_secret() {
  local file="$secrets_folder/put.$BASHPID" key=()
  (umask 077 && cat >"$file")
  if [[ -n "${PARAMETER_KEY:-}" ]]; then key=(--key-id "$PARAMETER_KEY"); fi
  aws ssm put-parameter --name "$PARAMETER_PREFIX/$1" --type SecureString "${key[@]}" --overwrite \
    --value "file://$file" >/dev/null
  rm -f "$file"
}

get_secret() {
  aws ssm get-parameter --name "$PARAMETER_PREFIX/$1" --with-decryption --query Parameter.Value --output text
}

is_done() {
  [[ -e "$state_folder/$1" ]]
}

mark_done() {
  touch "$state_folder/$1"
}

admin_kubectl() {
  kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 10s "$@"
}

# etcdctl with the certificates of this member.
member_etcdctl() {
  local pki=/etc/kubernetes/pki/etcd
  etcdctl --endpoints "https://127.0.0.1:2379" --cacert "$pki/ca.crt" --cert "$pki/server.crt" --key "$pki/server.key" "$@"
}
