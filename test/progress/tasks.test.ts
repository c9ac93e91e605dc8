import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { progressOf, readPassedTasks, rememberPassedTasks } from '../../lib/progress/tasks.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

const lab = labs[0]!;
const [first, second, third] = lab.tasks;

let folder: string;
beforeEach(async () => {
  folder = path.join(await temporaryFolder('progress'), 'lab');
});
afterEach(() => removeFolder(path.dirname(folder)));

test('remembers what has passed, once each, and forgets nothing', async () => {
  expect(await readPassedTasks(folder)).toEqual([]);
  await rememberPassedTasks(folder, [second!.id]);
  await rememberPassedTasks(folder, [first!.id, second!.id]);
  await rememberPassedTasks(folder, []);
  expect(await readPassedTasks(folder)).toEqual([second!.id, first!.id]);
  expect(await readdir(folder)).toEqual(['progress.json']);
});

test('makes no folder where nothing has passed', async () => {
  await rememberPassedTasks(folder, []);
  expect(await readdir(path.dirname(folder))).toEqual([]);
});

test('the next task is the first that has not passed, also when one was skipped', () => {
  expect(progressOf(lab, [])).toEqual({ done: [], next: first });
  expect(progressOf(lab, [first!.id, third!.id])).toEqual({ done: [first, third], next: second });
  expect(progressOf(lab, [third!.id, 'renamed-since', first!.id])).toEqual({ done: [first, third], next: second });
  expect(progressOf(lab, lab.tasks.map(({ id }) => id).reverse())).toEqual({ done: lab.tasks });
});
