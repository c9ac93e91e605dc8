import { readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Environment } from '../../environment.ts';
import { SurroundingsError, UsageError } from '../../errors.ts';
import type { Lab } from '../../lab.ts';
import { withLock } from '../../lock.ts';
import { cacheFolder, dataFolder } from '../../paths.ts';
import type { Settings } from '../../settings.ts';
import type { Report, Step } from '../../step.ts';
import { releaseOf } from '../../versions.ts';
import type { LabAccess, Target, UpOptions } from '../target.ts';
import { ControlPlane } from './control-plane.ts';
import { EnvironmentFolder, type EnvironmentRecord } from './environment-folder.ts';
import { downloadSource, planInstallation, type Installation } from './install.ts';
import { Kubectl } from './kubectl.ts';
import { simulatedNodes } from './nodes.ts';
import { systemWorkloads } from './system-workloads.ts';

/** The settings that a local environment takes notice of; the others concern AWS only. */
const relevantSettings = ['kubernetes', 'nodeCount', 'instanceType'] as const satisfies readonly (keyof Settings)[];

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
    if (record !== undefined) this.#refuseMisfit(lab, record, settings);
    const alive = record !== undefined && (await new ControlPlane(folder).isReady());
    if (alive && record.labs.includes(lab.id)) return [];

    const installation = await planInstallation(settings.kubernetes, this.#cache);
    const start: Step = {
      title: {
        ja: `コントロールプレーンの起動: ${lab.environment.title.ja}`,
        en: `Start the control plane: ${lab.environment.title.en}`,
      },
      run: (report, signal) =>
        this.#locked(report, signal, () => this.#start(lab, settings, options, installation, report, signal)),
    };
    return [...installation.steps, start];
  }

  async reset(lab: Lab): Promise<readonly Step[]> {
    const { folder, record } = await this.#running(lab);
    return [
      {
        title: { ja: `ラボ ${lab.id} を最初の状態に戻す`, en: `Put lab ${lab.id} back to its beginning` },
        run: (report, signal) =>
          this.#locked(report, signal, async () => {
            const kubectl = this.#kubectl(folder);
            await this.#deleteNamespace(kubectl, lab, signal);
            await this.#restoreNodes(kubectl, signal);
            await rm(folder.labFolder(lab.id), { recursive: true, force: true });
            await this.#bringIn(lab, folder, record, signal);
          }),
      },
    ];
  }

  async down(lab: Lab): Promise<readonly Step[]> {
    const folder = this.#folder(lab);
    if (!folder.exists()) return [];
    const record = await folder.read();
    if (record !== undefined && !record.labs.includes(lab.id)) return [];
    const last = record === undefined || record.labs.length === 1;
    return [last ? this.#endEnvironment(lab, folder) : this.#removeLab(lab, folder, record)];
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
    return record !== undefined && record.labs.includes(lab.id) && (await new ControlPlane(folder).isReady());
  }

  #folder(lab: Lab): EnvironmentFolder {
    return new EnvironmentFolder(this.#root, lab.environment.id);
  }

  #kubectl(folder: EnvironmentFolder): Kubectl {
    return new Kubectl(folder);
  }

  #locked<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return withLock(this.#root, () => report('another labs command is at work here: waiting for it'), signal, run);
  }

  /** The environment of a lab that is up. */
  async #running(lab: Lab): Promise<{ folder: EnvironmentFolder; record: EnvironmentRecord }> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined || !record.labs.includes(lab.id)) {
      throw new SurroundingsError(`Lab ${lab.id} is not up on this machine. Bring it up with: npx labs up ${lab.id}`);
    }
    if (!(await new ControlPlane(folder).isReady())) {
      throw new SurroundingsError(
        `The control plane of lab ${lab.id} does not answer; the machine may have been restarted. Start it again with: npx labs up ${lab.id}`,
      );
    }
    return { folder, record };
  }

  #refuseMisfit(lab: Lab, record: EnvironmentRecord, settings: Settings): void {
    const differing = relevantSettings.filter((name) => record.settings[name] !== settings[name]);
    if (differing.length > 0) {
      const list = differing.map((name) => `${name}=${record.settings[name]} (not ${settings[name]})`).join(', ');
      const asRunning = differing.map((name) => ` -c ${name}=${record.settings[name]}`).join('');
      throw new UsageError(
        `The environment of lab ${lab.id} runs already, with ${list}. ` +
          `Join it with: npx labs up ${lab.id}${asRunning} — or end it first, with labs down for: ${record.labs.join(', ')}.`,
      );
    }
    const others = record.labs.filter((id) => id !== lab.id);
    if (lab.exclusive && others.length > 0) {
      throw new UsageError(
        `Lab ${lab.id} stops cluster-wide things, so it runs alone. End these first, with labs down: ${others.join(', ')}.`,
      );
    }
  }

  /** Makes the environment, or joins or wakes the one that is there, and brings the lab in. */
  async #start(
    lab: Lab,
    settings: Settings,
    options: UpOptions,
    installation: Installation,
    report: Report,
    signal: AbortSignal,
  ): Promise<void> {
    const folder = this.#folder(lab);
    const controlPlane = new ControlPlane(folder);
    // Rendering the charts takes as long as starting a process or two, so it goes on beside that.
    const manifests = lab.loadManifests();
    manifests.catch(() => undefined);
    // What was true before the lock was waited for may have changed.
    let record = await folder.read();
    if (record === undefined) {
      await this.#create(lab.environment, folder, controlPlane, settings, options, installation, report, signal);
      record = { settings, labs: [] };
    } else {
      this.#refuseMisfit(lab, record, settings);
      if (!(await controlPlane.isReady())) {
        report('starting its processes again');
        await controlPlane.restart(installation.programs, signal);
      }
    }
    try {
      await this.#bringIn(lab, folder, record, signal, manifests);
    } catch (error) {
      if (record.labs.length === 0) await controlPlane.remove();
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
    report: Report,
    signal: AbortSignal,
  ): Promise<void> {
    if (port !== undefined) await refuseTakenPort(port);
    // Left by an `up` that was killed outright.
    if (folder.exists()) await controlPlane.remove();
    if (programs.source === 'downloaded') report(`kwokctl downloads its binaries from ${downloadSource}`);
    try {
      await folder.make();
      const { release, addOns } = releaseOf(settings.kubernetes);
      const objects = [
        ...simulatedNodes(environment.nodes(settings), release),
        ...systemWorkloads(environment.addOns, addOns),
      ];
      await writeFile(folder.objects, objects.map((object) => stringify(object)).join('---\n'));
      await controlPlane.create(settings.kubernetes, programs, port, signal);
    } catch (error) {
      await controlPlane.remove();
      throw error;
    }
  }

  /** Applies the environment's and the lab's objects, waits for them, and remembers the lab. */
  async #bringIn(
    lab: Lab,
    folder: EnvironmentFolder,
    record: EnvironmentRecord,
    signal: AbortSignal,
    manifests: Promise<string> = lab.loadManifests(),
  ): Promise<void> {
    const kubectl = this.#kubectl(folder);
    await kubectl.apply([await readFile(folder.objects, 'utf8'), await manifests].join('---\n'), signal);
    await new ControlPlane(folder).writeKubeconfig(folder.labKubeconfig(lab.id), lab.namespace);
    await kubectl.waitForDeployments(lab.namespace, signal);
    await folder.write({ ...record, labs: [...new Set([...record.labs, lab.id])] });
  }

  async #deleteNamespace(kubectl: Kubectl, lab: Lab, signal: AbortSignal): Promise<void> {
    await kubectl.run(['delete', 'namespace', lab.namespace, '--ignore-not-found', '--timeout=60s'], signal);
  }

  /** Undoes what a learner may have done to the nodes: cordons, taints, a lease taken from the kubelet. */
  async #restoreNodes(kubectl: Kubectl, signal: AbortSignal): Promise<void> {
    await kubectl.run(['delete', 'lease', '--all', '-n', 'kube-node-lease'], signal);
    const names = (await kubectl.run(['get', 'nodes', '-o', 'name'], signal)).split('\n').filter((name) => name !== '');
    const patch = JSON.stringify({ spec: { unschedulable: null, taints: null } });
    if (names.length > 0) await kubectl.run(['patch', ...names, '--type=merge', '-p', patch], signal);
  }

  #removeLab(lab: Lab, folder: EnvironmentFolder, record: EnvironmentRecord): Step {
    const others = record.labs.filter((id) => id !== lab.id);
    return {
      title: {
        ja: `ラボ ${lab.id} のオブジェクトを削除（環境は ${others.join(', ')} が使用中）`,
        en: `Remove the objects of lab ${lab.id} (the environment stays for ${others.join(', ')})`,
      },
      run: (report, signal) =>
        this.#locked(report, signal, async () => {
          await this.#deleteNamespace(this.#kubectl(folder), lab, signal);
          await rm(folder.labFolder(lab.id), { recursive: true, force: true });
          await folder.write({ ...record, labs: others });
        }),
    };
  }

  #endEnvironment(lab: Lab, folder: EnvironmentFolder): Step {
    return {
      title: { ja: `環境 ${lab.environment.id} を終了`, en: `End environment ${lab.environment.id}` },
      run: async (report, signal) => {
        const count = await this.#locked(report, signal, () => new ControlPlane(folder).remove());
        // Only when nothing else of ours is in there.
        await rmdir(this.#root).catch(() => undefined);
        await rmdir(path.dirname(this.#root)).catch(() => undefined);
        return `${count} processes ended, 0 left; removed ${folder.path}`;
      },
    };
  }
}

async function refuseTakenPort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(
        new UsageError(
          `Port ${port} on 127.0.0.1 is taken or not allowed. Give another with --port, or leave --port out to get a free one.`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
