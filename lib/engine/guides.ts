import path from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Guide } from '../guide/guide.ts';
import { differencesBetween } from '../guide/parity.ts';
import { readGuide, type ParseOptions } from '../guide/parse.ts';
import { targetsOfLab } from '../model/lab-targets.ts';
import type { Lab } from '../model/lab.ts';
import { projectFolder } from '../platform/paths.ts';
import type { Language } from '../core/text.ts';

/** The file of a lab's guide. */
export const guideFile = (lab: Lab, language: Language): string =>
  path.join(projectFolder, 'labs', lab.id, `guide.${language}.md`);

/**
 * Reads a lab's guide in one language.
 *
 * @throws UsageError when it is not written as a guide has to be
 */
export const readLabGuide = (
  lab: Lab,
  language: Language,
  options: Pick<ParseOptions, 'recording'> = {},
): Promise<Guide> =>
  readGuide(guideFile(lab, language), {
    ...options,
    taskIds: lab.tasks.map((task) => task.id),
    targets: targetsOfLab(lab),
  });

/**
 * Refuses a lab whose guides give different commands, outputs or tasks.
 *
 * @throws UsageError that names both places of every difference
 */
export function refuseDifferences(first: Guide, second: Guide): void {
  const differences = differencesBetween(first, second);
  if (differences.length > 0) throw new UsageError(differences.map((difference) => difference.message).join('\n'));
}
