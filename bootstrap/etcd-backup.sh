#!/usr/bin/env bash
# Takes a snapshot of etcd and puts it into the bucket, with the cluster's PKI and the key that its secrets are
# encrypted with: on new machines, a snapshot without them is of no use.
# Reads: BACKUP_BUCKET, CLUSTER_NAME.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

work=$(mktemp -d "$secrets_folder/backup.XXXXXX")
trap 'rm -rf "$work" "$state_folder"/backup/*' EXIT
name=$(date -u +%Y%m%dT%H%M%SZ)-$NODE_NAME
readonly work name

snapshot() {
  # It would wait for an answer without end.
  member_etcdctl endpoint health >/dev/null 2>&1 || fail "etcd of this node does not answer; see why with: journalctl --unit kubelet"
  # On the disk, not in memory: a database may have gigabytes.
  mkdir -p "$state_folder/backup"
  rm -f "$state_folder"/backup/*
  member_etcdctl snapshot save "$state_folder/backup/snapshot.db" >/dev/null
  etcdutl snapshot status "$state_folder/backup/snapshot.db" --write-out json >"$work/status.json"
}

keys() {
  tar --create --file "$work/keys.tar" --directory /etc/kubernetes \
    pki/ca.crt pki/ca.key pki/sa.pub pki/sa.key pki/front-proxy-ca.crt pki/front-proxy-ca.key \
    pki/etcd/ca.crt pki/etcd/ca.key encryption/config.yaml
}

# What a restore looks at before it stops anything.
description() {
  {
    printf 'cluster=%s\n' "$CLUSTER_NAME"
    printf 'ca=%s\n' "$(sha256sum </etc/kubernetes/pki/etcd/ca.crt | cut -d' ' -f1)"
    printf 'snapshot=%s\n' "$(sha256sum <"$state_folder/backup/snapshot.db" | cut -d' ' -f1)"
    printf 'keys=%s\n' "$(sha256sum <"$work/keys.tar" | cut -d' ' -f1)"
    printf 'status=%s\n' "$(<"$work/status.json")"
  } >"$work/description"
}

upload() {
  local to="s3://$BACKUP_BUCKET/$CLUSTER_NAME/$name"
  aws s3 cp --only-show-errors "$state_folder/backup/snapshot.db" "$to/snapshot.db"
  aws s3 cp --only-show-errors "$work/keys.tar" "$to/keys.tar"
  # The last of the three: a backup without it is not whole.
  aws s3 cp --only-show-errors "$work/description" "$to/description"
}

step 300 "A snapshot of etcd is taken, and its hash is right." snapshot
step 30 "The cluster's keys are packed." keys
step 60 "The backup is described." description
step 600 "Backup $name is in the bucket." upload
