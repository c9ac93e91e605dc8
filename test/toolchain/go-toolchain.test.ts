import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pack as createTar } from 'tar-stream';
import { ExternalError } from '../../lib/core/errors.ts';
import type { Report } from '../../lib/core/step.ts';
import { parseGoProxies } from '../../lib/toolchain/go-proxies.ts';
import { fetchGo, goFolder } from '../../lib/toolchain/go-toolchain.ts';
import { goHashes, toolchainModulePath } from '../../lib/toolchain/go-release.ts';
import { platforms, thisPlatform } from '../../lib/toolchain/platforms.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { inEnglish } from '../in-english.ts';
import { fullDevice } from './full-device.ts';
import { TestServer } from './server.ts';
import { zip } from './zip.ts';

const never = new AbortController().signal;
let cache: string;
let server: TestServer;
beforeEach(async () => {
  cache = await temporaryFolder('cache');
  server = await TestServer.start();
});
afterEach(async () => {
  await server.stop();
  await removeFolder(cache);
});

/** Go's own archive, in small. */
async function archive(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = createTar();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const files = {
  'go/VERSION': 'go1',
  'go/bin/go': 'program',
  'go/src/go.mod': 'module std',
  'go/test/x.go': 'left out',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const expected = sha256(
  `${sha256('go1')}  VERSION\n${sha256('program')}  bin/go\n${sha256('module std')}  src/go.mod\n`,
);
const fetching = (goProxy: string, hash = expected, report: Report = () => undefined) =>
  fetchGo(cache, goProxy, report, never, { archive: server.url('/go.tar.gz'), hash });

/** The same tree as a module: its zip has another root, no `test`, and `_go.mod` for `go.mod`. */
const modulePath = `/p/${toolchainModulePath(thisPlatform())}`;
const moduleRoot = path.basename(modulePath, '.zip').replace(/^/, 'golang.org/toolchain@');
const moduleFiles = {
  [`${moduleRoot}/VERSION`]: 'go1',
  [`${moduleRoot}/bin/go`]: 'program',
  [`${moduleRoot}/src/_go.mod`]: 'module std',
};

test("Go's own archive is taken without GOPROXY, and after proxies that do not have the module", async () => {
  server.serve({ '/go.tar.gz': await archive(files) });
  const folder = await fetching(`${server.url('/empty')},direct`);
  expect(folder).toBe(goFolder(cache));
  expect((await readdir(folder)).sort()).toEqual(['VERSION', 'bin', 'src']);
  expect(await readFile(path.join(folder, 'src', 'go.mod'), 'utf8')).toBe('module std');
  expect((await stat(path.join(folder, 'bin', 'go'))).mode & 0o111).toBe(0o111);
  expect(server.requests.map(({ url }) => url)).toEqual([
    expect.stringMatching(/^\/empty\/golang\.org\/toolchain\/@v\/v0\.0\.1-go1\.\d+\.\d+\.\w+-\w+\.zip$/),
    '/go.tar.gz',
  ]);
  await fetching('');
  expect(server.requests).toHaveLength(2);
});

test('the module of a proxy gives the same tree, with programs that can be run', async () => {
  server.serve({ [modulePath]: zip(moduleFiles) });
  const folder = await fetching(server.url('/p'));
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    'VERSION',
    'bin',
    'bin/go',
    'src',
    'src/go.mod',
  ]);
  expect(await readFile(path.join(folder, 'src', 'go.mod'), 'utf8')).toBe('module std');
  expect((await stat(path.join(folder, 'bin', 'go'))).mode & 0o111).toBe(0o111);
  expect((await stat(path.join(folder, 'VERSION'))).mode & 0o111).toBe(0);
  expect(await readdir(path.join(cache, 'downloads'))).toEqual([]);
});

test.each([
  ['with another content', zip({ ...moduleFiles, [`${moduleRoot}/bin/go`]: 'changed' }), /its content has the hash/],
  ['with a path that leads elsewhere', zip({ ...moduleFiles, [`${moduleRoot}/../../x`]: 'x' }), /path/],
  ['that is truncated', zip(moduleFiles).subarray(0, 100), /is not the toolchain/],
  ['that is no zip', Buffer.from('<html>'), /is not the toolchain/],
])('a module %s is refused, and nothing of it stays', async (_, content, message) => {
  server.serve({ [modulePath]: content });
  const attempt = fetching(server.url('/p'));
  await expect(attempt).rejects.toThrow(/^What was downloaded is not the toolchain of Go/);
  await expect(attempt).rejects.toThrow(message);
  expect(await readdir(path.join(cache, 'go'))).toEqual([]);
  expect(await readdir(path.join(cache, 'downloads'))).toEqual([]);
});

test('on a disk that becomes full, nothing stays, and a sentence says what it takes', async () => {
  server.serve({ '/go.tar.gz': await archive(files) });
  const attempt = fetching('', expected, (detail) => {
    if (inEnglish(detail) === 'unpacking') symlinkSync(fullDevice, path.join(`${goFolder(cache)}.partial`, 'VERSION'));
  });
  await expect(attempt).rejects.toThrow(/^The disk of .+ is full\. The Go toolchain may take up to 0\.4 GB\./);
  expect(await readdir(path.join(cache, 'go'))).toEqual([]);
  expect(await fetching('')).toBe(goFolder(cache));
});

test.each([
  ['another content', { ...files, 'go/bin/go': 'changed' }, /is not the toolchain of Go .*\(its content has the hash/],
  ['a path that leads elsewhere', { ...files, 'go/../../x': 'x' }, /it has a file with the path 'go\/\.\.\/\.\.\/x'/],
])('%s is refused, and nothing of it stays', async (_, changed, message) => {
  server.serve({ '/go.tar.gz': await archive(changed) });
  await expect(fetching('')).rejects.toThrow(message);
  expect(await readdir(path.join(cache, 'go'))).toEqual([]);
  expect(await readdir(path.join(cache, 'downloads'))).toEqual([]);
});

test('a broken archive is refused', async () => {
  server.serve({ '/go.tar.gz': (await archive(files)).subarray(0, 60) });
  await expect(fetching('')).rejects.toThrow(/is not the toolchain of Go/);
});

test.each(['off', ''])('with GOPROXY=%s and no other way, it says how to bring Go', async (goProxy) => {
  await expect(fetching(goProxy)).rejects.toThrow(ExternalError);
  await expect(fetching(goProxy)).rejects.toThrow(/set GOPROXY to .*; install Go .*; or set LABS_PROGRAMS/);
});

test('a proxy that fails ends the search, unless a pipe follows it', async () => {
  const content = await archive(files);
  server.answer = ({ url }, response) => (url === '/go.tar.gz' ? response.end(content) : response.writeHead(500).end());
  await expect(fetching(`${server.url('/p')},direct`)).rejects.toThrow(/the server answered 500/);
  expect(await fetching(`${server.url('/p')}|direct`)).toBe(goFolder(cache));
});

test('GOPROXY is read as Go reads it', () => {
  expect(parseGoProxies('https://a,proxy.b|direct,https://c')).toEqual({
    proxies: [
      { address: 'https://a', orAnyFailure: false },
      { address: 'https://proxy.b', orAnyFailure: true },
      { address: 'direct', orAnyFailure: false },
    ],
    off: false,
  });
  expect(parseGoProxies('https://a,off,https://b')).toEqual({
    proxies: [{ address: 'https://a', orAnyFailure: false }],
    off: true,
  });
});

test('each platform has a hash', () => {
  expect(Object.keys(goHashes).sort()).toEqual(platforms.map(({ name }) => name).sort());
});
