import { bootstrapParameterPrefix } from '../../self-managed/ssm-parameters.ts';
import { statusOf, parseArn, type Arn, type ResourceStatus } from './resource-status.ts';
import { allPages, type AwsCalls } from './operations.ts';
import { logGroupsOf } from './log-groups.ts';
import { partitionOf } from './partition.ts';
import { deletedWith } from './stack.ts';
import { waitFor } from '../../core/wait-for.ts';

/** Something that carries an environment's tags or name, and is not known to be gone. */
export interface Remaining extends Arn {
  readonly status: Exclude<ResourceStatus, { kind: 'gone' }>;
}

/** How an environment's things are found. */
export interface OrphansQuery {
  /** Name of the stack, and of the cluster in it. */
  readonly name: string;
  /** The stack's ARN, if it was ever seen: what it deleted counts as gone where no other call can tell. */
  readonly stackId?: string | undefined;
  readonly signal: AbortSignal;
  /** How long things that are still ending are waited for, in milliseconds. @default two minutes */
  readonly patience?: number;
  /** Time between two looks, in milliseconds. @default ten seconds */
  readonly interval?: number;
  /** Told how many are waited for. */
  readonly onWait?: (count: number) => void;
}

/** Tags that name a stack or cluster; what carries one of them belongs to the environment. Without values: the key is enough. */
const tagsOf = (name: string): readonly { readonly Key: string; readonly Values?: string[] }[] => [
  // CloudFormation, on what it makes.
  { Key: 'aws:cloudformation:stack-name', Values: [name] },
  // EKS, and the cloud provider for load balancers, their security groups, and volumes.
  { Key: `kubernetes.io/cluster/${name}` },
  { Key: 'eks:cluster-name', Values: [name] },
  { Key: 'aws:eks:cluster-name', Values: [name] },
  { Key: 'KubernetesCluster', Values: [name] },
  // The AWS Load Balancer Controller.
  { Key: 'elbv2.k8s.aws/cluster', Values: [name] },
  // The VPC CNI plugin and the VPC resource controller, on network interfaces.
  { Key: 'cluster.k8s.amazonaws.com/name', Values: [name] },
];

/**
 * What is left of an environment: found by tag, or by name where nodes made it, and each confirmed by a call of its own,
 * because the tagging API lists what is gone for hours. A thing of a kind that no call here can confirm counts as gone only if CloudFormation says that
 * it deleted it.
 */
export async function findOrphans(aws: AwsCalls, query: OrphansQuery): Promise<readonly Remaining[]> {
  const { name, stackId, signal, patience = 120_000, interval = 10_000, onWait } = query;
  const found = [taggedArns, parameterArns, logGroupArns].map((arnsOf) => arnsOf(aws, name, signal));
  const arns = [...new Set((await Promise.all(found)).flat())];
  const deleted = stackId === undefined ? new Set<string>() : await deletedWith(aws, stackId, signal);
  let remaining: readonly Remaining[] | undefined;
  const noneIsThere = async () => {
    remaining = await confirmed(aws, remaining ?? arns.map(parseArn), deleted, signal);
    const { length } = remaining.filter(({ status }) => status.kind === 'there');
    if (length > 0) onWait?.(length);
    return length === 0;
  };
  await waitFor(noneIsThere, { timeoutMs: patience, pauseMs: interval, signal });
  return remaining ?? [];
}

async function taggedArns(aws: AwsCalls, name: string, signal: AbortSignal): Promise<string[]> {
  const found = new Set<string>();
  // One query for each tag: several in one mean "all of them".
  for (const tag of tagsOf(name)) {
    const mappings = await allPages(async (token) => {
      const { ResourceTagMappingList, PaginationToken } = await aws.call(
        'tagging.GetResources',
        { TagFilters: [tag], ...(token === undefined ? {} : { PaginationToken: token }) },
        signal,
      );
      return { items: ResourceTagMappingList, next: PaginationToken };
    });
    mappings.forEach(({ ResourceARN }) => ResourceARN !== undefined && found.add(ResourceARN));
  }
  return [...found].sort();
}

/** Log groups of an EKS cluster. EKS recreates one for late logs, without tags, when cluster and stack are gone. */
async function logGroupArns(aws: AwsCalls, name: string, signal: AbortSignal): Promise<string[]> {
  const groups = await logGroupsOf(aws, name, signal);
  // Without the `:*` that one of the two ARNs ends in: the tagging API has none either.
  return groups.flatMap(({ arn, logGroupArn }) => logGroupArn ?? arn?.replace(/:\*$/, '') ?? []).sort();
}

/** Parameters of a self-managed cluster. Its nodes write them, and write them again if they are deleted too early. */
async function parameterArns(aws: AwsCalls, name: string, signal: AbortSignal): Promise<string[]> {
  const parameters = await allPages(async (token) => {
    const { Parameters, NextToken } = await aws.call(
      'ssm.DescribeParameters',
      {
        ParameterFilters: [{ Key: 'Path', Option: 'OneLevel', Values: [bootstrapParameterPrefix(name)] }],
        ...(token === undefined ? {} : { NextToken: token }),
      },
      signal,
    );
    return { items: Parameters, next: NextToken };
  });
  return parameters
    .map(({ ARN, Name }) => ARN ?? `arn:${partitionOf(aws.region)}:ssm:${aws.region}::parameter${Name}`)
    .sort();
}

async function confirmed(
  aws: AwsCalls,
  arns: readonly Arn[],
  deleted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Remaining[]> {
  const remaining: Remaining[] = [];
  for (const { arn, service, type, id } of arns) {
    const status = await statusOf(aws, { arn, service, type, id }, signal);
    if (status.kind === 'gone') continue;
    if (status.kind === 'unconfirmed' && physicalIds({ arn, service, type, id }).some((name) => deleted.has(name)))
      continue;
    remaining.push({ arn, service, type, id, status });
  }
  return remaining;
}

/** What CloudFormation may call a thing: its ARN, its id, or the last word of it. */
const physicalIds = ({ arn, id }: Arn): readonly string[] => [arn, id, id.split(/[/:]/).at(-1)!];
