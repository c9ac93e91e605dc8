import {
  AutoscalingV2Api,
  type V1Deployment,
  type V1Node,
  type V1Pod,
  type V1PodSpec,
  type V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../model/cluster.ts';
import { deploymentNamed, podsWith } from './cluster-objects.ts';
import { isReady } from './conditions.ts';
import type { FaultSite } from '../model/fault.ts';
import { failed, passed, type Verdict } from '../model/verdict.ts';
import { deleted } from './missing.ts';

/** Selects the pods of the sample workload. */
export const webSelector = 'app.kubernetes.io/name=web';

/**
 * The Deployment of the sample workload; undefined when there is none.
 *
 * @param namespace @default the lab's
 */
export const webDeployment = (cluster: Cluster, namespace?: string): Promise<V1Deployment | undefined> =>
  deploymentNamed(cluster, 'web', namespace);

/**
 * The pods of the sample workload that are not being deleted.
 *
 * @param namespace @default the lab's
 */
export const webPods = (cluster: Cluster, namespace?: string): Promise<V1Pod[]> =>
  podsWith(cluster, webSelector, namespace);

/**
 * The HorizontalPodAutoscaler of the sample workload; undefined when there is none.
 *
 * @param namespace @default the lab's
 */
export const webAutoscaler = (
  { api, namespace: own }: Cluster,
  namespace = own,
): Promise<V2HorizontalPodAutoscaler | undefined> =>
  ifFound(api(AutoscalingV2Api).readNamespacedHorizontalPodAutoscaler({ name: 'web', namespace }));

/** The version of the application in a pod or a pod template: the value of the container's variable VERSION. */
export const versionOf = (pod: { readonly spec?: V1PodSpec } | undefined): string | undefined =>
  pod?.spec?.containers[0]?.env?.find(({ name }) => name === 'VERSION')?.value;

const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** Whether `kubectl rollout restart` was run on a Deployment. */
export const isRestarted = ({ spec }: V1Deployment): boolean =>
  spec?.template.metadata?.annotations?.[restartedAt] !== undefined;

/**
 * Restarts the sample workload as `kubectl rollout restart` does, which refuses a second restart within the same
 * second.
 */
export async function restartWeb({ kubectl }: FaultSite): Promise<void> {
  const annotations = { [restartedAt]: new Date().toISOString() };
  const patch = { spec: { template: { metadata: { annotations } } } };
  await kubectl(['patch', 'deployment', 'web', '--type=merge', '-p', JSON.stringify(patch)]);
}

/** The verdict when {@link webDeployment} is undefined. */
export const noDeployment = deleted('Deployment web');

/** The hint while fewer pods are ready than wanted. */
export const tooFewReady = (ready: number, wanted: number): Verdict =>
  failed({
    ja: `Ready な Pod が ${ready} 個です。${wanted} 個になるまで少し待ってください。`,
    en: `${ready} pods are ready. Wait until there are ${wanted}.`,
  });

/** Judges whether all pods of the sample workload have left the silent nodes, and are Ready on others. */
export async function hasLeft(silent: readonly V1Node[], cluster: Cluster): Promise<Verdict> {
  const names = silent.map(({ metadata }) => metadata?.name);
  const pods = await webPods(cluster);
  if (pods.some(({ spec }) => names.includes(spec?.nodeName))) {
    return failed({
      ja: '黙り込んだノードに、まだ追い出されていない web の Pod があります。toleration の秒数だけ待ってください。',
      en: 'Web pods on the silent node have not been evicted yet. Wait as long as their toleration says.',
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
