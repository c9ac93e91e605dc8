import { readdir, readFile, readlink } from 'node:fs/promises';
import { execa } from 'execa';

/** A TCP port that a process listens on. */
export interface Listener {
  readonly pid: number;
  /** For example `127.0.0.1`; hexadecimal as the kernel has it when it is something else. */
  readonly address: string;
}

/** The TCP listeners of these processes. */
export const listenersOf = (pids: readonly number[]): Promise<Listener[]> =>
  process.platform === 'linux' ? fromProc(pids) : fromLsof(pids);

/** 127.0.0.1 in /proc/net/tcp, on a machine of either byte order. */
const loopback = new Set(['0100007F', '7F000001']);

/** The state LISTEN in /proc/net/tcp. */
const listening = '0A';

async function fromProc(pids: readonly number[]): Promise<Listener[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const addressOfInode = new Map<string, string>();
  for (const line of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const address = local.split(':')[0] ?? '';
    if (state === listening) addressOfInode.set(inode, loopback.has(address) ? '127.0.0.1' : address);
  }
  const listeners: Listener[] = [];
  for (const pid of pids) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`)) {
      const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const address = addressOfInode.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '');
      if (address !== undefined) listeners.push({ pid, address });
    }
  }
  return listeners;
}

async function fromLsof(pids: readonly number[]): Promise<Listener[]> {
  const args = ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-p', pids.join(), '-F', 'pn'];
  const { stdout } = await execa('lsof', args, { reject: false });
  const listeners: Listener[] = [];
  let pid = 0;
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    if (line.startsWith('n')) listeners.push({ pid, address: line.slice(1, line.lastIndexOf(':')) });
  }
  return listeners;
}
