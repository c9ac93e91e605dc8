import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../platform/write-atomically.ts';
import type { Lab, Task } from '../model/lab.ts';

const file = (folder: string): string => path.join(folder, 'progress.json');

/**
 * Ids of the tasks of a lab that have passed, at some time. It is kept beside the lab and goes with it: with `down` and
 * `reset`, and not when the environment is lost and brought up again.
 *
 * @param folder the lab's folder; nothing has passed where there is none
 */
export async function readPassedTasks(folder: string): Promise<readonly string[]> {
  const text = await readFile(file(folder), 'utf8').catch(() => '{"passed":[]}');
  return (JSON.parse(text) as { passed: readonly string[] }).passed;
}

/** Remembers that tasks have passed. A task that fails later has passed all the same. */
export async function rememberPassedTasks(folder: string, ids: readonly string[]): Promise<void> {
  const before = await readPassedTasks(folder);
  const passed = [...new Set([...before, ...ids])];
  if (passed.length === before.length) return;
  await writeAtomically(file(folder), JSON.stringify({ passed }, undefined, 2) + '\n');
}

/** How far a learner has come in a lab. */
export interface LabProgress {
  /** Tasks that have passed, in the lab's order. */
  readonly done: readonly Task[];
  /** The first task that has not; undefined when all have. */
  readonly next?: Task;
}

/** How far a learner has come, by the ids of the tasks that have passed. Ids that the lab does not have are left out. */
export function progressOf(lab: Lab, passed: readonly string[]): LabProgress {
  const next = lab.tasks.find(({ id }) => !passed.includes(id));
  return {
    done: lab.tasks.filter(({ id }) => passed.includes(id)),
    ...(next === undefined ? {} : { next }),
  };
}
