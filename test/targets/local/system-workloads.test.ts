import { describe, expect, test } from '@jest/globals';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import { systemWorkloads } from '../../../lib/targets/local/system-workloads.ts';
import { kubernetesVersions, releaseOf } from '../../../lib/catalog/versions.ts';

interface Workload {
  kind: string;
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec?: {
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        containers: { image: string; resources: { requests: Record<string, string> } }[];
        hostNetwork?: boolean;
        tolerations?: object[];
        affinity?: object;
        priorityClassName: string;
      };
    };
    clusterIP?: string;
  };
}

const objects = systemWorkloads(eksEc2.addOns, releaseOf('1.36').addOns) as Workload[];
const workloadsAmong = (all: readonly Workload[]) =>
  all.filter(({ kind }) => ['DaemonSet', 'Deployment'].includes(kind));
const workloads = workloadsAmong(objects);

const simulated = { 'kubernetes-textbook-labs/simulated': 'true' };

test('are what one finds in kube-system on EKS', () => {
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'DaemonSet aws-node',
    'DaemonSet kube-proxy',
    'Deployment coredns',
    'DaemonSet eks-pod-identity-agent',
    'Deployment metrics-server',
    'Service kube-dns',
    'ConfigMap kube-proxy-config',
    'ConfigMap coredns',
  ]);
});

test('only the add-ons that the environment has', () => {
  const few = systemWorkloads(['kube-proxy'], releaseOf('1.36').addOns) as Workload[];
  expect(few.map(({ metadata }) => metadata.name)).toEqual(['kube-proxy', 'kube-dns', 'kube-proxy-config', 'coredns']);
});

test.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
  '%s is in kube-system and labelled as simulated',
  (_, { metadata }) => {
    expect(metadata.namespace).toBe('kube-system');
    expect(metadata.labels).toMatchObject(simulated);
  },
);

describe.each(workloads.map((workload) => [workload.metadata.name, workload] as const))('%s', (_, { kind, spec }) => {
  const { template, selector, replicas } = spec!;

  test('selects its own pods, which are labelled as simulated', () => {
    expect(template.metadata.labels).toEqual({ ...selector.matchLabels, ...simulated });
    expect(Object.keys(selector.matchLabels)).toHaveLength(1);
  });

  test('runs on every node, or twice', () => {
    expect(replicas).toBe(kind === 'Deployment' ? 2 : undefined);
    expect(template.spec.tolerations).toEqual(kind === 'DaemonSet' ? [{ operator: 'Exists' }] : undefined);
    if (kind === 'DaemonSet') {
      const off = { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate', 'hybrid', 'auto'] };
      expect(JSON.stringify(template.spec.affinity)).toContain(JSON.stringify(off));
    } else expect(template.spec.affinity).toBeUndefined();
    expect(template.spec.hostNetwork).toBe(kind === 'DaemonSet' ? true : undefined);
    expect(template.spec.priorityClassName).toBe(
      kind === 'DaemonSet' ? 'system-node-critical' : 'system-cluster-critical',
    );
  });
});

test.each(kubernetesVersions)("images carry the add-ons' versions for Kubernetes %s", (version) => {
  const { addOns } = releaseOf(version);
  const images = workloadsAmong(systemWorkloads(eksEc2.addOns, addOns) as Workload[]).flatMap(({ spec }) =>
    spec!.template.spec.containers.map(({ image }) => image),
  );
  const registry = '602401143452.dkr.ecr.ap-northeast-1.amazonaws.com';
  expect(images).toEqual([
    `${registry}/amazon-k8s-cni:${addOns['vpc-cni']}`,
    `${registry}/eks/kube-proxy:${addOns['kube-proxy']}`,
    `${registry}/eks/coredns:${addOns.coredns}`,
    `${registry}/eks/eks-pod-identity-agent:${addOns['eks-pod-identity-agent']}`,
    `${registry}/eks/metrics-server:${addOns['metrics-server']}`,
  ]);
});

test('the DNS Service has the address that EKS gives it', () => {
  expect(objects.find(({ kind }) => kind === 'Service')?.spec?.clusterIP).toBe('172.20.0.10');
});
