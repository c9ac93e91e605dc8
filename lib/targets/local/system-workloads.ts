import type { AddOnName } from '../../catalog/versions.ts';
import { simulatedLabel } from './nodes.ts';

/** Where EKS pulls the images of its add-ons from in Tokyo. Nothing is pulled here: the name is what a learner would see. */
const registry = '602401143452.dkr.ecr.ap-northeast-1.amazonaws.com';

interface SystemWorkload {
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly name: string;
  readonly label: Readonly<Record<string, string>>;
  readonly image: string;
  readonly requests: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
}

/** What each add-on runs in kube-system on EKS (names, labels and requests as the add-ons' own manifests have them, November 2026). */
const workloads: Readonly<Record<AddOnName, SystemWorkload>> = {
  'vpc-cni': {
    kind: 'DaemonSet',
    name: 'aws-node',
    label: { 'k8s-app': 'aws-node' },
    image: 'amazon-k8s-cni',
    requests: { cpu: '50m' },
    hostNetwork: true,
  },
  'kube-proxy': {
    kind: 'DaemonSet',
    name: 'kube-proxy',
    label: { 'k8s-app': 'kube-proxy' },
    image: 'eks/kube-proxy',
    requests: { cpu: '100m' },
    hostNetwork: true,
  },
  'eks-pod-identity-agent': {
    kind: 'DaemonSet',
    name: 'eks-pod-identity-agent',
    label: { 'app.kubernetes.io/name': 'eks-pod-identity-agent' },
    image: 'eks/eks-pod-identity-agent',
    requests: {},
    hostNetwork: true,
  },
  coredns: {
    kind: 'Deployment',
    name: 'coredns',
    label: { 'k8s-app': 'kube-dns' },
    image: 'eks/coredns',
    requests: { cpu: '100m', memory: '70Mi' },
  },
  'metrics-server': {
    kind: 'Deployment',
    name: 'metrics-server',
    label: { 'app.kubernetes.io/name': 'metrics-server' },
    image: 'eks/metrics-server',
    requests: { cpu: '100m', memory: '200Mi' },
  },
};

/**
 * The objects that a learner finds in kube-system on EKS: the add-ons' workloads, the DNS Service and the ConfigMaps.
 * Real objects under real controllers; only their pods are simulated, and labelled so.
 *
 * @param versions the pinned version of each add-on
 */
export function systemWorkloads(addOns: readonly AddOnName[], versions: Readonly<Record<AddOnName, string>>): object[] {
  return [...addOns.map((addOn) => workload(workloads[addOn], versions[addOn])), dnsService, ...configMaps];
}

/**
 * What keeps a DaemonSet that tolerates every taint off the nodes of Fargate. The DaemonSets of EKS name hybrid nodes and
 * Auto Mode as well (aws-k8s-cni.yaml of amazon-vpc-cni-k8s, read November 2026).
 */
const noFargate = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate', 'hybrid', 'auto'] },
          ],
        },
      ],
    },
  },
};

function workload({ kind, name, label, image, requests, hostNetwork }: SystemWorkload, version: string): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'kube-system', labels: { ...label, ...simulatedLabel } },
    spec: {
      ...(kind === 'Deployment' ? { replicas: 2 } : {}),
      selector: { matchLabels: label },
      template: {
        metadata: { labels: { ...label, ...simulatedLabel } },
        spec: {
          priorityClassName: kind === 'DaemonSet' ? 'system-node-critical' : 'system-cluster-critical',
          ...(hostNetwork ? { hostNetwork } : {}),
          ...(kind === 'DaemonSet'
            ? { tolerations: [{ operator: 'Exists' }], affinity: noFargate }
            : {
                topologySpreadConstraints: [
                  {
                    maxSkew: 1,
                    topologyKey: 'topology.kubernetes.io/zone',
                    whenUnsatisfiable: 'ScheduleAnyway',
                    labelSelector: { matchLabels: label },
                  },
                ],
              }),
          containers: [{ name, image: `${registry}/${image}:${version}`, resources: { requests } }],
        },
      },
    },
  };
}

const dnsService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kube-dns',
    namespace: 'kube-system',
    labels: {
      'k8s-app': 'kube-dns',
      'kubernetes.io/cluster-service': 'true',
      'kubernetes.io/name': 'CoreDNS',
      ...simulatedLabel,
    },
  },
  spec: {
    clusterIP: '172.20.0.10',
    selector: { 'k8s-app': 'kube-dns' },
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
  },
};

const configMap = (name: string, data: Readonly<Record<string, string>>): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kube-system', labels: { ...simulatedLabel } },
  data,
});

const configMaps: readonly object[] = [
  configMap('kube-proxy-config', {
    config: ['apiVersion: kubeproxy.config.k8s.io/v1alpha1', 'kind: KubeProxyConfiguration', 'mode: iptables', ''].join(
      '\n',
    ),
  }),
  configMap('coredns', {
    Corefile: [
      '.:53 {',
      '    errors',
      '    health { lameduck 5s }',
      '    ready',
      '    kubernetes cluster.local in-addr.arpa ip6.arpa { pods insecure }',
      '    forward . /etc/resolv.conf',
      '    cache 30',
      '}',
      '',
    ].join('\n'),
  }),
];
