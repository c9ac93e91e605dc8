import { existsSync } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LostLockError, withLock } from '../../lib/platform/lock.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let root: string;
beforeAll(async () => {
  root = await temporaryFolder('lock');
});
afterAll(() => removeFolder(root));

const never = new AbortController().signal;
const nothing = () => undefined;

/** Takes a lock and holds it until it is told to let go; the last that it does with it is `finish`. */
async function hold(folder: string, finish: () => Promise<void> = async () => undefined) {
  let letGo: () => void = nothing;
  let done: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    done = withLock(folder, nothing, never, () => {
      resolve();
      return new Promise<void>((release) => (letGo = release)).then(finish);
    });
  });
  return async () => {
    letGo();
    await done;
  };
}

describe('withLock', () => {
  test('makes the folder, returns what was run, and lets go', async () => {
    const folder = path.join(root, 'new', 'deeper');
    expect(await withLock(folder, nothing, never, async () => existsSync(folder))).toBe(true);
    expect(await withLock(folder, nothing, never, async () => 'again')).toBe('again');
  });

  test('makes the folder again when the process that held the lock removed it', async () => {
    // The removal falls between any two steps of those that wait.
    for (let round = 0; round < 3; round++) {
      const folder = path.join(root, `removed-${round}`);
      const letGo = await hold(folder, () => removeFolder(folder));
      const waiting = [1, 2, 3].map(() =>
        withLock(folder, nothing, never, async () => {
          const isThere = existsSync(folder);
          await removeFolder(folder);
          return isThere;
        }),
      );
      await letGo();
      expect(await Promise.all(waiting)).toEqual([true, true, true]);
    }
  });

  test('waits for the one that holds it, and says so once', async () => {
    const folder = path.join(root, 'waits');
    const release = await hold(folder);
    const events: string[] = [];
    const waiting = new Promise<void>((resolve) => {
      void withLock(
        folder,
        () => events.push('waiting'),
        never,
        async () => {
          events.push('running');
          resolve();
        },
      );
    });
    // Long enough for it to look several times.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(events).toEqual(['waiting']);
    events.push('released');
    await release();
    await waiting;
    expect(events).toEqual(['waiting', 'released', 'running']);
  });

  test('does not say that it waits when it does not', async () => {
    let waited = false;
    await withLock(
      path.join(root, 'free'),
      () => (waited = true),
      never,
      async () => undefined,
    );
    expect(waited).toBe(false);
  });

  test('stops waiting when it is aborted, runs nothing and leaves the lock to its holder', async () => {
    const folder = path.join(root, 'aborted');
    const release = await hold(folder);
    const abort = new AbortController();
    let ran = false;
    const waiting = withLock(
      folder,
      () => abort.abort(),
      abort.signal,
      async () => (ran = true),
    );
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(ran).toBe(false);
    expect(existsSync(`${folder}.lock`)).toBe(true);
    await release();
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });

  test('runs nothing when it is aborted beforehand', async () => {
    const folder = path.join(root, 'aborted-before');
    let ran = false;
    const waiting = withLock(folder, nothing, AbortSignal.abort(), async () => (ran = true));
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(ran).toBe(false);
  });

  test('lets go when what it ran throws', async () => {
    const folder = path.join(root, 'throws');
    const failing = withLock(folder, nothing, never, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await withLock(folder, nothing, never, async () => 'free')).toBe('free');
  });

  test('is noticed when it was lost to another process while this one was stopped', async () => {
    const folder = path.join(root, 'lost');
    const working = withLock(folder, nothing, never, async () => {
      // As the process does that takes over: it makes the lock again.
      const now = new Date(Date.now() + 5_000);
      await utimes(`${folder}.lock`, now, now);
      return new Promise<never>(() => undefined);
    });
    await expect(working).rejects.toThrow(LostLockError);
    expect(existsSync(`${folder}.lock`)).toBe(true);
  });

  test('takes over from a process that died', async () => {
    const folder = path.join(root, 'stale');
    await mkdir(`${folder}.lock`, { recursive: true });
    const old = new Date(Date.now() - 60_000);
    await utimes(`${folder}.lock`, old, old);
    let waited = false;
    expect(
      await withLock(
        folder,
        () => (waited = true),
        never,
        async () => 'taken',
      ),
    ).toBe('taken');
    expect(waited).toBe(false);
  });
});
