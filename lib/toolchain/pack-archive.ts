import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import { extract, pack as createTar } from 'tar-stream';

/** How an archive's name ends. */
export const archiveSuffix = '.tar.br';

/**
 * How archives are compressed (docs/decisions/0023). Programs of one module share much that lies further apart than the 16 MB
 * that brotli looks back on by itself.
 */
const compression = {
  [constants.BROTLI_PARAM_QUALITY]: 5,
  [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
  [constants.BROTLI_PARAM_LGWIN]: 27,
};

/** Writes programs into an archive: the same programs give the same bytes, independent of the user and the time. */
export async function writeArchive(
  folder: string,
  programs: readonly string[],
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const tar = createTar();
  const written = pipeline(tar, createBrotliCompress({ params: compression }), createWriteStream(file), { signal });
  const filled = async () => {
    for (const name of programs.toSorted()) {
      const source = path.join(folder, name);
      const { size } = await stat(source);
      const entry = tar.entry({ name, size, mode: 0o755, mtime: new Date(0), uid: 0, gid: 0, type: 'file' });
      await pipeline(createReadStream(source, { highWaterMark: 1 << 20 }), entry, { signal });
    }
    tar.finalize();
  };
  await Promise.all([written, filled()]);
}

/**
 * Unpacks an archive whose hash was verified.
 *
 * @param programs names of what it must have, and nothing else
 * @param limit most that the programs may take, in bytes
 * @throws Error when it has anything else, is broken, or larger
 */
export async function unpackArchive(
  file: string,
  folder: string,
  programs: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<void> {
  const params = { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 };
  const entries = extract();
  const missing = new Set(programs);
  let total = 0;
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const unpacked = pipeline(source, createBrotliDecompress({ params }), entries, { signal });
  // The loop below throws the same, and is awaited first.
  unpacked.catch(() => undefined);
  for await (const entry of entries) {
    const { name, type, size } = entry.header;
    if (type !== 'file' || !missing.delete(name)) throw new Error(`it has '${name}', which does not belong in it`);
    if ((total += size) > limit) throw new Error('its programs are larger than its index says');
    await pipeline(entry, createWriteStream(path.join(folder, name), { mode: 0o755 }), { signal });
  }
  await unpacked;
  if (missing.size > 0) throw new Error(`it lacks ${[...missing].join(', ')}`);
}
