import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError } from '../../core/errors.ts';

/** How many inotify instances a node takes at most: its containerd, its kubelet, its pods. Eleven were counted. */
const perNode = 13;

const setting = 'fs.inotify.max_user_instances';

/**
 * Makes sure that root may watch as many files as the nodes will. Where it may not, containerd starts without the part
 * that the kubelet talks to, and says so in its log only.
 *
 * @throws ExternalError that says how to raise the limit
 */
export async function requireWatchers(nodes: number): Promise<void> {
  const limit = Number(await readFile(`/proc/sys/${setting.replaceAll('.', '/')}`, 'utf8').catch(() => 'Infinity'));
  const [needed, used] = [nodes * perNode, await instancesInUse()];
  if (used + needed <= limit) return;
  const raise = `sudo sysctl ${setting}=${Math.max(512, 2 * (used + needed))}`;
  throw new ExternalError({
    ja:
      `${nodes} 台のノードには inotify のインスタンスが ${needed} 個必要ですが、このマシンで root が持てる ${limit} 個のうち ` +
      `${used} 個が使用中です。上限を上げるには: ${raise}`,
    en:
      `${nodes} nodes take ${needed} inotify instances, and of the ${limit} that root may have here ${used} are in use. ` +
      `Raise the limit with: ${raise}`,
  });
}

/** How many root's processes have; other users have limits of their own. */
async function instancesInUse(): Promise<number> {
  let count = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const folder = path.join('/proc', pid, 'fd');
    if ((await stat(folder).catch(() => undefined))?.uid !== 0) continue;
    for (const fd of await readdir(folder).catch(() => [])) {
      if ((await readlink(path.join(folder, fd)).catch(() => '')) === 'anon_inode:inotify') count++;
    }
  }
  return count;
}
