import { ApiException, CoreV1Api, type KubernetesObject } from '@kubernetes/client-node';
import type { Cluster } from '../../model/cluster.ts';
import { ExternalError } from '../../core/errors.ts';
import { waitFor } from '../../core/wait-for.ts';
import { externalKinds } from './external-kinds.ts';
import type { Text } from '../../core/text.ts';

/** Kubernetes' own namespaces, where no lab puts anything. */
const ownNamespaces = ['kube-system', 'kube-public', 'kube-node-lease'];

/** What to delete, and how long to wait. */
export interface RemoveExternalOptions {
  /** Only what is in these namespaces. @default every namespace but Kubernetes' own */
  readonly namespaces?: readonly string[];
  readonly signal: AbortSignal;
  /** How long to wait until all of it is gone, in milliseconds. */
  readonly timeoutMs: number;
  /** Time between two looks, in milliseconds. @default 1000 */
  readonly pollMs?: number;
}

/**
 * Deletes, through Kubernetes, the objects for which controllers make load balancers and volumes outside of the cluster,
 * and waits until they are really gone: finalizers keep each until its load balancer or volume is. That is the only
 * orderly way, and works only while the controllers run. Pods that use a claim are deleted too, for they would hold it;
 * a controller that recreates them gets none that starts, since its claim is going.
 *
 * @returns what was deleted, for example `Service shop/web`
 * @throws ExternalError when something is left at the end of the time, with its name and what holds it
 */
export async function removeExternal(cluster: Cluster, options: RemoveExternalOptions): Promise<readonly string[]> {
  const { timeoutMs, pollMs = 1_000, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  const deleted = new Set<string>();
  let left: readonly KubernetesObject[] = [];
  const allAreGone = async () => {
    left = await unlessAborted(lookAndDelete(cluster, options.namespaces, deleted), either);
    return left.length === 0;
  };
  try {
    if (await waitFor(allAreGone, { timeoutMs, pauseMs: pollMs, signal: either })) return [...deleted];
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
  }
  const seconds = Math.round(timeoutMs / 1_000);
  const remain: Text =
    left.length > 0
      ? {
          ja: `まだ残っているものがあります: ${left.map((object) => described(object).ja).join('、')}　`,
          en: `still there are ${left.map((object) => described(object).en).join(', ')}`,
        }
      : { ja: 'API サーバーが応答しません。', en: 'the API server had not answered' };
  throw new ExternalError({
    ja:
      `${seconds} 秒たちましたが、${remain.ja}` +
      '残ったもののイベントを kubectl describe で調べ、コントローラーが動いていることを確かめて、もう一度実行してください。',
    en:
      `After ${seconds} seconds ${remain.en}. ` +
      'Look at the events of what is left (kubectl describe), see that its controller runs, and try again.',
  });
}

/** Deletes what is not being deleted yet. Returns all that is still there. */
async function lookAndDelete(
  cluster: Cluster,
  given: readonly string[] | undefined,
  deleted: Set<string>,
): Promise<readonly KubernetesObject[]> {
  const left: KubernetesObject[] = [];
  const namespaces = given ?? (await otherNamespaces(cluster));
  for (const namespace of namespaces) {
    for (const kind of externalKinds) {
      for (const object of await unlessMissing(kind.list(cluster, namespace), [])) {
        left.push({ ...object, kind: kind.kind });
        if (object.metadata?.deletionTimestamp !== undefined) continue;
        await unlessMissing(kind.delete(cluster, namespace, object.metadata?.name ?? ''), undefined);
        deleted.add(nameOf({ ...object, kind: kind.kind }));
      }
    }
    await deletePodsWithClaims(cluster, namespace);
  }
  return [...left, ...(await goingVolumes(cluster, namespaces))];
}

async function otherNamespaces(cluster: Cluster): Promise<readonly string[]> {
  const { items } = await cluster.api(CoreV1Api).listNamespace();
  return items.map(({ metadata }) => metadata?.name ?? '').filter((name) => !ownNamespaces.includes(name));
}

async function deletePodsWithClaims(cluster: Cluster, namespace: string): Promise<void> {
  const api = cluster.api(CoreV1Api);
  for (const { metadata, spec } of (await api.listNamespacedPod({ namespace })).items) {
    const claims = spec?.volumes?.filter((volume) => volume.persistentVolumeClaim ?? volume.ephemeral) ?? [];
    // A pod that was never placed holds no claim.
    if (claims.length === 0 || spec?.nodeName === undefined || metadata?.deletionTimestamp !== undefined) continue;
    await unlessMissing(api.deleteNamespacedPod({ namespace, name: metadata?.name ?? '' }), undefined);
  }
}

/** Volumes of a CSI driver that go with their claims; those that are to be retained stay. */
async function goingVolumes(cluster: Cluster, namespaces: readonly string[]): Promise<readonly KubernetesObject[]> {
  const { items } = await cluster.api(CoreV1Api).listPersistentVolume();
  return items
    .filter(
      ({ spec }) =>
        spec?.csi !== undefined &&
        spec.persistentVolumeReclaimPolicy === 'Delete' &&
        namespaces.includes(spec.claimRef?.namespace ?? ''),
    )
    .map(({ metadata }) => ({ kind: 'PersistentVolume', ...(metadata !== undefined && { metadata }) }));
}

const nameOf = ({ kind = '', metadata }: KubernetesObject): string =>
  [kind, [metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/')].join(' ');

/** Name, and which finalizers keep it. */
function described(object: KubernetesObject): Text {
  const [name, finalizers] = [nameOf(object), object.metadata?.finalizers ?? []];
  if (finalizers.length === 0) return { ja: name, en: name };
  return {
    ja: `${name}（ファイナライザー ${finalizers.join('、')} が残っています）`,
    en: `${name} (held by ${finalizers.join(', ')})`,
  };
}

/** What a call gives, or something else when there is no such object or kind of object. Other failures are thrown. */
async function unlessMissing<T>(call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return otherwise;
    throw error;
  }
}

/** What comes of the work, unless the signal comes first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('Aborted.'));
  });
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
