import { describe, expect, test } from '@jest/globals';
import type { NodeShape } from '../../../lib/model/environment.ts';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import { simulatedNodes } from '../../../lib/targets/local/nodes.ts';

interface Node {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  spec: { providerID: string };
  status: {
    addresses: { type: string; address: string }[];
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    nodeInfo: Record<string, string>;
  };
}

const nodesOf = (shapes: readonly NodeShape[]) => simulatedNodes(shapes, '1.36.3') as Node[];
const shape = (more: Partial<NodeShape> = {}): NodeShape => ({
  zone: 'a',
  instanceType: 't3.medium',
  labels: { 'eks.amazonaws.com/nodegroup': 'workers' },
  ...more,
});
const zoneOf = (node: Node) => node.metadata.labels['topology.kubernetes.io/zone'];

describe('a simulated node', () => {
  const node = nodesOf([shape()])[0]!;
  const { name } = node.metadata;

  test('is a Node named after its address in a private subnet of its zone', () => {
    expect([node.apiVersion, node.kind]).toEqual(['v1', 'Node']);
    const [, third, fourth] = /^ip-10-0-(\d+)-(\d+)\.ap-northeast-1\.compute\.internal$/.exec(name)!;
    expect(Number(third)).toBeGreaterThanOrEqual(32);
    expect(Number(third)).toBeLessThanOrEqual(63);
    expect(node.status.addresses).toEqual([
      { type: 'InternalIP', address: `10.0.${third}.${fourth}` },
      { type: 'Hostname', address: name },
      { type: 'InternalDNS', address: '127.0.0.1' },
    ]);
  });

  test('carries the labels that EKS gives, those of its shape, and the one that says it is simulated', () => {
    expect(node.metadata.labels).toEqual({
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/os': 'linux',
      'kubernetes.io/hostname': name,
      'node.kubernetes.io/instance-type': 't3.medium',
      'topology.kubernetes.io/region': 'ap-northeast-1',
      'topology.kubernetes.io/zone': 'ap-northeast-1a',
      'eks.amazonaws.com/nodegroup': 'workers',
      'kubernetes-textbook-labs/simulated': 'true',
    });
  });

  test('is handed to kwok, which answers for its kubelet', () => {
    expect(node.metadata.annotations).toEqual({
      'kwok.x-k8s.io/node': 'fake',
      'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource`,
    });
  });

  test('is an instance of its zone', () => {
    expect(node.spec.providerID).toMatch(/^aws:\/\/\/ap-northeast-1a\/i-0[0-9a-f]{16}$/);
  });

  test('says that its software is simulated', () => {
    expect(node.status.nodeInfo).toMatchObject({
      architecture: 'amd64',
      operatingSystem: 'linux',
      kubeletVersion: 'v1.36.3-eks-simulated',
      osImage: 'Amazon Linux 2023 (simulated)',
      kernelVersion: 'simulated',
      containerRuntimeVersion: 'containerd://simulated',
    });
  });
});

// Memory in KiB. Reserved: 255 MiB, 11 MiB for each pod, and 100 MiB that are the eviction threshold.
test.each([
  // 4096 - 255 - 11 × 17 - 100 = 3554 MiB; 60 + 10 millicores
  ['t3.medium', 'amd64', '2', '4194304Ki', '17', '1930m', '3639296Ki'],
  // 16384 - 255 - 11 × 58 - 100 = 15391 MiB; 60 + 10 + 5 + 5 millicores
  ['t4g.xlarge', 'arm64', '4', '16777216Ki', '58', '3920m', '15760384Ki'],
  // 8192 - 255 - 11 × 29 - 100 = 7518 MiB
  ['m7g.large', 'arm64', '2', '8388608Ki', '29', '1930m', '7698432Ki'],
] as const)('%s has what EKS leaves to pods', (instanceType, arch, cpu, memory, pods, freeCpu, freeMemory) => {
  const node = nodesOf([shape({ instanceType })])[0]!;
  expect(node.metadata.labels['kubernetes.io/arch']).toBe(arch);
  expect(node.status.nodeInfo.architecture).toBe(arch);
  expect(node.status.capacity).toEqual({ cpu, memory, pods, 'ephemeral-storage': '20Gi' });
  expect(node.status.allocatable).toEqual({ cpu: freeCpu, memory: freeMemory, pods, 'ephemeral-storage': '20Gi' });
});

describe('the nodes of an environment', () => {
  test('are as many as asked for, spread over its zones', () => {
    const nodes = nodesOf(eksEc2.nodes(parseSettings({ nodeCount: '5', instanceType: 'm7g.large' })));
    expect(nodes.map(zoneOf)).toEqual([
      'ap-northeast-1a',
      'ap-northeast-1c',
      'ap-northeast-1a',
      'ap-northeast-1c',
      'ap-northeast-1a',
    ]);
    expect(nodes.map(({ metadata }) => metadata.labels['node.kubernetes.io/instance-type'])).toEqual(
      Array(5).fill('m7g.large'),
    );
  });

  test('sort by zone when they sort by name', () => {
    const shapes = Array.from({ length: 400 }, (_, index) => shape({ zone: index % 2 === 0 ? 'c' : 'a' }));
    const byName = nodesOf(shapes).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    expect(byName.map(zoneOf)).toEqual([
      ...Array<string>(200).fill('ap-northeast-1a'),
      ...Array<string>(200).fill('ap-northeast-1c'),
    ]);
  });

  test('never share a name, an instance or a machine id', () => {
    // Drawn without looking, two of so many would certainly have the same address.
    const nodes = nodesOf(Array.from({ length: 2_000 }, () => shape()));
    for (const value of [
      (node: Node) => node.metadata.name,
      (node: Node) => node.spec.providerID,
      (node: Node) => node.status.nodeInfo.machineID,
      (node: Node) => node.status.nodeInfo.systemUUID,
    ]) {
      expect(new Set(nodes.map(value)).size).toBe(2_000);
    }
  });

  test('are drawn each time', () => {
    const draw = () => nodesOf([shape()])[0]!.spec.providerID;
    expect(draw()).not.toBe(draw());
  });
});
