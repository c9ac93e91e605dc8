import { CoreV1Api, type V1Node, type V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../model/cluster.ts';
import { failed } from '../model/verdict.ts';

/** The label that says in which zone a node is. */
export const zoneLabel = 'topology.kubernetes.io/zone';

/** The label that nodes of the control plane carry. */
export const controlPlaneLabel = 'node-role.kubernetes.io/control-plane';

/** The nodes of a cluster, in the order in which kubectl lists them. */
export const nodesOf = async ({ api }: Cluster): Promise<readonly V1Node[]> => (await api(CoreV1Api).listNode()).items;

/** The nodes of a cluster that are not its control plane, in the order in which kubectl lists them. */
export const workersOf = async (cluster: Cluster): Promise<readonly V1Node[]> =>
  (await nodesOf(cluster)).filter(({ metadata }) => metadata?.labels?.[controlPlaneLabel] === undefined);

/** How many of the pods are in each zone that the nodes are in, 0 included. Pods that are on none of the nodes count together. */
export function podsPerZone(pods: readonly V1Pod[], nodes: readonly V1Node[]): readonly number[] {
  const zoneOf = new Map(nodes.map(({ metadata }) => [metadata?.name, metadata?.labels?.[zoneLabel]]));
  const counts = new Map([...zoneOf.values()].map((zone) => [zone, 0]));
  for (const { spec } of pods) {
    const zone = zoneOf.get(spec?.nodeName);
    counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** What a check says of a node that is silent, and whose pods are not evicted yet. */
export const notUnreachableYet = failed({
  ja: 'Ready でないノードはありますが、「到達できない」という NoExecute の taint がまだ付いていません。',
  en: 'A node is not Ready, but it does not carry the NoExecute taint for unreachable nodes yet.',
});

/** What a check says of a node that is back, and whose pods would still be evicted. */
export const stillUnreachable = failed({
  ja: 'ノードは Ready に戻りましたが、taint がまだ外れていません。数秒待ってください。',
  en: 'The node is Ready again, but its taint has not been removed yet. Give it a few seconds.',
});

/** What a check says where not all nodes are Ready again. */
export const stillNotReady = failed({
  ja: 'まだ Ready でないノードがあります。',
  en: 'There still is a node that is not Ready.',
});

/** What a check says of a node that its guide had the learner cordon. */
export const stillCordoned = failed({
  ja: 'まだ cordon されたノードがあります。',
  en: 'There still is a cordoned node.',
});

/** The same, without the word that would give the command away. */
export const stillClosed = failed({
  ja: '新しい Pod を断ったままのノードがあります。',
  en: 'There still is a node that takes no new pods.',
});
