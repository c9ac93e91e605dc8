import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { projectFolder } from '../../lib/platform/paths.ts';

const workflows = path.join(projectFolder, '.github', 'workflows');

test('the workflow ci runs every file of tests with real nodes', async () => {
  const ci = parse(await readFile(path.join(workflows, 'ci.yml'), 'utf8')) as {
    jobs: { linux: { strategy: { matrix: { suite: string[] } } } };
  };
  const files = (await readdir(path.join(projectFolder, 'test', 'linux'))).filter((file) => file.endsWith('.test.ts'));
  expect(ci.jobs.linux.strategy.matrix.suite.toSorted()).toEqual(
    files.map((file) => file.replace('.test.ts', '')).sort(),
  );
});

test('workflows use actions by the SHA of a commit', async () => {
  const actions = path.join(projectFolder, '.github', 'actions', 'prepare', 'action.yml');
  const files = [actions, ...(await readdir(workflows)).map((file) => path.join(workflows, file))];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const used = texts.flatMap((text) => [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action!));
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
});
