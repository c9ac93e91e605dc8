import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { codeOf } from '../core/errors.ts';
import type { Text } from '../core/text.ts';

/** What there is to say while somebody else holds a lock. */
export const waitingForAnother: Text = {
  ja: '別の labs コマンドが動いているので、終わるのを待っています',
  en: 'another labs command is at work here: waiting for it',
};

/** How often a waiting process looks again, in milliseconds. */
const pollInterval = 300;

/**
 * Runs something while no other process does the same in that folder. The lock of a process that died is taken over
 * after ten seconds.
 *
 * @param onWait called once when somebody else holds the lock
 */
export async function withLock<T>(
  folder: string,
  onWait: () => void,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await acquire(folder, onWait, signal);
  try {
    return await run();
  } finally {
    await release();
  }
}

async function acquire(folder: string, onWait: () => void, signal: AbortSignal): Promise<() => Promise<void>> {
  for (let waited = false; ; waited = true) {
    signal.throwIfAborted();
    try {
      return await lockfile.lock(folder, { stale: 10_000, update: 2_000 });
    } catch (error) {
      // Whoever held it may have removed the folder, when nothing else was in it.
      if (codeOf(error) === 'ENOENT') {
        await mkdir(folder, { recursive: true });
        continue;
      }
      if (codeOf(error) !== 'ELOCKED') throw error;
    }
    if (!waited) onWait();
    await sleep(pollInterval, undefined, { signal });
  }
}
