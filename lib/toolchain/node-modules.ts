import type { KubernetesVersionName } from '../catalog/versions.ts';
import { releaseOf } from '../catalog/versions.ts';
import { etcd, kubernetes, kubernetesVersion, metricsServer, type ToolModule } from './tool-modules.ts';

/** The programs of a Kubernetes version that only real nodes run, and the sample application's. */
const kubernetesNode = (version: KubernetesVersionName): ToolModule => ({
  folder: releaseOf(version).tools,
  programs: {
    kubeadm: 'k8s.io/kubernetes/cmd/kubeadm',
    kubelet: 'k8s.io/kubernetes/cmd/kubelet',
    'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
    agnhost: 'k8s.io/kubernetes/test/images/agnhost',
  },
  linkerVariables: kubernetesVersion(version),
});

const containerdVersion = 'github.com/containerd/containerd/v2/version';

const containerd: ToolModule = {
  folder: 'containerd',
  programs: {
    containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
    'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
    ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
  },
  linkerVariables: { [`${containerdVersion}.Version`]: 'v2.3.7' },
  // Snapshotters that need C libraries; nodes use overlayfs.
  tags: ['no_btrfs', 'no_zfs', 'no_devmapper'],
};

const runc: ToolModule = {
  folder: 'runc',
  programs: { runc: 'github.com/opencontainers/runc' },
  linkerVariables: { 'main.version': '1.4.3' },
  // Pods ask for seccomp profile RuntimeDefault, which runc hands to libseccomp.
  tags: ['seccomp'],
  cgo: true,
};

const cniPlugins: ToolModule = {
  folder: 'cni-plugins',
  programs: {
    bridge: 'github.com/containernetworking/plugins/plugins/main/bridge',
    loopback: 'github.com/containernetworking/plugins/plugins/main/loopback',
    'host-local': 'github.com/containernetworking/plugins/plugins/ipam/host-local',
    portmap: 'github.com/containernetworking/plugins/plugins/meta/portmap',
  },
  linkerVariables: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': 'v1.9.1' },
};

const coredns: ToolModule = {
  folder: 'coredns',
  programs: { coredns: '.' },
  linkerVariables: {},
};

/** What makes PersistentVolumes. */
const nodeDisk: ToolModule = {
  folder: 'node-disk',
  programs: { 'node-disk': '.' },
  linkerVariables: {},
};

/** The modules that the nodes of one Kubernetes version are built from, the quickest first. */
export const nodeModules = (version: KubernetesVersionName): readonly ToolModule[] => [
  cniPlugins,
  runc,
  etcd,
  containerd,
  coredns,
  nodeDisk,
  metricsServer,
  kubernetes(version),
  kubernetesNode(version),
];
