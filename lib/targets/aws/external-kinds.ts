import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubernetesListObject,
  type KubernetesObject,
  NetworkingV1Api,
} from '@kubernetes/client-node';
import type { Cluster } from '../../model/cluster.ts';

/** Objects of one kind for which a controller makes something outside of the cluster. */
export interface ExternalKind {
  readonly kind: string;
  /** All of them in one namespace. */
  list(cluster: Cluster, namespace: string): Promise<readonly KubernetesObject[]>;
  delete(cluster: Cluster, namespace: string, name: string): Promise<unknown>;
}

const gateways = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'gateways' };

/** In this order they are asked to go. */
export const externalKinds: readonly ExternalKind[] = [
  {
    kind: 'Gateway',
    list: async (cluster, namespace) => {
      const list = (await cluster
        .api(CustomObjectsApi)
        .listNamespacedCustomObject({ ...gateways, namespace })) as KubernetesListObject<KubernetesObject>;
      return list.items;
    },
    delete: (cluster, namespace, name) =>
      cluster.api(CustomObjectsApi).deleteNamespacedCustomObject({ ...gateways, namespace, name }),
  },
  {
    kind: 'Ingress',
    list: async (cluster, namespace) => (await cluster.api(NetworkingV1Api).listNamespacedIngress({ namespace })).items,
    delete: (cluster, namespace, name) => cluster.api(NetworkingV1Api).deleteNamespacedIngress({ namespace, name }),
  },
  {
    kind: 'Service',
    list: async (cluster, namespace) =>
      (await cluster.api(CoreV1Api).listNamespacedService({ namespace })).items.filter(
        // One that was of this type keeps the finalizer until its load balancer is gone.
        ({ spec, metadata }) =>
          spec?.type === 'LoadBalancer' ||
          metadata?.finalizers?.includes('service.kubernetes.io/load-balancer-cleanup') === true,
      ),
    delete: (cluster, namespace, name) => cluster.api(CoreV1Api).deleteNamespacedService({ namespace, name }),
  },
  {
    // It would claim anew what is taken from it.
    kind: 'StatefulSet',
    list: async (cluster, namespace) =>
      (await cluster.api(AppsV1Api).listNamespacedStatefulSet({ namespace })).items.filter(
        ({ spec }) => (spec?.volumeClaimTemplates ?? []).length > 0,
      ),
    delete: (cluster, namespace, name) => cluster.api(AppsV1Api).deleteNamespacedStatefulSet({ namespace, name }),
  },
  {
    kind: 'PersistentVolumeClaim',
    list: async (cluster, namespace) =>
      (await cluster.api(CoreV1Api).listNamespacedPersistentVolumeClaim({ namespace })).items,
    delete: (cluster, namespace, name) =>
      cluster.api(CoreV1Api).deleteNamespacedPersistentVolumeClaim({ namespace, name }),
  },
];
