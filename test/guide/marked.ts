import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./fixtures/', import.meta.url);

/** What a command printed once, with everything that may differ from run to run between ⟦ and ⟧: marked once, then read through. */
export interface MarkedOutput {
  readonly name: string;
  /** The output without the marks. */
  readonly text: string;
  /** For each character of the text: may it differ? */
  readonly mayDiffer: readonly boolean[];
  /** What the same command printed in another cluster, where that was recorded. */
  readonly again?: string;
}

const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8').replace(/\n$/, '');

function unmark(name: string, marked: string): MarkedOutput {
  let text = '';
  const mayDiffer: boolean[] = [];
  let isInside = false;
  for (const character of marked) {
    if (character === '⟦' || character === '⟧') {
      isInside = character === '⟦';
    } else {
      text += character;
      mayDiffer.push(isInside);
    }
  }
  return { name, text, mayDiffer };
}

const names = readdirSync(folder);

/** All recorded outputs. */
export const markedOutputs: readonly MarkedOutput[] = names
  .filter((name) => !name.endsWith('.again.txt'))
  .map((name) => {
    const again = name.replace('.txt', '.again.txt');
    return {
      ...unmark(name.replace('.txt', ''), read(name)),
      ...(names.includes(again) ? { again: read(again) } : {}),
    };
  });
