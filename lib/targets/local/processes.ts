import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** How long a process may take to end when it is asked to, in milliseconds. */
const patience = 5_000;

/** The processes of this machine whose command line names something in that folder, other than this one. */
export async function processesOf(folder: string): Promise<number[]> {
  const commands = process.platform === 'linux' ? await fromProc() : await fromPs();
  return commands
    .filter(({ pid, command }) => pid !== process.pid && command.includes(folder + '/'))
    .map(({ pid }) => pid);
}

/** Ends the processes whose command line names something in that folder, gently first; returns how many there were. */
export async function endProcessesOf(folder: string): Promise<number> {
  const pids = await processesOf(folder);
  pids.forEach((pid) => signalIfThere(pid, 'SIGTERM'));
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(50)) {
    if ((await processesOf(folder)).length === 0) return pids.length;
  }
  (await processesOf(folder)).forEach((pid) => signalIfThere(pid, 'SIGKILL'));
  return pids.length;
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

interface RunningCommand {
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
  const { stdout } = await execa('ps', ['-axo', 'pid=,command=']);
  return stdout.split('\n').map((line) => {
    const [, pid = '0', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), command };
  });
}
