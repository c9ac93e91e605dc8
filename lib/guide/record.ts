import { blocksOf, type CommandBlock, type ExpectedOutput, type Guide, type SourceRange } from './guide.ts';
import { normalise, trimmed } from './normalise.ts';
import type { BlockResult } from './rehearse.ts';
import { expectedOutput, type Surroundings } from './variants.ts';

interface Edit extends SourceRange {
  readonly text: string;
}

/**
 * A guide's Markdown with the outputs of a run. Where an output says the same as before, and everywhere else, not a
 * byte changes. Of several variants the one that counts in these surroundings is rewritten; where none does, one for
 * just these surroundings is added. Blocks are told by their position, so that the run of one language serves all.
 */
export function record(guide: Guide, results: readonly BlockResult[], surroundings: Surroundings): string {
  const blocks = blocksOf(guide);
  const edits = results.flatMap(({ block: { index }, outcome }) => {
    const block = blocks[index];
    if (outcome.kind === 'not here' || block === undefined || block.unchecked) return [];
    return editOf(guide.source, block, outcome.output, surroundings);
  });
  let source = guide.source;
  for (const { start, end, text } of edits.toSorted((one, other) => other.start - one.start)) {
    source = source.slice(0, start) + text + source.slice(end);
  }
  return source;
}

function editOf(source: string, block: CommandBlock, output: string, surroundings: Surroundings): readonly Edit[] {
  const expected = expectedOutput(block, surroundings);
  if (expected !== undefined) {
    if (normalise(expected.text) === normalise(output)) return [];
    return [{ ...expected.range, text: fenced(source, expected.range, infoOf(source, expected), output) }];
  }
  const last = block.outputs.at(-1)?.range ?? block.range;
  const { target, kubernetes } = surroundings;
  const info = block.outputs.length === 0 ? 'output' : `output on=${target} kubernetes=${kubernetes}`;
  const eol = endOfLineOf(source);
  const indentation = indentationOf(source, last);
  const added = fenced(source, last, info, output);
  return [{ start: last.end, end: last.end, text: `${eol}${indentation.trimEnd()}${eol}${indentation}${added}` }];
}

/** The info string as the author wrote it. */
const infoOf = (source: string, { range }: ExpectedOutput): string =>
  source
    .slice(range.start, range.end)
    .split(/\r?\n/, 1)[0]
    ?.replace(/^[`~]+\s*/, '') ?? 'output';

/** A fenced block that stands where another one stands: as deep, with the same ends of lines. */
function fenced(source: string, where: SourceRange, info: string, output: string): string {
  const text = trimmed(output);
  const longest = Math.max(2, ...[...text.matchAll(/^ {0,3}(`+)/gm)].map(([, ticks = '']) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const indentation = indentationOf(source, where);
  const lines = [...(text === '' ? [] : text.split('\n')), fence];
  return [fence + info, ...lines.map((line) => (indentation + line).trimEnd())].join(endOfLineOf(source));
}

/** What stands before the lines of a block: in a quotation its mark; in a list item spaces, where the first has the bullet. */
function indentationOf(source: string, { start }: SourceRange): string {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  return source.slice(lineStart, start).replace(/[^>\s]/g, ' ');
}

const endOfLineOf = (source: string): string => (source.includes('\r\n') ? '\r\n' : '\n');
