import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { giveToCaller } from '../../caller.ts';
import { requireSpace } from '../../disk-space.ts';
import type { Lab } from '../../lab.ts';
import type { Settings } from '../../settings.ts';
import type { Report } from '../../step.ts';
import { releaseOf } from '../../versions.ts';
import { Kubectl } from '../kubectl.ts';
import { writeLauncher } from '../launcher.ts';
import type { EnvironmentFolder, EnvironmentRecord } from '../local/environment-folder.ts';
import { othersIn } from '../local/sharing.ts';
import { LinuxCluster } from './cluster.ts';
import { installForCaller } from './install-for-caller.ts';
import { LabObjects } from './lab-objects.ts';
import { NodesAsMade } from './restore-nodes.ts';
import { refuseMisfitOnLinux } from './sharing.ts';

/** What a cluster needs on the disk, in bytes: its images, and what its nodes write. */
const neededSpace = 3e9;

/** One environment of target linux: a cluster, and the labs in it. Whoever changes one holds the target's lock. */
export class LinuxEnvironment {
  readonly folder: EnvironmentFolder;
  readonly cluster: LinuxCluster;
  readonly #cache: string;
  readonly #kubectl: Kubectl;
  readonly #objects: LabObjects;
  readonly #nodesAsMade: NodesAsMade;

  /** @param cache where built programs and images are kept */
  constructor(folder: EnvironmentFolder, cache: string) {
    this.folder = folder;
    this.cluster = new LinuxCluster(folder.name, folder.file('cluster'));
    this.#cache = cache;
    this.#kubectl = new Kubectl(folder);
    this.#objects = new LabObjects(folder, this.#kubectl);
    this.#nodesAsMade = new NodesAsMade(this.cluster, folder.file('cluster', 'as-made'));
  }

  /**
   * Makes the environment, or joins or wakes the one that is there, and brings the lab in.
   *
   * @throws UsageError when it runs with other settings, or a lab wants it for itself
   */
  async start(lab: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    // What was true before the lock was waited for may have changed.
    const record = await this.folder.read();
    if (record !== undefined) refuseMisfitOnLinux(lab, record, settings);
    // The nodes of a machine that was restarted are gone, and what was in them.
    if (record === undefined || !(await this.cluster.isRunning())) return this.make(lab, settings, report, signal);
    if (!(await this.cluster.answers())) await this.#nodesAsMade.restore(this.#kubectl, report, signal);
    try {
      await this.#bringIn(lab, record, signal);
    } catch (error) {
      // Also after an abort, so not with the signal that says it.
      if (!record.labs.includes(lab.id)) await this.#objects.deleteLab(lab, new AbortController().signal);
      throw error;
    }
  }

  /** Makes the environment, whatever is left of an earlier one, and brings the lab in. */
  async make(lab: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    try {
      await this.#create(lab, settings, report, signal);
      await this.#bringIn(lab, { settings, labs: [] }, signal);
      report('waiting for DNS and metrics');
      await this.#objects.waitForSystem(signal);
    } catch (error) {
      await this.#remove();
      throw error;
    }
  }

  /** Puts a lab's own objects, and the nodes, back as they were made. */
  async putBack(lab: Lab, record: EnvironmentRecord, report: Report, signal: AbortSignal): Promise<void> {
    await this.#nodesAsMade.restore(this.#kubectl, report, signal);
    await this.#objects.deleteLab(lab, signal);
    await this.#bringIn(lab, { ...record, labs: othersIn(record, lab) }, signal);
  }

  /** Removes the lab, or the whole environment when no other lab is in it; returns what there is to say. */
  async end(lab: Lab, signal: AbortSignal): Promise<string | void> {
    // Another lab may have come in, or gone, while the lock was waited for.
    const record = await this.folder.read();
    if (record !== undefined && othersIn(record, lab).length > 0) {
      await this.#objects.deleteLab(lab, signal);
      await this.folder.write({ ...record, labs: othersIn(record, lab) });
      await this.#giveToCaller();
      return;
    }
    await this.#remove();
    return `no process, namespace, interface or cgroup left; removed ${this.folder.path}`;
  }

  /** Puts the labs command where a learner's terminal finds it. */
  async makeLauncher(): Promise<void> {
    await giveToCaller(await writeLauncher(this.folder.bin), false);
  }

  async #create({ environment }: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    const { folder, cluster } = this;
    const software = await installForCaller(settings.kubernetes, this.#cache, report, signal);
    // Left by an `up` that was killed outright, or by a machine that was restarted.
    await this.#remove();
    await folder.make();
    await requireSpace(folder.path, neededSpace, 'A cluster of target linux', 'point XDG_DATA_HOME at a larger disk');
    await symlink(software.programs.kubectl!, path.join(folder.bin, 'kubectl'));
    const shape = {
      release: releaseOf(settings.kubernetes).release,
      // Where AWS runs them, one stands in for what it runs.
      controlPlanes: environment.controlPlanes?.(settings) ?? 1,
      workers: environment.nodes(settings),
      ...(environment.controlPlanes === undefined ? { providerIds: true } : { podCidr: settings.podCidr }),
    };
    await cluster.up(shape, software, report, signal);
    await writeFile(folder.adminKubeconfig, await readFile(cluster.kubeconfig), { mode: 0o600 });
    await this.#objects.applyEnvironment(environment, settings, signal);
    await this.#nodesAsMade.remember(this.#kubectl, signal);
  }

  async #bringIn(lab: Lab, record: EnvironmentRecord, signal: AbortSignal): Promise<void> {
    await this.#objects.writeKubeconfig(lab);
    await this.makeLauncher();
    if (!record.labs.includes(lab.id)) {
      await this.#objects.applyLab(lab, signal);
      const exclusive = lab.exclusive === undefined ? {} : { exclusive: lab.exclusive };
      await this.folder.write({ ...record, labs: [...record.labs, lab.id], ...exclusive });
    }
    await this.#giveToCaller();
  }

  /** Who called `sudo` reads guides and uses kubectl without it; the cluster's own folder stays root's. */
  async #giveToCaller(): Promise<void> {
    const { folder } = this;
    await mkdir(folder.kubectlCache, { recursive: true });
    for (const each of ['bin', 'labs', 'kubectl-cache']) await giveToCaller(folder.file(each));
    await giveToCaller(folder.path, false);
    await giveToCaller(folder.file('environment.json'), false);
  }

  async #remove(): Promise<void> {
    await this.cluster.down();
    if (existsSync(this.folder.path)) await rm(this.folder.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
