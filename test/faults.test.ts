import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { projectFolder } from '../lib/platform/paths.ts';

const rows = (await readFile(path.join(projectFolder, 'docs', 'faults.md'), 'utf8'))
  .split('\n')
  .filter((line) => /^\| [A-Z]\d+ \|/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

test.each(rows)('fault %s, "%s", is held by a test: %s', async (...[, , reference = '']) => {
  const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(reference) ?? [];
  expect(title).not.toBe('');
  expect(await readFile(path.join(projectFolder, file), 'utf8')).toContain(title);
});

test('no fault has two rows', () => {
  const ids = rows.map(([id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(15);
});
