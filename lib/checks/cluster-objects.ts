import { AppsV1Api, CoreV1Api, type V1Deployment, type V1Pod, type V1Service } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../model/cluster.ts';

/**
 * The Deployment with this name; undefined when there is none.
 *
 * @param namespace @default the lab's
 */
export const deploymentNamed = (
  { api, namespace: own }: Cluster,
  name: string,
  namespace = own,
): Promise<V1Deployment | undefined> => ifFound(api(AppsV1Api).readNamespacedDeployment({ name, namespace }));

/**
 * The pod with this name; undefined when there is none.
 *
 * @param namespace @default the lab's
 */
export const podNamed = ({ api, namespace: own }: Cluster, name: string, namespace = own): Promise<V1Pod | undefined> =>
  ifFound(api(CoreV1Api).readNamespacedPod({ name, namespace }));

/** The Service with this name in the lab's namespace; undefined when there is none. */
export const serviceNamed = ({ api, namespace }: Cluster, name: string): Promise<V1Service | undefined> =>
  ifFound(api(CoreV1Api).readNamespacedService({ name, namespace }));

/**
 * The pods with these labels that are not being deleted.
 *
 * @param labelSelector as for kubectl: `app=web`
 * @param namespace @default the lab's
 */
export async function podsWith(
  { api, namespace: own }: Cluster,
  labelSelector: string,
  namespace = own,
): Promise<V1Pod[]> {
  const { items } = await api(CoreV1Api).listNamespacedPod({ namespace, labelSelector });
  return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}
