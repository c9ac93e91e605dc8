import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { makePack } from '../toolchain/make-pack.ts';
import { endLabs, runLabs, type Result } from './labs-process.ts';

jest.setTimeout(60_000);

let packs: string;
beforeAll(async () => {
  packs = await temporaryFolder('packs');
  await makePack(path.join(packs, 'pack'), packs, { versions: kubernetesVersions });
});
afterAll(async () => {
  endLabs();
  await removeFolder(packs);
});

let home: string;
beforeEach(async () => {
  home = await temporaryFolder('home');
});
afterEach(() => removeFolder(home));

/** Runs `labs programs …` on a machine without Go and without a network. */
const programs = (
  args: string,
  env: NodeJS.ProcessEnv = { LABS_PROGRAMS: path.join(packs, 'pack') },
): Promise<Result> =>
  runLabs(['programs', ...args.split(' ')], {
    PATH: home,
    HOME: home,
    XDG_CACHE_HOME: home,
    GOPROXY: 'off',
    NO_COLOR: '1',
    LANG: 'C.UTF-8',
    ...env,
  });
const cache = () => path.join(home, 'kubernetes-textbook-labs');
const inCache = () => readdir(path.join(cache(), 'bin')).catch(() => []);

test('list names every program, and says that it is not there yet', async () => {
  const { code, stdout, stderr } = await programs('list');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Kubernetes +platform +target +size\n/);
  expect(stdout).toMatch(/ local +- +kwok, kwokctl {2}\(not there yet\)\n/);
  expect(stdout).toMatch(/\n0\.0 MB in all, in .+kubernetes-textbook-labs\n$/);
});

test('fetch brings the programs of all versions from a pack, list says where from, and clean keeps them', async () => {
  const fetched = await programs('fetch');
  expect(fetched.stdout).toBe(`The programs are all there, in ${cache()}.\n`);
  expect(fetched.code).toBe(0);
  const steps = fetched.stderr.split('\n').filter((line) => line.startsWith('Fetch '));
  expect(new Set(steps).size).toBe(steps.length);
  expect(steps).toHaveLength(3 + kubernetesVersions.length);
  expect(await inCache()).toHaveLength(steps.length);

  // Without the pack: nothing has to be fetched.
  expect(await programs('fetch', {})).toMatchObject({ code: 0, stderr: '' });
  const rows = JSON.parse((await programs('list --json')).stdout) as { from?: string; programs: string[] }[];
  const there = rows.filter(({ from }) => from !== undefined);
  expect(there).toHaveLength(steps.length);
  expect(new Set(there.map(({ from }) => from))).toEqual(new Set([path.join(packs, 'pack')]));
  expect((await programs('list')).stdout).toContain(`kwok, kwokctl  (from ${path.join(packs, 'pack')})\n`);

  expect((await programs('clean')).stdout).toBe(`0.0 MB freed in ${cache()}.\n`);
  expect(await inCache()).toHaveLength(steps.length);
  expect((await programs('clean --all')).stdout).toMatch(/^[1-9]\d*\.\d MB freed in /);
  expect(await inCache()).toEqual([]);
});

test('fetch brings one version where one is named', async () => {
  expect((await programs('fetch --kubernetes 1.36')).code).toBe(0);
  expect(await inCache()).toHaveLength(4);
});

describe('what is wrong is said in a sentence:', () => {
  test.each([
    ['fetch --on aws', {}, 2, /^Labs on target aws start no programs on this machine\. Give --on local or linux\.\n$/],
    ['fetch --on lnux', {}, 2, /^Unknown target 'lnux'\. Did you mean 'linux'\?/],
    ['fetch --kubernetes 1.20', {}, 2, /^Unknown Kubernetes version '1\.20'\./],
    [
      'fetch',
      { LABS_PROGRAMS: '/no/such/folder' },
      2,
      /^'\/no\/such\/folder' in LABS_PROGRAMS is no folder and no http/,
    ],
    [
      'fetch',
      { LABS_PROGRAMS: 'http://127.0.0.1:9' },
      3,
      /The download of http:\/\/127\.0\.0\.1:9\/index\.json was not/,
    ],
    ['fetch', {}, 3, /^Building the programs takes Go .*\(about 73 MB\).*LABS_PROGRAMS/ms],
  ])('%s, with %o', async (args, env, code, sentence) => {
    const result = await programs(args, env);
    expect(result.stderr.replace(/^Fetch .* …\n/, '')).toMatch(sentence);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(await inCache()).toEqual([]);
  });
});
