import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError } from '../../core/errors.ts';
import { makeCgroup } from './cgroups.ts';
import { addresses, connectMachine, nodeCidr, withPrefix } from './network.ts';
import { firstProcess, standInsFolder, startDetached } from './node.ts';
import { waitFor } from '../../core/wait-for.ts';

/** How long the router may take to start, in milliseconds. */
const startTimeout = 10_000;

/** The network between the nodes, with its resolver and the load balancer of the API, in namespaces of its own. */
export class Router {
  readonly #folder: string;
  readonly #cgroup: string;
  readonly #configuration: string;

  /**
   * @param folder the cluster's
   * @param configuration of haproxy
   */
  constructor(folder: string, cgroup: string, configuration: string) {
    this.#folder = folder;
    this.#cgroup = cgroup;
    this.#configuration = configuration;
  }

  /** Its first process, as the machine numbers it; undefined when it is not running. */
  async pid(): Promise<number | undefined> {
    return (await firstProcess('router-init', this.#folder)) ?? (await this.#haproxy());
  }

  /** Starts it, and connects this machine with it. */
  async start(): Promise<void> {
    const entries = await makeCgroup(this.#cgroup);
    const args = [this.#folder, withPrefix(addresses.router), nodeCidr, process.execPath, ...entries];
    await startDetached(path.join(standInsFolder, 'start-router'), args, this.#folder);
    const pid = await waitFor(() => this.#haproxy(), { timeoutMs: startTimeout, pauseMs: 20 });
    if (pid !== undefined) return connectMachine(pid, path.dirname(this.#cgroup));
    const log = await readFile(path.join(this.#folder, 'log'), 'utf8').catch(() => '');
    throw new ExternalError({
      ja: `ノード間のネットワークを起動できませんでした。\n${log.trim()}`,
      en: `The network between the nodes did not start.\n${log.trim()}`,
    });
  }

  /** What its first process becomes when the network stands. */
  async #haproxy(): Promise<number | undefined> {
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.startsWith('haproxy\0') && command.includes(`\0${this.#configuration}\0`)) return Number(pid);
    }
    return undefined;
  }
}
