import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError } from '../../core/errors.ts';
import { releaseOf, type KubernetesVersionName } from '../../catalog/versions.ts';
import { answers, waitForAnswer } from './api-client.ts';
import type { LocalFolder } from './local-folder.ts';
import type { Programs } from '../../toolchain/install.ts';
import { keptRunning } from './keep-running.ts';
import { endOfReason } from './component-logs.ts';
import { Kwokctl } from './kwokctl.ts';
import {
  auditPolicy,
  kwokctlConfig,
  listeningComponents,
  metricsServerManifests,
  portsIn,
  simulatedLog,
  type ListeningComponent,
} from './kwokctl-config.ts';
import { freePorts, takenPorts } from '../../platform/ports.ts';
import { endProcessesOf, processesOf } from '../../platform/processes.ts';

/** How long the API server may take to answer, in milliseconds. */
const startTimeout = 120_000;

/** Programs that are started again when they end. Without metrics-server, for one, no namespace can be deleted. */
const components = [
  'etcd',
  'kube-apiserver',
  'kube-scheduler',
  'kube-controller-manager',
  'kwok',
  'metrics-server',
] as const;

/** Programs that a learner's shell gets. */
const learnersPrograms = ['kubectl', 'etcdctl', 'etcdutl'] as const;

/** Properties of a new control plane. */
export interface ControlPlaneProps {
  readonly version: KubernetesVersionName;
  readonly programs: Programs;
  /** Port of the API server. @default a free one */
  readonly port?: number | undefined;
}

/** etcd, API server, controller manager, scheduler, metrics-server and kwok: the processes of one local environment. */
export class ControlPlane {
  readonly #folder: LocalFolder;
  readonly #cacheFolder: string;

  /** @param cache folder for what kwokctl renders; it outlives the environment */
  constructor(folder: LocalFolder, cache: string) {
    this.#folder = folder;
    this.#cacheFolder = path.join(cache, 'kwokctl');
  }

  /**
   * Starts the control plane that {@link writeFiles} has prepared, and waits until kwokctl has registered metrics-server.
   * Its processes are being started when this returns its promise.
   *
   * @throws ExternalError when it does not come up; its log's end is in the message
   */
  start(programs: Programs, signal: AbortSignal): Promise<void> {
    const { adminKubeconfig } = this.#folder;
    const config = this.#folder.file('kwokctl.yaml');
    return this.#kwokctl(programs, ['create', 'cluster', '--config', config, '--kubeconfig', adminKubeconfig], signal);
  }

  /** Waits until the API server takes objects: a second before {@link start} ends and before it says that it is ready. */
  waitUntilItTakesObjects(signal: AbortSignal): Promise<void> {
    return this.#waitFor('/api/v1/namespaces/kube-system', signal);
  }

