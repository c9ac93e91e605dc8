import type { Environment } from '../../model/environment.ts';
import type { Settings } from '../../settings/settings.ts';
import { stackNameOf } from '../../settings/stack-name.ts';
import { errorNameOf } from './errors.ts';
import { allPages, type AwsCalls } from './operations.ts';
import { conditionOf } from './stack-status.ts';

/** A CloudFormation stack as it is now. */
export interface StackState {
  /** Its ARN, by which it can be asked for even when it is gone. */
  readonly id: string;
  /** Such as `CREATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly created?: Date | undefined;
}

/** The name of an environment's stack under these settings, and of its cluster. */
export const stackOf = ({ stack }: Environment, { name }: Pick<Settings, 'name'>): string => stackNameOf(stack, name);

/** A stack by its name or id; undefined when there is none of that name. */
export async function findStack(aws: AwsCalls, name: string, signal?: AbortSignal): Promise<StackState | undefined> {
  try {
    const { Stacks } = await aws.call('cloudformation.DescribeStacks', { StackName: name }, signal);
    const stack = Stacks?.[0];
    if (stack?.StackId === undefined || stack.StackStatus === undefined) return undefined;
    const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    const tags = (stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
    return {
      tags: Object.fromEntries(tags) as Record<string, string>,
      created: stack.CreationTime,
      id: stack.StackId,
      status: stack.StackStatus,
      outputs: Object.fromEntries(outputs) as Record<string, string>,
    };
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (errorNameOf(error) === 'ValidationError' && /does not exist/.test(String(error))) return undefined;
    throw error;
  }
}

/** Whether a stack is there and whole. */
export const isWhole = (stack: StackState | undefined): boolean =>
  stack !== undefined && conditionOf(stack.status).kind === 'whole';

/** The physical ids of what CloudFormation says that it deleted with a stack. It remembers that for 90 days. */
export async function deletedWith(aws: AwsCalls, stackId: string, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const resources = await allPages(async (token) => {
    const { StackResourceSummaries, NextToken } = await aws.call(
      'cloudformation.ListStackResources',
      { StackName: stackId, ...(token === undefined ? {} : { NextToken: token }) },
      signal,
    );
    return { items: StackResourceSummaries, next: NextToken };
  });
  return new Set(
    resources.flatMap(({ ResourceStatus, PhysicalResourceId }) =>
      ResourceStatus === 'DELETE_COMPLETE' && PhysicalResourceId !== undefined ? [PhysicalResourceId] : [],
    ),
  );
}
