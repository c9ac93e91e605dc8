#!/usr/bin/env bash
# Puts etcd back to a backup. All members restore the same snapshot: run each part on every control plane before the
# next part on any.
#   etcd-restore.sh fetch BACKUP   gets the backup and looks whether it is whole, and of this cluster
#   etcd-restore.sh stop           stops the control plane of this node
#   etcd-restore.sh restore        makes the member's new data
#   etcd-restore.sh start          starts the control plane of this node
# A part that was interrupted, or is done already, may be run again.
# Reads: BACKUP_BUCKET, CLUSTER_NAME, and MEMBERS ("name=https://address:2380,…") for part restore.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

readonly folder="$state_folder/restore"
readonly manifests=/etc/kubernetes/manifests
readonly stopped=/etc/kubernetes/manifests-stopped
# The API server's clients keep what they saw before; new revisions must be higher than any that they know.
readonly revision_bump=1000000000

download() {
  local from="s3://$BACKUP_BUCKET/$CLUSTER_NAME/$1"
  rm -rf "$folder.new"
  mkdir -m 700 "$folder.new"
  local file
  for file in description snapshot.db keys.tar; do aws s3 cp --only-show-errors "$from/$file" "$folder.new/$file"; done
}

described() {
  sed -n "s/^$1=//p" "$folder.new/description"
}

same_hash() {
  [[ "$(sha256sum <"$2" | cut -d' ' -f1)" == "$(described "$1")" ]]
}

verify() {
  [[ "$(described cluster)" == "$CLUSTER_NAME" ]] || fail "this backup is of cluster $(described cluster), not of $CLUSTER_NAME"
  same_hash ca /etc/kubernetes/pki/etcd/ca.crt || fail "this backup is of a cluster with other keys; on new machines, put back keys.tar of the backup first"
  same_hash snapshot "$folder.new/snapshot.db" || fail "the snapshot is damaged: its checksum is not the one in the description"
  same_hash keys "$folder.new/keys.tar" || fail "the keys are damaged: their checksum is not the one in the description"
  etcdutl snapshot status "$folder.new/snapshot.db" >/dev/null || fail "etcdutl can't read the snapshot"
  rm -rf "$folder"
  mv "$folder.new" "$folder"
}

# The kubelet stops what has no manifest any more. An API server would first wait for its clients to go; nothing that
# it could still write is kept, so it need not.
stop_static_pods() {
  mkdir -p "$stopped"
  local name
  for name in kube-apiserver kube-controller-manager kube-scheduler etcd; do
    if [[ -e "$manifests/$name.yaml" ]]; then mv "$manifests/$name.yaml" "$stopped/"; fi
  done
  while port_open 2379 || port_open 6443; do
    pkill --signal KILL --exact kube-apiserver || true
    sleep 0.5
  done
}

port_open() {
  (exec 3<>"/dev/tcp/$NODE_ADDRESS/$1") 2>/dev/null
}

new_data() {
  [[ -n "${MEMBERS:-}" ]] || fail "MEMBERS has to name all members, as in: MEMBERS=a=https://10.0.0.1:2380,b=https://10.0.0.2:2380"
  [[ ! -e "$manifests/etcd.yaml" ]] || fail "etcd of this node is not stopped; run part stop first"
  [[ -e "$folder/snapshot.db" ]] || fail "there is no backup on this node; run part fetch first"
  rm -rf /var/lib/etcd/restored
  etcdutl snapshot restore "$folder/snapshot.db" --data-dir /var/lib/etcd/restored --name "$NODE_NAME" \
    --initial-cluster "$MEMBERS" --initial-cluster-token "$(described_token)" \
    --initial-advertise-peer-urls "https://$NODE_ADDRESS:2380" \
    --bump-revision "$revision_bump" --mark-compacted
  # One rename makes it the member's data; what was there before stays until the next restore.
  rm -rf /var/lib/etcd/before-restore
  if [[ -e /var/lib/etcd/member ]]; then
    mkdir /var/lib/etcd/before-restore
    mv /var/lib/etcd/member /var/lib/etcd/before-restore/
  fi
  mv /var/lib/etcd/restored/member /var/lib/etcd/member
  rmdir /var/lib/etcd/restored
}

# The same on all members, and another for each backup: members of two restores don't take each other for their own.
described_token() {
  sed -n 's/^snapshot=//p' "$folder/description"
}

start_static_pods() {
  local name
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    if [[ -e "$stopped/$name.yaml" ]]; then mv "$stopped/$name.yaml" "$manifests/"; fi
  done
}

case "${1:-}" in
  fetch)
    [[ -n "${2:-}" ]] || fail "name the backup: etcd-restore.sh fetch BACKUP. There are: $(aws s3 ls "s3://$BACKUP_BUCKET/$CLUSTER_NAME/" | tr '\n' ' ')"
    step 600 "Backup $2 is on this node." download "$2"
    step 120 "It is whole, and of this cluster." verify
    ;;
  stop) step 120 "The control plane of this node is stopped." stop_static_pods ;;
  restore) step 300 "This member has the data of the backup." new_data ;;
  start) step 30 "The control plane of this node starts." start_static_pods ;;
  *) fail "give one of: fetch BACKUP, stop, restore, start" ;;
esac
