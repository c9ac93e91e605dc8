import { describe, expect, test } from '@jest/globals';
import { confirmedKinds, statusOf, parseArn } from '../../../lib/targets/aws/resource-status.ts';
import { findOrphans } from '../../../lib/targets/aws/orphans.ts';
import { account, awsError, never, RecordedAws, type Answers } from './recorded.ts';

const of = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:${account}:${resource}`;
const refuse = (name: string) => () => {
  throw awsError(name);
};
const status = (arn: string, answers: Answers) => statusOf(new RecordedAws(answers), parseArn(arn), never);

describe('an ARN is taken apart', () => {
  test.each([
    [of('ec2', 'vpc/vpc-1'), 'ec2', 'vpc', 'vpc-1'],
    [of('logs', 'log-group:/aws/eks/EksEc2/cluster'), 'logs', 'log-group', '/aws/eks/EksEc2/cluster'],
    [
      of('elasticloadbalancing', 'loadbalancer/net/web/50dc6c49'),
      'elasticloadbalancing',
      'loadbalancer',
      'net/web/50dc6c49',
    ],
    [of('lambda', 'function:EksEc2-Handler'), 'lambda', 'function', 'EksEc2-Handler'],
    [of('sns', 'topic'), 'sns', '', 'topic'],
    ['arn:aws:s3:::bucket', 's3', '', 'bucket'],
  ])('%s', (arn, service, type, id) => {
    expect(parseArn(arn)).toEqual({ arn, service, type, id });
  });
});

/** Of each kind: an ARN, what AWS answers while it is there, and what when it is gone. */
type KindCase = readonly [arn: string, there: Answers, state: string, gone: readonly Answers[]];
const kinds: readonly KindCase[] = [
  [
    of('cloudformation', 'stack/EksEc2/1234'),
    {
      'cloudformation.DescribeStacks': () => ({
        Stacks: [{ StackId: 'a', StackName: 'EksEc2', CreationTime: new Date(0), StackStatus: 'DELETE_FAILED' }],
      }),
    },
    'DELETE_FAILED',
    [
      {
        'cloudformation.DescribeStacks': () => ({
          Stacks: [{ StackId: 'a', StackName: 'EksEc2', CreationTime: new Date(0), StackStatus: 'DELETE_COMPLETE' }],
        }),
      },
      {
        'cloudformation.DescribeStacks': () => {
          throw awsError('ValidationError', 'Stack with id a does not exist');
        },
      },
    ],
  ],
  [
    of('ec2', 'elastic-ip/eipalloc-1'),
    { 'ec2.DescribeAddresses': () => ({ Addresses: [{ AllocationId: 'eipalloc-1' }] }) },
    'there',
    [{ 'ec2.DescribeAddresses': refuse('InvalidAllocationID.NotFound') }],
  ],
  [
    of('ec2', 'instance/i-1'),
    { 'ec2.DescribeInstances': () => ({ Reservations: [{ Instances: [{ State: { Name: 'shutting-down' } }] }] }) },
    'shutting-down',
    [
      { 'ec2.DescribeInstances': () => ({ Reservations: [{ Instances: [{ State: { Name: 'terminated' } }] }] }) },
      { 'ec2.DescribeInstances': refuse('InvalidInstanceID.NotFound') },
    ],
  ],
  [
    of('ec2', 'internet-gateway/igw-1'),
    { 'ec2.DescribeInternetGateways': () => ({ InternetGateways: [{}] }) },
    'there',
    [{ 'ec2.DescribeInternetGateways': refuse('InvalidInternetGatewayID.NotFound') }],
  ],
  [
    of('ec2', 'launch-template/lt-1'),
    { 'ec2.DescribeLaunchTemplates': () => ({ LaunchTemplates: [{}] }) },
    'there',
    [{ 'ec2.DescribeLaunchTemplates': refuse('InvalidLaunchTemplateId.NotFound') }],
  ],
  [
    of('ec2', 'natgateway/nat-1'),
    { 'ec2.DescribeNatGateways': () => ({ NatGateways: [{ State: 'deleting' }] }) },
    'deleting',
    [
      { 'ec2.DescribeNatGateways': () => ({ NatGateways: [{ State: 'deleted' }] }) },
      { 'ec2.DescribeNatGateways': refuse('NatGatewayNotFound') },
    ],
  ],
  [
    of('ec2', 'network-interface/eni-1'),
    { 'ec2.DescribeNetworkInterfaces': () => ({ NetworkInterfaces: [{ Status: 'available' }] }) },
    'available',
    [{ 'ec2.DescribeNetworkInterfaces': refuse('InvalidNetworkInterfaceID.NotFound') }],
  ],
  [
    of('ec2', 'route-table/rtb-1'),
    { 'ec2.DescribeRouteTables': () => ({ RouteTables: [{}] }) },
    'there',
    [{ 'ec2.DescribeRouteTables': refuse('InvalidRouteTableID.NotFound') }],
  ],
  [
    of('ec2', 'security-group/sg-1'),
    { 'ec2.DescribeSecurityGroups': () => ({ SecurityGroups: [{}] }) },
    'there',
    [{ 'ec2.DescribeSecurityGroups': refuse('InvalidGroup.NotFound') }],
  ],
  [
    of('ec2', 'snapshot/snap-1'),
    { 'ec2.DescribeSnapshots': () => ({ Snapshots: [{ State: 'completed' }] }) },
    'completed',
    [{ 'ec2.DescribeSnapshots': refuse('InvalidSnapshot.NotFound') }],
  ],
  [
    of('ec2', 'subnet/subnet-1'),
    { 'ec2.DescribeSubnets': () => ({ Subnets: [{}] }) },
    'there',
    [{ 'ec2.DescribeSubnets': refuse('InvalidSubnetID.NotFound') }],
  ],
  [
    of('ec2', 'volume/vol-1'),
    { 'ec2.DescribeVolumes': () => ({ Volumes: [{ State: 'available' }] }) },
    'available',
    [
      { 'ec2.DescribeVolumes': () => ({ Volumes: [{ State: 'deleted' }] }) },
      { 'ec2.DescribeVolumes': refuse('InvalidVolume.NotFound') },
    ],
  ],
  [
    of('ec2', 'vpc/vpc-1'),
    { 'ec2.DescribeVpcs': () => ({ Vpcs: [{}] }) },
    'there',
    [{ 'ec2.DescribeVpcs': refuse('InvalidVpcID.NotFound') }],
  ],
  [
    of('ec2', 'vpc-endpoint/vpce-1'),
    { 'ec2.DescribeVpcEndpoints': () => ({ VpcEndpoints: [{ State: 'Available' }] }) },
    'Available',
    [
      { 'ec2.DescribeVpcEndpoints': () => ({ VpcEndpoints: [{ State: 'Deleted' }] }) },
      { 'ec2.DescribeVpcEndpoints': refuse('InvalidVpcEndpointId.NotFound') },
    ],
  ],
  [
    of('ecs', 'cluster/EcsAndEks'),
    { 'ecs.DescribeClusters': () => ({ clusters: [{ status: 'ACTIVE' }] }) },
    'ACTIVE',
    [
      { 'ecs.DescribeClusters': () => ({ clusters: [{ status: 'INACTIVE' }] }) },
      { 'ecs.DescribeClusters': () => ({ clusters: [], failures: [{ reason: 'MISSING' }] }) },
    ],
  ],
  [
    of('ecs', 'service/EcsAndEks/web'),
    {
      'ecs.DescribeServices': ({ cluster, services }) => ({
        services:
          cluster === 'EcsAndEks' && services?.[0] === of('ecs', 'service/EcsAndEks/web')
            ? [{ status: 'DRAINING' }]
            : [],
      }),
    },
    'DRAINING',
    [
      { 'ecs.DescribeServices': () => ({ services: [{ status: 'INACTIVE' }] }) },
      { 'ecs.DescribeServices': refuse('ClusterNotFoundException') },
    ],
  ],
  [
    of('ecs', 'task-definition/web:1'),
    { 'ecs.DescribeTaskDefinition': () => ({ taskDefinition: { status: 'ACTIVE' } }) },
    'ACTIVE',
    [{ 'ecs.DescribeTaskDefinition': () => ({ taskDefinition: { status: 'INACTIVE' } }) }],
  ],
  ...['access-entry/EksEc2/role/111122223333/a/1', 'cluster/EksEc2', 'podidentityassociation/EksEc2/a-1'].map(
    (resource): KindCase => [
      of('eks', resource),
      {
        'eks.DescribeCluster': ({ name }) => ({ cluster: name === 'EksEc2' ? { status: 'DELETING' } : {} }),
      },
      'DELETING',
      [{ 'eks.DescribeCluster': refuse('ResourceNotFoundException') }],
    ],
  ),
  [
    of('eks', 'addon/EksEc2/coredns/1'),
    {
      'eks.DescribeAddon': ({ clusterName, addonName }) => ({
        addon: clusterName === 'EksEc2' && addonName === 'coredns' ? { status: 'DELETING' } : {},
      }),
    },
    'DELETING',
    [{ 'eks.DescribeAddon': refuse('ResourceNotFoundException') }],
  ],
  [
    of('eks', 'fargateprofile/EksEc2/serverless/1'),
    {
      'eks.DescribeFargateProfile': ({ fargateProfileName }) => ({
        fargateProfile: fargateProfileName === 'serverless' ? { status: 'DELETING' } : {},
      }),
    },
    'DELETING',
    [{ 'eks.DescribeFargateProfile': refuse('ResourceNotFoundException') }],
  ],
  [
    of('eks', 'nodegroup/EksEc2/workers/1'),
    {
      'eks.DescribeNodegroup': ({ nodegroupName }) => ({
        nodegroup: nodegroupName === 'workers' ? { status: 'DELETE_FAILED' } : {},
      }),
    },
    'DELETE_FAILED',
    [{ 'eks.DescribeNodegroup': refuse('ResourceNotFoundException') }],
  ],
  ...['listener/net/web/50dc6c49/0467ef3c', 'listener-rule/net/web/50dc6c49/0467ef3c/9683b2d0'].map(
    (resource): KindCase => [
      of('elasticloadbalancing', resource),
      {
        'elbv2.DescribeLoadBalancers': ({ LoadBalancerArns }) => ({
          LoadBalancers:
            LoadBalancerArns?.[0] === of('elasticloadbalancing', 'loadbalancer/net/web/50dc6c49') ? [{}] : [],
        }),
      },
      'there',
      [{ 'elbv2.DescribeLoadBalancers': refuse('LoadBalancerNotFoundException') }],
    ],
  ),
  [
    of('elasticloadbalancing', 'loadbalancer/net/web/50dc6c49'),
    { 'elbv2.DescribeLoadBalancers': () => ({ LoadBalancers: [{ State: { Code: 'active' } }] }) },
    'active',
    [{ 'elbv2.DescribeLoadBalancers': refuse('LoadBalancerNotFoundException') }],
  ],
  [
    of('elasticloadbalancing', 'loadbalancer/a1b2c3'),
    { 'elb.DescribeLoadBalancers': () => ({ LoadBalancerDescriptions: [{ LoadBalancerName: 'a1b2c3' }] }) },
    'there',
    [
      { 'elb.DescribeLoadBalancers': refuse('LoadBalancerNotFound') },
      { 'elb.DescribeLoadBalancers': refuse('AccessPointNotFoundException') },
    ],
  ],
  [
    of('elasticloadbalancing', 'targetgroup/web/50dc6c49'),
    { 'elbv2.DescribeTargetGroups': () => ({ TargetGroups: [{}] }) },
    'there',
    [{ 'elbv2.DescribeTargetGroups': refuse('TargetGroupNotFoundException') }],
  ],
  [
    of('kms', 'key/1234'),
    { 'kms.DescribeKey': () => ({ KeyMetadata: { KeyId: '1234', KeyState: 'Enabled' } }) },
    'Enabled',
    [{ 'kms.DescribeKey': refuse('NotFoundException') }],
  ],
  [
    of('logs', 'log-group:/aws/eks/EksEc2/cluster'),
    { 'logs.DescribeLogGroups': () => ({ logGroups: [{ logGroupName: '/aws/eks/EksEc2/cluster' }] }) },
    'there',
    // The name is a prefix of another's.
    [{ 'logs.DescribeLogGroups': () => ({ logGroups: [{ logGroupName: '/aws/eks/EksEc2/cluster-2' }] }) }],
  ],
  [
    of('ssm', 'parameter/kubernetes-textbook-labs/SelfManaged/join-token'),
    {
      'ssm.DescribeParameters': ({ ParameterFilters }) => ({
        Parameters:
          ParameterFilters?.[0]?.Values?.[0] === '/kubernetes-textbook-labs/SelfManaged/join-token' ? [{}] : [],
      }),
    },
    'there',
    [{ 'ssm.DescribeParameters': () => ({ Parameters: [] }) }],
  ],
];

describe('each kind is confirmed by a call of its own', () => {
  test.each(kinds)('%s', async (arn, there, state, gone) => {
    expect(await status(arn, there)).toEqual({ kind: 'there', state });
    for (const answers of gone) expect(await status(arn, answers)).toEqual({ kind: 'gone' });
  });

  test('and no kind is without a test', () => {
    const tested = kinds.map(([arn]) => parseArn(arn)).map(({ service, type }) => `${service}/${type}`);
    expect([...new Set(tested)].sort()).toEqual([...confirmedKinds].sort());
  });

  test('a key that is scheduled for deletion waits, until a date', async () => {
    const DeletionDate = new Date('2026-12-01T09:00:00Z');
    const pending: Answers = {
      'kms.DescribeKey': () => ({ KeyMetadata: { KeyId: '1234', KeyState: 'PendingDeletion', DeletionDate } }),
    };
    expect(await status(of('kms', 'key/1234'), pending)).toEqual({ kind: 'waits', until: '2026-12-01' });
  });

  test('a kind without a call is said to be unconfirmed', async () => {
    expect(await status(of('lambda', 'function:EksEc2-Handler'), {})).toEqual({ kind: 'unconfirmed' });
  });

  test('a denied call is no proof that something is gone', async () => {
    const denied = status(of('ec2', 'vpc/vpc-1'), { 'ec2.DescribeVpcs': refuse('UnauthorizedOperation') });
    await expect(denied).rejects.toThrow('said AWS of UnauthorizedOperation');
  });
});

describe('what remains of an environment', () => {
  const vpc = of('ec2', 'vpc/vpc-1');
  const volume = of('ec2', 'volume/vol-1');
  const handler = of('lambda', 'function:EksEc2-Handler');
  const tagged: Readonly<Record<string, readonly string[]>> = {
    'aws:cloudformation:stack-name=EksEc2': [vpc, handler],
    'kubernetes.io/cluster/EksEc2=': [volume, vpc],
  };
  /** One ARN to a page. */
  const listing: Answers = {
    'logs.DescribeLogGroups': () => ({ logGroups: [] }),
    'ssm.DescribeParameters': () => ({ Parameters: [] }),
    'tagging.GetResources': ({ TagFilters, PaginationToken }) => {
      const [tag] = TagFilters ?? [];
      const arns = tagged[`${tag?.Key}=${(tag?.Values ?? []).join(',')}`] ?? [];
      const page = Number(PaginationToken || 0);
      return {
        ResourceTagMappingList: arns.slice(page, page + 1).map((ResourceARN) => ({ ResourceARN })),
        PaginationToken: page + 1 < arns.length ? String(page + 1) : '',
      };
    },
  };
  const nothing: Answers = {
    ...listing,
    'ec2.DescribeVpcs': refuse('InvalidVpcID.NotFound'),
    'ec2.DescribeVolumes': refuse('InvalidVolume.NotFound'),
  };
  const resources = (
    ResourceStatus: 'DELETE_COMPLETE' | 'DELETE_SKIPPED',
    PhysicalResourceId = 'EksEc2-Handler',
  ): Answers => ({
    'cloudformation.ListStackResources': ({ NextToken }) =>
      NextToken === undefined
        ? { NextToken: 'more' }
        : { StackResourceSummaries: [{ ResourceStatus, PhysicalResourceId } as never] },
  });
  const query = { name: 'EksEc2', signal: never, patience: 0 };

  test('is nothing when every call says so, whatever the tagging API remembers', async () => {
    const aws = new RecordedAws({ ...nothing, ...resources('DELETE_COMPLETE') });
    expect(await findOrphans(aws, { ...query, stackId: 'arn:stack' })).toEqual([]);
    expect(aws.calls.filter(([name]) => name === 'ec2.DescribeVpcs')).toHaveLength(1);
  });

  test('is what no call can tell, unless CloudFormation says that it deleted it', async () => {
    const unconfirmed = { ...parseArn(handler), status: { kind: 'unconfirmed' } };
    expect(await findOrphans(new RecordedAws(nothing), query)).toEqual([unconfirmed]);
    const kept = new RecordedAws({ ...nothing, ...resources('DELETE_SKIPPED') });
    expect(await findOrphans(kept, { ...query, stackId: 'arn:stack' })).toEqual([unconfirmed]);
  });

  test('is no bucket that CloudFormation deleted, which the tagging API remembers by its name alone', async () => {
    const buckets = {
      ...listing,
      'ssm.DescribeParameters': () => ({ Parameters: [] }),
      'tagging.GetResources': () => ({ ResourceTagMappingList: [{ ResourceARN: 'arn:aws:s3:::backups' }] }),
    };
    const gone = new RecordedAws({ ...buckets, ...resources('DELETE_COMPLETE', 'backups') });
    expect(await findOrphans(gone, { ...query, stackId: 'arn:stack' })).toEqual([]);
    const kept = new RecordedAws({ ...buckets, ...resources('DELETE_SKIPPED', 'backups') });
    expect(await findOrphans(kept, { ...query, stackId: 'arn:stack' })).toHaveLength(1);
  });

  test('is what is there, by every tag and on every page', async () => {
    const aws = new RecordedAws({
      ...listing,
      ...resources('DELETE_COMPLETE'),
      'ec2.DescribeVpcs': () => ({ Vpcs: [{}] }),
      'ec2.DescribeVolumes': () => ({ Volumes: [{ State: 'available' }] }),
    });
    expect(await findOrphans(aws, { ...query, stackId: 'arn:stack' })).toEqual([
      { ...parseArn(volume), status: { kind: 'there', state: 'available' } },
      { ...parseArn(vpc), status: { kind: 'there', state: 'there' } },
    ]);
  });

  test('is a parameter under the cluster’s own path, on every page, which carries no tag', async () => {
    const prefix = '/kubernetes-textbook-labs/SelfManaged';
    const arnOf = (name: string) => of('ssm', `parameter${prefix}/${name}`);
    const aws = new RecordedAws({
      ...listing,
      'tagging.GetResources': () => ({ ResourceTagMappingList: [] }),
      'ssm.DescribeParameters': ({ ParameterFilters, NextToken }) => {
        const [{ Key, Option, Values } = { Key: undefined }] = ParameterFilters ?? [];
        if (Key === 'Name') return { Parameters: Values?.[0] === `${prefix}/turn` ? [] : [{}] };
        expect([Key, Option, Values]).toEqual(['Path', 'OneLevel', [prefix]]);
        return NextToken === undefined
          ? { Parameters: [{ ARN: arnOf('turn') }], NextToken: 'more' }
          : { Parameters: [{ ARN: arnOf('join-token') }] };
      },
    });
    // The list may be behind, so each is asked for again.
    expect(await findOrphans(aws, { ...query, name: 'SelfManaged' })).toEqual([
      { ...parseArn(arnOf('join-token')), status: { kind: 'there', state: 'there' } },
    ]);
  });

  test('is a log group that EKS recreated for late logs, which carries no tag', async () => {
    const logGroupName = '/aws/eks/EksEc2/cluster';
    const arn = of('logs', `log-group:${logGroupName}`);
    const aws = new RecordedAws({
      ...listing,
      'tagging.GetResources': () => ({ ResourceTagMappingList: [] }),
      'logs.DescribeLogGroups': ({ logGroupNamePrefix = '' }) => ({
        logGroups: logGroupName.startsWith(logGroupNamePrefix) ? [{ logGroupName, arn: `${arn}:*` }] : [],
      }),
    });
    expect(await findOrphans(aws, query)).toEqual([{ ...parseArn(arn), status: { kind: 'there', state: 'there' } }]);
    expect(await findOrphans(aws, { ...query, name: 'EksEc2-aya' })).toEqual([]);
  });

  test('is there if its own call says so, whatever CloudFormation says', async () => {
    const aws = new RecordedAws({
      ...nothing,
      ...resources('DELETE_COMPLETE', 'vpc-1'),
      'ec2.DescribeVpcs': () => ({ Vpcs: [{}] }),
    });
    const remaining = await findOrphans(aws, { ...query, stackId: 'arn:stack' });
    expect(remaining.map(({ arn, status: { kind } }) => [arn, kind])).toEqual([
      [vpc, 'there'],
      [handler, 'unconfirmed'],
    ]);
  });

  test('is waited for while it is still ending', async () => {
    let looks = 0;
    const waits: number[] = [];
    const aws = new RecordedAws({
      ...nothing,
      ...resources('DELETE_COMPLETE'),
      'ec2.DescribeVolumes': () => ({ Volumes: [{ State: ++looks < 3 ? 'deleting' : 'deleted' }] }),
    });
    const onWait = (count: number) => waits.push(count);
    expect(await findOrphans(aws, { ...query, stackId: 'arn:stack', patience: 10_000, interval: 1, onWait })).toEqual(
      [],
    );
    expect([looks, waits]).toEqual([3, [1, 1]]);
  });
});
