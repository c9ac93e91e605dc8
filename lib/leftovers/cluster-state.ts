import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { failureOf } from './failures.ts';
import type { Search } from './search.ts';

/** The state of the cluster. Resources of an existing cluster are not leftovers. */
export type ClusterState = 'gone' | 'deleting' | 'alive';

/** Asks EKS for the state of the cluster.  @throws the errors of the AWS SDK, except that the cluster does not exist */
export async function clusterState({ clients, clusterName, signal: abortSignal }: Search): Promise<ClusterState> {
  try {
    const { cluster } = await clients.eks.send(new DescribeClusterCommand({ name: clusterName }), { abortSignal });
    return cluster?.status === 'DELETING' ? 'deleting' : 'alive';
  } catch (error) {
    if (failureOf(error).meaning === 'gone') return 'gone';
    throw error;
  }
}
