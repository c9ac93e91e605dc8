import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { ECS } from '@aws-sdk/client-ecs';
import type { EKS } from '@aws-sdk/client-eks';
import type { ElasticLoadBalancing } from '@aws-sdk/client-elastic-load-balancing';
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IAM } from '@aws-sdk/client-iam';
import type { KMS } from '@aws-sdk/client-kms';
import type { ResourceGroupsTaggingAPI } from '@aws-sdk/client-resource-groups-tagging-api';
import type { ServiceQuotas } from '@aws-sdk/client-service-quotas';
import type { SSM } from '@aws-sdk/client-ssm';
import type { STS } from '@aws-sdk/client-sts';

/** The clients of SDK v3 that this target uses. */
export interface Clients {
  readonly cloudformation: CloudFormation;
  readonly ec2: EC2;
  readonly ecs: ECS;
  readonly eks: EKS;
  readonly elb: ElasticLoadBalancing;
  readonly elbv2: ElasticLoadBalancingV2;
  readonly iam: IAM;
  readonly kms: KMS;
  readonly logs: CloudWatchLogs;
  readonly quotas: ServiceQuotas;
  readonly ssm: SSM;
  readonly sts: STS;
  readonly tagging: ResourceGroupsTaggingAPI;
}

/** Whatever the clients can be asked for: an operation that is misspelt below does not compile. */
type KnownOperation = {
  [Client in keyof Clients]: `${Client}.${Capitalize<keyof Clients[Client] & string>}`;
}[keyof Clients];

/**
 * Every operation of AWS that this target uses: the client, and the name of the operation in AWS's own documents. All of
 * them read; what changes something is the CDK's part. The types of inputs and answers are those of the client's methods.
 */
export const operationNames = [
  'cloudformation.DescribeStacks',
  'cloudformation.GetTemplate',
  'cloudformation.ListStackResources',
  'ec2.DescribeAddresses',
  'ec2.DescribeAvailabilityZones',
  'ec2.DescribeInstanceTypeOfferings',
  'ec2.DescribeInstances',
  'ec2.DescribeInternetGateways',
  'ec2.DescribeLaunchTemplates',
  'ec2.DescribeNatGateways',
  'ec2.DescribeNetworkInterfaces',
  'ec2.DescribeRouteTables',
  'ec2.DescribeSecurityGroups',
  'ec2.DescribeSnapshots',
  'ec2.DescribeSubnets',
  'ec2.DescribeVolumes',
  'ec2.DescribeVpcEndpoints',
  'ec2.DescribeVpcs',
  'ecs.DescribeClusters',
  'ecs.DescribeServices',
  'ecs.DescribeTaskDefinition',
  'eks.DescribeAddon',
  'eks.DescribeCluster',
  'eks.DescribeFargateProfile',
  'eks.DescribeNodegroup',
  'elb.DescribeLoadBalancers',
  'elbv2.DescribeLoadBalancers',
  'elbv2.DescribeTargetGroups',
  'iam.GetRole',
  'kms.DescribeKey',
  'logs.DescribeLogGroups',
  'quotas.GetAWSDefaultServiceQuota',
  'quotas.GetServiceQuota',
  'ssm.DescribeParameters',
  'ssm.GetParameter',
  'ssm.GetParametersByPath',
  'sts.GetCallerIdentity',
  'tagging.GetResources',
] as const satisfies readonly KnownOperation[];

/** One of {@link operationNames}. */
export type OperationName = (typeof operationNames)[number];

/** The client and the method of an operation: `DescribeVpcs` is `describeVpcs` there. */
type Method<Name extends OperationName> = Name extends `${infer Client extends keyof Clients}.${infer Operation}`
  ? Uncapitalize<Operation> extends infer Key extends keyof Clients[Client]
    ? Clients[Client][Key]
    : never
  : never;

/** What a client's method takes and answers with. Of its overloads, the one that returns a promise is asked. */
type Signature<Called> = Called extends {
  (input: infer In, options?: infer _Options): Promise<infer Out>;
  (input: never, callback: never): void;
  // TypeScript matches overloads one by one, so they have to be as many as the client's.
  // eslint-disable-next-line @typescript-eslint/unified-signatures
  (input: never, options: never, callback: never): void;
}
  ? { readonly in: In; readonly out: Omit<Out, '$metadata'> }
  : never;

/** What each operation takes, and what it answers with. */
export type Operations = { readonly [Name in OperationName]: Signature<Method<Name>> };

/** Calls AWS, in one account and region. Tests put recorded answers in its place. */
export interface AwsCalls {
  /** Such as `ap-northeast-1`. */
  readonly region: string;
  /** Fails with the SDK's own error: {@link errorNameOf} tells which. */
  call<Name extends OperationName>(
    name: Name,
    input: Operations[Name]['in'],
    signal?: AbortSignal,
  ): Promise<Operations[Name]['out']>;
}

/** All pages of an answer that comes in several, one after the other. */
export async function allPages<Item>(
  read: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[] | undefined; readonly next?: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await read(token);
    all.push(...(items ?? []));
    // Some operations end with an empty token, others with none.
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return all;
}
