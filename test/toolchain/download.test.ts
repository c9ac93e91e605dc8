import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../lib/core/errors.ts';
import { download, downloadText } from '../../lib/toolchain/download.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { fullDevice } from './full-device.ts';
import { TestServer } from './server.ts';

const never = new AbortController().signal;
const content = Buffer.from('0123456789'.repeat(1000));
const half = content.length / 2;

let folder: string;
let file: string;
let server: TestServer;
beforeEach(async () => {
  folder = await temporaryFolder('download');
  file = path.join(folder, 'downloads', 'file');
  server = await TestServer.start();
});
afterEach(async () => {
  await server.stop();
  await removeFolder(folder);
});

const fetching = (silenceMs = 200) =>
  download(server.url('/file'), file, { size: content.length, silenceMs, report: () => undefined, signal: never });

/** Sends the first half of the file, and calls `then` once it is on its way. */
const sendHalf = (response: ServerResponse, then: () => void = () => undefined) => {
  response.writeHead(200, { 'content-length': content.length });
  response.write(content.subarray(0, half), () => setTimeout(then, 50));
};
const ranges = () => server.requests.map(({ range }) => range);

describe('a server that is silent', () => {
  test('after it accepted the connection: the error says what was waited for', async () => {
    server.answer = () => undefined;
    const attempt = fetching();
    await expect(attempt).rejects.toThrow(ExternalError);
    await expect(attempt).rejects.toThrow(
      `The download of ${server.url('/file')} was not completed (the server accepted the connection and did not answer for 0.2 s).`,
    );
  });

  test('in the middle of a file: the error says so, and the next run takes the rest', async () => {
    server.answer = ({ headers }, response) => {
      if (headers.range === undefined) return sendHalf(response);
      response.writeHead(206, { 'content-range': `bytes ${half}-${content.length - 1}/${content.length}` });
      response.flushHeaders();
    };
    const attempt = fetching();
    await expect(attempt).rejects.toThrow(
      /\(the server stopped in the middle of the file and sent nothing for 0\.2 s\).*it goes on where it stopped/,
    );
    expect(await readFile(file)).toEqual(content.subarray(0, half));
    // Once more by itself, because the first attempt brought something, and no third time.
    expect(ranges()).toEqual([undefined, `bytes=${half}-`]);

    server.serve({ '/file': content });
    await fetching();
    expect(await readFile(file)).toEqual(content);
    expect(ranges().at(-1)).toBe(`bytes=${half}-`);
  });

  test('when it is asked for a small file', async () => {
    server.answer = () => undefined;
    const attempt = downloadText(server.url('/index.json'), { limit: 10, silenceMs: 200, signal: never });
    await expect(attempt).rejects.toThrow(/index\.json was not completed .* did not answer for 0\.2 s/);
  });
});

test('of a server that ends half-way, what came is kept, and another attempt takes the rest', async () => {
  server.answer = (_, response) => sendHalf(response, () => void server.stop());
  const attempt = fetching(2_000);
  await expect(attempt).rejects.toThrow(/was not completed \(.*ECONNREFUSED.*\).*it goes on where it stopped/);
  expect(await readFile(file)).toEqual(content.subarray(0, half));

  server = await TestServer.start();
  server.serve({ '/file': content });
  await fetching(2_000);
  expect(await readFile(file)).toEqual(content);
  expect(ranges()).toEqual([`bytes=${half}-`]);
});

test('a server that does not continue sends all of it again', async () => {
  server.answer = ({ headers }, response) =>
    headers.range === undefined && ranges().length === 1
      ? sendHalf(response, () => response.destroy())
      : response.writeHead(200, { 'content-length': content.length }).end(content);
  await fetching(2_000);
  expect(await readFile(file)).toEqual(content);
});

test('what was not written because the disk is full does not stay', async () => {
  server.serve({ '/file': content });
  await mkdir(path.dirname(file));
  await symlink(fullDevice, file);
  await expect(fetching()).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(path.dirname(file))).toEqual([]);
});
