import { statfs } from 'node:fs/promises';
import { ExternalError } from '../core/errors.ts';
import type { Text } from '../core/text.ts';

/**
 * Refuses to begin what the disk can't hold.
 *
 * @param bytes what it takes at most
 * @param what names it, at the beginning of a sentence
 * @param remedy what to do, beside freeing some space: in Japanese as it stands before `ください`
 * @throws ExternalError when less is free on the disk of `folder`
 */
export async function requireSpace(folder: string, bytes: number, what: Text, remedy: Text): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [gigabytes(bytes), gigabytes(bavail * bsize)];
  throw new ExternalError({
    ja:
      `${what.ja}には最大で ${needed} GB が必要ですが、${folder} のディスクの空きは ${free} GB です。` +
      `空きを作るか、${remedy.ja}ください。`,
    en:
      `${what.en} takes up to ${needed} GB, and the disk of ${folder} has ${free} GB free. ` +
      `Free some space, or ${remedy.en}.`,
  });
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
