import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { targetsOfLab } from '../../lib/model/lab-targets.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { fileCount, lanesOf, nearMissesOf } from '../cluster/lanes.ts';

const onLocal = labs.filter((lab) => targetsOfLab(lab).includes('local'));

test('each lab that runs on local is in one lane, with labs that can share its environment', () => {
  const lanes = lanesOf(labs);
  expect(lanes.flat().toSorted((one, other) => labs.indexOf(one) - labs.indexOf(other))).toEqual(onLocal);
  for (const lane of lanes)
    expect(new Set(lane.map(({ environment, settings }) => JSON.stringify([environment.id, settings]))).size).toBe(1);
});

test('every lane is played by a file of tests', async () => {
  const files = (await readdir(path.join(projectFolder, 'test', 'cluster'))).filter((name) =>
    name.startsWith('guides-'),
  );
  const expected = Array.from({ length: fileCount }, (_, index) => `guides-${index + 1}.test.ts`);
  expect(files.toSorted()).toEqual(expected);
});

test.each(onLocal.map((lab) => [lab.id, lab] as const))(
  'lab %s has near misses, and a wrong answer for each find task',
  async (_, lab) => {
    const { wrongAnswers } = await nearMissesOf(lab);
    const asked = lab.tasks.filter(({ kind }) => kind === 'find').map(({ id }) => id);
    expect(Object.keys(wrongAnswers).toSorted()).toEqual(asked.toSorted());
  },
);
