import type { Text } from '../../core/text.ts';

/** A quota, and the words in which AWS says that it is reached. */
interface ReachedQuota {
  readonly words: RegExp;
  /** As Service Quotas calls it. */
  readonly name: string;
  readonly service: string;
  readonly code: string;
}

/**
 * Quotas that a stack of the labs can reach, with the error codes of the services (their API references, "Errors";
 * codes of quotas as Service Quotas lists them, read November 2026).
 */
const quotas: readonly ReachedQuota[] = [
  { words: /VpcLimitExceeded|maximum number of VPCs/i, name: 'VPCs per Region', service: 'vpc', code: 'L-F678F1CE' },
  {
    words: /InternetGatewayLimitExceeded|maximum number of internet gateways/i,
    name: 'Internet gateways per Region',
    service: 'vpc',
    code: 'L-A4707A72',
  },
  { words: /NatGatewayLimitExceeded/i, name: 'NAT gateways per Availability Zone', service: 'vpc', code: 'L-FE5A380F' },
  {
    words: /AddressLimitExceeded|maximum number of addresses/i,
    name: 'EC2-VPC Elastic IPs',
    service: 'ec2',
    code: 'L-0263D0A3',
  },
  {
    words: /SecurityGroupLimitExceeded|maximum number of security groups/i,
    name: 'VPC security groups per Region',
    service: 'vpc',
    code: 'L-E79EC296',
  },
  {
    words: /NetworkInterfaceLimitExceeded|maximum number of network interfaces/i,
    name: 'Network interfaces per Region',
    service: 'vpc',
    code: 'L-DF5E4CA3',
  },
  {
    words: /VcpuLimitExceeded|more vCPU capacity than your current vCPU limit/i,
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    service: 'ec2',
    code: 'L-1216C47A',
  },
  {
    words:
      /maximum (number|limit) of .*clusters|cluster(s)? limit|AWS::EKS::Cluster.*(ResourceLimitExceeded|LimitExceeded)/i,
    name: 'Clusters',
    service: 'eks',
    code: 'L-1194D53C',
  },
  {
    words: /TooManyLoadBalancers|maximum number of load balancers/i,
    name: 'Network Load Balancers per Region',
    service: 'elasticloadbalancing',
    code: 'L-69A177A2',
  },
  {
    words: /RolesPerAccount|AWS::IAM::Role.*LimitExceeded/i,
    name: 'Roles per account',
    service: 'iam',
    code: 'L-FE177D64',
  },
];

/** Any other quota, in the words that services have in common. */
const another =
  /LimitExceeded(?!.*throttl)|quota (was |has been )?exceeded|exceed(s|ed)? (the |your )?(\w+ )?quota|maximum number of/i;

/**
 * The quota that a failure of a stack is about, and how to raise it; undefined where it is about none.
 *
 * @param reason what CloudFormation said of the resources that failed
 */
export function reachedQuota(reason: string, region: string): Text | undefined {
  const quota = quotas.find(({ words }) => words.test(reason));
  if (quota === undefined) {
    if (!another.test(reason)) return undefined;
    const list = `aws service-quotas list-service-quotas --service-code SERVICE --region ${region}`;
    return {
      ja: `アカウントのクォータに達しています。使っていないものを削除するか、クォータを探して引き上げを申請してください: ${list}`,
      en: `A quota of the account is reached. Delete what is not used, or find the quota and ask for more: ${list}`,
    };
  }
  // IAM is one service for all regions, and its quotas are asked for in one of them.
  const where = quota.service === 'iam' ? 'us-east-1' : region;
  const increase =
    `aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} ` +
    `--desired-value VALUE --region ${where}`;
  return {
    ja: `アカウントのクォータ「${quota.name}」（${quota.service}、${quota.code}）に達しています。使っていないものを削除するか、引き上げを申請してください: ${increase}`,
    en: `The account's quota "${quota.name}" (${quota.service}, ${quota.code}) is reached. Delete what is not used, or ask for more: ${increase}`,
  };
}
