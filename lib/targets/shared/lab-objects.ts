import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Lab } from '../../model/lab.ts';
import { restoreBaseline } from './baseline.ts';
import { deleteClusterScoped } from './cluster-scoped.ts';
import type { EnvironmentFolder } from './environment-folder.ts';
import type { Kubectl } from './kubectl.ts';
import { namespacesOf } from './lab-namespaces.ts';
import { lostObjects, restoreLost } from './lost-objects.ts';

/** How one target works on the objects of its labs. */
export interface LabObjectsProps {
  /** The folder of the environment; of its labs' folders, this class writes the objects. */
  readonly folder: Pick<EnvironmentFolder, 'labFolder' | 'labObjects' | 'forgetProgress'>;
  /** The administrator's kubectl. */
  readonly kubectl: Pick<Kubectl, 'run' | 'apply'>;
  /** Waits until the Deployments of a lab's namespaces are available. */
  waitForDeployments(lab: Lab, namespaces: readonly string[], signal: AbortSignal): Promise<void>;
  /** Deletes namespaces, and waits until all in them is gone. None needs to be there. */
  deleteNamespaces(namespaces: readonly string[], signal: AbortSignal): Promise<void>;
}

/** The objects that labs bring into an environment. */
export class LabObjects {
  readonly #props: LabObjectsProps;

  constructor(props: LabObjectsProps) {
    this.#props = props;
  }

  /**
   * Applies a lab's objects and waits until its Deployments are available.
   *
   * @param manifests the lab's objects, where they are known already. @default they are rendered
   */
  async apply(lab: Lab, signal: AbortSignal, manifests?: string): Promise<void> {
    const yaml = manifests ?? (await lab.loadManifests());
    await this.adopt(lab, yaml);
    if (yaml.trim() !== '') await this.#props.kubectl.apply(yaml, signal);
    await this.#props.waitForDeployments(lab, namespacesOf(lab, yaml), signal);
  }

  /** Remembers a lab's objects as they are applied. */
  async adopt(lab: Lab, manifests: string): Promise<void> {
    const { folder } = this.#props;
    await mkdir(folder.labFolder(lab.id), { recursive: true });
    await writeFile(folder.labObjects(lab.id), manifests);
  }

  /** Those of a lab's own objects that are not there any more. */
  async lost(lab: Lab, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const { kubectl, folder } = this.#props;
    const manifests = await this.#manifestsOf(lab);
    return lostObjects({ kubectl, manifests, folder: folder.labFolder(lab.id) }, signal);
  }

  /** Makes those again that {@link lost} finds, and returns them. */
  async restoreLost(lab: Lab, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const { kubectl } = this.#props;
    const lost = await this.lost(lab, signal);
    await restoreLost(kubectl, lost, (names) => this.#props.deleteNamespaces(names, signal), signal);
    return lost;
  }

  /** Undoes what a fault changed beside a lab, and deletes what the lab brought and what was made in its namespaces. */
  async delete(lab: Lab, signal: AbortSignal): Promise<void> {
    const { kubectl, folder } = this.#props;
    await restoreBaseline(folder.labFolder(lab.id), kubectl, signal);
    await deleteClusterScoped(lab.clusterScoped, kubectl, signal);
    await this.#props.deleteNamespaces(namespacesOf(lab, await this.#manifestsOf(lab)), signal);
  }

  /**
   * Deletes a lab's objects and makes them again.
   *
   * @param keepProgress whether what is remembered of the learner stays
   */
  async reset(lab: Lab, keepProgress: boolean, signal: AbortSignal): Promise<void> {
    await this.delete(lab, signal);
    if (!keepProgress) await this.#props.folder.forgetProgress(lab.id);
    await this.apply(lab, signal);
  }

  /** As they were applied; as the lab has them now where an earlier version applied them. */
  #manifestsOf(lab: Lab): Promise<string> {
    return readFile(this.#props.folder.labObjects(lab.id), 'utf8').catch(() => lab.loadManifests());
  }
}
