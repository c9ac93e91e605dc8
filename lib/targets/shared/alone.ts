import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../../core/step.ts';
import { waitingForAnother, withLock } from '../../platform/lock.ts';

/**
 * Runs something while no other command changes the environments of a target. Folders that are empty afterwards go.
 *
 * @param root folder with the environments of the target
 */
export async function alone<T>(root: string, report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const onWait = () => report(waitingForAnother);
  try {
    return await withLock(root, onWait, signal, () => run().finally(() => removeIfEmpty(root)));
  } finally {
    // Commands that wait have their lock in it, so it is not taken from them.
    await removeIfEmpty(path.dirname(root));
  }
}

const removeIfEmpty = (folder: string): Promise<void> => rmdir(folder).catch(() => undefined);
