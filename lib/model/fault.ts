import type { Cluster } from './cluster.ts';
import type { Check } from './check.ts';
import type { TargetName } from '../core/target-name.ts';
import type { Text } from '../core/text.ts';

/** Something that `labs break` puts into a lab, as a learner may know it before the search: none of it names the cause. */
export interface Fault {
  /** Short, lower case, unique within the lab. */
  readonly id: string;
  readonly title: Text;
  /** What somebody who uses the application, or the cluster, would report. */
  readonly symptom: Text;
  /** Where it can be had. @default wherever its lab runs */
  readonly targets?: readonly TargetName[];
}

/** What a fault works on. */
export interface FaultSite {
  /** The lab's cluster. Unlike a check, a fault may change its objects and the machines of its nodes. */
  readonly cluster: Cluster;
  /**
   * Runs kubectl in the lab's namespace, unless told another, and returns what it printed.
   *
   * @throws ExternalError with kubectl's own words
   */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
}

/** The code of a fault. */
export interface FaultPlan {
  /**
   * Puts the fault in, as it might come about: through the API, or on the nodes. Beside the lab's namespace it may change
   * what is recorded before every fault, and nothing else; see `lib/targets/shared/baseline.ts`.
   */
  inject(site: FaultSite): Promise<void>;
  /** Whether all is well again, however that came about. Its hint says what still can be seen, and not why. */
  readonly isHealed: Check;
  /** What helps the search, more with each try that failed. */
  readonly hints: readonly [Text, Text, Text];
  /** A script of bash that heals it: the reference solution. */
  readonly repair: string;
  /**
   * Takes what {@link inject} did to the nodes' files and services back, where the environment can't be made anew for it.
   *
   * @default nothing was done to them
   */
  mendNodes?(site: FaultSite): Promise<void>;
}

/** The code of a lab's faults, by id. */
export type FaultPlans = Readonly<Record<string, FaultPlan>>;
