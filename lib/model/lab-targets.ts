import { UsageError } from '../core/errors.ts';
import type { Lab } from './lab.ts';
import type { Settings } from '../settings/settings.ts';
import { targetNames, type TargetName } from '../core/target-name.ts';
import { labsCommand } from './labs-command.ts';

/** The targets that a lab runs on. The first one is the default. */
export const targetsOfLab = ({ environment, targets }: Pick<Lab, 'environment' | 'targets'>): readonly TargetName[] =>
  targets ?? environment.targets ?? targetNames;

/**
 * Refuses a target that a lab does not run on.
 *
 * @param command the command that the user typed, without target and settings, for example `up`
 * @throws UsageError that names the lab's targets
 */
export function refuseTarget(
  lab: Pick<Lab, 'id' | 'environment' | 'targets'>,
  settings: Settings,
  target: TargetName,
  command: string,
): void {
  const onFargate = lab.environment.fargateProfiles(settings).length > 0;
  const valid = targetsOfLab(lab).filter((name) => name !== 'linux' || !onFargate);
  if (valid.includes(target)) return;
  const noFargate = target === 'linux' && onFargate;
  const example = labsCommand(command, lab.id, valid[0]!);
  throw new UsageError({
    ja: `ラボ ${lab.id} は ${target} では動きません${noFargate ? '（Fargate がないため）' : ''}。動くのは ${valid.join(' と ')} です。たとえば: ${example}`,
    en:
      `Lab ${lab.id} runs on ${valid.join(' and ')}, not on ${target}${noFargate ? ', where there is no Fargate' : ''}. ` +
      `Give one of them, as in: ${example}`,
  });
}
