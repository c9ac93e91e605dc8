import type { TargetName } from '../core/target-name.ts';
import type { Text } from '../core/text.ts';

/** A target that CI rehearses guides on. */
export type ExecutingTarget = Exclude<TargetName, 'aws'>;

/**
 * One thing that the textbook chapter says or has its reader run. Where a rehearsal of CI may execute it, `counts` says
 * so; what only AWS can show says why instead.
 */
export type Claim = {
  /** What the chapter says, or what its command is for. */
  readonly subject: Text;
  /** What holds today, and works instead. @default what the chapter says */
  readonly today?: Text;
} & (
  | {
      /** The targets where having run it proves it. */
      readonly counts: readonly [ExecutingTarget, ...ExecutingTarget[]];
    }
  | {
      /** Why no rehearsal without an AWS account can execute it. */
      readonly onlyAws: Text;
    }
);

/** Counts on every target that CI rehearses: for what the control plane alone decides, which is real on each. */
export const anywhere = ['local', 'linux'] as const;

/** Counts on real nodes only: for what has to do with kernels, hosts, containers or packets. A simulated node has none. */
export const realNodes = ['linux'] as const;
