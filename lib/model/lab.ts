import { unknownNameText } from '../core/closest.ts';
import { UsageError } from '../core/errors.ts';
import type { ClaimId } from '../claims/claims.ts';
import type { LabChecks } from './check.ts';
import type { Environment } from './environment.ts';
import type { Fault, FaultPlans } from './fault.ts';
import type { Settings } from '../settings/settings.ts';
import type { TargetName } from '../core/target-name.ts';
import type { Text } from '../core/text.ts';

/** The kind of a task: *do* something, which a check confirms, or *find* something, which the learner answers. */
export type TaskKind = 'do' | 'find';

/** A step of a guide. The guide's section with the same id has its prose and commands. */
export interface Task {
  /** Short, lower case, unique within the lab. It is also the id of the guide's heading. */
  readonly id: string;
  readonly kind: TaskKind;
  readonly title: Text;
  /** The claims of the chapter that this task makes real. */
  readonly claims: readonly ClaimId[];
  /** The question of a `find` task. */
  readonly question?: Text;
}

/** Objects that the guide creates outside of the lab's namespace. Deleting the namespace does not delete them. */
export interface ClusterScopedObjects {
  /** Cluster-scoped objects as `KIND/NAME`, for kubectl. @default none */
  readonly objects?: readonly string[];
  /** Keys of labels and taints that the guide puts on nodes. @default none */
  readonly nodeKeys?: readonly string[];
}

/** A lab: one folder under `labs/`. It holds only data: guides and checks are loaded when they are used. */
export interface Lab {
  /** The name of the lab's folder. */
  readonly id: string;
  readonly title: Text;
  /** The environment that the lab runs in. */
  readonly environment: Environment;
  /** The namespace of the lab's objects, and the default namespace of its kubeconfig. */
  readonly namespace: string;
  /** How long the lab takes a learner, in minutes. */
  readonly minutes: number;
  /**
   * Whether the lab stops components of the whole cluster, and therefore can't share its environment with another lab.
   * @default false
   */
  readonly exclusive?: boolean;
  /** The settings that the lab requires. `labs up` applies them by itself. @default none */
  readonly settings?: Partial<Settings>;
  /** The targets that the lab runs on, the default one first. @default the targets of its environment */
  readonly targets?: readonly TargetName[];
  readonly tasks: readonly Task[];
  /** What is removed together with the lab's namespace. @default nothing */
  readonly clusterScoped?: ClusterScopedObjects;
  /** Loads the lab's own objects as YAML. They are the same on every target. */
  loadManifests(): Promise<string>;
  /** Loads the lab's `checks.ts`. */
  loadChecks(): Promise<LabChecks>;
  /** The faults that `labs break` can inject, the easier ones first. @default none */
  readonly faults?: readonly Fault[];
  /** Loads the lab's `faults.ts`. @default the lab has no faults */
  loadFaults?(): Promise<FaultPlans>;
}

/**
 * The task with this id.
 *
 * @throws UsageError that suggests the closest id when there is no such task
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
