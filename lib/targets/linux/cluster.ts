import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { SurroundingsError } from '../../errors.ts';
import { apiPort, kubeadmFiles } from '../../kubeadm-config.ts';
import type { NodeShape } from '../../environment.ts';
import { projectFolder } from '../../paths.ts';
import type { Report } from '../../step.ts';
import { makeCgroup, removeCgroup } from './cgroups.ts';
import { machineDifferences } from './differences.ts';
import type { NodeSoftware } from './install.ts';
import {
  addresses,
  balancerConfiguration,
  connectMachine,
  connectNode,
  disconnectMachine,
  nodeCidr,
  refuseTakenNetwork,
  withPrefix,
} from './network.ts';
import { firstProcess, LinuxNode, standInsFolder, startDetached, type NodeMount } from './node.ts';

/** What a cluster of target linux is to be. */
export interface ClusterShape {
  /** Exact Kubernetes release, for example `1.36.3`. */
  readonly release: string;
  /** 1 or 3. */
  readonly controlPlanes: number;
  readonly workers: readonly NodeShape[];
}

/** The region that the nodes say they are in. */
const region = 'us-east-1';

/** What a control plane says it is; one in each zone. */
const controlPlaneShapes: readonly NodeShape[] = ['a', 'b', 'c'].map((zone) => ({
  zone,
  instanceType: 't3.medium',
  labels: {},
}));

const podCidr = '10.244.0.0/16';
const serviceCidr = '10.96.0.0/16';

/** Name and address that a node gets. */
interface PlannedNode {
  readonly name: string;
  readonly address: string;
  readonly shape: NodeShape;
}

/** A cluster of nodes in namespaces of this machine, brought up by the shell files that EC2 runs as well. */
export class LinuxCluster {
  readonly #name: string;
  readonly #folder: string;
  /** Clusters of one name in two folders are two clusters: neither ends the other. */
  readonly #cgroup: string;

