import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { execa, type Result } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import type { NodeStreams } from '../target.ts';
import { ExternalError } from '../../core/errors.ts';
import { projectFolder } from '../../platform/paths.ts';
import { killGroup } from '../../platform/processes.ts';
import { makeCgroup, removeCgroup } from './cgroups.ts';
import { waitFor } from '../../core/wait-for.ts';

/** The folder with what stands in for EC2 inside a node. */
export const standInsFolder = path.join(projectFolder, 'lib', 'targets', 'linux', 'stand-ins');

/** How long a node may take to start its services, in milliseconds. */
const startTimeout = 30_000;

/** What a node sees of this machine at another place. */
export interface NodeMount {
  readonly from: string;
  /** Its path in the node. */
  readonly to: string;
  /** @default false */
  readonly writable?: boolean;
}

/** How a command runs in a node. */
export interface RunOptions {
  /** What it reads. @default nothing */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Told each line that it writes, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A set of namespaces that is a machine to those inside: see `stand-ins/node-init`. */
export class LinuxNode {
  readonly name: string;
  readonly address: string;
  /** All that the node keeps on the disk. */
  readonly folder: string;
  readonly #cgroup: string;

  /** @param cluster cgroup of its cluster */
  constructor(cluster: string, folder: string, name: string, address: string) {
    this.name = name;
    this.address = address;
    this.folder = folder;
    this.#cgroup = `${cluster}/${name}`;
  }

  /** A file of the node, as seen from the machine; only for folders that are the node's alone. */
  own(file: string): string {
    return path.join(this.folder, 'own', file);
  }

  /** A file that the node finds in place of the machine's. */
  async write(file: string, text: string): Promise<void> {
    const target = path.join(this.folder, 'upper', file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  /** Starts the node's first process; its network is not connected yet. */
  async start(mounts: readonly NodeMount[]): Promise<number> {
    await mkdir(this.folder, { recursive: true });
    const lines = mounts.map(({ from, to, writable }) => [writable === true ? 'rw' : 'ro', from, to].join('\t'));
    await writeFile(path.join(this.folder, 'mounts'), lines.map((line) => `${line}\n`).join(''));
    const entries = await makeCgroup(this.#cgroup);
    await startDetached(path.join(standInsFolder, 'start-node'), [this.folder, this.name, ...entries], this.folder);
    const started = async () => {
      const pid = await this.pid();
      return pid !== undefined && existsSync(`/proc/${pid}/root/run/started`) && pid;
    };
    const pid = await waitFor(started, { timeoutMs: startTimeout, pauseMs: 20 });
    if (pid !== undefined) return pid;
    const log = await endOf(path.join(this.folder, 'log'));
    throw new ExternalError({
      ja: `ノード ${this.name} を起動できませんでした。\n${log}`,
      en: `Node ${this.name} did not start.\n${log}`,
    });
  }

  /** The node's first process, as the machine numbers it; undefined when the node is not running. */
  async pid(): Promise<number | undefined> {
    return firstProcess('node-init', this.folder);
  }

  /** Runs a command in the node. Its output is what it wrote; it does not throw when the command fails. */
  async run(command: readonly string[], options: RunOptions = {}): Promise<Result> {
    const pid = await this.pid();
    if (pid === undefined) throw this.#notRunning();
    const { input, signal, onLine } = options;
    const child = execa(path.join(standInsFolder, 'enter-node'), [String(pid), ...command], {
      ...environmentOf('node', nodeVariables),
      reject: false,
      all: true,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      // A process group of its own: that is what reaches the processes on the other side.
      detached: true,
    });
    const stop = () => endGroup(child.pid);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    try {
      if (onLine !== undefined) for await (const line of child.iterable({ from: 'all' })) onLine(line);
      return await child;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Runs a command in the node on these streams and returns its exit code, as a shell gives it. */
  async connect(command: readonly string[], streams: NodeStreams, signal: AbortSignal): Promise<number> {
    const pid = await this.pid();
    if (pid === undefined) throw this.#notRunning();
    // In this process's group, which has the terminal: what is typed reaches the command, Ctrl-C too.
    const result = await execa(path.join(standInsFolder, 'enter-node'), [String(pid), ...command], {
      reject: false,
      ...streams,
      ...environmentOf('node', { ...nodeVariables, TERM: process.env.TERM ?? 'dumb' }),
      buffer: false,
      cancelSignal: signal,
    });
    if (result.exitCode !== undefined) return result.exitCode;
    return result.signal === undefined ? 1 : 128 + constants.signals[result.signal];
  }

  #notRunning(): ExternalError {
    return new ExternalError({
      ja: `ノード ${this.name} は動いていません。`,
      en: `Node ${this.name} is not running.`,
    });
  }

  /** Ends all processes of the node at once, as a power failure would. Its disk stays. */
  async kill(): Promise<void> {
    await removeCgroup(this.#cgroup);
  }
}

/** Where programs are in a node: what stands in for EC2 comes first. */
const nodePath = '/opt/stand-ins/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of every command in a node. */
const nodeVariables = { PATH: nodePath, HOME: '/root', LANG: 'C.UTF-8' };

/** How long a command in a node may take to end when it is asked to, in milliseconds. */
const killDelay = 3_000;

/** Ends a process group, gently first: a shell file gives back what others wait for. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    return;
  }
  setTimeout(() => killGroup(pid), killDelay).unref();
}

/** Starts a program that outlives this process, in a session of its own. */
export async function startDetached(program: string, args: readonly string[], folder: string): Promise<void> {
  const log = await open(path.join(folder, 'log'), 'a');
  try {
    const child = spawn(program, args, {
      ...environmentOf('system'),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
  } finally {
    await log.close();
  }
}

/** The process that runs a program of ours for a folder. */
export async function firstProcess(program: string, folder: string): Promise<number | undefined> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const [, script, argument] = command.split('\0');
    if (script?.endsWith(`/${program}`) === true && argument === folder) return Number(pid);
  }
  return undefined;
}

async function endOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).join('\n');
}
