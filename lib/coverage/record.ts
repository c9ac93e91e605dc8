import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutingTarget } from '../claims/claim.ts';
import { formatExecutions, parseExecutions, type Execution } from './execution.ts';
import { countsOn } from './matrix.ts';
import { codeOf, UsageError } from '../core/errors.ts';
import type { BlockResult, Rehearsal } from '../guide/rehearse.ts';
import type { Lab, Task } from '../model/lab.ts';
import { projectFolder } from '../platform/paths.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import { writeAtomically } from '../platform/write-atomically.ts';

/** A rehearsal of a lab's guide, and where it was. */
export interface RehearsedLab {
  readonly lab: Pick<Lab, 'id' | 'tasks'>;
  readonly target: ExecutingTarget;
  readonly kubernetes: KubernetesVersionName;
  readonly rehearsal: Rehearsal;
}

/** The file of the repository that says what CI executed. */
export const coverageFile = path.join(projectFolder, 'coverage.json');

/** Where the tests keep what they executed if `LABS_RECORD` does not name a folder. */
export const defaultRecordFolder = path.join(projectFolder, 'coverage-record');

/**
 * What a rehearsal executed, by the rule of decision 19: a task of which at least one block ran and whose check passed,
 * with its claims that count on that target, but one that blocks name as theirs only if one of those blocks ran.
 *
 * @throws Error for a rehearsal that failed or was not played to its end: it executed nothing that may be relied on
 */
export function executionOf({ lab, target, kubernetes, rehearsal }: RehearsedLab): Execution {
  if (!rehearsal.passed || rehearsal.counts.notReached > 0) {
    throw new Error(`The rehearsal of lab ${lab.id} on ${target} did not pass, so it executed nothing.`);
  }
  const tasks = lab.tasks.flatMap((task) => {
    const blocks = rehearsal.blocks.filter(({ block }) => block.taskId === task.id);
    const checked = rehearsal.tasks.some(({ taskId, verdict }) => taskId === task.id && verdict.passed);
    if (!checked || !blocks.some(ran)) return [];
    return [[task.id, claimsExecuted(task, blocks).filter((id) => countsOn(id).includes(target))] as const];
  });
  return { lab: lab.id, target, kubernetes, tasks: Object.fromEntries(tasks) };
}

const ran = ({ outcome }: BlockResult): boolean => outcome.kind === 'passed';

const claimsExecuted = (task: Task, blocks: readonly BlockResult[]) =>
  task.claims.filter((id) => {
    const own = blocks.filter(({ block }) => block.claims?.includes(id));
    return own.length === 0 || own.some(ran);
  });

/**
 * Keeps what a rehearsal executed, in the folder that `LABS_RECORD` names; does nothing if it names none. A file is there
 * as a whole or not at all, so that a run that is ended half-way leaves nothing that looks like an execution.
 */
export async function keepExecution(rehearsed: RehearsedLab, folder = process.env.LABS_RECORD): Promise<void> {
  const execution = executionOf(rehearsed);
  if (folder === undefined || folder === '') return;
  const { lab, target, kubernetes } = execution;
  const file = path.join(folder, `${lab}.${target}.${kubernetes}.json`);
  await writeAtomically(file, formatExecutions([execution], [lab]));
}

/**
 * What the tests of this run executed.
 *
 * @throws UsageError when there is no record
 */
export async function readRecord(
  folder = process.env.LABS_RECORD ?? defaultRecordFolder,
): Promise<readonly Execution[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name));
  if (files.length === 0) {
    throw new UsageError(
      `${folder} holds no record of what was executed. Run the tests with LABS_RECORD=${folder} in their environment.`,
    );
  }
  return (await Promise.all(files.map(async (file) => parseExecutions(await readFile(file, 'utf8'), file)))).flat();
}

/**
 * What CI executed, as the repository says it.
 *
 * @throws UsageError when the file is missing or is not what CI writes
 */
export async function readCoverage(): Promise<readonly Execution[]> {
  const text = await readFile(coverageFile, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT')
      throw new UsageError(`There is no ${coverageFile}. Write it with: npm run coverage:update`);
    throw error;
  });
  return parseExecutions(text, coverageFile);
}
