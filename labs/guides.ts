import path from 'node:path';
import { UsageError } from '../lib/errors.ts';
import type { Guide } from '../lib/guide/guide.ts';
import { differencesBetween } from '../lib/guide/parity.ts';
import { readGuide, type ParseOptions } from '../lib/guide/parse.ts';
import { targetsOfLab } from '../lib/lab-targets.ts';
import type { Lab } from '../lib/lab.ts';
import { projectFolder } from '../lib/paths.ts';
import type { Language } from '../lib/text.ts';

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
