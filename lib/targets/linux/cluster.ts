import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { nodeBootstrapFolder } from '../../self-managed/cluster-env.ts';
import { ExternalError } from '../../core/errors.ts';
import { retry } from '../../core/retry.ts';
import type { Report } from '../../core/step.ts';
import { isTransientFailure } from '../shared/kubectl.ts';
import { removeCgroup } from './cgroups.ts';
import {
  balancerUrl,
  instanceId,
  planCluster,
  region,
  type ClusterPlan,
  type ClusterShape,
  type PlannedNode,
} from './cluster-shape.ts';
import { giveImages, importImages } from './image-store.ts';
import type { NodeSoftware } from './install.ts';
import { connectNode, disconnectMachine, refuseTakenNetwork } from './network.ts';
import { nodeMounts, writeNodeFiles } from './node-files.ts';
import { LinuxNode, type NodeMount } from './node.ts';
import { Router } from './router.ts';
import { SharedFiles } from './shared-files.ts';
import { requireWatchers } from './watchers.ts';
import { waitFor } from '../../core/wait-for.ts';

export type { ClusterShape } from './cluster-shape.ts';

/** A cluster of nodes in namespaces of this machine, brought up by the shell files that EC2 runs as well. */
export class LinuxCluster {
  readonly #name: string;
  readonly #folder: string;
  /** Clusters of one name in two folders are two clusters: neither ends the other. */
  readonly #cgroup: string;
  readonly #shared: SharedFiles;
  readonly #router: Router;

  /**
   * @param name what the cluster calls itself, for example in its API server's name
   * @param folder all that it keeps on the disk, owned by root
   */
  constructor(name: string, folder: string) {
    this.#name = name;
    this.#folder = folder;
    this.#cgroup = `${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
    this.#shared = new SharedFiles(folder);
    this.#router = new Router(folder, `${this.#cgroup}/router`, this.#shared.balancer);
  }

  /** The administrator's kubeconfig, which reaches the load balancer from this machine. */
  get kubeconfig(): string {
    return this.#shared.kubeconfig;
  }

