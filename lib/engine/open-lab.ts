import { UsageError } from '../core/errors.ts';
import type { Lab } from '../model/lab.ts';
import { targetsOfLab } from '../model/lab-targets.ts';
import type { LabAccess, Target } from '../targets/target.ts';
import { openTarget, openTargets, targetNameOf } from './targets.ts';

/** A lab on a target, whether or not it is up there. */
export interface LocatedLab {
  readonly lab: Lab;
  readonly target: Target;
}

/** A lab that is up, with what a shell and a check need to reach it. */
export interface OpenLab extends LocatedLab {
  readonly access: LabAccess;
}

/** Options of {@link openLab} and {@link locateLab}. */
export interface OpenOptions {
  /** Name of the target. @default the target where the lab is up */
  readonly on?: string | undefined;
}

/**
 * Locates a lab: on the target that is named, or else where it is up. A lab that is up nowhere is located on the first
 * target that it runs on.
 *
 * @throws UsageError when the lab is up on several targets, or the name of the target is unknown
 */
export async function locateLab(lab: Lab, { on }: OpenOptions = {}): Promise<LocatedLab> {
  if (on !== undefined) return { lab, target: await openTarget(targetNameOf(on)) };
  const all = await openTargets();
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
  return { lab, target: holding[0] ?? (await openTarget(targetsOfLab(lab)[0]!)) };
}

/**
 * Opens a lab that is up.
 *
 * @throws UsageError as {@link locateLab}; ExternalError when the lab is not up
 */
export async function openLab(lab: Lab, options: OpenOptions = {}): Promise<OpenLab> {
  const located = await locateLab(lab, options);
  return { ...located, access: await located.target.access(lab) };
}
