import { ApiException, KubeConfig, type ApiConstructor, type ApiType } from '@kubernetes/client-node';

/** A running cluster as a check sees it. */
export interface Cluster {
  /** The namespace of the lab that is checked. */
  readonly namespace: string;
  /** A client of one API group, for example `cluster.api(AppsV1Api)`. */
  readonly api: <T extends ApiType>(group: ApiConstructor<T>) => T;
}

/** Opens the cluster that a kubeconfig file's current context names. */
export function openCluster(kubeconfigFile: string, namespace: string): Cluster {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigFile);
  return { namespace, api: (group) => config.makeApiClient(group) };
}

/** What a read gives, or undefined when there is no such object. Every other failure is thrown. */
export async function ifFound<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
