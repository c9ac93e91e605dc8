import type { Finding, LabName, Match, Todo } from './finding.ts';
import type { Text } from '../core/text.ts';

/** Findings that say the same, as one. */
export interface SummaryRow extends Text {
  /** The fields that it is said of: `containerDefinitions[0].cpu`. */
  readonly paths: readonly string[];
  readonly match: Match;
  readonly todo: Todo;
  readonly lab: LabName;
}

/** What a reader has to do, in the order in which it is said: what costs most thought first. */
export const todos = ['decide', 'elsewhere', 'nothing'] as const satisfies readonly Todo[];

/** Findings by what a reader has to do; those that say the same are one. */
export function summaryOf(findings: readonly Finding[]): Readonly<Record<Todo, readonly SummaryRow[]>> {
  const rowsOf = (todo: Todo): readonly SummaryRow[] => {
    const rows = new Map<string, SummaryRow & { paths: string[] }>();
    for (const { path, match, ja, en, lab } of findings.filter((finding) => finding.todo === todo)) {
      const key = `${match} ${en}`;
      const row = rows.get(key) ?? { paths: [], match, todo, lab, ja, en };
      row.paths.push(path);
      rows.set(key, row);
    }
    return [...rows.values()].map((row) => ({ ...row, paths: shortened(row.paths) }));
  };
  return { decide: rowsOf('decide'), elsewhere: rowsOf('elsewhere'), nothing: rowsOf('nothing') };
}

/** From how many paths on that differ in their indexes alone, they are said as one, with their number. */
const many = 3;

/** Fields of one object as that object, and many of a kind as one: `volumes[].host.sourcePath (9)`. */
function shortened(paths: readonly string[]): readonly string[] {
  const parentOf = (path: string): string => path.replace(/(\.\w+|\[\d+\])$/, '');
  const siblings = countsOf(paths.map(parentOf));
  const objects = [
    ...new Set(
      paths.map((path) => (siblings.get(parentOf(path))! > 1 && parentOf(path) !== '' ? parentOf(path) : path)),
    ),
  ];
  const kindOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');
  const kinds = countsOf(objects.map(kindOf));
  return [
    ...new Set(
      objects.map((path) =>
        kinds.get(kindOf(path))! >= many ? `${kindOf(path)} (${kinds.get(kindOf(path))!})` : path,
      ),
    ),
  ];
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Whether something of the input is not in the objects, and has to be done or decided by somebody. */
export const isLost = ({ match, todo }: Finding): boolean =>
  (match === 'none' || match === 'input') && todo !== 'nothing';
