import { createHash, randomUUID } from 'node:crypto';
import { agentsMib } from '../../../catalog/fargate-pod-size.ts';
import type { FargateSize } from '../../../catalog/fargate-sizes.ts';
import { freeAddress, hostnameOf, nodeObject, simulatedRegion } from '../nodes.ts';
import { computeType } from './names.ts';

/** The zones of the environments' private subnets. */
const zones = ['a', 'c'] as const;

/** What a node of Fargate is called: the host's name behind this. */
export const namePrefix = 'fargate-';

/** The address of a node, which its name holds. */
export const addressOf = (name: string): string => (/\bip-([\d-]+)\./.exec(name)?.[1] ?? '').replaceAll('-', '.');

/** A node that stands in for a machine of Fargate. */
export interface FargateNode {
  readonly name: string;
  readonly object: object;
}

/**
 * A node for one pod. It has the name, the labels, the taint and the provider ID of a node of EKS on Fargate, as users
 * show them (aws/containers-roadmap#1976). Its capacity is what was provisioned; on AWS it is that of the machine below,
 * which is often more, and only the pod's annotation says what the pod may use (Amazon EKS User Guide, "Understand
 * Fargate Pod configuration details", read November 2026).
 *
 * @param existing names of the nodes that are there
 * @param release exact Kubernetes release, for example `1.36.3`
 */
export function fargateNode(size: FargateSize, existing: readonly string[], release: string): FargateNode {
  const zone = emptierZone(existing);
  const address = freeOddAddress(zone, existing);
  const hostname = hostnameOf(address);
  const name = namePrefix + hostname;
  const capacity = {
    cpu: `${size.vcpus * 1000}m`,
    memory: `${size.memoryMib}Mi`,
    pods: '1',
    'ephemeral-storage': '20Gi',
  };
  const machine = createHash('sha256').update(name).digest('hex').slice(0, 10);
  const object = nodeObject({
    name,
    hostname,
    address,
    zone,
    architecture: 'amd64',
    labels: { [computeType]: 'fargate' },
    capacity,
    // Its pod needs no room: it is bound whatever the node says. The default scheduler would use any for another one, for
    // the moment before that pod is there or after it has gone.
    allocatable: { ...capacity, memory: `${size.memoryMib - agentsMib}Mi`, pods: '0' },
    spec: {
      providerID: `aws:///${simulatedRegion}${zone}/${machine}-${randomUUID().replaceAll('-', '')}/${name}`,
      // kwok gives a node's first pod the second address of this block. A pod on Fargate has its node's address.
      podCIDR: `${evenBelow(address)}/31`,
      taints: [{ key: computeType, value: 'fargate', effect: 'NoSchedule' }],
    },
    release,
  });
  return { name, object };
}

/** The zone with fewer nodes: Fargate spreads pods over the subnets of a profile. */
function emptierZone(existing: readonly string[]): string {
  const count = (zone: string) => existing.filter((name) => zoneOf(name) === zone).length;
  return zones.reduce((emptiest, zone) => (count(zone) < count(emptiest) ? zone : emptiest));
}

/** The zone of a node by its address: the second half of the private subnets is the second zone's. */
const zoneOf = (name: string): string => (Number(/-10-0-(\d+)-/.exec(name)?.[1] ?? 0) < 64 ? 'a' : 'c');

function freeOddAddress(zone: string, existing: readonly string[]): string {
  for (;;) {
    const address = freeAddress(zone, new Set());
    if (lastOctet(address) % 2 === 1 && !existing.includes(namePrefix + hostnameOf(address))) return address;
  }
}

const lastOctet = (address: string): number => Number(address.split('.').at(-1));

const evenBelow = (odd: string): string => odd.replace(/\d+$/, String(lastOctet(odd) - 1));
