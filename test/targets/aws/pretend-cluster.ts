import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { Kubectl } from '../../../lib/targets/shared/kubectl.ts';

const keyOf = ({ kind = '', metadata }: KubernetesObject): string =>
  [kind, metadata?.namespace ?? '', metadata?.name ?? ''].join('/');

const objectsIn = (yaml: string): readonly KubernetesObject[] =>
  parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject);

/** Holds objects, and answers those commands of kubectl that target aws runs on labs without Deployments. */
export class PretendCluster implements Pick<Kubectl, 'run' | 'apply'> {
  readonly #objects = new Map<string, KubernetesObject>();

  async apply(yaml: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (const object of objectsIn(yaml)) this.#objects.set(keyOf(object), object);
  }

  async run(args: readonly string[], signal: AbortSignal, input = ''): Promise<string> {
    signal.throwIfAborted();
    const [verb = '', what = '', ...more] = args;
    if (`${verb} ${what}` === 'get -f')
      return JSON.stringify({ items: objectsIn(input).filter((object) => this.#objects.has(keyOf(object))) });
    if (['get nodes', 'get deployments'].includes(`${verb} ${what}`)) return JSON.stringify({ items: [] });
    if (`${verb} ${what}` !== 'delete namespace')
      throw new Error(`The pretend cluster knows no kubectl ${args.join(' ')}`);
    for (const [key, { metadata, kind }] of this.#objects) {
      if (more.includes((kind === 'Namespace' ? metadata?.name : metadata?.namespace) ?? '')) this.#objects.delete(key);
    }
    return '';
  }

  /** Names of the ConfigMaps in a namespace, sorted. */
  configMaps(namespace: string): readonly string[] {
    return [...this.#objects.values()]
      .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.namespace === namespace)
      .map(({ metadata }) => metadata?.name ?? '')
      .sort();
  }

  createConfigMap(namespace: string, name: string): void {
    for (const object of objectsIn(`{kind: ConfigMap, metadata: {name: ${name}, namespace: ${namespace}}}`))
      this.#objects.set(keyOf(object), object);
  }

  deleteConfigMap(namespace: string, name: string): void {
    this.#objects.delete(['ConfigMap', namespace, name].join('/'));
  }
}