  /**
   * @param name what the cluster calls itself, for example in its API server's name
   * @param folder all that it keeps on the disk, owned by root
   */
  constructor(name: string, folder: string) {
    this.#name = name;
    this.#folder = folder;
    this.#cgroup = `${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  }

  /** The administrator's kubeconfig, which reaches the load balancer from this machine. */
  get kubeconfig(): string {
    return path.join(this.#folder, 'kubeconfig.yaml');
  }

  /**
   * Brings the cluster up: control planes one after the other, workers meanwhile.
   *
   * @throws SurroundingsError when a step of the bootstrap fails, with the end of what it said
   */
  async up(shape: ClusterShape, software: NodeSoftware, report: Report, signal: AbortSignal): Promise<void> {
    refuseTakenNetwork();
    const [controlPlanes, workers] = planNodes(shape);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    report('importing images');
    await this.#importImages(software, signal);
    report('starting nodes');
    await this.#writeShared(shape, controlPlanes);
    await this.#writeMounts(software);
    await this.#startRouter();
    const all = [...controlPlanes, ...workers];
    await Promise.all(all.map((node) => this.#makeNode(node, software)));
    for (const node of all) await this.startNode(node.name);

    const [first, ...further] = controlPlanes;
    const failure = new AbortController();
    const ended = AbortSignal.any([signal, failure.signal]);
    const after = async (node: PlannedNode, file: string) => {
      try {
        await this.bootstrap(node.name, 'prepare-host.sh', report, ended);
        await this.bootstrap(node.name, file, report, ended);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    };
    // All begin at once, as on EC2: who has to wait for another does so in the shell file.
    const settled = await Promise.allSettled([
      after(first!, 'first-control-plane.sh').then(() => this.#writeKubeconfig(first!.name)),
      ...further.map((node) => after(node, 'further-control-plane.sh')),
      ...workers.map((node) => after(node, 'worker.sh')),
    ]);
    signal.throwIfAborted();
    if (failure.signal.aborted) throw failure.signal.reason;
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    await this.#label(first!.name, workers);
  }

  /** Labels that a kubelet may not give itself, or that a cloud provider would. */
  async #label(controlPlane: string, nodes: readonly PlannedNode[]): Promise<void> {
    const node = await this.node(controlPlane);
    for (const { name, shape } of nodes) {
      const labels = Object.entries(shape.labels).map(([key, value]) => `${key}=${value}`);
      if (labels.length === 0) continue;
      const kubectl = ['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf'];
      const result = await node.run([...kubectl, 'label', 'node', name, '--overwrite', ...labels]);
      if (result.failed) throw new SurroundingsError(`Node ${name} could not be labelled: ${String(result.all)}`);
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
    const command = ['bash', '-c', script, 'bootstrap', `${bootstrapFolder}/${file}`, log, ...settings];
    const result = await (await this.node(node)).run(command, { signal, onLine });
    signal.throwIfAborted();
    if (!result.failed) return;
    throw new SurroundingsError(`${file} failed on node ${node}:\n${output.slice(-15).join('\n')}`);
  }

  /** The nodes that the cluster was made with, control planes first. */
  async nodes(): Promise<readonly LinuxNode[]> {
    const names = await readdir(path.join(this.#folder, 'nodes')).catch(() => []);
    return Promise.all(names.sort().map((name) => this.node(name)));
  }

  /** A node by its name. */
  async node(name: string): Promise<LinuxNode> {
    const folder = path.join(this.#folder, 'nodes', name);
    const address = await readFile(path.join(folder, 'address'), 'utf8');
    return new LinuxNode(this.#cgroup, folder, name, address);
  }

  /** Starts a node that was made, or that was killed, and connects it with the others. */
  async startNode(name: string): Promise<void> {
    const node = await this.node(name);
    const router = await this.#router();
    if (router === undefined) throw new SurroundingsError('The network between the nodes is not running.');
    const pid = await node.start(await this.#mounts(router));
    await connectNode(router, pid, name, node.address);
  }

  /** Whether an API server answers through the load balancer that it is ready. */
  async answers(): Promise<boolean> {
    const url = `https://${addresses.router}:${apiPort}/readyz`;
    const result = await execa('curl', ['--silent', '--fail', '--insecure', '--max-time', '2', url], { reject: false });
    return !result.failed;
  }

  /** Ends everything, whatever state it is in, and removes what it kept. */
  async down(): Promise<void> {
    await removeCgroup(this.#cgroup);
    await disconnectMachine();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #router(): Promise<number | undefined> {
    return firstProcess('router-init', this.#folder).then(async (bash) => bash ?? (await this.#haproxy()));
  }

  /** The router's first process becomes haproxy. */
  #haproxy(): Promise<number | undefined> {
    return findHaproxy(path.join(this.#folder, 'haproxy.cfg'));
  }

  async #startRouter(): Promise<void> {
    const entries = await makeCgroup(`${this.#cgroup}/router`);
    const args = [this.#folder, withPrefix(addresses.router), ...entries];
    await startDetached(path.join(standInsFolder, 'start-router'), args, this.#folder);
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(20)) {
      const pid = await this.#haproxy();
      if (pid === undefined) continue;
      await connectMachine(pid);
      return;
    }
    const log = await readFile(path.join(this.#folder, 'log'), 'utf8').catch(() => '');
    throw new SurroundingsError(`The network between the nodes did not start.\n${log.trim()}`);
  }

  /** What all nodes share: settings and kubeadm's configuration, and the cloud's stand-in. */
  async #writeShared(shape: ClusterShape, controlPlanes: readonly PlannedNode[]): Promise<void> {
    const settings = path.join(this.#folder, 'settings');
    await mkdir(settings, { recursive: true });
    await mkdir(path.join(this.#folder, 'cloud', 'ssm'), { recursive: true, mode: 0o700 });
    const endpoint = `api.${this.#name}.internal`;
    const files = kubeadmFiles({
      clusterName: this.#name,
      release: shape.release,
      endpoint,
      podCidr,
      serviceCidr,
      differences: machineDifferences,
    });
    const environment = {
      CLUSTER_NAME: this.#name,
      KUBERNETES_RELEASE: shape.release,
      PARAMETER_PREFIX: `/${this.#name}`,
      BACKUP_BUCKET: `${this.#name}-backups`,
      ROUTE_TABLES: 'router',
      NODE_CIDR: nodeCidr,
      POD_CIDR: podCidr,
      AWS_DEFAULT_REGION: region,
    };
    const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
    await Promise.all([
      ...Object.entries(files).map(([name, text]) => writeFile(path.join(settings, name), text)),
      writeFile(path.join(settings, 'cluster.env'), lines.join('')),
      writeFile(
        path.join(this.#folder, 'haproxy.cfg'),
        balancerConfiguration(Object.fromEntries(controlPlanes.map(({ name, address }) => [name, address])), apiPort),
      ),
    ]);
  }

  async #makeNode(planned: PlannedNode, software: NodeSoftware): Promise<void> {
    const folder = path.join(this.#folder, 'nodes', planned.name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'address'), planned.address);
    const node = new LinuxNode(this.#cgroup, folder, planned.name, planned.address);
    const metadata = {
      'local-hostname': planned.name,
      'local-ipv4': planned.address,
      'availability-zone': `${region}${planned.shape.zone}`,
      'instance-type': planned.shape.instanceType,
      'instance-id': `i-${planned.name}`,
    };
    const pairs = Object.entries(metadata).map(([name, value]) => `${name}: ${value}\n`);
    await node.write('/etc/stand-in-metadata', pairs.join(''));
    const programs = Object.entries(software.programs).map(([name, file]) => `${name} ${programInNode(file)}\n`);
    await node.write('/etc/stand-in-programs', programs.join(''));
    await node.write('/etc/hostname', `${planned.name}\n`);
    await node.write(
      '/etc/hosts',
      `127.0.0.1 localhost\n${planned.address} ${planned.name}\n${addresses.router} api.${this.#name}.internal\n`,
    );
    // The machine's own may be one that forwards to itself, which CoreDNS refuses.
    await node.write('/etc/resolv.conf', `nameserver ${addresses.router}\n`);
    await this.#giveImages(node);
  }

  /** What the nodes see of this machine, as it was when the cluster was made. */
  async #mounts(router: number): Promise<readonly NodeMount[]> {
    const remembered = JSON.parse(await readFile(path.join(this.#folder, 'mounts.json'), 'utf8')) as NodeMount[];
    return [...remembered, { from: `/proc/${router}/ns/net`, to: '/opt/stand-in-router' }];
  }

  async #writeMounts(software: NodeSoftware): Promise<void> {
    const programFolders = new Set(Object.values(software.programs).map((file) => path.dirname(file)));
    const mounts: readonly NodeMount[] = [
      { from: standInsFolder, to: '/opt/stand-ins' },
      { from: path.join(projectFolder, 'bootstrap'), to: bootstrapFolder },
      { from: path.join(this.#folder, 'settings'), to: '/etc/kubernetes-textbook-labs' },
      { from: path.join(this.#folder, 'cloud'), to: '/opt/stand-in-cloud', writable: true },
      ...[...programFolders].map((folder) => ({ from: folder, to: inNode(folder) })),
    ];
    await writeFile(path.join(this.#folder, 'mounts.json'), JSON.stringify(mounts, undefined, 2));
  }

  /** Imports the images once; all nodes begin with what that left. */
  async #importImages(software: NodeSoftware, signal: AbortSignal): Promise<void> {
    const { containerd, ctr } = software.programs;
    const folder = path.join(this.#folder, 'images');
    await mkdir(folder, { recursive: true });
    const entries = await makeCgroup(`${this.#cgroup}/images`);
    const script = 'for procs in "${@:2:$1}"; do echo $$ >"$procs"; done; exec "${@:$(($1 + 2))}"';
    const command = [
      path.join(standInsFolder, 'import-images'),
      containerd!,
      ctr!,
      folder,
      ...Object.values(software.images),
    ];
    const result = await execa('bash', ['-c', script, 'import', String(entries.length), ...entries, ...command], {
      reject: false,
      cancelSignal: signal,
    });
    signal.throwIfAborted();
    if (result.failed) throw new SurroundingsError(`The images could not be imported.\n${result.stderr}`);
  }

  /** A second name for each file costs no space and no time; what changes is copied: containerd's databases. */
  async #giveImages(node: LinuxNode): Promise<void> {
    const from = path.join(this.#folder, 'images');
    const to = node.own('/var/lib/containerd');
    await mkdir(path.dirname(to), { recursive: true });
    await execa('cp', ['--archive', '--link', from, to]);
    for (const file of await readdir(from, { recursive: true })) {
      if (!file.endsWith('.db') || file.includes('/snapshots/')) continue;
      await rm(path.join(to, file));
      await cp(path.join(from, file), path.join(to, file));
    }
  }

  /** The name in the API server's certificate stands; the address is the load balancer's. */
  async #writeKubeconfig(first: string): Promise<void> {
    const node = await this.node(first);
    const text = await readFile(node.own('/etc/kubernetes/admin.conf'), 'utf8');
    const endpoint = `api.${this.#name}.internal`;
    const server = `https://${addresses.router}:${apiPort}`;
    await writeFile(
      this.kubeconfig,
      text.replace(`server: https://${endpoint}:${apiPort}`, `server: ${server}\n    tls-server-name: ${endpoint}`),
      { mode: 0o600 },
    );
    await chmod(this.kubeconfig, 0o600);
  }
}

/** Where the shell files are on a node, on EC2 as well. */
const bootstrapFolder = '/opt/kubernetes-textbook-labs/bootstrap';

/** Where a node sees a folder of built programs. */
const inNode = (folder: string): string => path.join('/opt/stand-in-programs', path.basename(folder));

/** Where a node sees a built program. */
const programInNode = (file: string): string => path.join(inNode(path.dirname(file)), path.basename(file));

/** Names and addresses of the control planes, and those of the workers. */
const planNodes = ({ controlPlanes, workers }: ClusterShape): readonly [PlannedNode[], PlannedNode[]] => {
  const plan = (shapes: readonly NodeShape[], kind: string, address: (index: number) => string): PlannedNode[] =>
    shapes.map((shape, index) => ({ name: `${kind}-${index + 1}`, address: address(index + 1), shape }));
  return [
    plan(controlPlaneShapes.slice(0, controlPlanes), 'control-plane', addresses.controlPlane),
    plan(workers, 'worker', addresses.worker),
  ];
};

async function findHaproxy(configuration: string): Promise<number | undefined> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.startsWith('haproxy\0') && command.includes(`\0${configuration}\0`)) return Number(pid);
  }
  return undefined;
}
