import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { giveToSudoUser } from '../../platform/sudo-user.ts';
import { requireSpace } from '../../platform/disk-space.ts';
import { ExternalError } from '../../core/errors.ts';
import { forgetBrokenFault } from '../../progress/faults.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Report } from '../../core/step.ts';
import { releaseOf } from '../../catalog/versions.ts';
import { Kubectl } from '../shared/kubectl.ts';
import type { Text } from '../../core/text.ts';
import { writeLauncher } from '../shared/launcher.ts';
import { saidOfLost } from '../shared/lost-objects.ts';
import { withLab, type EnvironmentFolder, type EnvironmentRecord } from '../shared/environment-folder.ts';
import { othersIn } from '../shared/sharing.ts';
import { LinuxCluster } from './cluster.ts';
import { requireBridgeFilter } from './bridge-filter.ts';
import { installForSudoUser } from './install-for-sudo-user.ts';
import { EnvironmentObjects } from './objects.ts';
import { NodesAsMade } from './restore-nodes.ts';
import { refuseMisfitOnLinux } from './sharing.ts';

/** What a cluster needs on the disk, in bytes: its images, and what its nodes write. */
const neededSpace = 3e9;

/** How long an API may be silent before its nodes are restored, in milliseconds: a busy machine's is, now and then. */
const answerTimeout = 10_000;

/** The files of a lab's folder that hold what the learner did. */
const progressFiles: readonly string[] = ['answers.json', 'faults.json', 'progress.json'];

const saidOfLostNodes: Text = {
  ja: 'ノードがなくなっていたので、環境を作り直しました。ラボのものは元どおりですが、自分で作ったものは戻りません。解いた課題の記録は残っています。',
  en: "the nodes were gone, so the environment was made again: what is the lab's own is back, what you had made yourself is not; your progress is kept",
};

/** Options of {@link LinuxEnvironment.reset}. */
export interface LinuxReset {
  /** What is remembered of the environment. */
  readonly record: EnvironmentRecord;
  /** Whether what is remembered of the learner stays. */
  readonly keepProgress: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** One environment of target linux: a cluster, and the labs in it. Every method that changes one runs under the target's lock. */
export class LinuxEnvironment {
  readonly folder: EnvironmentFolder;
  readonly cluster: LinuxCluster;
  readonly #cache: string;
  readonly #kubectl: Kubectl;
  readonly objects: EnvironmentObjects;
  readonly #nodesAsMade: NodesAsMade;

