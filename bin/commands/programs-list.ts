import { cacheFolder } from '../../lib/platform/paths.ts';
import { inventory } from '../../lib/toolchain/inventory.ts';
import { megabytes } from '../../lib/toolchain/transfer.ts';
import type { Action } from '../context.ts';

const programsList: Action<{ json?: boolean }> = async ({ output }, _args, { json }) => {
  const rows = await inventory(cacheFolder);
  if (json) {
    output.line(JSON.stringify(rows, undefined, 2));
    return;
  }
  const { bold, dim, yellow } = output.colors;
  const cells = rows.map((row) => [
    row.kubernetes.join(', '),
    row.platform,
    row.targets.join(', '),
    row.size === undefined ? '-' : megabytes(row.size),
  ]);
  const titles = output.message('programColumns').split('|');
  const widths = titles.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)) + 2);
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column]!)).join('');
  output.line(bold(line(titles).trimEnd()));
  for (const [index, { programs, from }] of rows.entries()) {
    const origin =
      from === undefined
        ? yellow(output.message('notThere'))
        : dim(from === 'built' ? output.message('builtHere') : output.message('fromPack', { from }));
    output.line(`${line(cells[index]!)}${programs.join(', ')}  ${origin}`);
  }
  const total = rows.reduce((sum, { size = 0 }) => sum + size, 0);
  output.line(output.message('programsTotal', { size: megabytes(total), folder: cacheFolder }));
};

export default programsList;
