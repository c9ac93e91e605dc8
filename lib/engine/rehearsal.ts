import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { openCluster } from '../model/cluster.ts';
import { UsageError } from '../core/errors.ts';
import type { Guide } from '../guide/guide.ts';
import { record } from '../guide/record.ts';
import { rehearse, type Rehearsal, type RehearsalEvent } from '../guide/rehearse.ts';
import { judge } from './evaluate.ts';
import type { LabChecks } from '../model/check.ts';
import type { Verdict } from '../model/verdict.ts';
import { taskOf } from '../model/lab.ts';
import type { Lab, Task } from '../model/lab.ts';
import { projectFolder } from '../platform/paths.ts';
import { writeAtomically } from '../platform/write-atomically.ts';
import { processEnvironment, type LabAccess } from '../targets/target.ts';
import type { TargetName } from '../core/target-name.ts';
import { languages, type Language } from '../core/text.ts';
import type { OpenLab } from './open-lab.ts';
import { guideFile, readLabGuide, refuseDifferences } from './guides.ts';

const never = new AbortController().signal;

/** Options of {@link playGuide}. */
export interface PlayOptions {
  /** Variables of the environment that commands find beside those of the lab. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the play. @default nothing does */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RehearsalEvent) => void;
  /** Plays this task only. @default all */
  readonly onlyTask?: string;
  /** Compares no output, because outputs are about to be recorded. @default false */
  readonly recording?: boolean;
  /** Called before the first command of a task. @default nothing */
  readonly beforeTask?: (task: Task) => Promise<void>;
  /**
   * Called when the commands of a task have run, with what judges the task; the verdict that it returns counts.
   *
   * @default the task is judged once
   */
  readonly judgeTask?: (task: Task, judgeNow: () => Promise<Verdict>) => Promise<Verdict>;
}

/** Plays a lab's guide against a running environment: its commands, then each task's check, or its reference answer. */
export async function playGuide(
  { lab, target, access }: OpenLab,
  guide: Guide,
  options: PlayOptions = {},
): Promise<Rehearsal> {
  const { variables, signal = never, beforeTask, judgeTask, ...others } = options;
  const checks = await lab.loadChecks();
  const cluster = openCluster(access.kubeconfig, lab.namespace, access.nodes);
  const shell = shellOf(access, variables);
  return rehearse({
    guide,
    target: target.name,
    kubernetes: access.settings.kubernetes,
    shell,
    signal,
    ...others,
    beforeTask: async (id) => beforeTask?.(taskOf(lab, id)),
    afterTask: async (id): Promise<Verdict> => {
      const task = taskOf(lab, id);
      const answer = await referenceAnswer(checks, task, shell.env, signal);
      const judgeNow = () => judge(checks, task, cluster, answer);
      return judgeTask === undefined ? judgeNow() : judgeTask(task, judgeNow);
    },
  });
}

/** The shell that a guide is played in: in the project's folder, where guides leave no file. */
export function shellOf(access: LabAccess, variables: Readonly<Record<string, string>> = {}) {
  // A terminal without colours that speaks English: what is printed must not depend on the learner's locale.
  const plain = { TERM: 'dumb', NO_COLOR: '1', LC_ALL: 'C', LANGUAGE: 'C' };
  // Where learners are who typed `npx labs up`.
  return { cwd: projectFolder, env: { ...processEnvironment(access), ...plain, ...variables } };
}

/** What the reference solution of a `find` task prints; undefined for a `do` task. */
export async function referenceAnswer(
  checks: LabChecks,
  task: Task,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const question = checks.questions[task.id];
  if (question === undefined) return undefined;
  const { stdout } = await execa('bash', ['-c', question.solution], {
    env,
    extendEnv: false,
    cancelSignal: signal,
    stdin: 'ignore',
  });
  return stdout;
}

/**
 * Reads a lab's guides for a rehearsal and returns the one in a language; to record, the original.
 *
 * @throws UsageError when one is not written as it has to be, or when they differ
 */
export async function readGuidesToRehearse(lab: Lab, language: Language, recording: boolean): Promise<Guide> {
  const [original, translation] = await Promise.all(languages.map((each) => readLabGuide(lab, each, { recording })));
  if (recording) return original!;
  refuseDifferences(original!, translation!);
  return language === languages[0] ? original! : translation!;
}

/**
 * Writes the outputs of a rehearsal into the guides of every language; returns the files that changed.
 *
 * @throws UsageError when the guides' commands differ
 */
export async function recordOutputs(
  lab: Lab,
  rehearsal: Rehearsal,
  target: TargetName,
  access: LabAccess,
): Promise<string[]> {
  const guides = await Promise.all(languages.map((language) => readLabGuide(lab, language, { recording: true })));
  const counts = guides.map((guide) => guide.sections.flatMap((section) => section.blocks).length);
  if (new Set(counts).size > 1) {
    throw new UsageError(
      `The guides of lab ${lab.id} have ${counts.join(' and ')} command blocks. Make them the same, then record.`,
    );
  }
  const changed: string[] = [];
  for (const [index, language] of languages.entries()) {
    const file = guideFile(lab, language);
    const text = record(guides[index]!, rehearsal.blocks, { target, kubernetes: access.settings.kubernetes });
    if (text === (await readFile(file, 'utf8'))) continue;
    await writeAtomically(file, text);
    changed.push(file);
  }
  return changed;
}
