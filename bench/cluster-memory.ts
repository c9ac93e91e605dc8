import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Where the clusters of target linux are among the machine's cgroups, version 2 or 1. */
const folders = ['/sys/fs/cgroup/kubernetes-textbook-labs', '/sys/fs/cgroup/memory/kubernetes-textbook-labs'];

/**
 * Memory of a cluster's processes in megabytes, as its cgroup counts it: what is theirs, and the programs that they have
 * mapped. Not counted are files that the kernel keeps because there is room.
 *
 * @param name of the cluster
 */
export async function clusterMemory(name: string): Promise<number> {
  const clusters = folders.find((folder) => existsSync(path.join(folder, 'memory.stat')));
  if (clusters === undefined) throw new Error('No cgroup of target linux has memory.stat.');
  let bytes = 0;
  for (const cluster of await readdir(clusters)) {
    if (!cluster.startsWith(`${name}-`)) continue;
    const stat = await readFile(path.join(clusters, cluster, 'memory.stat'), 'utf8');
    // Version 1 has the sums over a cgroup and those below it under names of their own; version 2 has no other.
    for (const [, value] of stat.matchAll(/^(?:total_rss|total_mapped_file|anon|file_mapped) (\d+)$/gm)) {
      bytes += Number(value);
    }
  }
  if (bytes === 0) throw new Error(`There is no cgroup of cluster ${name}.`);
  return bytes / 1e6;
}
