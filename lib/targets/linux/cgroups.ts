import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../../core/wait-for.ts';
import { retry } from '../../core/retry.ts';

/** Which cgroups the machine has: kubelets are written for version 2, and still run on version 1. */
export type CgroupVersion = 1 | 2;

/** Where the machine's cgroups are, whatever its version. */
const mountPoint = '/sys/fs/cgroup';

/** The cgroup that all clusters of target linux are in. */
const ours = 'kubernetes-textbook-labs';

/** The version of this machine's cgroups. */
export const cgroupVersion = (): CgroupVersion => (existsSync(path.join(mountPoint, 'cgroup.controllers')) ? 2 : 1);

/** The folders of the machine's cgroup hierarchies: one on version 2, one for each group of controllers on version 1. */
async function hierarchies(): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const found = mounts.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    return /^cgroup2? /.test(after) ? [before.split(' ')[4]!] : [];
  });
  return [...new Set(found)].filter((folder) => folder.startsWith(mountPoint));
}

/**
 * Makes a cgroup in every hierarchy.
 *
 * @param name folders of the cgroup below that of all clusters, for example `self-managed/worker-1`
 * @returns the files that a process writes itself into to enter it
 */
export async function makeCgroup(name: string): Promise<readonly string[]> {
  const parts = [ours, ...name.split('/')];
  const entries: string[] = [];
  for (const hierarchy of await hierarchies()) {
    let folder = hierarchy;
    for (const part of parts) {
      await handOnControllers(folder);
      const child = path.join(folder, part);
      await mkdir(child, { recursive: true });
      await inheritCpus(folder, child);
      folder = child;
    }
    entries.push(path.join(folder, 'cgroup.procs'));
  }
  return entries;
}

/** On version 2 a cgroup has the controllers that its parent hands on. */
async function handOnControllers(folder: string): Promise<void> {
  const available = await readFile(path.join(folder, 'cgroup.controllers'), 'utf8').catch(() => '');
  for (const controller of available
    .trim()
    .split(/\s+/)
    .filter((name) => name !== '')) {
    await writeFile(path.join(folder, 'cgroup.subtree_control'), `+${controller}`);
  }
}

/** On version 1 a new cpuset is empty, and takes no process before it has CPUs and memory. */
async function inheritCpus(parent: string, child: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(path.join(child, file)) || existsSync(path.join(child, 'cgroup.controllers'))) continue;
    await writeFile(path.join(child, file), await readFile(path.join(parent, file), 'utf8'));
  }
}

/** The processes in a cgroup and in those below it. */
export async function processesIn(name: string): Promise<readonly number[]> {
  const pids = new Set<number>();
  for (const hierarchy of await hierarchies()) {
    for (const folder of await below(path.join(hierarchy, ours, name))) {
      const procs = await readFile(path.join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
      for (const pid of procs.split('\n')) if (pid !== '') pids.add(Number(pid));
    }
  }
  return [...pids];
}

/** How long processes may take to end when they are killed, in milliseconds. */
const endTimeout = 10_000;

/** Ends all processes of a cgroup at once and removes it, with those below it. */
export async function removeCgroup(name: string): Promise<void> {
  const killed = new Set<number>();
  const allHaveEnded = async () => {
    for (const pid of await processesIn(name)) {
      killed.add(pid);
      kill(pid);
    }
    // A process leaves its cgroup when it begins to end; its namespaces, and what they hold, stay until it has ended.
    return ![...killed].some((pid) => existsSync(`/proc/${pid}`));
  };
  await waitFor(allHaveEnded, { timeoutMs: endTimeout, pauseMs: 20 });
  for (const hierarchy of await hierarchies()) {
    for (const folder of (await below(path.join(hierarchy, ours, name))).toReversed()) await remove(folder);
    // That of all clusters goes with the last of them.
    await rmdir(path.join(hierarchy, ours)).catch(() => undefined);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** A cgroup stays busy for a moment after its last process. */
async function remove(folder: string): Promise<void> {
  const isGone = () =>
    rmdir(folder).catch((error: unknown) => {
      if (existsSync(folder)) throw error;
    });
  await retry(isGone, { isTransient: () => true, timeoutMs: 5_000, pauseMs: 50 });
}

/** A folder and all below it, parents first. */
async function below(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
  const deeper = await Promise.all(folders.map((child) => below(child)));
  return existsSync(folder) ? [folder, ...deeper.flat()] : [];
}
