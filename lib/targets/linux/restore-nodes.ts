import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { V1NodeList } from '@kubernetes/client-node';
import { ExternalError } from '../../core/errors.ts';
import type { Report } from '../../core/step.ts';
import type { Kubectl } from '../shared/kubectl.ts';
import { isControlPlane } from './cluster-shape.ts';
import type { LinuxCluster } from './cluster.ts';
import type { LinuxNode } from './node.ts';
import { waitFor } from '../../core/wait-for.ts';

/** How long the API may take to answer when its nodes run again, in milliseconds. */
const answerTimeout = 180_000;

const manifests = '/etc/kubernetes/manifests';

/** What a Node object had when the cluster was made. */
interface NodeObject {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly object[];
}

/** What the nodes of a cluster were when it was made, so that they can be put back to it. */
export class NodesAsMade {
  readonly #cluster: LinuxCluster;
  readonly #folder: string;

  /** @param folder where it is remembered, owned by root */
  constructor(cluster: LinuxCluster, folder: string) {
    this.#cluster = cluster;
    this.#folder = folder;
  }

  /** Remembers static pods, labels and taints. */
  async remember(kubectl: Kubectl, signal: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const node of await this.#controlPlanes()) {
      await cp(node.own(manifests), path.join(this.#folder, node.name), { recursive: true });
    }
    await writeFile(this.#objectsFile, JSON.stringify(await this.#objects(kubectl, signal), undefined, 2));
  }

  /**
   * Undoes what may have been done to the nodes: ended ones, stopped services, changed static pods, deleted Node
   * objects, cordons, taints, labels.
   *
   * @throws ExternalError when the API does not answer even so
   */
  async restore(kubectl: Kubectl, report: Report, signal: AbortSignal): Promise<void> {
    const nodes = await this.#cluster.nodes();
    report({ ja: 'ノードとそのサービスを起動しています', en: 'starting nodes and their services' });
    for (const node of nodes) await this.#start(node);
    for (const node of await this.#controlPlanes()) await this.#restoreManifests(node);
    await this.#waitForAnswer(report, signal);
    const present = await this.#objects(kubectl, signal);
    for (const node of nodes) {
      if (present[node.name] !== undefined) continue;
      // A kubelet registers its node when it starts, and then the pods' network has to fit the new range of addresses.
      report({ ja: `${node.name} を登録し直しています`, en: `${node.name} registers again` });
      await node.kill();
      await this.#cluster.startNode(node.name);
    }
    report({ ja: 'ノードを待っています', en: 'waiting for the nodes' });
    await this.#waitForObjects(kubectl, nodes, signal);
    await kubectl.run(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=180s'], signal);
    await this.#restoreObjects(kubectl, signal);
  }

  async #start(node: LinuxNode): Promise<void> {
    if ((await node.pid()) === undefined) await this.#cluster.startNode(node.name);
    const result = await node.run(['systemctl', 'enable', '--now', 'containerd', 'kubelet']);
    if (result.failed)
      throw new ExternalError({
        ja: `ノード ${node.name} のサービス（containerd と kubelet）が起動しません: ${String(result.all)}`,
        en: `The services of node ${node.name} do not start: ${String(result.all)}`,
      });
  }

  async #restoreManifests(node: LinuxNode): Promise<void> {
    const made = path.join(this.#folder, node.name);
    const present = node.own(manifests);
    const names = await readdir(made);
    // Those of a restore of etcd that was interrupted would come back with the next one.
    await rm(node.own(`${manifests}-stopped`), { recursive: true, force: true });
    for (const name of await readdir(present)) {
      if (!names.includes(name)) await rm(path.join(present, name), { recursive: true, force: true });
    }
    for (const name of names) {
      const text = await readFile(path.join(made, name), 'utf8');
      const file = path.join(present, name);
      if (text === (await readFile(file, 'utf8').catch(() => undefined))) continue;
      // No `writeAtomically`: the kubelet takes its temporary file for a manifest, and overlooks names that begin with a dot.
      const unfinished = path.join(present, `.${name}`);
      await writeFile(unfinished, text, { mode: 0o600 });
      await rename(unfinished, file);
    }
  }

  async #waitForAnswer(report: Report, signal: AbortSignal): Promise<void> {
    report({ ja: 'API を待っています', en: 'waiting for the API' });
    if (await this.#cluster.answers(answerTimeout, signal)) return;
    throw new ExternalError({
      ja:
        `API サーバーが ${answerTimeout / 1000} 秒以内に応答しませんでした。ノード、サービス、Static Pod を戻しても直らないので、` +
        '原因はほかの変更にあります。labs down と labs up で環境を作り直してください。',
      en:
        `The API servers did not answer after ${answerTimeout / 1000} seconds. What stops them was done to more than ` +
        'nodes, services and static pods. Recreate the environment with labs down and labs up.',
    });
  }

  async #waitForObjects(kubectl: Kubectl, nodes: readonly LinuxNode[], signal: AbortSignal): Promise<void> {
    const allAreThere = async () => {
      const present: Readonly<Record<string, NodeObject>> = await this.#objects(kubectl, signal).catch(() => ({}));
      return nodes.every(({ name }) => present[name] !== undefined);
    };
    await waitFor(allAreThere, { timeoutMs: answerTimeout, pauseMs: 500, signal });
  }

  async #restoreObjects(kubectl: Kubectl, signal: AbortSignal): Promise<void> {
    const made = JSON.parse(await readFile(this.#objectsFile, 'utf8')) as Record<string, NodeObject>;
    const present = await this.#objects(kubectl, signal);
    for (const [name, { labels, taints }] of Object.entries(made)) {
      const added = Object.keys(present[name]?.labels ?? {}).filter((key) => !(key in labels));
      const patch = {
        metadata: { labels: { ...labels, ...Object.fromEntries(added.map((key) => [key, null])) } },
        spec: { taints: taints.length === 0 ? null : taints, unschedulable: null },
      };
      await kubectl.run(['patch', 'node', name, '--type=merge', '--patch', JSON.stringify(patch)], signal);
    }
  }

  async #objects(kubectl: Kubectl, signal: AbortSignal): Promise<Readonly<Record<string, NodeObject>>> {
    const { items } = JSON.parse(await kubectl.run(['get', 'nodes', '--output=json'], signal)) as V1NodeList;
    return Object.fromEntries(
      items.map(({ metadata, spec }) => [
        metadata?.name ?? '',
        {
          labels: metadata?.labels ?? {},
          // What the node controller says of a node's condition comes and goes by itself.
          taints: (spec?.taints ?? []).filter(({ key }) => !key.startsWith('node.kubernetes.io/')),
        },
      ]),
    );
  }

  async #controlPlanes(): Promise<readonly LinuxNode[]> {
    return (await this.#cluster.nodes()).filter(({ name }) => isControlPlane(name));
  }

  get #objectsFile(): string {
    return path.join(this.#folder, 'nodes.json');
  }
}
