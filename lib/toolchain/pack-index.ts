import { z } from 'zod';
import { ExternalError } from '../core/errors.ts';

/** Name of an index in a folder of packs. */
export const indexFile = 'index.json';

/** Largest index that is read, in bytes. */
export const largestIndex = 1_000_000;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A name that is one file of a folder, and no path. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

const archive = z.object({
  platform: z.string(),
  /** Name of the programs in the cache: it changes with everything that changes them. */
  name: fileName,
  programs: z.array(fileName).min(1),
  kubernetes: z.array(z.string()),
  file: fileName,
  /** Bytes of the archive, and of its programs. */
  size: z.number().int().positive(),
  unpackedSize: z.number().int().positive(),
  sha256: hash,
});

const index = z.object({
  schemaVersion: z.literal(1),
  /** Of which pins the programs are. */
  release: z.string(),
  archives: z.array(archive),
});

/** One archive of a pack: the programs of one Go module for one platform. */
export type PackArchive = z.infer<typeof archive>;

/** What a folder of packs has. */
export type PackIndex = z.infer<typeof index>;

/**
 * Reads an index.
 *
 * @param from where it was read, for a message
 * @throws ExternalError when it is none, or one of a later schema
 */
export function parseIndex(text: string, from: string): PackIndex {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new ExternalError({
      ja: `${from} は、JSON の索引ではありません。LABS_PROGRAMS に、「npx labs programs pack」が作ったフォルダーかそのアドレスを指定してください。`,
      en: `${from} is no index in JSON. Set LABS_PROGRAMS to a folder that 'npx labs programs pack' made, or to its address.`,
    });
  }
  const parsed = index.safeParse(data);
  if (parsed.success) return parsed.data;
  const version = z.object({ schemaVersion: z.number().int().gt(1) }).safeParse(data);
  if (version.success) {
    throw new ExternalError({
      ja: `${from} は、新しい形式（${version.data.schemaVersion}）の索引です。読めるのは形式 1 です。このリポジトリを更新するか、このリポジトリの「npx labs programs pack」でパックを作り直してください。`,
      en: `${from} is an index of the newer format ${version.data.schemaVersion}; this release reads format 1. Update this repository, or make the pack with its own 'npx labs programs pack'.`,
    });
  }
  const { path = [], message = '' } = parsed.error.issues[0] ?? {};
  const where = path.join('.') || 'index';
  throw new ExternalError({
    ja: `${from} は、パックの索引として正しくありません（${where}: ${message}）。「npx labs programs pack」で作り直してください。`,
    en: `${from} is not a valid index of packs (${where}: ${message}). Make it again with 'npx labs programs pack'.`,
  });
}
