import type { AwsCalls, OperationName, Operations } from './operations.ts';

/** How an operation is carried out. */
type Call<Name extends OperationName> = (
  input: Operations[Name]['in'],
  options: { abortSignal?: AbortSignal },
) => Promise<Operations[Name]['out']>;

/** The calls of every operation. */
export type CallTable = { readonly [Name in OperationName]: Call<Name> };

/** What every client of the SDK is made with. */
interface ClientConfig {
  readonly region: string;
  /** Throttled and interrupted calls are made again, each time after a longer pause. */
  readonly maxAttempts: number;
}

/** Makes something when it is first asked for, and then gives the same again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Every operation through SDK v3. A client's module loads when one of its operations is first called. */
export function sdkCalls(config: ClientConfig): CallTable {
  const cloudformation = once(
    async () => new (await import('@aws-sdk/client-cloudformation')).CloudFormation({ ...config }),
  );
  const ec2 = once(async () => new (await import('@aws-sdk/client-ec2')).EC2({ ...config }));
  const ecs = once(async () => new (await import('@aws-sdk/client-ecs')).ECS({ ...config }));
  const eks = once(async () => new (await import('@aws-sdk/client-eks')).EKS({ ...config }));
  const elb = once(
    async () => new (await import('@aws-sdk/client-elastic-load-balancing')).ElasticLoadBalancing({ ...config }),
  );
  const elbv2 = once(
    async () => new (await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2({ ...config }),
  );
  const kms = once(async () => new (await import('@aws-sdk/client-kms')).KMS({ ...config }));
  const logs = once(async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs({ ...config }));
  const quotas = once(async () => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotas({ ...config }));
  const ssm = once(async () => new (await import('@aws-sdk/client-ssm')).SSM({ ...config }));
  const sts = once(async () => new (await import('@aws-sdk/client-sts')).STS({ ...config }));
  const tagging = once(
    async () =>
      new (await import('@aws-sdk/client-resource-groups-tagging-api')).ResourceGroupsTaggingAPI({ ...config }),
  );
  return {
    'cloudformation.DescribeStacks': async (...args) => (await cloudformation()).describeStacks(...args),
    'cloudformation.ListStackResources': async (...args) => (await cloudformation()).listStackResources(...args),
    'ec2.DescribeAddresses': async (...args) => (await ec2()).describeAddresses(...args),
    'ec2.DescribeAvailabilityZones': async (...args) => (await ec2()).describeAvailabilityZones(...args),
    'ec2.DescribeInstances': async (...args) => (await ec2()).describeInstances(...args),
    'ec2.DescribeInternetGateways': async (...args) => (await ec2()).describeInternetGateways(...args),
    'ec2.DescribeLaunchTemplates': async (...args) => (await ec2()).describeLaunchTemplates(...args),
    'ec2.DescribeNatGateways': async (...args) => (await ec2()).describeNatGateways(...args),
    'ec2.DescribeNetworkInterfaces': async (...args) => (await ec2()).describeNetworkInterfaces(...args),
    'ec2.DescribeRouteTables': async (...args) => (await ec2()).describeRouteTables(...args),
    'ec2.DescribeSecurityGroups': async (...args) => (await ec2()).describeSecurityGroups(...args),
    'ec2.DescribeSnapshots': async (...args) => (await ec2()).describeSnapshots(...args),
    'ec2.DescribeSubnets': async (...args) => (await ec2()).describeSubnets(...args),
    'ec2.DescribeVolumes': async (...args) => (await ec2()).describeVolumes(...args),
    'ec2.DescribeVpcEndpoints': async (...args) => (await ec2()).describeVpcEndpoints(...args),
    'ec2.DescribeVpcs': async (...args) => (await ec2()).describeVpcs(...args),
    'ecs.DescribeClusters': async (...args) => (await ecs()).describeClusters(...args),
    'ecs.DescribeServices': async (...args) => (await ecs()).describeServices(...args),
    'ecs.DescribeTaskDefinition': async (...args) => (await ecs()).describeTaskDefinition(...args),
    'eks.DescribeAddon': async (...args) => (await eks()).describeAddon(...args),
    'eks.DescribeCluster': async (...args) => (await eks()).describeCluster(...args),
    'eks.DescribeFargateProfile': async (...args) => (await eks()).describeFargateProfile(...args),
    'eks.DescribeNodegroup': async (...args) => (await eks()).describeNodegroup(...args),
    'elb.DescribeLoadBalancers': async (...args) => (await elb()).describeLoadBalancers(...args),
    'elbv2.DescribeLoadBalancers': async (...args) => (await elbv2()).describeLoadBalancers(...args),
    'elbv2.DescribeTargetGroups': async (...args) => (await elbv2()).describeTargetGroups(...args),
    'kms.DescribeKey': async (...args) => (await kms()).describeKey(...args),
    'logs.DescribeLogGroups': async (...args) => (await logs()).describeLogGroups(...args),
    'quotas.GetAWSDefaultServiceQuota': async (...args) => (await quotas()).getAWSDefaultServiceQuota(...args),
    'quotas.GetServiceQuota': async (...args) => (await quotas()).getServiceQuota(...args),
    'ssm.DescribeParameters': async (...args) => (await ssm()).describeParameters(...args),
    'ssm.GetParameter': async (...args) => (await ssm()).getParameter(...args),
    'ssm.GetParametersByPath': async (...args) => (await ssm()).getParametersByPath(...args),
    'sts.GetCallerIdentity': async (...args) => (await sts()).getCallerIdentity(...args),
    'tagging.GetResources': async (...args) => (await tagging()).getResources(...args),
  };
}

/** AWS itself, with the credentials that the SDK finds by itself: environment, profile, sign-in, role of the machine. */
export class Aws implements AwsCalls {
  readonly region: string;
  readonly #calls: CallTable;

  constructor(region: string) {
    this.region = region;
    this.#calls = sdkCalls({ region, maxAttempts: 6 });
  }

  call<Name extends OperationName>(
    name: Name,
    input: Operations[Name]['in'],
    signal?: AbortSignal,
  ): Promise<Operations[Name]['out']> {
    const call: Call<Name> = this.#calls[name];
    return call(input, signal === undefined ? {} : { abortSignal: signal });
  }
}
