import { labs } from '../../labs/catalogue.ts';
import { readCoverage } from '../../lib/coverage/record.ts';
import { claims } from '../../lib/claims/claims.ts';
import { coverageMatrix, type CoverageRow } from '../../lib/coverage/matrix.ts';
import { wrap, type Style } from '../../lib/guide/rich-text.ts';
import type { Action } from '../context.ts';
import type { Output } from '../output.ts';
import { terminalWidth } from '../terminal-width.ts';

const coverage: Action<{ json?: boolean }> = async ({ output }, _args, { json }) => {
  const rows = coverageMatrix(labs, await readCoverage());
  if (json) {
    const data = rows.map(({ id, tasks, executedOn, reason }) => ({
      id,
      tasks: tasks.map(({ name }) => name),
      executedOn,
      ...(reason === undefined ? {} : { reason: output.text(reason) }),
    }));
    output.line(JSON.stringify(data, undefined, 2));
    return;
  }
  const width = Math.max(0, ...rows.flatMap(({ tasks }) => tasks.map(({ name }) => name.length))) + 2;
  for (const row of rows) printRow(row, output, width);
  output.line(
    output.message('covered', {
      all: rows.length,
      executed: rows.filter(({ executedOn }) => executedOn.length > 0).length,
      onlyAws: rows.filter(({ reason }) => reason !== undefined).length,
    }),
  );
};
export default coverage;

/** Columns that an id takes, with the gap behind it. */
const margin = 5;
const indent = ' '.repeat(margin);

/** Prints a claim, what holds today, its tasks with where CI executed them, and why only AWS can. */
function printRow({ id, tasks, executedOn, reason }: CoverageRow, output: Output, nameWidth: number): void {
  const { bold, cyan, dim, green, yellow } = output.colors;
  const { subject, today } = claims[id];
  printWrapped(bold(id.padEnd(margin)), output.text(subject), bold, output);
  if (today !== undefined) printWrapped(indent, output.text(today), dim, output);
  for (const { name, executedOn: on } of tasks) {
    const where = on.length === 0 ? '' : green(`✔ ${on.join(', ')}`);
    output.line(`${indent}${cyan(where === '' ? name : name.padEnd(nameWidth))}${where}`);
  }
  if (reason !== undefined)
    printWrapped(indent, output.message('onlyAws', { why: output.text(reason) }), yellow, output);
  else if (executedOn.length === 0) printWrapped(indent, output.message('notExecuted'), yellow, output);
  output.line();
}

/** Prints a text in lines that are indented by the margin; `before` takes the margin's place on the first. */
function printWrapped(before: string, text: string, style: Style, output: Output): void {
  const lines = wrap([{ text, style }], terminalWidth() - margin);
  for (const [index, line] of lines.entries()) output.line(`${index === 0 ? before : indent}${line}`);
}
