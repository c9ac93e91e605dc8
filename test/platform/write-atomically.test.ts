import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeAtomically } from '../../lib/platform/write-atomically.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let root: string;
beforeAll(async () => {
  root = await temporaryFolder('write');
});
afterAll(() => removeFolder(root));

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;
const ownerOf = async (file: string) => {
  const { uid, gid } = await stat(file);
  return [uid, gid];
};
const isRoot = process.getuid?.() === 0;

describe('writeAtomically', () => {
  test('makes the folder and leaves nothing but the file', async () => {
    const file = path.join(root, 'new', 'deeper', 'file');
    await writeAtomically(file, 'one');
    await writeAtomically(file, 'two');
    expect(await readFile(file, 'utf8')).toBe('two');
    expect(await readdir(path.dirname(file))).toEqual(['file']);
  });

  test('does not mix what several write at once', async () => {
    const file = path.join(root, 'several');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeAtomically(file, text)));
    // Which of them is the last is not known: each first looks at the folder. A diff of such texts would take minutes.
    const text = await readFile(file, 'utf8');
    expect(texts.filter((written) => written === text)).toHaveLength(1);
  });

  test('sets the mode of a new file and of one that is there, and keeps it when none is given', async () => {
    const file = path.join(root, 'private');
    await writeAtomically(file, 'key', { mode: 0o600 });
    expect(await modeOf(file)).toBe(0o600);
    await chmod(file, 0o640);
    await writeAtomically(file, 'key');
    expect(await modeOf(file)).toBe(0o640);
    await writeAtomically(file, 'key', { mode: 0o600 });
    expect(await modeOf(file)).toBe(0o600);
  });

  test('as root, gives a new file the owner of its folder and keeps the owner of one that is there', async () => {
    const folder = path.join(root, 'of-learner');
    await mkdir(folder);
    await writeFile(path.join(folder, 'old'), '');
    const [uid, gid] = await ownerOf(folder);
    if (isRoot) {
      await chown(folder, 1234, 1235);
      await chown(path.join(folder, 'old'), 1236, 1237);
    }
    for (const name of ['new', 'old']) await writeAtomically(path.join(folder, name), 'text');
    expect(await ownerOf(path.join(folder, 'new'))).toEqual(isRoot ? [1234, 1235] : [uid, gid]);
    expect(await ownerOf(path.join(folder, 'old'))).toEqual(isRoot ? [1236, 1237] : [uid, gid]);
  });
});
