import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError, UsageError } from '../../lib/core/errors.ts';
import type { Text } from '../../lib/core/text.ts';
import { buildFolder } from '../../lib/toolchain/build.ts';
import { writeArchive } from '../../lib/toolchain/pack-archive.ts';
import type { PackIndex } from '../../lib/toolchain/pack-index.ts';
import { packSource } from '../../lib/toolchain/pack-source.ts';
import { platformNamed, thisPlatform } from '../../lib/toolchain/platforms.ts';
import { ProgramInstaller } from '../../lib/toolchain/program-installer.ts';
import { etcd, toolModules } from '../../lib/toolchain/tool-modules.ts';
import { inEnglish } from '../in-english.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { fullDevice } from './full-device.ts';
import { makePack } from './make-pack.ts';
import { TestServer } from './server.ts';
import { StandIns } from './stand-ins.ts';

const never = new AbortController().signal;
let standIns: StandIns;
let server: TestServer;
let packed: string;
let cache: string;

/** The pack of most tests. It is made once: brotli takes longer to begin with than for these programs. */
let made: { readonly folder: string; readonly digest: string };
beforeAll(async () => {
  const folder = await temporaryFolder('packs');
  made = { folder, digest: await makePack(path.join(folder, 'pack'), folder) };
});
afterAll(() => removeFolder(made.folder));

async function pack(output: string): Promise<string> {
  await cp(path.join(made.folder, 'pack'), output, { recursive: true });
  return made.digest;
}

const filesOf = async (folder: string): Promise<Record<string, Buffer>> => {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [`/${name}`, await readFile(path.join(folder, name))] as const)),
  );
};
const indexOf = async (): Promise<PackIndex> =>
  JSON.parse(await readFile(path.join(packed, 'index.json'), 'utf8')) as PackIndex;
const etcdArchive = async () => (await indexOf()).archives.find(({ programs }) => programs.includes('etcd'))!;
const reports: string[] = [];
const report = (detail: string | Text) => reports.push(inEnglish(detail));
const fetchEtcd = () => new ProgramInstaller(cache).install(etcd, report, never);
const inCache = () => readdir(path.join(cache, 'bin')).catch(() => []);

beforeEach(async () => {
  standIns = await StandIns.make();
  server = await TestServer.start();
  packed = standIns.file('pack');
  cache = standIns.file('cache');
  reports.length = 0;
});
afterEach(async () => {
  delete process.env.LABS_PROGRAMS;
  await server.stop();
  await standIns.remove();
});

test('the same programs give the same bytes, and a list that sha256sum checks', async () => {
  const first = await pack(packed);
  expect(await makePack(standIns.file('again'), standIns.folder)).toBe(first);
  expect(await filesOf(packed)).toEqual(await filesOf(standIns.file('again')));
  const files = await filesOf(packed);
  for (const line of files['/SHA256SUMS']!.toString().trim().split('\n')) {
    const [hash, name] = line.split('  ');
    expect(createHash('sha256').update(files[`/${name!}`]!).digest('hex')).toBe(hash);
  }
  expect(createHash('sha256').update(files['/index.json']!).digest('hex')).toBe(first);
});

test('a pack is not written among other files', async () => {
  await mkdir(packed);
  await writeFile(path.join(packed, 'thesis.txt'), '');
  await expect(makePack(packed, standIns.folder)).rejects.toThrow(UsageError);
});

