/** The memory that Fargate offers with so many vCPUs: from, to and in steps of, in MiB. */
interface FargateStep {
  readonly vcpus: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * vCPU and memory that Fargate offers together. ECS tasks and EKS pods have the same table (Amazon ECS Developer Guide,
 * "Task CPU and memory"; Amazon EKS User Guide, "Fargate Pod configuration"; read November 2026). The smallest vCPU
 * comes with 512, 1024 and 2048 MiB, which is no row of equal steps.
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

/** A pair that Fargate offers. */
export interface FargateSize {
  readonly vcpus: number;
  readonly memoryMib: number;
}

/** Every pair that Fargate offers, the smallest first: by vCPU, then by memory. */
export const fargateSizes: readonly FargateSize[] = steps.flatMap(({ vcpus, from, to, step }) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => ({ vcpus, memoryMib: from + index * step })),
);
