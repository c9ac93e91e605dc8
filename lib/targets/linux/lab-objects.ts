import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { KubernetesObject, V1DeploymentList } from '@kubernetes/client-node';
import type { Environment } from '../../model/environment.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Kubectl } from '../shared/kubectl.ts';
import { namespacesOf } from '../shared/lab-namespaces.ts';
import { restoreLost, lostObjects } from '../shared/lost-objects.ts';
import { deleteClusterScoped } from '../shared/cluster-scoped.ts';
import { restoreBaseline } from '../shared/baseline.ts';
import type { EnvironmentFolder } from '../shared/environment-folder.ts';
import { metricsServerYaml } from './metrics-server.ts';
import { nodeDiskRollout, nodeDiskYaml } from './node-disk.ts';

/** How long a lab's Deployments may take to become available. */
const workloadTimeout = '180s';

/** How long namespaces may take to end. */
const namespaceTimeout = '120s';

/** The objects that the labs command makes in an environment of target linux: the environment's, and each lab's own. */
export class LabObjects {
  readonly #folder: EnvironmentFolder;
  readonly #kubectl: Kubectl;

  constructor(folder: EnvironmentFolder, kubectl: Kubectl) {
    this.#folder = folder;
    this.#kubectl = kubectl;
  }

  /** Applies what the environment brings beside its labs, the add-ons that can be had here, and what makes volumes. */
  async applyEnvironment(environment: Environment, settings: Settings, signal: AbortSignal): Promise<void> {
    const own = (await environment.loadManifests?.(settings)) ?? '';
    const addOns = environment.addOns.includes('metrics-server') ? metricsServerYaml() : '';
    for (const manifests of [nodeDiskYaml(), own, addOns])
      if (manifests !== '') await this.#kubectl.apply(manifests, signal);
  }

  /** Applies a lab's objects and waits until its Deployments are available. */
  async applyLab(lab: Lab, signal: AbortSignal): Promise<void> {
    const manifests = await lab.loadManifests();
    await mkdir(this.#folder.labFolder(lab.id), { recursive: true });
    await writeFile(this.#folder.labObjects(lab.id), manifests);
    if (manifests.trim() === '') return;
    await this.#kubectl.apply(manifests, signal);
    for (const namespace of namespacesOf(lab, manifests)) await this.#waitForDeployments(namespace, signal);
  }

  /** Those of a lab's own objects that are not there any more. */
  async lost(lab: Lab, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const manifests = await readFile(this.#folder.labObjects(lab.id), 'utf8').catch(() => '');
    return lostObjects({ kubectl: this.#kubectl, manifests, folder: this.#folder.labFolder(lab.id) }, signal);
  }

  /** Makes those again that {@link lost} finds, and returns them. */
  async restoreLost(lab: Lab, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const lost = await this.lost(lab, signal);
    await restoreLost(this.#kubectl, lost, (names) => this.#deleteNamespaces(names, signal), signal);
    return lost;
  }

  /** Waits until all pods of the cluster itself are ready: DNS, what the environment adds, and what makes volumes. */
  async waitForSystem(signal: AbortSignal): Promise<void> {
    const ready = ['--for=condition=Ready', `--timeout=${workloadTimeout}`];
    await this.#kubectl.run(['wait', 'pod', '--all', '--namespace', 'kube-system', ...ready], signal);
    await this.#kubectl.run(['rollout', 'status', ...nodeDiskRollout, `--timeout=${workloadTimeout}`], signal);
  }

  async #waitForDeployments(namespace: string, signal: AbortSignal): Promise<void> {
    const inNamespace = ['--namespace', namespace];
    const listed = await this.#kubectl.run(['get', 'deployments', ...inNamespace, '--output=json'], signal);
    // kubectl calls it an error to wait for all of nothing.
    if ((JSON.parse(listed) as V1DeploymentList).items.length === 0) return;
    const available = ['--for=condition=Available', `--timeout=${workloadTimeout}`];
    await this.#kubectl.run(['wait', 'deployment', '--all', ...inNamespace, ...available], signal);
  }

  /**
   * Puts back what a fault changed beside the lab, deletes the lab's namespaces, waits until all in them is gone, and
   * forgets the lab.
   *
   * @param keepProgress whether what is remembered of the learner stays
   */
  async deleteLab(lab: Lab, signal: AbortSignal, keepProgress = false): Promise<void> {
    await restoreBaseline(this.#folder.labFolder(lab.id), this.#kubectl, signal);
    await deleteClusterScoped(lab.clusterScoped, this.#kubectl, signal);
    const manifests = await readFile(this.#folder.labObjects(lab.id), 'utf8').catch(() => '');
    const names = namespacesOf(lab, manifests);
    await this.#deleteNamespaces(names, signal);
    if (!keepProgress) await rm(this.#folder.labFolder(lab.id), { recursive: true, force: true });
  }

  async #deleteNamespaces(names: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#kubectl.run(
      ['delete', 'namespace', ...names, '--ignore-not-found', `--timeout=${namespaceTimeout}`],
      signal,
    );
  }

  /** Writes the lab's own kubeconfig: its namespace is the default of kubectl. */
  async writeKubeconfig(lab: Lab): Promise<void> {
    const config = parse(await readFile(this.#folder.adminKubeconfig, 'utf8')) as {
      contexts: { context: { namespace?: string } }[];
    };
    for (const { context } of config.contexts) context.namespace = lab.namespace;
    await mkdir(this.#folder.labFolder(lab.id), { recursive: true });
    await rm(this.#folder.labKubeconfig(lab.id), { force: true });
    await writeFile(this.#folder.labKubeconfig(lab.id), stringify(config), { mode: 0o600 });
  }
}