describe('programs come', () => {
  const expectPrograms = async () => {
    const folder = await fetchEtcd();
    for (const name of ['etcd', 'etcdctl', 'etcdutl']) {
      expect(await readFile(path.join(folder, name), 'utf8')).toBe(`${name} `.repeat(20_000));
      expect((await stat(path.join(folder, name))).mode & 0o111).toBe(0o111);
    }
  };

  test('from a folder', async () => {
    await pack(packed);
    process.env.LABS_PROGRAMS = packed;
    await expectPrograms();
  });

  test('from an address, with a user in it that no message shows', async () => {
    const digest = await pack(packed);
    server.serve(await filesOf(packed));
    process.env.LABS_PROGRAMS = `${server.url('').replace('//', '//user:secret@')}#sha256=${digest}`;
    await expectPrograms();
    expect(server.requests[0]!.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
    expect(reports.join()).toMatch(/ MB, .* MB\/s, \d+ s left/);
    expect(await readdir(path.join(cache, 'downloads'))).toEqual([]);
  });

  test('through a redirect', async () => {
    await pack(packed);
    const files = await filesOf(packed);
    server.answer = ({ url }, response) =>
      url!.startsWith('/latest/')
        ? response.writeHead(302, { location: url!.replace('/latest', '') }).end()
        : response.writeHead(200).end(files[url!]);
    process.env.LABS_PROGRAMS = server.url('/latest');
    await expectPrograms();
  });

  test('whole, although the connection breaks: the rest is asked for', async () => {
    await pack(packed);
    const files = await filesOf(packed);
    const { file, size } = await etcdArchive();
    const half = Math.floor(size / 2);
    server.serve(files);
    const { answer } = server;
    let broken = false;
    server.answer = (request, response) => {
      if (request.url !== `/${file}` || broken) return answer(request, response);
      broken = true;
      response.writeHead(200, { 'content-length': size });
      response.write(files[`/${file}`]!.subarray(0, half), () => setTimeout(() => response.destroy(), 50));
    };
    process.env.LABS_PROGRAMS = server.url('/');
    await expectPrograms();
    expect(server.requests.filter(({ url }) => url === `/${file}`).map(({ range }) => range)).toEqual([
      undefined,
      `bytes=${half}-`,
    ]);
  });
});

test('one run of a command reads the index once', async () => {
  await pack(packed);
  server.serve(await filesOf(packed));
  process.env.LABS_PROGRAMS = server.url('/');
  const installer = new ProgramInstaller(cache);
  for (const module of toolModules('1.36')) await installer.install(module, report, never);
  expect(server.requests.filter(({ url }) => url === '/index.json')).toHaveLength(1);
  expect(await inCache()).toHaveLength(4);
});

describe('on a full disk, nothing half-made stays, a sentence says what it takes, and the next run succeeds:', () => {
  const sentence =
    /^The disk of .+ is full\. The programs may take up to \d\.\d GB\. Free some space, or point XDG_CACHE_HOME/;
  const expectSentence = async (fetching: Promise<string>) => {
    await expect(fetching).rejects.toThrow(ExternalError);
    await expect(fetching).rejects.toThrow(sentence);
    expect(await inCache()).toEqual([]);
    expect(await readdir(path.join(cache, 'downloads'))).toEqual([]);
    expect((await readdir(await fetchEtcd())).sort()).toEqual(['.from', 'etcd', 'etcdctl', 'etcdutl']);
  };
  beforeEach(async () => {
    await pack(packed);
    server.serve(await filesOf(packed));
    process.env.LABS_PROGRAMS = server.url('/');
  });

  test('while an archive is downloaded', async () => {
    await mkdir(path.join(cache, 'downloads'), { recursive: true });
    await symlink(fullDevice, path.join(cache, 'downloads', (await etcdArchive()).sha256));
    await expectSentence(fetchEtcd());
  });

  test('while it is unpacked', async () => {
    const unfinished = `${await buildFolder(etcd, cache)}.partial`;
    const fillDisk = (detail: string | Text) => {
      if (inEnglish(detail) === 'unpacking') symlinkSync(fullDevice, path.join(unfinished, 'etcdctl'));
    };
    await expectSentence(new ProgramInstaller(cache).install(etcd, fillDisk, never));
  });
});

describe('nothing is used, and a sentence says why, of', () => {
  /** Lets a server answer with changed files; the next run, with the true ones, goes on. */
  async function expectRefusal(change: (files: Record<string, Buffer>) => void | Promise<void>, message: RegExp) {
    await pack(packed);
    const files = await filesOf(packed);
    await change(files);
    server.serve(files);
    process.env.LABS_PROGRAMS = server.url('/');
    await expect(fetchEtcd()).rejects.toThrow(message);
    await expect(fetchEtcd()).rejects.toThrow(ExternalError);
    expect(await inCache()).toEqual([]);
    server.serve(await filesOf(packed));
    expect((await readdir(await fetchEtcd())).sort()).toEqual(['.from', 'etcd', 'etcdctl', 'etcdutl']);
  }
  const changeIndex = (change: (index: PackIndex) => unknown) => (files: Record<string, Buffer>) => {
    files['/index.json'] = Buffer.from(
      JSON.stringify(change(JSON.parse(files['/index.json']!.toString()) as PackIndex)),
    );
  };

  test('an archive with changed bytes', () =>
    expectRefusal(async (files) => {
      const { file } = await etcdArchive();
      files[`/${file}`] = Buffer.from(files[`/${file}`]!).fill(0, 10, 20);
    }, /is not the archive that its index names: its SHA-256 is /));

  test('an archive that is truncated', () =>
    expectRefusal(async (files) => {
      const { file } = await etcdArchive();
      files[`/${file}`] = files[`/${file}`]!.subarray(0, 50);
    }, /was not completed .*goes on where it stopped/));

  test('an archive that is not there', () =>
    expectRefusal(async (files) => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete files[`/${(await etcdArchive()).file}`];
    }, /is not there \(404 Not Found\)/));

  test('HTML in place of the index', () =>
    expectRefusal((files) => {
      files['/index.json'] = Buffer.from('<html>');
    }, /index\.json is no index in JSON/));

  test('an index of a later format', () =>
    expectRefusal(
      changeIndex((index) => ({ ...index, schemaVersion: 2 })),
      /newer format 2/,
    ));

  test('an index whose file is a path', () =>
    expectRefusal(
      changeIndex((index) => ({ ...index, archives: index.archives.map((each) => ({ ...each, file: '../x' })) })),
      /is not a valid index of packs \(archives\.0\.file/,
    ));

  test('a pack of another release', () =>
    expectRefusal(
      changeIndex((index) => ({ ...index, release: 'other', archives: [] })),
      /are of another release of this project \(other\)/,
    ));

  test('a pack of another platform', async () => {
    const other = platformNamed(thisPlatform().name === 'darwin-arm64' ? 'linux-x64' : 'darwin-arm64');
    await makePack(packed, standIns.folder, { platform: other });
    process.env.LABS_PROGRAMS = packed;
    await expect(fetchEtcd()).rejects.toThrow(
      `has no programs for this machine (${thisPlatform().name}), only for ${other.name}`,
    );
    expect(await inCache()).toEqual([]);
  });

  test('an index that is not the one that is pinned', async () => {
    await pack(packed);
    process.env.LABS_PROGRAMS = `${packed}#sha256=${'0'.repeat(64)}`;
    await expect(fetchEtcd()).rejects.toThrow(/is not the one that LABS_PROGRAMS pins/);
  });

  test('an archive with a file that does not belong in it', async () => {
    await pack(packed);
    const { file, sha256, size } = await etcdArchive();
    await mkdir(standIns.file('evil'));
    for (const name of ['etcd', 'evil']) await writeFile(standIns.file(`evil/${name}`), name);
    await writeArchive(standIns.file('evil'), ['etcd', '../evil/evil'], path.join(packed, file), never);
    const content = await readFile(path.join(packed, file));
    const index = await readFile(path.join(packed, 'index.json'), 'utf8');
    const changed = index
      .replace(sha256, createHash('sha256').update(content).digest('hex'))
      .replace(`"size": ${size}`, `"size": ${content.length}`);
    await writeFile(path.join(packed, 'index.json'), changed);
    process.env.LABS_PROGRAMS = packed;
    await expect(fetchEtcd()).rejects.toThrow(/it has '\.\.\/evil\/evil', which does not belong in it/);
    expect(await inCache()).toEqual([]);
  });

  test('an archive of a folder that was cut short', async () => {
    await pack(packed);
    await truncate(path.join(packed, (await etcdArchive()).file), 50);
    process.env.LABS_PROGRAMS = packed;
    await expect(fetchEtcd()).rejects.toThrow(/it has 50 bytes instead of /);
  });
});

test.each(['/no/such/folder', 'ftp://example.com', 'https://'])('LABS_PROGRAMS can not be %s', async (value) => {
  await expect(packSource(value)).rejects.toThrow(UsageError);
  await expect(packSource(value)).rejects.toThrow(/is no folder and no http or https address/);
});

test('a pin has 64 digits', async () => {
  await expect(packSource('https://example.com#sha256=12')).rejects.toThrow(/has 64 hexadecimal digits/);
});
