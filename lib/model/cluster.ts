import { ApiException, KubeConfig, type ApiConstructor, type ApiType } from '@kubernetes/client-node';
import { ExternalError } from '../core/errors.ts';

/** The result of a command on a node. */
export interface NodeAnswer {
  /** The exit code; undefined when the command did not run, because the node is not running. */
  readonly exitCode: number | undefined;
  /** The standard output; empty when the command did not run. */
  readonly stdout: string;
}

/**
 * The machines of a cluster's nodes. They can be used while the API server does not answer. Checks only read from them.
 */
export interface ClusterNodes {
  /** The names of the machines, control planes first: `control-plane-1`, `worker-1`. */
  names(): Promise<readonly string[]>;
  /**
   * Runs a command on a node as root, without a shell. A check's command must not change anything.
   *
   * @throws UsageError for a node that does not exist; ExternalError when this machine can't reach the nodes
   */
  run(name: string, command: readonly string[]): Promise<NodeAnswer>;
}

/** A running cluster, as checks see it. */
export interface Cluster {
  /** The lab's namespace. */
  readonly namespace: string;
  /** A client of one API group, for example `cluster.api(AppsV1Api)`. */
  readonly api: <T extends ApiType>(group: ApiConstructor<T>) => T;
  /** The machines of the nodes; undefined where there are none, or where the learner has no access to them. */
  readonly nodes?: ClusterNodes | undefined;
}

/**
 * Opens the cluster of a kubeconfig file's current context.
 *
 * @param nodes the machines of the nodes, if there are any
 * @throws ExternalError when the context names no cluster: learners may change the file
 */
export function openCluster(kubeconfigFile: string, namespace: string, nodes?: ClusterNodes): Cluster {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigFile);
  if (config.getCurrentCluster() === null) {
    const contexts = config.getContexts().map(({ name }) => name);
    const [first] = contexts;
    throw new ExternalError({
      ja:
        `${kubeconfigFile} の current-context が、どのクラスターも指していません。` +
        (first === undefined
          ? 'ラボの labs reset で、ファイルを作り直してください。'
          : `クラスターを指すコンテキストを選ぶには: kubectl config use-context ${first}`),
      en:
        `The current context of ${kubeconfigFile} names no cluster. ` +
        (first === undefined
          ? 'Recreate the file with labs reset.'
          : `Choose a context that does: kubectl config use-context ${first}`),
    });
  }
  return { namespace, api: (group) => config.makeApiClient(group), nodes };
}

/** Returns the object that was read; undefined when it does not exist. Throws every other error. */
export async function ifFound<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
