import type { Text } from '../../../core/text.ts';
import { isNotFound, errorNameOf } from '../errors.ts';
import { zonesOfRegion } from '../availability-zones.ts';
import { isZoneId } from '../../../settings/zone-list.ts';
import { allPages } from '../operations.ts';
import { demandOf, type AwsCheck, type CheckContext } from './check.ts';

/** A limit of the account in a region, and what an environment takes of it. */
interface Quota {
  readonly what: Text;
  /** Service and quota as Service Quotas calls them. */
  readonly service: string;
  readonly code: string;
  /** What the environment takes. */
  needed(context: CheckContext): number;
  /** What is taken already. */
  used(context: CheckContext): Promise<number>;
}

/** Each VPC of ours has one NAT gateway, and that one address. */
const quotas: readonly Quota[] = [
  {
    what: {
      ja: '実行中のオンデマンドスタンダードインスタンスの vCPU（EC2）',
      en: 'vCPUs of running on-demand standard instances (EC2)',
    },
    service: 'ec2',
    code: 'L-1216C47A',
    needed: (context) => demandOf(context).ec2Vcpus,
    used: usedVcpus,
  },
  {
    what: {
      ja: 'Fargate オンデマンドの vCPU（すでに動いている分は数えていません）',
      en: 'vCPUs of Fargate on demand (what runs already is not counted)',
    },
    service: 'fargate',
    code: 'L-3032A538',
    needed: (context) => demandOf(context).fargateVcpus,
    // Only CloudWatch knows, some minutes late.
    used: () => Promise.resolve(0),
  },
  {
    what: { ja: 'VPC', en: 'VPCs' },
    service: 'vpc',
    code: 'L-F678F1CE',
    needed: () => 1,
    used: async ({ aws, signal }) =>
      (
        await allPages(async (token) => {
          const { Vpcs, NextToken } = await aws.call('ec2.DescribeVpcs', page(token), signal);
          return { items: Vpcs, next: NextToken };
        })
      ).length,
  },
  {
    what: { ja: 'Elastic IP アドレス', en: 'Elastic IP addresses' },
    service: 'ec2',
    code: 'L-0263D0A3',
    needed: () => 1,
    used: async ({ aws, signal }) => {
      const { Addresses } = await aws.call('ec2.DescribeAddresses', {}, signal);
      return (Addresses ?? []).length;
    },
  },
  {
    what: {
      ja: '最初のアベイラビリティーゾーンの NAT ゲートウェイ',
      en: 'NAT gateways of the first Availability Zone',
    },
    service: 'vpc',
    code: 'L-FE5A380F',
    needed: () => 1,
    used: usedNatGateways,
  },
];

/** Whether what the environment takes fits into the account's quotas. */
export const quotaCheck: AwsCheck = async (context) => {
  const problems: Text[] = [];
  for (const quota of quotas) {
    const needed = quota.needed(context);
    if (needed === 0) continue;
    const [limit, used] = await Promise.all([limitOf(quota, context), quota.used(context)]);
    if (limit === undefined || used + needed <= limit) continue;
    const { stack } = context;
    const { region } = context.accountRegion;
    const increase =
      `aws service-quotas request-service-quota-increase --service-code ${quota.service} ` +
      `--quota-code ${quota.code} --desired-value ${used + needed} --region ${region}`;
    problems.push({
      ja:
        `クォータが足りません: ${quota.what.ja}。${stack} には ${needed} 必要ですが、リージョン ${region} の上限は ${limit} で、すでに ${used} 使われています。` +
        `使っていないものを削除するか、次のコマンドで引き上げを申請してください: ${increase}`,
      en:
        `${stack} needs ${needed} of the quota ${quota.what.en}, which is ${limit} in ${region}, with ${used} taken. ` +
        `Free some, or ask for more: ${increase}`,
    });
  }
  return problems;
};

/** The limit that applies, or AWS's default where none was set; undefined where AWS has none to tell. */
async function limitOf({ service, code }: Quota, { aws, signal }: CheckContext): Promise<number | undefined> {
  const input = { ServiceCode: service, QuotaCode: code };
  const isUnknown = (error: unknown) => isNotFound(error) || errorNameOf(error) === 'NoSuchResourceException';
  try {
    return (await aws.call('quotas.GetServiceQuota', input, signal)).Quota?.Value;
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  try {
    return (await aws.call('quotas.GetAWSDefaultServiceQuota', input, signal)).Quota?.Value;
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return undefined;
  }
}

const page = (token: string | undefined) => (token === undefined ? {} : { NextToken: token });

/** Families with one of these letters first are standard (Amazon EC2 User Guide, "On-Demand Instance quotas"), with these exceptions. */
const standard = /^(?!dl|hpc|inf|mac|trn)[acdhimrtz][a-z]*\d/;

async function usedVcpus({ aws, signal }: CheckContext): Promise<number> {
  const reservations = await allPages(async (token) => {
    const filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
    const { Reservations, NextToken } = await aws.call(
      'ec2.DescribeInstances',
      { Filters: filters, ...page(token) },
      signal,
    );
    return { items: Reservations, next: NextToken };
  });
  return reservations
    .flatMap(({ Instances }) => Instances ?? [])
    .filter(({ InstanceType, InstanceLifecycle }) => standard.test(InstanceType ?? '') && InstanceLifecycle !== 'spot')
    .reduce((sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1), 0);
}

/** NAT gateways in the first zone of the stack, where it puts its own. */
async function usedNatGateways({ aws, settings, signal }: CheckContext): Promise<number> {
  const zone = settings.zones[0] ?? (await zonesOfRegion(aws, signal))[0]?.name ?? '';
  const gateways = await allPages(async (token) => {
    const { NatGateways, NextToken } = await aws.call(
      'ec2.DescribeNatGateways',
      { Filter: [{ Name: 'state', Values: ['pending', 'available', 'deleting'] }], ...page(token) },
      signal,
    );
    return { items: NatGateways, next: NextToken };
  });
  if (gateways.length === 0) return 0;
  const subnets = await allPages(async (token) => {
    const { Subnets, NextToken } = await aws.call(
      'ec2.DescribeSubnets',
      {
        Filters: [{ Name: isZoneId(zone) ? 'availability-zone-id' : 'availability-zone', Values: [zone] }],
        ...page(token),
      },
      signal,
    );
    return { items: Subnets, next: NextToken };
  });
  const inZone = new Set(subnets.map(({ SubnetId }) => SubnetId));
  return gateways.filter(({ SubnetId }) => inZone.has(SubnetId)).length;
}
