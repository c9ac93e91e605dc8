import type { V1NodeList } from '@kubernetes/client-node';
import type { ClusterScopedObjects } from '../../model/lab.ts';
import type { Kubectl } from './kubectl.ts';

/**
 * Removes what a lab's guide has learners make outside of its namespace; none of it needs to be there.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function deleteClusterScoped(
  marks: ClusterScopedObjects | undefined,
  kubectl: Pick<Kubectl, 'run'>,
  signal: AbortSignal,
): Promise<void> {
  const { objects = [], nodeKeys = [] } = marks ?? {};
  if (objects.length > 0) await kubectl.run(['delete', ...objects, '--ignore-not-found'], signal);
  if (nodeKeys.length === 0) return;
  const { items } = JSON.parse(await kubectl.run(['get', 'nodes', '--output=json'], signal)) as V1NodeList;
  for (const { metadata, spec } of items) {
    const labels = nodeKeys.filter((key) => metadata?.labels?.[key] !== undefined);
    const taints = (spec?.taints ?? []).filter(({ key }) => !nodeKeys.includes(key));
    if (labels.length === 0 && taints.length === (spec?.taints ?? []).length) continue;
    const patch = {
      metadata: { labels: Object.fromEntries(labels.map((key) => [key, null])) },
      spec: { taints: taints.length === 0 ? null : taints },
    };
    await kubectl.run(
      ['patch', 'node', metadata?.name ?? '', '--type=merge', '--patch', JSON.stringify(patch)],
      signal,
    );
  }
}
