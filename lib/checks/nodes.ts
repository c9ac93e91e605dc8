import { CoreV1Api, type V1Node, type V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../model/cluster.ts';
import { failed } from '../model/verdict.ts';

/** The label with a node's zone. */
export const zoneLabel = 'topology.kubernetes.io/zone';

/** The label of control-plane nodes. */
export const controlPlaneLabel = 'node-role.kubernetes.io/control-plane';

/** All nodes of a cluster, in the order of `kubectl get nodes`. */
export const nodesOf = async ({ api }: Cluster): Promise<readonly V1Node[]> => (await api(CoreV1Api).listNode()).items;

/** The worker nodes of a cluster, in the order of `kubectl get nodes`. */
export const workersOf = async (cluster: Cluster): Promise<readonly V1Node[]> =>
  (await nodesOf(cluster)).filter(({ metadata }) => metadata?.labels?.[controlPlaneLabel] === undefined);

/**
 * The number of pods in each zone of the nodes, 0 included. Pods on other nodes are counted together, as one more zone.
 */
export function podsPerZone(pods: readonly V1Pod[], nodes: readonly V1Node[]): readonly number[] {
  const zoneOf = new Map(nodes.map(({ metadata }) => [metadata?.name, metadata?.labels?.[zoneLabel]]));
  const counts = new Map([...zoneOf.values()].map((zone) => [zone, 0]));
  for (const { spec } of pods) {
    const zone = zoneOf.get(spec?.nodeName);
    counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** The hint when a node's kubelet has stopped, and its pods are not evicted yet. */
export const notUnreachableYet = failed({
  ja: 'Ready でないノードはありますが、「到達できない」という NoExecute の taint がまだ付いていません。',
  en: 'A node is not Ready, but it does not have the NoExecute taint for unreachable nodes yet.',
});

/** The hint when a node is Ready again, and still has the taint that evicts pods. */
export const stillUnreachable = failed({
  ja: 'ノードは Ready に戻りましたが、taint がまだ外れていません。数秒待ってください。',
  en: 'The node is Ready again, but its taint has not been removed yet. Give it a few seconds.',
});

/** The hint when a node is not Ready again. */
export const stillNotReady = failed({
  ja: 'まだ Ready でないノードがあります。',
  en: 'A node is still not Ready.',
});

/** The hint when a node is cordoned, in labs whose guide cordons one. */
export const stillCordoned = failed({
  ja: 'まだ cordon されたノードがあります。',
  en: 'A node is still cordoned.',
});

/** The same without the word "cordoned", which would reveal the command. */
export const stillClosed = failed({
  ja: '新しい Pod を断ったままのノードがあります。',
  en: 'A node still accepts no new pods.',
});
