import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../platform/sudo-user.ts';
import { ExternalError, UsageError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import { waitingForAnother, withLock } from '../../platform/lock.ts';
import { cacheFolder, dataFolder } from '../../platform/paths.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Report, Step } from '../../core/step.ts';
import { EnvironmentFolder, type EnvironmentRecord } from '../shared/environment-folder.ts';
import { othersIn } from '../shared/sharing.ts';
import type { LabAccess, NodeMachines, ResetOptions, Target, UpOptions } from '../target.ts';
import { titleOfLost } from '../shared/lost-objects.ts';
import { LinuxEnvironment } from './linux-environment.ts';
import { LinuxMachines } from './machines.ts';
import { refusePodsAmongNodes } from './network.ts';
import { requireRoot } from './root.ts';
import { refuseMisfitOnLinux } from './sharing.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** Folders of a {@link LinuxTarget}. */
export interface LinuxTargetFolders {
  /** Where built programs and images are kept. @default the user's cache folder */
  readonly cache?: string;
  /** Where running environments keep their state. @default the user's data folder */
  readonly data?: string;
}

/** Real nodes in namespaces of this machine. Needs Linux, and root for all that changes something. */
export class LinuxTarget implements Target {
  readonly name = 'linux';
  readonly #cache: string;
  readonly #root: string;

  constructor(folders: LinuxTargetFolders = {}) {
    this.#cache = folders.cache ?? cacheFolder;
    this.#root = path.join(folders.data ?? dataFolder, 'linux');
  }

  async up(lab: Lab, settings: Settings, options: UpOptions = {}): Promise<readonly Step[]> {
    if (options.port !== undefined)
      throw new UsageError({
        ja: '--port はターゲット local のものです。linux では API サーバーが自分のアドレスを持つので、省いてください。',
        en: '--port is for target local: on linux the API server has an address of its own. Leave it out.',
      });
    if (lab.environment.controlPlanes !== undefined) refusePodsAmongNodes(settings.podCidr);
    const environment = this.#environment(lab);
    const record = await environment.folder.read();
    if (record !== undefined) refuseMisfitOnLinux(lab, record, settings);
    requireRoot(labsCommand('up', lab.id, 'linux'));
    if (record?.labs.includes(lab.id) === true && (await environment.cluster.answers())) {
      await environment.makeAccess(lab);
      return this.#lossSteps(lab, environment);
    }
    const { title } = lab.environment;
    return [
      {
        title: { ja: `クラスターの起動: ${title.ja}`, en: `Start the cluster: ${title.en}` },
        run: (report, signal) => this.#locked(report, signal, () => environment.start(lab, settings, report, signal)),
      },
    ];
  }

  async reset(lab: Lab, { keepProgress = false }: ResetOptions = {}): Promise<readonly Step[]> {
    const { record: found } = await this.#running(lab);
    requireRoot(labsCommand('reset', lab.id, 'linux'));
    return [
      {
        title: found.exclusive
          ? { ja: `ラボ ${lab.id} の環境を作り直す`, en: `Make the environment of lab ${lab.id} anew` }
          : { ja: `ラボ ${lab.id} を最初の状態に戻す`, en: `Put lab ${lab.id} back to its beginning` },
        run: (report, signal) =>
          this.#locked(report, signal, async () => {
            // What was true before the lock was waited for may have changed.
            const { environment, record } = await this.#running(lab);
            await environment.putBack(lab, record, keepProgress, report, signal);
          }),
      },
    ];
  }

  async down(lab: Lab): Promise<readonly Step[]> {
    const environment = this.#environment(lab);
    const { folder } = environment;
    if (!folder.exists()) return [];
    const record = await folder.read();
    if (record !== undefined && !record.labs.includes(lab.id)) return [];
    requireRoot(labsCommand('down', lab.id, 'linux'));
    const others = othersIn(record, lab);
    return [
      {
        title:
          others.length === 0
            ? { ja: `環境 ${lab.environment.id} を終了`, en: `End environment ${lab.environment.id}` }
            : {
                ja: `ラボ ${lab.id} のオブジェクトを削除（環境は ${others.join(', ')} が使用中）`,
                en: `Remove the objects of lab ${lab.id} (the environment stays for ${others.join(', ')})`,
              },
        run: async (report, signal) => {
          const summary = await this.#locked(report, signal, () => environment.end(lab, signal));
          // Only when nothing else of ours is in there.
          await rmdir(this.#root).catch(() => undefined);
          await rmdir(path.dirname(this.#root)).catch(() => undefined);
          return summary;
        },
      },
    ];
  }

  async access(lab: Lab): Promise<LabAccess> {
    const { environment, record } = await this.#running(lab);
    const { folder } = environment;
    return {
      kubeconfig: folder.labKubeconfig(lab.id),
      bin: folder.bin,
      kubectlCache: folder.kubectlCache,
      settings: record.settings,
      folder: folder.labFolder(lab.id),
      nodes: this.#machines(lab, environment),
    };
  }

  /** Whether a lab is up. Its API need not answer: a learner may have stopped it. */
  async isUp(lab: Lab): Promise<boolean> {
    const { folder, cluster } = this.#environment(lab);
    const record = await folder.read();
    return record?.labs.includes(lab.id) === true && (await cluster.isRunning());
  }

  async remembered(lab: Lab): Promise<Settings | undefined> {
    const record = await this.#environment(lab).folder.read();
    return record?.labs.includes(lab.id) === true ? record.settings : undefined;
  }

  /** What it takes to bring back what a running lab has lost of its own objects. */
  async #lossSteps(lab: Lab, environment: LinuxEnvironment): Promise<readonly Step[]> {
    if (!(await environment.hasLost(lab, new AbortController().signal))) return [];
    return [
      {
        title: titleOfLost(lab.id),
        run: (report, signal) => this.#locked(report, signal, () => environment.restoreLost(lab, signal)),
      },
    ];
  }

  #environment(lab: Lab): LinuxEnvironment {
    return new LinuxEnvironment(new EnvironmentFolder(this.#root, lab.environment.id), this.#cache);
  }

  folderOf(lab: Lab): string {
    return this.#environment(lab).folder.labFolder(lab.id);
  }

  #machines(lab: Lab, { cluster }: LinuxEnvironment): NodeMachines {
    const never = new AbortController().signal;
    const alone = (run: () => Promise<void>) => this.#locked(() => undefined, never, run);
    return new LinuxMachines(cluster, { lab: lab.id, alone });
  }

  async #locked<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    await makeFolder(this.#root);
    return withLock(this.#root, () => report(waitingForAnother), signal, run);
  }

  /** The environment of a lab that is up. */
  async #running(lab: Lab): Promise<{ environment: LinuxEnvironment; record: EnvironmentRecord }> {
    const environment = this.#environment(lab);
    const record = await environment.folder.read();
    const again = labsCommand('up', lab.id, 'linux');
    if (record === undefined || !record.labs.includes(lab.id)) {
      throw new ExternalError({
        ja: `ラボ ${lab.id} は、ターゲット linux で起動していません。起動するには: ${again}`,
        en: `Lab ${lab.id} is not up on target linux. Bring it up with: ${again}`,
      });
    }
    if (!(await environment.cluster.isRunning())) {
      throw new ExternalError({
        ja: `ラボ ${lab.id} のノードがなくなっています。マシンを再起動したのかもしれません。作り直すには: ${again}`,
        en: `The nodes of lab ${lab.id} are gone; the machine may have been restarted. Make them anew with: ${again}`,
      });
    }
    return { environment, record };
  }
}
