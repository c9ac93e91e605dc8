import { stat } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeFolder } from './sudo-user.ts';

/** Options of {@link writeAtomically}. */
export interface WriteOptions {
  /** Permissions of the file. @default those that it has, or those of any new file */
  readonly mode?: number;
}

/**
 * Writes a file as a whole or not at all, and makes its folder if it is missing. A concurrent reader gets the old text or
 * the new one.
 *
 * A file that is replaced keeps its owner. Under `sudo`, a new file gets the owner of its folder: what is written into a
 * learner's folder stays readable without `sudo`.
 */
export async function writeAtomically(file: string, text: string, { mode }: WriteOptions = {}): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder);
  await writeFileAtomic(file, text, {
    ...(mode === undefined ? {} : { mode }),
    ...(process.getuid?.() === 0 ? { chown: await ownerOf(file, folder) } : {}),
  });
}

async function ownerOf(file: string, folder: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const { uid, gid } = await stat(file).catch(() => stat(folder));
  return { uid, gid };
}
