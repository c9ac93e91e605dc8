import { expect, test } from '@jest/globals';
import { FrameLog } from '../../lib/log/frame-log.ts';
import { pictureOf } from '../../lib/log/reduce.ts';
import { added, busyLog, changed, pod, write } from './frames.ts';

test('a log numbers what is added, and each reader gets what comes after it began', () => {
  let now = 100;
  const log = new FrameLog(() => now);
  log.emit(added(pod('before')));
  const reader = log.read();
  now = 112.4;
  log.emit(added(pod('after')));
  expect(reader.take()).toEqual({ frames: [{ seq: 2, ms: 12, ...added(pod('after')) }], lost: 0 });
  expect(reader.take().frames).toEqual([]);
});

test('a reader waits for frames, and is told when none will come', async () => {
  const log = new FrameLog();
  const reader = log.read();
  const waiting = reader.wait();
  log.emit(write('web'));
  expect(await waiting).toBe(true);
  log.end(reader);
  log.emit(write('late'));
  expect(reader.take().frames).toHaveLength(1);
  expect(await reader.wait()).toBe(false);
});

test('10,000 changes of 50 pods wait as no more than 2,000 frames, and make the same picture', () => {
  const log = new FrameLog(() => 0);
  const [slow, quick] = [log.read(), log.read()];
  const all = [];
  let most = 0;
  for (let index = 0; index < 10_000; index += 1) {
    log.emit(changed(pod(`web-${index % 50}`, { version: `${index}` })));
    most = Math.max(most, slow.size);
    all.push(...quick.take().frames);
  }
  expect(all).toHaveLength(10_000);
  expect(most).toBeLessThanOrEqual(2_000);
  expect(pictureOf(slow.take().frames)).toEqual(pictureOf(all));
});

test('frames of every kind that were merged make the picture that all of them make', () => {
  const { read, emit } = bound(new FrameLog(() => 0));
  const [slow, quick] = [read(), read()];
  const all = busyLog(4_000, 20).flatMap((frame) => {
    emit(frame);
    return quick.take().frames;
  });
  const merged = slow.take();
  expect(merged.lost).toBe(0);
  expect(merged.frames.length).toBeLessThan(all.length);
  expect(pictureOf(merged.frames)).toEqual(pictureOf(all));
});

test('of too many writes the oldest are lost, and how many is said', () => {
  const log = new FrameLog(() => 0);
  const reader = log.read();
  for (let index = 0; index < 40_000; index += 1) log.emit(write(`web-${index}`));
  expect(reader.size).toBeLessThanOrEqual(10_000);
  const { frames, lost } = reader.take();
  expect(frames.length + lost).toBe(40_000);
  expect(frames.at(-1)!.seq).toBe(40_000);
  expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, index) => lost + index + 1));
});

const bound = (log: FrameLog) => ({ read: () => log.read(), emit: log.emit });
