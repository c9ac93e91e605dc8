import { runInParallel } from '../../core/parallel.ts';
import type { Report } from '../../core/step.ts';
import type { Text } from '../../core/text.ts';
import { releaseOf } from '../../catalog/versions.ts';
import type { Environment } from '../../model/environment.ts';
import type { Lab } from '../../model/lab.ts';
import { requireSpace } from '../../platform/disk-space.ts';
import { refuseTakenPort } from '../../platform/ports.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Programs } from '../../toolchain/install.ts';
import { withLab, type EnvironmentRecord } from '../shared/environment-folder.ts';
import { writeLauncher } from '../shared/launcher.ts';
import { saidOfLost } from '../shared/lost-objects.ts';
import { othersIn, refuseMisfit } from '../shared/sharing.ts';
import { ControlPlane } from './control-plane.ts';
import { FargateProcess } from './fargate/process.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { LocalFolder } from './local-folder.ts';
import { EnvironmentObjects } from './objects.ts';

/** What a local environment needs on the disk, in bytes: etcd alone reserves 128 MB for its log. */
const neededSpace = 5e8;

/** Options of {@link LocalEnvironment.start}. */
export interface LocalStart {
  readonly settings: Settings;
  /** The programs of that Kubernetes version. */
  readonly programs: Programs;
  /** Port of the API server of a new environment. @default a free one */
  readonly port?: number | undefined;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** One local environment, and the labs in it. Every method that changes one runs under the target's lock. */
export class LocalEnvironment {
  readonly folder: LocalFolder;
  readonly controlPlane: ControlPlane;
  readonly objects: EnvironmentObjects;
  readonly #environment: Environment;
  readonly #fargate: FargateProcess;

  /** @param cache where built programs are kept */
  constructor(environment: Environment, folder: LocalFolder, cache: string) {
    this.folder = folder;
    this.controlPlane = new ControlPlane(folder, cache);
    this.objects = new EnvironmentObjects(folder);
    this.#environment = environment;
    this.#fargate = new FargateProcess(folder);
  }

  /**
   * Makes the environment, or joins or wakes the one that is there, and installs the lab.
   *
   * @throws UsageError when it runs with other settings, or a lab wants it for itself
   */
  async start(lab: Lab, start: LocalStart): Promise<Text | void> {
    const { settings, programs, report, signal } = start;
    // What was true before the lock was waited for may have changed.
    const record = await this.folder.read();
    if (record === undefined) return this.#make(lab, start);
    refuseMisfit(lab, record, settings);
    if (!(await this.controlPlane.isReady())) {
      report({ ja: 'プロセスを起動し直しています', en: 'starting its processes again' });
      await this.controlPlane.restart(programs, signal);
    }
    await this.#startFargate(record.settings);
    await this.makeAccess(lab);
    // What a learner has changed in a lab stays when its processes are started again.
    if (record.labs.includes(lab.id)) return saidOfLost(await this.objects.labs.restoreLost(lab, signal));
    try {
      await this.objects.labs.apply(lab, signal);
      await this.folder.write(withLab(record, lab));
    } catch (error) {
      // Also after an abort, so not with the signal that says it.
      await this.#removeLab(lab, new AbortController().signal);
      throw error;
    }
  }

  /** Puts a lab's own objects, and the nodes, back as they were made. */
  async reset(lab: Lab, { settings }: EnvironmentRecord, keepProgress: boolean, signal: AbortSignal): Promise<void> {
    // Nodes first: pods of a node that is silent or gone would not end, and the namespace with them.
    await this.objects.restore(this.#environment, settings, signal);
    await this.objects.labs.reset(lab, keepProgress, signal);
    await this.makeAccess(lab);
  }

  /** Removes the lab, or the whole environment when no other lab is in it; returns what there is to say. */
  async end(lab: Lab, signal: AbortSignal): Promise<Text | void> {
    // Another lab may have come in, or gone, while the lock was waited for.
    if (othersIn(await this.folder.read(), lab).length > 0) return this.#removeLab(lab, signal);
    const count = await this.controlPlane.remove();
    return {
      ja: `プロセス ${count} 個を終了し、残りは 0。${this.folder.path} を削除しました`,
      en: `${count} processes ended, 0 left; removed ${this.folder.path}`,
    };
  }

  /** Whether everything runs that an environment needs. */
  async isAlive({ settings }: EnvironmentRecord): Promise<boolean> {
    return (await this.controlPlane.isReady()) && (!this.#hasFargate(settings) || (await this.#fargate.isRunning()));
  }

  /** Writes what leads a learner's terminal to a lab: its kubeconfig may have been changed. */
  async makeAccess(lab: Lab): Promise<void> {
    await writeKubeconfig(this.folder, this.folder.labKubeconfig(lab.id), lab.namespace);
    await writeLauncher(this.folder.bin);
  }

  /** Makes the environment, whatever is left of an earlier one, and installs the lab. */
  async #make(lab: Lab, start: LocalStart): Promise<void> {
    if (start.port !== undefined) await refuseTakenPort(start.port);
    // Left by an `up` that was killed outright.
    if (this.folder.exists()) await this.controlPlane.remove();
    try {
      await this.#create(lab, start);
      await this.folder.write(withLab({ settings: start.settings, labs: [] }, lab));
    } catch (error) {
      await this.controlPlane.remove();
      throw error;
    }
  }

  /** Starts an environment in an empty folder, and installs the lab. What needs no control plane is done while it starts. */
  async #create(lab: Lab, { settings, programs, port, signal }: LocalStart): Promise<void> {
    const { objects, controlPlane } = this;
    await this.folder.make();
    await requireSpace({
      folder: this.folder.path,
      bytes: neededSpace,
      what: { ja: 'ローカルの環境', en: 'A local environment' },
      remedy: { ja: 'XDG_DATA_HOME で容量の大きいディスクを指定して', en: 'point XDG_DATA_HOME at a larger disk' },
    });
    await this.#startFargate(settings);
    await controlPlane.writeFiles({ version: settings.kubernetes, programs, port });

    await runInParallel(signal, async (either, add) => {
      const started = add(controlPlane.start(programs, either));
      const prepared = add(objects.prepareForPods(this.#environment, settings, either));
      const takesObjects = add(controlPlane.waitUntilItTakesObjects(either));
      // One after the other: both render charts, which leaves no time for anything else.
      const drawn = add(objects.draw(this.#environment, settings));
      const rendered = add(drawn.then(() => lab.loadManifests()));
      const opened = add(Promise.all([drawn, takesObjects]).then(() => objects.applyNodes(either)));
      // kubectl keeps what it learns of the API: not before metrics-server is registered there.
      const [manifests] = await Promise.all([rendered, started, prepared, opened]);
      await this.makeAccess(lab);
      await Promise.all([
        add(objects.applyWorkloads(either)),
        add(objects.labs.apply(lab, either, manifests)),
        add(controlPlane.waitUntilReady(either)),
      ]);
    });
  }

  /** Starts what imitates Fargate, if the environment has pods for it and it does not run. */
  async #startFargate(settings: Settings): Promise<void> {
    if (this.#hasFargate(settings)) await this.#fargate.start(releaseOf(settings.kubernetes).release);
  }

  #hasFargate(settings: Settings): boolean {
    return this.#environment.fargateProfiles(settings).length > 0;
  }

  async #removeLab(lab: Lab, signal: AbortSignal): Promise<void> {
    await this.objects.labs.delete(lab, signal);
    await this.folder.forgetLab(lab.id);
  }
}
