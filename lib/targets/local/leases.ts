import type { V1LeaseList } from '@kubernetes/client-node';
import { ExternalError } from '../../core/errors.ts';
import type { Kubectl } from '../shared/kubectl.ts';
import { waitForAnswer } from './api-client.ts';
import type { LocalFolder } from './local-folder.ts';

/** How long nodes may take to have their leases, in milliseconds. kwok looks for a lease that is gone every 10 s. */
const timeout = 60_000;

const namespace = 'kube-node-lease';

/** kwok holds leases by the host's name and a UUID that it draws when it starts. */
const heldByKwok = /^.+_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What of a lease says who holds it. */
interface Holdable {
  readonly spec?: { readonly holderIdentity?: string };
}

/** Whether kwok holds a node's lease, and so looks after the node and its pods. */
export const isHeldByKwok = ({ spec }: Holdable): boolean => heldByKwok.test(spec?.holderIdentity ?? '');

/**
 * Deletes the leases of nodes that kwok does not hold, because a learner gave them to another holder; kwok then
 * recreates them. Those that it holds stay: without its lease, nothing happens to a node's pods.
 */
export async function deleteForeignLeases(kubectl: Kubectl, signal: AbortSignal): Promise<void> {
  const { items } = JSON.parse(
    await kubectl.run(['get', 'lease', '-n', namespace, '-o', 'json'], signal),
  ) as V1LeaseList;
  const foreign = items.filter((lease) => !isHeldByKwok(lease)).map(({ metadata }) => metadata?.name ?? '');
  if (foreign.length === 0) return;
  await kubectl.run(['delete', 'lease', '-n', namespace, ...foreign, '--ignore-not-found', '--wait=false'], signal);
}

/**
 * Waits until kwok holds the lease of each node.
 *
 * @throws ExternalError when it does not take them in time
 */
export async function waitForLeases(folder: LocalFolder, nodes: readonly string[], signal: AbortSignal): Promise<void> {
  const areHeld = (body: string) => {
    const held = (JSON.parse(body) as V1LeaseList).items.filter(isHeldByKwok).map(({ metadata }) => metadata?.name);
    return nodes.every((node) => held.includes(node));
  };
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  if (await waitForAnswer(folder, leases, timeout, signal, areHeld)) return;
  throw new ExternalError({
    ja:
      `模擬の kubelet が、ノードの Lease を ${timeout / 1000} 秒以内に取り戻しませんでした。` +
      'labs down で環境を終了し、labs up で始め直してください。',
    en:
      `The simulated kubelets did not take back the leases of their nodes within ${timeout / 1000} seconds. ` +
      'End the environment with labs down, and start it again with labs up.',
  });
}
