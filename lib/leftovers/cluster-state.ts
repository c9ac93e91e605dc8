import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { failureOf } from './failures.ts';
import type { Search } from './search.ts';

/** Whether the cluster is there: what belongs to a living cluster is no leftover. */
export type ClusterState = 'gone' | 'deleting' | 'alive';

/** Asks EKS for the cluster. Throws what the AWS SDK throws, except that there is no such cluster. */
export async function clusterState({ clients, clusterName, signal: abortSignal }: Search): Promise<ClusterState> {
  try {
    const { cluster } = await clients.eks.send(new DescribeClusterCommand({ name: clusterName }), { abortSignal });
    return cluster?.status === 'DELETING' ? 'deleting' : 'alive';
  } catch (error) {
    if (failureOf(error).meaning === 'gone') return 'gone';
    throw error;
  }
}
