/** A cell of a table that a command printed, with where it stands in the whole output. */
export interface Cell {
  readonly column: string;
  /** All headers of its table. */
  readonly headers: readonly string[];
  readonly text: string;
  readonly offset: number;
}

interface Word {
  readonly text: string;
  readonly start: number;
}

interface Header {
  readonly columns: readonly Word[];
  readonly indent: number;
}

/**
 * The cells of all tables in an output: those of `kubectl get` and `kubectl top`, whose headers are in capitals, and
 * those of `kubectl describe`, whose headers are underlined. A table ends at an empty line, at the next header, or
 * where the indentation falls below the header's.
 */
export function cellsOf(output: string): readonly Cell[] {
  const cells: Cell[] = [];
  const lines = output.split('\n');
  let header: Header | undefined;
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const words = wordsOf(line);
    const indent = words[0]?.start ?? 0;
    if (isHeader(words, lines[index + 1] ?? '')) {
      header = { columns: words, indent };
    } else if (words.length === 0 || indent < (header?.indent ?? 0)) {
      header = undefined;
    } else if (header !== undefined) {
      cells.push(...cellsOfRow(words, header, offset));
    }
    offset += line.length + 1;
  }
  return cells;
}

const capitals = /^[A-Z][A-Z0-9 /%().-]*(?:\((?:cores|bytes|%|S|s)\))?$/;
const underline = /^\s*-+(?:\s+-+)*\s*$/;

const isHeader = (words: readonly Word[], nextLine: string): boolean =>
  words.length >= 2 && (words.every(({ text }) => capitals.test(text)) || underline.test(nextLine));

/** What stands between gaps of two or more spaces. */
const wordsOf = (line: string): readonly Word[] =>
  [...line.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ text: match[0], start: match.index }));

/**
 * Tells by their order to which column the words of a row belong, or, where some cell is empty or holds a gap itself,
 * by where they stand.
 */
function cellsOfRow(words: readonly Word[], { columns }: Header, offset: number): readonly Cell[] {
  const headers = columns.map(({ text }) => text);
  return words.flatMap((word, index) => {
    const column =
      words.length === columns.length ? columns[index] : columns.find((candidate) => candidate.start === word.start);
    if (column === undefined) return [];
    return [{ column: column.text, headers, text: word.text, offset: offset + word.start }];
  });
}
