import { mkdir, readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { Environment } from '../../model/environment.ts';
import type { Lab } from '../../model/lab.ts';
import { writeAtomically } from '../../platform/write-atomically.ts';
import type { Settings } from '../../settings/settings.ts';
import { waitForDeployments } from '../shared/deployments.ts';
import type { EnvironmentFolder } from '../shared/environment-folder.ts';
import type { Kubectl } from '../shared/kubectl.ts';
import { LabObjects } from '../shared/lab-objects.ts';
import { metricsServerYaml } from './metrics-server.ts';
import { nodeDiskRollout, nodeDiskYaml } from './node-disk.ts';

/** How long Deployments and pods of the cluster may take to become available. */
const workloadTimeout = '180s';

/** How long namespaces may take to end. */
const namespaceTimeout = '120s';

/** The objects that the labs command makes in an environment of target linux: the environment's, and each lab's own. */
export class EnvironmentObjects {
  /** Those of the labs. */
  readonly labs: LabObjects;
  readonly #folder: EnvironmentFolder;
  readonly #kubectl: Kubectl;

  constructor(folder: EnvironmentFolder, kubectl: Kubectl) {
    this.#folder = folder;
    this.#kubectl = kubectl;
    this.labs = new LabObjects({
      folder,
      kubectl,
      waitForDeployments: (_, namespaces, signal) =>
        waitForDeployments(kubectl, namespaces, { timeout: workloadTimeout, signal }),
      async deleteNamespaces(namespaces, signal) {
        const timeout = `--timeout=${namespaceTimeout}`;
        await kubectl.run(['delete', 'namespace', ...namespaces, '--ignore-not-found', timeout], signal);
      },
    });
  }

  /** Applies what the environment brings beside its labs, the add-ons that can be had here, and what makes volumes. */
  async applyEnvironment(environment: Environment, settings: Settings, signal: AbortSignal): Promise<void> {
    const own = (await environment.loadManifests?.(settings)) ?? '';
    const addOns = environment.addOns.includes('metrics-server') ? metricsServerYaml() : '';
    for (const manifests of [nodeDiskYaml(), own, addOns])
      if (manifests !== '') await this.#kubectl.apply(manifests, signal);
  }

  /** Waits until all pods of the cluster itself are ready: DNS, what the environment adds, and what makes volumes. */
  async waitForSystem(signal: AbortSignal): Promise<void> {
    const ready = ['--for=condition=Ready', `--timeout=${workloadTimeout}`];
    await this.#kubectl.run(['wait', 'pod', '--all', '--namespace', 'kube-system', ...ready], signal);
    await this.#kubectl.run(['rollout', 'status', ...nodeDiskRollout, `--timeout=${workloadTimeout}`], signal);
  }

  /** Writes the lab's own kubeconfig: its namespace is the default of kubectl. */
  async writeKubeconfig(lab: Lab): Promise<void> {
    const config = parse(await readFile(this.#folder.adminKubeconfig, 'utf8')) as {
      contexts: { context: { namespace?: string } }[];
    };
    for (const { context } of config.contexts) context.namespace = lab.namespace;
    await mkdir(this.#folder.labFolder(lab.id), { recursive: true });
    await writeAtomically(this.#folder.labKubeconfig(lab.id), stringify(config), { mode: 0o600 });
  }
}
