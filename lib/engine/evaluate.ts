import type { Cluster } from '../model/cluster.ts';
import { codeOf } from '../core/errors.ts';
import { failed, type Verdict } from '../model/verdict.ts';
import type { LabChecks } from '../model/check.ts';
import type { Lab, Task } from '../model/lab.ts';
import { retry } from '../core/retry.ts';

/** A task and what its check said. */
export interface Judgement {
  readonly task: Task;
  readonly verdict: Verdict;
}

const notAnswered: Verdict = failed({
  ja: 'まだ答えていません。',
  en: 'Not answered yet.',
});

/**
 * Judges one task: a `do` task by its check, a `find` task by the answer given. Nothing is changed.
 *
 * @param answer what the learner answered, if anything
 */
export async function judge(
  checks: LabChecks,
  task: Task,
  cluster: Cluster,
  answer: string | undefined,
): Promise<Verdict> {
  if (task.kind === 'do') return patiently(() => checkOf(checks.checks, task)(cluster));
  if (answer === undefined) return notAnswered;
  return patiently(() => checkOf(checks.questions, task).judge(cluster, answer.trim()));
}

/** How long a check is repeated that gets no answer, in milliseconds. */
const checkTimeoutMs = 15_000;

/** Connections that are cut, and what an API server answers that is overloaded, or gets no answer from etcd. */
const momentary = ['ECONNRESET', 'ETIMEDOUT', '429', '500', '503', '504'];

/** Looks again: for a while, a balancer still leads to a control plane that has just died. */
const patiently = (look: () => Promise<Verdict>): Promise<Verdict> =>
  retry(look, {
    isTransient: (error) => momentary.includes(codeOf(error) ?? ''),
    timeoutMs: checkTimeoutMs,
    pauseMs: 500,
  });

/** Judges several tasks of a lab, one after the other. */
export async function judgeAll(
  lab: Lab,
  tasks: readonly Task[],
  cluster: Cluster,
  answers: Readonly<Record<string, string>>,
): Promise<Judgement[]> {
  const checks = await lab.loadChecks();
  const judgements: Judgement[] = [];
  for (const task of tasks) judgements.push({ task, verdict: await judge(checks, task, cluster, answers[task.id]) });
  return judgements;
}

function checkOf<T>(checks: Readonly<Record<string, T>>, task: Task): T {
  const check = checks[task.id];
  if (check === undefined)
    throw new Error(`Task ${task.id} has no ${task.kind === 'do' ? 'check' : 'question'} in its lab's checks.ts.`);
  return check;
}
