/** How the names of regions begin in each partition but the public one (AWS General Reference, "ARNs", and botocore's partitions.json, read November 2026). */
const prefixes: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
];

/** The partition of a region: the second part of the ARNs there. */
export const partitionOf = (region: string): string =>
  prefixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';

/** The partitions in which the environments can work: they pull from registries of the public internet. */
export const supportedPartitions: readonly string[] = ['aws', 'aws-us-gov'];
