/** The size of an EC2 instance type, as far as Kubernetes uses it. */
export interface InstanceType {
  readonly vcpus: number;
  /** Memory in GiB. */
  readonly memoryGib: number;
  /** The highest number of pods for which the VPC CNI plugin has addresses, without prefix delegation. */
  readonly maxPods: number;
  readonly architecture: 'amd64' | 'arm64';
}

/**
 * The instance types that the labs offer. They are small, current and available in most regions.
 *
 * @see sizes: Amazon EC2 Instance Types, "General purpose" (read November 2026):
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
 * @see pods: aws/amazon-vpc-cni-k8s, misc/eni-max-pods.txt (read November 2026):
 * https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt
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

/** The name of an instance type that the labs offer. */
export type InstanceTypeName = keyof typeof instanceTypes;

/** The names of all instance types that the labs offer, for the settings' schema. */
export const instanceTypeNames = Object.keys(instanceTypes) as [InstanceTypeName, ...InstanceTypeName[]];

/** The cheapest type on which two nodes have room for the labs. */
export const defaultInstanceType: InstanceTypeName = 't3.medium';

/** The size of a node's root volume in GiB: the default of a managed node group on EKS. */
export const nodeVolumeGib = 20;

/**
 * The size of a container instance's root volume in GiB: that of the ECS-optimized image (aws/amazon-ecs-ami), because
 * a volume can't be smaller than its image.
 */
export const containerInstanceVolumeGib = 30;

/** The resources of a node that pods may use. */
export interface Allocatable {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
}

/**
 * The resources that an AL2023 node leaves to pods: all except the kubelet's reservation (memory: 255 MiB plus 11 MiB
 * per pod; CPU: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the others) and the eviction
 * threshold of 100 MiB. The memory that the kernel keeps is not subtracted.
 *
 * @see awslabs/amazon-eks-ami, nodeadm (read November 2026):
 * https://github.com/awslabs/amazon-eks-ami/tree/main/nodeadm
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
