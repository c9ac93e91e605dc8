/** The memory that Fargate offers with a number of vCPUs, in MiB: from, to, and in steps of. */
interface FargateStep {
  readonly vcpus: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * The combinations of vCPU and memory that Fargate offers, the same for ECS tasks and EKS pods. The smallest vCPU value
 * has 512, 1024 and 2048 MiB, which are not equal steps, and therefore two rows.
 *
 * @see Amazon ECS Developer Guide, "Task CPU and memory" (read November 2026):
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 * @see Amazon EKS User Guide, "Understand Fargate Pod configuration details" (read November 2026):
 * https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
 */
const steps: readonly FargateStep[] = [
  { vcpus: 0.25, from: 512, to: 1024, step: 512 },
  { vcpus: 0.25, from: 2048, to: 2048, step: 1024 },
  { vcpus: 0.5, from: 1024, to: 4096, step: 1024 },
  { vcpus: 1, from: 2048, to: 8192, step: 1024 },
  { vcpus: 2, from: 4096, to: 16_384, step: 1024 },
  { vcpus: 4, from: 8192, to: 30_720, step: 1024 },
  { vcpus: 8, from: 16_384, to: 61_440, step: 4096 },
  { vcpus: 16, from: 32_768, to: 122_880, step: 8192 },
];

/** A combination of vCPU and memory. */
export interface FargateSize {
  readonly vcpus: number;
  readonly memoryMib: number;
}

/** All combinations that Fargate offers, sorted by vCPU, then by memory. */
export const fargateSizes: readonly FargateSize[] = steps.flatMap(({ vcpus, from, to, step }) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => ({ vcpus, memoryMib: from + index * step })),
);