  /**
   * Brings the cluster up: control planes one after the other, workers meanwhile.
   *
   * @throws ExternalError when a step of the bootstrap fails, with the end of what it said
   */
  async up(shape: ClusterShape, software: NodeSoftware, report: Report, signal: AbortSignal): Promise<void> {
    await refuseTakenNetwork(this.#cgroup);
    await requireWatchers(shape.controlPlanes + shape.workers.length);
    const plan = planCluster(this.#name, shape);
    const { controlPlanes, workers } = plan;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    report({ ja: 'イメージをインポートしています', en: 'importing images' });
    const images = path.join(this.#folder, 'images');
    await importImages(software, images, `${this.#cgroup}/images`, signal);
    report({ ja: 'ノードを起動しています', en: 'starting nodes' });
    await this.#shared.write(plan);
    await writeFile(this.#mountsFile, JSON.stringify(nodeMounts(software, this.#shared), undefined, 2));
    await this.#router.start();
    const all = [...controlPlanes, ...workers];
    await Promise.all(
      all.map(async (planned) => {
        const node = new LinuxNode(this.#cgroup, this.#nodeFolder(planned.name), planned.name, planned.address);
        await writeNodeFiles(node, planned, this.#name, software);
        await giveImages(images, node);
      }),
    );
    for (const node of all) await this.startNode(node.name);
    await this.#bootstrapAll(controlPlanes, workers, report, signal);
    await this.#completeObjects(plan);
  }

  /** Makes a cluster of the nodes. All begin at once, as on EC2: who has to wait for another does so in the shell file. */
  async #bootstrapAll(
    [first, ...further]: readonly PlannedNode[],
    workers: readonly PlannedNode[],
    report: Report,
    signal: AbortSignal,
  ): Promise<void> {
    const failure = new AbortController();
    const ended = AbortSignal.any([signal, failure.signal]);
    const join = async (node: PlannedNode, file: string) => {
      try {
        await this.bootstrap(node.name, 'prepare-host.sh', report, ended);
        await this.bootstrap(node.name, file, report, ended);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    };
    const settled = await Promise.allSettled([
      join(first!, 'first-control-plane.sh').then(() => this.#writeKubeconfig(first!.name)),
      ...further.map((node) => join(node, 'further-control-plane.sh')),
      ...workers.map((node) => join(node, 'worker.sh')),
    ]);
    signal.throwIfAborted();
    if (failure.signal.aborted) throw failure.signal.reason;
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
  }

  /** What a kubelet may not say of its own node, or what a cloud's controller would. */
  async #completeObjects({ name, controlPlanes, workers, providerIds }: ClusterPlan): Promise<void> {
    const first = await this.node(controlPlanes[0]!.name);
    for (const node of [...controlPlanes, ...workers]) {
      const { zone, labels } = node.shape;
      const providerID = `aws:///${region}${zone}/${instanceId(name, node.name)}`;
      const patch = JSON.stringify({ metadata: { labels }, ...(providerIds ? { spec: { providerID } } : {}) });
      const kubectl = ['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf'];
      const patchNode = async () => {
        const result = await first.run([...kubectl, 'patch', 'node', node.name, '--type=merge', '--patch', patch]);
        if (result.failed)
          throw new ExternalError({
            ja: `ノード ${node.name} にラベルを付けられませんでした: ${String(result.all)}`,
            en: `Node ${node.name} could not be labelled: ${String(result.all)}`,
          });
      };
      await retry(patchNode, { isTransient: isTransientFailure, timeoutMs: 30_000, pauseMs: 500 });
    }
  }

  /** Runs one of the shell files of `bootstrap/` on a node, and reports the sentences that it says. */
  async bootstrap(
    node: string,
    file: string,
    report: Report,
    signal: AbortSignal,
    args: readonly string[] = [],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const log = `/var/log/bootstrap-${path.basename(file, '.sh')}.log`;
    const script = `set -o pipefail; env "\${@:3}" "$1" ${args.map((arg) => `'${arg}'`).join(' ')} 2>&1 | tee -a "$2"`;
    const output: string[] = [];
    const onLine = (line: string) => {
      output.push(line);
      if (/^\d\d:\d\d:\d\d /.test(line)) report(`${node}: ${line.slice(9)}`);
    };
    const command = ['bash', '-c', script, 'bootstrap', `${nodeBootstrapFolder}/${file}`, log, ...settings];
    const result = await (await this.node(node)).run(command, { signal, onLine });
    signal.throwIfAborted();
    if (!result.failed) return;
    const end = output.slice(-15).join('\n');
    throw new ExternalError({
      ja: `ノード ${node} で ${file} が失敗しました。出力の終わり:\n${end}`,
      en: `${file} failed on node ${node}:\n${end}`,
    });
  }

  /** The nodes that the cluster was made with, control planes first. */
  async nodes(): Promise<readonly LinuxNode[]> {
    const names = await readdir(path.join(this.#folder, 'nodes')).catch(() => []);
    // worker-10 after worker-9
    return Promise.all(
      names.sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).map((name) => this.node(name)),
    );
  }

  /** A node by its name. */
  async node(name: string): Promise<LinuxNode> {
    const folder = this.#nodeFolder(name);
    const address = await readFile(path.join(folder, 'address'), 'utf8');
    return new LinuxNode(this.#cgroup, folder, name, address);
  }

  /** Starts a node that was made, or that was killed, and connects it with the others. */
  async startNode(name: string): Promise<void> {
    const node = await this.node(name);
    const router = await this.#router.pid();
    if (router === undefined)
      throw new ExternalError({
        ja: 'ノード間のネットワークが動いていません。',
        en: 'The network between the nodes is not running.',
      });
    // Its range of addresses may be another now; pod-network.sh writes the right one, and until then no pod starts.
    await rm(node.own('/etc/cni/net.d/10-pods.conflist'), { force: true });
    const pid = await node.start(await this.#mounts(router));
    await connectNode(router, pid, name, node.address);
  }

  /** Whether its machines are there, the network between them at least. After a restart of this machine they are not. */
  async isRunning(): Promise<boolean> {
    return (await this.#router.pid()) !== undefined;
  }

  /**
   * Whether an API server answers through the load balancer that it is ready.
   *
   * @param timeoutMs how long it is asked again until it does, in milliseconds. @default it is asked once
   */
  async answers(timeoutMs = 0, signal?: AbortSignal): Promise<boolean> {
    const url = `${balancerUrl}/readyz`;
    const request = ['--silent', '--fail', '--insecure', '--max-time', '2', url];
    const isReady = async () => !(await execa('curl', request, { ...environmentOf('system'), reject: false })).failed;
    return (await waitFor(isReady, { timeoutMs, pauseMs: 200, signal })) ?? false;
  }

  /** Ends everything, whatever state it is in, and removes what it kept. */
  async down(): Promise<void> {
    await removeCgroup(this.#cgroup);
    await disconnectMachine(this.#cgroup);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** What the nodes see of this machine, as it was when the cluster was made. */
  async #mounts(router: number): Promise<readonly NodeMount[]> {
    const remembered = JSON.parse(await readFile(this.#mountsFile, 'utf8')) as NodeMount[];
    return [...remembered, { from: `/proc/${router}/ns/net`, to: '/opt/stand-in-router' }];
  }

  async #writeKubeconfig(first: string): Promise<void> {
    const admin = (await this.node(first)).own('/etc/kubernetes/admin.conf');
    await this.#shared.writeKubeconfig(this.#name, await readFile(admin, 'utf8'));
  }

  get #mountsFile(): string {
    return path.join(this.#folder, 'mounts.json');
  }

  #nodeFolder(name: string): string {
    return path.join(this.#folder, 'nodes', name);
  }
}
