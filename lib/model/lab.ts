import { unknownNameText } from '../core/closest.ts';
import { UsageError } from '../core/errors.ts';
import type { ClaimId } from '../claims/claims.ts';
import type { LabChecks } from './check.ts';
import type { Environment } from './environment.ts';
import type { Fault, FaultPlans } from './fault.ts';
import type { Settings } from '../settings/settings.ts';
import type { TargetName } from '../core/target-name.ts';
import type { Text } from '../core/text.ts';

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

/** What a guide has its learners make outside of the lab's namespace, where it would outlive that. */
export interface ClusterScopedObjects {
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
  readonly clusterScoped?: ClusterScopedObjects;
  /** The lab's own objects as YAML, the same on every target. */
  loadManifests(): Promise<string>;
  /** Loads the lab's `checks.ts`. */
  loadChecks(): Promise<LabChecks>;
  /** What `labs break` may put into it, the easier ones first. @default nothing */
  readonly faults?: readonly Fault[];
  /** Loads the lab's `faults.ts`. @default the lab has no faults */
  loadFaults?(): Promise<FaultPlans>;
}

/**
 * The task of that id.
 *
 * @throws UsageError with the nearest name for an unknown one
 */
export function taskOf(lab: Lab, id: string): Task {
  const task = lab.tasks.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  throw new UsageError(
    unknownNameText(
      { ja: `課題（ラボ ${lab.id}）`, en: `task of lab ${lab.id}` },
      id,
      lab.tasks.map((candidate) => candidate.id),
    ),
  );
}
