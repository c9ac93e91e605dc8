import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeProgramFolder, programsIn } from '../../lib/toolchain/program-folder.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let cache: string;
beforeEach(async () => {
  cache = await temporaryFolder('cache');
});
afterEach(() => removeFolder(cache));

const never = new AbortController().signal;
const folder = (name: string) => path.join(programsIn(cache), name);

test('two that make different folders do not take what the other fills for the remains of a killed build', async () => {
  const make = (name: string) =>
    makeProgramFolder(
      folder(name),
      () => undefined,
      never,
      async (unfinished) => {
        await writeFile(path.join(unfinished, 'first'), '');
        await sleep(200);
        await writeFile(path.join(unfinished, 'second'), '');
      },
    );
  await Promise.all([make('pause'), make('kwok')]);
  for (const name of ['pause', 'kwok']) expect((await readdir(folder(name))).sort()).toEqual(['first', 'second']);
  expect((await readdir(programsIn(cache))).sort()).toEqual(['kwok', 'pause']);
});

test('what could not be filled is not there', async () => {
  const failing = makeProgramFolder(
    folder('pause'),
    () => undefined,
    never,
    async (unfinished) => {
      await writeFile(path.join(unfinished, 'half'), '');
      throw new Error('no compiler');
    },
  );
  await expect(failing).rejects.toThrow('no compiler');
  expect(await readdir(programsIn(cache))).toEqual([]);
});
