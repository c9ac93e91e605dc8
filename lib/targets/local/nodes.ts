import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { NodeShape } from '../../environment.ts';
import { allocatableOf, instanceTypes } from '../../instance-types.ts';

/** Marks every object that stands in for something that only runs on AWS. */
export const simulatedLabel = { 'kubernetes-textbook-labs/simulated': 'true' } as const;

/** The region that the simulated nodes claim to be in. */
export const simulatedRegion = 'ap-northeast-1';

/**
 * Third octets of the private subnets that `lib/constructs/lab-network.ts` makes in two zones: node names sort by zone
 * as they do on AWS.
 */
const subnetOfZone: Readonly<Record<string, readonly [number, number]>> = { a: [32, 63], c: [64, 95] };

/**
 * Imitates the nodes of an environment: names, addresses and ids are drawn anew each time, like those of EC2 instances.
 *
 * @param kubeletVersion exact Kubernetes release, for example `1.36.3`
 */
export function simulatedNodes(shapes: readonly NodeShape[], kubeletVersion: string): object[] {
  const addresses = new Set<string>();
  return shapes.map((shape) => {
    const address = freeAddress(shape.zone, addresses);
    addresses.add(address);
    return simulatedNode(shape, address, kubeletVersion);
  });
}

function freeAddress(zone: string, taken: ReadonlySet<string>): string {
  const [from, to] = subnetOfZone[zone] ?? [0, 127];
  for (;;) {
    const address = `10.0.${randomInt(from, to + 1)}.${randomInt(4, 255)}`;
    if (!taken.has(address)) return address;
  }
}

function simulatedNode(shape: NodeShape, address: string, kubeletVersion: string): object {
  const type = instanceTypes[shape.instanceType];
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
