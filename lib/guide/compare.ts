import { structuredPatch } from 'diff';
import { normalise, trimmed } from './normalise.ts';

/** Whether a command printed what its guide shows. */
export type Comparison =
  | { readonly same: true }
  | {
      readonly same: false;
      /**
       * A unified diff from the guide's output to the run's. Lines that say the same stand as the run printed them, the
       * others with what may differ replaced, so that what does differ is all that is seen to.
       */
      readonly diff: string;
    };

/** Lines around a difference that a diff shows. */
const context = 3;

/** Compares what a guide shows with what a run printed, but for what may differ from run to run. */
export function compareOutputs(expected: string, actual: string): Comparison {
  const [before, after] = [normalise(expected), normalise(actual)];
  if (before === after) return { same: true };
  const printed = trimmed(actual).split('\n');
  const { hunks } = structuredPatch('guide', 'run', ended(before), ended(after), '', '', { context });
  const lines = hunks.flatMap((hunk) => {
    let line = hunk.newStart - 1;
    const shown = hunk.lines.map((text) => {
      if (text.startsWith(' ')) return ` ${printed[line++] ?? ''}`;
      if (text.startsWith('+')) line += 1;
      return text;
    });
    const [before, after] = [rangeOf(hunk.oldStart, hunk.oldLines), rangeOf(hunk.newStart, hunk.newLines)];
    return [` -${before} +${after} `, ...shown];
  });
  return { same: false, diff: ['--- guide', '+++ run', ...lines].join('\n') };
}

/** Every line with its end, so that a diff has no "no newline" remark; no output at all has no line. */
const ended = (text: string): string => (text === '' ? '' : `${text}\n`);

/** A hunk's lines as unified diffs name them: where there are none, by the line before. */
const rangeOf = (start: number, count: number): string => `${count === 0 ? start - 1 : start},${count}`;
