import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pack as createTar } from 'tar-stream';
import { ExternalError } from '../../lib/core/errors.ts';
import { parseGoProxies } from '../../lib/toolchain/go-proxies.ts';
import { fetchGo, goFolder } from '../../lib/toolchain/go-toolchain.ts';
import { goHashes } from '../../lib/toolchain/go-release.ts';
import { platforms } from '../../lib/toolchain/platforms.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { TestServer } from './server.ts';

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
const fetching = (goProxy: string, hash = expected) =>
  fetchGo(cache, goProxy, () => undefined, never, { archive: server.url('/go.tar.gz'), hash });

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
