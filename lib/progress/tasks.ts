import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../platform/write-atomically.ts';
import type { Lab, Task } from '../model/lab.ts';

const file = (folder: string): string => path.join(folder, 'progress.json');

/**
 * The ids of the tasks of a lab that have ever passed. They are stored in the lab's folder. `down` and `reset` delete
 * them; a lost environment that is brought up again does not.
 *
 * @param folder the lab's folder; without it, no task has passed
 */
export async function readPassedTasks(folder: string): Promise<readonly string[]> {
  const text = await readFile(file(folder), 'utf8').catch(() => '{"passed":[]}');
  return (JSON.parse(text) as { passed: readonly string[] }).passed;
}

/** Stores that tasks have passed. A task that fails later still counts as passed. */
export async function rememberPassedTasks(folder: string, ids: readonly string[]): Promise<void> {
  const before = await readPassedTasks(folder);
  const passed = [...new Set([...before, ...ids])];
  if (passed.length === before.length) return;
  await writeAtomically(file(folder), JSON.stringify({ passed }, undefined, 2) + '\n');
}

/** A learner's progress in a lab. */
export interface LabProgress {
  /** Tasks that have passed, in the lab's order. */
  readonly done: readonly Task[];
  /** The first task that has not passed; undefined when all have. */
  readonly next?: Task;
}

/** The progress of a learner from the ids of the tasks that have passed. Ids that the lab does not have are ignored. */
export function progressOf(lab: Lab, passed: readonly string[]): LabProgress {
  const next = lab.tasks.find(({ id }) => !passed.includes(id));
  return {
    done: lab.tasks.filter(({ id }) => passed.includes(id)),
    ...(next === undefined ? {} : { next }),
  };
}
