import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { NodeShape } from '../../environment.ts';
import { allocatableOf, instanceTypes } from '../../instance-types.ts';

/** Marks every object that stands in for something that only runs on AWS. */
export const simulatedLabel = { 'kubernetes-textbook-labs/simulated': 'true' } as const;

/** The region that the simulated nodes claim to be in. */
export const simulatedRegion = 'ap-northeast-1';

/**
 * Third octets of the private subnets of a /16 VPC that CDK divides over two zones, so that node names sort by zone
 * as they do on AWS.
 */
const subnetOfZone: Readonly<Record<string, readonly [number, number]>> = { a: [128, 191], c: [192, 255] };

/**
 * Imitates the nodes of an environment: names, addresses and ids are drawn anew each time, like those of EC2 instances.
 *
 * @param kubeletVersion exact Kubernetes release, for example `1.36.3`
 */
export function simulatedNodes(shapes: readonly NodeShape[], kubeletVersion: string): object[] {
  return shapes.map((shape) => simulatedNode(shape, kubeletVersion));
}

function simulatedNode(shape: NodeShape, kubeletVersion: string): object {
  const type = instanceTypes[shape.instanceType];
  const [from, to] = subnetOfZone[shape.zone] ?? [0, 127];
  const address = `10.0.${randomInt(from, to + 1)}.${randomInt(4, 255)}`;
  const name = `ip-${address.replaceAll('.', '-')}.${simulatedRegion}.compute.internal`;
  const zone = simulatedRegion + shape.zone;
  const capacity = {
    cpu: String(type.vcpus),
    memory: `${type.memoryGib * 1024 * 1024}Ki`,
    pods: String(type.maxPods),
    'ephemeral-storage': '20Gi',
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: {
        'kwok.x-k8s.io/node': 'fake',
        // metrics-server asks a kubelet for /metrics/resource; kwok serves all its kubelets on one port.
        'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource`,
      },
      labels: {
        'kubernetes.io/arch': type.architecture,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'node.kubernetes.io/instance-type': shape.instanceType,
        'topology.kubernetes.io/region': simulatedRegion,
        'topology.kubernetes.io/zone': zone,
        ...shape.labels,
        ...simulatedLabel,
      },
    },
    spec: { providerID: `aws:///${zone}/i-0${randomBytes(8).toString('hex')}` },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
        // Where kwok answers for the kubelet: API server and metrics-server are told to prefer this type.
        { type: 'InternalDNS', address: '127.0.0.1' },
      ],
      capacity,
      allocatable: { ...capacity, ...allocatableOf(type) },
      nodeInfo: {
        architecture: type.architecture,
        operatingSystem: 'linux',
        kubeletVersion: `v${kubeletVersion}-eks-simulated`,
        kubeProxyVersion: '',
        osImage: 'Amazon Linux 2023 (simulated)',
        kernelVersion: 'simulated',
        containerRuntimeVersion: 'containerd://simulated',
        machineID: randomBytes(16).toString('hex'),
        systemUUID: randomUUID(),
        bootID: randomUUID(),
      },
    },
  };
}
