import { isNotFound } from './errors.ts';
import type { AwsCalls } from './operations.ts';
import { findStack } from './stack.ts';

/** What has become of something that carries the environment's tags. */
export type ResourceStatus =
  | { readonly kind: 'gone' }
  | { readonly kind: 'there'; readonly state: string }
  /** Deleted, but AWS waits until a date before it is: KMS keys. */
  | { readonly kind: 'waits'; /** Undefined where AWS does not tell it. */ readonly until: string | undefined }
  /** There is no call here that could tell. */
  | { readonly kind: 'unconfirmed' };

/** The parts of an ARN that say what it names. */
export interface Arn {
  readonly arn: string;
  readonly service: string;
  /** Such as `vpc`, `natgateway`, `log-group`; empty where a service has one kind of things, as S3 does. */
  readonly type: string;
  /** What follows the type. */
  readonly id: string;
}

/** Takes an ARN apart: `arn:aws:ec2:REGION:ACCOUNT:vpc/vpc-1`, `arn:aws:logs:REGION:ACCOUNT:log-group:/aws/eks/x`. */
export function parseArn(arn: string): Arn {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const separator = /[/:]/.exec(resource)?.index ?? -1;
  return { arn, service, type: resource.slice(0, Math.max(separator, 0)), id: resource.slice(separator + 1) };
}

const gone: ResourceStatus = { kind: 'gone' };
const there = (state: string): ResourceStatus => ({ kind: 'there', state });

/** The state of what has no other: AWS lists it. */
export const listed = 'there';

/** There in any state, unless that state means that it is gone. An answer without it means gone too. */
const byState = (state: string | undefined, ended: readonly string[]): ResourceStatus =>
  state === undefined || ended.includes(state) ? gone : there(state);

/** Gone when the answer lists nothing. */
const byCount = (items: readonly unknown[] | undefined): ResourceStatus =>
  (items ?? []).length === 0 ? gone : there(listed);

type Confirm = (aws: AwsCalls, arn: Arn, signal: AbortSignal) => Promise<ResourceStatus>;

/** Names of clusters that are gone are remembered by what was in them. */
const withCluster: Confirm = async (aws, { id }, signal) => {
  const { cluster } = await aws.call('eks.DescribeCluster', { name: id.split('/')[0]! }, signal);
  return byState(cluster?.status, []);
};

/** A listener lives in its load balancer: `listener/app/NAME/ID/…` is of `loadbalancer/app/NAME/ID`. */
const withLoadBalancer: Confirm = async (aws, { arn }, signal) => {
  const [, prefix = '', id = ''] = /^(.*):listener(?:-rule)?\/([^/]+\/[^/]+\/[^/]+)/.exec(arn) ?? [];
  const { LoadBalancers } = await aws.call(
    'elbv2.DescribeLoadBalancers',
    { LoadBalancerArns: [`${prefix}:loadbalancer/${id}`] },
    signal,
  );
  return byCount(LoadBalancers);
};

