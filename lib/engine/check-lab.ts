import type { Cluster } from '../model/cluster.ts';
import type { Task } from '../model/lab.ts';
import type { Verdict } from '../model/verdict.ts';
import { readAnswers, writeAnswer } from '../progress/answers.ts';
import { readFaultsProgress } from '../progress/faults.ts';
import { progressOf, readPassedTasks, rememberPassedTasks, type LabProgress } from '../progress/tasks.ts';
import { judge, judgeAll, type Judgement } from './evaluate.ts';
import type { FaultJudgement } from './faults.ts';
import type { OpenLab } from './open-lab.ts';

/** A task, its verdict, and whether the task has passed at some time before. */
export interface TaskJudgement extends Judgement {
  readonly passedBefore: boolean;
}

/** The result of {@link checkLab}: about the fault in the lab, or else about its tasks. */
export type LabCheck =
  | { readonly kind: 'fault'; readonly passed: boolean; readonly judgement: FaultJudgement }
  | {
      readonly kind: 'tasks';
      readonly passed: boolean;
      readonly judgements: readonly TaskJudgement[];
      readonly progress: LabProgress;
    };

/**
 * Checks a lab, and remembers which tasks have passed. A fault in the lab fails tasks too, so until it is healed it
 * alone is judged.
 *
 * @param only the task to judge, even while a fault is in the lab. @default all tasks
 * @throws ExternalError when a namespace of the lab is gone, or its API server does not answer
 */
export async function checkLab(open: OpenLab, only?: Task): Promise<LabCheck> {
  const { lab, access } = open;
  const { folder } = access;
  if (only === undefined && (await readFaultsProgress(folder)).broken !== undefined) {
    const { judgeFault } = await import('./faults.ts');
    const judgement = (await judgeFault(lab, access))!;
    return { kind: 'fault', passed: judgement.verdict.passed, judgement };
  }
  const cluster = await clusterToJudge(open);
  const before = await readPassedTasks(folder);
  const judgements = await judgeAll(lab, only === undefined ? lab.tasks : [only], cluster, await readAnswers(folder));
  await rememberPassedTasks(
    folder,
    judgements.filter(({ verdict }) => verdict.passed).map(({ task }) => task.id),
  );
  return {
    kind: 'tasks',
    passed: judgements.every(({ verdict }) => verdict.passed),
    judgements: judgements.map((judgement) => ({ ...judgement, passedBefore: before.includes(judgement.task.id) })),
    progress: progressOf(lab, await readPassedTasks(folder)),
  };
}

/** The result of {@link answerTask}. */
export interface AnswerCheck {
  readonly verdict: Verdict;
  readonly progress: LabProgress;
}

/**
 * Judges a learner's answer to a `find` task and remembers it.
 *
 * @throws ExternalError when a namespace of the lab is gone, or its API server does not answer
 */
export async function answerTask(open: OpenLab, task: Task, answer: string): Promise<AnswerCheck> {
  const { lab, access } = open;
  const verdict = await judge(await lab.loadChecks(), task, await clusterToJudge(open), answer);
  await writeAnswer(access.folder, task.id, answer.trim());
  if (verdict.passed) await rememberPassedTasks(access.folder, [task.id]);
  return { verdict, progress: progressOf(lab, await readPassedTasks(access.folder)) };
}

/** The cluster of a lab whose namespaces are there. */
async function clusterToJudge({ lab, target, access }: OpenLab): Promise<Cluster> {
  // Only for a lab that is up: loading the Kubernetes client takes longer than all the rest.
  const { openCluster } = await import('../model/cluster.ts');
  const { requireNamespaces } = await import('../targets/shared/require-namespaces.ts');
  const cluster = openCluster(access.kubeconfig, lab.namespace, access.nodes);
  await requireNamespaces({ lab, target: target.name, folder: access.folder, cluster });
  return cluster;
}
