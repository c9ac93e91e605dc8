import { patterns, type Pattern } from './patterns.ts';
import { cellsOf, type Cell } from './tables.ts';

/** A part of an output that a pattern covers. */
export interface Covered {
  readonly pattern: Pattern;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What kubectl prints by chance in `rollout status` and `wait`, most often as they end: its watch was closed, mostly by
 * itself, before client-go saw the reason, such as "very short watch" or "context canceled". Where it still needs the watch,
 * it opens another (client-go 0.35.4 and 0.36.3, tools/cache/reflector.go, the end of `watch`).
 */
const watchEnded = /^I\d{4} .* reflector\.go:\d+\] "Warning: watch ended with error" .*(?:\n|$)/gm;

/**
 * Removes what says nothing to a reader: spaces at the ends of lines (editors strip them from guides), empty lines at the
 * end, and kubectl's remark on the end of a watch. Indentation, empty lines elsewhere and everything else stay.
 */
export const trimmed = (output: string): string =>
  output
    .replace(watchEnded, '')
    .replace(/(?<![ \t])[ \t]+$/gm, '')
    .replace(/\n+$/, '');

/** The parts of an output that patterns cover, from first to last; of two that overlap, the earlier pattern's. */
export function coveredBy(output: string): readonly Covered[] {
  const cells = cellsOf(output);
  const isTaken = new Uint8Array(output.length);
  const covered: Covered[] = [];
  for (const pattern of patterns) {
    for (const found of matchesOf(pattern, output, cells)) {
      if (isTaken.subarray(found.start, found.end).includes(1)) continue;
      isTaken.fill(1, found.start, found.end);
      covered.push(found);
    }
  }
  return covered.sort((one, other) => one.start - other.start);
}

/**
 * An output with everything that may differ from run to run replaced. Two outputs say the same if these are equal.
 * It has as many lines as {@link trimmed} leaves.
 */
export function normalise(output: string): string {
  const text = trimmed(output);
  const identities = new Map<string, string[]>();
  let normalised = '';
  let position = 0;
  for (const covered of coveredBy(text)) {
    normalised += text.slice(position, covered.start) + tokenOf(covered, identities);
    position = covered.end;
  }
  return normalised + text.slice(position);
}

function matchesOf(pattern: Pattern, output: string, cells: readonly Cell[]): readonly Covered[] {
  const find = (text: string, offset: number): readonly Covered[] =>
    [...text.matchAll(pattern.regex)].map((match) => ({
      pattern,
      start: offset + match.index,
      end: offset + match.index + match[0].length,
      text: match[0],
    }));
  const { columns, besides } = pattern;
  if (columns === undefined) return find(output, 0);
  return cells
    .filter((cell) => columns.includes(cell.column))
    .filter((cell) => besides === undefined || besides.some((header) => cell.headers.includes(header)))
    .flatMap((cell) => find(cell.text, cell.offset));
}

function tokenOf({ pattern, text }: Covered, identities: Map<string, string[]>): string {
  if (pattern.replacement !== undefined) return pattern.replacement;
  if (pattern.isIdentity !== true) return `<${pattern.name}>`;
  const known = identities.get(pattern.name) ?? [];
  if (!known.includes(text)) known.push(text);
  identities.set(pattern.name, known);
  return `<${pattern.name}-${known.indexOf(text) + 1}>`;
}
