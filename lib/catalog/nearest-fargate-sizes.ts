import { type FargateSize, fargateSizes } from './fargate-sizes.ts';

/** Whether Fargate offers this combination of CPU and memory. */
export const isFargateSize = ({ vcpus, memoryMib }: FargateSize): boolean =>
  fargateSizes.some((size) => size.vcpus === vcpus && size.memoryMib === memoryMib);

/**
 * The sizes of Fargate that are nearest to the requested one, the smallest first: several when they are equally near.
 * The distance is a factor: half as much and twice as much are equally far away.
 */
export function nearestFargateSizes(asked: FargateSize): readonly FargateSize[] {
  const distances = fargateSizes.map((size) => factorBetween(size, asked));
  const least = Math.min(...distances);
  return fargateSizes.filter((_, index) => distances[index]! - least < 1e-9);
}

const factorBetween = (one: FargateSize, other: FargateSize): number =>
  Math.abs(Math.log2(one.vcpus / other.vcpus)) + Math.abs(Math.log2(one.memoryMib / other.memoryMib));

/** A size in words, for example `0.25 vCPU with 512 MiB`. */
export const fargateSizeText = ({ vcpus, memoryMib }: FargateSize): string => `${vcpus} vCPU with ${memoryMib} MiB`;
