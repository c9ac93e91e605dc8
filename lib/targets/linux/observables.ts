import { readdir, readFile, readlink } from 'node:fs/promises';
import type { SeenComponent } from '../../observe/components.ts';
import { auditFile } from '../../observe/audit.ts';
import type { Observables } from '../../observe/observables.ts';
import { isRunning } from '../../platform/processes.ts';
import { isControlPlane } from './cluster-shape.ts';
import { EtcdLeader } from './etcd-leader.ts';
import type { LinuxNode } from './node.ts';

/** Components by the names that Linux keeps of processes: it shortens them to 15 characters. */
const components: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  etcd: 'etcd',
  'kube-apiserver': 'kube-apiserver',
  'kube-controller': 'kube-controller-manager',
  'kube-proxy': 'kube-proxy',
  'kube-scheduler': 'kube-scheduler',
  kubelet: 'kubelet',
};

/** Name of the process that a node's first one has: a script of bash. */
const shell = 'bash';

/** How often processes are looked for while one of the components is missing, in milliseconds. */
const searchInterval = 3_000;

/** Where the API server of a control plane writes its audit log. */
const auditLog = '/var/log/kubernetes/audit/audit.log';

/** A component that runs on a node. */
interface Running extends SeenComponent {
  readonly pid: number;
}

/** What can be seen of a cluster of real nodes beside its API: processes, the leader of etcd, and the audit logs. */
export function linuxObservables(nodes: readonly LinuxNode[]): Observables {
  const controlPlanes = nodes.filter(({ name }) => isControlPlane(name));
  const leader = new EtcdLeader(controlPlanes);
  const processes = new Processes(nodes);
  return {
    auditLogs: controlPlanes.map((node) => auditFile(node.own(auditLog), node.name)),
    look: async () => {
      const [running, leading] = await Promise.all([processes.look(), leader.find()]);
      return running.map(({ component, machine }) => ({
        component,
        machine,
        ...(component === 'etcd' && leading !== undefined ? { leads: machine === leading } : {}),
      }));
    },
    stop: () => leader.close(),
  };
}

/** The processes of the components on all nodes. */
class Processes {
  readonly #nodes: readonly LinuxNode[];
  #running: readonly Running[] = [];
  /** How many ran at most. */
  #most = 0;
  #searched = -Infinity;

  constructor(nodes: readonly LinuxNode[]) {
    this.#nodes = nodes;
  }

  /** Those that run now. */
  async look(): Promise<readonly Running[]> {
    const still = this.#running.filter(({ pid }) => isRunning(pid));
    const isMissing = still.length < this.#most || this.#most === 0;
    const mayHaveCome = still.length < this.#running.length || performance.now() - this.#searched > searchInterval;
    // A search looks at all processes of the machine, which would cost more than all else that is observed.
    if (isMissing && mayHaveCome) {
      this.#searched = performance.now();
      this.#running = await search(this.#nodes);
      this.#most = Math.max(this.#most, this.#running.length);
    } else this.#running = still;
    return this.#running;
  }
}

/** Looks at all processes of the machine once: each node's are in the network of its first process. */
async function search(nodes: readonly LinuxNode[]): Promise<readonly Running[]> {
  const machines = new Map<string, string>();
  const found: { readonly component: string; readonly network: string; readonly pid: number }[] = [];
  for (const pid of (await readdir('/proc')).map(Number).filter(Number.isInteger)) {
    const name = (await readProcess(pid, 'comm')).trim();
    const component = components[name];
    if (component === undefined && name !== shell) continue;
    const network = await readlink(`/proc/${pid}/ns/net`).catch(() => undefined);
    if (network === undefined) continue;
    if (component !== undefined) found.push({ component, network, pid });
    else {
      const [, script = '', folder] = (await readProcess(pid, 'cmdline')).split('\0');
      const node = nodes.find((candidate) => candidate.folder === folder);
      if (node !== undefined && script.endsWith('/node-init')) machines.set(network, node.name);
    }
  }
  return found.flatMap(({ component, network, pid }) => {
    const machine = machines.get(network);
    return machine === undefined ? [] : [{ component, machine, pid }];
  });
}

const readProcess = (pid: number, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
