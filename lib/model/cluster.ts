import { ApiException, KubeConfig, type ApiConstructor, type ApiType } from '@kubernetes/client-node';
import { ExternalError } from '../core/errors.ts';

/** What a command on a node came to. */
export interface NodeAnswer {
  /** Undefined when the node is not running, and so the command did not run. */
  readonly exitCode: number | undefined;
  /** What it wrote to its standard output; empty when it did not run. */
  readonly stdout: string;
}

/** The machines that a cluster's nodes run on, whether or not its API answers. A check only looks at them. */
export interface ClusterNodes {
  /** Their names, control planes first: `control-plane-1`, `worker-1`. */
  names(): Promise<readonly string[]>;
  /**
   * Runs a command on a node as root, without a shell. From a check it may change nothing there.
   *
   * @throws UsageError for a node that does not exist; ExternalError when nodes can't be reached from here
   */
  run(name: string, command: readonly string[]): Promise<NodeAnswer>;
}

/** A running cluster as a check sees it. */
export interface Cluster {
  /** The namespace of the lab that is checked. */
  readonly namespace: string;
  /** A client of one API group, for example `cluster.api(AppsV1Api)`. */
  readonly api: <T extends ApiType>(group: ApiConstructor<T>) => T;
  /** The machines of its nodes; undefined where there are none, or none that are the learner's. */
  readonly nodes?: ClusterNodes | undefined;
}

/**
 * Opens the cluster that a kubeconfig file's current context names.
 *
 * @param nodes the machines of its nodes, if it has any
 * @throws ExternalError when that context is gone: the file is a learner's to change
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
          ? 'Have the file made anew, with labs reset of the lab.'
          : `Choose one that does, with: kubectl config use-context ${first}`),
    });
  }
  return { namespace, api: (group) => config.makeApiClient(group), nodes };
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
