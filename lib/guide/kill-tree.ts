import { spawnSync } from 'node:child_process';
import { environmentOf } from '../platform/program-environment.ts';

/**
 * Ends a process that leads its own session, and everything that came from it: its group, its session, its
 * descendants in groups of their own (job control makes some). Only what left the session and its parent on purpose,
 * as a daemon does, lives on: it would outlive a terminal too.
 */
export function killTree(leader: number): void {
  const pids = new Set([leader]);
  addMembers(pids, leader);
  do {
    kill(-leader);
    for (const pid of pids) kill(pid);
    // What was started between the look and the kill is found by the next look, through its session.
  } while (addMembers(pids, leader) > 0);
}

/** Adds what belongs to the tree and is not known yet, and returns how many that were. */
function addMembers(pids: Set<number>, leader: number): number {
  const before = pids.size;
  const all = processes();
  const belongs = ({ pid, parent, group, session }: ProcessRow) =>
    !pids.has(pid) && (pids.has(parent) || group === leader || session === leader);
  for (let found = all.filter(belongs); found.length > 0; found = all.filter(belongs)) {
    for (const { pid } of found) pids.add(pid);
  }
  return pids.size - before;
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** On macOS an address that equals no process id: there the group and the descendants are what is found. */
  readonly session: number;
}

/** Everything that runs on the machine; empty where there is no `ps`, as in the smallest of container images. */
function processes(): readonly ProcessRow[] {
  const { stdout, error } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,sess='], {
    ...environmentOf('system'),
    encoding: 'utf8',
  });
  if (error !== undefined) return [];
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = NaN, parent = NaN, group = NaN, session = NaN]) => ({ pid, parent, group, session }))
    .filter(({ pid }) => pid > 1);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
