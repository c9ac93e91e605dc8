import { existsSync } from 'node:fs';
import { chown, copyFile, lstat, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { projectFolder } from '../../lib/platform/paths.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let project: string;
const file = (...names: string[]) => path.join(project, ...names);
const cache = () => file('node_modules', '.cache', 'labs');
const bundles = async () => (await readdir(cache())).filter((name) => name.startsWith('bundle-')).sort();

/** A project of two source files that loads itself with this project's loader. */
beforeEach(async () => {
  project = await temporaryFolder("it's a project");
  for (const folder of ['bin', 'node_modules', 'lib/platform', 'lib/targets/local/fargate']) {
    await mkdir(file(folder), { recursive: true });
  }
  for (const name of ['esbuild', 'tsx']) {
    await symlink(path.join(projectFolder, 'node_modules', name), file('node_modules', name));
  }
  await copyFile(path.join(projectFolder, 'lib', 'platform', 'load.mjs'), file('lib', 'platform', 'load.mjs'));
  await writeFile(file('package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(file('lib', 'word.ts'), "export const word: string = 'first';\n");
  await writeFile(
    file('bin', 'labs.ts'),
    "import { word } from '../lib/word.ts';\nexport const say = () => console.log(word);\n",
  );
  await writeFile(file('lib', 'targets', 'local', 'fargate', 'main.ts'), 'export {};\n');
  await writeFile(
    file('start.mjs'),
    "import { load } from './lib/platform/load.mjs';\n(await load('bin/labs.ts')).say();\n",
  );
});
afterEach(() => removeFolder(project));

/** What the program says, started from another folder. */
const said = async () => (await execa(process.execPath, [file('start.mjs')], { cwd: '/' })).stdout;

test('what has not changed is not bundled again', async () => {
  expect(await said()).toBe('first');
  const before = await bundles();
  expect(before).toHaveLength(1);
  // Nothing could be bundled any more.
  await rm(file('node_modules', 'esbuild'));
  expect(await said()).toBe('first');
  expect(await bundles()).toEqual(before);
});

test('what has changed runs, also when its size and only its time has', async () => {
  expect(await said()).toBe('first');
  await writeFile(file('lib', 'word.ts'), "export const word: string = 'other';\n");
  expect(await said()).toBe('other');
  await writeFile(file('lib', 'word.ts'), "export const word: string = 'third';\n");
  await utimes(file('lib', 'word.ts'), new Date(), new Date(Date.now() - 60_000));
  expect(await said()).toBe('third');
});

test('a package in CommonJS finds what modules lack', async () => {
  await mkdir(file('node_modules', 'common'));
  await writeFile(file('node_modules', 'common', 'package.json'), '{}');
  await writeFile(
    file('node_modules', 'common', 'index.js'),
    "exports.kinds = () => [typeof require('node:path').join, typeof __filename].join(', ');\n",
  );
  await writeFile(
    file('bin', 'labs.ts'),
    "import { kinds } from 'common';\nexport const say = () => console.log(kinds());\n",
  );
  expect(await said()).toBe('function, string');
});

test('an installed package makes a new bundle', async () => {
  await said();
  await writeFile(file('node_modules', '.package-lock.json'), '{}');
  await said();
  expect(await bundles()).toHaveLength(2);
});

test('several that begin at once run all, and leave one bundle and nothing else', async () => {
  expect(await Promise.all([said(), said(), said()])).toEqual(['first', 'first', 'first']);
  expect(await readdir(cache())).toEqual([...(await bundles()), 'newest.json']);
  expect(await bundles()).toHaveLength(1);
});

test('a bundle that is gone, and notes that make no sense, do no harm', async () => {
  await said();
  await rm(path.join(cache(), (await bundles())[0]!), { recursive: true });
  expect(await said()).toBe('first');
  await writeFile(path.join(cache(), 'newest.json'), '{"fold');
  expect(await said()).toBe('first');
});

test('a bundle that is an hour old goes when a newer one is made; one that may still run stays', async () => {
  await said();
  const [old] = (await bundles()) as [string];
  const younger = path.join(cache(), 'bundle-younger');
  await mkdir(younger);
  const hoursAgo = new Date(Date.now() - 2 * 3600_000);
  await utimes(path.join(cache(), old), hoursAgo, hoursAgo);
  await writeFile(file('lib', 'word.ts'), "export const word: string = 'other';\n");
  expect(await said()).toBe('other');
  expect(existsSync(path.join(cache(), old))).toBe(false);
  expect(existsSync(younger)).toBe(true);
});

test('what it writes belongs to whom the project belongs to, also when root calls it', async () => {
  // Nobody else can give anything away, and nobody else has to.
  if (process.getuid?.() === 0) await chown(project, 1000, 1000);
  const { uid } = await stat(project);
  await said();
  const written = ['..', '.', ...(await readdir(cache(), { recursive: true }))];
  for (const name of written) expect([name, (await lstat(path.join(cache(), name))).uid]).toEqual([name, uid]);
});

test('where nothing can be written, the sources run as they are', async () => {
  await writeFile(file('node_modules', '.cache'), 'in the way');
  expect(await said()).toBe('first');
});
