import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { giveToCaller, makeFolder } from '../../caller.ts';
import { requireSpace } from '../../disk-space.ts';
import { SurroundingsError } from '../../errors.ts';
import type { Lab } from '../../lab.ts';
import { withLock } from '../../lock.ts';
import { cacheFolder, dataFolder } from '../../paths.ts';
import type { Settings } from '../../settings.ts';
import type { Report, Step } from '../../step.ts';
import { releaseOf } from '../../versions.ts';
import { EnvironmentFolder, type EnvironmentRecord } from '../local/environment-folder.ts';
import { Kubectl } from '../kubectl.ts';
import { othersIn, refuseMisfit } from '../local/sharing.ts';
import type { LabAccess, Target } from '../target.ts';
import { LinuxCluster } from './cluster.ts';
import { installForCaller } from './install-for-caller.ts';

/** What a cluster needs on the disk, in bytes: its images, and what its nodes write. */
const neededSpace = 3e9;

/** How long a lab's Deployments may take to become available. */
const workloadTimeout = '180s';

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

  async up(lab: Lab, settings: Settings): Promise<readonly Step[]> {
    requireRoot(`up ${lab.id} --on linux`);
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record !== undefined) refuseMisfit(lab, record, settings);
    if (record?.labs.includes(lab.id) === true && (await this.#cluster(folder).answers())) return [];
    const { title } = lab.environment;
    return [
      {
        title: { ja: `クラスターの起動: ${title.ja}`, en: `Start the cluster: ${title.en}` },
        run: (report, signal) => this.#locked(report, signal, () => this.#start(lab, settings, report, signal)),
      },
    ];
  }

  async reset(lab: Lab): Promise<readonly Step[]> {
    requireRoot(`reset ${lab.id}`);
    await this.#running(lab);
    return [
      {
        title: { ja: `ラボ ${lab.id} を最初の状態に戻す`, en: `Put lab ${lab.id} back to its beginning` },
        run: (report, signal) =>
          this.#locked(report, signal, async () => {
            const { folder, record } = await this.#running(lab);
            await this.#startKilledNodes(folder);
            const nodes = await this.#kubectl(folder).run(['get', 'nodes', '-o', 'name'], signal);
            await this.#kubectl(folder).run(['uncordon', ...nodes.trim().split('\n')], signal);
            await this.#removeLab(lab, folder, signal);
            await this.#bringIn(lab, folder, { ...record, labs: othersIn(record, lab) }, signal);
          }),
      },
    ];
  }

  async down(lab: Lab): Promise<readonly Step[]> {
    const folder = this.#folder(lab);
    if (!folder.exists()) return [];
    const record = await folder.read();
    if (record !== undefined && !record.labs.includes(lab.id)) return [];
    requireRoot(`down ${lab.id}`);
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

  async isUp(lab: Lab): Promise<boolean> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    return record?.labs.includes(lab.id) === true && (await this.#cluster(folder).answers());
  }

  /** The settings of a lab that was brought up here, whether or not it answers just now; undefined when it was not. */
  async remembered(lab: Lab): Promise<Settings | undefined> {
    const record = await this.#folder(lab).read();
    return record?.labs.includes(lab.id) === true ? record.settings : undefined;
  }

  #folder(lab: Lab): EnvironmentFolder {
    return new EnvironmentFolder(this.#root, lab.environment.id);
  }

  #cluster(folder: EnvironmentFolder): LinuxCluster {
    return new LinuxCluster(folder.name, folder.file('cluster'));
  }

  #kubectl(folder: EnvironmentFolder): Kubectl {
    return new Kubectl(folder);
  }

  async #locked<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    await makeFolder(this.#root);
    return withLock(this.#root, () => report('another labs command is at work here: waiting for it'), signal, run);
  }

  async #running(lab: Lab): Promise<{ folder: EnvironmentFolder; record: EnvironmentRecord }> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined || !record.labs.includes(lab.id)) {
      throw new SurroundingsError(
        `Lab ${lab.id} is not up on target linux. Bring it up with: sudo npx labs up ${lab.id} --on linux`,
      );
    }
    if (!(await this.#cluster(folder).answers())) {
      throw new SurroundingsError(`The API servers of lab ${lab.id} do not answer.`);
    }
    return { folder, record };
  }

  /** Makes the environment, or joins the one that is there, and brings the lab in. */
  async #start(lab: Lab, settings: Settings, report: Report, signal: AbortSignal): Promise<void> {
    const folder = this.#folder(lab);
    // What was true before the lock was waited for may have changed.
    let record = await folder.read();
    if (record !== undefined) refuseMisfit(lab, record, settings);
    if (record !== undefined && !(await this.#cluster(folder).answers())) record = undefined;
    const made = record === undefined;
    try {
      if (made) await this.#create(lab, folder, settings, report, signal);
      await this.#bringIn(lab, folder, record ?? { settings, labs: [] }, signal);
    } catch (error) {
      if (made) await this.#remove(folder);
      throw error;
    }
  }

  async #create(
    lab: Lab,
    folder: EnvironmentFolder,
    settings: Settings,
    report: Report,
    signal: AbortSignal,
  ): Promise<void> {
    const software = await installForCaller(settings.kubernetes, this.#cache, report, signal);
    // Left by an `up` that was killed outright, or by a machine that was restarted.
    await this.#remove(folder);
    await folder.make();
    await requireSpace(folder.path, neededSpace, 'A cluster of target linux', 'point XDG_DATA_HOME at a larger disk');
    await symlink(software.programs.kubectl!, path.join(folder.bin, 'kubectl'));
    const { release } = releaseOf(settings.kubernetes);
    const shape = { release, controlPlanes: 1, workers: lab.environment.nodes(settings) };
    const cluster = this.#cluster(folder);
    await cluster.up(shape, software, report, signal);
    await writeFile(folder.adminKubeconfig, await readFile(cluster.kubeconfig), { mode: 0o600 });
  }

  /** A node that a learner stopped runs again. */
  async #startKilledNodes(folder: EnvironmentFolder): Promise<void> {
    const cluster = this.#cluster(folder);
    for (const node of await cluster.nodes()) {
      if ((await node.pid()) === undefined) await cluster.startNode(node.name);
    }
  }

  async #bringIn(lab: Lab, folder: EnvironmentFolder, record: EnvironmentRecord, signal: AbortSignal): Promise<void> {
    await this.#writeKubeconfig(lab, folder);
    if (!record.labs.includes(lab.id)) {
      const kubectl = this.#kubectl(folder);
      await kubectl.apply(await lab.loadManifests(), signal);
      const available = ['wait', 'deployment', '--all', '--for=condition=Available', `--timeout=${workloadTimeout}`];
      await kubectl.run([...available, '--namespace', lab.namespace], signal);
      const exclusive = lab.exclusive === undefined ? {} : { exclusive: lab.exclusive };
      await folder.write({ ...record, labs: [...record.labs, lab.id], ...exclusive });
    }
    await this.#giveToCaller(folder);
  }

  /** The lab's namespace is the default of kubectl. */
  async #writeKubeconfig(lab: Lab, folder: EnvironmentFolder): Promise<void> {
    const config = parse(await readFile(folder.adminKubeconfig, 'utf8')) as {
      contexts: { context: { namespace?: string } }[];
    };
    for (const { context } of config.contexts) context.namespace = lab.namespace;
    await mkdir(folder.labFolder(lab.id), { recursive: true });
    await writeFile(folder.labKubeconfig(lab.id), stringify(config), { mode: 0o600 });
    await chmod(folder.labKubeconfig(lab.id), 0o600);
  }

  /** Who called `sudo` checks and answers without it; the cluster's own folder stays root's. */
  async #giveToCaller(folder: EnvironmentFolder): Promise<void> {
    await mkdir(folder.kubectlCache, { recursive: true });
    for (const each of ['bin', 'labs', 'kubectl-cache']) await giveToCaller(folder.file(each));
    await giveToCaller(folder.path, false);
    await giveToCaller(folder.file('environment.json'), false);
  }

  /** Removes the lab, or the whole environment when no other lab is in it; returns what there is to say. */
  async #end(lab: Lab, folder: EnvironmentFolder, signal: AbortSignal): Promise<string | void> {
    // Another lab may have come in, or gone, while the lock was waited for.
    const record = await folder.read();
    if (record !== undefined && othersIn(record, lab).length > 0) {
      await this.#removeLab(lab, folder, signal);
      await folder.write({ ...record, labs: othersIn(record, lab) });
      return;
    }
    await this.#remove(folder);
    return `no process, namespace, interface or cgroup left; removed ${folder.path}`;
  }

  async #remove(folder: EnvironmentFolder): Promise<void> {
    await this.#cluster(folder).down();
    if (existsSync(folder.path)) await rm(folder.path, { recursive: true, force: true, maxRetries: 3 });
  }

  async #removeLab(lab: Lab, folder: EnvironmentFolder, signal: AbortSignal): Promise<void> {
    const args = ['delete', 'namespace', lab.namespace, '--ignore-not-found', '--timeout=120s'];
    await this.#kubectl(folder).run(args, signal);
    await rm(folder.labFolder(lab.id), { recursive: true, force: true });
  }
}

/** @throws SurroundingsError where nodes can't be had */
function requireRoot(command: string): void {
  if (process.platform !== 'linux') {
    throw new SurroundingsError('Target linux needs Linux: its nodes are namespaces of the Linux kernel.');
  }
  if (process.getuid?.() !== 0) {
    throw new SurroundingsError(
      `Target linux needs root: it makes namespaces and mounts. Run it with: sudo env "PATH=$PATH" npx labs ${command}`,
    );
  }
}
