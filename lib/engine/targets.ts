import { unknownNameText } from '../core/closest.ts';
import { UsageError } from '../core/errors.ts';
import { targetNames, type TargetName } from '../core/target-name.ts';
import type { TargetFolders } from '../targets/shared/target-folders.ts';
import type { Target } from '../targets/target.ts';

/** Every target. Each loads when it is used: the AWS SDK alone takes longer than most commands. */
const targets: Readonly<Record<TargetName, (folders: TargetFolders) => Promise<Target>>> = {
  local: async (folders) => new (await import('../targets/local/local-target.ts')).LocalTarget(folders),
  linux: async (folders) => new (await import('../targets/linux/linux-target.ts')).LinuxTarget(folders),
  aws: async () => new (await import('../targets/aws/aws-target.ts')).AwsTarget(),
};

/** Opens a target. */
export const openTarget = (name: TargetName, folders: TargetFolders = {}): Promise<Target> => targets[name](folders);

/**
 * Checks the name of a target.
 *
 * @throws UsageError with the nearest name for an unknown one
 */
export function targetNameOf(name: string): TargetName {
  const known = targetNames.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new UsageError(unknownNameText({ ja: 'ターゲット', en: 'target' }, name, targetNames));
}

/** Opens every target, in the order of {@link targetNames}. */
export async function openTargets(): Promise<Target[]> {
  const all: Target[] = [];
  for (const name of targetNames) all.push(await openTarget(name));
  return all;
}
