#!/usr/bin/env bash
# Puts etcd back to a backup. All members restore the same snapshot: run each part on every control plane before the
# next part on any.
#   etcd-restore.sh fetch BACKUP   gets the backup and looks whether it is whole, and of this cluster
#   etcd-restore.sh stop           stops the control plane of this node
#   etcd-restore.sh restore        makes the member's new data
#   etcd-restore.sh start          starts the control plane of this node
# New machines have other keys than the backup. Before all of this, run on one of them, in this order:
#   etcd-restore.sh keys BACKUP    gets the keys of the backup
#   first-control-plane.sh         makes a new cluster with them, which the others join
# and when the backup is back, restart every node: its pods' network follows the data.
# A part that was interrupted, or is done already, may be run again.
# Reads: BACKUP_BUCKET, CLUSTER_NAME, and MEMBERS ("name=https://address:2380,…") for part restore.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

readonly folder="$state_folder/restore"
readonly manifests=/etc/kubernetes/manifests
readonly stopped=/etc/kubernetes/manifests-stopped
# The API server's clients keep what they saw before; new revisions must be higher than any that they know.
readonly revision_bump=1000000000
# In data that were restored and have not been used yet: what they are of.
readonly mark=/var/lib/etcd/member/restored-from

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

download_keys() {
  local from="s3://$BACKUP_BUCKET/$CLUSTER_NAME/$1" file
  rm -rf "$folder.new"
  mkdir -m 700 "$folder.new"
  for file in description keys.tar; do aws s3 cp --only-show-errors "$from/$file" "$folder.new/$file"; done
  same_cluster
  same_hash keys "$folder.new/keys.tar" || fail "the keys are damaged: their checksum is not the one in the description"
  chmod 600 "$folder.new/keys.tar"
  mv "$folder.new/keys.tar" "$state_folder/keys.tar"
  # It recreates what first-control-plane.sh made with other keys.
  rm -f "$state_folder/initialized"
}

same_cluster() {
  [[ "$(described cluster)" == "$CLUSTER_NAME" ]] || fail "this backup is of cluster $(described cluster), not of $CLUSTER_NAME"
}

same_hash() {
  [[ "$(sha256sum <"$2" | cut -d' ' -f1)" == "$(described "$1")" ]]
}

verify() {
  same_cluster
  same_hash ca /etc/kubernetes/pki/etcd/ca.crt || fail "this backup is of a cluster with other keys; on new machines, run part keys first"
  same_hash snapshot "$folder.new/snapshot.db" || fail "the snapshot is damaged: its checksum is not the one in the description"
  same_hash keys "$folder.new/keys.tar" || fail "the keys are damaged: their checksum is not the one in the description"
  etcdutl snapshot status "$folder.new/snapshot.db" >/dev/null || fail "etcdutl can't read the snapshot"
  room_for "$folder.new/snapshot.db"
  rm -rf "$folder"
  mv "$folder.new" "$folder"
}

# The new data stand beside the old ones until they are whole: the database, and 64 MiB that etcd takes for its log.
room_for() {
  local needed free
  needed=$((($(stat --format %s "$1") >> 20) + 80))
  free=$(($(df --output=avail --block-size=1M /var/lib/etcd | tail -n 1)))
  ((free >= needed)) || fail "the disk of etcd has $free MiB free, and the data of the backup take $needed MiB; make room in /var/lib/etcd"
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
  # An attempt that was interrupted came to its end on this member, or as good as.
  if [[ "$(cat "$mark" 2>/dev/null)" == "$(described_token) $MEMBERS" ]]; then return; fi
  etcdutl snapshot restore "$folder/snapshot.db" --data-dir /var/lib/etcd/restored --name "$NODE_NAME" \
    --initial-cluster "$MEMBERS" --initial-cluster-token "$(described_token)" \
    --initial-advertise-peer-urls "https://$NODE_ADDRESS:2380" \
    --bump-revision "$revision_bump" --mark-compacted
  printf '%s\n' "$(described_token) $MEMBERS" >"/var/lib/etcd/restored/${mark#/var/lib/etcd/}"
  # One rename makes it the member's data; what was there before stays until the next restore. Where there is nothing, an
  # attempt that was interrupted has put it aside already.
  if [[ -e /var/lib/etcd/member ]]; then
    rm -rf /var/lib/etcd/before-restore
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
  rm -f "$mark"
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    if [[ -e "$stopped/$name.yaml" ]]; then mv "$stopped/$name.yaml" "$manifests/"; fi
  done
}

# Nothing half-done stays.
trap 'rm -rf "$folder.new"' EXIT
case "${1:-}" in
  fetch | keys)
    [[ -n "${2:-}" ]] || fail "name the backup: etcd-restore.sh $1 BACKUP. There are: $(aws s3 ls "s3://$BACKUP_BUCKET/$CLUSTER_NAME/" | tr '\n' ' ')"
    ;;&
  keys) step 120 "The keys of backup $2 are on this node." download_keys "$2" ;;
  fetch)
    step 600 "Backup $2 is on this node." download "$2"
    step 120 "It is whole, and of this cluster." verify
    ;;
  stop) step 120 "The control plane of this node is stopped." stop_static_pods ;;
  restore) step 300 "This member has the data of the backup." new_data ;;
  start) step 30 "The control plane of this node starts." start_static_pods ;;
  *) fail "give one of: keys BACKUP, fetch BACKUP, stop, restore, start" ;;
esac
