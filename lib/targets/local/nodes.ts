import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { NodeShape } from '../../model/environment.ts';
import { allocatableOf, instanceTypes } from '../../catalog/instance-types.ts';

/** Marks every object that stands in for something that only runs on AWS. */
export const simulatedLabel = { 'kubernetes-textbook-labs/simulated': 'true' } as const;

/** The region that the simulated nodes claim to be in. */
export const simulatedRegion = 'ap-northeast-1';

/**
 * Third octets of the private subnets that `lib/constructs/lab-network.ts` makes in two zones: node names sort by zone
 * as they do on AWS.
 */
const subnetOfZone: Readonly<Record<string, readonly [number, number]>> = { a: [32, 63], c: [64, 95] };

/** A node that is imitated: what differs between an EC2 instance and a machine of Fargate. */
export interface SimulatedNode {
  readonly name: string;
  /** The host's own name; on AWS its private DNS name. */
  readonly hostname: string;
  readonly address: string;
  /** Letter of its availability zone within the region. */
  readonly zone: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  /** More of its spec: above all what the cloud calls it. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Exact Kubernetes release, for example `1.36.3`. */
  readonly release: string;
}

/**
 * Imitates the nodes of an environment: names, addresses and ids are drawn each time, like those of EC2 instances.
 *
 * @param release exact Kubernetes release, for example `1.36.3`
 */
export function simulatedNodes(shapes: readonly NodeShape[], release: string): object[] {
  const addresses = new Set<string>();
  return shapes.map((shape) => {
    const address = freeAddress(shape.zone, addresses);
    addresses.add(address);
    return instanceNode(shape, address, release);
  });
}

/** An address in the private subnet of a zone that nobody has. */
export function freeAddress(zone: string, taken: ReadonlySet<string>): string {
  const [from, to] = subnetOfZone[zone] ?? [0, 127];
  for (;;) {
    const address = `10.0.${randomInt(from, to + 1)}.${randomInt(4, 255)}`;
    if (!taken.has(address)) return address;
  }
}

/** The private DNS name that AWS gives an address. */
export const hostnameOf = (address: string): string =>
  `ip-${address.replaceAll('.', '-')}.${simulatedRegion}.compute.internal`;

function instanceNode(shape: NodeShape, address: string, release: string): object {
  const type = instanceTypes[shape.instanceType];
  const hostname = hostnameOf(address);
  const capacity = {
    cpu: String(type.vcpus),
    memory: `${type.memoryGib * 1024 * 1024}Ki`,
    pods: String(type.maxPods),
    'ephemeral-storage': '20Gi',
  };
  return nodeObject({
    name: hostname,
    hostname,
    address,
    zone: shape.zone,
    architecture: type.architecture,
    labels: { 'node.kubernetes.io/instance-type': shape.instanceType, ...shape.labels },
    capacity,
    allocatable: { ...capacity, ...allocatableOf(type) },
    spec: { providerID: `aws:///${simulatedRegion}${shape.zone}/i-0${randomBytes(8).toString('hex')}` },
    release,
  });
}

/** The Node object of a simulated node. kwok answers for its kubelet. */
export function nodeObject(node: SimulatedNode): object {
  const { name, hostname, address, architecture, capacity, allocatable } = node;
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
        'kubernetes.io/arch': architecture,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': hostname,
        'topology.kubernetes.io/region': simulatedRegion,
        'topology.kubernetes.io/zone': simulatedRegion + node.zone,
        ...node.labels,
        ...simulatedLabel,
      },
    },
    spec: node.spec,
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: hostname },
        // Where kwok answers for the kubelet: API server and metrics-server are told to prefer this type.
        { type: 'InternalDNS', address: '127.0.0.1' },
      ],
      capacity,
      allocatable,
      nodeInfo: {
        architecture,
        operatingSystem: 'linux',
        kubeletVersion: `v${node.release}-eks-simulated`,
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
