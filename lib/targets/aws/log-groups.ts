import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { allPages, type AwsCalls } from './operations.ts';

/** The log group to which EKS writes the logs of a cluster's control plane. */
export const controlPlaneLogGroup = (cluster: string): string => `/aws/eks/${cluster}/cluster`;

/** The log groups that carry a cluster's name. EKS recreates one without the tags of the stack that made it. */
export const logGroupsOf = (aws: AwsCalls, cluster: string, signal: AbortSignal): Promise<readonly LogGroup[]> =>
  allPages(async (token) => {
    const { logGroups, nextToken } = await aws.call(
      'logs.DescribeLogGroups',
      { logGroupNamePrefix: `/aws/eks/${cluster}/`, ...(token === undefined ? {} : { nextToken: token }) },
      signal,
    );
    return { items: logGroups, next: nextToken };
  });
