import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { releaseOf, type KubernetesVersionName } from '../../catalog/versions.ts';
import { answers, connectionOf, waitForAnswer } from './api-client.ts';
import type { EnvironmentFolder } from '../shared/environment-folder.ts';
import type { Programs } from '../../toolchain/install.ts';
import { keptRunning } from './keep-running.ts';
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
import { endProcessesOf, killGroup, processesOf } from '../../platform/processes.ts';

/** How long the API server may take to answer, in milliseconds. */
const startTimeout = 120_000;

/**
 * Programs that may end by themselves: the first two when they could not renew their lease, the others when the API server
 * did not answer while they started. Without metrics-server, whose API would be gone, no namespace can be deleted.
 */
const mayEnd = ['kube-scheduler', 'kube-controller-manager', 'kwok', 'metrics-server'] as const;

/** Programs that a learner's shell gets. */
const learnersPrograms = ['kubectl', 'etcdctl', 'etcdutl'] as const;

/** etcd, API server, controller manager, scheduler, metrics-server and kwok: the processes of one local environment. */
export class ControlPlane {
  readonly #folder: EnvironmentFolder;
  readonly #cacheFolder: string;

  /** @param cache folder for what kwokctl renders; it outlives the environment */
  constructor(folder: EnvironmentFolder, cache: string) {
    this.#folder = folder;
    this.#cacheFolder = path.join(cache, 'kwokctl');
  }

  /**
   * Starts the control plane in an empty folder and waits until its API server takes objects. Until it says that it is
   * ready goes by another second, which the environment's own objects can use.
   *
   * @param port port of the API server; a free one when undefined
   * @param meanwhile called when its processes are being started: what takes this process's time has it from then on
   * @throws ExternalError when it does not come up; its log's end is in the message
   */
  async create(
    version: KubernetesVersionName,
    programs: Programs,
    port: number | undefined,
    signal: AbortSignal,
    meanwhile: () => void = () => undefined,
  ): Promise<void> {
    await this.#writeFiles(version, programs, port);
    const args = [
      'create',
      'cluster',
      '--config',
      this.#folder.file('kwokctl.yaml'),
      '--kubeconfig',
      this.#folder.adminKubeconfig,
    ];
    const started = this.#kwokctl(programs, args, signal);
    meanwhile();
    await started;
    await this.#waitFor('/api/v1/namespaces/kube-system', signal);
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
    const log = await this.#endOfLog('kube-apiserver');
    throw new ExternalError({
      ja: `API サーバーの準備が ${startTimeout / 1000} 秒以内にできませんでした。${log.ja}`,
      en: `The API server was not ready after ${startTimeout / 1000} seconds.${log.en}`,
    });
  }

  /** Writes a kubeconfig of its own for a lab: keys inside, the lab's namespace as default. */
  async writeKubeconfig(file: string, namespace: string): Promise<void> {
    const { server, ca, cert, key } = await connectionOf(this.#folder);
    const name = this.#folder.name;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server, 'certificate-authority-data': ca.toString('base64') } }],
      users: [
        {
          name,
          user: { 'client-certificate-data': cert.toString('base64'), 'client-key-data': key.toString('base64') },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      'current-context': name,
    };
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(config, undefined, 2) + '\n', { mode: 0o600 });
  }

  async #writeFiles(version: KubernetesVersionName, programs: Programs, port: number | undefined): Promise<void> {
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

  /** The programs; those that may end are started again by a script. */
  async #programs(files: Programs): Promise<Programs> {
    const folder = this.#folder.file('keep-running');
    const kept = await Promise.all(mayEnd.map(async (name) => [name, await keptRunning(folder, files[name])]));
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

  /** kwokctl would start what can't listen even so, and the others would call the stranger in its place. */
  async #refuseTakenPorts(): Promise<void> {
    const taken = await takenPorts(portsIn(await readFile(this.#folder.file('kwokctl.yaml'), 'utf8')));
    if (taken.length === 0) return;
    const ports = taken.join(', ');
    throw new ExternalError({
      ja: `この環境が使う 127.0.0.1 のポートを、別のプログラムが使っています: ${ports}。そのプログラムを終了させて、もう一度実行してください。終了させられなければ、npx labs down で環境を削除し、npx labs up で作り直します（自分で作ったオブジェクトは失われます）。`,
      en: `Another program uses ports of 127.0.0.1 that are this environment's: ${ports}. End that program, and run the command again. If it can't be ended, remove the environment with npx labs down and make it anew with npx labs up; objects of your own are lost then.`,
    });
  }

  async #kwokctl(programs: Programs, args: readonly string[], signal: AbortSignal): Promise<void> {
    const child = execa(programs.kwokctl, [...args, '--name', this.#folder.name], {
      env: {
        // Not KWOK_WORKDIR, which kwokctl reads up to the first space: on macOS the data folder's path has one.
        HOME: this.#folder.path,
        KWOK_WORKDIR: '',
        // kwokctl runs `kubectl kustomize`, and must not meet the learner's own kubectl, which may be years older.
        PATH: this.#folder.bin,
      },
      reject: false,
      stdin: 'ignore',
      all: true,
      // A group of its own: Ctrl-C reaches this process only, which then cleans up in order.
      detached: true,
      timeout: startTimeout,
    });
    const kill = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      const result = await child;
      signal.throwIfAborted();
      if (result.timedOut) kill();
      if (result.failed) throw new ExternalError(await this.#explain(result.all || result.shortMessage || ''));
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  async #explain(output: string): Promise<Text> {
    const messages = output.split('\n').flatMap((line) => errorIn(line) ?? []);
    const detail = [...new Set(messages)].slice(-3).join('\n');
    if (/no space left on device/i.test(output)) {
      return {
        ja: `${this.#folder.path} のディスクがいっぱいです。空きを作って、もう一度実行してください。\n${detail}`,
        en: `The disk of ${this.#folder.path} is full. Free some space and run the command again.\n${detail}`,
      };
    }
    const inUse: Text = /address already in use|port .*in use/i.test(output)
      ? {
          ja: '使用中のポートがあります。もう一度実行するか、API サーバーのポートを --port で指定してください。',
          en: " A port is taken: run the command again, or choose the API server's port with --port.",
        }
      : { ja: '', en: '' };
    const log = await this.#endOfLog('kube-apiserver');
    return {
      ja: `kwokctl がコントロールプレーンを起動できませんでした。${inUse.ja}\n${detail}${log.ja}`,
      en: `kwokctl could not start the control plane.${inUse.en}\n${detail}${log.en}`,
    };
  }

  async #endOfLog(component: string): Promise<Text> {
    const log = await readFile(path.join(this.#folder.clusterFolder, 'logs', `${component}.log`), 'utf8').catch(
      () => '',
    );
    if (log === '') return { ja: '', en: '' };
    const end = log.trim().split('\n').slice(-5).join('\n');
    return { ja: `\n${component} のログの終わり:\n${end}`, en: `\nThe end of the log of ${component}:\n${end}` };
  }
}

/** What a line of kwokctl's own log, in JSON, gives as an error. */
function errorIn(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: string; msg?: string; err?: string };
    return entry.level === 'ERROR' ? (entry.err ?? entry.msg) : undefined;
  } catch {
    return /error/i.test(line) ? line : undefined;
  }
}
