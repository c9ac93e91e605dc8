import type { NodeShape } from '../model/environment.ts';
import { nodeVolumeGib } from '../catalog/instance-types.ts';
import type { Billed } from '../catalog/prices.ts';
import type { Settings } from '../settings/settings.ts';
import type { AddOnName } from '../catalog/versions.ts';

/** Two zones: the fewest that EKS accepts, and enough to lose one. */
const zones = ['a', 'c'] as const;

/** The node group's name on AWS is made by CloudFormation; locally it is this one. */
const nodeGroup = 'workers';

/** The worker nodes of a managed node group under these settings. */
export const workerShapes = ({ nodeCount, instanceType }: Settings): readonly NodeShape[] =>
  Array.from({ length: nodeCount }, (_, index) => ({
    zone: zones[index % zones.length]!,
    instanceType,
    labels: { 'eks.amazonaws.com/nodegroup': nodeGroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' },
  }));

/** What an EKS cluster with a managed node group is billed for by the hour, in its own VPC. */
export const billedForWorkers = ({ nodeCount, instanceType, customerKey }: Settings): readonly Billed[] => [
  { name: 'eksControlPlane', quantity: 1 },
  { name: instanceType, quantity: nodeCount },
  { name: 'gp3Gib', quantity: nodeCount * nodeVolumeGib },
  { name: 'natGateway', quantity: 1 },
  // The NAT gateway's; nothing else has one.
  { name: 'publicIpv4', quantity: 1 },
  ...(customerKey ? [{ name: 'kmsKey', quantity: 1 } as const] : []),
];

/** The add-ons of a cluster with EC2 nodes. */
export const workerAddOns: readonly AddOnName[] = [
  'vpc-cni',
  'kube-proxy',
  'coredns',
  'eks-pod-identity-agent',
  'metrics-server',
];
