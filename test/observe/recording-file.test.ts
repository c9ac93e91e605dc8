import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FrameLog } from '../../lib/log/frame-log.ts';
import { pictureOf } from '../../lib/log/reduce.ts';
import { readRecording, RecordingFile } from '../../lib/observe/recording-file.ts';
import { busyLog } from '../log/frames.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('recording');
});
afterAll(() => removeFolder(folder));

const facts = {
  lab: 'a',
  environment: 'b',
  target: 'local',
  kubernetes: '1.36',
  start: '2026-12-01T00:00:00Z',
} as const;

async function write(file: string, count: number) {
  const log = new FrameLog();
  const queue = log.read();
  const recording = await RecordingFile.create(file);
  const written = recording.write(facts, queue);
  const frames = busyLog(count);
  for (const [index, frame] of frames.entries()) {
    log.emit(frame);
    // As frames come in time, not all at once.
    while (index % 500 === 0 && queue.size > 0) await new Promise(setImmediate);
  }
  log.end(queue);
  await written;
  return { recording, frames };
}

test('a recording is read as it was written, and its size is told', async () => {
  const file = path.join(folder, 'whole.rec.gz');
  const { recording, frames } = await write(file, 3_000);
  const { bytes, frames: count } = await recording.end();
  const read = await readRecording(file);
  expect(read).toMatchObject({ header: facts, complete: true });
  expect(pictureOf(read.frames).objects).toEqual(pictureOf(frames).objects);
  expect([bytes, count]).toEqual([(await readFile(file)).length, 3_000]);
});

test('a truncated recording is read up to there', async () => {
  const file = path.join(folder, 'cut.rec.gz');
  const { recording, frames } = await write(file, 2_000);
  await recording.end();
  const whole = await readFile(file);
  await writeFile(file, whole.subarray(0, whole.length / 2));
  const read = await readRecording(file);
  expect(read.complete).toBe(false);
  expect(read.frames.length).toBeGreaterThan(500);
  expect(read.frames.map(({ kind }) => kind)).toEqual(frames.slice(0, read.frames.length).map(({ kind }) => kind));
});

test('a recording that was closed early is not complete', async () => {
  const file = path.join(folder, 'closed.rec.gz');
  const { recording } = await write(file, 10);
  await recording.close();
  const read = await readRecording(file);
  expect([read.complete, read.frames.length]).toEqual([false, 10]);
});

test.each<[string, () => Promise<string>, RegExp]>([
  ['a file that is not there', async () => path.join(folder, 'none'), /^There is no file /],
  ['a text', async () => fileWith('text', Buffer.from('hello')), /is not a recording/],
  ['an empty file', async () => fileWith('empty', Buffer.alloc(0)), /is not a recording/],
  ['gzip of something else', async () => fileWith('other', gzipSync('hello\n')), /is not a recording/],
])('%s is refused', async (_, make, message) => {
  await expect(readRecording(await make())).rejects.toThrow(message);
});

async function fileWith(name: string, content: Buffer): Promise<string> {
  await writeFile(path.join(folder, name), content);
  return path.join(folder, name);
}

test('a path that can’t be written is refused before anything is played', async () => {
  await mkdir(path.join(folder, 'dir'));
  await expect(RecordingFile.create(path.join(folder, 'dir'))).rejects.toThrow(
    / is a folder\. Give --recording the file to write/,
  );
  await expect(RecordingFile.create(path.join(folder, 'none', 'x'))).rejects.toThrow(/^There is no folder .*none\. /);
});
