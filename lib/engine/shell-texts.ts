import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { blocksOf } from '../guide/guide.ts';
import type { Lab } from '../model/lab.ts';
import { projectFolder } from '../platform/paths.ts';
import { languages } from '../core/text.ts';
import { guideFile, readLabGuide } from './guides.ts';

/** Something that a shell runs. */
export interface ShellText {
  /** Its file, by the path from the project's root. */
  readonly file: string;
  /** Line of its first line in the file, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** Everything that the textbook gives to a shell: the guides' commands, the reference solutions, the nodes' shell files. */
export async function shellTexts(labs: readonly Lab[]): Promise<readonly ShellText[]> {
  const texts: ShellText[] = [];
  for (const lab of labs) texts.push(...(await guideTexts(lab)), ...(await solutionTexts(lab)));
  return [...texts, ...(await bootstrapTexts())];
}

async function guideTexts(lab: Lab): Promise<readonly ShellText[]> {
  const texts = languages.map(async (language) => {
    // What it prints is of no interest here.
    const guide = await readLabGuide(lab, language, { recording: true });
    const file = path.relative(projectFolder, guideFile(lab, language));
    // Below the fence.
    return blocksOf(guide).map(({ line, text }) => ({ file, line: line + 1, text }));
  });
  return (await Promise.all(texts)).flat();
}

/** A solution stands somewhere in `checks.ts`; there, the task's id leads to it. */
async function solutionTexts(lab: Lab): Promise<readonly ShellText[]> {
  const { questions } = await lab.loadChecks();
  const file = path.join('labs', lab.id, 'checks.ts');
  return Object.entries(questions).map(([id, { solution }]) => ({
    file: `${file} (solution of ${id})`,
    line: 1,
    text: solution,
  }));
}

async function bootstrapTexts(): Promise<readonly ShellText[]> {
  const names = (await readdir(path.join(projectFolder, 'bootstrap'))).filter((name) => name.endsWith('.sh')).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join('bootstrap', name);
      return { file, line: 1, text: await readFile(path.join(projectFolder, file), 'utf8') };
    }),
  );
}