/** How each kind of thing is looked at, by service and type of its ARN. Whatever AWS does not find is gone. */
const calls: Readonly<Record<string, Confirm>> = {
  'cloudformation/stack': async (aws, { arn }, signal) =>
    byState((await findStack(aws, arn, signal))?.status, ['DELETE_COMPLETE']),

  'ec2/elastic-ip': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeAddresses', { AllocationIds: [id] }, signal)).Addresses),
  'ec2/instance': async (aws, { id }, signal) => {
    const { Reservations } = await aws.call('ec2.DescribeInstances', { InstanceIds: [id] }, signal);
    // A terminated instance is listed for about an hour more.
    return byState(Reservations?.[0]?.Instances?.[0]?.State?.Name, ['terminated']);
  },
  'ec2/internet-gateway': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeInternetGateways', { InternetGatewayIds: [id] }, signal)).InternetGateways),
  'ec2/launch-template': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeLaunchTemplates', { LaunchTemplateIds: [id] }, signal)).LaunchTemplates),
  'ec2/natgateway': async (aws, { id }, signal) => {
    const { NatGateways } = await aws.call('ec2.DescribeNatGateways', { NatGatewayIds: [id] }, signal);
    return byState(NatGateways?.[0]?.State, ['deleted']);
  },
  'ec2/network-interface': async (aws, { id }, signal) => {
    const { NetworkInterfaces } = await aws.call(
      'ec2.DescribeNetworkInterfaces',
      { NetworkInterfaceIds: [id] },
      signal,
    );
    return byState(NetworkInterfaces?.[0]?.Status, []);
  },
  'ec2/route-table': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeRouteTables', { RouteTableIds: [id] }, signal)).RouteTables),
  'ec2/security-group': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeSecurityGroups', { GroupIds: [id] }, signal)).SecurityGroups),
  'ec2/snapshot': async (aws, { id }, signal) =>
    byState((await aws.call('ec2.DescribeSnapshots', { SnapshotIds: [id] }, signal)).Snapshots?.[0]?.State, []),
  'ec2/subnet': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeSubnets', { SubnetIds: [id] }, signal)).Subnets),
  'ec2/volume': async (aws, { id }, signal) =>
    byState((await aws.call('ec2.DescribeVolumes', { VolumeIds: [id] }, signal)).Volumes?.[0]?.State, ['deleted']),
  'ec2/vpc': async (aws, { id }, signal) =>
    byCount((await aws.call('ec2.DescribeVpcs', { VpcIds: [id] }, signal)).Vpcs),
  'ec2/vpc-endpoint': async (aws, { id }, signal) => {
    const { VpcEndpoints } = await aws.call('ec2.DescribeVpcEndpoints', { VpcEndpointIds: [id] }, signal);
    return byState(VpcEndpoints?.[0]?.State, ['deleted', 'Deleted']);
  },

  'ecs/cluster': async (aws, { arn }, signal) =>
    byState((await aws.call('ecs.DescribeClusters', { clusters: [arn] }, signal)).clusters?.[0]?.status, ['INACTIVE']),
  'ecs/service': async (aws, { arn, id }, signal) => {
    const { services } = await aws.call(
      'ecs.DescribeServices',
      { cluster: id.split('/')[0]!, services: [arn] },
      signal,
    );
    return byState(services?.[0]?.status, ['INACTIVE']);
  },
  'ecs/task-definition': async (aws, { arn }, signal) => {
    const { taskDefinition } = await aws.call('ecs.DescribeTaskDefinition', { taskDefinition: arn }, signal);
    // What was deregistered can be read for ever; it runs nothing and costs nothing.
    return byState(taskDefinition?.status, ['INACTIVE', 'DELETE_IN_PROGRESS']);
  },

  'eks/access-entry': withCluster,
  'eks/addon': async (aws, { id }, signal) => {
    const [clusterName = '', addonName = ''] = id.split('/');
    return byState((await aws.call('eks.DescribeAddon', { clusterName, addonName }, signal)).addon?.status, []);
  },
  'eks/cluster': withCluster,
  'eks/fargateprofile': async (aws, { id }, signal) => {
    const [clusterName = '', fargateProfileName = ''] = id.split('/');
    const { fargateProfile } = await aws.call(
      'eks.DescribeFargateProfile',
      { clusterName, fargateProfileName },
      signal,
    );
    return byState(fargateProfile?.status, []);
  },
  'eks/nodegroup': async (aws, { id }, signal) => {
    const [clusterName = '', nodegroupName = ''] = id.split('/');
    return byState(
      (await aws.call('eks.DescribeNodegroup', { clusterName, nodegroupName }, signal)).nodegroup?.status,
      [],
    );
  },
  'eks/podidentityassociation': withCluster,

  'elasticloadbalancing/listener': withLoadBalancer,
  'elasticloadbalancing/listener-rule': withLoadBalancer,
  'elasticloadbalancing/loadbalancer': async (aws, { arn, id }, signal) => {
    // The classic ones have a name and nothing else behind the type.
    if (!id.includes('/')) {
      const { LoadBalancerDescriptions } = await aws.call(
        'elb.DescribeLoadBalancers',
        { LoadBalancerNames: [id] },
        signal,
      );
      return byCount(LoadBalancerDescriptions);
    }
    const { LoadBalancers } = await aws.call('elbv2.DescribeLoadBalancers', { LoadBalancerArns: [arn] }, signal);
    return byState(LoadBalancers?.[0]?.State?.Code, []);
  },
  'elasticloadbalancing/targetgroup': async (aws, { arn }, signal) =>
    byCount((await aws.call('elbv2.DescribeTargetGroups', { TargetGroupArns: [arn] }, signal)).TargetGroups),

  'kms/key': async (aws, { id }, signal) => {
    const { KeyMetadata } = await aws.call('kms.DescribeKey', { KeyId: id }, signal);
    if (KeyMetadata?.KeyState === 'PendingDeletion')
      return { kind: 'waits', until: KeyMetadata.DeletionDate?.toISOString().slice(0, 10) };
    return byState(KeyMetadata?.KeyState, []);
  },

  'logs/log-group': async (aws, { id }, signal) => {
    const name = id.replace(/:\*$/, '');
    const { logGroups } = await aws.call('logs.DescribeLogGroups', { logGroupNamePrefix: name }, signal);
    return byCount(logGroups?.filter(({ logGroupName }) => logGroupName === name));
  },

  // Its description, because nobody but nodes has to read its value.
  'ssm/parameter': async (aws, { id }, signal) => {
    const filters = [{ Key: 'Name', Option: 'Equals', Values: [`/${id}`] }];
    return byCount((await aws.call('ssm.DescribeParameters', { ParameterFilters: filters }, signal)).Parameters);
  },
};

/** The kinds of things that a call of their own confirms, as service and type of their ARN. */
export const confirmedKinds: readonly string[] = Object.keys(calls);

/** What has become of something, by a call of its own. */
export async function statusOf(aws: AwsCalls, arn: Arn, signal: AbortSignal): Promise<ResourceStatus> {
  const confirm = calls[`${arn.service}/${arn.type}`];
  if (confirm === undefined) return { kind: 'unconfirmed' };
  try {
    return await confirm(aws, arn, signal);
  } catch (error) {
    if (isNotFound(error)) return gone;
    throw error;
  }
}
