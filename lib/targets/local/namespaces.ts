import type { V1NamespaceList } from '@kubernetes/client-node';
import { ExternalError } from '../../core/errors.ts';
import { waitFor } from '../../core/wait-for.ts';
import type { Kubectl } from '../shared/kubectl.ts';
import { ask, connectionOf, waitForAnswer } from './api-client.ts';
import type { LocalFolder } from './local-folder.ts';

/** What a namespace says of its end. */
interface EndingNamespace {
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
  };
}

/** What is told of a pod that is left. */
interface LeftPod {
  readonly metadata?: { readonly name?: string; readonly finalizers?: readonly string[] };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** How long namespaces may take to be gone, in milliseconds. */
const timeout = 120_000;

/** How long pods that are left may stay before they are removed once more, in milliseconds. */
const podsTimeout = 10_000;

/** How long the API server may take to remove a namespace's pods, in milliseconds. */
const requestTimeout = 30_000;

/**
 * Deletes namespaces with all in them and waits until they are gone; none needs to be there.
 *
 * Pods are removed at once, without waiting for their kubelet: behind a simulated pod there is no process that could go on
 * running, and a kubelet that a learner silenced would never say that its pods have ended.
 *
 * @throws ExternalError when they are not gone in time, with what holds them up
 */
export async function deleteNamespaces(
  folder: LocalFolder,
  kubectl: Kubectl,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await kubectl.run(['delete', 'namespace', ...names, '--ignore-not-found', '--wait=false'], signal);
  const areGone = (body: string) =>
    (JSON.parse(body) as V1NamespaceList).items.every(({ metadata }) => !names.includes(metadata?.name ?? ''));
  const removedAll = async () => {
    // Once more each time: a controller may have made a pod just before its namespace began to end.
    for (const name of names) await removePods(folder, name, signal);
    return waitForAnswer(folder, '/api/v1/namespaces', podsTimeout, signal, areGone);
  };
  // The pause is in the look itself.
  if (await waitFor(removedAll, { timeoutMs: timeout, pauseMs: 0, signal })) return;
  const left = await Promise.all(names.map((name) => whatIsLeft(folder, name)));
  throw new ExternalError({
    ja:
      `名前空間が ${timeout / 1000} 秒たっても消えません。次の原因を取り除くか、labs down で環境を終了して、` +
      `もう一度実行してください。\n${left.flat().join('\n')}`,
    en:
      `These namespaces were not gone after ${timeout / 1000} seconds. Remove what holds them up, or end the environment ` +
      `with labs down, and run the command again.\n${left.flat().join('\n')}`,
  });
}

async function removePods(folder: LocalFolder, namespace: string, signal: AbortSignal): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
  const url = `/api/v1/namespaces/${namespace}/pods`;
  // What fails shows when the namespace stays.
  await waitForAnswer(folder, { method: 'DELETE', url, body }, requestTimeout, signal);
}

async function whatIsLeft(folder: LocalFolder, name: string): Promise<string[]> {
  const connection = await connectionOf(folder);
  const read = async (url: string) => (await ask(connection, { method: 'GET', url }))?.body ?? '{}';
  const namespace = JSON.parse(await read(`/api/v1/namespaces/${name}`)) as EndingNamespace;
  const { items } = JSON.parse(await read(`/api/v1/namespaces/${name}/pods`)) as { items?: LeftPod[] };
  return linesAbout(name, namespace, items ?? []);
}

/** What a namespace that is ending says of itself, and the pods that are left in it, line by line. */
export function linesAbout(name: string, namespace: EndingNamespace, pods: readonly LeftPod[]): string[] {
  const conditions = (namespace.status?.conditions ?? [])
    // Of the conditions of a namespace, the true ones are the obstacles.
    .filter(({ status }) => status === 'True')
    .map(({ type, reason, message }) => `${name}: ${type} (${reason ?? 'no reason'}): ${message ?? ''}`);
  const left = pods.map(({ metadata, spec, status }) => {
    const finalizers = metadata?.finalizers?.length ? `, finalizers ${metadata.finalizers.join(', ')}` : '';
    return `${name}: pod ${metadata?.name ?? ''}, ${status?.phase ?? 'no phase'}, on ${spec?.nodeName ?? 'no node'}${finalizers}`;
  });
  return [...conditions, ...left];
}
