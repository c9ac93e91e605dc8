import { describe, expect, test } from '@jest/globals';
import { type ApplicationDescription, describeApplication } from '../../lib/application/application.ts';
import { webApplication } from '../../lib/environments/ecs-and-eks.web.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { fargateSizes } from '../../lib/catalog/fargate-sizes.ts';
import { isFargateSize, nearestFargateSizes } from '../../lib/catalog/nearest-fargate-sizes.ts';
import { minAvailableDuringDrain, maxUnavailable, rolloutPercent, surge } from '../../lib/application/rollout.ts';

const valid: ApplicationDescription = {
  name: 'shop',
  image: 'example.com:5000/team/shop:1.0',
  port: 8080,
  vcpus: 0.5,
  memoryMib: 1024,
  healthCheck: { path: '/healthz', intervalSeconds: 10, timeoutSeconds: 5, retries: 3 },
  replicas: 4,
  minAvailable: 3,
  minReplicas: 2,
  maxReplicas: 8,
  targetCpuPercent: 70,
};

/** The sentences with which a description is refused. */
function refusal(changes: Readonly<Record<string, unknown>>): string[] {
  try {
    describeApplication({ ...valid, ...changes });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

describe('a description', () => {
  test('is completed with its defaults', () => {
    expect(describeApplication(valid)).toEqual({
      ...valid,
      args: [],
      servicePort: 80,
      environment: {},
      healthCheck: { ...valid.healthCheck, graceSeconds: 0 },
      stopSeconds: 30,
    });
  });

  test.each([
    'registry.k8s.io/pause:3.10',
    `example.com/shop@sha256:${'0a'.repeat(32)}`,
    'shop:v1',
    'localhost:5000/shop:1',
  ])('takes the image %s', (image) => {
    expect(refusal({ image })).toEqual([]);
  });

  test.each([
    [
      'image',
      'localhost:5000/shop',
      "image 'localhost:5000/shop' has no tag, so each start may run another image. Give a tag that never moves, such as localhost:5000/shop:1.2.3.",
    ],
    ['image', 'shop:latest', "image 'shop:latest' has the tag latest, which moves. Give a tag that never moves."],
    ['image', '', "image takes the name of an image, not ''."],
    [
      'port',
      80,
      'port takes a whole number from 1024 to 65535: the container runs as an ordinary user, who can open no port below 1024.',
    ],
    [
      'port',
      70_000,
      'port takes a whole number from 1024 to 65535: the container runs as an ordinary user, who can open no port below 1024.',
    ],
    ['servicePort', 0, 'servicePort takes a whole number from 1 to 65535.'],
    ['environment', { 'A-B': '1' }, 'environment.A-B takes names of letters, digits and underscores.'],
    ['vcpus', 0, 'vcpus takes a number of vCPUs, such as 0.25.'],
    ['memoryMib', -512, 'memoryMib takes a number of MiB, such as 512.'],
    [
      'replicas',
      0,
      'replicas takes a whole number from 1 to 100: without any there is nothing to compare, and ECS counts in percent of them.',
    ],
    [
      'replicas',
      2.5,
      'replicas takes a whole number from 1 to 100: without any there is nothing to compare, and ECS counts in percent of them.',
    ],
    ['minAvailable', 5, 'minAvailable is 5, but there are only 4 replicas. Give 4 or fewer.'],
    ['minAvailable', -1, 'minAvailable takes a whole number from 0 to 100.'],
    ['minReplicas', 9, 'minReplicas is 9 and maxReplicas 8. Give a minimum up to the maximum.'],
    ['minReplicas', 5, 'replicas is 4, which the autoscaler would change at once: its bounds are 5 and 8.'],
    ['maxReplicas', 3, 'replicas is 4, which the autoscaler would change at once: its bounds are 2 and 3.'],
    ['targetCpuPercent', 100, 'targetCpuPercent takes a whole number from 10 to 90.'],
    ['stopSeconds', 300, 'stopSeconds takes a whole number from 2 to 120, in seconds: ECS accepts no others.'],
    ['secrets', {}, 'there is no secrets.'],
  ])('is refused when %s is %j', (field, value, sentence) => {
    expect(refusal({ [field]: value })).toEqual([`Application shop: ${sentence}`]);
  });

  test('is refused when its name is none that both sides take', () => {
    expect(refusal({ name: 'Web' })).toEqual([
      'Application Web: name takes up to 40 lower-case letters, digits and hyphens, such as web.',
    ]);
  });

  test.each([
    [{ path: 'healthz' }, 'path takes the path of a URL that begins with a slash, such as /healthz, without a query.'],
    [{ intervalSeconds: 4 }, 'intervalSeconds takes a whole number from 5 to 300, in seconds: ECS accepts no others.'],
    [{ timeoutSeconds: 1 }, 'timeoutSeconds takes a whole number from 2 to 60, in seconds: ECS accepts no others.'],
    [{ retries: 11 }, 'retries takes a whole number from 1 to 10: ECS accepts no others.'],
    [{ graceSeconds: 301 }, 'graceSeconds takes a whole number from 0 to 300, in seconds: ECS accepts no others.'],
  ])('is refused when its health check has %j', (change, sentence) => {
    expect(refusal({ healthCheck: { ...valid.healthCheck, ...change } })).toEqual([
      `Application shop: healthCheck.${sentence}`,
    ]);
  });

  test('is refused with a sentence for each thing that is wrong', () => {
    expect(refusal({ replicas: 0, port: 1 })).toHaveLength(2);
    expect(refusal({ minAvailable: 5, minReplicas: 9, vcpus: 0.3 })).toHaveLength(3);
  });
});

describe('CPU and memory that Fargate does not offer together', () => {
  const refused = (vcpus: number, memoryMib: number) => refusal({ vcpus, memoryMib });

  test.each([
    [0.25, 4096, '0.25 vCPU with 2048 MiB, or 0.5 vCPU with 4096 MiB'],
    [1, 1024, '0.5 vCPU with 1024 MiB, or 1 vCPU with 2048 MiB'],
    [3, 8192, '4 vCPU with 8192 MiB'],
    [0.25, 600, '0.25 vCPU with 512 MiB'],
    [0.1, 128, '0.25 vCPU with 512 MiB'],
    [0.25, 1536, '0.25 vCPU with 2048 MiB'],
    [8, 17_000, '8 vCPU with 16384 MiB'],
    [64, 500_000, '16 vCPU with 122880 MiB'],
  ])('are refused, and the nearest named: %d vCPU with %d MiB', (vcpus, memoryMib, nearest) => {
    expect(refused(vcpus, memoryMib)).toEqual([
      'Application shop: vcpus and memoryMib do not match: ECS on Fargate does not offer ' +
        `${vcpus} vCPU with ${memoryMib} MiB. The nearest sizes: ${nearest}.`,
    ]);
  });

  test('are nowhere among the pairs that it offers', () => {
    for (const size of fargateSizes) {
      expect(isFargateSize(size)).toBe(true);
      expect(nearestFargateSizes(size)).toEqual([size]);
      expect(refused(size.vcpus, size.memoryMib)).toEqual([]);
    }
  });
});

describe('a rollout', () => {
  const described = (replicas: number, minAvailable: number) =>
    describeApplication({ ...valid, replicas, minAvailable, minReplicas: 1, maxReplicas: 100 });

  test.each([
    // replicas, must stay up: missing, kept by a drain, percent
    [3, 2, 1, 2, 66, 134],
    [3, 3, 0, 2, 100, 134],
    [1, 1, 0, 0, 100, 200],
    [4, 0, 4, 0, 0, 125],
    [100, 99, 1, 99, 99, 101],
  ])(
    'of %d, of which %d must stay up',
    (replicas, minAvailable, missing, kept, minimumHealthyPercent, maximumPercent) => {
      const application = described(replicas, minAvailable);
      expect(maxUnavailable(application)).toBe(missing);
      expect(minAvailableDuringDrain(application)).toBe(kept);
      expect(rolloutPercent(application)).toEqual({ minimumHealthyPercent, maximumPercent });
    },
  );

  test('has percentages from which ECS, rounding as it does, computes the same numbers, for every number of replicas', () => {
    for (let replicas = 1; replicas <= 100; replicas += 1) {
      for (let minAvailable = 0; minAvailable <= replicas; minAvailable += 1) {
        const percent = rolloutPercent({ ...webApplication, replicas, minAvailable });
        expect(Math.ceil((replicas * percent.minimumHealthyPercent) / 100)).toBe(minAvailable);
        expect(Math.floor((replicas * percent.maximumPercent) / 100)).toBe(replicas + surge);
      }
    }
  });
});
