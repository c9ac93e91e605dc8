import { UsageError } from '../lib/core/errors.ts';
import { unknownNameText } from '../lib/core/closest.ts';
import type { Lab } from '../lib/model/lab.ts';
import { targetsOfLab } from '../lib/model/lab-targets.ts';
import type { TargetName } from '../lib/core/target-name.ts';
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
const runnable = {
  local: async () => new (await import('../lib/targets/local/local-target.ts')).LocalTarget(),
  linux: async () => new (await import('../lib/targets/linux/linux-target.ts')).LinuxTarget(),
  aws: async () => new (await import('../lib/targets/aws/aws-target.ts')).AwsTarget(),
} as const satisfies Partial<Record<TargetName, () => Promise<Target>>>;

/**
 * The target of that name.
 *
 * @throws UsageError for one that is unknown or not to be had
 */
export async function targetOf(name: string): Promise<Target> {
  const make = Object.entries(runnable).find(([key]) => key === name)?.[1];
  if (make === undefined)
    throw new UsageError(unknownNameText({ ja: 'ターゲット', en: 'target' }, name, Object.keys(runnable)));
  return make();
}

/** Every target that this release runs labs on. */
export const targets = (): Promise<Target[]> => Promise.all(Object.values(runnable).map((make) => make()));

/**
 * The target that a command on a lab means: the one that is named, or else the one where the lab is up. Where it is up
 * nowhere, the first that it runs on.
 *
 * @param on what was given as `--on`, if anything
 * @throws UsageError when the lab is up on several, or the name is unknown
 */
export async function targetWith(lab: Lab, on: string | undefined): Promise<Target> {
  if (on !== undefined) return targetOf(on);
  const all = await targets();
  const remembered = await Promise.all(all.map((target) => target.remembered(lab)));
  const holding = all.filter((_, index) => remembered[index] !== undefined);
  if (holding.length > 1) {
    const names = holding.map(({ name }) => name);
    const options = names.map((name) => `--on ${name}`);
    throw new UsageError({
      ja: `ラボ ${lab.id} は ${names.join(' と ')} で起動しています。どちらかを指定してください: ${options.join(' または ')}`,
      en: `Lab ${lab.id} is up on ${names.join(' and ')}. Say which you mean, with: ${options.join(' or ')}.`,
    });
  }
  return holding[0] ?? targetOf(targetsOfLab(lab)[0]!);
}
