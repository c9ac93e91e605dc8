import type { TargetName } from '../core/target-name.ts';
import type { Text } from '../core/text.ts';

/** A target on which CI rehearses guides. */
export type ExecutingTarget = Exclude<TargetName, 'aws'>;

/**
 * Something that the textbook chapter states, or tells its readers to run. `counts` lists the targets on which a
 * rehearsal of CI proves it; `onlyAws` says why only AWS can.
 */
export type Claim = {
  /** The chapter's statement, or the purpose of its command. */
  readonly subject: Text;
  /** What is true today, and what works instead. @default the chapter is still right */
  readonly today?: Text;
} & (
  | {
      /** The targets on which a rehearsal proves the claim. */
      readonly counts: readonly [ExecutingTarget, ...ExecutingTarget[]];
    }
  | {
      /** Why no rehearsal without an AWS account can execute it. */
      readonly onlyAws: Text;
    }
);

/** Counts on every target that CI rehearses: for claims about the control plane, which is real on each target. */
export const anywhere = ['local', 'linux'] as const;

/**
 * Counts only on real nodes: for claims about kernels, hosts, containers or packets, which simulated nodes do not have.
 */
export const realNodes = ['linux'] as const;
