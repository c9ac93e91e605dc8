import type { Text } from '../../../core/text.ts';
import type { AwsCheck } from './check.ts';

/**
 * Zones in which EKS takes no subnet for a control plane, by their ids: the letters differ from account to account (Amazon
 * EKS User Guide, "VPC and subnet requirements", read November 2026).
 */
const refusedByEks: readonly string[] = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/** Whether the region has as many zones as the environment spreads over, and EKS takes the ones that the stack chooses. */
export const zonesCheck: AwsCheck = async ({ aws, accountRegion, environment, settings, signal }) => {
  const needed = Math.max(2, environment.controlPlanes?.(settings) ?? 0);
  const { AvailabilityZones = [] } = await aws.call(
    'ec2.DescribeAvailabilityZones',
    { Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] },
    signal,
  );
  const zones = AvailabilityZones.map(({ ZoneName = '', ZoneId = '' }) => ({ ZoneName, ZoneId }));
  const chosen = zones.sort((left, right) => left.ZoneName.localeCompare(right.ZoneName)).slice(0, needed);
  const { account, region } = accountRegion;
  const otherRegion: Text = {
    ja: '別のリージョンを選んでください: export AWS_REGION=REGION',
    en: 'Choose another region: export AWS_REGION=REGION',
  };
  if (chosen.length < needed) {
    return [
      {
        ja: `アカウント ${account} がリージョン ${region} で使えるゾーンは ${chosen.length} つですが、スタック ${environment.stack} は ${needed} つのゾーンを使います。${otherRegion.ja}`,
        en: `Account ${account} has ${chosen.length} zones in region ${region}, and stack ${environment.stack} spreads over ${needed}. ${otherRegion.en}`,
      },
    ];
  }
  const refused =
    environment.reachedThroughNode === true ? [] : chosen.filter(({ ZoneId }) => refusedByEks.includes(ZoneId));
  return refused.map(({ ZoneName, ZoneId }) => ({
    ja: `スタック ${environment.stack} は、アカウント ${account} のゾーン ${ZoneName}（${ZoneId}）にサブネットを作りますが、EKS はこのゾーンのサブネットを受け付けません。${otherRegion.ja}`,
    en: `Stack ${environment.stack} would make a subnet in zone ${ZoneName} (${ZoneId}) of account ${account}, and EKS takes none there. ${otherRegion.en}`,
  }));
};
