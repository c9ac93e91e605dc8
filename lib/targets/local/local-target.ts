import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../model/environment.ts';
import { requireSpace } from '../../platform/disk-space.ts';
import { ExternalError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import { waitingForAnother, withLock } from '../../platform/lock.ts';
import { cacheFolder, dataFolder } from '../../platform/paths.ts';
import type { Settings } from '../../settings/settings.ts';
import { releaseOf } from '../../catalog/versions.ts';
import type { Report, Step } from '../../core/step.ts';
import type { Text } from '../../core/text.ts';
import { writeLauncher } from '../shared/launcher.ts';
import { saidOfLost, titleOfLost } from '../shared/lost-objects.ts';
import type { LabAccess, ResetOptions, Target, UpOptions } from '../target.ts';
import { ControlPlane } from './control-plane.ts';
import { EnvironmentFolder, type EnvironmentRecord } from '../shared/environment-folder.ts';
import { FargateProcess } from './fargate/process.ts';
import { planInstallation, type Installation } from '../../toolchain/install.ts';
import { EnvironmentObjects } from './objects.ts';
import { refuseTakenPort } from '../../platform/ports.ts';
import { othersIn, refuseMisfit } from '../shared/sharing.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** What a local environment needs on the disk, in bytes: etcd alone reserves 128 MB for its log. */
const neededSpace = 5e8;

/** Folders of a {@link LocalTarget}. */
export interface LocalTargetFolders {
  /** Where built programs are kept. @default the user's cache folder */
  readonly cache?: string;
  /** Where running environments keep their state. @default the user's data folder */
  readonly data?: string;
}

/** A real control plane on this machine, with simulated nodes. */
export class LocalTarget implements Target {
  readonly name = 'local';
  readonly #cache: string;
  readonly #root: string;

  constructor(folders: LocalTargetFolders = {}) {
    this.#cache = folders.cache ?? cacheFolder;
    this.#root = path.join(folders.data ?? dataFolder, 'local');
  }

  async up(lab: Lab, settings: Settings, options: UpOptions = {}): Promise<readonly Step[]> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record !== undefined) refuseMisfit(lab, record, settings);
    if (record?.labs.includes(lab.id) === true && (await this.#isAlive(lab.environment, folder, record))) {
      await writeLauncher(folder.bin);
      // A learner may have changed its context or namespace.
      await this.#controlPlane(folder).writeKubeconfig(folder.labKubeconfig(lab.id), lab.namespace);
      return this.#lossSteps(lab, folder);
    }
    // Before minutes of building, and again when the port is about to be used.
    if (record === undefined && options.port !== undefined) await refuseTakenPort(options.port);

    const installation = await planInstallation(settings.kubernetes, this.#cache);
    const { title } = lab.environment;
    const start: Step = {
      title: { ja: `コントロールプレーンの起動: ${title.ja}`, en: `Start the control plane: ${title.en}` },
      run: (report, signal) =>
        this.#locked(report, signal, () => this.#start(lab, settings, options, installation, report, signal)),
    };
    return [...installation.steps, start];
  }

  async reset(lab: Lab, { keepProgress = false }: ResetOptions = {}): Promise<readonly Step[]> {
    await this.#running(lab);
    return [
      {
        title: { ja: `ラボ ${lab.id} を最初の状態に戻す`, en: `Put lab ${lab.id} back to its beginning` },
        run: (report, signal) =>
          this.#locked(report, signal, async () => {
            // What was true before the lock was waited for may have changed.
            const { folder, record } = await this.#running(lab);
            // Nodes first: pods of a node that is silent or gone would not end, and the namespace with them.
            await new EnvironmentObjects(folder).restore(lab.environment, record.settings, signal);
            if (keepProgress) await new EnvironmentObjects(folder).deleteLab(lab, signal);
            else await this.#removeLab(lab, folder, signal);
            await this.#install(lab, folder, { ...record, labs: othersIn(record, lab) }, signal);
          }),
      },
    ];
  }

  async down(lab: Lab): Promise<readonly Step[]> {
    const folder = this.#folder(lab);
    if (!folder.exists()) return [];
    const record = await folder.read();
    if (record !== undefined && !record.labs.includes(lab.id)) return [];
    const others = othersIn(record, lab);
    const title: Text =
      others.length === 0
        ? { ja: `環境 ${lab.environment.id} を終了`, en: `End environment ${lab.environment.id}` }
        : {
            ja: `ラボ ${lab.id} のオブジェクトを削除（環境は ${others.join(', ')} が使用中）`,
            en: `Remove the objects of lab ${lab.id} (the environment stays for ${others.join(', ')})`,
          };
    return [
      {
        title,
        run: async (report, signal) => {
          const summary = await this.#locked(report, signal, () => this.#end(lab, folder, signal));
          // Only when nothing else of ours is in there.
          await rmdir(this.#root).catch(() => undefined);
          await rmdir(path.dirname(this.#root)).catch(() => undefined);
          return summary;
        },
      },
    ];
  }

  async access(lab: Lab): Promise<LabAccess> {
    const { folder, record } = await this.#running(lab);
    return {
      kubeconfig: folder.labKubeconfig(lab.id),
      bin: folder.bin,
      kubectlCache: folder.kubectlCache,
      settings: record.settings,
      folder: folder.labFolder(lab.id),
    };
  }

  async remembered(lab: Lab): Promise<Settings | undefined> {
    const record = await this.#folder(lab).read();
    return record?.labs.includes(lab.id) === true ? record.settings : undefined;
  }

  folderOf(lab: Lab): string {
    return this.#folder(lab).labFolder(lab.id);
  }

  async isUp(lab: Lab): Promise<boolean> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    return record !== undefined && record.labs.includes(lab.id) && (await this.#controlPlane(folder).isReady());
  }

  #folder(lab: Lab): EnvironmentFolder {
    return new EnvironmentFolder(this.#root, lab.environment.id);
  }

  #controlPlane(folder: EnvironmentFolder): ControlPlane {
    return new ControlPlane(folder, this.#cache);
  }

  /** Whether everything runs that an environment needs. */
  async #isAlive(
    environment: Environment,
    folder: EnvironmentFolder,
    { settings }: EnvironmentRecord,
  ): Promise<boolean> {
    const hasFargate = environment.fargateProfiles(settings).length > 0;
    return (
      (await this.#controlPlane(folder).isReady()) && (!hasFargate || (await new FargateProcess(folder).isRunning()))
    );
  }

  /** Starts what imitates Fargate, if the environment has pods for it and it does not run. */
  async #startFargate(environment: Environment, folder: EnvironmentFolder, settings: Settings): Promise<void> {
    if (environment.fargateProfiles(settings).length === 0) return;
    await new FargateProcess(folder).start(releaseOf(settings.kubernetes).release);
  }

  #locked<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return withLock(this.#root, () => report(waitingForAnother), signal, run);
  }

  /** The environment of a lab that is up. */
  async #running(lab: Lab): Promise<{ folder: EnvironmentFolder; record: EnvironmentRecord }> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined || !record.labs.includes(lab.id)) {
      throw new ExternalError({
        ja: `ラボ ${lab.id} は、このマシンで起動していません。起動するには: ${labsCommand('up', lab.id, 'local')}`,
        en: `Lab ${lab.id} is not up on this machine. Bring it up with: ${labsCommand('up', lab.id, 'local')}`,
      });
    }
    if (!(await this.#controlPlane(folder).isReady())) {
      throw new ExternalError({
        ja: `ラボ ${lab.id} のコントロールプレーンが応答しません。マシンを再起動したのかもしれません。もう一度起動するには: ${labsCommand('up', lab.id, 'local')}`,
        en: `The control plane of lab ${lab.id} does not answer; the machine may have been restarted. Start it again with: ${labsCommand('up', lab.id, 'local')}`,
      });
    }
    return { folder, record };
  }

  /** Makes the environment, or joins or wakes the one that is there, and brings the lab in. */
  async #start(
    lab: Lab,
    settings: Settings,
    options: UpOptions,
    installation: Installation,
    report: Report,
    signal: AbortSignal,
  ): Promise<Text | void> {
    const folder = this.#folder(lab);
    const controlPlane = this.#controlPlane(folder);
    // Rendering the charts takes as long as starting a process or two, so it goes on beside that.
    let loading: Promise<string> | undefined;
    const manifests = () => (loading ??= lab.loadManifests());
    // What was true before the lock was waited for may have changed.
    let record = await folder.read();
    if (record === undefined) {
      const meanwhile = () => void manifests().catch(() => undefined);
      await this.#create(lab.environment, folder, controlPlane, settings, options, installation, signal, meanwhile);
      record = { settings, labs: [] };
    } else {
      refuseMisfit(lab, record, settings);
      if (!(await controlPlane.isReady())) {
        report({ ja: 'プロセスを起動し直しています', en: 'starting its processes again' });
        await controlPlane.restart(installation.programs, signal);
      }
      await this.#startFargate(lab.environment, folder, record.settings);
    }
    try {
      await this.#install(lab, folder, record, signal, manifests);
      if (record.labs.includes(lab.id))
        return saidOfLost(await new EnvironmentObjects(folder).restoreLost(lab, signal));
    } catch (error) {
      if (record.labs.length === 0) await controlPlane.remove();
      // Also after an abort, so not with the signal that says it.
      else if (!record.labs.includes(lab.id)) await this.#removeLab(lab, folder, new AbortController().signal);
      throw error;
    }
  }

  async #create(
    environment: Environment,
    folder: EnvironmentFolder,
    controlPlane: ControlPlane,
    settings: Settings,
    { port }: UpOptions,
    { programs }: Installation,
    signal: AbortSignal,
    meanwhile: () => void,
  ): Promise<void> {
    if (port !== undefined) await refuseTakenPort(port);
    // Left by an `up` that was killed outright.
    if (folder.exists()) await controlPlane.remove();
    const objects = new EnvironmentObjects(folder);
    const failure = new AbortController();
    let [drawn, prepared] = [Promise.resolve(), Promise.resolve()];
    try {
      await folder.make();
      await requireSpace(
        folder.path,
        neededSpace,
        { ja: 'ローカルの環境', en: 'A local environment' },
        { ja: 'XDG_DATA_HOME で容量の大きいディスクを指定して', en: 'point XDG_DATA_HOME at a larger disk' },
      );
      await this.#startFargate(environment, folder, settings);
      await controlPlane.create(settings.kubernetes, programs, port, signal, () => {
        prepared = objects.prepareForPods(environment, settings, AbortSignal.any([signal, failure.signal]));
        // One after the other: both render charts, which leaves no time for anything else.
        drawn = objects.draw(environment, settings).finally(meanwhile);
        for (const promise of [drawn, prepared]) promise.catch(() => undefined);
      });
      await drawn;
      await objects.apply(signal);
      await prepared;
      await objects.replaceEarlyPods(environment, settings, signal);
      await controlPlane.waitUntilReady(signal);
    } catch (error) {
      failure.abort();
      // Nothing may be written any more when the folder is removed.
      await Promise.allSettled([drawn, prepared]);
      await controlPlane.remove();
      throw error;
    }
  }

  /** What it takes to bring back what a running lab has lost of its own objects. */
  async #lossSteps(lab: Lab, folder: EnvironmentFolder): Promise<readonly Step[]> {
    const objects = new EnvironmentObjects(folder);
    if ((await objects.lost(lab, new AbortController().signal)).length === 0) return [];
    return [
      {
        title: titleOfLost(lab.id),
        run: (report, signal) =>
          this.#locked(report, signal, async () => {
            // What was true before the lock was waited for may have changed.
            await this.#running(lab);
            return saidOfLost(await objects.restoreLost(lab, signal));
          }),
      },
    ];
  }

  /** Applies the lab's objects and waits for them, unless they are there already, and remembers the lab. */
  async #install(
    lab: Lab,
    folder: EnvironmentFolder,
    record: EnvironmentRecord,
    signal: AbortSignal,
    manifests: () => Promise<string> = () => lab.loadManifests(),
  ): Promise<void> {
    await this.#controlPlane(folder).writeKubeconfig(folder.labKubeconfig(lab.id), lab.namespace);
    await writeLauncher(folder.bin);
    // What a learner has changed in a lab stays when its processes are started again.
    if (record.labs.includes(lab.id)) return;
    await new EnvironmentObjects(folder).applyLab(lab, await manifests(), signal);
    const exclusive = lab.exclusive === undefined ? {} : { exclusive: lab.exclusive };
    await folder.write({ ...record, labs: [...record.labs, lab.id], ...exclusive });
  }

  /** Removes the lab, or the whole environment when no other lab is in it; returns what there is to say. */
  async #end(lab: Lab, folder: EnvironmentFolder, signal: AbortSignal): Promise<Text | void> {
    // Another lab may have come in, or gone, while the lock was waited for.
    const record = await folder.read();
    if (record !== undefined && othersIn(record, lab).length > 0) {
      await this.#removeLab(lab, folder, signal);
      await folder.write({ ...record, labs: othersIn(record, lab) });
      return;
    }
    const count = await this.#controlPlane(folder).remove();
    return {
      ja: `プロセス ${count} 個を終了し、残りは 0。${folder.path} を削除しました`,
      en: `${count} processes ended, 0 left; removed ${folder.path}`,
    };
  }

  async #removeLab(lab: Lab, folder: EnvironmentFolder, signal: AbortSignal): Promise<void> {
    await new EnvironmentObjects(folder).deleteLab(lab, signal);
    await rm(folder.labFolder(lab.id), { recursive: true, force: true });
  }
}
