import lockfile from 'proper-lockfile';
import { codeOf } from '../core/errors.ts';
import { retry } from '../core/retry.ts';
import type { Text } from '../core/text.ts';
import { makeFolder } from './sudo-user.ts';

/** Said while another process holds a lock. */
export const waitingForAnother: Text = {
  ja: '別の labs コマンドが動いているので、終わるのを待っています',
  en: 'another labs command is at work here: waiting for it',
};

/** How often a waiting process tries again, in milliseconds. */
const pollInterval = 300;

/**
 * Runs something while no other process does the same in that folder, which is there from the beginning of `run`. The
 * lock of a process that died is taken over after ten seconds. A folder may only be removed under its lock.
 *
 * @param onWait called once when another process holds the lock
 */
export async function withLock<T>(
  folder: string,
  onWait: () => void,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  const release = await acquire(folder, onWait, signal);
  try {
    // The process that held the lock before may have removed the folder after it was found here.
    await makeFolder(folder);
    return await run();
  } finally {
    await release();
  }
}

function acquire(folder: string, onWait: () => void, signal: AbortSignal): Promise<() => Promise<void>> {
  let waited = false;
  const isTransient = (error: unknown): boolean => {
    // The process that held the lock has removed the folder, or the one above it, in between.
    if (codeOf(error) === 'ENOENT') return true;
    if (codeOf(error) !== 'ELOCKED') return false;
    if (!waited) onWait();
    waited = true;
    return true;
  };
  const lock = async () => {
    signal.throwIfAborted();
    await makeFolder(folder);
    return lockfile.lock(folder, { stale: 10_000, update: 2_000 });
  };
  return retry(lock, { isTransient, timeoutMs: Infinity, pauseMs: pollInterval, signal });
}