  /** @param cache where built programs and images are kept */
  constructor(folder: EnvironmentFolder, cache: string) {
    this.folder = folder;
    this.cluster = new LinuxCluster(folder.name, folder.file('cluster'));
    this.#cache = cache;
    this.#kubectl = new Kubectl(folder);
    this.objects = new EnvironmentObjects(folder, this.#kubectl);
    this.#nodesAsMade = new NodesAsMade(this.cluster, folder.file('cluster', 'as-made'));
  }

  /**
   * Makes the environment, or joins or wakes the one that is there, and installs the lab.
   *
   * @throws UsageError when it runs with other settings, or a lab wants it for itself
   */
  async start(lab: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<Text | void> {
    // What was true before the lock was waited for may have changed.
    const record = await this.folder.read();
    if (record !== undefined) refuseMisfitOnLinux(lab, record, settings);
    // The nodes of a machine that was restarted are gone, and what was in them.
    if (record === undefined) return this.make(lab, settings, report, signal);
    if (!(await this.cluster.isRunning())) {
      await this.#recreate(lab, settings, report, signal);
      // It went with the nodes.
      await forgetBrokenFault(this.folder.labFolder(lab.id));
      return record.labs.includes(lab.id) ? saidOfLostNodes : undefined;
    }
    if (!(await this.cluster.answers(answerTimeout, signal)))
      await this.#nodesAsMade.restore(this.#kubectl, report, signal);
    try {
      await this.#install(lab, record, signal);
      if (record.labs.includes(lab.id)) return saidOfLost(await this.objects.labs.restoreLost(lab, signal));
    } catch (error) {
      // Also after an abort, so not with the signal that says it.
      if (!record.labs.includes(lab.id)) await this.#removeLab(lab, new AbortController().signal);
      throw error;
    }
  }

  /** Makes the environment, whatever is left of an earlier one, and installs the lab. */
  async make(lab: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    try {
      await this.#create(lab, settings, report, signal);
      await this.#install(lab, { settings, labs: [] }, signal);
      report({ ja: 'DNS とメトリクスを待っています', en: 'waiting for DNS and metrics' });
      await this.objects.waitForSystem(signal);
    } catch (error) {
      await this.#remove();
      throw error;
    }
  }

  /** Puts a lab's own objects, and the nodes, back as they were made. */
  async reset(lab: Lab, { record, keepProgress, report, signal }: LinuxReset): Promise<void> {
    const recreate = () =>
      keepProgress
        ? this.#recreate(lab, record.settings, report, signal)
        : this.make(lab, record.settings, report, signal);
    // Keys, data of etcd, system Pods: who may change them all has the environment for itself.
    if (record.exclusive) return recreate();
    try {
      await this.#nodesAsMade.restore(this.#kubectl, report, signal);
    } catch (error) {
      if (!(error instanceof ExternalError)) throw error;
      const others = othersIn(record, lab);
      if (others.length > 0)
        throw new ExternalError({
          ja:
            `${error.text.ja}\nこの環境は作り直せますが、ほかのラボがあるあいだはできません。` +
            `labs down で終えてから（${others.join('、')}）、もう一度実行してください。`,
          en:
            `${error.message} This environment can be made again, but not while other labs are in it. ` +
            `End them with labs down (${others.join(', ')}), and run this again.`,
        });
      report({
        ja: 'ノードが元に戻らないので、環境を作り直します',
        en: 'nodes do not come back: making the environment again',
      });
      return recreate();
    }
    await this.objects.labs.reset(lab, keepProgress, signal);
    await this.makeAccess(lab);
  }

  /** Removes the lab, or the whole environment when no other lab is in it; returns what there is to say. */
  async end(lab: Lab, signal: AbortSignal): Promise<Text | void> {
    // Another lab may have come in, or gone, while the lock was waited for.
    const record = await this.folder.read();
    if (record !== undefined && othersIn(record, lab).length > 0) {
      await this.#removeLab(lab, signal);
      await this.#giveToSudoUser();
      return;
    }
    await this.#remove();
    return {
      ja: `プロセス、名前空間、インターフェイス、cgroup は残っていません。${this.folder.path} を削除しました`,
      en: `no process, namespace, interface or cgroup left; removed ${this.folder.path}`,
    };
  }

  /** Writes again what leads a learner's terminal to a lab: its kubeconfig may have been changed. */
  async makeAccess(lab: Lab): Promise<void> {
    await this.objects.writeKubeconfig(lab);
    await this.makeLauncher();
    await this.#giveToSudoUser();
  }

  /** Makes the environment again; what is remembered of the learner in this lab stays. */
  async #recreate(lab: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    const remembered = await readProgress(this.folder.labFolder(lab.id));
    await this.make(lab, settings, report, signal);
    for (const { file, text } of remembered) await writeFile(file, text);
    await this.#giveToSudoUser();
  }

  /** Puts the labs command where a learner's terminal finds it. */
  async makeLauncher(): Promise<void> {
    await giveToSudoUser(await writeLauncher(this.folder.bin), false);
  }

  async #create({ environment }: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    const { folder, cluster } = this;
    await requireBridgeFilter();
    const software = await installForSudoUser(settings.kubernetes, this.#cache, report, signal);
    // Left by an `up` that was killed outright, or by a machine that was restarted.
    await this.#remove();
    await folder.make();
    await requireSpace({
      folder: folder.path,
      bytes: neededSpace,
      what: { ja: 'ターゲット linux のクラスター', en: 'A cluster of target linux' },
      remedy: { ja: 'XDG_DATA_HOME で容量の大きいディスクを指定して', en: 'point XDG_DATA_HOME at a larger disk' },
    });
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
    await this.objects.applyEnvironment(environment, settings, signal);
    await this.#nodesAsMade.remember(this.#kubectl, signal);
  }

  async #install(lab: Lab, record: EnvironmentRecord, signal: AbortSignal): Promise<void> {
    await this.objects.writeKubeconfig(lab);
    await this.makeLauncher();
    if (!record.labs.includes(lab.id)) {
      await this.objects.labs.apply(lab, signal);
      await this.folder.write(withLab(record, lab));
    }
    await this.#giveToSudoUser();
  }

  /** Who called `sudo` reads guides and uses kubectl without it; the cluster's own folder stays root's. */
  async #giveToSudoUser(): Promise<void> {
    const { folder } = this;
    await mkdir(folder.kubectlCache, { recursive: true });
    for (const each of ['bin', 'labs', 'kubectl-cache']) await giveToSudoUser(folder.file(each));
    await giveToSudoUser(folder.path, false);
    await giveToSudoUser(folder.file('environment.json'), false);
  }

  async #removeLab(lab: Lab, signal: AbortSignal): Promise<void> {
    await this.objects.labs.delete(lab, signal);
    await this.folder.forgetLab(lab.id);
  }

  async #remove(): Promise<void> {
    await this.cluster.down();
    if (existsSync(this.folder.path)) await rm(this.folder.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What is remembered of the learner in a lab's folder. */
async function readProgress(folder: string): Promise<readonly { file: string; text: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => progressFiles.includes(name));
  const files = names.map((name) => path.join(folder, name));
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
}
