import type { Stack } from 'aws-cdk-lib/core';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Kind, kinds, type Ownership, ownerships } from '../leftovers/ownership.ts';

/** Calls that only describe. They take no resource, so they can't be narrowed. */
const describing = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSnapshots',
  'ec2:DescribeVolumes',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroups',
];

/**
 * What it takes to find and remove the leftovers of one cluster. Every deletion is held to resources that carry the tags
 * by which they are found (Service Authorization Reference, `aws:ResourceTag`), so not even a fault in the code could
 * delete anything else. Rules are revoked in groups of other owners, which only the VPC tells apart.
 */
export function leftoversStatements(clusterName: string, vpc: IVpc, stack: Stack): readonly PolicyStatement[] {
  return [
    new PolicyStatement({ actions: describing, resources: ['*'] }),
    new PolicyStatement({
      actions: ['eks:DescribeCluster'],
      resources: [stack.formatArn({ service: 'eks', resource: 'cluster', resourceName: clusterName })],
    }),
    ...ownerships.map((ownership) => deletion(ownership, clusterName, stack)),
    new PolicyStatement({
      actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      resources: [arnOf('securityGroup', stack)],
      conditions: {
        ArnEquals: { 'ec2:Vpc': stack.formatArn({ service: 'ec2', resource: 'vpc', resourceName: vpc.vpcId }) },
      },
    }),
  ];
}

/** The resources of the statements that end in `*`, as cdk-nag writes them. */
export const leftoversPatterns: readonly string[] = [
  ...new Set(
    (Object.keys(kinds) as Kind[]).map(
      (kind) => `arn:<AWS::Partition>:${placeOf(kind, '<AWS::Region>', '<AWS::AccountId>')}`,
    ),
  ),
];

function deletion(ownership: Ownership, clusterName: string, stack: Stack): PolicyStatement {
  const tags = Object.entries(ownership.tags(clusterName));
  const key = (tag: string) => `aws:ResourceTag/${tag}`;
  const withValue = tags.filter(([, value]) => value !== undefined).map(([tag, value]) => [key(tag), value] as const);
  const withAnyValue = tags.filter(([, value]) => value === undefined).map(([tag]) => [key(tag), 'false'] as const);
  return new PolicyStatement({
    actions: [...new Set(ownership.kinds.map((kind) => kinds[kind].deletes))],
    resources: [...new Set(ownership.kinds.map((kind) => arnOf(kind, stack)))],
    conditions: {
      StringEquals: Object.fromEntries(withValue),
      ...(withAnyValue.length > 0 && { Null: Object.fromEntries(withAnyValue) }),
    },
  });
}

const arnOf = (kind: Kind, { partition, region, account }: Stack): string =>
  `arn:${partition}:${placeOf(kind, region, account)}`;

/** Service, region, account and pattern of a kind's ARNs. Snapshots are in no account. */
function placeOf(kind: Kind, region: string, account: string): string {
  const { deletes, resource } = kinds[kind];
  return `${deletes.split(':')[0]}:${region}:${kind === 'snapshot' ? '' : account}:${resource}/*`;
}
