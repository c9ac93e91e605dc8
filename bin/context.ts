import { UsageError } from '../lib/errors.ts';
import { unknownName } from '../lib/closest.ts';
import type { TargetName } from '../lib/target-name.ts';
import type { Target } from '../lib/targets/target.ts';
import type { Output } from './output.ts';

/** What every command is given. */
export interface CommandContext {
  readonly output: Output;
  /** Aborted by Ctrl-C; whatever is under way then cleans up after itself. */
  readonly signal: AbortSignal;
}

/** A command's work. It returns the exit code, or nothing for 0. */
export type Action<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<number | void>;

/** The targets that this release runs labs on. */
const runnable: Readonly<Partial<Record<TargetName, () => Promise<Target>>>> = {
  local: async () => new (await import('../lib/targets/local/local-target.ts')).LocalTarget(),
  linux: async () => new (await import('../lib/targets/linux/linux-target.ts')).LinuxTarget(),
};

/**
 * The target of that name.
 *
 * @throws UsageError for one that is unknown or not to be had
 */
export async function targetOf(name: string): Promise<Target> {
  const make = Object.entries(runnable).find(([key]) => key === name)?.[1];
  if (make !== undefined) return make();
  if (name === 'aws') {
    throw new UsageError(
      "labs does not deploy to AWS by itself yet: use 'npx cdk deploy', as the README says. Valid for --on: local.",
    );
  }
  throw new UsageError(unknownName('target', name, Object.keys(runnable)));
}
