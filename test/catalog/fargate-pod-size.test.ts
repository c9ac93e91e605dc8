import { describe, expect, test } from '@jest/globals';
import {
  capacityProvisioned,
  fargateSizeFor,
  requestsOf,
  type RequestingPod,
} from '../../lib/catalog/fargate-pod-size.ts';
import { fargateSizes } from '../../lib/catalog/fargate-sizes.ts';

/** Whole numbers from one to another, both included. */
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** The table of the Amazon EKS User Guide, "Fargate Pod configuration": vCPU, and the memory that comes with it in GB. */
const documented: readonly (readonly [number, readonly number[]])[] = [
  [0.25, [0.5, 1, 2]],
  [0.5, [1, 2, 3, 4]],
  [1, [2, 3, 4, 5, 6, 7, 8]],
  [2, range(4, 16, 1)],
  [4, range(8, 30, 1)],
  [8, range(16, 60, 4)],
  [16, range(32, 120, 8)],
];
const pairs = documented.flatMap(([vcpus, memory]) => memory.map((gb) => [vcpus, gb] as const));
const sizeOf = (cpuMillis: number, memoryMib: number): string | undefined => {
  const size = fargateSizeFor({ cpuMillis, memoryMib });
  return size === undefined ? undefined : capacityProvisioned(size);
};

test('the sizes are those that are documented', () => {
  expect(fargateSizes.map(({ vcpus, memoryMib }) => [vcpus, memoryMib / 1024])).toEqual(pairs);
});

describe.each(pairs)('%s vCPU with %s GB', (vcpus, gb) => {
  const [cpu, free] = [vcpus * 1000, gb * 1024 - 256];
  const next = (isFit: (pair: readonly [number, number]) => boolean): string | undefined => {
    const pair = pairs.find(isFit);
    return pair === undefined ? undefined : `${pair[0]}vCPU ${pair[1]}GB`;
  };

  test('holds a pod that needs all of it', () => {
    expect(sizeOf(cpu, free)).toBe(`${vcpus}vCPU ${gb}GB`);
  });

  test('holds none that needs a mebibyte, or a byte, more', () => {
    const larger = next(([otherVcpus, otherGb]) => otherVcpus >= vcpus && otherGb > gb);
    expect(larger).not.toBe(`${vcpus}vCPU ${gb}GB`);
    expect(sizeOf(cpu, free + 1)).toBe(larger);
    expect(sizeOf(cpu, free + 2 ** -20)).toBe(larger);
  });

  test('holds none that needs a thousandth of a vCPU more', () => {
    expect(sizeOf(cpu + 1, free)).toBe(next(([otherVcpus, otherGb]) => otherVcpus > vcpus && otherGb >= gb));
  });
});

test.each([
  ['nothing', 0, 0, '0.25vCPU 0.5GB'],
  ['256 MiB, all that is left of the smallest', 250, 256, '0.25vCPU 0.5GB'],
  ['257 MiB', 250, 257, '0.25vCPU 1GB'],
  ['1 vCPU and 8 GB, the example of the document', 1000, 8192, '2vCPU 9GB'],
  ['little CPU and much memory', 100, 20_000, '4vCPU 20GB'],
  ['much CPU and little memory', 16_000, 64, '16vCPU 32GB'],
  ['more CPU than there is', 16_001, 64, undefined],
  ['more memory than there is', 100, 122_625, undefined],
])('%s', (_, cpuMillis, memoryMib, expected) => {
  expect(sizeOf(cpuMillis, memoryMib)).toBe(expected);
});

describe('what a pod asks for', () => {
  const asking = (cpu: string, memory: string, more: object = {}) => ({
    resources: { requests: { cpu, memory } },
    ...more,
  });
  const sidecar = { restartPolicy: 'Always' };

  test.each<[string, RequestingPod, number, number]>([
    ['nothing', { containers: [{}] }, 0, 0],
    ['one container', { containers: [asking('250m', '128Mi')] }, 250, 128],
    ['the sum of its containers', { containers: [asking('250m', '128Mi'), asking('0.5', '1Gi')] }, 750, 1152],
    [
      'its limits, where it has no requests',
      { containers: [{ resources: { limits: { cpu: 1, memory: '1Gi' } } }] },
      1000,
      1024,
    ],
    [
      'its requests, where it has both',
      { containers: [{ resources: { requests: { cpu: '100m' }, limits: { cpu: '2', memory: '64Mi' } } }] },
      100,
      64,
    ],
    [
      'the largest init container, where that is more, for each resource on its own',
      { initContainers: [asking('2', '64Mi'), asking('1', '32Mi')], containers: [asking('250m', '128Mi')] },
      2000,
      128,
    ],
    [
      'its sidecars with its containers',
      { initContainers: [asking('100m', '50Mi', sidecar)], containers: [asking('250m', '128Mi')] },
      350,
      178,
    ],
    [
      'an init container with the sidecars that run by then, and not with a later one',
      {
        initContainers: [asking('100m', '50Mi', sidecar), asking('1', '500Mi'), asking('200m', '60Mi', sidecar)],
        containers: [asking('250m', '128Mi')],
      },
      1100,
      550,
    ],
    [
      'its overhead as well',
      { containers: [asking('250m', '128Mi')], overhead: { cpu: '250m', memory: '120Mi' } },
      500,
      248,
    ],
    ['a part of a mebibyte', { containers: [asking('1', '1M')] }, 1000, 1_000_000 / 2 ** 20],
  ])('%s', (_, pod, cpuMillis, memoryMib) => {
    expect(requestsOf(pod)).toEqual({ cpuMillis, memoryMib });
  });
});
