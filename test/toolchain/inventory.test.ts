import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { buildFolder } from '../../lib/toolchain/build.ts';
import { goFolder } from '../../lib/toolchain/go-toolchain.ts';
import { clean, inventory } from '../../lib/toolchain/inventory.ts';
import { platformNamed, thisPlatform } from '../../lib/toolchain/platforms.ts';
import { etcd, kubernetes, toolModules } from '../../lib/toolchain/tool-modules.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let cache: string;
beforeEach(async () => {
  cache = await temporaryFolder('cache');
});
afterEach(() => removeFolder(cache));

/** Puts a file of 100 bytes into a folder of the cache. */
async function fill(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), 'x'.repeat(100));
}
const rowOf = async (program: string, platform = thisPlatform().name) =>
  (await inventory(cache)).find((row) => row.platform === platform && row.programs.includes(program));
const other = platformNamed(thisPlatform().name === 'darwin-arm64' ? 'linux-x64' : 'darwin-arm64');

describe('the inventory', () => {
  test('of an empty cache has all programs of this machine, and none is there', async () => {
    const rows = await inventory(cache);
    expect(new Set(rows.map(({ platform }) => platform))).toEqual(new Set([thisPlatform().name]));
    expect(rows.every((row) => row.size === undefined && row.from === undefined)).toBe(true);
    for (const version of kubernetesVersions) {
      const programs = rows.filter((row) => row.kubernetes.includes(version)).flatMap((row) => row.programs);
      const needed = toolModules(version).flatMap((module) => Object.keys(module.programs));
      expect(programs).toEqual(expect.arrayContaining(needed));
    }
  });

  test('names what Kubernetes versions share once', async () => {
    expect((await rowOf('etcd'))?.kubernetes).toEqual([...kubernetesVersions]);
    expect((await rowOf('kubectl'))?.kubernetes).toHaveLength(1);
    expect((await rowOf('kwok'))?.targets).toEqual(['local']);
  });

  test('says how large programs are, and whether they were built or came from a pack', async () => {
    const folders = await Promise.all([etcd, kubernetes('1.36')].map((module) => buildFolder(module, cache)));
    for (const folder of folders) await fill(folder, 'program');
    await writeFile(path.join(folders[1]!, '.from'), 'https://packs.example.com/\n');
    expect(await rowOf('etcd')).toMatchObject({ size: 100, from: 'built', folder: folders[0] });
    expect((await inventory(cache)).find(({ folder }) => folder === folders[1])).toMatchObject({
      size: 127,
      from: 'https://packs.example.com/',
    });
  });

  test('has programs of another platform where they are there', async () => {
    expect(await rowOf('etcd', other.name)).toBeUndefined();
    await fill(await buildFolder(etcd, cache, other), 'etcd');
    expect(await rowOf('etcd', other.name)).toMatchObject({ size: 100 });
    expect(await rowOf('kwok', other.name)).toBeUndefined();
  });
});

describe('cleaning', () => {
  const cleaning = (all: boolean) => clean(cache, all, () => undefined, new AbortController().signal);
  const kept = async () => [await buildFolder(etcd, cache), await buildFolder(etcd, cache, other), goFolder(cache)];
  const removed = () =>
    ['bin/etcd-0123456789ab', 'bin/kwok-0123456789ab.partial', 'go/go1.20.1-linux-x64', 'downloads'].map((folder) =>
      path.join(cache, folder),
    );
  // Of what real nodes have beside the modules, it can't be told whether it is used.
  const unknown = () => [path.join(cache, 'bin', 'pause-0123456789ab'), path.join(cache, 'images')];
  const foldersThere = async () => {
    const found = await readdir(cache, { recursive: true, withFileTypes: true });
    return new Set(found.filter((each) => each.isFile()).map(({ parentPath }) => parentPath));
  };
  beforeEach(async () => {
    for (const folder of [...(await kept()), ...removed(), ...unknown()]) await fill(folder, 'file');
  });

  test('removes what this release does not use, and says how much that was', async () => {
    expect(await cleaning(false)).toBe(400);
    expect(await foldersThere()).toEqual(new Set([...(await kept()), ...unknown()]));
    expect(await cleaning(false)).toBe(0);
  });

  test('removes everything when it is asked to', async () => {
    expect(await cleaning(true)).toBe(900);
    expect(await foldersThere()).toEqual(new Set());
  });

  test('makes no cache where there is none', async () => {
    await removeFolder(cache);
    expect(await cleaning(false)).toBe(0);
    expect(await readdir(path.dirname(cache))).not.toContain(path.basename(cache));
  });
});
