import lockfile from 'proper-lockfile';
import { codeOf, ExternalError } from '../core/errors.ts';
import { retry } from '../core/retry.ts';
import type { Text } from '../core/text.ts';
import { makeFolder } from './sudo-user.ts';

/** Said while another process holds a lock. */
export const waitingForAnother: Text = {
  ja: '別の labs コマンドが動いているので、終わるのを待っています',
  en: 'another labs command is at work here: waiting for it',
};

/** Another process took a lock over, because this one was stopped for longer than a lock lasts: its machine slept, say. */
export class LostLockError extends ExternalError {
  constructor() {
    super({
      ja: 'このコマンドは長く止まっていました（マシンのスリープなど）。その間に別の labs コマンドが作業を引き継いだので、ここで終了します。そのコマンドが終わってから、もう一度実行してください。',
      en: 'This command was stopped for long, as when a machine sleeps, and another labs command has taken its work over. It ends here: run it again when the other one is done.',
    });
  }
}

/** How often a waiting process tries again, in milliseconds. */
const pollInterval = 300;

/**
 * Runs something while no other process does the same in that folder, which is there from the beginning of `run`. The
 * lock of a process that died is taken over after ten seconds. A folder may only be removed under its lock.
 *
 * @param onWait called once when another process holds the lock
 * @throws LostLockError when another process took the lock over; what runs has to be cut off then
 */
export async function withLock<T>(
  folder: string,
  onWait: () => void,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  lost.catch(() => undefined);
  const release = await acquire(folder, onWait, signal, () => lose(new LostLockError()));
  try {
    // The process that held the lock before may have removed the folder after it was found here.
    await makeFolder(folder);
    return await Promise.race([run(), lost]);
  } finally {
    // A lock that was lost is another's.
    await release().catch((error: unknown) => {
      if (codeOf(error) !== 'ERELEASED') throw error;
    });
  }
}

function acquire(
  folder: string,
  onWait: () => void,
  signal: AbortSignal,
  onCompromised: () => void,
): Promise<() => Promise<void>> {
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
    return lockfile.lock(folder, { stale: 10_000, update: 2_000, onCompromised });
  };
  return retry(lock, { isTransient, timeoutMs: Infinity, pauseMs: pollInterval, signal });
}
