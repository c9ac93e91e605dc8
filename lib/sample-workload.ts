import { AppsV1Api, CoreV1Api, type V1Deployment, type V1Node, type V1Pod } from '@kubernetes/client-node';
import { ifFound, type Cluster } from './cluster.ts';
import { isReady } from './conditions.ts';
import { failed, passed, type Verdict } from './lab.ts';

/** Selects the pods of the sample workload. */
export const webSelector = 'app.kubernetes.io/name=web';

/**
 * The Deployment of the sample workload, undefined if there is none.
 *
 * @param namespace @default the lab's
 */
export const webDeployment = ({ api, namespace: own }: Cluster, namespace = own): Promise<V1Deployment | undefined> =>
  ifFound(api(AppsV1Api).readNamespacedDeployment({ name: 'web', namespace }));

/**
 * The pods of the sample workload that are not being deleted.
 *
 * @param namespace @default the lab's
 */
export async function webPods({ api, namespace: own }: Cluster, namespace = own): Promise<V1Pod[]> {
  const { items } = await api(CoreV1Api).listNamespacedPod({ namespace, labelSelector: webSelector });
  return items.filter((pod) => pod.metadata?.deletionTimestamp === undefined);
}

/** What a check says when {@link webDeployment} is undefined. */
export const noDeployment = failed({
  ja: 'ラボの名前空間に Deployment web がありません。消してしまったなら、ラボをリセットすると戻ります。',
  en: "There is no Deployment web in the lab's namespace. If it was deleted, resetting the lab brings it back.",
});

/** Whether the sample workload has left silent nodes, and all of its pods are Ready on others. */
export async function hasLeft(silent: readonly V1Node[], cluster: Cluster): Promise<Verdict> {
  const names = silent.map(({ metadata }) => metadata?.name);
  const pods = await webPods(cluster);
  if (pods.some(({ spec }) => names.includes(spec?.nodeName))) {
    return failed({
      ja: '黙り込んだノードに、まだ追い出されていない web の Pod があります。toleration の秒数だけ待ってください。',
      en: 'There are web pods on the silent node that have not been evicted. Wait as long as their toleration says.',
    });
  }
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  if (pods.filter(isReady).length < (web.spec?.replicas ?? 0)) {
    return failed({
      ja: '代わりの Pod がまだ全部は Ready になっていません。',
      en: 'Not all replacement pods are ready yet.',
    });
  }
  return passed;
}
