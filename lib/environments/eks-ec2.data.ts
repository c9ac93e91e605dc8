import type { Environment } from '../environment.ts';
import { nodeVolumeGib } from '../instance-types.ts';

/** Two zones: the fewest that EKS accepts, and enough to lose one. */
const zones = ['a', 'c'] as const;

/** The node group's name on AWS is made by CloudFormation; locally it is this one. */
const nodeGroup = 'workers';

/** Diagram D2: a control plane that AWS runs, EC2 workers in the reader's VPC. */
export const eksEc2: Environment = {
  id: 'eks-ec2',
  stack: 'EksEc2',
  diagram: 'D2',
  title: {
    ja: 'EKS と EC2 ワーカーノード',
    en: 'EKS with EC2 worker nodes',
  },
  nodes: ({ nodeCount, instanceType }) =>
    Array.from({ length: nodeCount }, (_, index) => ({
      zone: zones[index % zones.length]!,
      instanceType,
      labels: { 'eks.amazonaws.com/nodegroup': nodeGroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' },
    })),
  fargateProfiles: () => [],
  billed: ({ nodeCount, instanceType, customerKey }) => [
    { name: 'eksControlPlane', quantity: 1 },
    { name: instanceType, quantity: nodeCount },
    { name: 'gp3Gib', quantity: nodeCount * nodeVolumeGib },
    { name: 'natGateway', quantity: 1 },
    // The NAT gateway's; nothing else has one.
    { name: 'publicIpv4', quantity: 1 },
    ...(customerKey ? [{ name: 'kmsKey', quantity: 1 } as const] : []),
  ],
  addOns: ['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent', 'metrics-server'],
  sampleNamespace: 'eks-ec2',
};
