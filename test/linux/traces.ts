import { readdir, readFile, readlink } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { processesIn } from '../../lib/targets/linux/cgroups.ts';

/** All of this machine that a cluster of target linux could leave something in. */
export interface Traces {
  readonly processes: readonly string[];
  readonly namespaces: readonly string[];
  readonly interfaces: readonly string[];
  readonly mounts: readonly string[];
  readonly rules: string;
  readonly routes: string;
  readonly cgroups: readonly string[];
  readonly forwarding: string;
}

/** Looks for traces of clusters. Two looks with a cluster between them are to be equal. */
export async function traces(): Promise<Traces> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return {
    processes: await ourProcesses(),
    namespaces: await namespaces(),
    interfaces: Object.keys(networkInterfaces()).sort(),
    mounts: mounts.split('\n').sort(),
    rules: (await execa('nft', ['list', 'ruleset'], { reject: false })).stdout,
    routes: (await execa('ip', ['route'])).stdout,
    cgroups: await ourCgroups(),
    forwarding: await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8'),
  };
}

const ours = 'kubernetes-textbook-labs';

async function ourProcesses(): Promise<string[]> {
  const found = [];
  for (const pid of await processesIn('')) found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return found;
}

async function ourCgroups(): Promise<string[]> {
  const groups = await readdir('/sys/fs/cgroup', { withFileTypes: true });
  const folders = ['/sys/fs/cgroup', ...groups.map(({ name }) => path.join('/sys/fs/cgroup', name))];
  const names = await Promise.all(folders.map((folder) => readdir(path.join(folder, ours)).catch(() => undefined)));
  return folders.filter((_, index) => names[index] !== undefined);
}

/** The network and PID namespaces that a process is in. */
async function namespaces(): Promise<string[]> {
  const found = new Set<string>();
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const kind of ['net', 'pid', 'cgroup']) {
      const name = await readlink(`/proc/${pid}/ns/${kind}`).catch(() => undefined);
      if (name !== undefined) found.add(name);
    }
  }
  return [...found].sort();
}
