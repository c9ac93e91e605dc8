/** Size of an EC2 instance type, as far as Kubernetes sees it. */
export interface InstanceType {
  readonly vcpus: number;
  /** Memory in GiB. */
  readonly memoryGib: number;
  /** Most pods that the VPC CNI plugin gives an address on it, without prefix delegation. */
  readonly maxPods: number;
  readonly architecture: 'amd64' | 'arm64';
}

/**
 * The instance types that the labs offer: small, current and to be had in most regions.
 * Sizes: Amazon EC2 User Guide, "Instance types"; pods: eni-max-pods.txt of amazon-vpc-cni-k8s (both read November 2026).
 */
export const instanceTypes = {
  't3.medium': { vcpus: 2, memoryGib: 4, maxPods: 17, architecture: 'amd64' },
  't3.large': { vcpus: 2, memoryGib: 8, maxPods: 35, architecture: 'amd64' },
  't3.xlarge': { vcpus: 4, memoryGib: 16, maxPods: 58, architecture: 'amd64' },
  't4g.medium': { vcpus: 2, memoryGib: 4, maxPods: 17, architecture: 'arm64' },
  't4g.large': { vcpus: 2, memoryGib: 8, maxPods: 35, architecture: 'arm64' },
  't4g.xlarge': { vcpus: 4, memoryGib: 16, maxPods: 58, architecture: 'arm64' },
  'm7i.large': { vcpus: 2, memoryGib: 8, maxPods: 29, architecture: 'amd64' },
  'm7g.large': { vcpus: 2, memoryGib: 8, maxPods: 29, architecture: 'arm64' },
} as const satisfies Record<string, InstanceType>;

/** Name of an instance type that the labs offer. */
export type InstanceTypeName = keyof typeof instanceTypes;

/** The names of all instance types that the labs offer, for the settings' schema. */
export const instanceTypeNames = Object.keys(instanceTypes) as [InstanceTypeName, ...InstanceTypeName[]];

/** The cheapest that holds the labs on two nodes. */
export const defaultInstanceType: InstanceTypeName = 't3.medium';

/** Size of a node's root volume in GiB: what EKS gives a node whose launch template names none. */
export const nodeVolumeGib = 20;

/** Size of a container instance's root volume in GiB: that of the ECS-optimized image (aws/amazon-ecs-ami), which can't be made smaller. */
export const containerInstanceVolumeGib = 30;

/** What pods may use of a node. */
export interface Allocatable {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
}

/**
 * What an AL2023 node leaves to pods: all but the kubelet's reservation (memory 255 MiB and 11 MiB a pod; CPU 6 % of the
 * first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest) and the eviction threshold of 100 MiB.
 * Source: nodeadm in awslabs/amazon-eks-ami (read November 2026). The memory that the kernel keeps is not counted.
 */
export function allocatableOf(type: InstanceType): Allocatable {
  const reservedMillicores =
    [60, 10, 5, 5].slice(0, type.vcpus).reduce((sum, share) => sum + share, 0) + Math.max(0, type.vcpus - 4) * 2.5;
  const memoryMib = type.memoryGib * 1024 - (255 + 11 * type.maxPods) - 100;
  return {
    cpu: `${type.vcpus * 1000 - reservedMillicores}m`,
    memory: `${memoryMib * 1024}Ki`,
    pods: String(type.maxPods),
  };
}