  /**
   * Starts the processes again with the data they had, for example after a reboot.
   *
   * @throws ExternalError when they do not come up, or another program listens where they did
   */
  async restart(programs: Programs, signal: AbortSignal): Promise<void> {
    await endProcessesOf(this.#folder.path);
    await this.#refuseTakenPorts();
    // After a reboot, other processes have these ids, and kwokctl would take them for its own and wait for ever.
    const pids = path.join(this.#folder.clusterFolder, 'pids');
    await rm(pids, { recursive: true, force: true });
    await mkdir(pids);
    try {
      await this.#kwokctl(programs, ['start', 'cluster'], signal);
      await this.waitUntilReady(signal);
    } catch (error) {
      await endProcessesOf(this.#folder.path);
      throw error;
    }
  }

  /** Ends every process and removes the folder, whatever state they are in; returns how many processes ended. */
  async remove(): Promise<number> {
    const count = await endProcessesOf(this.#folder.path);
    await rm(this.#folder.path, { recursive: true, force: true, maxRetries: 3 });
    const left = await processesOf(this.#folder.path);
    if (left.length > 0) {
      throw new ExternalError({
        ja: `${this.#folder.path} の次のプロセスが終了しません: ${left.join('、')}　kill -9 で終了させてください。`,
        en: `These processes of ${this.#folder.path} would not end: ${left.join(', ')}. End them with kill -9.`,
      });
    }
    return count;
  }

  /** Whether the API server says that it is ready, within two seconds. */
  isReady(): Promise<boolean> {
    return answers(this.#folder, '/readyz');
  }

  /** Waits until the API server says that it is ready. */
  waitUntilReady(signal: AbortSignal): Promise<void> {
    return this.#waitFor('/readyz', signal);
  }

  async #waitFor(url: string, signal: AbortSignal): Promise<void> {
    if (await waitForAnswer(this.#folder, url, startTimeout, signal)) return;
    const log = await endOfReason(this.#folder);
    throw new ExternalError({
      ja: `API サーバーの準備が ${startTimeout / 1000} 秒以内にできませんでした。${log.ja}`,
      en: `The API server was not ready after ${startTimeout / 1000} seconds.${log.en}`,
    });
  }

  /** Writes what {@link start} reads into the environment's folder, which is empty. */
  async writeFiles({ version, programs, port }: ControlPlaneProps): Promise<void> {
    const folder = this.#folder;
    await mkdir(folder.file('metrics-server'), { recursive: true });
    const { release, mutatingAdmissionPolicy } = releaseOf(version);
    const config = kwokctlConfig({
      programs: await this.#programs(programs),
      ports: await this.#ports(port),
      release,
      mutatingAdmissionPolicy,
      cacheFolder: this.#cacheFolder,
      auditPolicy: folder.file('audit-policy.yaml'),
      metricsServerManifests: folder.file('metrics-server'),
      logsFile: folder.file('simulated.log'),
    });
    await Promise.all([
      writeFile(folder.file('kwokctl.yaml'), config),
      writeFile(folder.file('audit-policy.yaml'), auditPolicy),
      writeFile(folder.file('simulated.log'), simulatedLog),
      writeFile(folder.file('metrics-server', 'kustomization.yaml'), 'resources: [manifests.yaml]\n'),
      writeFile(folder.file('metrics-server', 'manifests.yaml'), metricsServerManifests),
      ...learnersPrograms.map((name) => symlink(programs[name], path.join(folder.bin, name))),
    ]);
  }

  /** The programs; components are started again by a script when they end. */
  async #programs(files: Programs): Promise<Programs> {
    const folder = this.#folder.file('keep-running');
    const kept = await Promise.all(components.map(async (name) => [name, await keptRunning(folder, files[name])]));
    return { ...files, ...Object.fromEntries(kept) } as Programs;
  }

  async #ports(apiServer: number | undefined): Promise<Readonly<Record<ListeningComponent, number>>> {
    const free = await freePorts(listeningComponents.length);
    const ports = Object.fromEntries(listeningComponents.map((name, index) => [name, free[index]!]));
    return { ...ports, ...(apiServer === undefined ? {} : { kubeApiserver: apiServer }) } as Record<
      ListeningComponent,
      number
    >;
  }

  /** kwokctl would start a process that can't listen, and the others would call the stranger in its place. */
  async #refuseTakenPorts(): Promise<void> {
    const taken = await takenPorts(portsIn(await readFile(this.#folder.file('kwokctl.yaml'), 'utf8')));
    if (taken.length === 0) return;
    const ports = taken.join(', ');
    throw new ExternalError({
      ja: `この環境が使う 127.0.0.1 のポートを、別のプログラムが使っています: ${ports}。そのプログラムを終了させて、もう一度実行してください。終了させられなければ、npx labs down で環境を削除し、npx labs up で作り直します（自分で作ったオブジェクトは失われます）。`,
      en: `Another program uses ports of 127.0.0.1 that are this environment's: ${ports}. End that program, and run the command again. If it can't be ended, remove the environment with npx labs down and make it again with npx labs up; objects of your own are lost then.`,
    });
  }

  #kwokctl(programs: Programs, args: readonly string[], signal: AbortSignal): Promise<void> {
    return new Kwokctl(this.#folder).run(programs.kwokctl, [...args, '--name', this.#folder.name], signal);
  }
}
