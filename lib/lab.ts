import type { ClaimId } from './claims.ts';
import type { Cluster } from './cluster.ts';
import type { Environment } from './environment.ts';
import type { Fault, FaultPlans } from './faults.ts';
import type { Settings } from './settings.ts';
import type { TargetName } from './target-name.ts';
import type { Text } from './text.ts';

/** What a step of a guide asks for: to *do* something that a check confirms, or to *find* something that the learner answers. */
export type TaskKind = 'do' | 'find';

/** A step of a guide. The guide's heading of the same id holds its prose and commands. */
export interface Task {
  /** Short, lower case, unique within the lab; also the guide's heading id. */
  readonly id: string;
  readonly kind: TaskKind;
  readonly title: Text;
  /** The claims of the chapter that this task makes real. */
  readonly claims: readonly ClaimId[];
  /** For a `find` task: what to answer with. */
  readonly question?: Text;
}

/** What a check or an answer came to. A hint says what is wrong and never gives the command away. */
export type Verdict = { readonly passed: true } | { readonly passed: false; readonly hint: Text };

/** Looks at the state of the cluster and judges it. It changes nothing. */
export type Check = (cluster: Cluster) => Promise<Verdict>;

/** Compares a learner's answer with the live cluster. It changes nothing. */
export interface Finding {
  /** Judges what the learner answered. */
  judge(cluster: Cluster, answer: string): Promise<Verdict>;
  /** A shell command that prints a right answer: the reference solution that a rehearsal uses. */
  readonly solution: string;
}

/** The checks of a lab by task id: a {@link Check} for each `do` task, a {@link Finding} for each `find` task. */
export interface LabChecks {
  readonly checks: Readonly<Record<string, Check>>;
  readonly findings: Readonly<Record<string, Finding>>;
}

/** What a guide has its learners make outside of the lab's namespace, where it would outlive that. */
export interface OutsideMarks {
  /** Objects in no namespace, as kubectl takes them: `KIND/NAME`. @default none */
  readonly objects?: readonly string[];
  /** Keys of labels and taints of nodes. @default none */
  readonly nodeKeys?: readonly string[];
}

/** One folder under `labs/`. Data only: guides and checks are loaded when they are used. */
export interface Lab {
  /** The folder's name. */
  readonly id: string;
  readonly title: Text;
  /** The environment that it runs in. */
  readonly environment: Environment;
  /** The namespace that holds this lab's objects; its kubeconfig's default. */
  readonly namespace: string;
  /** How long a learner needs, in minutes. */
  readonly minutes: number;
  /** True for a lab that stops cluster-wide things: it shares its environment with no other lab. @default false */
  readonly exclusive?: boolean;
  /** The settings that it can't do without; whoever brings it up need not give them. @default any will do */
  readonly settings?: Partial<Settings>;
  /** Where it runs. @default wherever its environment does */
  readonly targets?: readonly TargetName[];
  readonly tasks: readonly Task[];
  /** What goes with the lab's objects although it is in no namespace. @default nothing */
  readonly outsideMarks?: OutsideMarks;
  /** The lab's own objects as YAML, the same on every target. */
  loadManifests(): Promise<string>;
  /** Loads the lab's `checks.ts`. */
  loadChecks(): Promise<LabChecks>;
  /** What `labs break` may put into it, the easier ones first. @default nothing */
  readonly faults?: readonly Fault[];
  /** Loads the lab's `faults.ts`. @default the lab has no faults */
  loadFaults?(): Promise<FaultPlans>;
}

/** Verdict of something that is as it should be. */
export const passed: Verdict = { passed: true };

/** Verdict of something that is not yet as it should be, with what is wrong in both languages. */
export const failed = (hint: Text): Verdict => ({ passed: false, hint });
