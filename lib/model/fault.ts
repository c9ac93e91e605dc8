import type { Cluster } from './cluster.ts';
import type { Check } from './check.ts';
import type { TargetName } from '../core/target-name.ts';
import type { Text } from '../core/text.ts';

/**
 * A fault that `labs break` injects into a lab. None of these texts name the cause: learners read them before they
 * search.
 */
export interface Fault {
  /** Short, lower case, unique within the lab. */
  readonly id: string;
  readonly title: Text;
  /** What a user of the application or of the cluster would report. */
  readonly symptom: Text;
  /** The targets that the fault works on. @default all targets of its lab */
  readonly targets?: readonly TargetName[];
}

/** The lab that a fault works on. */
export interface FaultSite {
  /** The lab's cluster. Unlike a check, a fault may change objects and the machines of nodes. */
  readonly cluster: Cluster;
  /**
   * Runs kubectl, by default in the lab's namespace, and returns its output.
   *
   * @throws ExternalError with kubectl's own message
   */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
}

/** The implementation of a fault. */
export interface FaultPlan {
  /**
   * Injects the fault the way it could happen: through the API, or on the nodes. Outside of the lab's namespace it may
   * change only what the baseline records before every fault; see `lib/targets/shared/baseline.ts`.
   */
  inject(site: FaultSite): Promise<void>;
  /** Checks that the fault is healed, no matter how. The hint describes the remaining symptom, and not the cause. */
  readonly isHealed: Check;
  /** Hints for the search. Each failed try reveals the next one. */
  readonly hints: readonly [Text, Text, Text];
  /** A bash script that heals the fault: the reference solution. */
  readonly repair: string;
  /**
   * Reverts what {@link inject} changed in files and services of the nodes, so that the environment need not be
   * recreated.
   *
   * @default the fault does not change nodes
   */
  restoreNodes?(site: FaultSite): Promise<void>;
}

/** The implementations of a lab's faults, by id. */
export type FaultPlans = Readonly<Record<string, FaultPlan>>;
