import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { followFile } from '../../lib/observe/file-tail.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { waitUntil } from '../wait-until.ts';

let folder: string;
let file: string;
const lines: string[] = [];
const lives: boolean[] = [];
let end: () => Promise<void>;

function follow(): void {
  const abort = new AbortController();
  const done = followFile(file, {
    onLine: (line) => lines.push(line),
    onLive: (live) => lives.push(live),
    signal: abort.signal,
  });
  end = async () => {
    abort.abort();
    await done;
  };
}

const untilLines = (count: number) => waitUntil(`${count} lines`, async () => lines.length >= count);
const untilLive = (live: boolean) => waitUntil(`live ${live}`, async () => lives.at(-1) === live);

beforeEach(async () => {
  folder = await temporaryFolder('tail');
  file = path.join(folder, 'audit.log');
  lines.length = lives.length = 0;
});
afterEach(async () => {
  await end();
  await removeFolder(folder);
});

test('lines that are added are given, those of before are not, and a line in two parts is one', async () => {
  await writeFile(file, 'before\n');
  follow();
  await untilLive(true);
  await appendFile(file, 'one\ntw');
  await untilLines(1);
  await appendFile(file, 'o ラボ\n');
  await untilLines(2);
  expect(lines).toEqual(['one', 'two ラボ']);
});

test('a log that is rotated is followed into the new file, and nothing of the old one is lost', async () => {
  await writeFile(file, '');
  follow();
  await untilLive(true);
  await appendFile(file, 'one\n');
  await untilLines(1);
  await appendFile(file, 'two\n');
  await rename(file, `${file}.1`);
  await writeFile(file, 'three\n');
  await untilLines(3);
  expect(lines).toEqual(['one', 'two', 'three']);
});

test('a log that is not there yet is read from its beginning when it comes', async () => {
  follow();
  await untilLive(false);
  await writeFile(file, 'one\n');
  await untilLines(1);
  expect([lines, lives]).toEqual([['one'], [false, true]]);
});

test('a log that is truncated is read from its beginning', async () => {
  await writeFile(file, '');
  follow();
  await untilLive(true);
  await appendFile(file, 'a long line\n');
  await untilLines(1);
  await truncate(file);
  await waitUntil('the truncation is seen', async () => true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await appendFile(file, 'one\n');
  await untilLines(2);
  expect(lines[1]).toBe('one');
});

test('what was written before the end is given, and a line that is too long is left out', async () => {
  await writeFile(file, '');
  follow();
  await untilLive(true);
  await appendFile(file, `${'x'.repeat(9 * 1024 * 1024)}\nshort\nno end`);
  await end();
  expect(lines).toEqual(['short']);
});
