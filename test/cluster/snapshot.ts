import { setTimeout as sleep } from 'node:timers/promises';
import type { LabAccess } from '../../lib/targets/target.ts';
import { kubectlDone } from './environment.ts';

/** Each object of a snapshot, with something that changes when anybody changes it. */
export type Snapshot = Readonly<Record<string, string>>;

interface KubernetesObject {
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion: string; labels?: object };
  spec?: object;
}

/**
 * What controllers write without anybody's doing: leases every few seconds, events, the status of nodes (heartbeats)
 * and of autoscalers (every 15 seconds). The first two are left out, of the others only what they are to be is kept.
 */
const leftOut = /^(leases\.coordination\.k8s\.io|events(\.events\.k8s\.io)?|pods\.metrics\.k8s\.io)$/;
const statusChanges = ['Node', 'HorizontalPodAutoscaler'];

/** The nodes, and all objects in some namespaces. */
export async function snapshotOf(access: LabAccess, namespaces: readonly string[]): Promise<Snapshot> {
  const types = (await kubectlDone(access, 'api-resources --verbs=list --namespaced -o name'))
    .split('\n')
    .filter((type) => type !== '' && !leftOut.test(type));
  const texts = await Promise.all([
    kubectlDone(access, 'get nodes -o json'),
    ...namespaces.map((namespace) => kubectlDone(access, `get ${types.join()} -n ${namespace} -o json`)),
  ]);
  // The deprecated types come with a warning before the JSON.
  const objects = texts.flatMap(
    (text) => (JSON.parse(text.slice(text.indexOf('{\n'))) as { items: KubernetesObject[] }).items,
  );
  return Object.fromEntries(
    objects.map(({ kind, metadata, spec }) => [
      `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      statusChanges.includes(kind) ? JSON.stringify([spec, metadata.labels]) : metadata.resourceVersion,
    ]),
  );
}

/** A snapshot after the controllers have come to rest: two in a row, a second apart, are the same. */
export async function settledSnapshotOf(access: LabAccess, namespaces: readonly string[]): Promise<Snapshot> {
  let last = await snapshotOf(access, namespaces);
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    await sleep(1_000);
    const next = await snapshotOf(access, namespaces);
    if (JSON.stringify(next) === JSON.stringify(last)) return next;
    last = next;
  }
  throw new Error('The objects of the cluster have not come to rest within a minute.');
}
