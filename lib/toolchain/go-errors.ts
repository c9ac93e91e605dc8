/** What `go build -v` prints of its progress: a package, or a module that it downloads. */
const progress = /^(?:[^\s:]+|go: (?:downloading|finding|extracting) .*)$/;

/** How much of an error is shown: a compiler may print hundreds of lines, and the cause comes first. */
const shown = { lines: 12, columns: 300 };

/**
 * The lines of go's output that say what went wrong, without the packages and modules that it lists while it works.
 *
 * @param output what a failed `go build -v` or `go list` printed
 */
export function errorLines(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !progress.test(line));
  const more = lines.length - shown.lines;
  return [
    ...lines
      .slice(0, shown.lines)
      .map((line) => (line.length > shown.columns ? `${line.slice(0, shown.columns)}…` : line)),
    ...(more > 0 ? [`… (+${more})`] : []),
  ].join('\n');
}
