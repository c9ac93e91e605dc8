#!/usr/bin/env bash
# Makes a fresh Amazon Linux 2023 a machine that kubeadm can use: kernel settings, containerd, the kubelet.
# Reads: KUBERNETES_RELEASE.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

kernel_settings() {
  printf '%s\n' overlay br_netfilter >/etc/modules-load.d/kubernetes.conf
  modprobe overlay
  modprobe br_netfilter
  # Pods are reached through their node, and packets between two pods of one node must meet the rules of Services.
  printf '%s = 1\n' net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables >/etc/sysctl.d/90-kubernetes.conf
  sysctl --quiet --load /etc/sysctl.d/90-kubernetes.conf
}

packages() {
  local minor=${KUBERNETES_RELEASE%.*}
  cat >/etc/yum.repos.d/kubernetes.repo <<REPOSITORY
[kubernetes]
name=Kubernetes
baseurl=https://pkgs.k8s.io/core:/stable:/v$minor/rpm/
enabled=1
gpgcheck=1
gpgkey=https://pkgs.k8s.io/core:/stable:/v$minor/rpm/repodata/repomd.xml.key
exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni
REPOSITORY
  dnf install -y --disableexcludes=kubernetes containerd runc iptables-nft conntrack-tools ethtool iproute-tc socat \
    "kubelet-$KUBERNETES_RELEASE" "kubeadm-$KUBERNETES_RELEASE" "kubectl-$KUBERNETES_RELEASE" kubernetes-cni
  local version
  version=$(containerd --version)
  [[ "$version" =~ v?([2-9])\.[0-9]+\.[0-9]+ ]] || fail "Kubernetes $minor needs containerd 2 or later, and this is: $version"
}

container_runtime() {
  local pause
  pause=$(kubeadm config images list --kubernetes-version "v$KUBERNETES_RELEASE" | grep /pause:)
  mkdir -p /etc/containerd/conf.d
  cat >/etc/containerd/config.toml <<CONFIGURATION
version = 3
imports = ["/etc/containerd/conf.d/*.toml"]

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "$pause"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = true
CONFIGURATION
  systemctl daemon-reload
  systemctl enable containerd
  systemctl restart containerd
  until_true ctr version
}

kubelet_service() {
  # kubeadm makes it on control planes only; the kubelet of a worker would log again and again that it is missing.
  mkdir -p /etc/kubernetes/manifests
  # kubeadm starts it: until then it has no configuration.
  systemctl enable kubelet
  cp "$(dirname "$0")"/units/* /etc/systemd/system/
  systemctl daemon-reload
}

if is_done host-prepared; then
  say "This host is prepared already."
  exit 0
fi
step 60 "The kernel forwards packets and shows bridged ones to iptables." kernel_settings
step 600 "containerd, the kubelet, kubeadm and kubectl are installed." packages
step 60 "containerd answers." container_runtime
step 30 "The kubelet is ready to be started by kubeadm." kubelet_service
mark_done host-prepared
