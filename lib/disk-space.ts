import { statfs } from 'node:fs/promises';
import { SurroundingsError } from './errors.ts';

/**
 * Refuses to begin what the disk can't hold.
 *
 * @param bytes what it takes at most
 * @param what names it, at the beginning of a sentence
 * @param remedy what to do, beside freeing some space
 * @throws SurroundingsError when less is free on the disk of `folder`
 */
export async function requireSpace(folder: string, bytes: number, what: string, remedy: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new SurroundingsError(
    `${what} takes up to ${gigabytes(bytes)} GB, and the disk of ${folder} has ${gigabytes(bavail * bsize)} GB free. ` +
      `Free some space, or ${remedy}.`,
  );
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
