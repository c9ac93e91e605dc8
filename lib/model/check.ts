import type { Cluster } from './cluster.ts';
import type { Verdict } from './verdict.ts';

/** Judges the state of the cluster, and never changes it. */
export type Check = (cluster: Cluster) => Promise<Verdict>;

/** Compares a learner's answer with the running cluster, and never changes it. */
export interface Question {
  /** Judges the learner's answer. */
  judge(cluster: Cluster, answer: string): Promise<Verdict>;
  /** A shell command that prints a correct answer. Rehearsals use it. */
  readonly solution: string;
}

/** The checks of a lab by task id: a {@link Check} for each `do` task, a {@link Question} for each `find` task. */
export interface LabChecks {
  readonly checks: Readonly<Record<string, Check>>;
  readonly questions: Readonly<Record<string, Question>>;
}
