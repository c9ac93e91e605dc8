import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { Environment } from '../../environment.ts';
import type { Lab } from '../../lab.ts';
import type { Settings } from '../../settings.ts';
import { releaseOf } from '../../versions.ts';
import type { EnvironmentFolder } from './environment-folder.ts';
import { Kubectl } from './kubectl.ts';
import { simulatedNodes } from './nodes.ts';
import { systemWorkloads } from './system-workloads.ts';

/** The objects that the labs command makes in a local environment: its nodes and kube-system, and each lab's own. */
export class EnvironmentObjects {
  readonly #folder: EnvironmentFolder;
  readonly #kubectl: Kubectl;

  constructor(folder: EnvironmentFolder) {
    this.#folder = folder;
    this.#kubectl = new Kubectl(folder);
  }

  /** Draws the nodes of a new environment, and remembers them so that {@link restore} brings the same ones back. */
  async draw(environment: Environment, settings: Settings): Promise<void> {
    const { release, addOns } = releaseOf(settings.kubernetes);
    const objects = [
      ...simulatedNodes(environment.nodes(settings), release),
      ...systemWorkloads(environment.addOns, addOns),
    ];
    await writeFile(this.#folder.objects, objects.map((object) => stringify(object)).join('---\n'));
  }

  /** Applies nodes and kube-system. Pods that came before all nodes are ready would end up on the first ones. */
  async apply(signal: AbortSignal): Promise<void> {
    await this.#kubectl.apply(await readFile(this.#folder.objects, 'utf8'), signal);
    await this.#kubectl.waitForNodes(signal);
  }

  /** Undoes what a learner may have done to the nodes: deletions, cordons, taints, a lease taken from the kubelet. */
  async restore(signal: AbortSignal): Promise<void> {
    await this.#kubectl.run(['delete', 'lease', '--all', '-n', 'kube-node-lease'], signal);
    const names = (await this.#kubectl.run(['get', 'nodes', '-o', 'name'], signal)).split('\n').filter(Boolean);
    const patch = JSON.stringify({ spec: { unschedulable: null, taints: null } });
    if (names.length > 0) await this.#kubectl.run(['patch', ...names, '--type=merge', '-p', patch], signal);
    await this.apply(signal);
  }

  /** Applies a lab's objects and waits until they are available. */
  async applyLab(lab: Lab, manifests: string, signal: AbortSignal): Promise<void> {
    await this.#kubectl.apply(manifests, signal);
    await this.#kubectl.waitForDeployments(lab.namespace, signal);
  }

  /** Deletes a lab's namespace and waits until all in it is gone. */
  async deleteLab(lab: Lab, signal: AbortSignal): Promise<void> {
    await this.#kubectl.run(['delete', 'namespace', lab.namespace, '--ignore-not-found', '--timeout=60s'], signal);
  }
}
