import type { Environment } from '../../model/environment.ts';
import type { Settings } from '../../settings/settings.ts';
import { fewestZones } from '../../settings/zone-list.ts';
import { allPages, type AwsCalls } from './operations.ts';

/** An Availability Zone of a region. */
export interface Zone {
  /** Such as `ap-northeast-1a`. Which zone a letter means differs from account to account. */
  readonly name: string;
  /** Such as `apne1-az4`. */
  readonly id: string;
}

/** How many zones an environment spreads over. */
export const zonesNeeded = (environment: Environment, settings: Settings): number =>
  Math.max(fewestZones, environment.controlPlanes?.(settings) ?? 0);

/** The zones of the region, in the order of `Fn::GetAZs`: by name (AWS CloudFormation User Guide, read November 2026). */
export async function zonesOfRegion(aws: AwsCalls, signal: AbortSignal): Promise<readonly Zone[]> {
  const { AvailabilityZones = [] } = await aws.call(
    'ec2.DescribeAvailabilityZones',
    { Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] },
    signal,
  );
  return AvailabilityZones.map(({ ZoneName = '', ZoneId = '' }) => ({ name: ZoneName, id: ZoneId })).sort(
    (one, other) => one.name.localeCompare(other.name),
  );
}

/** The names of the zones in which an instance type is to be had. */
export async function zonesWith(
  aws: AwsCalls,
  instanceType: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const offerings = await allPages(async (token) => {
    const { InstanceTypeOfferings, NextToken } = await aws.call(
      'ec2.DescribeInstanceTypeOfferings',
      {
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [instanceType] }],
        ...(token === undefined ? {} : { NextToken: token }),
      },
      signal,
    );
    return { items: InstanceTypeOfferings, next: NextToken };
  });
  return new Set(offerings.flatMap(({ Location }) => Location ?? []));
}
