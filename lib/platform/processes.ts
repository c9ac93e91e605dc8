import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { codeOf } from '../core/errors.ts';
import { environmentOf } from './program-environment.ts';
import { waitFor } from '../core/wait-for.ts';

/** How long a process may take to end when it is asked to, in milliseconds. An API server would wait for its watches. */
const endTimeout = 1_000;

/**
 * The processes of the environment in that folder: programs that were started from it, and the kwokctl that is at work
 * on it. What only names it, such as a learner's editor with one of its logs, is not ours to end.
 */
export async function processesOf(folder: string): Promise<number[]> {
  return (await commandsOf(folder)).map(({ pid }) => pid);
}

/** {@link processesOf} a folder, with what they were started as. */
export async function commandsOf(folder: string): Promise<RunningCommand[]> {
  const commands = process.platform === 'linux' ? await fromProc() : await fromPs();
  return commands.filter(
    ({ command }) =>
      command.startsWith(`${folder}/`) ||
      // A script of the folder, as its first line has it started.
      command.startsWith(`/bin/sh ${folder}/`) ||
      (isKwokctl(command) && command.includes(`${folder}/`)),
  );
}

const isKwokctl = (command: string): boolean => /\bkwokctl (create|start) cluster /.test(command);

/** Ends {@link processesOf} a folder, gently first; returns how many there were. */
export async function endProcessesOf(folder: string): Promise<number> {
  const pids = await processesOf(folder);
  pids.forEach((pid) => signalIfThere(pid, 'SIGTERM'));
  if (await haveEnded(folder)) return pids.length;
  (await processesOf(folder)).forEach((pid) => signalIfThere(pid, 'SIGKILL'));
  await haveEnded(folder);
  return pids.length;
}

/** Waits for the end of a folder's processes; false when they take too long. */
async function haveEnded(folder: string): Promise<boolean> {
  const noneIsLeft = async () => (await processesOf(folder)).length === 0;
  return (await waitFor(noneIsLeft, { timeoutMs: endTimeout, pauseMs: 50 })) ?? false;
}

/** Ends a process and all of its group, at once. */
export function killGroup(pid: number): void {
  signalIfThere(-pid, 'SIGKILL');
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Whether there is a process with this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's.
    return codeOf(error) === 'EPERM';
  }
}

/** A process and its command line. */
export interface RunningCommand {
  readonly pid: number;
  readonly command: string;
}

async function fromProc(): Promise<RunningCommand[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  return Promise.all(
    pids.map(async (pid) => ({
      pid,
      command: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
    })),
  );
}

async function fromPs(): Promise<RunningCommand[]> {
  const { stdout } = await execa('ps', ['-axo', 'pid=,command='], environmentOf('system'));
  return stdout.split('\n').map((line) => {
    const [, pid = '0', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), command };
  });
}
