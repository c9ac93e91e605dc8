import type { Cluster } from './cluster.ts';
import type { Verdict } from './verdict.ts';

/** Looks at the state of the cluster and judges it. It changes nothing. */
export type Check = (cluster: Cluster) => Promise<Verdict>;

/** Compares a learner's answer with the live cluster. It changes nothing. */
export interface Question {
  /** Judges what the learner answered. */
  judge(cluster: Cluster, answer: string): Promise<Verdict>;
  /** A shell command that prints a right answer: the reference solution that a rehearsal uses. */
  readonly solution: string;
}

/** The checks of a lab by task id: a {@link Check} for each `do` task, a {@link Question} for each `find` task. */
export interface LabChecks {
  readonly checks: Readonly<Record<string, Check>>;
  readonly questions: Readonly<Record<string, Question>>;
}
