import { targetNames, type TargetName } from '../core/target-name.ts';

/** What a block of a guide may need, with the targets that have it. */
export const targetsByNeed = {
  /** AWS itself: its API, its managed control plane. */
  aws: ['aws'],
  /** A node's host: its processes, files, packet rules. */
  host: ['linux', 'aws'],
  /** Real containers: a process behind a pod. */
  containers: ['linux', 'aws'],
  /** Nodes of this machine, which the labs command switches off and on. */
  linux: ['linux'],
  /** What only the control plane on the reader's own machine lets one do. */
  local: ['local'],
} as const satisfies Record<string, readonly TargetName[]>;

/** One of the keys of {@link targetsByNeed}. */
export type Need = keyof typeof targetsByNeed;

/** The names of everything that a block may need. */
export const needs = Object.keys(targetsByNeed) as readonly Need[];

/** The targets that a block with this need makes sense on; without a need, all of them. */
export const targetsOf = (need: Need | undefined): readonly TargetName[] =>
  need === undefined ? targetNames : targetsByNeed[need];

/**
 * The targets that CI rehearses, as far as a lab runs there: a block that runs on one of them must show its output, or
 * say that it is unchecked. What runs on AWS alone may go without, since no rehearsal without an account could record it.
 */
export const rehearsedTargets: readonly TargetName[] = ['local', 'linux'];
