import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { shellTexts } from '../../lib/engine/shell-texts.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { languages } from '../../lib/core/text.ts';

const texts = await shellTexts(labs);

test('are the guides in both languages, the solutions and the shell files of the nodes', () => {
  const files = new Set(texts.map(({ file }) => file));
  const guides = labs.flatMap(({ id }) => languages.map((language) => `labs/${id}/guide.${language}.md`));
  const solutions = labs.flatMap(({ id, tasks }) =>
    tasks.filter(({ kind }) => kind === 'find').map((task) => `labs/${id}/checks.ts (solution of ${task.id})`),
  );
  expect([...files]).toEqual(expect.arrayContaining([...guides, ...solutions, 'bootstrap/etcd-backup.sh']));
});

test('stand where it is said', async () => {
  for (const { file, line, text } of texts) {
    if (file.includes('solution of')) continue;
    const lines = (await readFile(path.join(projectFolder, file), 'utf8')).split('\n');
    // A block may be indented in its guide.
    expect(`${file}:${line}: ${lines[line - 1]!.trim()}`).toBe(`${file}:${line}: ${text.split('\n')[0]!.trim()}`);
  }
});
