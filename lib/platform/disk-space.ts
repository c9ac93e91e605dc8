import { statfs } from 'node:fs/promises';
import { codeOf, ExternalError } from '../core/errors.ts';
import type { Text } from '../core/text.ts';

/** What something takes of a disk. */
export interface SpaceNeed {
  /** A folder on the disk. */
  readonly folder: string;
  /** Bytes that it takes at most. */
  readonly bytes: number;
  /** What takes them, at the beginning of a sentence. */
  readonly what: Text;
  /** What to do, beside freeing some space: in Japanese as it stands before `ください`. */
  readonly remedy: Text;
}

/**
 * Refuses to begin what the disk can't hold.
 *
 * @throws ExternalError when less is free
 */
export async function requireSpace({ folder, bytes, what, remedy }: SpaceNeed): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [gigabytes(bytes), gigabytes(bavail * bsize)];
  throw new ExternalError({
    ja:
      `${what.ja}には最大で ${needed} GB が必要ですが、${folder} のディスクの空きは ${free} GB です。` +
      `空きを作るか、${remedy.ja}ください。`,
    en:
      `${what.en} may take up to ${needed} GB, and the disk of ${folder} has ${free} GB free. ` +
      `Free some space, or ${remedy.en}.`,
  });
}

/**
 * Runs what takes space, unless the disk can't hold it.
 *
 * @throws ExternalError when less is free, or when the disk becomes full meanwhile
 */
export async function withSpace<T>(need: SpaceNeed, run: () => Promise<T>): Promise<T> {
  await requireSpace(need);
  try {
    return await run();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const { folder, bytes, what, remedy } = need;
    throw new ExternalError({
      ja:
        `${folder} のディスクがいっぱいになりました。${what.ja}には最大で ${gigabytes(bytes)} GB が必要です。` +
        `空きを作るか、${remedy.ja}、もう一度実行してください。`,
      en:
        `The disk of ${folder} is full. ${what.en} may take up to ${gigabytes(bytes)} GB. ` +
        `Free some space, or ${remedy.en}, and run the command again.`,
    });
  }
}

/** Whether an error says that a disk, or what a user may use of it, is full. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
