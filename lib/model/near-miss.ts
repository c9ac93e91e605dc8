import type { KubernetesVersionName } from '../catalog/versions.ts';
import type { Cluster } from './cluster.ts';

/** A lab that is up, for tests that change its cluster and ask its checks. */
export interface LabSite {
  /** The cluster as a check sees it. */
  readonly cluster: Cluster;
  readonly kubernetes: KubernetesVersionName;
  /**
   * Runs kubectl with a line of arguments, in the lab's namespace unless told another.
   *
   * @param input what kubectl reads from its standard input. @default nothing
   * @returns what it printed
   * @throws Error with what kubectl printed, when it fails
   */
  readonly run: (line: string, input?: string) => Promise<string>;
  /** Runs kubectl, which may fail, and returns both of its streams together. */
  readonly tryToRun: (line: string, input?: string) => Promise<string>;
  /** Applies an object. */
  readonly apply: (object: object) => Promise<string>;
  /**
   * The hint that a learner gets right now for a task, in English; `(passed)` if there is none.
   *
   * @param answer the learner's answer to a `find` task. @default not answered
   */
  readonly hint: (taskId: string, answer?: string) => Promise<string>;
  /** Runs `labs reset`. */
  readonly reset: () => Promise<void>;
  /**
   * Waits until something holds.
   *
   * @param what completes the sentence "Waited in vain until …"
   * @param timeoutMs @default 90 seconds
   */
  readonly waitUntil: (what: string, holds: () => boolean | Promise<boolean>, timeoutMs?: number) => Promise<void>;
}

/** Tests by name. They run in their order, each in what the one before left. */
export type LabTests = (site: LabSite) => Readonly<Record<string, () => Promise<void>>>;

/** The tests of one lab, in its `near-misses.ts`. The suite of all labs plays them after the guide, in the same cluster. */
export interface NearMisses {
  /** For each `find` task, an answer from the wrong place. */
  readonly wrongAnswers: Readonly<Record<string, string>>;
  /** How many blocks of the guide run on target local at the least, and how many need something else. @default any */
  readonly blocks?: { readonly ran: number; readonly notHere: Readonly<Record<string, number>> };
  /** Tests before the guide is played. @default none */
  readonly beforeGuide?: LabTests;
  /** Tests of what the guide leaves. @default none */
  readonly afterGuide?: LabTests;
  /** Tests after the reset that follows the guide. @default none */
  readonly afterReset?: LabTests;
  /** States that are almost right, each of which a check must fail with its own hint. They begin with a lab that was reset. */
  readonly nearMisses: LabTests;
}
