import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readAnswers, writeAnswer } from '../../lib/progress/answers.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('answers');
});
afterEach(() => removeFolder(folder));

test('nothing has been answered in a new folder', async () => {
  expect(await readAnswers(path.join(folder, 'not-there'))).toEqual({});
});

test('answers are remembered by task, in a folder that need not be there', async () => {
  const deeper = path.join(folder, 'labs', 'eks-ec2');
  await writeAnswer(deeper, 'baseline', 'i-0123');
  await writeAnswer(deeper, 'control-plane', 'vm_"quoted"\n日本');
  expect(await readAnswers(deeper)).toEqual({ baseline: 'i-0123', 'control-plane': 'vm_"quoted"\n日本' });
});

test('a new answer replaces the one before and leaves the others', async () => {
  await writeAnswer(folder, 'baseline', 'first');
  await writeAnswer(folder, 'control-plane', 'other');
  await writeAnswer(folder, 'baseline', 'second');
  expect(await readAnswers(folder)).toEqual({ baseline: 'second', 'control-plane': 'other' });
});

test('nothing but the answers is left in the folder', async () => {
  await writeAnswer(folder, 'baseline', 'first');
  expect(await readdir(folder)).toEqual(['answers.json']);
});
